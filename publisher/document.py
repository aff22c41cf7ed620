"""The model of an issue: what every later stage sees, and nothing of how it was written.

All classes are frozen; ``inlines`` and ``blocks`` are pandoc AST in normal form (publisher.ast) and are
never changed in place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from publisher.ast import Blocks, Inlines, plain_text

IssueState = Literal["open", "frozen"]


@dataclass(frozen=True, slots=True)
class Text:
    """A translatable metadata string with its place (``line`` from 1) in a source file."""

    inlines: Inlines
    path: str
    line: int

    @property
    def plain(self) -> str:
        """The text without markup."""
        return plain_text(self.inlines)


@dataclass(frozen=True, slots=True)
class Article:
    """One article file. ``number`` counts from 1 in the issue; 0 for the colophon."""

    id: str
    number: int
    path: str
    title: Text
    blocks: Blocks
    summary: Text | None = None
    author: Text | None = None
    keywords: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure file, by its publication-relative path with ``/``."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """A whole issue in one language.

    ``id`` is the issue's folder name, ``number`` its printed number, ``figures`` every figure that the
    articles show, by publication-relative path; ``own_figures`` the figures that a language has of its own
    (``map.az.svg`` beside ``map.svg``), by language and the path of the figure they stand for.
    """

    id: str
    language: str
    name: Text
    publisher: Text
    title: Text
    number: str
    date: date
    articles: tuple[Article, ...]
    tagline: Text | None = None
    subtitle: Text | None = None
    licence: Text | None = None
    contact: Text | None = None
    website: str = ""
    revision: int = 1
    correction: Text | None = None
    embargo: datetime | None = None
    state: IssueState = "open"
    colophon: Article | None = None
    figures: Mapping[str, Figure] = field(default_factory=dict)
    own_figures: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)

    def all_articles(self) -> Iterator[Article]:
        """The articles, then the colophon."""
        yield from self.articles
        if self.colophon is not None:
            yield self.colophon
