"""What a build is asked for, and what it reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from publisher.errors import Finding

Mode = Literal["auto", "draft", "final"]
EditionState = Literal["final", "draft", "failed"]


@dataclass(frozen=True, slots=True)
class Options:
    """What to build; ``out`` replaces ``dist``."""

    languages: tuple[str, ...]
    formats: tuple[str, ...]
    mode: Mode = "auto"
    out: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One edition after the build; ``error`` says why it failed, ``detail`` is for ``-v``."""

    language: str
    format: str
    state: EditionState
    path: str = ""
    pages: int | None = None
    size: int = 0
    words: int = 0
    reviewed: int = 0
    seconds: float = 0.0
    rebuilt: bool = False
    sha256: str = ""
    error: str = ""
    detail: str = ""
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The outcome as plain JSON data."""
        return {
            "language": self.language,
            "format": self.format,
            "state": self.state,
            "path": self.path,
            "pages": self.pages,
            "size": self.size,
            "words": self.words,
            "reviewed": self.reviewed,
            "seconds": round(self.seconds, 2),
            "rebuilt": self.rebuilt,
            "sha256": self.sha256,
            **({"error": self.error} if self.error else {}),
            "findings": [finding.as_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All outcomes, in order of language and format, and the findings of the source.

    ``page_maps`` gives the first pages of each language's parts (editions.Compiled.page_map).
    """

    issue: str
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...] = ()
    page_maps: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        return any(outcome.state == "failed" for outcome in self.outcomes)
