"""LibreOffice: a DOCX opens, and every word of it is there when it is read back as text."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from publisher.errors import InputError, MachineError
from publisher.judges import Message, Verdict
from publisher.judges.tools import members, parse_xml, run

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_BREAKS = frozenset(
    W + name
    for name in (
        "footnoteReference",
        "endnoteReference",
        "footnoteRef",
        "fldChar",
        "tab",
        "br",
        "cr",
    )
) | {W + "drawing", W + "pict"}
"""What LibreOffice may write a character of its own for (a note's number, a field's result)."""


class LibreOffice:
    """Converts all files in one run to plain text and compares it with the file's own."""

    name = "libreoffice"
    suffixes: tuple[str, ...] = (".docx",)
    strict = True
    kind: Literal["outside", "own"] = "outside"
    optional = False
    cure = "Run: apt-get install libreoffice-writer-nogui"

    def version(self) -> str | None:
        """What ``soffice --version`` says."""
        program = executable()
        return None if program is None else _version(program)

    def examine(self, paths: Sequence[Path]) -> list[Verdict]:
        """The verdicts; files that LibreOffice cannot open get an error each."""
        texts = to_text(paths)
        return [
            (Message("error", "cannot-open", "LibreOffice cannot open the file"),)
            if text is None
            else _compare(path, text)
            for path, text in zip(paths, texts, strict=True)
        ]


def executable() -> str | None:
    """The path of LibreOffice."""
    return shutil.which("soffice") or shutil.which("libreoffice")


@lru_cache(maxsize=4)
def _version(program: str) -> str | None:
    with tempfile.TemporaryDirectory(prefix="publisher-lo-") as folder:
        try:
            done = run([program, _profile(folder), "--version"], timeout=120)
        except MachineError:
            return None
    return done.stdout.decode("utf-8", "replace").strip() or None


def _profile(folder: str) -> str:
    # Its own profile: no lock on the user's, no settings from it, several runs at a time.
    return f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"


def to_text(paths: Sequence[Path]) -> list[str | None]:
    """The plain text of each file as LibreOffice writes it; None where it cannot open the file.

    Raises MachineError when LibreOffice is missing or does not end.
    """
    program = executable()
    if program is None:
        raise MachineError("LibreOffice is missing", hint=LibreOffice.cure)
    with tempfile.TemporaryDirectory(prefix="publisher-lo-") as folder:
        root = Path(folder)
        copies = []
        for number, path in enumerate(paths):
            copy = root / "in" / f"{number:04}{path.suffix}"
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(path.read_bytes())
            copies.append(copy)
        run(
            [
                program,
                _profile(folder),
                "--headless",
                "--norestore",
                "--convert-to",
                "html",
                "--outdir",
                str(root / "out"),
                *map(str, copies),
            ],
            timeout=120 + 30 * len(copies),
        )
        results: list[str | None] = []
        for copy in copies:
            page = root / "out" / f"{copy.stem}.html"
            results.append(_page_text(page.read_bytes()) if page.is_file() else None)
        return results


def _page_text(data: bytes) -> str:
    """The text of a page. LibreOffice's plain-text filter leaves out notes, its HTML filter not."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True)
    try:
        body: Any = html.document_fromstring(data, parser=parser).find("body")
    except (etree.ParserError, etree.XMLSyntaxError):
        return ""
    return "" if body is None else str(body.text_content())


def squeeze(text: str) -> str:
    """Text without white space and without characters that only steer the setting."""
    return "".join(c for c in text if not c.isspace() and c not in "\u00ad\u200b\u2060\ufeff")


def _compare(path: Path, text: str) -> Verdict:
    try:
        parts = members(path.read_bytes(), path.name)
        pieces = [
            piece
            for name in ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
            if name in parts
            for piece in chunks(parts[name], name)
        ]
    except InputError as error:
        return (Message("error", "unreadable", error.message),)
    whole = squeeze(text)
    missing = [piece for piece in pieces if squeeze(piece) not in whole]
    return tuple(
        Message("error", "lost-text", f"LibreOffice does not show “{piece.strip()[:120]}”")
        for piece in missing
    )


def chunks(data: bytes, name: str) -> list[str]:
    """The runs of text of a WordprocessingML part, cut wherever something stands between."""
    root = parse_xml(data, name)
    result: list[str] = []
    for paragraph in root.iter(f"{W}p"):
        result.extend(_chunks(paragraph))
    return [chunk for chunk in result if chunk.strip()]


def _chunks(paragraph: Any) -> list[str]:
    pieces = [""]
    for element in paragraph.iter():
        if element.tag == f"{W}t":
            # A paragraph inside a text box comes up as a paragraph of its own.
            if next(element.iterancestors(f"{W}p")) is not paragraph:
                continue
            pieces[-1] += element.text or ""
        elif element.tag == f"{W}noBreakHyphen":
            pieces[-1] += "\u2011"
        elif element.tag in _BREAKS:
            pieces.append("")
    return pieces
