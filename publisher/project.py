"""A publication on disk: its configuration, issues and folders (design §3).

Every error of the configuration is reported at once, with ``file:line``.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from publisher.config import Table, Value
from publisher.errors import InputError

FORMATS = ("pdf", "epub", "docx", "html")
ISSUE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# BCP 47 (RFC 5646 §2.1), as far as languages, scripts, regions and private use go.
LANGUAGE_CODE = re.compile(
    r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-x(-[a-z0-9]{1,8})+)?"
)


@dataclass(frozen=True, slots=True)
class PublicationConfig:
    """``source/publication.toml``.

    ``slug`` begins the names of built files; ``credit`` lists people (as the ledger names them) who have
    agreed to be named in the colophon.
    """

    path: str
    name: Value
    publisher: Value
    language: str
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    tagline: Value | None = None
    licence: Value | None = None
    contact: Value | None = None
    website: str = ""
    final: str = "reviewed"
    slug: str = "bulletin"
    credit: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IssueConfig:
    """``source/ID/issue.toml``; ``lines`` gives the line of each article's name."""

    id: str
    path: str
    number: str
    date: date
    title: Value
    articles: tuple[str, ...]
    lines: tuple[int, ...]
    subtitle: Value | None = None
    state: str = "open"
    embargo: datetime | None = None
    revision: int = 1
    correction: Value | None = None
    pages: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Publication:
    """A publication's folder and what its configuration says."""

    root: Path
    config: PublicationConfig

    @property
    def source(self) -> Path:
        return self.root / "source"

    @property
    def dist(self) -> Path:
        return self.root / "dist"

    @property
    def cache_folder(self) -> Path:
        return self.root / ".cache"

    @property
    def languages(self) -> tuple[str, ...]:
        """All edition languages, the source language first."""
        return tuple(dict.fromkeys((self.config.language, *self.config.languages)))

    @property
    def targets(self) -> tuple[str, ...]:
        """The languages that are translated into."""
        return tuple(code for code in self.config.languages if code != self.config.language)

    @cached_property
    def issue_ids(self) -> tuple[str, ...]:
        """Issues in order of their id, the newest last."""
        return tuple(
            sorted(
                path.parent.name
                for path in self.source.glob("*/issue.toml")
                if ISSUE_ID.fullmatch(path.parent.name)
            )
        )

    def pick_issue(self, issue: str | None) -> str:
        """The issue asked for, or the newest; raises InputError where there is none."""
        if issue is None:
            if not self.issue_ids:
                raise InputError(
                    "the publication has no issue yet",
                    path="source",
                    hint="Write source/ID/issue.toml, or run: publisher import FILE --issue ID",
                )
            return self.issue_ids[-1]
        if issue not in self.issue_ids:
            known = ", ".join(self.issue_ids) or "none"
            raise InputError(f"there is no issue “{issue}” (issues: {known})", path="source")
        return issue

    def pick_languages(
        self, asked: tuple[str, ...], *, targets_only: bool = False
    ) -> tuple[str, ...]:
        """The languages asked for in the publication's order, or all of them."""
        known = self.targets if targets_only else self.languages
        unknown = [code for code in asked if code not in known]
        if unknown:
            raise InputError(
                f"“{unknown[0]}” is not {'a translation' if targets_only else 'an edition'} "
                f"language (languages: {', '.join(known) or 'none'})",
                path=self.config.path,
                hint="Add it to `languages`.",
            )
        return tuple(code for code in known if code in asked) if asked else known

    def issue(self, issue: str) -> IssueConfig:
        """The configuration of one issue; raises FindingsError with all its errors."""
        path = f"source/{issue}/issue.toml"
        return _issue(Table.load(self.root, path), issue)

    def translations(self, issue: str) -> Path:
        return self.root / "translations" / issue

    def catalog_path(self, issue: str, language: str) -> Path:
        return self.translations(issue) / f"{language}.po"

    def ledger_path(self, issue: str, language: str) -> Path:
        return self.translations(issue) / f"{language}.ledger"

    def relative(self, path: Path) -> str:
        """A path as messages show it: relative to the publication where it lies inside."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return str(path)


def find_root(start: Path) -> Path:
    """The publication that holds ``start``: the nearest folder with ``source/publication.toml``.

    Raises InputError where there is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "source" / "publication.toml").is_file():
            return folder
    raise InputError(
        "there is no publication here (no source/publication.toml)",
        path=start,
        hint="Run `publisher init DIR` to make one, or name its folder with -C DIR.",
    )


def load(root: Path) -> Publication:
    """Read a publication's configuration; raises FindingsError with all its errors.

    Raises InputError for a folder, a settings file or a catalog that is a link out of the publication.
    """
    _stay_inside(root)
    table = Table.load(root, "source/publication.toml")
    return Publication(root, _publication(table))


_SETTINGS = (".toml", ".po", ".pot", ".ledger")


def _stay_inside(root: Path) -> None:
    """Articles, figures and styles that lead outside are findings of their own, with their lines."""
    own = root.resolve()
    for top in ("source", "translations", "styles"):
        found = [root / top]
        for folder, folders, files in os.walk(root / top):
            names = [*folders, *(name for name in files if name.endswith(_SETTINGS))]
            found += [Path(folder, name) for name in names]
        for path in found:
            if path.is_symlink() and not path.resolve().is_relative_to(own):
                raise InputError(
                    "the link leads out of the publication",
                    path=path.relative_to(root).as_posix(),
                    hint="Put the file itself here.",
                )


def _publication(table: Table) -> PublicationConfig:
    section = "publication"
    name = table.string(section, "name", required=True)
    publisher = table.string(section, "publisher", required=True)
    language = _language(table, section, "language")
    languages = table.strings(section, "languages") or ()
    for code in languages:
        if not LANGUAGE_CODE.fullmatch(code):
            _bad_language(table, "languages", code)
    formats = table.strings(section, "formats") or ("pdf", "epub", "docx")
    for item in formats:
        if item not in FORMATS:
            table.wrong(
                "unknown-format",
                "formats",
                f"unknown format “{item}”",
                f"Formats: {', '.join(FORMATS)}",
            )
    website = table.string(section, "website")
    if website and not re.match(r"https?://", website.text):
        table.wrong("wrong-value", "website", "`website` must be an http(s) address")
    final = table.string("policy", "final")
    if final and final.text not in {"reviewed", "approved"}:
        table.wrong("wrong-value", "final", "`final` must be “reviewed” or “approved”")
    slug = table.string(section, "slug")
    if slug and not ISSUE_ID.fullmatch(slug.text):
        table.wrong("wrong-value", "slug", "`slug` may hold letters, digits and hyphens only")
    credit = table.strings("policy", "credit") or ()
    tagline, licence, contact = (
        table.string(section, key) for key in ("tagline", "licence", "contact")
    )
    table.finish(("publication", "policy"))
    assert name is not None and publisher is not None
    return PublicationConfig(
        path=table.path,
        name=name,
        publisher=publisher,
        language=language,
        languages=tuple(dict.fromkeys(languages)),
        formats=tuple(dict.fromkeys(formats)),
        tagline=tagline,
        licence=licence,
        contact=contact,
        website=website.text if website else "",
        final=final.text if final else "reviewed",
        slug=slug.text if slug else "bulletin",
        credit=credit,
    )


def _language(table: Table, section: str, key: str) -> str:
    value = table.string(section, key, required=True)
    if value and not LANGUAGE_CODE.fullmatch(value.text):
        _bad_language(table, key, value.text)
    return value.text if value else "en"


def _bad_language(table: Table, key: str, code: str) -> None:
    table.wrong(
        "wrong-value",
        key,
        f"“{code}” is not a language code",
        "Write a BCP 47 code such as az or pt-BR.",
    )


def _issue(table: Table, issue: str) -> IssueConfig:
    number = table.get("", "number", (int, str), "a number or a string")
    if number is None or not str(number).strip():
        table.wrong("missing-key", "number", "`number` is missing")
    day = _day(table)
    title = table.string("", "title", required=True)
    articles = table.strings("", "articles") or ()
    if not articles:
        table.wrong("missing-key", "articles", "`articles` names no article")
    for name in articles:
        if "/" in name or "\\" in name or name.startswith(".") or not name.endswith(".md"):
            table.wrong(
                "wrong-value", "articles", f"“{name}” is not the name of a .md file in this folder"
            )
    for name in sorted({name for name in articles if articles.count(name) > 1}):
        table.wrong("wrong-value", "articles", f"“{name}” is named twice")
    state = table.string("", "state")
    if state and state.text not in {"open", "frozen"}:
        table.wrong("wrong-value", "state", "`state` must be “open” or “frozen”")
    embargo = table.get("", "embargo", datetime, "a date and time with offset")
    if embargo is not None and embargo.tzinfo is None:
        table.wrong("wrong-value", "embargo", "`embargo` needs an offset, such as +04:00")
    revision = table.get("", "revision", int, "a whole number")
    if revision is not None and revision < 1:
        table.wrong("wrong-value", "revision", "`revision` counts from 1")
    subtitle, correction = table.string("", "subtitle"), table.string("", "correction")
    pages = _pages(table, articles)
    table.finish(("pages",))
    assert title is not None and day is not None
    return IssueConfig(
        id=issue,
        path=table.path,
        number=str(number).strip(),
        date=day,
        title=title,
        articles=articles,
        lines=tuple(table.line("articles", name) for name in articles),
        subtitle=subtitle,
        state=state.text if state else "open",
        embargo=embargo,
        revision=revision or 1,
        correction=correction,
        pages=pages,
    )


def _day(table: Table) -> date | None:
    value = table.get("", "date", (date, datetime), "a date such as 2023-03-31")
    if value is None:
        if not table.findings or table.findings[-1].code != "wrong-type":
            table.wrong("missing-key", "date", "`date` is missing")
        return None
    return value.date() if isinstance(value, datetime) else value


def _pages(table: Table, articles: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Pages that the issue reserves for an article, ``[pages] "01-x.md" = 3``."""
    reserved = table.data.get("pages", {})
    if not isinstance(reserved, dict):
        return ()
    result = []
    for name, count in reserved.items():
        table.asked.add(("pages", name))
        if name not in articles:
            table.wrong("wrong-value", name, f"[pages] names “{name}”, which is not an article")
        elif not isinstance(count, int) or isinstance(count, bool) or count < 1:
            table.wrong("wrong-value", name, "reserved pages must be a whole number from 1")
        else:
            result.append((name, count))
    return tuple(result)
