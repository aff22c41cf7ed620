"""How far each language is: words and segments by state and article, from catalogs and ledgers alone.

The source is not parsed; whether it has changed since the last update is told by its digest in the
catalog's header.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from publisher.catalog import tags
from publisher.catalog.kept import count_words, kept_of
from publisher.catalog.ledger import Ledger
from publisher.catalog.po import Catalog, Entry
from publisher.catalog.states import State, state_of
from publisher.catalog.store import load_catalog, load_ledger, source_digest
from publisher.project import Publication


@dataclass(slots=True)
class Count:
    """Source words and segments by state; ``to_review`` counts what human eyes must still see.

    ``whole`` counts changed segments that go back whole, since the sentences of their translation
    cannot be told apart.
    """

    words: dict[str, int] = field(default_factory=lambda: {state.value: 0 for state in State})
    segments: dict[str, int] = field(default_factory=lambda: {state.value: 0 for state in State})
    to_review: int = 0
    whole: int = 0

    @property
    def total(self) -> int:
        return sum(self.words.values())

    def add(self, state: State, words: int, to_review: int, whole: bool) -> None:
        self.words[state.value] += words
        self.segments[state.value] += 1
        self.to_review += to_review
        self.whole += whole

    def as_dict(self) -> dict[str, Any]:
        """Design §6: reviewed includes approved, machine includes edited drafts' words apart."""
        words = self.words
        return {
            "words": self.total,
            "segments": sum(self.segments.values()),
            "reviewed": words["reviewed"] + words["approved"],
            "approved": words["approved"],
            "machine": words["machine"],
            "edited": words["edited"],
            "changed": words["changed"],
            "missing": words["missing"],
            "to_review": self.to_review,
            "whole": self.whole,
        }


@dataclass(frozen=True, slots=True)
class LanguageStatus:
    """One language: ``stale`` when the source has changed since the last update, ``absent`` when there
    is no catalog yet."""

    language: str
    count: Count
    articles: dict[str, Count]
    stale: bool
    absent: bool

    def as_dict(self) -> dict[str, Any]:
        return {
            **self.count.as_dict(),
            "source_changed": self.stale,
            "articles": {name: count.as_dict() for name, count in self.articles.items()},
        }


def status(publication: Publication, issue: str, languages: Sequence[str]) -> list[LanguageStatus]:
    """The status of an issue in each language."""
    digest = source_digest(publication, issue)
    result = []
    for language in languages:
        catalog = load_catalog(publication, issue, language)
        if catalog is None:
            result.append(LanguageStatus(language, Count(), {}, True, True))
            continue
        ledger = load_ledger(publication, issue, language)
        stale = catalog.header.get("X-Source-Digest") != digest
        count, articles = measure(catalog, ledger)
        result.append(LanguageStatus(language, count, articles, stale, False))
    return result


def measure(catalog: Catalog, ledger: Ledger) -> tuple[Count, dict[str, Count]]:
    """Counts of a catalog as a whole and by the file where each entry stands first."""
    total = Count()
    articles: dict[str, Count] = {}
    for entry in catalog.entries:
        if entry.obsolete:
            continue
        state = state_of(entry, ledger)
        words = _words(entry, entry.msgid)
        todo = 0 if state.clean else words
        whole = False
        if state is State.CHANGED:
            kept = kept_of(entry, ledger)
            todo = words if kept is None else min(words, kept.words)
            whole = kept is not None and kept.is_whole
        file = entry.references[0] if entry.references else ""
        name = file.rsplit("/", 1)[-1]
        for count in (total, articles.setdefault(name, Count())):
            count.add(state, words, todo, whole)
    return total, articles


def _words(entry: Entry, text: str) -> int:
    return count_words(text, tags.names_of(entry.msgid, entry.extracted) if "<" in text else ())
