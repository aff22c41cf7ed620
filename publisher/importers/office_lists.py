"""Lists that are typed by hand: paragraphs that begin with a bullet or a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.ast import Blocks, Inlines, Node, plain_text, string
from publisher.importers.blocks import follows, ordinal
from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.office_facts import TAB, Fact
from publisher.importers.office_inlines import Cleaner
from publisher.importers.office_text import cut

_BULLET = re.compile(rf"[\s{TAB}]*(?P<mark>[•·▪‣◦●○■□➢✓*\uf0b7\uf0a7–—-])[\s{TAB}\u00a0]+(?=\S)")
NUMBER_MARK = re.compile(
    rf"[\s{TAB}]*(?P<mark>\(?(?:\d{{1,3}}|[a-zA-Z]|[ivxIVX]{{1,5}})[.)])[\s{TAB}\u00a0]+(?=\S)"
)
"""A typed number or letter at the head of a paragraph, and the space after it."""


@dataclass(slots=True)
class Item:
    """One item: its paragraph, its mark, how far it is indented (points) and its content."""

    line: int
    mark: str
    depth: float
    content: Blocks


def mark_of(inlines: Inlines) -> str | None:
    """The mark of a typed list item; None for a paragraph that has none."""
    text = plain_text(inlines)
    found = _BULLET.match(text)
    if found and not (found["mark"] in "–—-" and len(text) > 600):
        return found["mark"]
    found = NUMBER_MARK.match(text)
    # "A. Smith" is a name: capitals with a full stop count where a tab follows.
    if found and (not re.match(r"[A-Z]\.", found["mark"]) or TAB in found.group()):
        return found["mark"]
    return None


def can_follow(mark: str, items: list[Item]) -> bool:
    """Whether a mark can follow these items: a number begins a list only with the first one."""
    if not ordinal(mark):
        return True
    return bool(items) or any(number == 1 for _, number in ordinal(mark))


def as_item(mark: str, piece: Inlines, block: Node, fact: Fact, cleaner: Cleaner) -> Item:
    """The item that a paragraph of this mark is, cleaned."""
    text = plain_text(piece)
    found = _BULLET.match(text) or NUMBER_MARK.match(text)
    assert found is not None
    lead = text[: found.start("mark")]
    depth = lead.count(TAB) * 36 + lead.count(" ") * 4 + fact.indent
    line = int(block.get("line", 1))
    content = cleaner.clean(cut(piece, found.end()), line)
    return Item(line, mark, depth, [{"t": "Para", "c": content, "line": line}])


def listed(items: list[Item], cleaner: Cleaner) -> Blocks:
    """A list with its levels; a lone marked paragraph stays what it was."""
    if len(items) == 1 and ordinal(items[0].mark):
        item = items[0]
        text = [string(item.mark), {"t": "Space"}, *item.content[0]["c"]]
        return [{**item.content[0], "c": text}]
    shown = excerpt("; ".join(f"{i.mark} {plain_text(i.content[0]['c'])}" for i in items), 80)
    cleaner.repairs.append(Repair(items[0].line, "list recognised", shown, f"{len(items)} items"))
    return _nested(items)


def _nested(items: list[Item]) -> Blocks:
    """Items in a row as lists, deeper ones inside the item before them."""
    result: Blocks = []
    place = 0
    while place < len(items):
        first = items[place]
        numbered = ordinal(first.mark)
        contents: list[Blocks] = []
        last = first.mark
        while place < len(items):
            item = items[place]
            if item.depth > first.depth + 8 and contents:
                inner = place
                while inner < len(items) and items[inner].depth > first.depth + 8:
                    inner += 1
                contents[-1].extend(_nested(items[place:inner]))
                place = inner
                continue
            same = bool(ordinal(item.mark)) == bool(numbered)
            goes_on = not numbered or not contents or follows(last, item.mark)
            if not same or not goes_on:
                if (
                    contents
                    and not same
                    and item.depth >= first.depth
                    and _returns(items, place, first)
                ):
                    inner = place
                    while inner < len(items) and bool(ordinal(items[inner].mark)) != bool(numbered):
                        inner += 1
                    contents[-1].extend(_nested(items[place:inner]))
                    place = inner
                    continue
                break
            contents.append(list(item.content))
            last = item.mark
            place += 1
        if numbered:
            style, start = next((o for o in numbered if o[1] == 1), numbered[0])
            mark = first.mark
            close = "TwoParens" if mark[0] == "(" else "OneParen" if mark[-1] == ")" else "Period"
            attributes = [start, {"t": style}, {"t": close}]
            result.append({"t": "OrderedList", "c": [attributes, contents], "line": first.line})
        else:
            result.append({"t": "BulletList", "c": contents, "line": first.line})
    return result


def _returns(items: list[Item], place: int, first: Item) -> bool:
    """Whether the outer list goes on after marks of another kind."""
    numbered = bool(ordinal(first.mark))
    return any(
        bool(ordinal(item.mark)) == numbered and item.depth <= first.depth + 8
        for item in items[place:]
    )
