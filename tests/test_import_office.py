"""Office documents: ten manuscripts, the round trip of the sample, hostile files, a fuzz run."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner
from lxml import etree

from publisher import project, reader
from publisher.ast import iter_nodes, plain_text
from publisher.cli import cli
from publisher.document import Document
from publisher.errors import FindingsError, InputError, PublisherError, UsageError
from publisher.importers import Manuscript, Options, office, office_package, write
from publisher.importers.batch import combine, gather
from publisher.importers.report import report, rules
from publisher.importers.store import replace_issue
from publisher.structure import RESERVED
from tests.edited import W, package, parts_of, style_of, words_of
from tests.office import CASES, Case, headings, png, saved, tracked

ROOT = Path(__file__).resolve().parents[1]
KEPT = RESERVED | {"colophon"}


def imported(data: bytes, name: str = "m.docx", **options: Any) -> Manuscript:
    return office.read(data, name, Options(**options))


def markdown(manuscript: Manuscript) -> str:
    return "\n".join(write.article_file(article).decode() for article in manuscript.articles)


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_manuscripts_of_real_offices(make: Callable[[], Case], tmp_path: Path) -> None:
    case = make()
    manuscript = imported(case.data, f"m{case.ending}")
    assert [article.plain_title for article in manuscript.articles] == case.titles
    if case.issue_title:
        assert manuscript.plain_title == case.issue_title
    text = markdown(manuscript)
    for piece in case.markdown:
        assert piece in text
    assert set(case.rules) <= {rule for rule, _ in rules(manuscript.repairs)}
    assert set(case.findings) <= {finding.code for finding in manuscript.findings}
    # What is written is read without an error.
    read = written(manuscript, tmp_path)
    assert [finding for finding in read.findings if finding.severity == "error"] == []


def written(manuscript: Manuscript, root: Path, colophon: bool = False) -> reader.Reading:
    """The manuscript as an issue on disk, read again."""
    source = root / "source"
    source.mkdir(parents=True)
    (source / "publication.toml").write_bytes((ROOT / "source/publication.toml").read_bytes())
    names = write.names_of(manuscript.articles, KEPT)
    facts = write.IssueFacts(3, date(2023, 3, 31), "" if manuscript.title else "Untitled")
    files = write.issue_files(manuscript, facts, report(manuscript, "m", names), reserved=KEPT)
    replace_issue(source / "2023-03", files, frozenset())
    if colophon and manuscript.colophon is not None:
        (source / "colophon.md").write_bytes(write.article_file(manuscript.colophon))
    return reader.read_issue(project.load(root), "2023-03")


def comparable(value: Any) -> Any:
    """An AST without lines and what only the width of a table's source lines says."""
    if isinstance(value, dict):
        if value.get("t") in {"ColWidth", "ColWidthDefault"}:
            return "width"
        kind = "Para" if value.get("t") == "Plain" else value.get("t")
        return {k: comparable(v) if k != "t" else kind for k, v in value.items() if k != "line"}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    return value


def sample() -> Document:
    return reader.read_issue(project.load(ROOT), "2023-03").document


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The DOCX edition of the sample in its source language, as a press office would build it."""
    folder = tmp_path_factory.mktemp("edition")
    result = CliRunner().invoke(
        cli,
        [
            "-C",
            str(ROOT),
            "build",
            "2023-03",
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


def test_an_edition_comes_back_as_its_source(edition: bytes, tmp_path: Path) -> None:
    manuscript = imported(edition, "bulletin.docx")
    read = written(manuscript, tmp_path, colophon=True)
    assert read.findings == ()
    old, new = sample(), read.document
    assert [article.path for article in old.articles] == [article.path for article in new.articles]
    assert (old.title.inlines, old.subtitle and old.subtitle.inlines) == (
        new.title.inlines, new.subtitle and new.subtitle.inlines)  # fmt: skip
    assert {p: f.data for p, f in old.figures.items()} == {
        p: f.data for p, f in new.figures.items()
    }
    assert manuscript.number == old.number and manuscript.day == old.date
    for before, after in zip(old.all_articles(), new.all_articles(), strict=True):
        assert before.id == after.id
        for key in ("title", "summary", "author"):
            a, b = getattr(before, key), getattr(after, key)
            assert (a and a.inlines) == (b and b.inlines)
        assert [k.inlines for k in before.keywords] == [k.inlines for k in after.keywords]
        assert comparable(before.blocks) == comparable(after.blocks)


def test_an_edition_without_its_note_keeps_all_but_what_word_cannot_hold(edition: bytes) -> None:
    """Styles and bookmarks carry the structure; the custom part only what is left."""
    parts = {
        name: data for name, data in parts_of(edition).items() if not name.startswith("customXml/")
    }
    with_note, without = imported(edition), imported(package(parts))
    assert [a.id for a in with_note.articles] == [a.id for a in without.articles]
    for before, after in zip(with_note.articles, without.articles, strict=True):
        assert before.text == after.text
        kinds = [node["t"] for node in iter_nodes(before.blocks)]
        assert kinds == [node["t"] for node in iter_nodes(after.blocks)]


# Hostile and broken files.


def test_what_is_no_document() -> None:
    for data, ending, words in (
        (b"", ".docx", "empty"),
        (b"   \n", ".docx", "empty"),
        (b"Just text.", ".docx", "not a Word document"),
        (b"\x00\x01\x02" * 50, ".odt", "not an OpenDocument"),
        (b"PK\x03\x04 no zip", ".docx", "damaged"),
        (package({"a.txt": b"x"}), ".docx", "not a Word document"),
        (
            package({"word/document.xml": b"<x/>", "[Content_Types].xml": b"<t/>"}),
            ".docx",
            "not a Word",
        ),
        (saved(docx.Document()), ".docx", "no text"),
        (b"<html><body></body></html>", ".html", "no text"),
    ):
        with pytest.raises(InputError, match=words):
            imported(data, f"m{ending}")


def test_truncated_files_are_refused() -> None:
    data = headings().data
    for part in (100, len(data) // 2, len(data) - 30):
        with pytest.raises(InputError, match="damaged"):
            imported(data[:part])


def test_passwords() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(InputError, match="password"):
        imported(ole)
    odt = package({
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": b"<m><encryption-data/></m>", "content.xml": b"xx",
    })  # fmt: skip
    with pytest.raises(InputError, match="password"):
        imported(odt, "m.odt")


def test_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_package, "MAX_PART", 1 << 20)
    parts = parts_of(headings().data)
    parts["word/document.xml"] = parts["word/document.xml"].replace(
        b"</w:body>", b" " * (4 << 20) + b"</w:body>"
    )
    with pytest.raises(InputError, match="unpacks to more than"):
        imported(package(parts))


@pytest.mark.parametrize(
    "attack",
    [
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        b'<!DOCTYPE d SYSTEM "http://evil.example/x.dtd">',
    ],
)
def test_entities_and_dtds_are_refused(attack: bytes) -> None:
    parts = parts_of(headings().data)
    text = parts["word/document.xml"]
    at = text.index(b"?>") + 2
    parts["word/document.xml"] = text[:at] + attack + text[at:]
    with pytest.raises(InputError, match="DTD"):
        imported(package(parts))


def test_macros_and_outside_templates_are_named_and_left() -> None:
    parts = parts_of(headings().data)
    parts["word/vbaProject.bin"] = b"macro"
    parts["word/_rels/document.xml.rels"] = parts["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'attachedTemplate" Target="http://evil.example/t.dotm" TargetMode="External"/></Relationships>',
    )
    codes = {finding.code for finding in imported(package(parts), "m.docm").findings}
    assert {"macros", "outside-file"} <= codes


def test_large_pictures_are_left_out_with_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    from publisher.importers import office_media, office_reader

    monkeypatch.setattr(office_reader, "MAX_IMAGE", 5_000)
    monkeypatch.setattr(office_media, "MAX_TOTAL", 300)
    d = docx.Document()
    d.add_heading("Pictures", 1)
    for shade in range(6):
        d.add_picture(io.BytesIO(png(shade=shade)))
    d.add_picture(io.BytesIO(png(2000, 2000)))
    d.add_paragraph("The end.")
    data = saved(d)
    parts = parts_of(data)
    name = next(n for n in parts if n.endswith("image7.png"))
    parts[name] += b"\0" * 9_000
    manuscript = imported(package(parts))
    assert sum(map(len, manuscript.media.values())) <= 300
    assert sum(finding.code == "picture-left-out" for finding in manuscript.findings) >= 3
    assert "The end." in markdown(manuscript)


def test_names_from_inside_never_become_paths() -> None:
    d = docx.Document()
    d.add_heading("Pictures", 1)
    d.add_picture(io.BytesIO(png()))
    parts = parts_of(saved(d))
    data = parts.pop("word/media/image1.png")
    parts["../../../evil.png"] = data
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace(b"media/image1.png", b"../../../../evil.png")
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:t>", b"<w:t>../../x ")
    manuscript = imported(package(parts))
    assert all(re.fullmatch(r"figures/[\w-]+\.\w+", path) for path in manuscript.media)


def test_private_characters_of_the_text_are_no_marks() -> None:
    d = docx.Document()
    d.add_heading("Marks", 1)
    d.add_paragraph("A \ue1001\ue101 b \ue1099\ue101 c \ue1063\ue101 d")
    assert "A 1 b 9 c 3 d" in markdown(imported(saved(d)))


def damaged(data: bytes, rng: random.Random) -> bytes:
    """A DOCX cut off, with wrong bytes, or with XML that says nonsense."""
    kind = rng.randrange(5)
    if kind == 0:
        return data[: rng.randrange(len(data))]
    if kind == 1:
        raw = bytearray(data)
        for _ in range(rng.randrange(1, 20)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        return bytes(raw)
    parts = parts_of(data)
    name = rng.choice(sorted(n for n in parts if n.endswith((".xml", ".rels"))))
    if kind == 2:
        text = bytearray(parts[name])
        for _ in range(rng.randrange(1, 6)):
            text[rng.randrange(len(text))] = rng.choice(b"<>/\"'w:0a ")
        parts[name] = bytes(text)
    elif kind == 3:
        tags = list(re.finditer(rb"<(/?)([\w:]+)([^<>]*?)(/?)>", parts[name]))
        for _ in range(rng.randrange(1, 4)):
            one, other, act = rng.choice(tags), rng.choice(tags), rng.randrange(3)
            if act == 0:
                parts[name] = parts[name].replace(one.group(), b"", 1)
            elif act == 1:
                parts[name] = parts[name].replace(one.group(2), other.group(2))
            elif one.group(3):
                parts[name] = parts[name].replace(one.group(3), b' w:val="-99999999999"', 1)
    elif rng.random() < 0.5:
        del parts[name]
    else:
        parts[name] = parts[rng.choice(sorted(parts))]
    return package(parts)


@pytest.mark.parametrize("block", range(10))
def test_damaged_files_raise_only_errors_of_ours(block: int) -> None:
    """A thousand damaged files in ten blocks, so that the runner spreads them over the cores."""
    bases = [case.data for case in (make() for make in CASES) if case.ending == ".docx"]
    for number in range(100):
        rng = random.Random(block * 1000 + number)
        data = damaged(rng.choice(bases), rng)
        try:
            manuscript = imported(data)
            if number % 10 == 0:
                markdown(manuscript)
        except PublisherError:
            pass


# Options, several files, folders.


def test_tracked_changes_may_be_rejected() -> None:
    assert "runs for twenty years." in markdown(imported(tracked().data, accept=False))


def test_split() -> None:
    data = headings().data
    assert len(imported(data, split="none").articles) == 1
    assert len(imported(data, split="2").articles) == 6
    d = docx.Document()
    for text in ("First", "Second"):
        paragraph = d.add_paragraph(text)
        paragraph.paragraph_format.page_break_before = text == "Second"
        d.add_paragraph(f"The text of the {text.lower()} piece goes on for a while.")
    assert [a.plain_title for a in imported(saved(d), split="page").articles] == ["First", "Second"]


def test_a_folder_is_one_issue(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in (10, 2, 1):
        d = docx.Document()
        d.add_heading(f"Piece {number}", 1)
        d.add_paragraph("The same words.")
        d.add_picture(io.BytesIO(png(shade=number)))
        (folder / f"{number} piece.docx").write_bytes(saved(d))
    (folder / "~$1 piece.docx").write_bytes(b"lock")
    paths = gather([folder])
    assert [path.name[0] for path in paths] == ["1", "2", "1"]
    manuscript = combine([imported(path.read_bytes(), path.name) for path in paths], KEPT)
    assert [a.plain_title for a in manuscript.articles] == ["Piece 1", "Piece 2", "Piece 10"]
    assert len(manuscript.media) == 3
    (tmp_path / "nothing").mkdir()
    with pytest.raises(UsageError):
        gather([tmp_path / "nothing"])


def test_wrong_files_of_many_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "p" / "source").mkdir(parents=True)
    (tmp_path / "p/source/publication.toml").write_bytes(
        (ROOT / "source/publication.toml").read_bytes()
    )
    (tmp_path / "a.docx").write_bytes(b"no")
    (tmp_path / "b.docx").write_bytes(headings().data)
    (tmp_path / "c.odt").write_bytes(b"PK\x03\x04")
    files = [str(tmp_path / name) for name in ("a.docx", "b.docx", "c.odt")]
    result = CliRunner().invoke(
        cli, ["-C", str(tmp_path / "p"), "import", *files, "--issue", "2024-01"]
    )
    assert isinstance(result.exception, FindingsError)
    assert len(result.exception.findings) == 2
    assert not (tmp_path / "p/source/2024-01").exists()


def test_dry_run_shows_articles_words_notes_images_and_repairs(tmp_path: Path) -> None:
    (tmp_path / "p" / "source").mkdir(parents=True)
    (tmp_path / "p/source/publication.toml").write_bytes(
        (ROOT / "source/publication.toml").read_bytes()
    )
    file = tmp_path / "m.docx"
    file.write_bytes(headings().data)
    result = CliRunner().invoke(
        cli, ["-C", str(tmp_path / "p"), "import", str(file), "--issue", "2024-01", "--dry-run"]
    )
    assert result.exit_code == 0
    for word in ("The budget", "Notes", "Images", "contents left out", "Nothing was written"):
        assert word in result.output
    assert not (tmp_path / "p/source/2024-01").exists()


def test_strict_open_xml_is_read() -> None:
    parts = parts_of(headings().data)
    main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    for name in ("word/document.xml", "word/styles.xml"):
        parts[name] = parts[name].replace(
            main.encode(), b"http://purl.oclc.org/ooxml/wordprocessingml/main"
        )
    assert len(imported(package(parts)).articles) == 3


def test_renamed_files_are_what_their_bytes_say() -> None:
    page = next(make() for make in CASES if make.__name__ == "web_page")
    manuscript = imported(page.data, "page.docx")
    assert [a.plain_title for a in manuscript.articles] == page.titles
    assert "other-kind" in {finding.code for finding in manuscript.findings}


def test_nothing_is_lost(edition: bytes) -> None:
    """Every word of the file's text is in the import, but for what the edition made itself."""
    manuscript = imported(edition)
    assert manuscript.colophon is not None
    text = " ".join(
        f"{a.plain_title} {plain_text(a.summary)} {plain_text(a.author)} {a.text}"
        for a in [*manuscript.articles, manuscript.colophon]
    )
    found = set(re.findall(r"\w+", f"{text} {' '.join(_sources(manuscript))}"))
    made = {"Date", "BulletinName", "Title", "Subtitle", "Publisher", "Tagline", "Colophon"}
    body = etree.fromstring(parts_of(edition)["word/document.xml"])
    for paragraph in body.iter(f"{W}p"):
        style = style_of(paragraph)
        if style in made or style.startswith("TOC"):
            continue
        words = re.sub(r"^(Table|Figure)\W+\d+\W+", "", words_of(paragraph))
        assert set(re.findall(r"\w+", words)) <= found


def _sources(manuscript: Manuscript) -> list[str]:
    return [
        value
        for article in manuscript.articles
        for node in iter_nodes(article.blocks)
        if node["t"] == "Div"
        for key, value in node["c"][0][2]
        if key == "source"
    ]
