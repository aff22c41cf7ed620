"""Translation memory: the reviewed text of other issues, exact and nearest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from publisher.catalog.match import Index
from publisher.catalog.po import Catalog, Entry

NEAR = 70.0
"""Below this similarity (percent) a text of another issue is no help."""


@dataclass(frozen=True)
class Memory:
    """Reviewed pairs with where they come from, the newest last."""

    pairs: tuple[tuple[Entry, str], ...] = ()

    @classmethod
    def of(cls, catalogs: Iterable[tuple[str, Catalog]]) -> Memory:
        """The reviewed entries of catalogs, given with their names from the oldest to the newest.

        Obsolete ones count too: they were reviewed once.
        """
        pairs = []
        for name, catalog in catalogs:
            for entry in catalog.entries:
                if entry.msgstr and not entry.fuzzy and entry.msgid_plural is None:
                    pairs.append((entry, name))
        return cls(tuple(pairs))

    @cached_property
    def exact(self) -> Mapping[tuple[str | None, str], tuple[Entry, str]]:
        """Pairs by msgctxt and msgid; current ones before obsolete ones, then the newest."""
        ordered = sorted(self.pairs, key=lambda pair: not pair[0].obsolete)
        return {entry.key: (entry, name) for entry, name in ordered}

    @cached_property
    def _index(self) -> tuple[list[tuple[Entry, str]], Index]:
        pairs = list(self.exact.values())
        return pairs, Index([entry.msgid for entry, _ in pairs])

    def nearest(self, text: str) -> tuple[Entry, str, float] | None:
        """The nearest pair, where it comes from, and its similarity in percent."""
        if not self.pairs:
            return None
        pairs, index = self._index
        found = index.nearest(text, cutoff=NEAR)
        if found is None:
            return None
        entry, name = pairs[found[0]]
        return entry, name, found[1]
