"""Numbers in text: found, compared across languages, written with another language's signs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

_NUMBER = re.compile(r"\d+(?:[.,٫٬'’\u00a0\u202f]\d+)*")


@dataclass(frozen=True, slots=True)
class Signs:
    """A language's decimal and group sign."""

    decimal: str
    group: str


def find(text: str) -> list[tuple[int, int, str]]:
    """Numbers of a text as ``(start, end, key)``; the key is the digits alone, as ASCII.

    Separators are not part of the key, since languages write them differently.
    """
    return [(m.start(), m.end(), _key(m.group())) for m in _NUMBER.finditer(text)]


def _key(text: str) -> str:
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdigit())


def compare(source: str, target: str) -> tuple[Counter[str], Counter[str]]:
    """Numbers that the target lacks, and numbers that it has too many."""
    wanted = Counter(key for _, _, key in find(source))
    got = Counter(key for _, _, key in find(target))
    lost, extra = wanted - got, got - wanted
    if lost and extra:
        _regroup(lost, extra)
    return lost, extra


def _regroup(lost: Counter[str], extra: Counter[str]) -> None:
    """Forgive numbers that are only cut or joined elsewhere: ``3, 4`` for ``3,4``."""
    if "".join(sorted("".join(lost.elements()))) == "".join(sorted("".join(extra.elements()))):
        joined = "".join(lost.elements())
        if len(lost) == 1 and joined == "".join(extra.elements()):
            lost.clear()
            extra.clear()


def written(text: str, source: Signs, target: Signs) -> str:
    """A number with the signs of another language; returned as it is where it is none.

    Only unambiguous forms change: groups of three, and one decimal sign. What looks like a date, a
    version or a paragraph number keeps its signs.
    """
    group, decimal = re.escape(source.group), re.escape(source.decimal)
    match = re.fullmatch(rf"(\d{{1,3}}(?:{group}\d{{3}})+|\d+)(?:{decimal}(\d+))?", text)
    if not match or text.isdigit():
        return text
    whole = match[1].replace(source.group, target.group)
    return whole + (target.decimal + match[2] if match[2] else "")


def localise(source: str, target: str, before: Signs, after: Signs) -> str:
    """The target text with the numbers of the source in the target's form, where it matters.

    A model mostly writes them so itself. What it left as in the source is changed only where it
    would be misread, since ``4.0`` may be a version: groups of thousands, and three decimals.
    """
    if before == after:
        return target
    forms: Mapping[str, str] = {key: source[start:end] for start, end, key in find(source)}
    parts: list[str] = []
    at = 0
    for start, end, key in find(target):
        shown = target[start:end]
        parts.append(target[at:start])
        parts.append(_localised(shown, forms.get(key, shown), before, after))
        at = end
    return "".join(parts) + target[at:]


def _localised(shown: str, original: str, before: Signs, after: Signs) -> str:
    wanted = written(original, before, after)
    if shown == original:
        decimals = original.rpartition(before.decimal)[2] if before.decimal in original else ""
        misread = before.group in original or len(decimals) == 3
        return wanted if misread else shown
    if shown.isdigit() or _well_formed(shown, after):
        return shown
    return wanted


def _well_formed(number: str, signs: Signs) -> bool:
    group, decimal = re.escape(signs.group), re.escape(signs.decimal)
    return bool(re.fullmatch(rf"(\d{{1,3}}(?:{group}\d{{3}})+|\d+)(?:{decimal}\d+)?", number))
