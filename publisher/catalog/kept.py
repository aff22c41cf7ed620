"""Counting words, and what an event says of the sentences it keeps: all that ``status`` needs to know."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from publisher.catalog import tags
from publisher.catalog.ledger import KEEPS, Event, Ledger
from publisher.catalog.po import Entry

_NOTE = re.compile(
    rf"{KEEPS}(?P<kept>[\d,-]+) of (?P<total>\d+); (?P<words>\d+) words to review(?:; (?P<why>.*))?"
)


WHOLE = "sentences cannot be told apart"
"""Why a paragraph goes back whole although only some of its sentences changed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Sentences (from 0) of a text that stay reviewed, of ``total``; ``words`` need eyes.

    ``why`` is a remark: why the paragraph goes back whole, or where the text comes from.
    """

    kept: tuple[int, ...]
    total: int
    words: int
    why: str = ""

    @property
    def note(self) -> str:
        """The note of the event."""
        text = f"{KEEPS}{numbers(self.kept) or '0'} of {self.total}; {self.words} words to review"
        return f"{text}; {self.why}" if self.why else text

    @property
    def flagged(self) -> tuple[int, ...]:
        """Sentences that need eyes."""
        return tuple(number for number in range(self.total) if number not in self.kept)

    @property
    def is_whole(self) -> bool:
        """Whether the text goes back whole only because its sentences cannot be told apart."""
        return WHOLE in self.why

    @classmethod
    def of(cls, event: Event | None) -> Kept | None:
        """What a partial event says; None for any other, or a note that is none."""
        match = _NOTE.fullmatch(event.note) if event is not None and event.partial else None
        if match is None:
            return None
        kept: list[int] = []
        for part in match["kept"].split(","):
            first, _, last = part.partition("-")
            if first.isdigit() and (last or first).isdigit():
                kept += range(int(first) - 1, min(int(last or first), int(match["total"])))
        inside = tuple(number for number in kept if number >= 0)
        return cls(inside, int(match["total"]), int(match["words"]), match["why"] or "")


def count_words(text: str, names: Collection[str] = ()) -> int:
    """Words of a msgid: what stands between white space and holds a letter or a figure."""
    plain = tags.strip(text, names) if names and "<" in text else text
    words = plain.split()
    if plain.isascii() and plain.replace(" ", "").isalpha():
        return len(words)
    return sum(any(map(str.isalnum, word)) for word in words)


def kept_of(entry: Entry, ledger: Ledger) -> Kept | None:
    """What the ledger keeps of a fuzzy entry whose source has changed."""
    return Kept.of(ledger.partial(entry.key)) if entry.fuzzy else None


def numbers(items: Collection[int]) -> str:
    """Numbers from 0 as people count them: ``1-3,5``."""
    parts: list[str] = []
    run: list[int] = []
    for item in [*sorted(items), None]:
        if item is not None and run and item == run[-1] + 1:
            run.append(item)
            continue
        if run:
            parts.append(str(run[0] + 1) if len(run) == 1 else f"{run[0] + 1}-{run[-1] + 1}")
        run = [] if item is None else [item]
    return ",".join(parts)
