"""Exchange: a catalog out to other tools and back, with a three-way merge (design §4).

Every unit that goes out carries an id made of the hashes of its source and of the translation that it
went out with. What comes back is compared with both that and the catalog of today: an edit on one side
only is taken, one on both sides is a conflict and the catalog keeps its own text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from publisher.catalog import tags
from publisher.catalog.ledger import Event, Ledger, source_hash, target_hash
from publisher.catalog.po import Catalog, Entry
from publisher.catalog.states import State, state_of

FORMATS = {"xliff": "xliff", "xliff12": "xliff", "docx": "table", "tmx": "tmx"}
"""Names that the command line knows, and the module of each."""

_UNIT_ID = re.compile(r"s([0-9a-f]{16})t([0-9a-f]{16}|0)([rf])")


@dataclass(frozen=True, slots=True)
class Info:
    """What a file says of itself."""

    project: str
    issue: str
    source_language: str
    language: str
    tool_version: str


@dataclass(frozen=True, slots=True)
class Unit:
    """One entry on its way out; ``names`` are its tags and whether each stands alone."""

    id: str
    entry: Entry
    state: State
    names: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One unit that came back: ``reviewed`` is what the other tool says, ``where`` its place there."""

    id: str
    target: str
    reviewed: bool
    comment: str = ""
    where: str = ""


class Exchange(Protocol):
    """A format: ``write`` makes a file of units, ``read`` takes one apart."""

    def write(self, units: Sequence[Unit], info: Info) -> bytes: ...

    def read(self, data: bytes, name: str) -> list[Incoming]: ...


def unit_id(entry: Entry) -> str:
    """``s<source hash>t<target hash><r|f>``: also an XML NMTOKEN and a Word bookmark's name."""
    target = target_hash(entry) if entry.translated else "0"
    return f"s{source_hash(entry.key)}t{target}{'f' if entry.fuzzy or target == '0' else 'r'}"


def units_of(catalog: Catalog, ledger: Ledger) -> list[Unit]:
    """The current entries of a catalog, in order; entries with plurals have no place in a bulletin."""
    return [
        Unit(
            unit_id(entry),
            entry,
            state_of(entry, ledger),
            tags.names_of(entry.msgid, entry.extracted),
        )
        for entry in catalog.entries
        if not entry.obsolete and entry.msgid_plural is None
    ]


@dataclass(frozen=True, slots=True)
class Refused:
    """A unit that could not be placed, and why."""

    where: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The catalog and ledger after a merge, and what came of it."""

    catalog: Catalog
    ledger: Ledger
    taken: int
    same: int
    conflicts: tuple[Refused, ...]
    refused: tuple[Refused, ...]


def merge(
    catalog: Catalog, ledger: Ledger, incoming: Iterable[Incoming], *, now: str, by: str
) -> Merged:
    """Bring edits back into a catalog; ``by`` is who made them, ``now`` UTC as in the ledger.

    Three-way: the id tells what the unit went out with. A translation whose tags are wrong is
    refused; so is one whose source is no longer in the catalog.
    """
    places: dict[str, int] = {}
    entries = list(catalog.entries)
    for number, entry in enumerate(entries):
        if not entry.obsolete:
            places[source_hash(entry.key)] = number
    events: list[Event] = []
    conflicts: list[Refused] = []
    refused: list[Refused] = []
    taken = same = 0
    for item in incoming:
        match = _UNIT_ID.fullmatch(item.id)
        if match is None:
            refused.append(Refused(item.where, item.target, "it has no id of ours"))
            continue
        source, base, base_mark = match.groups()
        place = places.get(source)
        if place is None:
            changed = item.target and _hash_of(item.target) != base
            if changed:
                refused.append(Refused(item.where, item.target, "its source is not in the catalog"))
            continue
        entry = entries[place]
        theirs = _hash_of(item.target)
        ours = target_hash(entry) if entry.translated else "0"
        comments = _comments(entry, item.comment)
        base_reviewed = base_mark == "r"
        if theirs == base and item.reviewed == base_reviewed:
            if comments != entry.comments:
                entries[place] = replace(entry, comments=comments)
                taken += 1
            else:
                same += 1
            continue
        ours_moved = ours != base or (not entry.fuzzy and ours != "0") != base_reviewed
        if theirs == ours and (item.reviewed != entry.fuzzy or not item.target):
            same += 1
            continue
        if ours_moved and theirs != ours:
            conflicts.append(
                Refused(item.where, item.target, f"the catalog has “{_short(entry.msgstr)}” by now")
            )
            continue
        if not item.target:
            refused.append(Refused(item.where, "", "it came back empty"))
            continue
        names = tags.names_of(entry.msgid, entry.extracted)
        wrong = [p for p in tags.problems(entry.msgid, item.target, names) if p.severity == "error"]
        if wrong:
            refused.append(Refused(item.where, item.target, wrong[0].message))
            continue
        new = replace(entry, msgstr=item.target, fuzzy=not item.reviewed, comments=comments)
        if item.reviewed:
            new = replace(new, previous_msgid=None, previous_msgctxt=None)
        entries[place] = new
        last = ledger.last(entry.key)
        kind = "reviewed" if item.reviewed else "edited"
        after = last.id if last else "-"
        events.append(Event(now, kind, source, target_hash(new), by, after))
        taken += 1
    return Merged(
        catalog.with_entries(entries),
        ledger.adding(events),
        taken,
        same,
        tuple(conflicts),
        tuple(refused),
    )


def _hash_of(text: str) -> str:
    return target_hash(Entry("", text)) if text else "0"


def _comments(entry: Entry, comment: str) -> tuple[str, ...]:
    """The entry's comments with a reviewer's remark added once."""
    lines = tuple(line.strip() for line in comment.split("\n") if line.strip())
    return (*entry.comments, *(line for line in lines if line not in entry.comments))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
