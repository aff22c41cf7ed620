"""The contents list of an office document, which an issue makes itself and so loses here."""

from __future__ import annotations

import re

from publisher.ast import Blocks, plain_text
from publisher.importers.manuscript import excerpt
from publisher.importers.office_facts import TAB
from publisher.importers.office_inlines import Cleaner
from publisher.importers.office_read import Read
from publisher.importers.office_text import block_text

_ENTRY = re.compile(
    rf"\S.*?(?:\.{{3,}}|…{{2,}}|[{TAB}]|(?: \.){{3,}})[\s.{TAB}]*(?:\d{{1,4}}|[ivxlc]+)\s*$"
)
_CONTENTS = re.compile(r"(?:table of )?contents|inhalt(?:sverzeichnis)?|sommaire|table des matières|"
                       r"содержание|оглавление|içindekiler|mündəricat|índice|sumário|المحتويات", re.I)  # fmt: skip


def without_contents(blocks: Blocks, read: Read, cleaner: Cleaner) -> Blocks:
    """Blocks without the contents list, which is known by its style or by its dotted lines."""
    gone: set[int] = set()
    entries = [
        index for index, block in enumerate(blocks)
        if block["t"] in {"Para", "Header"}
        and (
            re.fullmatch(r"toc\d*|contents\d*|tableofcontents|toaheading", read.fact(block).style)
            or (block["t"] == "Para" and _ENTRY.match(plain_text(block["c"])))
        )
    ]  # fmt: skip
    runs: list[list[int]] = []
    for index in entries:
        if runs and index - runs[-1][-1] <= 2:
            runs[-1].append(index)
        else:
            runs.append([index])
    for run in runs:
        styled = any(read.fact(blocks[i]).style.startswith(("toc", "contents")) for i in run)
        if len(run) >= 3 or styled:
            gone.update(range(run[0], run[-1] + 1))
            before = run[0] - 1
            while before >= 0 and not block_text(blocks[before]).strip():
                before -= 1
            if before >= 0 and _CONTENTS.fullmatch(block_text(blocks[before]).strip(" :")):
                gone.add(before)
            shown = excerpt(" / ".join(block_text(blocks[i]) for i in run), 90).replace(TAB, " ")
            cleaner.changed(read.fact(blocks[run[0]]).number, "contents left out", shown)
    for index, block in enumerate(blocks):
        if read.fact(block).style in {"tocheading", "contentsheading"}:
            gone.add(index)
    return [block for index, block in enumerate(blocks) if index not in gone]
