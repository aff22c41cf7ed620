"""Where the articles of an office document begin, and what its title page says of the issue."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from publisher.ast import Blocks, Inlines, blocks_text, plain_text, words
from publisher.importers.manuscript import excerpt
from publisher.importers.numerals import numbered
from publisher.importers.office_inlines import Cleaner
from publisher.importers.office_read import Read
from publisher.importers.office_text import cut

_DROPPED = frozenset({"bulletinname", "date", "publisher", "tagline", "draftnotice", "colophon"})
_TITLE_WORDS = 14
"""The most words of a title that only its place shows."""


@dataclass(slots=True)
class Part:
    """One article while it is being made; ``marks`` are the bookmarks of its heading."""

    title: Inlines
    blocks: Blocks
    line: int
    level: int
    marks: tuple[str, ...] = ()


class Splitter:
    """Splits the blocks of one document; ``title`` and ``subtitle`` are the issue's afterwards.

    ``name`` is the manuscript's, ``split`` where an article begins (see Options).
    """

    def __init__(self, read: Read, cleaner: Cleaner, name: str, split: str) -> None:
        self.read = read
        self.cleaner = cleaner
        self.name = name
        self.split = split
        self.ours = read.prepared.ours
        self.title: Inlines = []
        self.subtitle: Inlines = []

    def run(self, blocks: Blocks) -> list[Part]:
        """The articles in order; ``blocks`` are clean and grouped."""
        return self._numbers(self._parts(self._front(blocks)))

    def _warn(self, code: str, message: str, line: int, hint: str = "") -> None:
        self.read.prepared.warn(code, message, self.name, line, hint)

    def _front(self, blocks: Blocks) -> Blocks:
        """Take the issue's title and subtitle, and what an edition makes itself."""
        result: Blocks = []
        for block in blocks:
            fact = self.read.fact(block)
            if block["t"] == "Para" and fact.style in {"title", "subtitle"} and not fact.kind:
                inlines = self.cleaner.heading(block["c"], fact.number)
                if fact.style == "title" and not self.title:
                    self.title = inlines
                    continue
                if fact.style == "subtitle" and not self.subtitle and self.title:
                    self.subtitle = inlines
                    continue
            if self.ours and fact.style in _DROPPED:
                continue
            if self.ours and fact.style == "normal" and not blocks_text([block]).strip():
                continue
            result.append(block)
        return result

    def _level(self, blocks: Blocks) -> int:
        """The level of the headings that begin articles; 0 where there are none."""
        if self.split.isdigit():
            return int(self.split)
        counts = Counter(block["c"][0] for block in blocks if block["t"] == "Header")
        if not counts or self.split != "auto":
            return 0
        top = min(counts)
        if counts[top] > 1 or self.ours:
            return int(top)
        # One heading above all others is the title of an article, or of the issue where text
        # begins under the next level only and a title page goes before.
        first = next(i for i, b in enumerate(blocks) if b["t"] == "Header" and b["c"][0] == top)
        following = blocks[first + 1] if first + 1 < len(blocks) else None
        below = [level for level in counts if level > top]
        if (
            below
            and following is not None
            and following["t"] == "Header"
            and counts[min(below)] > 1
            and not self.title
        ):
            self.title = blocks[first]["c"][2]
            blocks.pop(first)
            return int(min(below))
        return int(top)

    def _parts(self, blocks: Blocks) -> list[Part]:
        blocks = list(blocks)
        if self.split == "page":
            return self._pages(blocks)
        level = self._level(blocks)
        places = [
            index for index, block in enumerate(blocks)
            if level and block["t"] == "Header" and block["c"][0] <= level
        ]  # fmt: skip
        if not places:
            return self._single(blocks)
        if self.title and len(places) > 1 and not self.ours:
            first = blocks[places[0]]
            if (
                plain_text(first["c"][2]).casefold() == plain_text(self.title).casefold()
                and places[1] == places[0] + 1
            ):
                blocks.pop(places[0])
                places = [place - 1 for place in places[1:]]
        parts = self._before(blocks[: places[0]])
        for start, end in zip(places, [*places[1:], len(blocks)], strict=True):
            head = blocks[start]
            fact = self.read.fact(head)
            parts.append(
                Part(
                    head["c"][2], blocks[start + 1 : end], fact.number, head["c"][0], fact.bookmarks
                )
            )
        return parts

    def _single(self, blocks: Blocks) -> list[Part]:
        """The whole text as one article."""
        title = self.title
        first = blocks[0] if blocks else None
        if not title and first is not None and first["t"] == "Header":
            title, blocks = first["c"][2], blocks[1:]
        elif (
            not title
            and first is not None
            and len(blocks) > 1
            and first["t"] == "Para"
            and len(plain_text(first["c"]).split()) <= _TITLE_WORDS
        ):
            title, blocks = self.cleaner.heading(first["c"], int(first.get("line", 1))), blocks[1:]
            self.cleaner.changed(
                int(first.get("line", 1)),
                "heading recognised",
                excerpt(plain_text(title)),
                "the title",
            )
        elif not title:
            title = words(
                self.read.prepared.title or self.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
            )
        if self.split == "auto":
            self._warn("no-headings", "no heading was found: the whole text is one article", 1,
                        "Give the articles' titles a heading style, or use --split page.")  # fmt: skip
        return [Part(title, blocks, int(first.get("line", 1)) if first else 1, 1)]

    def _pages(self, blocks: Blocks) -> list[Part]:
        """Articles begin on new pages; the first paragraph is the title."""
        starts = [0, *(i for i, b in enumerate(blocks) if i and self.read.fact(b).page_break)]
        parts = []
        for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
            piece = blocks[start:end]
            if not piece:
                continue
            head = piece[0]
            fact = self.read.fact(head)
            if head["t"] == "Header":
                parts.append(
                    Part(head["c"][2], piece[1:], fact.number, head["c"][0], fact.bookmarks)
                )
            elif (
                head["t"] == "Para"
                and len(piece) > 1
                and len(plain_text(head["c"]).split()) <= _TITLE_WORDS
            ):
                title = self.cleaner.heading(head["c"], fact.number)
                parts.append(Part(title, piece[1:], fact.number, 1, fact.bookmarks))
            else:
                parts.append(Part(words(excerpt(blocks_text(piece), 50)), piece, fact.number, 1))
        return parts

    def _before(self, blocks: Blocks) -> list[Part]:
        """What stands before the first heading: a title page, or an article without a title."""
        blocks = [block for block in blocks if not (self.ours and block["t"] == "Para")]
        if not blocks:
            return []
        line = self.read.fact(blocks[0]).number
        long = [
            b
            for b in blocks
            if len(blocks_text([b]).split()) > 25 or b["t"] not in {"Para", "Plain"}
        ]
        if long:
            title: Inlines = []
            if blocks[0] not in long and not self.title:
                title, blocks = self.cleaner.heading(blocks[0]["c"], line), blocks[1:]
            if title and blocks:
                self.title = self.title or title
            self._warn("untitled-article", "text stands before the first article's heading", line,
                        "It became an article of its own; give it a title.")  # fmt: skip
            head = self.title or words(excerpt(blocks_text(blocks), 50))
            return [Part(head, blocks, line, 1)]
        for block in blocks:
            inlines = self.cleaner.heading(block["c"], self.read.fact(block).number)
            if not self.title:
                self.title = inlines
            else:
                shown = excerpt(plain_text(inlines), 90)
                self.cleaner.changed(
                    self.read.fact(block).number, "title page line left out", shown
                )
                self._warn("left-out", f"a line of the title page was left out: “{excerpt(shown)}”",
                            self.read.fact(block).number,
                            "Put it into issue.toml or an article if it belongs there.")  # fmt: skip
        return []

    def _numbers(self, parts: list[Part]) -> list[Part]:
        """Titles that are numbered in a row lose their numbers."""
        if self.ours or len(parts) < 2:
            return parts
        readings = [numbered(plain_text(part.title)) for part in parts]
        rows = []
        for wanted, found in enumerate(readings, 1):
            fit = [reading for reading in found if reading.value == wanted]
            if not fit:
                return parts
            rows.append(fit[0])
        result = []
        for part, reading in zip(parts, rows, strict=True):
            text = plain_text(part.title)
            self.cleaner.changed(
                part.line, "article number removed", excerpt(text), excerpt(reading.rest)
            )
            at = len(text) - len(reading.rest) if text.endswith(reading.rest) else 0
            result.append(replace(part, title=cut(part.title, at)))
        return result
