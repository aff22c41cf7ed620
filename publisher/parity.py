"""Parity: the editions of an issue side by side, over all languages and all formats.

The report builds what is not built, then reads everything back: pages from the page maps, lines and
glyphs from the findings of the renderer, structure from the localized documents and from the files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publisher.ast import blocks_text
from publisher.build import build, localized
from publisher.build_report import Options, Outcome, Report
from publisher.cache import Cache, key_of
from publisher.document import Article, Document
from publisher.editions import Edition
from publisher.errors import Finding, PublisherError
from publisher.files import read_bytes
from publisher.parity_shape import Shape, shapes
from publisher.project import IssueConfig, Publication
from publisher.stamp import code_stamp

FRONT = "contents"


@dataclass(frozen=True, slots=True)
class ArticleParity:
    """One article in one language: first page and pages (0 where there is no PDF), expansion, lines.

    ``expansion`` is the length of its text divided by that of the source.
    """

    start: int
    pages: int
    expansion: float
    overfull: int
    glyphs: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not equal: ``kind`` is ``start``, ``length``, ``language`` or ``format``."""

    kind: str
    language: str
    article: str
    text: str
    format: str = ""

    def __str__(self) -> str:
        where = f"{self.language} {self.format}".strip()
        return f"{where}: {self.article}: {self.text}"

    def as_dict(self) -> dict[str, str]:
        """The difference as plain JSON data."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Parity:
    """The whole report. ``articles`` maps languages to articles; ``files`` lists what was read back.

    ``findings`` are those of the build that concern the layout, and editions that failed.
    """

    issue: str
    languages: tuple[str, ...]
    articles: Mapping[str, Mapping[str, ArticleParity]]
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...] = ()
    failed: tuple[str, ...] = ()
    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def equal(self) -> bool:
        """Whether everything that must be equal is, and every edition could be built."""
        return not self.differences and not self.failed

    @property
    def starts_equal(self) -> bool:
        """Whether every article starts on the same page in all languages."""
        return not any(each.kind == "start" for each in self.differences)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON data."""
        return {
            "issue": self.issue,
            "equal": self.equal,
            "starts_equal": self.starts_equal,
            "languages": {
                code: {
                    name: {
                        "start": item.start,
                        "pages": item.pages,
                        "expansion": round(item.expansion, 3),
                        "overfull_lines": item.overfull,
                        "missing_glyphs": item.glyphs,
                        "structure": item.shape.as_dict(),
                    }
                    for name, item in articles.items()
                }
                for code, articles in self.articles.items()
            },
            "differences": [each.as_dict() for each in self.differences],
            "failed": list(self.failed),
            "findings": [finding.as_dict() for finding in self.findings],
            "files": {code: dict(files) for code, files in self.files.items()},
        }


def compare(
    publication: Publication,
    issue: str,
    options: Options,
    cache: Cache,
    executor: Executor | None = None,
) -> Parity:
    """Build what is missing and compare all of it. Raises FindingsError where the source has errors."""
    report = build(publication, issue, options, cache, executor)
    editions = {
        code: each.edition for code, each in localized(publication, issue, options, cache).items()
    }
    return _Comparison(publication, options, cache, report, editions).run()


@dataclass
class _Comparison:
    publication: Publication
    options: Options
    cache: Cache
    report: Report
    editions: Mapping[str, Edition]
    differences: list[Difference] = field(default_factory=list)

    def run(self) -> Parity:
        issue = self.report.issue
        codes = tuple(self.editions)
        expected = {code: shapes(edition.document) for code, edition in self.editions.items()}
        articles = {code: self.language(code, expected[code]) for code in codes}
        self.pages(articles)
        self.languages(expected)
        for outcome in self.report.outcomes:
            if outcome.state != "failed":
                self.format(outcome, expected[outcome.language])
        layout = [
            finding
            for outcome in self.report.outcomes
            for finding in outcome.findings
            if finding.code in ("overfull-line", "missing-glyph", "lost-note")
        ]
        findings = tuple(dict.fromkeys([*layout, *self.numbers(issue)]))
        failed = tuple(
            f"{outcome.language} {outcome.format}: {outcome.error}"
            for outcome in self.report.outcomes
            if outcome.state == "failed"
        )
        files: dict[str, dict[str, str]] = {}
        for outcome in self.report.outcomes:
            if outcome.state != "failed":
                files.setdefault(outcome.language, {})[outcome.format] = outcome.path
        return Parity(issue, codes, articles, tuple(self.differences), findings, failed, files)

    def outcome(self, code: str, name: str) -> Outcome | None:
        return next(
            (o for o in self.report.outcomes if o.language == code and o.format == name), None
        )

    def language(self, code: str, expected: Mapping[str, Shape]) -> dict[str, ArticleParity]:
        """Pages, lines and glyphs of one language's articles."""
        document = self.editions[code].document
        source = self.editions[next(iter(self.editions))].document
        starts = self.report.page_maps.get(code, {})
        outcome = self.outcome(code, "pdf")
        findings = outcome.findings if outcome is not None else ()
        parts = [article.id for article in document.all_articles()]
        ends = dict(zip(parts, [*parts[1:], ""], strict=True))
        total = (outcome.pages or 0) + 1 if outcome is not None else 0
        lengths = {article.id: _length(article) for article in source.all_articles()}
        made = {}
        for article in document.all_articles():
            start = starts.get(article.id, 0)
            # The layout makes a colophon where the publication has none.
            following = ends[article.id] or ("colophon" if document.colophon is None else "")
            end = starts.get(following, total)
            own = [finding for finding in findings if finding.path == article.path]
            made[article.id] = ArticleParity(
                start=start,
                pages=max(0, end - start) if start else 0,
                expansion=_length(article) / max(1, lengths.get(article.id, 1)),
                overfull=sum(finding.code == "overfull-line" for finding in own),
                glyphs=sum(finding.code == "missing-glyph" for finding in own),
                shape=expected[article.id],
            )
        return made

    def pages(self, articles: Mapping[str, Mapping[str, ArticleParity]]) -> None:
        """Articles that start on different pages."""
        if "pdf" not in self.options.formats:
            return
        codes = [code for code in articles if any(a.start for a in articles[code].values())]
        for name in articles[codes[0]] if codes else ():
            first = articles[codes[0]][name]
            for code in codes[1:]:
                item = articles[code][name]
                if item.start != first.start:
                    text = f"starts on page {item.start}, in {codes[0]} on page {first.start}"
                    self.differences.append(Difference("start", code, name, text))

    def languages(self, expected: Mapping[str, Mapping[str, Shape]]) -> None:
        """Structure that differs from the source language's (numbers are checked unit by unit)."""
        codes = list(expected)
        for code in codes[1:]:
            for name, shape in expected[codes[0]].items():
                found = expected[code].get(name, Shape())
                for text in shape.differences(found, numbers=False):
                    self.differences.append(Difference("language", code, name, text))

    def format(self, outcome: Outcome, expected: Mapping[str, Shape]) -> None:
        """Structure that a built file has lost or gained."""
        from publisher.parity_formats import read

        path = self.publication.root / outcome.path
        document = self.editions[outcome.language].document
        parts = tuple(article.id for article in document.all_articles())
        colophon = document.colophon.id if document.colophon is not None else ""
        starts = self.report.page_maps.get(outcome.language, {})
        try:
            found = self.read(read, path, parts, starts)
        except PublisherError as error:
            self.differences.append(
                Difference("format", outcome.language, "–", str(error), outcome.format)
            )
            return
        for name, shape in expected.items():
            # The layout's own lines at the end of the colophon may hold links.
            for text in shape.differences(found[name], links=name != colophon):
                self.differences.append(
                    Difference("format", outcome.language, name, text, outcome.format)
                )

    def read(
        self, reader: Any, path: Path, parts: tuple[str, ...], starts: Mapping[str, int]
    ) -> dict[str, Shape]:
        """A file's shapes, remembered by its content."""
        import shutil

        data = read_bytes(path)
        tool = shutil.which("pdftotext") or "-"
        places = json.dumps({part: starts.get(part) for part in parts})
        key = key_of(code_stamp(), tool, path.suffix, places, data)
        stored = self.cache.get("shape", key)
        if stored is not None:
            return {name: _thawed(values) for name, values in json.loads(stored).items()}
        found: dict[str, Shape] = reader(path, data, parts, starts)
        frozen = {name: _frozen(shape) for name, shape in found.items()}
        self.cache.put("shape", key, json.dumps(frozen).encode())
        return found

    def numbers(self, issue: str) -> list[Finding]:
        """Numbers that differ between a text and its translation, as `publisher check` finds them.

        What a check only warns of (“1 million” may be “a million”) is a finding and no difference.
        """
        from publisher import language
        from publisher.catalog import store
        from publisher.checks import check_catalog

        own = self.publication.root / "translations" / "languages"
        source = language.load(self.publication.config.language, own)
        found: list[Finding] = []
        for code in self.editions:
            catalog = store.load_catalog(self.publication, issue, code)
            if code == self.publication.config.language or catalog is None:
                continue
            path = self.publication.relative(self.publication.catalog_path(issue, code))
            for finding in check_catalog(catalog, language.load(code, own), source, path):
                if finding.code != "numbers" or finding.severity == "info":
                    continue
                if finding.severity == "error":
                    where = f"{finding.path}:{finding.line}"
                    self.differences.append(Difference("language", code, where, finding.message))
                else:
                    found.append(finding)
        return found


def _length(article: Article) -> int:
    """The characters of an article's text."""
    texts = [text.plain for text in (article.title, article.summary) if text is not None]
    return len(blocks_text(article.blocks)) + sum(map(len, texts))


def _frozen(shape: Shape) -> dict[str, Any]:
    numbers = None if shape.numbers is None else dict(shape.numbers)
    plain = {name: getattr(shape, name) for name in Shape.__slots__}
    return {**plain, "numbers": numbers}


def _thawed(values: Mapping[str, Any]) -> Shape:
    plain = values["plain"]
    return Shape(
        **{
            **values,
            "headings": tuple(values["headings"]),
            "plain": None if plain is None else (plain[0], plain[1]),
        }
    )


def reservations(issue: IssueConfig, document: Document) -> dict[str, int]:
    """The pages that ``issue.toml`` reserves, by article id."""
    by_file = {article.path.rsplit("/", 1)[-1]: article.id for article in document.articles}
    return {by_file[name]: count for name, count in issue.pages if name in by_file}


def fit(
    publication: Publication,
    issue: str,
    options: Options,
    cache: Cache,
    executor: Executor | None = None,
    *,
    reserve: bool = False,
) -> tuple[Sequence[Finding], bool]:
    """Fit an issue and write its ``fit.toml``; returns what does not fit, and whether a file changed.

    ``reserve`` writes the pages that are still missing into ``[pages]`` of ``issue.toml`` and fits
    once more.
    """
    from publisher import fit as fit_file
    from publisher.files import write_atomic
    from publisher.parity_fit import Place, fit_editions

    configuration = publication.issue(issue)
    editions = {
        code: each.edition for code, each in localized(publication, issue, options, cache).items()
    }
    document = next(iter(editions.values())).document
    places = {
        article.id: Place(file, configuration.path, line)
        for article, file, line in zip(
            document.articles, configuration.articles, configuration.lines, strict=True
        )
    }
    reserved = reservations(configuration, document)
    fitted = fit_editions(editions, reserved, places, executor)
    changed = False
    if reserve and fitted.needed:
        pages = {places[name].name: count for name, count in fitted.needed.items()}
        changed = _reserve(publication.root / configuration.path, pages)
        fitted = fit_editions(editions, {**reserved, **fitted.needed}, places, executor)
    path = publication.root / fit_file.name(issue)
    changed |= write_atomic(path, fit_file.dump(fitted.fit))
    return fitted.findings, changed


def _reserve(path: Path, pages: Mapping[str, int]) -> bool:
    """Write reserved pages into ``issue.toml``, the rest of it as it is."""
    import tomlkit

    from publisher.files import read_text, write_atomic

    document = tomlkit.parse(read_text(path, what="issue file"))
    table = document.get("pages")
    if table is None:
        table = tomlkit.table()
        document["pages"] = table
    for name, count in pages.items():
        table[name] = count
    return write_atomic(path, tomlkit.dumps(document).encode())
