"""Merge two versions of a catalog by entry, given what they were made from.

What only one side changed is taken. Where both changed one translation, a reviewed one replaces a text that
was still being worked on, a human's one an untouched machine draft; two that stand against each other
are a conflict: the entry keeps ours, fuzzy, and the other in a comment, so that the file stays a catalog
which every editor opens. No text that a human wrote is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from publisher.catalog import tags
from publisher.catalog.fold import bare
from publisher.catalog.po import Catalog, Entry, Key

CONFLICT = "conflict: "
"""How the comment begins that holds the other translation."""

_OTHER = "other version: "
_ESCAPES = str.maketrans({"\n": "\\n", "\r": "\\r", "\\": "\\\\"})
_NEWEST = ("POT-Creation-Date", "PO-Revision-Date")
_DIGEST = "X-Source-Digest"

Item = TypeVar("Item", bound=Hashable)
Predicate = Callable[[Entry], bool]


@dataclass(frozen=True, slots=True)
class Merge:
    """The merged catalog, and the entries that a human has to decide."""

    catalog: Catalog
    conflicts: tuple[Entry, ...]


def three_way(
    base: Catalog | None,
    ours: Catalog,
    theirs: Catalog,
    *,
    other: str = "theirs",
    is_draft: Predicate = lambda _: False,
) -> Merge:
    """Merge ``theirs`` into ``ours``; ``base`` None where it is not known.

    ``other`` is what the comments call the other side; ``is_draft`` tells untouched machine drafts.
    The order is that of ours, what only theirs has stands where it stood there.
    """
    work = _ThreeWay(base, other, is_draft)
    entries = work.merge(ours, theirs)
    catalog = Catalog(
        work.header(ours, theirs),
        tuple(entries),
        _set_merge(base.comments if base else (), ours.comments, theirs.comments),
        ours.header_fuzzy and theirs.header_fuzzy,
        ours.path,
    )
    return Merge(catalog, tuple(work.conflicts))


def settled(catalog: Catalog) -> Catalog:
    """The catalog without the comments of conflicts that a human has decided: entries not fuzzy."""
    return catalog.with_entries(
        replace(entry, comments=kept) if len(kept) < len(entry.comments) else entry
        for entry in catalog.entries
        for kept in [
            entry.comments
            if entry.fuzzy
            else tuple(c for c in entry.comments if not c.startswith(CONFLICT))
        ]
    )


def value(entry: Entry) -> tuple[object, ...]:
    """What a translator decides about an entry."""
    return (
        entry.msgstr, entry.msgstr_plural, entry.fuzzy, entry.previous_msgid,
        entry.previous_msgctxt, entry.previous_plural,
    )  # fmt: skip


def text(entry: Entry) -> tuple[str, ...]:
    """The translation, plural forms too."""
    return (entry.msgstr, *entry.msgstr_plural)


class _ThreeWay:
    def __init__(self, base: Catalog | None, other: str, is_draft: Predicate) -> None:
        self.known = base is not None
        self.base = base or Catalog()
        self.before = self.base.index()
        self.other = other
        self.is_draft = is_draft
        self.conflicts: list[Entry] = []

    def merge(self, ours: Catalog, theirs: Catalog) -> list[Entry]:
        mine, others = ours.index(), theirs.index()
        merged: dict[Key, Entry] = {}
        for key, entry in mine.items():
            one = self.one(entry, others.get(key))
            if one is not None:
                merged[key] = one
        for key, entry in others.items():
            if key not in mine:
                one = self.one(entry, None)
                if one is not None:
                    merged[key] = one
        self.follow(merged, mine, others)
        self.follow(merged, others, mine)
        order = _order(list(mine), list(others))
        current = [merged[key] for key in order if key in merged]
        return [*current, *self.obsolete(ours, theirs)]

    def one(self, entry: Entry, other: Entry | None) -> Entry | None:
        """One entry that one side has, or both; None where it was taken out."""
        before = self.before.get(entry.key)
        if other is not None:
            return self.both(before, entry, other)
        if before is not None and (
            not entry.translated
            or (value(entry) == value(before) and entry.comments == before.comments)
        ):
            return None
        return entry

    def both(self, before: Entry | None, ours: Entry, theirs: Entry) -> Entry:
        """An entry that both sides have."""
        empty = Entry(ours.msgid)
        was = before or empty
        comments = _set_merge(was.comments, ours.comments, theirs.comments)
        chosen, remark = ours, ""
        if value(ours) == value(theirs) or value(theirs) == value(was):
            pass
        elif value(ours) == value(was):
            chosen = theirs
        elif text(ours) == text(theirs):
            chosen = self.same_text(before, ours, theirs)
        else:
            chosen, remark = self.stands(before, ours, theirs)
        if remark:
            comments = tuple(dict.fromkeys((*comments, remark)))
        fuzzy = chosen.fuzzy
        conflict = remark.startswith(CONFLICT)
        if conflict:
            fuzzy = True
        entry = replace(
            chosen,
            fuzzy=fuzzy,
            comments=comments,
            extracted=_pick(was.extracted, ours.extracted, theirs.extracted),
            references=_pick(was.references, ours.references, theirs.references),
            flags=_set_merge(was.flags, ours.flags, theirs.flags),
        )
        if conflict:
            self.conflicts.append(entry)
        return entry

    def same_text(self, before: Entry | None, ours: Entry, theirs: Entry) -> Entry:
        """Both wrote the same: the mark is that of whoever changed it, reviewed where nobody knows."""
        if ours.fuzzy == theirs.fuzzy:
            return ours
        if before is not None and before.translated and not before.fuzzy:
            kept = text(before) == text(ours)
            return (ours if ours.fuzzy else theirs) if kept else (theirs if ours.fuzzy else ours)
        return theirs if ours.fuzzy else ours

    def stands(self, before: Entry | None, ours: Entry, theirs: Entry) -> tuple[Entry, str]:
        """The translation that is kept of two that differ, and a comment with the other one."""
        for kept, lost in ((ours, theirs), (theirs, ours)):
            if not lost.translated or (lost.fuzzy and self.is_draft(lost)):
                return kept, ""
        in_work = (before is None and self.known) or (
            before is not None and (before.fuzzy or not before.translated)
        )
        if (in_work or not self.known) and ours.fuzzy != theirs.fuzzy:
            kept, lost = (theirs, ours) if ours.fuzzy else (ours, theirs)
            whose = "ours" if lost is ours else self.other
            return kept, f"{_OTHER}{whose}: {_shown(lost)}"
        state = "not reviewed" if theirs.fuzzy else "reviewed"
        return ours, f"{CONFLICT}{self.other} ({state}): {_shown(theirs)}"

    def follow(
        self, merged: dict[Key, Entry], side: dict[Key, Entry], far: dict[Key, Entry]
    ) -> None:
        """Where the source moved on here and the translation there, the two come together.

        The pair that was reviewed there stays too: ``update`` learns from it which sentences are
        still reviewed, and then keeps it as ``#~``.
        """
        new = [e for key, e in side.items() if key not in self.before and key not in far]
        gone = {key: e for key, e in far.items() if key in self.before and key not in side}
        if not new or not gone:
            return
        alike = {bare(key[1], tags.names_in(key[1])): key for key in gone}
        for entry in new:
            if entry.fuzzy and entry.previous_msgid is not None:
                old = (entry.previous_msgctxt, entry.previous_msgid)
            else:
                names = tags.names_in(entry.msgid)
                old = alike.get(bare(entry.msgid, names), (None, ""))
                if names != tags.names_in(old[1]):
                    continue
            moved, before = gone.get(old), self.before.get(old)
            if moved is None or before is None or text(entry) != text(before):
                continue
            changed = text(moved) != text(before) and moved.translated
            now = merged[entry.key]
            comments = _set_merge(before.comments, now.comments, moved.comments)
            now = replace(now, comments=comments)
            if changed:
                now = replace(
                    now,
                    msgstr=moved.msgstr,
                    msgstr_plural=moved.msgstr_plural,
                    fuzzy=now.fuzzy or moved.fuzzy,
                )
            merged[entry.key] = now
            if moved.fuzzy or not changed:
                merged.pop(old, None)

    def obsolete(self, ours: Catalog, theirs: Catalog) -> list[Entry]:
        """Pairs without a place: those of both sides, but for those that one has taken out."""

        def pairs(catalog: Catalog) -> dict[tuple[Key, tuple[str, ...]], Entry]:
            return {(e.key, text(e)): e for e in catalog.entries if e.obsolete}

        before, mine, others = pairs(self.base), pairs(ours), pairs(theirs)
        union = {**others, **mine}
        kept = [
            entry
            for pair, entry in union.items()
            if pair not in before or (pair in mine and pair in others)
        ]
        return sorted(kept, key=lambda e: (e.msgid, e.msgctxt or "", text(e)))

    def header(self, ours: Catalog, theirs: Catalog) -> dict[str, str]:
        before, fields = self.base.header, dict(ours.header)
        for name, there in theirs.header.items():
            here, was = fields.get(name), before.get(name)
            if here is None:
                if was is None:
                    fields[name] = there
            elif here == was:
                fields[name] = there
            elif name in _NEWEST:
                fields[name] = max(here, there)
            elif name == _DIGEST and here != there and there != was:
                # It belongs to neither source: let status say so.
                del fields[name]
        return fields


def _order(ours: Sequence[Key], theirs: Sequence[Key]) -> list[Key]:
    """Keys of both; those that only theirs has follow the one that they followed there."""
    here = set(ours)
    after: dict[Key | None, list[Key]] = {}
    last: Key | None = None
    for key in theirs:
        if key in here:
            last = key
        else:
            after.setdefault(last, []).append(key)
    result = list(after.get(None, ()))
    for key in ours:
        result += [key, *after.get(key, ())]
    return result


def _set_merge(
    before: Iterable[Item], ours: Sequence[Item], theirs: Sequence[Item]
) -> tuple[Item, ...]:
    """Ours with what theirs has added, without what theirs has taken out."""
    was = set(before)
    kept = [item for item in ours if item not in was or item in theirs]
    return tuple(dict.fromkeys((*kept, *(item for item in theirs if item not in was))))


def _pick(
    before: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...]
) -> tuple[str, ...]:
    return theirs if ours == before else ours


def _shown(entry: Entry) -> str:
    return " / ".join(part.translate(_ESCAPES) for part in text(entry) if part)
