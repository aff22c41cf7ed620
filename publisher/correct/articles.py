"""Which article of a corrected manuscript is which of the source."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from publisher.ast import Blocks, plain_text
from publisher.correct.align import likeness
from publisher.correct.source import SourceArticle, read_article
from publisher.correct.words import bag
from publisher.errors import Finding, InputError
from publisher.importers.manuscript import Manuscript, ManuscriptArticle
from publisher.project import IssueConfig, Publication

_COLOPHON = "source/colophon.md"
_SAME_ARTICLE = 0.35
"""Likeness of words from which an article without a known id is taken for one of the source."""


@dataclass(slots=True)
class Article:
    """An article on both sides; ``source`` is None for one that is new.

    ``blocks`` are the manuscript's without its reviewers' ``comments``, which stand by the number of the
    block that they go before.
    """

    new: ManuscriptArticle
    source: SourceArticle | None
    blocks: Blocks = field(default_factory=list)
    comments: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The title that the manuscript gives it, without markup."""
        return self.new.plain_title


class ArticlePairs:
    """Finds the pairs by id, title and words; ``findings`` tell what the manuscript leaves out."""

    def __init__(
        self, publication: Publication, issue: IssueConfig, manuscript: Manuscript, name: str
    ) -> None:
        self.publication = publication
        self.issue = issue
        self.manuscript = manuscript
        self.name = name
        self.findings: list[Finding] = []

    def run(self) -> list[Article]:
        """The manuscript's articles in its order, the colophon last.

        Raises InputError when the source cannot be read or is of another text.
        """
        sources = self._sources()
        free = [source for source in sources if source.path != _COLOPHON]
        found = self._found(free)
        self._report(found, free)
        result = [
            Article(article, found.get(number))
            for number, article in enumerate(self.manuscript.articles)
        ]
        colophon = self.manuscript.colophon
        if colophon is not None:
            last = next((source for source in sources if source.path == _COLOPHON), None)
            if last is not None:
                result.append(Article(colophon, last))
        for made in result:
            _comments(made)
        return result

    def _sources(self) -> list[SourceArticle]:
        from publisher.files import read_text

        folder = f"source/{self.issue.id}"
        paths = [f"{folder}/{name}" for name in self.issue.articles]
        if self.manuscript.colophon is not None and (self.publication.root / _COLOPHON).is_file():
            paths.append(_COLOPHON)
        return [
            read_article(read_text(self.publication.root / path, what="article"), path)
            for path in paths
        ]

    def _found(self, free: list[SourceArticle]) -> dict[int, SourceArticle]:
        """The source's article by the number of the manuscript's; what is found leaves ``free``."""
        news = self.manuscript.articles
        found: dict[int, SourceArticle] = {}
        if self.manuscript.exact:
            for number, article in enumerate(news):
                same = next((s for s in free if s.id == article.id), None)
                if same is not None:
                    found[number] = same
                    free.remove(same)
        words = {id(s): bag(_title(s), [p.block for p in s.pieces]) for s in free}
        scored = []
        for number, article in enumerate(news):
            if number not in found:
                own = bag(article.plain_title, article.blocks)
                for source in free:
                    same_title = _title(source).casefold() == article.plain_title.casefold()
                    score = likeness(own, words[id(source)]) + same_title
                    scored.append((-score, number, source))
        for score, number, source in sorted(
            scored, key=lambda item: (item[0], item[1], item[2].path)
        ):
            if -score >= _SAME_ARTICLE and number not in found and source in free:
                found[number] = source
                free.remove(source)
        if not found and news:
            raise InputError(
                f"the manuscript has nothing in common with the issue {self.issue.id}",
                path=self.name, hint="Check --issue, or import it as a new issue.",
            )  # fmt: skip
        return found

    def _report(self, found: dict[int, SourceArticle], free: list[SourceArticle]) -> None:
        """Articles that were not sent, and another order: neither is changed in the source."""
        for source in free:
            self.findings.append(
                Finding("article-not-sent", "info", "the manuscript does not hold this article",
                        source.path, None, "It was left as it is.")
            )  # fmt: skip
        order = [
            self.issue.articles.index(s.path.rsplit("/", 1)[-1]) for _, s in sorted(found.items())
        ]
        if order != sorted(order):
            self.findings.append(
                Finding("article-order", "warning", "the manuscript has the articles in another order",
                        self.issue.path, None, "Change `articles` by hand if that is meant.")
            )  # fmt: skip


def _title(source: SourceArticle) -> str:
    return plain_text(source.strings.get("title", ([], 0))[0])


def _comments(article: Article) -> None:
    """Reviewers' comments go before the block that follows them; known ones are not repeated."""
    waiting: list[str] = []
    known = article.source.text if article.source is not None else ""
    for block in copy.deepcopy(article.new.blocks):
        if block["t"] == "RawBlock":
            text = block["c"][1].strip()
            if text not in known:
                waiting.append(text)
            continue
        if waiting:
            article.comments[len(article.blocks)] = tuple(waiting)
            waiting = []
        article.blocks.append(block)
