"""Carry marks from a sentence to its translation by the model's attention.

Built for models without guided alignment, whose attention is blurred: the best contiguous range by
attention, snapped to the translation of the phrase alone where the target holds it, parents widened
to their children, siblings that cross cut apart where it costs least.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from publisher.engines.ct2 import Output
from publisher.engines.marked import Mark

# A word, with hyphen or apostrophe inside; else one mark.
_UNIT = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*|[^\w\s]|_")
_SURE = 0.55
"""Share of attention from which a single word counts as the translation of a range."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or a mark of the target and how its attention lies over the source's characters."""

    start: int
    end: int
    word: bool
    weights: tuple[float, ...] = field(repr=False)


class Alignment:
    """Which part of a translation comes from which part of its source."""

    def __init__(self, output: Output) -> None:
        self.source = output.origin
        self.text = output.text
        self._output = output

    @cached_property
    def units(self) -> list[Unit]:
        """Words and marks of the target; made when first asked for, since few sentences need them."""
        rows = self._output.attention
        ranges = self._output.target_ranges
        found = []
        for match in _UNIT.finditer(self.text):
            start, end = match.span()
            inside = [
                row
                for (first, last), row in zip(ranges, rows, strict=False)
                if first < end and last > start
            ]
            weights = [sum(column) / len(inside) for column in zip(*inside, strict=True)]
            total = sum(weights) or 1.0
            word = self.text[start].isalnum()
            found.append(Unit(start, end, word, tuple(weight / total for weight in weights)))
        return found

    def share(self, unit: Unit, start: int, end: int) -> float:
        """How much of a unit's attention lies on ``source[start:end]``, 0 to 1."""
        return sum(
            weight
            for (first, last), weight in zip(self._output.source_ranges, unit.weights, strict=False)
            if first < end and last > start
        )

    def range(self, start: int, end: int) -> tuple[int, int, float] | None:
        """The target range for ``source[start:end]`` and how sure it is; None without words.

        Marks at the limits of the source range are left out, then taken along where the target has
        the same ones at its limits.
        """
        text = self.source[start:end]
        first = start + len(text) - len(text.lstrip(_EDGE))
        last = start + len(text.rstrip(_EDGE))
        if first >= last:
            first, last = start, end
        shares = [self.share(unit, first, last) for unit in self.units]
        best = _best(self.units, shares)
        if best is None:
            return None
        low, high = best
        inside = [s for u, s in zip(self.units[low:high], shares[low:high], strict=True) if u.word]
        sure = sum(inside) / len(inside) if inside else max(shares[low:high])
        low, high = self._marks(low, high, self.source[start:first], self.source[last:end])
        return self.units[low].start, self.units[high - 1].end, sure

    def _marks(self, low: int, high: int, before: str, after: str) -> tuple[int, int]:
        for char in reversed(before.replace(" ", "")):
            if low and self.text[self.units[low - 1].start] == char:
                low -= 1
        for char in after.replace(" ", ""):
            if high < len(self.units) and self.text[self.units[high].start] == char:
                high += 1
        return low, high

    def after(self, place: int) -> int | None:
        """The target place for a point after a word or mark of the source; None if unknown."""
        before = self.source[:place].rstrip()
        if not before:
            return 0
        if not any(map(str.isalnum, self.source[place:])):
            # Only marks follow: keep to the same side of them.
            rest = self.source[place:].strip()
            cut = len(self.text.rstrip())
            for char in reversed(rest):
                if self.text[cut - 1 : cut] == char:
                    cut -= 1
            return cut
        phrase = point_phrase(self.source, place)
        tail = before[phrase[1] if phrase else 0 :].replace(" ", "")
        found = self.range(*phrase) if phrase else None
        if found is None:
            share = len(before) / max(1, len(self.source))
            return self._boundary(int(share * len(self.text)))
        end = found[1]
        for char in tail:
            if self.text[end : end + 1] == char:
                end += 1
        return end

    def _boundary(self, place: int) -> int | None:
        return min((unit.end for unit in self.units), key=lambda end: abs(end - place), default=0)


_EDGE = " \t\u00a0.,;:!?…\"'“”„«»‘’()[]–—-"


def _best(units: Sequence[Unit], shares: Sequence[float]) -> tuple[int, int] | None:
    """The range of units with the greatest sum of (share − ½), marks counting little."""
    gains = [
        (share - 0.5) * (1.0 if unit.word else 0.1)
        for unit, share in zip(units, shares, strict=True)
    ]
    best, value = None, 0.0
    start, running = 0, 0.0
    for index, gain in enumerate(gains):
        if running <= 0:
            start, running = index, 0.0
        running += gain
        if running > value:
            best, value = (start, index + 1), running
    if best is None:
        words = [index for index, unit in enumerate(units) if unit.word] or list(range(len(units)))
        if not words:
            return None
        top = max(words, key=lambda index: shares[index])
        if shares[top] <= 0:
            return None
        return top, top + 1
    low, high = best
    while high - low > 1 and not units[low].word:
        low += 1
    while high - low > 1 and not units[high - 1].word:
        high -= 1
    return low, high


class PhraseAlignment(Alignment):
    """What can be told without attention: where the translation of a phrase alone stands."""

    def __init__(self, output: Output, phrases: Mapping[str, str]) -> None:
        super().__init__(output)
        self.phrases = phrases

    def range(self, start: int, end: int) -> tuple[int, int, float] | None:
        """The one place of the phrase's own translation; None where there are none or several."""
        wanted = self.phrases.get(self.source[start:end], "").strip(_EDGE)
        if not wanted:
            return None
        found = _whole(self.text, wanted)
        return (*found[0], 1.0) if len(found) == 1 else None

    def share(self, unit: Unit, start: int, end: int) -> float:
        """All or nothing: whether the unit lies in the range's place."""
        found = self.range(start, end)
        return float(found is not None and found[0] <= unit.start and unit.end <= found[1])

    def _boundary(self, place: int) -> int | None:  # noqa: ARG002
        return None


def align(output: Output, phrases: Mapping[str, str]) -> Alignment:
    """The best alignment that an output allows."""
    return Alignment(output) if output.rows is not None else PhraseAlignment(output, phrases)


def _whole(text: str, wanted: str) -> list[tuple[int, int]]:
    folded, wanted = text.casefold(), wanted.casefold()
    if len(folded) != len(text):
        return []
    return [
        match.span() for match in re.finditer(rf"(?<![^\W_]){re.escape(wanted)}(?![^\W_])", folded)
    ]


def point_phrase(source: str, place: int) -> tuple[int, int] | None:
    """The word that a point hangs on, as a range of the source; None where nothing stands before."""
    word = source[:place].rstrip().rstrip(_EDGE)
    if not word:
        return None
    return max((m.start() for m in _UNIT.finditer(word)), default=0), len(word)


def project(
    alignment: Alignment,
    marks: Sequence[Mark],
    phrases: Mapping[str, str],
    fixed: Mapping[int, tuple[int, int]],
) -> tuple[Mark, ...] | None:
    """The marks of the source on the target; None where one finds no place.

    ``phrases`` maps the text of a range to its translation alone; ``fixed`` gives the places that
    are known by other means, by the order of the mark.
    """
    spans = [mark for mark in marks if mark.start < mark.end]
    places: dict[int, tuple[int, int]] = {}
    length = len(alignment.text)
    for mark in spans:
        if mark.order in fixed:
            places[mark.order] = fixed[mark.order]
            continue
        if _covers(alignment.source, mark):
            places[mark.order] = (0, length)
            continue
        inside = _inside_word(alignment, mark)
        if inside is not None:
            places[mark.order] = inside
            continue
        found = alignment.range(mark.start, mark.end)
        if found is None:
            return None
        phrase = phrases.get(alignment.source[mark.start : mark.end], "")
        places[mark.order] = snap(alignment, found, phrase)
    _nest(spans, places, alignment)
    result = [
        replace(mark, start=places[mark.order][0], end=places[mark.order][1]) for mark in spans
    ]
    for mark in marks:
        if mark.start == mark.end:
            enclosed = [m for m in spans if m.end == mark.start]
            at = places[enclosed[0].order][1] if enclosed else alignment.after(mark.start)
            if at is None:
                return None
            result.append(replace(mark, start=at, end=at))
    return tuple(sorted(result, key=lambda mark: mark.order))


def _covers(source: str, mark: Mark) -> bool:
    outside = source[: mark.start] + source[mark.end :]
    return not outside.strip()


def _inside_word(alignment: Alignment, mark: Mark) -> tuple[int, int] | None:
    """The place of a mark over part of a word, as in ``km<sup>2</sup>``, where the word is kept."""
    source, text = alignment.source, alignment.text
    start, end = mark.start, mark.end
    joined = (source[start - 1 : start].isalnum() and source[start : start + 1].isalnum()) or (
        source[end - 1 : end].isalnum() and source[end : end + 1].isalnum()
    )
    if not joined:
        return None
    first, last = start, end
    while first and source[first - 1].isalnum():
        first -= 1
    while last < len(source) and source[last].isalnum():
        last += 1
    word = re.escape(source[first:last])
    found = list(re.finditer(rf"(?<![^\W_]){word}(?![^\W_])", text))
    if len(found) != 1:
        return None
    at = found[0].start() - first
    return start + at, end + at


def snap(alignment: Alignment, found: tuple[int, int, float], phrase: str) -> tuple[int, int]:
    """The place of the phrase's own translation, where it lies over what attention found."""
    start, end, sure = found
    wanted = phrase.strip(_EDGE).casefold()
    if not wanted:
        return start, end
    folded = alignment.text.casefold()
    if len(folded) != len(alignment.text):
        return start, end
    best: tuple[int, int, int] | None = None
    at = folded.find(wanted)
    while at >= 0:
        stop = at + len(wanted)
        whole = not folded[at - 1 : at].isalnum() and not folded[stop : stop + 1].isalnum()
        overlap = min(stop, end) - max(at, start)
        if whole and (best is None or overlap > best[0]):
            best = (overlap, at, stop)
        at = folded.find(wanted, at + 1)
    if best is None:
        return start, end
    overlap, at, stop = best
    if overlap > 0 or (sure < _SURE and folded.count(wanted) == 1):
        # Marks that the range took along from the source stay with it.
        return at, max(stop, end) if not alignment.text[stop:end].strip(_EDGE) else stop
    return start, end


def _nest(spans: Sequence[Mark], places: dict[int, tuple[int, int]], alignment: Alignment) -> None:
    """Make the target ranges nest as the source ranges do."""
    children: dict[int, list[Mark]] = {}
    parent_of: dict[int, int] = {}
    for mark in spans:
        parents = [
            other
            for other in spans
            if other.order < mark.order and other.start <= mark.start and other.end >= mark.end
        ]
        parent = max(parents, key=lambda other: other.order).order if parents else -1
        children.setdefault(parent, []).append(mark)
        parent_of[mark.order] = parent
    for mark in sorted(spans, key=lambda mark: -mark.order):
        parent = parent_of[mark.order]
        if parent >= 0:
            low, high = places[parent]
            start, end = places[mark.order]
            places[parent] = (min(low, start), max(high, end))
    for parent in [-1, *(mark.order for mark in spans)]:
        siblings = children.get(parent, [])
        _separate(siblings, places, alignment)
        for child in siblings:
            _clip(child, children, places)


def _clip(
    mark: Mark, children: Mapping[int, list[Mark]], places: dict[int, tuple[int, int]]
) -> None:
    """Keep everything inside a mark within its place."""
    low, high = places[mark.order]
    for child in children.get(mark.order, []):
        start, end = places[child.order]
        start, end = max(low, min(start, high)), min(high, max(end, low))
        places[child.order] = (start, end)
        _clip(child, children, places)


def _separate(
    siblings: Sequence[Mark], places: dict[int, tuple[int, int]], alignment: Alignment
) -> None:
    """Cut siblings that overlap apart, between two units, where the attention lost is least."""
    order = sorted(
        siblings, key=lambda mark: (sum(places[mark.order]), places[mark.order], mark.order)
    )
    for left, right in pairwise(order):
        (a, b), (c, d) = places[left.order], places[right.order]
        if b <= c:
            continue
        low, high = min(a, c), max(b, d)
        units = [unit for unit in alignment.units if unit.start >= low and unit.end <= high]
        if len(units) < 2:
            # One word for two: the later one closes behind it.
            places[right.order] = (max(b, c), max(b, d))
            continue
        cut = max(
            range(1, len(units)),
            key=lambda n: (
                sum(alignment.share(u, left.start, left.end) for u in units[:n])
                + sum(alignment.share(u, right.start, right.end) for u in units[n:])
            ),
        )
        places[left.order] = (min(a, units[cut - 1].start), units[cut - 1].end)
        places[right.order] = (units[cut].start, max(d, units[cut].end))
