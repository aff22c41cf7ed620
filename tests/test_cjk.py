"""Chinese lines begin with no closing mark and end with no opening one, in every format."""

from __future__ import annotations

import io
import random
import zipfile

from publisher.editions import docx, epub, html, pdf, pdf_layout, pdf_lines, web
from publisher.editions import fonts as font_files
from publisher.editions import shown as shown_texts
from tests.books import book

LETTERS = "今天外交部发言人说明会议结果双方同意继续谈判边界运输能源合作"
MARKS = ("，", "、", "；", "：", "“好”，", "（注）", "《书》", "——", "……")
CLOSING, OPENING = "。，、；：？！）》」』”’…", "（《「『“‘"


def text() -> str:
    rng = random.Random(3)

    def sentence() -> str:
        words = ("".join(rng.choices(LETTERS, k=rng.randint(3, 11))) for _ in range(4))
        return "".join(word + rng.choice(MARKS) for word in words) + rng.choice("。！？")

    return "\n\n".join("".join(sentence() for _ in range(12)) for _ in range(10))


def test_on_paper() -> None:
    edition = book({"a": text()}, code="zh")
    rendered = html.render(edition)
    shown = (each for _, each in shown_texts.texts(rendered, edition))
    fonts = font_files.choose(edition.brand, edition.language, shown, edition.files)
    with pdf_layout.surroundings():
        document, _ = pdf.lay_out(edition, rendered, fonts)
    lines = [
        pdf_lines._text(line).strip()
        for page in document.pages
        for _, line, _, _ in pdf_lines._lines(page._page_box)
    ]
    assert len(lines) > 80
    wrong = [each for each in lines if each and (each[0] in CLOSING or each[-1] in OPENING)]
    assert wrong == []


def test_on_screens_and_in_word() -> None:
    edition = book({"a": text()}, code="zh")
    page = web.compile(edition).data.decode()
    with zipfile.ZipFile(io.BytesIO(epub.compile(edition).data)) as book_file:
        style = book_file.read("EPUB/styles/edition.css").decode()
    assert "line-break: strict" in page and "line-break: strict" in style
    with zipfile.ZipFile(io.BytesIO(docx.compile(edition).data)) as word_file:
        parts = word_file.read("word/styles.xml"), word_file.read("word/settings.xml")
    # On unless it is switched off (ECMA-376 part 1 §17.3.1.16), for text in an Asian language.
    assert all(b"kinsoku" not in part for part in parts)
    assert b'w:eastAsia="zh-CN"' in parts[0]
