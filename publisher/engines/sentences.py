"""Split text into sentences that a model can take: sentencex, then limits of our own."""

from __future__ import annotations

import re
from collections.abc import Callable

# A quotation is no reason to leave its sentences together: a model does better with short ones.
_QUOTES = re.compile('[“”„‟«»‹›"]')
_CLOSING = re.compile("[”\"»›’')\\]]+(?=\\s|$)")
_OPENING = re.compile("(?<=\\s)[“„«‹‘\"'(\\[]+\\s*$")
_CLAUSE = re.compile(r"(?<=[;:—–])\s+|(?<=,)\s+|(?<=[؛،、；，])\s*|\s+(?=[—–(])")
_SPACE = re.compile(r"\s+")


def sentences(text: str, language: str) -> list[tuple[int, int]]:
    """Ranges of the sentences of a text, without the white space around them.

    ``language`` is BCP 47. Nothing but white space lies outside the ranges.
    """
    import sentencex

    shown = _QUOTES.sub(" ", text)
    ranges: list[tuple[int, int]] = []
    at = 0
    for sentence in sentencex.segment(language.split("-")[0], shown):
        start = shown.find(sentence, at)
        if start < 0:
            continue
        ranges.append((at, start + len(sentence)))
        at = start + len(sentence)
    if at < len(text):
        ranges.append((at, len(text)))
    return [span for span in _trimmed(text, _closed(text, ranges)) if span[0] < span[1]]


def _closed(text: str, ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give marks that were blanked at a cut to the side they belong to."""
    mended: list[tuple[int, int]] = []
    for start, end in ranges:
        begin = start
        if mended:
            closing = _CLOSING.match(text, begin)
            opening = _OPENING.search(text, mended[-1][0], begin)
            if closing and text[begin - 1 : begin].strip():
                begin = closing.end()
            elif opening:
                begin = opening.start()
            mended[-1] = (mended[-1][0], begin)
        mended.append((begin, max(end, begin)))
    return mended


def _trimmed(text: str, ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    result: list[tuple[int, int]] = []
    for start, end in ranges:
        piece = text[start:end]
        first = start + len(piece) - len(piece.lstrip())
        last = start + len(piece.rstrip())
        if first >= last:
            continue
        if result and not any(map(str.isalnum, text[first:last])):
            # Marks without a word are no sentence.
            result[-1] = (result[-1][0], last)
        else:
            result.append((first, last))
    return result


def clauses(
    text: str, limit: int, size: Callable[[str], int], *, anywhere: bool = True
) -> list[tuple[int, int]]:
    """Ranges cut at clause marks, else ``anywhere``, until each is within ``limit`` pieces."""
    if size(text) <= limit:
        return [(0, len(text))]
    for pattern in (_CLAUSE, _SPACE) if anywhere else (_CLAUSE,):
        cuts = [match for match in pattern.finditer(text) if 0 < match.start() < match.end()]
        if cuts:
            middle = min(cuts, key=lambda cut: abs(cut.start() * 2 - len(text)))
            after = clauses(text[middle.end() :], limit, size, anywhere=anywhere)
            return [
                *clauses(text[: middle.start()], limit, size, anywhere=anywhere),
                *((middle.end() + start, middle.end() + end) for start, end in after),
            ]
    half = len(text) // 2
    if not half or not anywhere:
        return [(0, len(text))]
    return [
        *clauses(text[:half], limit, size),
        *((half + a, half + b) for a, b in clauses(text[half:], limit, size)),
    ]
