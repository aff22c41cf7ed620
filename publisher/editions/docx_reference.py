"""The reference document: every style of the DOCX edition, generated from the brand.

``reference_document`` is what pandoc gets as ``--reference-doc`` and what an office may use as its
own Word template; the parts that it is made of go unchanged into each edition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from publisher.brand import mix
from publisher.editions import docx_package as package
from publisher.editions.docx_styles import BUILT_IN, LIST_INDENT, Look, StyleSheet, twips
from publisher.editions.docx_xml import el, serialise, sort_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER_WIDTH = 24
"""Points left of an article's title, and of its line in the contents, for the number."""

PAD = 9
"""Points between the edge of a box and its text."""


def word_tag(locale: str) -> str:
    """A CLDR locale as the language tag that Word knows: with region, with script where it tells."""
    from babel import Locale, UnknownLocaleError
    from babel.core import get_global

    parts = locale.replace("-", "_").split("_")
    language = parts[0]
    script = next((part for part in parts[1:] if len(part) == 4), "")
    region = next((part for part in parts[1:] if len(part) in (2, 3)), "")
    likely = str(
        get_global("likely_subtags").get(f"{language}_{script}" if script else language, "")
    )
    if likely and (not region or not script):
        try:
            found = Locale.parse(likely)
            region = region or found.territory or ""
            script = script or (found.script or "")
        except (UnknownLocaleError, ValueError):
            pass
    # Word has no region 001 and names the script only where a language is written in several.
    several = language in {"az", "uz", "sr", "bs", "mn", "tg", "ha", "iu"}
    tag = [language, script if several else "", region if not region.isdigit() else ""]
    return "-".join(part for part in tag if part)


def language_element(look: Look, *, source: str = "w:lang") -> Any:
    """``w:lang`` with all three slots for the edition's language."""
    from publisher.editions.docx_styles import COMPLEX_SCRIPTS, EAST_ASIAN_SCRIPTS

    tag = word_tag(look.language.locale or look.language.code)
    script = look.language.script
    plain = script not in COMPLEX_SCRIPTS and script not in EAST_ASIAN_SCRIPTS
    return el(
        source,
        val=tag if plain else "en-GB",
        eastAsia=tag if script in EAST_ASIAN_SCRIPTS else "zh-CN",
        bidi=tag if script in COMPLEX_SCRIPTS else "ar-SA",
    )


def styles(look: Look) -> bytes:
    """``word/styles.xml``."""
    sheet = StyleSheet(look)
    _defaults(sheet)
    _body(sheet)
    _headings(sheet)
    _blocks(sheet)
    _lists(sheet)
    _tables(sheet)
    _page(sheet)
    _characters(sheet)
    return serialise(sheet.tree(), "w")


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
    margins = el("w:tblCellMar", *(el(f"w:{side}", w=width, type="dxa") for side, width in
                                   (("top", 0), ("left", 108), ("bottom", 0), ("right", 108))))  # fmt: skip
    sheet.root.append(
        el("w:style", el("w:name", val="Normal Table"), el("w:uiPriority", val="99"),
           el("w:semiHidden"), el("w:tblPr", el("w:tblInd", w=0, type="dxa"), margins),
           type="table", default="1", styleId="TableNormal")
    )  # fmt: skip
    sheet.root.append(
        el("w:style", el("w:name", val="No List"), el("w:uiPriority", val="99"), el("w:semiHidden"),
           type="numbering", default="1", styleId="NoList")
    )  # fmt: skip


def _body(sheet: StyleSheet) -> None:
    look = sheet.look
    line = look.leading
    spaced = look.brand.paragraph == "space" or not look.language.indent
    align = "both" if look.language.justify else ""
    after = line / 2 if spaced else 0
    body = sheet.par(line=line, after=after, first=0 if spaced else line, align=align)
    sheet.paragraph("BodyText", "Body Text", body, priority=1)
    first = sheet.par(line=line, after=after, align=align)
    sheet.paragraph(
        "FirstParagraph",
        "First Paragraph",
        first,
        based="BodyText",
        following="BodyText",
        priority=1,
    )
    sheet.paragraph(
        "Standfirst", "Standfirst", sheet.par(line=line * 1.25, after=line / 2, keep_lines=True),
        sheet.run(1, colour="muted"), following="Author", priority=3,
    )  # fmt: skip
    sheet.paragraph(
        "Author", "Author", sheet.par(line=line, after=line),
        sheet.run(-0.5, role="heading", colour="muted"), following="FirstParagraph", priority=3,
    )  # fmt: skip
    sheet.paragraph(
        "Colophon", "Colophon", sheet.par(line=line, after=line / 2), sheet.run(-0.5), priority=30
    )
    sheet.paragraph(
        "DefinitionTerm", "Definition Term",
        sheet.par(line=line, before=line / 2, keep_next=True),
        sheet.run(0, role="heading", bold=True), following="Definition", priority=22,
    )  # fmt: skip
    sheet.paragraph(
        "Definition",
        "Definition",
        sheet.par(line=line, start=LIST_INDENT, after=line / 4),
        priority=22,
    )
    sheet.paragraph(
        "HorizontalRule", "Horizontal Rule",
        sheet.par(before=line / 2, after=line, start=look.measure * 0.4, end=look.measure * 0.4,
                  borders=(sheet.border("bottom", 0.75, "rule"),)),
        following="FirstParagraph", priority=35,
    )  # fmt: skip


def _headings(sheet: StyleSheet) -> None:
    look, scale = sheet.look, sheet.scale
    line = look.leading
    factor = line / scale.leading
    numbered = el("w:numPr", el("w:numId", val="1"))
    sheet.paragraph(
        "Heading1", "heading 1",
        sheet.par(line=scale.line(3) * factor, after=line, start=NUMBER_WIDTH, first=-NUMBER_WIDTH,
                  keep_next=True, keep_lines=True, outline=0, extra=(numbered,)),
        sheet.run(3, role="heading", bold=True), following="Standfirst", priority=2,
    )  # fmt: skip
    for level, step, before, after in (
        (2, 1.5, line * 1.5, line / 2),
        (3, 0.75, line, line / 4),
        (4, 0, line, 0),
        (5, 0, line / 2, 0),
        (6, 0, line / 2, 0),
    ):
        sheet.paragraph(
            f"Heading{level}", f"heading {level}",
            sheet.par(line=max(line, scale.line(step) * factor), before=before, after=after,
                      keep_next=True, keep_lines=True, outline=level - 1),
            sheet.run(step, role="heading", bold=level < 5,
                      italic=True if level == 6 and look.language.italics else None,
                      colour="ink" if level < 4 else "muted"),
            following="FirstParagraph", priority=2,
        )  # fmt: skip


def _blocks(sheet: StyleSheet) -> None:
    look = sheet.look
    line = look.leading
    rule = (sheet.border(look.start, 2.25, "accent", PAD),)
    quiet = (sheet.border(look.start, 1, "rule", PAD),)
    indent = LIST_INDENT

    def quoted(identifier: str, name: str, borders: Any, source: str) -> None:
        sheet.paragraph(
            identifier, name,
            sheet.par(line=line, before=line / 2, after=line / 2, start=indent, borders=borders,
                      keep_lines=True),
            priority=10, following=source,
        )  # fmt: skip
        sheet.paragraph(
            source, f"{name} Source",
            sheet.par(line=line, after=line, start=indent, borders=borders, keep_lines=True),
            sheet.run(-0.75, role="heading", colour="muted"), priority=11,
            following="FirstParagraph",
        )  # fmt: skip

    quoted("Statement", "Statement", rule, "StatementSource")
    quoted("Quote", "Quote", quiet, "QuoteSource")
    sheet.paragraph(
        "StatementList",
        "Statement List",
        sheet.par(line=line, borders=rule, start=indent),
        priority=12,
    )

    box = (sheet.border("top", 1, "tint", PAD), sheet.border("left", 1, "tint", PAD),
           sheet.border("bottom", 1, "tint", PAD), sheet.border("right", 1, "tint", PAD))  # fmt: skip

    def boxed(identifier: str, name: str, run: Any = None, **values: Any) -> None:
        par = sheet.par(**{"line": line, "start": PAD, "end": PAD, "borders": box,
                           "ground": "tint", "keep_lines": True, **values})  # fmt: skip
        sheet.paragraph(identifier, name, par, run, priority=13)

    small = sheet.run(-0.5, role="heading")
    boxed("Box", "Box", small, after=line / 3)
    boxed("BoxHeading", "Box Heading", sheet.run(0.5, role="heading", bold=True), after=line / 4,
          keep_next=True)  # fmt: skip
    boxed("BoxList", "Box List", sheet.run(-0.5, role="heading"), after=line / 6)
    boxed("KeyFigure", "Key Figure", sheet.run(3.5, role="heading", bold=True, colour="accent"),
          line=line * 1.5, keep_next=True)  # fmt: skip
    boxed("KeyFigureText", "Key Figure Text", sheet.run(-0.5, role="heading"), after=line / 2)

    sheet.paragraph(
        "Figure", "Figure", sheet.par(before=line, after=line / 2, keep_next=True), priority=15,
        following="Caption",
    )  # fmt: skip
    caption = sheet.run(-1, role="heading", colour="muted")
    sheet.paragraph(
        "Caption", "caption", sheet.par(line=line * 0.8, after=line * 1.25, keep_lines=True), caption,
        priority=16, following="FirstParagraph",
    )  # fmt: skip
    sheet.paragraph(
        "TableCaption", "Table Caption",
        sheet.par(line=line * 0.8, before=line, after=line / 3, keep_next=True, keep_lines=True),
        based="Caption", priority=16,
    )  # fmt: skip
    sheet.paragraph(
        "SourceCode", "Source Code",
        sheet.par(line=line * 0.8, before=line / 2, after=line / 2, ground="tint"),
        sheet.run(-1, role="mono"), priority=36,
    )  # fmt: skip


def _lists(sheet: StyleSheet) -> None:
    look = sheet.look
    line = look.leading
    for kind in ("Bullet", "Number", "Continue"):
        for level in range(1, 6):
            suffix = "" if level == 1 else f" {level}"
            par = sheet.par(line=line, after=line / 5, start=LIST_INDENT * level,
                            first=0 if kind == "Continue" else -LIST_INDENT)  # fmt: skip
            sheet.paragraph(
                f"List{kind}{suffix.strip()}", f"List {kind}{suffix}", par, priority=5,
                quick=level == 1,
            )  # fmt: skip


def _tables(sheet: StyleSheet) -> None:
    look = sheet.look
    line = look.leading * 0.85
    text = sheet.par(line=line, before=2, after=2)
    sheet.paragraph("TableText", "Table Text", text, sheet.run(-0.75, role="heading"), priority=17)
    for identifier, name, align in (
        ("TableNumber", "Table Number", "end"),
        ("TableCentred", "Table Centred", "center"),
    ):
        sheet.paragraph(
            identifier, name, sheet.par(line=line, before=2, after=2, align=align),
            based="TableText", priority=17,
        )  # fmt: skip
    sheet.paragraph(
        "TableHeading", "Table Heading",
        sheet.par(line=line, before=2, after=2, keep_next=True),
        sheet.run(bold=True), based="TableText", priority=17,
    )  # fmt: skip
    for identifier, name, align in (
        ("TableNumberHeading", "Table Number Heading", "end"),
        ("TableCentredHeading", "Table Centred Heading", "center"),
    ):
        sheet.paragraph(
            identifier, name, sheet.par(line=line, before=2, after=2, align=align, keep_next=True),
            based="TableHeading", priority=17,
        )  # fmt: skip
    borders = el("w:tblBorders", sheet.border("top", 1.5, "accent"),
                 sheet.border("bottom", 1, "accent"), sheet.border("insideH", 0.5, "rule"))  # fmt: skip
    margins = el("w:tblCellMar", *(el(f"w:{side}", w=twips(width), type="dxa") for side, width in
                                   (("top", 1), ("left", 4), ("bottom", 1), ("right", 4))))  # fmt: skip
    head = el(
        "w:tblStylePr",
        el("w:rPr", el("w:b"), el("w:bCs")),
        el("w:tcPr", el("w:tcBorders", sheet.border("bottom", 1, "accent")),
           el("w:vAlign", val="bottom")),
        type="firstRow",
    )  # fmt: skip
    foot = el(
        "w:tblStylePr",
        el("w:rPr", el("w:b"), el("w:bCs")),
        el("w:tcPr", el("w:tcBorders", sheet.border("top", 1, "accent"))),
        type="lastRow",
    )  # fmt: skip
    column = el("w:tblStylePr", el("w:rPr", el("w:b"), el("w:bCs")), type="firstCol")
    sheet.root.append(
        el("w:style", el("w:name", val="Bulletin Table"), el("w:basedOn", val="TableNormal"),
           el("w:uiPriority", val="18"), el("w:qFormat"), el("w:tblPr", borders, margins),
           head, foot, column, type="table", styleId="Table", customStyle="1")
    )  # fmt: skip


def _page(sheet: StyleSheet) -> None:
    look, scale = sheet.look, sheet.scale
    line = look.leading
    factor = line / scale.leading
    page = look.brand.page
    sheet.paragraph(
        "Publisher", "Publisher",
        sheet.par(line=line, after=line * 6, borders=(sheet.border("top", 9, "accent", 14),)),
        sheet.run(0, role="heading", bold=True, colour="accent"), priority=4,
    )  # fmt: skip
    sheet.paragraph(
        "BulletinName", "Bulletin Name", sheet.par(line=scale.line(2) * factor, after=line / 2),
        sheet.run(2, role="heading", colour="muted"), priority=4,
    )  # fmt: skip
    sheet.paragraph(
        "Date", "Date", sheet.par(line=line, after=line * 3),
        sheet.run(0, role="heading", colour="muted"), priority=4,
    )  # fmt: skip
    sheet.paragraph(
        "Title", "Title", sheet.par(line=scale.line(6, 1.15) * factor, after=line, keep_lines=True),
        sheet.run(6, role="heading", bold=True, colour="accent"), following="Subtitle", priority=4,
    )  # fmt: skip
    sheet.paragraph(
        "Subtitle", "Subtitle", sheet.par(line=scale.line(2) * factor, after=line * 2),
        sheet.run(2, role="text", colour="ink"), priority=4,
    )  # fmt: skip
    sheet.paragraph(
        "Tagline", "Tagline",
        sheet.par(line=line, before=line * 2, borders=(sheet.border("top", 0.75, "rule", PAD),)),
        sheet.run(-0.25, role="heading", colour="muted"), priority=4,
    )  # fmt: skip
    draft = tuple(sheet.border(side, 1, "draft", 6) for side in ("top", "left", "bottom", "right"))
    sheet.paragraph(
        "DraftNotice", "Draft Notice", sheet.par(line=line, before=line, after=line, start=7, end=7,
                                                 borders=draft),
        sheet.run(0.5, role="heading", bold=True, colour="draft"), priority=38,
    )  # fmt: skip
    sheet.paragraph(
        "TOCHeading", "TOC Heading",
        sheet.par(line=scale.line(3) * factor, after=line * 1.5, keep_next=True),
        sheet.run(3, role="heading", bold=True), priority=39,
    )  # fmt: skip
    end = el("w:tab", val="right", leader="dot", pos=twips(look.measure))
    number = el("w:tab", val="left", pos=twips(NUMBER_WIDTH))
    sheet.paragraph(
        "TOC1", "toc 1",
        sheet.par(line=line, before=line / 2, start=NUMBER_WIDTH, first=-NUMBER_WIDTH,
                  end=NUMBER_WIDTH * 1.5, keep_next=True, keep_lines=True, tabs=(number, end)),
        sheet.run(0, role="heading", bold=True), priority=39, quick=False,
    )  # fmt: skip
    sheet.paragraph(
        "TOC2", "toc 2",
        sheet.par(line=line * 0.9, start=NUMBER_WIDTH, end=NUMBER_WIDTH * 1.5, keep_lines=True),
        sheet.run(-0.5, colour="muted"), priority=39, quick=False,
    )  # fmt: skip
    sheet.paragraph(
        "FootnoteText", "footnote text", sheet.par(line=line * 0.8, after=2), sheet.run(-1),
        priority=25, quick=False,
    )  # fmt: skip
    tab = el("w:tab", val="right", pos=twips(look.measure))
    sheet.paragraph(
        "Header", "header",
        sheet.par(line=line * 0.8, tabs=(tab,), borders=(sheet.border("bottom", 0.5, "rule", 4),)),
        sheet.run(-1.25, role="heading", colour="muted"), priority=26, quick=False,
    )  # fmt: skip
    sheet.paragraph(
        "DraftHeader", "Draft Header", sheet.par(line=line * 0.8, after=2),
        sheet.run(-1, role="heading", bold=True, colour="draft"), priority=38, quick=False,
    )  # fmt: skip
    sheet.paragraph(
        "Footer", "footer", sheet.par(line=line * 0.8, tabs=(tab,), align="end"),
        sheet.run(-0.75, role="heading", colour="muted"), priority=26, quick=False,
    )  # fmt: skip
    del page


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

    sheet.character("Emphasis", "Emphasis", emphasis(strong=False))
    sheet.character("Strong", "Strong", sheet.run(bold=True))
    sheet.character("IntenseEmphasis", "Intense Emphasis", emphasis(strong=True))
    sheet.character(
        "Hyperlink", "Hyperlink", el("w:rPr", sheet.colour("accent"), el("w:u", val="single"))
    )
    sheet.character(
        "FootnoteReference", "footnote reference", el("w:rPr", el("w:vertAlign", val="superscript"))
    )
    sheet.character("Superscript", "Superscript", el("w:rPr", el("w:vertAlign", val="superscript")))
    sheet.character("Subscript", "Subscript", el("w:rPr", el("w:vertAlign", val="subscript")))
    sheet.character("Strikethrough", "Strikethrough", el("w:rPr", el("w:strike")))
    sheet.character("Underline", "Underline", el("w:rPr", el("w:u", val="single")))
    sheet.character("SmallCapitals", "Small Capitals", el("w:rPr", el("w:smallCaps")))
    sheet.character("Highlight", "Highlight", sheet.run(ground="tint"))
    sheet.character("SmallText", "Small Text", sheet.run(-1))
    sheet.character("VerbatimChar", "Verbatim Char", sheet.run(-0.5, role="mono"))
    sheet.character("Keyboard", "Keyboard", sheet.run(-0.5, role="mono", ground="tint"))
    sheet.character("CaptionLabel", "Caption Label", sheet.run(bold=True, colour="accent"))
    sheet.character("PageNumber", "page number", sheet.run(bold=True, colour="ink"))
    sheet.character("ArticleNumber", "Article Number", sheet.run(colour="accent"))
    sheet.character(
        "UnreviewedLabel",
        "Unreviewed Label",
        sheet.run(-1, role="heading", bold=True, colour="draft"),
    )
    mark = el(
        "w:rPr", el("w:u", val="dotted", color=sheet.look.colour("draft"), themeColor="accent6")
    )
    sheet.character("Unreviewed", "Unreviewed", mark)


def theme(look: Look) -> bytes:
    """``word/theme/theme1.xml``: the brand's colours and fonts under the names Word shows."""
    c = look.brand.colours
    colours = {
        "dk1": c.ink,
        "lt1": c.paper,
        "dk2": c.muted,
        "lt2": c.tint,
        "accent1": c.accent,
        "accent2": mix(c.accent, c.paper, 0.7),
        "accent3": c.rule,
        "accent4": mix(c.accent, c.ink, 0.6),
        "accent5": c.muted,
        "accent6": c.draft,
        "hlink": c.accent,
        "folHlink": mix(c.accent, c.muted, 0.5),
    }
    scheme = el("a:clrScheme", name="Publisher")
    for name, value in colours.items():
        scheme.append(el(f"a:{name}", el("a:srgbClr", val=value[1:].upper())))
    kinds = el("a:fontScheme", name="Publisher")
    for name, slots in (("majorFont", look.heading), ("minorFont", look.text)):
        kinds.append(
            el(f"a:{name}", el("a:latin", typeface=slots.latin),
               el("a:ea", typeface=slots.east_asian), el("a:cs", typeface=slots.complex))
        )  # fmt: skip

    def solid() -> Any:
        return el("a:solidFill", el("a:schemeClr", val="phClr"))

    formats = el(
        "a:fmtScheme",
        el("a:fillStyleLst", solid(), solid(), solid()),
        el("a:lnStyleLst", *(el("a:ln", solid(), el("a:prstDash", val="solid"), w=w)
                             for w in (6350, 12700, 19050))),
        el("a:effectStyleLst", *(el("a:effectStyle", el("a:effectLst")) for _ in range(3))),
        el("a:bgFillStyleLst", solid(), solid(), solid()),
        name="Publisher",
    )  # fmt: skip
    root = el("a:theme", el("a:themeElements", scheme, kinds, formats), el("a:objectDefaults"),
              el("a:extraClrSchemeLst"), name="Publisher")  # fmt: skip
    return serialise(root, "a")


def settings(look: Look) -> bytes:
    """``word/settings.xml``: compatibility mode 15, hyphenation, footnote separators, languages."""
    language = look.language
    mapping = {
        "bg1": "light1", "t1": "dark1", "bg2": "light2", "t2": "dark2", "accent1": "accent1",
        "accent2": "accent2", "accent3": "accent3", "accent4": "accent4", "accent5": "accent5",
        "accent6": "accent6", "hyperlink": "hyperlink", "followedHyperlink": "followedHyperlink",
    }  # fmt: skip
    modes = (
        ("compatibilityMode", "15"),
        ("overrideTableStyleFontSizeAndJustification", "1"),
        ("enableOpenTypeFeatures", "1"),
        ("doNotFlipMirrorIndents", "1"),
        ("differentiateMultirowTableHeaders", "1"),
    )
    compat = el("w:compat", *(
        el("w:compatSetting", name=name, uri="http://schemas.microsoft.com/office/word", val=value)
        for name, value in modes
    ))  # fmt: skip
    decimal = language.decimal_sign
    root = el(
        "w:settings",
        el("w:zoom", percent="100"),
        el("w:defaultTabStop", val="709"),
        el("w:autoHyphenation") if language.hyphenation else None,
        el("w:consecutiveHyphenLimit", val="2") if language.hyphenation else None,
        el("w:doNotHyphenateCaps") if language.hyphenation else None,
        el("w:characterSpacingControl", val="doNotCompress"),
        el("w:footnotePr", el("w:footnote", id="-1"), el("w:footnote", id="0")),
        compat,
        language_element(look, source="w:themeFontLang"),
        el("w:clrSchemeMapping", **mapping),
        el("w:decimalSymbol", val=decimal if decimal in ".," else "."),
        el("w:listSeparator", val=";" if decimal == "," else ","),
    )
    sort_tree(root)
    return serialise(root, "w")


def font_table(look: Look) -> bytes:
    """``word/fontTable.xml``: the families that styles name."""
    families: dict[str, str] = {}
    for slots, pitch in ((look.text, "variable"), (look.heading, "variable"), (look.mono, "fixed")):
        for name in (slots.latin, slots.complex, slots.east_asian):
            families.setdefault(name, pitch)
    root = el("w:fonts")
    for name, pitch in sorted(families.items()):
        root.append(
            el("w:font", el("w:charset", val="00"), el("w:family", val="auto"),
               el("w:pitch", val=pitch), name=name)
        )  # fmt: skip
    return serialise(root, "w")


def parts(look: Look) -> Mapping[str, bytes]:
    """The parts that an edition takes from its reference document, by name."""
    return {
        "word/styles.xml": styles(look),
        "word/theme/theme1.xml": theme(look),
        "word/settings.xml": settings(look),
        "word/fontTable.xml": font_table(look),
    }


def reference_document(look: Look) -> bytes:
    """A document with all styles and no text: pandoc's ``--reference-doc``, or an office's template."""
    from publisher.editions.docx_numbering import Numbering

    page = section_properties(look)
    body = el("w:document", el("w:body", el("w:p"), page))
    notes = el("w:footnotes", *package.note_separators())
    made = {
        **parts(look),
        "word/document.xml": serialise(body, "w", "r"),
        "word/footnotes.xml": serialise(notes, "w"),
        "word/numbering.xml": Numbering(look).part(),
    }
    return package.assemble(made, [])


def section_properties(look: Look, *references: Any, **values: Any) -> Any:
    """``w:sectPr`` with the brand's page; ``references`` are headers and footers."""
    page = look.brand.page
    before, behind = page.start, page.end
    if look.rtl:
        before, behind = behind, before

    def mm(value: float) -> int:
        return round(value * 1440 / 25.4)

    section = el(
        "w:sectPr",
        *references,
        el("w:footnotePr", el("w:numRestart", val="continuous")),
        el("w:type", val="nextPage"),
        el("w:pgSz", w=mm(page.width), h=mm(page.height)),
        el("w:pgMar", top=mm(page.top), right=mm(behind), bottom=mm(page.bottom),
           left=mm(before), header=mm(page.top * 0.5), footer=mm(page.bottom * 0.5), gutter=0),
        el("w:cols", space="720"),
        el("w:vAlign", val=values["align"]) if values.get("align") else None,
        el("w:bidi") if look.rtl else None,
    )  # fmt: skip
    sort_tree(section)
    return section


__all__ = [
    "BUILT_IN",
    "NUMBER_WIDTH",
    "parts",
    "reference_document",
    "section_properties",
    "word_tag",
]
