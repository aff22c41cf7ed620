"""Run pandoc: always sandboxed, bytes in and bytes out."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from publisher.errors import InputError, MachineError

DIALECT = "commonmark_x-emoji-alerts"
"""The source dialect (design §3)."""

API_VERSION = [1, 23, 1, 1]
"""The version of pandoc-types that pandoc 3.9 speaks."""


@functools.cache
def executable() -> str:
    """The path of pandoc: ``$PUBLISHER_PANDOC``, pypandoc_binary's, or the first on the PATH."""
    named = os.environ.get("PUBLISHER_PANDOC")
    if named:
        return named
    # Looked for by name: importing pypandoc costs more than running pandoc.
    import importlib.util

    spec = importlib.util.find_spec("pypandoc")
    if spec is not None and spec.origin:
        for name in ("pandoc", "pandoc.exe"):
            bundled = Path(spec.origin).parent / "files" / name
            if bundled.is_file():
                return str(bundled)
    found = shutil.which("pandoc")
    if found is None:
        raise MachineError(
            "pandoc is missing", hint="Run: pip install pypandoc_binary (or install pandoc 3.9)."
        )
    return found


def run(args: list[str], data: bytes, *, timeout: float = 600, sandbox: bool = True) -> bytes:
    """Run pandoc with ``args`` on ``data`` and return its standard output.

    Always ``--sandbox``, so that neither reader nor writer opens files or the network.
    ``sandbox=False`` is for files made by this toolkit alone (a reference document).
    Raises InputError with pandoc's own words when it fails, MachineError when it cannot run.
    """
    command = [executable(), *(["--sandbox"] if sandbox else []), *args]
    environment = {
        "LC_ALL": "C.UTF-8",
        "PATH": os.environ.get("PATH", ""),
        "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", "0"),
    }
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=timeout, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(f"pandoc did not finish within {timeout:.0f} s") from error
    except OSError as error:
        raise MachineError(
            f"pandoc cannot be run: {error.strerror}", path=command[0], hint="Run: publisher doctor"
        ) from error
    if done.returncode != 0:
        words = done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
        raise InputError(f"pandoc failed: {words}")
    return done.stdout


def read(data: bytes, source_format: str = DIALECT) -> dict[str, Any]:
    """Parse ``data`` into pandoc's JSON AST (a dict with ``meta`` and ``blocks``)."""
    result: dict[str, Any] = json.loads(run(["-f", source_format, "-t", "json"], data))
    return result


def document(blocks: list[dict[str, Any]], meta: dict[str, Any] | None = None) -> bytes:
    """A pandoc JSON document as bytes, for any writer."""
    return json.dumps(
        {"pandoc-api-version": API_VERSION, "meta": meta or {}, "blocks": blocks},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def write(blocks: list[dict[str, Any]], target_format: str, *args: str) -> bytes:
    """Write ``blocks`` in ``target_format`` with unwrapped lines."""
    return run(["-f", "json", "-t", target_format, "--wrap=none", *args], document(blocks))
