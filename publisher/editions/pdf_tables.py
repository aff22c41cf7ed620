"""Tables on paper: which are too wide for the column, and what is done about it.

A table whose longest words do not fit first takes the outer margins, then smaller type; only then are
its words broken, and that is a finding. Widths are estimated from the fonts before anything is laid out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from publisher.editions import tree
from publisher.errors import Finding

if TYPE_CHECKING:
    from publisher.brand import Brand
    from publisher.editions.fonts import Fonts
    from publisher.editions.places import Places
    from publisher.language import Language

MARGIN = 15.0
"""Millimetres between a broad table and the edge of the paper."""

SMALL = 0.85
"""The size of a crowded table's type, as a share of other tables'."""

_PADDING = 1.2
_BREAK = re.compile(r"\s+|(?<=[-–—/\u200b])")


@dataclass(frozen=True)
class Room:
    """The widths in points that a table may take, and its type size in points."""

    column: float
    broad: float
    size: float


def room(brand: Brand, language: Language) -> Room:
    """What a page of the brand gives to a table."""
    own = brand.font_set(language.script, language.fonts)
    points = 72 / 25.4
    page = brand.page
    free = max(0.0, page.start - MARGIN) + max(0.0, page.end - MARGIN)
    size = brand.type.step(-1) * own.heading_size
    return Room(page.measure * points, (page.measure + free) * points, size)


def fit(body: Any, space: Room, fonts: Fonts, path: str, places: Places) -> list[Finding]:
    """Class the tables of a body that are too wide (``broad``, ``small``, ``broken``), in place."""
    found = []
    for outer in body.xpath(".//div[contains(concat(' ', @class, ' '), ' table ')]"):
        table = next(iter(outer.findall("table")), None)
        if table is None:
            continue
        width = _least(table, fonts) * space.size
        if width <= space.column:
            continue
        tree.add_class(outer, "broad")
        if width <= space.broad:
            continue
        tree.add_class(outer, "small")
        if width * SMALL <= space.broad:
            continue
        tree.add_class(outer, "broken")
        caption = table.find("caption")
        name = " ".join(tree.text(table if caption is None else caption).split())[:60]
        found.append(
            Finding(
                "wide-table",
                "warning",
                f"a table is {width * SMALL / space.broad:.1f} times as wide as the page, so its "
                f"words are broken: “{name}”",
                path,
                places.line(
                    path, max((tree.text(cell) for cell in table.iter("th", "td")), key=len)
                ),
                hint="Split it into two tables, or turn its rows into columns.",
            )
        )
    return found


def _least(table: Any, fonts: Fonts) -> float:
    """The width in em below which words of a table would have to be broken."""
    widths: dict[int, float] = {}
    for row in table.iter("tr"):
        column = 0
        for cell in row:
            span = int(cell.get("colspan", "1"))
            content = " ".join(tree.text(cell).split())
            whole = "num" in tree.classes(cell) and cell.tag == "td"
            words = [content] if whole else _BREAK.split(content)
            longest = max((fonts.width("heading", word) for word in words if word), default=0.0)
            if span == 1:
                widths[column] = max(widths.get(column, 0.0), longest)
            column += span
    return sum(widths.values()) + _PADDING * max(0, len(widths) - 1)
