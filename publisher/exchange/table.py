"""A bilingual DOCX table for reviewers who have only Word: source, translation, tick, comment.

The source stands in locked content controls (ECMA-376 part 1, §17.5.2), tags are runs of the style "Tag"; each
row is known by a bookmark, which Word and LibreOffice both keep. On the way back tracked changes count as
accepted, and Word's own comments are read as well as the comment column.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from publisher.catalog import tags
from publisher.errors import InputError
from publisher.exchange import Incoming, Info, Unit
from publisher.exchange.markup import clean, parse_xml

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{W}}}"
TICK = "✓"
HEADER = ("No.", "Source", "Translation", "OK", "Comment")
WIDTHS = (600, 4700, 4700, 600, 2800)

MAX_MEMBER = 64 * 1024 * 1024
MAX_TOTAL = 128 * 1024 * 1024

_RTL = frozenset({"ar", "fa", "he", "ur", "ps", "ckb", "ug", "yi"})

_ISOLATED = re.compile("\u2066(</?[a-z]+[0-9]*/?>)\u2069")

_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.styles+xml"/></Types>'
)
_RELS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/{kind}" Target="{target}"/></Relationships>'
)
_STYLES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>
<w:rFonts w:ascii="Noto Sans" w:hAnsi="Noto Sans" w:eastAsia="Noto Sans" w:cs="Noto Sans Arabic"/>
<w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>
<w:pPr><w:spacing w:after="120"/><w:outlineLvl w:val="0"/></w:pPr>
<w:rPr><w:b/><w:bCs/><w:sz w:val="30"/><w:szCs w:val="30"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Place"><w:name w:val="Place"/><w:basedOn w:val="Normal"/>
<w:rPr><w:color w:val="595959"/><w:sz w:val="16"/><w:szCs w:val="16"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Tag"><w:name w:val="Tag"/>
<w:rPr><w:noProof/><w:color w:val="9C3D12"/><w:shd w:val="clear" w:color="auto" w:fill="F6E8E1"/></w:rPr></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>
<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>
<w:style w:type="table" w:styleId="Bilingual"><w:name w:val="Bilingual"/><w:basedOn w:val="TableNormal"/>
<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="404040"/>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="404040"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="BFBFBF"/></w:tblBorders>
<w:tblCellMar><w:top w:w="60" w:type="dxa"/><w:left w:w="100" w:type="dxa"/><w:bottom w:w="60" w:type="dxa"/>
<w:right w:w="100" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>
"""


def write(units: Sequence[Unit], info: Info) -> bytes:
    """The table as a Word document, A4 landscape."""
    from lxml import etree

    root = etree.Element(f"{_W}document", nsmap={"w": W})
    body = etree.SubElement(root, f"{_W}body")
    heading = _paragraph(body, "Heading1")
    _run(heading, f"{info.project} {info.issue}: {info.source_language} → {info.language}")
    note = _paragraph(body, "Place")
    _run(
        note,
        f"Edit the column “{HEADER[2]}”, keep the coloured tags, and put {TICK} or x into "
        f"“{HEADER[3]}” where a text is finished.",
    )
    table = etree.SubElement(body, f"{_W}tbl")
    properties = etree.SubElement(table, f"{_W}tblPr")
    _value(properties, "tblStyle", "Bilingual")
    etree.SubElement(properties, f"{_W}tblW", {f"{_W}w": str(sum(WIDTHS)), f"{_W}type": "dxa"})
    etree.SubElement(properties, f"{_W}tblLayout", {f"{_W}type": "fixed"})
    grid = etree.SubElement(table, f"{_W}tblGrid")
    for width in WIDTHS:
        etree.SubElement(grid, f"{_W}gridCol", {f"{_W}w": str(width)})
    _header(table)
    rtl = info.language.split("-", 1)[0] in _RTL
    for number, unit in enumerate(units, start=1):
        _row(table, unit, number, rtl)
    _paragraph(body, "Normal")
    section = etree.SubElement(body, f"{_W}sectPr")
    etree.SubElement(
        section,
        f"{_W}pgSz",
        {f"{_W}w": "16838", f"{_W}h": "11906", f"{_W}orient": "landscape"},
    )
    margins = {"top": "900", "right": "900", "bottom": "900", "left": "900", "header": "450"}
    margins |= {"footer": "450", "gutter": "0"}
    etree.SubElement(section, f"{_W}pgMar", {f"{_W}{key}": value for key, value in margins.items()})
    xml = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
    return _package({"word/document.xml": xml, "word/styles.xml": _STYLES.encode()})


def _package(parts: Mapping[str, bytes]) -> bytes:
    members = {
        "[Content_Types].xml": _CONTENT_TYPES.encode(),
        "_rels/.rels": _RELS.format(kind="officeDocument", target="word/document.xml").encode(),
        "word/_rels/document.xml.rels": _RELS.format(kind="styles", target="styles.xml").encode(),
        **parts,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    return stream.getvalue()


def _value(parent: Any, name: str, value: str) -> Any:
    from lxml import etree

    return etree.SubElement(parent, f"{_W}{name}", {f"{_W}val": value})


def _paragraph(parent: Any, style: str, *, rtl: bool = False) -> Any:
    from lxml import etree

    paragraph = etree.SubElement(parent, f"{_W}p")
    properties = etree.SubElement(paragraph, f"{_W}pPr")
    _value(properties, "pStyle", style)
    if rtl:
        etree.SubElement(properties, f"{_W}bidi")
    return paragraph


def _run(paragraph: Any, text: str, *, style: str = "", rtl: bool = False) -> None:
    from lxml import etree

    run = etree.SubElement(paragraph, f"{_W}r")
    if style or rtl:
        properties = etree.SubElement(run, f"{_W}rPr")
        if style:
            _value(properties, "rStyle", style)
        if rtl:
            etree.SubElement(properties, f"{_W}rtl")
    node = etree.SubElement(run, f"{_W}t")
    node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    node.text = clean(text)


def _cell(row: Any, width: int) -> Any:
    from lxml import etree

    cell = etree.SubElement(row, f"{_W}tc")
    properties = etree.SubElement(cell, f"{_W}tcPr")
    etree.SubElement(properties, f"{_W}tcW", {f"{_W}w": str(width), f"{_W}type": "dxa"})
    return cell


def _header(table: Any) -> None:
    from lxml import etree

    row = etree.SubElement(table, f"{_W}tr")
    properties = etree.SubElement(row, f"{_W}trPr")
    etree.SubElement(properties, f"{_W}cantSplit")
    etree.SubElement(properties, f"{_W}tblHeader")
    for text, width in zip(HEADER, WIDTHS, strict=True):
        _run(_paragraph(_cell(row, width), "Normal"), text)


def _row(table: Any, unit: Unit, number: int, rtl: bool) -> None:
    from lxml import etree

    row = etree.SubElement(table, f"{_W}tr")
    etree.SubElement(etree.SubElement(row, f"{_W}trPr"), f"{_W}cantSplit")
    first = _paragraph(_cell(row, WIDTHS[0]), "Place")
    mark = {f"{_W}id": str(number), f"{_W}name": unit.id}
    etree.SubElement(first, f"{_W}bookmarkStart", mark)
    _run(first, str(number))
    etree.SubElement(first, f"{_W}bookmarkEnd", {f"{_W}id": str(number)})
    cell = _cell(row, WIDTHS[1])
    control = etree.SubElement(cell, f"{_W}sdt")
    properties = etree.SubElement(control, f"{_W}sdtPr")
    _value(properties, "id", str(number))
    _value(properties, "lock", "sdtContentLocked")
    content = etree.SubElement(control, f"{_W}sdtContent")
    _tagged(_paragraph(content, "Normal"), unit.entry.msgid, unit.names)
    place = _paragraph(cell, "Place")
    _run(place, unit.entry.extracted[0] if unit.entry.extracted else unit.state.value)
    target = _paragraph(_cell(row, WIDTHS[2]), "Normal", rtl=rtl)
    _tagged(target, unit.entry.msgstr, unit.names, rtl=rtl)
    tick = _paragraph(_cell(row, WIDTHS[3]), "Normal")
    if unit.state.clean:
        _run(tick, TICK)
    _paragraph(_cell(row, WIDTHS[4]), "Normal")


def _tagged(paragraph: Any, text: str, names: Mapping[str, bool], *, rtl: bool = False) -> None:
    for piece, _, form in tags.tokens(text, names):
        _run(
            paragraph,
            f"\u2066{piece}\u2069" if rtl and form != "text" else piece,
            style="" if form == "text" else "Tag",
            rtl=rtl and form == "text",
        )


def read(data: bytes, name: str) -> list[Incoming]:
    """The rows of a table that came back; raises InputError for any other file."""
    parts = _parts(data, name)
    document = parse_xml(parts["word/document.xml"], name)
    remarks = _comments(parts.get("word/comments.xml"), name)
    rows = []
    for number, row in enumerate(document.iter(f"{_W}tr"), start=0):
        if row.find(f".//{_W}trPr/{_W}del") is not None:
            continue
        cells = [cell for cell in row.iter(f"{_W}tc") if _owner(cell) is row]
        identifier = next(
            (
                mark.get(f"{_W}name", "")
                for mark in row.iter(f"{_W}bookmarkStart")
                if mark.get(f"{_W}name", "").startswith("s")
            ),
            "",
        )
        if len(cells) < 3 or (number == 0 and not identifier):
            continue
        texts = [_cell_text(cell) for cell in cells]
        noted = [
            remarks[reference.get(f"{_W}id", "")]
            for reference in row.iter(f"{_W}commentReference")
            if reference.get(f"{_W}id", "") in remarks
        ]
        comment = "\n".join([*(texts[4:5] if len(texts) > 4 else []), *noted])
        done = len(texts) > 3 and bool(texts[3].strip())
        rows.append(
            Incoming(identifier, texts[2], done and bool(texts[2]), comment, f"row {texts[0]}")
        )
    if not rows:
        raise InputError(
            "the document holds no bilingual table",
            path=name,
            hint="Send back the table as it was sent.",
        )
    return rows


def _owner(cell: Any) -> Any:
    node = cell.getparent()
    while node is not None and node.tag != f"{_W}tr":
        node = node.getparent()
    return node


def _parts(data: bytes, name: str) -> dict[str, bytes]:
    """The XML parts that are read, within limits."""
    wanted = ("word/document.xml", "word/comments.xml")
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if member.filename not in wanted:
                    continue
                if member.flag_bits & 1:
                    raise InputError("the document is protected by a password", path=name)
                with archive.open(member) as stream:
                    part = stream.read(MAX_MEMBER + 1)
                if len(part) > MAX_MEMBER:
                    raise InputError("the document is too large", path=name)
                found[member.filename] = part
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise InputError("the file is not a Word document (.docx)", path=name) from error
    except zlib.error as error:
        raise InputError("the Word document is damaged", path=name) from error
    if "word/document.xml" not in found:
        raise InputError("the file is not a Word document (.docx)", path=name)
    return found


def _cell_text(cell: Any) -> str:
    paragraphs = ["".join(_pieces(paragraph)) for paragraph in cell.iter(f"{_W}p")]
    # Isolates keep a tag readable in right-to-left text (Unicode UAX 9, §2.4); they are not text.
    return _ISOLATED.sub(r"\1", " ".join(paragraphs)).strip()


def _pieces(paragraph: Any) -> Iterator[str]:
    """The text of a paragraph with tracked changes accepted."""
    for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}noBreakHyphen"):
        if any(parent.tag in {f"{_W}del", f"{_W}moveFrom"} for parent in node.iterancestors()):
            continue
        if node.tag == f"{_W}t":
            yield node.text or ""
        elif node.tag == f"{_W}noBreakHyphen":
            yield "\u2011"
        else:
            yield " "


def _comments(data: bytes | None, name: str) -> dict[str, str]:
    if data is None:
        return {}
    root = parse_xml(data, name)
    return {
        comment.get(f"{_W}id", ""): " ".join("".join(node.text or "" for node in p.iter(f"{_W}t"))
                                             for p in comment.iter(f"{_W}p")).strip()
        for comment in root.iter(f"{_W}comment")
    }  # fmt: skip
