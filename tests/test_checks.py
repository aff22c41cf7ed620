"""Checks of catalogs: seeded defects are found, good translations are left in peace."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from publisher import checks, language
from publisher.catalog import glossary, po
from publisher.catalog.glossary import Term, Terms
from publisher.checks import check_catalog
from publisher.cli import cli
from publisher.errors import Finding

CASES = Path(__file__).parent / "cases" / "checks"
ENGLISH = language.load("en")


def run(code: str, *entries: po.Entry, terms: Terms | None = None) -> tuple[Finding, ...]:
    return check_catalog(po.Catalog({}, entries), language.load(code), ENGLISH, f"{code}.po", terms)


def cases(name: str) -> list[tuple[str, str, str, str]]:
    """``language | check | source | translation`` lines; ``␣`` is a space at an end, U+… a character."""
    found = []
    for line in (CASES / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            parts = [part.strip().replace("␣", " ") for part in line.split(" | ")]
            code, check, source, target = (_characters(part) for part in parts)
            found.append((code, check, source, target))
    return found


def _characters(text: str) -> str:
    import re

    return re.sub(r"\{U\+([0-9A-F]{4,5})\}", lambda match: chr(int(match[1], 16)), text)


def entry(source: str, target: str) -> po.Entry:
    from publisher.catalog.tags import names_in

    comments = tuple(f"{name} = described" for name in names_in(source))
    return po.Entry(source, target, extracted=comments, line=1)


@pytest.mark.parametrize(
    "case", cases("defects.txt"), ids=lambda case: f"{case[0]}-{case[1]}-{case[3][:30]}"
)
def test_a_seeded_defect_is_found(case: tuple[str, str, str, str]) -> None:
    code, check, source, target = case
    found = run(code, entry(source, target))
    assert check in {finding.code for finding in found}, found


@pytest.mark.parametrize("case", cases("good.txt"), ids=lambda case: f"{case[0]}-{case[3][:30]}")
def test_a_good_translation_is_left_in_peace(case: tuple[str, str, str, str]) -> None:
    code, _, source, target = case
    assert not run(code, entry(source, target))


def test_there_are_many_defects_in_many_languages() -> None:
    defects = cases("defects.txt")
    assert len(defects) >= 60
    assert len({case[0] for case in defects}) >= 5


def test_the_samples_reviewed_catalogs_have_no_error(repository: Path) -> None:
    for path in sorted((repository / "translations").glob("*/??.po")):
        if path.parent.name in {"layout", "glossary"}:
            continue
        found = check_catalog(po.load(path), language.load(path.stem), ENGLISH, path.name)
        assert not [finding for finding in found if finding.severity == "error"], path


def test_every_check_has_help_and_a_case() -> None:
    covered = {case[1] for case in cases("defects.txt")} | {
        "terms",
        "length",
        "consistency",
        "link-target",
    }
    for registered in checks.all_checks():
        assert registered.help.endswith("."), registered.name
        assert registered.name in covered, registered.name


# Ignores.


def test_an_ignore_with_a_reason_silences_one_check() -> None:
    wrong = po.Entry(
        "It has 25 members.", "Üzvləri var.", comments=("ignore: numbers (said before)",)
    )
    assert not [f for f in run("az", wrong) if f.code in {"numbers", "ignore"}]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("ignore: numbers", "gives no reason"),
        ("ignore: numbers ()", "gives no reason"),
        ("ignore: nonsense (a reason)", "names no check"),
        ("ignore numbers please", ""),
        ("ignore: quotes (a reason)", "is not needed"),
        ("ignore: numbers, (a reason)", "must read"),
    ],
)
def test_an_ignore_is_checked_itself(comment: str, message: str) -> None:
    wrong = po.Entry("It has 25 members.", "Üzvləri var.", comments=(comment,))
    found = [finding for finding in run("az", wrong) if finding.code == "ignore"]
    assert bool(found) == bool(message)
    assert all(message in finding.message for finding in found)


def test_an_error_in_a_draft_is_a_warning() -> None:
    draft = po.Entry("It has 25 members.", "Üzvləri var.", fuzzy=True)
    assert {f.severity for f in run("az", draft) if f.code == "numbers"} == {"warning"}


# The whole catalog.


def test_a_text_far_too_short_for_the_catalog_is_found() -> None:
    source = (
        "The minister arrived in the capital on Friday and met the president there for an hour."
    )
    target = (
        "Nazir cümə günü paytaxta gəldi və orada prezidentlə bir saat ərzində görüşdü, sonra getdi"
    )
    good = [po.Entry(f"{source} {'x' * n}.", f"{target} {'y' * n}.") for n in range(20)]
    short = po.Entry(f"{source} And he left.", "Nazir gəldi.")
    found = [f for f in run("az", *good, short) if f.code == "length"]
    assert len(found) == 1
    assert "only" in found[0].message


def test_one_text_translated_in_two_ways_is_found_within_paragraphs_too() -> None:
    first = po.Entry(
        "The talks will go on in the spring. He left.", "Danışıqlar yazda davam edəcək. Getdi."
    )
    second = po.Entry(
        "The talks will go on in the spring. She left.", "Söhbətlər baharda olacaq. O getdi."
    )
    assert [f.code for f in run("az", first, second)] == ["consistency"]


def test_a_context_asks_for_another_translation() -> None:
    plain = po.Entry("Free entry", "Pulsuz giriş")
    other = po.Entry("Free entry", "Sərbəst qeyd", msgctxt="data")
    assert not run("az", plain, other)


# Terms.


def terms(code: str, *found: Term) -> Terms:
    return Terms(code, "en", found)


@pytest.mark.parametrize(
    ("code", "term", "target", "text"),
    [
        (
            "az",
            "Security Council",
            "Təhlükəsizlik Şurası",
            "Məsələ Təhlükəsizlik Şurasında müzakirə olundu.",
        ),
        ("az", "agreement", "sazişlik", "Tərəflər sazişliyi imzaladı."),
        ("az", "Iran", "İran", "İRANDA vəziyyət"),
        (
            "tr",
            "Foreign Ministry",
            "Dışişleri Bakanlığı",
            "Dışişleri Bakanlığından yapılan açıklama",
        ),
        ("tr", "book", "kitap", "Kitabı verdi."),
        (
            "ru",
            "Ministry of Foreign Affairs",
            "Министерство иностранных дел",
            "В Министерстве иностранных дел",
        ),
        ("ru", "peace treaty", "мирный договор", "проект мирного договора"),
        ("ru", "peacekeepers", "миротворцы", "говорил с миротворцами"),
        ("ar", "Ministry", "وزارة", "قالت وزارتها ذلك"),
        ("ar", "Security Council", "مجلس الأمن", "في مجلس الامن"),
        ("ar", "agreement", "الاتفاق", "وقّع الطرفان على اتفاق"),
        (
            "fr",
            "Foreign Ministry",
            "ministère des Affaires étrangères",
            "Le ministère des Affaires étrangères",
        ),
    ],
)
def test_an_inflected_term_is_found(code: str, term: str, target: str, text: str) -> None:
    base = terms(code, Term(term, (target,)))
    found = run(code, po.Entry(f"The {term} was there.", text), terms=base)
    assert "terms" not in {finding.code for finding in found}


def test_a_wrong_term_is_a_warning_a_forbidden_one_an_error() -> None:
    base = terms(
        "az",
        Term("Security Council", ("Təhlükəsizlik Şurası",)),
        Term("Security Council", ("Təhlükə Məclisi",), "forbidden"),
        Term("OPEC", ("OPEC",), "keep"),
        Term("draft word", ("başqa söz",), proposed=True),
    )
    text = po.Entry(
        "The Security Council met OPEC, a draft word.", "Təhlükə Məclisində OPEK ilə görüşdü."
    )
    found = {
        f.message.split("”: ")[1]: f.severity
        for f in run("az", text, terms=base)
        if f.code == "terms"
    }
    assert found == {
        "the term Security Council is “Təhlükəsizlik Şurası”": "warning",
        "Security Council must not be called “Təhlükə Məclisi”": "error",
        "the term OPEC must stay as it is": "error",
    }


def test_a_longer_term_hides_the_shorter_one() -> None:
    base = terms("az", Term("Council", ("Şura",)), Term("Council of Europe", ("Avropa Şurası",)))
    assert [t.source for t in base.in_source("The Council of Europe spoke.")] == [
        "Council of Europe"
    ]


def test_a_term_base_is_a_catalog(tmp_path: Path) -> None:
    (tmp_path / "az.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        '# a note\nmsgid "treaty"\nmsgstr "müqavilə | saziş"\n\n'
        'msgctxt "keep"\nmsgid "OPEC"\nmsgstr ""\n\n#, fuzzy\nmsgid "talks"\nmsgstr "danışıqlar"\n',
        encoding="utf-8",
    )
    loaded = glossary.load(tmp_path, "az", "en")
    assert loaded.comments("The treaty and the talks of OPEC.") == (
        "term: treaty = müqavilə or saziş (a note)",
        "term?: talks = danışıqlar",
        "term: OPEC stays as it is",
    )


# The command line.


def test_findings_as_sarif_and_json(publication: Callable[..., Path]) -> None:
    root = publication({"01-a.md": "---\ntitle: An article\n---\n\nIt has 25 members.\n"})
    runner = CliRunner()

    def run_cli(*arguments: str) -> Result:
        return runner.invoke(cli, ["-C", str(root), *arguments], standalone_mode=False)

    run_cli("update", "--reviewer", "Ann")
    path = root / "translations" / "2024-01" / "az.po"
    catalog = po.load(path)
    wrong = {"It has 25 members.": "52 üzvü var."}
    path.write_bytes(
        po.dump(
            catalog.with_entries(
                replace(e, msgstr=wrong.get(e.msgid, "Sınaq mətni")) for e in catalog.entries
            )
        )
    )
    document = json.loads(run_cli("check", "--format", "sarif").output)
    result = next(r for r in document["runs"][0]["results"] if r["ruleId"] == "numbers")
    place = result["locations"][0]["physicalLocation"]
    assert result["level"] == "error"
    assert place["artifactLocation"]["uri"] == "translations/2024-01/az.po"
    assert (
        path.read_text("utf-8").splitlines()[place["region"]["startLine"] - 1].startswith("msgid")
    )
    findings = json.loads(run_cli("check", "--json").output)["findings"]
    assert "numbers" in {finding["code"] for finding in findings}
    assert run_cli("check").return_value == 1
