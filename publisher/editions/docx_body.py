"""The whole issue as one pandoc document, with marks that say what its writer cannot express.

Pandoc turns paragraphs, runs, lists, tables, notes and formulas into WordprocessingML. What it has
no style for (boxes, statements, key figures, captions, figures, text that nobody has reviewed) is
framed by marks: raw OOXML in a namespace of our own, which docx_shape reads and takes out again.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from publisher import ast
from publisher.editions import marks, pictures
from publisher.editions.colophon import colophon_lines
from publisher.editions.docx_xml import NAMESPACES

if TYPE_CHECKING:
    from publisher.ast import Attr, Blocks, Inlines, Node
    from publisher.document import Article, Text
    from publisher.editions import Edition

_SPAN_STYLES = {"mark": "Highlight", "small": "Small Text", "kbd": "Keyboard"}
"""Character styles by class of a span (raw HTML that the reader allows)."""


_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_SIDES = {"AlignLeft": "l", "AlignRight": "r", "AlignCenter": "c"}


@dataclass(slots=True)
class Body:
    """What the preparation hands on: blocks, and the images and captions it met."""

    blocks: Blocks = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    tables: int = 0
    figures: int = 0


@dataclass(frozen=True, slots=True)
class Image:
    """One image in the text: its publication-relative path, alternative text, title, and size asked for."""

    path: str
    alt: str
    title: str
    width: str
    height: str
    in_line: bool
    decorative: bool = False


def clean(string: str) -> str:
    """A string without characters that XML cannot hold (XML 1.0 §2.2)."""
    return _FORBIDDEN.sub("", string)


def mark(name: str, /, **values: str) -> str:
    """Our own empty element as raw OOXML."""
    attributes = "".join(f" {key}={quoteattr(clean(value))}" for key, value in values.items())
    return f'<p:{name} xmlns:p="{NAMESPACES["p"]}"{attributes}/>'


def _raw_block(name: str, /, **values: str) -> Node:
    return {"t": "RawBlock", "c": ["openxml", mark(name, **values)]}


def _raw_inline(name: str, /, **values: str) -> Node:
    return {"t": "RawInline", "c": ["openxml", mark(name, **values)]}


def framed(kind: str, blocks: Blocks, **values: str) -> Blocks:
    """Blocks between an opening and a closing mark."""
    return [_raw_block("open", kind=kind, **values), *blocks, _raw_block("close")]


def styled(style: str, inlines: Inlines) -> Blocks:
    """One paragraph in a style (by id)."""
    return framed("style", [{"t": "Para", "c": inlines}], style=style)


def prepare(edition: Edition) -> Body:
    """The body of an edition: cover, contents mark, articles, colophon; pure."""
    return _Preparer(edition).run()


class _Preparer:
    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.body = Body()
        self.in_line = False

    def run(self) -> Body:
        blocks = self.body.blocks
        blocks += self.cover()
        blocks.append(_raw_block("section", name="cover"))
        blocks.append(_raw_block("contents"))
        blocks.append(_raw_block("section", name="contents"))
        for article in self.edition.document.articles:
            blocks += self.article(article)
            blocks.append(_raw_block("section", name=article.id))
        blocks += self.colophon()
        blocks.append(_raw_block("section", name="colophon"))
        return self.body

    def text(self, style: str, text: Text | None) -> Blocks:
        return [] if text is None else styled(style, self.inlines(text.inlines))

    def cover(self) -> Blocks:
        edition = self.edition
        document, words, language = edition.document, edition.words, edition.language
        number = language.localise_digits(document.number)
        issue = words("Issue {number}", number=number)
        day = language.format_date(document.date)
        blocks = styled("Date", [*ast.words(issue), *ast.words(" · "), *ast.words(day)])
        blocks += self.text("BulletinName", document.name)
        blocks += self.text("Title", document.title)
        blocks += self.text("Subtitle", document.subtitle)
        if document.revision > 1:
            revision = language.localise_digits(str(document.revision))
            text = words("Revision {revision}.", revision=revision)
            blocks += styled("Tagline", ast.words(text))
        if mark := marks.mark(edition):
            blocks += styled("DraftNotice", ast.words(mark))
        blocks += self.text("Publisher", document.publisher)
        blocks += self.text("Tagline", document.tagline)
        return framed("cover", blocks)

    def article(self, article: Article) -> Blocks:
        heading = {
            "t": "Header",
            "c": [1, [article.id, [], []], self.inlines(article.title.inlines)],
        }
        blocks: Blocks = [heading]
        blocks += self.text("Standfirst", article.summary)
        blocks += self.text("Author", article.author)
        blocks += self.blocks(article.blocks)
        return framed("article", blocks, number=str(article.number))

    def colophon(self) -> Blocks:
        edition = self.edition
        given = edition.document.colophon
        if given is not None:
            title, identifier = self.inlines(given.title.inlines), given.id
            blocks = self.text("Standfirst", given.summary) + self.blocks(given.blocks)
        else:
            title, identifier, blocks = ast.words(edition.words("Colophon")), "colophon", []
        heading = {"t": "Header", "c": [1, [identifier, [], []], title]}
        for line in colophon_lines(edition):
            blocks += styled("Colophon", self.inlines(line.inlines))
        return framed("article", [heading, *blocks], number="0")

    def blocks(self, blocks: Blocks) -> Blocks:
        result: Blocks = []
        for block in blocks:
            result += self.block(block)
        return result

    def block(self, block: Node) -> Blocks:
        kind = block["t"]
        if kind == "Div":
            return self.div(block)
        if kind == "Figure":
            return self.figure(block)
        if kind == "Table":
            return self.table(block)
        if kind == "BlockQuote":
            return framed("quote", self.blocks(block["c"]))
        if kind == "RawBlock":
            return []
        if kind == "Header":
            # The first level is the article's title.
            level, attr, content = block["c"]
            identifier = [clean(attr[0]), [], []]
            with self.beside(content):
                return [{"t": "Header", "c": [max(2, level), identifier, self.inlines(content)]}]
        if kind == "HorizontalRule":
            return styled("HorizontalRule", [])
        if kind in {"Para", "Plain"} and len(block["c"]) == 1 and block["c"][0]["t"] == "Image":
            return styled("Figure", [self.image(block["c"][0])])
        return [self.children(block)]

    def children(self, block: Node) -> Node:
        with self.beside(block["c"] if block["t"] in {"Para", "Plain"} else None):
            return ast.map_block(block, lambda b, _: self.blocks(b), lambda i, _: self.inlines(i))

    @contextlib.contextmanager
    def beside(self, inlines: Inlines | None) -> Iterator[None]:
        """Take pictures for parts of a line where there is text beside them."""
        before = self.in_line
        if inlines is not None:
            self.in_line = not pictures.alone(inlines)
        yield
        self.in_line = before

    def div(self, block: Node) -> Blocks:
        attr, content = block["c"]
        identifier, classes, _ = attr
        source = ast.get_key(attr, "source")
        if "figures" in classes:
            content = [item for child in content for item in _key_figures(child)]
        blocks = self.blocks(content)
        if source:
            style = "StatementSource" if "statement" in classes else "QuoteSource"
            blocks += styled(style, ast.words(source))
        for name in ("statement", "box"):
            if name in classes:
                kind = "figures" if "figures" in classes else name
                blocks = framed(kind, blocks)
                break
        lang, direction = _language(attr), ast.get_key(attr, "dir")
        if lang or direction:
            blocks = framed("language", blocks, lang=lang or "", dir=direction or "")
        if not identifier and not lang:
            return blocks
        keys = [["lang", lang]] if lang else []
        return [{"t": "Div", "c": [[clean(identifier), [], keys], blocks]}]

    def figure(self, block: Node) -> Blocks:
        attr, caption, content = block["c"]
        self.body.figures += 1
        number = self.body.figures
        blocks = framed("style", self.blocks(content), style="Figure")
        blocks += self.caption("Figure", number, caption[1])
        return [{"t": "Div", "c": [[clean(attr[0]), [], []], framed("figure", blocks)]}]

    def table(self, block: Node) -> Blocks:
        attr, caption, *rest = self.children({**block, "c": block["c"]})["c"]
        blocks: Blocks = []
        title = ast.blocks_text(block["c"][1][1]).replace("\n", " ")
        if caption[1]:
            self.body.tables += 1
            blocks += self.caption("Table", self.body.tables, block["c"][1][1])
        table = {"t": "Table", "c": [ast.EMPTY_ATTR, [None, []], *rest]}
        sides = "".join(_SIDES.get(spec[0]["t"], "d") for spec in block["c"][2])
        blocks += framed("table", [table], title=title, sides=sides)
        return [{"t": "Div", "c": [[clean(attr[0]), [], []], blocks]}]

    def caption(self, sequence: str, number: int, blocks: Blocks) -> Blocks:
        """Caption paragraphs, the first with its numbered label as a field."""
        result = self.blocks(blocks)
        if not result:
            return []
        label = _raw_inline("caption", sequence=sequence, number=str(number))
        first = result[0]
        if first["t"] in {"Para", "Plain"}:
            result[0] = {"t": "Para", "c": [label, *first["c"]]}
        style = "Caption" if sequence == "Figure" else "TableCaption"
        return framed("style", result, style=style)

    def inlines(self, inlines: Inlines) -> Inlines:
        return [new for node in inlines for new in self.inline(node)]

    def inline(self, node: Node) -> Inlines:
        kind = node["t"]
        if kind == "RawInline":
            return []
        if kind == "Image":
            return [self.image(node)]
        if kind == "Span":
            attr, content = node["c"]
            inner = self.inlines(content)
            lang = _language(attr)
            keys = [["lang", lang]] if lang else []
            direction = ast.get_key(attr, "dir")
            if direction in {"ltr", "rtl"}:
                keys.append(["dir", direction])
            for style in (_SPAN_STYLES[name] for name in attr[1] if name in _SPAN_STYLES):
                keys.append(["custom-style", style])
            if "smallcaps" in attr[1]:
                inner = [{"t": "SmallCaps", "c": inner}]
            if keys or attr[0]:
                inner = [{"t": "Span", "c": [[clean(attr[0]), [], keys], inner]}]
            if "unreviewed" in attr[1]:
                state = ast.get_key(attr, "state") or "machine"
                start = _raw_inline("unreviewed", state=state, lang=lang or "")
                return [start, *inner, _raw_inline("reviewed")]
            return inner
        if kind == "Cite":
            return self.inlines(node["c"][1])
        if kind == "Link":
            return [self.link(node)]
        return [ast.map_inline(node, lambda b, _: self.blocks(b), lambda i, _: self.inlines(i))]

    def link(self, node: Node) -> Node:
        attr, content, (target, title) = node["c"]
        attr = [clean(attr[0]), [], []]
        return {"t": "Link", "c": [attr, self.inlines(content), [clean(target), clean(title)]]}

    def image(self, node: Node) -> Node:
        attr, alt, (target, title) = node["c"]
        index = len(self.body.images)
        width, height = pictures.asked(node)
        alternative = clean(ast.plain_text(alt) or ast.get_key(attr, "alt") or "")
        decorative = "decorative" in attr[1]
        if decorative:
            alternative = title = ""
        image = Image(target, alternative, clean(title), width, height, self.in_line, decorative)
        self.body.images.append(image)
        return _raw_inline("image", n=str(index))


def _language(attr: Attr) -> str | None:
    """The language that an element names, None where it is no language tag."""
    found = ast.get_key(attr, "lang")
    return found if found and _LANGUAGE.fullmatch(found) else None


def _key_figures(block: Node) -> Blocks:
    """A list of key figures as a definition list: a bold beginning is the number."""
    if block["t"] != "BulletList":
        return [block]
    items: list[Any] = []
    for item in block["c"]:
        first = item[0] if item else None
        if first is None or first["t"] not in {"Para", "Plain"} or not first["c"]:
            return [block]
        head, *rest = _unwrapped(first["c"])
        if head["t"] != "Strong":
            return [block]
        body = {**first, "c": _rewrapped(first["c"], ast.normalise_inlines(rest, trim=True))}
        items.append([_rewrapped(first["c"], head["c"]), [[body, *item[1:]]]])
    return [{"t": "DefinitionList", "c": items}]


def _unwrapped(inlines: Inlines) -> Inlines:
    if len(inlines) == 1 and inlines[0]["t"] == "Span" and inlines[0]["c"][1]:
        return list(inlines[0]["c"][1])
    return inlines


def _rewrapped(original: Inlines, content: Inlines) -> Inlines:
    if len(original) == 1 and original[0]["t"] == "Span":
        return [{"t": "Span", "c": [original[0]["c"][0], content]}]
    return content
