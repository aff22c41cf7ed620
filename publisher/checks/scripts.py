"""Checks of scripts and of characters that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from publisher.checks import Report, Subject, check

_SCRIPTS = {
    "Latn": ("LATIN",),
    "Cyrl": ("CYRILLIC",),
    "Arab": ("ARABIC",),
    "Grek": ("GREEK",),
    "Hebr": ("HEBREW",),
    "Armn": ("ARMENIAN",),
    "Geor": ("GEORGIAN",),
    "Deva": ("DEVANAGARI",),
    "Hans": ("CJK", "BOPOMOFO"),
    "Hant": ("CJK", "BOPOMOFO"),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"),
    "Kore": ("HANGUL", "CJK"),
    "Thai": ("THAI",),
    "Beng": ("BENGALI",),
    "Ethi": ("ETHIOPIC",),
}
_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,6}\b(?:/\S*)?"
)


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """The script of a letter by its Unicode name (``LATIN``), empty for none of its own."""
    name = unicodedata.name(char, "").split(" ", 1)[0]
    if name in {
        "MICRO",
        "OHM",
        "KELVIN",
        "ANGSTROM",
        "FEMININE",
        "MASCULINE",
        "MODIFIER",
        "COMBINING",
    }:
        return ""
    return "CJK" if name == "CJK" else name


def _words(text: str) -> list[str]:
    return _WORD.findall(_ADDRESS.sub(" ", text))


def _scripts(word: str) -> set[str]:
    return {script_of(char) for char in word if char.isalpha()} - {""}


@check("mixed-script")
def mixed_script(subject: Subject) -> Iterator[Report]:
    """No word mixes letters of two scripts: a Cyrillic “а” in a Latin word looks right and is wrong."""
    for word in dict.fromkeys(_WORD.findall(subject.target)):
        found = _scripts(word)
        if len(found & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "HEBREW", "ARABIC"}) > 1:
            if word in subject.source:
                continue
            yield (
                "error",
                f"“{word}” mixes {' and '.join(sorted(s.title() for s in found))} letters",
            )


@check("script")
def script(subject: Subject) -> Iterator[Report]:
    """The translation is in its language's script; a foreign word stands there only as in the source."""
    own = set(_SCRIPTS.get(subject.language.script, ()))
    if not own:
        return
    words = _words(subject.target)
    source = set(_words(subject.source))
    letters = sum(len(word) for word in words)
    strange = [
        word
        for word in words
        if not (_scripts(word) & own) and _scripts(word) and word not in source
    ]
    if letters >= 12 and sum(map(len, strange)) > letters / 2:
        yield "error", f"the text is not in the script of {subject.language.english}"
        return
    latin = [word for word in strange if _scripts(word) == {"LATIN"}]
    for word in dict.fromkeys(strange):
        # Latin abbreviations and brand names are at home in every script.
        if word not in latin:
            yield "error", f"“{word}” is in another script"
        elif "LATIN" not in own and len(word) > 1 and not word.isupper():
            yield "warning", f"“{word}” is in Latin letters"


@check("names")
def names(subject: Subject) -> Iterator[Report]:
    """No name of the source is left in its own script where the language has another."""
    own = set(_SCRIPTS.get(subject.language.script, ()))
    if not own or own & set(_SCRIPTS.get(subject.source_language.script, ())):
        return
    kept = set(_words(subject.target))
    if not any(_scripts(word) & own for word in kept):
        # All of it is in the source's script: the checks `copy` and `script` say so.
        return
    left = [
        word
        for word in dict.fromkeys(_words(subject.source))
        if word in kept
        and len(word) > 2
        and not word.isupper()
        # A word that the source quotes in the language of the translation is at home there.
        and not _scripts(word) & own
        and not _is_kept(word, subject)
    ]
    if left:
        small = any(word[0].islower() for word in left)
        yield "error" if small else "warning", f"left as in the source: {', '.join(left[:6])}"


def _is_kept(word: str, subject: Subject) -> bool:
    return subject.terms is not None and subject.terms.keeps(word)


_INVISIBLE = {
    "\u00ad": "soft hyphen",
    "\u034f": "combining grapheme joiner",
    "\u180e": "Mongolian vowel separator",
    "\u200b": "zero-width space",
    "\u200c": "zero-width non-joiner",
    "\u200d": "zero-width joiner",
    "\u200e": "left-to-right mark",
    "\u200f": "right-to-left mark",
    "\u061c": "Arabic letter mark",
    "\u2028": "line separator",
    "\u2029": "paragraph separator",
    "\u202a": "left-to-right embedding",
    "\u202b": "right-to-left embedding",
    "\u202c": "pop directional formatting",
    "\u202d": "left-to-right override",
    "\u202e": "right-to-left override",
    "\u2060": "word joiner",
    "\u2066": "left-to-right isolate",
    "\u2067": "right-to-left isolate",
    "\u2068": "first strong isolate",
    "\u2069": "pop directional isolate",
    "\ufeff": "byte order mark",
    "\ufffc": "object replacement character",
    "\ufffd": "replacement character",
}
_MARKS = frozenset("\u200e\u200f\u061c")
_ISOLATES = frozenset("\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")
_JOINING_SCRIPTS = frozenset(
    {"Arab", "Deva", "Beng", "Mlym", "Knda", "Taml", "Telu", "Sinh", "Khmr"}
)


@check("invisible")
def invisible(subject: Subject) -> Iterator[Report]:
    """No invisible, control or unassigned character that the source does not have.

    Direction marks and closed isolates may stand in right-to-left text, joiners where the script
    needs them.
    """
    for char in dict.fromkeys(subject.target):
        if char.isalnum() or char in " \n\u00a0" or char in subject.source:
            continue
        if char in _INVISIBLE:
            if char in _JOINERS and subject.language.script in _JOINING_SCRIPTS:
                continue
            if subject.language.rtl and (
                char in _MARKS or (char in _ISOLATES and _closed(subject.target))
            ):
                continue
            severity = "warning" if char in _MARKS or char == "\u00ad" else "error"
            yield severity, f"U+{ord(char):04X} ({_INVISIBLE[char]}) stands in it"  # type: ignore[misc]
            continue
        category = unicodedata.category(char)
        if category in {"Cc", "Co", "Cn", "Cs"}:
            yield "error", f"U+{ord(char):04X} is no character of a text"


def _closed(text: str) -> bool:
    depth = 0
    for char in text:
        if char in "\u2066\u2067\u2068":
            depth += 1
        elif char == "\u2069":
            depth -= 1
            if depth < 0:
                return False
    return depth == 0


@check("normal-form")
def normal_form(subject: Subject) -> Iterator[Report]:
    """Letters with marks are single characters (Unicode form NFC), so that search and fonts find them."""
    if unicodedata.normalize("NFC", subject.target) != subject.target:
        yield "warning", "letters and their marks are separate characters (not NFC)"
