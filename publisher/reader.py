"""Read an issue: source files in, a Document and findings out. The only module that reads source.

Everything that is wrong is found in one run: bad YAML, unknown keys, missing articles and images, broken
anchors, duplicate ids, undefined notes, raw HTML, text that is not UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from publisher import charts, frontmatter, images, svg
from publisher.ast import Blocks, Inlines, Node, words
from publisher.cache import Cache, NoCache
from publisher.config import Value
from publisher.document import Article, Document, Figure, Text
from publisher.errors import Finding, InputError, PublisherError, sort_findings
from publisher.files import decode_utf8, read_bytes, resolve_inside
from publisher.html_inline import inline_html
from publisher.markdown import parse_body, parse_strings
from publisher.project import IssueConfig, Publication
from publisher.source_notes import note_findings
from publisher.structure import Anchors, mark_author_ids, resolve

COLOPHON = "source/colophon.md"
_ARTICLE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """A document and every finding of its reading; ``sources`` are the paths that were read."""

    document: Document
    findings: tuple[Finding, ...]
    sources: tuple[str, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")


def read_issue(
    publication: Publication, issue_id: str, cache: Cache | None = None, stamp: str = ""
) -> Reading:
    """Read one issue in its source language.

    ``cache`` remembers parses, ``stamp`` names the version of the code in its keys. Raises
    FindingsError only for a configuration that cannot be used; all else is in ``findings``.
    """
    issue = publication.issue(issue_id)
    return _Reader(publication, issue, cache or NoCache(), stamp).read()


@dataclass(frozen=True, slots=True)
class _Raw:
    path: str
    text: str
    front: frontmatter.FrontMatter
    blocks: Blocks
    strings: Mapping[str, tuple[Text, ...]]


class _Reader:
    def __init__(
        self, publication: Publication, issue: IssueConfig, cache: Cache, stamp: str
    ) -> None:
        self.publication = publication
        self.issue = issue
        self.cache = cache
        self.stamp = stamp
        self.findings: list[Finding] = []
        self.sources: list[str] = [publication.config.path, issue.path]
        self.figures: dict[str, Figure] = {}
        self.own: dict[str, dict[str, Figure]] = {}
        self.anchors = Anchors()

    def wrong(self, code: str, message: str, path: str, line: int | None, hint: str = "") -> None:
        self.findings.append(Finding(code, "error", message, path, line, hint))

    def read(self) -> Reading:
        folder = f"source/{self.issue.id}"
        raws = []
        for name, line in zip(self.issue.articles, self.issue.lines, strict=True):
            raw = self.raw(f"{folder}/{name}", (self.issue.path, line))
            if raw is not None:
                raws.append(raw)
        self.unlisted(folder)
        articles = [self.article(raw, number) for number, raw in enumerate(raws, start=1)]
        colophon = None
        if (self.publication.root / COLOPHON).is_file():
            raw = self.raw(COLOPHON, None)
            if raw is not None:
                colophon = self.article(raw, 0)
        everything = [*articles, *([colophon] if colophon else [])]
        for article in everything:
            self.anchors.add_article(article)
        self.findings += self.anchors.findings
        resolved = []
        by_file = {Path(article.path).name: article.id for article in everything}
        for article in everything:
            blocks, found = resolve(article, self.anchors, by_file, self.image, self.data)
            self.findings += found
            resolved.append(replace(article, blocks=blocks))
        document = self.document(
            tuple(resolved[: len(articles)]), resolved[-1] if colophon else None
        )
        return Reading(document, sort_findings(self.findings), tuple(self.sources))

    def unlisted(self, folder: str) -> None:
        """Articles that lie in the folder but that issue.toml does not name."""
        for path in sorted((self.publication.root / folder).glob("[!.]*.md")):
            if path.name not in self.issue.articles and not path.name.startswith("import-report"):
                self.findings.append(
                    Finding(
                        "unlisted-article",
                        "warning",
                        f"“{path.name}” is not in `articles` and is left out",
                        self.issue.path,
                        None,
                        "Add it to `articles`, or move it away.",
                    )
                )

    def raw(self, path: str, named_at: tuple[str, int] | None) -> _Raw | None:
        self.sources.append(path)
        file = self.publication.root / path
        if named_at and not file.is_file():
            self.wrong("missing-article", f"there is no article {path}", *named_at)
            return None
        if not self.inside(file):
            self.wrong("outside", "the file lies outside the publication", path, None)
            return None
        try:
            text = decode_utf8(read_bytes(file, what="article"), path)
        except PublisherError as error:
            code = "not-utf8" if "UTF-8" in error.message else "unreadable"
            self.wrong(code, error.message, path, error.line, error.hint or "")
            return None
        front = frontmatter.split(text, path)
        self.findings += front.findings
        notes = note_findings(front.body, path)
        self.findings += notes
        if any(finding.code == "note-loop" for finding in notes):
            return None
        try:
            blocks = mark_author_ids(parse_body(front.body, self.cache, self.stamp), front.body)
        except InputError as error:
            self.wrong("unreadable", error.message, path, error.line, error.hint or "")
            return None
        flat = [(key, item) for key, items in front.values.items() for item in items]
        parsed = parse_strings([text for _, (text, _) in flat], self.cache, self.stamp)
        strings: dict[str, tuple[Text, ...]] = {}
        for (key, (_, line)), inlines in zip(flat, parsed, strict=True):
            strings[key] = (*strings.get(key, ()), self.text(inlines, path, line))
        return _Raw(path, text, front, blocks, strings)

    def text(self, inlines: Inlines, path: str, line: int) -> Text:
        """A metadata string; raw markup in it is allowed or a finding, as in the body."""
        allowed, refused = inline_html(inlines)
        for markup, _ in refused:
            self.wrong(
                "raw-markup",
                f"raw markup “{markup[:40]}” is not allowed",
                path,
                line,
                "Write it in Markdown; where the characters are meant, write \\<.",
            )
        return Text(allowed, path, line)

    def article(self, raw: _Raw, number: int) -> Article:
        path = raw.path
        title = raw.strings.get("title", ())
        if not title and "title" not in raw.front.values and not raw.front.findings:
            self.wrong("missing-key", "the front matter has no `title`", path, 1)
        if not raw.blocks:
            lines = raw.text.count("\n")
            self.wrong(
                "empty-article",
                "the article is empty",
                path,
                max(1, lines),
                "Write it, or leave it out.",
            )
        stem = re.sub(r"^\d+[-_. ]*", "", Path(path).stem)
        identifier = raw.front.values.get("id", ((stem, 1),))[0]
        if not _ARTICLE_ID.fullmatch(identifier[0]):
            self.wrong(
                "wrong-id",
                f"“{identifier[0]}” cannot be an article's id",
                path,
                identifier[1],
                "Set `id:` to letters, digits and hyphens, beginning with a letter.",
            )
            identifier = (f"article-{number}", 1)

        def one(key: str) -> Text | None:
            return raw.strings.get(key, (None,))[0]

        return Article(
            id=identifier[0],
            number=number,
            path=path,
            title=title[0] if title else Text(words(stem or path), path, 1),
            blocks=raw.blocks,
            summary=one("summary"),
            author=one("author"),
            keywords=raw.strings.get("keywords", ()),
        )

    def image(self, target: str, path: str, line: int | None) -> str | None:
        """Load the figure that an article names; its publication-relative path, or None."""
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", target) or target.startswith("//"):
            self.wrong(
                "outside-image",
                f"the image “{target[:80]}” is not a file of the publication",
                path,
                line,
                "Put the file into figures/; nothing is fetched.",
            )
            return None
        inner = resolve_inside(path.rsplit("/", 1)[0], unquote(target))
        if inner is None:
            self.wrong(
                "outside-image", f"the image “{target}” lies outside the publication", path, line
            )
            return None
        if inner in self.figures:
            return inner
        file = self.publication.root / inner
        if not file.is_file():
            self.wrong("missing-image", f"there is no image “{target}”", path, line)
            return None
        if not self.inside(file):
            self.wrong(
                "outside-image", f"the image “{target}” lies outside the publication", path, line
            )
            return None
        figure = self.load_figure(file, inner, (path, line))
        if figure is None:
            return None
        self.figures[inner] = figure
        for language in self.publication.languages:
            name = f"{file.stem}.{language}{file.suffix}"
            own = file.with_name(name)
            if own.is_file() and self.inside(own):
                twin = self.load_figure(own, f"{inner.rsplit('/', 1)[0]}/{name}", (path, line))
                if twin is not None:
                    self.own.setdefault(language, {})[inner] = twin
        return inner

    def data(self, target: str, path: str, line: int | None) -> Node | None:
        """The table of a chart's CSV file, or None."""
        inner = resolve_inside(path.rsplit("/", 1)[0], unquote(target))
        file = None if inner is None else self.publication.root / inner
        if inner is None or file is None or (file.exists() and not self.inside(file)):
            message = f"the data “{target[:80]}” lie outside the publication"
            self.wrong("chart", message, path, line)
            return None
        if not file.is_file():
            self.wrong("chart", f"there is no data file “{target[:80]}”", path, line)
            return None
        self.sources.append(inner)
        try:
            return charts.table(decode_utf8(read_bytes(file, what="data file"), inner), inner)
        except PublisherError as error:
            self.wrong("chart", error.message, inner, error.line, error.hint or "")
            return None

    def load_figure(
        self, file: Path, inner: str, named_at: tuple[str, int | None]
    ) -> Figure | None:
        try:
            data = read_bytes(file, what="image")
            if inner.lower().endswith(".svg"):
                data, found = svg.clean(data, inner)
            else:
                data, found = images.check(data, inner)
        except InputError as error:
            self.wrong("bad-image", f"{error.message}", inner, error.line, error.hint or "")
            return None
        if any(finding.severity == "error" for finding in found):
            self.findings += [
                replace(finding, path=named_at[0], line=named_at[1]) for finding in found
            ]
            return None
        self.findings += found
        return Figure(inner, data)

    def inside(self, file: Path) -> bool:
        """Whether a file still lies in the publication once its symbolic links are followed."""
        try:
            return file.resolve().is_relative_to(self.publication.root.resolve())
        except (OSError, RuntimeError):
            return False

    def document(self, articles: tuple[Article, ...], colophon: Article | None) -> Document:
        config, issue = self.publication.config, self.issue
        values: list[tuple[str, Value, str]] = [
            (key, value, config.path)
            for key, value in (
                ("name", config.name),
                ("publisher", config.publisher),
                ("tagline", config.tagline),
                ("licence", config.licence),
                ("contact", config.contact),
            )
            if value
        ]
        values += [
            (key, value, issue.path)
            for key, value in (
                ("title", issue.title),
                ("subtitle", issue.subtitle),
                ("correction", issue.correction),
            )
            if value
        ]
        parsed: list[Inlines] = parse_strings(
            [value.text for _, value, _ in values], self.cache, self.stamp
        )
        texts = {
            key: self.text(inlines, path, value.line)
            for (key, value, path), inlines in zip(values, parsed, strict=True)
        }
        return Document(
            id=issue.id,
            language=config.language,
            name=texts["name"],
            publisher=texts["publisher"],
            title=texts["title"],
            number=issue.number,
            date=issue.date,
            articles=articles,
            tagline=texts.get("tagline"),
            subtitle=texts.get("subtitle"),
            licence=texts.get("licence"),
            contact=texts.get("contact"),
            website=config.website,
            revision=issue.revision,
            correction=texts.get("correction"),
            embargo=issue.embargo,
            state="frozen" if issue.state == "frozen" else "open",
            colophon=colophon,
            figures=self.figures,
            own_figures=self.own,
        )
