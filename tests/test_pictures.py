"""Pictures in the text: as large as their author says, or as the line; the same in every format."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from publisher import svg
from publisher.ast import Node
from publisher.editions import docx, epub, html, pdf, pdf_layout, pictures, shown, web
from publisher.editions import fonts as font_files
from tests.editions import SVG, edition, read

ARTICLE = """---
title: One
---

In a line ![small](figures/r.png) of text ![small](figures/d.svg), ![half](figures/r.png){width=50%} and
![high](figures/r.png){height=1cm} and ![wide](figures/r.png){width=4000px}.

![alone](figures/r.png){width=100}

[![in a link](figures/r.png){width=2in}](https://example.org)

- ![in a list](figures/r.png) and text

::: {.figure #f}
![a figure](figures/r.png){width=30%}

A caption.
:::
"""


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (900, 600), "#cc2222").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def root(publication: Callable[..., Path]) -> Path:
    files = {
        "source/2024-01/figures/r.png": picture(),
        "source/2024-01/figures/d.svg": SVG.format("word").encode(),
    }
    return publication({"01-one.md": ARTICLE}, files=files)


def image(**values: str) -> Node:
    pairs = [[key, value] for key, value in values.items()]
    return {"t": "Image", "c": [["", [], pairs], [], ["x.png", ""]]}


def test_the_size_an_author_asks_for() -> None:
    assert pictures.style(image()) == ""
    assert pictures.style(image(width="100")) == "width:100px;height:auto"
    assert pictures.style(image(width="50.0%", height="3cm")) == "width:50%;height:auto"
    assert pictures.style(image(height="1.5 cm")) == "width:auto;height:1.5cm"
    for odd in ("0", "-3px", "50%%", "calc(1px)", "1e9px", "url(x)", "12345px", "3vw"):
        assert pictures.style(image(width=odd)) == "", odd
    assert pictures.style(image(height="50%")) == "", "of what?"
    for given in ("100px", "50%", "1.5cm", "2em"):
        style = pictures.style(image(width=given))
        assert pictures.STYLE.fullmatch(style)
    assert pictures.points("50%", 400, 10) == 200 and pictures.points("2em", 400, 10) == 20
    assert pictures.points("1in", 400, 10) == pictures.points("96px", 400, 10) == 72
    assert pictures.points("", 400, 10) == 0


def test_a_picture_is_alone_or_in_a_line() -> None:
    space, word = {"t": "Space"}, {"t": "Str", "c": "x"}
    link = {"t": "Link", "c": [["", [], []], [image()], ["https://example.org", ""]]}
    for inlines in ([image()], [space, image()], [link], [{"t": "Emph", "c": [image()]}]):
        assert pictures.alone(inlines)
    for inlines in ([], [word], [image(), image()], [image(), space, word], [link, word]):
        assert not pictures.alone(inlines)


def test_a_drawing_is_as_large_on_paper_as_elsewhere() -> None:
    for attributes, size in (
        ('viewBox="0 0 100 50"', ("100", "50")),
        ('width="200" viewBox="0 0 100 50"', ("200", "100")),
        ('width="100%" viewBox="0 0 100 50"', ("100", "50")),
        ('width="20mm" height="10mm"', ("20mm", "10mm")),
    ):
        data = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>'.encode()
        made = svg.parse(pdf_layout.sized(data), "x.svg")
        assert (made.get("width"), made.get("height")) == size
        assert svg.size(made) == svg.size(svg.parse(data, "x.svg"))


def styles(root: Any, tag: str = "img") -> list[tuple[bool, str]]:
    found = [each for each in root.iter() if str(each.tag).rpartition("}")[2] == tag]
    return [
        (pictures.IN_LINE in (each.get("class") or "").split(), each.get("style") or "")
        for each in found
    ]


EXPECTED = [
    (True, ""), (True, "width:50%;height:auto"), (True, "width:auto;height:1cm"),
    (True, "width:4000px;height:auto"), (False, "width:100px;height:auto"),
    (False, "width:2in;height:auto"), (True, ""), (False, "width:30%;height:auto"),
]  # fmt: skip


def test_web_page_and_epub_say_it(root: Path) -> None:
    from lxml import etree
    from lxml import html as parser

    made = edition(read(root))
    page = parser.document_fromstring(web.compile(made).data)
    body = page.xpath("//article[@id='one' or .//*[@id='one']]")[0]
    assert styles(body) == EXPECTED
    assert styles(body, "svg")[0][0]
    with zipfile.ZipFile(io.BytesIO(epub.compile(made, page_map={}).data)) as archive:
        name = next(name for name in archive.namelist() if name.endswith("one.xhtml"))
        chapter = etree.fromstring(archive.read(name))
    assert styles(chapter) == EXPECTED
    assert (True, "") in styles(chapter, "svg")


def test_paper_and_word_show_it(root: Path) -> None:
    made = edition(read(root))
    column = made.brand.page.measure * 72 / 25.4
    em = made.brand.type.size
    ratio = 900 / 600
    expected = [
        em * ratio,
        column / 2,
        72 / 2.54 * ratio,
        column,
        75.0,
        144.0,
        em * ratio,
        column * 0.3,
    ]
    rendered = html.render(made, mathml=False)
    texts = [text for _, text in shown.texts(rendered, made)]
    fonts = font_files.choose(made.brand, made.language, texts, made.files)
    with pdf_layout.surroundings():
        document, _ = pdf.lay_out(made, rendered, fonts)
    drawn = [
        box.width * 0.75
        for page in document.pages
        for box in page._page_box.descendants()
        if box.element_tag == "img" and box.element.get("src").endswith("r.png")
    ]
    assert drawn == pytest.approx(expected, abs=0.5)
    with zipfile.ZipFile(io.BytesIO(docx.compile(made).data)) as archive:
        body = archive.read("word/document.xml").decode()
    pictured = re.findall(r'<wp:inline.*?<wp:extent cx="(\d+)" cy="(\d+)".*?descr="([^"]*)"', body)
    widths = [int(cx) / 12700 for cx, _, name in pictured if name != "small"]
    assert widths == pytest.approx([*expected[1:6], *expected[6:]], abs=0.5)
    small = [int(cy) / 12700 for _, cy, name in pictured if name == "small"]
    assert small == pytest.approx([em, em], abs=0.5)
