"""What is left out of WeasyPrint's work for speed changes no byte."""

from __future__ import annotations

import contextlib
import random

import pytest

from publisher.build_job import Job, run_job
from publisher.editions import Edition, pdf_fonts, pdf_layout
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


def test_empty_glyphs(edition: Edition, made: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_fonts, "_empty_glyphs_skipped", contextlib.nullcontext)
    assert _compile(edition) == made
