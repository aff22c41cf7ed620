"""outloud: what a PDF says to a screen reader, beyond what a validator can see."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from publisher.judges import Message, Verdict


class Outloud:
    """Conformance and semantic rules over the tag tree; errors fail, warnings are for a person."""

    name = "outloud"
    suffixes: tuple[str, ...] = (".pdf",)
    strict = False
    kind: Literal["outside", "own"] = "outside"
    optional = False
    cure = "Run: pip install outloud"

    def version(self) -> str | None:
        """The version of the package."""
        try:
            return metadata.version("outloud")
        except metadata.PackageNotFoundError:
            return None

    def examine(self, paths: Sequence[Path]) -> list[Verdict]:
        """Run all its rules on each file."""
        return [self._one(path) for path in paths]

    def _one(self, path: Path) -> Verdict:
        import outloud

        result = outloud.check(str(path))
        if result.error:
            return (Message("error", "unreadable", str(result.error)),)
        crashed = tuple(
            Message("warning", run.rule, f"the rule could not be run: {run.reason}")
            for run in result.runs
            if run.status == "crashed"
        )
        return crashed + tuple(_message(finding) for finding in result.findings)


def _message(finding: Any) -> Message:
    text = str(finding.message)
    if finding.evidence:
        text += f" – “{str(finding.evidence)[:120]}”"
    if finding.count > 1:
        text += f" ({finding.count} times)"
    severity: Literal["error", "warning", "info"] = "info"
    if finding.severity in ("error", "warning"):
        severity = finding.severity
    return Message(severity, finding.rule, text, f"page {finding.page}" if finding.page else "")
