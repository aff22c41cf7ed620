"""What a comparison finds."""

from __future__ import annotations

from dataclasses import dataclass, field

from publisher.errors import Finding

Words = tuple[tuple[str, str, str], ...]
"""Pieces of a paragraph in order: ``equal``, ``change``, ``delete`` or ``insert``, old words, new words."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the corrected manuscript changes.

    ``kind`` is ``changed``, ``added``, ``deleted``, ``moved``, ``formatting``, ``note changed``, ``note
    added``, ``note deleted``, ``article added``; ``what`` names the kind of text; ``words`` counts the
    words that differ. ``place`` is the file and line in the source, empty for what is new.
    """

    kind: str
    article: str
    what: str
    pieces: Words
    words: int = 0
    place: str = ""
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """A comparison: the changes in order, and the files that hold the corrected source."""

    issue: str
    name: str
    changes: tuple[Change, ...]
    files: dict[str, bytes] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    language: str = "en"
    direction: str = "ltr"

    def count(self, *kinds: str) -> int:
        """How many changes are of these kinds."""
        return sum(change.kind in kinds for change in self.changes)

    @property
    def words(self) -> int:
        """Words that differ in paragraphs and notes that stay."""
        kinds = ("changed", "note changed", "moved")
        return sum(change.words for change in self.changes if change.kind in kinds)

    @property
    def moved(self) -> int:
        """Paragraphs that stand elsewhere now."""
        return sum(change.moved for change in self.changes)
