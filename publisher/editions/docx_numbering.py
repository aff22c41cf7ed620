"""Numbering: real Word lists with the language's markers, from what pandoc has numbered.

Pandoc gives each list a number instance of its own; here each becomes an instance of one abstract
list per kind of marker, restarted where it must be. Articles are numbered through the style of
their title, so that a refreshed table of contents keeps the numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from publisher.editions.docx_sheet import HANG, hang
from publisher.editions.docx_styles import LIST_INDENT, Look, twips
from publisher.editions.docx_xml import W, el, parse, serialise, sort_tree

if TYPE_CHECKING:
    from collections.abc import Iterable

ARTICLES = 1
"""The number instance that the style ``heading 1`` refers to."""

_STYLES = {
    "decimal": "decimal",
    "lowerLetter": "lower_alpha",
    "upperLetter": "upper_alpha",
    "lowerRoman": "lower_roman",
    "upperRoman": "upper_roman",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of list: ``w:numFmt`` and the text around the number; empty for bullets."""

    format: str = "bullet"
    before: str = ""
    after: str = ""
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """One list as pandoc numbered it: format by level, first number, level."""

    format: str
    text: str
    start: int
    level: int


class Numbering:
    """Collects the lists of an edition and writes ``numbering.xml``."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.kinds: dict[Kind, int] = {}
        self.instances: list[tuple[int, Kind, int, int]] = []
        self.literals: list[tuple[int, str]] = []
        self.next_id = ARTICLES + 1
        self.shared: dict[Kind, int] = {}

    def add(self, given: Given, *, indent: int = 0) -> int:
        """The number id of a list; ``indent`` in points moves all its levels."""
        kind = self._kind(given, indent)
        if kind.format == "bullet" and kind in self.shared:
            return self.shared[kind]
        self.kinds.setdefault(kind, len(self.kinds) + 1)
        number = self.next_id
        self.next_id += 1
        self.instances.append((number, kind, given.level, given.start))
        if kind.format == "bullet":
            self.shared[kind] = number
        return number

    def article(self, label: str) -> int:
        """A number id that shows ``label``: for digits that Word has no number format for."""
        number = self.next_id
        self.next_id += 1
        self.literals.append((number, label))
        return number

    def _kind(self, given: Given, indent: int) -> Kind:
        if given.format == "bullet":
            return Kind(indent=indent)
        lists = self.look.language.lists
        before, after = _around(given.text)
        if after == ".":
            after = lists.suffix
        name = _STYLES.get(given.format, "decimal")
        return Kind(lists.style(name).docx, before, after, indent)

    def part(self) -> bytes:
        """``word/numbering.xml``."""
        root = el("w:numbering")
        root.append(self._abstract_articles(0, "%1"))
        first = 1
        abstract: dict[Kind, int] = {}
        for kind, index in self.kinds.items():
            abstract[kind] = first + index - 1
            root.append(self._abstract(abstract[kind], kind))
        literal = first + len(self.kinds)
        for offset, (_, label) in enumerate(self.literals):
            root.append(self._abstract_articles(literal + offset, label, linked=False))
        root.append(_instance(ARTICLES, 0))
        made = [(number, _instance(number, abstract[kind], level, start, kind))
                for number, kind, level, start in self.instances]  # fmt: skip
        made += [(number, _instance(number, literal + offset))
                 for offset, (number, _) in enumerate(self.literals)]  # fmt: skip
        for _, node in sorted(made, key=lambda item: item[0]):
            root.append(node)
        sort_tree(root)
        return serialise(root, "w")

    def _abstract_articles(self, identifier: int, text: str, *, linked: bool = True) -> Any:
        width = hang(self.look, HANG)
        colour = el("w:color", val=self.look.colour("accent"), themeColor="accent1")
        level = el(
            "w:lvl",
            el("w:start", val="1"),
            el("w:numFmt", val="decimal"),
            el("w:pStyle", val="Heading1") if linked else None,
            el("w:suff", val="tab"),
            el("w:lvlText", val=text),
            el("w:lvlJc", val="left"),
            el(
                "w:pPr",
                el("w:tabs", el("w:tab", val="num", pos=0)),
                el("w:ind", left=0, hanging=twips(width)),
            ),
            el("w:rPr", el("w:b", val="0"), el("w:bCs", val="0"), colour, self._rtl()),
            ilvl="0",
        )
        return el(
            "w:abstractNum", *_head(identifier, "singleLevel"), level, abstractNumId=identifier
        )

    def _abstract(self, identifier: int, kind: Kind) -> Any:
        node = el("w:abstractNum", *_head(identifier, "multilevel"), abstractNumId=identifier)
        for level in range(9):
            node.append(self._level(level, kind))
        return node

    def _level(self, level: int, kind: Kind) -> Any:
        lists = self.look.language.lists
        if kind.format == "bullet":
            text = lists.bullets[level % len(lists.bullets)]
        else:
            text = f"{kind.before}%{level + 1}{kind.after}"
        left = kind.indent + LIST_INDENT * (level + 1)
        return el(
            "w:lvl",
            el("w:start", val="1"),
            el("w:numFmt", val=kind.format),
            el("w:suff", val="tab"),
            el("w:lvlText", val=text),
            el("w:lvlJc", val="left"),
            el("w:pPr", el("w:ind", left=twips(left), hanging=twips(LIST_INDENT))),
            el(
                "w:rPr",
                el("w:color", val=self.look.colour("accent"), themeColor="accent1"),
                self._rtl(),
            ),
            ilvl=level,
        )

    def _rtl(self) -> Any:
        """Makes Word set a number in the font and the digits of the right-to-left script."""
        return el("w:rtl") if self.look.rtl else None


def _head(identifier: int, kind: str) -> Iterable[Any]:
    # nsid and tmpl tell Word which lists are one; fixed numbers keep the bytes the same.
    return (
        el("w:nsid", val=f"{0x1A000000 + identifier:08X}"),
        el("w:multiLevelType", val=kind),
        el("w:tmpl", val=f"{0x2A000000 + identifier:08X}"),
    )


def _instance(
    number: int, abstract: int, level: int = 0, start: int = 1, kind: Kind | None = None
) -> Any:
    node = el("w:num", el("w:abstractNumId", val=abstract), numId=number)
    if kind is not None and kind.format != "bullet":
        override = el("w:lvlOverride", el("w:startOverride", val=start), ilvl=level)
        node.append(override)
    return node


def _around(text: str) -> tuple[str, str]:
    match = re.fullmatch(r"(.*?)%\d(.*)", text)
    return (match[1], match[2]) if match else ("", ".")


def read(data: bytes, used: Iterable[tuple[int, int]]) -> dict[int, Given]:
    """What pandoc's ``numbering.xml`` says about the ``(number id, level)`` pairs that are used."""
    root = parse(data)
    abstracts = {node.get(f"{W}abstractNumId"): node for node in root.findall(f"{W}abstractNum")}
    instances = {int(node.get(f"{W}numId")): node for node in root.findall(f"{W}num")}
    found: dict[int, Given] = {}
    for number, level in used:
        instance = instances.get(number)
        if instance is None or number in found:
            continue
        abstract = abstracts.get(instance.find(f"{W}abstractNumId").get(f"{W}val"))
        node = None if abstract is None else abstract.find(f"{W}lvl[@{W}ilvl='{level}']")
        if node is None:
            continue
        start = node.find(f"{W}start")
        first = 1 if start is None else int(start.get(f"{W}val"))
        override = instance.find(f"{W}lvlOverride[@{W}ilvl='{level}']/{W}startOverride")
        if override is not None:
            first = int(override.get(f"{W}val"))
        found[number] = Given(
            node.find(f"{W}numFmt").get(f"{W}val"),
            node.find(f"{W}lvlText").get(f"{W}val"),
            first,
            level,
        )
    return found
