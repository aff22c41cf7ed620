"""Inline markup as named tags: the only form in which a translator meets markup (design §4).

``encode`` turns inlines into text with tags such as ``<em>…</em>``, ``<a1>…</a1>`` or ``<note1/>``;
``decode`` turns text with those tags back. Only tags that the msgid holds as markup are markup: every
other ``<`` is a plain character, and where the text literally holds a tag, the markup takes the next number.
Tags may be reordered and renested.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from publisher.ast import (
    CONTAINERS,
    Inlines,
    Node,
    attr_of,
    blocks_text,
    plain_text,
    string,
    words,
)

Severity = Literal["error", "warning"]

# Constructors without attributes share one unnumbered tag: two of them are interchangeable.
_PLAIN = {
    "Emph": "em",
    "Strong": "strong",
    "Strikeout": "del",
    "Superscript": "sup",
    "Subscript": "sub",
    "SmallCaps": "sc",
    "Underline": "u",
    "LineBreak": "br",
}
_NUMBERED = {
    "Link": "a",
    "Span": "span",
    "Note": "note",
    "Code": "code",
    "Math": "math",
    "Image": "img",
    "RawInline": "raw",
    "Cite": "cite",
}
_DESCRIPTIONS = {
    "em": "emphasis",
    "strong": "strong emphasis",
    "del": "struck out",
    "sup": "superscript",
    "sub": "subscript",
    "sc": "small capitals",
    "u": "underlined",
    "br": "line break",
}
_OPAQUE = frozenset({"Note", "Code", "Math", "Image", "RawInline", "Cite", "LineBreak"})
# A lost one of these changes what the reader can reach; a lost emphasis only how it looks.
_VITAL = frozenset({"a", "note", "code", "math", "img", "raw", "cite", "keep"})

_NAME = re.compile(r"([a-z]+)([0-9]*)")
_ANY_TAG = re.compile(r"<(/?)([a-z]+[0-9]*)(/?)>")


@dataclass(frozen=True, slots=True)
class Tagged:
    """Text with tags, and the node that each tag name stands for (content of paired ones removed)."""

    text: str
    tags: Mapping[str, Node]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the tags of a translation; ``tag`` is the name concerned."""

    code: str
    severity: Severity
    tag: str
    message: str


class TagError(ValueError):
    """A text whose tags do not nest or that holds a tag in the wrong form."""


def encode(inlines: Inlines) -> Tagged:
    """Inlines (in normal form) as text with tags."""
    literal = "\0".join(_literals(inlines))
    names = _Names(literal)
    parts: list[str] = []
    _encode(inlines, names, parts)
    return Tagged("".join(parts), names.tags)


MAX_NESTED = 30
"""Tags inside each other; what reads them walks by recursion."""


def decode(text: str, tags: Mapping[str, Node]) -> Inlines:
    """Text with tags as inlines; raises TagError when tags do not nest.

    A paired tag may stand any number of times, an empty one too: what is lost or repeated is for
    ``problems`` to judge.
    """
    stack: list[tuple[str, Inlines]] = [("", [])]
    for piece, name, form in tokens(text, tags):
        content = stack[-1][1]
        if form == "text":
            _append_text(content, piece)
        elif form == "open":
            if is_empty(name, tags):
                raise TagError(f"<{name}> must be written <{name}/>")
            if len(stack) > MAX_NESTED:
                raise TagError(f"<{name}> is nested too deeply")
            stack.append((name, []))
        elif form == "empty":
            if not is_empty(name, tags):
                raise TagError(f"<{name}/> must be a pair <{name}>…</{name}>")
            content.append(tags[name])
        else:
            if stack[-1][0] != name:
                raise TagError(f"</{name}> closes what is not open")
            _, children = stack.pop()
            stack[-1][1].append(_fill(tags[name], children))
    if len(stack) > 1:
        raise TagError(f"<{stack[-1][0]}> is never closed")
    return stack[0][1]


def tokens(text: str, names: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Split text into ``(piece, name, form)``; form is ``text``, ``open``, ``close`` or ``empty``.

    Only tags called one of ``names`` are tags; anything else is text.
    """
    pattern = _pattern(frozenset(names))
    position = 0
    if pattern is not None:
        for match in pattern.finditer(text):
            if match.start() > position:
                yield text[position : match.start()], "", "text"
            closing, name, empty = match.groups()
            yield match.group(), name, "close" if closing else "empty" if empty else "open"
            position = match.end()
    if position < len(text):
        yield text[position:], "", "text"


@functools.lru_cache(maxsize=4096)
def _pattern(names: frozenset[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    choice = "|".join(sorted(map(re.escape, names), key=lambda name: (-len(name), name)))
    return re.compile(rf"<(/?)({choice})(/?)>")


def strip(text: str, names: Iterable[str]) -> str:
    """The text without its tags; a line break becomes a space."""
    return "".join(
        piece if form == "text" else " " if name.startswith("br") else ""
        for piece, name, form in tokens(text, names)
    )


def is_empty(name: str, tags: Mapping[str, Node]) -> bool:
    """Whether the tag stands alone (``<note1/>``) rather than in a pair."""
    node = tags[name]
    return node["t"] in _OPAQUE or is_kept(node)


def is_kept(node: Node) -> bool:
    """Whether the author has marked a span ``{.notranslate}``."""
    return node["t"] == "Span" and (
        "notranslate" in node["c"][0][1] or ["translate", "no"] in node["c"][0][2]
    )


def describe(tags: Mapping[str, Node]) -> tuple[str, ...]:
    """One line a tag for the translator: ``a1 = link to https://…``."""
    return tuple(f"{name} = {_description(name, node)}" for name, node in tags.items())


def names_in(text: str) -> dict[str, bool]:
    """Tag names that a text seems to hold, in order, and whether each stands alone.

    For text whose segment is not at hand (a catalog read on its own); the ``#.`` comments of an
    entry tell markup from literal text.
    """
    found: dict[str, bool] = {}
    for closing, name, empty in _ANY_TAG.findall(text):
        base = _NAME.fullmatch(name)
        if base and (base[1] in _BASES) and not closing:
            found.setdefault(name, bool(empty))
    return found


_BASES = frozenset({*_PLAIN.values(), *_NUMBERED.values(), "keep"})


def names_of(msgid: str, comments: Iterable[str]) -> dict[str, bool]:
    """Tag names of a catalog entry: those in the msgid that a ``#.`` comment describes."""
    described = {line.split(" = ", 1)[0] for line in comments if " = " in line}
    return {name: empty for name, empty in names_in(msgid).items() if name in described}


def problems(msgid: str, msgstr: str, names: Mapping[str, bool]) -> list[Problem]:
    """What is wrong with the tags of ``msgstr``; ``names`` maps tag names to "stands alone".

    A lost or repeated link, note, image or code is an error, a lost emphasis or line break a
    warning; order and nesting are free.
    """
    found: list[Problem] = []
    wanted = Counter(name for _, name, form in tokens(msgid, names) if form in {"open", "empty"})
    got: Counter[str] = Counter()
    stack: list[str] = []
    for _, name, form in tokens(msgstr, names):
        if form == "text":
            continue
        if form == "close":
            if name not in stack:
                found.append(_wrong(name, f"</{name}> closes what is not open"))
            else:
                if stack[-1] != name:
                    found.append(_wrong(name, f"</{name}> closes before <{stack[-1]}>"))
                stack.reverse()
                stack.remove(name)
                stack.reverse()
            continue
        got[name] += 1
        if names[name] != (form == "empty"):
            right = f"<{name}/>" if names[name] else f"<{name}>…</{name}>"
            found.append(_wrong(name, f"<{name}> must be written {right}"))
        elif form == "open":
            stack.append(name)
            if len(stack) == MAX_NESTED + 1:
                found.append(_wrong(name, f"<{name}> is nested too deeply"))
    found.extend(_wrong(name, f"<{name}> is never closed") for name in stack)
    for name in names:
        shown = f"<{name}/>" if names[name] else f"<{name}>"
        vital = base_name(name) in _VITAL
        if got[name] < wanted[name]:
            found.append(
                Problem("tag-missing", "error" if vital else "warning", name, f"{shown} is missing")
            )
        elif got[name] > wanted[name]:
            found.append(
                Problem(
                    "tag-repeated",
                    "error" if vital else "warning",
                    name,
                    f"{shown} stands {got[name]} times, in the source {wanted[name]}",
                )
            )
    return found


def base_name(name: str) -> str:
    """A tag name without its number."""
    match = _NAME.fullmatch(name)
    return match[1] if match else name


def _wrong(name: str, message: str) -> Problem:
    return Problem("tag-nesting", "error", name, message)


class _Names:
    """Gives out tag names that the literal text does not hold."""

    def __init__(self, literal: str) -> None:
        self.literal = literal if "<" in literal else ""
        self.tags: dict[str, Node] = {}
        self._unnumbered: dict[str, str] = {}
        self._next: Counter[str] = Counter()

    def _free(self, name: str) -> bool:
        literal = self.literal
        return not literal or not any(
            form in literal for form in (f"<{name}>", f"</{name}>", f"<{name}/>")
        )

    def plain(self, base: str, node: Node) -> str:
        name = self._unnumbered.get(base)
        if name is None:
            name = base if self._free(base) else self._numbered(base)
            self._unnumbered[base] = name
            self.tags[name] = node
        return name

    def numbered(self, base: str, node: Node) -> str:
        name = self._numbered(base)
        self.tags[name] = node
        return name

    def _numbered(self, base: str) -> str:
        while True:
            self._next[base] += 1
            name = f"{base}{self._next[base]}"
            if self._free(name):
                return name


def _encode(inlines: Inlines, names: _Names, parts: list[str]) -> None:
    for node in inlines:
        kind = node["t"]
        if kind == "Str":
            parts.append(node["c"])
        elif kind == "Space":
            parts.append(" ")
        elif kind == "LineBreak":
            parts.append(f"<{names.plain('br', node)}/>")
        elif kind in CONTAINERS:
            name = names.plain(_PLAIN[kind], {"t": kind, "c": []})
            parts.append(f"<{name}>")
            _encode(node["c"], names, parts)
            parts.append(f"</{name}>")
        elif is_kept(node):
            parts.append(f"<{names.numbered('keep', node)}/>")
        elif kind in _OPAQUE:
            parts.append(f"<{names.numbered(_NUMBERED[kind], node)}/>")
        elif kind in {"Link", "Span"}:
            attr, content, *rest = node["c"]
            name = names.numbered(_NUMBERED[kind], {**node, "c": [attr, [], *rest]})
            parts.append(f"<{name}>")
            _encode(content, names, parts)
            parts.append(f"</{name}>")
        else:
            raise ValueError(f"not in normal form: {kind}")


def _literals(inlines: Inlines) -> Iterator[str]:
    for node in inlines:
        kind = node["t"]
        if kind == "Str":
            yield node["c"]
        elif kind in CONTAINERS:
            yield from _literals(node["c"])
        elif kind in {"Link", "Span"} and not is_kept(node):
            yield from _literals(node["c"][1])


def _append_text(content: Inlines, text: str) -> None:
    for node in words(text):
        last = content[-1] if content else None
        if node["t"] == "Str" and last is not None and last["t"] == "Str":
            content[-1] = string(last["c"] + node["c"])
        elif node["t"] == "Space" and last is not None and last["t"] == "Space":
            continue
        else:
            content.append(node)


def _fill(node: Node, children: Inlines) -> Node:
    if node["t"] in CONTAINERS:
        return {**node, "c": children}
    attr, _, *rest = node["c"]
    return {**node, "c": [attr, children, *rest]}


def _description(name: str, node: Node) -> str:
    base = base_name(name)
    if base in _DESCRIPTIONS:
        return _DESCRIPTIONS[base]
    kind, content = node["t"], node.get("c")
    if kind == "Link":
        return f"link to {content[2][0]}"  # type: ignore[index]
    if kind == "Note":
        return f"footnote: {_short(blocks_text(content))}"  # type: ignore[arg-type]
    if kind == "Code":
        return f"code: {_short(content[1])}"  # type: ignore[index]
    if kind == "Math":
        return f"formula: {_short(content[1])}"  # type: ignore[index]
    if kind == "Image":
        return f"image: {content[2][0]}"  # type: ignore[index]
    if kind == "RawInline":
        return f"raw {content[0]}: {_short(content[1])}"  # type: ignore[index]
    if kind == "Cite":
        return f"citation: {_short(plain_text(content[1]))}"  # type: ignore[index]
    if base == "keep":
        return f"not translated: {_short(plain_text(content[1]))}"  # type: ignore[index]
    return _span_description(node)


def _span_description(node: Node) -> str:
    identifier, classes, keys = attr_of(node) or ["", [], []]
    words_ = [f"#{identifier}"] if identifier else []
    words_ += [f".{name}" for name in classes]
    words_ += [f"{key}={value}" for key, value in keys if key != "ctx"]
    return _short("span " + " ".join(words_)) if words_ else "span"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59].rstrip() + "…"
