"""Where each piece of a tokenised text lies in the text."""

from __future__ import annotations

from collections.abc import Sequence

SPACE_MARK = "▁"


def offsets(pieces: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Character ranges of pieces, one a piece, rising; a bare space gets an empty one.

    Works from the pieces alone, since tokenisers report offsets in differing units or not at all:
    the letters of the pieces are laid beside those of the text, and where a tokeniser has
    normalised (``…`` to ``...``) the nearest edit path tells which belongs to which.
    """
    letters = "".join(piece.replace(SPACE_MARK, "").replace(" ", "") for piece in pieces)
    places = [index for index, char in enumerate(text) if not char.isspace() and char != SPACE_MARK]
    plain = "".join(text[index] for index in places)
    way = _same(len(plain)) if letters == plain else _edit_path(letters, plain)
    ranges: list[tuple[int, int]] = []
    at = 0
    last = 0
    for piece in pieces:
        length = len(piece.replace(SPACE_MARK, "").replace(" ", ""))
        first, end = way[at], way[at + length]
        at += length
        if end > first:
            ranges.append((places[first], places[end - 1] + 1))
            last = places[end - 1] + 1
        else:
            ranges.append((last, last))
    return ranges


def _same(length: int) -> list[int]:
    return list(range(length + 1))


def _edit_path(left: str, right: str) -> list[int]:
    """For each position of ``left``, its end included, the position of ``right`` it falls on."""
    from rapidfuzz.distance import Levenshtein

    way = [0] * (len(left) + 1)
    for step in Levenshtein.opcodes(left, right):
        span = step.src_end - step.src_start
        for index in range(step.src_start, step.src_end):
            share = (index - step.src_start) * (step.dest_end - step.dest_start) / max(span, 1)
            way[index] = step.dest_start + int(share)
    way[len(left)] = len(right)
    for index in range(1, len(way)):
        way[index] = max(way[index], way[index - 1])
    return way
