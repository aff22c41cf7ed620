"""Names and small helpers for OpenDocument texts (OpenDocument 1.3 part 3)."""

from __future__ import annotations

from typing import Any

from publisher.importers.office_facts import MARKS

URN = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT, OFFICE, TABLE, DRAW, SVG, META = (
    f"{{{URN}{name}:1.0}}"
    for name in ("text", "office", "table", "drawing", "svg-compatible", "meta")
)
XLINK = "{http://www.w3.org/1999/xlink}"
DC = "{http://purl.org/dc/elements/1.1/}"
NUMBER = "paragraph"
"""Our own attribute on paragraphs and headings: the paragraph's number in the manuscript, from 1."""


def text_of(node: Any) -> str:
    """The visible characters below an element, comments left out; tabs and breaks as spaces."""
    parts: list[str] = []

    def walk(item: Any) -> None:
        if item.tag == f"{OFFICE}annotation":
            return
        parts.append(item.text or "")
        for child in item:
            if child.tag in (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"):
                parts.append(" ")
            walk(child)
            parts.append(child.tail or "")

    walk(node)
    return MARKS.sub("", "".join(parts))


def number_of(node: Any) -> int:
    """The number of the paragraph that an element stands in or is; 1 outside all."""
    while node is not None:
        if node.get(NUMBER):
            return int(node.get(NUMBER))
        node = node.getparent()
    return 1
