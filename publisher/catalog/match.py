"""Find the nearest old text for a new one, fast: a rare-word index narrows, RapidFuzz ranks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"\w+")

CUTOFF = 60.0
"""Below this similarity (percent) an old translation helps nobody."""

_RAREST = 8
_CANDIDATES = 12


def tokens(text: str) -> list[str]:
    """Words of a text in lower case."""
    return _WORD.findall(text.casefold())


class Index:
    """Texts that can be searched for the nearest one."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.words: dict[str, list[int]] = {}
        for number, text in enumerate(texts):
            for word in set(tokens(text)):
                self.words.setdefault(word, []).append(number)

    def candidates(self, text: str) -> list[int]:
        """Numbers of texts that share rare words with ``text``, most shared first."""
        found = sorted(
            {word for word in tokens(text) if word in self.words},
            key=lambda word: (len(self.words[word]), word),
        )
        votes: Counter[int] = Counter()
        for rank, word in enumerate(found):
            posting = self.words[word]
            # Words that stand everywhere tell nothing, unless there is nothing rarer.
            if votes and (rank >= _RAREST or len(posting) > 200):
                break
            for number in posting[:400]:
                votes[number] += 1
        ranked = sorted(votes.items(), key=lambda item: (-item[1], item[0]))
        return [number for number, _ in ranked[:_CANDIDATES]]

    def nearest(
        self, text: str, *, used: Iterable[int] = (), cutoff: float = CUTOFF
    ) -> tuple[int, float] | None:
        """The number of the nearest text and its similarity in percent, None below ``cutoff``."""
        from rapidfuzz import fuzz

        taken = used if isinstance(used, (set, frozenset)) else set(used)
        best: tuple[int, float] | None = None
        for number in self.candidates(text):
            if number in taken:
                continue
            score = fuzz.ratio(text, self.texts[number], score_cutoff=best[1] if best else cutoff)
            if score >= cutoff and (best is None or score > best[1]):
                best = (number, score)
        return best
