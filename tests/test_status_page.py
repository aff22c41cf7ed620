"""The status as a page: self-contained, true to the figures, readable without the charts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner
from lxml import html

from publisher.brand import Colours, contrast, load
from publisher.catalog.ages import UNKNOWN, ages
from publisher.catalog.ledger import Event, Ledger, source_hash, target_hash
from publisher.catalog.po import Catalog, Entry
from publisher.catalog.status import Count, LanguageStatus
from publisher.cli import cli
from publisher.status_page import StatusInfo, status_page

NOW = "2024-03-01T00:00:00Z"


def test_the_age_of_a_draft_is_that_of_its_last_event() -> None:
    entries = [Entry(f"text {n} of mine", f"T{n}", fuzzy=True) for n in range(6)]
    entries[4] = replace(entries[4], fuzzy=False)
    times = ["2024-02-27", "2024-02-05", "2024-01-01", "2023-01-01", "2023-01-01"]
    events = [
        Event(f"{time}T00:00:00Z", "drafted", source_hash(e.key), target_hash(e), "engine")
        for time, e in zip(times, entries, strict=False)
    ]
    found = ages(Catalog({}, tuple(entries)), Ledger(tuple(events)), NOW)
    assert list(found.values()) == [4, 4, 4, 4, 4]
    assert list(found)[-1] == UNKNOWN


def page(**more: object) -> html.HtmlElement:
    count = Count()
    for state in count.words:
        count.words[state] = 10
    count.to_review = 40
    item = LanguageStatus("az", count, {"<b>.md": count}, False, False)
    info = StatusInfo("A & B", "2024-01", "<script>", NOW, {"az": "Azerbaijani (az)"})
    data = status_page([item], {"az": {"older": 30}}, info, load().colours)
    return html.document_fromstring(data.decode())


def test_every_chart_has_a_name_and_a_table_with_its_figures() -> None:
    found = page()
    charts = found.xpath("//figure/svg")
    assert len(charts) == 3
    for chart in charts:
        assert chart.get("role") == "img" and chart.get("aria-label")
    assert len(found.xpath("//figure//table")) == 3
    cells = [cell.text for cell in found.xpath("(//table)[1]/tbody/tr/td")]
    assert cells == ["20", "10", "10", "10", "10", "60", "40"]
    assert found.xpath("(//table)[2]/tbody/tr/td")[0].text == "33 %"
    assert not found.xpath("//script")
    assert found.xpath("//h1")[0].text == "<script>"


def test_the_page_needs_nothing_else() -> None:
    text = html.tostring(page(), encoding="unicode")
    assert not re.search(r"https?://|src=|@import|url\((?!#)", text)
    assert "prefers-color-scheme: dark" in text


def test_colours_can_be_read_in_both_schemes() -> None:
    text = html.tostring(page(), encoding="unicode")
    for block in re.findall(r":root \{([^}]*)\}", text):
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))
        for name in ("ink", "muted", "accent", "draft"):
            assert contrast(colours[name], colours["paper"]) >= 4.5
        assert contrast(colours["rule"], colours["paper"]) >= 3


def test_a_pale_brand_stays_readable_in_the_dark() -> None:
    colours = replace(load().colours, accent="#001020", draft="#300000")
    assert isinstance(colours, Colours)
    data = status_page([], {}, StatusInfo("A", "1", "T", NOW, {}), colours).decode()
    dark = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", data.split("dark) {")[1]))
    assert contrast(dark["accent"], dark["paper"]) >= 4.5


def test_the_command_writes_it(publication: Callable[..., Path], tmp_path: Path) -> None:
    root = publication({"01-a.md": "---\ntitle: Title\n---\n\nSome text.\n"}, ("az", "tr"))
    file = tmp_path / "out" / "status.html"
    run = CliRunner()
    run.invoke(cli, ["-C", str(root), "update", "-l", "az"], catch_exceptions=False)
    done = run.invoke(cli, ["-C", str(root), "status", "--html", str(file), "--json"])
    assert set(json.loads(done.output)["languages"]) == {"az", "tr"}
    text = file.read_text("utf-8")
    assert "Turkish (tr) has no catalog yet." in text and "Test issue" in text
