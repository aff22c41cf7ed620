"""The structure of an issue's articles: ids, cross-references, notes, raw HTML, images.

``resolve`` turns conventions into nodes, anchors into ids that are unique in the issue, and image names
into publication-relative paths, and reports what does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from publisher import charts
from publisher.ast import (
    Attr,
    Blocks,
    Inlines,
    Node,
    attr_of,
    blocks_text,
    get_key,
    iter_nodes,
    map_block,
    map_inline,
    normalise_blocks,
    plain_text,
    with_attr,
)
from publisher.document import Article
from publisher.errors import Finding
from publisher.html_inline import inline_html
from publisher.markdown import convention

LoadImage = Callable[[str, str, "int | None"], "str | None"]
LoadData = Callable[[str, str, "int | None"], "Node | None"]

RESERVED = frozenset({"cover", "contents", "nav", "notes", "landmarks", "page-list"})
"""Ids that editions give to their own parts."""

_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Anchors:
    """Every id of an issue and the headings that each article may name without a prefix."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}
        self.local: dict[str, dict[str, str]] = {}
        self.findings: list[Finding] = []

    def add_article(self, article: Article) -> None:
        self.add(article.id, article.path, 1)
        local = self.local.setdefault(article.id, {})
        for node in iter_nodes(article.blocks):
            attr = attr_of(node)
            if attr is None or not attr[0]:
                continue
            if node["t"] == "Header" and get_key(attr, "id-from") != "author":
                local[attr[0]] = f"{article.id}-{attr[0]}"
            else:
                self.add(attr[0], article.path, node.get("line"))
        for identifier in local.values():
            self.places.setdefault(identifier, article.path)

    def add(self, identifier: str, path: str, line: int | None) -> None:
        where = f"{path}:{line}" if line else path
        if identifier in RESERVED:
            message = f"the id “{identifier}” is kept for the edition's own parts"
        elif identifier in self.places:
            message = f"the id “{identifier}” is taken already at {self.places[identifier]}"
        else:
            self.places[identifier] = where
            return
        self.findings.append(
            Finding("duplicate-id", "error", message, path, line, "Choose another id.")
        )

    def find(self, identifier: str, article: str) -> str | None:
        """The id that ``#identifier`` means in an article, None where there is none."""
        if identifier in self.places:
            return identifier
        return self.local.get(article, {}).get(identifier)


def resolve(
    article: Article,
    anchors: Anchors,
    files: Mapping[str, str],
    load_image: LoadImage,
    load_data: LoadData | None = None,
) -> tuple[Blocks, tuple[Finding, ...]]:
    """The article's blocks with conventions, ids, links and images resolved.

    ``files`` maps article file names to ids, so that ``[x](02-y.md)`` works as well; ``load_data``
    gives the table of a chart's CSV file.
    """
    work = _Resolver(article, anchors, files, load_image, load_data)
    blocks = normalise_blocks(work.blocks(article.blocks, ""))
    return blocks, tuple(work.findings)


class _Resolver:
    def __init__(
        self,
        article: Article,
        anchors: Anchors,
        files: Mapping[str, str],
        load_image: LoadImage,
        load_data: LoadData | None = None,
    ) -> None:
        self.article = article
        self.anchors = anchors
        self.files = files
        self.load_image = load_image
        self.load_data = load_data
        self.findings: list[Finding] = []
        self.level = 1

    def report(
        self, code: str, severity: str, message: str, line: int | None, hint: str = ""
    ) -> None:
        assert severity in {"error", "warning"}
        self.findings.append(
            Finding(
                code,
                "error" if severity == "error" else "warning",
                message,
                self.article.path,
                line,
                hint,
            )
        )

    def blocks(self, blocks: Blocks, _role: str) -> Blocks:
        result: Blocks = []
        for block in blocks:
            if block["t"] == "RawBlock":
                self.raw_block(block)
                continue
            block, problem = convention(block)
            if problem:
                self.report("convention", "error", problem, block.get("line"))
            if block["t"] == "Header":
                block = self.heading(block)
            elif block["t"] == "Div" and "chart" in block["c"][0][1]:
                block = self.chart(block)
            result.append(map_block(block, self.blocks, self.inlines))
        return result

    def heading(self, block: Node) -> Node:
        level, attr, inlines = block["c"]
        line = block.get("line")
        if level == 1:
            self.report(
                "heading-level",
                "error",
                f"“{plain_text(inlines)}” is a heading of level 1, the level of the article's title",
                line,
                "Begin with ##.",
            )
        elif level > self.level + 1:
            self.report(
                "heading-level",
                "warning",
                f"“{plain_text(inlines)}” skips a level ({self.level} to {level})",
                line,
                f"Use {'#' * (self.level + 1)}.",
            )
        self.level = max(level, 1)
        keys = [pair for pair in attr[2] if pair[0] != "id-from"]
        identifier = self.anchors.local[self.article.id].get(attr[0], attr[0])
        if get_key(attr, "id-from") == "author":
            identifier = attr[0]
        return with_attr(block, [identifier, attr[1], keys])

    def chart(self, block: Node) -> Node:
        """The Figure that a ``.chart`` div stands for; the div itself where its data cannot be had."""
        attr, caption = block["c"]
        line = block.get("line")
        kind, target = get_key(attr, "type") or "bar", get_key(attr, "data")
        if kind not in charts.KINDS:
            known = " or ".join(charts.KINDS)
            self.report("chart", "error", f"“{kind}” is no type of chart", line, f"Use {known}.")
        elif not target or self.load_data is None:
            hint = 'Write ::: {.chart type=bar data="data/x.csv"}.'
            self.report("chart", "error", "the chart names no data", line, hint)
        else:
            if not blocks_text(caption).strip():
                hint = "Write the caption between the fences."
                self.report("chart", "error", "the chart has no caption", line, hint)
            table = self.load_data(target, self.article.path, line)
            bars = 0 if table is None or kind != "bar" else charts.bars(table)
            if bars > charts.MAX_BARS:
                message = (
                    f"the chart has {bars} bars; more than {charts.MAX_BARS} cannot be told apart"
                )
                hint = "Draw a line chart, or split it."
                self.report("chart", "error", message, line, hint)
            if table is not None:
                made = charts.figure(attr, caption, table)
                return {**made, "line": line} if line is not None else made
        return block

    def raw_block(self, block: Node) -> None:
        kind, text = block["c"]
        if kind == "html" and not re.sub(r"(?s)<!--.*?-->", "", text).strip():
            return
        self.report(
            "raw-markup",
            "error",
            f"raw {kind} block “{' '.join(text.split())[:40]}” is not allowed",
            block.get("line"),
            "Write it in Markdown.",
        )

    def inlines(self, inlines: Inlines, _role: str) -> Inlines:
        allowed, refused = inline_html(inlines)
        for text, line in refused:
            self.report(
                "raw-markup",
                "error",
                f"raw markup “{text[:40]}” is not allowed",
                line,
                "Write it in Markdown.",
            )
        return [self.inline(node) for node in allowed]

    def inline(self, node: Node) -> Node:
        if node["t"] == "Link":
            node = self.link(node)
        elif node["t"] == "Image":
            node = self.image(node)
        elif node["t"] == "Note":
            self.note(node)
        return map_inline(node, self.blocks, self.inlines)

    def link(self, node: Node) -> Node:
        attr, content, (target, title) = node["c"]
        line = node.get("line")
        if not plain_text(content).strip():
            hint = "Write between the brackets where it leads."
            self.report("empty-link", "error", f"the link to “{target}” has no text", line, hint)
        file, _, anchor = target.partition("#")
        if file.rsplit("/", 1)[-1] in self.files and not _SCHEME.match(target):
            target = f"#{anchor or self.files[file.rsplit('/', 1)[-1]]}"
        if target.startswith("#"):
            found = self.anchors.find(target[1:], self.article.id)
            if found is None:
                self.report(
                    "broken-anchor",
                    "error",
                    f"there is no “{target}” in this issue",
                    line,
                    self._near(target[1:]),
                )
                return {"t": "Span", "c": [attr, content]}
            return {**node, "c": [attr, content, [f"#{found}", title]]}
        if not target.lower().startswith(_SCHEMES):
            self.report(
                "broken-link",
                "error",
                f"the link “{target[:60]}” leads to no page, article or address",
                line,
                "Write https://…, mailto:… or #id.",
            )
            return {"t": "Span", "c": [attr, content]}
        return node

    def note(self, node: Node) -> None:
        """Word keeps tables in notes, LibreOffice loses them, and no page has room for them."""
        for inner in iter_nodes(node["c"]):
            attr = attr_of(inner)
            names = set(attr[1]) if inner["t"] == "Div" and attr is not None else set()
            if inner["t"] in ("Table", "Figure") or names & {"figure", "table", "chart"}:
                self.report(
                    "note-content",
                    "error",
                    "a note holds a table or a figure",
                    inner.get("line", node.get("line")),
                    "Put it into the text, and refer to it from the note.",
                )
                return

    def _near(self, anchor: str) -> str:
        import difflib

        known = [*self.anchors.places, *self.anchors.local.get(self.article.id, {})]
        near = difflib.get_close_matches(anchor, known, 1)
        return (
            f"Did you mean #{near[0]}?" if near else "Give an article, heading or figure this id."
        )

    def image(self, node: Node) -> Node:
        attr, alt, (target, title) = node["c"]
        line = node.get("line")
        if not plain_text(alt).strip() and "decorative" not in attr[1]:
            self.report(
                "missing-alt",
                "warning",
                f"the image “{target}” has no alternative text",
                line,
                "Write ![what it shows](…), or mark it {.decorative}.",
            )
        path = self.load_image(target, self.article.path, line)
        if path is None:
            return {"t": "Span", "c": [["", ["missing-image"], []], alt]}
        return {**node, "c": [attr, alt, [path, title]]}


def mark_author_ids(blocks: Blocks, body: str) -> Blocks:
    """Tell headings whose id the author wrote (``{#id}``) from those that pandoc made up."""
    lines = body.split("\n")

    def visit(children: Blocks, _role: str) -> Blocks:
        return [one(child) for child in children]

    def one(block: Node) -> Node:
        if block["t"] == "Header" and block["c"][1][0]:
            attr: Attr = block["c"][1]
            start = block.get("line", 1) - 1
            near = "\n".join(lines[start : start + 3])
            if re.search(rf"\{{[^}}]*#{re.escape(attr[0])}(?=[\s}}])", near):
                block = with_attr(block, [attr[0], attr[1], [*attr[2], ["id-from", "author"]]])
        return map_block(block, visit, lambda inlines, _: inlines)

    return visit(blocks, "")
