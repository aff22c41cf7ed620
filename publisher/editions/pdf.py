"""PDF: the edition on paper, tagged, as PDF/A-3a and PDF/UA-1 at once.

WeasyPrint sets the pages from the HTML of :mod:`publisher.editions.html`; what it leaves undone for the
two standards, and for a file that is the same on every machine, :mod:`publisher.editions.pdf_finish` does.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from publisher.editions import (
    Compiled,
    blocks,
    css,
    html,
    pdf_again,
    pdf_boxes,
    pdf_layout,
    pdf_lines,
    pdf_page,
    shown,
)
from publisher.editions import fonts as font_files
from publisher.editions.pdf_finish import finish
from publisher.editions.pdf_layout import BASE, surroundings
from publisher.errors import Finding
from publisher.fit import ArticleFit

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.editions.fonts import Fonts

_NUDGES = 5
"""How often an article's lines are moved closer before a lost note is an error."""

_FONTS = "publisher/fonts/"
_TEMPORARY = re.compile(r"/\S*weasyprint-\S+")


def compile(edition: Edition) -> Compiled:
    """Set one edition as PDF.

    ``page_map`` holds the first page of the cover, the contents, each article, the colophon and each
    block (editions.blocks).
    Raises MachineError where WeasyPrint or its libraries are missing.
    """
    rendered = html.render(edition, mathml=False)
    texts = list(shown.texts(rendered, edition))
    fonts = font_files.choose(
        edition.brand, edition.language, (text for _, text in texts), edition.files
    )
    findings = [*rendered.findings, *fonts.missing(texts, edition.brand, edition.document)]
    brand = edition.brand
    own = brand.font_set(edition.language.script, edition.language.fonts)
    measure = brand.page.measure * 72 / 25.4 / (brand.type.size * own.size)
    findings += pdf_lines.long_words(texts, fonts, measure, edition.document)
    with surroundings() as records:
        document, page = lay_out(edition, rendered, fonts)
        with pdf_boxes.marked():
            data = document.write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True, hinting=False)
    if records:
        pdf_again.forget()
    named = any(finding.code == "missing-glyph" for finding in findings)
    findings += [*page.findings, *_findings(records, glyphs=not named)]
    findings += pdf_lines.overfull(document.pages, edition.document)
    findings += pdf_lines.without_notes(document.pages, rendered)
    starts = _page_map(document, page.starts)
    page_map = {**starts, **blocks.first_pages(document.pages)}
    finished = finish(data, edition, rendered, starts, len(document.pages))
    return Compiled(finished, len(document.pages), page_map, tuple(findings))


def lay_out(edition: Edition, rendered: html.Rendered, fonts: Fonts) -> tuple[Any, pdf_page.Page]:
    """The pages of an edition as WeasyPrint's document; call it within :func:`surroundings`.

    WeasyPrint 70 drops a note in silence where a page break falls between its call and the room for
    it. Lines a hair closer move the break; an article is set so where it would lose a note.
    """
    for nudge in range(1, _NUDGES + 1):
        page = pdf_page.build(edition, rendered, fonts)
        document = _lay_out(edition, page, fonts)
        lost = pdf_lines.lost_notes(document.pages, rendered)
        if not lost or nudge == _NUDGES:
            break
        moved = dict(edition.fit)
        for article in lost:
            values = edition.fit.get(article, ArticleFit())
            moved[article] = replace(values, leading=round(values.leading - 0.005, 4))
        edition = replace(edition, fit=moved)
    return document, page


def _lay_out(edition: Edition, page: pdf_page.Page, fonts: Fonts) -> Any:
    resources = {**page.resources, **{_FONTS + face.name: face.data for face in fonts.faces}}
    for path, figure in edition.document.figures.items():
        resources.setdefault(path, figure.data)
    resources.update({path: data for path, data in edition.files.items() if path not in resources})
    resources = {
        name: pdf_layout.sized(data) if name.endswith(".svg") else data
        for name, data in resources.items()
    }
    return pdf_again.lay_out(page, _faces(fonts) + page.css, resources)


def _faces(fonts: Fonts) -> str:
    return css.font_faces(fonts, BASE + _FONTS, ranges=False) + "\n"


def _findings(records: list[logging.LogRecord], *, glyphs: bool) -> list[Finding]:
    """What WeasyPrint logged, as errors: it never fails by itself, and its losses are silent."""
    found: dict[str, Finding] = {}
    for record in records:
        if record.getMessage().startswith(".notdef glyph") and not glyphs:
            # Named with its file already (fonts.Fonts.missing).
            continue
        message = _TEMPORARY.sub("…", record.getMessage()).replace(BASE, "")
        found[message] = Finding(
            "pdf-layout",
            "error",
            f"WeasyPrint: {message}",
            "pdf",
            hint="Correct the passage or the style that it names.",
        )
    return list(found.values())


def _page_map(document: Any, starts: dict[str, str]) -> dict[str, int]:
    """First pages, counted from 1, of the parts whose anchors ``starts`` names."""
    pages: dict[str, int] = {}
    for number, page in enumerate(document.pages, start=1):
        for anchor in page.anchors:
            pages.setdefault(anchor, number)
    return {part: pages[anchor] for part, anchor in starts.items() if anchor in pages}


def url(path: str) -> str:
    """The address of a publication-relative path inside the page."""
    return quote(path)
