"""The last strokes on a translated sentence: what each language writes in its own way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from publisher.engines import masks, numbers
from publisher.engines.dates import Months
from publisher.engines.marked import Marked
from publisher.engines.numbers import Signs


@dataclass(frozen=True, slots=True)
class Style:
    """What a step must know of a language: code, number signs, four quotation marks."""

    code: str
    signs: Signs
    quotes: tuple[str, str, str, str]
    months: Months = ()
    locale: str = ""
    upper: Callable[[str], str] = str.upper


def polish(source: str, made: Marked, before: Style, after: Style) -> Marked:
    """Numbers, dashes, apostrophes, the first capital and the final mark as the source has them."""
    made = _renumbered(source, made, before, after)
    for dash in ("—", "–"):
        spaced = source.count(f" {dash} ")
        if spaced and spaced == made.text.count(" - "):
            made = replace(made, text=made.text.replace(" - ", f" {dash} "))
    made = replace(made, text=_ranges(source, made.text))
    if "’" in source and "'" in made.text:
        made = replace(made, text=_apostrophes(made.text))
    first, begin = source.lstrip()[:1], made.text[:1]
    if first.isupper() and begin.islower() and begin.upper().isalpha() and len(begin.upper()) == 1:
        made = replace(made, text=begin.upper() + made.text[1:])
    return _ended(source, made)


def _renumbered(source: str, made: Marked, before: Style, after: Style) -> Marked:
    kept = masks.addresses(made.text)
    for start, end, _ in reversed(numbers.find(made.text)):
        if any(start < last and end > first for first, last in kept):
            continue
        shown = made.text[start:end]
        wanted = numbers.localise(source, shown, before.signs, after.signs)
        if wanted != shown:
            made = made.replaced(start, end, wanted)
    return made


def _ranges(source: str, text: str) -> str:
    """``2020-21`` with the dash that the source has there."""
    for match in re.finditer(r"([^\W_]+)([–‑])([^\W_]+)", source):
        plain = f"{match[1]}-{match[3]}"
        text = re.sub(rf"(?<!\w){re.escape(plain)}(?!\w)", match.group(), text)
    return text


def _apostrophes(text: str) -> str:
    return re.sub(r"(?<=\w)'(?=\w)", "’", text)


_FINAL = ".!?:;…。！？؟।"


def _ended(source: str, made: Marked) -> Marked:
    """The final mark of the source, where the draft has none or one too many."""
    last, end = source.rstrip()[-1:], made.text.rstrip()[-1:]
    if last in _FINAL and end.isalnum():
        at = len(made.text.rstrip())
        stop = "。" if last == "." and "一" <= end <= "鿿" else last
        return made.replaced(at, at, stop)
    if end == "." and last.isalnum() and not made.text.rstrip().endswith(".."):
        at = len(made.text.rstrip())
        return made.replaced(at - 1, at, "")
    return made
