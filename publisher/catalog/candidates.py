"""Propose terms: names and noun phrases that recur in an English source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from publisher.catalog import po
from publisher.catalog.glossary import Terms
from publisher.catalog.template import plural_forms

_STOP = frozenset(
    (
        "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did",
        "do", "does", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if",
        "in", "into", "is", "it", "its", "may", "more", "most", "must", "no", "nor", "not", "of",
        "on", "one", "or", "our", "over", "own", "same", "shall", "she", "should", "since", "so",
        "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they",
        "this", "those", "through", "to", "too", "two", "under", "until", "up", "was", "we",
        "were", "what", "when", "where", "which", "while", "who", "whom", "whose", "why", "will",
        "with", "within", "without", "would", "you", "your", "also", "after", "before",
        "between", "both", "each", "every", "all", "any", "other", "others", "about", "against",
        "during", "per", "cent", "said", "say", "says", "new", "first", "last", "many", "much",
        "three", "four", "five", "year", "years", "month", "months", "day", "days", "week",
        "later", "ago", "million", "billion", "thousand", "january", "february", "march",
        "april", "june", "july", "august", "september", "october", "november", "december",
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    )
)  # fmt: skip
_NAME = re.compile(
    r"(?:[A-ZÀ-ÞƏİŞĞÇÖÜ][\w’'-]+|[A-Z]{2,})(?:\s+(?:of\s+the\s+|of\s+|for\s+)?[A-ZÀ-ÞƏİŞĞÇÖÜ][\w’'-]+)*"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that recurs in the source: how often, and whether it looks like a name."""

    text: str
    count: int
    name: bool


def candidates(texts: Iterable[str], known: Terms, *, least: int = 2) -> list[Candidate]:
    """Recurring names and noun phrases of English source texts that the term base does not hold.

    Names are runs of capitalised words that do not only begin sentences; noun phrases are runs of
    two or three words without any of the common ones, seen at least one time more than ``least``.
    """
    names: dict[str, int] = {}
    phrases: dict[str, int] = {}
    inner: set[str] = set()
    for text in texts:
        for match in _NAME.finditer(text):
            name = _without_months(re.sub(r"[’']s$", "", match[0]))
            if len(name) < 3 or name.casefold() in _STOP:
                continue
            begins = match.start() == 0 or text[: match.start()].rstrip()[-1:] in '.!?:“"('
            if begins and " " not in name and not name.isupper():
                continue
            first, _, rest = name.partition(" ")
            if begins and first.lower() in _STOP and rest:
                name = rest
            names[name] = names.get(name, 0) + 1
            if not begins:
                inner.add(name)
        for clause in re.split(r"[^\w\s’'-]+", text):
            words = clause.split()
            for size in (2, 3):
                for start in range(len(words) - size + 1):
                    run = words[start : start + size]
                    lowered = [word.lower() for word in run]
                    if any(
                        word in _STOP or len(word) < 3 or not word.isalpha() for word in lowered
                    ):
                        continue
                    if all(word.islower() for word in run[1:]) and run[0].islower():
                        phrase = " ".join(lowered)
                        phrases[phrase] = phrases.get(phrase, 0) + 1
    there = {term.source.casefold() for term in known.terms}
    found = [
        Candidate(name, count, True)
        for name, count in names.items()
        if count >= least and name in inner and name.casefold() not in there
    ]
    found += [
        Candidate(phrase, count, False)
        for phrase, count in phrases.items()
        if count > least and phrase not in there
    ]
    whole = [
        item
        for item in found
        if not any(
            other is not item
            and other.count >= item.count
            and f" {item.text} " in f" {other.text} "
            for other in found
        )
    ]
    return sorted(whole, key=lambda item: (-item.count, not item.name, item.text))


def _without_months(name: str) -> str:
    words = name.split()
    while words and words[0].casefold() in _STOP:
        del words[0]
    while words and words[-1].casefold() in _STOP:
        del words[-1]
    return " ".join(words)


def with_candidates(path: Path, language: str, found: Iterable[Candidate]) -> bytes:
    """The term base of a language with candidates added, untranslated; what is there stays."""
    old = po.load(path, path.name) if path.is_file() else None
    header = dict(old.header) if old is not None else {}
    header = {
        "Project-Id-Version": "Term base",
        "Language": language.replace("-", "_"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": plural_forms(language),
        **header,
    }
    entries = list(old.entries) if old is not None else []
    there = {entry.msgid for entry in entries}
    entries += [
        po.Entry(item.text, extracted=(f"{item.count} times in the source",))
        for item in found
        if item.text not in there
    ]
    return po.dump(po.Catalog(header, tuple(entries), old.comments if old is not None else ()))
