"""How much of a paragraph is set in which way."""

from __future__ import annotations

from dataclasses import dataclass, field

from publisher.importers.office_facts import Fact


@dataclass(slots=True)
class Tally:
    """Counts letters by their look; spaces have none."""

    letters: int = 0
    bold: int = 0
    italic: int = 0
    underlined: int = 0
    caps: int = 0
    sizes: dict[float, int] = field(default_factory=dict)

    def add(
        self,
        letters: int,
        size: float,
        *,
        bold: bool,
        italic: bool,
        caps: bool,
        underlined: bool = False,
    ) -> None:
        """Count so many letters of one look; ``size`` in points, 0 where unknown."""
        self.letters += letters
        self.bold += letters * bold
        self.italic += letters * italic
        self.underlined += letters * underlined
        self.caps += letters * caps
        self.sizes[size] = self.sizes.get(size, 0) + letters

    def settle(self, fact: Fact) -> None:
        """Note what holds for all letters, and the size of most; nothing where there are none."""
        if not self.letters:
            return
        fact.bold = self.bold == self.letters
        fact.italic = self.italic == self.letters
        fact.underlined = self.underlined == self.letters
        fact.caps = self.caps == self.letters
        fact.size = max(self.sizes, key=lambda size: (self.sizes[size], size))
