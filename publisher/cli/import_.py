"""``publisher import``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.common import State, print_findings, print_table

if TYPE_CHECKING:
    from publisher.importers import Manuscript, Options
    from publisher.project import Publication


@click.command("import", short_help="Turn a manuscript into source articles.")
@click.argument(
    "files", type=click.Path(path_type=Path), metavar="FILE...", nargs=-1, required=True
)
@click.option("--issue", default=None, metavar="ID", help="The issue's id, for example 2023-03.")
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
    "--split",
    type=click.Choice(["auto", "1", "2", "3", "4", "5", "6", "page", "none"]),
    default="auto",
    help="Where an article begins: at headings of this level, at new pages, or nowhere.",
)
@click.option(
    "--track-changes",
    type=click.Choice(["accept", "reject"]),
    default="accept",
    help="What becomes of tracked changes.",
)
@click.option(
    "--encoding", default=None, help="The encoding of a text file, where it is not found."
)
@click.option(
    "--correct",
    is_flag=True,
    help="FILE is a corrected manuscript of the issue: show its changes and apply them.",
)
@click.option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Where --correct writes its page of changes (default: dist/ID/correction.html).",
)
@click.option("--force", is_flag=True, help="Replace the articles of an issue that exists.")
@click.option("--dry-run", is_flag=True, help="Show what would be made, and write nothing.")
@click.pass_obj
def command(
    state: State,
    files: tuple[Path, ...],
    issue: str | None,
    number: str | None,
    day: str | None,
    title: str | None,
    split: str,
    track_changes: str,
    encoding: str | None,
    correct: bool,
    page: Path | None,
    force: bool,
    dry_run: bool,
) -> None:
    """Turn manuscripts into the source of an issue.

    FILE is a Word document (.docx, .doc), an OpenDocument text, a web page, RTF, PDF, plain text or
    Markdown, or a folder of them. Titles, lists, notes, tables and pictures are found; page numbers,
    contents lists, empty paragraphs and makeshift formatting are left out or mended. Every change is
    listed in source/ID/import-report.txt, with its line or paragraph in the manuscript.

    With --correct, FILE is compared with the source of the issue paragraph by paragraph, and what it
    changes is applied; ids, attributes and all that Word cannot hold stay.
    """
    from publisher.errors import UsageError
    from publisher.importers import Options
    from publisher.importers.batch import gather
    from publisher.project import ISSUE_ID

    publication = state.publication()
    if issue is not None and (not ISSUE_ID.fullmatch(issue) or ".." in issue):
        raise UsageError(
            f"“{issue}” cannot be the id of an issue",
            hint="Use letters, figures and hyphens: 2023-03",
        )
    options = Options(
        language=publication.config.language,
        quotes=_quotes(publication.config.language),
        encoding=encoding,
        split=split,
        accept=track_changes == "accept",
    )
    paths = gather(files)
    if correct:
        _correct(state, publication, paths, issue, options, page, dry_run=dry_run)
        return
    if issue is None:
        raise UsageError(
            "--issue is missing", hint="Name the new issue, for example --issue 2023-03."
        )
    _import(
        state,
        publication,
        paths,
        issue,
        options,
        (number, day, title),
        force=force,
        dry_run=dry_run,
    )


def _import(
    state: State,
    publication: Publication,
    paths: Sequence[Path],
    issue: str,
    options: Options,
    given: tuple[str | None, str | None, str | None],
    *,
    force: bool,
    dry_run: bool,
) -> None:
    from publisher.importers import write
    from publisher.importers.batch import combine, load_all
    from publisher.importers.report import reports
    from publisher.importers.store import (
        articles_of,
        number_and_date,
        old_issue,
        replace_issue,
        with_manuscript,
    )
    from publisher.structure import RESERVED

    number, day, title = given
    # What the options and the id do not say, the manuscript may: else nothing is read in vain.
    if number is not None and day is not None:
        number_and_date(issue, number, day)
    folder = publication.source / issue
    old_config = old_issue(folder, f"source/{issue}", force=force or dry_run)
    reserved = RESERVED | {"colophon"}
    manuscripts = load_all(paths, options)
    manuscript = combine(manuscripts, reserved)
    number, day = with_manuscript(issue, number, day, manuscript)
    facts_number, facts_date = number_and_date(issue, number, day)
    headline = " ".join(title.split()) if title else ""
    if not headline and not manuscript.title:
        headline = publication.config.name.text
    facts = write.IssueFacts(facts_number, facts_date, headline)
    names = write.names_of(manuscript.articles, reserved)
    shown = [path.name for path in paths]
    files = write.issue_files(
        manuscript,
        facts,
        reports(manuscripts, shown, names),
        old_config=old_config,
        reserved=reserved,
    )
    colophon = publication.source / "colophon.md"
    add_colophon = manuscript.colophon is not None and not colophon.is_file()
    if not dry_run:
        replace_issue(folder, files, articles_of(old_config))
        if add_colophon and manuscript.colophon is not None:
            from publisher.files import write_atomic

            write_atomic(colophon, write.article_file(manuscript.colophon))
    _show(state, manuscript, names)
    where = f"source/{issue}"
    if dry_run:
        state.say(f"\nNothing was written to {where}.")
        return
    state.say(f"\nWrote {where}; every change is listed in {where}/{write.REPORT}.")
    if add_colophon:
        state.say("Wrote source/colophon.md.")


def _correct(
    state: State,
    publication: Publication,
    paths: Sequence[Path],
    issue: str | None,
    options: Options,
    page: Path | None,
    *,
    dry_run: bool,
) -> None:
    from publisher import correct
    from publisher.errors import UsageError
    from publisher.files import write_atomic
    from publisher.importers.batch import combine, load_all
    from publisher.structure import RESERVED

    manuscript = combine(load_all(paths, options), RESERVED)
    identifier = publication.pick_issue(issue or correct.issue_of(manuscript, publication))
    correction = correct.compare(publication, identifier, manuscript, paths[0].name)
    for line in correct.terminal_lines(correction, color=state.color and state.terminal):
        state.say(line)
    print_findings([*manuscript.findings, *correction.findings], err=True)
    if dry_run and page is None:
        state.say(f"\nNothing was written to source/{identifier}.")
        return
    target = page or publication.dist / identifier / "correction.html"
    if target.suffix.lower() not in {".html", ".htm"}:
        raise UsageError("the page of changes ends in .html", path=target)
    write_atomic(target, correct.html_page(correction))
    state.say(f"\nChanges side by side: {target}")
    if dry_run:
        state.say(f"Nothing was written to source/{identifier}.")
        return
    written = correct.apply(publication, correction)
    for path in written:
        state.say(f"Wrote {path}")
    if not written:
        state.say("The source says the same already; nothing was written.")


def _quotes(language: str) -> tuple[str, str, str, str]:
    """The quotation marks of the source language."""
    from publisher import language as languages

    quotes = languages.load(language).quotes
    return (quotes.open, quotes.close, quotes.inner_open, quotes.inner_close)


def _show(state: State, manuscript: Manuscript, names: list[str]) -> None:
    from publisher.importers.report import article_rows, image_counts, rules

    state.say(f"{manuscript.plain_title or '(no title)'}")
    if manuscript.plain_subtitle:
        state.say(manuscript.plain_subtitle)
    state.say("")
    rows = [
        (number, title, blocks, words, notes, images, name)
        for (number, title, blocks, words, notes), images, name in zip(
            article_rows(manuscript), image_counts(manuscript), names, strict=True
        )
    ]
    print_table(state, ("No.", "Article", "Blocks", "Words", "Notes", "Images", "File"), rows)
    state.say("")
    changed = []
    for rule, count in rules(manuscript.repairs):
        first = next(repair for repair in manuscript.repairs if repair.rule == rule)
        shown = f"{first.before} → {first.after}" if first.after else first.before
        changed.append((rule, str(count), str(first.line), shown))
    place = manuscript.unit.capitalize()
    print_table(state, ("What was changed", "Times", place, "First of them"), changed)
    if state.verbose:
        state.say("")
        print_table(
            state,
            (place, "Rule", "Before", "After"),
            [(str(r.line), r.rule, r.before, r.after) for r in manuscript.repairs],
        )
    print_findings(manuscript.findings, err=True)
