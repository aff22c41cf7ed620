"""Ledgers: sets of events, four eyes, and two branches that meet in plain git."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from publisher.catalog import ledger as ledgers
from publisher.catalog.ledger import Event, Ledger, source_hash, target_hash
from publisher.catalog.po import Entry
from publisher.catalog.states import State, state_of
from publisher.errors import InputError

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not here")


def event(number: int, kind: str = "reviewed", by: str = "Ann", after: str = "-") -> Event:
    entry = Entry(f"text {number}", f"mətn {number}")
    return Event(
        f"2024-01-01T00:00:{number:02}Z",
        kind,
        source_hash(entry.key),
        target_hash(entry),
        by,
        after,
    )


def test_a_ledger_is_a_set_whose_order_is_restored() -> None:
    events = [event(number) for number in range(6)]
    lines = [e.line() for e in (*events[3:], *events[:4], *events)]
    data = "\n".join(["<<<<<<< HEAD", *lines[:5], "=======", *lines[5:], ">>>>>>> x", ""]).encode()
    parsed = ledgers.parse(data, "az.ledger")
    assert parsed.events == tuple(events)
    assert ledgers.parse(ledgers.dump(parsed), "x").events == parsed.events


def test_events_of_one_second_stand_in_the_order_they_follow() -> None:
    first = event(1, "sample")
    second = replace(event(1, "reviewed", after=first.id))
    third = replace(event(1, "approved", "Bob", after=second.id))
    for order in ((third, second, first), (second, third, first)):
        assert Ledger().adding(order).events == (first, second, third)


@pytest.mark.parametrize("line", ["nonsense", "2024-01-01T00:00:00Z\treviewed", "x\ty\tz\tw"])
def test_a_damaged_ledger_is_an_error_with_its_line(line: str) -> None:
    with pytest.raises(InputError) as caught:
        ledgers.parse(f"{ledgers.HEADER}\n{line}\n".encode(), "az.ledger")
    assert caught.value.line == 2


def test_four_eyes_are_two_people() -> None:
    entry = Entry("text 1", "mətn 1")
    mine = Ledger().adding([event(1), event(2, "approved")])
    own = replace(event(1, "approved", "Ann"), time="2024-01-02T00:00:00Z")
    other = replace(own, by="Bob")
    assert state_of(entry, mine.adding([own])) is State.REVIEWED
    assert state_of(entry, mine.adding([other])) is State.APPROVED
    assert state_of(replace(entry, msgstr="başqa"), mine.adding([other])) is State.REVIEWED


def test_an_approval_survives_a_carry_over() -> None:
    approved = event(1, "approved", "Bob")
    moved = Entry("text\u00a01", "mətn 1")
    carried = Event(
        "2024-01-03T00:00:00Z",
        "carried",
        source_hash(moved.key),
        target_hash(moved),
        "Ann",
        approved.id,
    )
    assert state_of(moved, Ledger().adding([event(1), approved, carried])) is State.APPROVED


# Git.


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", *arguments]
    subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)


@needs_git
@pytest.mark.parametrize("first", ["one", "two"])
def test_ledgers_of_two_branches_merge_with_plain_git(tmp_path: Path, first: str) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / ".gitattributes").write_text("*.ledger merge=union\n")
    path = tmp_path / "az.ledger"

    def commit(name: str, events: list[Event]) -> None:
        path.write_bytes(ledgers.dump(ledgers.load(path).adding(events)))
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "-m", name)

    commit("base", [event(0, "sample")])
    for name in ("one", "two"):
        git(tmp_path, "checkout", "-q", "-b", name, "main")
        commit(name, [event(number, by=f"{name} {number}") for number in range(60)])
    second = "two" if first == "one" else "one"
    git(tmp_path, "checkout", "-q", first)
    git(tmp_path, "merge", "-q", "-m", "merge", second)
    merged = ledgers.load(path)
    assert len(merged.events) == 121
    assert list(merged.events) == sorted(merged.events, key=lambda e: (e.time, e.line()))
