"""The contact sheet: the same page in all languages, side by side, as PDF and as PNG."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from publisher.errors import InputError, MachineError

GAP = 14.0
LABEL = 16.0
"""Points between pages, and for the language above each column."""


def sheet(
    files: Mapping[str, Path], pages: Sequence[int] | None = None, width: float = 190
) -> bytes:
    """A PDF with one row a page and one column a language; ``width`` of each page in points.

    ``pages`` counts from 1; all pages where it is None. Each page of the edition is placed as it is,
    so that the sheet can be enlarged without loss. Raises InputError for a PDF that cannot be read.
    """
    import pikepdf

    opened = {code: _open(path) for code, path in files.items()}
    try:
        longest = max((len(pdf.pages) for pdf in opened.values()), default=0)
        wanted = [page for page in pages or range(1, longest + 1) if 1 <= page <= longest]
        if not wanted:
            raise InputError("there is no such page in any language")
        result = pikepdf.new()
        rows = 4
        for start in range(0, len(wanted), rows):
            _place(result, opened, wanted[start : start + rows], width)
        out = BytesIO()
        result.save(out, deterministic_id=True)
    finally:
        for pdf in opened.values():
            pdf.close()
    return out.getvalue()


def _open(path: Path) -> Any:
    import pikepdf

    try:
        return pikepdf.open(path)
    except (OSError, pikepdf.PdfError) as error:
        raise InputError(f"the PDF cannot be read: {error}", path=path) from error


def _place(result: Any, opened: Mapping[str, Any], numbers: Sequence[int], width: float) -> None:
    """One page of the sheet."""
    import pikepdf

    first = next(iter(opened.values())).pages[0].mediabox
    height = width * float(first[3] - first[1]) / float(first[2] - first[0])
    total = (
        GAP + len(opened) * (width + GAP),
        GAP + LABEL + len(numbers) * (height + GAP),
    )
    page = result.add_blank_page(page_size=total)
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.obj.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(F1=result.make_indirect(font)), XObject=pikepdf.Dictionary()
    )
    ink = ["0.75 G 0.5 w"]
    for column, (code, pdf) in enumerate(opened.items()):
        left = GAP + column * (width + GAP)
        ink.append(f"BT /F1 9 Tf {left:.2f} {total[1] - GAP - 8:.2f} Td ({code}) Tj ET")
        for row, number in enumerate(numbers):
            low = total[1] - GAP - LABEL - row * (height + GAP) - height
            ink.append(f"{left:.2f} {low:.2f} {width:.2f} {height:.2f} re S")
            if number > len(pdf.pages):
                continue
            form = result.copy_foreign(pdf.pages[number - 1].as_form_xobject())
            name = f"/P{column}x{row}"
            page.obj.Resources.XObject[name] = form
            box = pdf.pages[number - 1].mediabox
            scale = width / float(box[2] - box[0])
            ink.append(f"q {scale:.5f} 0 0 {scale:.5f} {left:.2f} {low:.2f} cm {name} Do Q")
    page.obj.Contents = result.make_stream("\n".join(ink).encode("ascii"))


def images(data: bytes, dpi: int = 60) -> tuple[bytes, ...]:
    """The pages of a PDF as PNG, by poppler's pdftoppm; raises MachineError where it is missing."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        raise MachineError("pdftoppm is not installed", hint="Install poppler-utils.")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "sheet.pdf"
        source.write_bytes(data)
        command = [tool, "-q", "-r", str(dpi), "-png", str(source), str(Path(folder) / "page")]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=600)
        except (OSError, subprocess.SubprocessError) as error:
            raise MachineError(f"pdftoppm failed: {error}") from error
        return tuple(path.read_bytes() for path in sorted(Path(folder).glob("page*.png")))
