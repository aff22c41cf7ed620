"""What gives a bad translation away without knowing the language."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")

# Scripts that say the same in far fewer characters.
_DENSE = frozenset({"zh", "ja", "ko", "th", "lo", "km", "my"})

_STUTTER = re.compile(r"([^\W\d_]{2,6})\1\1", re.IGNORECASE)


def words(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return [word.casefold() for word in _WORD.findall(text)]


def judge(source: str, target: str, source_language: str, target_language: str) -> str:
    """Why a translation cannot be used, or an empty string.

    Finds an empty one, a repetition loop that the source does not have, a copy of the source, and
    one far too short or too long.
    """
    if not target.strip() or (any(map(str.isalnum, source)) and not any(map(str.isalnum, target))):
        return "the model returned nothing"
    if repeated(target) and not repeated(source):
        return f"the model repeats itself (“{repetition(target)}”)"
    if (repeated(target, near=True) and not repeated(source, near=True)) or (
        _STUTTER.search(target) and not _STUTTER.search(source)
    ):
        return "the model repeats itself"
    if source_language != target_language and is_copy(source, target):
        return "the model returned the source text"
    length, other = len(source), len(target)
    if length >= 20:
        dense = target_language.split("-")[0] in _DENSE, source_language.split("-")[0] in _DENSE
        low, high = 0.35, 2.5
        if dense == (True, False):
            low, high = 0.1, 1.2
        elif dense == (False, True):
            low, high = 1.0, 10.0
        if other < low * length:
            return "the draft is far shorter than the source"
        if other > high * length + 20:
            return "the draft is far longer than the source"
    return ""


def repetition(text: str) -> str:
    """The words of a text that come again at once, as a stuck model writes them; empty if none."""
    found = repeated(text)
    return " ".join(words(text[found[0] : found[1]])) if found else ""


def repeated(text: str, *, near: bool = False) -> tuple[int, int, int] | None:
    """The first repetition as ``(start, end of the first time, end of the last time)``.

    One or two words must come three times, since ``very very`` is language; more words twice. A
    model that is kept from repeating itself varies the ends of words: with ``near``, words that
    begin alike are equal.
    """
    matches = list(_WORD.finditer(text))
    found = [match.group().casefold() for match in matches]
    if near:
        found = [word[:4] for word in found]
    for size in range(1, 9):
        times = 3 if size <= 2 else 2
        for start in range(len(found) - size * times + 1):
            group = found[start : start + size]
            if found[start + size : start + 2 * size] != group:
                continue
            count = 2
            while found[start + count * size : start + (count + 1) * size] == group:
                count += 1
            if count >= times and (size == 1 or len(set(group)) > 1):
                last = matches[start + count * size - 1].end()
                return matches[start].start(), matches[start + size - 1].end(), last
    return None


def is_copy(source: str, target: str) -> bool:
    """Whether the target is the source again; names alone, or very short texts, do not count."""
    lower = [word for word in _WORD.findall(source) if word[0].islower() and word.isalpha()]
    if len(lower) < 3:
        return False
    kept = set(_WORD.findall(target))
    return sum(word in kept for word in lower) >= 0.8 * len(lower)
