"""Only the part that has changed is set again, and the file is the one that setting everything gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from publisher.editions import pdf, pdf_again
from publisher.fit import ArticleFit
from tests.editions import edition, read

Make = Callable[..., Path]

WORDS = "The committee met again and said that it would say what it had said before. "
FIRST = f"---\ntitle: One\n---\n\nSee [the second](#two) and [a head](#far).\n\n{WORDS * 90}\n"
SECOND = f"""---
title: Two
---

Text with a note[^n]. See [the first](#one).

{WORDS * 60}

## Far {{#far}}

{WORDS * 5}

[^n]: The note.
"""
THIRD = "---\ntitle: Three\n---\n\nA paragraph.\n"


@pytest.fixture
def root(publication: Make) -> Path:
    return publication({"01-one.md": FIRST, "02-two.md": SECOND, "03-three.md": THIRD})


@pytest.fixture
def counted(layouts: list[int], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pages of each layout that is made."""
    # As every build has it: fonts carry the time at which they were cut.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1706659200")
    return layouts


def change(root: Path, name: str, old: str, new: str) -> None:
    path = root / "source/2024-01" / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def check(root: Path, memory: pdf_again.Memory, counted: list[int], **values: Any) -> list[int]:
    """The pages of the layouts that an edition took, which must be the same as without a memory."""
    made = edition(read(root), **values)
    counted.clear()
    with pdf_again.remembered(memory):
        again = pdf.compile(made)
    taken = list(counted)
    whole = pdf.compile(made)
    assert again.data == whole.data
    assert again.page_map == whole.page_map and again.findings == whole.findings
    assert counted[-1] == whole.pages
    return taken


def test_only_the_changed_article_is_set_again(root: Path, counted: list[int]) -> None:
    memory = pdf_again.Memory()
    (pages,) = check(root, memory, counted)
    assert pages > 7
    assert check(root, memory, counted) == []
    change(root, "03-three.md", "A paragraph", "Another paragraph")
    assert check(root, memory, counted) == [1]
    change(root, "02-two.md", "The note.", "The note, reworded.")
    change(root, "03-three.md", "Another", "One more")
    assert check(root, memory, counted) == [2, 1]
    # The contents show titles, and are set again with their article.
    change(root, "03-three.md", "title: Three", "title: The third")
    assert check(root, memory, counted) == [1, 1]


def test_a_change_that_reaches_other_parts_sets_all_again(root: Path, counted: list[int]) -> None:
    memory = pdf_again.Memory()
    (pages,) = check(root, memory, counted)
    # A page more: all that follows has other numbers.
    change(root, "03-three.md", "A paragraph.", WORDS * 60)
    assert check(root, memory, counted)[-1] == pages + 1
    # A target on another page: a reference in the first article says so.
    change(root, "02-two.md", "## Far {#far}\n", "")
    change(root, "02-two.md", "Text with a note", "## Far {#far}\n\nText with a note")
    assert check(root, memory, counted)[-1] == pages + 1
    # A reference to a new target of another part.
    change(root, "03-three.md", "title: Three\n---\n", "title: Three\n---\n\n## New {#new}\n")
    change(root, "01-one.md", "(#far)", "(#new)")
    assert check(root, memory, counted)[-1] == pages + 1


def test_another_style_or_figure_sets_all_again(root: Path, counted: list[int]) -> None:
    memory = pdf_again.Memory()
    (pages,) = check(root, memory, counted)
    assert check(root, memory, counted, draft=True) == [pages]
    assert len(memory.layouts) == 1, "what no edition uses any more is dropped"
    change(root, "03-three.md", "A paragraph", "Another paragraph")
    assert check(root, memory, counted, draft=True) == [1]
    assert check(root, memory, counted, draft=True, fit={"one": ArticleFit(fill=1)}) == [pages + 1]


def test_a_publication_s_own_style_might_reach_over_parts(root: Path, counted: list[int]) -> None:
    memory = pdf_again.Memory()
    own = "article { counter-increment: n } h1::before { content: counter(n) }"
    (pages,) = check(root, memory, counted, css=own)
    change(root, "03-three.md", "A paragraph", "Another paragraph")
    assert check(root, memory, counted, css=own) == [pages]


def test_a_layout_with_losses_is_not_kept(root: Path, counted: list[int]) -> None:
    memory = pdf_again.Memory()
    for words in ("A paragraph", "Another paragraph"):
        change(root, "03-three.md", "A paragraph", words)
        made = edition(read(root), css="p { colour: red }")
        with pdf_again.remembered(memory):
            assert [finding.code for finding in pdf.compile(made).findings] == ["pdf-layout"]
        assert memory.layouts == {}
    assert len(set(counted)) == 1
