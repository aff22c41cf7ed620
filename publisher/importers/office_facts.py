"""What is known of a manuscript's paragraphs beside their text, and the marks that carry it.

Pandoc reads runs, lists, tables, notes and formulas; styles, sizes, bookmarks and comments are lost on
its way. So each paragraph begins with a mark of private characters that names its facts, pandoc carries
the marks as text, and office_read takes them out again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from publisher.errors import Finding
from publisher.importers.manuscript import Repair

OPEN, CLOSE = "\ue100", "\ue101"
TAB = "\ue104"
"""Stands for a tab, which pandoc would make a space."""
LABEL = "\ue105"
"""Stands after the number of a caption (a SEQ field)."""
COMMENT = "\ue106"
"""Opens the number of a comment; CLOSE ends it."""
SPAN, SPAN_END = "\ue107", "\ue108"
"""Open and close a run of text with a class or a language; the number lies between SPAN and CLOSE."""
IMAGE = "\ue109"
"""Opens the number of a picture; CLOSE ends it."""
MARKS = re.compile("[\ue100-\ue10f]")

ADDRESSES = ("http://", "https://", "mailto:", "tel:")
"""How the address of a link begins that leads out of the document and is kept."""
SPAN_CLASSES = {"highlight": "mark", "smalltext": "small", "keyboard": "kbd"}
"""Character styles of our editions, and the classes that they stand for."""
STYLED = frozenset({"statement", "statementsource", "standfirst", "author", "caption", "quote",
                    "title", "subtitle", "keyfigure", "definitionterm", "sourcecode"})  # fmt: skip
"""Styles that say themselves what a paragraph is: nothing is guessed of it."""
LABEL_STYLES = frozenset({"captionlabel", "unreviewedlabel"})
"""Character styles of what our editions add themselves: it is left out again."""


def mark(number: int) -> str:
    """The mark of a paragraph."""
    return f"{OPEN}{number}{CLOSE}"


@dataclass(slots=True)
class Fact:
    """One paragraph: its number in the manuscript (from 1) and how it looks.

    ``style`` is the style's own name in lower case without spaces, ``level`` its outline level (1–9, 0
    for text), ``size`` in points (0 where unknown), ``indent`` in points, ``kind`` ``"cell"``, ``"note"``
    or ``""``; ``bold`` and ``italic`` say that all of its text is so.
    """

    number: int
    style: str = ""
    level: int = 0
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    caps: bool = False
    centred: bool = False
    side: str = ""
    size: float = 0
    indent: float = 0
    page_break: bool = False
    list_id: str = ""
    depth: int = 0
    kind: str = ""
    header: bool = False
    boxed: bool = False
    bookmarks: tuple[str, ...] = ()
    comments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """A reviewer's comment: who, when (as written), what, and the words it is about."""

    author: str
    when: str
    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class ArticleNote:
    """What an edition says of one article that Word has no place for."""

    id: str
    file: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EditionNote:
    """The part of an edition of ours that names the issue it came from."""

    issue: str = ""
    number: str = ""
    day: str = ""
    language: str = ""
    articles: tuple[ArticleNote, ...] = ()
    links: dict[str, tuple[str, ...]] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)


def _nothing(_name: str) -> bytes | None:
    return None


@dataclass(slots=True)
class Prepared:
    """A manuscript made ready for pandoc.

    ``data`` in ``format`` holds the marks; ``facts`` are its paragraphs by number. ``pictures`` are the
    names of a picture (the best first, between ``|``), its alternative text and its paragraph; ``load``
    reads the bytes of one by name, None where it is missing. ``ours`` says that it is an edition of ours.
    """

    data: bytes
    format: str
    facts: dict[int, Fact] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    spans: dict[int, tuple[str, str]] = field(default_factory=dict)
    pictures: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    load: Callable[[str], bytes | None] = _nothing
    title: str = ""
    subject: str = ""
    author: str = ""
    day: date | None = None
    edition: EditionNote | None = None
    ours: bool = False
    repairs: list[Repair] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def warn(self, code: str, message: str, name: str, line: int, hint: str = "") -> None:
        """Add a warning; ``name`` is the manuscript's, ``line`` the number of its paragraph."""
        self.findings.append(Finding(code, "warning", message, name, line, hint))
