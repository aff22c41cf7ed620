"""Find the contents entry that a heading carries out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.importers.blocks import Block
from publisher.importers.contents import Entry
from publisher.importers.furniture import key
from publisher.importers.inline import plain
from publisher.importers.numerals import numbered


def raw_text(block: Block) -> str:
    """The text of a block with the list marker that may have been a heading's number."""
    return f"{block.marker} {block.text}" if block.kind == "item" else block.text


def _stripped(text: str) -> list[str]:
    """Keys under which a heading may stand in the contents: whole, and without its number."""
    bare = plain(text.replace("**", ""))
    return [key(bare), *(key(reading.rest) for reading in numbered(bare))]


@dataclass(frozen=True, slots=True)
class Titles:
    """The contents entries, to be found by a heading's text."""

    entries: tuple[Entry, ...]
    exact: dict[str, list[Entry]]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Titles:
        exact: dict[str, list[Entry]] = {}
        for entry in entries:
            exact.setdefault(entry.key, []).append(entry)
        return cls(tuple(entries), exact)

    def matches(self, block: Block) -> list[Entry]:
        """The entries that a heading or short paragraph may be, the likeliest alone where none is equal.

        A heading that was recognised with a wrong letter or two is found as well.
        """
        keys = _stripped(raw_text(block))
        found = [entry for name in keys for entry in self.exact.get(name, ())]
        if found or not self.exact:
            return found
        from rapidfuzz import fuzz, process

        best: tuple[float, str] | None = None
        for name in keys:
            if len(name) < 12:
                continue
            near = process.extractOne(name, list(self.exact), scorer=fuzz.ratio, score_cutoff=88)
            if near is not None and (best is None or near[1] > best[0]):
                best = (near[1], near[0])
        return self.exact[best[1]][:1] if best else []
