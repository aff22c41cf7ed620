"""Join the lines of a paragraph that a typewriter, mail program or scanner wrapped."""

from __future__ import annotations

import re

from publisher.importers.characters import Line
from publisher.importers.lexicon import Lexicon
from publisher.importers.manuscript import Repair

_HYPHENED = re.compile(
    r"(?P<before>.*?)(?P<word>[^\s\-–—]*[^\W_](?:-[^\s\-–—]+)*)[-‐¬]$", re.DOTALL
)
_TARGET_TAIL = re.compile(r"\]\([^()\s]+$")
_URL_TAIL = re.compile(r"(?:https?://|www\.)\S*$", re.IGNORECASE)


def glue(left: str, right: str, lexicon: Lexicon, line: int, repairs: list[Repair]) -> str:
    """Join two stretches of text that follow each other, without or with a space between them.

    A hyphenated word is put together, a web address is continued; ``line`` is that of ``right``.
    """
    left, right = left.rstrip(), right.lstrip()
    if not left or not right:
        return left + right
    address = _TARGET_TAIL.search(left) or _URL_TAIL.search(left)
    piece = right.split(None, 1)[0]
    if address and (address.group().startswith("](") or _continues_url(address.group(), piece)):
        repairs.append(Repair(line, "web address joined", f"{address.group()} ⏎ {piece}"))
        return left + right
    found = None if address else _HYPHENED.match(left)
    if found and right[0].isalnum():
        word = found["word"]
        rest = re.match(r"[^\s]+", right)
        head = re.match(r"[^\W_]+(?:-[^\W_]+)*", right)
        if head and rest:
            joined = lexicon.join(word, head.group())
            if joined != f"{word}-{head.group()}":
                repairs.append(
                    Repair(line, "hyphenation removed", f"{word}- ⏎ {head.group()}", joined)
                )
            return found["before"] + joined + right[head.end() :]
    return f"{left} {right}"


def _continues_url(address: str, piece: str) -> bool:
    """True when ``piece`` at the start of a line can only be the rest of ``address``."""
    if address[-1] in ".,;:!?)]”\"’'" and not re.search(r"[/?=&%#_]", piece):
        return False
    if address[-1] in "/?=&%#_-+~":
        return (
            bool(re.match(r"[\w\-.~%/?#=&+]+", piece))
            and (address[-1] != "/" or not piece[0].isupper())
            and (bool(re.search(r"[\d/?=&%#_.\-]", piece)) or address[-1] != "/")
        )
    return bool(re.match(r"[/?=&%#_]|\.[a-z]{2,}", piece)) or bool(
        re.match(r"[\w-]+(?:\.[a-z]+)?[/?=&%#_]\S", piece)
    )


def join_lines(lines: list[Line], lexicon: Lexicon, repairs: list[Repair]) -> str:
    """The text of consecutive lines as one line."""
    text = ""
    for line in lines:
        text = glue(text, line.text, lexicon, line.number, repairs)
    return text
