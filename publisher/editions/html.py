"""HTML: the localized document as well-formed XHTML fragments that PDF, EPUB and HTML build on.

Pandoc's HTML writer does the grammar of the AST in one call an edition; what it cannot know is done
here on the tree: notes, statements, boxes, key figures, headers and decimal columns of tables, markers
of lists, direction of foreign passages, marks of unreviewed text, identifiers unique in the issue.
"""

from __future__ import annotations

import functools
import html as escaping
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from publisher import pandoc
from publisher.ast import Blocks, Inlines, Node
from publisher.editions import blocks, markup, tree
from publisher.editions.finisher import Finisher
from publisher.editions.formulas import unread, write_in_lines
from publisher.editions.places import Places
from publisher.errors import Finding, MachineError

if TYPE_CHECKING:
    from publisher.document import Article, Text
    from publisher.editions import Edition


@dataclass(frozen=True, slots=True)
class Inline:
    """A metadata string: inner XHTML, plain text, and its mark if nobody has reviewed it.

    ``state`` is ``machine``, ``edited``, ``changed`` or ``source`` (empty when reviewed); ``lang`` is
    the source's language where the text fell back to it.
    """

    html: str
    text: str
    state: str = ""
    lang: str = ""

    def attributes(self, classes: str = "") -> str:
        """The attributes of the element that shows it: class, state, lang and dir."""
        names = " ".join(filter(None, (classes, "unreviewed" if self.state else "")))
        parts = [f' class="{names}"'] if names else []
        if self.state:
            parts.append(f' data-state="{escaping.escape(self.state)}"')
        if self.lang:
            code = escaping.escape(self.lang)
            parts.append(f' lang="{code}" dir="{tree.direction_of(self.lang)}"')
        return "".join(parts)


@dataclass(frozen=True, slots=True)
class NoteHtml:
    """A footnote: its element's id, its place in the text, its localized number, its blocks.

    ``element`` is a ``<div>`` without id; ``ref_id`` the id of the note reference.
    """

    id: str
    ref_id: str
    number: str
    element: Any


@dataclass(frozen=True, slots=True)
class HeadingHtml:
    """A heading of an article, for tables of contents: ``level`` from 2."""

    id: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class ArticleHtml:
    """One article; ``number`` from 1 (0 for the colophon), ``label`` the number as it is printed.

    ``body`` is a ``<div class="body">`` (lxml) to copy before changing it; note references in it are
    ``<a class="noteref" role="doc-noteref" href="#note-…" id="noteref-…">n</a>``.
    """

    id: str
    number: int
    label: str
    path: str
    title: Inline
    summary: Inline | None
    author: Inline | None
    keywords: tuple[str, ...]
    body: Any
    notes: tuple[NoteHtml, ...]
    headings: tuple[HeadingHtml, ...]

    @property
    def title_text(self) -> str:
        """The title without markup."""
        return self.title.text


@dataclass(frozen=True, slots=True)
class Rendered:
    """An edition as XHTML. ``anchors`` maps every id to the id of the article that holds it.

    ``lines`` are the colophon's own sentences (editions.colophon) with their kinds.
    """

    name: Inline
    publisher: Inline
    title: Inline
    subtitle: Inline | None
    tagline: Inline | None
    licence: Inline | None
    contact: Inline | None
    correction: Inline | None
    articles: tuple[ArticleHtml, ...]
    colophon: ArticleHtml | None
    lines: tuple[tuple[str, Inline], ...]
    anchors: Mapping[str, str]
    images: tuple[str, ...]
    findings: tuple[Finding, ...] = field(default=())

    def all_articles(self) -> Iterator[ArticleHtml]:
        """The articles, then the colophon."""
        yield from self.articles
        if self.colophon is not None:
            yield self.colophon


_METADATA = (
    "name", "publisher", "title", "subtitle", "tagline", "licence", "contact", "correction",
)  # fmt: skip


def render(edition: Edition, *, mathml: bool = True) -> Rendered:
    """Render an edition's document; pure but for running pandoc (sandboxed).

    ``mathml=False`` writes formulas with letters and signs, for PDF. Raises MachineError when pandoc
    is missing or writes what it should not. Problems of the content are findings.
    """
    from publisher.editions.colophon import colophon_lines

    document = edition.document
    files = {**document.figures, **edition.files}
    jobs = _Jobs()
    articles = [jobs.article(article, files) for article in document.all_articles()]
    texts: dict[str, int] = {}
    for name in _METADATA:
        text: Text | None = getattr(document, name)
        if text is not None:
            texts[name] = jobs.inlines(text.inlines, text.path)
    lines = [
        (line.kind, jobs.inlines(line.inlines, "colophon")) for line in colophon_lines(edition)
    ]
    fragments = _write(jobs.blocks, mathml=mathml)

    def inline(index: int | None) -> Inline | None:
        return None if index is None else _inline(fragments[index], edition)

    def required(index: int) -> Inline:
        return _inline(fragments[index], edition)

    finisher = Finisher(edition)
    made: list[ArticleHtml] = []
    for article, job in zip(document.all_articles(), articles, strict=True):
        title, summary = required(job.title), inline(job.summary)
        body, notes, headings = finisher.article(
            article.id, article.path, fragments[job.body], [fragments[note] for note in job.notes]
        )
        made.append(
            ArticleHtml(
                id=article.id,
                number=article.number,
                label=edition.language.localise_digits(str(article.number)),
                path=article.path,
                title=title,
                summary=summary,
                author=inline(job.author),
                keywords=tuple(required(index).text for index in job.keywords),
                body=body,
                notes=tuple(NoteHtml(*note) for note in notes),
                headings=tuple(HeadingHtml(*heading) for heading in headings),
            )
        )
    for finished in made:
        blocks.number(finished.id, finished.body)
    finisher.resolve([(article.path, article.body, article.notes) for article in made])
    places = Places(document)
    broken = [
        finding
        for article in made
        for root in (article.body, *(note.element for note in article.notes))
        for finding in unread(root, article.path, places)
    ]
    colophon = made.pop() if document.colophon is not None else None
    return Rendered(
        name=required(texts["name"]),
        publisher=required(texts["publisher"]),
        title=required(texts["title"]),
        subtitle=inline(texts.get("subtitle")),
        tagline=inline(texts.get("tagline")),
        licence=inline(texts.get("licence")),
        contact=inline(texts.get("contact")),
        correction=inline(texts.get("correction")),
        articles=tuple(made),
        colophon=colophon,
        lines=tuple((kind, required(index)) for kind, index in lines),
        anchors=dict(finisher.anchors),
        images=tuple(sorted(finisher.images)),
        findings=(*jobs.findings, *finisher.findings, *broken),
    )


@dataclass
class _ArticleJob:
    """Indices of an article's fragments in the writer's output."""

    title: int
    summary: int | None
    author: int | None
    keywords: list[int]
    body: int
    notes: list[int]


class _Jobs:
    """Collects everything that one call of the writer has to turn into HTML."""

    def __init__(self) -> None:
        self.blocks: list[Blocks] = []
        self.findings: list[Finding] = []

    def add(self, blocks: Blocks) -> int:
        self.blocks.append(blocks)
        return len(self.blocks) - 1

    def inlines(self, inlines: Inlines, path: str) -> int:
        prepared = markup.prepare([{"t": "Plain", "c": inlines}], path, {})
        self.findings += prepared.findings
        return self.add(prepared.blocks)

    def text(self, text: Text | None) -> int | None:
        return None if text is None else self.inlines(text.inlines, text.path)

    def article(self, article: Article, files: Mapping[str, Any]) -> _ArticleJob:
        prepared = markup.prepare(article.blocks, article.path, files)
        self.findings += prepared.findings
        return _ArticleJob(
            title=self.inlines(article.title.inlines, article.title.path),
            summary=self.text(article.summary),
            author=self.text(article.author),
            keywords=[self.inlines(word.inlines, word.path) for word in article.keywords],
            body=self.add(prepared.blocks),
            notes=[self.add(note) for note in prepared.notes],
        )


def _write(jobs: list[Blocks], *, mathml: bool) -> list[Any]:
    """One run of pandoc for all jobs: their ``<div>`` elements, in order."""
    # Only our own raw block can make a comment in the writer's output: it escapes all text, and
    # `markup` lets no other raw block through.
    blocks: Blocks = []
    for job in jobs:
        blocks.append(_separator())
        blocks += job
    document = pandoc.document(blocks)
    formulas = b'"t":"Math"' in document
    pieces = _written(document, formulas).split(_SEPARATOR)
    if len(pieces) != len(jobs) + 1 or pieces[0].strip():
        raise MachineError("pandoc wrote HTML of an unknown form", hint="Run: publisher doctor")
    made = [tree.parse(piece) for piece in pieces[1:]]
    if formulas and not mathml:
        for each in made:
            write_in_lines(each)
    return made


@functools.lru_cache(maxsize=2)
def _written(document: bytes, mathml: bool) -> str:
    """What pandoc's writer makes of a document; the page and the PDF of a language often ask for the same."""
    options = ["--wrap=none", "--syntax-highlighting=none", "--email-obfuscation=none"]
    if mathml:
        options.append("--mathml")
    return pandoc.run(["-f", "json", "-t", "html5-task_lists-smart", *options], document).decode()


_SEPARATOR = "<!--publisher-->"


def _separator() -> Node:
    return {"t": "RawBlock", "c": ["html", _SEPARATOR]}


def _inline(element: Any, edition: Edition) -> Inline:
    """The only paragraph of a fragment as a metadata string, its mark taken off."""
    state = lang = ""
    found = tree.sole_unreviewed(element)
    if found is not None:
        state, lang = found.get("data-state", "machine"), found.get("lang", "")
        tree.unwrap(found)
    tree.finish_inline(element, edition, lang)
    return Inline(tree.inner(element), " ".join(tree.text(element).split()), state, lang)
