"""Checks of punctuation: brackets, quotation marks, spaces, ends of sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.checks import Report, Subject, check
from publisher.language import Language

_PAIRS = {"(": ")", "[": "]", "{": "}", "（": "）", "【": "】", "「": "」", "『": "』"}
_LIST_MARK = re.compile(
    # Chinese and Japanese set no space there, and mostly the wide bracket.
    r"(?:^|(?<=[\s;,:；，、：]))(?:\d{1,2}|[^\W\d_])[)）](?=[\s\u2e80-\uffef]|$)"
)


@check("brackets")
def brackets(subject: Subject) -> Iterator[Report]:
    """Every bracket that opens closes, where the source's do; as many pairs as in the source."""
    source, target = _open(subject.source), _open(subject.target)
    if target and not source:
        yield "error", f"the bracket {target} has no partner"
    elif not target and not source:
        wanted = sum(subject.source.count(char) for char in _PAIRS)
        got = sum(subject.target.count(char) for char in _PAIRS)
        if got < wanted:
            yield "info", f"{got} pairs of brackets, in the source {wanted}"


def _open(text: str) -> str:
    """The first bracket without a partner; list marks such as ``a)`` need none."""
    stack: list[str] = []
    for char in _LIST_MARK.sub("", text):
        if char in _PAIRS:
            stack.append(char)
        elif char in _PAIRS.values():
            if not stack or _PAIRS[stack[-1]] != char:
                return char
            stack.pop()
    return stack[-1] if stack else ""


_ANY_QUOTE = re.compile('["“”„‟«»‹›「」『』＂]')
_STYLES = (
    ("“", "”"),
    ("„", "“"),
    ("„", "”"),
    ("«", "»"),
    ("»", "«"),
    ("‹", "›"),
    ("”", "”"),
    ("「", "」"),
)


def _own(language: Language) -> set[str]:
    quotes = language.quotes
    own = f"{quotes.open}{quotes.close}{quotes.inner_open}{quotes.inner_close}"
    return {char for char in own if not char.isspace()}


@check("quotes")
def quotes(subject: Subject) -> Iterator[Report]:
    """Quotation marks are those of the language, as many as open close, and none is lost."""
    own = _own(subject.language)
    marks = _ANY_QUOTE.findall(subject.target)
    wrong = [mark for mark in dict.fromkeys(marks) if mark not in own]
    shown = subject.language.quotes.open.strip() + "…" + subject.language.quotes.close.strip()
    for mark in wrong:
        yield "warning", f"the mark {mark} is not one of {subject.language.english}: write {shown}"
    before = _ANY_QUOTE.findall(subject.source)
    source_marks = len(before)
    if source_marks % 2 == 0 and len(marks) % 2:
        yield "error", "a quotation mark has no partner"
    elif (
        not wrong
        and _disordered(marks, subject.language)
        # A quotation may begin in one paragraph and end in another.
        and not (source_marks % 2 and _disordered(before, subject.source_language))
    ):
        yield "error", f"quotation marks open and close in the wrong order: write {shown}"
    elif (
        source_marks >= 2 and not marks and "'" not in subject.target and "‘" not in subject.target
    ):
        yield "warning", "the quotation marks of the source are missing"


def _disordered(marks: list[str], language: Language) -> bool:
    """Whether marks of the language do not nest."""
    style = language.quotes
    pairs = {
        style.open.strip(): style.close.strip(),
        style.inner_open.strip(): style.inner_close.strip(),
    }
    if any(opening == closing for opening, closing in pairs.items()):
        return False
    stack: list[str] = []
    for mark in marks:
        if stack and pairs.get(stack[-1]) == mark:
            stack.pop()
        elif mark in pairs:
            stack.append(mark)
        elif mark in pairs.values():
            return True
    return bool(stack)


_DOUBLE_SPACE = re.compile(r"[ \u00a0]{2,}")
_SPACE_BEFORE = re.compile(r"\w[ \t]+([,.;:!?…،؛؟])(?!\w|[.…])")
_ANY_SPACE_BEFORE = re.compile(r"[ \t\u00a0\u202f]+([،؛؟،])")
_NO_SPACE_AFTER = re.compile(r"[^\W\d_]{2,}([,;،؛!?؟])(?=[^\W\d_])")
_AFTER_STOP = re.compile(r"[^\W\d_]{3,}\.(?=[A-ZА-ЯЁƏİÖÜÇŞĞ][^\W\d_]{2})")
_INSIDE = re.compile(r"[(\[] |(?<=\w) [)\]]")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|\bwww\.\S+")
_NO_SPACES = frozenset({"zh", "ja", "th", "lo", "km", "my"})


@check("spaces")
def spaces(subject: Subject) -> Iterator[Report]:
    """No double space, none before a mark that takes none, one after it; by the language's custom.

    French sets a no-break space before ; : ! ? and within « »: a missing one is reported here, the
    kind of an existing one is mended when editions are set.
    """
    target = _ADDRESS.sub("x", subject.target)
    if _DOUBLE_SPACE.search(target) and not _DOUBLE_SPACE.search(subject.source):
        yield "error", "two spaces in a row"
    if target != target.strip() and subject.source == subject.source.strip():
        yield "error", "a space at the beginning or end"
    spaced = {mark for mark in subject.language.space_before if len(mark) == 1}
    for match in _SPACE_BEFORE.finditer(target):
        if match[1] not in spaced and match[0] not in subject.source:
            yield "error", f"a space before “{match[1]}”"
            break
    for match in _ANY_SPACE_BEFORE.finditer(target):
        yield "error", f"a space before “{match[1]}”"
        break
    if subject.language.code.split("-")[0] in _NO_SPACES:
        return
    for pattern in (_NO_SPACE_AFTER, _AFTER_STOP):
        match_after = pattern.search(target)
        if match_after and match_after[0] not in subject.source:
            yield "error", f"no space after “{match_after[0]}”"
    if _INSIDE.search(target) and not _INSIDE.search(subject.source):
        yield "warning", "a space inside brackets"
    yield from _missing_before(target, subject.language)


def _missing_before(target: str, language: Language) -> Iterator[Report]:
    """Marks that the language sets off with a space, without one."""
    for mark in language.space_before:
        if mark in {"—", "–"} or len(mark) != 1:
            continue
        found = re.search(rf"[^\s\d!?:;«(\[…]{re.escape(mark)}(?=[\s\u00a0\u202f]|$)", target)
        if found is None and mark in "%€":
            found = re.search(rf"\d{re.escape(mark)}", target)
        if found is None and mark == "»":
            found = re.search(r"[^\s\u00a0\u202f]»", target)
        if found is not None:
            yield "warning", f"{language.english} sets a space before “{mark}”"
    for mark in language.space_after:
        if len(mark) == 1 and mark not in "—–" and re.search(rf"{re.escape(mark)}(?=\w)", target):
            yield "warning", f"{language.english} sets a space after “{mark}”"


_ENDINGS = {
    "question": "?؟？;՞",
    "exclamation": "!！՜",
    "stop": ".。।։۔။។",
    "colon": ":：",
    "dots": "…",
}
_TRAILING = re.compile("[\\s\"'”’»›“‘)\\]」』]+$")


_ABBREVIATED = re.compile(r"(?:^|[\s\u00a0\u202f(])[^\W\d_]{1,4}\.$")


def _ending(text: str, language: Language) -> str:
    bare = _TRAILING.sub("", text)
    if bare.endswith("..."):
        return "dots"
    last = bare[-1:]
    greek = language.code.split("-")[0] == "el"
    for name, marks in _ENDINGS.items():
        if last and last in marks and (last != ";" or greek):
            return name
    return ""


@check("ending")
def ending(subject: Subject) -> Iterator[Report]:
    """A translation ends as its source does: with a stop, a question mark, a colon, or nothing."""
    source = _ending(subject.source, subject.source_language)
    target = _ending(subject.target, subject.language)
    if source == target or len(subject.source) < 8:
        return
    armenian = subject.language.code.split("-")[0] == "hy"
    if armenian and source in {"question", "exclamation"}:
        return
    if "question" in {source, target} and "?" not in subject.source[:-1]:
        said = "is" if source == "question" else "is not"
        yield "error", f"the source {said} a question"
    elif source and not target:
        if re.search(r"(?:https?://|www\.|@)\S+$", subject.target):
            return  # a stop would become part of the address
        yield "warning", f"the {source} at the end is missing"
    elif target and not source:
        # A colon may lead on to a list; an abbreviation ends with a stop.
        if target != "colon" and not _ABBREVIATED.search(subject.target):
            yield "warning", "the source has no mark at the end"
    else:
        yield "warning", f"the source ends with a {source}, this with a {target}"
