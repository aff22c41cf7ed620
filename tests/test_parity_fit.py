"""Fitting: the mildest setting, the reserved pages, and findings that count lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from publisher import fit
from publisher.editions import pdf_fit, pdf_lines
from publisher.editions.pdf_lines import Extent
from publisher.errors import InputError
from publisher.fit import ArticleFit, IssueFit
from publisher.parity_fit import Fitted, Place, at, search
from tests.books import book

PAGE = 45
PLACES = {name: Place(f"01-{name}.md", "source/1/issue.toml", 5) for name in "abc"}


def fitted(lines: Mapping[str, Mapping[str, float]], **reserved: int) -> Fitted:
    """Fit articles of so many lines at their natural setting, by language and article; ``z`` is last."""

    def measured(steps: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, Extent]]:
        asked = steps or {code: dict.fromkeys(articles, 0) for code, articles in lines.items()}
        found = {
            code: {name: extent(lines[code][name], step) for name, step in articles.items()}
            for code, articles in asked.items()
        }
        return found if steps else {c: {"contents": Extent((30,)), **f} for c, f in found.items()}

    return search(measured, reserved, PLACES, "z")


def extent(lines: float, step: int) -> Extent:
    values = at(step)
    rest = lines * values.leading * values.size**2
    full: list[float] = []
    while rest > PAGE:
        full.append(PAGE)
        rest -= PAGE
    return Extent((*full, rest))


def test_steps_move_leading_first_and_stay_within_the_limits() -> None:
    assert at(0) == ArticleFit()
    assert at(2) == ArticleFit(1.0, 0.98)
    assert at(7) == ArticleFit(0.97, 0.96)
    assert at(-7) == ArticleFit(1.03, 1.04)


def test_equal_articles_are_left_alone() -> None:
    result = fitted({"en": {"a": 60}, "ru": {"a": 80}})
    assert result.fit == IssueFit({"contents": 1, "a": 2}, {})
    assert not result.findings


def test_the_mildest_setting_that_does() -> None:
    result = fitted({"en": {"a": 40}, "ru": {"a": 46}, "ar": {"a": 48}})
    assert result.fit.pages["a"] == 1
    assert result.fit.of("ru")["a"] == ArticleFit(1.0, 0.97)
    assert result.fit.of("ar")["a"] == ArticleFit(0.98, 0.96)
    assert result.fit.of("en") == {}


def test_a_short_last_page_is_drawn_back_where_all_languages_let_it() -> None:
    result = fitted({"en": {"a": 47}, "ru": {"a": 49}})
    assert result.fit.pages["a"] == 1
    assert result.fit.of("en")["a"] == ArticleFit(0.99, 0.96)
    assert result.fit.of("ru")["a"] == ArticleFit(0.97, 0.96)
    kept = fitted({"en": {"a": 47}, "ru": {"a": 57}})
    assert kept.fit == IssueFit({"contents": 1, "a": 2}, {})
    full = fitted({"en": {"a": 51}, "ru": {"a": 52}})
    assert full.fit == IssueFit({"contents": 1, "a": 2}, {})


def test_the_colophon_is_drawn_back_in_each_language_by_itself() -> None:
    result = fitted({"en": {"a": 9, "z": 30}, "az": {"a": 9, "z": 48}, "fr": {"a": 9, "z": 60}})
    assert result.fit.pages == {"contents": 1, "a": 1}
    assert result.fit.languages == {"az": {"z": ArticleFit(0.98, 0.96)}}
    assert not result.findings


def test_widening_where_tightening_cannot() -> None:
    result = fitted({"en": {"a": 44}, "ru": {"a": 70}, "fr": {"a": 72}})
    assert result.fit.pages["a"] == 2
    assert result.fit.of("en")["a"] == ArticleFit(1.0, 1.03)


def test_what_does_not_fit_is_told_in_lines_and_with_its_cure() -> None:
    result = fitted({"en": {"a": 20}, "ru": {"a": 60}})
    assert "a" not in result.fit.pages and result.needed == {"a": 2}
    (finding,) = result.findings
    # 60 lines at the tightest are 54.2; 45 fit.
    assert finding.message == "“a” does not fit on 1 page: 10 lines too many in ru"
    assert finding.line == 5 and '"01-a.md" = 2' in finding.hint


def test_reserved_pages_are_filled_and_kept() -> None:
    result = fitted({"en": {"a": 20}, "ru": {"a": 60}, "fr": {"a": 92}}, a=2)
    assert result.fit.pages["a"] == 2
    assert result.fit.of("en")["a"] == ArticleFit(fill=1)
    assert "ru" not in result.fit.languages
    assert result.fit.of("fr")["a"] == ArticleFit(1.0, 0.97)
    assert not result.findings
    short = fitted({"en": {"a": 20}, "ru": {"a": 140}}, a=2)
    assert "lines too many in ru" in short.findings[0].message and short.needed == {"a": 3}


def test_the_file_says_the_same_again(tmp_path: Path) -> None:
    value = IssueFit(
        {"contents": 1, "b": 2, "a": 3},
        {"ru": {"b": ArticleFit(0.99, 0.96)}, "az": {"a": ArticleFit(fill=1)}},
    )
    path = tmp_path / fit.name("1")
    path.parent.mkdir(parents=True)
    path.write_bytes(fit.dump(value))
    assert fit.load(tmp_path, "1") == value
    assert fit.load(tmp_path, "2") == IssueFit()


@pytest.mark.parametrize(
    "text", ["[ru.a]\nsize = 0.9", "[ru.a]\nfill = -1", "[ru.a]\nweight = 1", "[pages]\na = 0", "x"]
)
def test_wrong_values_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / fit.name("1")
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        fit.load(tmp_path, "1")


def test_scoped_rules_hold_inside_only() -> None:
    style = "body { color: red } @page { margin: 0 } a, p:is(.x, .y)::before { content: ',' }"
    assert pdf_fit.scoped(style, "article.f") == (
        'article.f { color: red }\narticle.f a, article.f p:is(.x, .y)::before { content: "," }'
    )


def test_factors_change_the_pages_and_fillers_stand_after_the_article() -> None:
    from publisher.editions import pdf

    text = "\n\n".join(["Some words of a paragraph that fill a line and a half. " * 4] * 24)
    edition = book({"a": text, "b": "One."})
    natural = pdf_lines.measure(edition)["a"]
    tight = pdf_lines.measure(edition, {"a": at(7)})["a"]
    assert natural.pages == tight.pages == 2
    assert tight.lines[1] < natural.lines[1] - 1
    own = pdf_lines.measure(edition)["colophon"].lines[0]
    assert pdf_lines.measure(edition, {"colophon": at(7)})["colophon"].lines[0] < own
    plain = pdf.compile(edition)
    filled = pdf.compile(replace(edition, fit={"a": ArticleFit(fill=1)}))
    assert filled.page_map["b"] == plain.page_map["b"] + 1
    assert not [f for f in filled.findings if f.severity == "error"]


def test_a_word_wider_than_its_column_is_an_overfull_line() -> None:
    from publisher.editions import pdf

    edition = book({"a": "Short.\n\n" + "W" * 90 + " ends.\n"})
    compiled = pdf.compile(replace(edition, css="p { overflow-wrap: normal !important }"))
    (finding,) = (f for f in compiled.findings if f.code == "overfull-line")
    assert finding.path == "source/1/a.md" and "page 3" in finding.message


def test_no_note_is_lost_where_a_page_breaks_near_its_call() -> None:
    from publisher.editions import fonts, html, pdf, pdf_layout, shown

    filler = "A plain sentence of a dozen words that runs on over the line. " * 4
    notes = "".join(f"[^{n}]: {filler}{filler}\n" for n in (1, 2))
    for count in range(5, 9):
        body = f"{filler}\n\n" * count
        body += f"- one{'' if count % 2 else ' more'}.[^1]\n- two.\n\n{filler}\n\n## Part\n\n"
        edition = book({"a": f"{body}{filler}[^2] {filler}\n\n{notes}"})
        rendered = html.render(edition, mathml=False)
        texts = (text for _, text in shown.texts(rendered, edition))
        chosen = fonts.choose(edition.brand, edition.language, texts, edition.files)
        with pdf_layout.surroundings():
            document, _ = pdf.lay_out(edition, rendered, chosen)
        assert not pdf_lines.lost_notes(document.pages, rendered), count


def test_a_font_kept_from_an_earlier_build_changes_no_byte() -> None:
    from publisher.build_job import Job, run_job
    from publisher.editions import pdf_fonts

    edition = book({"a": "Some **bold** words in *italics*."})

    def compiled() -> bytes:
        result = run_job(Job("pdf", edition)).compiled
        assert result is not None
        return result.data

    pdf_fonts._MADE.clear()
    first = compiled()
    assert pdf_fonts._MADE
    assert compiled() == first
