"""Footnotes that are typed by hand: a raised number in the text, the same number before a paragraph."""

from __future__ import annotations

import re
from collections import Counter

from publisher.ast import (
    Blocks,
    Inlines,
    Node,
    map_block,
    map_inline,
    normalise_inlines,
    plain_text,
)
from publisher.importers.manuscript import excerpt
from publisher.importers.office_inlines import Cleaner


def typed_notes(blocks: Blocks, cleaner: Cleaner) -> Blocks:
    """Make footnotes of numbers that stand raised in the text and once more before a paragraph."""
    definitions: dict[str, tuple[int, Node]] = {}
    for index, block in enumerate(blocks):
        number = _raised(block["c"][0]) if block["t"] == "Para" and block["c"] else None
        if number and number not in definitions:
            definitions[number] = (index, block)
    references = Counter(
        number
        for index, block in enumerate(blocks)
        for number in _references(
            block, skip_first=any(index == d[0] for d in definitions.values())
        )
    )
    used = {n: place for n, place in definitions.items() if references[n] == 1}
    if not used or "1" not in used:
        return blocks
    notes: dict[str, Blocks] = {}
    for number, (_, block) in used.items():
        content = normalise_inlines(block["c"][1:], trim=True)
        notes[number] = [{**block, "c": content}]
        cleaner.changed(int(block.get("line", 1)), "footnote", f"{number} {excerpt(plain_text(content))}",
                        "typed note made a footnote")  # fmt: skip
    gone = {index for index, _ in used.values()}

    def inlines(children: Inlines, _role: str) -> Inlines:
        result: Inlines = []
        for node in children:
            number = _raised(node)
            if number in notes:
                while result and result[-1]["t"] == "Space":
                    result.pop()
                result.append({"t": "Note", "c": notes[number]})
            else:
                result.append(map_inline(node, lambda b, _: b, inlines))
        return result

    def over(children: Blocks, _role: str) -> Blocks:
        return [map_block(child, over, inlines) for child in children]

    return over([block for index, block in enumerate(blocks) if index not in gone], "")


def _raised(node: Node) -> str | None:
    if node["t"] != "Superscript":
        return None
    found = re.fullmatch(r"[\[(]?(\d{1,3})[\])]?", plain_text(node["c"]).strip())
    return found[1] if found else None


def _references(block: Node, *, skip_first: bool) -> list[str]:
    found: list[str] = []

    def inlines(children: Inlines, _role: str) -> Inlines:
        for place, node in enumerate(children):
            number = _raised(node)
            before = children[place - 1] if place else None
            # A power (km²) follows its unit; a note's mark follows a word or a full stop.
            unit = (
                before is not None
                and before["t"] == "Str"
                and re.search(r"(?:^|[\d\s])(?:k?m|cm|mm|[0-9])$", before["c"])
            )
            if number and not unit:
                found.append(number)
            map_inline(node, lambda b, _: b, inlines)
        return children

    def over(children: Blocks, _role: str) -> Blocks:
        for child in children:
            map_block(child, over, inlines)
        return children

    over([block], "")
    return found[1:] if skip_first else found
