"""Text in capitals: models have seen little of it and copy it letter by letter."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")


def is_capitals(text: str) -> bool:
    """Whether a text of two words or more is set in capitals throughout."""
    found = _WORD.findall(text)
    return len(found) > 1 and sum(map(len, found)) >= 8 and text.isupper()


def as_title(text: str) -> str:
    """The text as a title is usually set: short words small, others with a capital.

    Keeps the number of characters; text where that cannot be is returned as it is.
    """

    def one(match: re.Match[str]) -> str:
        word = match.group()
        small = word.lower()
        if match.start() and len(word) <= 3:
            return small
        return word[:1] + small[1:]

    changed = _WORD.sub(one, text)
    return changed if len(changed) == len(text) else text
