"""The changes of a comparison, block by block, in words that people understand."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.ast import Blocks, Inlines, Node, blocks_text, map_block, map_inline, plain_text
from publisher.correct.align import align
from publisher.correct.model import Change
from publisher.correct.tokens import (
    HELD,
    Atoms,
    NoteNames,
    Token,
    key_of,
    looks_of,
    operations,
    units,
)
from publisher.correct.words import any_kind, keys


class Describer:
    """Collects changes. ``names`` tells notes apart, ``exact`` that emphasis is compared too."""

    def __init__(self, names: NoteNames, *, exact: bool) -> None:
        self.names = names
        self.exact = exact
        self.changes: list[Change] = []

    def whole(
        self,
        kind: str,
        title: str,
        block: Node,
        *,
        place: str = "",
        moved: bool = False,
        words: int = 0,
    ) -> None:
        text = " ".join(blocks_text([_without_notes(block)]).split())
        tag = {"added": "insert", "deleted": "delete", "moved": "equal"}[kind]
        piece = (tag, "" if tag == "insert" else text, "" if tag in {"delete", "equal"} else text)
        count = words or len(text.split())
        self.changes.append(
            Change(
                kind, title, _what(block), (piece,), count if kind != "moved" else 0, place, moved
            )
        )

    def passage(
        self, kind: str, title: str, what: str, text: str, place: str = "", words: int | None = None
    ) -> None:
        """Text that comes or goes as a whole, by the ``kind`` of its change.

        ``words`` counts its words where ``text`` is only a part of it.
        """
        piece = ("delete", text, "") if kind.endswith("deleted") else ("insert", "", text)
        count = len(text.split()) if words is None else words
        self.changes.append(Change(kind, title, what, (piece,), count, place))

    def differences(self, old: Node, new: Node, title: str, place: str, *, moved: bool) -> None:
        """The changes inside a block, piece of text by piece of text."""
        olds, news = units(old), units(new)
        pairs = align(
            [keys(unit, self.names) for unit in olds],
            [keys(unit, self.names) for unit in news],
            any_kind,
        )
        first = True
        for pair in pairs:
            what = _what(new) if len(news) == 1 else _part(new)
            if pair.new is None and pair.old is not None:
                text = plain_text(olds[pair.old])
                if text.strip():
                    self.passage("deleted", title, what, text, place)
            elif pair.old is None and pair.new is not None:
                text = plain_text(news[pair.new])
                if text.strip():
                    self.passage("added", title, what, text, place)
            elif pair.old is not None and pair.new is not None:
                change = self.unit(
                    olds[pair.old], news[pair.new], title, what, place, moved=moved and first
                )
                if change is not None:
                    self.changes.append(change)
                    first = False
        if first and moved:
            self.whole("moved", title, old, place=place, moved=True)
        elif first and key_of(old, self.names) == key_of(new, self.names):
            text = " ".join(blocks_text([_without_notes(new)]).split())
            if looks_of(old, self.names) == looks_of(new, self.names):
                self.changes.append(
                    Change(
                        "formatting",
                        title,
                        f"{_what(old)} → {_what(new)}",
                        (("equal", text, text),),
                        0,
                        place,
                    )
                )

    def unit(
        self, old: Inlines, new: Inlines, title: str, what: str, place: str, *, moved: bool = False
    ) -> Change | None:
        a, b = Atoms(old), Atoms(new)
        olds, news = a.tokens(self.names), b.tokens(self.names)
        if [t.key for t in olds] == [t.key for t in news]:
            if not self.exact or [(t.markup, t.link) for t in olds] == [
                (t.markup, t.link) for t in news
            ]:
                return None
            differ = [
                t
                for s, t in zip(olds, news, strict=True)
                if (s.markup, s.link) != (t.markup, t.link)
            ]
            return Change(
                "formatting",
                title,
                what,
                (("equal", " ".join(t.text for t in differ), ""),),
                0,
                place,
                moved,
            )
        if [t.key for t in olds if t.text != HELD] == [t.key for t in news if t.text != HELD]:
            if {t.key for t in olds} != {t.key for t in news}:
                return None  # a note came or went: that is told with the notes
            shown = " ".join(plain_text(new).split())
            return Change("formatting", title, what, (("equal", shown, ""),), 0, place, moved)
        pieces, words = [], 0
        for tag, i, j, k, m in operations(olds, news):
            before = a.text_between(olds, i, j)
            after = b.text_between(news, k, m)
            name = {"equal": "equal", "replace": "change", "delete": "delete", "insert": "insert"}[
                tag
            ]
            if tag != "equal":
                words += max(_count(olds[i:j]), _count(news[k:m]))
            if before or after:
                pieces.append((name, before, after))
        return Change("changed", title, what, tuple(pieces), words, place, moved)


_KINDS = {
    "Para": "paragraph", "Plain": "paragraph", "Header": "heading", "BulletList": "list",
    "OrderedList": "list", "DefinitionList": "list of terms", "Table": "table", "Figure": "figure",
    "BlockQuote": "quotation", "CodeBlock": "code", "HorizontalRule": "rule",
}  # fmt: skip


def _without_notes(block: Node) -> Node:
    def inlines(children: Inlines, _role: str) -> Inlines:
        return [map_inline(n, over, inlines) for n in children if n["t"] != "Note"]

    def over(children: Blocks, _role: str) -> Blocks:
        return [map_block(child, over, inlines) for child in children]

    return map_block(block, over, inlines)


def joined(parts: Sequence[Inlines]) -> Inlines:
    result: Inlines = []
    for part in parts:
        if result:
            result.append({"t": "Space"})
        result.extend(part)
    return result


def _count(tokens: Sequence[Token]) -> int:
    return sum(any(map(str.isalnum, token.text)) for token in tokens)


def _what(block: Node) -> str:
    if block["t"] == "Div":
        return next((name for name in ("statement", "box") if name in block["c"][0][1]), "block")
    return _KINDS.get(block["t"], "block")


def _part(block: Node) -> str:
    if block["t"] in {"BulletList", "OrderedList"}:
        return "list item"
    if block["t"] == "Table":
        return "table cell"
    return _what(block)
