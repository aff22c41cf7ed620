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
    """The target text with the numbers that it took over as they are in the target's form.

    A model mostly writes them so itself, and is trusted where the result is a number. ``4.0`` after
    a name ("CC BY 4.0", "Article 4.2") is a label and stays.
    """
    if before == after:
        return target
    forms: Mapping[str, tuple[str, bool]] = {
        key: (source[start:end], _is_label(source, start)) for start, end, key in find(source)
    }
    parts: list[str] = []
    at = 0
    for start, end, key in find(target):
        shown = target[start:end]
        original, label = forms.get(key, (shown, False))
        parts.append(target[at:start])
        parts.append(_localised(shown, original, before, after, label=label))
        at = end
    return "".join(parts) + target[at:]


_NAME_BEFORE = re.compile(r"([^\W\d_]+)[ \u00a0]\Z")


def _is_label(text: str, start: int) -> bool:
    name = _NAME_BEFORE.search(text, 0, start)
    return name is not None and name[1][:1].isupper()


def _localised(shown: str, original: str, before: Signs, after: Signs, *, label: bool) -> str:
    wanted = written(original, before, after)
    if shown == original:
        # Three figures after the sign would be read as thousands, whatever stands before.
        decimals = original.rpartition(before.decimal)[2] if before.decimal in original else ""
        return shown if label and len(decimals) in (1, 2) else wanted
    return shown if shown.isdigit() or _well_formed(shown, after) else wanted


def _well_formed(number: str, signs: Signs) -> bool:
    group, decimal = re.escape(signs.group), re.escape(signs.decimal)
    return bool(re.fullmatch(rf"(\d{{1,3}}(?:{group}\d{{3}})+|\d+)(?:{decimal}\d+)?", number))
