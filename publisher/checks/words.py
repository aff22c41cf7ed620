"""Checks of words: left untranslated, written twice, left over from a machine."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from publisher.checks import CatalogReport, Report, Subject, catalog_check, check
from publisher.errors import Severity

_WORD = re.compile(r"[^\W\d_]+(?:[’'ʼ-][^\W\d_]+)*")
_TOKEN = re.compile(r"[^\W_]+")
ADDRESS = re.compile(
    # Chinese and Japanese set no space beside an address: their marks end it, their letters do not
    # belong to a mailbox.
    r"(?:https?://|www\.)[^\s<>\"“”«»、。，：；？！（）「」『』]+"
    r"|(?:(?![\u2e80-\uffef])[\w.+-])+@(?:(?![\u2e80-\uffef])[\w-])+"
    r"(?:\.(?:(?![\u2e80-\uffef])[\w-])+)+"
)
"""A web or e-mail address in running text."""
_SPACED = re.compile(r"(?<![\w-])([^\W\d_]+)[ \u00a0]+(\1)(?![\w-])", re.IGNORECASE)


def words(text: str) -> list[str]:
    """The words of a text, as they are written."""
    return _WORD.findall(text)


@check("copy")
def copy(subject: Subject) -> Iterator[Report]:
    """The translation is not the source again, nor holds a passage of it.

    Names and abbreviations alone may stay; what the term base marks as not to be translated, too.
    """
    if subject.language.code == subject.source_language.code:
        return
    source, target = (words(ADDRESS.sub(" ", text)) for text in (subject.source, subject.target))
    common = [word for word in source if word[0].islower() and len(word) > 2]
    if subject.source == subject.target:
        if len(common) >= 2:
            yield "error" if len(common) >= 3 else "warning", "the text is not translated"
        return
    kept = Counter(target)
    same = sum(min(count, kept[word]) for word, count in Counter(common).items())
    if len(common) >= 4 and same >= 0.7 * len(common):
        yield "error", "most of the text is not translated"
        return
    passage = _longest_common(source, target)
    lower = [word for word in passage if word[0].islower() and len(word) > 2]
    if len(passage) >= 4 and len(lower) >= 3 and not _kept(passage, subject):
        yield "error", f"“{' '.join(passage[:8])}” is not translated"


def _kept(passage: Sequence[str], subject: Subject) -> bool:
    return subject.terms is not None and subject.terms.keeps(" ".join(passage))


def _longest_common(source: Sequence[str], target: Sequence[str]) -> list[str]:
    """The longest run of words that both texts hold."""
    best = end = 0
    before = [0] * (len(target) + 1)
    for word in source:
        row = [0] * (len(target) + 1)
        for place, other in enumerate(target, start=1):
            if word == other:
                row[place] = before[place - 1] + 1
                if row[place] > best:
                    best, end = row[place], place
        before = row
    return list(target[end - best : end])


@catalog_check("doubled")
def doubled(subjects: Sequence[Subject]) -> Iterator[CatalogReport]:
    """No word stands twice in a row, unless one of the source does.

    What is doubled in several places is taken for grammar (Turkish *sık sık*) and is information only.
    """
    found = [
        (subject, match[0])
        for subject in subjects
        if not _SPACED.search(subject.source)
        for match in _SPACED.finditer(subject.target)
    ]
    times = Counter(text.casefold() for _, text in found)
    for subject, text in found:
        severity: Severity = "info" if times[text.casefold()] > 1 else "warning"
        yield subject, severity, f"“{text}” is written twice"


_STUTTER = re.compile(r"([^\W\d_]{2,6})\1\1", re.IGNORECASE)


@check("loop")
def loop(subject: Subject) -> Iterator[Report]:
    """No group of words comes again at once, as a stuck translation machine writes it."""
    found = repetition(subject.target)
    if found and not repetition(subject.source):
        yield "error", f"“{found}” comes again and again"
    elif _STUTTER.search(subject.target) and not _STUTTER.search(subject.source):
        yield "error", "syllables come again and again"


def repetition(text: str) -> str:
    """The first group of words that is repeated at once: one or two words three times, more twice."""
    found = [word.casefold() for word in _TOKEN.findall(text)]
    for size in range(1, 9):
        times = 3 if size <= 2 else 2
        for start in range(len(found) - size * times + 1):
            group = found[start : start + size]
            if len(set(group)) == 1 and size > 1:
                continue
            if all(word.isdigit() or len(word) == 1 for word in group):
                continue
            if all(
                found[start + n * size : start + (n + 1) * size] == group for n in range(1, times)
            ):
                return " ".join(group)
    return ""


_LEFTOVER = re.compile(
    r"<unk>|<pad>|</?s>|▁|⁇|\ufffd|@@ |&(?:amp|lt|gt|quot|apos|nbsp|#\d+|#x[0-9a-fA-F]+);|\\[nt\"]|__\w+__"
    r"|⟦|⟧|\{\{|\}\}|\bNone\b|\bundefined\b"
)


@check("leftover")
def leftover(subject: Subject) -> Iterator[Report]:
    """Nothing is left over from a machine or an editor: ``<unk>``, ``▁``, ``&amp;``, ``\\n``."""
    for match in dict.fromkeys(m[0] for m in _LEFTOVER.finditer(subject.entry.msgstr)):
        if match not in subject.entry.msgid:
            yield "error", f"“{match}” is left over"


@check("addresses")
def addresses(subject: Subject) -> Iterator[Report]:
    """Web and e-mail addresses of the source stand in the translation unchanged, and no others do.

    Where the author lets a link be localised, its address must be one without spaces.
    """
    if subject.entry.extracted and subject.entry.extracted[0].endswith("link target"):
        if not re.fullmatch(
            r"(?:https?://[^\s/]+\.[^\s]+|#[\w-]+|mailto:\S+@\S+|[\w./-]+)", subject.target
        ):
            yield "error", "this is not an address"
        return
    wanted, got = (
        Counter(address.rstrip(".,;:!?)") for address in ADDRESS.findall(text))
        for text in (subject.source, subject.target)
    )
    for address in wanted - got:
        yield "error", f"the address {address} is missing"
    for address in got - wanted:
        yield "error", f"the address {address} is not in the source"


_FIELD = re.compile(r"\{[a-z_]+\}|%\([a-z_]+\)[sd]|%[sd]\b")


@check("fields")
def fields(subject: Subject) -> Iterator[Report]:
    """Fields such as ``{page}`` stand in the translation as in the source."""
    wanted, got = (Counter(_FIELD.findall(text)) for text in (subject.source, subject.target))
    for name in wanted - got:
        yield "error", f"the field {name} is missing"
    for name in got - wanted:
        yield "error", f"the field {name} is not in the source"
