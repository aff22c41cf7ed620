"""GNU msgfmt: a catalog is one that gettext accepts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from publisher.errors import MachineError
from publisher.judges import Message, Verdict
from publisher.judges.tools import run

_LINE = re.compile(r"^(?P<file>.*?):(?P<line>\d+):(?:\d+:)? *(?P<warning>warning:)? *(?P<text>.*)$")


class Msgfmt:
    """``msgfmt --check``: syntax, header, plural forms, format strings."""

    name = "msgfmt"
    suffixes: tuple[str, ...] = (".po",)
    strict = True
    kind: Literal["outside", "own"] = "outside"
    optional = False
    cure = "Run: apt-get install gettext"

    def version(self) -> str | None:
        """The first line of ``msgfmt --version``."""
        program = shutil.which("msgfmt")
        return None if program is None else _version(program)

    def examine(self, paths: Sequence[Path]) -> list[Verdict]:
        """One run a catalog."""
        return [self._one(path) for path in paths]

    def _one(self, path: Path) -> Verdict:
        program = shutil.which("msgfmt")
        if program is None:
            raise MachineError("msgfmt is missing", hint=self.cure)
        done = run(
            [program, "--check", "--output-file=/dev/null", str(path.resolve())],
            timeout=120,
            environment={"LC_ALL": "C.UTF-8", "LANGUAGE": "en"},
        )
        messages: list[Message] = []
        for line in done.stderr.decode("utf-8", "replace").splitlines():
            found = _LINE.match(line)
            if found:
                severity: Literal["error", "warning"] = "warning" if found["warning"] else "error"
                messages.append(Message(severity, "msgfmt", found["text"], f"line {found['line']}"))
        if done.returncode != 0 and not any(m.severity == "error" for m in messages):
            text = done.stderr.decode("utf-8", "replace").strip() or f"exit {done.returncode}"
            messages.append(Message("error", "msgfmt", text))
        return tuple(messages)


@lru_cache(maxsize=4)
def _version(program: str) -> str | None:
    try:
        done = run([program, "--version"], timeout=30)
    except MachineError:
        return None
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    return lines[0] if lines else None
