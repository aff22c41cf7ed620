"""Ace by DAISY: accessibility of an EPUB as a browser sees it. Used where it is installed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from publisher.errors import MachineError
from publisher.judges import Message, Severity, Verdict
from publisher.judges.tools import run

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class Ace:
    """EPUB Accessibility 1.1 and WCAG 2 rules (axe) in headless Chromium.

    ``$PUBLISHER_ACE`` names the program where it is not on the PATH as ``ace``, ``ace-puppeteer``
    or ``ace-cli``. The puppeteer runner is told to use the machine's own Chromium.
    """

    name = "ace"
    suffixes: tuple[str, ...] = (".epub",)
    strict = True
    kind: Literal["outside", "own"] = "outside"
    optional = True
    cure = (
        "Install Node and Chromium, then: PUPPETEER_SKIP_DOWNLOAD=1 npm install -g"
        " @daisy/ace-cli @daisy/ace-axe-runner-puppeteer"
    )

    def version(self) -> str | None:
        """What ``ace --version`` says; None where it is not installed."""
        program = executable()
        return None if program is None else _version(program)

    def examine(self, paths: Sequence[Path]) -> list[Verdict]:
        """One run a file; Ace itself uses several pages of one browser."""
        return [self._one(path) for path in paths]

    def _one(self, path: Path) -> Verdict:
        program = executable()
        if program is None:
            raise MachineError("Ace is missing", hint=self.cure)
        with tempfile.TemporaryDirectory(prefix="publisher-ace-") as folder:
            done = run(
                [program, "--silent", "--force", "--outdir", folder, str(path.resolve())],
                timeout=900,
                environment=_environment(folder),
            )
            report = Path(folder) / "report.json"
            try:
                data = json.loads(report.read_bytes())
            except (OSError, ValueError) as error:
                words = (done.stderr or done.stdout).decode("utf-8", "replace").strip()
                raise MachineError(
                    f"Ace gave no report: {words[:300] or f'exit {done.returncode}'}", path=path
                ) from error
        return tuple(_messages(data))


def executable() -> str | None:
    """The path of Ace's command line; None where it is not installed."""
    named = os.environ.get("PUBLISHER_ACE")
    if named:
        return named if Path(named).is_file() else None
    for name in ("ace-puppeteer", "ace", "ace-cli"):
        found = shutil.which(name)
        if found:
            return found
    return None


def _environment(folder: str) -> dict[str, str]:
    environment = {"PUPPETEER_SKIP_DOWNLOAD": "1", "XDG_CONFIG_HOME": folder}
    if "PUPPETEER_EXECUTABLE_PATH" not in os.environ:
        for name in _BROWSERS:
            found = shutil.which(name)
            if found:
                environment["PUPPETEER_EXECUTABLE_PATH"] = found
                break
    return environment


@lru_cache(maxsize=4)
def _version(program: str) -> str | None:
    with tempfile.TemporaryDirectory(prefix="publisher-ace-") as folder:
        try:
            done = run([program, "--version"], timeout=60, environment=_environment(folder))
        except MachineError:
            return None
    return (done.stdout or done.stderr).decode("utf-8", "replace").strip()[:40] or None


_IMPACT: dict[str, Severity] = {
    "critical": "error",
    "serious": "error",
    "moderate": "error",
    "minor": "warning",
}


def _messages(report: dict[str, Any]) -> list[Message]:
    messages: list[Message] = []
    for document in report.get("assertions", ()):
        member = str((document.get("earl:testSubject") or {}).get("url", ""))
        for assertion in document.get("assertions", ()):
            result = assertion.get("earl:result") or {}
            if result.get("earl:outcome") != "fail":
                continue
            test = assertion.get("earl:test") or {}
            severity = _IMPACT.get(str(test.get("earl:impact")), "error")
            text = str(result.get("dct:description") or test.get("dct:description") or "")
            text = " ".join(text.split())
            messages.append(Message(severity, str(test.get("dct:title", "?")), text, member))
    return messages
