"""Tables: header rows that repeat, widths from the content, figures at the end of their column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from publisher.editions.docx_styles import Look, twips
from publisher.editions.docx_xml import W, el, properties, put, sort_children
from publisher.editions.tables import _EMPTY as EMPTY
from publisher.editions.tables import _NUMBER as NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT_ROWS = 12
"""A table of at most so many rows is kept on one page."""

_CHARACTER = 0.58
"""The mean advance of a character of the heading face, in ems."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with its column, its span, its width in points and whether it stands in the head."""

    element: Any
    column: int
    span: int
    width: float
    head: bool
    text: str


class Layout:
    """Measures a table of pandoc's in ``available`` points and finishes it in place."""

    def __init__(self, table: Any, look: Look, available: float) -> None:
        self.table = table
        self.look = look
        self.available = available
        self.rows = table.findall(f"{W}tr")
        self.columns = max(1, len(table.findall(f"{W}tblGrid/{W}gridCol")))
        found = list(self._read())
        self.numeric = [self._is_numeric(found, column) for column in range(self.columns)]
        self.widths = self._widths(found)

    def _read(self) -> Iterator[Cell]:
        for row in self.rows:
            head = row.find(f"{W}trPr/{W}tblHeader") is not None
            column = 0
            for element in row.findall(f"{W}tc"):
                span = element.find(f"{W}tcPr/{W}gridSpan")
                width = 1 if span is None else int(span.get(f"{W}val"))
                text = " ".join("".join(node.text or "" for node in element.iter(f"{W}t")).split())
                yield Cell(element, min(column, self.columns - 1), width, 0, head, text)
                column += width

    def cells(self) -> Iterator[Cell]:
        """All cells with their final widths."""
        for cell in self._read():
            width = sum(self.widths[cell.column : cell.column + cell.span])
            yield Cell(cell.element, cell.column, cell.span, width, cell.head, cell.text)

    def _is_numeric(self, cells: list[Cell], column: int) -> bool:
        texts = [c.text for c in cells if c.column == column and c.span == 1 and not c.head]
        filled = [text for text in texts if text not in EMPTY]
        return bool(filled) and all(NUMBER.fullmatch(text) for text in filled)

    def _widths(self, cells: list[Cell]) -> list[float]:
        """Widths that hold the longest word of each column, the rest shared by what is in it."""
        size = self.look.brand.type.step(-1) * _CHARACTER
        least = [3.0] * self.columns
        wanted = [3.0] * self.columns
        for cell in cells:
            if cell.span != 1:
                continue
            longest = max((len(word) for word in cell.text.split()), default=0)
            # Room for the cell's margins, and for a head in bold.
            padding = 9 / size + (0.08 * longest if cell.head else 0)
            least[cell.column] = max(least[cell.column], longest + padding)
            wanted[cell.column] = max(wanted[cell.column], min(len(cell.text), 60) + padding)
        room = self.available / size
        if sum(wanted) <= room:
            spare = (room - sum(wanted)) / self.columns
            shares = [width + spare for width in wanted]
        elif sum(least) <= room:
            slack = [want - low for want, low in zip(wanted, least, strict=True)]
            factor = (room - sum(least)) / (sum(slack) or 1)
            shares = [low + more * factor for low, more in zip(least, slack, strict=True)]
        else:
            shares = least
        total = sum(shares)
        return [self.available * share / total for share in shares]

    def finish(self, title: str) -> None:
        """Properties of the table, its grid, rows and cells; ``title`` describes it to a reader."""
        old = properties(self.table, "tblPr")
        look = old.find(f"{W}tblLook")
        has_head = any(row.find(f"{W}trPr/{W}tblHeader") is not None for row in self.rows)
        first = "1" if look is not None and look.get(f"{W}firstColumn") == "1" else "0"
        last = "1" if look is not None and look.get(f"{W}lastRow") == "1" else "0"
        value = (
            (0x20 if has_head else 0) | (0x40 if last == "1" else 0) | (0x80 if first == "1" else 0)
        )
        new = el(
            "w:tblPr",
            el("w:tblStyle", val="Table"),
            el("w:bidiVisual") if self.look.rtl else None,
            el("w:tblW", w=twips(self.available), type="dxa"),
            el("w:tblLayout", type="fixed"),
            el("w:tblLook", val=f"{value | 0x600:04X}", firstRow="1" if has_head else "0",
               lastRow=last, firstColumn=first, lastColumn="0", noHBand="1", noVBand="1"),
            el("w:tblCaption", val=title) if title else None,
        )  # fmt: skip
        sort_children(new)
        self.table.replace(old, new)
        grid = self.table.find(f"{W}tblGrid")
        if grid is None:
            grid = el("w:tblGrid")
            self.table.insert(1, grid)
        grid[:] = [el("w:gridCol", w=twips(width)) for width in self.widths]
        for cell in self.cells():
            pr = properties(cell.element, "tcPr")
            put(pr, el("w:tcW", w=twips(cell.width), type="dxa"))
            if cell.element[-1].tag != f"{W}p":
                cell.element.append(el("w:p", el("w:pPr", el("w:pStyle", val="TableText"))))
        kept = self.rows[:-1] if len(self.rows) <= KEPT_ROWS else []
        for node in (node for row in kept for node in row.iter(f"{W}p")):
            put(properties(node), el("w:keepNext"))
        for row in self.rows:
            pr = row.find(f"{W}trPr")
            head = pr is not None and pr.find(f"{W}tblHeader") is not None
            if pr is not None:
                row.remove(pr)
            row.insert(0, el("w:trPr", el("w:cantSplit"), el("w:tblHeader") if head else None))
