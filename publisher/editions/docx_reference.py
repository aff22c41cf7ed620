"""The reference document: every style of the DOCX edition, generated from the brand.

``reference_document`` is what pandoc gets as ``--reference-doc`` and what an office may use as its
own Word template; the parts that it is made of go unchanged into each edition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from publisher.brand import mix
from publisher.editions import docx_package as package
from publisher.editions.docx_sheet import styles
from publisher.editions.docx_styles import Look
from publisher.editions.docx_tags import language_element, word_tag
from publisher.editions.docx_xml import el, serialise, sort_tree

if TYPE_CHECKING:
    from collections.abc import Mapping


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
        language_element(look, tag="w:themeFontLang"),
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
    """A document with all styles and no text: for pandoc, or as an office's own template."""
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
    tag = word_tag(look.language.locale or look.language.code)
    return package.assemble(made, [], package.Properties(title="Publisher", language=tag))


def section_properties(look: Look, *references: Any, top: float | None = None) -> Any:
    """``w:sectPr`` with the brand's page; ``references`` are headers and footers.

    ``top`` (mm) replaces the brand's upper margin.
    """
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
        el("w:pgMar", top=mm(page.top if top is None else top), right=mm(behind), bottom=mm(page.bottom),
           left=mm(before), header=mm(page.top * 0.4), footer=mm(page.bottom * 0.5), gutter=0),
        el("w:cols", space="720"),
        el("w:bidi") if look.rtl else None,
    )  # fmt: skip
    sort_tree(section)
    return section
