"""Ids of the articles, headings, figures and tables of an office document, and the links to them."""

from __future__ import annotations

import re

from publisher.ast import (
    CONTAINERS,
    Blocks,
    Inlines,
    Node,
    attr_of,
    blocks_text,
    iter_nodes,
    map_block,
    map_inline,
    plain_text,
    with_attr,
)
from publisher.importers.manuscript import excerpt
from publisher.importers.office_facts import ADDRESSES, Fact
from publisher.importers.office_inlines import Cleaner
from publisher.importers.office_read import Read
from publisher.importers.office_split import Part
from publisher.importers.write import slug

RESERVED = frozenset({"cover", "contents", "nav", "notes", "landmarks", "page-list", "colophon"})
"""Ids that editions give parts of their own."""


class Links:
    """Gives ids: ``ids`` are those of the articles in order, ``targets`` what a bookmark means."""

    def __init__(self, read: Read, cleaner: Cleaner, parts: list[Part]) -> None:
        self.read = read
        self.cleaner = cleaner
        self.ours = read.prepared.ours
        self.ids = _ids(parts, ours=self.ours)
        self.targets = self._targets(parts)

    def _targets(self, parts: list[Part]) -> dict[str, str]:
        """What the document's bookmarks mean in the source: ids of articles, headings, figures, tables."""
        linked = {
            node["c"][2][0][1:]
            for part in parts
            for node in iter_nodes(part.blocks)
            if node["t"] == "Link" and node["c"][2][0].startswith("#")
        }
        targets: dict[str, str] = {}
        taken = set(self.ids) | RESERVED
        for part, identifier in zip(parts, self.ids, strict=True):
            for name in part.marks:
                targets[name] = identifier
            for node in iter_nodes(part.blocks):
                if node["t"] == "Header":
                    names = self.read.fact(node).bookmarks
                    text = plain_text(node["c"][2])
                elif node["t"] in {"Figure", "Table"}:
                    # The bookmark may stand in the caption or in the picture's paragraph.
                    inner = {int(child["line"]) for child in iter_nodes([node]) if "line" in child}
                    names = tuple(n for line in sorted(inner) for n in self._marks(line))
                    names = (*((node["c"][0][0],) if node["c"][0][0] else ()), *names)
                    text = blocks_text(node["c"][1][1])
                else:
                    continue
                wanted = [name for name in names if name in linked]
                if self.ours:
                    wanted = [
                        n for n in names if n and (n in linked or not _made_up(node, n, identifier))
                    ]
                if not wanted:
                    continue
                own = next((n for n in wanted if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", n)), "")
                base = own or slug(text) or "part"
                name, extra = base, 2
                while name in taken:
                    name = f"{base}-{extra}"
                    extra += 1
                taken.add(name)
                for mark in names:
                    targets[mark] = name
        return targets

    def _marks(self, line: int) -> tuple[str, ...]:
        return (self.read.prepared.facts.get(line) or Fact(line)).bookmarks

    def identified(self, blocks: Blocks) -> Blocks:
        """Headings, figures and tables get the ids that links name."""

        def over(children: Blocks, _role: str) -> Blocks:
            result: Blocks = []
            for child in children:
                if child["t"] == "Header":
                    names = self.read.fact(child).bookmarks
                    wanted = next((self.targets[n] for n in names if n in self.targets), "")
                    child = with_attr(child, [wanted, *child["c"][1][1:]])
                elif child["t"] in {"Figure", "Table"}:
                    attr = attr_of(child)
                    assert attr is not None
                    inner = [int(n["line"]) for n in iter_nodes([child]) if "line" in n]
                    names = (attr[0], *(n for line in inner for n in self._marks(line)))
                    wanted = next((self.targets[n] for n in names if n in self.targets), "")
                    child = with_attr(child, [wanted, *attr[1:]])
                result.append(map_block(child, over, lambda i, _: i))
            return result

        return over(blocks, "")

    def blocks(self, blocks: Blocks) -> Blocks:
        """Blocks whose links lead to ids of the source, or to addresses that are allowed."""
        result: Blocks = []
        for block in blocks:
            line = int(block.get("line", 0))
            result.append(
                map_block(block, lambda b, _: self.blocks(b),
                          lambda i, _, line=line: self.inlines(i, line))  # type: ignore[misc]
            )  # fmt: skip
        return result

    def inlines(self, inlines: Inlines, line: int) -> Inlines:
        """The same for the inlines of the paragraph ``line``."""
        result: Inlines = []
        for node in inlines:
            if node["t"] == "Note":
                result.append({"t": "Note", "c": self.blocks(node["c"])})
            elif node["t"] in CONTAINERS or node["t"] in {"Span", "Image"}:
                result.append(map_inline(node, lambda b, _: b, lambda i, _: self.inlines(i, line)))
            elif node["t"] == "Link":
                result.extend(self._link(node, line))
            else:
                result.append(node)
        return result

    def _link(self, node: Node, line: int) -> Inlines:
        attr, content, (target, title) = node["c"]
        if target.startswith("#"):
            found = self.targets.get(target[1:])
            if found:
                return [{"t": "Link", "c": [attr, content, [f"#{found}", ""]]}]
        elif target.lower().startswith(ADDRESSES):
            note = self.read.prepared.edition
            classes = () if note is None else note.links.get(target, ())
            if (
                self.ours
                and re.fullmatch(r"https?://[^/]+/", target)
                and (note is None or target not in note.links)
            ):
                target = target[:-1]
                classes = () if note is None else note.links.get(target, ())
            return [
                {
                    "t": "Link",
                    "c": [[attr[0], [*attr[1], *classes], attr[2]], content, [target, title]],
                }
            ]
        self.cleaner.changed(
            line or 1,
            "link left out",
            f"{excerpt(plain_text(content), 40)} ({excerpt(target, 40)})",
        )
        return content  # type: ignore[no-any-return]


def _ids(parts: list[Part], *, ours: bool) -> list[str]:
    used = set() if ours else set(RESERVED)
    result = []
    for number, part in enumerate(parts, 1):
        own = next((m for m in part.marks if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", m)), "")
        base = own if ours and own else slug(plain_text(part.title)) or f"article-{number}"
        if not base[0].isalpha():
            base = f"article-{base}"
        name, extra = base, 2
        while name in used:
            name = f"{base}-{extra}"
            extra += 1
        used.add(name)
        result.append(name)
    return result


def _made_up(node: Node, name: str, article: str) -> bool:
    """Whether an edition made a heading's id itself: from its article and words, or by hashing them."""
    if node["t"] != "Header":
        return False
    return name.startswith(f"{article}-") or re.fullmatch(r"X[0-9a-f]{30,}", name) is not None
