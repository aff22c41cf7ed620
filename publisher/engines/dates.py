"""Month names beside figures: a date whose month has changed is worse than one that is lost."""

from __future__ import annotations

import functools
import re
from collections import Counter
from datetime import date

Months = tuple[tuple[str, ...], ...]
"""For each month of the Gregorian year the names that stand for it, best first."""

_WORD = re.compile(r"[^\W\d_]+")
_BEFORE = re.compile(r"\d\S{0,3}\s(?:\w{1,3}\s)?\Z")
_AFTER = re.compile(r"[.,]?\s(?:\w{1,3}\s)?\d")


@functools.lru_cache(maxsize=32)
def months(locale: str) -> Months:
    """Names from CLDR; empty for a language that it does not know."""
    from babel import Locale, UnknownLocaleError

    try:
        names = Locale.parse(locale.replace("-", "_")).months
    except (UnknownLocaleError, ValueError):
        return ()
    return tuple(
        tuple(
            dict.fromkeys(
                str(names[context]["wide"][number]) for context in ("format", "stand-alone")
            )
        )
        for number in range(1, 13)
    )


def find(text: str, names: Months, *, dated: bool) -> list[tuple[int, int, int]]:
    """Month names as ``(start, end, month)``; with ``dated`` only those that a figure stands by.

    ``May`` and ``March`` are also other words, hence the figure, and the capital where the language
    writes months so.
    """
    index = _index(names)
    capital = bool(names) and names[0][0][:1].isupper()
    found = []
    for match in _WORD.finditer(text):
        month = index.get(match.group().casefold())
        if month is None:
            continue
        if capital and dated and not match.group()[0].isupper():
            continue
        by_figure = _BEFORE.search(text, 0, match.start()) or _AFTER.match(text, match.end())
        if not dated or by_figure:
            found.append((match.start(), match.end(), month))
    return found


def _index(names: Months) -> dict[str, int]:
    return {name.casefold(): number for number, forms in enumerate(names, 1) for name in forms}


def lost(source: str, before: Months, target: str, after: Months) -> Counter[int]:
    """Months of dates that the target lacks; none where either language's names are unknown."""
    if not before or not after:
        return Counter()
    wanted = Counter(month for _, _, month in find(source, before, dated=True))
    return wanted - Counter(month for _, _, month in find(target, after, dated=False))


def localised(text: str, names: Months, locale: str) -> list[tuple[int, int, str]]:
    """Dates of a text as ``(start, end, the date in another language)``.

    Knows day and month, month and year, and all three, in the orders ``11 March 2023``,
    ``March 11, 2023``; an empty list where either language's names are unknown.
    """
    if not names or not locale:
        return []
    from babel.dates import format_skeleton

    index = _index(names)
    month = "|".join(sorted(map(re.escape, index), key=lambda name: (-len(name), name)))
    pattern = re.compile(
        rf"(?<!\w)(?:(?P<d1>\d{{1,2}})\.? (?P<m1>{month})(?: (?P<y1>\d{{4}}))?"
        rf"|(?P<m2>{month}) (?P<d2>\d{{1,2}})(?:,? (?P<y2>\d{{4}}))?"
        rf"|(?P<m3>{month}) (?P<y3>\d{{4}}))(?!\w)",
        re.IGNORECASE,
    )
    found = []
    for match in pattern.finditer(text):
        part = match.groupdict()
        day = int(part["d1"] or part["d2"] or 1)
        year = part["y1"] or part["y2"] or part["y3"]
        name = part["m1"] or part["m2"] or part["m3"]
        if names[0][0][:1].isupper() and not name[:1].isupper():
            continue
        skeleton = ("y" if year else "") + "MMMM" + ("" if part["m3"] else "d")
        try:
            value = date(int(year or 2000), index[name.casefold()], day)
            shown = str(format_skeleton(skeleton, value, locale=locale))
        except (ValueError, KeyError):
            continue
        found.append((match.start(), match.end(), shown))
    return found
