"""Keep what still applies of a catalog when its source has moved on (design §4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from publisher.catalog import tags
from publisher.catalog.align import Aligner
from publisher.catalog.compose import names_of
from publisher.catalog.fold import bare, described, renaming, retag
from publisher.catalog.kept import Kept
from publisher.catalog.ledger import Event, Ledger, source_hash, target_hash
from publisher.catalog.memory import Memory
from publisher.catalog.partial import Judge, plain_sentences, quotes
from publisher.catalog.po import Catalog, Entry, Key
from publisher.catalog.template import Context, Unit

COUNTS = (
    "kept", "carried", "remembered", "composed", "changed", "whole", "new", "obsolete", "adopted",
)  # fmt: skip
"""What an update counts: ``whole`` are changed paragraphs that go back whole because the sentences of
their translation cannot be told apart; ``composed`` those put together from reviewed sentences."""

_LESSONS = 600  # reviewed pairs that the aligner learns from


class Keeping:
    """The half of an update that keeps what still applies: same text, or text that says the same."""

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

    # Texts that are the same.

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
            flags=flags_of(old),
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


def flags_of(old: Entry) -> tuple[str, ...]:
    """Flags that are kept; those that libraries add by themselves say nothing of the text."""
    return tuple(
        flag for flag in old.flags if not flag.endswith("-format") and flag not in _LAYOUT_FLAGS
    )


_LAYOUT_FLAGS = frozenset({"wrap", "no-wrap"})
