"""Alphabets: sorting by them, in the toolkit and in lists that an author marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher import language, parity_shape
from publisher.ast import blocks_text
from publisher.editions import sorting
from publisher.errors import InputError
from tests.books import book


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("az", "cümə Çin el Ərdəbil Fransa hava xalq Iraq ışıq İran kənd qara"),
        ("tr", "cuma çay dağ Irak ışık İran jandarma orman öykü"),
        ("ru", "еда ёж езда Ёлка жук"),
        ("fr", "côte coteau eza Èze Odile Œuvre Zola"),
        ("de", "Arzt Ärzte Strasse Straße Zug"),
        ("ar", "ابن أحمد إيران بيت تاج ثابت زيد يد"),
        ("fa", "آب ابر پدر تهران چین گیلان یزد"),
        ("he", "אב כף כתב מים מלך"),
        ("es", "nube ñandú oro"),
        ("pl", "ąkac budka ćma dom łoś noc żaba"),
    ],
)
def test_words_stand_in_the_order_of_their_alphabet(code: str, expected: str) -> None:
    words = expected.split()
    assert sorted(set(words), key=language.load(code).sort_key) == words


def test_spaces_and_digits_come_first_and_marks_do_not_count() -> None:
    given = ["“Beta”", "gamma", "3 men", "al pha", "alpha", "Al-Pha"]
    made = sorted(given, key=language.load("en").sort_key)
    assert made == ["3 men", "Al-Pha", "al pha", "alpha", "“Beta”", "gamma"]


SOURCE = """\
::: {.sorted}
- Türkiye
- Çin
- İran
- Iraq
:::

::: {.sorted}
Zebra
: Striped.

Ant
: Small.
:::

- z
- a
"""


def test_a_marked_list_is_sorted_in_each_language() -> None:
    document = book({"a": SOURCE}).document
    azeri = sorting.arrange(document, language.load("az"))
    english = sorting.arrange(document, language.load("en"))
    assert blocks_text(azeri.articles[0].blocks).split()[:4] == ["Çin", "Iraq", "İran", "Türkiye"]
    names = blocks_text(english.articles[0].blocks).split()
    assert names[:4] == ["Çin", "İran", "Iraq", "Türkiye"]
    assert names[4:] == ["Ant", "Small.", "Zebra", "Striped.", "z", "a"]
    assert parity_shape.shapes(azeri) == parity_shape.shapes(document)


def test_a_document_without_marks_is_left_alone() -> None:
    document = book({"a": "- b\n- a\n"}).document
    assert sorting.arrange(document, language.load("en")) is document


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[ordinals]\none = "{0}st"\n', "lacks “other”"),
        ('[ordinals]\nother = "th"\n', "must hold .0. once"),
        ('group_from = "5"\n', "no whole number"),
        ("first_day = 1\n", "neither true nor false"),
        ("separator = 1\n", "not a string"),
    ],
)
def test_wrong_values_of_a_language_file_are_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "en.toml").write_text(text, "utf-8")
    with pytest.raises(InputError, match=message):
        language.load("en", tmp_path)
