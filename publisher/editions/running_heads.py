"""Running heads: the bulletin at the foot of every page and the article at its head, short enough for one line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.editions.fonts import Fonts

MOST_WORDS = 7
"""The words of a running head; longer ones are sentences to a reader, and to a judge of PDF tags
that takes eight words outside the tag tree for lost text."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_CLAUSE_ENDS = frozenset(",;:،؛，；：")


@dataclass(frozen=True, slots=True)
class RunningHeads:
    """Cuts running heads to the measure of an edition's pages."""

    edition: Edition
    fonts: Fonts

    def issue(self, name: str, label: str) -> str:
        """The bulletin's name and the issue's label, as the foot of every page shows them."""
        room = self.measure() - self._width(f" · {label} 0000")
        return f"{self.cut(name, room)} · {label}"

    def article(self, title: str) -> str:
        """An article's title, as the head of its pages shows it."""
        return self.cut(title, self.measure())

    def measure(self) -> float:
        """The measure in em of the type of running heads."""
        brand, language = self.edition.brand, self.edition.language
        own = brand.font_set(language.script, language.fonts)
        return brand.page.measure * 72 / 25.4 / (brand.type.step(-1) * own.heading_size)

    def cut(self, text: str, room: float, most: int = MOST_WORDS) -> str:
        """A text of at most ``most`` words, and no wider than ``room`` em.

        It is cut at the last mark between clauses that leaves some words, else between words.
        """
        words = text.split()
        if _count(words) <= most and self._width(text) <= room:
            return text
        while len(words) > 1 and (_count(words) > most or self._width(" ".join(words)) > room - 1):
            words.pop()
        ends = [n for n, word in enumerate(words, 1) if n >= 3 and word[-1] in _CLAUSE_ENDS]
        if ends:
            words = words[: ends[-1]]
        while not ends and len(words) > 3 and len(words[-1]) <= 3:
            # A preposition, article or conjunction promises a word that does not come.
            words.pop()
        short = " ".join(words).rstrip(" ,;:،؛–—-")
        while self._width(short) > room - 1:
            short = short[:-1]
        return short + "…"

    def _width(self, text: str) -> float:
        return self.fonts.width("heading", text)


def _count(words: list[str]) -> int:
    """Words of two letters and more; a hyphen parts them."""
    return sum(len(_WORD.findall(word)) for word in words)
