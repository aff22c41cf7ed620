"""Sentences of a text: sentencex cuts, then rules that hold for every language mend its cuts.

Tags never take part: a footnote mark after a full stop belongs to the sentence before it. Nothing but
white space lies between two sentences, so joining them with that white space gives the text back.
"""

from __future__ import annotations

import difflib
import functools
import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass

from publisher.catalog import tags
from publisher.catalog.fold import sentence_key

_CLOSERS = re.compile(r"[\"'”’»›“)\]]*")
_INITIAL = re.compile(r"(?:^|[\s(\"“«'‘.])([^\W\d_])\.$")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:bkz|örn|vd|bax|məs|см|ср|напр|cf|voir|fig|tab|vol|art|ed|op|cit|approx|ca)\.$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?:^|\s)\d{1,4}\.$")
_ENDS = re.compile(r"[.!?…։؟。！？।॥۔:;][\"'”’»›“)\]\s]*$")
_RUSSIAN_YEAR = re.compile(r"(?<=\d\sг\.)\s+(?=[А-ЯЁA-Z«“\"])|(?<=\d\u00a0г\.)\s+(?=[А-ЯЁA-Z«“\"])")
_STATES = ("U.S.", "U.K.", "U.N.", "E.U.")
_END_WORDS = re.compile(r"(?:\bU\.\s?[SKN]\.|\bE\.U\.|\b[ap]\.\s?m\.|…|\.\.\.)\s+(?=[A-Z“\"])")
_MARKS = ("…", "...", ".m.", ". m.", "г.", "U.", "E.U.")
_STARTERS = frozenset(
    (
        "The", "This", "That", "These", "Those", "He", "She", "It", "They", "We", "You", "I", "In",
        "On", "At", "By", "For", "From", "To", "A", "An", "As", "If", "But", "And", "Both", "There",
        "Here", "When", "While", "After", "Before", "Since", "No", "Not", "All", "Each", "Its", "His",
        "Her", "Their", "Our",
    )
)  # fmt: skip


def sentences(text: str, language: str) -> tuple[str, ...]:
    """The sentences of a text without tags, white space between them left out."""
    return tuple(text[start:end] for start, end in spans(text, language))


@functools.lru_cache(maxsize=16384)
def spans(text: str, language: str) -> tuple[tuple[int, int], ...]:
    """Where the sentences of a text without tags stand."""
    if not text.strip():
        return ()
    if _plain_single(text):
        return (_trim(text, 0, len(text)),)
    from sentencex import segment

    # Within a quotation sentencex cuts nothing; a quotation of five sentences is five sentences.
    shown = _QUOTES.sub(" ", text)
    cuts: list[tuple[int, int]] = []
    at = 0
    for part in segment(language.split("-", 1)[0], shown):
        start = shown.find(part, at)
        if start < 0:
            continue
        cuts.append((at, start + len(part)))
        at = start + len(part)
    if at < len(text):
        cuts.append((at, len(text)))
    return tuple(_mended(text, _unquoted(text, cuts)))


_QUOTES = re.compile('[“”„‟«»‹›"]')
_CLOSING = re.compile("[”»›“\"’'\u00a0\u202f)\\]]+(?=\\s|$)")
_OPENING = re.compile("(?:(?<=\\s)|^)[“„«‹\"‘'(\\[]+[\u00a0\u202f]?$")


def _unquoted(text: str, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give quotation marks at a cut to the side they belong to."""
    found: list[tuple[int, int]] = []
    for start, end in cuts:
        begin = start
        if found:
            before = text[found[-1][0] : begin]
            closing = _CLOSING.match(text, begin)
            opening = _OPENING.search(before.rstrip()) if before.strip() else None
            if closing and before[-1:].strip():
                begin = closing.end()
            elif opening and opening.start():
                begin = found[-1][0] + opening.start()
            found[-1] = (found[-1][0], begin)
        found.append((begin, max(end, begin)))
    return found


def _plain_single(text: str) -> bool:
    """Whether the only mark that could end a sentence stands at the end."""
    inner = text.rstrip()[:-1]
    return not any(mark in inner for mark in ".!?…։؟。！？।॥۔\n")


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _mended(text: str, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    result: list[tuple[int, int]] = []
    for raw_start, raw_end in cuts:
        for start, end in _further(text, raw_start, raw_end):
            first, last = _trim(text, start, end)
            if first >= last:
                continue
            if result and _belongs(text[result[-1][0] : result[-1][1]], text[first:last]):
                result[-1] = (result[-1][0], last)
            else:
                result.append((first, last))
    return result


def _further(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cuts that sentencex does not make: after ``2023 г.`` and ``U.S.`` before a plain beginning."""
    pieces: list[tuple[int, int]] = []
    at = start
    if not any(mark in text for mark in _MARKS):
        return [(start, end)]
    for match in (
        *_RUSSIAN_YEAR.finditer(text, start, end),
        *_END_WORDS.finditer(text, start, end),
    ):
        following = re.match(r"[\"“«]?(\w+)", text[match.end() : end])
        known = following and (following[1] in _STARTERS or match.re is _RUSSIAN_YEAR)
        if known and match.end() > at:
            pieces.append((at, match.end()))
            at = match.end()
    return [*pieces, (at, end)]


def _belongs(before: str, part: str) -> bool:
    """Whether a cut was wrong: an initial or number before it, or no beginning after it."""
    if not any(map(str.isalnum, part)):
        return True
    if not _ENDS.search(before):
        # sentencex also cuts at line ends; a unit holds none that end a sentence.
        return True
    first = next((char for char in part if char.isalnum()), "")
    if first.islower() and not before.endswith(("!", "?")):
        return True
    initial = _INITIAL.search(before)
    if initial and initial[1].isupper() and not before.endswith(_STATES):
        return True
    return bool(_ABBREVIATION.search(before) or (_ORDINAL.search(before) and first.islower()))


@dataclass(frozen=True, slots=True)
class Pieces:
    """A tagged text cut into sentences: ``parts`` with their tags, ``gaps`` the white space between.

    ``head`` + parts[0] + gaps[0] + parts[1] … + ``tail`` is the text.
    """

    parts: tuple[str, ...]
    gaps: tuple[str, ...]
    head: str = ""
    tail: str = ""


def pieces(text: str, language: str, names: Collection[str] = ()) -> Pieces:
    """Cut a text with tags into sentences."""
    if not names or "<" not in text:
        found = spans(text, language)
        starts = [start for start, _ in found]
        ends = [end for _, end in found]
    else:
        starts, ends = _tagged_spans(text, language, names)
    if not starts:
        return Pieces((text,) if text else (), ())
    return Pieces(
        tuple(text[start:end] for start, end in zip(starts, ends, strict=True)),
        tuple(text[end:start] for end, start in zip(ends, starts[1:], strict=False)),
        text[: starts[0]],
        text[ends[-1] :],
    )


def _tagged_spans(text: str, language: str, names: Collection[str]) -> tuple[list[int], list[int]]:
    plain: list[str] = []
    origin: list[int] = []  # of each character of the plain text
    at = 0
    for piece, name, form in tags.tokens(text, names):
        shown = piece if form == "text" else " " if name.startswith("br") else ""
        plain.append(shown)
        origin += range(at, at + len(shown))
        at += len(piece)
    origin.append(len(text))
    found = spans("".join(plain), language)
    cuts = [0]
    for _, end in found[:-1]:
        # Tags that touch the end of a sentence are its own, up to the white space.
        cut = origin[end - 1] + 1
        while cut < len(text) and not text[cut].isspace():
            tag = re.compile(r"</?[a-z]+[0-9]*/?>").match(text, cut)
            if tag is None or (text[cut : cut + 2] != "</" and not tag[0].endswith("/>")):
                break
            cut = tag.end()
        cuts.append(cut)
    cuts.append(len(text))
    trimmed = [_trim(text, start, end) for start, end in itertools.pairwise(cuts) if start < end]
    return [start for start, _ in trimmed], [end for _, end in trimmed]


@dataclass(frozen=True, slots=True)
class Difference:
    """How the sentences of a new text stand to those of an old one.

    ``kept`` maps the number of each sentence that stays as it was (typography aside) to its number in
    the old text; ``new`` are the others; ``seams`` are kept sentences that have another neighbour
    before them because something was taken out there; ``gone`` are sentences of the old text that were
    taken out with nothing in their place. All in order, counted from 0.
    """

    sentences: tuple[str, ...]
    kept: dict[int, int]
    new: tuple[int, ...]
    seams: tuple[int, ...]
    gone: tuple[str, ...] = ()

    @property
    def flagged(self) -> tuple[int, ...]:
        """Sentences that need eyes."""
        return tuple(sorted({*self.new, *self.seams}))


def compare(
    old: str,
    new: str,
    language: str,
    old_names: Collection[str] = (),
    new_names: Collection[str] = (),
) -> Difference:
    """Compare two texts sentence by sentence, blind to typography."""
    before = pieces(old, language, old_names).parts
    after = pieces(new, language, new_names).parts
    a = [sentence_key(part, old_names) for part in before]
    b = [sentence_key(part, new_names) for part in after]
    kept: dict[int, int] = {}
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    deleted: set[int] = set()
    gone: list[str] = []
    for kind, a_from, a_to, b_from, b_to in matcher.get_opcodes():
        if kind == "equal":
            kept.update(zip(range(b_from, b_to), range(a_from, a_to), strict=True))
        elif a_to - a_from > b_to - b_from:
            deleted.add(b_to)
        if kind == "delete":
            gone += before[a_from:a_to]
    fresh = tuple(number for number in range(len(b)) if number not in kept)
    last = len(b) - 1
    seams = set()
    for place in deleted:
        # A cut that borders on a changed sentence is looked at there.
        if {place, place - 1} & set(fresh) or last < 0:
            continue
        seams.add(min(place, last))
    return Difference(after, kept, fresh, tuple(sorted(seams)), tuple(gone))


def changed(old: str, new: str, language: str) -> tuple[str, ...]:
    """The sentences of ``new`` that are not in ``old``, in order; texts without tags."""
    found = compare(old, new, language)
    return tuple(found.sentences[number] for number in found.new)
