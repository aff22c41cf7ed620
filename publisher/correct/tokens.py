"""Words of a paragraph as they are compared: what Word and Markdown both can say, and nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from publisher.ast import (
    CONTAINERS,
    Blocks,
    Inlines,
    Node,
    get_key,
    map_block,
    map_inline,
    plain_text,
)

HELD = "\ufffc"
"""Stands for what is no text: a note, a picture, a formula."""

_WORD = re.compile(rf"\w+(?:[-'’.,/]\w+)*|{HELD}|[^\w\s]")
_SAME = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "ʼ": "'", "\u00a0": " ",
     "\u202f": " ", "\u2009": " ", "\u200b": None, "\u00ad": None, "\u2011": "-", "″": '"', "′": "'"}
)  # fmt: skip
MARKUP = {
    "Emph": "emphasis", "Strong": "strong", "Strikeout": "struck", "Superscript": "raised",
    "Subscript": "lowered", "SmallCaps": "small capitals", "Underline": "underlined",
}  # fmt: skip
"""Containers that are emphasis, by their name in Pandoc's AST."""

Operation = tuple[str, int, int, int, int]
"""Difflib's tag, and the ranges of tokens in the old row and in the new."""
NoteNames = Callable[[Node], str]
"""Gives a note the name by which it is compared."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A character, or a node that is no text, with the containers around it (outermost first)."""

    text: str
    stack: tuple[int, ...]
    node: Node | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark: ``key`` is compared, ``text`` shown; ``start`` and ``end`` count atoms."""

    key: str
    text: str
    start: int
    end: int
    markup: frozenset[str]
    link: str


class Atoms:
    """The atoms of inlines, and the containers that their stacks name by number."""

    def __init__(self, inlines: Inlines) -> None:
        self.containers: dict[int, Node] = {}
        self.atoms: list[Atom] = []
        self._walk(inlines, ())

    def _walk(self, inlines: Inlines, stack: tuple[int, ...]) -> None:
        for node in inlines:
            kind = node["t"]
            if kind == "Str":
                self.atoms += [Atom(char, stack) for char in node["c"]]
            elif kind in {"Space", "SoftBreak"}:
                self.atoms.append(Atom(" ", stack))
            elif kind == "LineBreak":
                self.atoms.append(Atom(" ", stack, node))
            elif kind == "Quoted":
                left, right = ("“", "”") if node["c"][0]["t"] == "DoubleQuote" else ("‘", "’")
                self.atoms.append(Atom(left, stack))
                self._walk(node["c"][1], stack)
                self.atoms.append(Atom(right, stack))
            elif kind in CONTAINERS:
                self._walk(node["c"], (*stack, self.container(node)))
            elif kind in {"Link", "Span", "Cite"}:
                self._walk(node["c"][1], (*stack, self.container(node)))
            elif kind == "RawInline":
                self.atoms.append(Atom("", stack, node))
            elif kind == "Code":
                self.atoms.append(Atom(node["c"][1], stack, node))
            else:
                self.atoms.append(Atom(HELD, stack, node))

    def container(self, node: Node) -> int:
        """Remember a container; its number."""
        number = len(self.containers) + 1
        self.containers[number] = node
        return number

    @property
    def text(self) -> str:
        """All characters."""
        return "".join(atom.text for atom in self.atoms)

    def tokens(self, names: NoteNames) -> list[Token]:
        """Words and marks in order."""
        text = self.text
        owners: list[int] = []
        for place, atom in enumerate(self.atoms):
            owners.extend([place] * len(atom.text))
        result = []
        for found in _WORD.finditer(text):
            start, end = owners[found.start()], owners[found.end() - 1] + 1
            first = self.atoms[start]
            word = found.group()
            key = unicodedata.normalize("NFC", word).translate(_SAME)
            if word == HELD and first.node is not None:
                kind = first.node["t"]
                key = f"{HELD}{names(first.node) if kind == 'Note' else kind}"
            if not key:
                continue
            markup, link = self._looks(first.stack)
            result.append(Token(key, word, start, end, markup, link))
        return result

    def text_between(self, tokens: list[Token], start: int, end: int) -> str:
        """What a reader sees from one token to another, with a space where one goes before.

        Notes are left out.
        """
        if start >= end:
            return ""
        first = tokens[start].start
        part = self.atoms[first : tokens[end - 1].end]
        text = " ".join("".join(atom.text for atom in part).replace(HELD, "").split())
        spaced = first > 0 and self.atoms[first - 1].text.isspace()
        return f" {text}" if spaced and text else text

    def _looks(self, stack: tuple[int, ...]) -> tuple[frozenset[str], str]:
        markup = set()
        link = ""
        for number in stack:
            node = self.containers[number]
            if node["t"] in MARKUP:
                markup.add(MARKUP[node["t"]])
            elif node["t"] == "Link":
                target = node["c"][2][0]
                # Cross-references are the source's own: Word may lose them, and nobody sets them there.
                link = target.rstrip("/") if re.match(r"[a-z]+:", target) else ""
        return frozenset(markup), link


def operations(old: Sequence[Token], new: Sequence[Token]) -> list[Operation]:
    """How one row of words becomes the other: difflib's opcodes by keys."""
    matcher = SequenceMatcher(None, [t.key for t in old], [t.key for t in new], autojunk=False)
    return matcher.get_opcodes()  # type: ignore[return-value]


def build(atoms: Sequence[Atom], containers: dict[int, Node]) -> Inlines:
    """Inlines of atoms: neighbours that share containers stand in one."""

    def level(part: Sequence[Atom], depth: int) -> Inlines:
        result: Inlines = []
        place = 0
        while place < len(part):
            atom = part[place]
            if len(atom.stack) <= depth:
                result.extend(_leaf(atom))
                place += 1
                continue
            number, end = atom.stack[depth], place
            while (
                end < len(part)
                and len(part[end].stack) > depth
                and part[end].stack[depth] == number
            ):
                end += 1
            node = containers[number]
            content = level(part[place:end], depth + 1)
            if node["t"] in CONTAINERS:
                result.append({"t": node["t"], "c": content})
            else:
                result.append({**node, "c": [node["c"][0], content, *node["c"][2:]]})
            place = end
        return result

    return level(atoms, 0)


def _leaf(atom: Atom) -> Inlines:
    if atom.node is not None:
        return [atom.node]
    return [{"t": "Space"}] if atom.text.isspace() else [{"t": "Str", "c": atom.text}]


def units(block: Node) -> list[Inlines]:
    """Every piece of text in a block, in reading order: paragraphs, cells, terms, descriptions, sources.

    Notes are no part of them (they are compared by themselves), text of code is one unit.
    """
    found: list[Inlines] = []

    def blocks(children: Blocks, _role: str) -> Blocks:
        for child in children:
            one(child)
        return children

    def inlines(children: Inlines, _role: str) -> Inlines:
        found.append(children)
        images(children)
        return children

    def images(children: Inlines) -> None:
        for node in children:
            if node["t"] == "Image":
                found.append(node["c"][1])
            elif node["t"] != "Note":
                map_inline(node, lambda b, _: b, nested)

    def nested(children: Inlines, _role: str) -> Inlines:
        images(children)
        return children

    def one(node: Node) -> None:
        if node["t"] == "CodeBlock":
            found.append([{"t": "Code", "c": [["", [], []], node["c"][1]]}])
        map_block(node, blocks, inlines)
        if node["t"] == "Div":
            source = get_key(node["c"][0], "source")
            if source:
                found.append([{"t": "Str", "c": source}])

    one(block)
    return found


def key_of(block: Node, names: NoteNames) -> tuple[tuple[str, ...], ...]:
    """What a block says, unit by unit."""
    return tuple(tuple(token.key for token in Atoms(unit).tokens(names)) for unit in units(block))


def looks_of(block: Node, names: NoteNames) -> tuple[tuple[tuple[frozenset[str], str], ...], ...]:
    """How a block says it: emphasis and addresses, word by word."""
    return tuple(
        tuple((token.markup, token.link) for token in Atoms(unit).tokens(names))
        for unit in units(block)
    )


def shape(block: Node) -> tuple[object, ...]:
    """The block's structure without its words: kinds, levels, numbers of items and cells."""
    kind = block["t"]
    if kind in {"Para", "Plain", "LineBlock"}:
        return ("Para",)
    if kind == "Header":
        return ("Header", block["c"][0])
    if kind == "Table":
        return ("Table", len(block["c"][2]))
    children: list[tuple[object, ...]] = []

    def blocks(inner: Blocks, _role: str) -> Blocks:
        children.append(tuple(shape(child) for child in inner))
        return inner

    map_block(block, blocks, lambda inlines, _: inlines)
    if kind == "Div":
        classes = set(block["c"][0][1]) & {"statement", "box", "figures"}
        return (kind, tuple(sorted(classes)), *children)
    return (kind, *children)


def shown(inlines: Inlines) -> str:
    """A unit's text on one line."""
    return " ".join(plain_text(inlines).split())
