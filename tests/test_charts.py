"""Charts: data read with their lines, labels for translators, drawings in every language and format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from publisher import brand, charts, language
from publisher.build import localized
from publisher.build_report import Options
from publisher.cache import NoCache
from publisher.catalog.segments import apply, segments
from publisher.editions import Edition, docx, epub, html, pdf, web
from publisher.editions import charts as drawing
from publisher.errors import InputError
from publisher.parity_formats import read
from publisher.parity_shape import shapes
from publisher.project import load
from publisher.reader import read_issue

BARS = "Place,2021,2022\nEurope,8.2,11.40\nThe neighbours to the west,-2,8\n"
LINES = "Year;In;Out\n2020;1200;1300\n2021;1250;900\n2022;1400;1000\n"
ARTICLE = """---
title: Charts
---

See [the chart](#c).

::: {.chart #c type=bar data="data/bars.csv"}
Exports of *gas*
:::

::: {.chart type=line data="data/lines.csv"}
Trade
:::
"""


@pytest.fixture
def root(publication: Callable[..., Path]) -> Path:
    files = {"bars.csv": BARS.encode(), "lines.csv": LINES.encode()}
    data = {f"source/2024-01/data/{name}": text for name, text in files.items()}
    return publication({"01-a.md": ARTICLE}, ("ar",), files=data)


def edition(root: Path, code: str = "en") -> Edition:
    found = localized(load(root), "2024-01", Options(("en", "ar"), ("pdf",)), NoCache())
    return found[code].edition


def test_labels_are_for_translators_and_numbers_are_not(root: Path) -> None:
    document = read_issue(load(root), "2024-01").document
    texts = [segment.msgid for segment in segments(document)]
    for label in ("Place", "Europe", "Exports of <em>gas</em>", "Year", "In", "Trade"):
        assert label in texts
    assert not {"2021", "8.2", "11.40", "-2", "1200"} & set(texts)
    assert apply(document, lambda segment: None, "en").document.articles


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a,b\nx,1\ny,many\n", 3, "“many” is not a number"),
        ("a,b\nx,1,2\n", 2, "3 cells instead of 2"),
        ("a\nx\n", None, "two columns"),
        ('a,b\n"x,1\n', None, "not valid CSV"),
        ("a,b\n" + "x,1\n" * 61, None, "at most 60 rows"),
    ],
)
def test_wrong_data_are_told_with_their_line(text: str, line: int | None, words: str) -> None:
    with pytest.raises(InputError) as caught:
        charts.table(text, "x.csv")
    assert words in caught.value.message and caught.value.line == line


@pytest.mark.parametrize(
    "attributes",
    [
        'type=bar data="../../../secret.csv"', 'type=bar data="/etc/passwd"', "type=bar",
        'type=pie data="data/x.csv"', 'type=bar data="data/none.csv"', 'data="https://x.org/y.csv"',
    ],
)  # fmt: skip
def test_a_chart_without_data_is_a_finding(
    publication: Callable[..., Path], attributes: str
) -> None:
    body = f"---\ntitle: A\n---\n\nText.\n\n::: {{.chart {attributes}}}\nCaption\n:::\n"
    reading = read_issue(load(publication({"01-a.md": body})), "2024-01")
    assert [(f.code, f.line) for f in reading.findings if f.severity == "error"] == [("chart", 7)]


def test_the_drawing_speaks_the_language(root: Path) -> None:
    made = edition(root, "ar")
    svg = made.document.figures["source/2024-01/charts/1.svg"].data
    texts = ["".join(e.itertext()) for e in etree.fromstring(svg).iter("{*}text")]
    assert "١١٫٤٠" in texts and "٢٠٢١" in texts
    assert made.files["source/2024-01/charts/1.svg"] == svg
    figure = next(b for b in made.document.articles[0].blocks if b["t"] == "Figure")
    assert figure["c"][0][0] == "c"


def test_nothing_sticks_out_of_the_drawing() -> None:
    data = drawing.Data(
        ("A label that is long enough to be wrapped onto several lines of the drawing", "b"),
        ("One name", "Another rather long name of a series", "Third"),
        ((Decimal(-5), Decimal(2), Decimal(0)), (Decimal(100), Decimal(7), Decimal("0.5"))),
        (("-5.0", "2.0", "0.0"), ("100.0", "7.0", "0.5")),
    )
    for code in ("en", "ar"):
        for draw in (drawing.bars, drawing.lines):
            svg = draw(data, language.load(code), brand.load())
            assert svg == draw(data, language.load(code), brand.load())
            root = etree.fromstring(svg)
            height = float(root.get("height", "0"))
            for each in root.iter("{*}text", "{*}rect"):
                x, y = float(each.get("x", "0")), float(each.get("y", "0"))
                assert -1 <= x <= drawing.WIDTH + 1 and -1 <= y <= height + 1
                assert x + float(each.get("width", "0")) <= drawing.WIDTH + 1


def test_a_chart_of_equal_or_single_values_has_a_scale() -> None:
    for values in ("0", "5", "-3", "0.0001", "123456789"):
        number = Decimal(values)
        data = drawing.Data(("x",), ("y",), ((number,),), ((values,),))
        for draw in (drawing.bars, drawing.lines):
            assert draw(data, language.load("en"), brand.load()).startswith(b"<svg")


@pytest.mark.parametrize("code", ["en", "ar"])
@pytest.mark.parametrize("module", [pdf, epub, docx, web], ids=["pdf", "epub", "docx", "html"])
def test_every_format_shows_drawing_and_data(root: Path, code: str, module: Any) -> None:
    made = edition(root, code)
    made = replace(made, siblings={})
    name = module.__name__.rsplit(".", 1)[-1].replace("web", "html")
    compiled = module.compile(made)
    assert not [f for f in compiled.findings if f.severity == "error"]
    found = read(Path(f"x.{name}"), compiled.data, ("a",), compiled.page_map)
    (shape,) = shapes(made.document).values()
    assert (shape.figures, shape.tables) == (2, 2)
    assert shape.differences(found["a"]) == []


@pytest.mark.parametrize("code", ["en", "ar"])
def test_names_of_rows_begin_their_line_though_they_are_years(root: Path, code: str) -> None:
    made = html.render(edition(root, code))
    table = made.articles[0].body.xpath(".//table")[1]
    rows = [[cell.get("class") or "" for cell in row] for row in table.iter("tr")]
    assert len(rows) == 4
    assert not any("num" in first for first, *_ in rows)
    assert all("num" in cell for _, *others in rows for cell in others)
