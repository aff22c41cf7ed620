"""Tables in HTML: headers with their scope, logical alignment, figures aligned on the decimal sign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from publisher.language import Language

MAX_PAD = 8
"""The most decimals by which figures of one column may differ and still be aligned."""

LONG = 20
"""Rows from which a table may run over a page."""

FULL = 2500
"""Letters from which a table may run over a page, too: they fill more than half of one."""

NARROW = 40
"""Letters that a row of unbroken words may have on the narrowest screen; wider tables scroll there."""

_NUMBER = re.compile(
    r"(?P<sign>[−–+-]?\s?)(?P<number>\d[\d\u00a0\u202f .,'’\u066b\u066c]*?)"
    r"(?P<tail>\s?[%٪‰]?[*†]?)"
)
_EMPTY = frozenset({"", "–", "—", "-", "−", "…", "n/a", ".."})
_ALIGN = re.compile(r"text-align:\s*(left|right|center)")


def finish(table: Any, language: Language) -> None:
    """Finish one ``<table>`` of pandoc's in place.

    A table that has no head, or nothing but a head, gets headers (see :func:`_headers`).
    Physical alignment becomes a class (``center``, ``end``); columns that hold only figures, and that
    the author has not aligned otherwise, get the class ``num``, and ``pad-n``/``pad-s-n`` on the
    figure for the decimals it lacks, with or without the decimal sign. Headers get a scope (HTML 5.3,
    WCAG technique H63); the first column heads the rows where it holds words and headers do not come
    to outnumber the data.
    """
    for group in table.findall("colgroup"):
        table.remove(group)
    _rowless(table)
    grid = list(_grid(table))
    told: set[int] = set()
    for cell, column, _ in grid:
        match = _ALIGN.search(cell.get("style") or "")
        if match and match[1] == "center":
            _add(cell, "center")
        elif match and match[1] == "right":
            _add(cell, "end")
        if match and match[1] != "right":
            told.add(column)
    for element in table.iter():
        if isinstance(element.tag, str):
            for name in ("style", "class" if element.tag in ("tr", "tbody") else "style"):
                element.attrib.pop(name, None)
    columns: dict[int, list[Any]] = {}
    for cell, column, head in grid:
        if head:
            cell.set("scope", "colgroup" if int(cell.get("colspan", "1")) > 1 else "col")
        elif int(cell.get("colspan", "1")) == 1:
            columns.setdefault(column, []).append(cell)
    numeric = {
        column for column, cells in columns.items() if column not in told and _is_numeric(cells)
    }
    for column in sorted(numeric):
        _align(columns[column], language)
    for cell, column, head in grid:
        if head and column in numeric and int(cell.get("colspan", "1")) == 1:
            _add(cell, "num")
    _headers(table, columns, words=0 not in numeric)
    for cell, _, head in grid:
        if cell.tag == "th" and not _text(cell) and cell.find(".//img") is None:
            # A header without words heads nothing (HTML 5.3, 4.9.10).
            cell.tag = "td"
            cell.attrib.pop("scope", None)
        elif cell.tag == "th" and not head:
            cell.set("scope", "col" if len(columns) == 1 else "row")
    if len(table.findall(".//tr")) > LONG or len(_text(table)) > FULL:
        _add(table, "long")
    if max(columns, default=0) >= 5:
        _add(table, "wide")
    longest: dict[int, int] = {}
    for cell, column, _ in grid:
        letters = max((len(word) for word in _text(cell).split()), default=0)
        longest[column] = max(longest.get(column, 0), letters)
    if sum(longest.values()) + 2 * len(longest) > NARROW:
        _add(table, "scrolls")


def _rowless(table: Any) -> None:
    """Make the head of a table that has nothing else its body (ISO 14289-1, 7.5)."""
    head = table.find("thead")
    if head is None or table.find(".//tbody/tr") is not None:
        return
    for body in table.findall("tbody"):
        table.remove(body)
    head.tag = "tbody"


def _headers(table: Any, columns: dict[int, list[Any]], *, words: bool) -> None:
    """Make headers of the cells that head rows, and data of those that would hide what is one.

    The first column heads the rows where it holds words and headers do not come to outnumber the
    data; always where the table has no head, since WCAG asks for headers (1.3.1). A single column
    without a head is headed by its first cell.
    """
    first = columns.get(0, [])
    rows = max((len(cells) for cells in columns.values()), default=0)
    if table.find("thead") is None:
        for column, cells in columns.items():
            for number, cell in enumerate(cells):
                heading = column == 0 and (number == 0 or len(columns) > 1)
                cell.tag = "th" if heading else "td"
        return
    heads = rows * (len(columns) - 1) >= rows + len(columns)
    for cell in first:
        if not heads:
            cell.tag = "td"
        elif words and _text(cell):
            cell.tag = "th"


def _grid(table: Any) -> Iterator[tuple[Any, int, bool]]:
    """Each cell with its column (spans counted) and whether it stands in the head."""
    for part in table:
        if part.tag not in ("thead", "tbody", "tfoot"):
            continue
        taken: dict[tuple[int, int], bool] = {}
        for row_number, row in enumerate(part.findall("tr")):
            column = 0
            for cell in row:
                while (row_number, column) in taken:
                    column += 1
                yield cell, column, part.tag == "thead"
                width, height = int(cell.get("colspan", "1")), int(cell.get("rowspan", "1"))
                for y in range(row_number, row_number + height):
                    for x in range(column, column + width):
                        taken[y, x] = True
                column += width


def _text(cell: Any) -> str:
    return " ".join("".join(cell.itertext()).split())


def _is_numeric(cells: list[Any]) -> bool:
    texts = [_text(cell) for cell in cells]
    found = [text for text in texts if text not in _EMPTY]
    return bool(found) and all(_NUMBER.fullmatch(text) for text in found)


def _align(cells: list[Any], language: Language) -> None:
    decimals: list[int | None] = []
    for cell in cells:
        match = _NUMBER.fullmatch(_text(cell))
        if match is None:
            decimals.append(None)
            continue
        _, sign, fraction = match["number"].rpartition(language.decimal_sign)
        decimals.append(sum(char.isdigit() for char in fraction) if sign else -1)
    most = max((count for count in decimals if count is not None), default=-1)
    for cell, count in zip(cells, decimals, strict=True):
        _add(cell, "num")
        if count is None or most < 0 or count == most or most - max(count, 0) > MAX_PAD:
            continue
        name = f"pad-s-{most}" if count < 0 else f"pad-{most - count}"
        span = cell.makeelement("span", {"class": name})
        span.text, cell.text = cell.text, None
        for child in list(cell):
            span.append(child)
        cell.append(span)


def _add(element: Any, name: str) -> None:
    names = (element.get("class") or "").split()
    element.set("class", " ".join(dict.fromkeys([*names, name])))
