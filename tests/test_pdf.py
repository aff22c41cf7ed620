"""PDF: both standards in every language, order of pages, the same bytes everywhere."""

from __future__ import annotations

import io
import itertools
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from publisher.editions import Compiled, Credits, fonts, html, pdf, pdf_page
from publisher.judges.outloud import Outloud
from publisher.judges.page import PageValidation
from publisher.language import load
from tests.books import book
from tests.editions import SVG, edition, read, translated

Make = Callable[..., Path]

FILES = {"source/2024-01/figures/m.svg": SVG.format("النص").encode()}
FIRST = """---
title: A long title of the first article
summary: What it says in short
author: Desk
keywords: [gas, transit]
---

Text with a note[^n], [a link](https://example.org) and [the other](#two).

## Head

1. one
   - nested
2. two

::: {.figure #f1}
![A map](figures/m.svg)

The map of *everything*.
:::

::: {.table #t1}
| State | Gas | Share |
|--|--|--|
| Georgia | 1.3 | 4 |
| Italy | 8 | 12.5 |
| Malta | 2 | 3.5 |

The table.
:::

::: {.statement source="Ministry, 1 May"}
It said so.
:::

::: {.box .figures}
1,200
: mines

30
: villages
:::

[^n]: The note with [a link](https://example.org/note).
"""
SECOND = "---\ntitle: Two\n---\n\nText. See [the table](#t1).\n"


@pytest.fixture
def root(publication: Make) -> Path:
    return publication({"01-one.md": FIRST, "02-two.md": SECOND}, files=FILES)


def compile_in(root: Path, code: str, **values: Any) -> Compiled:
    document = read(root)
    state = "machine" if values.get("draft") else "reviewed"
    if code != "en":
        document = translated(document, code, state)
    return pdf.compile(edition(document, code, **values))


@pytest.mark.outside
@pytest.mark.parametrize("code", ["en", "az", "tr", "ru", "fr", "ar", "fa", "el"])
def test_conforms_to_both_standards(root: Path, code: str, tmp_path: Path) -> None:
    made = compile_in(root, code)
    assert made.findings == ()
    path = tmp_path / "x.pdf"
    path.write_bytes(made.data)
    assert PageValidation().examine([path]) == [()]
    assert [m for m in Outloud().examine([path])[0] if m.severity == "error"] == []


@pytest.mark.outside
@pytest.mark.parametrize("code", ["pt", "ar"])
def test_a_draft_conforms_and_says_so_on_every_page(root: Path, code: str, tmp_path: Path) -> None:
    credits = Credits(machines=("Argos en→pt",), machine_words=9, words=9)
    made = compile_in(root, code, draft=True, credits=credits)
    path = tmp_path / "x.pdf"
    path.write_bytes(made.data)
    assert PageValidation().examine([path]) == [()]
    pages = _text(path)
    assert len(pages) == made.pages
    if code == "pt":
        assert all("Rascunho – não publicar" in page for page in pages)
        assert any("Tradução automática não revista" in page for page in pages)
        assert "Argos en→pt" in "".join(pages)


def test_page_map_and_labels(root: Path) -> None:
    made = compile_in(root, "en")
    assert made.page_map["cover"] == 1 and made.page_map["contents"] == 2
    assert made.page_map["one"] < made.page_map["two"] < made.page_map["colophon"]
    with pikepdf.open(io.BytesIO(made.data)) as opened:
        assert [page.label for page in opened.pages][:3] == ["Cover", "2", "3"]
        with opened.open_outline() as outline:
            titles = [item.title for item in outline.root]
        assert titles[-3:] == ["A long title of the first article", "Two", "Colophon"]
        assert titles[1] == "Contents"


def test_a_right_to_left_edition_is_one(root: Path) -> None:
    made = compile_in(root, "ar")
    with pikepdf.open(io.BytesIO(made.data)) as opened:
        assert opened.Root.ViewerPreferences.Direction == "/R2L"
        assert opened.Root.Lang == "ar"
        assert opened.pages[2].label == "٣"


def test_metadata_tells_what_the_file_is(root: Path) -> None:
    made = compile_in(root, "en", credits=Credits(words=10, reviewed_words=10))
    with pikepdf.open(io.BytesIO(made.data)) as opened:
        packet = opened.Root.Metadata.read_raw_bytes().decode()
    for part in (
        "<pdfaid:part>3", "<pdfaid:conformance>A", "<pdfuaid:part>1", "Test Bulletin 1: Test issue",
        "2024-01-31T00:00:00+00:00", "<edition:state>final", "<edition:review>100", "gas",
    ):  # fmt: skip
        assert part in packet


def test_tags_of_notes_headers_and_running_heads(root: Path) -> None:
    made = compile_in(root, "en")
    with pikepdf.open(io.BytesIO(made.data)) as opened:
        found = list(_elements(opened.Root.StructTreeRoot.K[0]))
        kinds = [str(element.S) for element in found]
        assert "/Note" in kinds and "/Figure" in kinds
        notes = [element for element in found if element.S == "/Note"]
        assert all("/ID" in note for note in notes)
        headers = [element for element in found if element.S == "/TH"]
        assert {str(cell.A.Scope) for cell in headers} == {"/Column", "/Row"}
        streams = [page.Contents.read_bytes() for page in opened.pages]
    assert b"/Type /Pagination" in streams[2]


def test_a_note_is_read_where_it_is_called(root: Path) -> None:
    made = compile_in(root, "en")
    with pikepdf.open(io.BytesIO(made.data)) as opened:
        (note,) = [e for e in _elements(opened.Root.StructTreeRoot.K[0]) if e.S == "/Note"]
        kids = list(note.P.K)
        index = next(n for n, kid in enumerate(kids) if kid.objgen == note.objgen)
        assert note.P.S == "/P" and kids[index - 1].S == "/Reference"
        assert not any("Publisher" in str(key) for key in note)


def test_what_a_page_break_cuts_is_one_element(publication: Make) -> None:
    rows = "".join(f"| State {n} | {n}.5 | {n} |\n" for n in range(70))
    items = "".join(f"- Item {n} of a long list\n" for n in range(60))
    words = "A sentence that goes on. " * 400
    table = f"::: {{.table #t1}}\n| State | Gas | [Oil](https://example.org) |\n|--|--|--|\n{rows}\nT.\n:::"
    root = publication({"01-one.md": f"---\ntitle: One\n---\n\n{words}\n\n{table}\n\n{items}\n"})
    made = compile_in(root, "en")
    with pikepdf.open(io.BytesIO(made.data)) as opened:
        found = [str(e.S) for e in _elements(opened.Root.StructTreeRoot.K[0])]
        articles = [e for e in _elements(opened.Root.StructTreeRoot.K[0]) if e.S == "/Art"]
        inside = [str(e.S) for e in _elements(articles[0])]
        assert len(opened.pages) > 6
    assert found.count("/Art") == 2 and found.count("/Table") == 1
    assert found.count("/THead") == 1 and found.count("/TR") == 71
    assert inside.count("/L") == 1 and inside.count("/LI") == 60


def test_a_foreign_passage_names_its_language(publication: Make) -> None:
    text = "---\ntitle: One\n---\n\nShe said [доброе утро]{lang=ru} to [all]{lang=en}.\n"
    made = compile_in(publication({"01-one.md": text}), "en")
    with pikepdf.open(io.BytesIO(made.data)) as opened:
        found = list(_elements(opened.Root.StructTreeRoot.K[0]))
        languages = [str(element.Lang) for element in found if "/Lang" in element]
    # The colophon names no other edition here.
    assert languages == ["ru"]


def test_content_is_painted_in_the_order_of_the_tree(root: Path) -> None:
    from publisher.editions import pdf_order

    made = compile_in(root, "en")
    with pikepdf.open(io.BytesIO(made.data)) as opened:
        wanted = pdf_order._order(opened.Root.StructTreeRoot.K[0])
        for page in opened.pages:
            content = page.Contents.read_bytes()
            painted = [int(number) for number in re.findall(rb"/MCID (\d+)", content)]
            assert sorted(painted) == sorted(wanted[page.objgen])
            text = [number for number in wanted[page.objgen] if number in painted]
            moved = [number for number in painted if number in text]
            # A figure stays where it is drawn; all else follows the tree.
            out = sum(a > b for a, b in itertools.pairwise(moved))
            assert moved == text or b"/Figure" in content, out


def test_a_stream_of_another_form_stays_as_it_is() -> None:
    from publisher.editions.pdf_order import reorder

    odd = b"q\n/Span\n<</MCID 0>>\nBDC\n/Im1 Do\nEMC\nQ"
    assert reorder(odd, [0]) == odd
    unbalanced = b"Q\n/Span\n<</MCID 0>>\nBDC\nBT\nET\nEMC"
    assert reorder(unbalanced, [0]) == unbalanced


def test_no_running_head_is_a_sentence(publication: Make) -> None:
    title = "what stands between the draft and a signature, and who wants it to stay there"
    root = publication({"01-one.md": f"---\ntitle: {title}\n---\n\nText.\n"})
    rendered_edition = edition(read(root))
    page = pdf_page.build(
        rendered_edition,
        html.render(rendered_edition, mathml=False),
        fonts.choose(rendered_edition.brand, rendered_edition.language, [title], {}),
    )
    assert 'data-running="what stands between the draft and a signature…"' in page.html


SCRIPT = """
import sys
import zlib
from pathlib import Path
from tests.test_pdf import compile_in
sys.stdout.buffer.write(compile_in(Path(sys.argv[1]), sys.argv[2], draft=True).data)
"""


def test_the_same_bytes_in_any_folder_locale_and_zone(root: Path, tmp_path: Path) -> None:
    def build(**changes: str) -> bytes:
        place = tmp_path / changes["TZ"].replace("/", "-")
        place.mkdir()
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), **changes}
        environment |= {"TMPDIR": str(place), "HOME": str(place)}
        command = [sys.executable, "-c", SCRIPT, str(root), "ar"]
        return subprocess.run(
            command, cwd=place, env=environment, check=True, capture_output=True
        ).stdout

    first = build(TZ="UTC", LC_ALL="C", PYTHONHASHSEED="1")
    second = build(TZ="Asia/Baku", LC_ALL="tr_TR.UTF-8", PYTHONHASHSEED="2")
    assert first == second and first.startswith(b"%PDF")


def test_the_fetcher_serves_the_edition_s_files_alone(root: Path) -> None:
    css = '.cover { background: url("file:///etc/passwd") } h2 { background: url("https://a.b/c") }'
    made = compile_in(root, "en", css=css)
    assert len(made.findings) == 2
    assert {finding.code for finding in made.findings} == {"pdf-layout"}


def test_a_character_without_a_font_is_named(publication: Make) -> None:
    root = publication({"01-one.md": "---\ntitle: One\n---\n\nA cat 🐈 sat.\n"})
    made = compile_in(root, "en")
    finding = next(f for f in made.findings if f.code == "missing-glyph")
    assert "U+1F408 CAT" in finding.message and finding.path.endswith("01-one.md")


@pytest.mark.parametrize(
    ("code", "first", "markers"),
    [("ru", "a", "аб"), ("el", "a", "αβ"), ("az", "c", "cç"), ("en", "C", "CD"), ("en", "7", "78"),
     ("fa", "7", "۷۸"), ("ru", "C", "ВГ")],
)  # fmt: skip
def test_list_markers_are_the_language_s_own(
    publication: Make, tmp_path: Path, code: str, first: str, markers: str
) -> None:
    items = f"{first}.  alpha\n{chr(ord(first) + 1)}.  beta\n"
    root = publication({"01-one.md": f"---\ntitle: One\n---\n\n{items}"})
    path = tmp_path / "x.pdf"
    path.write_bytes(compile_in(root, code).data)
    words = " ".join(_text(path)).split()
    before = [words[words.index(word) - 1] for word in ("alpha", "beta")]
    assert [marker.strip(".) \u200f\u202b\u202c") for marker in before] == list(markers)


def test_list_markers_keep_their_brackets(publication: Make, tmp_path: Path) -> None:
    root = publication(
        {"01-one.md": "---\ntitle: One\n---\n\n(2) alpha\n(3) beta\n\nText.\n\na) gamma\n"}
    )
    path = tmp_path / "x.pdf"
    path.write_bytes(compile_in(root, "en").data)
    text = " ".join(" ".join(_text(path)).split())
    assert "(2) alpha (3) beta" in text and " a) gamma" in text


def test_words_of_a_drawing_are_not_taken_for_one(publication: Make) -> None:
    texts = "".join(f'<text y="{9 * n}">{"word" * 4}</text>' for n in range(9))
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 90">{texts}</svg>'
    root = publication(
        {"01-one.md": "---\ntitle: One\n---\n\n![A plan](figures/m.svg)\n"},
        files={"source/2024-01/figures/m.svg": drawing.encode()},
    )
    assert compile_in(root, "en").findings == ()


def test_arabic_in_a_drawing_is_one_run(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(compile_in(root, "ar").data)
    # Pango's order of a shaped run is visual, letter by letter it would be logical.
    with pikepdf.open(path) as opened:
        streams = b"".join(
            item.read_bytes()
            for item in opened.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form"
        )
        streams += b"".join(page.Contents.read_bytes() for page in opened.pages)
    assert streams.count(b"TJ") > 10


def test_a_missing_family_is_an_error_with_its_cure() -> None:
    from publisher.errors import MachineError

    with pytest.raises(MachineError, match="No Such Font") as caught:
        fonts.family("No Such Font")
    assert "pip install fontpkg-no-such-font" in str(caught.value)


def test_folio_style_is_known_to_weasyprint() -> None:
    assert load("ar").folio_style == "arabic-indic"


def _elements(element: Any) -> Any:
    kids = element.get("/K", [])
    for child in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _elements(child)


def _text(path: Path) -> list[str]:
    pymupdf = pytest.importorskip("pymupdf")
    with pymupdf.open(path) as opened:
        return [" ".join(page.get_text().split()) for page in opened]


@pytest.mark.parametrize("kind", ["content", "font", "image"])
def test_a_stream_never_ends_like_a_line(kind: str) -> None:
    from publisher.editions.pdf_finish import _settle

    pdf_ = pikepdf.new()
    # The last byte is zlib's checksum: one more than the sum of the content's bytes.
    content = next(bytes([65, n]) for n in range(256) if zlib.adler32(bytes([65, n])) % 256 == 13)
    stream = pikepdf.Stream(pdf_, content)
    if kind == "font":
        stream.Length1 = len(content)
    if kind == "image":
        stream.Subtype = pikepdf.Name.Image
    _settle(stream)
    assert not stream.read_raw_bytes().endswith(b"\r")
    assert stream.read_bytes().startswith(content)
    if kind == "font":
        assert stream.Length1 == len(stream.read_bytes())
    if kind == "image":
        assert stream.read_bytes() == content


def test_objects_stay_compressed_where_one_stream_ends_like_a_line() -> None:
    from publisher.editions.pdf_finish import _UNSURE, _save, _written

    def document(words: str) -> pikepdf.Pdf:
        made = pikepdf.new()
        for _ in range(9):
            page = made.add_blank_page(page_size=(595, 842))
            page.TrimBox = page.BleedBox = pikepdf.Array([0, 0, 595, 842])
        for number in range(150):
            made.Root[f"/Part{number}"] = made.make_indirect(pikepdf.Dictionary(Words=words))
        return made

    unsure = (n for n in range(2000) if _UNSURE.search(_save(document(str(n)), "generate")))
    number = str(next(unsure))
    data = _written(document(number))
    assert b"/ObjStm" in data and not _UNSURE.search(data)
    assert data == _written(document(number))
    with pikepdf.open(io.BytesIO(data)) as made:
        assert len(made.pages) == 9 and made.Root.Part149.Words == number
        assert [list(page.TrimBox) for page in made.pages] == [[0, 0, 595, 842]] * 9


@pytest.mark.outside
def test_a_chinese_issue_conforms(tmp_path: Path) -> None:
    pytest.importorskip("manimgx_fonts_cjk")
    body = "会谈于2023年3月在巴库举行[^a]，讨论“边境”问题。见[第二篇](#er)。\n\n"
    body += "**第二段**：Two words.\n\n[^a]: 注释。\n"
    made = pdf.compile(book({"yi": body, "er": "第一段。\n\n第二段。"}, code="zh"))
    assert made.findings == ()
    path = tmp_path / "x.pdf"
    path.write_bytes(made.data)
    assert PageValidation().examine([path]) == [()]
    assert [m for m in Outloud().examine([path])[0] if m.severity == "error"] == []
    text = "".join(_text(path))
    assert "目录" in text and "第3期" in text and "2024年1月31日" in text
    # Only what the text needs is embedded of thirty megabytes.
    assert len(made.data) < 300_000
    assert (
        pdf.compile(book({"yi": body, "er": "第一段。\n\n第二段。"}, code="zh")).data == made.data
    )


@pytest.mark.outside
def test_a_persian_issue_conforms(tmp_path: Path) -> None:
    body = "گفت‌وگوها در سال ۲۰۲۳ آغاز شد[^a].\n\n1. یک\n   1. دو\n\n[^a]: یادداشت.\n"
    made = pdf.compile(book({"yek": body, "do": "بند نخست.\n\nبند دوم."}, code="fa"))
    assert made.findings == ()
    path = tmp_path / "x.pdf"
    path.write_bytes(made.data)
    assert PageValidation().examine([path]) == [()]
    with pikepdf.open(path) as opened:
        assert opened.Root.ViewerPreferences.Direction == "/R2L"
        assert opened.pages[2].label == "۳"


def test_a_collection_that_is_not_installed_names_its_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from publisher.editions import collections
    from publisher.errors import MachineError

    monkeypatch.setattr(collections.Member, "path", None)
    collections._face.cache_clear()
    collections.characters.cache_clear()
    fonts.family.cache_clear()
    with pytest.raises(MachineError, match="Noto Sans CJK TC") as caught:
        fonts.family("Noto Sans CJK TC")
    assert "pip install manimgx-fonts-cjk" in str(caught.value)
