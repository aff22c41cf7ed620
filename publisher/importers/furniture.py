"""Page numbers and running heads: what stands on a page and is not part of its text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from publisher.importers.characters import Line, blanked
from publisher.importers.inline import plain
from publisher.importers.manuscript import Repair
from publisher.importers.numerals import numbered, roman

_WORD = (
    r"(?:page|pages|pg\.?|p\.?|seite|s\.|sayfa|səhifə|səh\.?|страница|стр\.?|с\.|página|pág\.?|"
    r"pagina|pag\.?|صفحة|الصفحة)"
)
_OF = r"(?:of|/|von|из|sur|de|out of|\|)"
_EDGE = r"[\s\-–—|.·•*_\[\](){}<>~=#:]*"
_NUMBER = r"(?P<number>\d{1,4}|[ivxlc]{1,12}|[IVXLC]{1,12})"
_LABELLED = re.compile(
    rf"{_EDGE}{_WORD}\s*{_NUMBER}(?:\s*{_OF}\s*\d{{1,4}})?{_EDGE}", re.IGNORECASE
)
_OF_TOTAL = re.compile(rf"{_EDGE}{_NUMBER}\s*(?:/|of|von|из|sur)\s*\d{{1,4}}{_EDGE}", re.IGNORECASE)
_BARE = re.compile(rf"{_EDGE}{_NUMBER}{_EDGE}")
_RULE = re.compile(r"\s*(?:[-*_=~–—]\s*){3,}")
_LEADING = re.compile(
    rf"^(?:{_WORD}\s*)?(?P<number>\d{{1,4}}|[ivxlc]{{1,6}}|[IVXLC]{{1,6}})(?:\s*(?:of|/)\s*\d{{1,4}})?"
    r"(?P<gap>\s*[|•·–—\-/:]\s*|\s{2,}|\s+)(?P<text>\D.*)$",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"^(?P<text>.*\S)(?P<gap>\s*[|•·–—\-/:,]\s*|\s{2,}|\s+)"
    rf"(?:{_WORD}\s*)?(?P<number>\d{{1,4}}|[ivxlc]{{1,6}}|[IVXLC]{{1,6}})(?:\s*(?:of|/)\s*\d{{1,4}})?$",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?:;…][\"'”’»)\]*]*$")
_MARKED = re.compile(r"\s*(?:[-*+•–]\s|\d{1,3}[.)]\s|>|\||```)")


_STEP = 40
"""Pages between two numbers that were recognised: some are lost, but never so many."""


@dataclass(frozen=True, slots=True)
class _Head:
    place: int
    key: str
    number: int | None


def remove(lines: list[Line], titles: frozenset[str], repairs: list[Repair]) -> list[Line]:
    """Blank the page numbers and running heads of ``lines``.

    ``titles`` are the keys (see ``key``) of headings and contents entries. A line goes when it can be
    nothing else: a number that stands alone and fits the rising sequence of such numbers, a labelled
    number, or a short line that comes again at page breaks.
    """
    result = list(lines)
    for place in _rules(result):
        repairs.append(Repair(result[place].number, "rule removed", result[place].text.strip()))
        result[place] = blanked(result[place])
    for place in _numbers(result):
        repairs.append(
            Repair(result[place].number, "page number removed", result[place].text.strip())
        )
        result[place] = blanked(result[place])
    for place in _heads(result, titles):
        repairs.append(
            Repair(result[place].number, "running head removed", result[place].text.strip())
        )
        result[place] = blanked(result[place])
    return result


def key(text: str) -> str:
    """The letters and figures of a text in one case, for comparing headings with contents."""
    return re.sub(r"[\W_]+", " ", plain(text.strip().lstrip("#")).casefold()).strip()


def _value(number: str) -> int | None:
    return int(number) if number.isdigit() else roman(number)


def _rules(lines: list[Line]) -> list[int]:
    """Lines drawn across the page; one right under text is a setext heading's and stays."""
    return [
        place
        for place, line in enumerate(lines)
        if _RULE.fullmatch(line.text) and (place == 0 or lines[place - 1].blank)
    ]


def _alone(lines: list[Line], place: int) -> bool:
    before = place == 0 or lines[place].page or lines[place - 1].blank
    after = place + 1 == len(lines) or lines[place + 1].blank or lines[place + 1].page
    return before and after


def _beside_break(lines: list[Line], place: int) -> bool:
    """Next to a form feed, to a line that was blanked as furniture, or at an end of the file."""
    above = place - 1
    while above >= 0 and lines[above].blank and not lines[above].page:
        above -= 1
    below = place + 1
    while below < len(lines) and lines[below].blank and not lines[below].page:
        below += 1
    if lines[place].page or below == len(lines):
        return True
    return (above >= 0 and lines[above].page and lines[above].blank) or lines[below].page


def _glued_heads(lines: list[Line]) -> frozenset[str]:
    """Lines that stand next to a bare number three times or more, with text all around."""
    counts: Counter[str] = Counter()
    for place, line in enumerate(lines):
        text = line.text.strip()
        if not text or len(text) > 80 or _BARE.fullmatch(text) or plain(text)[:1].islower():
            continue
        beside = lines[max(0, place - 1) : place] + lines[place + 1 : place + 2]
        if any(_BARE.fullmatch(other.text.strip()) for other in beside if not other.blank):
            counts[key(text)] += 1
    return frozenset(name for name, count in counts.items() if count >= 3)


def _glued(lines: list[Line], place: int, heads: frozenset[str]) -> bool:
    """True for a number between lines of text with a running head right above or below it."""
    beside = lines[max(0, place - 1) : place] + lines[place + 1 : place + 2]
    return any(key(other.text) in heads for other in beside if not other.blank)


def _numbers(lines: list[Line]) -> list[int]:
    heads = _glued_heads(lines)
    found: list[int] = []
    groups: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, line in enumerate(lines):
        text = line.text.strip()
        if not text or len(text) > 40:
            continue
        edge = place == 0 or place + 1 == len(lines)
        touching = edge or lines[place - 1].blank or lines[place + 1].blank or line.page
        if not touching and not _glued(lines, place, heads):
            continue
        labelled = _LABELLED.fullmatch(text) or _OF_TOTAL.fullmatch(text)
        if labelled and _value(labelled["number"]):
            found.append(place)
            continue
        bare = _BARE.fullmatch(text)
        if not bare or re.fullmatch(r"\d{1,4}[.)]", text):
            continue
        number = bare["number"]
        value = _value(number)
        if value is None:
            continue
        decorated = text.strip("*_") != number
        alone = _alone(lines, place) or line.page or _beside_break(lines, place) or not touching
        if not (alone or decorated):
            continue
        style = "arabic" if number.isdigit() else "small" if number.islower() else "capital"
        if style == "capital" and _chapter(lines, place, value):
            continue
        groups[style].append((place, value))
    for items in groups.values():
        if len(items) == 1 and 1500 < items[0][1] < 2200:  # a year on the title page
            continue
        found.extend(items[index][0] for index in _rising([value for _, value in items]))
    return sorted(found)


def _chapter(lines: list[Line], place: int, value: int) -> bool:
    """True for a Roman numeral that numbers the heading below it rather than the page."""
    below = _around(lines, place)[1]
    if not below or lines[place].page:
        return False
    text = below
    short = len(text) <= 120 and not _ENDED.search(text)
    return (
        short
        and value < 60
        and (text.startswith(("#", "**")) or text.isupper())
        and not any(reading.marked for reading in numbered(plain(text.lstrip("#"))))
    )


def _rising(values: list[int]) -> list[int]:
    """Indexes of a longest run that rises by at most _STEP each time: pages count upwards, stray
    figures and years do not fit in."""
    length = [1] * len(values)
    previous = [-1] * len(values)
    for index, value in enumerate(values):
        for other in range(max(0, index - 200), index):
            if 0 < value - values[other] <= _STEP and length[other] + 1 > length[index]:
                length[index], previous[index] = length[other] + 1, other
    run: list[int] = []
    index = max(range(len(values)), key=lambda i: (length[i], -i), default=-1)
    while index >= 0:
        run.append(index)
        index = previous[index]
    return run[::-1]


def _head(text: str, place: int) -> list[_Head]:
    """Every way to read a line as a running head: with a page number before or after, or none."""
    bare = plain(text.strip().lstrip("#").strip())
    spaced = text.strip().lstrip("#").strip().strip("*")
    readings = [_Head(place, key(bare), None)]
    for pattern in (_LEADING, _TRAILING):
        found = pattern.match(spaced)
        if found and key(found["text"]):
            value = _value(found["number"])
            if value is not None:
                readings.append(_Head(place, key(found["text"]), value))
    return [reading for reading in readings if reading.key]


def _heads(lines: list[Line], titles: frozenset[str]) -> list[int]:
    groups: dict[str, list[_Head]] = defaultdict(list)
    for place, line in enumerate(lines):
        text = line.text.strip()
        if not text or len(text) > 100 or (_MARKED.match(text) and not re.match(r"\d", text)):
            continue
        if _ENDED.search(plain(text)) and not text.endswith(":"):
            continue
        standing = _alone(lines, place) or line.page or _between(lines, place)
        for reading in _head(text, place):
            if (standing and not plain(text)[:1].islower()) or reading.number is not None:
                groups[reading.key].append(reading)
    first_text = next((i for i, line in enumerate(lines) if not line.blank), 0)
    removed: set[int] = set()
    # Evidence spreads: a head beside another head is at a page break too.
    for _ in range(3):
        before = len(removed)
        for name, readings in groups.items():
            removed.update(_repeated(lines, name, readings, titles, removed, first_text))
        if len(removed) == before:
            break
        lines = [blanked(line) if i in removed else line for i, line in enumerate(lines)]
    return sorted(removed)


def _repeated(
    lines: list[Line],
    name: str,
    readings: list[_Head],
    titles: frozenset[str],
    removed: set[int],
    first_text: int,
) -> set[int]:
    places: dict[int, _Head] = {}
    for reading in readings:
        if reading.place not in places or reading.number is not None:
            places[reading.place] = reading
    numbers = [r.number for r in places.values() if r.number is not None]
    known = name in titles
    if len(places) < 2 and not (known and numbers):
        return set()
    rising = len(numbers) >= 2 and all(a < b for a, b in pairwise(numbers))
    evidence: set[int] = set()
    for place, reading in places.items():
        if (
            place in removed
            or (reading.number is not None and (rising or known))
            or _at_break(lines, place)
        ):
            evidence.add(place)
    orphans = sum(reading.number is None and _orphans(lines, p) for p, reading in places.items())
    if orphans * 2 > len(places):
        return set()
    # The bulletin's own title that comes again, or a line too frequent for a section's heading.
    certain = (min(places) == first_text and len(places) >= 2) or _crowded(lines, places, titles)
    if not certain and (not evidence or (len(evidence) < 2 and len(places) > 2)):
        return set()
    if not certain and len(evidence) * 4 < len(places):
        return set()
    if len(evidence) == 1 and not known and not certain:
        return set()
    return set(places) - {_title_of(lines, places, known, first_text, evidence)}


def _crowded(lines: list[Line], places: Iterable[int], titles: frozenset[str]) -> bool:
    """True when the line stands three times in one article: a section's heading does so once."""
    run = 0
    last = -1
    for place in sorted(places):
        between = range(last + 1, place)
        if any(
            lines[p].text.startswith("#") or key(lines[p].text) in titles
            for p in between
            if not lines[p].blank
        ):
            run = 0
        run += 1
        last = place
        if run >= 3:
            return True
    return False


def _title_of(
    lines: list[Line],
    places: dict[int, _Head],
    known: bool,
    first_text: int,
    evidence: set[int],
) -> int:
    """The place of the one line that the running heads repeat, the title itself; -1 where none is."""
    bare = [place for place, reading in places.items() if reading.number is None]
    if first_text in bare:
        return first_text
    headings = [p for p in bare if lines[p].text.lstrip().startswith(("#", "**"))]
    if headings:
        first = min(headings)
        return first if known or first not in evidence else -1
    first = min(places)
    return first if known and first in bare and first not in evidence else -1


def _between(lines: list[Line], place: int) -> bool:
    """Next to a line that was blanked as furniture, with no line between."""
    above = place > 0 and lines[place - 1].page and lines[place - 1].blank
    below = place + 1 < len(lines) and lines[place + 1].page and lines[place + 1].blank
    return above or below


def _around(lines: list[Line], place: int) -> tuple[str, str]:
    """The text above and below a line, blank lines passed over, without markup."""
    above, below = place - 1, place + 1
    while above >= 0 and lines[above].blank:
        above -= 1
    while below < len(lines) and lines[below].blank:
        below += 1
    return (
        plain(lines[above].text) if above >= 0 else "",
        plain(lines[below].text) if below < len(lines) else "",
    )


def _orphans(lines: list[Line], place: int) -> bool:
    """True when taking the line out would leave a sentence without its beginning.

    A head at the top of a page is none: a note at the foot of the last page may stand above it.
    """
    above, below = _around(lines, place)
    previous = place - 1
    while previous >= 0 and lines[previous].blank and not lines[previous].page:
        previous -= 1
    top = lines[place].page or (previous >= 0 and lines[previous].page and lines[previous].blank)
    return not top and bool(_ENDED.search(above)) and below[:1].islower()


def _at_break(lines: list[Line], place: int) -> bool:
    if _beside_break(lines, place):
        return True
    above, below = _around(lines, place)
    if not above or not below:
        return False
    return not _ENDED.search(above) and below.lstrip("“\"'(‘[")[:1].islower()
