"""Names and small helpers for WordprocessingML (ECMA-376 part 1 §17)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

NS = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "v": "urn:schemas-microsoft-com:vml",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
}
W, R, M, MC, A, WP, V, ASVG = (f"{{{NS[prefix]}}}" for prefix in NS)
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
NUMBER = "paragraph"
"""Our own attribute on ``w:p``: the paragraph's number in the manuscript, from 1."""

_OFF = frozenset({"0", "false", "off", "none"})


def val(node: Any, name: str) -> str:
    """``w:val`` of a child element, empty where there is no such child."""
    child = None if node is None else node.find(f"{W}{name}")
    return "" if child is None else str(child.get(f"{W}val") or "")


def toggle(node: Any, name: str) -> bool | None:
    """An on/off property (§17.7.3): None where it is not set."""
    child = None if node is None else node.find(f"{W}{name}")
    if child is None:
        return None
    return (child.get(f"{W}val") or "1").lower() not in _OFF


def integer(text: str | None) -> int:
    """A number as Word writes it; 0 for what is none."""
    try:
        return int(float(text or 0))
    except (ValueError, OverflowError):
        return 0


def run(text: str) -> Any:
    """``w:r`` with plain text."""
    from lxml import etree

    node = etree.Element(f"{W}r")
    piece = etree.SubElement(node, f"{W}t")
    piece.set(SPACE, "preserve")
    piece.text = text
    return node


def replace(node: Any, children: list[Any]) -> None:
    """Put ``children`` in the place of ``node``; its tail goes."""
    parent = node.getparent()
    at = parent.index(node)
    node.tail = None
    parent[at : at + 1] = children


def unwrap(node: Any) -> None:
    """Put the children of ``node`` in its place."""
    replace(node, list(node))


def drop(node: Any) -> None:
    """Take an element out of its tree."""
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def text_of(node: Any) -> str:
    """The visible characters below an element: tabs and breaks as spaces."""
    parts: list[str] = []
    for child in node.iter():
        if child.tag in (f"{W}t", f"{W}delText", f"{M}t"):
            parts.append(child.text or "")
        elif child.tag in (f"{W}tab", f"{W}br", f"{W}cr") and child.getparent().tag == f"{W}r":
            parts.append(" ")
    return "".join(parts)


def number_of(node: Any) -> int:
    """The number of the paragraph that an element stands in or is; of the one before it else."""
    while node is not None:
        if node.tag == f"{W}p" and node.get(NUMBER):
            return int(node.get(NUMBER))
        node = node.getparent()
    return 1


def paragraphs(root: Any) -> Iterator[Any]:
    """The paragraphs of a part in order of the text, without those of a fallback."""
    for node in root.iter(f"{W}p"):
        if not any(up.tag == f"{MC}Fallback" for up in node.iterancestors(f"{MC}Fallback")):
            yield node
