"""What is left out of WeasyPrint's work for speed changes no byte."""

from __future__ import annotations

import contextlib
import random
from io import BytesIO
from types import SimpleNamespace

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from publisher.build_job import Job, run_job
from publisher.editions import Edition, fonts, pdf_fonts, pdf_layout
from tests.books import book

ARTICLES = 7


def bodies() -> dict[str, str]:
    """Articles of some pages, with references to earlier and later ones near every break."""
    rng = random.Random(7)
    made = {}
    for number in range(ARTICLES):
        parts = []
        for part in range(14):
            target = rng.randrange(ARTICLES)
            words = " ".join("word" * rng.randint(1, 3) for _ in range(rng.randint(30, 90)))
            parts.append(f"## Part {part} {{#p{number}-{part}}}\n")
            parts.append(f"{words} [there](#p{target}-{rng.randrange(14)}) and [it](#a{target}).\n")
        made[f"a{number}"] = "\n".join(parts)
    return made


@pytest.fixture(scope="module")
def edition() -> Edition:
    return book(bodies())


@pytest.fixture(scope="module")
def made(edition: Edition) -> bytes:
    return _compile(edition)


def _compile(edition: Edition) -> bytes:
    pdf_fonts._MADE.clear()
    compiled = run_job(Job("pdf", edition)).compiled
    assert compiled is not None
    return compiled.data


def test_references_between_rounds(
    edition: Edition, made: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_layout, "fewer_rounds", contextlib.nullcontext)
    assert _compile(edition) == made


@pytest.mark.parametrize(
    ("name", "weight"), [("Noto Sans", 600), ("Noto Serif", 400), ("Noto Sans", 300)]
)
def test_fonts_are_those_that_font_tools_makes(name: str, weight: int) -> None:
    """Cut and fixed by HarfBuzz: the same glyphs, but for a unit where one rounds otherwise."""
    face = next(face for face in fonts.family(name) if not face.italic)
    font = SimpleNamespace(
        file_content=face.data, index=0, variations={}, weight=weight, style=0, font_size=10,
        missing={}, png=False, svg=False, colr=False, bitmap=False,
    )  # fmt: skip
    whole = TTFont(BytesIO(face.data))
    names = {char: whole.getBestCmap()[ord(char)] for char in "AgÄжş7—"}
    numbers = {char: whole.getGlyphID(glyph) for char, glyph in names.items()}
    cut = pdf_fonts._cut(font, numbers.values())
    assert cut is not None and len(cut) < len(face.data) / 10
    made = TTFont(BytesIO(cut))
    assert font.variations["wght"] == weight
    axes = {"wght": weight, "wdth": 100} if "wdth" in font.variations else {"wght": weight}
    axes |= {
        axis.axisTag: axis.defaultValue for axis in whole["fvar"].axes if axis.axisTag != "wght"
    }
    fixed = instancer.instantiateVariableFont(whole, axes)
    assert "fvar" not in made and "gvar" not in made
    for char, number in numbers.items():
        mine, theirs = made.getGlyphName(number), names[char]
        assert made["hmtx"][mine][0] == pytest.approx(fixed["hmtx"][theirs][0], abs=1)
        ours = made["glyf"][mine].getCoordinates(made["glyf"])[0]
        other = fixed["glyf"][theirs].getCoordinates(fixed["glyf"])[0]
        assert len(ours) == len(other)
        assert all(
            abs(a - b) <= 1
            for p, q in zip(ours, other, strict=True)
            for a, b in zip(p, q, strict=True)
        )


def test_fonts_that_want_other_care_are_left_to_weasyprint(
    edition: Edition, made: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_fonts, "_cut", lambda *_: None)
    other = _compile(edition)
    assert other != made
    with pikepdf.open(BytesIO(other)) as theirs, pikepdf.open(BytesIO(made)) as ours:
        assert [page.Contents.read_bytes() for page in theirs.pages] == [
            page.Contents.read_bytes() for page in ours.pages
        ]
