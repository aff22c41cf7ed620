"""Parse the source dialect with positions, and turn its conventions into AST nodes (design §3).

Positions come from pandoc's ``+sourcepos``: it wraps nodes in divs and spans, which are taken away again;
what is left equals the parse without positions.
"""

from __future__ import annotations

import json
import re
from typing import Any

from publisher import pandoc
from publisher.ast import (
    EMPTY_ATTR,
    Attr,
    Blocks,
    Inlines,
    Node,
    attr_of,
    map_block,
    map_inline,
    normalise_blocks,
    normalise_inlines,
    with_attr,
    words,
)
from publisher.cache import Cache, key_of
from publisher.errors import InputError

BODY_FORMAT = f"{pandoc.DIALECT}-yaml_metadata_block"

MAX_DEPTH = 50
"""Nodes inside each other, such as lists or quotations. Every stage walks trees by recursion."""

_MARKS = re.compile(r"\s*(?:[>*+\-:]\s*)*")
_POSITION = re.compile(r"(?:^|;|@)(\d+):\d+-")
_SENTINEL = "x"


def parse_body(text: str, cache: Cache, stamp: str) -> Blocks:
    """The blocks of a Markdown body in normal form, with lines; ``stamp`` names the code's version."""
    key = key_of(stamp, "body", text)
    stored = cache.get("parse", key)
    if stored is not None:
        return json.loads(stored)  # type: ignore[no-any-return]
    try:
        parsed = pandoc.read(text.encode(), f"{BODY_FORMAT}+sourcepos")
        blocks = normalise_blocks(strip_positions(parsed["blocks"]))
    except RecursionError:
        raise _too_deep(_marked_most(text)) from None
    if (line := _deepest(blocks)) is not None:
        raise _too_deep(line)
    cache.put("parse", key, json.dumps(blocks, ensure_ascii=False, separators=(",", ":")).encode())
    return blocks


def parse_strings(strings: list[str], cache: Cache, stamp: str) -> list[Inlines]:
    """Each string read as inline Markdown, in normal form; one run of pandoc for all of them."""
    if not strings:
        return []
    key = key_of(stamp, "strings", *strings)
    stored = cache.get("parse", key)
    if stored is not None:
        return json.loads(stored)  # type: ignore[no-any-return]
    # A leading word keeps "1. x" or "# x" from becoming a list or a heading.
    text = "\n\n".join(f"{_SENTINEL} {' '.join(string.split())}" for string in strings)
    try:
        blocks = pandoc.read(text.encode(), BODY_FORMAT)["blocks"]
        nested = _deepest(blocks) is not None
    except RecursionError:
        nested = True
    if nested:
        # What nobody can have meant is read as it is written.
        return [words(" ".join(string.split())) for string in strings]
    if len(blocks) == len(strings):
        result = [_after_sentinel(block) for block in normalise_blocks(blocks)]
    else:
        result = [parse_strings([string], cache, stamp)[0] for string in strings]
    cache.put("parse", key, json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode())
    return result


def _too_deep(line: int) -> InputError:
    return InputError(
        "the text is nested too deeply", line=line, hint=f"Keep to {MAX_DEPTH // 5} levels."
    )


def _deepest(blocks: Blocks) -> int | None:
    """The line of a node deeper than ``MAX_DEPTH``, 1 where it has none; None where there is none."""
    waiting: list[tuple[Any, int, int]] = [(blocks, 0, 1)]
    while waiting:
        value, depth, line = waiting.pop()
        if isinstance(value, dict):
            line = int(value.get("line", line))
            if (depth := depth + ("t" in value)) > MAX_DEPTH:
                return line
            value = value.get("c")
        if isinstance(value, list):
            waiting += [(item, depth, line) for item in value if isinstance(item, list | dict)]
    return None


def _marked_most(text: str) -> int:
    """The line that begins with most marks of quotations and lists, or holds most of emphasis."""
    lines = text.split("\n")
    weights = [len(_MARKS.match(line)[0]) + line.count("*") + line.count("[") for line in lines]  # type: ignore[index]
    return weights.index(max(weights)) + 1


def _after_sentinel(block: Node) -> Inlines:
    inlines: Inlines = block["c"]
    if len(inlines) > 1 and inlines[1]["t"] == "Space":
        return inlines[2:]
    # Attributes at the very start (`{.x} word`) have taken hold of the space.
    return normalise_inlines(inlines[2:], trim=True)


def strip_positions(blocks: Blocks) -> Blocks:
    """Take the wrappers of ``+sourcepos`` away, keeping lines on the nodes that need one."""
    result: Blocks = []
    for block in blocks:
        attr = attr_of(block)
        line: int | None = None
        if attr is not None:
            attr, line = _own(attr)
            if block["t"] == "Div" and attr == EMPTY_ATTR:
                children = strip_positions(block["c"][1])
                result.extend(_with_line(child, line) for child in children)
                continue
            block = with_attr(block, attr)
        found: list[int] = []

        def inlines(children: Inlines, _role: str, found: list[int] = found) -> Inlines:
            stripped, first = _strip_inlines(children)
            if first:
                found.append(first)
            return stripped

        block = map_block(block, lambda children, _: strip_positions(children), inlines)
        result.append(_with_line(block, line or (found[0] if found else None)))
    return result


def _with_line(node: Node, line: int | None) -> Node:
    return node if line is None or "line" in node else {**node, "line": line}


def _own(attr: Attr) -> tuple[Attr, int | None]:
    """The author's own attributes, and the line that ``data-pos`` names."""
    keys = []
    line = None
    for key, value in attr[2]:
        if key == "data-pos":
            lines = [int(number) for number in _POSITION.findall(value)]
            line = min(lines) if lines else None
        elif key != "wrapper":
            keys.append([key, value])
    return [attr[0], attr[1], keys], line


_LOCATED = frozenset({"Link", "Image", "Note", "RawInline", "Span", "Code", "Math"})


def _strip_inlines(inlines: Inlines) -> tuple[Inlines, int | None]:
    result: Inlines = []
    first: int | None = None
    for node in inlines:
        attr = attr_of(node)
        line: int | None = None
        if attr is not None:
            attr, line = _own(attr)
            if node["t"] == "Span" and attr == EMPTY_ATTR:
                children, inner = _strip_inlines(node["c"][1])
                line = line or inner
                result.extend(
                    _with_line(child, line) if child["t"] in _LOCATED else child
                    for child in children
                )
                first = first or line
                continue
            node = with_attr(node, attr)
        found: list[int] = []

        def nested(children: Inlines, _role: str, found: list[int] = found) -> Inlines:
            stripped, inner = _strip_inlines(children)
            if inner:
                found.append(inner)
            return stripped

        node = map_inline(node, lambda blocks, _: strip_positions(blocks), nested)
        line = line or (found[0] if found else None)
        first = first or line
        result.append(_with_line(node, line) if node["t"] in _LOCATED else node)
    return result, first


def convention(block: Node) -> tuple[Node, str | None]:
    """A ``.figure`` or ``.table`` div as a Figure or Table node; the second item says what is wrong."""
    attr = attr_of(block)
    if block["t"] != "Div" or attr is None:
        return block, None
    if "figure" in attr[1]:
        return _figure(block, attr)
    if "table" in attr[1]:
        return _table(block, attr)
    return block, None


def _without_class(attr: Attr, name: str) -> Attr:
    return [attr[0], [item for item in attr[1] if item != name], attr[2]]


def _located(node: Node, block: Node) -> Node:
    return _with_line(node, block.get("line"))


def _figure(block: Node, attr: Attr) -> tuple[Node, str | None]:
    children = block["c"][1]
    if not children or children[0]["t"] not in {"Para", "Plain"}:
        return block, "a .figure begins with an image in a paragraph of its own"
    images = children[0]["c"]
    if not images or any(node["t"] not in {"Image", "Space", "LineBreak"} for node in images):
        return block, "a .figure begins with an image in a paragraph of its own"
    content: list[Any] = [{**children[0], "t": "Plain"}]
    return (
        _located(
            {"t": "Figure", "c": [_without_class(attr, "figure"), [None, children[1:]], content]},
            block,
        ),
        None,
    )


def _table(block: Node, attr: Attr) -> tuple[Node, str | None]:
    children = block["c"][1]
    if not children or children[0]["t"] != "Table":
        return block, "a .table begins with a table"
    table = children[0]
    own, caption, *rest = table["c"]
    identifier = attr[0] or own[0]
    classes = [*_without_class(attr, "table")[1], *own[1]]
    merged: Attr = [identifier, classes, [*attr[2], *own[2]]]
    new_caption = [caption[0], [*caption[1], *children[1:]]]
    return _located({**table, "c": [merged, new_caption, *rest]}, block), None
