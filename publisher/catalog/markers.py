"""Files that git left with conflict markers, taken apart into their sides.

Both styles: ``merge`` (ours, theirs) and ``diff3`` or ``zdiff3``, which hold what both were made from too
(git-merge(1), "How conflicts are presented").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.errors import InputError

_MARK = re.compile(r"(<{7,}|\|{7,}|={7,}|>{7,})(?: (.*))?")
MARKERS = re.compile(rb"^<{7,} .*$[^\0]*?^={7,}\r?$[^\0]*?^>{7,} ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Side:
    """One side's text; ``lines`` gives the line in the file for each line of it, from 0."""

    label: str
    text: str
    lines: tuple[int, ...]

    def line(self, number: int | None) -> int | None:
        """The line of the file that holds line ``number`` (from 1) of this side."""
        if number is None or not self.lines:
            return number
        return self.lines[min(number, len(self.lines)) - 1]


@dataclass(frozen=True, slots=True)
class Sides:
    """What a file with markers holds; ``base`` only where every conflict gives it."""

    ours: Side
    theirs: Side
    base: Side | None


def has_markers(data: bytes) -> bool:
    """Whether the bytes hold a conflict of git's."""
    return MARKERS.search(data) is not None


def sides(text: str, name: str) -> Sides:
    """Take a text apart; raises InputError, with its line, for markers that do not belong together."""
    collected: dict[str, list[tuple[str, int]]] = {"ours": [], "base": [], "theirs": []}
    labels = {"ours": "ours", "base": "base", "theirs": "theirs"}
    state, opened, size, whole = "", 0, 7, True
    for number, line in enumerate(text.split("\n"), start=1):
        mark = _MARK.fullmatch(line.rstrip("\r"))
        kind = mark[1][0] if mark else ""
        if mark and kind == "<" and not state:
            state, opened, size = "ours", number, len(mark[1])
            labels["ours"] = mark[2] or "ours"
            seen_base = False
        elif mark and state and len(mark[1]) == size and kind != "<":
            if kind == "|" and state == "ours":
                state, seen_base = "base", True
            elif kind == "=" and state in {"ours", "base"}:
                state = "theirs"
                whole = whole and seen_base
            elif kind == ">" and state == "theirs":
                state = ""
                labels["theirs"] = mark[2] or "theirs"
            else:
                raise _stray(name, number)
        elif mark and len(mark[1]) == 7 and kind in "<>|" and mark[2] is not None:
            raise _stray(name, number)
        else:
            for key in (state,) if state else collected:
                collected[key].append((line, number))
    if state:
        raise InputError(
            "the conflict that begins here has no end", path=name, line=opened, hint=_HINT
        )

    def side(which: str) -> Side:
        found = collected[which]
        return Side(labels[which], "\n".join(x for x, _ in found), tuple(n for _, n in found))

    return Sides(side("ours"), side("theirs"), side("base") if whole else None)


_HINT = "Restore the markers with: git checkout --merge FILE"


def _stray(name: str, line: int) -> InputError:
    return InputError("a conflict marker out of place", path=name, line=line, hint=_HINT)
