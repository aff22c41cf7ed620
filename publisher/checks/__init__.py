"""Checks of catalog entries: one small function a check, its docstring is its help.

A check gets a Subject and yields ``(severity, message)``; the decorator gives it its name. An entry may
ignore a check in a translator's comment that says why: ``# ignore: numbers (the figure is in words)``.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from publisher.catalog import tags as markup
from publisher.catalog.po import Catalog, Entry
from publisher.errors import Finding, Severity, sort_findings

if TYPE_CHECKING:
    from publisher.catalog.glossary import Terms
    from publisher.language import Language

Report = tuple[Severity, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """One translated entry; ``source`` and ``target`` are its texts without tags."""

    entry: Entry
    names: Mapping[str, bool]
    source: str
    target: str
    source_language: Language
    language: Language
    terms: Terms | None = None


Check = Callable[[Subject], Iterable[Report]]
CatalogReport = tuple[Subject, Severity, str]
CatalogCheck = Callable[[Sequence[Subject]], Iterable[CatalogReport]]


@dataclass(frozen=True, slots=True)
class Registered:
    """A check with its name; ``help`` is its docstring. One of the two functions is set."""

    name: str
    function: Check | None = None
    over_catalog: CatalogCheck | None = None

    @property
    def help(self) -> str:
        function = self.function or self.over_catalog
        return " ".join((function.__doc__ or "").split())


REGISTRY: dict[str, Registered] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a function as the check called ``name``; it sees one entry at a time."""

    def register(function: Check) -> Check:
        REGISTRY[name] = Registered(name, function)
        return function

    return register


def catalog_check(name: str) -> Callable[[CatalogCheck], CatalogCheck]:
    """Register a function that sees all translated entries of a catalog at once."""

    def register(function: CatalogCheck) -> CatalogCheck:
        REGISTRY[name] = Registered(name, over_catalog=function)
        return function

    return register


def all_checks() -> Sequence[Registered]:
    """Every check, in order of name; every module of this package is loaded."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return [REGISTRY[name] for name in sorted(REGISTRY)]


_IGNORE = re.compile(r"ignore:\s*([a-z-]+(?:\s*,\s*[a-z-]+)*)\s*(?:\((.*)\))?\s*\Z")


@dataclass(slots=True)
class _Ignores:
    """What the comments of one entry ask to ignore, and whether there was need to."""

    names: dict[str, bool] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, entry: Entry) -> _Ignores:
        found = cls()
        for comment in entry.comments:
            if not comment.startswith("ignore:"):
                continue
            match = _IGNORE.fullmatch(comment)
            if match is None:
                found.wrong.append("an ignore must read `ignore: check (reason)`")
                continue
            if not (match[2] or "").strip():
                found.wrong.append(f"the ignore of {match[1]} gives no reason")
            for name in re.split(r"\s*,\s*", match[1]):
                if name not in REGISTRY:
                    found.wrong.append(f"the ignore names no check: {name}")
                found.names.setdefault(name, False)
        return found


def check_catalog(
    catalog: Catalog,
    language: Language,
    source_language: Language,
    path: str,
    terms: Terms | None = None,
) -> tuple[Finding, ...]:
    """Run every check over every translated entry; fuzzy ones too, with warnings at most."""
    subjects = [
        _subject(entry, language, source_language, terms)
        for entry in catalog.entries
        if not entry.obsolete and entry.msgstr
    ]
    reports: dict[int, list[tuple[str, Severity, str]]] = {}
    for registered in all_checks():
        if registered.function is not None:
            for subject in subjects:
                for severity, message in registered.function(subject):
                    report = (registered.name, severity, message)
                    reports.setdefault(id(subject), []).append(report)
        elif registered.over_catalog is not None:
            for subject, severity, message in registered.over_catalog(subjects):
                report = (registered.name, severity, message)
                reports.setdefault(id(subject), []).append(report)
    findings: list[Finding] = []
    for subject in subjects:
        found = reports.get(id(subject), [])
        if found or subject.entry.comments:
            findings += _findings(subject, found, path)
    return sort_findings(findings)


def _subject(
    entry: Entry, language: Language, source_language: Language, terms: Terms | None
) -> Subject:
    names = markup.names_of(entry.msgid, entry.extracted) if "<" in entry.msgid else {}
    return Subject(
        entry,
        names,
        markup.strip(entry.msgid, names) if names else entry.msgid,
        markup.strip(entry.msgstr, names) if names else entry.msgstr,
        source_language,
        language,
        terms,
    )


def _findings(
    subject: Subject, reports: Sequence[tuple[str, Severity, str]], path: str
) -> Iterator[Finding]:
    entry, code = subject.entry, subject.language.code
    ignores = _Ignores.of(entry)
    for name, severity, message in reports:
        if name in ignores.names:
            ignores.names[name] = True
            continue
        # A draft is not finished: its faults are for the reviewer, not for the build.
        shown: Severity = "warning" if entry.fuzzy and severity == "error" else severity
        text = f"“{_start(entry.msgid)}”: {message}"
        yield Finding(name, shown, text, path, entry.line or None, "", code)
    unused = [name for name, used in ignores.names.items() if not used and name in REGISTRY]
    for message in [*ignores.wrong, *(f"the ignore of {name} is not needed" for name in unused)]:
        yield Finding("ignore", "warning", message, path, entry.line or None, "", code)


def _start(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
