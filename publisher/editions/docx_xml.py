"""WordprocessingML: namespaces, building of elements, and the schema's order of children.

ECMA-376 part 1 (ISO/IEC 29500-1) defines property elements as sequences; Word refuses or repairs a
file whose order differs. The orders below are those of ``wml.xsd`` (transitional).
"""

from __future__ import annotations

from typing import Any

from publisher import safe_xml

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "w10": "urn:schemas-microsoft-com:office:word",
    "p": "urn:publisher:mark",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
"""Prefixes; ``p`` is our own for marks that travel through pandoc and never reach the file."""

_SEQUENCES = """
pPr: pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers
    pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE
    autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents
    suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle
    rPr sectPr pPrChange
rPr: rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint
    noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect
    bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath
tblPr: tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc
    tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription
tcPr: cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText
    vAlign hideMark
sectPr: headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders
    lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter
    docGrid printerSettings
style: name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed
    qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr
    tblStylePr
lvl: start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr
pBdr: top left bottom right between bar
tblBorders: top left start bottom right end insideH insideV
tcBorders: top left start bottom right end insideH insideV tl2br tr2bl
settings: writeProtection view zoom removePersonalInformation removeDateAndTime
    embedTrueTypeFonts embedSystemFonts saveSubsetFonts mirrorMargins documentProtection
    defaultTabStop autoHyphenation consecutiveHyphenLimit hyphenationZone doNotHyphenateCaps
    evenAndOddHeaders characterSpacingControl footnotePr endnotePr compat rsids mathPr
    themeFontLang clrSchemeMapping decimalSymbol listSeparator
"""


def _orders() -> dict[str, tuple[str, ...]]:
    joined = _SEQUENCES.replace("\n    ", " ").strip()
    pairs = (line.split(": ", 1) for line in joined.splitlines())
    return {name: tuple(children.split()) for name, children in pairs}


ORDER = _orders()
"""The order of the children of each property element, by local name."""

_RANKS = {
    parent: {name: rank for rank, name in enumerate(names)} for parent, names in ORDER.items()
}


def qname(name: str) -> str:
    """``w:p`` in Clark notation."""
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


W = f"{{{NAMESPACES['w']}}}"
P = f"{{{NAMESPACES['p']}}}"
XML_SPACE = qname("xml:space")


def el(tag: str, *children: Any, **attributes: object) -> Any:
    """An element such as ``el("w:spacing", before=120)``.

    Attributes take the ``w`` namespace when the tag has it, none otherwise; a name may carry its
    own prefix as ``r__id``, and a trailing ``_`` is dropped (``val_``, ``type_``). Strings become text,
    None among the children or as a value is left out.
    """
    from lxml import etree

    prefix = tag.split(":", 1)[0]
    element = etree.Element(
        qname(tag), nsmap=None if prefix == "p" else {prefix: NAMESPACES[prefix]}
    )
    for name, value in attributes.items():
        if value is None:
            continue
        if "__" in name:
            key = qname(name.replace("__", ":"))
        else:
            key = qname(f"w:{name.rstrip('_')}") if prefix == "w" else name.rstrip("_")
        element.set(key, str(value))
    for child in children:
        if child is None:
            continue
        if isinstance(child, str):
            element.text = (element.text or "") + child
        else:
            element.append(child)
    return element


def flag(tag: str, on: bool) -> Any:
    """A toggle such as ``<w:b/>``, or None."""
    return el(tag) if on else None


def text_run(text: str, style: str | None = None) -> Any:
    """A run of plain text with an optional character style (by id); tabs become ``w:tab``."""
    run = el("w:r")
    if style:
        run.append(el("w:rPr", el("w:rStyle", val=style)))
    for index, piece in enumerate(text.split("\t")):
        if index:
            run.append(el("w:tab"))
        if piece:
            node = el("w:t", piece)
            node.set(XML_SPACE, "preserve")
            run.append(node)
    return run


def field(instruction: str, *result: Any, style: str | None = None) -> list[Any]:
    """A complex field with its cached result (ECMA-376 part 1 §17.16.18)."""

    def run(content: Any) -> Any:
        # Word gives a refreshed result the format of its code.
        properties = el("w:rPr", el("w:rStyle", val=style)) if style else None
        return el("w:r", properties, content)

    def char(kind: str) -> Any:
        return run(el("w:fldChar", fldCharType=kind))

    code = el("w:instrText", f" {instruction} ")
    code.set(XML_SPACE, "preserve")
    return [char("begin"), run(code), char("separate"), *result, char("end")]


def paragraph(style: str, *content: Any) -> Any:
    """A paragraph in a style (by id)."""
    return el("w:p", el("w:pPr", el("w:pStyle", val=style)), *content)


def properties(element: Any, name: str = "pPr") -> Any:
    """The property child of a paragraph, run, table or cell, made where it is missing."""
    found = element.find(W + name)
    if found is None:
        found = el(f"w:{name}")
        element.insert(0, found)
    return found


def put(parent: Any, child: Any) -> None:
    """Set a property: replaces the child of the same name and keeps the schema's order."""
    old = parent.find(child.tag)
    if old is not None:
        parent.remove(old)
    parent.append(child)
    sort_children(parent)


def sort_children(element: Any) -> None:
    """Bring the children of one property element into the schema's order (stable)."""
    ranks = _RANKS.get(local(element))
    if ranks is None or len(element) < 2:
        return
    children = sorted(element, key=lambda child: ranks.get(local(child), len(ranks)))
    if children != list(element):
        element[:] = children


def sort_tree(root: Any) -> None:
    """``sort_children`` for every element of a part."""
    for element in root.iter(*(W + name for name in ORDER)):
        sort_children(element)


def local(element: Any) -> str:
    """The local name of an element."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def parse(data: bytes) -> Any:
    """The root of an XML part, parsed without entities and network."""
    from lxml import etree

    parser = safe_xml.parser(huge_tree=True)
    return etree.fromstring(data, parser)


def serialise(root: Any, *prefixes: str) -> bytes:
    """The bytes of a part: XML declaration, the namespaces it uses and no others."""
    from lxml import etree

    used = {name: NAMESPACES[name] for name in prefixes}
    holder = etree.Element(root.tag, nsmap=used)
    holder.attrib.update(root.attrib)
    holder[:] = list(root)
    holder.text = root.text
    etree.cleanup_namespaces(holder, keep_ns_prefixes=list(prefixes))
    return etree.tostring(holder, xml_declaration=True, encoding="UTF-8", standalone=True)
