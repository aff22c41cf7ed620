"""Typographic quotation marks and apostrophes for straight, mixed and makeshift ones."""

from __future__ import annotations

import re

_OPENING_BEFORE = frozenset(" \u00a0([{<–—-/\n")
_YEARS = re.compile(r"\d\ds?(?![\w-])")
# Words that lose their beginning in English.
_ELISIONS = re.compile(r"(?:tis|twas|twere|em|til|cause|bout|n)(?!\w)", re.IGNORECASE)
_ROCK_N_ROLL = re.compile("['‘’][nN]['’](?=\\s)")
_SINGLES = "'‘’`´"
_DOUBLES = '"“”'

Quotes = tuple[str, str, str, str]


def curl(text: str, quotes: Quotes = ("“", "”", "‘", "’"), depth: int = 0) -> str:
    """``text`` with curled marks; its length does not change.

    ``quotes`` are outer opening and closing, inner opening and closing. Marks that are curled already
    stay where their direction is possible. ``depth`` is 1 when the paragraph begins inside a
    quotation (a quotation of several paragraphs).
    """
    result = list(text)
    opened = depth
    inner = 0
    for place, mark in enumerate(text):
        before = result[place - 1] if place else " "
        after = text[place + 1] if place + 1 < len(text) else " "
        if mark in _DOUBLES:
            opening = _double_opens(mark, before, after, opened)
            if mark == '"' and not opening and before.isdigit() and not opened:
                result[place] = "″"
                continue
            result[place] = quotes[0] if opening else quotes[1]
            if mark != '"' and quotes[:2] != ("“", "”"):
                result[place] = mark
            opened = opened + 1 if opening else max(0, opened - 1)
        elif mark in _SINGLES:
            result[place], inner = _single(text, place, before, after, quotes, inner)
    return "".join(result)


def _double_opens(mark: str, before: str, after: str, opened: int) -> bool:
    if mark in "“”":
        # An OCR program turns a mark round now and then; trust it where it can stand.
        if mark == "“":
            return not (after.isspace() and before not in _OPENING_BEFORE and opened)
        return before in _OPENING_BEFORE and before != "-" and after.isalnum() and not opened
    if before in _OPENING_BEFORE and not after.isspace():
        if before in "-/–—" and opened and not after.isalnum():
            return False
        return not (before in "-/" and opened)
    if after.isspace() and before not in _OPENING_BEFORE:
        return False
    if before in "“‘'\"" and not opened:
        return True
    if before in "“‘":
        return True
    if before in _OPENING_BEFORE and after.isspace():
        return not opened
    return not opened and before not in ".,!?;:…" and after.isalnum() and not before.isalnum()


def _single(
    text: str, place: int, before: str, after: str, quotes: Quotes, inner: int
) -> tuple[str, int]:
    mark = text[place]
    apostrophe = "’"
    rest = text[place + 1 :]
    if before.isalnum() and after.isalnum():
        return apostrophe, inner
    if mark == "‘" and text.count("‚", 0, place) > text.count("‘", 0, place):
        return mark, inner
    if mark in "`´" and not (before.isalpha() or after.isalpha()):
        return mark, inner
    if _ROCK_N_ROLL.match(text, place) or _ROCK_N_ROLL.match(text, max(0, place - 2)):
        return apostrophe, inner
    opening = (before in _OPENING_BEFORE or before in '“"„«') and not after.isspace()
    if opening:
        if _YEARS.match(rest) and not _closes_later(rest, years=True):
            return apostrophe, inner
        if _ELISIONS.match(rest) and not _closes_later(rest):
            return apostrophe, inner
        if mark == "’" and not _closes_later(rest):
            return apostrophe, inner
        if mark == "'" and not _closes_later(rest):
            return apostrophe, inner
        return quotes[2], inner + 1
    if before.isdigit() and mark == "'" and not inner and not after.isalnum():
        return "′", inner
    if inner and not before.isspace():
        # The plural possessive (the states' rights) looks like a closing mark; a later one decides.
        if before in "sS" and after.isspace() and _closes_later(rest):
            return apostrophe, inner
        return quotes[3], inner - 1
    return apostrophe, inner


def _closes_later(rest: str, *, years: bool = False) -> bool:
    """True when a single mark that can close follows before another one opens."""
    rest = _ROCK_N_ROLL.sub("xxx", rest)
    for found in re.finditer("['’]", rest):
        place = found.start()
        before = rest[place - 1] if place else " "
        after = rest[place + 1] if place + 1 < len(rest) else " "
        if before.isalnum() and after.isalnum():
            continue
        if before in _OPENING_BEFORE:
            return False
        if before in "sS" and after.isspace() and years:
            continue
        if not before.isspace() and not after.isalnum():
            return True
    return False


def balance(text: str) -> int:
    """Quotations still open at the end of a curled text: more than 0 when one goes on."""
    opened = 0
    for mark in text:
        if mark in "“„«":
            opened += 1
        elif mark in "”»":
            opened = max(0, opened - 1)
    return opened
