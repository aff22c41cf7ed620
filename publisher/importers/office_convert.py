"""Kinds that need another program first: LibreOffice for old Word and RTF, Poppler for PDF."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from publisher.errors import Finding, InputError, MachineError
from publisher.importers import Options
from publisher.importers.manuscript import Manuscript

_SECONDS = 180
_MEMORY = 2 * 1024 * 1024 * 1024
_MOST_TEXT = 64 * 1024 * 1024


def to_docx(data: bytes, name: str, kind: str) -> bytes:
    """A ``doc`` or ``rtf`` file as DOCX, by LibreOffice with a profile of its own.

    Raises MachineError where LibreOffice is missing, InputError where it cannot read the file.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise MachineError(
            "LibreOffice is missing, which reads this kind of file",
            path=name,
            hint="Save the file as .docx in Word, or run: apt-get install libreoffice-writer-nogui",
        )
    with tempfile.TemporaryDirectory(prefix="publisher-office-") as folder:
        root = Path(folder)
        source = root / f"manuscript.{kind}"
        source.write_bytes(data)
        profile = root / "profile"
        # Macros are off in a headless conversion; links are not followed with this setting either.
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, "utf-8")
        arguments = [
            program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
            "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(root / "out"), str(source),
        ]  # fmt: skip
        _run(arguments, name, "LibreOffice", b"")
        made = root / "out" / "manuscript.docx"
        if not made.is_file():
            raise InputError(
                "LibreOffice cannot read the file", path=name,
                hint="It may be damaged or protected; open it in its program and save it as .docx.",
            )  # fmt: skip
        return made.read_bytes()


_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel"
 oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop
 oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop
 oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link"
 oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def import_pdf(data: bytes, name: str, options: Options) -> Manuscript:
    """A PDF's text by ``pdftotext``, through the importer for text.

    Raises MachineError where Poppler is missing, InputError for a PDF that is damaged, protected or
    holds pictures of pages only.
    """
    from publisher.importers.text import import_text

    program = shutil.which("pdftotext")
    if program is None:
        raise MachineError(
            "pdftotext is missing, which reads PDF files",
            path=name,
            hint="Run: apt-get install poppler-utils",
        )
    out = _run(
        [program, "-q", "-enc", "UTF-8", "-layout", "-nopgbrk", "-", "-"], name, "pdftotext", data
    )
    if len(out) > _MOST_TEXT:
        raise InputError("the PDF holds more text than a publication", path=name)
    text = out.decode("utf-8", "replace")
    if not re.search(r"\w", text):
        raise InputError(
            "the PDF holds no text, only pictures of pages", path=name,
            hint="Recognise its text first (OCR), or ask for the document it was made from.",
        )  # fmt: skip
    manuscript = import_text(_unjustified(text), name, options)
    from dataclasses import replace

    note = Finding("pdf", "warning", "a PDF does not say what is a heading, a table or a note", name, None,
                   "Compare every article with the PDF; better, ask for the original document.")  # fmt: skip
    return replace(manuscript, findings=(note, *manuscript.findings))


def _unjustified(text: str) -> str:
    """Lines without the margin and the spaces that justified setting puts between words."""
    lines = [line.rstrip() for line in text.split("\n")]
    filled = [line for line in lines if line]
    margins = sorted(len(line) - len(line.lstrip()) for line in filled)
    margin = margins[len(margins) // 4] if margins else 0
    made = []
    for line in lines:
        lead = max(0, len(line) - len(line.lstrip()) - margin)
        made.append(" " * lead + re.sub(r"(?<=\S) {2,}(?=\S)", " ", line.strip()))
    return "\n".join(made)


def _run(arguments: list[str], name: str, program: str, data: bytes) -> bytes:
    """Run a program of others within limits of time and memory, in a group of its own."""

    def limits() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY * 4, _MEMORY * 4))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    environment = {
        key: value
        for key, value in os.environ.items()
        if key in {"PATH", "HOME", "TMPDIR", "SAL_USE_VCLPLUGIN", "LD_LIBRARY_PATH"}
    }
    environment |= {"LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
    try:
        process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment, start_new_session=True, preexec_fn=limits if os.name == "posix" else None,
        )  # fmt: skip
    except OSError as error:
        raise MachineError(f"{program} cannot be run: {error.strerror}", path=name) from error
    try:
        out, errors = process.communicate(data, timeout=_SECONDS)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise InputError(f"{program} did not finish within {_SECONDS} s", path=name) from error
    if process.returncode and program == "pdftotext":
        words = errors.decode("utf-8", "replace").strip().split("\n")[0][:90]
        protected = "password" in words.lower()
        message = (
            "the PDF is protected with a password"
            if protected
            else f"the PDF cannot be read ({words})"
        )
        raise InputError(message, path=name, hint="Ask for the original document.")
    return out
