"""Ten manuscripts as real offices send them, each with its own sins. Text of our own; bytes made anew.

Every maker returns a ``Case``: the file, and what an import must find in it.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from tests.edited import package, parts_of

LINES = (
    "The harbour board met on Tuesday and approved the budget for the coming year.",
    "Members asked how the new quay would be paid for, and who would maintain it.",
    "The answer, according to the director, was a loan over twenty years.",
    "Two members voted against it because the interest had not been published.",
    "A report on traffic will follow in the autumn, once all figures are known.",
    "Neighbouring ports have raised their fees twice since the spring.",
)


@dataclass
class Case:
    """A manuscript: its bytes and ending, and what an import finds."""

    name: str
    ending: str
    data: bytes
    titles: list[str]
    words: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    markdown: list[str] = field(default_factory=list)
    issue_title: str = ""


def png(width: int = 4, height: int = 4, shade: int = 120) -> bytes:
    """A small grey picture."""
    raw = b"".join(b"\0" + bytes([shade]) * width for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(raw))
        + chunk(b"IEND", b"")
    )


def saved(document: Any) -> bytes:
    """The bytes of a python-docx document."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _bold(document: Any, text: str, *, size: int = 0, centred: bool = False) -> Any:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold = True
    if size:
        run.font.size = Pt(size)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def headings() -> Case:
    """Real headings, a title page, a typed contents list, numbered titles."""
    d = docx.Document()
    d.add_paragraph("Harbour Bulletin, May", style="Title")
    d.add_paragraph("Contents")
    for number, title in enumerate(("The budget", "The quay", "The traffic"), 1):
        d.add_paragraph(f"{number}. {title}\t{number + 2}")
    for number, title in enumerate(("The budget", "The quay", "The traffic"), 1):
        d.add_heading(f"{number}. {title}", 1)
        d.add_paragraph(LINES[0])
        d.add_heading("Background", 2)
        d.add_paragraph(LINES[number])
    return Case("headings", ".docx", saved(d), ["The budget", "The quay", "The traffic"],
                rules=["contents left out", "article number removed"], issue_title="Harbour Bulletin, May")  # fmt: skip


def bold_lines() -> Case:
    """No style at all: bold lines for headings, empty paragraphs for space, double spaces, page breaks."""
    d = docx.Document()
    for number, title in enumerate(("A loan for the quay", "Fees rise again")):
        paragraph = _bold(d, title, size=16, centred=True)
        if number:
            paragraph.paragraph_format.page_break_before = True
        d.add_paragraph("")
        d.add_paragraph(LINES[0].replace(". ", ".  ").replace(" and ", "  and "))
        d.add_paragraph("")
        _bold(d, "What was said")
        d.add_paragraph(LINES[1] + "  " + LINES[2])
        d.add_paragraph("")
        d.add_paragraph("")
    return Case("bold lines", ".docx", saved(d), ["A loan for the quay", "Fees rise again"],
                rules=["heading recognised", "empty paragraph removed", "double spaces"],
                markdown=["## What was said"])  # fmt: skip


def typed_lists() -> Case:
    """Lists typed with hyphens, bullets, numbers, letters and tabs, two levels deep."""
    d = docx.Document()
    d.add_heading("Demands", 1)
    d.add_paragraph("The union asks for three things:")
    for text in ("-\thigher pay;", "-\tshorter shifts;", "-\ta new crane."):
        d.add_paragraph(text)
    d.add_paragraph("The board offers:")
    d.add_paragraph("1.\tTalks in June")
    d.add_paragraph("\ta)\twith the union")
    d.add_paragraph("\tb)\twith the city")
    d.add_paragraph("2.\tA report in July")
    d.add_paragraph("Both sides will meet again.")
    d.add_heading("Another piece", 1)
    d.add_paragraph("• one\n• two\n• three")
    return Case("typed lists", ".docx", saved(d), ["Demands", "Another piece"], rules=["list recognised"],
                markdown=["- higher pay;", "1.  Talks in June", "with the city", "- three"])  # fmt: skip


def notes_and_table() -> Case:
    """Footnotes typed by hand, a table with a caption and no heading row, a picture without a description."""
    d = docx.Document()
    d.add_heading("Fees in figures", 1)
    paragraph = d.add_paragraph("The fees were raised in March")
    run = paragraph.add_run("1")
    run.font.superscript = True
    paragraph.add_run(" and again in May.")
    d.add_paragraph("Table 1. Fees by port", style="Caption")
    table = d.add_table(rows=3, cols=2)
    table.style = "Table Grid"
    for y, row in enumerate((("Port", "Fee"), ("North", "1,200"), ("South", "900"))):
        for x, text in enumerate(row):
            cell = table.cell(y, x).paragraphs[0]
            cell.add_run(text).bold = y == 0
            if x:
                cell.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    d.add_picture(io.BytesIO(png()))
    d.add_paragraph("Figure 1: The new quay", style="Caption")
    d.add_paragraph(LINES[3])
    note = d.add_paragraph()
    note.add_run("1").font.superscript = True
    note.add_run(" By a decision of the board.")
    d.add_heading("After the vote", 1)
    d.add_paragraph(LINES[4])
    return Case("notes and table", ".docx", saved(d), ["Fees in figures", "After the vote"],
                rules=["footnote", "table heading recognised", "caption recognised"],
                findings=["missing-alt"],
                markdown=["raised in March[^1] and", "[^1]: By a decision of the board.", ".table}",
                          "| Port", "|------", "Fees by port", "figures/new-quay.png", "The new quay"])  # fmt: skip


def tracked() -> Case:
    """Tracked insertions and deletions, and a comment of the editor's."""
    d = docx.Document()
    d.add_heading("A correction", 1)
    paragraph = d.add_paragraph("The loan runs for ")
    for tag, inner, text in (("w:del", "w:delText", "twenty"), ("w:ins", "w:t", "thirty")):
        change = OxmlElement(tag)
        change.set(qn("w:id"), "1" if tag == "w:del" else "2")
        change.set(qn("w:author"), "Editor")
        run = OxmlElement("w:r")
        piece = OxmlElement(inner)
        piece.text = text
        run.append(piece)
        change.append(run)
        paragraph._p.append(change)
    last = paragraph.add_run(" years.")
    d.add_comment(last, text="Please check the term.", author="Leyla M.", initials="LM")
    d.add_paragraph(LINES[1])
    return Case("tracked", ".docx", saved(d), ["A correction"], rules=["tracked change accepted"],
                findings=["tracked-changes"],
                markdown=["runs for thirty years.", "<!-- Comment (Leyla M.", "Please check the term."])  # fmt: skip


def straight() -> Case:
    """Straight quotation marks, hyphens for dashes, soft breaks, soft hyphens, non-breaking spaces."""
    d = docx.Document()
    d.add_heading("What the director said", 1)
    d.add_paragraph('"It\'s a loan," she said - "not a gift."')
    d.add_paragraph("The infor\u00admation came\u00a0late, at 10\u00a0km from the port...")
    paragraph = d.add_paragraph("The members left the room because the talks had")
    paragraph.add_run().add_break(WD_BREAK.LINE)
    paragraph.add_run("come to nothing, and did not return to the table that day.")
    underlined = d.add_paragraph("The word ")
    underlined.add_run("never").underline = True
    underlined.add_run(" was used twice.")
    return Case("straight", ".docx", saved(d), ["What the director said"],
                rules=["quotes curled", "hyphen to dash", "hyphenation removed", "soft line break joined",
                       "non-breaking space made a space", "underlining made emphasis"],
                markdown=["“It’s a loan,” she said – “not a gift.”", "information came late, at 10\u00a0km",
                          "had come to nothing", "word *never* was"])  # fmt: skip


def frames() -> Case:
    """A text box, hidden text, a one-cell table as a box, and a line in capitals for a heading."""
    d = docx.Document()
    d.add_paragraph("Harbour news")
    for title in ("THE LOAN", "THE FEES"):
        heading = d.add_paragraph(title)
        heading.runs[0].font.underline = True
        d.add_paragraph(f"{LINES[0]} {LINES[1]} {LINES[2]} " * 6)
    box = d.add_table(rows=1, cols=1)
    box.cell(0, 0).text = "In short: the loan is agreed."
    hidden = d.add_paragraph("Visible ")
    hidden.add_run("secret remark").font.hidden = True
    hidden.add_run("words end here.")
    host = d.add_paragraph("The frame hangs here.")
    run = OxmlElement("w:r")
    shape = OxmlElement("w:pict")
    frame = shape.makeelement("{urn:schemas-microsoft-com:vml}shape", {})
    text = frame.makeelement("{urn:schemas-microsoft-com:vml}textbox", {})
    content = OxmlElement("w:txbxContent")
    inner = OxmlElement("w:p")
    piece = OxmlElement("w:r")
    words = OxmlElement("w:t")
    words.text = "Words in the frame."
    piece.append(words)
    inner.append(piece)
    content.append(inner)
    text.append(content)
    frame.append(text)
    shape.append(frame)
    run.append(shape)
    host._p.append(run)
    return Case("frames", ".docx", saved(d), ["THE LOAN", "THE FEES"],
                rules=["text frame made a box", "hidden text left out", "one-cell table made a box",
                       "heading recognised"],
                markdown=["::: {.box}", "Words in the frame.", "In short: the loan is agreed."],
                issue_title="Harbour news")  # fmt: skip


def links() -> Case:
    """A cross-reference to a heading, a web link, a script for a link, a picture from elsewhere."""
    d = docx.Document()
    first = d.add_heading("The first piece", 1)
    mark = OxmlElement("w:bookmarkStart")
    mark.set(qn("w:id"), "5")
    mark.set(qn("w:name"), "_Ref100")
    first._p.append(mark)
    d.add_paragraph(LINES[0])
    d.add_heading("The second piece", 1)
    paragraph = d.add_paragraph("See ")
    for target, words in (("", "the first piece"), ("https://harbour.example/fees", "the fees"),
                          ("javascript:alert(1)", "a trap")):  # fmt: skip
        link = OxmlElement("w:hyperlink")
        if target:
            kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
            link.set(qn("r:id"), d.part.relate_to(target, kind, is_external=True))
        else:
            link.set(qn("w:anchor"), "_Ref100")
        run = OxmlElement("w:r")
        piece = OxmlElement("w:t")
        piece.text = words
        run.append(piece)
        link.append(run)
        paragraph._p.append(link)
        paragraph.add_run(", ")
    paragraph.add_run("and more.")
    d.add_picture(io.BytesIO(png(shade=20)))
    data = saved(d)
    parts = parts_of(data)
    name = "word/_rels/document.xml.rels"
    parts[name] = parts[name].replace(
        b'Target="media/image1.png"',
        b'Target="http://elsewhere.example/x.png" TargetMode="External"',
    )
    return Case("links", ".docx", package(parts), ["The first piece", "The second piece"],
                rules=["link left out"], findings=["linked-picture", "outside-file"],
                        markdown=["[the first piece](#first-piece)",
                          "[the fees](https://harbour.example/fees)", "a trap,"])  # fmt: skip


def web_page() -> Case:
    """A saved web page: navigation, a script, notes that link back, a table, nested lists."""
    page = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Harbour</title>
<script>steal()</script></head><body><nav><a href="/">Home</a> | About us</nav>
<h1>The loan</h1><p>{LINES[0]}<sup><a href="#fn1" id="ref1">1</a></sup></p>
<ul><li>first<ul><li>inner</li></ul></li><li>second</li></ul>
<h1>The fees</h1><p onclick="steal()">{LINES[5]}</p>
<table><tr><th>Port</th><th>Fee</th></tr><tr><td>North</td><td align="right">12</td></tr></table>
<p><img src="https://elsewhere.example/spy.gif" alt=""></p>
<ol><li id="fn1">By a vote of five to two. <a href="#ref1">back</a></li></ol>
<footer>All rights reserved</footer></body></html>"""
    return Case("web page", ".html", page.encode(), ["The loan", "The fees"],
                rules=["page furniture left out"], findings=["linked-picture"],
                markdown=["[^1]: By a vote of five to two.", "  - inner", "| North |"])  # fmt: skip


def levels() -> Case:
    """Articles at the second level under one title, levels that skip, notes of Word's own, two pictures alike."""
    d = docx.Document()
    d.add_heading("Harbour review", 1)
    for title in ("The north quay", "The south quay"):
        d.add_heading(title, 2)
        _bold(d, LINES[2] + " " + LINES[3][:30].lower() + " and the rest of it.")
        d.add_paragraph("By Nigar Aliyeva")
        d.add_paragraph(LINES[4])
        d.add_heading("A detail", 4)
        d.add_paragraph(LINES[5])
    return Case("levels", ".docx", saved(d), ["The north quay", "The south quay"],
                rules=["heading level corrected", "standfirst recognised", "author recognised"],
                markdown=["author: Nigar Aliyeva", "## A detail"], issue_title="Harbour review")  # fmt: skip


CASES: tuple[Callable[[], Case], ...] = (
    headings, bold_lines, typed_lists, notes_and_table, tracked, straight, frames, links, web_page, levels,
)  # fmt: skip
