"""The DOCX edition in LibreOffice: it opens, and every segment of the sample is in its text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from publisher import build, project
from publisher.ast import Inlines, map_inline, plain_text, string
from publisher.build_report import Options
from publisher.cache import NoCache
from publisher.catalog import tags
from publisher.catalog.segments import Segment, segments
from publisher.editions import Edition, docx
from publisher.judges.docx import judge
from publisher.judges.libreoffice import executable, squeeze, to_text

pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(executable() is None, reason="LibreOffice is not installed"),
]

ELSEWHERE = frozenset(
    {
        "alt text", "figure text", "figure title", "figure description", "keyword", "link title",
        "link target", "image title", "title attribute", "aria-label",
    }
)  # fmt: skip
"""Kinds of segments that a Word document holds as properties or in pictures, not as text."""


CUT = "\ufffc"


def editions(root: Path) -> dict[str, Edition]:
    publication = project.load(root)
    config = publication.config
    options = Options((config.language, *config.languages), ("docx",))
    localized = build.localized(publication, "2023-03", options, NoCache())
    return {code: item.edition for code, item in localized.items()}


def pieces(segment: Segment) -> list[str]:
    """The text of a segment, cut where a note stands."""

    def cut(inlines: Inlines) -> Inlines:
        return [
            string(CUT)
            if node["t"] == "Note"
            else map_inline(node, lambda blocks, _: blocks, lambda nested, _: cut(nested))
            for node in inlines
        ]

    return plain_text(cut(tags.decode(segment.msgid, segment.tags))).split(CUT)


@pytest.mark.slow
def test_every_segment_is_in_the_text(repository: Path, tmp_path: Path) -> None:
    made = editions(repository)
    paths = {}
    for code, edition in made.items():
        compiled = docx.compile(edition)
        assert compiled.findings == ()
        assert [str(message) for message in judge(compiled.data, code)] == []
        paths[code] = tmp_path / f"{code}.docx"
        paths[code].write_bytes(compiled.data)
    texts = to_text(list(paths.values()))
    for code, whole in zip(paths, texts, strict=True):
        assert whole is not None, code
        squeezed = squeeze(whole)
        missing = [
            piece
            for segment in segments(made[code].document)
            if segment.kind not in ELSEWHERE
            for piece in pieces(segment)
            if squeeze(re.sub(r"[\u200e\u200f]", "", piece)) not in squeezed
        ]
        assert missing == [], code
