"""The engine argos with the real English→Portuguese model."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from publisher.catalog.tags import problems, strip
from publisher.engines import Draft, Engine, Request, Settings, Term, open_engine
from publisher.engines import numbers as figures
from publisher.engines.install import install
from publisher.errors import InputError, MachineError
from tests.model import build
from tests.model.fixtures import spans, tags_of


def drafts(engine: Engine, *requests: Request, known: dict[str, str] | None = None) -> list[Draft]:
    made = dict(engine.translate(requests, known or {}))
    assert sorted(made) == list(range(len(requests)))
    return [made[number] for number in range(len(requests))]


def draft(engine: Engine, text: str, *terms: Term) -> Draft:
    """One draft, whole or with a reason."""
    made = drafts(engine, Request(text, tags_of(text), terms))[0]
    if made.text:
        assert problems(text, made.text, tags_of(text)) == []
        assert figures.compare(strip(text, tags_of(text)), strip(made.text, tags_of(text))) == (
            {},
            {},
        )
    else:
        assert made.reason
    return made


def test_translates_and_says_who_it_is(argos: Engine) -> None:
    assert argos.label == "argos en→pt 0.1"
    made = draft(argos, "The minister visited Baku on 11 March 2023 and met 132 delegates.")
    assert made.text == "O ministro visitou Baku em 11 de março de 2023 e reuniu 132 delegados."
    assert made.score is not None and made.score > 0.9
    assert made.fallbacks == ()


def right_spans(engine: Engine) -> tuple[int, int]:
    cases = spans()
    made = drafts(engine, *(Request(text, tags_of(text)) for text, _ in cases))
    right = total = 0
    for (text, expected), result in zip(cases, made, strict=True):
        assert problems(text, result.text, tags_of(text)) == []
        for name, words in expected:
            total += 1
            found = re.findall(rf"<{name}>(.*?)</{name}>", result.text)
            right += words in found
    return right, total


def test_tags_hold_the_right_words(argos: Engine) -> None:
    right, total = right_spans(argos)
    assert total == 40
    assert right >= 38


def test_tags_hold_the_right_words_without_guided_alignment(tmp_path: Path) -> None:
    build.package()
    archive = tmp_path / "weak.argosmodel"
    build.build(build.wheel(build.CACHE), archive, guided=False)
    install(archive, tmp_path / "models")
    weak = open_engine("argos", "en", "pt", Settings(models=(tmp_path / "models",)))
    right, _ = right_spans(weak)
    assert right >= 36


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("See https://example.org/a_b?c=1 for 18.5 bcm of gas.", ["https://example.org/a_b?c=1"]),
        ("Write to press.office@example.org before Friday.", ["press.office@example.org"]),
        ("Türkiye and Azerbaijan signed “a roadmap” on gas.", ["Türkiye", "“", "”"]),
        ("President Ильхам Алиев opened the forum in Şuşa.", ["Ильхам Алиев", "Şuşa"]),
        ("It cost €30 million, £5 and ₼12.", ["€", "£", "₼"]),
        ("Use {name} and %s in the form.", ["{name}", "%s"]),
        ("Müller met Gül, Çiller and Erdoğan in Würzburg.", ["Müller", "Gül", "Erdoğan"]),
        ("The word ‘corridor’ stood in the text.", ["‘", "’"]),
        ("He runs <code1/> twice<note1/> a day.", ["<code1/>", "<note1/>"]),
        ("The 19th century saw two empires.", ["19"]),
        ("The years 2020–2021 were hard.", ["2020–2021"]),
        ("A → B is the way of § 5.", ["→"]),
    ],
)
def test_what_a_vocabulary_lacks_survives(
    argos: Engine,
    text: str,
    kept: list[str],
) -> None:
    made = draft(argos, text)
    assert made.text, made.reason
    for item in kept:
        assert item in made.text


def test_the_language_sets_its_own_numbers_and_quotation_marks(argos: Engine) -> None:
    made = draft(argos, 'He said: "It rose by 1,250.75 tonnes." Then he left.')
    assert "1.250,75" in made.text
    assert made.text.count("“") == made.text.count("”") == 1
    assert '"' not in made.text


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("The gas pipeline crosses the border.", Term("gas pipeline", "gasoduto")),
        ("The gas pipeline crosses the border.", Term("gas pipeline", "conduta de gás")),
        ("The State Oil Fund paid for it.", Term("State Oil Fund", "State Oil Fund")),
        ("Gas Pipeline News reports it.", Term("gas pipeline", "conduta de gás")),
        ("They met in Şuşa yesterday.", Term("Şuşa", "Shusha")),
    ],
)
def test_terms_appear_as_the_term_base_says(argos: Engine, text: str, term: Term) -> None:
    made = draft(argos, text, term)
    assert term.target.casefold() in made.text.casefold()


def test_notes_stand_by_their_words(argos: Engine) -> None:
    made = draft(argos, "The war of 2020<note1/> ended in November.<note2/> Peace came.")
    assert "2020<note1/>" in made.text
    assert re.search(r"novembro\.<note2/> ", made.text)


def test_tags_over_sentences_and_line_breaks_stay_whole(argos: Engine) -> None:
    made = draft(argos, "<em>The first point. The second point.</em> And more.<br/>A new line.")
    assert made.text.startswith("<em>") and "</em> " in made.text
    assert made.text.count("<br/>") == 1


def test_text_without_words_is_only_put_in_the_languages_form(argos: Engine) -> None:
    forms = {"4.5": "4,5", "97,000": "97.000", "–": "–", "2019": "2019"}
    forms["https://example.org/by/4.0/"] = "https://example.org/by/4.0/"
    made = drafts(argos, *(Request(text) for text in forms))
    assert [draft.text for draft in made] == list(forms.values())


def test_literal_angle_brackets_are_no_tags(argos: Engine) -> None:
    made = drafts(argos, Request("Type <em> before the word.", {}))[0]
    assert not made.text or "<em>" in made.text


def test_reviewed_sentences_are_used_as_they_stand(argos: Engine) -> None:
    known = {"The talks went on.": "As negociações prosseguiram."}
    text = "The talks went on. Nobody was there."
    made = drafts(argos, Request(text), known=known)[0]
    assert made.text.startswith("As negociações prosseguiram. ")
    assert made.known_sentences == 1


def test_very_long_sentences_are_cut_and_whole(argos: Engine) -> None:
    text = (
        "The report names " + ", ".join(f"village {n} in the valley" for n in range(11, 90)) + "."
    )
    made = draft(argos, text)
    if made.text:
        assert "split at clauses" in made.fallbacks


def test_source_tags_that_do_not_nest_are_left_for_a_human(argos: Engine) -> None:
    made = drafts(argos, Request("<em>a <a1>b</em> c</a1>", {"em": False, "a1": False}))[0]
    assert (made.text, made.reason) == ("", "the tags of the source do not nest")


def test_drafts_are_the_same_in_any_company(argos: Engine) -> None:
    texts = [text for text, _ in spans()]
    together = drafts(argos, *(Request(text, tags_of(text)) for text in texts))
    alone = [drafts(argos, Request(text, tags_of(text)))[0] for text in texts[:4]]
    assert [made.text for made in together[:4]] == [made.text for made in alone]


def test_pivots_over_a_third_language(models: Path, package: Path, tmp_path: Path) -> None:
    # The same weights under another name: the way is what is tested, not the Spanish.
    import zipfile

    second = tmp_path / "second.argosmodel"
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(second, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("metadata.json"):
                data = json.dumps({**json.loads(data), "from_code": "pt", "to_code": "gl"}).encode()
            new.writestr(name, data)
    install(second, tmp_path / "models")
    engine = open_engine("argos", "en", "gl", Settings(models=(models, tmp_path / "models")))
    assert engine.label == "argos en→pt→gl 0.1+0.1"
    text = "<em>Baku</em> paid 18.5 million for gas in 2023; see https://example.org/x."
    made = drafts(engine, Request(text, tags_of(text), (Term("gas", "GAS-X"),)))[0]
    if made.text:
        assert problems(text, made.text, tags_of(text)) == []
        assert "https://example.org/x" in made.text and "GAS-X" in made.text


def test_says_what_is_missing(tmp_path: Path, models: Path) -> None:
    with pytest.raises(MachineError) as caught:
        open_engine("argos", "en", "ka", Settings(models=(models,)))
    assert "publisher models install en-ka" in str(caught.value)


def test_a_damaged_model_is_not_loaded(package: Path, tmp_path: Path) -> None:
    installed = install(package, tmp_path)
    path = installed.folder / "model" / "model.bin"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(InputError) as caught:
        open_engine("argos", "en", "pt", Settings(models=(tmp_path,)))
    assert "changed since it was installed" in str(caught.value)


def test_inflected_and_other_translations_of_a_term_will_do(argos: Engine) -> None:
    text = "The United Nations asked the foreign ministers for help."
    plain = draft(argos, text)
    terms = (
        Term("United Nations", "ONU", ("Nações Unidas",)),
        Term("foreign ministers", "ministro dos Negócios Estrangeiros", ("ministro das Relações Exteriores",)),
    )  # fmt: skip
    assert draft(argos, text, terms[0]).text == plain.text
    assert draft(argos, text, *terms).fallbacks in ((), ("term placed",))
