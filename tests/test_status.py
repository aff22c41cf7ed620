"""Status, log and approve, through the command line on small publications."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from publisher.catalog import po
from publisher.cli import cli
from tests.catalogs import foreign

Make = Callable[..., Path]

ONE = "---\ntitle: First article\n---\n\nThe minister arrived on 3 March. He met the president. They spoke of gas.\n"
TWO = "---\ntitle: Second article\n---\n\nOil prices rose by 5 per cent in a week.\n"


def run(root: Path, *arguments: str, code: int | None = 0) -> Result:
    result = CliRunner().invoke(cli, ["-C", str(root), *arguments], standalone_mode=False)
    if result.exception is not None and code == 0:
        raise result.exception
    if code is not None:
        assert (result.return_value or 0) == code, result.output
    return result


def data(root: Path, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(root, "status", "--json", *arguments).output)
    return found


def translate(root: Path, issue: str = "2024-01") -> None:
    path = root / "translations" / issue / "az.po"
    catalog = po.load(path)
    path.write_bytes(
        po.dump(
            catalog.with_entries(
                replace(entry, msgstr=entry.msgstr or foreign(entry.msgid))
                for entry in catalog.entries
            )
        )
    )


@pytest.fixture
def root(publication: Make) -> Path:
    made = publication({"01-a.md": ONE, "02-b.md": TWO})
    run(made, "update", "--reviewer", "Ann")
    return made


def test_status_counts_words_by_language_and_article(root: Path) -> None:
    found = data(root)
    assert found["issue"] == "2024-01"
    az = found["languages"]["az"]
    assert az["words"] == az["missing"] == az["to_review"] == 6 + 2 + 14 + 2 + 10
    assert not az["source_changed"]
    assert {"words", "reviewed", "machine", "changed", "missing", "to_review", "articles"} <= set(
        az
    )
    assert az["articles"]["01-a.md"]["words"] == 16
    translate(root)
    assert data(root)["languages"]["az"]["reviewed"] == az["words"]


def test_status_needs_no_parser_to_say_that_the_source_has_changed(root: Path) -> None:
    article = root / "source" / "2024-01" / "01-a.md"
    article.write_text(ONE.replace("3 March", "4 March"), "utf-8")
    assert data(root)["languages"]["az"]["source_changed"]
    assert "publisher update" in run(root, "status").output


def test_a_changed_sentence_counts_alone(root: Path) -> None:
    translate(root)
    run(root, "update", "--reviewer", "Ann")
    article = root / "source" / "2024-01" / "01-a.md"
    article.write_text(ONE.replace("3 March", "4 March"), "utf-8")
    run(root, "update", "--reviewer", "Ann")
    az = data(root)["languages"]["az"]
    assert (az["changed"], az["to_review"]) == (14, 6)
    assert az["articles"]["01-a.md"]["to_review"] == 6


def test_a_second_update_changes_no_byte(root: Path) -> None:
    translate(root)
    run(root, "update", "--reviewer", "Ann")
    folder = root / "translations"
    before = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    run(root, "update", "--reviewer", "Bob")
    assert {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()} == before


def test_a_damaged_catalog_leaves_every_file_alone(publication: Make) -> None:
    root = publication({"01-a.md": ONE}, languages=("az", "ru"))
    run(root, "update", "--reviewer", "Ann")
    folder = root / "translations" / "2024-01"
    (folder / "ru.po").write_text('msgid "a\n', "utf-8")
    (root / "source" / "2024-01" / "01-a.md").write_text(ONE.replace("gas", "oil"), "utf-8")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    result = run(root, "update", code=None)
    assert "ru.po:1" in str(result.exception)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_the_pot_creation_date_moves_with_content_only(root: Path) -> None:
    path = root / "translations" / "2024-01" / "az.po"
    old = po.load(path).header["POT-Creation-Date"]
    stamp = "2020-01-01 00:00+0000"
    for file in (path, path.with_name("messages.pot")):
        file.write_text(file.read_text("utf-8").replace(old, stamp), "utf-8")
    run(root, "update", "--reviewer", "Ann")
    assert po.load(path).header["POT-Creation-Date"] == stamp
    (root / "source" / "2024-01" / "02-b.md").write_text(TWO.replace("5", "6"), "utf-8")
    run(root, "update", "--reviewer", "Ann")
    header = po.load(path).header
    assert header["POT-Creation-Date"] != stamp
    assert (
        header["POT-Creation-Date"]
        == po.load(path.with_name("messages.pot")).header["POT-Creation-Date"]
    )


def test_a_frozen_issue_takes_no_change_without_thaw(publication: Make) -> None:
    root = publication({"01-a.md": ONE}, extra='state = "frozen"\n')
    run(root, "update", "--reviewer", "Ann")
    (root / "source" / "2024-01" / "01-a.md").write_text(ONE.replace("gas", "oil"), "utf-8")
    refused = run(root, "update", code=None)
    assert "frozen" in str(refused.exception)
    run(root, "update", "--thaw", "--reviewer", "Ann")
    assert not data(root)["languages"]["az"]["source_changed"]


def test_log_tells_the_story_of_a_segment(root: Path) -> None:
    translate(root)
    run(root, "update", "--reviewer", "Ann")
    (root / "source" / "2024-01" / "01-a.md").write_text(ONE.replace("3 March", "4 March"), "utf-8")
    run(root, "update", "--reviewer", "Bob")
    segments = json.loads(run(root, "log", "--json", "arrived on 4 March").output)["segments"]
    assert [(e["kind"], e["by"], e["of"]) for e in segments[0]["events"]] == [
        ("reviewed", "Ann", "an earlier source text"),
        ("carried", "Bob", "this text"),
    ]
    assert "keeps 2-3 of 3" in run(root, "log", "arrived on 4 March").output
    run(root, "log", "nowhere to be found", code=1)


def test_nobody_approves_their_own_work(root: Path) -> None:
    translate(root)
    run(root, "update", "--reviewer", "Ann")
    run(root, "approve", "--by", "Ann")
    assert data(root)["languages"]["az"]["approved"] == 0
    run(root, "approve", "--by", "Bob", "--article", "02-b.md")
    az = data(root)["languages"]["az"]
    assert az["articles"]["02-b.md"]["approved"] == az["articles"]["02-b.md"]["words"]
    assert az["articles"]["01-a.md"]["approved"] == 0
    assert az["reviewed"] == az["words"]


def test_terms_are_proposed_and_shown(root: Path) -> None:
    article = root / "source" / "2024-01" / "02-b.md"
    article.write_text(
        TWO + "\nIn May the Gas Union met. Prices, the Gas Union said, will fall.\n", "utf-8"
    )
    run(root, "update", "--reviewer", "Ann")
    run(root, "terms", "--write")
    path = root / "translations" / "glossary" / "az.po"
    base = po.load(path)
    assert [entry.msgid for entry in base.entries] == ["Gas Union"]
    path.write_bytes(
        po.dump(base.with_entries(replace(e, msgstr="Qaz İttifaqı") for e in base.entries))
    )
    run(root, "update", "--reviewer", "Ann")
    text = (root / "translations" / "2024-01" / "az.po").read_text("utf-8")
    assert re.search(r"#\. term: Gas Union = Qaz İttifaqı", text)
