"""Styles of a Word document, resolved: what a paragraph and a run look like without Word."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from publisher.importers.office_xml import W, integer, toggle, val

_LONGEST_CHAIN = 20


@dataclass(slots=True)
class Look:
    """Resolved properties; None where nothing says so."""

    bold: bool | None = None
    italic: bool | None = None
    underlined: bool | None = None
    struck: bool | None = None
    small_caps: bool | None = None
    caps: bool | None = None
    hidden: bool | None = None
    raised: str = ""
    size: float = 0
    language: str = ""
    level: int = 0
    side: str = ""
    indent: float | None = None
    page_break: bool | None = None
    number: str = ""
    depth: int | None = None

    def over(self, base: Look) -> Look:
        """This look where it says something, ``base`` elsewhere."""
        made = Look()
        for name in Look.__slots__:
            own = getattr(self, name)
            empty = own is None or (own in ("", 0) and not isinstance(own, bool))
            setattr(made, name, getattr(base, name) if empty else own)
        return made


def run_look(node: Any) -> Look:
    """What a ``w:rPr`` says."""
    if node is None:
        return Look()
    underline = val(node, "u")
    language = node.find(f"{W}lang")
    tag = ""
    if language is not None:
        slot = "bidi" if toggle(node, "rtl") else "val"
        tag = language.get(f"{W}{slot}") or ""
        if not tag:
            tag = next((str(value) for value in language.attrib.values()), "")
    struck = toggle(node, "strike")
    return Look(
        bold=toggle(node, "b"),
        italic=toggle(node, "i"),
        underlined=None if not underline else underline != "none",
        struck=toggle(node, "dstrike") if struck is None else struck,
        small_caps=toggle(node, "smallCaps"),
        caps=toggle(node, "caps"),
        hidden=toggle(node, "vanish"),
        raised=val(node, "vertAlign"),
        size=integer(val(node, "sz")) / 2,
        language=tag,
    )


def paragraph_look(node: Any) -> Look:
    """What a ``w:pPr`` says, run properties of the paragraph mark left aside."""
    if node is None:
        return Look()
    outline = node.find(f"{W}outlineLvl")
    indents = node.find(f"{W}ind")
    indent = None
    if indents is not None:
        left = indents.get(f"{W}left") or indents.get(f"{W}start")
        indent = None if left is None else integer(left) / 20
    numbering = node.find(f"{W}numPr")
    depth = val(numbering, "ilvl")
    level = 0 if outline is None else integer(outline.get(f"{W}val")) + 1
    return Look(
        level=level if level <= 9 else 0,
        side={"both": "", "start": "left", "end": "right"}.get(val(node, "jc"), val(node, "jc")),
        indent=indent,
        page_break=toggle(node, "pageBreakBefore"),
        number=val(numbering, "numId"),
        depth=integer(depth) if depth else None,
    )


@dataclass(slots=True)
class Styles:
    """The styles of ``styles.xml`` by id."""

    nodes: dict[str, Any] = field(default_factory=dict)
    default: str = ""
    language: str = ""
    known: dict[str, Look] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Any) -> Styles:
        """Read the part; ``root`` may be None."""
        self = cls()
        if root is None:
            return self
        for node in root.findall(f"{W}style"):
            identifier = node.get(f"{W}styleId") or ""
            self.nodes[identifier] = node
            self.names[identifier] = re.sub(r"[\s_-]+", "", val(node, "name")).lower()
            if node.get(f"{W}type") == "paragraph" and node.get(f"{W}default") in {"1", "true"}:
                self.default = identifier
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
        if defaults is not None:
            self.language = defaults.get(f"{W}val") or ""
        return self

    def name(self, identifier: str) -> str:
        """A style's own name without spaces, in lower case (``heading1``, ``listbullet2``)."""
        if not identifier:
            identifier = self.default
        return self.names.get(identifier) or re.sub(r"[\s_-]+", "", identifier).lower()

    def look(self, identifier: str) -> Look:
        """A style's look with that of the styles it is based on."""
        if identifier in self.known:
            return self.known[identifier]
        result = Look()
        seen = 0
        current = identifier
        while current in self.nodes and seen < _LONGEST_CHAIN:
            node = self.nodes[current]
            own = run_look(node.find(f"{W}rPr"))
            heading = re.fullmatch(r"heading([1-9])", self.names[current])
            paragraph = paragraph_look(node.find(f"{W}pPr"))
            if heading and not paragraph.level:
                paragraph.level = int(heading[1])
            result = result.over(own.over(paragraph))
            current = val(node, "basedOn")
            seen += 1
        self.known[identifier] = result
        return result


class Numbering:
    """``numbering.xml``: which numbers are bullets, and the level that a style belongs to."""

    def __init__(self, root: Any) -> None:
        self.levels: dict[str, dict[str, tuple[str, str]]] = {}
        self.styles: dict[str, tuple[str, int]] = {}
        self.base: dict[str, str] = {}
        self.restarts: set[str] = set()
        self.current: dict[str, str] = {}
        if root is None:
            return
        abstract: dict[str, dict[str, tuple[str, str]]] = {}
        linked: dict[str, list[tuple[str, int]]] = {}
        for node in root.findall(f"{W}abstractNum"):
            identifier = node.get(f"{W}abstractNumId") or ""
            levels = {}
            for level in node.findall(f"{W}lvl"):
                place = level.get(f"{W}ilvl") or "0"
                levels[place] = (val(level, "numFmt"), val(level, "lvlText"))
                style = val(level, "pStyle")
                if style:
                    linked.setdefault(identifier, []).append((style, integer(place)))
            abstract[identifier] = levels
        for node in root.findall(f"{W}num"):
            number, base = node.get(f"{W}numId") or "", val(node, "abstractNumId")
            self.levels[number] = abstract.get(base, {})
            self.base[number] = base
            if node.find(f"{W}lvlOverride/{W}startOverride") is not None:
                self.restarts.add(number)
            for style, place in linked.get(base, []):
                self.styles.setdefault(style, (number, place))

    def running(self, number: str) -> str:
        """The list that a number goes on with: LibreOffice gives every item a number of its own, and
        only one that starts anew begins another list (§17.9.15)."""
        base = self.base.get(number, number)
        if number not in self.restarts and base in self.current:
            return self.current[base]
        self.current[base] = number
        return number

    def visible(self, number: str, depth: int) -> bool:
        """Whether a number shows anything: a list whose levels have no sign is no list."""
        form, text = self.levels.get(number, {}).get(str(depth), ("", ""))
        if form == "none":
            return False
        return form == "bullet" or bool(text.strip())
