"""Decide whether a paragraph goes on in the next one: the cuts that page breaks leave.

The evidence, strongest first: what the second part begins with, how the first part ends, brackets and
quotation marks left open, the last word, and the manuscript's own use of the first word after the cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.importers.blocks import Block
from publisher.importers.lexicon import OPENERS, Lexicon
from publisher.importers.manuscript import word_set

TERMINAL = ".!?…۔؟。！？।։"
_CLOSERS = "\"'”’»)]}*_"
_OPENERS = "\"'“‘«„([{*_"
_STARTS_MIDDLE = re.compile(r"[,.;:!?)\]}”»…%](?!\.\.)|['’]s\b")
_CAPTION = re.compile(
    r"(?:figure|fig|table|chart|map|photo|picture|source|sources|note|box|graph|image|credit)\b\.?\s*\d*\s*[.:–-]?",
    re.IGNORECASE,
)
_TITLES = word_set(
    "mr mrs ms dr prof gen col capt lt maj sgt sen rep gov hon rev st art arts no nos vs cf eg ie "
    "e.g i.e p pp fig vol ed eds approx al"
)
_SHORTENED = word_set(
    "etc inc ltd co corp u.s u.k u.n e.u jan feb mar apr jun jul aug sep sept oct nov dec a.m p.m"
)
_ENUMERATED = word_set(
    "annex group part point article section class appendix vitamin phase plan option zone "
    "category grade type item case block level"
)
LONG_WORDS = 12
"""A paragraph of at least this many words is prose; a shorter one may be a caption or signature."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """``join`` with the ``reason``; ``doubt`` says what an editor should look at when it is False."""

    join: bool
    reason: str = ""
    doubt: str = ""


_APART = Judgement(False)


def ended(text: str) -> bool:
    """True when the text ends with a sentence's last mark, closing marks after it not counted."""
    body = text.rstrip(_CLOSERS + " ")
    return bool(body) and body[-1] in TERMINAL


def open_marks(text: str) -> bool:
    """True when a bracket or quotation of the text's last two sentences is still open."""
    tail = text[-1200:]
    if tail.count("(") > tail.count(")") and tail.rfind("(") > tail.rfind(")"):
        return True
    if tail.count("“") > tail.count("”") and tail.rfind("“") > tail.rfind("”"):
        return True
    return text.count('"') % 2 == 1 and "“" not in text


def judge(first: str, second: str, lexicon: Lexicon, *, full: bool = False) -> Judgement:
    """Whether ``second`` goes on with the sentence that ``first`` breaks off (both without markup).

    ``full`` says that the last line of ``first`` is as long as a line gets.
    """
    if not first or not second:
        return _APART
    start = second.lstrip(_OPENERS + " ")
    initial = start[:1]
    if _STARTS_MIDDLE.match(second) and not ended(first):
        return Judgement(True, "the next part begins with a mark that closes")
    body = first.rstrip(_CLOSERS + " ")
    last = body[-1:]
    closing = first.rstrip()[len(body) :]
    if not last:
        return _APART
    if last in TERMINAL:
        return _after_full_stop(body, closing, initial, second)
    if re.match(r"[-–—]\s+\S", second):
        return Judgement(True, "a dash goes on with the sentence")
    if first.rstrip()[-1:] in "([{“‘„«":
        return Judgement(True, "an opening mark stands last")
    if last == ":":
        if initial.islower():
            return Judgement(True, "lower case after a colon")
        return _APART
    if last in ",;":
        return Judgement(True, f"the first part ends with “{last}”")
    if re.search(r"\s[-–—]$|[–—]$", body):
        return Judgement(True, "the first part ends with a dash")
    if body.endswith("-") and initial.isalnum():
        return Judgement(True, "the first part ends with a hyphen")
    if initial.islower():
        return Judgement(True, "the next part begins in lower case")
    return _before_capital(first, body, initial, start, lexicon, full)


def _after_full_stop(body: str, closing: str, initial: str, second: str) -> Judgement:
    token = re.sub(r"^\W+", "", body.split()[-1]).rstrip(".").lower() if body.split() else ""
    if body.endswith(".") and not closing.strip():
        words = body.split()
        before = words[-2].strip(_OPENERS).lower() if len(words) > 1 else ""
        if token in _TITLES and (initial.isalnum()):
            return Judgement(True, "an abbreviation stands last")
        letter = len(token) == 1 and words[-1].strip(_OPENERS)[:1].isupper()
        if letter and before not in _ENUMERATED and initial.isupper():
            return Judgement(True, "an initial stands last")
        if token in _SHORTENED and initial.islower():
            return Judgement(True, "an abbreviation stands last")
    if initial.islower() and second[:1] == initial:
        if body[-1] in "!?…" or closing.strip(" *_"):
            return Judgement(True, "lower case after a quotation or question")
        return Judgement(False, doubt="begins in lower case after a full stop")
    return _APART


def _before_capital(
    first: str, body: str, initial: str, start: str, lexicon: Lexicon, full: bool
) -> Judgement:
    word = re.search(r"[^\W_]+(?:[-'’.][^\W_]+)*$", body)
    last = word.group() if word else ""
    closed = first.rstrip() != body and first.rstrip()[-1:] in '"”’»)'
    if last and not closed and lexicon.must_go_on(last):
        return Judgement(True, f"no sentence ends with “{last}”")
    if last and not closed and last.lower().endswith(("-called", "-named")):
        return Judgement(True, f"no sentence ends with “{last}”")
    if open_marks(first):
        return Judgement(True, "a bracket or quotation is open")
    words = body.split()
    prose = (
        len(words) >= LONG_WORDS
        or bool(re.search(r"[.!?][\"”’]*\s+\S", body))
        or (full and len(words) > 6)
    )
    if not prose or _CAPTION.match(first):
        return _APART
    if re.search(r"(?:https?://|www\.)\S+$", body):
        return _APART
    if not closed and re.search(r"\d-[^\W\d_]+$", body):
        return Judgement(True, f"a noun must follow “{body.split()[-1]}”")
    opener = re.match(r"[^\W\d_]+(?:['’][^\W\d_]+)?", start)
    if opener:
        name = re.sub(r"['’]s$", "", opener.group())
        if not closed and lexicon.together(last.rsplit("-", 1)[-1], name):
            return Judgement(True, f"“{last} {name}” stands in the text elsewhere")
        ordinary = lexicon.opens_sentence(name) and not last[:1].isupper()
        if name.lower() in OPENERS or ordinary:
            return Judgement(False, doubt="has no full stop at its end")
    if initial.isdigit():
        return Judgement(True, "a figure follows and no full stop stands before it")
    return Judgement(True, "a name follows and no full stop stands before it")


def judge_blocks(first: Block, second: Block, lexicon: Lexicon) -> Judgement:
    """The same for blocks: headings, tables and notes never join, list items only on sure signs."""
    if second.kind != "text" and not (first.kind == second.kind == "quote"):
        return _APART
    if first.kind not in {"text", "item", "quote"}:
        return _APART
    start, end = first.plain, second.plain
    judgement = judge(start, end, lexicon, full=first.full)
    if first.kind == "item" and judgement.join:
        lower = end.lstrip(_OPENERS)[:1].islower()
        if start[-1:] == ";" or (not lower and not _sure(start, lexicon)):
            return _APART
    return judgement


def _sure(text: str, lexicon: Lexicon) -> bool:
    word = re.search(r"[^\W_]+$", text)
    return (
        text[-1:] in ",-–—(" or bool(word and lexicon.must_go_on(word.group())) or open_marks(text)
    )


def breaks_off(text: str, lexicon: Lexicon) -> bool:
    """True when no item, heading or paragraph can end like this: on a function word, comma or hyphen."""
    return _sure(text, lexicon)
