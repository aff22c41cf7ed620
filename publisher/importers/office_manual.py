"""Structure that an office document shows by formatting alone: contents, notes, lists, headings."""

from __future__ import annotations

from publisher.ast import Blocks, Inlines, plain_text
from publisher.importers.office_contents import without_contents
from publisher.importers.office_facts import STYLED, TAB
from publisher.importers.office_headings import recognised
from publisher.importers.office_inlines import Cleaner
from publisher.importers.office_lists import Item, as_item, can_follow, listed, mark_of
from publisher.importers.office_notes import typed_notes
from publisher.importers.office_read import Read


class Manual:
    """Finds structure in the top-level blocks of a document that has been read."""

    def __init__(self, read: Read, cleaner: Cleaner) -> None:
        self.read = read
        self.cleaner = cleaner

    def run(self) -> Blocks:
        """The blocks with all paragraphs cleaned."""
        blocks = without_contents(self.read.blocks, self.read, self.cleaner)
        blocks = typed_notes(blocks, self.cleaner)
        blocks = self._paragraphs(blocks)
        return recognised(blocks, self.read, self.cleaner)

    def _paragraphs(self, blocks: Blocks) -> Blocks:
        """Clean every paragraph, drop empty ones and gather typed lists."""
        result: Blocks = []
        items: list[Item] = []

        def flush() -> None:
            if items:
                result.extend(listed(items, self.cleaner))
                items.clear()

        empty: list[int] = []
        for block in blocks:
            kind = block["t"]
            if kind == "Para":
                line = int(block.get("line", 1))
                fact = self.read.fact(block)
                pieces = self.cleaner.split(block["c"], line)
                if not any(_full(piece) for piece in pieces):
                    empty.append(line)
                    continue
                for piece in pieces:
                    found = None if fact.style in STYLED or fact.list_id else mark_of(piece)
                    if found is not None and can_follow(found, items):
                        items.append(as_item(found, piece, block, fact, self.cleaner))
                        continue
                    flush()
                    made = self.cleaner.clean(piece, line)
                    if made:
                        result.append({**block, "c": made})
            elif kind == "Header":
                flush()
                level, attr, inlines = block["c"]
                made = self.cleaner.heading(inlines, int(block.get("line", 1)))
                if made:
                    result.append({**block, "c": [level, attr, made]})
                else:
                    empty.append(int(block.get("line", 1)))
            else:
                flush()
                result.extend([block] if kind == "Table" else self.cleaner.blocks([block]))
        flush()
        for line in empty:
            self.cleaner.changed(line, "empty paragraph removed", "(empty)")
        return result


def _full(inlines: Inlines) -> bool:
    return bool(plain_text(inlines, notes=True).strip(f" {TAB}\u00a0\u200b")) or any(
        node["t"] in {"Image", "Math", "Note"} for node in inlines
    )
