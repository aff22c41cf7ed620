"""The term base: ``translations/glossary/xx.po``, a PO file that translators keep with the same tools.

The msgctxt says what a pair is: none or ``term`` a required translation (several, with `` | `` between
them), ``forbidden`` translations that must not be used, ``keep`` a term that stays as it is. A fuzzy pair is
a proposal: it is shown to translators, and not enforced.

Terms are found in inflected text by their stems. **Method**: words are compared in lower case, the four
letters i of Turkic as one, marks of Arabic dropped; a word of a term is found where a word of the text
begins with its stem. The stem is the word without what its language's inflection may change at its end: a
final softening consonant or vowel in Azerbaijani and Turkish, the case ending in Russian and its kin, the
article in Arabic (whose one-letter prefixes are cut from the text); one letter elsewhere. The words of a
term may stand in any order within a window of two more words. A forbidden translation must stand there with
all its letters. **Misses**: broken plurals of Arabic, vowels that drop out (*isim*, *ismi*), stems that
change (*друг*, *друзья*), compounds written as one word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from publisher.catalog import po
from publisher.catalog.po import Catalog
from publisher.errors import InputError

Kind = Literal["term", "forbidden", "keep"]
KINDS: tuple[Kind, ...] = ("term", "forbidden", "keep")

_WORD = re.compile(r"[^\W_]+")
_TURKIC_I = str.maketrans("ıİI", "iii")
_TURKIC = frozenset({"az", "tr", "kk", "ky", "uz", "tk", "tt", "ba", "crh", "gag"})
_SLAVIC = frozenset(
    {"ru", "uk", "be", "bg", "sr", "mk", "pl", "cs", "sk", "sl", "hr", "bs", "el", "lt", "lv"}
)
_ARABIC_MARKS = re.compile("[\u0640\u064b-\u0652\u0670]")
_ARABIC_FORMS = str.maketrans("أإآٱىة", "ااااية")
_ARABIC_PREFIXES = tuple(
    re.compile(f"^{prefix}(?=..)")
    for prefix in ("[وف]?[بكل]?ال", "[وف]?لل", "[وف]?[بكل]", "[وف]", "[وف]?[بكل]?")
)
_RUSSIAN_ENDING = re.compile(
    "(?:ого|его|ому|ему|ыми|ими|ами|ями|ая|яя|ое|ее|ые|ие|ый|ий|ой|ей|ую|юю|ых|их|ом|ем|ам|ям|ах|ях|ов|ев"
    "|ью|ия|ии|ию|[аяоеуюыиьй])$"
)


@dataclass(frozen=True, slots=True)
class Term:
    """One pair of the term base; ``proposed`` while nobody has confirmed it."""

    source: str
    targets: tuple[str, ...]
    kind: Kind = "term"
    note: str = ""
    proposed: bool = False

    @property
    def comment(self) -> str:
        """What a translator sees in the ``#.`` comments."""
        if self.kind == "keep":
            return f"term: {self.source} stays as it is"
        texts = " or ".join(self.targets)
        verb = "not" if self.kind == "forbidden" else "="
        remark = f" ({self.note})" if self.note else ""
        return f"term{'?' if self.proposed else ''}: {self.source} {verb} {texts}{remark}"


@lru_cache(maxsize=16384)
def normal(word: str, language: str) -> str:
    """A word as it is compared: lower case, marks that writers leave out dropped."""
    base = language.split("-", 1)[0]
    if base in _TURKIC:
        return word.translate(_TURKIC_I).lower().replace("\u0307", "")
    if base in {"ar", "fa", "ur"}:
        return _ARABIC_MARKS.sub("", word).translate(_ARABIC_FORMS)
    folded = unicodedata.normalize("NFC", word).casefold()
    return folded.replace("ё", "е") if base == "ru" else folded


@lru_cache(maxsize=16384)
def stem(word: str, language: str) -> str:
    """What of a normal word stays when it is inflected."""
    base = language.split("-", 1)[0]
    if len(word) < 4 or word.isdigit():
        return word
    if base in _TURKIC:
        return word[:-1] if word[-1] in "kqptçgiiıuüaəeo" and len(word) > 4 else word
    if base in _SLAVIC:
        cut = _RUSSIAN_ENDING.sub("", word) if base in {"ru", "uk", "be", "bg"} else word[:-2]
        return cut if len(cut) >= 3 else word[:3]
    if base in {"ar", "fa", "ur"}:
        bare = word[2:] if word.startswith("ال") and len(word) > 4 else word
        return bare[:-1] if len(bare) > 3 and bare[-1] in "ةته" else bare
    return word[:-1] if len(word) > 4 else word


@lru_cache(maxsize=16384)
def _forms(word: str, language: str) -> tuple[str, ...]:
    """A word of a text in the forms at whose beginning a stem may stand."""
    if language.split("-", 1)[0] not in {"ar", "fa", "ur"}:
        return (word,)
    return tuple(dict.fromkeys((word, *(prefix.sub("", word) for prefix in _ARABIC_PREFIXES))))


@dataclass(frozen=True)
class Words:
    """A text ready to be searched for terms."""

    language: str
    words: tuple[str, ...]

    @classmethod
    def of(cls, text: str, language: str) -> Words:
        return cls(language, tuple(normal(word, language) for word in _WORD.findall(text)))

    def find(self, term: str, *, gaps: int = 2, whole: bool = False) -> list[tuple[int, int]]:
        """Where a term stands, inflected or not: ranges of words.

        Up to ``gaps`` other words may stand among its own; with ``whole``, endings may be added to
        its words but nothing of them may be missing.
        """
        wanted = [normal(word, self.language) for word in _WORD.findall(term)]
        if not wanted:
            return []
        stems = wanted if whole else [stem(word, self.language) for word in wanted]
        found = []
        window = len(stems) if len(stems) == 1 else len(stems) + gaps
        for start in range(len(self.words)):
            if not any(self._begins(start, one) for one in stems):
                continue
            places = self._cover(start, stems, window)
            if places:
                found.append((start, max(places) + 1))
        return found

    def _begins(self, place: int, one: str) -> bool:
        return any(
            # A stem of three letters says little: then the rest must be an ending, not a word.
            form.startswith(one) and (len(one) > 3 or len(form) - len(one) <= 4)
            for form in _forms(self.words[place], self.language)
        )

    def _cover(self, start: int, stems: Sequence[str], window: int) -> list[int]:
        """Places of all stems from ``start`` on, each word used once; empty when one is missing."""
        used: list[int] = []
        for one in stems:
            for place in range(start, min(len(self.words), start + window)):
                if place not in used and self._begins(place, one):
                    used.append(place)
                    break
            else:
                return []
        return used if start in used else []


@dataclass(frozen=True)
class Terms:
    """The term base of one language."""

    language: str
    source_language: str
    terms: tuple[Term, ...] = ()
    path: str = field(default="", compare=False)

    def __bool__(self) -> bool:
        return bool(self.terms)

    @cached_property
    def _first_stems(self) -> dict[str, list[Term]]:
        """Terms by the stem of their longest word, so that most are never looked for."""
        found: dict[str, list[Term]] = {}
        for term in self.terms:
            words = [normal(word, self.source_language) for word in _WORD.findall(term.source)]
            if words:
                key = stem(max(words, key=len), self.source_language)[:3]
                found.setdefault(key, []).append(term)
        return found

    def in_source(self, text: str) -> list[Term]:
        """The terms that a source text holds, in order; a longer one hides those within it."""
        words = Words.of(text, self.source_language)
        candidates: dict[int, Term] = {}
        for word in words.words:
            for term in self._first_stems.get(word[:3], ()):
                candidates[id(term)] = term
        hits: list[tuple[int, int, Term]] = []
        for term in candidates.values():
            if term.source.isupper() and term.source not in text:
                continue
            hits += [(start, end, term) for start, end in words.find(term.source, gaps=0)]
        hits.sort(key=lambda hit: (hit[0], -hit[1], hit[2].kind, hit[2].source))
        kept: list[Term] = []
        for start, end, term in hits:
            inside = any(
                other_start <= start
                and end <= other_end
                and (other_end - other_start) > (end - start)
                for other_start, other_end, _ in hits
            )
            if not inside and term not in kept:
                kept.append(term)
        return kept

    def keeps(self, text: str) -> bool:
        """Whether a word or phrase is, or is part of, a term that stays as it is."""
        return any(term.kind == "keep" and text in term.source for term in self.terms)

    def comments(self, text: str) -> tuple[str, ...]:
        """``#.`` comments for the terms in a source text without tags."""
        return tuple(term.comment for term in self.in_source(text)) if self.terms else ()


def load(folder: Path, language: str, source_language: str, name: str = "") -> Terms:
    """Read ``folder/xx.po``; a file that is not there is an empty term base."""
    path = folder / f"{language}.po"
    shown = f"{name or folder}/{language}.po"
    if not path.is_file():
        return Terms(language, source_language, (), shown)
    return Terms(language, source_language, _terms(po.load(path, shown)), shown)


def _terms(catalog: Catalog) -> tuple[Term, ...]:
    found = []
    for entry in catalog.entries:
        if entry.obsolete:
            continue
        kind = entry.msgctxt or "term"
        if kind not in KINDS:
            raise InputError(
                f"“{kind}” is no kind of term",
                path=catalog.path,
                line=entry.line or None,
                hint=f"The msgctxt is one of: {', '.join(KINDS)}.",
            )
        targets = tuple(part.strip() for part in entry.msgstr.split("|") if part.strip())
        if kind == "keep":
            targets = targets or (entry.msgid,)
        if not targets:
            continue
        note = "; ".join(line for line in entry.comments if line.strip())
        found.append(Term(entry.msgid, targets, kind, note, entry.fuzzy))
    return tuple(found)
