"""Numbers in front of headings, list items and on page feet: Roman and Arabic."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})", re.IGNORECASE)
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_LABEL = r"(?:(?:article|chapter|section|part|item|story|topic)\s+)?"
_HEADING = re.compile(
    rf"^{_LABEL}[(\[]?(?P<number>[IVXLCivxlc1|]{{1,8}}|\d{{1,3}}|[A-Z])"
    r"(?P<mark>\s*[.)\]:]+\s*[-–—]?\s*|\s+[-–—|]\s+|\s+)(?P<rest>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A text with the number in front of it: ``style`` is roman, arabic or letter."""

    style: str
    value: int
    rest: str
    marked: bool


def roman(text: str) -> int | None:
    """The value of a Roman numeral (at most 399, so that words such as MIX are none), or None."""
    upper = text.upper()
    if not upper or not _ROMAN.fullmatch(upper) or (len(set(text)) > 1 and _mixed(text)):
        return None
    total = 0
    for place, letter in enumerate(upper):
        value = _VALUES[letter]
        following = _VALUES[upper[place + 1]] if place + 1 < len(upper) else 0
        total += -value if value < following else value
    return total if total < 400 else None


def _mixed(text: str) -> bool:
    return not (text.isupper() or text.islower())


def numbered(text: str) -> list[Numbered]:
    """Every way to read the number in front of ``text``, the likeliest first.

    OCR programs read the numeral I as l, 1 or |; both readings are given.
    """
    found = _HEADING.match(text)
    if not found:
        return []
    number, rest = found["number"], found["rest"]
    marked = bool(found["mark"].strip()) or bool(found.group(0)[0] in "([")
    readings: list[Numbered] = []
    if number.isdigit():
        readings.append(Numbered("arabic", int(number), rest, marked))
    guess = number.replace("l", "I").replace("1", "I").replace("|", "I")
    if number != number.lower() or "l" in number or "|" in number or "1" in number:
        value = roman(guess)
        if value:
            readings.append(Numbered("roman", value, rest, marked))
    else:
        value = roman(number)
        if value:
            readings.append(Numbered("small roman", value, rest, marked))
    if len(number) == 1 and number.isalpha() and number.isupper():
        readings.append(Numbered("letter", ord(number) - ord("A") + 1, rest, marked))
    return readings
