"""Put paragraphs together from reviewed sentences, where the author has split, merged or swapped them.

Every sentence of the result is one that a human has translated; only where two of them meet for the
first time (a seam) does somebody have to look. Needs pairs whose sentences certainly stand one to one.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from publisher.catalog import tags
from publisher.catalog.fold import described, renaming, retag, sentence_key
from publisher.catalog.kept import Kept, count_words
from publisher.catalog.partial import COMPOSED, Judge
from publisher.catalog.po import Entry
from publisher.catalog.sentences import Pieces, pieces
from publisher.catalog.template import Unit

SentenceKey = tuple[str, tuple[str, ...]]

NO_SPACES = frozenset({"zh", "ja", "th", "lo", "km", "my", "bo", "dz"})
"""Languages that set no space between sentences."""

_SIMILAR = 60.0
_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """Where each sentence of a new text comes from: (old entry, sentence), None for a new one."""

    parts: tuple[str, ...]
    origin: tuple[tuple[int, int] | None, ...]
    words: Mapping[int, int]
    """Words of the text that come from each old entry."""

    @property
    def best(self) -> int:
        """The old entry that most of the text comes from."""
        return min(self.words, key=lambda number: (-self.words[number], number))


class Store:
    """The sentences of reviewed entries that have lost their place."""

    def __init__(self, entries: Sequence[Entry], judge: Judge) -> None:
        self.entries = entries
        self.judge = judge
        self.places: dict[SentenceKey, list[tuple[int, int]]] = {}
        self.names = [names_of(entry) for entry in entries]
        self.sources: list[Pieces] = []
        self._targets: dict[int, Pieces | None] = {}
        for number, entry in enumerate(entries):
            cut = pieces(entry.msgid, judge.source_language, self.names[number])
            self.sources.append(cut)
            for place, part in enumerate(cut.parts):
                key = sentence_key(part, self.names[number])
                self.places.setdefault(key, []).append((number, place))

    def plan(self, unit: Unit) -> Plan | None:
        """Where the sentences of a unit come from; None where not one of them is known."""
        names = unit.names
        parts = pieces(unit.blank.msgid, self.judge.source_language, names).parts
        found = [self.places.get(sentence_key(part, names), ()) for part in parts]
        words: dict[int, int] = {}
        counts = [count_words(part, names) for part in parts]
        for places, count in zip(found, counts, strict=True):
            for number in {number for number, _ in places}:
                words[number] = words.get(number, 0) + count
        if not words:
            return None
        # A stock sentence belongs to the paragraph that has more in common with the text.
        used: set[tuple[int, int]] = set()
        origin: list[tuple[int, int] | None] = []
        for places in found:
            free = [place for place in places if place not in used]
            choice = min(free, key=lambda place: (-words[place[0]], place), default=None)
            origin.append(choice)
            if choice is not None:
                used.add(choice)
        taken: dict[int, int] = {}
        for choice, count in zip(origin, counts, strict=True):
            if choice is not None:
                taken[choice[0]] = taken.get(choice[0], 0) + count
        return Plan(parts, tuple(origin), taken)

    def tangled(self, plan: Plan, shared: bool) -> bool:
        """Whether a plan is more than one paragraph with some sentences changed."""
        if not self.known(plan, _SHARE / 2 if shared else _SHARE):
            return False
        order = [place for place in plan.origin if place is not None]
        if shared or any(one > other for one, other in itertools.pairwise(order)):
            return True
        best = plan.best
        return any(
            number != best and words * 2 >= count_words(self.entries[number].msgid)
            for number, words in plan.words.items()
        )

    def known(self, plan: Plan, share: float = _SHARE) -> bool:
        """Whether so much of the words stand in sentences that are known."""
        total = sum(count_words(part) for part in plan.parts)
        return sum(plan.words.values()) >= share * total

    def shares(self, plan: Plan) -> dict[int, float]:
        """The part of the text's words that comes from each old entry."""
        total = max(1, sum(count_words(part) for part in plan.parts))
        return {number: words / total for number, words in plan.words.items()}

    def target(self, number: int) -> Pieces | None:
        """The sentences of an entry's translation, None where they cannot be told apart."""
        if number not in self._targets:
            entry, names = self.entries[number], self.names[number]
            cut = pieces(entry.msgstr, self.judge.language, names)
            sure = self.judge.certain((entry.msgid, names), entry.msgstr)
            whole = all(_balanced(part, names) for part in cut.parts)
            self._targets[number] = cut if sure and whole else None
        return self._targets[number]

    def compose(self, unit: Unit, plan: Plan) -> tuple[str, Kept, tuple[int, ...]] | None:
        """The translation of a unit by its plan, what of it needs eyes, and the entries it used.

        None where a pair cannot be told apart or the tags would not fit.
        """
        names = unit.names
        origin = list(plan.origin)
        self._fill(plan, origin)
        if not all(place is None or self.target(place[0]) is not None for place in origin):
            return None
        free = described(unit.blank.extracted, names)
        mappings: dict[int, dict[str, str | None]] = {}
        for number in dict.fromkeys(place[0] for place in origin if place is not None):
            own = {
                name: text
                for name, text in described(
                    self.entries[number].extracted, self.names[number]
                ).items()
                if any(
                    place is not None
                    and place[0] == number
                    and _holds(self.sources[number].parts[place[1]], name)
                    for place in origin
                )
            }
            mappings[number] = renaming(own, free)
            for new in mappings[number].values():
                if new is not None and tags.base_name(new) != new:
                    free.pop(new, None)
        texts: list[str] = []
        gap = self._gap()
        for place in origin:
            if place is None:
                continue
            cut = self.target(place[0])
            assert cut is not None
            texts.append(retag(cut.parts[place[1]], mappings[place[0]]))
        text = gap.join(texts)
        if any(p.severity == "error" for p in tags.problems(unit.blank.msgid, text, names)):
            return None
        kept = self._kept(plan, origin, names)
        return text, kept, tuple(mappings)

    def _fill(self, plan: Plan, origin: list[tuple[int, int] | None]) -> None:
        """Give a changed sentence its old self: the one that stood between the same neighbours."""
        from rapidfuzz.fuzz import ratio

        used = {place for place in origin if place is not None}
        for number, place in enumerate(origin):
            if place is not None:
                continue
            near: list[tuple[int, int]] = []
            before = origin[number - 1] if number else None
            after = origin[number + 1] if number + 1 < len(origin) else None
            if before is not None:
                near.append((before[0], before[1] + 1))
            if after is not None:
                near.append((after[0], after[1] - 1))
            for old, index in near:
                parts = self.sources[old].parts
                if not 0 <= index < len(parts) or (old, index) in used:
                    continue
                if ratio(parts[index], plan.parts[number]) >= _SIMILAR:
                    origin[number] = (old, index)
                    used.add((old, index))
                    break

    def _kept(
        self, plan: Plan, origin: Sequence[tuple[int, int] | None], names: Mapping[str, bool]
    ) -> Kept:
        flagged = {number for number, place in enumerate(plan.origin) if place is None}
        olds = {place[0] for place in origin if place is not None}
        if len(olds) == 1 and not flagged and _permuted(origin):
            # Only the sentences that were moved, not those they passed.
            flagged |= _moved([place[1] for place in origin if place is not None])
        else:
            before: tuple[int, int] | None = None
            for number, place in enumerate(origin):
                follows = place is not None and (
                    (number == 0 and place[1] == 0)
                    or (before is not None and place == (before[0], before[1] + 1))
                )
                if not follows:
                    flagged.add(number)
                before = place
        kept = tuple(number for number in range(len(origin)) if number not in flagged)
        todo = sum(count_words(plan.parts[number], names) for number in sorted(flagged))
        return Kept(kept, len(origin), todo, COMPOSED)

    def _gap(self) -> str:
        return "" if self.judge.language.split("-")[0] in NO_SPACES else " "


def names_of(entry: Entry) -> dict[str, bool]:
    """The tags of an old entry, by its comments where it has any."""
    if "<" not in entry.msgid:
        return {}
    if entry.extracted:
        return tags.names_of(entry.msgid, entry.extracted)
    return tags.names_in(entry.msgid)


def _holds(text: str, name: str) -> bool:
    return f"<{name}>" in text or f"<{name}/>" in text


def _balanced(text: str, names: Mapping[str, bool]) -> bool:
    if not names or "<" not in text:
        return True
    stack: list[str] = []
    for _, name, form in tags.tokens(text, names):
        if form == "open":
            stack.append(name)
        elif form == "close" and (not stack or stack.pop() != name):
            return False
    return not stack


def _permuted(origin: Sequence[tuple[int, int] | None]) -> bool:
    places = [place[1] for place in origin if place is not None]
    return sorted(places) == list(range(len(places))) and len(places) == len(origin)


def _moved(places: Sequence[int]) -> set[int]:
    """Which items are not part of a longest increasing run."""
    tails: list[int] = []
    tops: list[int] = []
    back: list[int] = []
    for number, value in enumerate(places):
        at = bisect_left(tails, value)
        if at == len(tails):
            tails.append(value)
            tops.append(number)
        else:
            tails[at], tops[at] = value, number
        back.append(tops[at - 1] if at else -1)
    stays = set()
    number = tops[-1] if tops else -1
    while number >= 0:
        stays.add(number)
        number = back[number]
    return set(range(len(places))) - stays
