"""The brand's specimen: every token, every script, and pairs of colours that fail."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher import language
from publisher.cli import main
from publisher.specimen import one_a_script


def run(*arguments: str, root: Path) -> int:
    with pytest.raises(SystemExit) as stop:
        main(["-C", str(root), *arguments])
    assert isinstance(stop.value.code, int)
    return stop.value.code


def text(path: Path) -> str:
    """The words of a PDF, or a skipped test."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_one_language_stands_for_each_script() -> None:
    chosen = one_a_script([language.load(code) for code in ("en", "az", "ru", "ar", "fr")])
    assert [each.code for each in chosen] == ["en", "ru", "ar"]


def test_the_sheet_and_another_brand(
    publication: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    import pikepdf

    root = publication({"01-a.md": "---\ntitle: A\n---\n\nText.\n"}, ("ar", "ru"))
    assert run("brand", "--json", root=root) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["languages"] == ["en", "ar", "ru"]
    assert all(pair["aa"] for pair in report["contrast"]) and len(report["contrast"]) == 8
    path = root / "dist" / "brand.pdf"
    first = path.read_bytes()
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) >= 9
    assert run("-q", "brand", root=root) == 0
    assert path.read_bytes() == first
    (root / "styles").mkdir()
    (root / "styles" / "brand.toml").write_text(
        '[colours]\naccent = "#c8a000"\n[page]\nsize = "A5"\nstart = 20\nend = 20\n'
        '[layout]\nmotif = "lines"\nparagraph = "space"\n',
        encoding="utf-8",
    )
    assert run("brand", root=root) == 1
    assert "FAILS" in capsys.readouterr().out
    with pikepdf.open(path) as pdf:
        width, height = (float(pdf.pages[0].mediabox[n]) / 72 * 25.4 for n in (2, 3))
    assert (round(width), round(height)) == (148, 210)


def test_fonts_of_the_publication_are_used(publication: Callable[..., Path]) -> None:
    from publisher.build_inputs import brand_files
    from publisher.editions.fonts import family, own_faces
    from publisher.project import load

    root = publication({"01-a.md": "---\ntitle: A\n---\n\nText.\n"})
    folder = root / "styles" / "fonts"
    folder.mkdir(parents=True)
    (folder / "Own.ttf").write_bytes(family("Noto Sans")[0].data)
    files = brand_files(load(root), "")
    assert list(files) == ["styles/fonts/Own.ttf"] and own_faces(files)


def test_the_contents_name_what_is_there_and_each_language_counts(
    publication: Callable[..., Path],
) -> None:
    root = publication({"01-a.md": "---\ntitle: A\n---\n\nText.\n"}, ("ru",))
    assert run("-q", "brand", root=root) == 0
    shown = text(root / "dist" / "brand.pdf")
    assert shown.count("Colophon") >= 2 and "Made with Publisher" in shown
    assert "1st, 2nd, 3rd, 4th" in shown and "1-й, 2-й, 3-й, 4-й" in shown
