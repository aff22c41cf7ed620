"""Tracked changes of an OpenDocument text, accepted or rejected (OpenDocument 1.3 part 3 §5.5)."""

from __future__ import annotations

from typing import Any

from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.office_mixed import drop, insert_text
from publisher.importers.office_odt_xml import TEXT, number_of, text_of


def resolve(body: Any, repairs: list[Repair], *, accept: bool) -> int:
    """Make all tracked changes plain text, in place; returns how many there were."""
    regions: dict[str, tuple[str, Any]] = {}
    for holder in list(body.iter(f"{TEXT}tracked-changes")):
        for region in holder.findall(f"{TEXT}changed-region"):
            kind = next(
                (c for c in region if c.tag in (f"{TEXT}insertion", f"{TEXT}deletion")), None
            )
            if kind is not None:
                regions[region.get(f"{TEXT}id") or ""] = (kind.tag, kind)
        drop(holder)
    for node in list(body.iter(f"{TEXT}change")):
        tag, region = regions.get(node.get(f"{TEXT}change-id") or "", ("", None))
        if tag == f"{TEXT}deletion" and region is not None:
            words = text_of(region).strip()
            _note(repairs, node, words, "-", accept=accept)
            if not accept:
                paragraphs = [c for c in region if c.tag in (f"{TEXT}p", f"{TEXT}h")]
                content = " ".join(text_of(p) for p in paragraphs)
                insert_text(node, content)
        drop(node)
    for start in list(body.iter(f"{TEXT}change-start")):
        identifier = start.get(f"{TEXT}change-id")
        tag, _ = regions.get(identifier or "", ("", None))
        if tag == f"{TEXT}insertion":
            words = _between(body, start, identifier, remove=not accept)
            _note(repairs, start, words, "+", accept=accept)
    for node in list(body.iter(f"{TEXT}change-start", f"{TEXT}change-end")):
        drop(node)
    return len(regions)


def _note(repairs: list[Repair], node: Any, words: str, sign: str, *, accept: bool) -> None:
    if words.strip():
        done = "accepted" if accept else "rejected"
        repairs.append(
            Repair(number_of(node), f"tracked change {done}", f"[{sign}] {excerpt(words)}")
        )


def _between(body: Any, start: Any, identifier: str | None, *, remove: bool) -> str:
    """The text between the start and the end of a change; taken out where asked."""
    inside = False
    words: list[str] = []
    for node in body.iter():
        if node is start:
            inside = True
            words.append(node.tail or "")
            if remove:
                node.tail = None
            continue
        if node.tag == f"{TEXT}change-end" and node.get(f"{TEXT}change-id") == identifier:
            break
        if inside:
            words.append(node.text or "")
            ends = any(
                child.tag == f"{TEXT}change-end" and child.get(f"{TEXT}change-id") == identifier
                for child in node.iter()
            )
            if remove:
                node.text = None
            if not ends:
                words.append(node.tail or "")
                if remove:
                    node.tail = None
    return "".join(words)
