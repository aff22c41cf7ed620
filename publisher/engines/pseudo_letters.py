"""Latin letters in another script, as ``publisher/data/pseudo.toml`` has them: a stable transliteration."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publisher.engines.masks import roman
from publisher.language import Language

DATA = Path(__file__).parents[1] / "data" / "pseudo.toml"
FALLBACK = "Latn"
"""The script for one that the data do not know: accents show at least that a text was translated."""

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_VOWELS = "aeiou"
_SYLLABLE = re.compile(r"([^aeiou]*)([aeiou]+)|([^aeiou]+)\Z")


@dataclass(frozen=True, slots=True)
class Letters:
    """How a language's script writes Latin letters.

    ``small`` and ``capital`` are by one or two Latin letters in lower case, ``syllables`` by consonant
    and vowel (empty in an alphabet); ``density`` is the usual length of a translation from English as
    a share of the source, in characters.
    """

    small: Mapping[str, str] = field(default_factory=dict)
    capital: Mapping[str, str] = field(default_factory=dict)
    final: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    syllables: Mapping[str, str] = field(default_factory=dict)
    spaces: bool = True
    density: float = 1.0

    def word(self, text: str) -> str:
        """One word in the script; what is not Latin, nor written in a script of the data, stays."""
        plain = latin(text)
        if self.syllables:
            return self._spoken(plain.lower()) if plain.isascii() else text
        parts = []
        at = 0
        while at < len(plain):
            size = 2 if plain[at : at + 2].lower() in self.small else 1
            piece = plain[at : at + size]
            parts.append(self._letter(piece, shout=len(plain) > 1 and plain.isupper()))
            at += size
        return self.ended("".join(parts))

    def ended(self, word: str) -> str:
        """The word with the form that its last letter has there."""
        return word[:-1] + self.final.get(word[-1:], word[-1:]) if len(word) > 1 else word

    def _letter(self, piece: str, *, shout: bool) -> str:
        small = self.small.get(piece.lower(), piece)
        if not piece[0].isupper():
            return small
        capital = self.capital.get(piece.lower(), small)
        return capital if shout else capital[: len(capital) - len(small) + 1] + small[1:]

    def _spoken(self, plain: str) -> str:
        """One character a syllable; consonants that no vowel follows are not heard."""
        spelt = re.sub(r"y(?![aeiou])", "i", plain)
        found: list[str] = []
        for match in _SYLLABLE.finditer(spelt):
            if match[3]:
                if not found:
                    found += [self.syllables.get(f"{char}e", "") for char in match[3]]
                break
            consonant = match[1][-1:] or "-"
            found.append(self.syllables[f"{consonant}{match[2][0]}"])
        return "".join(found)


@functools.cache
def _data() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(DATA.read_text("utf-8"))


@functools.lru_cache(maxsize=32)
def letters(script: str, alphabet: str, casing: str) -> Letters:
    """The letters of a script (ISO 15924) for a language with this alphabet, in capitals, and casing."""
    known = _data()
    data = known.get(script, known[FALLBACK])
    data = known[data["like"]] if "like" in data else data
    small: dict[str, str] = {}
    capital: dict[str, str] = {}
    entries = zip(_ALPHABET, data.get("letters", "").split(), strict=False)
    for key, entry in [*entries, *data.get("pairs", {}).items()]:
        small[key], capital[key] = _chosen(entry.split("/"), alphabet)
    if casing == "none":
        capital = small
    syllables: dict[str, str] = {}
    for line in data.get("syllables", "").splitlines():
        consonant, *row = line.split() or ("",)
        syllables.update({f"{consonant}{v}": c for v, c in zip(_VOWELS, row, strict=False)})
    return Letters(
        small,
        capital,
        data.get("final", {}),
        data.get("marks", {}),
        syllables,
        data.get("spaces", True),
        data.get("density", 1.0),
    )


def letters_of(language: Language) -> Letters:
    """The letters in which a language is written."""
    return letters(language.script, language.alphabet, language.casing)


def _chosen(choices: Sequence[str], alphabet: str) -> tuple[str, str]:
    """The first of the choices that the alphabet holds, else the last: small, capital."""
    pairs = []
    for choice in choices:
        small, _, capital = choice.partition(",")
        pairs.append((small, capital or small.upper()))
    held = (pair for pair in pairs if all(char in alphabet for char in pair[1]))
    return next(held, pairs[-1])


def latin(word: str) -> str:
    """A word in plain Latin letters, where its script is one of the data's alphabets."""
    if word.isascii():
        return word
    plain = roman(word)
    return plain if plain.isascii() else "".join(map(_latin_letter, plain))


def _latin_letter(char: str) -> str:
    found = _inverse().get(char.lower(), char)
    return found.capitalize() if char.lower() != char else found


@functools.cache
def _inverse() -> Mapping[str, str]:
    """Letters of all alphabets of the data, each to the first Latin letters that it stands for."""
    found: dict[str, str] = {}
    for script, data in _data().items():
        if script == FALLBACK:
            continue
        entries = [*zip(_ALPHABET, data.get("letters", "").split(), strict=False)]
        for key, entry in [*entries, *data.get("pairs", {}).items()]:
            for choice in entry.split("/"):
                if len(choice) == 1:
                    found.setdefault(choice, key)
        for inner, last in data.get("final", {}).items():
            found.setdefault(last, found.get(inner, last))
    return found
