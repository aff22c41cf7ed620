"""Checks of numbers."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from publisher.checks import Report, Subject, check

# Separators within a number: point, comma, apostrophe, spaces of all kinds, Arabic signs.
_NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u202f\u2009 ٫٬](?=\d)\d+)*")
_SEPARATOR = re.compile(r"[^\d]")


def figures(text: str) -> Counter[str]:
    """The digits of each number in a text, without separators, in ASCII digits.

    19,000, 19 000, 19.000 and ١٩٬٠٠٠ are all ``19000``; 11.4 and 11,4 are both ``114``.
    """
    plain = "".join(
        str(unicodedata.digit(character)) if character.isdigit() else character
        for character in unicodedata.normalize("NFKC", text)
        if not (character.isdigit() and unicodedata.digit(character, None) is None)
    )
    return Counter(_SEPARATOR.sub("", match[0]) for match in _NUMBER.finditer(plain))


@check("numbers")
def numbers(subject: Subject) -> Iterator[Report]:
    """Every number of the source stands in the translation, whatever its separators and digits.

    Numbers up to ten may be written in words, so only longer ones are missed as errors.
    """
    source, target = figures(subject.source), figures(subject.target)
    if source == target:
        return
    joined_source, joined_target = _sorted_digits(source), _sorted_digits(target)
    if joined_source == joined_target:
        return
    missing, extra = source - target, target - source
    for number in missing:
        small = len(number) <= 1 or number == "10"
        yield ("warning" if small else "error"), f"the number {number} is missing"
    for number in extra:
        small = len(number) <= 1 or number == "10"
        yield ("warning" if small else "error"), f"the number {number} is not in the source"


def _sorted_digits(counter: Counter[str]) -> str:
    """All digits in order of value: equal where numbers were only grouped differently."""
    return "".join(sorted("".join(counter.elements())))
