"""Languages: data files, dates, numbers, case, spacing, order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from publisher import language
from publisher.errors import InputError

DAY = date(2023, 3, 31)


@pytest.mark.parametrize("code", language.available())
def test_every_data_file_loads_and_works(code: str) -> None:
    loaded = language.load(code)
    assert loaded.code == code and loaded.name and loaded.english
    assert loaded.format_date(DAY)
    assert loaded.localise_digits("0123456789") == loaded.digits
    assert len(set(loaded.digits)) == 10


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en", "31 March 2023"),
        ("az", "31 mart 2023"),
        ("de", "31. März 2023"),
        ("fr", "31 mars 2023"),
        ("ar", "٣١ مارس ٢٠٢٣"),
        ("fa", "۳۱ مارس ۲۰۲۳"),
        ("zh", "2023年3月31日"),
    ],
)
def test_dates_take_the_language_s_form_and_numerals(code: str, expected: str) -> None:
    assert language.load(code).format_date(DAY).replace("\u00a0", " ") == expected


def test_day_and_month_stay_together() -> None:
    assert "31\u00a0марта" in language.load("ru").format_date(DAY)
    assert "31.\u00a0März" in language.load("de").format_date(DAY)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("en", "1,234,567.50"),
        ("az", "1.234.567,50"),
        ("fr", "1\u202f234\u202f567,50"),
        ("ru", "1\u00a0234\u00a0567,50"),
        ("ar", "١٬٢٣٤٬٥٦٧٫٥٠"),
    ],
)
def test_numbers_take_the_language_s_signs(code: str, expected: str) -> None:
    assert language.load(code).format_number(Decimal("1234567.5"), 2) == expected


def test_four_figures_are_grouped_where_the_language_groups_them() -> None:
    """CLDR's minimumGroupingDigits is 2 in Spanish, Italian, Polish, Georgian and Armenian."""
    for code in ("es", "it", "pl", "ka", "hy"):
        assert language.load(code).format_number(-1234) == "\u22121234"
        assert len(language.load(code).format_number(12345)) == 6
    assert language.load("de").format_number(1234) == "1.234"


def test_ordinals_follow_cldr() -> None:
    numbers = 1, 3, 6, 9, 10, 22
    made = {code: [language.load(code).ordinal(n) for n in numbers] for code in ("az", "en", "fa")}
    assert made["az"] == ["1-ci", "3-cü", "6-cı", "9-cu", "10-cu", "22-ci"]
    assert made["en"] == ["1st", "3rd", "6th", "9th", "10th", "22nd"]
    assert made["fa"][1] == "۳م"


def test_the_first_of_a_month_is_an_ordinal_in_french_and_italian() -> None:
    first, eleventh = date(2021, 1, 1), date(2021, 1, 11)
    assert language.load("fr").format_date(first) == "1er\u00a0janvier 2021"
    assert language.load("it").format_date(first) == "1º\u00a0gennaio 2021"
    assert language.load("fr").format_date(eleventh) == "11\u00a0janvier 2021"
    assert language.load("en").format_date(first) == "1\u00a0January 2021"


def test_upper_case_follows_the_language() -> None:
    assert language.load("az").upper("iğnə ışıq") == "İĞNƏ IŞIQ"
    assert language.load("en").upper("iğnə") == "IĞNƏ"
    assert language.load("el").upper("Ατλαντικός προΐσταμαι") == "ΑΤΛΑΝΤΙΚΟΣ ΠΡΟΪΣΤΑΜΑΙ"
    assert language.load("ka").upper("თბილისი") == "თბილისი"
    assert language.load("tr").capitalise("istanbul") == "İstanbul"


def test_spaces_change_their_kind_and_nothing_else() -> None:
    french = language.load("fr")
    text = "Il dit : « oui » ; à 5 % !"
    typeset = french.typeset(text)
    assert typeset == "Il dit\u00a0: «\u00a0oui\u00a0»\u202f; à 5\u00a0%\u202f!"
    assert typeset.split() == text.split()
    assert french.typeset(typeset) == typeset
    russian = language.load("ru").typeset("Баку — столица в Азербайджане")
    assert russian == "Баку\u00a0— столица в\u00a0Азербайджане"


def test_words_are_sorted_by_the_alphabet_of_the_language() -> None:
    words = ["zəfər", "çay", "cay", "ı", "i", "ə", "e", "f"]
    expected = ["cay", "çay", "e", "ə", "f", "ı", "i", "zəfər"]
    assert sorted(words, key=language.load("az").sort_key) == expected


def test_markers_of_lists() -> None:
    russian, arabic = language.load("ru").lists, language.load("ar").lists
    assert russian.style("LowerAlpha").symbols[:3] == ("а", "б", "в")
    assert russian.level(0).css == "decimal"
    assert arabic.decimal.css == "arabic-indic" and arabic.decimal.docx == "decimal"
    assert arabic.style("lower_alpha").symbols[3] == "د"


def test_a_publication_adds_and_corrects_languages(tmp_path: Path) -> None:
    (tmp_path / "ar.toml").write_text('numerals = "latn"\n')
    (tmp_path / "sq.toml").write_text(
        'name = "Shqip"\nenglish = "Albanian"\nscript = "Latn"\nquotes = ["„", "“", "‘", "’"]\n'
    )
    assert language.load("ar", tmp_path).digits == "0123456789"
    assert language.load("ar", tmp_path).rtl
    assert language.load("sq", tmp_path).format_date(DAY) == "31\u00a0mars 2023"
    assert "sq" in language.available(tmp_path)


def test_a_region_takes_the_file_of_its_language() -> None:
    assert language.load("pt-PT").code == "pt-PT"
    assert language.load("pt-PT").locale == "pt_PT"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('numeralls = "latn"\n', 1, "unknown key"),
        ('\nnumerals = "roman"\n', 2, "unknown numerals"),
        ('direction = "down"\n', 1, "neither ltr nor rtl"),
        ('quotes = ["a"]\n', 1, "4 strings"),
        ("name = \n", 1, "not valid TOML"),
        ('[lists]\nlevels = ["klingon"]\n', 2, "unknown list style"),
        ("hyphenation = 3\n", 1, "hyphenation"),
    ],
)
def test_a_wrong_file_is_an_error_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    (tmp_path / "az.toml").write_text(text)
    with pytest.raises(InputError, match=words) as caught:
        language.load("az", tmp_path)
    assert caught.value.line == line


@pytest.mark.parametrize("code", ["xx", "../etc", "", "EN"])
def test_an_unknown_language_is_an_error(code: str) -> None:
    with pytest.raises(InputError):
        language.load(code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("fa", "rtl"), ("az-Arab", "rtl"), ("ru", "ltr"), ("hy-Latn", "ltr"), ("qqq", "ltr")],
)
def test_direction_of_any_language(code: str, expected: str) -> None:
    assert language.direction_of(code) == expected
