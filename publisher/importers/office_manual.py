"""Structure that an office document shows by formatting alone: headings, lists, contents, notes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from publisher.ast import (
    CONTAINERS,
    EMPTY_ATTR,
    Blocks,
    Inlines,
    Node,
    map_block,
    map_inline,
    normalise_inlines,
    plain_text,
    string,
)
from publisher.importers.blocks import follows, ordinal
from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.office_facts import TAB, Fact
from publisher.importers.office_inlines import Cleaner
from publisher.importers.office_read import Read

_BULLET = re.compile(rf"[\s{TAB}]*(?P<mark>[•·▪‣◦●○■□➢✓*\uf0b7\uf0a7–—-])[\s{TAB}\u00a0]+(?=\S)")
_NUMBER = re.compile(
    rf"[\s{TAB}]*(?P<mark>\(?(?:\d{{1,3}}|[a-zA-Z]|[ivxIVX]{{1,5}})[.)])[\s{TAB}\u00a0]+(?=\S)"
)
_END = re.compile(r"[.;,:]$")
_ENTRY = re.compile(
    rf"\S.*?(?:\.{{3,}}|…{{2,}}|[{TAB}]|(?: \.){{3,}})[\s.{TAB}]*(?:\d{{1,4}}|[ivxlc]+)\s*$"
)
_CONTENTS = re.compile(r"(?:table of )?contents|inhalt(?:sverzeichnis)?|sommaire|table des matières|"
                       r"содержание|оглавление|içindekiler|mündəricat|índice|sumário|المحتويات", re.I)  # fmt: skip
_LONGEST = 110
_MOST_WORDS = 16
_LONG_SECTION = 150
"""Words under one heading, in the mean, from which headings of one look are those of articles."""


@dataclass(slots=True)
class _Item:
    line: int
    mark: str
    depth: float
    content: Blocks


class Manual:
    """Finds structure in the top-level blocks of a document that has been read."""

    def __init__(self, read: Read, cleaner: Cleaner) -> None:
        self.read = read
        self.cleaner = cleaner

    def run(self) -> Blocks:
        """The blocks with all paragraphs cleaned."""
        blocks = self._without_contents(self.read.blocks)
        blocks = self._typed_notes(blocks)
        blocks = self._paragraphs(blocks)
        return self._headings(blocks)

    def _without_contents(self, blocks: Blocks) -> Blocks:
        """A contents list, by its style or by its dotted lines."""
        gone: set[int] = set()
        entries = [
            index for index, block in enumerate(blocks)
            if block["t"] in {"Para", "Header"}
            and (
                re.fullmatch(r"toc\d*|contents\d*|tableofcontents|toaheading", self.read.fact(block).style)
                or (block["t"] == "Para" and _ENTRY.match(plain_text(block["c"])))
            )
        ]  # fmt: skip
        runs: list[list[int]] = []
        for index in entries:
            if runs and index - runs[-1][-1] <= 2:
                runs[-1].append(index)
            else:
                runs.append([index])
        for run in runs:
            styled = any(
                self.read.fact(blocks[i]).style.startswith(("toc", "contents")) for i in run
            )
            if len(run) >= 3 or styled:
                gone.update(range(run[0], run[-1] + 1))
                before = run[0] - 1
                while before >= 0 and not _text(blocks[before]).strip():
                    before -= 1
                if before >= 0 and _CONTENTS.fullmatch(_text(blocks[before]).strip(" :")):
                    gone.add(before)
                shown = excerpt(" / ".join(_text(blocks[i]) for i in run), 90).replace(TAB, " ")
                self.cleaner.changed(
                    self.read.fact(blocks[run[0]]).number, "contents left out", shown
                )
        for index, block in enumerate(blocks):
            if self.read.fact(block).style in {"tocheading", "contentsheading"}:
                gone.add(index)
        return [block for index, block in enumerate(blocks) if index not in gone]

    def _typed_notes(self, blocks: Blocks) -> Blocks:
        """Notes typed by hand: a raised number in the text, the same number before a paragraph."""
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
            self.cleaner.changed(int(block.get("line", 1)), "footnote", f"{number} {excerpt(plain_text(content))}",
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

    def _paragraphs(self, blocks: Blocks) -> Blocks:
        """Clean every paragraph, drop empty ones and gather typed lists."""
        result: Blocks = []
        items: list[_Item] = []

        def flush() -> None:
            if items:
                result.extend(self._list(items))
                items.clear()

        empty: list[int] = []
        for block in blocks:
            kind = block["t"]
            if kind == "Para":
                line = int(block.get("line", 1))
                fact = self.read.fact(block)
                pieces = self.cleaner.split(block["c"], line)
                if not any(_full(piece) for piece in pieces):
                    empty.append(line)
                    continue
                for piece in pieces:
                    found = None if fact.style in _STYLED or fact.list_id else _marked(piece)
                    if found is not None and self._is_item(found, items):
                        self._item(found, piece, block, fact, items)
                        continue
                    flush()
                    made = self.cleaner.clean(piece, line)
                    if made:
                        result.append({**block, "c": made})
            elif kind == "Header":
                flush()
                level, attr, inlines = block["c"]
                made = self.cleaner.heading(inlines, int(block.get("line", 1)))
                if made:
                    result.append({**block, "c": [level, attr, made]})
                else:
                    empty.append(int(block.get("line", 1)))
            else:
                flush()
                result.extend([block] if kind == "Table" else self.cleaner.blocks([block]))
        flush()
        for line in empty:
            self.cleaner.changed(line, "empty paragraph removed", "(empty)")
        return result

    def _is_item(self, mark: str, items: list[_Item]) -> bool:
        if not ordinal(mark):
            return True
        return bool(items) or any(number == 1 for _, number in ordinal(mark))

    def _item(self, mark: str, piece: Inlines, block: Node, fact: Fact, items: list[_Item]) -> None:
        text = plain_text(piece)
        found = _BULLET.match(text) or _NUMBER.match(text)
        assert found is not None
        lead = text[: found.start("mark")]
        depth = lead.count(TAB) * 36 + lead.count(" ") * 4 + fact.indent
        line = int(block.get("line", 1))
        content = self.cleaner.clean(_cut(piece, found.end()), line)
        items.append(_Item(line, mark, depth, [{"t": "Para", "c": content, "line": line}]))

    def _list(self, items: list[_Item]) -> Blocks:
        """A list with its levels; a lone marked paragraph stays what it was."""
        if len(items) == 1 and ordinal(items[0].mark):
            item = items[0]
            text = [string(item.mark), {"t": "Space"}, *item.content[0]["c"]]
            return [{**item.content[0], "c": text}]
        shown = excerpt("; ".join(f"{i.mark} {plain_text(i.content[0]['c'])}" for i in items), 80)
        self.cleaner.repairs.append(
            Repair(items[0].line, "list recognised", shown, f"{len(items)} items")
        )
        return _nested(items)

    def _headings(self, blocks: Blocks) -> Blocks:
        """Paragraphs that look like headings become headings."""
        read = self.read
        real = any(block["t"] == "Header" for block in blocks)
        base = _base_size(blocks, read)
        looks: dict[int, tuple[float, bool, bool, bool, bool]] = {}
        for index, block in enumerate(blocks):
            fact = read.fact(block)
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            if block["t"] == "Para" and following is not None and _like_heading(block, fact, base):
                looks[index] = (
                    round(max(fact.size, base)), fact.caps, fact.centred, fact.bold, fact.underlined
                )  # fmt: skip
        for index in list(looks):
            # Three or more in a row are an address or a title page, not headings.
            run = index
            while run in looks and looks[run] == looks[index]:
                run += 1
            if run - index >= 3:
                for member in range(index, run):
                    looks.pop(member, None)
        order = sorted(set(looks.values()), key=lambda look: tuple(-float(part) for part in look))
        if not looks:
            return blocks
        only = len(order) == 1 and not real and not self._are_articles(blocks, list(looks))
        result: Blocks = []
        level = 0
        for index, block in enumerate(blocks):
            if block["t"] == "Header":
                level = block["c"][0]
            if index not in looks:
                result.append(block)
                continue
            shown = min(3, order.index(looks[index]) + 1) + only
            chosen = max(2, level + 1) if real else shown
            inlines = self.cleaner.heading(block["c"], int(block.get("line", 1)))
            self.cleaner.changed(int(block.get("line", 1)), "heading recognised",
                                 excerpt(plain_text(inlines)), f"level {chosen}")  # fmt: skip
            result.append({**block, "t": "Header", "c": [chosen, list(EMPTY_ATTR), inlines]})
        return result

    def _are_articles(self, blocks: Blocks, places: list[int]) -> bool:
        """Whether headings of one look begin articles: numbered, on new pages, or far apart."""
        texts = [_text(blocks[index]) for index in places]
        if len(places) < 2:
            return True
        if all(_NUMBER.match(text) for text in texts):
            return True
        if sum(self.read.fact(blocks[i]).page_break for i in places) * 2 >= len(places):
            return True
        counted = sum(len(_text(block).split()) for block in blocks[places[0] :])
        return counted / len(places) >= _LONG_SECTION


_STYLED = frozenset({"statement", "statementsource", "standfirst", "author", "caption", "quote",
                     "title", "subtitle", "keyfigure", "definitionterm", "sourcecode"})  # fmt: skip


def _text(block: Node) -> str:
    if block["t"] in {"Para", "Plain"}:
        return plain_text(block["c"])
    if block["t"] == "Header":
        return plain_text(block["c"][2])
    from publisher.ast import blocks_text

    return blocks_text([block])


def _full(inlines: Inlines) -> bool:
    return bool(plain_text(inlines, notes=True).strip(f" {TAB}\u00a0\u200b")) or any(
        node["t"] in {"Image", "Math", "Note"} for node in inlines
    )


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


def _marked(inlines: Inlines) -> str | None:
    """The mark of a typed list item."""
    text = plain_text(inlines)
    found = _BULLET.match(text)
    if found and not (found["mark"] in "–—-" and len(text) > 600):
        return found["mark"]
    found = _NUMBER.match(text)
    # "A. Smith" is a name: capitals with a full stop count where a tab follows.
    if found and (not re.match(r"[A-Z]\.", found["mark"]) or TAB in found.group()):
        return found["mark"]
    return None


def _cut(inlines: Inlines, count: int) -> Inlines:
    """``inlines`` without their first ``count`` characters."""
    result: Inlines = []
    for node in inlines:
        if count <= 0:
            result.append(node)
            continue
        length = len(plain_text([node]))
        if length <= count:
            count -= length
            if not length:
                result.append(node)
        elif node["t"] == "Str":
            result.append(string(node["c"][count:]))
            count = 0
        elif node["t"] in CONTAINERS:
            result.append({**node, "c": _cut(node["c"], count)})
            count = 0
        elif node["t"] in {"Link", "Span"}:
            result.append({**node, "c": [node["c"][0], _cut(node["c"][1], count), *node["c"][2:]]})
            count = 0
        else:
            result.append(node)
            count = 0
    return result


def _nested(items: list[_Item]) -> Blocks:
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


def _returns(items: list[_Item], place: int, first: _Item) -> bool:
    """Whether the outer list goes on after marks of another kind."""
    numbered = bool(ordinal(first.mark))
    return any(
        bool(ordinal(item.mark)) == numbered and item.depth <= first.depth + 8
        for item in items[place:]
    )


def _base_size(blocks: Blocks, read: Read) -> float:
    sizes: Counter[float] = Counter()
    for block in blocks:
        if block["t"] == "Para":
            sizes[read.fact(block).size] += len(plain_text(block["c"]))
    return max(sizes, key=lambda size: (sizes[size], -size)) if sizes else 0


def _like_heading(block: Node, fact: Fact, base: float) -> bool:
    text = plain_text(block["c"]).strip()
    if not text or fact.kind or fact.boxed or fact.list_id or fact.style in _STYLED:
        return False
    if len(text) > _LONGEST or len(text.split()) > _MOST_WORDS or _END.search(text):
        return False
    if not re.search(r"[^\W\d_]", text) or any(
        node["t"] in {"Image", "LineBreak", "Math"} for node in block["c"]
    ):
        return False
    if re.match(r"(?:Table|Figure|Fig\.|Source|Photo|By)\b", text):
        return False
    larger = base and fact.size >= base + 2
    return bool(fact.bold or fact.underlined or larger or (fact.caps and len(text) > 3))
