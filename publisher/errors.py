"""The toolkit's own exceptions and findings.

An exception is the operator's problem (bad input, a machine that lacks something); a finding is the
author's or translator's problem (a broken anchor, a lost tag). Nothing else may reach a user.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]

_RANK: dict[str, int] = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an author or translator should look at.

    ``code`` is a short stable name (``missing-image``), ``path`` is relative to the publication,
    ``line`` counts from 1, ``hint`` says how to mend it.
    """

    code: str
    severity: Severity
    message: str
    path: str
    line: int | None = None
    hint: str = ""
    language: str = ""

    @property
    def where(self) -> str:
        """``file:line`` or ``file``."""
        return f"{self.path}:{self.line}" if self.line else self.path

    def __str__(self) -> str:
        text = f"{self.where}: {self.severity}: {self.message} [{self.code}]"
        return f"{text}\n    {self.hint}" if self.hint else text

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain JSON data."""
        return asdict(self)


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings without repetitions, in order of file, line, severity and code."""
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda f: (f.path, f.line or 0, _RANK[f.severity], f.code, f.message),
        )
    )


class PublisherError(Exception):
    """Base of every error a user may see; prints as one or two lines, never as a traceback."""

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        path: object | None = None,
        line: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = None if path is None else str(path)
        self.line = line
        self.hint = hint

    def __str__(self) -> str:
        where = "" if self.path is None else self.path
        if where and self.line:
            where = f"{where}:{self.line}"
        text = f"{where}: {self.message}" if where else self.message
        return f"{text}\n    {self.hint}" if self.hint else text


class UsageError(PublisherError):
    """The command was called in a way that cannot work (exit code 2)."""

    exit_code = 2


class InputError(PublisherError):
    """A file cannot be read as what it should be (exit code 3)."""

    exit_code = 3


class MachineError(PublisherError):
    """The machine lacks something: a program, a library, a model, a right (exit code 4)."""

    exit_code = 4


class FindingsError(PublisherError):
    """Work cannot go on because of findings of severity error (exit code 1)."""

    exit_code = 1

    def __init__(self, findings: Iterable[Finding], message: str = "") -> None:
        self.findings = sort_findings(findings)
        count = sum(f.severity == "error" for f in self.findings)
        super().__init__(message or f"{count} error{'' if count == 1 else 's'} found")

    def __str__(self) -> str:
        return "\n".join([*(str(f) for f in self.findings), self.message])
