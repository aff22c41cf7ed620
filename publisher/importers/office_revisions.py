"""Tracked changes of a Word document, accepted or rejected (ECMA-376 part 1 §17.13.5)."""

from __future__ import annotations

from typing import Any

from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.office_xml import W, drop, number_of, text_of, unwrap

_CHANGES = ("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange",
            "trPrChange", "tcPrChange", "tblPrExChange", "numberingChange")  # fmt: skip
_MARKS = ("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
          "customXmlInsRangeStart", "customXmlInsRangeEnd", "customXmlDelRangeStart",
          "customXmlDelRangeEnd", "cellIns", "cellDel", "cellMerge")  # fmt: skip


def resolve(root: Any, repairs: list[Repair], *, accept: bool) -> int:
    """Make all tracked changes of a part plain text, in place; returns how many there were."""
    gone, kept = ("del", "ins") if accept else ("ins", "del")
    moved_away, moved_here = ("moveFrom", "moveTo") if accept else ("moveTo", "moveFrom")
    done = "accepted" if accept else "rejected"
    _formatting(root, accept=accept)
    rows = [node for node in root.iter(f"{W}trPr") if node.find(f"{W}{gone}") is not None]
    count = 0
    for row in rows:
        count += 1
        drop(row.getparent())
    ended = _ended(root, gone, moved_away)
    for name in (gone, moved_away, kept, moved_here):
        for node in list(root.iter(f"{W}{name}")):
            parent = node.getparent()
            if parent is None:
                continue
            if parent.tag in (f"{W}rPr", f"{W}trPr"):
                drop(node)
                continue
            text = text_of(node)
            count += 1
            if text.strip():
                shown = excerpt(text)
                if name in {gone, moved_away}:
                    before, after = f"[{'-' if accept else '+'}] {shown}", ""
                else:
                    before, after = f"[{'+' if accept else '-'}] {shown}", ""
                repairs.append(Repair(number_of(node), f"tracked change {done}", before, after))
            if name in {gone, moved_away}:
                drop(node)
            else:
                unwrap(node)
    for node in list(root.iter(f"{W}delText", f"{W}delInstrText")):
        node.tag = f"{W}t" if node.tag == f"{W}delText" else f"{W}instrText"
    for paragraph in ended:
        count += 1
        _join(paragraph)
    for name in _MARKS:
        for node in list(root.iter(f"{W}{name}")):
            drop(node)
    return count


def _formatting(root: Any, *, accept: bool) -> None:
    for name in _CHANGES:
        for node in list(root.iter(f"{W}{name}")):
            holder = node.getparent()
            old = next(iter(node), None)
            if accept or name not in {"rPrChange", "pPrChange"} or holder is None:
                drop(node)
                continue
            old = node.find(f"{W}{name.removesuffix('Change')}")
            # A paragraph's own run properties and section are no part of what has changed.
            kept = [child for child in holder if child.tag in (f"{W}rPr", f"{W}sectPr")]
            holder[:] = [*(list(old) if old is not None else []), *kept]


def _ended(root: Any, gone: str, moved: str) -> list[Any]:
    """Paragraphs whose end is deleted: they run on in the next one."""
    found = []
    for paragraph in root.iter(f"{W}p"):
        marks = paragraph.find(f"{W}pPr/{W}rPr")
        if marks is not None and (
            marks.find(f"{W}{gone}") is not None or marks.find(f"{W}{moved}") is not None
        ):
            found.append(paragraph)
    return found


def _join(paragraph: Any) -> None:
    parent = paragraph.getparent()
    if parent is None:
        return
    following = paragraph.getnext()
    content = [child for child in paragraph if child.tag != f"{W}pPr"]
    if following is None or following.tag != f"{W}p":
        if not text_of(paragraph).strip() and len(parent) > 1:
            drop(paragraph)
        return
    at = 1 if len(following) and following[0].tag == f"{W}pPr" else 0
    following[at:at] = content
    drop(paragraph)
