"""Pandoc's AST as plain JSON data: traversal, normal form and plain text.

Nodes are the dictionaries of pandoc's own JSON (``{"t": "Para", "c": […]}``, pandoc-types 1.23), so that
every constructor from any reader passes through untouched. The reader adds one key of ours, ``"line"``
(from 1), to nodes whose place in the source matters; pandoc ignores it.

The **normal form** is what the segmenter works on: no ``SoftBreak`` and no ``Quoted`` (they become a space
and quotation characters), ``Str`` merged and free of white space, no repeated ``Space``, none at the ends
of a block, no ``Span`` or ``Div`` without attributes, and no character that XML 1.0 cannot hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

Node = dict[str, Any]
Inlines = list[Node]
Blocks = list[Node]
Attr = list[Any]

SPACE: Node = {"t": "Space"}

EMPTY_ATTR: Attr = ["", [], []]

CONTAINERS = frozenset(
    {"Emph", "Strong", "Strikeout", "Superscript", "Subscript", "SmallCaps", "Underline"}
)
"""Inline constructors whose content is a list of inlines and nothing else."""

ATTRIBUTED = frozenset({"Span", "Link", "Image", "Quoted", "Cite"})
"""Inline constructors whose second field is a list of inlines."""

_WHITE = re.compile(r"[ \t\n\r\f\v]+")
# XML 1.0 §2.2: these cannot stand in any of our outputs, or should not, and no font has them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_QUOTES = {"DoubleQuote": ("“", "”"), "SingleQuote": ("‘", "’")}

BlocksMap = Callable[[Blocks, str], Blocks]
InlinesMap = Callable[[Inlines, str], Inlines]


def string(text: str) -> Node:
    """A ``Str`` node."""
    return {"t": "Str", "c": text}


def words(text: str) -> Inlines:
    """Plain ``text`` as ``Str`` and ``Space`` nodes."""
    nodes: Inlines = []
    for index, piece in enumerate(_WHITE.split(text)):
        if index:
            nodes.append(dict(SPACE))
        if piece:
            nodes.append(string(piece))
    return nodes


def attr_of(node: Node) -> Attr | None:
    """The attribute triple ``[id, classes, [[key, value]]]`` of a node, None where it has none."""
    kind, content = node["t"], node.get("c")
    if kind in {"Div", "Span", "Link", "Image", "Code", "CodeBlock", "Table", "Figure"}:
        first: Attr = content[0]  # type: ignore[index]
        return first
    if kind == "Header":
        second: Attr = content[1]  # type: ignore[index]
        return second
    return None


def with_attr(node: Node, attr: Attr) -> Node:
    """The node with another attribute triple."""
    content = list(node["c"])
    content[1 if node["t"] == "Header" else 0] = attr
    return {**node, "c": content}


def get_key(attr: Attr, name: str) -> str | None:
    """The value of one key of an attribute triple."""
    for key, value in attr[2]:
        if key == name:
            return str(value)
    return None


def map_block(node: Node, blocks: BlocksMap, inlines: InlinesMap) -> Node:
    """Rebuild one block with its children passed through ``blocks`` and ``inlines``.

    Each callback gets the child list and its role: for inlines ``paragraph``, ``heading``, ``line``,
    ``term`` or ``short caption``; for blocks ``quotation``, ``item``, ``definition``, ``box``,
    ``caption``, ``figure`` or ``cell``. Children are visited in reading order, each once.
    """
    kind, content = node["t"], node.get("c")
    if content is None:
        return node
    new: Any
    if kind in {"Para", "Plain"}:
        new = inlines(content, "paragraph")
    elif kind == "Header":
        new = [content[0], content[1], inlines(content[2], "heading")]
    elif kind == "LineBlock":
        new = [inlines(line, "line") for line in content]
    elif kind == "BlockQuote":
        new = blocks(content, "quotation")
    elif kind == "BulletList":
        new = [blocks(item, "item") for item in content]
    elif kind == "OrderedList":
        new = [content[0], [blocks(item, "item") for item in content[1]]]
    elif kind == "DefinitionList":
        new = [
            [inlines(term, "term"), [blocks(body, "definition") for body in bodies]]
            for term, bodies in content
        ]
    elif kind == "Div":
        new = [content[0], blocks(content[1], "box")]
    elif kind == "Figure":
        body = blocks(content[2], "figure")
        new = [content[0], _map_caption(content[1], blocks, inlines), body]
    elif kind == "Table":
        new = _map_table(content, blocks, inlines)
    else:
        return node
    return {**node, "c": new}


def _map_caption(caption: list[Any], blocks: BlocksMap, inlines: InlinesMap) -> list[Any]:
    short = caption[0]
    if short is not None:
        short = inlines(short, "short caption")
    return [short, blocks(caption[1], "caption")]


def _map_table(content: list[Any], blocks: BlocksMap, inlines: InlinesMap) -> list[Any]:
    def rows(items: list[Any]) -> list[Any]:
        return [
            [attr, [[*cell[:4], blocks(cell[4], "cell")] for cell in cells]]
            for attr, cells in items
        ]

    attr, caption, columns, head, bodies, foot = content
    caption = _map_caption(caption, blocks, inlines)
    new_head = [head[0], rows(head[1])]
    new_bodies = [[body[0], body[1], rows(body[2]), rows(body[3])] for body in bodies]
    return [attr, caption, columns, new_head, new_bodies, [foot[0], rows(foot[1])]]


def map_inline(node: Node, blocks: BlocksMap, inlines: InlinesMap) -> Node:
    """Rebuild one inline node: nested inlines get the role ``nested``, a note's blocks ``footnote``."""
    kind, content = node["t"], node.get("c")
    if kind in CONTAINERS:
        return {**node, "c": inlines(content, "nested")}  # type: ignore[arg-type]
    if kind in ATTRIBUTED:
        return {**node, "c": [content[0], inlines(content[1], "nested"), *content[2:]]}  # type: ignore[index]
    if kind == "Note":
        return {**node, "c": blocks(content, "footnote")}  # type: ignore[arg-type]
    return node


def iter_nodes(nodes: list[Node]) -> Iterator[Node]:
    """Every node below ``nodes``, blocks and inlines, in reading order."""
    found: list[Node] = []

    def blocks(children: Blocks, _role: str) -> Blocks:
        for child in children:
            found.append(child)
            map_block(child, blocks, inlines)
        return children

    def inlines(children: Inlines, _role: str) -> Inlines:
        for child in children:
            found.append(child)
            map_inline(child, blocks, inlines)
        return children

    for node in nodes:
        found.append(node)
        map_block(node, blocks, inlines)
        map_inline(node, blocks, inlines)
    yield from found


def plain_text(inlines: Inlines, *, notes: bool = False) -> str:
    """The characters that a reader sees; notes are left out unless asked for."""
    parts: list[str] = []
    for node in inlines:
        kind, content = node["t"], node.get("c")
        if kind == "Str":
            parts.append(content)  # type: ignore[arg-type]
        elif kind in {"Space", "SoftBreak", "LineBreak"}:
            parts.append(" ")
        elif kind in CONTAINERS:
            parts.append(plain_text(content, notes=notes))  # type: ignore[arg-type]
        elif kind == "Quoted":
            left, right = _QUOTES[content[0]["t"]]  # type: ignore[index]
            parts.append(left + plain_text(content[1], notes=notes) + right)  # type: ignore[index]
        elif kind in ATTRIBUTED:
            parts.append(plain_text(content[1], notes=notes))  # type: ignore[index]
        elif kind in {"Code", "Math"}:
            parts.append(content[1])  # type: ignore[index]
        elif kind == "Note" and notes:
            parts.append(" " + blocks_text(content))  # type: ignore[arg-type]
    return "".join(parts)


def blocks_text(blocks: Blocks) -> str:
    """The text of blocks, one line a paragraph, notes included, in reading order."""
    lines: list[str] = []

    def on_blocks(children: Blocks, _role: str) -> Blocks:
        for child in children:
            if child["t"] == "CodeBlock":
                lines.append(child["c"][1])
            map_block(child, on_blocks, on_inlines)
        return children

    def on_inlines(children: Inlines, _role: str) -> Inlines:
        lines.append(plain_text(children, notes=True))
        return children

    on_blocks(blocks, "")
    return "\n".join(lines)


def normalise_blocks(blocks: Blocks) -> Blocks:
    """Blocks in normal form (see the module's docstring); idempotent."""
    result: Blocks = []
    for block in blocks:
        if block["t"] == "Div" and block["c"][0] == EMPTY_ATTR:
            result.extend(normalise_blocks(block["c"][1]))
            continue
        if block["t"] in {"CodeBlock", "RawBlock"}:
            first, text = block["c"]
            result.append({**block, "c": [first, _FORBIDDEN.sub("", text)]})
            continue
        result.append(map_block(block, lambda b, _: normalise_blocks(b), _block_inlines))
    return result


def _block_inlines(inlines: Inlines, _role: str) -> Inlines:
    return normalise_inlines(inlines, trim=True)


def normalise_inlines(inlines: Inlines, *, trim: bool = False) -> Inlines:
    """Inlines in normal form; ``trim`` drops spaces at both ends, as for the content of a block."""
    result: Inlines = []
    for node in _flatten(inlines):
        if node["t"] == "Space":
            if result and result[-1]["t"] == "Space":
                continue
        elif node["t"] == "Str" and result and result[-1]["t"] == "Str":
            result[-1] = string(result[-1]["c"] + node["c"])
            continue
        result.append(node)
    if trim:
        while result and result[0]["t"] == "Space":
            del result[0]
        while result and result[-1]["t"] == "Space":
            del result[-1]
    return result


def _flatten(inlines: Inlines) -> Iterator[Node]:
    for node in inlines:
        kind = node["t"]
        if kind == "Str":
            text = _FORBIDDEN.sub("", node["c"])
            if text and not _WHITE.search(text):
                yield node if text == node["c"] and len(node) == 2 else string(text)
            elif text:
                yield from words(text)
        elif kind in {"Space", "SoftBreak"}:
            yield dict(SPACE)
        elif kind == "Quoted":
            left, right = _QUOTES[node["c"][0]["t"]]
            yield string(left)
            yield from _flatten(node["c"][1])
            yield string(right)
        elif kind == "Span" and node["c"][0] == EMPTY_ATTR:
            yield from _flatten(node["c"][1])
        elif kind == "Image":
            attr, alt, target = node["c"]
            yield {**node, "c": [attr, normalise_inlines(alt, trim=True), target]}
        elif kind in {"Code", "Math", "RawInline"}:
            yield {**node, "c": [node["c"][0], _FORBIDDEN.sub("", node["c"][1])]}
        else:
            yield map_inline(
                node, lambda b, _: normalise_blocks(b), lambda i, _: normalise_inlines(i)
            )


def without_lines(value: Any) -> Any:
    """The same data without our ``"line"`` keys, for comparing with pandoc's own output."""
    if isinstance(value, dict):
        return {key: without_lines(item) for key, item in value.items() if key != "line"}
    if isinstance(value, list):
        return [without_lines(item) for item in value]
    return value
