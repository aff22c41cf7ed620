"""``publisher import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.common import State, print_findings, print_table

if TYPE_CHECKING:
    from publisher.importers import Manuscript


@click.command("import", short_help="Turn a manuscript into source articles.")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--issue", required=True, metavar="ID", help="The issue's id, for example 2023-03.")
@click.option("--number", default=None, help="The issue's number (default: from the id).")
@click.option(
    "--date",
    "day",
    default=None,
    metavar="YYYY-MM-DD",
    help="The issue's date (default: from the id).",
)
@click.option("--title", default=None, help="The issue's title (default: from the manuscript).")
@click.option(
    "--encoding", default=None, help="The encoding of a text file, where it is not found."
)
@click.option("--force", is_flag=True, help="Replace the articles of an issue that exists.")
@click.option("--dry-run", is_flag=True, help="Show what would be made, and write nothing.")
@click.pass_obj
def command(
    state: State,
    file: Path,
    issue: str,
    number: str | None,
    day: str | None,
    title: str | None,
    encoding: str | None,
    force: bool,
    dry_run: bool,
) -> None:
    """Turn the manuscript FILE into the source of an issue.

    Titles, paragraphs cut by page breaks, lists, notes and quotation marks are found and mended; page
    numbers, running heads and the contents list are left out. Every change is listed in
    source/ID/import-report.txt, with the line of the manuscript.
    """
    from publisher.errors import UsageError
    from publisher.files import read_bytes
    from publisher.importers import Options, importer_for, write
    from publisher.importers.report import report
    from publisher.importers.store import articles_of, number_and_date, old_issue, replace_issue
    from publisher.project import ISSUE_ID

    publication = state.publication()
    if not ISSUE_ID.fullmatch(issue) or ".." in issue:
        raise UsageError(
            f"“{issue}” cannot be the id of an issue",
            hint="Use letters, figures and hyphens: 2023-03",
        )
    facts_number, facts_date = number_and_date(issue, number, day)
    folder = publication.source / issue
    old_config = old_issue(folder, f"source/{issue}", force=force or dry_run)
    importer = importer_for(file.name)
    data = read_bytes(file, what="manuscript")
    options = Options(
        language=publication.config.language,
        quotes=_quotes(publication.config.language),
        encoding=encoding,
    )
    manuscript = importer.read(data, str(file), options)
    headline = " ".join(title.split()) if title else ""
    if not headline and not manuscript.title:
        headline = publication.config.name.text
    facts = write.IssueFacts(facts_number, facts_date, headline)
    reserved = frozenset(
        {"cover", "contents", "nav", "notes", "landmarks", "page-list", "colophon"}
    )
    names = write.file_names([article.plain_title for article in manuscript.articles], reserved)
    files = write.issue_files(
        manuscript,
        facts,
        report(manuscript, file.name, names),
        old_config=old_config,
        reserved=reserved,
    )
    if not dry_run:
        replace_issue(folder, files, articles_of(old_config))
    _show(state, manuscript, names)
    where = f"source/{issue}"
    if dry_run:
        state.say(f"\nNothing was written to {where}.")
    else:
        state.say(f"\nWrote {where}; every change is listed in {where}/{write.REPORT}.")


def _quotes(language: str) -> tuple[str, str, str, str]:
    """The quotation marks of the source language."""
    from publisher import language as languages

    quotes = languages.load(language).quotes
    return (quotes.open, quotes.close, quotes.inner_open, quotes.inner_close)


def _show(state: State, manuscript: Manuscript, names: list[str]) -> None:
    from publisher.importers.report import article_rows, rules

    state.say(f"{manuscript.plain_title or '(no title)'}")
    if manuscript.plain_subtitle:
        state.say(manuscript.plain_subtitle)
    state.say("")
    rows = [
        (number, title, blocks, words, notes, name)
        for (number, title, blocks, words, notes), name in zip(
            article_rows(manuscript), names, strict=True
        )
    ]
    print_table(state, ("No.", "Article", "Blocks", "Words", "Notes", "File"), rows)
    state.say("")
    changed = []
    for rule, count in rules(manuscript.repairs):
        first = next(repair for repair in manuscript.repairs if repair.rule == rule)
        shown = f"{first.before} → {first.after}" if first.after else first.before
        changed.append((rule, str(count), str(first.line), shown))
    print_table(state, ("What was changed", "Times", "Line", "First of them"), changed)
    if state.verbose:
        state.say("")
        print_table(
            state,
            ("Line", "Rule", "Before", "After"),
            [(str(r.line), r.rule, r.before, r.after) for r in manuscript.repairs],
        )
    print_findings(manuscript.findings, err=True)
