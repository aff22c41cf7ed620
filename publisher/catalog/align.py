"""Whether the sentences of a translation stand one to one with those of its source.

Only then may a changed sentence go back to review alone. Equal counts prove nothing: a translator may
have joined two sentences and split a third. So the one-to-one reading is weighed against every reading
with joined or split sentences, by two kinds of evidence: lengths (Gale and Church 1993) and words that
belong together, as learned from the rest of the catalog, with this paragraph left out. What is not
certain counts as unknown, and the paragraph goes back whole.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

VARIANCE = 6.8
"""Variance of a translation's length per character of its source (Gale and Church 1993, §3.2)."""

CERTAIN = 3.0
"""By how much (log odds) the one-to-one reading must beat every other."""

_JOINED = 1.5  # what a joined or split sentence costs before any evidence: it is the rarer case
_VOTE = 1.6  # the weight of one pair of words that belong together
_FAR = 3.6  # standard deviations of length beyond which no two sentences belong together
_TRAINING = 1500  # sentences that the lexicon is learned from at most
_SOURCE_WORDS = 8
_WORD = re.compile(r"[^\W_]+")
_NO_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_ARABIC = re.compile("^[وفبلك]?(?:ال|لل)(?=..)")
_STEM = 5

Pair = tuple[Sequence[str], Sequence[str]]
"""Sentences of a source text and of its translation, without tags."""


@functools.lru_cache(maxsize=8192)
def words(sentence: str) -> frozenset[str]:
    """Crude stems of a sentence: five letters of each word, Arabic articles cut, digits in ASCII."""
    text = sentence.casefold()
    if _NO_SPACES.search(text):
        runs = _WORD.findall(text)
        return frozenset(run[i : i + 2] for run in runs for i in range(max(1, len(run) - 1)))
    found = set()
    for word in _WORD.findall(text):
        if word.isdigit():
            found.add("".join(str(unicodedata.decimal(char, char)) for char in word))
            continue
        if word[0] >= "\u0600":
            word = _ARABIC.sub("", word)
        found.add(word[:_STEM])
    return frozenset(found)


@dataclass
class Aligner:
    """Judges pairs against what other pairs of the same catalog teach."""

    ratio: float = 1.0
    source: dict[str, int] = field(default_factory=dict)
    target: dict[str, int] = field(default_factory=dict)
    own: dict[Pair, int] = field(default_factory=dict)
    size: int = 0

    @classmethod
    def learn(cls, pairs: Sequence[Pair]) -> Aligner:
        """Learn from translated paragraphs, those with equal numbers of sentences."""
        found = cls()
        lengths = [0, 0]
        for pair in pairs:
            before, after = pair
            lengths[0] += sum(map(len, before))
            lengths[1] += sum(map(len, after))
            if len(before) != len(after) or found.size >= _TRAINING or pair in found.own:
                continue
            bits = 0
            for one, other in zip(before, after, strict=True):
                bit = 1 << found.size
                bits |= bit
                found.size += 1
                for word in words(one):
                    found.source[word] = found.source.get(word, 0) | bit
                for word in words(other):
                    found.target[word] = found.target.get(word, 0) | bit
            found.own[pair] = bits
        if lengths[0] and lengths[1]:
            found.ratio = lengths[1] / lengths[0]
        return found

    def certain(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """Whether each sentence of ``after`` is surely the translation of its counterpart."""
        count = len(before)
        if count != len(after):
            return False
        if count <= 1:
            return True
        # The paragraph's own ratio: a wordy translator is wordy throughout.
        total = sum(map(len, before))
        own = sum(map(len, after)) / total if total else self.ratio
        ratio = (own + self.ratio) / 2 if self.size else own
        costs = [
            _length_cost(len(one), len(other), ratio)
            for one, other in zip(before, after, strict=True)
        ]
        if max(costs) > _FAR * _FAR / 2 or not _same_endings(before, after):
            return False
        votes = self.votes(before, after)
        if _contradicted(votes):
            return False
        straight = sum(_VOTE * votes[i][i] for i in range(count)) - sum(costs)
        return straight - _best_other(before, after, votes, ratio) >= CERTAIN

    def votes(self, before: Sequence[str], after: Sequence[str]) -> list[list[float]]:
        """How many words of each source sentence have their counterpart in each target sentence."""
        count = len(before)
        table = [[0.0] * len(after) for _ in range(count)]
        left = [words(text) for text in before]
        right = [words(text) for text in after]
        where = _places(right)
        outside = ~self.own.get((tuple(before), tuple(after)), 0)
        masks = []
        for word, place in where.items():
            mask = self.target.get(word, 0) & outside
            if mask:
                masks.append((mask.bit_count(), mask, place))
        masks.sort()
        for row, own in zip(table, left, strict=True):
            rare = []
            for word in own:
                if sum(word in other for other in left) > 1:
                    continue
                place = where.get(word, -1)
                if place >= 0 and (word.isdigit() or len(word) >= 4):
                    row[place] += 1.0  # a figure, or a name that both languages write alike
                    continue
                mask = self.source.get(word, 0) & outside
                if mask:
                    rare.append((mask.bit_count(), word, mask))
            rare.sort()
            for size, _, mask in rare[:_SOURCE_WORDS]:
                place, weight = _counterpart(size, mask, masks, self.size)
                if weight:
                    row[place] += weight
        return table


def _places(right: Sequence[frozenset[str]]) -> dict[str, int]:
    """The sentence in which a word stands, for words that stand in one only."""
    found: dict[str, int] = {}
    for place, own in enumerate(right):
        for word in own:
            found[word] = -1 if word in found else place
    return {word: place for word, place in found.items() if place >= 0}


def _counterpart(
    size: int, mask: int, masks: Sequence[tuple[int, int, int]], total: int
) -> tuple[int, float]:
    """The sentence that holds the word's translation, with the weight of that belief."""
    best = second = 0.0
    place = -1
    for other_size, other, where in masks:
        if other_size * 3 < size:
            continue
        if other_size > size * 3:
            break
        both = (mask & other).bit_count()
        if not both or both * total < 3 * size * other_size:
            continue
        weight = 2 * both / (size + other_size) * both / (both + 1)
        if where == place:
            best = max(best, weight)
        elif weight > best:
            best, second, place = weight, best, where
        elif weight > second:
            second = weight
    return (place, best) if best >= 0.25 and second <= 0.7 * best else (-1, 0.0)


def _length_cost(source: int, target: int, ratio: float) -> float:
    expected = source * ratio
    return (target - expected) ** 2 / (2 * VARIANCE * max(expected, 1.0))


def _same_endings(before: Sequence[str], after: Sequence[str]) -> bool:
    """Questions must meet questions."""
    return all(_asks(one) == _asks(other) for one, other in zip(before, after, strict=True))


def _asks(text: str) -> bool:
    return text.rstrip("\"'”’»›“)] \u00a0\u202f").endswith(("?", "؟", "？", ";", "՞")) and not (
        text.endswith(";") and text.isascii()
    )


def _contradicted(votes: Sequence[Sequence[float]]) -> bool:
    """Whether some sentence has its words in another place."""
    count = len(votes)
    for i in range(count):
        elsewhere = max((votes[i][j] for j in range(count) if j != i), default=0.0)
        received = max((votes[k][i] for k in range(count) if k != i), default=0.0)
        if max(elsewhere, received) > 0.5 * votes[i][i] + 0.7:
            return True
    return False


_BEADS = ((2, 1), (1, 2), (3, 1), (1, 3), (2, 3), (3, 2))


def _best_other(
    before: Sequence[str], after: Sequence[str], votes: Sequence[Sequence[float]], ratio: float
) -> float:
    """The score of the best reading in which some sentence is joined or split."""
    count = len(before)
    lengths = ([len(text) for text in before], [len(text) for text in after])
    nothing = -math.inf
    straight = [[nothing] * (count + 1) for _ in range(count + 1)]
    mixed = [[nothing] * (count + 1) for _ in range(count + 1)]
    straight[0][0] = 0.0
    for i in range(count + 1):
        for j in range(count + 1):
            if i and j:
                step = _VOTE * votes[i - 1][j - 1] - _length_cost(
                    lengths[0][i - 1], lengths[1][j - 1], ratio
                )
                if i == j:
                    straight[i][j] = straight[i - 1][j - 1] + step
                mixed[i][j] = mixed[i - 1][j - 1] + step
            for rows, columns in _BEADS:
                if rows > i or columns > j:
                    continue
                start = max(straight[i - rows][j - columns], mixed[i - rows][j - columns])
                if start == nothing:
                    continue
                score = (
                    start
                    - _JOINED * (rows + columns - 2)
                    + _VOTE * sum(sum(row[j - columns : j]) for row in votes[i - rows : i])
                    - _length_cost(
                        sum(lengths[0][i - rows : i]), sum(lengths[1][j - columns : j]), ratio
                    )
                )
                mixed[i][j] = max(mixed[i][j], score)
    return mixed[count][count]
