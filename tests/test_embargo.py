"""An edition under embargo says so on every page or screen of every format, as a draft does."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import etree, html

from publisher import language
from publisher.cli import main
from publisher.editions import Edition, docx, epub, epub_cover, fonts, marks, pdf, web
from publisher.editions.colophon import colophon_lines
from publisher.judges.epub import judge
from tests.books import book

BAKU = timezone(timedelta(hours=4))
MOMENT = datetime(2024, 4, 1, 9, 0, tzinfo=BAKU)
ENGLISH = "Embargoed until 1 April 2024, 09:00 UTC+04:00"
DRAFT = "Draft – not for publication"
BODY = "One.[^1]\n\n## Part\n\n" + "Words fill the page. " * 900 + "\n\n[^1]: A note.\n"
X = "{http://www.w3.org/1999/xhtml}"


def edition(code: str = "en", *, draft: bool = False, moment: datetime | None = MOMENT) -> Edition:
    return book({"a": BODY, "b": "Short."}, code=code, draft=draft, embargo=moment)


def flat(text: str) -> str:
    return " ".join(text.split())


def files(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tree(data: bytes) -> Any:
    return etree.fromstring(data)


def pages(data: bytes, folder: Path) -> list[str]:
    """The text of each page of a PDF."""
    path = folder / "edition.pdf"
    path.write_bytes(data)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return [flat(page) for page in done.stdout.decode().split("\f")[:-1]]


@pytest.mark.parametrize(
    ("code", "moment", "words"),
    [
        ("en", MOMENT, ENGLISH),
        ("en", datetime(2024, 4, 1, 0, 5, tzinfo=UTC), "Embargoed until 1 April 2024, 00:05 UTC"),
        (
            "fr",
            datetime(2024, 4, 1, 18, 30, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
            "Sous embargo jusqu’au 1er avril 2024, 18:30 UTC−03:30",
        ),
        ("az", MOMENT, "1 aprel 2024 09:00 UTC+04:00 tarixinədək dərc edilməməlidir"),
        ("fa", MOMENT, "۰۹:۰۰ UTC+04:00"),
    ],
)
def test_the_words_are_the_languages(code: str, moment: datetime, words: str) -> None:
    assert words in flat(marks.mark(edition(code, moment=moment)))


def test_a_mark_joins_what_holds() -> None:
    assert marks.mark(edition(moment=None)) == ""
    assert marks.mark(edition(moment=None, draft=True)) == DRAFT
    assert flat(marks.mark(edition(draft=True))) == f"{DRAFT} · {ENGLISH}"


def test_every_language_knows_how_to_write_a_moment() -> None:
    for code in language.available():
        loaded = language.load(code)
        written = loaded.format_moment(MOMENT)
        assert loaded.format_date(date(2024, 4, 1)) in written
        assert loaded.localise_digits("09:00") in written and "\u00a0UTC+04:00" in written
        assert "{" not in written and "'" not in written


@pytest.mark.parametrize("draft", [False, True])
def test_every_page_of_a_pdf_is_marked(draft: bool, tmp_path: Path) -> None:
    made = pdf.compile(edition(draft=draft))
    texts = pages(made.data, tmp_path)
    assert len(texts) >= 5
    for number, text in enumerate(texts, start=1):
        assert ENGLISH in text, number
        assert (DRAFT in text) is draft, number
    # On the cover and in the colophon it is text of the document, not only of the page.
    assert texts[0].count(ENGLISH) == texts[-1].count(ENGLISH) == 2
    with pikepdf.open(io.BytesIO(made.data)) as opened:
        packet = bytes(opened.Root.Metadata.read_bytes())
    assert (b"state>draft<" in packet, b"state>final<" in packet) == (draft, not draft)


@pytest.mark.parametrize("code", ["ar", "fa", "ru", "de"])
def test_no_letter_of_the_mark_lacks_a_glyph(code: str) -> None:
    for compile in (pdf.compile, epub.compile, web.compile, docx.compile):
        found = compile(edition(code, draft=True)).findings
        assert not [f for f in found if f.code == "missing-glyph"], compile.__module__


@pytest.mark.parametrize("draft", [False, True])
def test_every_file_of_an_epub_is_marked(draft: bool) -> None:
    members = files(epub.compile(edition(draft=draft)).data)
    screens = {name: data for name, data in members.items() if name.endswith(".xhtml")}
    assert len(screens) >= 6
    for name, data in screens.items():
        (mark,) = tree(data).xpath("//*[@role='note']")
        expected = f"{DRAFT} · {ENGLISH}" if draft else ENGLISH
        assert (mark.tag, flat(mark.text)) == (f"{X}p", expected), name
    cover = tree(members["EPUB/text/cover.xhtml"]).find(f".//{X}img")
    assert ENGLISH in flat(cover.get("alt"))
    assert ("EPUB/images/draft.svg" in members) is draft


def test_the_judge_of_epubs_knows_an_embargo() -> None:
    made = epub.compile(edition()).data
    assert judge(made, "bulletin-en.epub") == ()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.endswith("/b.xhtml"):
                data = data.replace(b"draft-mark embargo", b"other")
            new.writestr(info, data)
    assert [m.code for m in judge(out.getvalue(), "bulletin-en.epub")] == ["embargo"]


@pytest.mark.parametrize("code", ["en", "fr", "ar", "az", "ru"])
def test_the_band_of_an_epubs_cover_cuts_no_word(code: str) -> None:
    made = edition(code, draft=True)
    faces = epub_cover._heading_faces(fonts.choose(made.brand, made.language, [], made.files))
    lines = epub_cover._mark(made, faces)
    assert len(lines) <= 2
    assert " ".join(line.text for line in lines) == flat(marks.mark(made))


@pytest.mark.parametrize("draft", [False, True])
def test_every_header_of_a_docx_is_marked(draft: bool) -> None:
    members = files(docx.compile(edition(draft=draft)).data)
    heads = [data for name, data in members.items() if name.startswith("word/header")]
    assert len(heads) == 5
    for data in [*heads, members["word/document.xml"]]:
        text = flat("".join(tree(data).itertext()))
        assert ENGLISH in text and (DRAFT in text) is draft
    assert all((b"PowerPlusWaterMarkObject" in data) is draft for data in heads)


def test_a_web_page_is_marked_and_kept_out_of_search() -> None:
    root: Any = html.document_fromstring(web.compile(edition()).data.decode())
    (mark,) = root.xpath("//*[@role='note']")
    assert flat(mark.text) == ENGLISH and mark.get("class") == "embargo-mark"
    assert root.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert root.xpath("//body/@class") == []


def test_the_colophon_says_it() -> None:
    lines = {line.kind: flat(line.plain) for line in colophon_lines(edition())}
    assert lines["embargo"] == ENGLISH and "draft" not in lines
    assert "embargo" not in {line.kind for line in colophon_lines(edition(moment=None))}


def test_an_edition_under_embargo_is_final_in_name(
    publication: Callable[..., Path],
) -> None:
    extra = "embargo = 2024-04-01T09:00:00+04:00\n"
    root = publication({"01-a.md": "---\ntitle: A\n---\n\nText.\n"}, languages=(), extra=extra)
    with pytest.raises(SystemExit) as stop:
        main(["-C", str(root), "build", "-f", "epub"])
    assert stop.value.code == 0
    (made,) = (root / "dist").rglob("*.epub")
    assert "DRAFT" not in made.name
    assert b"Embargoed until" in files(made.read_bytes())["EPUB/nav.xhtml"]
