"""The pictures of a block and their descriptions, which not every manuscript carries."""

from __future__ import annotations

from publisher.ast import Blocks, Inlines, Node, iter_nodes, map_block, map_inline


def images(blocks: Blocks) -> list[Node]:
    """The pictures below some blocks, in reading order."""
    return [node for node in iter_nodes(blocks) if node["t"] == "Image"]


def described(old: Node, new: Node) -> Node:
    """``new`` with the descriptions of ``old`` where its pictures have none: RTF loses them."""
    olds, news = images([old]), images([new])
    if len(olds) != len(news) or all(node["c"][1] for node in news):
        return new
    alts = {id(b): a["c"][1] for a, b in zip(olds, news, strict=True) if not b["c"][1]}

    def inlines(children: Inlines, _role: str) -> Inlines:
        return [
            {**node, "c": [node["c"][0], alts[id(node)], node["c"][2]]}
            if id(node) in alts
            else map_inline(node, lambda b, _: b, inlines)
            for node in children
        ]

    def over(children: Blocks, _role: str) -> Blocks:
        return [map_block(child, over, inlines) for child in children]

    return map_block(new, over, inlines)


def replaced(blocks: Blocks, old: Node, new: Node) -> Blocks:
    """``blocks`` with the picture ``new`` where the very node ``old`` stands in a paragraph."""
    return [
        {**block, "c": [new if node is old else node for node in block["c"]]}
        if block["t"] in {"Para", "Plain"}
        else block
        for block in blocks
    ]
