"""An office document's blocks as an issue: title page, articles, links between them, comments."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

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
    normalise_blocks,
    plain_text,
    with_attr,
    words,
)
from publisher.errors import Finding
from publisher.importers.manuscript import ManuscriptArticle, excerpt
from publisher.importers.numerals import numbered
from publisher.importers.office_facts import Fact, Prepared
from publisher.importers.office_inlines import Cleaner
from publisher.importers.office_read import Read
from publisher.importers.office_text import cut
from publisher.importers.write import slug

_DROPPED = frozenset({"bulletinname", "date", "publisher", "tagline", "draftnotice", "colophon"})
_SUMMARY = frozenset({"standfirst", "abstract", "lead", "leadparagraph", "summary", "intro"})
_AUTHOR = frozenset({"author", "byline", "authors"})
_BYLINE = re.compile(r"(?:By|Von|Par|Por|Автор:?|Müəllif:?)\s+[^\W\d_].{2,60}")
_ADDRESSES = ("http://", "https://", "mailto:", "tel:")
_TITLE_WORDS = 14
RESERVED = frozenset({"cover", "contents", "nav", "notes", "landmarks", "page-list", "colophon"})


@dataclass(slots=True)
class Part:
    """One article while it is being made; ``marks`` are the bookmarks of its heading."""

    title: Inlines
    blocks: Blocks
    line: int
    level: int
    marks: tuple[str, ...] = ()


@dataclass(slots=True)
class Issue:
    """What the document says of the whole: inlines of title and subtitle, and the articles."""

    title: Inlines
    subtitle: Inlines
    articles: list[ManuscriptArticle]
    colophon: ManuscriptArticle | None = None


def _made_up(node: Node, name: str, article: str) -> bool:
    """Whether an edition made a heading's id itself: from its article and words, or by hashing them."""
    if node["t"] != "Header":
        return False
    return name.startswith(f"{article}-") or re.fullmatch(r"X[0-9a-f]{30,}", name) is not None


class Articles:
    """Splits the blocks of one document into articles."""

    def __init__(self, read: Read, cleaner: Cleaner, name: str, split: str) -> None:
        self.read = read
        self.prepared: Prepared = read.prepared
        self.cleaner = cleaner
        self.name = name
        self.split = split
        self.ours = read.prepared.ours
        self.title: Inlines = []
        self.subtitle: Inlines = []

    def run(self, blocks: Blocks) -> Issue:
        """The issue; ``blocks`` are clean and grouped."""
        blocks = self._front(blocks)
        parts = self._parts(blocks)
        parts = self._numbers(parts)
        ids = self._ids(parts)
        targets = self._targets(parts, ids)
        articles = [
            self._article(part, identifier, targets)
            for part, identifier in zip(parts, ids, strict=True)
        ]
        colophon = None
        if self.ours and articles and ids[-1] == "colophon":
            colophon = articles.pop()
        if len(articles) == 1 and not self.title and not self.ours:
            self.title = articles[0].title
        return Issue(self.title, self.subtitle, articles, colophon)

    def report(self, code: str, message: str, line: int, hint: str = "") -> None:
        """A finding with its paragraph."""
        self.prepared.findings.append(Finding(code, "warning", message, self.name, line, hint))

    def _front(self, blocks: Blocks) -> Blocks:
        """Take the issue's title and subtitle, and what an edition makes itself."""
        result: Blocks = []
        for block in blocks:
            fact = self.read.fact(block)
            if block["t"] == "Para" and fact.style in {"title", "subtitle"} and not fact.kind:
                inlines = self.cleaner.heading(block["c"], fact.number)
                if fact.style == "title" and not self.title:
                    self.title = inlines
                    continue
                if fact.style == "subtitle" and not self.subtitle and self.title:
                    self.subtitle = inlines
                    continue
            if self.ours and fact.style in _DROPPED:
                continue
            if self.ours and fact.style == "normal" and not blocks_text([block]).strip():
                continue
            result.append(block)
        return result

    def _level(self, blocks: Blocks) -> int:
        """The level of the headings that begin articles; 0 where there are none."""
        if self.split.isdigit():
            return int(self.split)
        counts = Counter(block["c"][0] for block in blocks if block["t"] == "Header")
        if not counts or self.split != "auto":
            return 0
        top = min(counts)
        if counts[top] > 1 or self.ours:
            return int(top)
        # One heading above all others is the title of an article, or of the issue where text
        # begins under the next level only and a title page goes before.
        first = next(i for i, b in enumerate(blocks) if b["t"] == "Header" and b["c"][0] == top)
        following = blocks[first + 1] if first + 1 < len(blocks) else None
        below = [level for level in counts if level > top]
        if (
            below
            and following is not None
            and following["t"] == "Header"
            and counts[min(below)] > 1
            and not self.title
        ):
            self.title = blocks[first]["c"][2]
            blocks.pop(first)
            return int(min(below))
        return int(top)

    def _parts(self, blocks: Blocks) -> list[Part]:
        blocks = list(blocks)
        if self.split == "page":
            return self._pages(blocks)
        level = self._level(blocks)
        places = [
            index for index, block in enumerate(blocks)
            if level and block["t"] == "Header" and block["c"][0] <= level
        ]  # fmt: skip
        if not places:
            return self._single(blocks)
        if self.title and len(places) > 1 and not self.ours:
            first = blocks[places[0]]
            if (
                plain_text(first["c"][2]).casefold() == plain_text(self.title).casefold()
                and places[1] == places[0] + 1
            ):
                blocks.pop(places[0])
                places = [place - 1 for place in places[1:]]
        parts = self._before(blocks[: places[0]])
        for start, end in zip(places, [*places[1:], len(blocks)], strict=True):
            head = blocks[start]
            fact = self.read.fact(head)
            parts.append(
                Part(
                    head["c"][2], blocks[start + 1 : end], fact.number, head["c"][0], fact.bookmarks
                )
            )
        return parts

    def _single(self, blocks: Blocks) -> list[Part]:
        """The whole text as one article."""
        title = self.title
        first = blocks[0] if blocks else None
        if not title and first is not None and first["t"] == "Header":
            title, blocks = first["c"][2], blocks[1:]
        elif (
            not title
            and first is not None
            and len(blocks) > 1
            and first["t"] == "Para"
            and len(plain_text(first["c"]).split()) <= _TITLE_WORDS
        ):
            title, blocks = self.cleaner.heading(first["c"], int(first.get("line", 1))), blocks[1:]
            self.cleaner.changed(
                int(first.get("line", 1)),
                "heading recognised",
                excerpt(plain_text(title)),
                "the title",
            )
        elif not title:
            title = words(self.prepared.title or self.name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
        if self.split == "auto":
            self.report("no-headings", "no heading was found: the whole text is one article", 1,
                        "Give the articles' titles a heading style, or use --split page.")  # fmt: skip
        return [Part(title, blocks, int(first.get("line", 1)) if first else 1, 1)]

    def _pages(self, blocks: Blocks) -> list[Part]:
        """Articles begin on new pages; the first paragraph is the title."""
        starts = [0, *(i for i, b in enumerate(blocks) if i and self.read.fact(b).page_break)]
        parts = []
        for start, end in zip(starts, [*starts[1:], len(blocks)], strict=True):
            piece = blocks[start:end]
            if not piece:
                continue
            head = piece[0]
            fact = self.read.fact(head)
            if head["t"] == "Header":
                parts.append(
                    Part(head["c"][2], piece[1:], fact.number, head["c"][0], fact.bookmarks)
                )
            elif (
                head["t"] == "Para"
                and len(piece) > 1
                and len(plain_text(head["c"]).split()) <= _TITLE_WORDS
            ):
                title = self.cleaner.heading(head["c"], fact.number)
                parts.append(Part(title, piece[1:], fact.number, 1, fact.bookmarks))
            else:
                parts.append(Part(words(excerpt(blocks_text(piece), 50)), piece, fact.number, 1))
        return parts

    def _before(self, blocks: Blocks) -> list[Part]:
        """What stands before the first heading: a title page, or an article without a title."""
        blocks = [block for block in blocks if not (self.ours and block["t"] == "Para")]
        if not blocks:
            return []
        line = self.read.fact(blocks[0]).number
        long = [
            b
            for b in blocks
            if len(blocks_text([b]).split()) > 25 or b["t"] not in {"Para", "Plain"}
        ]
        if long:
            title: Inlines = []
            if blocks[0] not in long and not self.title:
                title, blocks = self.cleaner.heading(blocks[0]["c"], line), blocks[1:]
            if title and blocks:
                self.title = self.title or title
            self.report("untitled-article", "text stands before the first article's heading", line,
                        "It became an article of its own; give it a title.")  # fmt: skip
            head = self.title or words(excerpt(blocks_text(blocks), 50))
            return [Part(head, blocks, line, 1)]
        for block in blocks:
            inlines = self.cleaner.heading(block["c"], self.read.fact(block).number)
            if not self.title:
                self.title = inlines
            else:
                shown = excerpt(plain_text(inlines), 90)
                self.cleaner.changed(
                    self.read.fact(block).number, "title page line left out", shown
                )
                self.report("left-out", f"a line of the title page was left out: “{excerpt(shown)}”",
                            self.read.fact(block).number,
                            "Put it into issue.toml or an article if it belongs there.")  # fmt: skip
        return []

    def _numbers(self, parts: list[Part]) -> list[Part]:
        """Titles that are numbered in a row lose their numbers."""
        if self.ours or len(parts) < 2:
            return parts
        readings = [numbered(plain_text(part.title)) for part in parts]
        rows = []
        for wanted, found in enumerate(readings, 1):
            fit = [reading for reading in found if reading.value == wanted]
            if not fit:
                return parts
            rows.append(fit[0])
        result = []
        for part, reading in zip(parts, rows, strict=True):
            text = plain_text(part.title)
            self.cleaner.changed(
                part.line, "article number removed", excerpt(text), excerpt(reading.rest)
            )
            at = len(text) - len(reading.rest) if text.endswith(reading.rest) else 0
            result.append(replace(part, title=cut(part.title, at)))
        return result

    def _ids(self, parts: list[Part]) -> list[str]:
        used = set() if self.ours else set(RESERVED)
        result = []
        for number, part in enumerate(parts, 1):
            own = next((m for m in part.marks if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", m)), "")
            base = own if self.ours and own else slug(plain_text(part.title)) or f"article-{number}"
            if not base[0].isalpha():
                base = f"article-{base}"
            name, extra = base, 2
            while name in used:
                name = f"{base}-{extra}"
                extra += 1
            used.add(name)
            result.append(name)
        return result

    def _targets(self, parts: list[Part], ids: list[str]) -> dict[str, str]:
        """What the document's bookmarks mean in the source: ids of articles, headings, figures, tables."""
        linked = {
            node["c"][2][0][1:]
            for part in parts
            for node in iter_nodes(part.blocks)
            if node["t"] == "Link" and node["c"][2][0].startswith("#")
        }
        targets: dict[str, str] = {}
        taken = set(ids) | RESERVED
        for part, identifier in zip(parts, ids, strict=True):
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
        return (self.prepared.facts.get(line) or Fact(line)).bookmarks

    def _article(self, part: Part, identifier: str, targets: dict[str, str]) -> ManuscriptArticle:
        summary, author, blocks = self._lead(list(part.blocks))
        blocks = self._identified(blocks, targets)
        blocks = self._links(blocks, targets)
        title = self._link_inlines(part.title, targets, part.line)
        notes: Blocks = [b for node in title if node["t"] == "Note" for b in node["c"]]
        title = [node for node in title if node["t"] not in {"Note", "Image"}]
        if notes:
            blocks.extend(notes)
            self.report("note-in-title", "the title has a footnote", part.line,
                        "It became the last paragraph; put its mark, [^1], into the text.")  # fmt: skip
        blocks = self._levels(blocks, part.level)
        blocks = self._commented(blocks, part.line)
        own = self.ours and identifier == "colophon"  # an edition may have none but its own lines
        if (
            not own
            and not blocks_text(blocks).strip()
            and not any(n["t"] == "Image" for n in iter_nodes(blocks))
        ):
            self.report(
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

    def _identified(self, blocks: Blocks, targets: dict[str, str]) -> Blocks:
        """Headings, figures and tables get the ids that links name."""

        def over(children: Blocks, _role: str) -> Blocks:
            result: Blocks = []
            for child in children:
                if child["t"] == "Header":
                    names = self.read.fact(child).bookmarks
                    wanted = next((targets[n] for n in names if n in targets), "")
                    child = with_attr(child, [wanted, *child["c"][1][1:]])
                elif child["t"] in {"Figure", "Table"}:
                    attr = attr_of(child)
                    assert attr is not None
                    inner = [int(n["line"]) for n in iter_nodes([child]) if "line" in n]
                    names = (attr[0], *(n for line in inner for n in self._marks(line)))
                    wanted = next((targets[n] for n in names if n in targets), "")
                    child = with_attr(child, [wanted, *attr[1:]])
                result.append(map_block(child, over, lambda i, _: i))
            return result

        return over(blocks, "")

    def _links(self, blocks: Blocks, targets: dict[str, str]) -> Blocks:
        result: Blocks = []
        for block in blocks:
            line = int(block.get("line", 0))
            result.append(
                map_block(block, lambda b, _: self._links(b, targets),
                          lambda i, _, line=line: self._link_inlines(i, targets, line))  # type: ignore[misc]
            )  # fmt: skip
        return result

    def _link_inlines(self, inlines: Inlines, targets: dict[str, str], line: int) -> Inlines:
        result: Inlines = []
        for node in inlines:
            if node["t"] == "Note":
                result.append({"t": "Note", "c": self._links(node["c"], targets)})
            elif node["t"] in CONTAINERS or node["t"] in {"Span", "Image"}:
                result.append(
                    map_inline(
                        node, lambda b, _: b, lambda i, _: self._link_inlines(i, targets, line)
                    )
                )
            elif node["t"] == "Link":
                result.extend(self._link(node, targets, line))
            else:
                result.append(node)
        return result

    def _link(self, node: Node, targets: dict[str, str], line: int) -> Inlines:
        attr, content, (target, title) = node["c"]
        if target.startswith("#"):
            found = targets.get(target[1:])
            if found:
                return [{"t": "Link", "c": [attr, content, [f"#{found}", ""]]}]
        elif target.lower().startswith(_ADDRESSES):
            note = self.prepared.edition
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

    def _commented(self, blocks: Blocks, title: int) -> Blocks:
        """Reviewers' comments as comments of the source, before the block they belong to."""
        if not self.prepared.comments:
            return blocks
        result = [self._comment(number) for number in self._of([title])]
        for block in blocks:
            lines = [int(node["line"]) for node in iter_nodes([block]) if "line" in node]
            result.extend(self._comment(number) for number in self._of([*dict.fromkeys(lines)]))
            result.append(block)
        return result

    def _of(self, lines: list[int]) -> list[int]:
        numbers = []
        for line in lines:
            fact = self.prepared.facts.get(line)
            if fact is not None:
                numbers += [n for n in fact.comments if n in self.prepared.comments]
                fact.comments = ()
        return numbers

    def _comment(self, number: int) -> Node:
        comment = self.prepared.comments[number]
        about = f" on “{excerpt(comment.about, 50)}”" if comment.about else ""
        who = ", ".join(part for part in (comment.author, comment.when) if part)
        text = f"Comment{f' ({who})' if who else ''}{about}: {comment.text}"
        text = re.sub(r"-{2,}", "–", " ".join(text.split())).replace(">", "›").rstrip("-")
        return {"t": "RawBlock", "c": ["html", f"<!-- {text} -->"]}
