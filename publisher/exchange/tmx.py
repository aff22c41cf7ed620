"""TMX 1.4b (LISA OSCAR, 26 April 2005): the translation memory of a language, out and in.

Tags go out as ``<ph>`` with their text, so that any tool shows and protects them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from publisher.catalog import tags
from publisher.errors import InputError
from publisher.exchange import Info
from publisher.exchange.markup import XML, clean, dump, parse_xml

_SPACES = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """A source text and its translation, both with our tags, and where the pair stands."""

    source: str
    target: str
    origin: str = ""
    names: tuple[str, ...] = ()


def write(pairs: Iterable[Pair], info: Info) -> bytes:
    """A TMX file of reviewed pairs."""
    from lxml import etree

    root = etree.Element("tmx", version="1.4")
    etree.SubElement(
        root,
        "header",
        attrib={
            "creationtool": "Publisher",
            "creationtoolversion": info.tool_version,
            "segtype": "paragraph",
            "o-tmf": "PO",
            "adminlang": "en",
            "srclang": info.source_language,
            "datatype": "plaintext",
        },
    )
    body = etree.SubElement(root, "body")
    for pair in pairs:
        unit = etree.SubElement(body, "tu")
        if pair.origin:
            etree.SubElement(unit, "prop", type="x-issue").text = clean(pair.origin)
        for language, text in ((info.source_language, pair.source), (info.language, pair.target)):
            variant = etree.SubElement(unit, "tuv")
            variant.set(f"{XML}lang", language)
            _fill(etree.SubElement(variant, "seg"), text, pair.names)
    return dump(root)


def _fill(segment: Any, text: str, names: Iterable[str]) -> None:
    from lxml import etree

    for piece, name, form in tags.tokens(text, names):
        if form == "text":
            if len(segment):
                segment[-1].tail = (segment[-1].tail or "") + clean(piece)
            else:
                segment.text = (segment.text or "") + clean(piece)
        else:
            etree.SubElement(segment, "ph", type=tags.base_name(name)).text = piece


def read(data: bytes, name: str, source_language: str, language: str) -> list[Pair]:
    """Pairs of two languages; regional variants match their language. Raises InputError."""
    root = parse_xml(data, name)
    if root.tag != "tmx":
        raise InputError("the file is not TMX", path=name, line=1)
    header = root.find("header")
    default = "" if header is None else header.get("srclang", "")
    pairs = []
    for unit in root.iter("tu"):
        texts: dict[str, str] = {}
        for variant in unit.findall("tuv"):
            code = variant.get(f"{XML}lang") or variant.get("lang") or default
            segment = variant.find("seg")
            if segment is not None:
                texts.setdefault(_base(code), "".join(segment.itertext()))
        source, target = texts.get(_base(source_language)), texts.get(_base(language))
        if source and target:
            pairs.append(Pair(_tidy(source), _tidy(target), _origin(unit)))
    return pairs


def _tidy(text: str) -> str:
    """Line breaks and runs of plain spaces as one space; no-break spaces are text."""
    return _SPACES.sub(" ", text).strip(" ")


def _base(code: str) -> str:
    return code.replace("_", "-").split("-", 1)[0].lower()


def _origin(unit: Any) -> str:
    for prop in unit.findall("prop"):
        if prop.get("type") == "x-issue":
            return str(prop.text or "")
    return ""


def pairs_of(memory: Mapping[str, tuple[str, str]]) -> list[Pair]:
    """Pairs of a memory (source → translation, issue), in order of source."""
    return [
        Pair(source, target, issue, tuple(tags.names_in(source)))
        for source, (target, issue) in sorted(memory.items())
    ]
