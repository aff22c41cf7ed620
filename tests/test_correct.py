"""A corrected manuscript: exactly what it changes is shown and applied, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from publisher import correct, project, reader
from publisher.ast import Blocks, blocks_text, iter_nodes, plain_text
from publisher.catalog.segments import segments
from publisher.cli import cli
from publisher.correct.align import align
from publisher.errors import InputError
from publisher.importers import Options, office
from publisher.importers.batch import load
from tests.edited import W, corrected, package, parts_of, words_of

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The DOCX edition of the sample in its source language."""
    return built(ROOT, tmp_path_factory.mktemp("edition"), "2023-03")


def built(root: Path, folder: Path, issue: str) -> bytes:
    result = CliRunner().invoke(
        cli,
        [
            "-C",
            str(root),
            "build",
            issue,
            "-l",
            "en",
            "-f",
            "docx",
            "-o",
            str(folder),
            "--no-cache",
        ],
    )
    assert result.exit_code == 0, result.output
    return next(folder.rglob("*.docx")).read_bytes()


def run(root: Path, *arguments: object) -> Result:
    return CliRunner().invoke(cli, ["-C", str(root), *map(str, arguments)])


def texts(root: Path) -> dict[str, bytes]:
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in (root / "source").rglob("*")
        if p.is_file()
    }


def compared(root: Path, data: bytes, issue: str = "2023-03") -> correct.Correction:
    manuscript = office.read(data, "m.docx", Options())
    return correct.compare(project.load(root), issue, manuscript, "m.docx")


def test_an_edition_that_nobody_edited_changes_nothing(sample: Path, edition: bytes) -> None:
    before = texts(sample)
    file = sample / "back.docx"
    file.write_bytes(edition)
    result = run(sample, "import", "--correct", file)
    assert result.exit_code == 0, result.output
    assert "no change" in result.output
    assert texts(sample) == before


@pytest.mark.outside
@pytest.mark.parametrize("ending", ["docx", "odt", "rtf"])
def test_libreoffice_saves_it_and_nothing_changes(
    sample: Path, edition: bytes, ending: str
) -> None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    (sample / "in.docx").write_bytes(edition)
    profile = (sample / "profile").as_uri()
    subprocess.run(
        [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", ending,
         "--outdir", str(sample / "out"), str(sample / "in.docx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    before = texts(sample)
    result = run(
        sample, "import", "--correct", sample / "out" / f"in.{ending}", "--issue", "2023-03"
    )
    assert result.exit_code == 0, result.output
    assert "no change" in result.output
    assert texts(sample) == before
    if ending == "rtf":
        return  # RTF has no place for a picture's description
    # Words, heading levels, notes, tables, list levels, links and images of an import of its own.
    manuscript = load(sample / "out" / f"in.{ending}", Options())
    source = reader.read_issue(project.load(ROOT), "2023-03").document
    for old, new in zip(source.articles, manuscript.articles, strict=True):
        assert skeleton(old.blocks) == skeleton(new.blocks)


def skeleton(blocks: Blocks) -> list[object]:
    """What must survive any office program: structure and words, not classes and formats."""
    found: list[object] = list(blocks_text(blocks).split())
    for node in iter_nodes(blocks):
        kind, content = node["t"], node.get("c")
        if kind == "Header":
            found.append((kind, content[0]))  # type: ignore[index]
        elif kind == "Link":
            found.append((kind, content[2][0].rstrip("/")))  # type: ignore[index]
        elif kind in {"BulletList", "OrderedList"}:
            found.append((kind, len(content if kind == "BulletList" else content[1])))  # type: ignore
        elif kind in {"Table", "Note", "Image", "Figure"}:
            found.append(kind)
    return found


def test_thirty_words_two_moves_a_new_and_a_deleted_note(sample: Path, edition: bytes) -> None:
    data, edits = corrected(edition)
    correction = compared(sample, data)
    assert correction.words == 30
    assert correction.moved == 2
    assert correction.count("note added") == correction.count("note deleted") == 1
    assert correction.count("added", "deleted", "formatting", "note changed", "article added") == 0
    pairs = {
        (old.strip(), new.strip())
        for change in correction.changes
        for tag, old, new in change.pieces
        if tag == "change"
    }
    assert pairs == set(edits.words)
    file = sample / "edited.docx"
    file.write_bytes(data)
    result = run(sample, "import", "--correct", file)
    assert result.exit_code == 0, result.output
    page = (sample / "dist/2023-03/correction.html").read_text(encoding="utf-8")
    # Thirty old words, the deleted note, and the example in the legend.
    assert page.count("<del>") == 32
    assert "<script" not in page and "src=" not in page and "@import" not in page
    # Applied once, it is the source.
    assert compared(sample, data).changes == ()
    new = reader.read_issue(project.load(sample), "2023-03")
    assert new.errors == ()
    old = reader.read_issue(project.load(ROOT), "2023-03").document
    assert [a.id for a in new.document.articles] == [a.id for a in old.articles]
    assert [a.keywords for a in new.document.articles] == [a.keywords for a in old.articles]
    # Only segments of touched paragraphs and notes differ.
    before = {segment.msgid for segment in segments(old)}
    after = {segment.msgid for segment in segments(new.document)}
    touched = len(set(edits.paragraphs)) + 1
    assert len(after - before) <= touched and len(before - after) <= touched
    assert edits.new_note in after and edits.old_note not in after


def test_update_sends_back_the_changed_sentences_only(sample: Path, edition: bytes) -> None:
    from publisher.catalog import po

    data, edits = corrected(edition, words=3)
    file = sample / "edited.docx"
    file.write_bytes(data)
    assert run(sample, "update").exit_code == 0
    before = {
        e.msgid
        for e in po.load(sample / "translations/2023-03/az.po").entries
        if e.fuzzy or not e.msgstr
    }
    assert run(sample, "import", "--correct", file).exit_code == 0
    assert run(sample, "update").exit_code == 0
    entries = po.load(sample / "translations/2023-03/az.po").entries
    waiting = [
        e for e in entries if not e.obsolete and (e.fuzzy or not e.msgstr) and e.msgid not in before
    ]
    assert 0 < len(waiting) <= len(set(edits.paragraphs)) + 1


KEPT = """\
---
title: A title
summary: A summary.
keywords: [one, two]
---

<!-- a remark of the editor's -->

The first [word]{.notranslate} here, with a [link](https://a.example){.localize} and [the box](#b1).[^why]

::: {.notranslate}
Opaque text stays.
:::

## Heading {#own .special}

- one
- two *with emphasis*
- three

::: {#b1 .box}
In the box.
:::

---

The last paragraph.

[^why]: Because.
"""


def test_what_word_cannot_hold_stays(publication: Callable[..., Path], tmp_path: Path) -> None:
    root = publication(
        {"01-a.md": KEPT, "02-b.md": "---\ntitle: Other\n---\n\nNothing changes here.\n"}
    )
    data = built(root, tmp_path / "dist", "2024-01")
    parts = parts_of(data)
    body = parts["word/document.xml"].decode()
    for old, new in (("The first ", "The very first "), (">three<", ">four<"), ("In the box.", "Inside the box."),
                     ("Heading<", "Headings<"), ("The last paragraph.", "The final paragraph.")):  # fmt: skip
        assert old in body
        body = body.replace(old, new)
    parts["word/document.xml"] = body.encode()
    other = (root / "source/2024-01/02-b.md").read_bytes()
    correction = compared(root, package(parts), "2024-01")
    assert correction.words == 5, [(c.kind, c.what, c.pieces) for c in correction.changes]
    correct.apply(project.load(root), correction)
    text = (root / "source/2024-01/01-a.md").read_text(encoding="utf-8")
    for piece in ("<!-- a remark", "keywords: [one, two]", "The very first [word]{.notranslate} here",
                  "(https://a.example){.localize}", "[the box](#b1).[^why]", "::: {.notranslate}\nOpaque",
                  "## Headings {#own .special}", "- two *with emphasis*", "- four", "Inside the box.",
                  "\n---\n\nThe final paragraph.", "[^why]: Because."):  # fmt: skip
        assert piece in text
    assert (root / "source/2024-01/02-b.md").read_bytes() == other


def test_new_deleted_and_restructured_paragraphs(
    publication: Callable[..., Path], tmp_path: Path
) -> None:
    root = publication({"01-a.md": KEPT})
    parts = parts_of(built(root, tmp_path / "dist", "2024-01"))
    tree: Any = etree.fromstring(parts["word/document.xml"])
    last = next(p for p in tree.iter(f"{W}p") if words_of(p) == "The last paragraph.")
    new = etree.fromstring(etree.tostring(last))
    for node in new.iter(f"{W}t"):
        node.text = "A paragraph that nobody has seen before."
    last.addprevious(new)
    gone = next(p for p in tree.iter(f"{W}p") if words_of(p) == "one")
    gone.getparent().remove(gone)
    parts["word/document.xml"] = etree.tostring(tree)
    correction = compared(root, package(parts), "2024-01")
    assert correction.count("added") == 1 and correction.count("deleted") == 1
    correct.apply(project.load(root), correction)
    text = (root / "source/2024-01/01-a.md").read_text(encoding="utf-8")
    assert ":::\n\nA paragraph that nobody has seen before.\n" in text
    assert "- one" not in text and "- two" in text


def test_a_single_article_leaves_the_others_alone(sample: Path) -> None:
    from docx import Document

    from tests.office import saved

    source = reader.read_issue(project.load(ROOT), "2023-03").document.articles[3]
    d = Document()
    d.add_heading(source.title.plain, 1)
    first = source.blocks[0]
    d.add_paragraph(plain_text(first["c"]).replace("uneven", "unfair"))
    correction = compared(sample, saved(d))
    assert set(correction.files) == {"source/2023-03/04-media.md"}
    assert {f.code for f in correction.findings} == {"article-not-sent"}


def test_another_text_and_a_frozen_issue_are_refused(sample: Path, edition: bytes) -> None:
    from tests.office import headings

    with pytest.raises(InputError, match="nothing in common"):
        compared(sample, headings().data)
    config = sample / "source/2023-03/issue.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace('"open"', '"frozen"'), encoding="utf-8"
    )
    with pytest.raises(InputError, match="frozen"):
        compared(sample, edition)


def test_dry_run_writes_nothing(sample: Path, edition: bytes) -> None:
    data, _ = corrected(edition, words=2)
    file = sample / "edited.docx"
    file.write_bytes(data)
    before = texts(sample)
    result = run(sample, "import", "--correct", file, "--dry-run")
    assert result.exit_code == 0 and "Nothing was written" in result.output
    assert texts(sample) == before and not (sample / "dist").exists()


WORDS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6).map(tuple)


@given(st.lists(WORDS, max_size=8), st.lists(WORDS, max_size=8))
def test_alignment_holds_every_place_once(
    old: list[tuple[str, ...]], new: list[tuple[str, ...]]
) -> None:
    pairs = align(old, new, lambda a, b: True)
    assert [p.new for p in pairs if p.new is not None] == list(range(len(new)))
    assert sorted(p.old for p in pairs if p.old is not None) == list(range(len(old)))


@given(st.lists(WORDS, max_size=8))
def test_the_same_text_is_aligned_with_itself(texts: list[tuple[str, ...]]) -> None:
    pairs = align(texts, texts, lambda a, b: True)
    assert all(p.old == p.new and not p.moved for p in pairs)
