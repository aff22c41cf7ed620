"""Hypothesis strategies for pandoc's AST: every constructor, nested, with text that looks like markup."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TEXT = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12),
    st.sampled_from(
        [
            "word", "<em>", "</em>", "<a1>", "<note1/>", "<br/>", "<em1>", "&amp;", "*", "_", "a b",
            "\u00a0", "“q”", "<", ">", "</", "/>", "<a1", "[^1]", "\\", "%s", "{x}", "əğş", "١٢", "\n",
        ]
    ),
)  # fmt: skip
NAMES = st.sampled_from(["", "id1", "x"])
CLASSES = st.lists(st.sampled_from(["localize", "box", "statement", "smallcaps"]), max_size=2)
KEYS = st.lists(
    st.tuples(st.sampled_from(["source", "title", "lang", "ctx", "width"]), TEXT).map(list),
    max_size=2,
)
ATTR = st.tuples(NAMES, CLASSES, KEYS).map(list)
TARGET = st.tuples(st.sampled_from(["https://example.org", "#id1", "x y"]), TEXT).map(list)


def node(kind: str, *parts: Any) -> st.SearchStrategy[Any]:
    """A node whose content is the list of parts (or the part itself where there is one)."""
    content = parts[0] if len(parts) == 1 else st.tuples(*parts).map(list)
    return content.map(lambda value: {"t": kind, "c": value})


def constant(kind: str) -> st.SearchStrategy[Any]:
    return st.builds(lambda: {"t": kind})


LEAVES = st.one_of(
    node("Str", TEXT),
    constant("Space"),
    constant("SoftBreak"),
    constant("LineBreak"),
    node("Code", ATTR, TEXT),
    node("Math", st.sampled_from([{"t": "InlineMath"}, {"t": "DisplayMath"}]), TEXT),
    node("RawInline", st.sampled_from(["html", "latex"]), TEXT),
)


def _inline(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    many = st.lists(children, max_size=4)
    quote = st.sampled_from([{"t": "SingleQuote"}, {"t": "DoubleQuote"}])
    citation = st.fixed_dictionaries(
        {
            "citationId": st.just("doe"),
            "citationPrefix": st.just([]),
            "citationSuffix": st.just([]),
            "citationMode": st.just({"t": "NormalCitation"}),
            "citationNoteNum": st.just(1),
            "citationHash": st.just(0),
        }
    )
    simple = [
        node(kind, many)
        for kind in (
            "Emph", "Underline", "Strong", "Strikeout", "Superscript", "Subscript", "SmallCaps",
        )
    ]  # fmt: skip
    return st.one_of(
        *simple,
        node("Quoted", quote, many),
        node("Cite", st.lists(citation, min_size=1, max_size=1), many),
        node("Link", ATTR, many, TARGET),
        node("Image", ATTR, many, TARGET),
        node("Span", ATTR, many),
        node("Note", st.lists(node("Para", many), max_size=2)),
    )


INLINE = st.recursive(LEAVES, _inline, max_leaves=8)
INLINES = st.lists(INLINE, max_size=5)


def _block(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    many = st.lists(children, max_size=3)
    items = st.lists(many, max_size=3)
    numbering = st.just([1, {"t": "Decimal"}, {"t": "Period"}])
    caption = st.tuples(st.one_of(st.none(), INLINES), many).map(list)
    align = st.just({"t": "AlignDefault"})
    cell = st.tuples(ATTR, align, st.integers(1, 2), st.integers(1, 2), many).map(list)
    rows = st.lists(st.tuples(ATTR, st.lists(cell, max_size=2)).map(list), max_size=2)
    body = st.tuples(ATTR, st.just(0), rows, rows).map(list)
    part = st.tuples(ATTR, rows).map(list)
    columns = st.just([[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]])
    definition = st.tuples(INLINES, st.lists(many, max_size=2)).map(list)
    return st.one_of(
        node("BlockQuote", many),
        node("BulletList", items),
        node("OrderedList", numbering, items),
        node("DefinitionList", st.lists(definition, max_size=2)),
        node("Div", ATTR, many),
        node("Figure", ATTR, caption, many),
        node("Table", ATTR, caption, columns, part, st.lists(body, max_size=2), part),
    )


BLOCK = st.recursive(
    st.one_of(
        node("Para", INLINES),
        node("Plain", INLINES),
        node("Header", st.integers(1, 6), ATTR, INLINES),
        node("LineBlock", st.lists(INLINES, max_size=3)),
        node("CodeBlock", ATTR, TEXT),
        node("RawBlock", st.sampled_from(["html", "latex"]), TEXT),
        constant("HorizontalRule"),
    ),
    _block,
    max_leaves=6,
)
BLOCKS = st.lists(BLOCK, max_size=4)
