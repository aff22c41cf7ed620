"""From requests to sentences and back: windows, each sentence once, drafts put together again."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from publisher.engines import Draft, Request, Settings
from publisher.engines.dates import months
from publisher.engines.inner import Item
from publisher.engines.marked import BREAK, OBJECT, Mark, Marked, join, parse, render
from publisher.engines.numbers import Signs
from publisher.engines.polish import Style
from publisher.engines.sentences import sentences
from publisher.engines.step import Result, Step, term_places

WINDOW_SECONDS = 3.0
"""Drafts come out in windows of about this long, so that a killed run loses no more."""

_FIRST_WINDOW = 4000
_TERM = "\0term"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence of a request and the white space after it."""

    item: Item
    after: str


class SentenceEngine:
    """Translates requests sentence by sentence through one step, or several one after another."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps
        self._memory: dict[Item, Result] = {}

    def translate(
        self, requests: Sequence[Request], known: Mapping[str, str]
    ) -> Iterator[tuple[int, Draft]]:
        """Drafts in windows of a few seconds; in each, every sentence is translated once."""
        size = _FIRST_WINDOW
        start = 0
        while start < len(requests):
            end, letters = start, 0
            while end < len(requests) and (end == start or letters < size):
                letters += len(requests[end].text)
                end += 1
            began = time.monotonic()
            yield from self._window(requests, range(start, end), known)
            spent = max(time.monotonic() - began, 0.01)
            if letters >= size:
                size = max(_FIRST_WINDOW, min(200_000, int(letters * WINDOW_SECONDS / spent)))
            start = end

    def _window(
        self, requests: Sequence[Request], numbers: Sequence[int], known: Mapping[str, str]
    ) -> Iterator[tuple[int, Draft]]:
        cut: dict[int, list[_Piece]] = {}
        for number in numbers:
            pieces = self._pieces(requests[number])
            if pieces is None:
                yield number, Draft("", reason="the tags of the source do not nest")
            elif not pieces:
                yield number, Draft("", reason="there is nothing to translate")
            else:
                cut[number] = pieces
        wanted = dict.fromkeys(
            piece.item
            for pieces in cut.values()
            for piece in pieces
            if piece.item not in self._memory and not _is_known(piece, known)
        )
        self._memory.update(self._chain(list(wanted)))
        for number, pieces in cut.items():
            results = [
                Result(Marked(known[piece.item.marked.text]), 1.0)
                if _is_known(piece, known)
                else self._memory[piece.item]
                for piece in pieces
            ]
            draft = _assemble(requests[number], pieces, results)
            yield (
                number,
                replace(draft, known_sentences=sum(_is_known(piece, known) for piece in pieces)),
            )

    def _pieces(self, request: Request) -> list[_Piece] | None:
        whole = parse(request.text, request.tags)
        if whole is None:
            return None
        ranges: list[tuple[int, int]] = []
        at = 0
        for line in whole.text.split(BREAK):
            spans = sentences(line, self.steps[0].before.code)
            ranges += [(at + start, at + end) for start, end in spans]
            at += len(line) + 1
        pieces = []
        for number, (start, end) in enumerate(ranges):
            # White space before the first sentence, if any, goes with it.
            first = 0 if number == 0 else start
            following = ranges[number + 1][0] if number + 1 < len(ranges) else len(whole.text)
            part = whole.part(first, end)
            terms = tuple(t for t in request.terms if t.source.casefold() in part.text.casefold())
            pieces.append(_Piece(Item(part, terms), whole.text[end:following]))
        return pieces

    def _chain(self, items: Sequence[Item]) -> dict[Item, Result]:
        """Results of all models, one after the other."""
        if len(self.steps) == 1:
            return dict(zip(items, self.steps[0].run(items), strict=True))
        results: dict[Item, Result] = {}
        alive: list[tuple[Item, Item, Result]] = [
            (item, _hide_terms(item), Result(item.marked, 1.0)) for item in items
        ]
        for step in self.steps:
            made = step.run([item for _, item, _ in alive])
            following = []
            for (first, _, before), result in zip(alive, made, strict=True):
                if result.marked is None:
                    results[first] = result
                    continue
                merged = replace(
                    result,
                    score=result.score * before.score,
                    fallbacks=tuple(dict.fromkeys((*before.fallbacks, *result.fallbacks))),
                )
                following.append((first, Item(result.marked), merged))
            alive = following
        for first, last, result in alive:
            results[first] = replace(result, marked=_show_terms(first, last.marked))
        return results


def _is_known(piece: _Piece, known: Mapping[str, str]) -> bool:
    marked = piece.item.marked
    return not marked.marks and marked.text in known


def _hide_terms(item: Item) -> Item:
    """Terms as objects, which pass through any number of models; they come back at the end."""
    marked = item.marked
    for place in reversed(list(term_places(item))):
        marked = marked.replaced(place.start, place.end, OBJECT)
        order = 1_000_000 + place.start
        mark = Mark(_TERM, place.start, place.start + 1, order, empty=True)
        marked = replace(marked, marks=(*marked.marks, mark))
    return Item(replace(marked, marks=tuple(sorted(marked.marks, key=lambda m: m.order))))


def _show_terms(first: Item, marked: Marked) -> Marked:
    targets = {1_000_000 + place.start: place.target for place in term_places(first)}
    for mark in sorted(marked.marks, key=lambda mark: -mark.start):
        if mark.name == _TERM:
            rest = tuple(other for other in marked.marks if other.order != mark.order)
            marked = replace(marked, marks=rest)
            marked = marked.replaced(mark.start, mark.end, targets[mark.order])
    return marked


def _assemble(request: Request, pieces: Sequence[_Piece], results: Sequence[Result]) -> Draft:
    wrong = [result.reason for result in results if result.marked is None]
    count = len(results)
    fallen = sum(bool(result.fallbacks) for result in results)
    if wrong:
        return Draft("", None, wrong[0] or "the model failed", (), count, fallen)
    whole = join(
        (result.marked, piece.after)
        for piece, result in zip(pieces, results, strict=True)
        if result.marked is not None
    )
    text = render(whole, request.tags)
    weight = sum(result.weight for result in results)
    score = sum(result.score * result.weight for result in results) / max(1, weight)
    names = dict.fromkeys(name for result in results for name in result.fallbacks)
    return Draft(text, round(score, 2), "", tuple(names), count, fallen)


def style(code: str, settings: Settings) -> Style:
    """What a language's data file says of its numbers and quotation marks."""
    from publisher import language
    from publisher.errors import InputError

    try:
        data = language.load(code, settings.languages)
    except InputError:
        # A language on the way that no edition is made in.
        return Style(code, Signs(".", ","), ("“", "”", "‘", "’"))
    marks = data.quotes
    return Style(
        code,
        Signs(data.decimal_sign, data.group_sign),
        (marks.open, marks.close, marks.inner_open, marks.inner_close),
        months(data.locale),
        data.locale,
        data.upper,
    )
