"""Articles of an edition as HTML, finished: notes, lists, figures, boxes, tables, marks, identifiers.

Pandoc's writer has made their blocks; this changes the trees that it is given (:mod:`publisher.editions.tree`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from publisher.editions import pictures, tables
from publisher.editions.keys import key_figures
from publisher.editions.tree import (
    STATES,
    add_class,
    classes,
    direction_of,
    drop_class,
    keep_open,
    text,
    tidy_inlines,
    typeset,
    unwrap,
    wrap,
)
from publisher.errors import Finding

if TYPE_CHECKING:
    from publisher.editions import Edition

_BLOCKS = frozenset(
    {"p", "li", "dt", "dd", "figcaption", "caption", "td", "th", "div", "h1", "h2", "h3", "h4",
     "h5", "h6"}
)  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}

Note = tuple[str, str, str, Any]
Heading = tuple[str, int, str]


class Finisher:
    """Finishes the articles of one issue in order; numbers run through it, identifiers are unique."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.language = edition.language
        self.words = edition.words
        self.anchors: dict[str, str] = {}
        self.images: set[str] = set()
        self.findings: list[Finding] = []
        self.figures = 0
        self.tables = 0
        self._renamed: dict[str, dict[str, str]] = {}
        self._bodies: list[tuple[str, str, list[Any]]] = []

    def article(
        self, identifier: str, path: str, body: Any, notes: list[Any]
    ) -> tuple[Any, list[Note], list[Heading]]:
        """Finish one article's body and notes; returns them with its headings."""
        self.anchors.setdefault(identifier, identifier)
        for root in (body, *notes):
            self._blocks(root)
        made: list[Note] = []
        for index, element in enumerate(notes, start=1):
            drop_class(element, "body")
            number = self.language.localise_digits(str(index))
            note, ref = f"note-{identifier}-{index}", f"noteref-{identifier}-{index}"
            made.append((note, ref, number, element))
        for root in (body, *notes):
            self._references(root, made)
        self._identifiers(identifier, [body, *notes])
        for note, ref, _, _ in made:
            self.anchors[note] = self.anchors[ref] = identifier
        headings = self._headings(identifier, body)
        for root in (body, *notes):
            typeset(root, self.language, self.language.code)
            keep_open(root)
        self._bodies.append((identifier, path, [body, *notes]))
        return body, made, headings

    def resolve(self, _articles: object = None) -> None:
        """Point every internal link at its target; one that has none becomes a finding."""
        for identifier, path, roots in self._bodies:
            renamed = self._renamed.get(identifier, {})
            for root in roots:
                for link in root.xpath(".//a[starts-with(@href, '#')]"):
                    target = link.get("href")[1:]
                    target = renamed.get(target, target)
                    if target in self.anchors:
                        link.set("href", f"#{target}")
                        if "noteref" not in classes(link):
                            add_class(link, "xref")
                        continue
                    self.findings.append(
                        Finding(
                            "broken-anchor",
                            "error",
                            f"nothing in this issue has the identifier #{target}",
                            path,
                            hint="Correct the link, or give its target this identifier.",
                        )
                    )
                    link.tag = "span"
                    del link.attrib["href"]

    def _blocks(self, root: Any) -> None:
        tidy_inlines(root, self.edition)
        # Pandoc takes a division that begins with its only heading for a section.
        for element in root.xpath(".//section"):
            element.tag = "div"
        bullets = self.language.lists.bullets
        for element in root.xpath(".//ul"):
            depth = sum(1 for _ in element.iterancestors("ul", "ol"))
            add_class(element, f"bullet-{depth % len(bullets)}")
        for element in root.xpath(".//div[@class='p-ol']"):
            self._ordered(element)
        for element in root.xpath(".//div"):
            names = classes(element)
            if "statement" in names or element.get("data-source"):
                self._statement(element)
            elif "box" in names:
                self._box(element)
        for element in root.xpath(".//blockquote"):
            if element.getparent().tag != "figure":
                add_class(element, "quotation")
        for element in root.xpath(".//dl"):
            add_class(element, "definitions")
        for element in root.xpath(".//figure[not(contains(@class, 'statement'))]"):
            self._figure(element)
        for element in root.xpath(".//img"):
            self._image(element)
        for element in root.xpath(".//table"):
            self._table(element)
        for element in root.xpath(".//span[contains(@class, 'unreviewed')]"):
            self._promote(element)

    def _ordered(self, wrapper: Any) -> None:
        """The list in our wrapper, marked as its author or else the language says."""
        element = wrapper[0]
        style, delimiter = wrapper.get("data-marker"), wrapper.get("data-delim")
        depth = sum(1 for _ in element.iterancestors("ol"))
        element.attrib.pop("type", None)
        lists = self.language.lists
        markers = lists.level(depth) if style == "DefaultStyle" else lists.style(style or "")
        name = next(
            key
            for key in ("decimal", "lower_alpha", "upper_alpha", "lower_roman", "upper_roman")
            if lists.style(key) == markers
        )
        element.set("class", f"ol-{name.replace('_', '-')}")
        if delimiter in ("OneParen", "TwoParens"):
            add_class(element, "delim-one" if delimiter == "OneParen" else "delim-two")
        unwrap(wrapper)

    def _statement(self, element: Any) -> None:
        source = element.attrib.pop("data-source", None)
        element.tag = "figure"
        element.set("class", "statement")
        quote = element.makeelement("blockquote", {})
        quote.text, element.text = element.text, None
        for child in list(element):
            quote.append(child)
        element.append(quote)
        if source:
            caption = element.makeelement("figcaption", {})
            caption.text = source
            element.append(caption)

    def _box(self, element: Any) -> None:
        element.tag = "aside"
        # No landmark: several in an article would need names to tell them apart.
        element.set("role", "note")
        if "figures" in classes(element):
            for group in element.xpath("./dl | ./ul"):
                key_figures(group)

    def _figure(self, element: Any) -> None:
        caption = next(iter(element.findall("figcaption")), None)
        add_class(element, "figure")
        for paragraph in element.findall("p"):
            if len(paragraph) == 1 and paragraph[0].tag == "img":
                unwrap(paragraph)
        if caption is None:
            return
        caption.attrib.pop("aria-hidden", None)
        self.figures += 1
        self._caption(caption, "Figure {number}", self.figures)
        # Below the picture, as in every other format.
        tail, caption.tail = caption.tail, None
        element.append(caption)
        caption.tail = tail

    def _caption(self, caption: Any, message: str, number: int) -> None:
        if len(caption) and caption[0].tag == "p":
            for paragraph in caption.findall("p"):
                paragraph.tag = "span"
                paragraph.set("class", "caption-text")
            if len(caption) == 1:
                unwrap(caption[0])
        caption.text = (caption.text or "").lstrip()
        label = caption.makeelement("span", {"class": "caption-label"})
        label.text = self.words(message, number=self.language.localise_digits(str(number)))
        label.tail, caption.text = " " + caption.text, None
        caption.insert(0, label)

    def _image(self, element: Any) -> None:
        self.images.add(element.get("src"))
        if "alt" not in element.attrib:
            element.set("alt", "")
        if size := element.attrib.pop("data-size", None):
            element.set("style", size)
        if pictures.IN_LINE not in classes(element):
            outer = next((each for each in element.iterancestors("p")), None)
            if outer is not None:
                add_class(outer, "picture")

    def _table(self, element: Any) -> None:
        caption = element.find("caption")
        tables.finish(element, self.language)
        if caption is not None and text(caption).strip():
            self.tables += 1
            self._caption(caption, "Table {number}", self.tables)
        elif caption is not None:
            element.remove(caption)
        outer = wrap(element, "div", "table long" if "long" in classes(element) else "table")
        if "scrolls" in classes(element):
            # Who has no mouse must reach what scrolls (WCAG 2.2, 2.1.1).
            named = element if caption is None or caption.getparent() is None else caption
            outer.set("tabindex", "0")
            outer.set("role", "group")
            outer.set("aria-label", " ".join(text(named).split())[:80])
        states = {
            span.get("data-state", "machine")
            for span in element.xpath(".//span[contains(@class, 'unreviewed')]")
        }
        if states:
            state = next(name for name in STATES if name in states) if states & set(STATES) else ""
            self._mark(outer, state or "machine")
            outer.set("data-state", state or "machine")
            add_class(outer, "unreviewed")

    def _promote(self, span: Any) -> None:
        """Move a mark from the text to its block, where a reader sees and hears it."""
        state, lang = span.get("data-state", "machine"), span.get("lang")
        parent = span.getparent()
        if set(classes(parent)) & {"key", "key-label"}:
            # Numeral and label are one item, which is marked once.
            parent, item = parent.getparent(), parent
            unwrap(span)
            if lang:
                item.set("lang", lang)
                item.set("dir", direction_of(lang))
            if "unreviewed" not in classes(parent):
                add_class(parent, "unreviewed")
                parent.set("data-state", state)
                self._mark(parent, state)
            return
        block = parent if parent.tag in _BLOCKS or parent.tag in _HEADINGS else None
        if block is None:
            return
        add_class(block, "unreviewed")
        block.set("data-state", state)
        if lang and block.tag not in ("li", "td", "th"):
            block.set("lang", lang)
            block.set("dir", direction_of(lang))
        if lang and block.tag in ("li", "td", "th"):
            # What follows the text of an item may be in another language.
            span.set("class", "source")
            span.attrib.pop("data-state", None)
        else:
            unwrap(span)
        # A table is marked once, beside it.
        if block.tag not in ("td", "th", "caption") and not any(
            outer.tag in ("td", "th") for outer in block.iterancestors()
        ):
            self._mark(block, state)

    def _mark(self, block: Any, state: str) -> None:
        mark = block.makeelement("span", {"class": "review-mark", "lang": self.language.code})
        mark.set("dir", self.language.direction)
        mark.text = self.words(STATES.get(state, STATES["machine"]))
        mark.tail, block.text = (" " + block.text.lstrip() if block.text else " "), None
        block.insert(0, mark)

    def _references(self, root: Any, notes: list[Note]) -> None:
        for span in root.xpath(".//span[@class='p-note']"):
            index = int(span.attrib.pop("data-n"))
            note, ref, number, _ = notes[index - 1]
            span.tag = "a"
            span.set("class", "noteref")
            span.set("role", "doc-noteref")
            span.set("href", f"#{note}")
            span.set("id", ref)
            span.text = number

    def _identifiers(self, article: str, roots: list[Any]) -> None:
        """Keep the first use of an identifier in the issue; rename later ones."""
        renamed = self._renamed.setdefault(article, {})
        for root in roots:
            for element in _elements(root):
                identifier = element.get("id")
                if identifier is None or "noteref" in classes(element):
                    continue
                new = identifier
                while new in self.anchors:
                    new = f"{article}--{new}" if new == identifier else f"{new}-2"
                if new != identifier:
                    renamed[identifier] = new
                    element.set("id", new)
                self.anchors[new] = article

    def _headings(self, article: str, body: Any) -> list[Heading]:
        """Headings in order, no level left out (WCAG 2.2, 1.3.1; ISO 14289-1, 7.4.2)."""
        found: list[Heading] = []
        nested = 1
        for element in _elements(body):
            level = _HEADINGS.get(element.tag)
            if level is None:
                continue
            if any(e.tag == "aside" for e in element.iterancestors()):
                element.tag = f"h{min(level, nested + 1)}"
                continue
            if level == 1:
                # The title is level 1; nothing in the body stands beside it.
                element.tag, level = "h2", 2
            if level > nested + 1:
                level = nested + 1
                element.tag = f"h{level}"
            nested = level
            if not element.get("id"):
                number = len(found) + 1
                while f"{article}--h{number}" in self.anchors:
                    number += 1
                element.set("id", f"{article}--h{number}")
                self.anchors[element.get("id")] = article
            found.append((element.get("id"), level, " ".join(text(element).split())))
        return found


def _elements(root: Any) -> Iterator[Any]:
    for element in root.iter():
        if isinstance(element.tag, str):
            yield element
