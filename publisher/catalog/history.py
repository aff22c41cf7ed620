"""What happened to a segment, and approval by a second person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from publisher.catalog import tags
from publisher.catalog.ledger import Event, Ledger, source_hash, target_hash
from publisher.catalog.po import Catalog, Entry
from publisher.catalog.states import State, state_of


def lineage(ledger: Ledger, entry: Entry) -> list[Event]:
    """The events of an entry and of the texts that it came from, oldest first."""
    found: dict[str, Event] = {}
    waiting = list(ledger.history(entry.key))
    while waiting:
        event = waiting.pop()
        if event.id in found:
            continue
        found[event.id] = event
        before = ledger.by_id.get(event.after)
        if before is not None:
            # What led to the earlier text belongs to the story, what came later of it does not.
            waiting += [e for e in ledger.by_source.get(before.source, ()) if e.time <= event.time]
    order = {event.id: number for number, event in enumerate(ledger.events)}
    return sorted(found.values(), key=lambda event: order[event.id])


def select(
    catalog: Catalog, texts: Iterable[str] = (), files: Iterable[str] = ()
) -> Iterator[Entry]:
    """Current entries that hold one of ``texts`` (source, translation or hash) and stand in ``files``.

    Case and tags do not matter; without texts or files every entry is meant.
    """
    wanted = [text.casefold() for text in texts]
    names = tuple(files)
    for entry in catalog.entries:
        if entry.obsolete:
            continue
        if names and not any(_stands_in(entry, name) for name in names):
            continue
        if wanted:
            hay = [
                tags.strip(text, tags.names_in(text)).casefold()
                for text in (entry.msgid, entry.msgstr)
            ]
            exact = (entry.msgid.casefold(), source_hash(entry.key))
            if not any(text in exact or any(text in part for part in hay) for text in wanted):
                continue
        yield entry


def _stands_in(entry: Entry, name: str) -> bool:
    return any(
        path == name
        or path.endswith(f"/{name}")
        or path.rsplit("/", 1)[-1].removesuffix(".md") == name
        for path in entry.references
    )


@dataclass(frozen=True, slots=True)
class Approval:
    """A new ledger; how many entries were approved, were so before, are the approver's own work, or are
    not reviewed yet."""

    ledger: Ledger
    approved: int = 0
    before: int = 0
    own: int = 0
    open: int = 0


def approve(entries: Iterable[Entry], ledger: Ledger, person: str, now: str) -> Approval:
    """Approve reviewed entries as a second pair of eyes.

    Nobody approves what they translated or reviewed themselves.
    """
    events: list[Event] = []
    before = own = unreviewed = 0
    for entry in entries:
        state = state_of(entry, ledger)
        if state is State.APPROVED:
            before += 1
        elif state is not State.REVIEWED:
            unreviewed += 1
        else:
            last = ledger.vouched(entry)
            hands = {e.by for e in lineage(ledger, entry) if e.target == target_hash(entry)}
            if person in hands:
                own += 1
                continue
            events.append(
                Event(
                    now,
                    "approved",
                    source_hash(entry.key),
                    target_hash(entry),
                    person,
                    last.id if last else "-",
                )
            )
    return Approval(ledger.adding(events), len(events), before, own, unreviewed)
