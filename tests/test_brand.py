"""The brand: defaults, what a publication changes, contrast."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from publisher import brand
from publisher.editions import cover
from publisher.errors import InputError


def test_the_default_brand_is_readable_by_everyone() -> None:
    default = brand.load()
    assert default.findings() == ()
    assert 55 < default.page.measure < 140
    assert pickle.loads(pickle.dumps(default)) == default


def test_a_publication_changes_only_what_differs(tmp_path: Path) -> None:
    (tmp_path / "brand.toml").write_text(
        '[colours]\naccent = "#7A1F3D"\n[fonts.Arab]\ntext = "Noto Sans Arabic"\n'
    )
    changed, default = brand.load(tmp_path), brand.load()
    assert changed.colours.accent == "#7a1f3d"
    assert changed.colours.ink == default.colours.ink
    assert changed.fonts["Arab"].text == "Noto Sans Arabic"
    assert changed.fonts["Arab"].heading == default.fonts["Arab"].heading
    assert brand.load() == default


def test_fonts_of_a_script() -> None:
    default = brand.load()
    assert default.font_set("Arab").text == "Amiri"
    assert default.font_set("Cyrl").text == default.fonts["default"].text
    assert default.font_set("Geor", {"text": "Noto Serif Georgian"}).text == "Noto Serif Georgian"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[colors]\naccent = "#000000"\n', 1, "unknown key"),
        ('[colours]\naccent = "blue"\n', 2, "#rrggbb"),
        ('[colours]\nacent = "#000000"\n', 2, "unknown key"),
        ("[type]\nsize = 100\n", 2, "between 6 and 24"),
        ('[page]\nsize = "A9"\n', 2, "page size"),
        ("[page]\nstart = 105\nend = 100\n", None, "no room"),
        ('[layout]\nmotif = "cats"\n', 2, "unknown motif"),
        ('[fonts.Latin]\ntext = "X"\n', 1, "not a script"),
        ('[fonts.Arab]\ntext = "A\\"; }"\n', 2, "font family"),
        ("[colours\n", 1, "not valid TOML"),
    ],
)
def test_a_wrong_brand_is_an_error_with_its_line(
    tmp_path: Path, text: str, line: int | None, words: str
) -> None:
    (tmp_path / "brand.toml").write_text(text)
    with pytest.raises(InputError, match=words) as caught:
        brand.load(tmp_path)
    if line:
        assert caught.value.line == line


def test_low_contrast_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "brand.toml").write_text('[colours]\nmuted = "#aaaaaa"\n')
    findings = brand.load(tmp_path).findings()
    assert {finding.code for finding in findings} == {"low-contrast"}
    assert "muted" in findings[0].message


def test_contrast_by_wcag() -> None:
    assert brand.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert brand.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("motif", ["tiles", "meridians", "lines", "none"])
def test_motifs_depend_on_the_issue_alone(tmp_path: Path, motif: str) -> None:
    (tmp_path / "brand.toml").write_text(f'[layout]\nmotif = "{motif}"\n')
    chosen = brand.load(tmp_path)
    first = cover.motif(chosen, "2024-01", 5.5)
    assert first == cover.motif(chosen, "2024-01", 5.5)
    assert (first != cover.motif(chosen, "2024-02", 5.5)) == (motif != "none")
    assert b"scale(-1 1)" in cover.motif(chosen, "2024-01", 5.5, rtl=True)
