"""Alignment of two sequences of paragraphs: the same, changed, moved, new, gone."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Words = tuple[str, ...]

_NEAR = 0.3
"""Likeness from which two paragraphs between the same neighbours are taken for one."""
_LONE = 0.2
"""The same where each is the only one between these neighbours."""
_SHORT = 3
"""Words up to which such a lone pair need have nothing in common: a heading, a list item."""
_FAR = 0.6
"""Likeness from which a paragraph is taken to have moved and changed."""
_FEWEST = 5
"""Words that a paragraph must have to be found again elsewhere when it has changed."""
_WIDEST = 400
"""Paragraphs that a gap may hold on one side and still be compared each with each."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Places in the old and the new sequence, None where there is none; ``moved`` against the rest."""

    old: int | None
    new: int | None
    moved: bool = False


def likeness(old: Words, new: Words) -> float:
    """How much two texts have in common, word by word, 0 to 1 (normalised indel distance)."""
    from rapidfuzz.distance import Indel

    if not old or not new:
        return 0.0
    return float(Indel.normalized_similarity(old, new))


def align(
    old: Sequence[Words],
    new: Sequence[Words],
    same_kind: Callable[[int, int], bool],
    near: float = _NEAR,
) -> list[Pair]:
    """Pairs in the order of ``new``, those that are gone after the pair they followed.

    ``same_kind`` says whether an old and a new place may be one when their words differ, ``near`` how
    like they must be then (0 to 1).
    """
    match: dict[int, int] = {}
    taken: set[int] = set()
    _exact(old, new, match, taken)
    _gaps(old, new, match, taken, same_kind, near)
    # What that has matched bounds smaller gaps.
    _gaps(old, new, match, taken, same_kind, near)
    _elsewhere(old, new, match, taken, same_kind)
    kept = _rising(match)
    result: list[Pair] = []
    by_old = {place: number for number, place in match.items()}
    for number in range(len(new)):
        place = match.get(number)
        result.append(Pair(place, number, place is not None and number not in kept))
    gone = [place for place in range(len(old)) if place not in by_old]
    for place in reversed(gone):
        before = place - 1
        while before >= 0 and (before not in by_old or by_old[before] not in kept):
            before -= 1
        at = 0
        if before >= 0:
            at = next(i for i, pair in enumerate(result) if pair.new == by_old[before]) + 1
        result.insert(at, Pair(place, None))
    return result


def _exact(
    old: Sequence[Words], new: Sequence[Words], match: dict[int, int], taken: set[int]
) -> None:
    """The same words: what is unique first, then repetitions between the same neighbours."""
    places: dict[Words, list[int]] = {}
    for place, words in enumerate(old):
        places.setdefault(words, []).append(place)
    numbers: dict[Words, list[int]] = {}
    for number, words in enumerate(new):
        numbers.setdefault(words, []).append(number)
    for words, found in numbers.items():
        there = places.get(words, [])
        if len(found) == 1 and len(there) == 1 and words:
            match[found[0]] = there[0]
            taken.add(there[0])
    # Grow from what is matched, forwards and backwards, so that repetitions keep their place.
    for order, step in ((range(len(new)), 1), (range(len(new) - 1, -1, -1), -1)):
        for number in order:
            before = number - step
            if number in match:
                continue
            place = (
                match[before] + step if before in match else (0 if before == -1 else len(old) - 1)
            )
            if before not in match and before not in (-1, len(new)):
                continue
            if 0 <= place < len(old) and place not in taken and old[place] == new[number]:
                match[number] = place
                taken.add(place)
    for words, found in numbers.items():
        free = [place for place in places.get(words, []) if place not in taken]
        open_ones = [number for number in found if number not in match]
        for number, place in zip(open_ones, free, strict=False):
            match[number] = place
            taken.add(place)


def _gaps(
    old: Sequence[Words], new: Sequence[Words], match: dict[int, int], taken: set[int],
    same_kind: Callable[[int, int], bool],
    near: float,
) -> None:  # fmt: skip
    """Between neighbours that stayed in place, the best pairs in order (dynamic programming)."""
    kept = _rising(match)
    fixed = [(-1, -1), *sorted((match[n], n) for n in kept), (len(old), len(new))]
    for (old_start, new_start), (old_end, new_end) in pairwise(fixed):
        olds = [place for place in range(old_start + 1, old_end) if place not in taken]
        news = [number for number in range(new_start + 1, new_end) if number not in match]
        if not olds or not news or len(olds) > _WIDEST or len(news) > _WIDEST:
            continue
        lone = len(olds) == len(news) == 1
        score = [[0.0] * (len(news) + 1) for _ in range(len(olds) + 1)]
        like = [[likeness(old[o], new[n]) if same_kind(o, n) else 0.0 for n in news] for o in olds]
        if (
            lone
            and same_kind(olds[0], news[0])
            and max(len(old[olds[0]]), len(new[news[0]])) <= _SHORT
        ):
            like[0][0] = 1.0
        for i in range(len(olds) - 1, -1, -1):
            for j in range(len(news) - 1, -1, -1):
                best = max(score[i + 1][j], score[i][j + 1])
                if like[i][j] >= (min(near, _LONE) if lone and near == _NEAR else near):
                    best = max(best, score[i + 1][j + 1] + like[i][j])
                score[i][j] = best
        i = j = 0
        while i < len(olds) and j < len(news):
            if score[i][j] == score[i + 1][j]:
                i += 1
            elif score[i][j] == score[i][j + 1]:
                j += 1
            else:
                match[news[j]] = olds[i]
                taken.add(olds[i])
                i, j = i + 1, j + 1


def _elsewhere(
    old: Sequence[Words], new: Sequence[Words], match: dict[int, int], taken: set[int],
    same_kind: Callable[[int, int], bool],
) -> None:  # fmt: skip
    """Paragraphs that moved and changed: the likest pairs first."""
    olds = [p for p in range(len(old)) if p not in taken and len(old[p]) >= _FEWEST]
    news = [n for n in range(len(new)) if n not in match and len(new[n]) >= _FEWEST]
    if len(olds) * len(news) > _WIDEST * _WIDEST:
        return
    found = []
    for place in olds:
        for number in news:
            if same_kind(place, number):
                like = likeness(old[place], new[number])
                if like >= _FAR:
                    found.append((-like, place, number))
    for _, place, number in sorted(found):
        if place not in taken and number not in match:
            match[number] = place
            taken.add(place)


def _rising(match: dict[int, int]) -> set[int]:
    """The new places of a longest run of pairs that stay in order: all others have moved."""
    numbers = sorted(match)
    tails: list[int] = []
    tail_numbers: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        place = match[number]
        at = bisect.bisect_left(tails, place)
        before[number] = tail_numbers[at - 1] if at else None
        if at == len(tails):
            tails.append(place)
            tail_numbers.append(number)
        else:
            tails[at] = place
            tail_numbers[at] = number
    result: set[int] = set()
    current = tail_numbers[-1] if tail_numbers else None
    while current is not None:
        result.add(current)
        current = before[current]
    return result
