"""XLIFF 2.1 (OASIS Standard, 13 February 2018) and 1.2 (OASIS Standard, 1 February 2008).

Tags are inline codes: ``<pc>``/``<ph>`` in 2.1, ``<g>``/``<x>`` in 1.2, with our tag name as their id
(and ``-2``, ``-3`` … for the second of a name in one unit, since ids are unique there).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from publisher.catalog import tags
from publisher.catalog.states import State
from publisher.errors import InputError
from publisher.exchange import Incoming, Info, Unit
from publisher.exchange.markup import XML, clean, dump, parse_xml

NS2 = "urn:oasis:names:tc:xliff:document:2.0"
NS12 = "urn:oasis:names:tc:xliff:document:1.2"

# lxml takes None for the default namespace; its stubs do not know.
_DEFAULT2: Any = {None: NS2}
_DEFAULT12: Any = {None: NS12}


_STATES2 = {
    State.MISSING: ("initial", ""),
    State.MACHINE: ("translated", "pub:machine"),
    State.EDITED: ("translated", "pub:edited"),
    State.CHANGED: ("translated", "pub:changed"),
    State.REVIEWED: ("reviewed", ""),
    State.APPROVED: ("final", ""),
}
_STATES12 = {
    State.MISSING: "new",
    State.MACHINE: "needs-review-translation",
    State.EDITED: "needs-review-translation",
    State.CHANGED: "needs-adaptation",
    State.REVIEWED: "translated",
    State.APPROVED: "signed-off",
}
_DONE12 = frozenset({"translated", "signed-off", "final"})
_TYPES2 = {"a": "link", "img": "image", "note": "other", "code": "other", "span": "fmt"}
_SUBTYPES2 = {"em": "xlf:i", "strong": "xlf:b", "u": "xlf:u", "br": "xlf:lb"}
_TYPES12 = {"em": "italic", "strong": "bold", "a": "link", "u": "underlined"}
_SUFFIX = re.compile(r"([a-z]+[0-9]*)(?:-\d+)?")


def write(units: Sequence[Unit], info: Info) -> bytes:
    """An XLIFF 2.1 file."""
    from lxml import etree

    root = etree.Element(
        f"{{{NS2}}}xliff",
        attrib={"version": "2.1", "srcLang": info.source_language, "trgLang": info.language},
        nsmap=_DEFAULT2,
    )
    root.set(f"{XML}space", "preserve")
    file = etree.SubElement(
        root, f"{{{NS2}}}file", id="f1", original=f"{info.project} {info.issue}"
    )
    for unit in units:
        node = etree.SubElement(file, f"{{{NS2}}}unit", id=unit.id)
        notes = [*unit.entry.extracted, *unit.entry.comments]
        if notes:
            holder = etree.SubElement(node, f"{{{NS2}}}notes")
            for number, text in enumerate(notes):
                category = "place" if number < len(unit.entry.extracted) else "translator"
                note = etree.SubElement(holder, f"{{{NS2}}}note", category=category)
                note.text = clean(text)
        state, substate = _STATES2[unit.state]
        segment = etree.SubElement(node, f"{{{NS2}}}segment", id="s1", state=state)
        if substate:
            segment.set("subState", substate)
        _fill(etree.SubElement(segment, f"{{{NS2}}}source"), unit.entry.msgid, unit.names, _code2)
        if unit.entry.msgstr:
            target = etree.SubElement(segment, f"{{{NS2}}}target")
            target.set(f"{XML}lang", info.language)
            _fill(target, unit.entry.msgstr, unit.names, _code2)
    return dump(root)


def write12(units: Sequence[Unit], info: Info) -> bytes:
    """An XLIFF 1.2 file, for tools that know no newer one."""
    from lxml import etree

    root = etree.Element(f"{{{NS12}}}xliff", attrib={"version": "1.2"}, nsmap=_DEFAULT12)
    file = etree.SubElement(
        root,
        f"{{{NS12}}}file",
        attrib={
            "original": f"{info.project} {info.issue}",
            "source-language": info.source_language,
            "target-language": info.language,
            "datatype": "plaintext",
        },
    )
    header = etree.SubElement(file, f"{{{NS12}}}header")
    etree.SubElement(
        header,
        f"{{{NS12}}}tool",
        attrib={
            "tool-id": "publisher",
            "tool-name": "Publisher",
            "tool-version": info.tool_version,
        },
    )
    body = etree.SubElement(file, f"{{{NS12}}}body")
    for unit in units:
        node = etree.SubElement(body, f"{{{NS12}}}trans-unit", id=unit.id)
        node.set(f"{XML}space", "preserve")
        if unit.state.clean:
            node.set("approved", "yes")
        _fill(etree.SubElement(node, f"{{{NS12}}}source"), unit.entry.msgid, unit.names, _code12)
        target = etree.SubElement(node, f"{{{NS12}}}target", state=_STATES12[unit.state])
        if unit.state is State.MACHINE:
            target.set("state-qualifier", "leveraged-mt")
        _fill(target, unit.entry.msgstr, unit.names, _code12)
        for text in unit.entry.extracted:
            note = etree.SubElement(node, f"{{{NS12}}}note", attrib={"from": "developer"})
            note.text = clean(text)
        for text in unit.entry.comments:
            note = etree.SubElement(node, f"{{{NS12}}}note", attrib={"from": "translator"})
            note.text = clean(text)
    return dump(root)


def _code2(parent: Any, name: str, identifier: str, empty: bool) -> Any:
    from lxml import etree

    base = tags.base_name(name)
    node = etree.SubElement(parent, f"{{{NS2}}}{'ph' if empty else 'pc'}", id=identifier)
    if base in _SUBTYPES2:
        node.set("type", "fmt")
        node.set("subType", _SUBTYPES2[base])
    else:
        node.set("type", _TYPES2.get(base, "other"))
    return _shown(node, name, empty, "equiv" if empty else "equivStart", "equivEnd")


def _shown(node: Any, name: str, empty: bool, first: str, last: str) -> Any:
    node.set(first, f"<{name}/>" if empty else f"<{name}>")
    if not empty:
        node.set(last, f"</{name}>")
    return node


def _code12(parent: Any, name: str, identifier: str, empty: bool) -> Any:
    from lxml import etree

    base = tags.base_name(name)
    node = etree.SubElement(parent, f"{{{NS12}}}{'x' if empty else 'g'}", id=identifier)
    node.set("ctype", _TYPES12.get(base, "lb" if base == "br" else f"x-{base}"))
    if empty:
        node.set("equiv-text", f"<{name}/>")
    return node


def _fill(parent: Any, text: str, names: Mapping[str, bool], code: Any) -> None:
    """Text with tags as mixed content; a tag that does not nest stays visible as text."""
    counter: Counter[str] = Counter()
    stack: list[tuple[str, Any]] = [("", parent)]

    def append(piece: str) -> None:
        node = stack[-1][1]
        piece = clean(piece)
        if len(node):
            node[-1].tail = (node[-1].tail or "") + piece
        else:
            node.text = (node.text or "") + piece

    broken = any(problem.code == "tag-nesting" for problem in tags.problems(text, text, names))
    for piece, name, form in tags.tokens(text, () if broken else names):
        if form == "text":
            append(piece)
        elif form == "close":
            stack.pop()
        else:
            counter[name] += 1
            identifier = name if counter[name] == 1 else f"{name}-{counter[name]}"
            node = code(stack[-1][1], name, identifier, form == "empty")
            if form == "open":
                stack.append((name, node))


def read(data: bytes, name: str) -> list[Incoming]:
    """The units of an XLIFF file of either version; raises InputError for anything else."""
    root = parse_xml(data, name)
    if root.tag == f"{{{NS2}}}xliff":
        return [item for unit in root.iter(f"{{{NS2}}}unit") if (item := _unit2(unit)) is not None]
    if root.tag == f"{{{NS12}}}xliff":
        return [_unit12(unit) for unit in root.iter(f"{{{NS12}}}trans-unit")]
    raise InputError("the file is not XLIFF 1.2 or 2", path=name, line=1)


def _unit2(unit: Any) -> Incoming | None:
    segments = unit.findall(f"{{{NS2}}}segment")
    parts = [part for part in unit if part.tag in {f"{{{NS2}}}segment", f"{{{NS2}}}ignorable"}]
    texts = []
    for part in parts:
        target = part.find(f"{{{NS2}}}target")
        # A tool may cut the unit; what it leaves between the pieces comes from the source.
        if target is None and part.tag.endswith("ignorable"):
            target = part.find(f"{{{NS2}}}source")
        texts.append("" if target is None else _text(target, NS2))
    target_text = "".join(texts) if any(text.strip() for text in texts) else ""
    done = bool(segments) and all(
        segment.get("state") in {"reviewed", "final"}
        or (
            segment.get("state") == "translated"
            and not (segment.get("subState") or "").startswith("pub:")
        )
        for segment in segments
    )
    comments = [
        note.text or ""
        for note in unit.iter(f"{{{NS2}}}note")
        if note.get("category") not in {"place"}
    ]
    return Incoming(
        unit.get("id", ""),
        target_text,
        done and bool(target_text),
        "\n".join(comments),
        f"line {unit.sourceline}",
    )


def _unit12(unit: Any) -> Incoming:
    target = unit.find(f"{{{NS12}}}target")
    text = "" if target is None else _text(target, NS12)
    state = "" if target is None else target.get("state", "")
    done = unit.get("approved") == "yes" or state in _DONE12
    if unit.get("approved") == "no":
        done = False
    comments = [
        note.text or ""
        for note in unit.findall(f"{{{NS12}}}note")
        if note.get("from") != "developer"
    ]
    return Incoming(
        unit.get("id", ""),
        text,
        done and bool(text),
        "\n".join(comments),
        f"line {unit.sourceline}",
    )


def _text(node: Any, namespace: str) -> str:
    """Mixed content as text with our tags; markers of other tools (``mrk``) are looked through."""
    parts = [node.text or ""]
    for child in node:
        local = child.tag.rsplit("}", 1)[-1] if isinstance(child.tag, str) else ""
        match = _SUFFIX.fullmatch(child.get("id", "")) if local in {"pc", "ph", "g", "x"} else None
        if match and local in {"ph", "x"}:
            parts.append(f"<{match[1]}/>")
        elif match:
            parts.append(f"<{match[1]}>{_text(child, namespace)}</{match[1]}>")
        elif local == "cp":
            parts.append("")
        elif local:
            parts.append(_text(child, namespace))
        parts.append(child.tail or "")
    return "".join(parts)
