"""Bring a catalog up to date with its source (design §4).

Exact match → kept; a change of typography or markup alone → carried over with an event; the same text
reviewed in an older issue → filled in; sentences split, merged or swapped → put together again; otherwise the
nearest entry: its translation stays in place, fuzzy, with ``#|``, and ``#.`` comments quote the sentences that
changed. Writes no machine text. Nothing that a human wrote is dropped: a pair that loses its place stays as
``#~``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from publisher.catalog import tags
from publisher.catalog.compose import Plan, Store
from publisher.catalog.fold import bare
from publisher.catalog.keeping import COUNTS, Keeping, flags_of
from publisher.catalog.ledger import Ledger
from publisher.catalog.match import CUTOFF, Index
from publisher.catalog.memory import Memory
from publisher.catalog.po import Catalog, Entry, Key
from publisher.catalog.segments import Segment
from publisher.catalog.sentences import pieces
from publisher.catalog.states import State, state_of
from publisher.catalog.template import Context, Unit, template, units, with_header

__all__ = ["COUNTS", "Context", "Update", "template", "update"]

_SHARE = (
    0.3  # of a text's words in sentences of an old text, from which that one is its predecessor
)
_COPY = 75.0  # similarity from which the translation of a text that still has its place is copied


@dataclass(frozen=True, slots=True)
class Update:
    """A new catalog and ledger, and what happened to how many entries."""

    catalog: Catalog
    ledger: Ledger
    counts: Mapping[str, int]


def update(
    segments: Iterable[Segment],
    old: Catalog | None,
    ledger: Ledger,
    context: Context,
    memory: Memory | None = None,
) -> Update:
    """Merge the segments of a document with the catalog of one language."""
    new = units(segments, context.terms)
    before = old or Catalog()
    work = _Merge(before, ledger, context, memory or Memory())
    result = work.result(before, new)
    rounds = 0
    while rounds < _ROUNDS and work.counts["new"] and _hopeful(result.catalog, context):
        # What was learnt just now may place what had no place; the next update must find nothing.
        work = _Merge(result.catalog, result.ledger, context, memory or Memory())
        again = work.result(result.catalog, new)
        if again.catalog == result.catalog:
            break
        result = replace(again, counts=_sum(result.counts, again.counts))
        rounds += 1
    return result


def _hopeful(catalog: Catalog, context: Context) -> bool:
    """Whether some blank entry has something in common with what has lost its place."""
    lost = [entry for entry in catalog.entries if entry.obsolete and entry.translated]
    blanks = [e.msgid for e in catalog.entries if not e.obsolete and not e.translated]
    if not lost or not blanks:
        return False
    index = Index([entry.msgid for entry in lost])
    if any(index.near(text) for text in blanks):
        return True
    said = {part for text in blanks for part in _said(text, context)}
    return any(part in said for entry in lost for part in _said(entry.msgid, context))


def _said(text: str, context: Context) -> list[str]:
    names = tags.names_in(text)
    return [bare(part, names) for part in pieces(text, context.source_language, names).parts]


_ROUNDS = 4


def _sum(first: Mapping[str, int], later: Mapping[str, int]) -> dict[str, int]:
    """Counts of two rounds: what the later one keeps, the first has counted."""
    counts = {name: first[name] + later[name] for name in COUNTS}
    return {**counts, "kept": first["kept"], "new": later["new"], "adopted": first["adopted"]}


class _Merge(Keeping):
    """One update at work: every old entry is used once, or ends as a leftover."""

    def result(self, before: Catalog, new: Sequence[Unit]) -> Update:
        """The merge of a catalog with the units of its source."""
        entries = self.merge(new)
        catalog = with_header(before, (*entries, *self.leftovers(entries)), self.context)
        return Update(catalog, self.ledger.adding(self.events), dict(self.counts))

    # The merge.

    def merge(self, new: Sequence[Unit]) -> list[Entry]:
        """The new entries, in source order."""
        entries = [self.exact(unit) for unit in new]
        blanks = [number for number, entry in enumerate(entries) if entry is None]
        for number in blanks:
            entries[number] = self.equivalent(new[number])
        blanks = [number for number in blanks if entries[number] is None]
        if blanks:
            self.near(new, entries, blanks)
        self.counts["new"] = sum(entry is None for entry in entries)
        return [
            replace(unit.blank, comments=self.notes.get(unit.blank.key, ()))
            if entry is None
            else entry
            for unit, entry in zip(new, entries, strict=True)
        ]

    # Texts that have changed.

    def near(self, new: Sequence[Unit], entries: list[Entry | None], blanks: list[int]) -> None:
        """Give each blank the translation of what it was before.

        Repeated while it helps: so a second update, which sees what this one leaves, finds nothing more.
        """
        left = blanks
        while left:
            self.round(new, entries, left)
            after = [number for number in left if entries[number] is None]
            if len(after) == len(left):
                return
            left = after

    def round(self, new: Sequence[Unit], entries: list[Entry | None], blanks: list[int]) -> None:
        """Put together, pair and copy once."""
        free = [
            entry
            for entry in [*self.current.values(), *self.obsolete]
            if id(entry) not in self.used and entry.translated and not self.is_stale_draft(entry)
        ]
        store = Store([entry for entry in free if not entry.fuzzy], self.judge)
        plans = {number: plan for number in blanks if (plan := store.plan(new[number]))}
        claims: dict[int, int] = {}
        for plan in plans.values():
            for old in plan.words:
                claims[old] = claims.get(old, 0) + 1
        spent: set[int] = set()
        for number, plan in plans.items():
            shared = claims[plan.best] > 1
            entry = self.composed(store, new[number], plan, shared, spent)
            if entry is not None:
                entries[number] = entry
        left = [entry for entry in free if id(entry) not in spent]
        self.assign(new, entries, blanks, left, store, plans)
        self.copies(new, entries, blanks, [e for e in store.entries if id(e) in spent])

    def is_stale_draft(self, entry: Entry) -> bool:
        """Whether the text is a machine's, untouched: of a text that has changed it is worth nothing."""
        return entry.fuzzy and self.ledger.is_draft(entry)

    def composed(
        self, store: Store, unit: Unit, plan: Plan, shared: bool, spent: set[int]
    ) -> Entry | None:
        """A paragraph put together from reviewed sentences, where it was split, merged or swapped."""
        if not store.tangled(plan, shared):
            return None
        result = store.compose(unit, plan)
        if result is None:
            return None
        text, kept, sources = result
        spent.update(id(store.entries[number]) for number in sources)
        old = store.entries[plan.best]
        blank = replace(unit.blank, msgstr=text, comments=self.notes.get(unit.blank.key, ()))
        self.counts["composed"] += 1
        after = self.ledger.vouched(old)
        if not kept.flagged:
            self.event("carried", blank, after, kept.why)
            return blank
        new = replace(blank, fuzzy=True, previous_msgid=old.msgid, previous_msgctxt=old.msgctxt)
        self.event("carried", new, after, kept.note)
        return self.quoted(new, kept, unit)

    def assign(
        self,
        new: Sequence[Unit],
        entries: list[Entry | None],
        blanks: list[int],
        free: list[Entry],
        store: Store,
        plans: Mapping[int, Plan],
    ) -> None:
        """Pair blanks with free entries, the most alike first."""
        numbers = {id(entry): number for number, entry in enumerate(free)}
        wanted = [number for number in blanks if entries[number] is None]
        if not wanted or not free:
            return
        index = Index([entry.msgid for entry in free])
        order = {id(entry): place for place, entry in enumerate(self.current.values())}
        found: list[tuple[float, int, int]] = []
        for number in wanted:
            scores: dict[int, float] = {}
            plan = plans.get(number)
            if plan is not None:
                # A whole sentence in common says more than letters do.
                for old, share in store.shares(plan).items():
                    place = numbers.get(id(store.entries[old]))
                    if place is not None and share >= _SHARE:
                        scores[place] = CUTOFF + 40 * share
            if len(scores) != 1 or max(scores.values()) < CUTOFF + 20:
                for score, old in index.near(new[number].blank.msgid):
                    scores[old] = max(score, scores.get(old, 0.0))
            for old, score in scores.items():
                bonus = self.neighbourly(new, number, free[old], order)
                found.append((-score - bonus, number, old))
        found.sort()
        done: set[int] = set()
        taken: set[int] = set()
        for _, number, old in found:
            if number in done or old in taken:
                continue
            done.add(number)
            taken.add(old)
            self.used.add(id(free[old]))
            entries[number] = self.changed(new[number], free[old])

    def neighbourly(
        self, new: Sequence[Unit], number: int, old: Entry, order: Mapping[int, int]
    ) -> float:
        """A little credit for standing where the old text stood, to tell near twins apart."""
        place = order.get(id(old))
        if place is None or not number:
            return 0.0
        before = self.current.get(new[number - 1].blank.key)
        return 2.0 if before is not None and order.get(id(before)) == place - 1 else 0.0

    def changed(self, unit: Unit, old: Entry, origin: str = "", *, own: bool = True) -> Entry:
        """The old translation, fuzzy, with what it was the translation of."""
        before, context = (
            (old.previous_msgid, old.previous_msgctxt)
            if old.fuzzy and old.previous_msgid is not None
            else (old.msgid, old.msgctxt)
        )
        comments = old.comments if own else ()
        new = replace(
            unit.blank,
            msgstr=self.retagged(old, unit, keep=True),
            fuzzy=True,
            previous_msgid=before,
            previous_msgctxt=context,
            comments=tuple(dict.fromkeys((*comments, *self.notes.get(unit.blank.key, ())))),
            flags=flags_of(old) if own else (),
        )
        kept = self.judged(new, old, unit, origin)
        self.counts["changed"] += 1
        if kept is not None:
            self.counts["whole"] += kept.is_whole
            after = self.ledger.vouched(old) or self.ledger.partial(old.key) if own else None
            self.event("carried", new, after or self.reviewed_before(old), kept.note)
        return self.quoted(new, kept, unit)

    def copies(
        self,
        new: Sequence[Unit],
        entries: list[Entry | None],
        blanks: list[int],
        spent: Sequence[Entry],
    ) -> None:
        """Fill what is left with copies.

        From paragraphs that were taken apart, from older issues, from near texts of this one.
        """
        left = [number for number in blanks if entries[number] is None]
        if not left:
            return
        apart = Index([entry.msgid for entry in spent])
        others = [e for e in entries if e is not None and e.translated and not e.fuzzy]
        texts = [new[number].blank.msgid for number in left]
        index = Index([entry.msgid for entry in others], texts)
        for number in left:
            unit = new[number]
            text = unit.blank.msgid
            part = apart.nearest(text)
            own = index.nearest(text, cutoff=_COPY)
            other = self.memory.nearest(text)
            if part is not None and (other is None or part[1] >= other[2]):
                entries[number] = self.changed(unit, spent[part[0]], own=False)
            elif other is not None and (own is None or other[2] >= own[1]):
                entry, name, score = other
                entries[number] = self.changed(
                    unit, entry, f"memory: {int(score)} % of {name}", own=False
                )
            elif own is not None:
                entries[number] = self.changed(unit, others[own[0]], own=False)

    # What has lost its place.

    def leftovers(self, entries: Sequence[Entry]) -> list[Entry]:
        """Human work without a place, as ``#~``, in order of its text."""
        there = {(entry.key, entry.msgstr) for entry in entries}
        kept: dict[tuple[Key, str], Entry] = {}
        for entry in [*self.obsolete, *self.current.values()]:
            if id(entry) in self.used or not entry.translated:
                continue
            if not entry.obsolete:
                if state_of(entry, self.ledger) is State.MACHINE or self.is_stale_draft(entry):
                    continue
                self.counts["obsolete"] += 1
            if (entry.key, entry.msgstr) in there:
                continue
            kept[entry.key, entry.msgstr] = replace(
                entry,
                obsolete=True,
                references=(),
                extracted=(),
                previous_msgid=entry.previous_msgid if entry.fuzzy else None,
                previous_msgctxt=entry.previous_msgctxt if entry.fuzzy else None,
            )
        return sorted(kept.values(), key=lambda e: (e.msgid, e.msgctxt or "", e.msgstr))
