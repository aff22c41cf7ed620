"""Segments: one traversal of a Document that both extracts and applies translations.

``transform`` visits every translatable unit in source order and puts back what the visitor returns, so
that extraction and application cannot drift: ``apply(document, identity) == document``. Units are the
paragraph, heading, list item, table cell, caption, alt text, footnote paragraph, metadata string and the
texts of an SVG figure (design §4). Code and raw blocks are not; a URL only where the author says
``{.localize}``; nothing inside ``{.notranslate}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from publisher.ast import (
    Attr,
    Blocks,
    Inlines,
    Node,
    attr_of,
    get_key,
    map_block,
    normalise_inlines,
    plain_text,
    with_attr,
    words,
)
from publisher.catalog import tags as markup
from publisher.catalog.tags import TagError
from publisher.document import Article, Document, Figure, Text
from publisher.errors import Finding

TEXT_ATTRIBUTES = ("source", "title", "aria-label")
"""Attributes of a div, span or heading that a reader sees or hears."""

_KINDS = {
    "heading": "heading",
    "line": "line",
    "term": "term",
    "short caption": "short caption",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """One translatable unit.

    ``msgid`` holds tags (catalog.tags), ``tags`` what each stands for; ``path`` and ``line`` point into
    the source; ``place`` says where it stands in words, outermost first.
    """

    msgid: str
    msgctxt: str | None
    path: str
    line: int
    place: tuple[str, ...]
    kind: str
    tags: Mapping[str, Node] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> tuple[str | None, str]:
        """What identifies its catalog entry: msgctxt and msgid."""
        return (self.msgctxt, self.msgid)

    @property
    def tag_names(self) -> dict[str, bool]:
        """Names of its tags, and whether each stands alone."""
        return {name: markup.is_empty(name, self.tags) for name in self.tags}


@dataclass(frozen=True, slots=True)
class Translation:
    """What a catalog offers for a segment: text with tags, and its state.

    ``state`` is ``reviewed``/``approved`` (set without a mark) or ``machine``/``edited``/``changed``.
    """

    text: str
    state: str = "reviewed"


Visit = Callable[[Segment], "Translation | None"]
"""Gets a segment; returns a translation, or None to keep the source."""

Lookup = Callable[[Segment], "Translation | None"]

_CLEAN = frozenset({"reviewed", "approved"})


@dataclass(frozen=True, slots=True)
class Applied:
    """A localized document, what could not be used, and the states of its segments in order."""

    document: Document
    findings: tuple[Finding, ...]
    states: tuple[tuple[Segment, str], ...]


def segments(document: Document) -> list[Segment]:
    """Every segment of a document, in source order, repetitions included."""
    found: list[Segment] = []

    def visit(segment: Segment) -> Translation | None:
        found.append(segment)
        return None

    transform(document, visit)
    return found


def transform(document: Document, visit: Visit) -> Document:
    """The document with each segment replaced by what ``visit`` returns for it."""
    return _Walker(visit).document(document)


def apply(document: Document, lookup: Lookup, language: str) -> Applied:
    """The document in another language.

    Text that nobody has reviewed, and text that stays in the source language, is wrapped in a
    ``Span`` of class ``unreviewed`` with its ``state`` (and ``lang`` for source text). A translation
    whose tags are wrong is not used: the source stands in its place and a finding says so.
    """
    findings: list[Finding] = []
    states: list[tuple[Segment, str]] = []

    def visit(segment: Segment) -> Translation | None:
        translation = lookup(segment)
        if translation is not None and translation.text:
            wrong = [
                problem
                for problem in markup.problems(segment.msgid, translation.text, segment.tag_names)
                if problem.severity == "error"
            ]
            if not wrong:
                states.append((segment, translation.state))
                return translation
            findings.append(
                Finding(
                    wrong[0].code,
                    "error",
                    f"“{_start(translation.text)}”: {wrong[0].message}; "
                    "the source text stands in its place",
                    segment.path,
                    segment.line,
                    "Correct the tags of this entry in the catalog.",
                    language,
                )
            )
        states.append((segment, "missing"))
        return None

    walker = _Walker(visit, source_language=document.language, mark=True)
    localized = replace(walker.document(document), language=language)
    return Applied(localized, tuple(findings), tuple(states))


def _start(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def unreviewed(inlines: Inlines, state: str, language: str | None) -> Inlines:
    """Wrap the content of a unit in the mark that editions show."""
    keys = [["state", state], *([["lang", language]] if language else [])]
    return [{"t": "Span", "c": [["", ["unreviewed"], keys], inlines]}]


_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+|[^\s@<>]+@[^\s@<>]+\.\w+")


def is_translatable(text: str) -> bool:
    """Whether a text (without tags) holds a letter or a figure, and is not merely an address."""
    return any(map(str.isalnum, text)) and not _ADDRESS.fullmatch(text)


class _Walker:
    """The one traversal. Holds where it is; visits in source order."""

    def __init__(
        self, visit: Visit, source_language: str | None = None, *, mark: bool = False
    ) -> None:
        self.visit = visit
        self.source_language = source_language
        self.mark = mark
        self.path = ""
        self.line = 0
        self.article = ""
        self.heading = ""
        self.context: str | None = None

    def document(self, document: Document) -> Document:
        new = replace(
            document,
            name=self.required(document.name, "bulletin name"),
            publisher=self.required(document.publisher, "publisher"),
            tagline=self.text(document.tagline, "tagline"),
            licence=self.text(document.licence, "licence"),
            contact=self.text(document.contact, "contact"),
            title=self.required(document.title, "issue title"),
            subtitle=self.text(document.subtitle, "issue subtitle"),
            correction=self.text(document.correction, "correction note"),
            articles=tuple(self.one_article(article) for article in document.articles),
        )
        if document.colophon is not None:
            new = replace(new, colophon=self.one_article(document.colophon))
        figures = {path: self.figure(figure) for path, figure in document.figures.items()}
        return replace(new, figures=figures)

    def one_article(self, article: Article) -> Article:
        self.article = f"Article {article.number}" if article.number else "Colophon"
        self.heading = ""
        self.path = article.path
        new = replace(
            article,
            title=self.required(article.title, "title"),
            summary=self.text(article.summary, "summary"),
            author=self.text(article.author, "author"),
            keywords=tuple(self.required(keyword, "keyword") for keyword in article.keywords),
            blocks=self.blocks(article.blocks, "paragraph"),
        )
        self.article = self.heading = ""
        return new

    def required(self, text: Text, kind: str) -> Text:
        self.path, self.line = text.path, text.line
        return replace(text, inlines=self.unit(text.inlines, kind))

    def text(self, text: Text | None, kind: str) -> Text | None:
        return None if text is None else self.required(text, kind)

    def figure(self, figure: Figure) -> Figure:
        if not figure.path.endswith(".svg"):
            return figure
        from publisher import svg

        self.path = figure.path

        def localize(text: str, line: int, kind: str) -> str:
            self.line = line
            return self.string(text, kind)

        return replace(figure, data=svg.map_texts(figure.data, localize, figure.path))

    def blocks(self, blocks: Blocks, kind: str) -> Blocks:
        return [self.block(block, kind) for block in blocks]

    def block(self, block: Node, kind: str) -> Node:
        self.line = block.get("line", self.line)
        attr = attr_of(block)
        if attr is None:
            return map_block(block, self._child_blocks(kind), self._child_inlines(kind))
        if "notranslate" in attr[1] or ["translate", "no"] in attr[2]:
            return block
        outer = self.context
        self.context = get_key(attr, "ctx") or outer
        new_attr = self.attributes(attr)
        if new_attr is not attr:
            block = with_attr(block, new_attr)
        inner = "caption" if block["t"] in {"Figure", "Table"} else kind
        block = map_block(block, self._child_blocks(inner), self._child_inlines(inner))
        self.context = outer
        return block

    def _child_blocks(self, kind: str) -> Callable[[Blocks, str], Blocks]:
        def visit(children: Blocks, role: str) -> Blocks:
            return self.blocks(children, _child_kind(kind, role))

        return visit

    def _child_inlines(self, kind: str) -> Callable[[Inlines, str], Inlines]:
        def visit(children: Inlines, role: str) -> Inlines:
            if role == "heading":
                self.heading = plain_text(children)
            return self.unit(children, _KINDS.get(role, kind))

        return visit

    def unit(self, inlines: Inlines, kind: str) -> Inlines:
        """Visit the content of one block or metadata string, then what is nested in it."""
        tagged = markup.encode(inlines)
        names = tagged.tags
        if not is_translatable(markup.strip(tagged.text, names) if names else tagged.text):
            if not names:
                return inlines
            return self._decode(tagged.text, self._nested(names))
        context = _span_context(inlines) or self.context
        segment = Segment(
            tagged.text, context, self.path, self.line, self._place(kind), kind, names
        )
        translation = self.visit(segment)
        nested = self._nested(names)
        if translation is None:
            new = self._decode(tagged.text, nested)
            if self.mark:
                return unreviewed(new, "source", self.source_language)
            return new
        new = self._decode(translation.text, nested)
        if self.mark and translation.state not in _CLEAN:
            return unreviewed(new, translation.state, None)
        return new

    def _decode(self, text: str, names: Mapping[str, Node]) -> Inlines:
        try:
            inlines = markup.decode(text, names)
        except TagError as error:  # the visitor has checked; a catalog never gets here
            raise ValueError(f"{self.path}:{self.line}: {error}") from error
        return inlines if text == text.strip(" ") else normalise_inlines(inlines, trim=True)

    def _nested(self, names: Mapping[str, Node]) -> Mapping[str, Node]:
        if not names:
            return names
        line, heading, context = self.line, self.heading, self.context
        new = {}
        for name, node in names.items():
            self.line = node.get("line", line)
            new[name] = self.inline(node)
        self.line, self.heading, self.context = line, heading, context
        return new

    def inline(self, node: Node) -> Node:
        """What is translatable inside one inline node but not in the text of its paragraph."""
        kind = node["t"]
        if kind == "Note":
            return {**node, "c": self.blocks(node["c"], "footnote")}
        if kind == "Span" and not markup.is_kept(node):
            attr = self.attributes(node["c"][0])
            return node if attr is node["c"][0] else with_attr(node, attr)
        if kind == "Image":
            attr, alt, (target, title) = node["c"]
            if "notranslate" in attr[1]:
                return node
            new_alt = self.unit(alt, "alt text")
            return {**node, "c": [attr, new_alt, [target, self.string(title, "image title")]]}
        if kind == "Link":
            attr, content, (target, title) = node["c"]
            if "localize" in attr[1]:
                target = self.string(target, "link target")
            return {**node, "c": [attr, content, [target, self.string(title, "link title")]]}
        return node

    def attributes(self, attr: Attr) -> Attr:
        if not attr[2]:
            return attr
        pairs = [
            [key, self.string(value, key)] if key in TEXT_ATTRIBUTES else [key, value]
            for key, value in attr[2]
        ]
        return attr if pairs == attr[2] else [attr[0], attr[1], pairs]

    def string(self, text: str, kind: str) -> str:
        """Visit a string that holds no markup; the state of its translation leaves no mark."""
        if kind != "link target" and not is_translatable(text):
            return text
        msgid = " ".join(text.split())
        segment = Segment(msgid, self.context, self.path, self.line, self._place(kind), kind)
        translation = self.visit(segment)
        if translation is None or translation.text == msgid:
            return text
        return plain_text(words(translation.text))

    def _place(self, kind: str) -> tuple[str, ...]:
        return tuple(part for part in (self.article, self.heading, kind) if part)


def _child_kind(kind: str, role: str) -> str:
    if kind == "footnote" or (kind == "caption" and role == "caption"):
        return kind
    return {
        "quotation": "quotation",
        "item": "list item",
        "definition": "definition",
        "caption": "caption",
        "cell": "table cell",
        "figure": "figure",
    }.get(role, kind)


def _span_context(inlines: Inlines) -> str | None:
    """The ``ctx`` of a span around a whole unit."""
    if len(inlines) == 1 and inlines[0]["t"] == "Span":
        return get_key(inlines[0]["c"][0], "ctx")
    return None
