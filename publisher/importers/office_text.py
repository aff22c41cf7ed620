"""The text inside inlines and blocks of an office document: read, mapped, cut."""

from __future__ import annotations

from collections.abc import Callable

from publisher.ast import (
    CONTAINERS,
    Inlines,
    Node,
    blocks_text,
    normalise_inlines,
    plain_text,
    string,
)

HELD = "\ufffc"
"""Stands for what is no text: a note, a picture, a formula."""


def block_text(block: Node) -> str:
    """The text of one block; the notes of paragraphs and headings are left out."""
    if block["t"] in {"Para", "Plain"}:
        return plain_text(block["c"])
    if block["t"] == "Header":
        return plain_text(block["c"][2])
    return blocks_text([block])


def cut(inlines: Inlines, count: int) -> Inlines:
    """``inlines`` without their first ``count`` characters."""
    result: Inlines = []
    for node in inlines:
        if count <= 0:
            result.append(node)
            continue
        length = len(plain_text([node]))
        if length <= count:
            count -= length
            if not length:
                result.append(node)
        elif node["t"] == "Str":
            result.append(string(node["c"][count:]))
            count = 0
        elif node["t"] in CONTAINERS:
            result.append({**node, "c": cut(node["c"], count)})
            count = 0
        elif node["t"] in {"Link", "Span"}:
            result.append({**node, "c": [node["c"][0], cut(node["c"][1], count), *node["c"][2:]]})
            count = 0
        else:
            result.append(node)
            count = 0
    return result


def held_text(inlines: Inlines) -> str:
    """The text with HELD for everything that is no text."""
    parts: list[str] = []

    def text(piece: str) -> str:
        parts.append(piece)
        return piece

    _mapped(inlines, text, lambda length: parts.append(HELD * length))
    return "".join(parts)


def map_text(
    inlines: Inlines,
    text: Callable[[str], str],
    skip: Callable[[int], object] = lambda _length: None,
) -> Inlines:
    """Map every ``Str`` and ``Space`` in reading order; ``skip`` hears of what is no text."""
    return normalise_inlines(_mapped(inlines, text, skip))


def _mapped(inlines: Inlines, text: Callable[[str], str], skip: Callable[[int], object]) -> Inlines:
    result: Inlines = []
    for node in inlines:
        kind = node["t"]
        if kind == "Str":
            result.append(string(text(node["c"])))
        elif kind in {"Space", "SoftBreak"}:
            result.append(string(text(" ")))
        elif kind in CONTAINERS:
            result.append({**node, "c": _mapped(node["c"], text, skip)})
        elif kind in {"Link", "Span"}:
            content = _mapped(node["c"][1], text, skip)
            result.append({**node, "c": [node["c"][0], content, *node["c"][2:]]})
        else:
            skip(1)
            result.append(node)
    return result
