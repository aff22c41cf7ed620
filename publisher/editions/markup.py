"""From the document's AST to blocks that pandoc's HTML writer may have.

Everything that the writer would decide for itself, or that comes from outside, is settled here: notes
are taken out and leave a numbered place, ordered lists say how they are marked, attributes and link
targets pass an allow-list, and nothing raw remains: the reader has made nodes of the raw HTML that
a source may hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from publisher.ast import (
    Attr,
    Blocks,
    Inlines,
    Node,
    attr_of,
    map_block,
    map_inline,
    plain_text,
    with_attr,
)
from publisher.editions import pictures
from publisher.errors import Finding

ATTRIBUTES = frozenset(
    {"lang", "dir", "source", "state", "title", "start", "aria-label", "width", "height"}
)
"""Keys that an author may set on an element; all others are dropped (event handlers, styles …)."""

SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_CLASS = re.compile(r"[A-Za-z][\w-]{0,63}")
_ID = re.compile(r"\S{1,200}")
_LENGTH = re.compile(r"\d{1,4}(\.\d+)?(px|mm|cm|in|pt|em|%)?")
_LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


@dataclass
class Prepared:
    """Blocks ready for the writer, the notes they refer to, and what was left out."""

    blocks: Blocks
    notes: list[Blocks] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def prepare(blocks: Blocks, path: str, files: Mapping[str, Any]) -> Prepared:
    """Prepare the blocks of one article; ``files`` are the images that exist, by path."""
    worker = _Worker(path, files)
    result = Prepared([], worker.notes, worker.findings)
    result.blocks = worker.blocks(blocks)
    # A note may hold a note; each gets its number where it is met.
    done = 0
    while done < len(worker.notes):
        worker.notes[done] = worker.blocks(worker.notes[done])
        done += 1
    return result


def safe_target(target: str) -> bool:
    """Whether a link may lead there: an anchor, a path of the site, or a scheme of the allow-list.

    Control characters and white space are ignored as browsers ignore them.
    """
    plain = re.sub(r"[\x00-\x20\x7f-\xa0]", "", target)
    scheme = re.match(r"([^/?#]*?):", plain)
    return scheme is None or scheme[1].lower() in SCHEMES


class _Worker:
    def __init__(self, path: str, files: Mapping[str, Any]) -> None:
        self.path = path
        self.files = files
        self.notes: list[Blocks] = []
        self.findings: list[Finding] = []
        self.line: int | None = None
        self.in_line = False

    def finding(self, code: str, message: str, hint: str, severity: Any = "error") -> None:
        self.findings.append(Finding(code, severity, message, self.path, self.line, hint))

    def blocks(self, blocks: Blocks, _role: str = "") -> Blocks:
        result: Blocks = []
        for block in blocks:
            self.line = block.get("line", self.line)
            if block["t"] != "RawBlock":
                result.append(self.block(block))
        return result

    def block(self, block: Node) -> Node:
        attr = attr_of(block)
        if attr is not None:
            block = with_attr(block, self.attributes(attr))
        if block["t"] == "Table":
            block = _strip_table_attributes(block, self.attributes)
        before = self.in_line
        if block["t"] in ("Para", "Plain", "Header"):
            self.in_line = not pictures.alone(
                block["c"][-1] if block["t"] == "Header" else block["c"]
            )
        block = map_block(block, self.blocks, self.inlines)
        self.in_line = before
        if block["t"] == "OrderedList":
            _start, style, delimiter = block["c"][0]
            keys = [["marker", style["t"]], ["delim", delimiter["t"]]]
            return {"t": "Div", "c": [["", ["p-ol"], keys], [block]]}
        return block

    def inlines(self, inlines: Inlines, _role: str = "") -> Inlines:
        # The reader has turned the raw HTML that a source may hold into nodes.
        made = (self.inline(node) for node in inlines if node["t"] != "RawInline")
        return [node for node in made if node is not None]

    def inline(self, node: Node) -> Node | None:
        self.line = node.get("line", self.line)
        attr = attr_of(node)
        if attr is not None:
            node = with_attr(node, self.attributes(attr))
        kind = node["t"]
        if kind == "Note":
            self.notes.append(node["c"])
            keys = [["n", str(len(self.notes))]]
            return {"t": "Span", "c": [["", ["p-note"], keys], []]}
        if kind == "Cite":
            return self.inline({"t": "Span", "c": [["", [], []], node["c"][1]]})
        if kind == "Image":
            return self.image(node)
        node = map_inline(node, self.blocks, self.inlines)
        if kind == "Link" and node["c"][2][1]:
            # The target's own title is the one that the writer sets.
            (identifier, names, pairs), *rest = node["c"]
            pairs = [pair for pair in pairs if pair[0] != "title"]
            node = {**node, "c": [[identifier, names, pairs], *rest]}
        if kind == "Link" and not safe_target(node["c"][2][0]):
            target = node["c"][2][0]
            self.finding(
                "unsafe-link",
                f"the link to {target[:60]} is left out",
                f"Allowed are {', '.join(sorted(SCHEMES))}.",
            )
            return {"t": "Span", "c": [["", [], []], node["c"][1]]}
        return _notes_after(node) if kind == "Link" else node

    def image(self, node: Node) -> Node | None:
        attr, alt, (target, _title) = node["c"]
        if target not in self.files:
            self.finding(
                "missing-image",
                f"there is no image {target}",
                "Put the file there, or correct the path.",
            )
            return {"t": "Span", "c": [["", ["missing-image"], []], self.inlines(alt)]}
        if not plain_text(alt).strip() and "decorative" not in attr[1]:
            self.finding(
                "missing-alt",
                f"the image {target} has no alternative text, so the edition is not accessible",
                "Write ![what it shows](…), or mark it {.decorative}.",
            )
        identifier, names, pairs = attr
        pairs = [pair for pair in pairs if pair[0] not in ("width", "height")]
        if size := pictures.style(node):
            pairs.append(["data-size", size])
        names = [*names, pictures.IN_LINE] if self.in_line else names
        return {"t": "Image", "c": [[identifier, names, pairs], self.inlines(alt), [target, ""]]}

    def attributes(self, attr: Attr) -> Attr:
        identifier, classes, pairs = attr
        kept = [
            [key, value]
            for key, value in pairs
            if key in ATTRIBUTES
            and not (key in ("width", "height") and not _LENGTH.fullmatch(value))
            and not (key == "lang" and not _LANG.fullmatch(value))
            and not (key == "dir" and value not in ("ltr", "rtl"))
        ]
        names = [name for name in classes if _CLASS.fullmatch(name) and not name.startswith("p-")]
        # The writer would repeat a key that is given twice, and XML takes each once.
        unique = dict(reversed(kept))
        kept = [[key, value] for key, value in reversed(unique.items())]
        return [identifier if _ID.fullmatch(identifier) else "", names, kept]


def _notes_after(link: Node) -> Node:
    """A link with the calls of its notes behind it: a call is a link too, and HTML nests none."""
    calls: Inlines = []

    def without(inlines: Inlines, _role: str = "") -> Inlines:
        kept: Inlines = []
        for node in inlines:
            if node["t"] == "Span" and "p-note" in node["c"][0][1]:
                calls.append(node)
            else:
                kept.append(map_inline(node, lambda blocks, _: blocks, without))
        return kept

    attr, content, target = link["c"]
    bare = {**link, "c": [attr, without(content), target]}
    return {"t": "Span", "c": [["", [], []], [bare, *calls]]} if calls else link


def _strip_table_attributes(table: Node, clean: Callable[[Attr], Attr]) -> Node:
    """Attributes of rows, cells and parts of a table through the same allow-list."""

    def rows(items: list[Any]) -> list[Any]:
        return [
            [clean(attr), [[clean(cell[0]), *cell[1:]] for cell in cells]] for attr, cells in items
        ]

    attr, caption, columns, head, bodies, foot = table["c"]
    new_bodies = [[clean(b[0]), b[1], rows(b[2]), rows(b[3])] for b in bodies]
    new = [attr, caption, columns, [clean(head[0]), rows(head[1])], new_bodies]
    return {**table, "c": [*new, [clean(foot[0]), rows(foot[1])]]}
