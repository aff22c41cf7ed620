"""Charts in the source: a CSV file becomes a table in the document, whose labels are translated.

``::: {.chart #id type=bar data="data/x.csv"}`` and a caption become a Figure with class ``chart`` that holds
the table; editions draw it (publisher.editions.charts). The first row names the columns, the first column
the rows; all else is numbers as a program writes them (``1234.5``).
"""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import Any

from publisher.ast import Attr, Blocks, Node, words
from publisher.errors import InputError

KINDS = ("bar", "line")
MAX_ROWS = 60
MAX_SERIES = 6
MAX_BARS = 90
"""Bars that stand on one page and can be told apart."""
VALUE = "number"
"""The class of a cell's span that holds a number; its text is the number as the file has it."""

_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,6})?")
_EMPTY: Attr = ["", [], []]


def table(text: str, path: str) -> Node:
    """The table of a CSV file (comma or semicolon) as a pandoc node; raises InputError with the line."""
    head = text.split("\n", 1)[0]
    delimiter = ";" if ";" in head and "," not in head else ","
    try:
        rows = [
            (reader_line, [cell.strip() for cell in row])
            for reader_line, row in _rows(text, delimiter)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise InputError(f"not valid CSV: {error}", path=path) from error
    if len(rows) < 2 or len(rows[0][1]) < 2:
        raise InputError(
            "a chart needs a row of names, a row of numbers and two columns", path=path
        )
    if len(rows) - 1 > MAX_ROWS or len(rows[0][1]) - 1 > MAX_SERIES:
        raise InputError(
            f"a chart has at most {MAX_ROWS} rows and {MAX_SERIES} columns of numbers", path=path
        )
    width = len(rows[0][1])
    for line, row in rows:
        if len(row) != width:
            raise InputError(
                f"the row has {len(row)} cells instead of {width}", path=path, line=line
            )
    for line, row in rows[1:]:
        for cell in row[1:]:
            if not _NUMBER.fullmatch(cell):
                raise InputError(
                    f"“{cell[:40]}” is not a number",
                    path=path,
                    line=line,
                    hint="Write 1234.5, without spaces and units.",
                )
    return _table([row for _, row in rows])


def _rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    return [(reader.line_num, row) for row in reader]


def _table(rows: list[list[str]]) -> Node:
    columns = [
        [{"t": "AlignDefault" if n == 0 else "AlignRight"}, {"t": "ColWidthDefault"}]
        for n in range(len(rows[0]))
    ]
    head = _row([_words(cell) for cell in rows[0]])
    body = [_row([_words(row[0]), *map(_value, row[1:])]) for row in rows[1:]]
    return {
        "t": "Table",
        "c": [
            ["", ["chart-table"], []],
            [None, []],
            columns,
            [_EMPTY, [head]],
            [[_EMPTY, 1, [], body]],
            [_EMPTY, []],
        ],
    }


def _row(cells: list[Blocks]) -> list[Any]:
    return [_EMPTY, [[_EMPTY, {"t": "AlignDefault"}, 1, 1, cell] for cell in cells]]


def _words(cell: str) -> Blocks:
    """A label; one that is a mere number, such as a year, is not for translators."""
    if not cell:
        return []
    if cell.isdecimal():
        return _span("label", cell)
    return [{"t": "Plain", "c": words(cell)}]


def _value(cell: str) -> Blocks:
    return _span(VALUE, cell)


def _span(name: str, text: str) -> Blocks:
    attr: Attr = ["", ["notranslate", name], []]
    return [{"t": "Plain", "c": [{"t": "Span", "c": [attr, words(text)]}]}]


def figure(attr: Attr, caption: Blocks, data: Node) -> Node:
    """The Figure of a chart; ``attr`` is that of the author's div."""
    kept = [pair for pair in attr[2] if pair[0] != "data"]
    classes = ["chart", *(name for name in attr[1] if name != "chart")]
    return {"t": "Figure", "c": [[attr[0], classes, kept], [None, caption], [data]]}


def is_chart(node: Node) -> bool:
    """Whether a node is the Figure of a chart."""
    return node["t"] == "Figure" and "chart" in node["c"][0][1]


def bars(table: Node) -> int:
    """The numbers in a chart's table."""
    columns, bodies = table["c"][2], table["c"][4]
    return sum(len(body[3]) for body in bodies) * (len(columns) - 1)


def number(text: str) -> Decimal:
    """A cell's number."""
    return Decimal(text)
