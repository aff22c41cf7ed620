"""Blocks of an edition numbered, so that one format can say on which of its pages each begins.

The PDF knows where its pages break, the EPUB where its text is; both are made from the same trees, and
a number on each block is what they have in common. It costs no named destination in the PDF.
"""

from __future__ import annotations

from typing import Any

ATTRIBUTE = "data-block"

_BLOCKS = frozenset(
    {"p", "li", "dt", "dd", "h2", "h3", "h4", "h5", "h6", "figure", "table", "tr", "pre", "aside"}
)


def number(article: str, body: Any) -> None:
    """Give each block of an article's body its key, ``article/1`` and so on, in reading order."""
    count = 0
    for element in body.iter():
        if isinstance(element.tag, str) and element.tag in _BLOCKS:
            count += 1
            element.set(ATTRIBUTE, f"{article}/{count}")


def colophon_line(number: int) -> str:
    """The key of a line that the toolkit itself adds to the colophon, counted from 1."""
    return f"colophon-line/{number}"


def first_pages(pages: Any) -> dict[str, int]:
    """The page, counted from 1, on which each block begins; ``pages`` are WeasyPrint's."""
    found: dict[str, int] = {}
    for page_number, page in enumerate(pages, start=1):
        for box in page._page_box.descendants():
            element = getattr(box, "element", None)
            key = element.get(ATTRIBUTE) if element is not None else None
            if key:
                found.setdefault(key, page_number)
    return found
