"""PDF: the edition on paper, tagged, as PDF/A-3a and PDF/UA-1 at once.

WeasyPrint sets the pages from the HTML of :mod:`publisher.editions.html`; what it leaves undone for the
two standards, and for a file that is the same on every machine, :mod:`publisher.editions.pdf_finish` does.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from publisher import safe_xml
from publisher.editions import Compiled, blocks, css, html, pdf_boxes, pdf_lines, pdf_page
from publisher.editions import fonts as font_files
from publisher.editions.pdf_finish import finish
from publisher.editions.pdf_fonts import kept_fonts
from publisher.editions.pdf_targets import fewer_rounds
from publisher.errors import Finding, MachineError
from publisher.fit import ArticleFit

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.editions.fonts import Fonts

BASE = "https://publication.invalid/"
"""The address that all of an edition's files seem to have: names and bytes do not depend on a folder.
RFC 2606 reserves the domain, and the fetcher never asks it."""

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
    texts = list(pdf_page.texts(rendered, edition))
    fonts = font_files.choose(
        edition.brand, edition.language, (text for _, text in texts), edition.files
    )
    findings = [*rendered.findings, *fonts.missing(texts, edition.brand)]
    brand = edition.brand
    own = brand.font_set(edition.language.script, edition.language.fonts)
    measure = brand.page.measure * 72 / 25.4 / (brand.type.size * own.size)
    findings += pdf_lines.long_words(texts, fonts, measure)
    with surroundings() as records:
        document, page = lay_out(edition, rendered, fonts)
        with pdf_boxes.marked():
            data = document.write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True, hinting=False)
    named = any(finding.code == "missing-glyph" for finding in findings)
    findings += [*page.findings, *_findings(records, glyphs=not named)]
    findings += pdf_lines.overfull(document.pages, edition.document)
    findings += pdf_lines.without_notes(document.pages, rendered)
    starts = _page_map(document, page.starts)
    page_map = {**starts, **blocks.first_pages(document.pages)}
    finished = finish(data, edition, rendered, starts, len(document.pages))
    return Compiled(finished, len(document.pages), page_map, tuple(findings))


@contextlib.contextmanager
def surroundings() -> Iterator[list[logging.LogRecord]]:
    """What WeasyPrint works in: no fonts of the machine, whole text in drawings, its log collected."""
    with _quiet_fontconfig(), _log() as records, _whole_svg_text(), kept_fonts(), fewer_rounds():
        yield records


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
        name: _sized(data) if name.endswith(".svg") else data for name, data in resources.items()
    }
    return _layout(page.html, _faces(fonts) + page.css, resources)


_SIZE = re.compile(r"[\d.]+(px|pt|mm|cm|in|pc)?")


@functools.lru_cache(maxsize=256)
def _sized(data: bytes) -> bytes:
    """A drawing that says how large it is.

    WeasyPrint 70 cannot place one with a view box alone in a line from right to left.
    """
    from lxml import etree

    try:
        root = etree.fromstring(data, safe_xml.parser())
    except etree.XMLSyntaxError:
        return data
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    known = all(_SIZE.fullmatch(root.get(name, "").strip()) for name in ("width", "height"))
    if known or len(box) != 4:
        return data
    root.set("width", box[2])
    root.set("height", box[3])
    return etree.tostring(root)


def _faces(fonts: Fonts) -> str:
    return css.font_faces(fonts, BASE + _FONTS, ranges=False) + "\n"


def _layout(page: str, style: str, resources: dict[str, bytes]) -> Any:
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (ImportError, OSError) as error:
        raise MachineError(
            f"WeasyPrint cannot be loaded: {error}", hint="Run: publisher doctor"
        ) from error

    class Fetcher(URLFetcher):  # type: ignore[misc]
        """Serves the edition's own files, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            name = unquote(url.removeprefix(BASE)) if url.startswith(BASE) else ""
            if name not in resources:
                raise ValueError("not a file of this edition")
            kind = "image/svg+xml" if name.endswith(".svg") else "application/octet-stream"
            return URLFetcherResponse(url, resources[name], {"Content-Type": kind})

    fetcher = Fetcher()
    fonts = FontConfiguration()
    sheet = weasyprint.CSS(string=style, base_url=BASE, url_fetcher=fetcher, font_config=fonts)
    source = weasyprint.HTML(string=page, base_url=BASE, url_fetcher=fetcher)
    return source.render(stylesheets=[sheet], font_config=fonts)


@contextlib.contextmanager
def _quiet_fontconfig() -> Iterator[None]:
    """Keep Fontconfig from the machine's fonts and rules while WeasyPrint starts.

    Pages must not depend on what else is installed; an edition's fonts are all its own.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(css.STYLES.parent / "fonts.conf")
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*FontConfig.*")
            yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


class _Whole(str):
    """A string that counts as one letter."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        yield str(self)


class _Run:
    """A text node of a drawing whose text is one run; all else is the node's own."""

    def __init__(self, node: Any) -> None:
        object.__setattr__(self, "_node", node)

    @property
    def text(self) -> str:
        return _Whole(self._node.text)

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "_node"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._node, name, value)


@contextlib.contextmanager
def _whole_svg_text() -> Iterator[None]:
    """Have the text of SVG figures set as runs.

    WeasyPrint sets it letter by letter from left to right, which tears Arabic apart and loses
    kerning; only where an author places letters one by one is that right.
    """
    from weasyprint import svg

    original = svg.text

    def text(drawing: Any, node: Any, font_size: float) -> None:
        lists = (node.get(name, "").split() for name in ("x", "y", "dx", "dy", "rotate"))
        spaced = node.get("letter-spacing") or node.get("textLength")
        if node.text and not spaced and all(len(values) < 2 for values in lists):
            node = _Run(node)
        original(drawing, node, font_size)

    tags = {name: tag for name, tag in svg.TAGS.items() if tag is original}
    svg.TAGS.update(dict.fromkeys(tags, text))
    svg.text = text
    try:
        yield
    finally:
        svg.text = original
        svg.TAGS.update(tags)


@contextlib.contextmanager
def _log() -> Iterator[list[logging.LogRecord]]:
    """Collect what WeasyPrint and fontTools only log."""
    records: list[logging.LogRecord] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.WARNING:
                records.append(record)

    handler = Collector()
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    before = [(logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
        logger.setLevel(logging.WARNING)
    try:
        yield records
    finally:
        for logger, (level, propagate) in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
            logger.propagate = propagate


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
