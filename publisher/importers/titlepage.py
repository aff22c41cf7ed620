"""Read the title page: what stands before the first article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from publisher.importers.blocks import Block
from publisher.importers.outline import heading_like

_DATE_OR_NUMBER = re.compile(
    r"(?:(?:no|nr|n°|№|issue|number|vol|volume|edition)\b[\s.:#°]*[\divxlc]+|\d{4}|"
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Front:
    """The title page: raw title and subtitle, text before the first article, and lines left out."""

    title: str = ""
    subtitle: str = ""
    text: tuple[Block, ...] = ()
    heading: Block | None = None
    left_out: tuple[Block, ...] = ()


def _only_date(text: str) -> bool:
    """True for "No. 3", "March 2023" and the like: nothing that could be a title is left."""
    rest = _DATE_OR_NUMBER.sub(" ", text)
    return rest != text and not re.search(r"[^\W\d_]{3,}", rest)


def front(blocks: Sequence[Block]) -> Front:
    """Read the blocks before the first article.

    The first heading or short line is the title, the next the subtitle; prose is kept as text; other
    short lines (date, number, address of the office) are left out and reported.
    """
    title = subtitle = ""
    text: list[Block] = []
    left: list[Block] = []
    heading: Block | None = None
    for block in blocks:
        bare = re.sub(r"\*\*|__", "", block.text).strip()
        short = block.kind == "heading" or (
            block.kind == "text"
            and len(block.plain) <= 160
            and (heading_like(block, 160) or len(block.plain.split()) <= 12)
        )
        if text or not short:
            if block.kind == "heading" and not text:
                heading = block
            text.append(block)
        elif not title and not _only_date(block.plain):
            title = bare
        elif title and not subtitle and not _DATE_OR_NUMBER.search(block.plain):
            subtitle = bare
        elif block.kind == "heading":
            heading = block
        else:
            left.append(block)
    return Front(title, subtitle, tuple(text), heading, tuple(left))
