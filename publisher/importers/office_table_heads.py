"""Heading rows of a Word document's tables (ECMA-376 part 1 §17.4)."""

from __future__ import annotations

from typing import Any

from publisher.importers.office_facts import Fact
from publisher.importers.office_styles import Styles
from publisher.importers.office_xml import NUMBER, W, toggle, val


def mark_heads(table: Any, facts: dict[int, Fact], styles: Styles) -> None:
    """Tell pandoc which rows are headings, and nothing of how the table looks; in place.

    ``facts`` hear of it too, paragraph by paragraph.
    """
    from lxml import etree

    rows = table.findall(f"{W}tr")
    marked = [toggle(row.find(f"{W}trPr"), "tblHeader") or False for row in rows]
    look = table.find(f"{W}tblPr/{W}tblLook")
    named = val(table.find(f"{W}tblPr"), "tblStyle")
    first = False
    if (
        look is not None
        and named
        and styles.name(named) not in {"tablegrid", "tablenormal", "normaltable"}
    ):
        flag = look.get(f"{W}firstRow")
        bits = look.get(f"{W}val") or "0"
        first = flag in {"1", "true"} if flag else bool(_hex(bits) & 0x20)
    if rows and not any(marked) and first and len(rows) > 1:
        marked[0] = True
    for row, head in zip(rows, marked, strict=True):
        for old in row.findall(f"{W}trPr"):
            row.remove(old)
        for node in row.iter(f"{W}p"):
            fact = facts.get(int(node.get(NUMBER) or 0))
            if fact is not None:
                fact.header = head
        if head:
            pr = etree.Element(f"{W}trPr")
            etree.SubElement(pr, f"{W}tblHeader")
            row.insert(0, pr)
    old = table.find(f"{W}tblPr")
    if old is not None:
        table.remove(old)
    pr = etree.Element(f"{W}tblPr")
    if marked and marked[0]:
        new = etree.SubElement(pr, f"{W}tblLook")
        new.set(f"{W}firstRow", "1")
        new.set(f"{W}val", "0020")
    table.insert(0, pr)


def _hex(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0
