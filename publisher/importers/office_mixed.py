"""Trees with text between their elements (OpenDocument, HTML): nothing is lost when elements go.

lxml keeps the text after an element as that element's tail, so that it must be moved first.
"""

from __future__ import annotations

from typing import Any

from publisher.importers.office_facts import MARKS


def without_marks(root: Any) -> None:
    """Take private characters of the manuscript's own out: they would be taken for marks of ours."""
    for node in root.iter():
        if node.text and MARKS.search(node.text):
            node.text = MARKS.sub("", node.text)
        if node.tail and MARKS.search(node.tail):
            node.tail = MARKS.sub("", node.tail)


def insert_text(node: Any, text: str) -> None:
    """Put text before an element."""
    before = node.getprevious()
    if before is not None:
        before.tail = f"{before.tail or ''}{text}"
    else:
        parent = node.getparent()
        parent.text = f"{parent.text or ''}{text}"


def append_text(node: Any, text: str) -> None:
    """Put text at the end of an element."""
    if len(node):
        node[-1].tail = f"{node[-1].tail or ''}{text}"
    else:
        node.text = f"{node.text or ''}{text}"


def drop(node: Any) -> None:
    """Take an element away, not the text after it."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tail:
        insert_text(node, node.tail)
        node.tail = None
    parent.remove(node)


def unwrap(node: Any) -> None:
    """Put what an element holds in its place."""
    if node.getparent() is None:
        return
    if node.text:
        insert_text(node, node.text)
    for child in list(node):
        node.addprevious(child)
    drop(node)
