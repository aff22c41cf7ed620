"""What a corrected manuscript says in the metadata: titles, summaries and authors."""

from __future__ import annotations

from publisher.ast import Inlines, plain_text
from publisher.correct.articles import Article
from publisher.correct.describe import Describer
from publisher.correct.merge import Merger
from publisher.importers import write
from publisher.importers.manuscript import Manuscript
from publisher.project import IssueConfig


def article_strings(
    article: Article, merger: Merger, told: Describer, *, exact: bool
) -> dict[str, Inlines | None]:
    """Title, summary and author that differ, by key; None for one that goes.

    Only where ``exact`` says that an edition of ours comes back does a missing one count as deleted.
    """
    source = article.source
    if source is None:
        return {}
    result: dict[str, Inlines | None] = {}
    for key, new in (
        ("title", article.new.title), ("summary", article.new.summary), ("author", article.new.author),
    ):  # fmt: skip
        old, line = source.strings.get(key, ([], 1))
        place = f"{source.path}:{line}"
        if not new and (not old or not exact or key == "title"):
            continue
        if not new:
            result[key] = None
            told.passage("deleted", article.title, key, plain_text(old), place)
        elif not old:
            result[key] = new
            told.passage("added", article.title, key, plain_text(new), place)
        else:
            change = told.unit(old, new, article.title, key, place)
            if change is not None:
                result[key] = merger.inlines(old, new)
                told.changes.append(change)
    return result


def issue_strings(
    text: str, issue: IssueConfig, manuscript: Manuscript, merger: Merger, told: Describer
) -> str:
    """``issue.toml`` (``text``) with the title and the subtitle that the manuscript gives the issue."""
    import tomlkit

    from publisher.cache import NoCache
    from publisher.markdown import parse_strings

    config = tomlkit.parse(text)
    for key, new in (("title", manuscript.title), ("subtitle", manuscript.subtitle)):
        value = issue.title if key == "title" else issue.subtitle
        if value is None or not new:
            continue
        old = parse_strings([value.text], NoCache(), "")[0]
        change = told.unit(old, new, "Issue", key, f"{issue.path}:{value.line}")
        if change is not None:
            told.changes.append(change)
            config[key] = write.inline_markdown(merger.inlines(old, new))
    return tomlkit.dumps(config)
