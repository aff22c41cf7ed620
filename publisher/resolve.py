"""Merge catalogs for git: as its merge driver, and after a merge without one.

A driver gets three whole files. Without it git leaves markers, which can stand in the middle of an entry; the
sides are put together again from them, and git's index tells what both were made from.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from publisher.catalog import ledger as ledgers
from publisher.catalog import po
from publisher.catalog.ledger import Event, Ledger
from publisher.catalog.markers import Side, Sides, has_markers, sides
from publisher.catalog.po import Catalog, Entry, Key
from publisher.catalog.three_way import Merge, text, three_way, value
from publisher.errors import InputError, MachineError
from publisher.files import decode_utf8, read_bytes, write_atomic
from publisher.project import Publication

_TIMEOUT = 60
_HEAD = re.compile(r"GITHEAD_([0-9a-f]{40,64})")


@dataclass(frozen=True, slots=True)
class Resolved:
    """One file that held markers, and the entries that a human has to decide."""

    path: str
    conflicts: tuple[Entry, ...]


def merge_driver(base: Path, ours: Path, theirs: Path, name: str) -> tuple[Entry, ...]:
    """What git calls as a merge driver: the result goes to ``ours``; returns its conflicts.

    ``name`` is the file's path in the repository. Where one of the three is no catalog, git's own
    merge leaves its markers and InputError is raised.
    """
    ledger = _ledger_beside(Path(name)).adding(_their_events(name))
    try:
        versions = [po.parse(read_bytes(path), name) for path in (base, ours, theirs)]
    except InputError as error:
        _textual(base, ours, theirs)
        raise InputError(
            f"one of the versions cannot be merged by entry: {error.message}",
            path=name,
            hint="Mend it between the markers, then run: publisher update --resolve",
        ) from error
    known = versions[0] if versions[0].entries or versions[0].header else None
    merged = three_way(known, versions[1], versions[2], is_draft=ledger.is_draft)
    write_atomic(ours, po.dump(merged.catalog))
    return merged.conflicts


def _textual(base: Path, ours: Path, theirs: Path) -> None:
    """Git's own merge of three files, into ``ours``."""
    labels = ["-L", "ours", "-L", "base", "-L", "theirs"]
    command = ["git", "merge-file", *labels, str(ours), str(base), str(theirs)]
    try:
        subprocess.run(command, capture_output=True, timeout=_TIMEOUT, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise MachineError("cannot run git merge-file", hint="Install git.") from error


def _ledger_beside(path: Path) -> Ledger:
    """The ledger of a catalog; empty where there is none, or none that can be read yet."""
    file = path.with_suffix(".ledger")
    try:
        return ledgers.load(file) if file.is_file() else Ledger()
    except InputError:
        return Ledger()


def _their_events(name: str) -> list[Event]:
    """Events of the other side's ledger: ``git merge`` names its commits in GITHEAD_…

    They tell which drafts are a machine's. A rebase names none; there such a draft counts as a text.
    """
    events: list[Event] = []
    for key in sorted(os.environ):
        match = _HEAD.fullmatch(key)
        if match is None:
            continue
        ledger = Path(name).with_suffix(".ledger").as_posix()
        data = _git(["show", f"{match[1]}:{ledger}"], Path())
        if data is not None:
            try:
                events += ledgers.parse(data, ledger).events
            except InputError:
                continue
    return events


def resolve(publication: Publication) -> list[Resolved]:
    """Bring every file under ``translations`` that holds markers back to a catalog.

    All are merged before any is written, so that one that cannot be leaves all untouched; raises
    InputError with file and line for that one.
    """
    folder = publication.root / "translations"
    found: list[tuple[Path, str, Merge]] = []
    for path in sorted([*folder.rglob("*.po"), *folder.rglob("*.pot")]):
        data = read_bytes(path)
        if not has_markers(data):
            continue
        name = publication.relative(path)
        stages = [_stage(path, number) for number in (1, 2, 3)]
        ledger = _ledger_beside(path)
        found.append((path, name, merge_markers(data, name, stages, ledger.is_draft)))
    result = []
    for path, name, merge in found:
        write_atomic(path, po.dump(merge.catalog))
        result.append(Resolved(name, merge.conflicts))
    return result


def merge_markers(
    data: bytes,
    name: str,
    stages: list[bytes | None],
    is_draft: Callable[[Entry], bool] = lambda _: False,
) -> Merge:
    """Merge the sides of a file with markers by entry.

    ``stages`` are the versions that git's index still has: base, ours, theirs, each None where it
    has none. Raises InputError where a side is no catalog.
    """
    shown = decode_utf8(data, name)
    parts = sides(shown, name)
    known = [None if stage is None else _try_parse(stage, name) for stage in stages]
    base = known[0]
    if base is None and parts.base is not None:
        base = _try_parse(parts.base.text.encode(), name)
    label = parts.theirs.label
    whole = None
    if known[1] is not None and known[2] is not None:
        whole = three_way(base, known[1], known[2], other=label, is_draft=is_draft)
    try:
        ours, theirs = (_side(side, name) for side in (parts.ours, parts.theirs))
    except InputError:
        # Git has cut entries apart; where nobody has edited the file since, its index has all.
        if whole is not None and _untouched(parts, stages):
            return whole
        raise
    merged = three_way(base, ours, theirs, other=label, is_draft=is_draft)
    if whole is None or known[1] is None or known[2] is None:
        return merged
    return _unmixed(merged, whole, base, known[1], known[2])


def _side(side: Side, name: str) -> Catalog:
    try:
        return po.parse(side.text.encode(), name)
    except InputError as error:
        raise InputError(
            f"the side “{side.label}” of the merge: {error.message}",
            path=name,
            line=side.line(error.line),
            hint="Restore the markers with: git checkout --merge FILE",
        ) from error


def _try_parse(data: bytes, name: str) -> Catalog | None:
    try:
        return po.parse(data, name)
    except InputError:
        return None


def _untouched(parts: Sides, stages: list[bytes | None]) -> bool:
    """Whether every line of the file comes from a version that git knows."""
    lines: set[bytes] = set()
    for stage in stages:
        if stage is not None:
            lines.update(line.rstrip(b"\r") for line in stage.split(b"\n"))
    now = [*parts.ours.text.split("\n"), *parts.theirs.text.split("\n")]
    return all(line.encode() in lines for line in now)


def _unmixed(
    merged: Merge, whole: Merge, base: Catalog | None, ours: Catalog, theirs: Catalog
) -> Merge:
    """The merge without entries that git has mixed from lines of both sides.

    One side takes the fuzzy mark away, the other corrects the text: git sees two changes that do not
    touch and makes of them a text that nobody has reviewed. There the merge of whole entries counts.
    """
    versions = [catalog.index() for catalog in (base or Catalog(), ours, theirs)]
    right = whole.catalog.index()
    entries = []
    swapped: set[Key] = set()
    for entry in merged.catalog.entries:
        there = [index[entry.key] for index in versions if entry.key in index]
        known = [value(one) for one in there]
        mixed = (
            not entry.obsolete
            and value(entry) not in known
            and any(text(one) == text(entry) for one in there)
            and entry.key in right
        )
        if mixed:
            entry = replace(right[entry.key], line=entry.line)
            swapped.add(entry.key)
        entries.append(entry)
    conflicts = [e for e in merged.conflicts if e.key not in swapped]
    conflicts += [e for e in whole.conflicts if e.key in swapped]
    return Merge(merged.catalog.with_entries(entries), tuple(conflicts))


def _stage(path: Path, number: int) -> bytes | None:
    """What git's index holds of an unmerged file: 1 the base, 2 ours, 3 theirs."""
    return _git(["show", f":{number}:./{path.name}"], path.parent)


def _git(arguments: list[str], folder: Path) -> bytes | None:
    """What git prints; None where it fails, or there is none."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None
