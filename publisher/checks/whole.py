"""Checks that need the whole catalog: lengths and consistency."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence

from publisher.catalog.fold import fold
from publisher.catalog.sentences import sentences
from publisher.checks import CatalogReport, Subject, catalog_check
from publisher.checks.words import ADDRESS

_LEAST = 24  # characters below which a length says nothing
_LESSONS = 12  # pairs from which the catalog teaches its own ratio
_DENSE = frozenset({"zh", "ja", "ko", "th", "lo", "km", "my"})


@catalog_check("length")
def length(subjects: Sequence[Subject]) -> Iterator[CatalogReport]:
    """A translation is about as long as the language pair makes it; the catalog itself teaches how long.

    Far shorter ones have lost something, far longer ones have something added.
    """
    ratios = {
        id(subject): math.log(max(1, len(subject.target)) / len(subject.source))
        for subject in subjects
        if len(ADDRESS.sub("", subject.source)) >= _LEAST
    }
    if not ratios:
        return
    middle, spread = _usual(list(ratios.values()), subjects[0])
    for subject in subjects:
        ratio = ratios.get(id(subject))
        if ratio is None:
            continue
        # A short text varies more than a long one.
        allowed = max(5 * spread, 0.42) + 4.5 / math.sqrt(len(subject.source)) - 0.3
        if abs(ratio - middle) <= allowed:
            continue
        percent = round(100 * math.exp(ratio - middle))
        far = "error" if ratio - middle < -1.1 and len(subject.source) >= 60 else "warning"
        yield (
            subject,
            far,
            f"only {percent} % as long as usual"
            if ratio < middle
            else (f"{percent} % as long as usual"),
        )  # type: ignore[misc]


def _usual(ratios: list[float], example: Subject) -> tuple[float, float]:
    if len(ratios) >= _LESSONS:
        middle = statistics.median(ratios)
        return middle, 1.48 * statistics.median(abs(ratio - middle) for ratio in ratios)
    dense = (
        example.language.code.split("-")[0] in _DENSE,
        example.source_language.code.split("-")[0] in _DENSE,
    )
    middle = -1.1 if dense == (True, False) else 1.1 if dense == (False, True) else 0.05
    return middle, 0.16


@catalog_check("consistency")
def consistency(subjects: Sequence[Subject]) -> Iterator[CatalogReport]:
    """One text is translated in one way, wherever it stands; and two texts not as one.

    A difference that the author asks for has a msgctxt and is not looked at. Sentences within
    paragraphs count where a paragraph has as many as its translation.
    """
    by_source: dict[str, dict[str, Subject]] = {}
    by_target: dict[str, dict[str, Subject]] = {}
    for subject in subjects:
        if subject.entry.msgctxt is not None or subject.entry.fuzzy:
            continue
        for source, target in _pairs(subject):
            first = by_source.setdefault(fold(source).casefold().rstrip("."), {})
            first.setdefault(fold(target).casefold().rstrip("."), subject)
            if len(source.split()) >= 4:
                other = by_target.setdefault(fold(target).casefold(), {})
                other.setdefault(fold(source).casefold(), subject)
    for source, found in by_source.items():
        for subject in list(found.values())[1:]:
            if len(source.split()) >= 2:
                yield (
                    subject,
                    "warning",
                    f"“{_start(source)}” is translated in another way elsewhere",
                )
    for sources in by_target.values():
        for subject in list(sources.values())[1:]:
            yield subject, "warning", "another text has the same translation"


def _pairs(subject: Subject) -> list[tuple[str, str]]:
    source = sentences(subject.source, subject.source_language.code)
    target = sentences(subject.target, subject.language.code)
    if len(source) != len(target) or len(source) < 2:
        return [(subject.source, subject.target)]
    return [pair for pair in zip(source, target, strict=True) if len(pair[0].split()) >= 5] or [
        (subject.source, subject.target)
    ]


def _start(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
