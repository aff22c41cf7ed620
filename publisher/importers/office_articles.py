"""An office document's blocks as the articles of an issue."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from publisher.ast import (
    Blocks,
    Inlines,
    blocks_text,
    iter_nodes,
    normalise_blocks,
    plain_text,
    words,
)
from publisher.importers.manuscript import ManuscriptArticle, excerpt
from publisher.importers.office_comments import commented
from publisher.importers.office_inlines import Cleaner
from publisher.importers.office_links import Links
from publisher.importers.office_read import Read
from publisher.importers.office_split import Part, Splitter

_SUMMARY = frozenset({"standfirst", "abstract", "lead", "leadparagraph", "summary", "intro"})
_AUTHOR = frozenset({"author", "byline", "authors"})
_BYLINE = re.compile(r"(?:By|Von|Par|Por|Автор:?|Müəllif:?)\s+[^\W\d_].{2,60}")


@dataclass(slots=True)
class Issue:
    """What the document says of the whole: inlines of title and subtitle, and the articles."""

    title: Inlines
    subtitle: Inlines
    articles: list[ManuscriptArticle]
    colophon: ManuscriptArticle | None = None


class Articles:
    """Makes articles of the blocks of one document; ``split`` says where they begin (Splitter)."""

    def __init__(self, read: Read, cleaner: Cleaner, name: str, split: str) -> None:
        self.read = read
        self.prepared = read.prepared
        self.cleaner = cleaner
        self.name = name
        self.split = split
        self.ours = read.prepared.ours

    def run(self, blocks: Blocks) -> Issue:
        """The issue; ``blocks`` are clean and grouped."""
        splitter = Splitter(self.read, self.cleaner, self.name, self.split)
        parts = splitter.run(blocks)
        links = Links(self.read, self.cleaner, parts)
        articles = [
            self._article(part, identifier, links)
            for part, identifier in zip(parts, links.ids, strict=True)
        ]
        colophon = None
        if self.ours and articles and links.ids[-1] == "colophon":
            colophon = articles.pop()
        title = splitter.title
        if len(articles) == 1 and not title and not self.ours:
            title = articles[0].title
        return Issue(title, splitter.subtitle, articles, colophon)

    def _warn(self, code: str, message: str, line: int, hint: str = "") -> None:
        self.prepared.warn(code, message, self.name, line, hint)

    def _article(self, part: Part, identifier: str, links: Links) -> ManuscriptArticle:
        summary, author, blocks = self._lead(list(part.blocks))
        blocks = links.blocks(links.identified(blocks))
        title = links.inlines(part.title, part.line)
        notes: Blocks = [b for node in title if node["t"] == "Note" for b in node["c"]]
        title = [node for node in title if node["t"] not in {"Note", "Image"}]
        if notes:
            blocks.extend(notes)
            self._warn("note-in-title", "the title has a footnote", part.line,
                        "It became the last paragraph; put its mark, [^1], into the text.")  # fmt: skip
        blocks = self._levels(blocks, part.level)
        blocks = commented(blocks, part.line, self.prepared)
        own = self.ours and identifier == "colophon"  # an edition may have none but its own lines
        if (
            not own
            and not blocks_text(blocks).strip()
            and not any(n["t"] == "Image" for n in iter_nodes(blocks))
        ):
            self._warn(
                "empty-article",
                f"the article “{excerpt(plain_text(title))}” has no text",
                part.line,
            )
        if not title:
            title = words(excerpt(blocks_text(blocks), 50) or self.name)
        article = ManuscriptArticle(
            title, normalise_blocks(blocks), part.line, summary, author, id=identifier
        )
        return self._noted(article)

    def _noted(self, article: ManuscriptArticle) -> ManuscriptArticle:
        note = self.prepared.edition
        for given in note.articles if note is not None else ():
            if given.id == article.id:
                keywords = tuple(words(word) for word in given.keywords)
                return replace(article, keywords=keywords, name=given.file)
        return article

    def _lead(self, blocks: Blocks) -> tuple[Inlines, Inlines, Blocks]:
        """Summary and author at the head of an article."""
        summary: Inlines = []
        author: Inlines = []
        while blocks and blocks[0]["t"] == "Para":
            block, fact = blocks[0], self.read.fact(blocks[0])
            text = plain_text(block["c"]).strip()
            plain = (
                block["c"][0]["c"]
                if len(block["c"]) == 1 and block["c"][0]["t"] in {"Emph", "Strong"}
                else block["c"]
            )
            notes = any(node["t"] in {"Note", "Image", "LineBreak"} for node in block["c"])
            if fact.style in _SUMMARY and not summary and not notes:
                summary = block["c"] if self.ours else plain
            elif fact.style in _AUTHOR and not author and not notes:
                author = block["c"]
            elif (
                not self.ours
                and not author
                and not notes
                and _BYLINE.fullmatch(text)
                and text[-1] not in ".!?"
            ):
                author = words(text.split(None, 1)[1])
                self.cleaner.changed(fact.number, "author recognised", excerpt(text))
            elif (
                not self.ours
                and not summary
                and not notes
                and (fact.bold or fact.italic)
                and 12 < len(text.split()) <= 80
                and len(blocks) > 1
            ):
                summary = plain
                self.cleaner.changed(fact.number, "standfirst recognised", excerpt(text))
            else:
                break
            blocks = blocks[1:]
        return summary, author, blocks

    def _levels(self, blocks: Blocks, base: int) -> Blocks:
        """Headings under the title begin with level 2 and skip none."""
        lowest = min((b["c"][0] for b in blocks if b["t"] == "Header"), default=base + 1)
        shift = 2 - max(lowest, base + 1) if lowest > base else 1 - base
        last = 1
        result: Blocks = []
        for block in blocks:
            if block["t"] == "Header":
                level, attr, inlines = block["c"]
                new = min(max(2, level + shift), 6)
                if last == 1 and lowest > base + 1 and not self.ours:
                    self.cleaner.changed(int(block.get("line", 1)), "heading level corrected",
                                         excerpt(plain_text(inlines)), f"{level} to {new}")  # fmt: skip
                if new > last + 1 and not self.ours:
                    self.cleaner.changed(int(block.get("line", 1)), "heading level corrected",
                                         excerpt(plain_text(inlines)), f"{new} to {last + 1}")  # fmt: skip
                    new = last + 1
                last = new
                block = {**block, "c": [new, attr, inlines]}
            result.append(block)
        return result
