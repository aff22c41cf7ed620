"""The engine pseudo: the target's script, growth like a translation's, and nothing for a check to find."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import language
from publisher.catalog.po import Catalog, Entry
from publisher.catalog.tags import problems, strip
from publisher.checks import check_catalog
from publisher.checks.words import repetition
from publisher.engines import Request, Settings, Term, numbers, open_engine
from publisher.engines.pseudo import Pseudo
from publisher.engines.pseudo_letters import latin, letters, letters_of
from tests.model.fixtures import tags_of

LANGUAGES = language.available()

TEXTS = (
    "State", "GDP", "Humanitarian issues in the region", "Armenian prisoners of war (POWs)",
    "a) The first long-term point of it; b) another, which is short.",
    "The ministers of the two countries met in the capital on 11 March 2023 and spoke for more than "
    "two hours about the border, the railway and the people who have been missing since the war.",
    "He said: “It is a ‘real’ agreement.” COVID-19 came in between. Is that all? No! The rest follows…",
    "“A quotation that goes on in the next paragraph, as it does in a letter to the editor.",
    "It cost USD 19,000.5 (12% of $1.5 million) in the 1990s; see <a1>the map</a1><note1/> of "
    "<em>5 km<sup>2</sup></em> at https://example.org/map_a or write to press@example.org.",
    "<strong>Trade.</strong> In May 2021 it rose by 7.5 percent; in December it fell: nobody knew why.",
)  # fmt: skip


def draft(text: str, code: str, *terms: Term, growth: float = 0.3) -> str:
    engine = open_engine("pseudo", "en", code, Settings(growth=growth))
    return dict(engine.translate([Request(text, tags_of(text), terms)], {}))[0].text


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ru", "[Хуманитариан иссуес хуманитариан]"),
        ("uk", "[Хуманітаріан іссуес хуманітаріан]"),
        ("el", "[Ηυμανιταριαν ισσυες ηυμανιταριαν]"),
        ("az", "[Ĥüṁàñiţàŕiàñ işşüəş ĥüṁàñiţàŕiàñ]"),
        ("fr", "[Ĥûṁàñîţàŕîàñ îššûéš ĥûṁàñîţàŕîàñ]"),
        ("ka", "[ჰუმანიტარიან ისსუეს ჰუმანიტარიან]"),
        ("ar", "[حومانيتاريان يسسوهس حومانيتاريان]"),
        ("zh", "[胡马尼塔里伊苏胡马]"),
        ("xx", "[Ĥûṁàñîţàŕîàñ îššûéš ĥûṁàñîţàŕîàñ]"),
    ],
)
def test_a_text_is_in_the_script_of_its_language(code: str, expected: str) -> None:
    assert draft("Humanitarian issues", code) == expected


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_checks_find_nothing(code: str) -> None:
    entries = tuple(
        Entry(text, draft(text, code), extracted=("", *(f"{tag} = it" for tag in tags_of(text))))
        for text in TEXTS
    )
    found = check_catalog(
        Catalog(entries=entries), language.load(code), language.load("en"), f"{code}.po"
    )
    assert [(f.code, f.message) for f in found] == []


@pytest.mark.parametrize("code", ["ru", "ar", "az", "zh"])
@pytest.mark.parametrize("growth", [0.0, 0.3, 0.5])
def test_growth_is_met_and_larger_for_short_texts(code: str, growth: float) -> None:
    normal = letters_of(language.load(code)).density
    for text in TEXTS[2:7]:
        made = draft(text, code, growth=growth)
        share = len(made) / len(text) / normal - 1
        wanted = growth * {33: 4 / 3, 32: 4 / 3, 63: 0.35 / 0.3}.get(len(text), 1)
        # A letter or two would not have made a word; a month is as long as it is.
        slack = 6 / len(text) / normal
        assert wanted - slack <= share
        assert share <= wanted + slack or growth == 0
    assert len(draft("Ministries", "ru")) == 20


def test_growth_is_by_words_of_usual_length() -> None:
    made = draft(TEXTS[5], "ru")
    assert max(map(len, made.split())) <= max(map(len, TEXTS[5].split())) + 1
    assert made.startswith("[Тхе министерс оф тхе тво цоунтриес мет") and made.endswith(".]")
    assert len(made.split()) > len(TEXTS[5].split()) * 1.2


def test_a_sentence_is_drafted_alike_wherever_it_stands() -> None:
    sentence = "The ministers of both countries met in the capital in the spring of the year."
    one = draft(f"{sentence} Then they went home, and nothing more was heard of it.", "ru")
    other = draft(f"Nobody had thought so, and yet it came about. {sentence}", "ru")
    assert other.removesuffix("]").endswith(one[1:].partition(". ")[0] + ".")


def test_what_must_stay_stays() -> None:
    text = "See <a1>the map</a1><note1/> at https://example.org/map for 18.5 km of Baku."
    made = draft(text, "ru", Term("Baku", "город Баку"))
    assert problems(text, made, tags_of(text)) == []
    assert "https://example.org/map" in made and "18,5" in made and "город Баку." in made
    assert "<a1>тхе мап</a1><note1/>" in made
    assert " https://example.org/map " in draft("In 2020 at https://example.org/map and on.", "zh")


def test_a_text_without_words_of_its_own_gets_no_brackets() -> None:
    assert draft("12,300.5", "ru") == "12\u00a0300,5"
    assert draft("12%", "fr") == "12\u00a0%"
    assert draft("2.5", "ar") == "٢٫٥"
    assert draft("Baku", "ru", Term("Baku", "Баку")) == "Баку"


def test_capitals_digraphs_and_last_letters() -> None:
    assert letters_of(language.load("ru")).word("SHAX") == "ШАКС"
    assert draft("Xerox", "ru").startswith("[Ксерокс")
    assert letters_of(language.load("he")).word("minim") == "מינים"
    assert letters_of(language.load("el")).word("sos") == "σος"
    assert draft("International", "tr").startswith("[İ")
    assert letters("Zzzz", "", "").word("the") == "ţĥé"


def test_other_source_scripts_are_romanised_first() -> None:
    assert latin("Министр") == "Ministr"
    assert latin("ministrů") == "ministru"
    assert latin("Υπουργος").isascii() and latin("שלום").isascii() and latin("وزير").isascii()
    engine = open_engine("pseudo", "ru", "fr", Settings())
    made = dict(engine.translate([Request("Министр иностранных дел")], {}))[0].text
    assert made.startswith("[Ṁîñîšţŕ îñöšţŕàññýķĥ")


@pytest.mark.parametrize("code", ["ru", "ar", "zh", "he", "az"])
def test_only_letters_of_the_script_stand_there(code: str) -> None:
    names = {"ru": "CYRILLIC", "ar": "ARABIC", "zh": "CJK", "he": "HEBREW", "az": "LATIN"}
    made = draft("The quick brown fox jumps over the lazy dog by Xavier Quincy Zhukov", code)
    assert {unicodedata.name(char).split()[0].split("-")[0] for char in made if char.isalpha()} == {
        names[code]
    }


@given(st.text(max_size=60), st.sampled_from(["ru", "ar", "zh", "fr", "xx"]))
def test_any_text_keeps_its_numbers_and_makes_no_loop(text: str, code: str) -> None:
    made = draft(text, code)
    assert numbers.compare(text, made) == ({}, {})
    assert repetition(text) or not repetition(made)


@given(
    st.lists(
        st.sampled_from(["the", "of", "war", "peace", "state", "A", "in", "aa", "b"]), max_size=14
    )
)
def test_words_are_never_doubled(words: list[str]) -> None:
    engine = Pseudo(language.load("en"), language.load("ru"), 2.0)
    text = " ".join(words)
    made = strip(engine.draft(Request(text)), ())
    assert repetition(text) or not repetition(made)
    assert len(made) <= 2 + len(text) * 9


def test_every_script_of_the_data_writes_every_letter() -> None:
    for script in ("Cyrl", "Grek", "Armn", "Geor", "Hebr", "Arab", "Hans", "Hant", "Jpan", "Kore"):
        made = letters(script, "", "none")
        for char in "abcdefghijklmnopqrstuvwxyz":
            written = made.word(f"{char}a")
            assert written and not any("a" <= each <= "z" for each in written), (script, char)
