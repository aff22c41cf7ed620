"""The ledger of a catalog: who did what to which text, in a form that plain git can merge (design §4).

One event a line, tab-separated, append-only; ``.gitattributes`` says ``merge=union``. An event's id is the
hash of its content, so that the union of two branches is a set; order (time, then id) is restored at the
next write. Times are UTC and come from the caller.

    # time                 kind      source            target            by                    after     note
    2023-04-03T09:12:44Z   drafted   6f1c…(16)         9a0e…(16)         argos en→pt 0.1       -         score=0.87
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from publisher.catalog.po import Entry, Key
from publisher.errors import InputError
from publisher.files import decode_utf8, read_bytes

KINDS = ("drafted", "edited", "translated", "reviewed", "approved", "carried", "sample")
"""``carried``: a reviewed translation kept over a change of typography or markup; ``sample``: text of a
sample that no human translator has checked."""

KEEPS = "keeps "
"""How the note of an event begins that keeps only some sentences."""

VOUCHING = frozenset({"translated", "reviewed", "approved", "carried", "sample"})

HEADER = "# publisher ledger 1: time, kind, source, target, by, after, note"

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_HASH = re.compile(r"[0-9a-f]{16}|-")


def source_hash(key: Key) -> str:
    """The hash of a msgctxt and msgid: 16 hexadecimal digits."""
    context, msgid = key
    text = msgid if context is None else f"{context}\x04{msgid}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def target_hash(entry: Entry) -> str:
    """The hash of a translation: 16 hexadecimal digits, ``-`` where there is none."""
    if not entry.translated:
        return "-"
    text = "\0".join(entry.msgstr_plural) if entry.msgid_plural is not None else entry.msgstr
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a ledger.

    ``time`` is UTC (``2023-04-03T09:12:44Z``), ``by`` a person or an engine with its model, ``after``
    the id of the event it follows or ``-``.
    """

    time: str
    kind: str
    source: str
    target: str
    by: str = ""
    after: str = "-"
    note: str = ""

    @property
    def partial(self) -> bool:
        """Whether the event keeps some sentences of a changed text only (catalog.partial).

        A machine that drafts the others (catalog.redraft) hands on what is kept.
        """
        return self.kind in {"carried", "drafted"} and self.note.startswith(KEEPS)

    @property
    def id(self) -> str:
        """The hash of the event's content."""
        return hashlib.sha256(self.line().encode()).hexdigest()[:16]

    def line(self) -> str:
        """The event as it stands in the file, without the line end."""
        fields = (
            self.time, self.kind, self.source, self.target, _clean(self.by), self.after, _clean(self.note)
        )  # fmt: skip
        return "\t".join(fields).rstrip("\t")


def _clean(text: str) -> str:
    return " ".join(text.split())


@dataclass(frozen=True)
class Ledger:
    """A set of events, in order of time."""

    events: tuple[Event, ...] = ()
    path: str = field(default="", compare=False)

    @cached_property
    def by_source(self) -> dict[str, list[Event]]:
        """Events by the hash of their source text, oldest first."""
        found: dict[str, list[Event]] = {}
        for event in self.events:
            found.setdefault(event.source, []).append(event)
        return found

    @cached_property
    def by_id(self) -> dict[str, Event]:
        """Events by their id."""
        return {event.id: event for event in self.events}

    def history(self, key: Key) -> list[Event]:
        """What happened to one segment, oldest first."""
        return self.by_source.get(source_hash(key), [])

    def last(self, key: Key) -> Event | None:
        """The newest event of one segment."""
        history = self.history(key)
        return history[-1] if history else None

    def of_text(self, entry: Entry) -> list[Event]:
        """Events about exactly this source and this translation, oldest first."""
        history = self.history(entry.key)
        if not history:
            return []
        target = target_hash(entry)
        return [event for event in history if event.target == target]

    def is_draft(self, entry: Entry) -> bool:
        """Whether the text is a machine's draft, all of it or some sentences, that nobody has touched."""
        events = self.of_text(entry)
        return bool(events) and events[-1].kind == "drafted"

    def is_approved(self, entry: Entry) -> bool:
        """Whether a second person has approved exactly this text, or what it was carried from.

        An approval by whoever translated or reviewed the text last is none: four eyes are two people.
        """
        return any(self._approves(event) for event in self.of_text(entry))

    def _approves(self, event: Event) -> bool:
        event = self.origin(event)
        if event.kind != "approved":
            return False
        same = (e for e in self.by_source.get(event.source, ()) if e.target == event.target)
        hands = [e.by for e in same if e.kind in {"edited", "translated", "reviewed"}]
        return event.by not in hands

    def origin(self, event: Event) -> Event:
        """The event that a translation was carried over from, through any number of carry-overs."""
        seen: set[str] = set()
        while event.kind == "carried" and not event.partial and event.after not in seen:
            seen.add(event.after)
            before = self.by_id.get(event.after)
            if before is None:
                break
            event = before
        return event

    def vouched(self, entry: Entry) -> Event | None:
        """The newest event by which someone stands for exactly this text, all of it."""
        return self.stands_for(source_hash(entry.key), target_hash(entry))

    def stands_for(self, source: str, target: str) -> Event | None:
        """The newest event by which someone stands for a pair of texts, given their hashes."""
        for event in reversed(self.by_source.get(source, ())):
            if event.target == target and event.kind in VOUCHING and not event.partial:
                return event
        return None

    def partial(self, key: Key) -> Event | None:
        """What the ledger says of the sentences of a changed text; None where all need eyes."""
        for event in reversed(self.history(key)):
            if event.partial:
                return event
            if event.kind in VOUCHING:
                return None
        return None

    def adding(self, events: Iterable[Event]) -> Ledger:
        """The ledger with more events; one that is there already changes nothing."""
        return Ledger(_ordered([*self.events, *events]), self.path)


def _ordered(events: Iterable[Event]) -> tuple[Event, ...]:
    """Without repetitions, by time; events of one second in the order in which they follow."""
    unique = {event.line(): event for event in events}
    ordered = [event for _, event in sorted(unique.items())]
    chained = [event for event in ordered if event.after != "-"]
    if not chained:
        return tuple(ordered)
    times = Counter(event.time for event in ordered)
    crowded = {event.time for event in chained if times[event.time] > 1}
    if not crowded:
        return tuple(ordered)
    by_id = {event.id: event for event in ordered if event.time in crowded}
    depths: dict[str, int] = {}

    def depth(event: Event) -> int:
        chain = []
        at: Event | None = event
        while at is not None and at.time == event.time and at.id not in depths:
            if at.id in chain:
                break
            chain.append(at.id)
            at = by_id.get(at.after)
        base = depths.get(at.id, -1) if at is not None and at.time == event.time else -1
        for identifier in reversed(chain):
            base += 1
            depths[identifier] = base
        return depths[event.id]

    return tuple(
        sorted(
            ordered,
            key=lambda e: (e.time, depth(e) if e.time in crowded else 0, e.line()),
        )
    )


def load(path: Path, name: str | None = None) -> Ledger:
    """Read a ledger; a file that is not there is an empty one. Raises InputError with the line."""
    if not path.exists():
        return Ledger((), name or str(path))
    return parse(read_bytes(path, what="ledger"), name or str(path))


def parse(data: bytes, name: str) -> Ledger:
    """Parse a ledger's bytes; conflict markers are skipped, since a union needs no one to decide."""
    events = []
    for number, line in enumerate(decode_utf8(data, name).split("\n"), start=1):
        if not line.strip() or line.startswith(("#", "<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            continue
        fields = line.split("\t")
        if len(fields) < 4 or not _TIME.fullmatch(fields[0]):
            raise InputError(
                "this is not an event of a ledger",
                path=name,
                line=number,
                hint="Restore it from git.",
            )
        if not (_HASH.fullmatch(fields[2]) and _HASH.fullmatch(fields[3])):
            raise InputError("the event names no text", path=name, line=number)
        fields += [""] * (7 - len(fields))
        time, kind, source, target, by, after, note = fields[:7]
        events.append(Event(time, kind, source, target, by, after or "-", note))
    return Ledger(_ordered(events), name)


def dump(ledger: Ledger) -> bytes:
    """The ledger's canonical bytes: a comment, then the events in order."""
    lines = [HEADER, *(event.line() for event in ledger.events)]
    return ("\n".join(lines) + "\n").encode()
