"""Turn a model's raw output back into a sentence with everything that its source held.

Puts back what masks.py hid, places tags by attention, repairs numbers, terms and quotation marks that
were lost, and verifies. Says no, with the reason, rather than guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from publisher.catalog.glossary import Words
from publisher.engines import Term, dates, guards, masks, numbers, quotes
from publisher.engines.ct2 import Output
from publisher.engines.marked import OBJECT, Marked
from publisher.engines.masks import Mask, Masked
from publisher.engines.polish import Style, polish
from publisher.engines.projection import Alignment, align, project

PLACED = 0.5
"""Share of attention from which a lost word may be put back in the place of its translation."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term that a sentence holds at ``start:end`` and what the draft must hold for it."""

    start: int
    end: int
    target: str
    term: Term


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it goes to a model: simplified, masked, with what must come back.

    ``original`` is the sentence before; it has the same marks and, masks aside, the same letters.
    ``terms`` lie in the text of ``masked``.
    """

    original: Marked
    masked: Masked
    terms: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """A finished sentence, or None with the reason; ``repairs`` says what had to be mended."""

    marked: Marked | None
    reason: str = ""
    repairs: tuple[str, ...] = ()


@dataclass(slots=True)
class _Work:
    """Replacements in the target that must not overlap, and what they repair."""

    text: str
    edits: list[tuple[int, int, str]] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)

    def free(self, start: int, end: int) -> bool:
        return all(end <= a or start >= b for a, b, _ in self.edits)

    def edit(self, start: int, end: int, new: str) -> bool:
        if start < end and not self.free(start, end):
            return False
        self.edits.append((start, end, new))
        return True

    def repaired(self, what: str) -> None:
        if what not in self.repairs:
            self.repairs.append(what)


def restore(
    sentence: Sentence,
    output: Output,
    phrases: Mapping[str, str],
    before: Style,
    after: Style,
    *,
    mend: bool = False,
) -> Restored:
    """The finished sentence from a model's output for ``sentence.masked``.

    ``mend`` allows to cut a repetition out of it; without, one is a reason to try again.
    """
    source, text = sentence.masked.marked.text, output.text
    if output.cut:
        return Restored(None, "the model does not come to an end")
    work = _Work(text)
    shown = _unrepeated(source, work) if mend else text
    reason = guards.judge(source, shown, before.code, after.code)
    if reason:
        return Restored(None, reason)
    alignment = align(output, phrases)
    objects: dict[int, tuple[int, int]] = {}
    reason = (
        _masks(sentence, work, alignment, objects)
        or _terms(sentence, work, alignment, after)
        or _numbers(sentence, work, alignment, before, after)
        or _dates(sentence, work, alignment, before, after)
    )
    if reason:
        return Restored(None, reason)
    marks = project(alignment, sentence.masked.marked.marks, phrases, objects)
    if marks is None:
        return Restored(None, "a tag finds no place in the draft")
    if not _quotes(sentence, work, alignment, after):
        return Restored(None, "the quotation marks were lost")
    if not _signs(sentence, work, alignment):
        return Restored(None, "a sign finds no place in the draft")
    made = Marked(text, marks)
    for start, end, new in sorted(work.edits, key=lambda e: (e[0], e[1]), reverse=True):
        made = made.replaced(start, end, new)
    made = polish(sentence.original.text, made, before, after)
    reason = verify(sentence, made)
    return Restored(None, reason) if reason else Restored(made, "", tuple(work.repairs))


def _unrepeated(source: str, work: _Work) -> str:
    """Cut short repetitions out of the target; returns what is left of it."""
    if guards.repeated(source):
        return work.text
    shown = work.text
    for _ in range(3):
        found = guards.repeated(shown)
        if found is None or len(guards.words(shown[found[0] : found[1]])) > 4:
            break
        _, end, last = found
        at = len(shown[:end])
        # Blank, so that places stay those of the target.
        shown = shown[:at] + " " * (last - at) + shown[last:]
        work.edit(at, last, "")
        work.repaired("repetition")
    return shown


def _masks(
    sentence: Sentence,
    work: _Work,
    alignment: Alignment,
    objects: dict[int, tuple[int, int]],
) -> str:
    """Put back what stand-ins stood for; a lost one goes where its translation stands."""
    groups: dict[str, list[Mask]] = {}
    for mask in sentence.masked.masks:
        if mask.kind != "sign":
            groups.setdefault(mask.stand_in, []).append(mask)
    lost: list[Mask] = []
    for stand_in, group in groups.items():
        found = [p for p in masks.occurrences(work.text, stand_in) if work.free(*p)]
        if len(found) != len(group):
            lost.extend(group)
            continue
        for mask, (start, end) in zip(group, found, strict=True):
            work.edit(start, end, mask.restore)
            _object(sentence, mask, (start, end), objects)
    for mask in lost:
        place = alignment.range(mask.start, mask.end)
        if place is None or place[2] < PLACED or not work.edit(place[0], place[1], mask.restore):
            shown = mask.restore if mask.restore != OBJECT else "the tag"
            return f"“{shown}” was lost"
        work.repaired("placed")
        _object(sentence, mask, place[:2], objects)
    return ""


def _object(
    sentence: Sentence,
    mask: Mask,
    place: tuple[int, int],
    objects: dict[int, tuple[int, int]],
) -> None:
    if mask.kind == "object":
        for mark in sentence.masked.marked.marks:
            if mark.empty and mark.start == mask.start and mark.end == mask.end:
                objects[mark.order] = place


def _terms(sentence: Sentence, work: _Work, alignment: Alignment, after: Style) -> str:
    """Put the required translation of a term where none of those that will do stands."""
    if not sentence.terms:
        return ""
    words = Words.of(work.text, after.code)
    for wanted in sentence.terms:
        if follows(wanted.term, work.text, words):
            continue
        place = alignment.range(wanted.start, wanted.end)
        if place is None or place[2] < PLACED or not work.edit(place[0], place[1], wanted.target):
            return f"the term “{wanted.target}” was lost"
        work.repaired("term placed")
    return ""


def follows(term: Term, text: str, words: Words) -> bool:
    """Whether a text holds one of a term's translations."""
    if term.exact:
        return term.target in text
    return any(words.find(target) for target in (term.target, *term.others))


def _blanked(text: str, ranges: Sequence[tuple[int, int]]) -> str:
    for start, end in ranges:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _numbers(
    sentence: Sentence, work: _Work, alignment: Alignment, before: Style, after: Style
) -> str:
    """Make the numbers of the draft those of the source, through the attention between them."""
    hidden = [(mask.start, mask.end) for mask in sentence.masked.masks]
    hidden += [(term.start, term.end) for term in sentence.terms]
    source = _blanked(sentence.masked.marked.text, hidden)
    target = _blanked(work.text, [(a, b) for a, b, _ in work.edits] + _covered(sentence, work))
    lost, extra = numbers.compare(source, target)
    if not lost and not extra:
        return ""
    for start, end, key in numbers.find(source):
        if not lost[key]:
            continue
        place = alignment.range(start, end)
        if place is None:
            continue
        wrong = [
            (a, b)
            for a, b, other in numbers.find(target)
            if a < place[1] and b > place[0] and extra[other] > 0
        ]
        if len(wrong) == 1:
            (a, b) = wrong[0]
            other = numbers.find(target[a:b])[0][2]
        elif not wrong and place[2] >= PLACED and not numbers.find(target[place[0] : place[1]]):
            a, b, other = place[0], place[1], ""
        else:
            continue
        if work.edit(a, b, numbers.written(source[start:end], before.signs, after.signs)):
            lost[key] -= 1
            if other:
                extra[other] -= 1
            work.repaired("number")
    lost, extra = +lost, +extra
    if lost:
        return f"the number {_shown(source, next(iter(lost)))} was lost"
    if extra:
        return f"the draft holds a number ({_shown(target, next(iter(extra)))}) too many"
    return ""


def _dates(
    sentence: Sentence, work: _Work, alignment: Alignment, before: Style, after: Style
) -> str:
    """Make the months of dates those of the source."""
    source = sentence.masked.marked.text
    lost = dates.lost(source, before.months, work.text, after.months)
    for start, end, month in dates.find(source, before.months, dated=True) if lost else ():
        place = alignment.range(start, end)
        if not lost[month] or place is None:
            continue
        wrong = [
            (place[0] + a, place[0] + b)
            for a, b, _ in dates.find(work.text[place[0] : place[1]], after.months, dated=False)
        ]
        if len(wrong) == 1 and work.edit(*wrong[0], after.months[month - 1][0]):
            lost[month] -= 1
            work.repaired("date")
    return "the month of a date was lost" if +lost else ""


def _covered(sentence: Sentence, work: _Work) -> list[tuple[int, int]]:
    """Where the terms that came through by themselves stand in the target."""
    folded = work.text.casefold()
    if len(folded) != len(work.text):
        return []
    found = []
    names = {
        target.casefold()
        for wanted in sentence.terms
        for target in (wanted.target, wanted.term.target, *wanted.term.others)
    }
    for name in sorted(names, key=lambda name: (-len(name), name)):
        at = folded.find(name)
        if at >= 0:
            found.append((at, at + len(name)))
    return found


def _shown(text: str, key: str) -> str:
    return next((text[a:b] for a, b, other in numbers.find(text) if other == key), key)


def _quotes(sentence: Sentence, work: _Work, alignment: Alignment, after: Style) -> bool:
    """Set quotation marks in the language's own; lost ones go around what they quoted."""
    # Simplified marks hold their places, the masks do not: read them where the model read them.
    source = sentence.masked.marked.text
    originals = quotes.find(sentence.original.text)
    simplified = quotes.find(source)
    hidden = [(mask.start, mask.end) for mask in sentence.masked.masks if mask.kind == "sign"]
    if hidden or len(simplified) != len(originals):
        simplified = [q for q in simplified if all(not a <= q.at < b for a, b in hidden)]
    if not originals and not quotes.find(work.text):
        return True
    protected = [(a, b) for a, b, _ in work.edits]
    found = [q for q in quotes.find(work.text) if all(not a <= q.at < b for a, b in protected)]
    if len(found) == len(simplified) and [q.inner for q in found] == [q.inner for q in simplified]:
        for quote, wanted in zip(found, simplified, strict=True):
            work.edit(quote.at, quote.at + 1, quotes.mark_for(wanted, after.quotes))
        return True
    for quote in found:
        work.edit(quote.at, quote.at + 1, "")
    for quote in simplified:
        mark = quotes.mark_for(quote, after.quotes)
        if quote.opens and quote.pair >= 0:
            place = alignment.range(quote.at + 1, quote.pair)
            if place is None:
                return False
            work.edit(place[0], place[0], mark)
            work.edit(
                place[1], place[1], quotes.mark_for(replace(quote, opens=False), after.quotes)
            )
        elif quote.pair < 0:
            at = alignment.after(quote.at)
            if at is None:
                return False
            if quote.opens:
                rest = work.text[at:]
                at += len(rest) - len(rest.lstrip())
            work.edit(at, at, mark)
    work.repaired("quotation marks")
    return True


def _signs(sentence: Sentence, work: _Work, alignment: Alignment) -> bool:
    """Put signs that no word stands for back beside the word that they stood by."""
    source = sentence.masked.marked.text
    for mask in sentence.masked.masks:
        if mask.kind != "sign":
            continue
        before = source[: mask.start]
        joined = bool(before) and not before[-1].isspace()
        at = alignment.after(mask.start)
        if at is None:
            return False
        follows = source[mask.start : mask.start + 1]
        if joined:
            work.edit(at, at, mask.restore)
        elif follows and not follows.isspace():
            rest = work.text[at:]
            at += len(rest) - len(rest.lstrip())
            work.edit(at, at, mask.restore)
        elif not before.strip():
            gap = " " if source[mask.start : mask.start + 1].isspace() else ""
            work.edit(0, 0, mask.restore + gap)
        else:
            work.edit(at, at, " " + mask.restore)
    return True


def verify(sentence: Sentence, made: Marked) -> str:
    """Why a finished sentence is not whole, or an empty string."""
    source = sentence.original
    names = Counter(mark.name for mark in source.marks)
    if Counter(mark.name for mark in made.marks) != names:
        return "a tag was lost"
    if made.text.count(OBJECT) != source.text.count(OBJECT):
        return "a tag was lost"
    if any(mark.start == mark.end and not mark.empty for mark in made.marks) and not any(
        mark.start == mark.end and not mark.empty for mark in source.marks
    ):
        return "a tag would stand around nothing"
    for mask in sentence.masked.masks:
        if mask.restore not in made.text:
            return f"“{mask.restore}” was lost"
    for outer in made.marks:
        for inner in made.marks:
            if outer.start < inner.start < outer.end < inner.end:
                return "tags cross in the draft"
    return ""
