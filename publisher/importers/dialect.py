"""From the AST to the source dialect: what the reader makes of conventions, made conventions again.

The reader turns ``::: {.figure}`` and ``::: {.table}`` into nodes and allowed HTML into containers
(publisher.markdown, publisher.html_inline); pandoc's writer would lose or refuse both. This is the way
back: an AST that pandoc's ``commonmark_x`` writes and the reader reads as the same.
"""

from __future__ import annotations

from publisher.ast import (
    CONTAINERS,
    Blocks,
    Inlines,
    Node,
    attr_of,
    get_key,
    map_block,
    map_inline,
    plain_text,
    with_attr,
)

_TAGS = frozenset({"mark", "small", "kbd", "abbr"})
_GENERATED = frozenset({"id-from"})


def source_blocks(blocks: Blocks, *, cell: bool = False) -> Blocks:
    """Blocks as the source writes them; ``cell`` says that they stand in a table's cell."""
    return [_block(block, cell=cell) for block in blocks if not _empty(block)]


def source_inlines(inlines: Inlines, *, cell: bool = False) -> Inlines:
    """Inlines as the source writes them."""
    result: Inlines = []
    for node in inlines:
        result.extend(_inline(node, cell=cell))
    return result


def _empty(block: Node) -> bool:
    """Whether a block is a paragraph or list of nothing, which Markdown cannot write."""
    if block["t"] in {"BulletList", "OrderedList"}:
        items = block["c"] if block["t"] == "BulletList" else block["c"][1]
        return all(_empty(child) for item in items for child in item)
    kinds = {"Para", "Plain", "DefinitionList", "BlockQuote", "LineBlock"}
    return block["t"] in kinds and not block["c"]


def _block(block: Node, *, cell: bool) -> Node:
    kind = block["t"]
    if kind == "Figure":
        attr, caption, content = block["c"]
        images = [
            {"t": "Para", "c": child["c"]} if child["t"] == "Plain" else child for child in content
        ]
        body = [*images, *_paragraphs(caption[1])]
        return _div(attr, "figure", source_blocks(body))
    if kind == "Table":
        attr, caption, *rest = block["c"]
        inner = _children({**block, "c": [["", [], []], [None, []], *rest]}, cell=True)
        if not caption[1] and attr == ["", [], []]:
            return inner
        return _div(attr, "table", [inner, *source_blocks(_paragraphs(caption[1]))])
    if kind in {"BulletList", "OrderedList"}:
        block = _spaced(block)
    attr = attr_of(block)
    if attr is not None and any(key in _GENERATED for key, _ in attr[2]):
        block = with_attr(block, [attr[0], attr[1], [p for p in attr[2] if p[0] not in _GENERATED]])
    return _children(block, cell=cell)


def _spaced(block: Node) -> Node:
    """A list whose inner lists would not begin without a blank line before them gets blank lines.

    In CommonMark only bullets and a 1 can interrupt a paragraph (§5.2); letters cannot either.
    """
    items = block["c"] if block["t"] == "BulletList" else block["c"][1]
    items = [item for item in items if any(not _empty(child) for child in item)]
    several = any(sum(c["t"] in {"Para", "Plain"} for c in item) > 1 for item in items)
    if several or any(_needs_space(child) for item in items for child in item):
        items = [_paragraphs(item) for item in items]
    return {**block, "c": items if block["t"] == "BulletList" else [block["c"][0], items]}


def _needs_space(block: Node) -> bool:
    if block["t"] != "OrderedList":
        return False
    start, style, _ = block["c"][0]
    return start != 1 or style["t"] not in {"Decimal", "DefaultStyle"}


def _children(block: Node, *, cell: bool) -> Node:
    return map_block(
        block,
        lambda children, _: source_blocks(children, cell=cell),
        lambda children, _: source_inlines(children, cell=cell),
    )


def _div(attr: list[object], name: str, content: Blocks) -> Node:
    classes = attr[1]
    assert isinstance(classes, list)
    return {"t": "Div", "c": [[attr[0], [name, *classes], attr[2]], content]}


def _paragraphs(blocks: Blocks) -> Blocks:
    return [{**block, "t": "Para"} if block["t"] == "Plain" else block for block in blocks]


def _raw(text: str) -> Node:
    return {"t": "RawInline", "c": ["html", text]}


def _inline(node: Node, *, cell: bool) -> Inlines:
    kind = node["t"]
    if kind == "LineBreak" and cell:
        return [_raw("<br>")]
    if kind == "Underline":
        return [_raw("<u>"), *source_inlines(node["c"], cell=cell), _raw("</u>")]
    if kind in {"Superscript", "Subscript"} and " " in plain_text(node["c"]):
        name = "sup" if kind == "Superscript" else "sub"
        return [_raw(f"<{name}>"), *source_inlines(node["c"], cell=cell), _raw(f"</{name}>")]
    if kind == "Span":
        attr, content = node["c"]
        if len(attr[1]) == 1 and attr[1][0] in _TAGS and not attr[0]:
            title = get_key(attr, "title")
            if not attr[2] or (title is not None and len(attr[2]) == 1 and '"' not in title):
                name = attr[1][0]
                keys = f' title="{title}"' if title is not None else ""
                inner = source_inlines(content, cell=cell)
                return [_raw(f"<{name}{keys}>"), *inner, _raw(f"</{name}>")]
    if kind in CONTAINERS or kind in {"Link", "Image", "Span", "Cite"}:
        return [
            map_inline(
                node, lambda b, _: source_blocks(b), lambda i, _: source_inlines(i, cell=cell)
            )
        ]
    if kind == "Note":
        return [{"t": "Note", "c": source_blocks(node["c"])}]
    return [node]
