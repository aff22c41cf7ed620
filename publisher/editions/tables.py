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

_NUMBER = re.compile(
    r"(?P<sign>[−–+-]?\s?)(?P<number>\d[\d\u00a0\u202f .,'’\u066b\u066c]*?)"
    r"(?P<tail>\s?[%٪‰]?[*†]?)"
)
_EMPTY = frozenset({"", "–", "—", "-", "−", "…", "n/a", ".."})
_ALIGN = re.compile(r"text-align:\s*(left|right|center)")


def finish(table: Any, language: Language) -> None:
    """Finish one ``<table>`` of pandoc's in place.

    Physical alignment becomes a class (``center``, ``end``); columns that hold only figures get the
    class ``num``, and ``pad-n``/``pad-s-n`` on the figure for the decimals it lacks, with or without
    the decimal sign. Headers get a scope (HTML 5.3, WCAG technique H63); the first column heads the
    rows where it holds words and headers do not come to outnumber the data.
    """
    for group in table.findall("colgroup"):
        table.remove(group)
    grid = list(_grid(table))
    for cell, _, _ in grid:
        match = _ALIGN.search(cell.get("style") or "")
        if match and match[1] == "center":
            _add(cell, "center")
        elif match and match[1] == "right":
            _add(cell, "end")
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
    numeric = {column for column, cells in columns.items() if _is_numeric(cells)}
    for column in sorted(numeric):
        _align(columns[column], language)
    for cell, column, head in grid:
        if head and column in numeric and int(cell.get("colspan", "1")) == 1:
            _add(cell, "num")
    rows = max((len(cells) for cells in columns.values()), default=0)
    # Where headers would outnumber the data, they would hide what is one.
    heads = rows * (len(columns) - 1) >= rows + len(columns)
    if table.find("thead") is not None and heads and 0 not in numeric:
        for cell in columns.get(0, []):
            if _text(cell):
                cell.tag = "th"
    for cell, _, head in grid:
        if cell.tag == "th" and not head:
            cell.set("scope", "row")
    if len(table.findall(".//tr")) > LONG:
        _add(table, "long")
    if max(columns, default=0) >= 5:
        _add(table, "wide")


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
