"""All styles of the DOCX edition: what each named style looks like, in steps of the brand's scale."""

from __future__ import annotations

from typing import Any

from publisher.brand import mix
from publisher.editions.docx_styles import LIST_INDENT, Look, StyleSheet, twips
from publisher.editions.docx_tags import language_element
from publisher.editions.docx_xml import el, serialise

HANG = 85.0
"""Points by which an article's number hangs into the margin, where the margin has room for it."""

HANG_CONTENTS = 40.0
"""Points by which its number hangs in the contents."""

PAD = 9
"""Points between the edge of a box and its text."""


def styles(look: Look) -> bytes:
    """``word/styles.xml``."""
    sheet = StyleSheet(look)
    for part in (_defaults, _body, _headings, _quotations, _boxes, _figures, _lists, _tables):
        part(sheet)
    for part in (_cover, _contents, _page, _characters):
        part(sheet)
    return serialise(sheet.tree(), "w")


def hang(look: Look, wanted: float) -> float:
    """How far something may hang into the margin where lines start."""
    return max(18.0, min(wanted, look.brand.page.start * 72 / 25.4 - 28))


def _defaults(sheet: StyleSheet) -> None:
    look = sheet.look
    run = sheet.run(0, role="text", colour="ink")
    run.append(language_element(look))
    sheet.root.append(
        el(
            "w:docDefaults",
            el("w:rPrDefault", run),
            el("w:pPrDefault", el("w:pPr", el("w:spacing", after=0, line=240, lineRule="auto"))),
        )
    )
    sheet.root.append(
        el("w:latentStyles", defLockedState="0", defUIPriority="99", defSemiHidden="1",
           defUnhideWhenUsed="1", defQFormat="0", count="376")
    )  # fmt: skip
    bidi = (el("w:bidi"),) if look.rtl else ()
    normal = sheet.par(line=look.leading, extra=(*bidi, el("w:widowControl")))
    sheet.paragraph("Normal", "Normal", normal, based=None, priority=0, default=True)
    sheet.root.append(
        el("w:style", el("w:name", val="Default Paragraph Font"), el("w:uiPriority", val="1"),
           el("w:semiHidden"), type="character", default="1", styleId="DefaultParagraphFont")
    )  # fmt: skip
    sheet.root.append(
        el("w:style", el("w:name", val="Normal Table"), el("w:uiPriority", val="99"),
           el("w:semiHidden"), el("w:tblPr", el("w:tblInd", w=0, type="dxa"), _cells(0, 5.4)),
           type="table", default="1", styleId="TableNormal")
    )  # fmt: skip
    sheet.root.append(
        el("w:style", el("w:name", val="No List"), el("w:uiPriority", val="99"), el("w:semiHidden"),
           type="numbering", default="1", styleId="NoList")
    )  # fmt: skip


def _cells(upright: float, across: float) -> Any:
    sides = (("top", upright), ("left", across), ("bottom", upright), ("right", across))
    return el("w:tblCellMar", *(el(f"w:{side}", w=twips(w), type="dxa") for side, w in sides))


def _body(sheet: StyleSheet) -> None:
    look = sheet.look
    line = look.leading
    spaced = look.brand.paragraph == "space" or not look.language.indent
    align = "both" if look.language.justify else ""
    after = line / 2 if spaced else 0
    body = sheet.par(line=line, after=after, first=0 if spaced else line, align=align)
    sheet.paragraph("BodyText", "Body Text", body, priority=1)
    # Word sets the larger of two neighbouring spaces, so that this one only shows after what has
    # none of its own: a list, a table.
    first = sheet.par(line=line, before=line / 2, after=after, align=align)
    sheet.paragraph("FirstParagraph", "First Paragraph", first, based="BodyText",
                    following="BodyText", priority=1)  # fmt: skip
    sheet.paragraph("Standfirst", "Standfirst",
                    sheet.par(line=line * 4 / 3, after=line / 2, keep_lines=True),
                    sheet.run(1, role="heading", colour="muted"), following="Author",
                    priority=3)  # fmt: skip
    rule = (sheet.border("bottom", 0.5, "rule", 10),)
    sheet.paragraph("Author", "Author", sheet.par(line=line, after=line, borders=rule),
                    sheet.run(-1, role="heading", colour="muted"), following="FirstParagraph",
                    priority=3)  # fmt: skip
    sheet.paragraph("Colophon", "Colophon", sheet.par(line=line * 0.85, after=line / 4),
                    sheet.run(-1, role="heading"), priority=30)  # fmt: skip
    sheet.paragraph("DefinitionTerm", "Definition Term",
                    sheet.par(line=line, before=line / 2, keep_next=True),
                    sheet.run(0, role="heading", bold=True), following="Definition",
                    priority=22)  # fmt: skip
    sheet.paragraph("Definition", "Definition", sheet.par(line=line, start=LIST_INDENT),
                    priority=22)  # fmt: skip
    side = look.measure * 0.4
    sheet.paragraph("HorizontalRule", "Horizontal Rule",
                    sheet.par(after=line, start=side, end=side,
                              borders=(sheet.border("bottom", 0.75, "rule"),)),
                    following="FirstParagraph", priority=35)  # fmt: skip


def _headings(sheet: StyleSheet) -> None:
    look = sheet.look
    line = look.leading
    first = sheet.run(4, role="heading", bold=True)
    number = el("w:numPr", el("w:numId", val="1"))
    sheet.paragraph("Heading1", "heading 1",
                    sheet.par(line=sheet.line(4), after=line / 2, first=-hang(look, HANG),
                              keep_next=True, keep_lines=True, outline=0, extra=(number,)),
                    first, following="Standfirst", priority=2)  # fmt: skip
    for level, step, before, after in (
        (2, 2, line * 1.5, line / 2),
        (3, 1, line, line / 2),
        (4, 0, line, line / 4),
        (5, 0, line, 0),
        (6, 0, line, 0),
    ):
        par = sheet.par(line=max(line, sheet.line(step)), before=before, after=after,
                        keep_next=True, keep_lines=True, outline=level - 1)  # fmt: skip
        run = sheet.run(step, role="heading", bold=level < 5,
                        italic=True if level == 6 and look.language.italics else None,
                        colour={2: "accent", 5: "muted", 6: "muted"}.get(level, "ink"))  # fmt: skip
        sheet.paragraph(f"Heading{level}", f"heading {level}", par, run,
                        following="FirstParagraph", priority=2)  # fmt: skip


def _quotations(sheet: StyleSheet) -> None:
    look = sheet.look
    line = look.leading
    rules = {
        "Statement": (sheet.border(look.start, 2.25, "accent", PAD),),
        "Quote": (sheet.border(look.start, 1.5, "rule", PAD),),
    }
    for name, borders in rules.items():
        par = sheet.par(line=line, before=line, after=line / 4, start=LIST_INDENT, borders=borders)
        sheet.paragraph(name, name, par, priority=10, following=f"{name}Source")
        par = sheet.par(line=line * 0.85, after=line, start=LIST_INDENT, borders=borders,
                        keep_lines=True)  # fmt: skip
        sheet.paragraph(f"{name}Source", f"{name} Source", par,
                        sheet.run(-1, role="heading", colour="muted"), priority=11,
                        following="FirstParagraph")  # fmt: skip
        par = sheet.par(line=line, after=line / 4, start=LIST_INDENT * 2, borders=borders,
                        contextual=True)  # fmt: skip
        sheet.paragraph(f"{name}List", f"{name} List", par, priority=12)


def _boxes(sheet: StyleSheet) -> None:
    line = sheet.look.leading
    # Word draws one frame round neighbouring paragraphs only while all borders and indents agree.
    borders = (
        sheet.border("top", 1.5, "accent", PAD),
        sheet.border("left", 0.25, "tint", PAD),
        sheet.border("bottom", 0.25, "tint", PAD),
        sheet.border("right", 0.25, "tint", PAD),
    )

    def boxed(name: str, run: Any, **values: Any) -> None:
        par = sheet.par(**{"line": line, "start": PAD, "end": PAD, "borders": borders,
                           "ground": "tint", "keep_lines": True, **values})  # fmt: skip
        sheet.paragraph(name.replace(" ", ""), name, par, run, priority=13)

    small = sheet.run(-0.5, role="heading")
    boxed("Box", small, before=line / 3, after=line / 3)
    boxed("Box Heading", sheet.run(1, role="heading", bold=True, colour="accent"),
          before=line / 4, after=line / 4, keep_next=True)  # fmt: skip
    boxed("Box List", small, start=PAD + LIST_INDENT, first=-LIST_INDENT, after=line / 6)
    boxed("Key Figure", sheet.run(4, role="heading", colour="accent"), line=sheet.line(4),
          before=line / 4, keep_next=True)  # fmt: skip
    boxed("Key Figure Text", sheet.run(-1, role="heading"), line=line * 0.85, after=line / 2)


def _figures(sheet: StyleSheet) -> None:
    line = sheet.look.leading
    sheet.paragraph("Figure", "Figure",
                    sheet.par(before=line, after=line / 2, keep_next=True, natural=True), priority=15,
                    following="Caption")  # fmt: skip
    sheet.paragraph("Caption", "caption", sheet.par(line=line * 0.8, after=line, keep_lines=True),
                    sheet.run(-1, role="heading", colour="muted"), priority=16,
                    following="FirstParagraph")  # fmt: skip
    par = sheet.par(line=line * 0.8, before=line, after=line / 3, keep_next=True, keep_lines=True)
    sheet.paragraph("TableCaption", "Table Caption", par, based="Caption", priority=16)
    par = sheet.par(line=line * 0.8, before=line / 2, after=line / 2, ground="tint")
    sheet.paragraph("SourceCode", "Source Code", par, sheet.run(-1, role="mono"), priority=36)


def _lists(sheet: StyleSheet) -> None:
    line = sheet.look.leading
    for kind in ("Bullet", "Number", "Continue"):
        for level in range(1, 6):
            suffix = "" if level == 1 else f" {level}"
            par = sheet.par(
                line=line, before=line / 2 if level == 1 and kind != "Continue" else 0,
                start=LIST_INDENT * level, first=0 if kind == "Continue" else -LIST_INDENT,
                contextual=True,
            )  # fmt: skip
            sheet.paragraph(f"List{kind}{suffix.strip()}", f"List {kind}{suffix}", par,
                            priority=5, quick=level == 1)  # fmt: skip


def _tables(sheet: StyleSheet) -> None:
    look = sheet.look
    line = look.leading * 0.8
    # Figures keep to the right in every language: numbers run from left to right.
    numbers = "start" if look.rtl else "end"
    for head in (False, True):
        suffix, title = ("Heading", " Heading") if head else ("", "")
        for kind, align in (("", ""), ("Number", numbers), ("Centred", "center")):
            name = f"Table {kind}{title}".replace("  ", " ") if kind else f"Table{title or ' Text'}"
            based = "Normal" if not kind else f"Table{suffix or 'Text'}"
            if head and not kind:
                based = "TableText"
            run = sheet.run(-1, role="heading") if based == "Normal" else None
            par = sheet.par(line=line, before=2.5, after=2.5, align=align, keep_next=head)
            sheet.paragraph(name.replace(" ", ""), name, par,
                            sheet.run(bold=True) if head and not kind else run, based=based,
                            priority=17)  # fmt: skip
    borders = el("w:tblBorders", sheet.border("bottom", 0.75, "ink"),
                 sheet.border("insideH", 0.5, "rule"))  # fmt: skip

    def part(kind: str, *content: Any) -> Any:
        return el("w:tblStylePr", *content, type=kind)

    def bold() -> Any:
        return el("w:rPr", el("w:b"), el("w:bCs"))

    lines = el(
        "w:tcBorders", sheet.border("top", 1.5, "accent"), sheet.border("bottom", 0.75, "ink")
    )
    foot = el("w:tcBorders", sheet.border("top", 0.75, "ink"))
    sheet.root.append(
        el("w:style", el("w:name", val="Bulletin Table"), el("w:basedOn", val="TableNormal"),
           el("w:uiPriority", val="18"), el("w:qFormat"),
           el("w:tblPr", borders, _cells(0, 4)),
           part("firstRow", bold(), el("w:tcPr", lines, el("w:vAlign", val="bottom"))),
           part("lastRow", bold(), el("w:tcPr", foot)),
           part("firstCol", bold()),
           type="table", styleId="Table", customStyle="1")
    )  # fmt: skip


def _cover(sheet: StyleSheet) -> None:
    line = sheet.look.leading
    heading = "heading"
    sheet.paragraph("Date", "Date", sheet.par(line=sheet.line(1), after=line * 2),
                    sheet.run(1, role=heading, colour="muted"), priority=4)  # fmt: skip
    sheet.paragraph("BulletinName", "Bulletin Name", sheet.par(line=sheet.line(1), after=line / 2),
                    sheet.run(1, role=heading, bold=True, colour="accent"), priority=4)  # fmt: skip
    sheet.paragraph("Title", "Title",
                    sheet.par(line=sheet.line(5, 1.12), after=line / 2, keep_lines=True),
                    sheet.run(5, role=heading, bold=True), following="Subtitle",
                    priority=4)  # fmt: skip
    sheet.paragraph("Subtitle", "Subtitle", sheet.par(line=sheet.line(1), after=line * 3),
                    sheet.run(1, role=heading, colour="muted"), priority=4)  # fmt: skip
    rule = (sheet.border("top", 0.5, "rule", 8),)
    sheet.paragraph("Publisher", "Publisher", sheet.par(line=line, borders=rule),
                    sheet.run(0, role=heading, bold=True), priority=4)  # fmt: skip
    sheet.paragraph("Tagline", "Tagline", sheet.par(line=line),
                    sheet.run(-1, role=heading, colour="muted"), priority=4)  # fmt: skip
    draft = tuple(
        sheet.border(side, 1.5, "draft", 6) for side in ("top", "left", "bottom", "right")
    )
    sheet.paragraph("DraftNotice", "Draft Notice",
                    sheet.par(line=line, before=line, after=line, start=7, end=7, borders=draft),
                    sheet.run(0, role=heading, bold=True, colour="draft"), priority=38)  # fmt: skip


def _contents(sheet: StyleSheet) -> None:
    look = sheet.look
    line = look.leading
    sheet.paragraph("TOCHeading", "TOC Heading",
                    sheet.par(line=sheet.line(4), after=line, keep_next=True),
                    sheet.run(4, role="heading", bold=True), priority=39)  # fmt: skip
    width = hang(look, HANG_CONTENTS)
    # No indent at the end: LibreOffice 7.4 hides a page number that stands beyond it.
    tabs = (el("w:tab", val="left", pos=0),
            el("w:tab", val="right", leader="dot", pos=twips(look.measure)))  # fmt: skip
    sheet.paragraph("TOC1", "toc 1",
                    sheet.par(line=line, before=line * 0.6, first=-width, keep_next=True,
                              keep_lines=True, tabs=tabs),
                    sheet.run(0, role="heading", bold=True), priority=39, quick=False)  # fmt: skip
    sheet.paragraph("TOC2", "toc 2",
                    sheet.par(line=line * 0.8, before=line / 6, end=line * 2, keep_lines=True),
                    sheet.run(-1, role="heading", colour="muted"), priority=39,
                    quick=False)  # fmt: skip


def _page(sheet: StyleSheet) -> None:
    look = sheet.look
    line = look.leading
    sheet.paragraph("FootnoteText", "footnote text", sheet.par(line=line * 0.8, after=2),
                    sheet.run(-1, role="heading"), priority=25, quick=False)  # fmt: skip
    tab = el("w:tab", val="right", pos=twips(look.measure))
    small = sheet.run(-1, role="heading", colour="muted")
    sheet.paragraph("Header", "header", sheet.par(line=line * 0.8, tabs=(tab,)), small, priority=26,
                    quick=False)  # fmt: skip
    rule = (sheet.border("bottom", 0.5, "rule", 4),)
    sheet.paragraph("HeaderTitle", "Header Title", sheet.par(line=line * 0.8, borders=rule),
                    based="Header", priority=26, quick=False)  # fmt: skip
    sheet.paragraph("Footer", "footer", sheet.par(line=line * 0.8, tabs=(tab,)), small, priority=26,
                    quick=False)  # fmt: skip
    sheet.paragraph("DraftHeader", "Draft Header", sheet.par(line=line * 0.8, after=3),
                    sheet.run(-0.5, role="heading", bold=True, colour="draft"), priority=38,
                    quick=False)  # fmt: skip


def _characters(sheet: StyleSheet) -> None:
    italics = sheet.look.language.italics

    def emphasis(*, strong: bool) -> Any:
        # A script without italics marks emphasis by weight; the complex slot alone says so, so
        # that Latin words in the same run stay italic.
        run = el("w:rPr", el("w:i"), el("w:iCs") if italics else el("w:iCs", val="0"))
        if strong:
            run.append(el("w:b"))
        if strong or not italics:
            run.append(el("w:bCs"))
        return run

    def raised(where: str) -> Any:
        return el("w:rPr", el("w:vertAlign", val=where))

    note = sheet.run(role="heading", colour="accent", extra=(el("w:vertAlign", val="superscript"),))
    link = el("w:rPr", sheet.colour("accent"), el("w:u", val="single"))
    colours = sheet.look.brand.colours
    fill = mix(colours.draft, colours.paper, 0.08)[1:].upper()
    ground = el("w:shd", val="clear", color="auto", fill=fill)
    for name, run in (
        ("Emphasis", emphasis(strong=False)),
        ("Strong", sheet.run(bold=True)),
        ("Intense Emphasis", emphasis(strong=True)),
        ("Hyperlink", link),
        ("footnote reference", note),
        ("Superscript", raised("superscript")),
        ("Subscript", raised("subscript")),
        ("Strikethrough", el("w:rPr", el("w:strike"))),
        ("Underline", el("w:rPr", el("w:u", val="single"))),
        ("Small Capitals", el("w:rPr", el("w:smallCaps"))),
        ("Highlight", sheet.run(ground="tint")),
        ("Small Text", sheet.run(-1)),
        ("Verbatim Char", sheet.run(-0.5, role="mono")),
        ("Keyboard", sheet.run(-0.5, role="mono", ground="tint")),
        ("Caption Label", sheet.run(bold=True, colour="ink")),
        ("page number", sheet.run(bold=True, colour="ink")),
        (
            "Unreviewed Label",
            sheet.run(-1, role="heading", bold=True, italic=False, colour="draft"),
        ),
        ("Unreviewed", el("w:rPr", ground)),
    ):
        words = name.split()
        identifier = "".join(word[0].upper() + word[1:] for word in words)
        sheet.character(identifier, name, run)
