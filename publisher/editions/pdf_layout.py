"""WeasyPrint at work: what pages are set with, and the surroundings that it is kept in."""

from __future__ import annotations

import contextlib
import functools
import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from publisher import safe_xml, svg
from publisher.editions import css, pdf_notes
from publisher.editions.pdf_fonts import kept_fonts
from publisher.editions.pdf_spaces import kept_lines
from publisher.editions.pdf_targets import fewer_rounds
from publisher.environment import changed
from publisher.errors import MachineError

BASE = "https://publication.invalid/"
"""The address that all of an edition's files seem to have: names and bytes do not depend on a folder.
RFC 2606 reserves the domain, and the fetcher never asks it."""


@contextlib.contextmanager
def surroundings() -> Iterator[list[logging.LogRecord]]:
    """What WeasyPrint works in: no fonts of the machine, whole text in drawings, its log collected."""
    with (
        _quiet_fontconfig(),
        _log() as records,
        _whole_svg_text(),
        kept_fonts(),
        fewer_rounds(),
        kept_lines(),
    ):
        yield records


@dataclass(frozen=True, slots=True)
class Setup:
    """What pages are set with: a style sheet, read, with its fonts, and the files that pages name."""

    style: str
    resources: Mapping[str, bytes]
    sheet: Any
    fonts: Any
    counters: Any
    fetcher: Any
    images: dict[str, Any] = field(default_factory=dict)


def setup(style: str, resources: Mapping[str, bytes]) -> Setup:
    """Read a style sheet and load its fonts; ``resources`` are the edition's files by their names.

    Raises MachineError where WeasyPrint or its libraries are missing.
    """
    try:
        import weasyprint
        from weasyprint.css.counters import CounterStyle
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (ImportError, OSError) as error:
        raise MachineError(
            f"WeasyPrint cannot be loaded: {error}", hint="Run: publisher doctor"
        ) from error

    class Fetcher(URLFetcher):  # type: ignore[misc]
        """Serves the edition's own files and pictures within drawings, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            picture = svg.embedded(url) if url.startswith("data:") else None
            if picture is not None:
                return URLFetcherResponse(url, picture, {"Content-Type": "image/png"})
            name = unquote(url.removeprefix(BASE)) if url.startswith(BASE) else ""
            if name not in resources:
                raise ValueError("not a file of this edition")
            kind = "image/svg+xml" if name.endswith(".svg") else "application/octet-stream"
            return URLFetcherResponse(url, resources[name], {"Content-Type": kind})

    fetcher, fonts, counters = Fetcher(), FontConfiguration(), CounterStyle()
    sheet = weasyprint.CSS(
        string=style, base_url=BASE, url_fetcher=fetcher, font_config=fonts, counter_style=counters
    )
    return Setup(style, resources, sheet, fonts, counters, fetcher)


def lay_out(html: str, given: Setup) -> Any:
    """Set a page of HTML as WeasyPrint's document; call it within :func:`surroundings`."""
    import weasyprint

    source = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=given.fetcher)
    pdf_notes.restore(source.etree_element)
    for link in source.etree_element.iter("a"):
        # lxml has written %C3%BC for ü; WeasyPrint looks for a page by the anchor's own letters.
        if (target := link.get("href", "")).startswith("#") and "%" in target:
            link.set("href", unquote(target))
    return source.render(
        stylesheets=[given.sheet],
        font_config=given.fonts,
        counter_style=given.counters,
        cache=given.images,
    )


_SIZE = re.compile(r"[\d.]+(px|pt|mm|cm|in|pc)?")


@functools.lru_cache(maxsize=256)
def sized(data: bytes) -> bytes:
    """A drawing that says how large it is.

    WeasyPrint 70 cannot place one with a view box alone in a line from right to left.
    """
    from lxml import etree

    try:
        root = etree.fromstring(data, safe_xml.parser())
    except etree.XMLSyntaxError:
        return data
    known = all(_SIZE.fullmatch(root.get(name, "").strip()) for name in ("width", "height"))
    size = svg.size(root)
    if known or size is None:
        return data
    root.set("width", f"{size[0]:g}")
    root.set("height", f"{size[1]:g}")
    return etree.tostring(root)


@contextlib.contextmanager
def _quiet_fontconfig() -> Iterator[None]:
    """Keep Fontconfig from the machine's fonts and rules while WeasyPrint starts.

    Pages must not depend on what else is installed; an edition's fonts are all its own.
    """
    with (
        changed(FONTCONFIG_FILE=str(css.STYLES.parent / "fonts.conf")),
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("ignore", message=".*FontConfig.*")
        yield


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
