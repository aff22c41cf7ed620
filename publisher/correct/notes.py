"""Which footnote of a corrected manuscript is which of the source, and what becomes of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.ast import Blocks, Node, blocks_text, iter_nodes
from publisher.correct.align import align
from publisher.correct.articles import Article
from publisher.correct.describe import Describer, joined
from publisher.correct.merge import Merger
from publisher.correct.model import Change
from publisher.correct.tokens import units
from publisher.correct.words import any_kind, note_words, said

_NEAR_NOTES = 0.5
"""Likeness from which a note is a changed one and not another."""


@dataclass(frozen=True, slots=True)
class _OldNote:
    """A note of the source: the number of its article, its label there, its text."""

    article: int
    label: str
    blocks: Blocks


class Notes:
    """The notes of all articles, paired, so that one that moves to another article is found.

    Every note in the articles' blocks gets a ``"name"`` of its own, by which ``name`` knows it.
    """

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = articles
        self.old: list[_OldNote] = []
        self.new: list[tuple[int, Node]] = []
        for number, article in enumerate(articles):
            self._collect(number, article)
        pairs = align(
            [note_words(note.blocks) for note in self.old],
            [note_words(node["c"]) for _, node in self.new],
            any_kind,
            _NEAR_NOTES,
        )
        self.match = {p.new: p.old for p in pairs if p.new is not None and p.old is not None}
        self.gone = [p.old for p in pairs if p.new is None and p.old is not None]

    def _collect(self, number: int, article: Article) -> None:
        if article.source is not None:
            places: dict[str, int] = {}
            for piece in article.source.pieces:
                for node in iter_nodes([piece.block]):
                    if node["t"] == "Note":
                        label = node.get("label", "")
                        if not label or label not in places:
                            places[label] = len(self.old)
                            self.old.append(_OldNote(number, label, node["c"]))
                        node["name"] = f"o{places[label]}"
        for block in article.blocks:
            for node in iter_nodes([block]):
                if node["t"] == "Note":
                    node["name"] = f"n{len(self.new)}"
                    self.new.append((number, node))

    def name(self, node: Node) -> str:
        """The name of a note: ``o…`` for one of the source (changed or not), ``n…`` for a new one."""
        name = str(node.get("name", ""))
        if name.startswith("n"):
            old = self.match.get(int(name[1:]))
            return name if old is None else f"o{old}"
        return name

    def source(self, name: str) -> _OldNote | None:
        """The source's note of a name; None for a new one."""
        return self.old[int(name[1:])] if name.startswith("o") else None

    def corrected(self, name: str) -> Blocks | None:
        """The text that the manuscript gives a note; None where it gives none."""
        if name.startswith("n"):
            return self.new[int(name[1:])][1]["c"]  # type: ignore[no-any-return]
        for new, old in self.match.items():
            if f"o{old}" == name:
                return self.new[new][1]["c"]  # type: ignore[no-any-return]
        return None

    def meant(self, node: Node) -> str:
        """The words that a note is to have."""
        name = self.name(node)
        made = self.corrected(name)
        if made is None:
            old = self.source(name)
            made = node["c"] if old is None else old.blocks
        return said(made)

    def tell_gone(self, number: int, told: Describer) -> None:
        """Tell the notes of an article's source that the manuscript does not have."""
        for place in self.gone:
            note = self.old[place]
            if note.article == number:
                text = " ".join(blocks_text(note.blocks).split())
                told.passage(
                    "note deleted", self.articles[number].title, "", text, self._place(note)
                )

    def tell_changes(self, number: int, merger: Merger, told: Describer) -> None:
        """Tell what the manuscript does to the notes of an article: new ones and changed ones."""
        title = self.articles[number].title
        for place, (home, node) in enumerate(self.new):
            if home != number:
                continue
            old = self.match.get(place)
            if old is None:
                told.passage("note added", title, "", " ".join(blocks_text(node["c"]).split()))
                continue
            note = self.old[old]
            if _same(merger, note.blocks, node["c"]):
                continue
            where = self._place(note)
            a = [u for block in note.blocks for u in units(block)]
            b = [u for block in node["c"] for u in units(block)]
            change = told.unit(joined(a), joined(b), title, "", where)
            if change is not None:
                kind = "note changed" if change.kind == "changed" else change.kind
                told.changes.append(Change(kind, title, "note", change.pieces, change.words, where))

    def _place(self, note: _OldNote) -> str:
        """File and line of a note in the source; empty where its text stands in no line of its own."""
        source = self.articles[note.article].source
        if source is None or note.label not in source.notes:
            return ""
        return f"{source.path}:{source.notes[note.label].first + 1}"


class Labels:
    """The labels of the notes in one file; ``texts`` are those that its definitions must get.

    A note of this file keeps its label; one that comes from elsewhere gets the first free number.
    """

    def __init__(self, notes: Notes, number: int, merger: Merger) -> None:
        source = notes.articles[number].source
        self.notes = notes
        self.number = number
        self.merger = merger
        self.taken = set() if source is None else set(source.notes)
        self.labels: dict[str, str] = {}
        self.texts: dict[str, Blocks] = {}

    def label(self, node: Node) -> str:
        """The label of a note in this file."""
        name = self.notes.name(node)
        if name in self.labels:
            return self.labels[name]
        old, new = self.notes.source(name), self.notes.corrected(name)
        if old is not None and old.article == self.number and old.label:
            self.labels[name] = old.label
            if new is not None and not _same(self.merger, old.blocks, new):
                self.texts[old.label] = self.merger.blocks(old.blocks, new)
        else:
            free = next(str(n) for n in range(1, 10**6) if str(n) not in self.taken)
            self.taken.add(free)
            self.labels[name] = free
            self.texts[free] = (
                new if new is not None else (old.blocks if old is not None else node["c"])
            )
        return self.labels[name]


def _same(merger: Merger, old: Blocks, new: Blocks) -> bool:
    return len(old) == len(new) and all(merger.same(a, b) for a, b in zip(old, new, strict=True))
