"""Judges of built files: one module a judge, each a thin layer over a tool that is not ours.

A judge takes the paths of finished files and says what is wrong with each. It never changes a file
and never reads the publication. Adding a judge is one module and one line in ``all_judges``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Message:
    """One thing a judge says about a file.

    ``code`` is the judge's own name of the rule, ``where`` a place inside the file (a member and
    line, a page, an object). Errors fail the file; warnings fail it where the judge is strict.
    """

    severity: Severity
    code: str
    text: str
    where: str = ""

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        return f"{where}{self.severity}: {self.text} [{self.code}]"


Verdict = tuple[Message, ...]


class Judge(Protocol):
    """What every judge offers.

    ``strict`` says that a warning fails the file too. ``kind`` is ``outside`` for an independent
    tool, ``own`` for a check of the toolkit. ``optional`` says that a machine may do without it even
    where all others are required; ``cure`` says how to get it.
    """

    name: str
    suffixes: tuple[str, ...]
    strict: bool
    kind: Literal["outside", "own"]
    optional: bool
    cure: str

    def version(self) -> str | None:
        """The version of the tool, which is part of the cache key; None when it is missing."""

    def examine(self, paths: Sequence[Path]) -> list[Verdict]:
        """The verdict on each file, in order. Raises MachineError when the tool cannot be run."""


def all_judges() -> tuple[Judge, ...]:
    """Every judge, in the order in which results are shown."""
    from publisher.judges.ace import Ace
    from publisher.judges.docx import DocxRules
    from publisher.judges.epub import EpubRules
    from publisher.judges.epubcheck import EpubCheck
    from publisher.judges.libreoffice import LibreOffice
    from publisher.judges.msgfmt import Msgfmt
    from publisher.judges.outloud import Outloud
    from publisher.judges.page import PageValidation
    from publisher.judges.pdf import PdfRules

    return (
        PageValidation(),
        Outloud(),
        PdfRules(),
        EpubCheck(),
        Ace(),
        EpubRules(),
        LibreOffice(),
        DocxRules(),
        Msgfmt(),
    )
