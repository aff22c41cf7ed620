"""``publisher approve``."""

from __future__ import annotations

import click

from publisher.cli.common import (
    State,
    issue_argument,
    languages_option,
    now,
    print_table,
    whoami,
)


@click.command("approve", short_help="Approve reviewed text as a second pair of eyes.")
@issue_argument
@languages_option
@click.option("--article", "articles", multiple=True, metavar="FILE", help="Only this article.")
@click.option("--text", "texts", multiple=True, help="Only segments that hold this text.")
@click.option("--by", help="Who approves (default: git's user).")
@click.pass_obj
def command(
    state: State,
    issue: str | None,
    languages: tuple[str, ...],
    articles: tuple[str, ...],
    texts: tuple[str, ...],
    by: str | None,
) -> int:
    """Approve reviewed text as a second pair of eyes.

    Only reviewed text can be approved, and nobody approves their own work. An approval holds for the
    very text it was given to; a later change takes it away.
    """
    from publisher.catalog import ledger as ledgers
    from publisher.catalog.history import approve, select
    from publisher.catalog.store import load_catalog, load_ledger
    from publisher.errors import InputError
    from publisher.files import write_atomic
    from publisher.lock import catalogs

    publication = state.publication()
    chosen = publication.pick_issue(issue)
    person = by or whoami(publication.root)
    rows = []
    for language in publication.pick_languages(languages, targets_only=True):
        with catalogs(publication, chosen, [language]):
            catalog = load_catalog(publication, chosen, language)
            if catalog is None:
                path = publication.relative(publication.catalog_path(chosen, language))
                raise InputError("there is no catalog yet", path=path, hint="Run: publisher update")
            ledger = load_ledger(publication, chosen, language)
            result = approve(select(catalog, texts, articles), ledger, person, now())
            if result.approved:
                write_atomic(publication.ledger_path(chosen, language), ledgers.dump(result.ledger))
        counts = (result.approved, result.before, result.own, result.open)
        rows.append((language, *map(str, counts)))
    print_table(state, ("language", "approved", "before", "own work", "not reviewed"), rows)
    return 0
