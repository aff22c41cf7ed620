"""Which sentences of a changed translation stay reviewed, and how the ledger says so.

When a source text changes, its translation stays in place, fuzzy. Where the sentences of the old pair
certainly stood one to one, those that did not change stay reviewed, and only the others go back to
review. An event ``carried`` records it, with a note such as ``keeps 1-3,5 of 6; 23 words to review``;
so nobody has to align anything again to count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from publisher.catalog import tags
from publisher.catalog.align import Aligner
from publisher.catalog.kept import WHOLE, Kept, count_words
from publisher.catalog.po import Entry
from publisher.catalog.sentences import Difference, compare, pieces


def plain_sentences(text: str, language: str, names: Collection[str]) -> tuple[str, ...]:
    """The sentences of a text without their tags."""
    parts = pieces(text, language, names).parts
    if not names or "<" not in text:
        return parts
    return tuple(tags.strip(part, names).strip() for part in parts)


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides what stays reviewed, with what the catalog teaches about its sentences."""

    source_language: str
    language: str
    aligner: Aligner

    def kept(
        self,
        before: tuple[str, Mapping[str, bool]],
        translation: str,
        now: tuple[str, Mapping[str, bool]],
        *,
        why: str = "",
    ) -> Kept:
        """What stays reviewed when a reviewed text ``before`` becomes ``now``; texts with tag names."""
        found = compare(before[0], now[0], self.source_language, before[1], now[1])
        total = len(found.sentences)
        words = [count_words(part, now[1]) for part in found.sentences]
        flagged = set(found.flagged)
        if not flagged or len(flagged) == total:
            return Kept((), total, sum(words), why)
        if not self.certain(before, translation):
            return Kept((), total, sum(words), "; ".join(filter(None, (WHOLE, why))))
        kept = tuple(number for number in range(total) if number not in flagged)
        return Kept(kept, total, sum(words[number] for number in sorted(flagged)), why)

    def certain(self, source: tuple[str, Mapping[str, bool]], translation: str) -> bool:
        """Whether the sentences of a pair stand one to one."""
        return self.aligner.certain(
            plain_sentences(source[0], self.source_language, source[1]),
            plain_sentences(translation, self.language, source[1]),
        )

    def chained(
        self,
        before: tuple[str, Mapping[str, bool]],
        already: Kept,
        now: tuple[str, Mapping[str, bool]],
    ) -> Kept:
        """The same for a text that had changed before and was not reviewed since."""
        found = compare(before[0], now[0], self.source_language, before[1], now[1])
        words = [count_words(part, now[1]) for part in found.sentences]
        kept = tuple(
            number
            for number, old in sorted(found.kept.items())
            if old in already.kept and number not in found.seams
        )
        todo = sum(count for number, count in enumerate(words) if number not in kept)
        return Kept(kept, len(words), todo, already.why)


COMPOSED = "put together from reviewed sentences"


def quotes(
    entry: Entry, kept: Kept | None, source_language: str, names: Collection[str]
) -> tuple[str, ...]:
    """``#.`` lines that say which sentences of a changed entry need eyes, and why."""
    before = entry.previous_msgid
    found = compare(before or "", entry.msgid, source_language, tags.names_in(before or ""), names)
    if kept is None:
        return _lines(found, found.flagged, gone=True) if before is not None else ()
    remarks = [part for part in kept.why.split("; ") if part and part != WHOLE]
    if WHOLE in kept.why:
        lines = _lines(found, found.flagged, gone=True)
        return (*remarks, *lines, f"{WHOLE}: please read the whole paragraph")
    if len(found.sentences) != kept.total:
        return (*remarks, _ALL)
    return (*remarks, *_lines(found, kept.flagged, gone=COMPOSED not in kept.why))


_ALL = "changed: please read all of it"


def _lines(found: Difference, flagged: Collection[int], *, gone: bool) -> tuple[str, ...]:
    if not found.sentences or (len(flagged) == len(found.sentences) and not found.kept):
        return (_ALL,)
    lines = [
        f"{'changed' if number in found.new else 'joins here'}: {found.sentences[number]}"
        for number in flagged
    ]
    if gone:
        lines += [f"removed: {part}" for part in found.gone]
    return tuple(lines) or (_ALL,)
