"""Fitted pages: how far an article is set tighter or wider so that it starts on the same page everywhere.

``publisher parity --fit`` writes ``source/ID/fit.toml``; the build reads it as an input like any other. The
limits are small enough that no reader sees a difference between two articles set next to each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publisher.config import parse_toml
from publisher.errors import InputError
from publisher.files import read_text

SIZE = 0.03
LEADING = 0.04
"""How far size and leading may move, as parts of one (issue 5: size ±3 %, leading ±4 %)."""

FILL = 50
"""The most filler pages after one article."""

_KEYS = ("size", "leading", "fill")
_NAME = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class ArticleFit:
    """Factors of an article's type size and leading, and the filler pages after it."""

    size: float = 1.0
    leading: float = 1.0
    fill: int = 0

    @property
    def plain(self) -> bool:
        """Whether the article is set as the brand says."""
        return self == ArticleFit()


Fits = Mapping[str, ArticleFit]
"""Fits by article id."""


@dataclass(frozen=True, slots=True)
class IssueFit:
    """An issue's fits by language, and the pages that each article takes in all of them."""

    pages: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, Fits] = field(default_factory=dict)

    def of(self, language: str) -> Fits:
        """The fits of one language; none where it was never fitted."""
        return self.languages.get(language, {})


def name(issue: str) -> str:
    """The publication-relative path of an issue's fits."""
    return f"source/{issue}/fit.toml"


def load(root: Path, issue: str) -> IssueFit:
    """The fits of an issue, empty where there are none; raises InputError with the line of a wrong value."""
    path = root / name(issue)
    if not path.is_file():
        return IssueFit()
    text = read_text(path, what="fit file")
    data = parse_toml(text, name(issue))
    pages = data.pop("pages", {})
    if not isinstance(pages, dict) or not all(_whole(n, 1, 100_000) for n in pages.values()):
        raise _wrong(issue, "[pages] must give whole numbers of pages")
    languages: dict[str, dict[str, ArticleFit]] = {}
    for code, articles in data.items():
        if not isinstance(articles, dict):
            raise _wrong(issue, f"“{code}” must be a table")
        languages[code] = {
            article: _article(issue, f"{code}.{article}", values)
            for article, values in articles.items()
        }
    return IssueFit(pages, languages)


def _article(issue: str, where: str, values: Any) -> ArticleFit:
    if not isinstance(values, dict) or set(values) - set(_KEYS):
        raise _wrong(issue, f"[{where}] may hold {', '.join(_KEYS)} only")
    size, leading, fill = values.get("size", 1.0), values.get("leading", 1.0), values.get("fill", 0)
    for key, value, limit in (("size", size, SIZE), ("leading", leading, LEADING)):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 1 - limit - 1e-9 <= value <= 1 + limit + 1e-9:
            raise _wrong(issue, f"[{where}] {key} must be within {1 - limit:g} and {1 + limit:g}")
    if not _whole(fill, 0, FILL):
        raise _wrong(issue, f"[{where}] fill must be a whole number from 0 to {FILL}")
    return ArticleFit(float(size), float(leading), fill)


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _wrong(issue: str, message: str) -> InputError:
    return InputError(message, path=name(issue), hint=f"Run: publisher parity {issue} --fit")


def dump(fit: IssueFit) -> bytes:
    """The file's bytes, in order of language and then of the articles in ``pages``."""
    lines = [
        "# Written by `publisher parity --fit`: what makes every article start on the same page in all",
        "# languages. Run it again when the text has changed; commit the file with the text.",
        "",
        "[pages]",
        *(f"{_key(article)} = {count}" for article, count in fit.pages.items()),
    ]
    order = {article: number for number, article in enumerate(fit.pages)}
    for code in sorted(fit.languages):
        articles = fit.languages[code]
        for article in sorted(articles, key=lambda a: (order.get(a, len(order)), a)):
            values = articles[article]
            if values.plain:
                continue
            lines += ["", f"[{_key(code)}.{_key(article)}]"]
            if values.size != 1:
                lines.append(f"size = {values.size:g}")
            if values.leading != 1:
                lines.append(f"leading = {values.leading:g}")
            if values.fill:
                lines.append(f"fill = {values.fill}")
    return ("\n".join(lines) + "\n").encode()


def _key(text: str) -> str:
    if _NAME.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
