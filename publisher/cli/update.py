"""``publisher update``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from publisher.cli.common import (
    State,
    cache_for,
    issue_argument,
    languages_option,
    no_cache_option,
    now,
    print_findings,
    print_table,
    whoami,
)

if TYPE_CHECKING:
    from publisher.project import Publication


@click.command("update", short_help="Bring the catalogs up to date with the source.")
@issue_argument
@languages_option
@click.option(
    "--reviewer", help="Who has reviewed what was reviewed elsewhere (default: git's user)."
)
@click.option("--resolve", is_flag=True, help="First merge catalogs that git left in conflict.")
@click.option("--thaw", is_flag=True, help="Let a frozen issue take changes of the source.")
@no_cache_option
@click.pass_obj
def command(
    state: State,
    issue: str | None,
    languages: tuple[str, ...],
    reviewer: str | None,
    resolve: bool,
    thaw: bool,
    no_cache: bool,
) -> int:
    """Bring the catalogs up to date with the source.

    Keeps every translation that still applies, marks fuzzy what a human has to look at, and writes
    no machine text. Entries that were reviewed in another editor are taken over as reviewed.

    ``--resolve`` merges by entry what git left with conflict markers; exits with 1 where two
    translations stand against each other: one is kept, fuzzy, the other in its comment.

    Stops with a message where ``publisher translate`` is at work on one of the catalogs.
    """
    from publisher.catalog.segments import segments
    from publisher.catalog.store import attributes_file, update_issue
    from publisher.catalog.update import COUNTS
    from publisher.errors import FindingsError
    from publisher.lock import catalogs
    from publisher.reader import read_issue
    from publisher.stamp import code_stamp

    publication = state.publication()
    chosen = publication.pick_issue(issue)
    targets = publication.pick_languages(languages, targets_only=True)
    reading = read_issue(publication, chosen, cache_for(publication, no_cache), code_stamp())
    if reading.errors:
        raise FindingsError(reading.findings, "the source has errors; no catalog was changed")
    print_findings(reading.findings, err=True)
    with catalogs(publication, chosen, targets):
        conflicts = _resolve(state, publication) if resolve else 0
        outcomes = update_issue(
            publication,
            chosen,
            segments(reading.document),
            targets,
            now=now(),
            reviewer=reviewer or whoami(publication.root),
            thaw=thaw,
        )
    attributes_file(publication.root)
    columns = COUNTS
    rows = [
        (outcome.language, *(str(outcome.counts[name]) for name in columns),
         "written" if outcome.written else "unchanged")
        for outcome in outcomes
    ]  # fmt: skip
    print_table(state, ("language", *columns, "catalog"), rows)
    return 1 if conflicts else 0


def _resolve(state: State, publication: Publication) -> int:
    """Merge what git left in conflict; returns how many entries a human has to decide."""
    from publisher.resolve import resolve

    count = 0
    for file in resolve(publication):
        state.say(f"{file.path}: merged, {len(file.conflicts)} to decide")
        for entry in file.conflicts:
            start = entry.msgid if len(entry.msgid) <= 60 else entry.msgid[:59] + "…"
            state.warn(f"{file.path}: two translations: “{start}”")
        count += len(file.conflicts)
    return count
