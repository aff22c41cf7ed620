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
from functools import cached_property

from publisher.catalog import tags
from publisher.catalog.align import Aligner
from publisher.catalog.compose import Plan, Store, names_of
from publisher.catalog.fold import bare, described, renaming, retag
from publisher.catalog.kept import Kept
from publisher.catalog.ledger import Event, Ledger, source_hash, target_hash
from publisher.catalog.match import CUTOFF, Index
from publisher.catalog.memory import Memory
from publisher.catalog.partial import Judge, plain_sentences, quotes
from publisher.catalog.po import Catalog, Entry, Key
from publisher.catalog.segments import Segment
from publisher.catalog.states import State, state_of
from publisher.catalog.template import Context, Unit, template, units, with_header

__all__ = ["COUNTS", "Context", "Update", "template", "update"]

COUNTS = (
    "kept", "carried", "remembered", "composed", "changed", "whole", "new", "obsolete", "adopted",
)  # fmt: skip
"""What an update counts: ``whole`` are changed paragraphs that go back whole because the sentences of
their translation cannot be told apart; ``composed`` those put together from reviewed sentences."""

_SHARE = (
    0.3  # of a text's words in sentences of an old text, from which that one is its predecessor
)
_COPY = 75.0  # similarity from which the translation of a text that still has its place is copied
_LESSONS = 600  # reviewed pairs that the aligner learns from


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
    while (
        work.counts["new"] and any(e.obsolete for e in result.catalog.entries) and rounds < _ROUNDS
    ):
        # What was learnt just now may place what had no place; the next update must find nothing.
        work = _Merge(result.catalog, result.ledger, context, memory or Memory())
        again = work.result(result.catalog, new)
        if again.catalog == result.catalog:
            break
        result = replace(again, counts=_sum(result.counts, again.counts))
        rounds += 1
    return result


_ROUNDS = 4


def _sum(first: Mapping[str, int], later: Mapping[str, int]) -> dict[str, int]:
    """Counts of two rounds: what the later one keeps, the first has counted."""
    counts = {name: first[name] + later[name] for name in COUNTS}
    return {**counts, "kept": first["kept"], "new": later["new"], "adopted": first["adopted"]}


class _Merge:
    """One update at work: every old entry is used once, or ends as a leftover."""

    def __init__(self, old: Catalog, ledger: Ledger, context: Context, memory: Memory) -> None:
        self.context = context
        self.memory = memory
        self.ledger = ledger
        self.events: list[Event] = []
        self.counts: dict[str, int] = dict.fromkeys(COUNTS, 0)
        # The source knows no plurals: entries that have some can only be leftovers.
        self.current = {k: e for k, e in old.index().items() if e.msgid_plural is None}
        self.obsolete = [e for e in old.entries if e.obsolete or e.msgid_plural is not None]
        self.used: set[int] = set()
        self.adopt([*self.current.values(), *self.obsolete])
        self.revivable: dict[Key, Entry] = {}
        for entry in sorted(self.obsolete, key=lambda entry: entry.fuzzy):
            self.revivable.setdefault(entry.key, entry)

    def result(self, before: Catalog, new: Sequence[Unit]) -> Update:
        """The merge of a catalog with the units of its source."""
        entries = self.merge(new)
        catalog = with_header(before, (*entries, *self.leftovers(entries)), self.context)
        return Update(catalog, self.ledger.adding(self.events), dict(self.counts))

    # What the ledger learns.

    def event(self, kind: str, entry: Entry, after: Event | None = None, note: str = "") -> None:
        """Note what this update does to an entry."""
        self.events.append(
            Event(
                self.context.now,
                kind,
                source_hash(entry.key),
                target_hash(entry),
                self.context.reviewer,
                after.id if after else "-",
                note,
            )
        )

    def adopt(self, entries: Iterable[Entry]) -> None:
        """Take over what people did in editors that write no events.

        A translation that is not fuzzy was reviewed, a fuzzy one that no event knows was edited, by
        whoever runs this.
        """
        for entry in entries:
            if not entry.translated:
                continue
            if not entry.fuzzy:
                if self.ledger.vouched(entry) is None:
                    self.event("reviewed", entry, self.ledger.last(entry.key))
                    self.counts["adopted"] += not entry.obsolete
            elif not entry.obsolete and not self.ledger.of_text(entry):
                self.event("edited", entry, self.ledger.last(entry.key))
        self.ledger = self.ledger.adding(self.events)
        self.events = []

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

    def exact(self, unit: Unit) -> Entry | None:
        """The entry with the same msgctxt and msgid, current or obsolete."""
        old = self.current.get(unit.blank.key)
        if old is not None:
            self.used.add(id(old))
            if not old.translated:
                self.notes[old.key] = old.comments
                old = None
        if old is None:
            old = self.revivable.get(unit.blank.key)
            if old is None or not old.msgstr:
                return None
            self.used.add(id(old))
        self.counts["kept"] += 1
        return self.kept(unit, old)

    @cached_property
    def notes(self) -> dict[Key, tuple[str, ...]]:
        """Comments that translators left on entries without a translation."""
        return {}

    def kept(self, unit: Unit, old: Entry) -> Entry:
        """The old translation under the new comments and references."""
        fuzzy = old.fuzzy and old.translated
        previous = old.previous_msgid if fuzzy else None
        new = replace(
            unit.blank,
            msgstr=old.msgstr,
            fuzzy=fuzzy,
            previous_msgid=previous,
            previous_msgctxt=old.previous_msgctxt if previous is not None else None,
            comments=old.comments,
            flags=_flags(old),
        )
        if not fuzzy:
            return self.remarked(new)
        partial = self.ledger.partial(new.key)
        if partial is None and previous is not None:
            kept = self.judged(new, old, unit)
            if kept is not None:
                self.event("carried", new, self.reviewed_before(old), kept.note)
                return self.quoted(new, kept, unit)
        return self.quoted(new, Kept.of(partial), unit)

    def remarked(self, entry: Entry) -> Entry:
        """Say where a text comes from that an older issue has given."""
        event = self.ledger.vouched(entry)
        if event is not None and event.kind == "carried" and event.note.startswith("memory"):
            return replace(entry, extracted=(*entry.extracted, event.note))
        return entry

    def quoted(self, entry: Entry, kept: Kept | None, unit: Unit) -> Entry:
        lines = quotes(entry, kept, self.context.source_language, unit.names)
        return replace(entry, extracted=(*entry.extracted, *(" ".join(x.split()) for x in lines)))

    def reviewed_before(self, old: Entry) -> Event | None:
        """The event that stands for the translation of the previous msgid of a fuzzy entry."""
        if old.previous_msgid is None:
            return None
        key = (old.previous_msgctxt, old.previous_msgid)
        return self.ledger.stands_for(source_hash(key), target_hash(old))

    def judged(self, new: Entry, old: Entry, unit: Unit, why: str = "") -> Kept | None:
        """What stays reviewed of an old entry's translation under a new text; None if nothing can."""
        names = names_of(old)
        now = (new.msgid, unit.names)
        if not old.fuzzy:
            return self.judge.kept((old.msgid, names), old.msgstr, now, why=why)
        if old.previous_msgid is None:
            return None
        if self.reviewed_before(old) is not None:
            before = old.previous_msgid
            return self.judge.kept((before, tags.names_in(before)), old.msgstr, now, why=why)
        already = Kept.of(self.ledger.partial(old.key))
        if already is None or old.key == new.key:
            return already
        return self.judge.chained((old.msgid, names), already, now)

    @cached_property
    def judge(self) -> Judge:
        """Knows which sentences belong together, from the reviewed pairs of this catalog."""
        source, target = self.context.source_language, self.context.language
        reviewed = [
            entry for entry in self.current.values() if entry.translated and not entry.fuzzy
        ]
        step = max(1, len(reviewed) // _LESSONS)
        lessons = []
        for entry in reviewed[::step]:
            names = names_of(entry)
            lessons.append(
                (
                    plain_sentences(entry.msgid, source, names),
                    plain_sentences(entry.msgstr, target, names),
                )
            )
        return Judge(source, target, Aligner.learn(lessons))

    # Texts that say the same.

    @cached_property
    def by_bare(self) -> dict[str, list[Entry]]:
        """Translated entries by their text without typography and tags."""
        found: dict[str, list[Entry]] = {}
        for entry in [*self.current.values(), *self.obsolete]:
            if entry.translated:
                found.setdefault(bare(entry.msgid, names_of(entry)), []).append(entry)
        return found

    @cached_property
    def by_previous(self) -> dict[Key, Entry]:
        """Changed entries by the text they had before."""
        return {
            (entry.previous_msgctxt, entry.previous_msgid): entry
            for entry in self.current.values()
            if entry.fuzzy and entry.translated and entry.previous_msgid is not None
        }

    def equivalent(self, unit: Unit) -> Entry | None:
        """A translation that still applies as it is: the text came back, or says the same."""
        back = self.by_previous.get(unit.blank.key)
        if back is not None and id(back) not in self.used and self.reviewed_before(back):
            self.used.add(id(back))
            self.counts["kept"] += 1
            plain = replace(back, fuzzy=False, previous_msgid=None, previous_msgctxt=None)
            return self.kept(
                unit, replace(plain, msgid=unit.blank.msgid, msgctxt=unit.blank.msgctxt)
            )
        choices = self.by_bare.get(bare(unit.blank.msgid, unit.names), ())
        ranked = sorted(
            choices, key=lambda entry: (id(entry) in self.used, entry.fuzzy, entry.obsolete)
        )
        for old in ranked:
            if old.msgctxt == unit.blank.msgctxt and not (id(old) in self.used and old.fuzzy):
                new = self.carried(unit, old)
                if new is not None:
                    return new
        return self.remembered(unit)

    def retagged(self, old: Entry, unit: Unit, *, keep: bool = False) -> str:
        """An old translation with its tags called as they are now, lost ones removed.

        With ``keep``, a translation that would lose a tag stays as it is.
        """
        if "<" not in old.msgid and not unit.segment.tags:
            return old.msgstr
        before = described(old.extracted, names_of(old))
        mapping = renaming(before, described(unit.blank.extracted, unit.names))
        if keep and None in mapping.values():
            return old.msgstr
        return retag(old.msgstr, mapping)

    def carried(self, unit: Unit, old: Entry) -> Entry | None:
        """The translation of a text that differs in typography or markup only."""
        text = self.retagged(old, unit)
        wrong = tags.problems(unit.blank.msgid, text, unit.names) if unit.segment.tags else ()
        if any(problem.severity == "error" for problem in wrong):
            return None
        copied = id(old) in self.used
        self.used.add(id(old))
        self.counts["carried"] += 1
        blank = replace(unit.blank, msgstr=text, comments=() if copied else old.comments)
        if not old.fuzzy:
            why = "same text elsewhere" if copied else "typography or markup only"
            self.event("carried", blank, self.ledger.vouched(old), why)
            return blank
        new = replace(
            blank,
            fuzzy=True,
            previous_msgid=old.previous_msgid,
            previous_msgctxt=old.previous_msgctxt,
        )
        if self.ledger.is_draft(old):
            self.drafted(new, old)
        partial = self.ledger.partial(old.key)
        if partial is None:
            return self.quoted(new, None, unit)
        self.event("carried", new, partial, partial.note)
        return self.quoted(new, Kept.of(partial), unit)

    def drafted(self, new: Entry, old: Entry) -> None:
        """Hand on what the ledger knows of a machine's draft."""
        last = self.ledger.of_text(old)[-1]
        self.events.append(
            replace(
                last,
                time=self.context.now,
                source=source_hash(new.key),
                target=target_hash(new),
                after=last.id,
            )
        )

    def remembered(self, unit: Unit) -> Entry | None:
        """A reviewed translation of the same text in an older issue."""
        found = self.memory.exact.get(unit.blank.key) if self.memory.pairs else None
        if found is None:
            return None
        old, name = found
        text = self.retagged(old, unit)
        if unit.segment.tags and tags.problems(unit.blank.msgid, text, unit.names):
            return None
        note = f"memory: 100 % of {name}"
        new = replace(
            unit.blank, msgstr=text, comments=self.notes.get(unit.blank.key, ()),
            extracted=(*unit.blank.extracted, note),
        )  # fmt: skip
        self.event("carried", new, None, note)
        self.counts["remembered"] += 1
        return new

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
            scores = {old: score for score, old in index.near(new[number].blank.msgid)}
            plan = plans.get(number)
            if plan is not None:
                # A whole sentence in common says more than letters do.
                for old, share in store.shares(plan).items():
                    place = numbers.get(id(store.entries[old]))
                    if place is not None and share >= _SHARE:
                        scores[place] = max(scores.get(place, 0.0), CUTOFF) + 10 * share
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
            flags=_flags(old) if own else (),
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
        index = Index([entry.msgid for entry in others])
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


def _flags(old: Entry) -> tuple[str, ...]:
    """Flags that are kept; those that libraries add by themselves say nothing of the text."""
    return tuple(
        flag for flag in old.flags if not flag.endswith("-format") and flag not in _LAYOUT_FLAGS
    )


_LAYOUT_FLAGS = frozenset({"wrap", "no-wrap"})
