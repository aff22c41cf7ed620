"""The toolkit's own rules for a DOCX: what makes Word refuse a file, and what readers miss.

Element order is that of ECMA-376 part 1: Word calls a file damaged when properties stand in another
order, although the XML is well-formed and LibreOffice opens it.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from publisher.errors import InputError
from publisher.judges import Message, Severity, Verdict
from publisher.judges.own import OwnRules
from publisher.judges.tools import members, parse_xml
from publisher.language import direction_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
DC = "{http://purl.org/dc/elements/1.1/}"

_SCHEMES = ("http", "https", "mailto", "tel")


def _names(text: str) -> dict[str, int]:
    return {f"{W}{name}": place for place, name in enumerate(text.split())}


_ORDER: dict[str, dict[str, int]] = {
    "pPr": _names(
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr "
        "suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap "
        "overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid "
        "spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection "
        "textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
    ),
    "rPr": _names(
        "ins del moveFrom moveTo rStyle rFonts b bCs i iCs caps smallCaps strike dstrike "
        "outline shadow emboss imprint noProof snapToGrid vanish webHidden color spacing w "
        "kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang "
        "eastAsianLayout specVanish oMath rPrChange"
    ),
    "tblPr": _names(
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW "
        "jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption "
        "tblDescription tblPrChange"
    ),
    "tcPr": _names(
        "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection "
        "tcFitText vAlign hideMark headers cellIns cellDel cellMerge tcPrChange"
    ),
    "sectPr": _names(
        "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc "
        "pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection "
        "bidi rtlGutter docGrid printerSettings sectPrChange"
    ),
}
"""The sequence of children that ECMA-376 part 1 §17.3–17.6 prescribes. Headers and footers may
come in any order among themselves."""

_ANY = {"headerReference", "footerReference"}


class DocxRules(OwnRules):
    """Relations, element order, ids, alternatives, headings, direction, language, title."""

    name = "docx-rules"
    suffixes: tuple[str, ...] = (".docx",)

    def rules(self, data: bytes, name: str) -> Verdict:
        """All rules on the bytes of one file."""
        return judge(data, name)


def judge(data: bytes, name: str) -> Verdict:
    """All rules on the bytes of one DOCX; a file that is no DOCX is one error."""
    try:
        files = members(data, name)
        parts = {
            path: parse_xml(content, path)
            for path, content in files.items()
            if path.endswith((".xml", ".rels"))
        }
        if "word/document.xml" not in parts:
            raise InputError("there is no word/document.xml", path=name)
    except InputError as error:
        where = f"{error.path}:{error.line}" if error.line else (error.path or "")
        return (Message("error", "unreadable", error.message, where),)
    rules = (
        _types(files, parts),
        _relations(files, parts),
        _sequence(parts),
        _references(parts),
        _pictures(parts),
        _structure(parts),
        _language(parts),
    )
    return tuple(message for rule in rules for message in rule)


def _error(code: str, text: str, where: str = "", severity: Severity = "error") -> Message:
    return Message(severity, code, text, where)


def _at(path: str, element: Any) -> str:
    return f"{path}:{element.sourceline}" if element.sourceline else path


def _value(element: Any, name: str = "val") -> str:
    return "" if element is None else str(element.get(f"{W}{name}", ""))


def _types(files: dict[str, bytes], parts: dict[str, Any]) -> Iterator[Message]:
    types = parts.get("[Content_Types].xml")
    if types is None:
        yield _error("types", "there is no [Content_Types].xml")
        return
    defaults = {e.get("Extension", "").lower() for e in types.iter("{*}Default")}
    overrides = {e.get("PartName", "").lstrip("/") for e in types.iter("{*}Override")}
    for path in files:
        extension = path.rsplit(".", 1)[-1].lower()
        if path != "[Content_Types].xml" and path not in overrides and extension not in defaults:
            yield _error("types", "a part has no content type", path)
    for path in sorted(overrides - set(files)):
        yield _error("types", "a content type for a part that is missing", path)


def _relations(files: dict[str, bytes], parts: dict[str, Any]) -> Iterator[Message]:
    for path, root in parts.items():
        if not path.endswith(".rels"):
            continue
        folder = posixpath.dirname(posixpath.dirname(path))
        owner = posixpath.join(folder, posixpath.basename(path)[: -len(".rels")])
        ids: set[str] = set()
        for relation in root.iter(f"{REL}Relationship"):
            target = relation.get("Target", "")
            if relation.get("Id", "") in ids:
                yield _error("relation", f"the id {relation.get('Id')} is used twice", path)
            ids.add(relation.get("Id", ""))
            if relation.get("TargetMode") == "External":
                hyperlink = relation.get("Type", "").endswith("/hyperlink")
                if not hyperlink or urlsplit(target).scheme.lower() not in _SCHEMES:
                    yield _error("relation", f"a reference outside: {target[:80]}", path)
                continue
            full = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            if unquote(posixpath.normpath(full)) not in files:
                yield _error("relation", f"the part “{target}” is missing", path)
        if owner in parts:
            for element in parts[owner].iter():
                if not isinstance(element.tag, str):
                    continue
                for key, value in element.attrib.items():
                    if key.startswith(R) and value and value not in ids:
                        yield _error(
                            "relation", f"the relation {value} is missing", _at(owner, element)
                        )


def _sequence(parts: dict[str, Any]) -> Iterator[Message]:
    for path, root in parts.items():
        if not path.startswith("word/") or path.endswith(".rels"):
            continue
        for name, order in _ORDER.items():
            free = {W + child for child in _ANY}
            for element in root.iter(W + name):
                last = -1
                seen: set[str] = set()
                for child in element:
                    place = order.get(child.tag) if isinstance(child.tag, str) else None
                    if place is None or child.tag in free:
                        continue
                    local = child.tag[len(W) :]
                    if child.tag in seen:
                        yield _error("order", f"two {local} in one {name}", _at(path, child))
                    elif place < last:
                        yield _error(
                            "order", f"{local} stands too late in {name}", _at(path, child)
                        )
                    seen.add(child.tag)
                    last = max(last, place)


def _references(parts: dict[str, Any]) -> Iterator[Message]:
    """Styles, numberings, notes and bookmarks that are used exist, and ids are unique."""
    document = parts["word/document.xml"]
    styles = parts.get("word/styles.xml")
    known = set() if styles is None else {_value(s, "styleId") for s in styles.iter(f"{W}style")}
    for path, root in parts.items():
        if not path.startswith("word/") or path.endswith(".rels") or styles is None:
            continue
        for kind in ("pStyle", "rStyle", "tblStyle", "basedOn", "link", "next"):
            for used in sorted({_value(e) for e in root.iter(W + kind)} - known - {""}):
                yield _error("style", f"the style “{used}” is not defined", path)
    numbering = parts.get("word/numbering.xml")
    numbers = (
        set() if numbering is None else {_value(n, "numId") for n in numbering.iter(f"{W}num")}
    )
    for used in sorted({_value(e) for e in document.iter(f"{W}numId")} - numbers - {"", "0"}):
        yield _error("numbering", f"the numbering {used} is not defined", "word/document.xml")
    for kind in ("footnote", "endnote"):
        notes = parts.get(f"word/{kind}s.xml")
        have = set() if notes is None else {_value(n, "id") for n in notes.iter(W + kind)}
        for used in sorted({_value(e, "id") for e in document.iter(f"{W}{kind}Reference")} - have):
            yield _error("note", f"the {kind} {used} is missing", "word/document.xml")
    starts = list(document.iter(f"{W}bookmarkStart"))
    names = [_value(e, "name") for e in starts]
    ids = [_value(e, "id") for e in starts]
    for repeated in sorted(n for n, count in Counter(names).items() if count > 1):
        yield _error("bookmark", f"the bookmark “{repeated}” is there twice", "word/document.xml")
    if len(set(ids)) != len(ids):
        yield _error("bookmark", "two bookmarks have one id", "word/document.xml")
    for link in document.iter(f"{W}hyperlink"):
        anchor = _value(link, "anchor")
        if anchor and anchor not in names and anchor != "_top":
            yield _error(
                "link", f"the bookmark “{anchor}” is missing", _at("word/document.xml", link)
            )


def _pictures(parts: dict[str, Any]) -> Iterator[Message]:
    for path, root in parts.items():
        if not path.startswith("word/"):
            continue
        ids: set[str] = set()
        for properties in root.iter(f"{WP}docPr"):
            if properties.get("id", "") in ids:
                yield _error("picture", f"two pictures have the id {properties.get('id')}", path)
            ids.add(properties.get("id", ""))
            decorative = any(
                "decorative" in str(e.tag) and e.get("val") in ("1", "true")
                for e in properties.iter()
            )
            if not (properties.get("descr") or "").strip() and not decorative:
                yield _error("alt", "a picture has no alternative text", _at(path, properties))


def _structure(parts: dict[str, Any]) -> Iterator[Message]:
    """Heading levels are not skipped, and every table has a header row that repeats."""
    document = parts["word/document.xml"]
    levels = _heading_levels(parts.get("word/styles.xml"))
    last = 0
    for paragraph in document.iter(f"{W}p"):
        style = _value(paragraph.find(f"{W}pPr/{W}pStyle"))
        level = levels.get(style)
        if level is None:
            continue
        if level > last + 1:
            yield _error(
                "heading",
                f"a heading of level {level} after level {last}",
                _at("word/document.xml", paragraph),
            )
        last = level
    for table in document.iter(f"{W}tbl"):
        rows = table.findall(f"{W}tr")
        if len(rows) > 1 and rows[0].find(f"{W}trPr/{W}tblHeader") is None:
            yield _error(
                "table",
                "a table has no header row that repeats",
                _at("word/document.xml", table),
                "warning",
            )


def _heading_levels(styles: Any) -> dict[str, int]:
    result: dict[str, int] = {}
    if styles is None:
        return result
    for style in styles.iter(f"{W}style"):
        outline = style.find(f"{W}pPr/{W}outlineLvl")
        name = _value(style.find(f"{W}name")).lower()
        if name.startswith("heading ") and name[8:].isdigit():
            result[_value(style, "styleId")] = int(name[8:])
        elif outline is not None and _value(outline).isdigit() and int(_value(outline)) < 9:
            result[_value(style, "styleId")] = int(_value(outline)) + 1
    return result


def _language(parts: dict[str, Any]) -> Iterator[Message]:
    """A title, a language, and right-to-left paragraphs, tables and sections where it asks so."""
    core = parts.get("docProps/core.xml")
    if core is None or not (core.findtext(f".//{DC}title") or "").strip():
        yield _error("title", "the properties have no title")
    styles = parts.get("word/styles.xml")
    default = (
        None if styles is None else styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    )
    language = _value(default)
    declared = "" if core is None else (core.findtext(f".//{DC}language") or "").strip()
    if not language and not declared:
        yield _error("language", "the document has no default language")
        return
    if direction_of(declared or _value(default, "bidi") or language) != "rtl":
        return
    document = parts["word/document.xml"]
    for section in document.iter(f"{W}sectPr"):
        if section.find(f"{W}bidi") is None:
            yield _error("direction", "a section runs from left to right", "word/document.xml")
    for table in document.iter(f"{W}tbl"):
        if table.find(f"{W}tblPr/{W}bidiVisual") is None:
            yield _error(
                "direction",
                "a table's columns run from left to right",
                _at("word/document.xml", table),
            )
