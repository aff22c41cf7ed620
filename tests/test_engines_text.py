"""The parts of an engine that work on text alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.engines import dates, guards, masks, numbers, quotes
from publisher.engines.cases import as_title, is_capitals
from publisher.engines.marked import OBJECT, Mark, Marked, join, parse, render
from publisher.engines.numbers import Signs
from publisher.engines.offsets import offsets
from publisher.engines.sentences import clauses, sentences

ENGLISH, PORTUGUESE = Signs(".", ","), Signs(",", ".")
TAGS = {"em": False, "a1": False, "strong": False, "note1": True, "code1": True, "br": True}


@st.composite
def tagged(draw: st.DrawFn, depth: int = 0) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 3))):
        parts.append(draw(st.text("ab. ,“”é<&", max_size=6)))
        kind = draw(st.sampled_from(["", "em", "a1", "strong"]))
        if kind and depth < 2:
            parts.append(f"<{kind}>{draw(tagged(depth=depth + 1))}</{kind}>")
        parts.append(draw(st.sampled_from(["", "", "<note1/>", "<code1/>", "<br/>"])))
    return "".join(parts)


@given(tagged())
def test_parse_and_render_are_inverse(text: str) -> None:
    marked = parse(text, TAGS)
    assert marked is not None
    again = parse(render(marked, TAGS), TAGS)
    assert again is not None
    assert again.text == marked.text
    assert sorted((m.name, m.start, m.end) for m in again.marks) == sorted(
        (m.name, m.start, m.end) for m in marked.marks
    )


def test_only_tags_of_the_request_are_markup() -> None:
    marked = parse("a < b and <em> is <em1>strong</em1>", {"em1": False})
    assert marked == Marked("a < b and <em> is strong", (Mark("em1", 18, 24, 0),))


@pytest.mark.parametrize(
    "text", ["<em>a", "a</em>", "<em><a1>x</em></a1>", "<em/>", "<note1>x</note1>"]
)
def test_wrong_tags_are_no_marked_text(text: str) -> None:
    assert parse(text, TAGS) is None


@given(tagged(), st.data())
def test_parts_join_to_the_whole(text: str, data: st.DataObject) -> None:
    marked = parse(text, TAGS)
    assert marked is not None
    cut = data.draw(st.integers(0, len(marked.text)))
    whole = join([(marked.part(0, cut), ""), (marked.part(cut, len(marked.text)), "")])
    assert whole.text == marked.text
    assert {m.name for m in whole.marks if m.start < m.end} == {
        m.name for m in marked.marks if m.start < m.end
    }


def test_a_replacement_moves_the_marks_behind_it() -> None:
    marked = Marked("one two three", (Mark("em", 4, 7, 0), Mark("a1", 8, 13, 1)))
    changed = marked.replaced(4, 7, "twenty-two")
    assert changed.text == "one twenty-two three"
    assert [changed.text[m.start : m.end] for m in changed.marks] == ["twenty-two", "three"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said “yes.” Then he left.", ["He said “yes.”", "Then he left."]),
        ("He left. “No!” she said.", ["He left.", "“No!”", "she said."]),
        ("Dr. Smith paid $3.5 million. The U.S. agreed.", None),
        ("“One. Two,” he said. Three.", ["“One.", "Two,” he said.", "Three."]),
        ("", []),
        ("…", ["…"]),
    ],
)
def test_sentences(text: str, expected: list[str] | None) -> None:
    found = [text[start:end] for start, end in sentences(text, "en")]
    if expected is None:
        expected = ["Dr. Smith paid $3.5 million.", "The U.S. agreed."]
    assert [s for s in found if any(map(str.isalnum, s))] == [
        s for s in expected if any(map(str.isalnum, s))
    ]


@given(st.text('aB. “”"!?()1é\ufffc', max_size=60), st.sampled_from(["en", "ru", "ar", "zh", "az"]))
def test_sentences_lose_only_white_space(text: str, language: str) -> None:
    ranges = sentences(text, language)
    assert ranges == sorted(ranges)
    kept = "".join(text[start:end] for start, end in ranges)
    if any(map(str.isalnum, text)):
        assert re.sub(r"\s", "", kept) == re.sub(r"\s", "", text)


@given(st.text("ab ,;", max_size=60), st.integers(1, 20))
def test_clauses_lose_only_white_space(text: str, limit: int) -> None:
    ranges = clauses(text, limit, len)
    assert "".join(text[a:b] for a, b in ranges).replace(" ", "") == text.replace(" ", "")
    assert all(end - start <= limit for start, end in ranges)


@pytest.mark.parametrize(
    ("pieces", "text", "expected"),
    [
        (["▁The", "▁min", "ister", "."], "The minister.", ["The", "min", "ister", "."]),
        (["▁a", "...", "▁b"], "a… b", ["a", "…", "b"]),
        (["▁", "“", "a"], "“a", ["", "“", "a"]),
    ],
)
def test_offsets(pieces: list[str], text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in offsets(pieces, text)] == expected


@given(
    st.lists(st.text("ab▁…é", min_size=1, max_size=4), max_size=8), st.text("ab .é", max_size=20)
)
def test_offsets_rise_and_stay_inside(pieces: list[str], text: str) -> None:
    ranges = offsets(pieces, text)
    assert len(ranges) == len(pieces)
    assert all(0 <= start <= end <= len(text) for start, end in ranges)
    assert [start for start, _ in ranges] == sorted(start for start, _ in ranges)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("It cost 1,250.75 dollars", "Custou 1.250.75 dólares", "Custou 1.250,75 dólares"),
        ("rose by 11.4 per cent", "subiu 11.4 por cento", "subiu 11,4 por cento"),
        ("over 4,000 vehicles", "mais de 4,000 veículos", "mais de 4.000 veículos"),
        ("(CC BY 4.0)", "(CC BY 4.0)", "(CC BY 4.0)"),
        ("on 11.03.2023", "em 11.03.2023", "em 11.03.2023"),
        ("44-day", "44 dias", "44 dias"),
    ],
)
def test_numbers_take_the_form_of_the_language(source: str, target: str, expected: str) -> None:
    assert numbers.localise(source, target, ENGLISH, PORTUGUESE) == expected


def test_numbers_are_compared_by_their_digits() -> None:
    assert numbers.compare("1,000 and 3.5", "١٬٠٠٠ و ٣٫٥") == ({}, {})
    lost, extra = numbers.compare("18.5 and 7", "18,8")
    assert (dict(lost), dict(extra)) == ({"185": 1, "7": 1}, {"188": 1})


def test_months_of_dates_are_compared() -> None:
    english, portuguese, russian = (dates.months(code) for code in ("en", "pt", "ru"))
    source = "On November 10, 2020 they may march."
    assert dates.lost(source, english, "Em 10 de novembro de 2020", portuguese) == {}
    assert dates.lost(source, english, "Em 10 de julho de 2020", portuguese) == {11: 1}
    assert dates.lost(source, english, "10 ноября 2020 года", russian) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 11 March 2023 and", "11 de marzo de 2023"),
        ("March 11, 2023", "11 de marzo de 2023"),
        ("in March 2023.", "marzo de 2023"),
        ("11 March", "11 de marzo"),
        ("31 February 2023", None),
        ("they march 11 miles", None),
    ],
)
def test_dates_are_written_in_the_language(text: str, expected: str | None) -> None:
    found = [shown for _, _, shown in dates.localised(text, dates.months("en"), "es")]
    assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("sobre o para o para o para o paradeiro", True),
        ("um cidadão de 26 anos de 26 anos que", True),
        ("de de de descarbonização", True),
        ("muito muito grande", False),
        ("do regime sionista do regime sionial do regime sionês", True),
        ("a imprensa de Jeyhunhunhun", True),
        ("palavra por palavra e dia a dia", False),
    ],
)
def test_repetition_loops_are_seen(text: str, bad: bool) -> None:
    source = "A sentence without any loop in it at all."
    assert bool(guards.judge(source, text, "en", "pt")) == bad


def test_copies_and_wrong_lengths_are_seen() -> None:
    source = "The new road between both towns was opened yesterday."
    judge = guards.judge
    assert judge(source, source, "en", "pt") == "the model returned the source text"
    assert judge("Ilham Aliyev, Heydar Aliyev", "Ilham Aliyev, Heydar Aliyev", "en", "pt") == ""
    assert "nothing" in judge(source, " … ", "en", "pt")
    assert "shorter" in judge(source, "A estrada.", "en", "pt")
    assert "longer" in judge(
        source,
        "A estrada nova foi aberta ontem cedo. Depois disso muitos vizinhos quiseram passar por ela, "
        "embora chovesse sem parar e ninguém soubesse ao certo quando seria possível voltar.",
        "en",
        "pt",
    )
    assert (
        judge(
            "They signed it in Baku on a cold day.", "他们在寒冷的一天在巴库签署了它。", "en", "zh"
        )
        == ""
    )


@pytest.mark.parametrize(
    ("text", "shell"),
    [
        ("“A b.”", (1, 1)),
        ("“A,” he said.", (0, 0)),
        ("“A b.", (1, 0)),
        ("A b.”", (0, 1)),
        ("the peoples’ rights", (0, 0)),
        ("„Ja“", (1, 1)),
        ("«Oui»", (1, 1)),
    ],
)
def test_marks_around_a_sentence(text: str, shell: tuple[int, int]) -> None:
    assert quotes.shell(text) == shell


def known(text: str) -> bool:
    """Stands for a vocabulary of ASCII and a few accents."""
    return all(ord(char) < 128 or char in "áéíóúãçàâêôõ" for char in text)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("See https://example.org/a_b?c=1, please.", ["address"]),
        ("Write to press.office@example.org.", ["address"]),
        ("The site oc-media.org said so.", ["address"]),
        ("Türkiye and Şuşa", ["name", "name"]),
        ("Ильхам Алиев said", ["name"]),
        ("€30 million", ["currency"]),
        ("a → b", ["sign"]),
        (f"run {OBJECT} now", ["object"]),
        ("e.g. 3.5 per cent, i.e. little", []),
        ("It ended.Then", []),
    ],
)
def test_what_is_hidden_from_a_model(text: str, kinds: list[str]) -> None:
    assert [mask.kind for mask in masks.find(text, known)] == kinds


def test_stand_ins_are_known_unused_and_differ() -> None:
    text = f"{OBJECT} and {OBJECT} near X9 in Türkiye"
    marked = Marked(text)
    made = masks.apply(marked, masks.find(text, known), 0, known)
    assert made is not None
    assert made.marked.text == "X7 and X4 near X9 in Turkiye"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Türkiye", "Turkiye"), ("Ильхам", "Ilkham"), ("Şuşa", "Susa"), ("Əliyev", "Eliyev"),
     ("Łódź", "Lodz"), ("Щербак", "Shcherbak")],
)  # fmt: skip
def test_names_in_plain_letters(name: str, expected: str) -> None:
    assert masks.roman(name) == expected


def test_capitals() -> None:
    assert is_capitals("FOREIGN POLICY OF AZERBAIJAN")
    assert not is_capitals("NATO")
    assert as_title("POLICY OF THE REPUBLIC, 44-DAY") == "Policy of the Republic, 44-day"
