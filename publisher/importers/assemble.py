"""From the raw blocks of one article to pandoc blocks: cuts joined, lists built, inlines read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from publisher.ast import EMPTY_ATTR, Blocks, Inlines, Node, plain_text
from publisher.errors import Finding
from publisher.importers.blocks import Block, joined, ordinal
from publisher.importers.cuts import judge_blocks
from publisher.importers.inline import Inliner
from publisher.importers.lexicon import Lexicon
from publisher.importers.lists import run_after, settle_items
from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.quotes import balance

Piece = Block | tuple[Block, ...]
"""A block, or the items of a list in a row."""


@dataclass(slots=True)
class Assembler:
    """Works on one article after the other; ``repairs`` and ``findings`` grow."""

    name: str
    lexicon: Lexicon
    inliner: Inliner
    repairs: list[Repair]
    findings: list[Finding]

    def blocks(self, raw: Sequence[Block]) -> Blocks:
        """Pandoc blocks of an article's raw blocks."""
        result: Blocks = []
        depth = 0
        for piece in self._pieces(settle_items(raw)):
            if isinstance(piece, tuple):
                result.append(self._list(piece))
                depth = 0
                continue
            node = self._block(piece, depth)
            if node is not None:
                result.append(node)
            depth = 0
            if node is not None and node["t"] == "Para":
                depth = 1 if balance(plain_text(node["c"])) > 0 else 0
        return result

    def _pieces(self, raw: list[Block]) -> list[Piece]:
        """Join what page breaks cut and gather items."""
        result: list[Piece] = []
        place = 0
        while place < len(raw):
            block = raw[place]
            place += 1
            while place < len(raw):
                if block.plain.endswith(":") and self._listed(block, raw[place:]):
                    break
                judgement = judge_blocks(block, raw[place], self.lexicon)
                if not judgement.join:
                    self._doubt(judgement.doubt, block, raw[place])
                    break
                block = self._join(block, raw[place], judgement.reason)
                place += 1
            if block.kind == "item":
                items = result.pop() if result and isinstance(result[-1], tuple) else ()
                assert isinstance(items, tuple)
                if items and not _same_list(items, block):
                    result.append(items)
                    items = ()
                result.append((*items, block))
                continue
            result.append(block)
            run = (
                run_after(block, raw[place:], self.lexicon, self.repairs)
                if block.kind == "text"
                else None
            )
            if run is not None:
                self._record_cuts(raw[place : place + run.used], run.items)
                marker = "1." if run.ordered else "-"
                result.append(
                    tuple(
                        replace(
                            item,
                            kind="item",
                            indent=0,
                            marker=f"{number}." if run.ordered else marker,
                        )
                        for number, item in enumerate(run.items, 1)
                    )
                )
                place += run.used
        return result

    def _listed(self, block: Block, following: Sequence[Block]) -> bool:
        return run_after(block, following, self.lexicon, []) is not None

    def _join(self, first: Block, second: Block, reason: str) -> Block:
        before = f"{excerpt(first.plain, 50, end=True)} ¶ {excerpt(second.plain, 50)}"
        both = joined(first, second, self.lexicon, self.repairs)
        self.repairs.append(Repair(second.line, "page break joined", before, f"joined: {reason}"))
        return both

    def _record_cuts(self, used: Sequence[Block], items: Sequence[Block]) -> None:
        """Name the cuts that were joined inside the items of an unmarked list."""
        starts = {item.line for item in items}
        for before, block in pairwise(used):
            if block.line not in starts:
                joint = f"{excerpt(before.plain, 50, end=True)} ¶ {excerpt(block.plain, 50)}"
                self.repairs.append(
                    Repair(block.line, "page break joined", joint, "joined: inside a list item")
                )

    def _doubt(self, doubt: str, first: Block, second: Block) -> None:
        if not doubt:
            return
        lower = doubt.startswith("begins")
        place = second if lower else first
        shown = excerpt(second.plain) if lower else excerpt(first.plain, end=True)
        self.findings.append(
            Finding(
                "doubtful-paragraph",
                "warning",
                f"the paragraph {doubt}: “{shown}”",
                self.name,
                place.line,
                "It was kept apart from the next one; check it against the original."
                if not lower
                else "It was kept apart from the one before; check it against the original.",
            )
        )

    def _inlines(self, block: Block, *, depth: int = 0, bold: bool = True) -> Inlines:
        return self.inliner.convert(block.text, block.line, self.repairs, depth=depth, bold=bold)

    def _block(self, block: Block, depth: int) -> Node | None:
        if block.kind == "table":
            return self._table(block)
        inlines = self._inlines(block, depth=depth, bold=block.kind != "heading")
        if not inlines:
            return None
        if block.kind == "heading":
            return {"t": "Header", "c": [block.level, list(EMPTY_ATTR), inlines]}
        if block.kind == "quote":
            return {"t": "BlockQuote", "c": [{"t": "Para", "c": inlines}]}
        return {"t": "Para", "c": inlines}

    def _list(self, items: Sequence[Block]) -> Node:
        """A list with its sublists, by indentation."""
        base = (
            min(items[0].indent, *(item.indent for item in items))
            if len(items) > 1
            else items[0].indent
        )
        heads: list[tuple[Block, list[Block]]] = []
        for item in items:
            if heads and item.indent > base + 1:
                heads[-1][1].append(item)
            else:
                heads.append((item, []))
        contents: list[Blocks] = []
        for head, below in heads:
            content: Blocks = [{"t": "Plain", "c": self._inlines(head)}]
            content.extend(self._list(group) for group in _lists(below))
            contents.append(content)
        readings = ordinal(items[0].marker)
        if not readings:
            return {"t": "BulletList", "c": contents}
        style, start = _style([head.marker for head, _ in heads])
        close = items[0].marker
        delimiter = "TwoParens" if close[0] == "(" else "OneParen" if close[-1] == ")" else "Period"
        attributes = [start, {"t": style}, {"t": delimiter}]
        return {"t": "OrderedList", "c": [attributes, contents]}

    def _table(self, block: Block) -> Node | None:
        rows = [_cells(row) for row in block.rows]
        ruled = len(rows) > 1 and all(re.fullmatch(r":?-+:?", cell) for cell in rows[1])
        head = rows[:1] if ruled else []
        body = rows[2:] if ruled else rows
        columns = max(len(row) for row in rows)
        aligns = [_alignment(cell) for cell in rows[1]] if ruled else []
        aligns += ["AlignDefault"] * (columns - len(aligns))

        def made(row: list[str]) -> list[object]:
            cells = []
            for cell in [*row, *([""] * (columns - len(row)))]:
                inlines = self.inliner.convert(cell, block.line, self.repairs)
                content = [{"t": "Plain", "c": inlines}] if inlines else []
                cells.append([list(EMPTY_ATTR), {"t": "AlignDefault"}, 1, 1, content])
            return [list(EMPTY_ATTR), cells]

        specs = [[{"t": align}, {"t": "ColWidthDefault"}] for align in aligns]
        top = head or [[""] * columns]
        return {
            "t": "Table",
            "c": [
                list(EMPTY_ATTR),
                [None, []],
                specs,
                [list(EMPTY_ATTR), [made(row) for row in top]],
                [[list(EMPTY_ATTR), 0, [], [made(row) for row in body]]],
                [list(EMPTY_ATTR), []],
            ],
        }


def _same_list(items: Sequence[Block], block: Block) -> bool:
    """Whether ``block`` goes on with the list: the same kind of mark, or a level deeper or higher."""
    level = [item for item in items if abs(item.indent - block.indent) <= 1]
    if not level:
        return block.indent > items[0].indent
    return bool(ordinal(level[-1].marker)) == bool(ordinal(block.marker))


def _lists(items: Sequence[Block]) -> list[tuple[Block, ...]]:
    groups: list[tuple[Block, ...]] = []
    for item in items:
        if groups and _same_list(groups[-1], item):
            groups[-1] = (*groups[-1], item)
        else:
            groups.append((item,))
    return groups


def _style(markers: Sequence[str]) -> tuple[str, int]:
    """The number style that fits the first markers, letters before Roman numerals only from “a”."""
    options = ordinal(markers[0])
    if len(markers) > 1:
        following = ordinal(markers[1])
        options = [o for o in options if (o[0], o[1] + 1) in following] or options
    return options[0]


def _cells(row: str) -> list[str]:
    inner = row.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", inner)]


def _alignment(rule: str) -> str:
    left, right = rule.startswith(":"), rule.endswith(":")
    return {
        (True, True): "AlignCenter",
        (True, False): "AlignLeft",
        (False, True): "AlignRight",
        (False, False): "AlignDefault",
    }[left, right]
