"""Sorting by a language's own alphabet, as its dictionaries and lists of names do.

Babel has no collation data and ICU is no pure package; an alphabet in the language's data file says all
that names and terms need. First differences between letters decide, so accents and case only where
nothing else does (Unicode Technical Standard 10, levels).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping

_PLACE = re.compile(r"\(([^)]*)\)|(\S)")
_LIGATURES = {"ß": "ss", "æ": "ae", "œ": "oe"}
_SPACE, _DIGIT, _LETTER, _OTHER = range(4)


def key(text: str, alphabet: str) -> tuple[tuple[int, int], ...]:
    """Sorts lower-case ``text``: spaces, digits, letters of the ``alphabet`` in its order, other letters.

    Letters in brackets share a place, ``"א(כך)"``. Letters that the alphabet lacks go by their
    base letter; punctuation counts for nothing.
    """
    places = _places(alphabet)
    found = []
    for char in unicodedata.normalize("NFC", text):
        for part in char if char in places else _LIGATURES.get(char, char):
            place = _place(part, places)
            if place is not None:
                found.append(place)
    return tuple(found)


def _place(char: str, places: Mapping[str, int]) -> tuple[int, int] | None:
    base = char if char in places else unicodedata.normalize("NFD", char)[0]
    kind = unicodedata.category(base)[0]
    if base in places:
        return _LETTER, places[base]
    if kind == "Z" or base == "-":
        return _SPACE, 0
    if kind == "N":
        return _DIGIT, int(unicodedata.digit(base, 0))
    return (_OTHER, ord(base)) if kind == "L" else None


@functools.lru_cache(maxsize=64)
def _places(alphabet: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for number, match in enumerate(_PLACE.finditer(unicodedata.normalize("NFC", alphabet))):
        for char in match[1] or match[2] or "":
            found.setdefault(char, number)
    return found
