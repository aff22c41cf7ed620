"""Find the nearest old text for a new one, fast: an index of rare words narrows, RapidFuzz ranks.

Words that stand in many texts say little; pairs of neighbouring words still tell texts apart that are made
of few words, so these are indexed where a text has no rare ones. Scripts without spaces are indexed by
pairs of characters.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Sequence

_WORD = re.compile(r"\w+")
_NO_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)

CUTOFF = 60.0
"""Below this similarity (percent) an old translation helps nobody."""

_KEYS = 14  # rarest keys of a text that are looked up
_CROWD = 60  # texts with one key beyond which the key tells nothing, if there is a rarer one
_ENOUGH = 6  # rare words from which a text needs no pairs
_CANDIDATES = 8


def tokens(text: str) -> list[str]:
    """Words of a text in lower case; pairs of characters where words have no spaces."""
    words = _WORD.findall(text.casefold())
    if not text.isascii() and _NO_SPACES.search(text):
        return [
            pair
            for word in words
            for pair in ([word[i : i + 2] for i in range(len(word) - 1)] or [word])
        ]
    return words


class Index:
    """Texts that can be searched for the nearest ones."""

    def __init__(self, texts: Sequence[str], wanted: Iterable[str] | None = None) -> None:
        """Index ``texts``; where all the texts that will be looked for are known, for those alone."""
        self.texts = texts
        self.postings: dict[str, list[int]] = {}
        self.pairs: dict[str, list[int]] = {}
        if wanted is None:
            words_of = [dict.fromkeys(tokens(text)) for text in texts]
        else:
            words = {word for text in wanted for word in tokens(text)}
            words_of = [dict.fromkeys(w for w in tokens(text) if w in words) for text in texts]
        postings = self.postings
        for number, own in enumerate(words_of):
            for word in own:
                if word in postings:
                    postings[word].append(number)
                else:
                    postings[word] = [number]
        for number, own in enumerate(words_of if wanted is None else ()):
            if sum(len(postings[word]) <= _CROWD for word in own) < _ENOUGH:
                for pair in _pairs(texts[number]):
                    self.pairs.setdefault(pair, []).append(number)

    def candidates(self, text: str) -> list[int]:
        """Numbers of texts that share rare words with ``text``, the most promising first."""
        postings = self.postings
        found = [(len(postings[word]), word) for word in set(tokens(text)) if word in postings]
        found.sort()
        votes: dict[int, float] = {}
        if self.pairs and (len(found) < _ENOUGH or found[_ENOUGH - 1][0] > _CROWD):
            shared = [(len(self.pairs[pair]), pair) for pair in _pairs(text) if pair in self.pairs]
            shared.sort()
            _vote(votes, shared, self.pairs)
        _vote(votes, found, postings)
        ranked = sorted(votes.items(), key=lambda item: (-item[1], item[0]))
        return [number for number, _ in ranked[:_CANDIDATES]]

    def near(
        self, text: str, *, used: Collection[int] = frozenset(), cutoff: float = CUTOFF
    ) -> list[tuple[float, int]]:
        """Similarity in percent and number of the texts that reach ``cutoff``, the nearest first."""
        from rapidfuzz.fuzz import ratio

        found = []
        for number in self.candidates(text):
            if number in used:
                continue
            score = ratio(text, self.texts[number], score_cutoff=cutoff)
            if score >= cutoff:
                found.append((score, number))
        found.sort(key=lambda item: (-item[0], item[1]))
        return found

    def nearest(
        self, text: str, *, used: Collection[int] = frozenset(), cutoff: float = CUTOFF
    ) -> tuple[int, float] | None:
        """The number of the nearest text and its similarity in percent, None below ``cutoff``."""
        found = self.near(text, used=used, cutoff=cutoff)
        return (found[0][1], found[0][0]) if found else None


def _pairs(text: str) -> set[str]:
    return {f"{one} {other}" for one, other in itertools.pairwise(tokens(text))}


def _vote(
    votes: dict[int, float], found: Sequence[tuple[int, str]], postings: dict[str, list[int]]
) -> None:
    """Let the rarest keys vote for the texts that hold them."""
    for rank, (size, key) in enumerate(found):
        if votes and (rank >= _KEYS or size > _CROWD):
            break
        for number in postings[key][:400]:
            votes[number] = votes.get(number, 0.0) + 1.0 / size
