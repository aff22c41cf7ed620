"""Lines on WeasyPrint's pages: which are too wide for their column, and how much room a part takes."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from publisher.editions.places import Places
from publisher.errors import Finding

if TYPE_CHECKING:
    from publisher.document import Document
    from publisher.editions import Edition
    from publisher.editions.fonts import Fonts
    from publisher.editions.html import Rendered
    from publisher.fit import ArticleFit

TOLERANCE = 1.0
"""CSS pixels that a line may stand out without anyone seeing it."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What an article takes: its pages, and for each page the lines of running text used on it."""

    lines: tuple[float, ...]

    @property
    def pages(self) -> int:
        """The number of pages."""
        return len(self.lines)

    def over(self, pages: int) -> int:
        """The lines that stand beyond ``pages`` pages."""
        from math import ceil

        return ceil(sum(self.lines[pages:]) - 0.05)


def overfull(pages: Any, document: Document) -> list[Finding]:
    """A warning for each line that runs out of its column; ``pages`` are WeasyPrint's."""
    paths = {article.id: article.path for article in document.all_articles()}
    found = []
    places = Places(document)
    for number, page in enumerate(pages, start=1):
        for part, line, left, right in _lines(page._page_box):
            low, high = _edges(line)
            over = max(left - low, high - right)
            if over > TOLERANCE:
                words = " ".join(_text(line).split())
                found.append(
                    Finding(
                        "overfull-line",
                        "warning",
                        f"a line on page {number} is {over * 0.75:.0f} pt too wide: “{words[:60]}”",
                        paths.get(part, "pdf"),
                        places.line(paths.get(part, ""), words.rstrip("-‐")),
                        hint="Allow a break in the long word (<wbr>), or shorten the line.",
                        language=document.language,
                    )
                )
    return found


def long_words(
    texts: Iterable[tuple[str, str]], fonts: Fonts, measure: float, document: Document
) -> list[Finding]:
    """A warning for each word wider than ``measure`` em, which is broken where its lines end.

    Scripts that put no spaces between words have none.
    """
    found = {}
    places = Places(document)
    for path, text in texts:
        for word in text.split():
            # No letter is narrower than a tenth of an em.
            if len(word) < measure or any(unicodedata.category(char) == "Lo" for char in word):
                continue
            if fonts.width("text", word) > measure:
                found[word] = Finding(
                    "long-word",
                    "warning",
                    f"a word of {len(word)} characters is wider than the column: “{word[:40]}…”",
                    path,
                    places.line(path, word),
                    hint="Allow breaks in it (<wbr>), or shorten it.",
                )
    return list(found.values())


def lost_notes(pages: Any, rendered: Rendered) -> dict[str, list[str]]:
    """The numbers of notes that stand at the foot of no page, by the id of their article."""
    from weasyprint.formatting_structure import boxes

    from publisher.editions import pdf_notes

    present = {
        box.element.get("id")
        for page in pages
        for area in page._page_box.children
        if isinstance(area, boxes.FootnoteAreaBox)
        for box in area.descendants()
        if getattr(box, "element", None) is not None
    }
    found: dict[str, list[str]] = {}
    for article in rendered.all_articles():
        for note in article.notes:
            if note.id not in present and not pdf_notes.is_long(note):
                found.setdefault(article.id, []).append(note.number)
    return found


def without_notes(pages: Any, rendered: Rendered) -> list[Finding]:
    """An error for each article whose notes WeasyPrint has lost."""
    lost = lost_notes(pages, rendered)
    return [
        Finding(
            "lost-note",
            "error",
            f"WeasyPrint lost the notes {', '.join(lost[article.id])}",
            article.path,
            hint="Move the note's call by some words, or shorten the note.",
        )
        for article in rendered.all_articles()
        if article.id in lost
    ]


def _lines(page_box: Any) -> Iterator[tuple[str, Any, float, float]]:
    """Lines in the flow with the article that they belong to and the edges of their column."""
    from weasyprint.formatting_structure import boxes

    def walk(box: Any, part: str, left: float, right: float) -> Iterator[Any]:
        if isinstance(box, boxes.MarginBox) or not isinstance(box, boxes.Box):
            return
        if box.style["position"] == "absolute" or box.style["white_space"] == "nowrap":
            return
        if isinstance(box, boxes.LineBox):
            yield part, box, left, right
            for child in box.children:
                # Blocks inside a line have lines of their own.
                yield from walk(child, part, left, right)
            return
        element = getattr(box, "element", None)
        if element is not None and element.tag == "article":
            part = element.get("id") or part
        if isinstance(box, boxes.BlockContainerBox):
            left, right = box.content_box_x(), box.content_box_x() + box.width
        for child in getattr(box, "children", ()):
            yield from walk(child, part, left, right)

    for child in page_box.children:
        yield from walk(child, "", 0, 0)


def _edges(line: Any) -> tuple[float, float]:
    """The outer edges of a line's texts and images."""
    from weasyprint.formatting_structure import boxes

    # Not the line's own edges: the padding of a passage may stand out, where nothing is to be seen.
    low, high = math.inf, -math.inf
    waiting = list(line.children)
    while waiting:
        box = waiting.pop()
        if not isinstance(box, boxes.Box) or box.style["position"] == "absolute":
            continue
        if isinstance(box, boxes.TextBox):
            if box.text.strip():
                low, high = min(low, box.position_x), max(high, box.position_x + box.width)
        elif isinstance(box, boxes.AtomicInlineLevelBox):
            low = min(low, box.position_x)
            high = max(high, box.position_x + box.margin_width())
        elif box.is_in_normal_flow():
            waiting.extend(box.children)
    return (low, high) if low <= high else (line.position_x, line.position_x)


def _text(box: Any) -> str:
    return getattr(box, "text", "") or "".join(_text(c) for c in getattr(box, "children", ()))


def measure(edition: Edition, fits: Mapping[str, ArticleFit] | None = None) -> dict[str, Extent]:
    """What each article of an edition takes; with ``fits``, only the articles that it names, set so.

    Lays the pages out and writes none. The contents and the colophon are measured too where ``fits``
    is None, the colophon also where it names it.
    """
    from publisher.editions import fonts as font_files
    from publisher.editions import html, pdf, pdf_fit, pdf_layout, shown

    edition = replace(edition, fit=fits or {})
    rendered = html.render(edition, mathml=False)
    texts = (text for _, text in shown.texts(rendered, edition))
    fonts = font_files.choose(edition.brand, edition.language, texts, edition.files)
    if fits is not None:
        chosen = tuple(article for article in rendered.articles if article.id in fits)
        rendered = replace(rendered, articles=chosen)
    with pdf_layout.surroundings():
        document, _ = pdf.lay_out(edition, rendered, fonts)
    names = [article.id for article in rendered.articles]
    last = pdf_fit.colophon(edition)
    if fits is None:
        names = [pdf_fit.CONTENTS, *names, last]
    elif last in fits:
        names.append(last)
    own = edition.brand.font_set(edition.language.script, edition.language.fonts)
    leading = edition.brand.type.leading * own.leading / 0.75
    found: dict[str, list[float]] = {}
    for sheet in document.pages:
        for name, height in _heights(sheet._page_box, set(names)).items():
            found.setdefault(name, []).append(height / leading)
    return {name: Extent(tuple(found[name])) for name in names if name in found}


def _heights(page_box: Any, names: set[str]) -> dict[str, float]:
    """The height that the part on a page takes, its notes included, in CSS pixels."""
    from weasyprint.formatting_structure import boxes

    name, bottom = "", 0.0
    notes = 0.0
    waiting = list(page_box.children)
    while waiting:
        box = waiting.pop()
        if not isinstance(box, boxes.Box) or isinstance(box, boxes.MarginBox):
            continue
        if isinstance(box, boxes.FootnoteAreaBox):
            notes = box.margin_height() if box.children else 0.0
            continue
        element = getattr(box, "element", None)
        if element is not None and element.get("id") in names:
            name = element.get("id")
            bottom = max(bottom, box.content_box_y() + box.height)
        waiting.extend(getattr(box, "children", ()))
    return {name: bottom - page_box.content_box_y() + notes} if name else {}
