"""page-validation: PDF/UA-1, and PDF/A in the level that the file claims."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from publisher.judges import Message, Verdict

_PDFA = {"1a", "1b", "2a", "2b", "2u", "3a", "3b", "3u"}


class PageValidation:
    """Validates against ISO 14289-1 and ISO 19005; the same rules as veraPDF, without Java."""

    name = "page-validation"
    suffixes: tuple[str, ...] = (".pdf",)
    strict = True
    kind: Literal["outside", "own"] = "outside"
    optional = False
    cure = "Run: pip install page-validation"

    def version(self) -> str | None:
        """The version of the package."""
        try:
            return metadata.version("page-validation")
        except metadata.PackageNotFoundError:
            return None

    def examine(self, paths: Sequence[Path]) -> list[Verdict]:
        """PDF/UA-1 always; PDF/A where the XMP metadata claims it, else a note that it does not."""
        return [self._one(path.read_bytes()) for path in paths]

    def _one(self, data: bytes) -> Verdict:
        messages = _validate(data, "ua1")
        claim = claimed_pdfa(data)
        if claim in _PDFA:
            messages.extend(_validate(data, claim))
        elif claim:
            messages.append(Message("error", "pdfa-claim", f"unknown PDF/A level {claim!r}"))
        else:
            messages.append(Message("info", "pdfa-claim", "the file claims no PDF/A level"))
        return tuple(messages)


def claimed_pdfa(data: bytes) -> str:
    """The PDF/A part and conformance that the XMP metadata claims, as ``3a``; else empty."""
    part = re.search(rb"pdfaid:part(?:>|=[\"'])\s*(\d)", data)
    level = re.search(rb"pdfaid:conformance(?:>|=[\"'])\s*([A-Za-z])", data)
    if part is None:
        xmp = _xmp(data)
        part = re.search(rb"pdfaid:part(?:>|=[\"'])\s*(\d)", xmp)
        level = re.search(rb"pdfaid:conformance(?:>|=[\"'])\s*([A-Za-z])", xmp)
    if part is None:
        return ""
    return part[1].decode() + (level[1].decode().lower() if level else "")


def _xmp(data: bytes) -> bytes:
    from io import BytesIO

    import pikepdf

    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            stream: Any = pdf.Root.get("/Metadata")
            return bytes(stream.read_bytes()) if stream is not None else b""
    except (pikepdf.PdfError, AttributeError, TypeError, ValueError):
        return b""


def _validate(data: bytes, profile: str) -> list[Message]:
    import page

    try:
        report = page.validate_pdf_bytes(data, profile=profile)
    except page.PageError as error:
        return [Message("error", profile, f"the file cannot be validated: {error}")]
    counts: Counter[tuple[str, str]] = Counter()
    where: dict[tuple[str, str], str] = {}
    for failure in report.failures:
        key = (failure.rule_id, failure.message)
        counts[key] += 1
        if failure.object_id is not None:
            where.setdefault(key, f"object {failure.object_id.object_number}")
    messages = [
        Message(
            "error", rule, text + (f" ({n} times)" if n > 1 else ""), where.get((rule, text), "")
        )
        for (rule, text), n in sorted(counts.items())
    ]
    if not report.is_compliant and not messages:
        messages.append(Message("error", profile, "the file does not conform"))
    return messages
