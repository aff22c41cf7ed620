"""Quotation marks: found in pairs, and set as a language has them."""

from __future__ import annotations

from dataclasses import dataclass

OPENING = "“„«‹‘‚「『"
CLOSING = "”»›’」』"
DOUBLE = '“”„‟«»"「」『』'
SINGLE = "‘’‚‛‹›'"

_INNER = frozenset("‘’‚‛‹›'")


@dataclass(frozen=True, slots=True)
class Quote:
    """A mark at ``at``; ``pair`` is its partner's place or -1; ``inner`` a single mark."""

    at: int
    opens: bool
    inner: bool
    pair: int = -1


def find(text: str) -> list[Quote]:
    """The quotation marks of a text, apostrophes left out, partners found."""
    found: list[Quote] = []
    open_at: list[int] = []
    for at, char in enumerate(text):
        if char not in DOUBLE and char not in SINGLE:
            continue
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if char in "'’‛‘" and before.isalnum() and after.isalnum():
            continue
        opens = _opens(char, before, after)
        inner = char in _INNER
        if inner and not opens and not any(found[n].inner for n in open_at):
            # With nothing to close it is an apostrophe: the peoples’ rights.
            continue
        quote = Quote(at, opens, inner)
        if opens:
            open_at.append(len(found))
            found.append(quote)
            continue
        partner = next((n for n in reversed(open_at) if found[n].inner == inner), None)
        if partner is not None:
            open_at = [n for n in open_at if n < partner]
            opened = found[partner]
            found[partner] = Quote(opened.at, True, inner, at)
            quote = Quote(at, False, inner, opened.at)
        found.append(quote)
    # A single mark that nothing closes was an apostrophe: ’90s.
    return [quote for quote in found if quote.pair >= 0 or not quote.inner]


def _opens(char: str, before: str, after: str) -> bool:
    if char == "»":
        # German and Danish set »…«, most others «…».
        return (not before or before.isspace() or before in "([–—") and after.isalnum()
    if char == "«":
        return not before.isalnum() or not (not after or after.isspace() or after in ".,;:!?)]")
    if char == "“":
        # Closes in „…“.
        return not (before.isalnum() or before in ".,!?…") or after.isalnum()
    if char in OPENING:
        return True
    if char in CLOSING:
        return False
    return not before or before.isspace() or before in "([{–—-/“‘\"'\u2028"


def shell(text: str) -> tuple[int, int]:
    """How many characters at both ends are marks around the whole sentence or without partner.

    A model does better without them, and they are sure of their place.
    """
    marks = {quote.at: quote for quote in find(text)}
    start, end = 0, len(text)
    while start < end:
        quote = marks.get(start)
        if quote is None or not quote.opens:
            break
        if quote.pair < 0:
            start += 1
        elif quote.pair == end - 1:
            start, end = start + 1, end - 1
        else:
            break
    while end > start:
        quote = marks.get(end - 1)
        if quote is None or quote.opens or quote.pair >= 0:
            break
        end -= 1
    return start, len(text) - end


def mark_for(quote: Quote, marks: tuple[str, str, str, str]) -> str:
    """The character for a quotation mark in the language's own marks."""
    return marks[(2 if quote.inner else 0) + (0 if quote.opens else 1)]
