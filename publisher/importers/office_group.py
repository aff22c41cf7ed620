"""Paragraph styles and neighbourhood to the source's conventions: boxes, statements, figures, tables."""

from __future__ import annotations

import re
from typing import Any

from publisher.ast import Blocks, Inlines, Node, map_block, plain_text
from publisher.importers.manuscript import excerpt
from publisher.importers.office_facts import LABEL
from publisher.importers.office_inlines import Cleaner
from publisher.importers.office_read import Read, first_line
from publisher.importers.office_tables import Tables
from publisher.importers.office_text import cut, map_text

_GROUPS = {
    "statement": "statement", "statementlist": "statement", "statementsource": "statement",
    "quote": "quote", "quotelist": "quote", "quotesource": "quote", "intensequote": "quote",
    "quotations": "quote", "blocktext": "quote", "blockquotation": "quote",
    "box": "box", "boxheading": "box", "boxlist": "box",
    "keyfigure": "figures", "keyfiguretext": "figures",
    "definitionterm": "definition", "definition": "definition",
}  # fmt: skip
_SOURCES = frozenset({"statementsource", "quotesource"})
_CAPTIONS = frozenset({"caption", "tablecaption", "figurecaption", "imagecaption", "table", "illustration",
                       "figure", "drawing"})  # fmt: skip
# The label of a caption where no field says which it is: a word, a number, a mark.
_LABEL = re.compile(
    r"(?P<word>Table|Figure|Fig|Chart|Map|Photo|Image|Box|Diagram|Illustration|Tabelle|Abbildung|Abb|Tableau|"
    r"Tabla|Figura|Tabela|Таблица|Рисунок|Рис|Cədvəl|Şəkil|Tablo|Şekil|جدول|شكل)\.?\s*"
    r"(?P<number>\d+(?:[.-]\d+)*|[IVX]+)\s*(?:[.:–—-]\s*|\s)",
    re.IGNORECASE,
)
_TABLE_WORDS = frozenset(
    {"table", "tabelle", "tableau", "tabla", "tabela", "таблица", "cədvəl", "tablo", "جدول"}
)


class Grouper:
    """Turns runs of styled paragraphs into divs, lists of definitions, figures and tables."""

    def __init__(self, read: Read, cleaner: Cleaner, tables: Tables) -> None:
        self.read = read
        self.cleaner = cleaner
        self.tables = tables

    def run(self, blocks: Blocks) -> Blocks:
        """All top-level blocks."""
        blocks = self._captions(self._continued(blocks))
        result: Blocks = []
        place = 0
        while place < len(blocks):
            kind = self._kind(blocks[place])
            if not kind:
                result.append(self._inside(blocks[place]))
                place += 1
                continue
            end = place
            while end < len(blocks) and self._kind(blocks[end]) == kind:
                end += 1
                if self._style(blocks[end - 1]) in _SOURCES:
                    break
            result.extend(self._group(kind, blocks[place:end]))
            place = end
        return result

    def _style(self, block: Node) -> str:
        return self.read.fact(block).style

    def _kind(self, block: Node) -> str:
        if block["t"] in {"Figure", "Table", "HorizontalRule"}:
            return "box" if self.read.fact(block).boxed else ""
        fact = self.read.fact(block)
        if block["t"] == "Header" and fact.style != "boxheading":
            return ""
        return _GROUPS.get(fact.style, "box" if fact.boxed else "")

    def _inside(self, block: Node) -> Node:
        """Tables inside lists and boxes are finished too."""

        def over(children: Blocks, _role: str) -> Blocks:
            result: Blocks = []
            for child in children:
                if child["t"] == "Table":
                    result.extend(self.tables.table(child, first_line(child)))
                else:
                    result.append(map_block(child, over, lambda i, _: i))
            return result

        if block["t"] in {"Table", "Figure"}:
            return block
        return map_block(block, over, lambda i, _: i)

    def _group(self, kind: str, blocks: Blocks) -> Blocks:
        line = first_line(blocks[0])
        if kind == "definition":
            return _definitions(blocks, self._style)
        if kind == "figures":
            made = _definitions(blocks, self._style)
            return [{"t": "Div", "c": [["", ["box", "figures"], []], made], "line": line}]
        source = ""
        if self._style(blocks[-1]) in _SOURCES:
            source = plain_text(blocks[-1]["c"]).strip()
            blocks = blocks[:-1]
        content = [self._inside(self._heading(block)) for block in blocks]
        keys = [["source", source]] if source else []
        if kind == "quote" and not source:
            return [{"t": "BlockQuote", "c": content, "line": line}]
        if kind == "quote":
            return [{"t": "Div", "c": [["", [], keys], content], "line": line}]
        return [{"t": "Div", "c": [["", [kind], keys], content], "line": line}]

    def _heading(self, block: Node) -> Node:
        """A heading in a box; without a level it is bold text."""
        fact = self.read.fact(block)
        if block["t"] == "Para" and fact.style == "boxheading" and not self.cleaner.exact:
            return {**block, "c": [{"t": "Strong", "c": block["c"]}]}
        return block

    def _continued(self, blocks: Blocks) -> Blocks:
        """Paragraphs that go on with a list item, and lists that go on after them, are one list."""
        result: Blocks = []
        counts: dict[str, int] = {}
        for block in blocks:
            before = result[-1] if result else None
            fact = self.read.fact(block)
            if block["t"] == "OrderedList" and fact.list_id and not fact.depth:
                (_, style, mark), items = block["c"]
                done = counts.get(fact.list_id, block["c"][0][0] - 1)
                block = {**block, "c": [[done + 1, style, mark], items]}
                counts[fact.list_id] = done + len(items)
            continues = re.fullmatch(r"listcontinue(\d?)", fact.style)
            if before is not None and continues and block["t"] == "Para" and _is_list(before):
                result[-1] = _append(before, block, int(continues[1] or 1))
            elif (
                before is not None
                and _is_list(before)
                and before["t"] == block["t"]
                and fact.list_id
                and fact.list_id == self.read.fact(before).list_id
                and fact.depth == self.read.fact(before).depth
            ):
                result[-1] = _extended(before, block)
            else:
                result.append(block)
        return result

    def _captions(self, blocks: Blocks) -> Blocks:
        """Figures and tables with the captions beside them."""
        result: Blocks = []
        place = 0
        while place < len(blocks):
            block = blocks[place]
            fact = self.read.fact(block)
            if block["t"] == "Table":
                made = self.tables.table(block, first_line(block))
                caption, used = self._after(blocks, place, "table")
                if made and made[0]["t"] == "Table":
                    above = self._taken_above(result, "table") if not caption else []
                    made = [self._captioned(made[0], above or caption)]
                    used = used if not above else 0
                else:
                    used = 0
                result.extend(made)
                place += 1 + used
                continue
            pictures = _pictures(block)
            if pictures:
                caption, used = self._after(blocks, place, "figure")
                above = self._taken_above(result, "figure") if not caption else []
                result.append(self._figure(block, pictures, above or caption))
                place += 1 + used
                continue
            if fact.style == "horizontalrule":
                result.append({"t": "HorizontalRule"})
            else:
                result.append(block)
            place += 1
        return [self._unlabelled(block) for block in result]

    def _is_caption(self, block: Node, kind: str) -> bool:
        if block["t"] != "Para" or _pictures(block):
            return False
        fact = self.read.fact(block)
        found = _LABEL.match(plain_text(block["c"]).replace(LABEL, " "))
        table = bool(found) and found["word"].lower() in _TABLE_WORDS if found else None
        if fact.style in _CAPTIONS:
            if fact.style == "tablecaption":
                return kind == "table"
            return table is None or table == (kind == "table")
        short = len(plain_text(block["c"])) < 300
        return found is not None and short and table == (kind == "table")

    def _after(self, blocks: Blocks, place: int, kind: str) -> tuple[Blocks, int]:
        """Captions below a figure or table, unless they belong to the table that follows."""
        end = place + 1
        while end < len(blocks) and self._is_caption(blocks[end], kind):
            styled = self.read.fact(blocks[end]).style in _CAPTIONS
            end += 1
            if not styled:
                break
        found = blocks[place + 1 : end]
        if not found or self.read.fact(found[0]).style == "tablecaption":
            return [], 0
        return found, len(found)

    def _taken_above(self, result: Blocks, kind: str) -> Blocks:
        start = len(result)
        while start and self._is_caption(result[start - 1], kind):
            start -= 1
            if self.read.fact(result[start]).style not in _CAPTIONS:
                break
        found = result[start:]
        del result[start:]
        return found

    def _caption(self, blocks: Blocks) -> Blocks:
        made = []
        for block in blocks:
            text = plain_text(block["c"])
            inlines = block["c"]
            shown = _LABEL.match(text.replace(LABEL, " "))
            if LABEL in text or (shown and not self.cleaner.exact):
                inlines = _after_label(inlines, text, shown)
                if not self.cleaner.exact:
                    line, before = int(block.get("line", 1)), excerpt(text.replace(LABEL, ""))
                    after = excerpt(plain_text(inlines))
                    self.cleaner.changed(line, "caption recognised", before, after)
            inlines = self.cleaner.clean(inlines, int(block.get("line", 1)))
            if (
                not self.cleaner.exact
                and len(inlines) == 1
                and inlines[0]["t"] in {"Emph", "Strong"}
            ):
                inlines = inlines[0]["c"]
            if inlines:
                made.append({**block, "c": inlines})
        return made

    def _ids(self, blocks: Blocks) -> str:
        names = [name for block in blocks for name in self.read.fact(block).bookmarks]
        return next((name for name in names if not name.startswith("_")), names[0] if names else "")

    def _captioned(self, table: Node, caption: Blocks) -> Node:
        attr, _, *rest = table["c"]
        made = self._caption(caption)
        identifier = self._ids([*caption, table])
        return {**table, "c": [[identifier, *attr[1:]], [None, made], *rest]}

    def _figure(self, block: Node, pictures: Inlines, caption: Blocks) -> Node:
        made = self._caption(caption)
        line = int(block.get("line", 1))
        content: Inlines = []
        for picture in pictures:
            if content:
                content.append({"t": "Space"})
            content.append(picture)
        identifier = self._ids([block, *caption])
        if not made and not (self.cleaner.exact and identifier):
            return {"t": "Para", "c": content, "line": line}
        plain = [{"t": "Plain", "c": content, "line": line}]
        return {"t": "Figure", "c": [[identifier, [], []], [None, made], plain], "line": line}

    def _unlabelled(self, block: Node) -> Node:
        if block["t"] == "Para" and LABEL in plain_text(block["c"]):
            return {**block, "c": map_text(block["c"], lambda piece: piece.replace(LABEL, ""))}
        return block


def _pictures(block: Node) -> Inlines:
    """The pictures of a paragraph that holds nothing else."""
    if block["t"] not in {"Para", "Plain"}:
        return []
    found = [node for node in block["c"] if node["t"] == "Image"]
    rest = [node for node in block["c"] if node["t"] not in {"Image", "Space", "LineBreak"}]
    return found if found and not rest else []


def _after_label(inlines: Inlines, text: str, shown: re.Match[str] | None) -> Inlines:
    if LABEL in text:
        at = text.index(LABEL) + 1
        rest = re.match(r"[\s.:–—-]*", text[at:])
        return cut(inlines, at + (rest.end() if rest else 0))
    assert shown is not None
    return cut(inlines, shown.end())


def _definitions(blocks: Blocks, style: Any) -> Blocks:
    """Terms and definitions by their styles."""
    items: list[list[Any]] = []
    for block in blocks:
        if style(block) in {"definitionterm", "keyfigure"} and block["t"] == "Para":
            items.append([block["c"], [[]]])
        elif items:
            items[-1][1][0].append(block)
        else:
            items.append([[{"t": "Str", "c": "–"}], [[block]]])
    return [{"t": "DefinitionList", "c": items, "line": first_line(blocks[0])}]


def _is_list(block: Node) -> bool:
    return block["t"] in {"BulletList", "OrderedList"}


def _items(block: Node) -> list[Blocks]:
    return block["c"] if block["t"] == "BulletList" else block["c"][1]  # type: ignore[no-any-return]


def _with_items(block: Node, items: list[Blocks]) -> Node:
    return {**block, "c": items if block["t"] == "BulletList" else [block["c"][0], items]}


def _append(block: Node, paragraph: Node, depth: int) -> Node:
    items = [list(item) for item in _items(block)]
    last = items[-1]
    if depth > 1 and last and _is_list(last[-1]):
        last[-1] = _append(last[-1], paragraph, depth - 1)
    else:
        last.append(paragraph)
    return _with_items(block, items)


def _extended(block: Node, other: Node) -> Node:
    return _with_items(block, [*_items(block), *_items(other)])


def tight(blocks: Blocks) -> Blocks:
    """Lists whose items are one paragraph each, lists below apart, without space between them."""
    return [_tight(block) for block in blocks]


def _tight(block: Node) -> Node:
    block = map_block(block, lambda children, _: tight(children), lambda inlines, _: inlines)
    if _is_list(block):
        items = _items(block)
        if all(sum(child["t"] == "Para" for child in item) <= 1 and item[0]["t"] == "Para" and
               all(_is_list(child) for child in item[1:]) for item in items if item):  # fmt: skip
            return _with_items(block, [[*map(_plain, item[:1]), *item[1:]] for item in items])
    if block["t"] == "DefinitionList":
        terms = [[term, [_alone(body) for body in bodies]] for term, bodies in block["c"]]
        return {**block, "c": terms}
    return block


def _alone(body: Blocks) -> Blocks:
    return [_plain(child) for child in body] if len(body) == 1 else body


def _plain(block: Node) -> Node:
    return {**block, "t": "Plain"} if block["t"] == "Para" else block
