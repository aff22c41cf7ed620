"""Charts drawn for an edition: in the brand's colours, with the language's words and numerals.

A chart of the document (publisher.charts) becomes a figure with an SVG drawing, and its data a table
after it, which says the same to whoever does not see the drawing. Series differ by outline, dash and
mark, not by colour alone.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from publisher import charts
from publisher.ast import Attr, Blocks, Node, blocks_text, map_block, string, words
from publisher.brand import mix
from publisher.document import Document, Figure

if TYPE_CHECKING:
    from publisher.brand import Brand
    from publisher.language import Language

WIDTH = 640.0
SIZE = 16.0
"""The drawing's width and type size in its own units; at the measure of a page type is about 9 pt."""

BAR, GAP = 20.0, 14.0
HEIGHT = 300.0


@dataclass(frozen=True, slots=True)
class Data:
    """What a chart shows: labels of the rows, names of the series, numbers by row; text is final."""

    labels: tuple[str, ...]
    series: tuple[str, ...]
    values: tuple[tuple[Decimal, ...], ...]
    shown: tuple[tuple[str, ...], ...]

    def column(self, index: int) -> list[Decimal]:
        """The numbers of one series."""
        return [row[index] for row in self.values]


def expand(document: Document, language: Language, brand: Brand) -> Document:
    """The document with every chart drawn, its drawings among the figures; pure."""
    work = _Expansion(document, language, brand)
    articles = tuple(work.article(article) for article in document.articles)
    colophon = None if document.colophon is None else work.article(document.colophon)
    if not work.figures:
        return document
    figures = {**document.figures, **work.figures}
    return replace(document, articles=articles, colophon=colophon, figures=figures)


class _Expansion:
    def __init__(self, document: Document, language: Language, brand: Brand) -> None:
        self.document = document
        self.language = language
        self.brand = brand
        self.figures: dict[str, Figure] = {}

    def article(self, article: Any) -> Any:
        before = len(self.figures)
        blocks = self.blocks(article.blocks, "")
        return article if len(self.figures) == before else replace(article, blocks=blocks)

    def blocks(self, blocks: Blocks, _role: str) -> Blocks:
        made: Blocks = []
        for block in blocks:
            if charts.is_chart(block):
                made += self.chart(block)
            else:
                made.append(map_block(block, self.blocks, lambda inlines, _: inlines))
        return made

    def chart(self, block: Node) -> Blocks:
        attr, caption, content = block["c"]
        keys = dict(map(tuple, attr[2]))
        table, data = self.table(content[0])
        path = f"source/{self.document.id}/charts/{len(self.figures) + 1}.svg"
        draw = lines if keys.get("type") == "line" else bars
        self.figures[path] = Figure(path, draw(data, self.language, self.brand))
        alternative = " ".join(blocks_text(caption[1]).split()) or (
            self.language.separator.join(data.series)
        )
        image: Node = {"t": "Image", "c": [["", [], []], words(alternative), [path, ""]]}
        own: Attr = [attr[0], [name for name in attr[1] if name != "chart"], []]
        figure: Node = {"t": "Figure", "c": [own, caption, [{"t": "Plain", "c": [image]}]]}
        return [figure, {"t": "Div", "c": [["", ["chart-data"], []], [table]]}]

    def table(self, table: Node) -> tuple[Node, Data]:
        """The table with its numbers in the language's numerals, and the data for the drawing."""
        attr, caption, columns, head, bodies, foot = table["c"]
        rows = [row for body in bodies for row in body[3]]
        raw = [[_plain(cell) for cell in row[1]] for row in rows]
        places = [_places(column) for column in list(zip(*raw, strict=True))[1:]]
        values = tuple(tuple(charts.number(cell) for cell in row[1:]) for row in raw)
        shown = tuple(
            tuple(self.language.format_number(v, places[n]) for n, v in enumerate(row))
            for row in values
        )
        labels = tuple(self.label(row[1][0]) for row in rows)
        made = []
        for row, label, texts in zip(rows, labels, shown, strict=True):
            cells = [self.cell(row[1][0], label)]
            cells += [_with_text(cell, text) for cell, text in zip(row[1][1:], texts, strict=True)]
            made.append([row[0], cells])
        body = [[bodies[0][0], bodies[0][1], bodies[0][2], made]]
        first = head[1][0]
        names = tuple(self.label(cell) for cell in first[1])
        cells = [self.cell(cell, name) for cell, name in zip(first[1], names, strict=True)]
        made_head = [head[0], [[first[0], cells]]]
        # The first column names its rows, though its names may be years: it begins the line.
        columns = [[{"t": "AlignLeft"}, columns[0][1]], *columns[1:]]
        node: Node = {"t": "Table", "c": [attr, caption, columns, made_head, body, foot]}
        return node, Data(labels, names[1:], values, shown)

    def label(self, cell: Any) -> str:
        text = _plain(cell)
        return self.language.localise_digits(text) if text.isdecimal() else text

    def cell(self, cell: Any, label: str) -> Any:
        """A label; a mere number is set in the language's numerals."""
        return _with_text(cell, label) if _plain(cell).isdecimal() else cell


def _plain(cell: Any) -> str:
    return " ".join(blocks_text(cell[4]).split())


def _with_text(cell: Any, text: str) -> Any:
    return [*cell[:4], [{"t": "Plain", "c": [string(text)]}]]


def _places(cells: Sequence[str]) -> int:
    """The decimals that a column needs."""
    return max(len(cell.partition(".")[2]) for cell in cells)


# Drawing


def bars(data: Data, language: Language, brand: Brand) -> bytes:
    """Horizontal bars, from the side where lines of the language start; every bar has its number."""
    rtl = language.rtl
    legend, top = _legend(data, brand, rtl)
    room = min(WIDTH * 0.4, max(map(_width, data.labels)) + 4)
    numbers = max(_width(text) for row in data.shown for text in row) + 10
    low = min(Decimal(0), *(v for row in data.values for v in row))
    high = max(Decimal(0), *(v for row in data.values for v in row))
    span = float(high - low) or 1.0
    left = room + 12 + (numbers if low < 0 else 0)
    scale = (WIDTH - left - numbers) / span
    zero = left - float(low) * scale
    place = _mirror(rtl)
    parts, y = list(legend), top
    for label, row, shown in zip(data.labels, data.values, data.shown, strict=True):
        height = BAR * len(row)
        wrapped = _wrap(label, room)
        first = y + height / 2 + SIZE * 0.35 - (len(wrapped) - 1) * SIZE * 0.6
        for number, line in enumerate(wrapped):
            anchor = "start" if rtl else "end"
            parts.append(
                _text(place(room), first + number * SIZE * 1.2, line, anchor, brand.colours.ink)
            )
        for index, value in enumerate(row):
            length = abs(float(value)) * scale
            start = zero if value >= 0 else zero - length
            x = place(start + length) if rtl else start
            parts.append(_bar(x, y + index * BAR + 2, length, BAR - 4, index, brand))
            at = start + length + 6 if value >= 0 else start - 6
            anchor = ("end" if rtl else "start") if value >= 0 else ("start" if rtl else "end")
            middle = y + index * BAR + BAR / 2 + SIZE * 0.34
            parts.append(_text(place(at), middle, shown[index], anchor, brand.colours.ink, 600))
        y += max(height, len(wrapped) * SIZE * 1.2) + GAP
    parts.append(_rule(place(zero), top - 4, place(zero), y - GAP + 4, brand.colours.muted))
    return _svg(parts, y - GAP + 8, brand, language)


def lines(data: Data, language: Language, brand: Brand) -> bytes:
    """Lines over a scale from left to right, as time runs on every axis; names at their ends."""
    low = min(v for row in data.values for v in row)
    high = max(v for row in data.values for v in row)
    ticks, places = _ticks(min(low, Decimal(0)) if low < high / 2 or low < 0 else low, high)
    labels = [language.format_number(tick, places) for tick in ticks]
    left = max(map(_width, labels)) + 12
    many = len(data.series) > 1
    right = WIDTH - (max(map(_width, data.series)) + 20 if many else 14)
    right = max(right, WIDTH * 0.62)
    top, bottom = 12.0, HEIGHT - 30
    span = float(ticks[-1] - ticks[0]) or 1.0

    def y_of(value: Decimal) -> float:
        return bottom - float(value - ticks[0]) / span * (bottom - top)

    count = len(data.labels)
    xs = [left + (right - left) * (n + 0.5) / count for n in range(count)]
    parts = []
    for tick, label in zip(ticks, labels, strict=True):
        y = y_of(tick)
        heavy = brand.colours.muted if tick == 0 else brand.colours.rule
        parts.append(_rule(left, y, right, y, heavy))
        parts.append(_text(left - 8, y + SIZE * 0.34, label, "end", brand.colours.muted))
    step = max(1, -(-int(max(map(_width, data.labels)) + 14) * count // int(right - left)))
    for n in range(0, count, step):
        parts.append(_text(xs[n], HEIGHT - 8, data.labels[n], "middle", brand.colours.ink))
    ends: list[tuple[float, int]] = []
    for index in range(len(data.series)):
        points = [(x, y_of(v)) for x, v in zip(xs, data.column(index), strict=True)]
        parts += _line(points, index, brand)
        ends.append((points[-1][1], index))
    if many:
        floor = 0.0
        for y, index in sorted(ends):
            floor = max(y, floor + SIZE * 1.15 if floor else y)
            for number, name in enumerate(_wrap(data.series[index], WIDTH - right - 16)):
                at = floor + SIZE * 0.34 + number * SIZE * 1.1
                parts.append(_text(xs[-1] + 14, at, name, "start", _colour(index, brand), 600))
                floor += SIZE * 1.1 if number else 0
    return _svg(parts, HEIGHT, brand, language)


def _mirror(rtl: bool) -> Callable[[float], float]:
    return (lambda x: WIDTH - x) if rtl else (lambda x: x)


def _colour(index: int, brand: Brand) -> str:
    """The colour of a series; all of them read as type on paper."""
    colours = brand.colours
    return (colours.accent, colours.draft, colours.muted, colours.ink)[index % 4]


def _bar(x: float, y: float, width: float, height: float, index: int, brand: Brand) -> str:
    accent, paper = brand.colours.accent, brand.colours.paper
    fill = (accent, mix(accent, paper, 0.28), paper, mix(accent, paper, 0.6))[index % 4]
    dash = ' stroke-dasharray="4 3"' if index % 4 == 2 else ""
    return (
        f'<rect x="{x + 0.75:.2f}" y="{y:.2f}" width="{max(width - 1.5, 0.5):.2f}" '
        f'height="{height:.2f}" fill="{fill}" stroke="{accent}" stroke-width="1.5"{dash}/>'
    )


_DASHES = ("", "8 5", "2 4", "12 4 2 4", "5 3", "1 3")


def _line(points: Sequence[tuple[float, float]], index: int, brand: Brand) -> list[str]:
    colour, dash = _colour(index, brand), _DASHES[index % len(_DASHES)]
    path = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
    pattern = f' stroke-dasharray="{dash}"' if dash else ""
    parts = [
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2.5" '
        f'stroke-linejoin="round"{pattern}/>'
    ]
    return parts + [_mark(x, y, index, colour) for x, y in points]


def _mark(x: float, y: float, index: int, colour: str) -> str:
    if index % 3 == 0:
        return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="4" fill="{colour}"/>'
    if index % 3 == 1:
        return f'<rect x="{x - 4:.2f}" y="{y - 4:.2f}" width="8" height="8" fill="{colour}"/>'
    return f'<path d="M{x:.2f} {y - 5:.2f}l5 9h-10z" fill="{colour}"/>'


def _legend(data: Data, brand: Brand, rtl: bool) -> tuple[list[str], float]:
    """The names of the series above the bars, and where the bars begin."""
    if len(data.series) < 2:
        return [], 4.0
    place, parts = _mirror(rtl), []
    x, y = 0.0, 4.0
    for index, name in enumerate(data.series):
        width = 24 + _width(name)
        if x and x + width > WIDTH:
            x, y = 0.0, y + SIZE * 1.5
        left = place(x + 15) if rtl else x
        parts.append(_bar(left, y, 15, 15, index, brand))
        anchor = "end" if rtl else "start"
        parts.append(_text(place(x + 22), y + 13, name, anchor, brand.colours.ink, 600))
        x += width + 22
    return parts, y + SIZE * 1.5 + 10


def _ticks(low: Decimal, high: Decimal) -> tuple[list[Decimal], int]:
    """Three to six round numbers that hold a range, and the decimals that they need."""
    span = (high - low) or (abs(high) or Decimal(1))
    unit = Decimal(10) ** ((span / 4).adjusted())
    step = next(
        unit * m for m in map(Decimal, ("1", "2", "2.5", "5", "10")) if span / (unit * m) <= 5
    )
    first = (low / step).to_integral_value("ROUND_FLOOR") * step
    ticks = [first]
    while ticks[-1] < high:
        ticks.append(ticks[-1] + step)
    if len(ticks) == 1:
        ticks.append(first + step)
    exponent = step.normalize().as_tuple().exponent
    return ticks, max(0, -int(exponent))


def _rule(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<path d="M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}" stroke="{colour}" stroke-width="1"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str, weight: int = 400) -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" fill="{colour}" '
        f'font-weight="{weight}">{html.escape(text)}</text>'
    )


def _width(text: str) -> float:
    """About the width of a text: a little more than it takes in any of the fonts."""
    units = 0.0
    for char in text:
        if unicodedata.combining(char):
            continue
        wide = unicodedata.east_asian_width(char) in "WF"
        units += 1.0 if wide else 0.72 if char.isupper() or char in "mwMWшщжЖ" else 0.57
    return units * SIZE


def _wrap(text: str, room: float) -> list[str]:
    """A label in lines that fit, broken between words only."""
    made = [""]
    for word in text.split():
        longer = f"{made[-1]} {word}".strip()
        if made[-1] and _width(longer) > room:
            made.append(word)
        else:
            made[-1] = longer
    return made


def _svg(parts: Sequence[str], height: float, brand: Brand, language: Language) -> bytes:
    fonts = brand.font_set(language.script, language.fonts)
    families = dict.fromkeys((fonts.heading, brand.font_set("default").heading))
    stack = html.escape(", ".join([*families, "sans-serif"]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:.2f}" '
        f'width="{WIDTH:g}" height="{height:.2f}" direction="ltr" '
        f'font-family="{stack}" font-size="{SIZE:g}">{"".join(parts)}</svg>\n'
    ).encode()
