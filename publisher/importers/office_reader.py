"""What the readers of office packages share: the package, the manuscript in the making, its findings."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from publisher.errors import Finding
from publisher.importers.office_facts import Prepared
from publisher.importers.office_package import Package

MAX_IMAGE = 40 * 1024 * 1024
"""The largest picture that is unpacked, in bytes (as publisher.images)."""


class PackageReader:
    """Reads one package within limits; the reader of each kind fills ``made``.

    ``format`` is pandoc's name for the kind; ``accept`` says what becomes of tracked changes. Raises
    InputError for a package that is damaged.
    """

    format: ClassVar[str]

    def __init__(self, data: bytes, name: str, *, accept: bool) -> None:
        self.package = Package(data, name)
        self.name = name
        self.accept = accept
        self.made = Prepared(b"", self.format, load=self.image)

    def image(self, path: str) -> bytes | None:
        """A picture's bytes by its name in the package; None where it is missing."""
        return self.package.member(path, MAX_IMAGE) if path in self.package.names else None

    def report_changes(self, count: int) -> None:
        """Say what became of tracked changes, where there were any."""
        if not count:
            return
        done, other = ("accepted", "reject") if self.accept else ("rejected", "accept")
        self.made.findings.append(
            Finding("tracked-changes", "info", f"{count} tracked changes were {done}",
                    self.name, None, f"--track-changes {other} does the opposite.")
        )  # fmt: skip

    def report_macros(self) -> None:
        """Say that the package holds macros."""
        self.made.findings.append(
            Finding("macros", "warning", "the file holds macros", self.name, None,
                    "They were neither run nor kept.")
        )  # fmt: skip


def day_of(written: str) -> date | None:
    """The day of a date as packages hold it (ISO 8601); None for what is none."""
    found = re.match(r"\d{4}-\d\d-\d\d", written)
    if not found:
        return None
    try:
        return date.fromisoformat(found.group())
    except ValueError:
        return None


def pack(parts: Mapping[str, bytes]) -> bytes:
    """A new package for pandoc, with these parts in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()
