"""Lists in the order of each language's alphabet: ``::: {.sorted}`` around names or terms.

What stands in alphabetical order in the source does not in a translation; the author marks the list, and
every edition puts it in the order of its own language.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from publisher.ast import Blocks, Node, blocks_text, iter_nodes, map_block, plain_text

if TYPE_CHECKING:
    from publisher.document import Document
    from publisher.language import Language

CLASS = "sorted"


def arrange(document: Document, language: Language) -> Document:
    """The document with its marked lists in the order of the language's alphabet; pure."""

    def blocks(given: Blocks, _role: str = "") -> Blocks:
        return [block(each) for each in given]

    def block(node: Node) -> Node:
        made = map_block(node, blocks, lambda inlines, _: inlines)
        if not _is_marked(node):
            return made
        attr, content = made["c"]
        return {**made, "c": [attr, [_sorted(each, language) for each in content]]}

    def article(given: Any) -> Any:
        return replace(given, blocks=blocks(given.blocks))

    found = (node for each in document.all_articles() for node in iter_nodes(each.blocks))
    if not any(map(_is_marked, found)):
        return document
    colophon = None if document.colophon is None else article(document.colophon)
    articles = tuple(article(each) for each in document.articles)
    return replace(document, articles=articles, colophon=colophon)


def _is_marked(node: Node) -> bool:
    return bool(node["t"] == "Div" and CLASS in node["c"][0][1])


def _sorted(node: Node, language: Language) -> Node:
    """A list with its items in order; anything else as it is."""
    kind = node["t"]
    if kind == "DefinitionList":
        return {**node, "c": sorted(node["c"], key=lambda i: language.sort_key(plain_text(i[0])))}
    if kind not in ("BulletList", "OrderedList"):
        return node
    head, items = ([], node["c"]) if kind == "BulletList" else (node["c"][:1], node["c"][1])
    made = sorted(items, key=lambda item: language.sort_key(blocks_text(item)))
    return {**node, "c": [*head, made] if head else made}
