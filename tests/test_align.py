"""Sentences and their alignment: certain only where it is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.catalog.align import Aligner
from publisher.catalog.kept import Kept
from publisher.catalog.ledger import Event
from publisher.catalog.sentences import compare, pieces, sentences
from tests.catalogs import foreign


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Mr. Smith met Dr. Jones at 5 p.m. on Friday.|He said: “No.|It is late!”|He left."),
        ("en", "See No. 5 for details (cf. p. 3).|It rose by 3.5 per cent.|J. Smith came."),
        ("en", "The treaty was signed in the U.S.|It failed.|Then he left…|The talks ended."),
        (
            "ru",
            "Министр прибыл 5 марта 2023 г.|Он заявил, что переговоры идут.|И. И. Иванов согласился.",
        ),
        ("ru", "Он был в г. Баку.|«Это важно», — сказал он.|Почему?"),
        ("fr", "M. Dupont est venu.|Il a dit : « Non. »|Puis il est parti !"),
        ("tr", "Prof. Kaya 5. toplantıda konuştu.|Neden?|Bilinmiyor (bkz. liste)."),
        ("az", "C.Bayramov S. Lavrovla görüşüb.|Bu, mühümdür!"),
        ("ar", "وصل الوزير إلى باكو.|لماذا؟|لا أحد يعرف!"),
        ("zh", "部长抵达巴库。|为什么？|没人知道。"),
    ],
)
def test_sentences_end_where_people_end_them(language: str, text: str) -> None:
    parts = text.split("|")
    joined = ("" if language == "zh" else " ").join(parts)
    assert list(sentences(joined, language)) == parts


@given(st.text(max_size=60), st.sampled_from(["en", "ru", "ar", "zh", "xx"]))
def test_sentences_lose_no_text(text: str, language: str) -> None:
    cut = pieces(text, language)
    rest = "".join(part + gap for part, gap in zip(cut.parts, (*cut.gaps, ""), strict=False))
    assert cut.head + rest + cut.tail == text
    assert not (cut.head + cut.tail + "".join(cut.gaps)).strip()


def test_tags_at_the_end_belong_to_their_sentence() -> None:
    text = "Prices rose.<note1/> <em>Exports</em> fell.<note2/> <em>New.</em>"
    names = ("note1", "note2", "em")
    assert pieces(text, "en", names).parts == (
        "Prices rose.<note1/>",
        "<em>Exports</em> fell.<note2/>",
        "<em>New.</em>",
    )


def test_a_comparison_names_new_kept_and_gone() -> None:
    found = compare("A one. B two. C three. D four.", "A one. C three. D five.", "en")
    assert found.kept == {0: 0, 1: 2}
    assert (found.new, found.seams, found.gone) == ((2,), (1,), ("B two.",))


@given(
    st.sets(st.integers(0, 20)),
    st.integers(21, 30),
    st.integers(0, 500),
    st.sampled_from(["", "why"]),
)
def test_what_an_event_keeps_can_be_read_back(
    kept: set[int], total: int, words: int, why: str
) -> None:
    one = Kept(tuple(sorted(kept)), total, words, why)
    assert Kept.of(Event("", "carried", "", "", note=one.note)) == one


# Alignment, on a small corpus of sentences with made-up words.

Parts = tuple[str, ...]


def corpus(seed: int) -> list[tuple[Parts, Parts]]:
    pick = random.Random(seed)
    syllables = ["ba", "ke", "lo", "mi", "tu", "ra", "sen", "dor", "vi", "pal", "gra", "net"]
    vocabulary = [
        "".join(pick.choice(syllables) for _ in range(pick.choice((2, 3)))) for _ in range(500)
    ]
    weights = [1 / (rank + 4) for rank in range(len(vocabulary))]
    pairs = []
    for _ in range(120):
        source, target = [], []
        for _ in range(pick.choice((2, 3, 4, 5))):
            words = pick.choices(vocabulary, weights, k=pick.randint(7, 24))
            source.append(" ".join(words).capitalize() + ".")
            said = [word for word in words if pick.random() > 0.1]
            target.append(foreign(" ".join(said)).capitalize() + ".")
        pairs.append((tuple(source), tuple(target)))
    return pairs


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_true_pairs_are_nearly_always_certain(seed: int) -> None:
    pairs = corpus(seed)
    aligner = Aligner.learn(pairs)
    sure = sum(aligner.certain(*pair) for pair in pairs)
    assert sure >= 0.95 * len(pairs)


def joined_and_split(pair: tuple[Parts, Parts], pick: random.Random, *, best: bool) -> Parts | None:
    """The translation with two sentences joined and another cut; the cut that hides it best."""
    source, target = pair
    found: list[tuple[float, Parts]] = []
    for one in range(len(target) - 1):
        for cut in range(len(target)):
            words = target[cut].split(" ")
            if cut in (one, one + 1) or len(words) < 4:
                continue
            for at in range(2, len(words) - 1):
                parts: list[str] = []
                for number, text in enumerate(target):
                    if number == one:
                        parts.append(f"{text[:-1]} {target[one + 1]}")
                    elif number == cut:
                        parts += [" ".join(words[:at]) + ".", " ".join(words[at:])]
                    elif number != one + 1:
                        parts.append(text)
                cost = sum(abs(len(a) - len(b)) for a, b in zip(source, parts, strict=True))
                found.append((cost, tuple(parts)))
    if not found:
        return None
    return min(found)[1] if best else pick.choice(found)[1]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("best", [False, True], ids=["at random", "hidden"])
def test_counts_that_agree_by_accident_are_never_certain(seed: int, best: bool) -> None:
    pairs = corpus(seed)
    aligner = Aligner.learn(pairs)
    pick = random.Random(seed)
    for pair in pairs:
        accident = joined_and_split(pair, pick, best=best)
        if accident is not None:
            assert not aligner.certain(pair[0], accident), (pair[0], accident)


def test_swapped_sentences_are_not_certain() -> None:
    pairs = corpus(4)
    aligner = Aligner.learn(pairs)
    swapped = [(source, _swap(target)) for source, target in pairs]
    assert not any(aligner.certain(*pair) for pair in swapped)


def _swap(parts: Sequence[str]) -> Parts:
    first, second = next(pairwise(parts))
    return (second, first, *parts[2:])


def test_questions_must_meet_questions() -> None:
    aligner = Aligner()
    assert not aligner.certain(("Is it so? It is.", "Yes."), ("It is so, it is.", "Yes?"))
