"""The order of a page's content: as it is read, not as WeasyPrint's layers are painted.

WeasyPrint paints what is positioned – numbers of articles, markers of lists, page numbers of the
contents – after all other text of its page. Software that ignores the tags (copying, reflow, some
screen readers) follows the order of the content stream (ISO 14289-1, 7.2; WCAG 2.2, 1.3.2), so the
texts move to the end of the stream in the order of the structure tree, each with its own graphics state.
Notes come last, as they are seen. Drawings, images and what is clipped stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

_OPEN = re.compile(rb"<</MCID (\d+)>>")
_STATE = {
    b"gs": "gs", b"rg": "fill", b"g": "fill", b"k": "fill", b"RG": "stroke", b"G": "stroke",
    b"K": "stroke", b"w": "w", b"J": "J", b"j": "j", b"M": "M", b"d": "d", b"Tr": "Tr", b"Tc": "Tc",
    b"Tw": "Tw", b"Tz": "Tz", b"TL": "TL", b"Ts": "Ts",
}  # fmt: skip
_TEXT = frozenset({b"BT", b"ET", b"Tm", b"Tf", b"Td", b"TD", b"T*", b"Tj", b"TJ"})
# Rules under, over and through text.
_RULES = frozenset({b"q", b"Q", b"m", b"l", b"c", b"v", b"y", b"h", b"re", b"S", b"f", b"f*"})
_PAINT = frozenset({b"W", b"W*", b"cs", b"scn", b"sc", b"CS", b"SCN", b"SC"})


def settle(pdf: Any, document: Any) -> None:
    """Put the texts of every page in the order of the tree below ``document`` (pikepdf objects)."""
    wanted = _order(document)
    for page in pdf.pages:
        order = wanted.get(page.obj.objgen, [])
        stream = page.obj.get("/Contents")
        if len(order) > 1 and stream is not None and not _is_array(stream):
            stream.write(reorder(stream.read_bytes(), order))


def _is_array(stream: Any) -> bool:
    import pikepdf

    return isinstance(stream, pikepdf.Array)


def _order(document: Any) -> dict[Any, list[int]]:
    """The identifiers of marked content by page, in the order of the tree, notes last."""
    import pikepdf

    found: dict[Any, tuple[list[int], list[int]]] = {}

    def walk(element: Any, page: Any, *, note: bool) -> None:
        page = element.get("/Pg", page)
        note = note or element.get("/S") == "/Note"
        kids = element.get("/K")
        if kids is None:
            return
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, int):
                if page is not None:
                    found.setdefault(page.objgen, ([], []))[note].append(kid)
            elif kid.get("/Type") == "/MCR":
                found.setdefault(kid.Pg.objgen, ([], []))[note].append(int(kid.MCID))
            elif "/S" in kid:
                walk(kid, page, note=note)

    walk(document, None, note=False)
    return {page: [*text, *notes] for page, (text, notes) in found.items()}


@dataclass(frozen=True)
class _State:
    """The graphics state at a point of a stream, as the lines that made it."""

    matrices: tuple[bytes, ...] = ()
    values: tuple[tuple[str, bytes], ...] = ()
    fixed: bool = False

    def setting(self, name: str, line: bytes) -> _State:
        values = dict(self.values)
        values[name] = line
        return replace(self, values=tuple(values.items()))


@dataclass
class _Piece:
    """A text of marked content with the state that it is painted in."""

    state: _State
    lines: list[bytes] = field(default_factory=list)


def reorder(content: bytes, order: list[int]) -> bytes:
    """A page's content with its texts in ``order``; returned as it is where its form is not known."""
    pieces, rest = _take(content.split(b"\n"))
    if pieces is None:
        return content
    sequence = [number for number in dict.fromkeys(order) if number in pieces]
    if len(sequence) != len(pieces):
        return content
    matrices: tuple[bytes, ...] | None = None
    for number in sequence:
        piece = pieces[number]
        if piece.state.matrices != matrices:
            if matrices is not None:
                rest.append(b"Q")
            matrices = piece.state.matrices
            rest += [b"q", *matrices]
        rest += [b"q", *(line for _, line in piece.state.values), *piece.lines, b"Q"]
    if matrices is not None:
        rest.append(b"Q")
    return b"\n".join(rest)


def _take(lines: list[bytes]) -> tuple[dict[int, _Piece] | None, list[bytes]]:
    """The texts of a stream by identifier, and what is left of it.

    One operator a line, as pydyf writes; a line that ends otherwise belongs to no text.
    """
    pieces: dict[int, _Piece] = {}
    rest: list[bytes] = []
    state, stack = _State(), []
    index, marks = 0, 0
    while index < len(lines):
        line = lines[index]
        operator = line.rsplit(b" ", 1)[-1]
        if operator == b"BDC" and marks == 0:
            opened = _OPEN.fullmatch(lines[index - 1]) if index else None
            end = _text_end(lines, index + 1) if opened and not state.fixed else 0
            if opened and end:
                start = len(rest) - 2
                piece = _Piece(state, [*rest[start:], *lines[index : end + 1]])
                del rest[start:]
                pieces[int(opened[1])] = piece
                # What follows may rely on the state that the text leaves.
                for name, inner in _left(lines[index + 1 : end]):
                    rest.append(inner)
                    state = state.setting(name, inner)
                index = end + 1
                continue
        if operator in (b"BDC", b"BMC"):
            marks += 1
        elif operator == b"EMC":
            marks -= 1
        elif operator == b"q":
            stack.append(state)
        elif operator == b"Q":
            if not stack:
                return None, lines
            state = stack.pop()
        elif operator == b"cm":
            if stack:
                # What stands outside all of q and Q still holds at the end.
                state = replace(state, matrices=(*state.matrices, line))
        elif operator in _PAINT:
            state = replace(state, fixed=True)
        elif operator in _STATE:
            state = state.setting(_STATE[operator], line)
        rest.append(line)
        index += 1
    return (None, lines) if stack or marks else (pieces, rest)


def _left(lines: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """The changes of state outside of q and Q."""
    depth = 0
    for line in lines:
        operator = line.rsplit(b" ", 1)[-1]
        depth += (operator == b"q") - (operator == b"Q")
        if not depth and operator in _STATE:
            yield _STATE[operator], line


def _text_end(lines: list[bytes], start: int) -> int:
    """The index of the ``EMC`` that ends plain text; 0 where the content is anything else."""
    depth = 0
    for index in range(start, len(lines)):
        operator = lines[index].rsplit(b" ", 1)[-1]
        if operator == b"EMC":
            return index if depth == 0 else 0
        depth += (operator == b"q") - (operator == b"Q")
        if operator not in _TEXT and operator not in _STATE and operator not in _RULES:
            return 0
    return 0
