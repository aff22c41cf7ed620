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


Check = Callable[[Subject], Iterable[Report]]


@dataclass(frozen=True, slots=True)
class Registered:
    """A check with its name; ``help`` is its docstring."""

    name: str
    function: Check

    @property
    def help(self) -> str:
        return " ".join((self.function.__doc__ or "").split())


REGISTRY: dict[str, Registered] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a function as the check called ``name``."""

    def register(function: Check) -> Check:
        REGISTRY[name] = Registered(name, function)
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
    catalog: Catalog, language: Language, source_language: Language, path: str
) -> tuple[Finding, ...]:
    """Run every check over every translated entry; fuzzy ones too, with warnings at most."""
    checks = all_checks()
    findings: list[Finding] = []
    for entry in catalog.entries:
        if entry.obsolete or not entry.msgstr:
            continue
        findings += _entry(entry, checks, language, source_language, path)
    return sort_findings(findings)


def _entry(
    entry: Entry,
    checks: Sequence[Registered],
    language: Language,
    source_language: Language,
    path: str,
) -> Iterator[Finding]:
    names = markup.names_of(entry.msgid, entry.extracted)
    subject = Subject(
        entry,
        names,
        markup.strip(entry.msgid, names),
        markup.strip(entry.msgstr, names),
        source_language,
        language,
    )
    ignores = _Ignores.of(entry)
    for registered in checks:
        for severity, message in registered.function(subject):
            if registered.name in ignores.names:
                ignores.names[registered.name] = True
                continue
            # A draft is not finished: its faults are for the reviewer, not for the build.
            shown: Severity = "warning" if entry.fuzzy and severity == "error" else severity
            yield Finding(
                registered.name,
                shown,
                f"“{_start(entry.msgid)}”: {message}",
                path,
                entry.line or None,
                "",
                language.code,
            )
    unused = [name for name, used in ignores.names.items() if not used and name in REGISTRY]
    for message in [*ignores.wrong, *(f"the ignore of {name} is not needed" for name in unused)]:
        yield Finding("ignore", "warning", message, path, entry.line or None, "", language.code)


def _start(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
