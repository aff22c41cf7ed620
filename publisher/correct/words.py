"""Blocks as rows of words, and what may be one block when the words differ."""

from __future__ import annotations

from publisher.ast import Blocks, Inlines, Node, blocks_text
from publisher.correct.tokens import Atoms, NoteNames, key_of


def any_kind(_old: int, _new: int) -> bool:
    """Everything may be paired."""
    return True


def bag(title: str, blocks: Blocks) -> tuple[str, ...]:
    return tuple(sorted(f"{title} {blocks_text(blocks)}".casefold().split()))


def said(blocks: Blocks) -> str:
    return " ".join(note_words(blocks))


def note_words(blocks: Blocks) -> tuple[str, ...]:
    return tuple(w for block in blocks for w in flat(block, lambda _: ""))


def flat(block: Node, names: NoteNames) -> tuple[str, ...]:
    return tuple(word for unit in key_of(block, names) for word in unit)


def keys(unit: Inlines, names: NoteNames) -> tuple[str, ...]:
    return tuple(token.key for token in Atoms(unit).tokens(names))


def told(block: Node) -> bool:
    """Whether a block holds anything that can be compared."""
    return bool(flat(block, lambda _: ""))


def alike(old: Node, new: Node) -> bool:
    text = {"Para", "Plain", "Header"}
    return old["t"] == new["t"] or {old["t"], new["t"]} <= text
