"""Pair footnote marks in the text with the notes at the foot of a page or at the end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from publisher.importers.blocks import Block
from publisher.importers.characters import NOTE_CLOSE, NOTE_OPEN
from publisher.importers.furniture import key
from publisher.importers.manuscript import Repair, excerpt, word_set

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_REFERENCE = re.compile(
    r"\[\^(?P<caret>[^\]\s]+)\](?!:)|\[(?P<square>\d{1,3})\](?![(\[:])|(?P<raised>[⁰¹²³⁴-⁹]+)|"
    r"\^(?P<hat>\d{1,3})\^|<sup>(?P<sup>\d{1,3})</sup>"
)
_NAMES = word_set("notes footnotes endnotes note references sources anmerkungen qeydlər примечания")


def _label(text: str) -> str:
    return re.sub(r"[\[\]^:\s]|</?sup>", "", text).translate(_RAISED)


def _style(text: str) -> str:
    if text.startswith("[^"):
        return "caret"
    if text.startswith("["):
        return "square"
    return "raised"


def take(
    blocks: Sequence[Block], repairs: list[Repair]
) -> tuple[list[Block], list[Block], list[Block]]:
    """Move notes to their marks.

    Returns the blocks without the paired notes, their marks replaced by NOTE_OPEN number NOTE_CLOSE; the
    notes by that number; and the notes that no mark calls, which stay in place as paragraphs.
    """
    definitions: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, block in enumerate(blocks):
        if block.kind == "note":
            definitions[_style(block.marker), _label(block.marker)].append(place)
    if not definitions:
        return list(blocks), [], []
    references: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for place, block in enumerate(blocks):
        if block.kind in {"text", "item", "quote"}:
            for found in _REFERENCE.finditer(block.text):
                name = (_style(found.group()), _label(found.group()))
                references[name].append((place, found.start()))
    pairs = _pairs(definitions, references)
    notes: list[Block] = []
    number_at: dict[tuple[int, int], int] = {}
    for reference in sorted(pairs):
        number_at[reference] = len(notes)
        note = blocks[pairs[reference]]
        repairs.append(Repair(note.line, "footnote", f"{note.marker} {excerpt(note.text)}", "note"))
        notes.append(note)
    paired = set(pairs.values())
    result: list[Block] = []
    loose: list[Block] = []
    for place, block in enumerate(blocks):
        if place in paired:
            continue
        if block.kind == "note":
            loose.append(block)
            block = replace(block, kind="text", text=f"{block.marker} {block.text}", marker="")
        elif block.kind in {"text", "item", "quote"}:
            block = replace(block, text=_marked(block.text, place, number_at))
        result.append(block)
    return _without_heading(result, paired, blocks), notes, loose


def _pairs(
    definitions: dict[tuple[str, str], list[int]],
    references: dict[tuple[str, str], list[tuple[int, int]]],
) -> dict[tuple[int, int], int]:
    """Each mark with its note: in order where there are as many, else the nearest mark above a note."""
    pairs: dict[tuple[int, int], int] = {}
    for name, places in definitions.items():
        marks = references.get(name, [])
        if len(marks) == len(places):
            pairs.update(zip(marks, places, strict=True))
            continue
        free = list(marks)
        for place in places:
            above = [mark for mark in free if mark[0] < place]
            chosen = above[-1] if above else (free[0] if name[0] == "caret" and free else None)
            if chosen is not None:
                pairs[chosen] = place
                free.remove(chosen)
    return pairs


def _marked(text: str, place: int, number_at: dict[tuple[int, int], int]) -> str:
    def change(found: re.Match[str]) -> str:
        number = number_at.get((place, found.start()))
        return found.group() if number is None else f"{NOTE_OPEN}{number}{NOTE_CLOSE}"

    marked = _REFERENCE.sub(change, text)
    return re.sub(rf"[ \u00a0]+(?={NOTE_OPEN})", "", marked)


def _without_heading(result: list[Block], paired: set[int], blocks: Sequence[Block]) -> list[Block]:
    """Drop a heading "Notes" that has nothing left under it."""
    emptied = {
        blocks[place].line
        for place in range(len(blocks) - 1)
        if blocks[place].kind in {"heading", "text"}
        and key(blocks[place].text) in _NAMES
        and place + 1 in paired
    }
    return [block for block in result if block.line not in emptied or key(block.text) not in _NAMES]
