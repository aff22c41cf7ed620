"""Editions for the tests of formats: a publication's source, taken as it is or through a lookup."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from publisher import brand, language, project, reader
from publisher.catalog import layout, segments
from publisher.document import Document
from publisher.editions import Credits, Edition

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 60" font-family="Noto Sans">'
    '<rect width="200" height="60" fill="#0e4d64"/>'
    '<text x="100" y="35" text-anchor="middle" fill="#ffffff">{}</text></svg>'
)


def read(root: Path) -> Document:
    """The document of a publication's newest issue; its source must be without errors."""
    publication = project.load(root)
    reading = reader.read_issue(publication, publication.issue_ids[-1])
    assert not reading.errors, reading.errors
    return reading.document


def translated(document: Document, code: str, state: str = "reviewed") -> Document:
    """The document in another language, as far as the state of its text goes."""

    def lookup(segment: segments.Segment) -> segments.Translation | None:
        return segments.Translation(segment.msgid, state)

    return segments.apply(document, lookup, code).document


def edition(document: Document, code: str = "en", **values: Any) -> Edition:
    """An edition of a document in a language."""
    fields: dict[str, Any] = {
        "brand": brand.load(),
        "words": layout.load(code),
        "draft": False,
        "stamp": datetime(2024, 1, 31, tzinfo=UTC),
        "version": "1.0",
        "credits": Credits(),
    }
    return Edition(
        document=document,
        language=language.load(code),
        source_language=language.load("en"),
        **{**fields, **values},
    )
