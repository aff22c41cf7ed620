"""HTML fragments: what pandoc's writer cannot know, and what must never get through."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from publisher import brand, language
from publisher.ast import words
from publisher.document import Article, Document, Text
from publisher.editions import css, docx, fonts, html, markup, tree
from tests.editions import SVG, edition, read, translated

Make = Callable[..., Path]

FRONT = "---\ntitle: One\nsummary: In short\n---\n\n"


def markup_of(element: Any) -> str:
    return etree.tostring(element, encoding="unicode")


def render(make: Make, body: str, code: str = "en", **values: Any) -> html.Rendered:
    document = read(make({"01-one.md": FRONT + body}, files=values.pop("files", None)))
    state = values.pop("state", "reviewed")
    if code != "en":
        document = translated(document, code, state)
    return html.render(edition(document, code, **values))


def body(make: Make, text: str, code: str = "en", **values: Any) -> Any:
    return render(make, text, code, **values).articles[0].body


def test_notes_are_taken_out_and_numbered(publication: Make) -> None:
    made = render(publication, "A[^b] and B[^a].\n\n[^a]: Second *note*.\n\n[^b]: First.\n", "ar")
    article = made.articles[0]
    first, second = article.body.xpath(".//a[@class='noteref']")
    assert first.get("href") == "#note-one-1" and first.get("id") == "noteref-one-1"
    assert first.get("role") == "doc-noteref" and first.text == "١"
    assert second.text == "٢"
    assert [note.number for note in article.notes] == ["١", "٢"]
    assert "First." in markup_of(article.notes[0].element)
    assert made.anchors["note-one-2"] == "one"


def test_no_physical_alignment_and_no_style(publication: Make) -> None:
    table = "| a | b | c |\n|:--|:-:|--:|\n| x | y | z |\n| u | v | w |\n"
    written = markup_of(body(publication, table))
    assert "style=" not in written and "text-align" not in written
    assert 'class="center"' in written and 'class="end"' in written


def test_headers_have_a_scope(publication: Make) -> None:
    rows = "".join(f"| {name} | 1.3 | 2 |\n" for name in ("Georgia", "Italy", "Malta"))
    table = body(publication, f"| State | Gas | Oil |\n|--|--|--|\n{rows}")
    scopes = [(cell.tag, cell.get("scope")) for cell in table.xpath(".//tr/*")]
    assert scopes[:3] == [("th", "col")] * 3
    assert scopes[3:6] == [("th", "row"), ("td", None), ("td", None)]


def test_figures_align_on_the_decimal_sign(publication: Make) -> None:
    source = "| S | G |\n|--|--|\n| a | 1,25 |\n| b | 10,5 |\n| c | 3 |\n| d | – |\n"
    table = body(publication, source, "az")
    assert len(table.xpath(".//td[@class='num']")) == 4
    assert [span.get("class") for span in table.xpath(".//td/span")] == ["pad-1", "pad-s-2"]
    assert table.xpath("string(.//th[@class='num'])") == "G"


def test_statements_boxes_and_key_figures(publication: Make) -> None:
    made = body(
        publication,
        '::: {.statement source="Ministry, 1 May"}\nIt said so.\n:::\n\n'
        "::: {.box}\nA box.\n:::\n\n"
        "::: {.box .figures}\n1,200\n: mines\n\n30 %\n: of gas\n:::\n",
    )
    statement = made.find("figure[@class='statement']")
    assert [child.tag for child in statement] == ["blockquote", "figcaption"]
    assert statement.findtext("figcaption") == "Ministry, 1 May"
    boxes = made.findall("aside")
    assert [box.get("class") for box in boxes] == ["box", "box figures"]
    assert boxes[1].xpath(".//ul[@class='keys']/li/span[@class='key']/text()") == ["1,200", "30 %"]


def test_what_begins_with_a_heading_is_still_what_it_is(publication: Make) -> None:
    made = body(
        publication,
        "[there](#own)\n\n::: {.box}\n## In a box {#own}\n\nText.\n:::\n\n"
        '::: {.statement source="Ministry"}\n## Said\n\nText.\n:::\n\n'
        "::: {lang=ru}\n## Заголовок\n\nТекст.\n:::\n",
    )
    assert not made.xpath(".//section")
    (box,) = made.findall("aside")
    assert [child.tag for child in box] == ["h2", "p"]
    assert "own" in made.xpath(".//aside//@id | .//aside/@id")
    (said,) = made.xpath(".//figure[@class='statement']")
    assert said.find("blockquote/h2") is not None and said.find("figcaption") is not None
    assert made.xpath("./div[@lang='ru']/h2")


def test_figures_and_tables_are_numbered_with_the_layout_s_words(publication: Make) -> None:
    figure = "::: {.figure #f1}\n![A map](figures/m.svg)\n\nThe map.\n:::\n\n"
    table = "::: {.table #t1}\n| a | b |\n|--|--|\n| 1 | 2 |\n\nThe table.\n:::\n"
    files = {"source/2024-01/figures/m.svg": SVG.format("x").encode()}
    made = body(publication, figure + table, "fr", files=files)
    labels = made.xpath(".//span[@class='caption-label']/text()")
    assert labels == ["Figure\u00a01.", "Tableau\u00a01."] or labels == ["Figure 1.", "Tableau 1."]
    image = made.find(".//img")
    assert image.get("alt") == "A map" and image.get("src") == "source/2024-01/figures/m.svg"
    assert made.find(".//figure").get("id") == "f1"


def test_cross_references_lead_somewhere(publication: Make) -> None:
    root = publication(
        {
            "01-a.md": "---\ntitle: A\n---\n\n## Part {#part}\n\nSee [B](#b).\n",
            "02-b.md": "---\ntitle: B\n---\n\nSee [part](#part).\n",
        }
    )
    made = html.render(edition(read(root)))
    assert made.anchors["part"] == "a" and made.anchors["b"] == "b"
    assert made.articles[0].body.find(".//a").get("class") == "xref"
    assert not made.findings


def test_a_broken_reference_is_a_finding_and_no_link() -> None:
    link = {"t": "Link", "c": [["", [], []], words("there"), ["#nowhere", ""]]}
    made = html.render(edition(_document([{"t": "Para", "c": [link]}])))
    assert [finding.code for finding in made.findings] == ["broken-anchor"]
    assert made.articles[0].body.find(".//a") is None


def test_identifiers_are_unique_in_the_issue() -> None:
    header = {"t": "Header", "c": [2, ["same", [], []], words("x")]}
    link = {"t": "Link", "c": [["", [], []], words("y"), ["#same", ""]]}
    blocks = [header, {"t": "Para", "c": [link]}]
    made = html.render(edition(_document(blocks, blocks)))
    first, second = (article.body.find("h2").get("id") for article in made.articles)
    assert first == "same" and second != first
    # Each link leads to the heading of its own article.
    assert made.articles[1].body.find(".//a").get("href") == f"#{second}"


def test_marks_stand_on_their_block_in_words(publication: Make) -> None:
    made = render(
        publication, "## Head\n\nText with *emphasis*.\n\n- item\n", "tr", state="machine"
    )
    article = made.articles[0]
    for name in ("p", "li", "h2"):
        block = article.body.find(f".//{name}")
        assert block.get("data-state") == "machine" and "unreviewed" in block.get("class")
        assert block[0].get("class") == "review-mark"
        assert block[0].text == "Makine çevirisi, gözden geçirilmedi"
    assert article.title.state == "machine"
    assert "review-mark" not in article.title.html
    assert "Makine" not in article.headings[0].text


def test_text_in_the_source_language_says_so(publication: Make) -> None:
    document = read(publication({"01-one.md": FRONT + "Text.\n"}))
    from publisher.catalog import segments

    fallen = segments.apply(document, lambda segment: None, "ar").document
    made = html.render(edition(fallen, "ar", draft=True))
    paragraph = made.articles[0].body.find("p")
    assert paragraph.get("lang") == "en" and paragraph.get("dir") == "ltr"
    assert made.articles[0].title.lang == "en"
    assert paragraph[0].get("lang") == "ar"


def test_foreign_passages_have_a_direction(publication: Make) -> None:
    made = body(publication, "He said [سلام]{lang=fa}.\n")
    span = made.find(".//span")
    assert span.get("lang") == "fa" and span.get("dir") == "rtl"


def test_lists_are_marked_by_the_language(publication: Make) -> None:
    made = body(publication, "a. one\n\n   1. two\n\nb. three\n", "ru")
    assert [element.get("class") for element in made.iter("ol")] == ["ol-lower-alpha", "ol-decimal"]
    assert made.xpath(".//div") == []


def test_bullets_change_with_every_level_of_any_list(publication: Make) -> None:
    """As word processors count levels, so that all formats show the same bullets."""
    root = publication({"01-one.md": FRONT + "- a\n  1. b\n     - c\n       - d\n         - e\n"})
    made = edition(read(root))
    lists = html.render(made).articles[0].body.xpath(".//ul")
    bullets = made.language.lists.bullets
    shown = [bullets[int(each.get("class").removeprefix("bullet-"))] for each in lists]
    with zipfile.ZipFile(io.BytesIO(docx.compile(made).data)) as archive:
        text = etree.fromstring(archive.read("word/document.xml"))
        numbering = etree.fromstring(archive.read("word/numbering.xml"))
    names = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}

    def value(element: Any, path: str) -> str:
        return str(element.xpath(f"string({path}/@w:val)", namespaces=names))

    levels = []
    for paragraph in text.xpath("//w:p[w:pPr/w:numPr]", namespaces=names):
        number = value(paragraph, ".//w:numId")
        kind = value(numbering, f"//w:num[@w:numId='{number}']/w:abstractNumId")
        level = value(paragraph, ".//w:ilvl")
        at = f"//w:abstractNum[@w:abstractNumId='{kind}']/w:lvl[@w:ilvl='{level}']"
        if value(numbering, f"{at}/w:numFmt") == "bullet":
            levels.append(value(numbering, f"{at}/w:lvlText"))
    assert shown == levels == ["•", "•", "–", "•"]


def test_spaces_are_the_language_s(publication: Make) -> None:
    made = body(publication, "Oui ; `a ; b`\n", "fr")
    assert "Oui\u202f;" in markup_of(made) and "a ; b" in markup_of(made)


HOSTILE = [
    {"t": "RawBlock", "c": ["html", "<script>x()</script>"]},
    {"t": "Para", "c": [{"t": "RawInline", "c": ["html", "<img src=x onerror=y>"]}]},
    {"t": "Para", "c": [{"t": "Link", "c": [["", [], []], words("a"), ["java\tscript:x", ""]]}]},
    {"t": "Para", "c": [{"t": "Link", "c": [["", [], []], words("a"), ["data:text/html,x", ""]]}]},
    {"t": "Div", "c": [["", [], [["onclick", "x()"], ["style", "position:fixed"]]], []]},
    {"t": "Para", "c": [{"t": "Image", "c": [["", [], []], words("a"), ["/etc/passwd", ""]]}]},
    {"t": "Para", "c": words("<script>&amp;<!--publisher-->")},
    {"t": "CodeBlock", "c": [["", [], []], "<!--publisher--></pre>"]},
]


def test_nothing_hostile_gets_through() -> None:
    made = html.render(edition(_document(HOSTILE)))
    written = markup_of(made.articles[0].body)
    assert "<script" not in written and "onerror" not in written and "onclick" not in written
    assert "position:fixed" not in written and "javascript" not in written
    assert "data:text" not in written and "passwd" not in written
    codes = {finding.code for finding in made.findings}
    assert codes == {"unsafe-link", "missing-image"}


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=80))
def test_any_link_target_is_safe_or_left_out(target: str) -> None:
    if markup.safe_target(target):
        plain = "".join(c for c in target if c > " ")
        assert not plain.lower().startswith(("javascript:", "data:", "file:", "vbscript:"))


def test_texts_keep_their_words_through_inner_and_text() -> None:
    element = tree.parse("<p>a <em>b</em><span></span> c &amp; d</p>")
    assert tree.inner(element) == "<p>a <em>b</em><span></span> c &amp; d</p>"
    assert tree.text(element) == "a b c & d"


def _document(*bodies: Any) -> Document:
    def text(string: str) -> Text:
        return Text(words(string), "source/x.md", 1)

    from datetime import date

    articles = tuple(
        Article(f"a{n}", n, f"source/i/0{n}.md", text(f"T{n}"), list(blocks))
        for n, blocks in enumerate(bodies, start=1)
    )
    return Document(
        id="i", language="en", name=text("N"), publisher=text("P"), title=text("T"), number="1",
        date=date(2024, 1, 31), articles=articles,
    )  # fmt: skip


def test_styles_are_filled_and_strings_escaped() -> None:
    chosen = fonts.choose(brand.load(), language.load("ar"), ["x"], {})
    written = css.stylesheet(
        brand.load(), language.load("ar"), chosen, "html", extra="p { top: 0 }",
        tokens={"motif": "m.svg"},
    )  # fmt: skip
    assert "$" not in re.sub(r"/\*.*?\*/", "", written, flags=re.DOTALL)
    assert written.endswith("p { top: 0 }\n")
    assert css.quote('a"\\\n<') == '"a\\22 \\5c \\a \\3c "'
