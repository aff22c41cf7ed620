"""Headings that an office document shows by their look alone."""

from __future__ import annotations

import re
from collections import Counter

from publisher.ast import EMPTY_ATTR, Blocks, Node, plain_text
from publisher.importers.manuscript import excerpt
from publisher.importers.office_facts import STYLED, Fact
from publisher.importers.office_inlines import Cleaner
from publisher.importers.office_lists import NUMBER_MARK
from publisher.importers.office_read import Read
from publisher.importers.office_text import block_text

_END = re.compile(r"[.;,:]$")
_LONGEST = 110
_MOST_WORDS = 16
_LONG_SECTION = 150
"""Words under one heading, in the mean, from which headings of one look are those of articles."""


def recognised(blocks: Blocks, read: Read, cleaner: Cleaner) -> Blocks:
    """Make headings of the paragraphs that look like headings."""
    real = any(block["t"] == "Header" for block in blocks)
    base = _base_size(blocks, read)
    looks: dict[int, tuple[float, bool, bool, bool, bool]] = {}
    for index, block in enumerate(blocks):
        fact = read.fact(block)
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if block["t"] == "Para" and following is not None and _like_heading(block, fact, base):
            looks[index] = (
                round(max(fact.size, base)), fact.caps, fact.centred, fact.bold, fact.underlined
            )  # fmt: skip
    for index in list(looks):
        # Three or more in a row are an address or a title page, not headings.
        run = index
        while run in looks and looks[run] == looks[index]:
            run += 1
        if run - index >= 3:
            for member in range(index, run):
                looks.pop(member, None)
    order = sorted(set(looks.values()), key=lambda look: tuple(-float(part) for part in look))
    if not looks:
        return blocks
    only = len(order) == 1 and not real and not _are_articles(blocks, list(looks), read)
    result: Blocks = []
    level = 0
    for index, block in enumerate(blocks):
        if block["t"] == "Header":
            level = block["c"][0]
        if index not in looks:
            result.append(block)
            continue
        shown = min(3, order.index(looks[index]) + 1) + only
        chosen = max(2, level + 1) if real else shown
        inlines = cleaner.heading(block["c"], int(block.get("line", 1)))
        cleaner.changed(int(block.get("line", 1)), "heading recognised",
                        excerpt(plain_text(inlines)), f"level {chosen}")  # fmt: skip
        result.append({**block, "t": "Header", "c": [chosen, list(EMPTY_ATTR), inlines]})
    return result


def _are_articles(blocks: Blocks, places: list[int], read: Read) -> bool:
    """Whether headings of one look begin articles: numbered, on new pages, or far apart."""
    texts = [block_text(blocks[index]) for index in places]
    if len(places) < 2:
        return True
    if all(NUMBER_MARK.match(text) for text in texts):
        return True
    if sum(read.fact(blocks[i]).page_break for i in places) * 2 >= len(places):
        return True
    counted = sum(len(block_text(block).split()) for block in blocks[places[0] :])
    return counted / len(places) >= _LONG_SECTION


def _base_size(blocks: Blocks, read: Read) -> float:
    sizes: Counter[float] = Counter()
    for block in blocks:
        if block["t"] == "Para":
            sizes[read.fact(block).size] += len(plain_text(block["c"]))
    return max(sizes, key=lambda size: (sizes[size], -size)) if sizes else 0


def _like_heading(block: Node, fact: Fact, base: float) -> bool:
    text = plain_text(block["c"]).strip()
    if not text or fact.kind or fact.boxed or fact.list_id or fact.style in STYLED:
        return False
    if len(text) > _LONGEST or len(text.split()) > _MOST_WORDS or _END.search(text):
        return False
    if not re.search(r"[^\W\d_]", text) or any(
        node["t"] in {"Image", "LineBreak", "Math"} for node in block["c"]
    ):
        return False
    if re.match(r"(?:Table|Figure|Fig\.|Source|Photo|By)\b", text):
        return False
    larger = base and fact.size >= base + 2
    return bool(fact.bold or fact.underlined or larger or (fact.caps and len(text) > 3))
