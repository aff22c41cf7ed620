"""One model, many sentences: attempts from the best prose to the safest method.

Each attempt is one batch through the model. What fails verification goes to the next attempt: other
stand-ins and a wider beam; numbers and terms masked; at last the sentence cut at its clauses.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from publisher.engines import cases, dates, masks
from publisher.engines.ct2 import Output
from publisher.engines.inner import Inner, Item
from publisher.engines.marked import OBJECT, Marked, join
from publisher.engines.masks import Mask
from publisher.engines.numbers import find as find_numbers
from publisher.engines.numbers import written
from publisher.engines.polish import Style
from publisher.engines.projection import point_phrase
from publisher.engines.restore import Restored, Sentence, Wanted, restore
from publisher.engines.sentences import clauses

LIMIT = 180
"""Pieces from which a sentence is cut at its clauses before it is translated; models learn from
shorter ones and lose the thread."""


PLAIN_SCORE = 0.7
"""Score of a sentence from an engine that does not say how sure it is."""


@dataclass(frozen=True, slots=True)
class Result:
    """A translated sentence, or None with the reason.

    ``score`` is between 0 and 1, ``weight`` the sentence's length in pieces, ``fallbacks`` what
    kept it from the plain way.
    """

    marked: Marked | None
    score: float = 0.0
    weight: int = 1
    reason: str = ""
    fallbacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Attempt:
    family: int
    strict: bool = False
    beam: int = 0
    mend: bool = False
    name: str = ""
    factor: float = 1.0


_ATTEMPTS = (
    _Attempt(0),
    _Attempt(1, beam=4, name="second try", factor=0.9),
    _Attempt(2, strict=True, name="stand-ins", factor=0.8),
    _Attempt(0, strict=True, name="stand-ins", factor=0.8),
    _Attempt(0, mend=True, factor=0.9),
)
_REPAIR_FACTOR = 0.9
_SPLIT_FACTOR = 0.7


class Translator(Protocol):
    """What a step needs of an engine: plain sentences in, plain sentences out.

    ``knows`` says whether a text can come through at all, ``size`` how long it is in the pieces
    that ``LIMIT`` counts, ``aligns`` whether its outputs come with attention.
    """

    beam: int
    aligns: bool

    def knows(self, text: str) -> bool:
        """Whether the engine can read every part of a text."""

    def size(self, text: str) -> int:
        """The length of a text in pieces."""

    def translate(self, texts: Sequence[str], *, beam: int = 0) -> list[Output]:
        """The sentences translated, in order."""


class Step:
    """Translates sentences by one model."""

    def __init__(self, model: Translator, before: Style, after: Style) -> None:
        self.model = model
        self.before = before
        self.after = after
        self._asked: dict[tuple[str, int], Output] = {}

    def run(self, items: Sequence[Item], *, split: bool = True) -> list[Result]:
        """Results in the order of the items."""
        if split:
            self._asked = {}
        results: dict[int, Result] = {}
        pending: dict[int, Inner] = {}
        long: list[int] = []
        for number, item in enumerate(items):
            inner = Inner.of(item)
            if not _has_words(inner.item.marked.text):
                results[number] = self._untouched(item)
            elif split and self.model.size(inner.item.marked.text) > LIMIT:
                long.append(number)
            else:
                pending[number] = inner
        reasons: dict[int, str] = {}
        for attempt in _ATTEMPTS:
            for number, result in self._attempt(pending, attempt):
                if result.marked is None:
                    reasons.setdefault(number, result.reason)
                else:
                    results[number] = replace(
                        result, marked=pending.pop(number).wrap(result.marked, self.after)
                    )
            if not pending:
                break
        left = [*long, *pending]
        for cut in (_at_clauses, _at_tags) if split else ():
            made = self._split([items[number] for number in left], cut)
            for number, result in zip(left, made, strict=True):
                if result.marked is None:
                    reasons.setdefault(number, result.reason)
                else:
                    results[number] = result
            left = [number for number in left if number not in results]
        for number in left:
            results[number] = Result(None, reason=reasons.get(number, ""))
        return [results[number] for number in range(len(items))]

    def _untouched(self, item: Item) -> Result:
        """A text without words: only its figures take the language's form, and not in addresses."""
        marked = item.marked
        kept = masks.addresses(marked.text)
        for start, end, _ in reversed(find_numbers(marked.text)):
            if all(end <= first or start >= last for first, last in kept):
                shown = written(marked.text[start:end], self.before.signs, self.after.signs)
                marked = marked.replaced(start, end, shown)
        return Result(marked, 1.0)

    def _attempt(
        self, pending: dict[int, Inner], attempt: _Attempt
    ) -> Iterator[tuple[int, Result]]:
        sentences: dict[int, Sentence] = {}
        failed: list[tuple[int, Result]] = []
        for number, inner in pending.items():
            sentence = self._prepare(inner.item, attempt)
            if sentence is None:
                failed.append((number, Result(None, reason="no stand-in fits")))
            else:
                sentences[number] = sentence
        beam = max(attempt.beam, self.model.beam) if attempt.beam else 0
        outputs = self._outputs(
            [sentence.masked.marked.text for sentence in sentences.values()], beam
        )
        phrases = self._phrases(sentences.values())
        for (number, sentence), output in zip(list(sentences.items()), outputs, strict=True):
            restored = restore(
                sentence, output, phrases, self.before, self.after, mend=attempt.mend
            )
            if restored.marked is not None and _in_capitals(pending[number].item):
                restored = replace(restored, marked=self._capitals(restored.marked))
            yield number, _result(output, restored, attempt)
        yield from failed

    def _outputs(self, texts: Sequence[str], beam: int) -> list[Output]:
        """Outputs of the model; what an earlier attempt has asked in the same way is not asked again."""
        unknown = [text for text in dict.fromkeys(texts) if (text, beam) not in self._asked]
        if unknown:
            made = self.model.translate(unknown, beam=beam)
            self._asked.update(zip(((text, beam) for text in unknown), made, strict=True))
        return [self._asked[text, beam] for text in texts]

    def _capitals(self, marked: Marked) -> Marked:
        text = self.after.upper(marked.text)
        return replace(marked, text=text) if len(text) == len(marked.text) else marked

    def _prepare(self, item: Item, attempt: _Attempt) -> Sentence | None:
        knows = self.model.knows
        text = cases.as_title(item.marked.text) if _in_capitals(item) else item.marked.text
        marked = replace(item.marked, text=masks.simplify(text, knows))
        terms = list(term_places(item))
        hidden = masks.find(marked.text, knows)
        needed = [
            term
            for term in terms
            if attempt.strict or any(m.start < term.end and m.end > term.start for m in hidden)
        ]
        hidden = [
            mask
            for mask in hidden
            if all(mask.end <= term.start or mask.start >= term.end for term in needed)
        ]
        hidden += [Mask(term.start, term.end, term.target, "term") for term in needed]
        if attempt.strict:
            hidden += [
                Mask(start, end, shown, "date")
                for start, end, shown in dates.localised(
                    marked.text, self.before.months, self.after.locale
                )
                if all(end <= mask.start or start >= mask.end for mask in hidden)
            ]
            hidden += [
                Mask(start, end, marked.text[start:end], "number")
                for start, end, _ in find_numbers(marked.text)
                if all(end <= mask.start or start >= mask.end for mask in hidden)
            ]
        hidden.sort(key=lambda mask: mask.start)
        # The sign that the author wrote comes back, not the one that the model was shown.
        hidden = [
            replace(mask, restore=item.marked.text[mask.start : mask.end])
            if mask.kind not in ("term", "object", "date")
            else mask
            for mask in hidden
        ]
        masked = masks.apply(marked, hidden, attempt.family, knows)
        if masked is None:
            return None
        return Sentence(
            item.marked,
            masked,
            tuple(_moved(term, hidden, masked.masks) for term in terms if term not in needed),
        )

    def _phrases(self, sentences: Iterable[Sentence]) -> dict[str, str]:
        """The translations of the marked phrases alone, to snap tags to."""
        wanted: dict[str, None] = {}
        for sentence in sentences:
            marked = sentence.masked.marked
            ranges = [(mark.start, mark.end) for mark in marked.marks if mark.start < mark.end]
            if not self.model.aligns:
                points = [mark.start for mark in marked.marks if mark.start == mark.end]
                ranges += filter(None, (point_phrase(marked.text, place) for place in points))
            for start, end in ranges:
                phrase = marked.text[start:end]
                if phrase != marked.text and any(map(str.isalpha, phrase)):
                    wanted[phrase] = None
        if not wanted:
            return {}
        outputs = self.model.translate(list(wanted))
        return {phrase: output.text for phrase, output in zip(wanted, outputs, strict=True)}

    def _split(self, items: Sequence[Item], cut: _Cut) -> list[Result]:
        """Translate sentences piece by piece and join them."""
        pieces: list[list[tuple[int, int]]] = []
        parts: list[Item] = []
        for item in items:
            ranges = cut(item.marked, self.model)
            if len(ranges) == 1:
                ranges = []
            pieces.append(ranges)
            parts += [Item(item.marked.part(a, b), item.terms) for a, b in ranges]
        done = iter(self.run(parts, split=False))
        results = []
        for item, ranges in zip(items, pieces, strict=True):
            made = [next(done) for _ in ranges]
            wrong = [result.reason for result in made if result.marked is None]
            if wrong or not made:
                results.append(
                    Result(None, reason=wrong[0] if wrong else "there is nowhere to cut it")
                )
                continue
            gaps = [
                item.marked.text[end:start]
                for (_, end), (start, _) in zip(
                    ranges, [*ranges[1:], (ranges[-1][1], 0)], strict=True
                )
            ]
            texts = [item.marked.text[a:b] for a, b in ranges]
            lower = self.after.code.split("-")[0] not in _CAPITAL_NOUNS
            joined = join(
                (_continued(result.marked, text) if number and lower else result.marked, gap)
                for number, (result, gap, text) in enumerate(zip(made, gaps, texts, strict=True))
                if result.marked is not None
            )
            names = sorted({name for result in made for name in result.fallbacks})
            weight = sum(result.weight for result in made)
            score = sum(result.score * result.weight for result in made) / max(1, weight)
            results.append(
                Result(
                    joined,
                    score * _SPLIT_FACTOR,
                    weight,
                    "",
                    ("split " + cut.__name__[1:].replace("_", " "), *names),
                )
            )
        return results


_CAPITAL_NOUNS = frozenset({"de", "lb"})


def _continued(made: Marked, source: str) -> Marked:
    """A piece within a sentence without the capital that a model begins everything with."""
    text = made.text
    small = text[:1].lower() + text[1:]
    if source[:1].islower() and text[:1].isupper() and not text[1:2].isupper():
        return replace(made, text=small) if len(small) == len(text) else made
    return made


_Cut = Callable[[Marked, Translator], "list[tuple[int, int]]"]


def _at_clauses(marked: Marked, model: Translator) -> list[tuple[int, int]]:
    size = model.size(marked.text)
    limit = min(LIMIT, max(8, size // 2))
    return clauses(marked.text, limit, model.size, anywhere=size > LIMIT)


def _at_tags(marked: Marked, model: Translator) -> list[tuple[int, int]]:  # noqa: ARG001
    """Ranges between the limits of tags: sure to hold the right words, at the price of grammar."""
    text = marked.text
    limits = sorted({0, len(text), *(place for m in marked.marks for place in (m.start, m.end))})
    ranges = []
    for start, end in pairwise(limits):
        piece = text[start:end]
        first = start + len(piece) - len(piece.lstrip())
        last = start + len(piece.rstrip())
        if first < last:
            ranges.append((first, last))
    return ranges


def _in_capitals(item: Item) -> bool:
    text = item.marked.text
    return cases.is_capitals(text) and "://" not in text and "@" not in text


def _has_words(text: str) -> bool:
    """Whether there is anything to translate beside objects, addresses and figures."""
    for start, end in masks.addresses(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return any(char.isalpha() for char in text if char != OBJECT)


def term_places(item: Item) -> Iterator[Wanted]:
    """Where the terms stand in a sentence, the longest first where they overlap."""
    text = item.marked.text
    taken: list[tuple[int, int]] = []
    for term in sorted(item.terms, key=lambda term: (-len(term.source), term.source)):
        pattern = rf"(?<!\w){re.escape(term.source)}(?!\w)"
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if any(match.start() < end and match.end() > start for start, end in taken):
                continue
            taken.append(match.span())
            target = term.target
            if match.group()[:1].isupper() and term.source[:1].islower():
                target = target[:1].upper() + target[1:]
            yield Wanted(match.start(), match.end(), target, term)


def _moved(term: Wanted, before: Sequence[Mask], after: Sequence[Mask]) -> Wanted:
    shift = 0
    for old, new in zip(before, after, strict=True):
        if old.end <= term.start:
            shift = new.end - old.end
    return replace(term, start=term.start + shift, end=term.end + shift)


def _result(output: Output, restored: Restored, attempt: _Attempt) -> Result:
    if restored.marked is None:
        return Result(None, reason=restored.reason)
    score = estimate(output) * attempt.factor * _REPAIR_FACTOR ** len(restored.repairs)
    names = (*((attempt.name,) if attempt.name else ()), *restored.repairs)
    return Result(restored.marked, score, len(output.source), "", names)


def estimate(output: Output) -> float:
    """How good a raw output seems to the model itself, 0 to 1: its mean probability by piece."""
    if output.rows is None:
        return PLAIN_SCORE
    return math.exp(min(0.0, output.score))
