"""Clean the characters of a manuscript line by line, so that line numbers stay those of the file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from publisher.importers.manuscript import Repair, excerpt

NOTE_OPEN, NOTE_CLOSE = "\ufdd0", "\ufdd1"
"""Noncharacters that stand around the number of a footnote inside a paragraph's raw text."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the manuscript: its number from 1, its text, and whether a new page starts here."""

    number: int
    text: str
    page: bool = False

    @property
    def blank(self) -> bool:
        """True when the line holds nothing but white space."""
        return not self.text.strip()

    @property
    def indent(self) -> int:
        """Columns of white space before the text."""
        return len(self.text) - len(self.text.lstrip())


_LIGATURES = {
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
    "ﬅ": "st",
    "ﬆ": "st",
}
# The bullets of Wingdings and Symbol, as Word's text export leaves them.
_SYMBOLS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf02d": "–"}
_SOFT = "\u00ad"
# White space of other widths; a space between groups of digits keeps its no-break form.
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_GROUPED = re.compile("(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")
_INVISIBLE = re.compile(
    "[\ue000-\uf8ff\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\u200b\u2060\ufeff\ufffe\uffff\ufdd0-\ufdef\ud800-\udfff]"
)
_BREAKS = re.compile("\r\n|[\n\r\u2028\u2029\x85\v]")


def lines(text: str) -> tuple[list[Line], list[Repair]]:
    """Split ``text`` into clean lines.

    Form feeds become page starts, tabs and odd spaces plain spaces, ligatures letters, controls and
    invisible characters nothing, letters and their accents one character (NFC). Soft hyphens at the
    end of a line become hyphens, so that joining the lines decides about them.
    """
    result: list[Line] = []
    repairs: list[Repair] = []
    for number, raw in enumerate(_BREAKS.split(text), 1):
        pieces = raw.split("\f")
        for index, piece in enumerate(pieces):
            clean = _clean(piece, number, repairs)
            result.append(Line(number, clean, page=index > 0))
    return result, repairs


def _clean(text: str, number: int, repairs: list[Repair]) -> str:
    def step(rule: str, change: Callable[[str], str], before: str) -> str:
        after = change(before)
        if after != before:
            place = next(
                (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
                len(after),
            )
            start = max(0, place - 15)
            repairs.append(
                Repair(
                    number,
                    rule,
                    excerpt(_visible(before[start : start + 50])),
                    excerpt(_visible(after[start : start + 50])),
                )
            )
        return after

    if text.isascii() and text.isprintable():
        return text.rstrip()
    text = text.expandtabs(4)
    if _SOFT in text:
        text = step("soft hyphen", lambda t: _soft(t), text)
    if any(ligature in text for ligature in _LIGATURES):
        text = step("ligature", lambda t: "".join(_LIGATURES.get(c, c) for c in t), text)
    if any(symbol in text for symbol in _SYMBOLS):
        text = step("symbol font", lambda t: "".join(_SYMBOLS.get(c, c) for c in t), text)
    text = step("invisible character", lambda t: _INVISIBLE.sub("", t), text)
    if _SPACES.search(text):
        text = step("odd space", _spaces, text)
    text = step("accents composed", lambda t: unicodedata.normalize("NFC", t), text)
    return text.rstrip()


def _spaces(text: str) -> str:
    kept = _GROUPED.sub("\x00", text)
    return _SPACES.sub(" ", kept).replace("\x00", "\u00a0")


def _visible(text: str) -> str:
    """``text`` with the characters that nobody sees named by their code."""
    shown = (
        f"<U+{ord(c):04X}>" if c == _SOFT or _INVISIBLE.match(c) or _SPACES.match(c) else c
        for c in text
    )
    return "".join(shown)


def _soft(text: str) -> str:
    stripped = text.rstrip()
    body = stripped.rstrip(_SOFT)
    return body.replace(_SOFT, "") + ("-" if body != stripped else "")


def blanked(line: Line) -> Line:
    """The line without its text, as a page break: page numbers and running heads become this."""
    return replace(line, text="", page=True)
