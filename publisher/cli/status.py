"""``publisher status``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.common import (
    State,
    issue_argument,
    json_option,
    languages_option,
    now,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from publisher.catalog.status import LanguageStatus
    from publisher.project import Publication


@click.command("status", short_help="Show how far each language is.")
@issue_argument
@languages_option
@click.option("--articles", "by_article", is_flag=True, help="One line an article.")
@click.option(
    "--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page with charts."
)
@json_option
@click.pass_obj
def command(
    state: State,
    issue: str | None,
    languages: tuple[str, ...],
    by_article: bool,
    html: Path | None,
    as_json: bool,
) -> int:
    """Show how far each language is: source words by state.

    Reads catalogs only; says when the source has changed since the last update.
    """
    from publisher.catalog.status import status

    publication = state.publication()
    chosen = publication.pick_issue(issue)
    found = status(publication, chosen, publication.pick_languages(languages, targets_only=True))
    if html is not None:
        _write_page(publication, chosen, found, html)
        if not as_json:
            state.say(f"wrote {html}")
            return 0
    if as_json:
        print_json(
            {"issue": chosen, "languages": {item.language: item.as_dict() for item in found}}
        )
        return 0
    columns = ("words", "reviewed", "machine", "edited", "changed", "missing", "to_review")
    rows = []
    for item in found:
        if item.absent:
            rows.append((item.language, *[""] * len(columns), "no catalog: run publisher update"))
            continue
        counts = item.count.as_dict()
        note = "the source has changed: run publisher update" if item.stale else ""
        rows.append((item.language, *(str(counts[name]) for name in columns), note))
        if by_article:
            for name, count in item.articles.items():
                counts = count.as_dict()
                rows.append((f"  {name}", *(str(counts[key]) for key in columns), ""))
    header = ("language", *(name.replace("_", " ") for name in columns), "")
    print_table(state, header, rows)
    return 0


def _write_page(
    publication: Publication, issue: str, found: Sequence[LanguageStatus], path: Path
) -> None:
    from publisher.files import write_atomic
    from publisher.status_page import page_of

    write_atomic(path, page_of(publication, issue, found, now()))
