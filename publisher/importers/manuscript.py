"""What every importer returns: a manuscript in the terms of the source dialect."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from publisher.ast import Blocks, Inlines, blocks_text, plain_text
from publisher.errors import Finding


@dataclass(frozen=True, slots=True)
class Repair:
    """One change that an importer made, for the editor to check.

    ``line`` counts from 1 in the manuscript; ``rule`` is the name of the rule in a few words
    (``page break joined``); ``before`` and ``after`` are excerpts, ``after`` empty where text was
    left out.
    """

    line: int
    rule: str
    before: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class ManuscriptArticle:
    """One article: ``title`` and ``summary`` are inlines, ``blocks`` start at heading level 2.

    ``id`` and ``name`` (of the file) are given where the manuscript says them: an edition that comes
    back, an article that a link leads to.
    """

    title: Inlines
    blocks: Blocks
    line: int
    summary: Inlines = field(default_factory=list)
    author: Inlines = field(default_factory=list)
    keywords: tuple[Inlines, ...] = ()
    id: str = ""
    name: str = ""

    @property
    def plain_title(self) -> str:
        """The title without markup."""
        return plain_text(self.title)

    @property
    def text(self) -> str:
        """The body, one line a paragraph, heading or list item, notes included."""
        return blocks_text(self.blocks)


@dataclass(frozen=True, slots=True)
class Manuscript:
    """An imported issue. ``title`` is empty where the manuscript names none.

    ``media`` holds files that belong under the issue's folder, by relative path (``figures/a.png``).
    ``number`` and ``day`` are what the manuscript says of the issue, ``colophon`` the publication's own
    last page where an edition comes back; ``unit`` is what ``line`` counts. ``exact`` says that it is an
    edition, whose structure is the source's own, of the issue ``issue`` where it names it.
    """

    title: Inlines
    subtitle: Inlines
    articles: tuple[ManuscriptArticle, ...]
    repairs: tuple[Repair, ...] = ()
    findings: tuple[Finding, ...] = ()
    media: dict[str, bytes] = field(default_factory=dict)
    number: str = ""
    day: date | None = None
    colophon: ManuscriptArticle | None = None
    unit: str = "line"
    exact: bool = False
    issue: str = ""

    @property
    def plain_title(self) -> str:
        """The issue's title without markup."""
        return plain_text(self.title)

    @property
    def plain_subtitle(self) -> str:
        """The issue's subtitle without markup."""
        return plain_text(self.subtitle)


def word_set(text: str) -> frozenset[str]:
    """The words of ``text`` as a set: a table of words that stays readable in the code."""
    return frozenset(text.split())


def excerpt(text: str, length: int = 60, *, end: bool = False) -> str:
    """``text`` on one line and at most ``length`` characters long, cut at a space where possible."""
    flat = " ".join(text.split())
    if len(flat) <= length:
        return flat
    if end:
        tail = flat[-length:]
        return "…" + (tail.partition(" ")[2] or tail)
    head = flat[:length]
    return (head.rpartition(" ")[0] or head) + "…"
