"""Split the lines of a manuscript into blocks: headings, paragraphs, list items, notes, tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from statistics import quantiles

from publisher.importers.characters import Line
from publisher.importers.inline import plain
from publisher.importers.lexicon import Lexicon
from publisher.importers.manuscript import Repair
from publisher.importers.numerals import roman
from publisher.importers.wrapped import glue, join_lines

_ATX = re.compile(r"^\s{0,3}(?P<marks>#{1,6})\s*(?P<text>[^#\s].*?)\s*#*\s*$")
_SETEXT = re.compile(r"^\s{0,3}(?:(?P<one>={2,})|(?P<two>-{3,}))\s*$")
_BULLET = re.compile(
    r"^(?P<indent>\s*)(?P<marker>[-*+•●○◦▪■□‣⁃·–—►➢✓]|o(?=\s\s))\s+(?P<text>\S.*)$"
)
_ORDERED = re.compile(
    r"^(?P<indent>\s*)(?P<open>\(?)(?P<number>\d{1,3}|[ivxlc]{1,6}|[IVXLC]{1,6}|[a-zA-Z])"
    r"(?P<close>[.)])\s+(?P<text>\S.*)$"
)
_NOTE = re.compile(
    r"^\s*(?:\[\^(?P<caret>[^\]\s]+)\]:\s*|\[(?P<square>\d{1,3})\]:?\s+|"
    r"(?P<raised>[⁰¹²³⁴-⁹]+)\s*|\^(?P<hat>\d{1,3})\^\s*|<sup>(?P<sup>\d{1,3})</sup>\s*)(?P<text>\S.*)$"
)
_ENDED = re.compile(r"[.!?:;…][\"'”’»)\]*_]*$")
LONG_LINE = 120
"""Lines longer than this many characters were not wrapped: each is a paragraph of its own."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of raw text. ``kind`` is heading, text, item, quote, note or table.

    ``level`` is a heading's; ``marker`` a list item's bullet or number, or a note's label; ``page``
    says that a page break stands before the block; ``full`` that its last line is as long as a line
    gets; ``lines`` are the rows of a table.
    """

    kind: str
    text: str
    line: int
    level: int = 0
    marker: str = ""
    indent: int = 0
    page: bool = False
    full: bool = False
    rows: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """The text without markup."""
        return plain(self.text)


def width(lines: list[Line]) -> int:
    """The width at which the manuscript's lines were wrapped, 0 when they were not."""
    lengths = sorted(len(line.text) for line in lines if not line.blank)
    if len(lengths) < 4:
        return lengths[-1] if lengths and lengths[-1] <= LONG_LINE else 0
    top = quantiles(lengths, n=20)[-1]
    return round(top) if top <= LONG_LINE else 0


def groups(lines: list[Line]) -> list[tuple[list[Line], bool]]:
    """Runs of lines without a blank one between them, each with "a page break stands before"."""
    result: list[tuple[list[Line], bool]] = []
    current: list[Line] = []
    page = pending = False
    for line in lines:
        if line.page and current:
            result.append((current, page))
            current = []
        pending = pending or line.page
        if line.blank:
            if current:
                result.append((current, page))
                current = []
            continue
        if not current:
            page, pending = pending, False
        current.append(line)
    if current:
        result.append((current, page))
    return result


def split(
    lines: list[Line], titles: frozenset[str], lexicon: Lexicon, repairs: list[Repair]
) -> list[Block]:
    """Blocks in reading order; ``titles`` are the keys of the contents entries."""
    wrap = width(lines)
    result: list[Block] = []
    for group, page in groups(lines):
        recent = next((b for b in reversed(result[-3:]) if b.kind == "item"), None)
        found = _Splitter(group, titles, lexicon, repairs, wrap, recent).blocks()
        if found:
            found[0] = replace(found[0], page=page)
        result.extend(found)
    return result


@dataclass(slots=True)
class _Splitter:
    """Splits one run of lines."""

    lines: list[Line]
    titles: frozenset[str]
    lexicon: Lexicon
    repairs: list[Repair]
    wrap: int
    recent: Block | None = None

    def blocks(self) -> list[Block]:
        result: list[Block] = []
        place = 0
        unwrapped = any(len(line.text) > LONG_LINE for line in self.lines) or not self.wrap
        while place < len(self.lines):
            block, place = self._next(place, result, unwrapped)
            result.append(block)
        return result

    def _next(self, place: int, before: list[Block], unwrapped: bool) -> tuple[Block, int]:
        line = self.lines[place]
        atx = _ATX.match(line.text)
        if atx:
            end = self._heading_end(place, atx["text"])
            text = " ".join(
                [atx["text"], *(other.text.strip() for other in self.lines[place + 1 : end])]
            )
            return Block("heading", text, line.number, level=len(atx["marks"])), end
        if line.text.lstrip().startswith("|") and line.text.rstrip().endswith("|"):
            end = place
            while end < len(self.lines) and self.lines[end].text.lstrip().startswith("|"):
                end += 1
            if end - place >= 2:
                rows = tuple(other.text.strip() for other in self.lines[place:end])
                return Block("table", "", line.number, rows=rows), end
        under = self._underline(place)
        if under:
            text = " ".join(other.text.strip() for other in self.lines[place:under])
            level = 1 if self.lines[under].text.strip().startswith("=") else 2
            return Block("heading", text, line.number, level=level), under + 1
        note = _NOTE.match(line.text)
        if note:
            end = self._run_end(place, unwrapped, note=True)
            label = next(note[n] for n in ("caret", "square", "raised", "hat", "sup") if note[n])
            lines = [replace(line, text=note["text"]), *self.lines[place + 1 : end]]
            return self._made(
                "note", lines, marker=note.group()[: note.start("text")].strip() or label
            ), end
        item = self.item(place, before)
        if item:
            end = self._run_end(place, unwrapped, marker=_marker(item))
            lines = [replace(line, text=item["text"]), *self.lines[place + 1 : end]]
            indent = len(item["indent"])
            return self._made("item", lines, marker=_marker(item), indent=indent), end
        if line.text.lstrip().startswith(">"):
            end = place
            while end < len(self.lines) and self.lines[end].text.lstrip().startswith(">"):
                end += 1
            lines = [replace(o, text=o.text.lstrip().lstrip("> ")) for o in self.lines[place:end]]
            return self._made("quote", lines), end
        end = self._run_end(place, unwrapped)
        if end == place or (end < len(self.lines) and _SETEXT.match(self.lines[end].text)):
            # A line drawn under a paragraph is a rule, not a heading's underline.
            return self._made("text", self.lines[place : max(end, place)]), end + 1
        return self._made("text", self.lines[place:end]), end

    def _underline(self, place: int) -> int | None:
        """The place of the line of = or - under a heading of at most three lines at ``place``."""
        for end in range(place + 1, min(place + 4, len(self.lines))):
            text = self.lines[end].text
            if _SETEXT.match(text):
                return end
            if _ATX.match(text) or _ENDED.search(self.lines[end - 1].text):
                return None
        return None

    def _made(self, kind: str, lines: list[Line], *, marker: str = "", indent: int = 0) -> Block:
        text = join_lines(lines, self.lexicon, self.repairs)
        full = bool(self.wrap) and len(lines[-1].text) >= self.wrap * 0.8
        return Block(kind, text, lines[0].number, marker=marker, indent=indent, full=full)

    def _heading_end(self, place: int, text: str) -> int:
        """A wrapped heading goes on in the next lines while bold is open, or up to a contents title."""
        end = place + 1
        whole = text
        while end < len(self.lines) and end - place < 4:
            following = self.lines[end].text
            if _ATX.match(following) or len(following) > LONG_LINE or self.item(end, []):
                break
            opened = whole.count("**") % 2 == 1
            wider = f"{whole} {following.strip()}"
            if not (opened or self._titled(wider, whole)):
                break
            whole = wider
            end += 1
        if end == place + 1 and 1 < len(self.lines) - place <= 3:
            # The whole group is the heading when nothing in it ends like a sentence.
            rest = self.lines[place + 1 :]
            short = all(len(o.text) <= 100 for o in rest) and not any(
                _ENDED.search(o.text) or _ATX.match(o.text) or self.item(self.lines.index(o), [])
                for o in rest
            )
            if short and len(self.lines[place].text) >= 40:
                return len(self.lines)
        return end

    def _titled(self, wider: str, whole: str) -> bool:
        from publisher.importers.furniture import key

        longer, shorter = key(wider), key(whole)
        return not any(shorter.endswith(title) for title in self.titles) and any(
            title in longer or (len(longer) > 12 and _tail(longer) in title)
            for title in self.titles
        )

    def item(self, place: int, before: list[Block]) -> re.Match[str] | None:
        """The match of a list item that starts at this line, None for a line of running text."""
        line = self.lines[place]
        bullet = _BULLET.match(line.text)
        ordered = None if bullet else _ORDERED.match(line.text)
        found = bullet or ordered
        if not found:
            return None
        if place == 0:
            return found
        last = self.lines[place - 1].text.rstrip()
        if before and before[-1].kind == "item":
            if bullet:
                return (
                    found
                    if bullet["marker"] == before[-1].marker or len(bullet["indent"])
                    else None
                )
            return found if follows(before[-1].marker, _marker(found)) else None
        if self.recent is not None and follows(self.recent.marker, _marker(found)):
            # The rest of an item that a page break cut stands above.
            return found if bullet or _ENDED.search(last) else None
        if bullet:
            dash = bullet["marker"] in "-–—+*·"
            return found if not dash or _ENDED.search(last) or _ATX.match(last) else None
        first = _marker(found) in {"1.", "1)", "(1)", "a)", "(a)", "i)", "(i)"}
        return found if first and _ENDED.search(last) else None

    def _run_end(self, place: int, unwrapped: bool, *, marker: str = "", note: bool = False) -> int:
        """The place after the last line of the block that starts at ``place``; ``marker`` is an item's."""
        if unwrapped and len(self.lines[place].text) > LONG_LINE:
            return place + 1
        here = Block("item" if marker else "text", "", 0, marker=marker)
        start = self.lines[place]
        end = place + 1
        while end < len(self.lines):
            line = self.lines[end]
            if _ATX.match(line.text) or _SETEXT.match(line.text) or _NOTE.match(line.text):
                break
            if len(line.text) > LONG_LINE and unwrapped:
                break
            if line.text.lstrip().startswith((">", "|")) or self.item(end, [here]):
                break
            previous = self.lines[end - 1]
            if (
                2 <= line.indent <= 12
                and here.kind == "text"
                and previous.indent < line.indent
                and start.indent in {0, line.indent}
                and _ENDED.search(previous.text)
                and not note
            ):
                break
            if self._short_line(end - 1, here.kind) and unwrapped:
                break
            end += 1
        return end

    def _short_line(self, place: int, kind: str) -> bool:
        """In text that was not wrapped every line end is meant."""
        return kind == "text" and not self.wrap and bool(_ENDED.search(self.lines[place].text))


def _marker(found: re.Match[str]) -> str:
    if "marker" in found.re.groupindex:
        return found["marker"]
    return f"{found['open']}{found['number']}{found['close']}"


def ordinal(marker: str) -> list[tuple[str, int]]:
    """Every way to read the marker of an ordered item: style of number and value."""
    number = marker.strip("().")
    readings: list[tuple[str, int]] = []
    if number.isdigit():
        return [("Decimal", int(number))]
    value = roman(number) if number.isalpha() else None
    if value:
        readings.append(("UpperRoman" if number.isupper() else "LowerRoman", value))
    if len(number) == 1 and number.isascii() and number.isalpha():
        style = "UpperAlpha" if number.isupper() else "LowerAlpha"
        readings.append((style, ord(number.lower()) - ord("a") + 1))
    return readings


def follows(before: str, after: str) -> bool:
    """True when an item marked ``after`` can come next in the list of an item marked ``before``."""
    if before and before == after and not ordinal(after):
        return True
    if before.strip("().")[-1:] and before[-1:] != after[-1:]:
        return False
    known = set(ordinal(before))
    return any((style, value - 1) in known for style, value in ordinal(after))


def _tail(text: str) -> str:
    return text.split(" ", 1)[-1] if " " in text else text


def joined(first: Block, second: Block, lexicon: Lexicon, repairs: list[Repair]) -> Block:
    """``first`` with the text of ``second`` after it, as when a page break is taken out."""
    text = glue(first.text, second.text, lexicon, second.line, repairs)
    return replace(first, text=text, full=second.full)
