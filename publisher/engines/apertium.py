"""The engine ``apertium``: Debian's rule-based translator, where it is installed.

Fast and offline, with clearly plainer prose than a neural model: a second engine for pairs that have
no model, such as English→Spanish or English→Catalan.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from collections.abc import Sequence

from publisher.engines import Engine, Settings
from publisher.engines.plain import PlainEngine
from publisher.errors import MachineError

# Apertium names pairs by ISO 639-3 codes.
_CODES = {
    "af": "afr", "an": "arg", "ar": "ara", "ast": "ast", "be": "bel", "bg": "bul", "br": "bre",
    "ca": "cat", "cy": "cym", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "eo": "epo",
    "es": "spa", "eu": "eus", "fr": "fra", "gl": "glg", "hr": "hbs", "id": "ind", "is": "isl",
    "it": "ita", "kk": "kaz", "mk": "mkd", "ms": "msa", "mt": "mlt", "nb": "nob", "nl": "nld",
    "nn": "nno", "oc": "oci", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sc": "srd",
    "sl": "slv", "sr": "hbs", "sv": "swe", "tr": "tur", "tt": "tat", "uk": "ukr", "ur": "urd",
}  # fmt: skip
_SECONDS = 600
# What apertium's text mode writes around what it does not know or keep.
_UNKNOWN = re.compile(r"[*@#](?=\w)")


def open_engine(source: str, target: str, settings: Settings) -> Engine:
    """The engine for a pair; raises MachineError where Apertium or the pair is not installed."""
    program = shutil.which("apertium")
    if program is None:
        raise MachineError(
            "Apertium is not installed",
            hint=f"Install it with: apt-get install apertium {_debian(source, target)}",
        )
    mode = _mode(program, source, target)
    version = _version(program)
    label = f"apertium {mode.replace('-', '→', 1)}{f' {version}' if version else ''}"
    return PlainEngine(
        label, source, target, functools.partial(_translate, program, mode), settings
    )


def _debian(source: str, target: str) -> str:
    return f"apertium-{_three(source)}-{_three(target)}"


def _three(code: str) -> str:
    base = code.split("-")[0]
    return _CODES.get(base, base)


def _mode(program: str, source: str, target: str) -> str:
    modes = _run([program, "-l"], "").split()
    base = f"{_three(source)}-{_three(target)}"
    region = target.partition("-")[2].upper()
    exact = [m for m in modes if region and m.upper() == f"{base}_{region}".upper()]
    found = (
        exact or [m for m in modes if m == base] or [m for m in modes if m.startswith(f"{base}_")]
    )
    if not found:
        raise MachineError(
            f"Apertium has no pair {base} here (pairs: {', '.join(sorted(modes)) or 'none'})",
            hint=f"Install it with: apt-get install {_debian(source, target)}",
        )
    return sorted(found)[0]


def _version(program: str) -> str:
    match = re.search(r"\d+(?:\.\d+)+", _run([program, "-V"], "", check=False))
    return match[0] if match else ""


def _translate(program: str, mode: str, texts: Sequence[str]) -> list[str]:
    """One run for all texts, one a paragraph; one by one where paragraphs got lost."""
    # Brackets and backslashes are the marks of Apertium's own stream format.
    lines = [" ".join(text.split()) for text in texts]
    command = [program, "-u", "-f", "txt", mode]
    made = re.split(r"\n\s*\n", _run(command, "\n\n".join(lines) + "\n").strip("\n"))
    if len(made) != len(lines):
        made = [_run(command, line + "\n").strip() for line in lines]
    return [_UNKNOWN.sub("", " ".join(text.split())) for text in made]


def _run(command: Sequence[str], text: str, *, check: bool = True) -> str:
    try:
        done = subprocess.run(
            command,
            input=text.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env=_environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise MachineError("Apertium does not come to an end") from error
    except OSError as error:
        raise MachineError(f"Apertium cannot be started: {error.strerror}") from error
    if check and done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise MachineError(f"Apertium failed: {lines[-1] if lines else done.returncode}")
    return (done.stdout or done.stderr).decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "LC_ALL": "C.UTF-8"}
