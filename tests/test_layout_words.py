"""The layout's own words: every msgid is in the template, every translation complete."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from publisher.catalog import layout, po

PACKAGE = Path(__file__).resolve().parents[1] / "publisher"
TEMPLATE = po.load(layout.DATA / layout.TEMPLATE)
LANGUAGES = ("az", "tr", "ru", "fr", "ar", "es", "pt", "de", "fa", "zh")


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def used() -> set[str]:
    """Every literal that the code asks the layout's catalog for."""
    found: set[str] = set()
    for path in [*(PACKAGE / "editions").glob("*.py"), PACKAGE / "kit_page.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "MESSAGES":
                found |= set(ast.literal_eval(node.value))
            if not isinstance(node, ast.Call) or not node.args:
                continue
            function = node.func
            name = getattr(function, "attr", getattr(function, "id", ""))
            owner = getattr(getattr(function, "value", None), "id", "")
            first = node.args[0]
            if name == "words" and owner != "ast" and isinstance(first, ast.Constant):
                found.add(first.value)
    return found


def test_the_template_holds_every_word_that_is_used() -> None:
    assert used() <= {entry.msgid for entry in TEMPLATE.entries}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_word_is_translated_with_its_fields(code: str) -> None:
    assert layout.load(code).missing == frozenset()
    entries = po.load(layout.DATA / f"{code}.po").index()
    assert set(entries) == set(TEMPLATE.index())
    for entry in entries.values():
        assert fields(entry.msgstr) == fields(entry.msgid), entry.msgid


@pytest.mark.parametrize("path", sorted(layout.DATA.glob("*.po*")), ids=lambda path: path.name)
def test_the_files_are_canonical(path: Path) -> None:
    data = path.read_bytes()
    assert po.dump(po.parse(data, path.name)) == data
