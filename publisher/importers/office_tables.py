"""Tables of an office document made such as the source can hold: one heading row, plain cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from publisher.ast import EMPTY_ATTR, Blocks, Inlines, Node, normalise_inlines, plain_text
from publisher.errors import Finding
from publisher.importers.manuscript import excerpt
from publisher.importers.office_edition import table_key
from publisher.importers.office_facts import Fact
from publisher.importers.office_inlines import Cleaner, without_strong

_SIDES = {"right": "AlignRight", "end": "AlignRight", "center": "AlignCenter"}
_CODES = {"l": "AlignLeft", "r": "AlignRight", "c": "AlignCenter", "d": "AlignDefault"}


class Tables:
    """Finishes tables; ``given`` are the sides of columns that an edition's note names."""

    def __init__(
        self, cleaner: Cleaner, facts: dict[int, Fact], name: str, findings: list[Finding],
        given: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.cleaner = cleaner
        self.facts = facts
        self.name = name
        self.findings = findings
        self.given = given or {}

    def table(self, block: Node, line: int) -> Blocks:
        """A table in the source's terms; a table of one cell becomes a box, an empty one nothing."""
        _, _, specs, head, bodies, foot = block["c"]
        rows = [*head[1], *(row for body in bodies for row in [*body[2], *body[3]]), *foot[1]]
        columns = len(specs)
        grid, sides, merged = self._grid(rows, columns)
        if len(rows) == 1 and columns == 1:
            content = self.cleaner.blocks(rows[0][1][0][4]) if rows[0][1] else []
            if not content:
                return []
            self.cleaner.changed(line, "one-cell table made a box", excerpt(_text(content)))
            return [{"t": "Div", "c": [["", ["box"], []], content], "line": line}]
        if merged:
            self.findings.append(
                Finding("merged-cells", "warning",
                        "the table had merged cells; their text stands in the first of them",
                        self.name, line, "Check the table; Markdown has no merged cells.")
            )  # fmt: skip
        if not self.cleaner.exact:
            grid, sides = _without_empty(grid, sides)
        if not grid:
            return []
        headed = len(head[1]) or int(bool(grid) and self._marked(grid[0]) and len(grid) > 1)
        if (
            not headed
            and len(grid) > 1
            and all(self._bold(cell) for cell in grid[0] if cell)
            and not all(self._bold(cell) for cell in grid[1] if cell)
        ):
            headed = 1
            shown = excerpt(" | ".join(_text(cell) for cell in grid[0]))
            self.cleaner.changed(line, "table heading recognised", shown)
        cells = [[self._cell(cell, row < max(1, headed)) for cell in cells_of]
                 for row, cells_of in enumerate(grid)]  # fmt: skip
        if headed > 1:
            joined = [_stacked([cells[row][column] for row in range(headed)])
                      for column in range(len(cells[0]))]  # fmt: skip
            cells = [joined, *cells[headed:]]
            self.cleaner.changed(line, "heading rows joined", excerpt(_line(joined)))
            headed = 1
        width = len(cells[0])
        words = _text([block])
        alignments = self._alignments(sides[headed:] or sides, width, table_key(words))
        top = cells[:1] if headed else [[[] for _ in range(width)]]
        body = cells[headed:]
        made = {
            "t": "Table",
            "c": [
                list(EMPTY_ATTR),
                [None, []],
                [[{"t": name}, {"t": "ColWidthDefault"}] for name in alignments],
                [list(EMPTY_ATTR), [_row(row) for row in top]],
                [[list(EMPTY_ATTR), 0, [], [_row(row) for row in body]]],
                [list(EMPTY_ATTR), []],
            ],
            "line": line,
        }
        return [made]

    def _grid(
        self, rows: list[Any], columns: int
    ) -> tuple[list[list[Blocks]], list[list[str]], bool]:
        """Cells by row and column; a merged cell's text stands in its first place."""
        grid: list[list[Blocks]] = [[[] for _ in range(columns)] for _ in rows]
        sides: list[list[str]] = [["" for _ in range(columns)] for _ in rows]
        taken: set[tuple[int, int]] = set()
        merged = False
        for y, row in enumerate(rows):
            x = 0
            for _, _, height, width, content in row[1]:
                while (y, x) in taken:
                    x += 1
                if x >= columns:
                    break
                grid[y][x] = content
                sides[y][x] = self._side(content)
                if (height > 1 or width > 1) and _text(content).strip():
                    merged = True
                for down in range(height):
                    for right in range(width):
                        taken.add((y + down, x + right))
                x += width
        return grid, sides, merged

    def _side(self, content: Blocks) -> str:
        for block in content:
            fact = self.facts.get(int(block.get("line", 0)))
            if (
                fact is not None
                and plain_text(block["c"] if block["t"] in {"Para", "Plain"} else []).strip()
            ):
                if fact.style.startswith("tablenumber"):
                    return "right"
                if fact.style.startswith("tablecentred"):
                    return "center"
                return fact.side or "left"
        return ""

    def _alignments(self, sides: list[list[str]], width: int, key: str) -> list[str]:
        codes = self.given.get(key, "")
        if len(codes) == width:
            return [_CODES.get(code, "AlignDefault") for code in codes]
        result = []
        for column in range(width):
            found = [row[column] for row in sides if row[column]]
            first = found[0] if found else ""
            same = bool(found) and all(side == first for side in found)
            result.append(_SIDES.get(first, "AlignDefault") if same else "AlignDefault")
        return result

    def _marked(self, row: list[Blocks]) -> bool:
        """Whether a document that pandoc reads no heading rows of marks this one so."""
        facts = [self.facts.get(int(block.get("line", 0))) for cell in row for block in cell]
        return bool(facts) and all(fact is not None and fact.header for fact in facts)

    def _bold(self, cell: Blocks) -> bool:
        facts = [self.facts.get(int(block.get("line", 0))) for block in cell]
        return bool(facts) and all(fact is not None and fact.bold for fact in facts)

    def _cell(self, blocks: Blocks, head: bool) -> Inlines:
        """All of a cell as inlines: paragraphs and items one under the other."""
        lines: list[Inlines] = []
        self._lines(blocks, lines, "")
        made = [without_strong(line) if head and not self.cleaner.exact else line for line in lines]
        return _stacked(made)

    def _lines(self, blocks: Blocks, lines: list[Inlines], sign: str) -> None:
        for block in blocks:
            kind, line = block["t"], int(block.get("line", 1))
            if kind in {"Para", "Plain", "Header"}:
                inlines = block["c"][2] if kind == "Header" else block["c"]
                for piece in self.cleaner.paragraphs(inlines, line):
                    start: Inlines = [{"t": "Str", "c": sign}, {"t": "Space"}] if sign else []
                    lines.append([*start, *piece])
            elif kind in {"BulletList", "OrderedList"}:
                items = block["c"] if kind == "BulletList" else block["c"][1]
                begin = 1 if kind == "BulletList" else block["c"][0][0]
                for number, item in enumerate(items, begin):
                    self._lines(item, lines, "•" if kind == "BulletList" else f"{number}.")
            elif kind == "Table":
                nested = [cell[4] for row in _all_rows(block) for cell in row[1]]
                for content in nested:
                    self._lines(content, lines, sign)
            elif kind == "CodeBlock":
                lines.append([{"t": "Code", "c": [list(EMPTY_ATTR), block["c"][1]]}])
            elif kind in {"BlockQuote", "Div"}:
                self._lines(block["c"] if kind == "BlockQuote" else block["c"][1], lines, sign)


def _all_rows(table: Node) -> list[Any]:
    _, _, _, head, bodies, foot = table["c"]
    return [*head[1], *(row for body in bodies for row in [*body[2], *body[3]]), *foot[1]]


def _text(blocks: Blocks) -> str:
    from publisher.ast import blocks_text

    return blocks_text(blocks)


def _line(cells: list[Inlines]) -> str:
    return " | ".join(plain_text(cell) for cell in cells)


def _stacked(lines: list[Inlines]) -> Inlines:
    result: Inlines = []
    for line in lines:
        if result and line:
            result.append({"t": "LineBreak"})
        result.extend(line)
    return normalise_inlines(result, trim=True)


def _without_empty(
    grid: list[list[Blocks]], sides: list[list[str]]
) -> tuple[list[list[Blocks]], list[list[str]]]:
    """Rows and columns that hold nothing at all are layout."""

    def full(cell: Blocks) -> bool:
        return bool(cell) and (bool(_text(cell).strip()) or "'Image'" in str(cell))

    rows = [y for y, row in enumerate(grid) if any(full(cell) for cell in row)]
    columns = [x for x in range(len(grid[0]) if grid else 0) if any(full(row[x]) for row in grid)]
    return (
        [[grid[y][x] for x in columns] for y in rows],
        [[sides[y][x] for x in columns] for y in rows],
    )


def _row(cells: list[Inlines]) -> list[Any]:
    made = []
    for inlines in cells:
        content = [{"t": "Plain", "c": inlines}] if inlines else []
        made.append([list(EMPTY_ATTR), {"t": "AlignDefault"}, 1, 1, content])
    return [list(EMPTY_ATTR), made]
