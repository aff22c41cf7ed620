"""Source that nobody wrote for the toolkit: every format sets it alike, or says where it cannot."""

from __future__ import annotations

import base64
import io
import re
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import etree
from PIL import Image

from publisher import brand, images, language, svg
from publisher.editions import Compiled, docx, epub, fonts, html, pdf, web
from publisher.errors import InputError
from publisher.judges.docx import DocxRules
from publisher.judges.epub import EpubRules
from publisher.judges.outloud import Outloud
from publisher.judges.page import PageValidation
from publisher.parity_formats import read as read_back
from publisher.parity_shape import shapes
from tests.books import book
from tests.editions import edition, read

Make = Callable[..., Path]
FORMATS = {"pdf": pdf.compile, "epub": epub.compile, "docx": docx.compile, "html": web.compile}
HEAD = "---\ntitle: One\n---\n\n"
DOT = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def png(size: tuple[int, int] = (4, 2)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (9, 90, 9)).save(out, "PNG")
    return out.getvalue()


def made_of(make: Make, body: str, **figures: bytes) -> Iterator[tuple[str, Compiled]]:
    files = {
        f"source/2024-01/figures/{name.replace('_', '.')}": data for name, data in figures.items()
    }
    document = read(make({"01-one.md": HEAD + body}, files=files))
    for name, compile in FORMATS.items():
        yield name, compile(edition(document))


def judged(made: Compiled, name: str, folder: Path) -> list[str]:
    path = folder / f"x.{name}"
    path.write_bytes(made.data)
    judges: dict[str, list[Any]] = {
        "pdf": [PageValidation(), Outloud()], "epub": [EpubRules()], "docx": [DocxRules()]
    }  # fmt: skip
    found = [m for judge in judges.get(name, []) for m in judge.examine([path])[0]]
    return [str(message) for message in found if message.severity == "error"]


def page(made: Compiled, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        return etree.fromstring(archive.read(f"EPUB/text/{name}.xhtml"))


@pytest.mark.outside
def test_a_decorative_image_is_passed_over_in_every_format(
    publication: Make, tmp_path: Path
) -> None:
    body = "A line ![](figures/a.png){.decorative} and ![not read](figures/b.svg){.decorative}.\n"
    for name, made in made_of(publication, body, a_png=png(), b_svg=DOT):
        assert made.findings == (), name
        assert judged(made, name, tmp_path) == []
        if name == "pdf":
            with pikepdf.open(io.BytesIO(made.data)) as opened:
                kinds = [
                    str(o.get("/S", ""))
                    for o in opened.objects
                    if isinstance(o, pikepdf.Dictionary)
                ]
                tree = b"".join(p.Contents.read_bytes() for p in opened.pages)
            assert "/Figure" not in kinds and b"/Artifact" in tree
        if name == "html":
            assert b"not read" not in made.data


def test_an_image_without_words_is_an_error_with_its_line_in_every_format(
    publication: Make,
) -> None:
    for name, made in made_of(publication, "Text.\n\n![](figures/a.png)\n", a_png=png()):
        (found,) = made.findings
        assert (found.code, found.severity, found.path, found.line) == (
            "missing-alt", "error", "source/2024-01/01-one.md", 7,
        ), name  # fmt: skip


TABLES = (
    "|  |  |\n|--|--|\n| Left | Right |\n| Port | Starboard |\n\nNo rows:\n\n| Nothing | follows |\n|--|--|\n\n"
    "One column:\n\n|  |\n|--|\n| a |\n| b |\n\nEmpty head:\n\n| A | | C |\n|--|--|--|\n| 1 | 2 | 3 |\n| x | | z |\n"
)


@pytest.mark.outside
@pytest.mark.parametrize("code", ["en", "ar"])
def test_tables_without_a_head_or_rows_have_headers(code: str, tmp_path: Path) -> None:
    made = pdf.compile(book({"one": TABLES}, code=code))
    assert judged(made, "pdf", tmp_path) == []
    tables = page(epub.compile(book({"one": TABLES}, code=code)), "one").iterfind(".//{*}table")
    heads = [[(th.text, th.get("scope")) for th in table.iterfind(".//{*}th")] for table in tables]
    assert heads[0] == [("Left", "row"), ("Port", "row")]
    assert heads[1] == [("Nothing", "row")] and heads[2] == [("a", "col")]
    assert [text for text, _ in heads[3][:2]] == ["A", "C"]


@pytest.mark.outside
def test_a_small_chart_has_fewer_headers_than_data(publication: Make, tmp_path: Path) -> None:
    body = '::: {.chart #c type=bar data="data/x.csv"}\nShips\n:::\n'
    files = {"source/2024-01/data/x.csv": b"Day,Ships\n1 May,7\n2 May,8\n"}
    made = pdf.compile(edition(read(publication({"01-one.md": HEAD + body}, files=files))))
    assert judged(made, "pdf", tmp_path) == []


def test_a_table_that_scrolls_can_be_reached_by_key() -> None:
    wide = "| " + " | ".join(f"Figure {n}" for n in range(12)) + " |\n|" + "--|" * 12 + "\n"
    wide += "| " + " | ".join("12,345 tonnes" for _ in range(12)) + " |\n"
    narrow = "| a | b |\n|--|--|\n| 1 | 2 |\n"
    made = page(epub.compile(book({"one": f"{wide}\n\n{narrow}"})), "one")
    first, second = made.iterfind(".//{*}div[@class]/{*}table/..")
    assert first.get("tabindex") == "0" and first.get("role") == "group"
    assert first.get("aria-label", "").startswith("Figure 0")
    assert second.get("tabindex") is None


def test_boxes_are_no_landmarks_and_a_note_stands_behind_its_link() -> None:
    body = "::: {.box}\nOne.\n:::\n\n::: {.box}\nTwo.\n:::\n\n[a link[^a] on](https://example.org).\n\n[^a]: It.\n"
    article = html.render(book({"one": body})).articles[0].body
    assert [box.get("role") for box in article.iter("aside")] == ["note", "note"]
    (link,) = article.xpath(".//a[starts-with(@href, 'https')]")
    assert not link.xpath(".//a") and link.text == "a link on"
    (call,) = article.xpath(".//a[@class='noteref']")
    assert link.getparent() is call.getparent()


def test_a_link_without_words_is_an_error(publication: Make) -> None:
    from publisher import project, reader

    root = publication({"01-one.md": HEAD + "[](#one) and [](https://example.org)\n"})
    found = reader.read_issue(project.load(root), "2024-01").errors
    assert [(f.code, f.line) for f in found] == [("empty-link", 5)] * 2


def test_fonts_of_the_languages_data_serve_where_the_brand_names_none() -> None:
    pytest.importorskip("manimgx_fonts_cjk")
    chosen = fonts.choose(brand.load(), language.load("en"), ["A few words in 中文 and かな."], {})
    assert (
        chosen.families["text"][0] == "Noto Serif" and "Noto Sans CJK SC" in chosen.families["text"]
    )
    assert chosen.missing([("x", "中文かな")]) == ()


def test_a_character_without_a_glyph_is_named_with_its_line(publication: Make) -> None:
    body = "## A head\n\nFirst.\n\n- An item\n- A cat 🐈 and a dog 🐕\n"
    for name, made in made_of(publication, body):
        if name != "docx":
            (found,) = made.findings
            assert (found.path, found.line) == ("source/2024-01/01-one.md", 10), name
            assert "2 characters" in found.message and "U+1F408 CAT" in found.message


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="60mm" height="2in"', (226.8, 192)), ('viewBox="0 0 40 20"', (40, 20)),
        ('width="100%" height="100%" viewBox="0 0 40 20"', (40, 20)),
        ('width="1e2px" viewBox="0 0 40 20"', (100, 50)), ('width="10" height="5pt"', (10, 6.67)),
        ('width="1.2.3"', None), ('width="9e99" height="1"', None), ('viewBox="0 0 nan 1"', None),
        ('viewBox="0 0 0 0"', None), ("", None),
    ],
)  # fmt: skip
def test_a_drawing_s_size(attributes: str, size: tuple[float, float] | None) -> None:
    root = svg.parse(f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>'.encode(), "x.svg")
    found = svg.size(root)
    assert found == (size if size is None else pytest.approx(size, abs=0.05))
    _, findings = svg.clean(etree.tostring(root), "x.svg")
    assert [f.code for f in findings] == ([] if size else ["svg-size"])


@pytest.mark.outside
def test_drawings_in_millimetres_and_with_pictures_are_set(
    publication: Make, tmp_path: Path
) -> None:
    inner = base64.b64encode(png()).decode()
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="30mm" viewBox="0 0 60 30">'
        f'<image width="20" height="10" href="data:image/png;base64,{inner}"/></svg>'
    ).encode()
    high = DOT.replace(b"0 0 9 9", b"0 0 1 90000")
    body = "![A field](figures/a.svg)\n\n![A line](figures/b.svg)\n"
    for name, made in made_of(publication, body, a_svg=drawing, b_svg=high):
        assert made.findings == (), name
        assert judged(made, name, tmp_path) == []


def test_a_bomb_within_a_drawing_is_left_out() -> None:
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR"
    bomb = base64.b64encode(head + struct.pack(">IIBBBBB", 40000, 40000, 8, 2, 0, 0, 0)).decode()
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
        f'<image href="data:image/png;base64,{bomb}"/></svg>'
    )
    clean, findings = svg.clean(drawing.encode(), "x.svg")
    assert [f.code for f in findings] == ["unsafe-svg"] and b"base64" not in clean


def test_a_photograph_that_exif_turns_is_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (60, 30), (9, 9, 90)).save(out, "JPEG", exif=exif)
    data, findings = images.check(out.getvalue(), "a.jpg")
    with Image.open(io.BytesIO(data)) as turned:
        assert turned.size == (30, 60) and turned.getexif().get(0x0112, 1) == 1
    assert findings == () and images.check(data, "a.jpg") == (data, ())
    with pytest.raises(InputError):
        images.check(out.getvalue()[:200], "a.jpg")


NOTES = (
    "Text[^a] and more[^b].\n\n## Next\n\n::: {.box}\n## In a box\n\nText.\n:::\n\n"
    "[^a]: A list:\n\n    - one\n    - two\n\n      1. deeper\n\n    > Quoted.\n\n[^b]: The first.\n\n    Second.\n"
)


@pytest.mark.outside
@pytest.mark.parametrize("code", ["en", "ar"])
def test_lists_in_notes_and_headings_in_boxes_are_such_in_every_format(
    code: str, tmp_path: Path
) -> None:
    made = book({"one": NOTES}, code=code)
    shape = shapes(made.document)["one"]
    assert shape.items == 3 and shape.headings == (2, 2)
    for name, compile in FORMATS.items():
        edition_of = compile(made)
        path = tmp_path / f"x.{name}"
        path.write_bytes(edition_of.data)
        found = read_back(path, edition_of.data, ("one",), edition_of.page_map)["one"]
        assert shape.differences(found) == [], name
        assert judged(edition_of, name, tmp_path) == []


def test_a_linked_picture_and_a_power_are_counted_in_every_format(
    publication: Make, tmp_path: Path
) -> None:
    body = "[![A lamp](figures/a.svg)](https://example.org) and $\\frac{x^2}{6}$.\n"
    document = read(
        publication({"01-one.md": HEAD + body}, files={"source/2024-01/figures/a.svg": DOT})
    )
    for name, compile in FORMATS.items():
        made = compile(edition(document))
        path = tmp_path / f"x.{name}"
        path.write_bytes(made.data)
        found = read_back(path, made.data, ("one",), made.page_map)["one"]
        assert shapes(document)["one"].differences(found) == [], name


def test_paragraphs_of_a_note_follow_each_other_without_a_gap() -> None:
    pymupdf = pytest.importorskip("pymupdf")
    made = pdf.compile(book({"one": NOTES}))
    with pymupdf.open(stream=made.data) as opened:
        words = {word[4]: word for page in opened for word in page.get_text("words")}
    lines = [words[name][1] for name in ("one", "two", "deeper")]
    assert lines[2] - lines[1] == pytest.approx(lines[1] - lines[0], abs=0.5)
    assert words["Second."][1] - words["first."][1] == pytest.approx(lines[1] - lines[0], abs=0.5)


def test_a_table_in_a_note_is_an_error(publication: Make) -> None:
    from publisher import project, reader

    note = "Text[^a].\n\n[^a]: It:\n\n    | a | b |\n    |--|--|\n    | 1 | 2 |\n"
    found = reader.read_issue(project.load(publication({"01-one.md": HEAD + note})), "2024-01")
    assert [(f.code, f.line) for f in found.errors] == [("note-content", 5)]


OUT = "http://example.org"


@pytest.mark.parametrize(
    "inner",
    [
        f"<style>rect {{ fill: u\\72l({OUT}/f.svg#a) }}</style>",
        f"<style>@\\69mport '{OUT}/x.css'; rect {{ fill: red }}</style>",
        f"<style>@media print {{ @import url({OUT}/x.css); }}</style>",
        f'<style>rect {{ mask: image-set("{OUT}/q.png" 1x) }}</style>',
        f'<rect style="fill:u\\72 l({OUT})"/>', f"<rect fill=\"url('{OUT}/a.svg#b')\"/>",
        f'<image href="{OUT}/a.png"/>', f'<use href="{OUT}/a.svg#b"/>',
        f'<g onload="fetch(\'{OUT}\')"/>', f"<script>fetch('{OUT}')</script>",
        f'<foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="{OUT}"/></foreignObject>',
        f'<animate attributeName="href" to="{OUT}"/>', f'<g xml:base="{OUT}/x.svg"/>',
    ],
)  # fmt: skip
def test_nothing_in_a_drawing_leads_out_of_it(inner: str, publication: Make) -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>Be'
        f'<tspan/>fore</text>{inner}<rect width="9" height="9" fill="#123"/></svg>'
    )
    clean, findings = svg.clean(drawing.encode(), "x.svg")
    assert {f.code for f in findings} == {"unsafe-svg"}
    assert b"example.org" not in clean and b"#123" in clean
    for name, made in made_of(publication, "![A field](figures/a.svg)\n", a_svg=drawing.encode()):
        assert made.findings == (), name
        if name == "html":
            assert b"example.org/" not in made.data


def test_a_drawing_loads_no_style_sheet() -> None:
    drawing = f'<?xml version="1.0"?><?xml-stylesheet href="{OUT}/x.css"?>'.encode() + DOT
    clean, findings = svg.clean(drawing, "x.svg")
    assert b"example.org" not in clean and [f.code for f in findings] == ["unsafe-svg"]


def test_a_drawing_s_own_references_stay_as_they_are() -> None:
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><style>rect{fill:url(#a)}</style>'
        b'<rect style="fill:url(\'#a\')" transform="rotate(3)" clip-path="url(#c)"/></svg>'
    )
    assert svg.clean(drawing, "x.svg") == (drawing, ())


BOMB = '<g id="a0"><path d="M0 0h1v1z"/></g>' + "".join(
    f'<g id="a{n + 1}">' + f'<use href="#a{n}"/>' * 10 + "</g>" for n in range(9)
)


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        (BOMB, "more than"), ('<g id="a"><use href="#a"/></g>', "draws itself"),
        ('<g id="a"><use href="#b"/></g>\n<g id="b"><use href="#a"/></g>', "draws itself"),
        ('<pattern id="p"><path fill="url(#p)" d="M0 0h1v1z"/></pattern>', "draws itself"),
        ("".join(f'<g id="c{n}"><use href="#c{n + 1}"/></g>' for n in range(300)), ""),
        ("<path d='M0 0'/>" * 50_000, ""),
    ],
)  # fmt: skip
def test_a_drawing_that_never_ends_is_an_error(inner: str, words: str) -> None:
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n{inner}</svg>'.encode()
    if not words:
        assert svg.clean(drawing, "x.svg") == (drawing, ())
        return
    with pytest.raises(InputError, match=words) as caught:
        svg.clean(drawing, "x.svg")
    assert caught.value.line


@pytest.mark.parametrize(
    "body",
    [
        "".join("  " * n + "- level\n" for n in range(120)),
        "Before.\n\n" + "".join("  " * n + "- level\n" for n in range(500)),
        "Before.\n\n" + ">" * 2000 + " deep\n", "*a " * 3000 + "x" + " b*" * 3000 + "\n",
        "[" * 5000 + "x" + "]{.a}" * 5000 + "\n",
    ],
)  # fmt: skip
def test_text_nested_without_end_is_an_error_with_its_line(body: str, publication: Make) -> None:
    from publisher import project, reader

    found = reader.read_issue(project.load(publication({"01-one.md": HEAD + body})), "2024-01")
    codes = [f for f in found.errors if f.code == "unreadable"]
    assert len(codes) == 1 and "nested too deeply" in codes[0].message
    assert codes[0].path.endswith("01-one.md") and (codes[0].line or 0) >= 5


def test_a_title_nested_without_end_is_read_as_it_stands(publication: Make) -> None:
    title = "*a " * 3000 + "x" + " b*" * 3000
    document = read(publication({"01-one.md": f"---\ntitle: '{title}'\n---\n\nText.\n"}))
    assert document.articles[0].title.plain.startswith("*a *a")


def test_as_many_levels_as_may_be_are_set_in_every_format(publication: Make) -> None:
    body = "".join("  " * n + f"- level {n}\n" for n in range(45)) + "\n" + ">" * 45 + " deep\n"
    for name, made in made_of(publication, body):
        assert [f for f in made.findings if f.severity == "error"] == [], name


def look_of_arabic(other: brand.FontSet) -> brand.Brand:
    """A brand whose Latin lacks everything that its Arabic happens to have."""
    return replace(brand.load(), fonts={"default": other, "Arab": brand.load().fonts["Arab"]})


def test_a_font_without_letters_is_an_error_and_selectors_need_none() -> None:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef"])
    builder.setupCharacterMap({})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Hollow", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    out = io.BytesIO()
    builder.save(out)
    hollow = brand.FontSet("Hollow", "Hollow", "Hollow")
    look = replace(brand.load(), fonts={"default": hollow})
    files = {"styles/fonts/x.ttf": out.getvalue()}
    chosen = fonts.choose(look, language.load("en"), ["Letters"], files)
    (found,) = chosen.missing([("x.md", "Letters \ufe0f\U000e0041")], look)
    assert "5 characters" in found.message
    both = "Letters \u0639\u0631"
    assert (
        "5 characters"
        in fonts.choose(look_of_arabic(hollow), language.load("en"), [both], files)
        .missing([("x.md", both)])[0]
        .message
    )


DOUBLING = "".join(f"[^{a}]: x[^{b}] y[^{b}]\n\n" for a, b in pairwise("abcdefghijklmnopqrst"))


@pytest.mark.parametrize(
    ("notes", "line"),
    [
        ("[^a]: see[^b]\n\n[^b]: see[^a]\n", 7), ("[^a]: see[^a]\n", 7),
        ("[^a]: first.\n\n    Then[^b].\n\n[^b]: And[^A].\n", 7),
        (f"{DOUBLING}[^t]: End.\n", 7),
    ],
)  # fmt: skip
def test_notes_that_never_end_are_an_error(notes: str, line: int, publication: Make) -> None:
    from publisher import project, reader

    root = publication({"01-one.md": f"{HEAD}A[^a]\n\n{notes}"})
    found = reader.read_issue(project.load(root), "2024-01").errors
    assert [f.code for f in found] == ["note-loop"] and (found[0].line or 0) >= line


def test_a_note_may_call_another(publication: Make) -> None:
    body = "A[^a] and[^c].\n\n[^a]: see[^b]\n\n[^b]: The end.\n\nText[^a].\n\n[^c]: see[^b]\n"
    assert read(publication({"01-one.md": HEAD + body})).articles


def test_references_to_anchors_in_other_scripts_name_their_page(publication: Make) -> None:
    body = "## Başlıq və Şəkil\n\nSee [it](#başlıq-və-şəkil) and [that](#عنوان).\n\n## Head {#عنوان}\n\nText.\n"
    for name, made in made_of(publication, body):
        assert made.findings == (), name
        if name == "epub":
            links = [a.get("href") for a in page(made, "one").iterfind(".//{*}a[@href]")]
            assert len([href for href in links if href.startswith("#")]) >= 2


@pytest.mark.parametrize("name", ["source/publication.toml", "source/2024-01/issue.toml",
                                  "styles/brand.toml", "source/2024-01/fit.toml",
                                  "translations/languages/en.toml"])  # fmt: skip
@pytest.mark.parametrize("text", [b"a = " + b"[" * 3000 + b"]" * 3000, b"x = 1\na = [\nb = 1\n"])
def test_a_broken_settings_file_is_an_error_with_its_line(
    name: str, text: bytes, publication: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    from publisher.cli import main

    root = publication({"01-one.md": HEAD + "Text.\n"}, files={"styles/x.txt": b""})
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    with pytest.raises(SystemExit) as ended:
        main(["-C", str(root), "build", "-l", "en", "-f", "docx", "-j1"])
    shown = capsys.readouterr().err
    assert ended.value.code in (1, 3) and "internal error" not in shown
    assert re.search(rf"{re.escape(name)}:\d+: ", shown)
    assert "TOML" in shown


def test_tags_nested_without_end_are_an_error_not_a_crash() -> None:
    from publisher.catalog import tags

    text = "<em>" * 900 + "x" + "</em>" * 900
    found = tags.problems("<em>x</em>", text, {"em": False})
    assert ("tag-nesting", "error") in [(p.code, p.severity) for p in found]
    with pytest.raises(tags.TagError, match="too deeply"):
        tags.decode(text, {"em": {"t": "Emph", "c": []}})


def test_gradients_over_a_shape_are_seen_in_poppler(publication: Make, tmp_path: Path) -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not here")
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 60"><linearGradient id="g">'
        b'<stop offset="0" stop-color="#048"/><stop offset="1" stop-color="#06a"/></linearGradient>'
        b'<rect width="100" height="60" fill="url(#g)"/></svg>'
    )
    made = dict(made_of(publication, "![A field](figures/a.svg)\n", a_svg=drawing))["pdf"]
    path = tmp_path / "x.pdf"
    path.write_bytes(made.data)
    command = ["pdftoppm", "-r", "30", "-f", "3", "-l", "3", "-singlefile", "-png", str(path)]
    subprocess.run([*command, str(tmp_path / "x")], check=True, timeout=60)
    with Image.open(tmp_path / "x.png") as shown:
        blue = list(shown.convert("RGB").tobytes()[2::3])
        red = list(shown.convert("RGB").tobytes()[0::3])
    assert sum(b - r > 90 for b, r in zip(blue, red, strict=True)) > 300


def test_a_chart_of_too_many_bars_is_an_error(publication: Make) -> None:
    from publisher import project, reader

    rows = "".join(f"P{n}," + ",".join("1" * 6) + "\n" for n in range(40))
    data = {"source/2024-01/data/x.csv": f"Place,A,B,C,D,E,F\n{rows}".encode()}
    chart = '::: {{.chart type={} data="data/x.csv"}}\nIt\n:::\n'
    root = publication(
        {"01-one.md": HEAD + chart.format("bar") + "\n" + chart.format("line")}, files=data
    )
    found = reader.read_issue(project.load(root), "2024-01").errors
    assert [(f.code, f.line) for f in found] == [("chart", 5)] and "240 bars" in found[0].message


def test_a_table_of_few_tall_rows_runs_over_the_page() -> None:
    cell = "A cell with many words in it that fill the line and the next one and others. " * 5
    rows = "".join(f"| {n} | {cell} |\n" for n in range(12))
    made = html.render(book({"one": "| N | Words |\n|--|--|\n" + rows})).articles[0].body
    (table,) = made.iter("table")
    assert "long" in table.get("class", "")


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ('<filter id="f"/><path filter="url(#f)" d="M0 0"/>', "filters"),
        ('<path id="p" d="M0 0h9"/><text><textPath href="#p">x</textPath></text>', "along a path"),
        ('<path style="mix-blend-mode: multiply" d="M0 0"/>', "blending"),
    ],
)
def test_what_paper_shows_otherwise_is_said(inner: str, words: str) -> None:
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n{inner}</svg>'.encode()
    data, (found,) = svg.clean(drawing, "x.svg")
    assert data == drawing and found.line == 2 and words in found.message
    assert (found.code, found.severity) == ("svg-unlike", "warning")


def test_control_characters_are_left_out_of_every_format(publication: Make) -> None:
    body = "A\x01\x02\x1f\x7f\x80\x85\x9fb \ufeff \U000e0001 z\u200bw\u2060 \ufe0f `c\x03\x7fd`\n"
    for name, made in made_of(publication, body):
        assert made.findings == (), name


def test_formulas_are_written_in_a_line_on_paper(publication: Make) -> None:
    body = (
        "$$\\sum_{n=1}^{N} \\frac{1}{n^2} \\le \\frac{a+1}{b}$$\n\n"
        "And $\\sqrt{x+1}$, $\\sqrt[3]{y}$, $\\hat{z}$, $E=mc^2$, $\\begin{pmatrix}a&b\\\\c&d\\end{pmatrix}$.\n"
    )
    document = read(publication({"01-one.md": HEAD + body}))
    rendered = html.render(edition(document), mathml=False)
    first, second = ("".join(p.itertext()) for p in rendered.articles[0].body.iter("p"))
    assert first == "∑n=1N\u20091/n2\u202f≤\u202f(a\u202f+\u202f1)/b"
    assert second.startswith(
        "And √(x\u202f+\u202f1), 3√y, z\u0302, E\u202f=\u202fmc2, (a, b; c, d)."
    )
    assert not list(rendered.articles[0].body.iter("math"))
    for name, compile in FORMATS.items():
        assert compile(edition(document)).findings == (), name


def test_a_formula_that_cannot_be_read_is_named_with_its_line(publication: Make) -> None:
    for name, made in made_of(publication, "Text.\n\nIt is $\\foo{x}$ here.\n"):
        if name != "docx":
            (found,) = made.findings
            assert (found.code, found.line) == ("formula", 7) and "\\foo" in found.message, name


def test_raw_markup_in_metadata_is_an_error_not_a_loss(publication: Make) -> None:
    from publisher import project, reader

    text = "---\ntitle: Ports & <angle> and H<sub>2</sub>O\nsummary: <b>x</b>\n---\n\nText.\n"
    found = reader.read_issue(project.load(publication({"01-one.md": text})), "2024-01")
    assert {(f.code, f.line) for f in found.errors} == {("raw-markup", 2), ("raw-markup", 3)}
    assert found.document.articles[0].title.plain.endswith("and H2O")
