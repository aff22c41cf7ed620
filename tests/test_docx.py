"""The DOCX edition: its package, styles, fields, lists, tables, directions and marks."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx as python_docx
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from publisher import ast, brand, language
from publisher.catalog.segments import unreviewed
from publisher.editions import Compiled, docx
from publisher.editions.docx_reference import reference_document
from publisher.editions.docx_runs import split_directions
from publisher.editions.docx_styles import look
from publisher.editions.docx_tags import word_tag
from publisher.editions.docx_xml import W, parse
from publisher.errors import PublisherError
from publisher.judges.docx import judge
from tests.asts import BLOCKS
from tests.books import blocks, text
from tests.books import book as edition

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><text x="1" y="5">Word</text></svg>'

EVERYTHING = """\
First paragraph with a note[^n], a [link](https://example.org/a?b=1&c=2) and [the table](#t1).

Second paragraph: *em*, **strong**, ***both***, ~~struck~~, H~2~O, x^2^, `code`.

## A heading {#h1}

- one
  - deeper

    goes on
- two

c) third
d) fourth

5. five
6. six

> A quotation.

Term
: Definition

::: {.statement source="The speaker, 1 May"}
Words of a speaker.

- a point
:::

::: {.box .figures}
1,000
: things
:::

::: {.box}
### In a box

Text of a box.
:::

* * *

[^n]: A note with a [link](https://example.org/note).

    Its second paragraph.
"""

TABLE: ast.Node = {
    "t": "Table",
    "c": [
        ["t1", [], []],
        [None, [{"t": "Para", "c": ast.words("Exports by year")}]],
        [[{"t": "AlignLeft"}, {"t": "ColWidthDefault"}],
         [{"t": "AlignRight"}, {"t": "ColWidthDefault"}]],
        [["", [], []], [[["", [], []], [
            [["", [], []], {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": ast.words("Year")}]],
            [["", [], []], {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": ast.words("Sum")}]],
        ]]]],
        [[["", [], []], 0, [], [[["", [], []], [
            [["", [], []], {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": ast.words("2022")}]],
            [["", [], []], {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": ast.words("1.5")}]],
        ]]]]],
        [["", [], []], []],
    ],
}  # fmt: skip

FIGURE: ast.Node = {
    "t": "Figure",
    "c": [
        ["f1", [], []],
        [None, [{"t": "Para", "c": ast.words("A caption")}]],
        [{"t": "Plain", "c": [
            {"t": "Image", "c": [["", [], []], ast.words("A word"), ["fig.svg", ""]]}]}],
    ],
}  # fmt: skip


def parts(compiled: Compiled | bytes) -> dict[str, bytes]:
    data = compiled if isinstance(compiled, bytes) else compiled.data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def part(compiled: Compiled, name: str = "word/document.xml") -> Any:
    return parse(parts(compiled)[name])


def everything(code: str = "en", *, draft: bool = False) -> Compiled:
    body = [*blocks(EVERYTHING), TABLE, FIGURE]
    return docx.compile(
        edition({"a": body, "b": "More text."}, code=code, draft=draft, figures={"fig.svg": SVG})
    )


def styled(root: Any, style: str) -> list[Any]:
    return [
        node for node in root.iter(f"{W}p")
        if node.find(f"{W}pPr/{W}pStyle") is not None
        and node.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == style
    ]  # fmt: skip


def words(node: Any) -> str:
    return "".join(part.text or "" for part in node.iter(f"{W}t"))


def fields(root: Any) -> list[str]:
    return [(node.text or "").strip() for node in root.iter(f"{W}instrText")]


@pytest.mark.parametrize("code", ["en", "ar", "ru", "zh"])
@pytest.mark.parametrize("draft", [False, True])
def test_file_follows_the_schema(code: str, draft: bool) -> None:
    compiled = everything(code, draft=draft)
    assert compiled.findings == ()
    assert [str(message) for message in judge(compiled.data, "a.docx")] == []


def test_same_input_gives_same_bytes() -> None:
    one, other = everything(), everything()
    assert one.data == other.data
    with zipfile.ZipFile(io.BytesIO(one.data)) as archive:
        infos = archive.infolist()
    assert infos[0].filename == "[Content_Types].xml"
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.create_system for info in infos} == {0}


def test_python_docx_opens_it() -> None:
    document = python_docx.Document(io.BytesIO(everything().data))
    names = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert {"Title", "Heading 1", "Heading 2", "Standfirst", "Body Text", "First Paragraph",
            "Statement", "Statement Source", "Box", "Box Heading", "Key Figure", "Quote", "Caption",
            "Table Caption", "List Bullet", "List Bullet 2", "List Number"} <= names  # fmt: skip
    assert document.core_properties.title == "Test Bulletin: A test issue"
    assert document.core_properties.language == "en-GB"
    assert str(document.core_properties.modified).startswith("2024-01-31 00:00:00")


def test_no_style_is_missing_and_nothing_is_formatted_directly() -> None:
    compiled = everything("ar", draft=True)
    known = {
        node.get(f"{W}styleId") for node in part(compiled, "word/styles.xml").iter(f"{W}style")
    }
    allowed_runs = {"rStyle", "lang", "rtl", "noProof"}
    allowed_paragraphs = {"pStyle", "keepNext", "numPr", "bidi", "outlineLvl", "sectPr", "ind"}
    for name in ("word/document.xml", "word/footnotes.xml", "word/header2.xml"):
        root = part(compiled, name)
        for node in root.iter(f"{W}pStyle", f"{W}rStyle", f"{W}tblStyle"):
            assert node.get(f"{W}val") in known
        for properties in root.iter(f"{W}rPr"):
            assert {child.tag.removeprefix(W) for child in properties} <= allowed_runs
        for properties in root.iter(f"{W}pPr"):
            assert {child.tag.removeprefix(W) for child in properties} <= allowed_paragraphs


def test_styles_come_from_the_brand() -> None:
    root = part(everything("ar"), "word/styles.xml")
    default = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}rFonts")
    slots = {key.removeprefix(W): value for key, value in default.attrib.items()}
    assert slots["ascii"] == slots["hAnsi"] == "Noto Serif"
    assert slots["cs"] == "Amiri"
    assert slots["eastAsia"]
    theme = parts(everything())["word/theme/theme1.xml"].decode()
    assert '<a:accent1><a:srgbClr val="0E4D64"/></a:accent1>' in theme


def test_contents_are_filled_and_live() -> None:
    root = part(everything())
    contents = root.find(f".//{W}sdt")
    assert fields(contents)[0].startswith("TOC ")
    marks = {node.get(f"{W}name") for node in root.iter(f"{W}bookmarkStart")}
    targets = [field.split()[1] for field in fields(contents) if field.startswith("PAGEREF")]
    assert targets == ["a", "b", "colophon"]
    assert set(targets) <= marks
    lines = [words(node) for node in styled(contents, "TOC1")]
    assert lines == ["1Title of a3", "2Title of b5", "Colophon6"]
    assert [words(node) for node in styled(contents, "TOC2")] == ["In short.", "In short."]


def test_articles_begin_on_pages_with_running_heads() -> None:
    compiled = everything()
    sections = list(part(compiled).iter(f"{W}sectPr"))
    assert len(sections) == 5
    assert all(node.find(f"{W}pgSz").get(f"{W}w") == "11906" for node in sections)
    heads = [
        parse(data) for name, data in parts(compiled).items() if name.startswith("word/header")
    ]
    titles = {
        words(styled(node, "HeaderTitle")[0]) for node in heads if styled(node, "HeaderTitle")
    }
    assert titles == {"Contents", "Title of a", "Title of b", "Colophon"}
    assert sum(fields(node) == ["STYLEREF 1"] for node in heads) == 3
    assert fields(part(compiled, "word/footer.xml")) == ["PAGE"]


def test_right_to_left_is_complete() -> None:
    body = [*[{"t": "Para", "c": ast.words("نص عربي ثم Latin words 2 ثم COVID-19 هنا")}], TABLE]
    compiled = docx.compile(edition({"a": body}, code="ar"))
    root = part(compiled)
    assert all(node.find(f"{W}pPr/{W}bidi") is not None for node in root.iter(f"{W}p"))
    assert all(node.find(f"{W}bidi") is not None for node in root.iter(f"{W}sectPr"))
    assert root.find(f".//{W}tbl/{W}tblPr/{W}bidiVisual") is not None
    paragraph = next(node for node in root.iter(f"{W}p") if "Latin" in words(node))
    runs = [(words(run), run.find(f"{W}rPr/{W}rtl") is not None) for run in paragraph.iter(f"{W}r")]
    assert runs == [
        ("نص عربي ثم ", True),
        ("Latin words 2", False),
        (" ثم ", True),
        ("COVID-19", False),
        (" هنا", True),
    ]
    titles = styled(root, "Heading1")
    assert titles[0].find(f"{W}pPr/{W}numPr") is not None
    numbering = parts(compiled)["word/numbering.xml"].decode()
    assert 'w:lvlText w:val="١"' in numbering


def test_foreign_text_carries_its_language() -> None:
    span = {"t": "Span", "c": [["", [], [["lang", "ar"]]], ast.words("سلام")]}
    russian = {"t": "Span", "c": [["", [], [["lang", "ru"]]], ast.words("мир")]}
    body = [{"t": "Para", "c": [*ast.words("Peace "), span, *ast.words(" and "), russian]}]
    root = part(docx.compile(edition({"a": body})))
    found = {
        words(run): {k.removeprefix(W): v for k, v in run.find(f"{W}rPr/{W}lang").attrib.items()}
        for run in root.iter(f"{W}r") if run.find(f"{W}rPr/{W}lang") is not None
    }  # fmt: skip
    assert found["سلام"] == {"bidi": "ar-SA"}
    assert found["мир"] == {"val": "ru-RU"}


@pytest.mark.parametrize(
    ("code", "tag"),
    [("en", "en-GB"), ("az", "az-Latn-AZ"), ("ar", "ar-SA"), ("pt-BR", "pt-BR"), ("zh", "zh-CN"),
     ("hy-Latn", "hy-Latn-AM"), ("ru", "ru-RU"), ("en_GB", "en-GB")],
)  # fmt: skip
def test_language_tags_are_words(code: str, tag: str) -> None:
    assert word_tag(code) == tag


def test_lists_keep_start_and_restart() -> None:
    compiled = docx.compile(edition({"a": "c) x\nd) y\n\npara\n\n1. x\n\npara\n\n1. y\n\n- b\n"}))
    root = part(compiled)
    used = [
        int(node.find(f"{W}pPr/{W}numPr/{W}numId").get(f"{W}val"))
        for node in root.iter(f"{W}p") if words(node) in {"x", "y", "b"}
    ]  # fmt: skip
    assert used[0] == used[1]
    assert len(set(used)) == 4
    numbering = part(compiled, "word/numbering.xml")
    nums = {node.get(f"{W}numId"): node for node in numbering.findall(f"{W}num")}
    start = nums[str(used[0])].find(f"{W}lvlOverride/{W}startOverride").get(f"{W}val")
    assert start == "3"
    assert 'w:lvlText w:val="%1)"' in parts(compiled)["word/numbering.xml"].decode()


def test_tables_repeat_heads_and_align_figures() -> None:
    root = part(everything())
    table = root.find(f".//{W}tbl")
    assert table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
    assert table.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val") == "Exports by year"
    assert [words(node) for node in styled(table, "TableNumber")] == ["1.5"]
    assert [words(node) for node in styled(table, "TableText")] == ["2022"]
    assert table.getprevious().find(f".//{W}instrText").text.strip() == "SEQ Table \\* ARABIC"
    assert words(table.getprevious()) == "Table 1. Exports by year"


def test_images_have_alternatives_and_a_raster_form() -> None:
    compiled = everything()
    files = parts(compiled)
    assert files["word/media/image1.png"].startswith(b"\x89PNG")
    assert files["word/media/image1.svg"].startswith(b"<")
    document = files["word/document.xml"].decode()
    assert 'descr="A word"' in document
    assert "svgBlip" in document
    assert [words(node) for node in styled(part(compiled), "Caption")] == ["Figure 1. A caption"]


def test_missing_image_is_a_finding() -> None:
    compiled = docx.compile(edition({"a": [FIGURE]}))
    assert [finding.code for finding in compiled.findings] == ["missing-image"]


def test_notes_are_numbered_in_order() -> None:
    body = "a[^1] b[^2]\n\n[^1]: One.\n\n[^2]: - Two in a list\n"
    compiled = docx.compile(edition({"a": body, "b": "c[^1]\n\n[^1]: Three.\n"}))
    marks = [node.get(f"{W}id") for node in part(compiled).iter(f"{W}footnoteReference")]
    notes = part(compiled, "word/footnotes.xml").findall(f"{W}footnote")
    assert marks == ["1", "2", "3"]
    assert [words(node).strip() for node in notes[2:]] == ["One.", "Two in a list", "Three."]
    assert all(node.find(f".//{W}footnoteRef") is not None for node in notes[2:])


def test_draft_says_so_on_every_page() -> None:
    compiled = everything(draft=True)
    heads = [data.decode() for name, data in parts(compiled).items() if "/header" in name]
    assert len(heads) == 5
    assert all("Draft – not for publication" in data for data in heads)
    assert all("PowerPlusWaterMarkObject" in data for data in heads)
    assert "Draft" not in parts(everything())["word/header1.xml"].decode()


def test_unreviewed_text_is_labelled_in_words() -> None:
    body = [
        {"t": "Para", "c": unreviewed(ast.words("machine text"), "machine", None)},
        {"t": "Para", "c": unreviewed(ast.words("source text"), "source", "en")},
    ]
    root = part(docx.compile(edition({"a": body}, code="ar", draft=True)))
    machine = next(node for node in root.iter(f"{W}p") if "machine text" in words(node))
    labels = [run for run in machine.iter(f"{W}r")
              if run.find(f"{W}rPr/{W}rStyle[@{W}val='UnreviewedLabel']") is not None]  # fmt: skip
    assert labels and words(labels[0]).startswith("[")
    source = next(node for node in root.iter(f"{W}p") if "source text" in words(node))
    assert source.find(f"{W}pPr/{W}bidi").get(f"{W}val") == "0"
    assert source.find(f".//{W}lang").get(f"{W}val") == "en-GB"


def test_source_cannot_smuggle_markup_or_links() -> None:
    body: ast.Blocks = [
        {"t": "RawBlock", "c": ["openxml", "<w:p><w:r><w:t>smuggled</w:t></w:r></w:p>"]},
        {"t": "Para", "c": [
            {"t": "RawInline", "c": ["openxml", "<w:r><w:t>smuggled</w:t></w:r>"]},
            {"t": "Link", "c": [["", [], []], ast.words("click"), ["javascript:alert(1)", ""]]},
            {"t": "Link", "c": [["", [], []], ast.words("nowhere"), ["#nowhere", ""]]}]},
    ]  # fmt: skip
    compiled = docx.compile(edition({"a": body}))
    files = parts(compiled)
    assert b"smuggled" not in files["word/document.xml"]
    assert b"javascript" not in files["word/_rels/document.xml.rels"]
    assert b"click" in files["word/document.xml"]
    assert b'w:anchor="nowhere"' not in files["word/document.xml"]
    assert judge(compiled.data, "a.docx") == ()


def test_reference_document_is_a_template_of_its_own() -> None:
    data = reference_document(look(brand.load(), language.load("en")))
    document = python_docx.Document(io.BytesIO(data))
    assert "Standfirst" in [style.name for style in document.styles]
    assert not [message for message in judge(data, "a.docx") if message.severity == "error"]


def test_revision_and_correction_are_shown() -> None:
    compiled = docx.compile(
        edition({"a": "Text."}, revision=2, correction=text("A date was wrong."))
    )
    colophon = [words(node) for node in styled(part(compiled), "Colophon")]
    assert "Revision 2. Correction: A date was wrong." in colophon
    assert "Revision 2." in [words(node) for node in styled(part(compiled), "Tagline")]


@given(st.text("abc אב نص 12 .,-–%", max_size=30), st.booleans())
def test_splitting_by_direction_loses_nothing(given_text: str, rtl: bool) -> None:
    pieces = list(split_directions(given_text, rtl=rtl))
    assert "".join(piece for piece, _ in pieces) == given_text
    assert all(piece for piece, _ in pieces)


@pytest.mark.slow
@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(BLOCKS, st.sampled_from(["en", "ar"]))
def test_any_document_gives_a_sound_file_or_an_error_of_ours(body: ast.Blocks, code: str) -> None:
    try:
        compiled = docx.compile(edition({"a": ast.normalise_blocks(body)}, code=code))
    except PublisherError:
        return
    # A picture without alternative and a skipped level of heading are the author's.
    wrong = [
        str(message)
        for message in judge(compiled.data, "a.docx")
        if message.severity == "error" and message.code not in {"alt", "heading"}
    ]
    assert wrong == []
