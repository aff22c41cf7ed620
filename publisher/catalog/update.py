"""Bring a catalog up to date with its source (design §4).

Exact match → kept; the same text elsewhere or reviewed in an older issue → filled in; a change of
typography or markup alone → carried over with an event; otherwise the nearest entry: its translation stays
in place, fuzzy, with ``#|``, and a ``#.`` comment quotes the sentences that changed. Writes no machine
text; nothing that a human wrote is dropped: a pair that loses its place stays as ``#~``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from publisher.catalog import tags
from publisher.catalog.ledger import Event, Ledger, source_hash, target_hash
from publisher.catalog.match import Index
from publisher.catalog.po import Catalog, Entry, Key
from publisher.catalog.segments import Segment
from publisher.catalog.sentences import changed
from publisher.catalog.states import State, state_of

Memory = Mapping[str, tuple[str, str]]
"""Reviewed translations of older issues: source text → (translation, the issue it stands in)."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an update may know of the world: all of it comes from the caller.

    ``now`` is UTC (``2023-04-03T09:12:44Z``), ``reviewer`` whoever runs it, ``digest`` the hash of the
    source files.
    """

    language: str
    source_language: str
    project: str
    now: str
    reviewer: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Update:
    """A new catalog and ledger, and what happened to how many entries."""

    catalog: Catalog
    ledger: Ledger
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Unit:
    """All segments with one key."""

    first: Segment
    paths: tuple[str, ...]
    places: tuple[str, ...]


def template(segments: Iterable[Segment], old: Catalog | None, context: Context) -> Catalog:
    """``messages.pot``: every entry, untranslated."""
    entries = tuple(_blank(unit) for unit in _units(segments))
    return _dated(replace(Catalog(), entries=entries), old, context, template=True)


def update(
    segments: Iterable[Segment],
    old: Catalog | None,
    ledger: Ledger,
    context: Context,
    memory: Memory | None = None,
) -> Update:
    """Merge the segments of a document with the catalog of one language."""
    work = _Merge(old or Catalog(), ledger, context, memory or {})
    entries = [work.entry(unit) for unit in _units(segments)]
    entries = work.fuzzy(entries)
    kept = work.leftovers(entries)
    catalog = _dated(
        replace(old or Catalog(), entries=(*entries, *kept)), old, context, template=False
    )
    return Update(catalog, work.ledger.adding(work.events), dict(work.counts))


def _units(segments: Iterable[Segment]) -> list[_Unit]:
    groups: dict[Key, list[Segment]] = {}
    for segment in segments:
        groups.setdefault(segment.key, []).append(segment)
    return [
        _Unit(
            group[0],
            tuple(dict.fromkeys(segment.path for segment in group)),
            tuple(dict.fromkeys(" › ".join(segment.place) for segment in group)),
        )
        for group in groups.values()
    ]


MAX_PLACES = 5


def _blank(unit: _Unit) -> Entry:
    places = list(unit.places[:MAX_PLACES])
    if len(unit.places) > MAX_PLACES:
        places.append(f"and {len(unit.places) - MAX_PLACES} more places")
    return Entry(
        unit.first.msgid,
        msgctxt=unit.first.msgctxt,
        extracted=(*places, *tags.describe(unit.first.tags)),
        references=unit.paths,
    )


_FOLD = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "‹": "'",
        "›": "'", "–": "-", "—": "-", "‑": "-", "…": "...", "\u00ad": "", "\u200b": "", "\u2060": "",
    }
)  # fmt: skip
_SPACE = re.compile(r"\s+")
_DASH = re.compile(r"\s*-+\s*")


def fold(text: str) -> str:
    """A text without its typography: quotes, dashes, spaces and compatibility forms folded.

    Two texts with the same fold say the same: only what they look like differs.
    """
    text = unicodedata.normalize("NFKC", text.translate(_FOLD)).translate(_FOLD)
    return _SPACE.sub(" ", _DASH.sub("-", text)).strip()


def _bare(msgid: str) -> str:
    """The fold of a text without its tags."""
    return fold(tags.strip(msgid, tags.names_in(msgid)))


class _Merge:
    def __init__(self, old: Catalog, ledger: Ledger, context: Context, memory: Memory) -> None:
        self.context = context
        self.memory = memory
        self.events: list[Event] = []
        self.ledger = ledger
        self.counts: dict[str, int] = dict.fromkeys(
            ("kept", "carried", "remembered", "changed", "new", "obsolete", "adopted"), 0
        )
        self.current = old.index()
        self.obsolete = [entry for entry in old.entries if entry.obsolete]
        self.revivable: dict[Key, Entry] = {entry.key: entry for entry in self.obsolete}
        self.used: set[int] = set()
        self.adopt()
        self.by_fold: dict[str, list[Entry]] = {}
        for entry in [*self.current.values(), *self.obsolete]:
            if entry.translated:
                self.by_fold.setdefault(_bare(entry.msgid), []).append(entry)
        self.by_text: dict[str, Entry] = {}
        for entry in self.current.values():
            if entry.translated and not entry.fuzzy:
                self.by_text.setdefault(entry.msgid, entry)

    def event(self, kind: str, entry: Entry, after: Event | None = None, note: str = "") -> None:
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

    def adopt(self) -> None:
        """Reviewed entries without an event were reviewed in an editor that writes none."""
        for entry in self.current.values():
            if entry.translated and not entry.fuzzy and self.ledger.vouched(entry) is None:
                self.event("reviewed", entry, self.ledger.last(entry.key))
                self.counts["adopted"] += 1
        self.ledger = self.ledger.adding(self.events)
        self.events = []

    def entry(self, unit: _Unit) -> Entry:
        """The new entry of a unit where an exact or equivalent one exists, else a blank one."""
        blank = _blank(unit)
        old = self.current.get(blank.key)
        if old is not None:
            self.used.add(id(old))
            if old.translated or old.comments:
                self.counts["kept"] += 1
            return self.kept(blank, old)
        revived = self.revivable.get(blank.key)
        if revived is not None and revived.translated:
            self.used.add(id(revived))
            self.counts["kept"] += 1
            return self.kept(blank, revived)
        return (
            self.same_text(blank)
            or self.carried(blank, unit.first)
            or self.remembered(blank)
            or blank
        )

    def kept(self, blank: Entry, old: Entry) -> Entry:
        """The old translation under the new comments and references."""
        quoted: tuple[str, ...] = ()
        if old.fuzzy and old.previous_msgid is not None:
            quoted = self.quote(old.previous_msgid, blank.msgid)
        return replace(
            blank,
            msgstr=old.msgstr,
            fuzzy=old.fuzzy and old.translated,
            previous_msgid=old.previous_msgid if old.fuzzy and old.translated else None,
            previous_msgctxt=old.previous_msgctxt if old.fuzzy and old.translated else None,
            comments=old.comments,
            flags=old.flags,
            extracted=(*blank.extracted, *quoted),
        )

    def quote(self, before: str, now: str) -> tuple[str, ...]:
        parts = changed(before, now, self.context.source_language)
        return tuple(f"changed: {part}" for part in parts) if parts else ("changed: order only",)

    def same_text(self, blank: Entry) -> Entry | None:
        """The same text under another msgctxt."""
        old = self.by_text.get(blank.msgid)
        if old is None:
            return None
        new = replace(blank, msgstr=old.msgstr, comments=old.comments)
        self.event("carried", new, self.ledger.vouched(old), "same text elsewhere")
        self.counts["carried"] += 1
        return new

    def carried(self, blank: Entry, segment: Segment) -> Entry | None:
        """A reviewed translation of a text that differs in typography or markup only."""
        for old in self.by_fold.get(_bare(blank.msgid), ()):
            if id(old) in self.used or not old.translated:
                continue
            problems = tags.problems(blank.msgid, old.msgstr, segment.tag_names)
            same_context = old.msgctxt == blank.msgctxt
            if problems or tags.names_in(old.msgid).keys() - segment.tag_names or not same_context:
                continue
            self.used.add(id(old))
            new = replace(self.kept(blank, old), extracted=blank.extracted)
            if not old.fuzzy:
                self.event("carried", new, self.ledger.vouched(old), "typography or markup only")
            elif self.ledger.is_draft(old):
                last = self.ledger.of_text(old)[-1]
                self.events.append(
                    replace(last, source=source_hash(new.key), after=last.id, time=self.context.now)
                )
            self.counts["carried"] += 1
            return new
        return None

    def remembered(self, blank: Entry) -> Entry | None:
        """A reviewed translation of the same text in an older issue."""
        found = self.memory.get(blank.msgid)
        if found is None or blank.msgctxt is not None:
            return None
        text, issue = found
        new = replace(blank, msgstr=text)
        self.event("carried", new, None, f"from {issue}")
        self.counts["remembered"] += 1
        return new

    def fuzzy(self, entries: list[Entry]) -> list[Entry]:
        """Give every blank entry the nearest translation that has lost its place."""
        free = [
            entry
            for entry in [*self.current.values(), *self.obsolete]
            if id(entry) not in self.used and entry.translated
        ]
        blanks = [number for number, entry in enumerate(entries) if not entry.translated]
        self.counts["new"] = len(blanks)
        if not free or not blanks:
            return entries
        index = Index([entry.msgid for entry in free])
        found = []
        for number in blanks:
            match = index.nearest(entries[number].msgid)
            if match is not None:
                found.append((-match[1], number, match[0]))
        taken: set[int] = set()
        result = list(entries)
        for _, number, nearest in sorted(found):
            place = nearest
            if place in taken:
                again = index.nearest(entries[number].msgid, used=taken)
                if again is None:
                    continue
                place = again[0]
            taken.add(place)
            old = free[place]
            self.used.add(id(old))
            result[number] = self.changed(entries[number], old)
            self.counts["changed"] += 1
            self.counts["new"] -= 1
        return result

    def changed(self, blank: Entry, old: Entry) -> Entry:
        before = old.previous_msgid if old.fuzzy and old.previous_msgid else old.msgid
        if before == blank.msgid and not old.fuzzy:
            before = old.msgid
        return replace(
            blank,
            msgstr=old.msgstr,
            fuzzy=True,
            previous_msgid=before,
            previous_msgctxt=old.msgctxt,
            comments=old.comments,
            flags=old.flags,
            extracted=(*blank.extracted, *self.quote(before, blank.msgid)),
        )

    def leftovers(self, entries: Sequence[Entry]) -> list[Entry]:
        """What lost its place and holds a human's work, as ``#~``."""
        there = {entry.key for entry in entries}
        kept: list[Entry] = []
        for entry in [*self.current.values(), *self.obsolete]:
            if id(entry) in self.used or not entry.translated:
                continue
            if not entry.obsolete and state_of(entry, self.ledger) is State.MACHINE:
                continue
            if entry.key in there and entry.obsolete:
                continue
            if not entry.obsolete:
                self.counts["obsolete"] += 1
            kept.append(
                replace(entry, obsolete=True, references=(), extracted=(), previous_msgid=None)
                if not entry.fuzzy
                else replace(entry, obsolete=True, references=(), extracted=())
            )
        unique: dict[tuple[Key, str], Entry] = {}
        for entry in kept:
            unique.setdefault((entry.key, entry.msgstr), entry)
        return sorted(unique.values(), key=lambda entry: (entry.msgid, entry.msgctxt or ""))


def _dated(catalog: Catalog, old: Catalog | None, context: Context, *, template: bool) -> Catalog:
    """The catalog with its header; POT-Creation-Date moves only when the content does."""
    content = [(entry.key, entry.references) for entry in catalog.entries if not entry.obsolete]
    before = (
        [(entry.key, entry.references) for entry in old.entries if not entry.obsolete]
        if old
        else None
    )
    header = dict(old.header) if old else {}
    created = header.get("POT-Creation-Date", "")
    if content != before or not created:
        created = context.now.replace("T", " ").replace(":00Z", "Z")[:16] + "+0000"
    fixed = {
        "Project-Id-Version": context.project,
        "POT-Creation-Date": created,
        # msgfmt --check takes the usual placeholder for a forgotten field.
        "PO-Revision-Date": header.get(
            "PO-Revision-Date", "YEAR-MO-DA HO:MI+ZONE" if template else created
        ),
        "Last-Translator": header.get("Last-Translator", ""),
        "Language-Team": header.get("Language-Team", ""),
        "Language": "" if template else context.language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    extra = {
        key: value
        for key, value in header.items()
        if key not in fixed and key not in {"X-Source-Digest", "X-Generator"}
    }
    if context.digest:
        extra["X-Source-Digest"] = context.digest
    return replace(catalog, header={**fixed, **extra}, header_fuzzy=False)
