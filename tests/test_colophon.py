"""The lines that the toolkit adds to a colophon, in the typography of their language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publisher.editions import Credits
from publisher.editions.colophon import colophon_lines
from tests.books import book


@pytest.mark.parametrize(
    ("code", "between"), [("en", ", "), ("ar", "، "), ("fa", "، "), ("zh", "、")]
)
def test_lists_are_separated_as_the_language_does(code: str, between: str) -> None:
    credits = Credits(translators=("A B", "C D"), reviewers=("E", "F"), machines=("one", "two"))
    made = book({"a": "Text."}, code=code, credits=credits)
    lines = colophon_lines(replace(made, languages=("az", "tr", "ru", code)))
    text = "\n".join(line.plain for line in lines)
    for names in (("A B", "C D"), ("E", "F"), ("one", "two"), ("azərbaycan", "Türkçe", "русский")):
        assert between.join(names) in text
