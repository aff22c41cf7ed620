"""Styles of an OpenDocument text, resolved through their parents (OpenDocument 1.3 part 3 §16)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
STYLE, FO, OFFICE = (f"{{{_URN}{name}:1.0}}" for name in ("style", "xsl-fo-compatible", "office"))
_LONGEST_CHAIN = 20
_FLAGS = {
    "b": (f"{FO}font-weight", "bold"),
    "i": (f"{FO}font-style", "italic"),
    "s": (f"{STYLE}text-line-through-style", "solid"),
    "c": (f"{FO}font-variant", "small-caps"),
    "u": (f"{STYLE}text-underline-style", "solid"),
    "p": (f"{STYLE}text-position", "super 58%"),
    "q": (f"{STYLE}text-position", "sub 58%"),
}


def simple_name(name: str) -> str:
    """A style's name as it is compared: without spaces, in lower case, ``_20_`` undone."""
    name = re.sub(r"_([0-9a-fA-F]{2})_", lambda found: chr(int(found[1], 16)), name)
    return re.sub(r"[\s_-]+", "", name).lower()


@dataclass(slots=True)
class Look:
    """What a style says; ``known`` names what it says at all."""

    bold: bool = False
    italic: bool = False
    underlined: bool = False
    struck: bool = False
    small_caps: bool = False
    raised: str = ""
    size: float = 0
    language: str = ""
    side: str = ""
    indent: float = 0
    page_break: bool = False
    known: frozenset[str] = frozenset()

    def over(self, base: Look) -> Look:
        """This look where it says something, ``base`` elsewhere."""
        made = Look(known=self.known | base.known)
        for name in Look.__slots__:
            if name != "known":
                setattr(made, name, getattr(self if name in self.known else base, name))
        return made

    def flags(self, *, underline_is_emphasis: bool) -> str:
        """Letters of _FLAGS for the emphasis that means something."""
        italic = self.italic or (self.underlined and underline_is_emphasis)
        raised = {"super": "p", "sub": "q"}.get(self.raised, "")
        plain = self.underlined and not underline_is_emphasis
        return "".join(
            letter
            for on, letter in (
                (self.bold, "b"), (italic, "i"), (self.struck, "s"), (self.small_caps, "c"),
                (plain, "u"), (bool(raised), raised),
            )
            if on
        )  # fmt: skip


@dataclass(slots=True)
class OdtStyles:
    """Named and automatic styles of paragraphs and text, by name."""

    nodes: dict[str, Any] = field(default_factory=dict)
    automatic: set[str] = field(default_factory=set)
    language: str = ""
    known: dict[str, Look] = field(default_factory=dict)

    @classmethod
    def of(cls, common: Any, content: Any) -> OdtStyles:
        """Read ``styles.xml`` (may be None) and the automatic styles of ``content.xml``."""
        self = cls()
        if common is not None:
            for node in common.findall(f"{OFFICE}styles/{STYLE}style"):
                self.nodes[node.get(f"{STYLE}name") or ""] = node
            for node in common.findall(f"{OFFICE}styles/{STYLE}default-style"):
                properties = node.find(f"{STYLE}text-properties")
                if node.get(f"{STYLE}family") == "paragraph" and properties is not None:
                    self.language = properties.get(f"{FO}language") or ""
        for node in content.findall(f"{OFFICE}automatic-styles/{STYLE}style"):
            name = node.get(f"{STYLE}name") or ""
            self.nodes[name] = node
            self.automatic.add(name)
        return self

    def name(self, identifier: str) -> str:
        """The simple name of the named style that a style is or is derived from."""
        seen = 0
        while identifier in self.automatic and seen < _LONGEST_CHAIN:
            identifier = self.nodes[identifier].get(f"{STYLE}parent-style-name") or ""
            seen += 1
        node = self.nodes.get(identifier)
        shown = None if node is None else node.get(f"{STYLE}display-name")
        return simple_name(shown or identifier)

    def look(self, identifier: str) -> Look:
        """A style's look with that of its parents."""
        if identifier in self.known:
            return self.known[identifier]
        result, current, seen = Look(), identifier, 0
        while current in self.nodes and seen < _LONGEST_CHAIN:
            node = self.nodes[current]
            result = result.over(_look(node))
            current = node.get(f"{STYLE}parent-style-name") or ""
            seen += 1
        self.known[identifier] = result
        return result

    def own(self, identifier: str) -> Look:
        """The look of a style of text."""
        return self.look(identifier)

    def write(self, holder: Any) -> None:
        """Styles of every combination of emphasis, for the spans of ``own…`` names."""
        from lxml import etree

        basic = ["b", "i", "s", "c", "u"]
        for bits in range(1 << len(basic)):
            for raised in ("", "p", "q"):
                flags = "".join(f for n, f in enumerate(basic) if bits >> n & 1) + raised
                if flags:
                    node = etree.SubElement(holder, f"{STYLE}style")
                    node.set(f"{STYLE}name", f"own{flags}")
                    node.set(f"{STYLE}family", "text")
                    properties = etree.SubElement(node, f"{STYLE}text-properties")
                    for flag in flags:
                        key, value = _FLAGS[flag]
                        properties.set(key, value)


def _look(node: Any) -> Look:
    made = Look()
    known: set[str] = set()

    def put(name: str, value: Any) -> None:
        setattr(made, name, value)
        known.add(name)

    text = node.find(f"{STYLE}text-properties")
    if text is not None:
        weight = text.get(f"{FO}font-weight")
        if weight:
            put("bold", weight == "bold" or (weight.isdigit() and int(weight) >= 600))
        if text.get(f"{FO}font-style"):
            put("italic", text.get(f"{FO}font-style") in {"italic", "oblique"})
        if text.get(f"{STYLE}text-underline-style"):
            put("underlined", text.get(f"{STYLE}text-underline-style") != "none")
        if text.get(f"{STYLE}text-line-through-style"):
            put("struck", text.get(f"{STYLE}text-line-through-style") != "none")
        if text.get(f"{FO}font-variant"):
            put("small_caps", text.get(f"{FO}font-variant") == "small-caps")
        position = text.get(f"{STYLE}text-position")
        if position:
            first = position.split()[0]
            up = first == "super" or (
                first.endswith("%") and first.strip("-%0.") and not first.startswith("-")
            )
            down = first == "sub" or first.startswith("-")
            put("raised", "super" if up else "sub" if down else "")
        size = re.fullmatch(r"([\d.]+)pt", text.get(f"{FO}font-size") or "")
        if size:
            put("size", float(size[1]))
        tag = text.get(f"{STYLE}rfc-language-tag")
        language = text.get(f"{FO}language")
        if tag or (language and language not in {"none", "zxx"}):
            put("language", tag or language)
    paragraph = node.find(f"{STYLE}paragraph-properties")
    if paragraph is not None:
        side = paragraph.get(f"{FO}text-align")
        if side:
            put("side", {"start": "left", "end": "right", "justify": ""}.get(side, side))
        margin = re.fullmatch(r"([\d.]+)(in|cm|mm|pt)", paragraph.get(f"{FO}margin-left") or "")
        if margin:
            unit = {"in": 72, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "pt": 1}[margin[2]]
            put("indent", float(margin[1]) * unit)
        if paragraph.get(f"{FO}break-before"):
            put("page_break", paragraph.get(f"{FO}break-before") == "page")
    made.known = frozenset(known)
    return made
