"""The EPUB edition: its container, its pages, and what it says about itself."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from publisher import ast
from publisher.catalog.segments import unreviewed
from publisher.editions import Compiled, Credits, epub
from publisher.editions.epub_xhtml import name_of
from publisher.judges.epub import judge
from tests.asts import BLOCKS
from tests.books import book as edition
from tests.books import text

X = "{http://www.w3.org/1999/xhtml}"
E = "{http://www.idpf.org/2007/ops}"
OPF = "{http://www.idpf.org/2007/opf}"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><text x="1" y="5">Word</text></svg>'


def members(compiled: Compiled) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(compiled.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def page(compiled: Compiled, name: str) -> Any:
    return etree.fromstring(members(compiled)[f"EPUB/{name}"])


def package(compiled: Compiled) -> Any:
    return page(compiled, "package.opf")


def metas(compiled: Compiled, name: str) -> list[str]:
    return [m.text or "" for m in package(compiled).iter(f"{OPF}meta") if m.get("property") == name]


def figure(alternative: str, path: str = "fig.svg") -> ast.Blocks:
    image = {"t": "Image", "c": [["", [], []], ast.words(alternative), [path, ""]]}
    caption = [None, [{"t": "Plain", "c": ast.words("A caption")}]]
    return [{"t": "Figure", "c": [["f1", [], []], caption, [{"t": "Plain", "c": [image]}]]}]


def test_container_is_reproducible() -> None:
    one, other = (epub.compile(edition({"a": "Text."})) for _ in range(2))
    assert one.data == other.data
    with zipfile.ZipFile(io.BytesIO(one.data)) as archive:
        infos = archive.infolist()
    assert infos[0].filename == "mimetype"
    assert infos[0].compress_type == zipfile.ZIP_STORED
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    names = [info.filename for info in infos[3:]]
    assert names == sorted(names)


@pytest.mark.parametrize("code", ["en", "az", "ru", "ar"])
def test_own_rules_pass(code: str) -> None:
    body = "First.[^1]\n\n## Part\n\nSee [b](#b).\n\n[^1]: A *note*.\n"
    made = epub.compile(edition({"a": body, "b": "Second."}, code=code))
    assert judge(made.data, f"bulletin-{code}.epub") == ()
    assert made.findings == ()


def test_articles_have_telling_names_and_one_file_each() -> None:
    made = epub.compile(edition({"gas": "A.", "cover": "B.", "Ölpreis": "C."}))
    spine = [item.get("idref") for item in package(made).iter(f"{OPF}itemref")]
    hrefs = {i.get("id"): i.get("href") for i in package(made).iter(f"{OPF}item")}
    assert [hrefs[i] for i in spine] == [
        "text/cover.xhtml",
        "text/title.xhtml",
        "nav.xhtml",
        "text/gas.xhtml",
        "text/article-2.xhtml",
        f"text/{name_of('Ölpreis').lower()}.xhtml",
        "text/colophon.xhtml",
    ]


def test_arabic_opens_from_the_right() -> None:
    made = epub.compile(edition({"a": "نص."}, code="ar"))
    assert package(made).find(f"{OPF}spine").get("page-progression-direction") == "rtl"
    root = page(made, "text/a.xhtml")
    assert (root.get("dir"), root.get("lang")) == ("rtl", "ar")
    landmarks = page(made, "nav.xhtml").xpath(
        "//*[local-name()='nav'][2]//*[local-name()='a']/text()"
    )
    assert not any(word.isascii() for word in landmarks)


def test_identifier_belongs_to_issue_and_language() -> None:
    def identifier(**more: Any) -> str:
        made = epub.compile(edition({"a": "x"}, **more))
        return str(package(made).findtext(".//{http://purl.org/dc/elements/1.1/}identifier"))

    assert identifier() == identifier(title=text("Another title"))
    assert len({identifier(), identifier(code="ar"), identifier(id="2024-02")}) == 3


def test_notes_stand_at_the_end_with_a_way_back() -> None:
    made = epub.compile(edition({"a": "One.[^1] Two.[^2]\n\n[^1]: First.\n[^2]: Second.\n"}))
    root = page(made, "text/a.xhtml")
    notes = [e for e in root.iter(f"{X}aside") if e.get(f"{E}type") == "footnote"]
    references = [e for e in root.iter(f"{X}a") if e.get("role") == "doc-noteref"]
    assert [r.get("href") for r in references] == [f"#{n.get('id')}" for n in notes]
    backs = [n.find(f".//{X}a[@role='doc-backlink']") for n in notes]
    assert [b.get("href") for b in backs] == [f"#{r.get('id')}" for r in references]
    assert all(b.get("aria-label") for b in backs)


def test_page_list_follows_the_page_map() -> None:
    pages = {"cover": 1, "contents": 2, "a": 3, "a/2": 4, "b": 6, "colophon-line/1": 7}
    made = epub.compile(edition({"a": "One.\n\nTwo.", "b": "Three."}, code="ar"), pages)
    nav = page(made, "nav.xhtml")
    listed = nav.xpath("//*[@role='doc-pagelist']//*[local-name()='a']")
    assert [a.text for a in listed] == ["١", "٢", "٣", "٤", "٦", "٧"]
    assert listed[0].get("href") == "text/cover.xhtml#page-1"
    assert page(made, "text/cover.xhtml").xpath("//*[@id='page-1'][@role='doc-pagebreak']")
    assert metas(made, "pageBreakSource")
    assert "pageNavigation" in metas(made, "schema:accessibilityFeature")
    mark = page(made, "text/a.xhtml").xpath("//*[@id='page-4']")[0]
    assert mark.getnext().text == "Two."
    assert judge(made.data, "x.epub") == ()


def test_a_revision_is_named_before_its_correction() -> None:
    correction = text("A date was wrong.")
    made = epub.compile(edition({"a": "x"}, code="ar", revision=2, correction=correction))
    (title,) = page(made, "text/title.xhtml").xpath("//*[@class='titlepage']")
    found = {e.get("class"): "".join(e.itertext()) for e in title}
    assert found["revision"] == edition({"a": "x"}, code="ar").words(
        "Revision {revision}.", revision="٢"
    )
    assert list(found)[-2:] == ["revision", "correction"]


def test_image_without_alternative_withdraws_the_claim() -> None:
    good = epub.compile(edition({"a": figure("A word")}, figures={"fig.svg": SVG}))
    assert metas(good, "dcterms:conformsTo")
    assert "alternativeText" in metas(good, "schema:accessibilityFeature")
    bad = epub.compile(edition({"a": figure("")}, figures={"fig.svg": SVG}))
    assert [f.code for f in bad.findings] == ["missing-alt"]
    assert not metas(bad, "dcterms:conformsTo")
    assert "alternativeText" not in metas(bad, "schema:accessibilityFeature")
    assert "textual" not in metas(bad, "schema:accessModeSufficient")


@pytest.mark.parametrize("change", [{"draft": True}, {"credits": Credits(sample=True)}])
def test_unchecked_text_claims_no_conformance(change: dict[str, Any]) -> None:
    assert not metas(epub.compile(edition({"a": "x"}, **change)), "dcterms:conformsTo")


def test_draft_says_so_on_every_page() -> None:
    body = [{"t": "Para", "c": unreviewed(ast.words("Rascunho."), "machine", None)}]
    made = epub.compile(edition({"a": body, "b": "x"}, code="pt", draft=True))
    words = edition({"a": "x"}, code="pt").words
    for name, data in members(made).items():
        if name.endswith(".xhtml"):
            assert words("Draft – not for publication") in data.decode(), name
    assert metas(made, "schema:creativeWorkStatus") == ["Draft"]
    marked = page(made, "text/a.xhtml").xpath("//*[contains(@class, 'unreviewed')]")
    assert words("Machine translation, not reviewed") in "".join(marked[0].itertext())
    assert judge(made.data, "bulletin-DRAFT.epub") == ()


def test_drawings_are_inline_clean_and_apart() -> None:
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="x()">'
        b"<script>x()</script><style>text { fill: url(#g) } #g { color: red }</style>"
        b'<linearGradient id="g"/><image href="https://example.org/x.png"/>'
        b'<text fill="url(#g)">Word</text></svg>'
    )
    article = [*figure("One"), *figure("Two")]
    made = epub.compile(edition({"a": article}, figures={"fig.svg": drawing}))
    root = page(made, "text/a.xhtml")
    drawings = list(root.iter("{http://www.w3.org/2000/svg}svg"))
    assert [d.get("aria-label") for d in drawings] == ["One", "Two"]
    ids = [e.get("id") for d in drawings for e in d.iter() if e.get("id")]
    assert len(ids) == len(set(ids)) == 4
    raw = members(made)["EPUB/text/a.xhtml"]
    assert b"script" not in raw and b"onload" not in raw and b"example.org" not in raw
    assert drawings[0].find("{*}style").text.startswith(f"#{drawings[0].get('id')} text")
    assert judge(made.data, "x.epub") == ()


def test_pictures_are_made_fit() -> None:
    from PIL import Image

    def encoded(image: Image.Image, kind: str) -> bytes:
        out = io.BytesIO()
        image.save(out, kind)
        return out.getvalue()

    files = {
        "cmyk.jpg": encoded(Image.new("CMYK", (8, 8)), "JPEG"),
        "wide.png": encoded(Image.new("L", (4000, 10)), "PNG"),
        "x.bmp": encoded(Image.new("RGB", (8, 8)), "BMP"),
        "broken.png": b"\x89PNG\r\n\x1a\nno",
    }
    article = [block for name in files for block in figure(f"Picture {name[0]}", name)]
    made = epub.compile(edition({"a": article}, figures=files))
    assert [f.path for f in made.findings if f.code == "bad-image"] == ["broken.png"]
    found = {
        name: Image.open(io.BytesIO(data))
        for name, data in members(made).items()
        if name.startswith("EPUB/images/") and "cover" not in name
    }
    assert {image.mode for image in found.values()} <= {"RGB", "L"}
    assert max(max(image.size) for image in found.values()) == 2560


def test_formulas_are_mathml_without_annotations() -> None:
    made = epub.compile(edition({"a": "Let $a^2 + b^2$ be."}))
    root = page(made, "text/a.xhtml")
    formula = next(root.iter("{http://www.w3.org/1998/Math/MathML}math"))
    assert formula.get("alttext") and formula.find(".//{*}annotation") is None
    item = next(i for i in package(made).iter(f"{OPF}item") if i.get("href") == "text/a.xhtml")
    assert "mathml" in item.get("properties")


def test_foreign_words_bring_one_small_face() -> None:
    made = epub.compile(edition({"a": "The word [كلمة]{lang=ar} stands here, *so*."}))
    names = {n: len(d) for n, d in members(made).items() if "/fonts/" in n}
    assert any("Amiri-Regular" in name for name in names)
    assert not any("Amiri-Bold" in name for name in names)
    amiri = next(size for name, size in names.items() if "Amiri" in name)
    assert amiri < 40_000
    assert judge(made.data, "x.epub") == ()


def test_a_character_without_a_glyph_is_named() -> None:
    made = epub.compile(edition({"a": "Egyptian \U00013000."}))
    assert ["U+13000" in f.message for f in made.findings] == [True]


@given(st.text(max_size=20))
def test_names_are_xml_names(identifier: str) -> None:
    name = name_of(identifier)
    etree.fromstring(f'<a xml:id="{name}"/>')
    assert name == name_of(identifier)


# Each example runs pandoc: shrinking one would take minutes.
@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(BLOCKS)
def test_any_document_gives_a_sound_book(body: ast.Blocks) -> None:
    """Only what the author left out may be wrong, and each such thing is a finding."""
    made = epub.compile(edition({"a": ast.normalise_blocks(body)}))
    codes = {f.code for f in made.findings}
    allowed = {"heading"} | ({"font"} if "missing-glyph" in codes else set())
    # An author's heading or link may be empty, which the source's own checks report.
    wrong = [
        m
        for m in judge(made.data, "x.epub")
        if m.code not in allowed and "has no text" not in m.text
    ]
    assert wrong == []
