"""``publisher evaluate``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from publisher.cli.common import (
    State,
    issue_argument,
    json_option,
    languages_option,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publisher.engines import Engine, Settings
    from publisher.evaluate import Evaluation


@click.command("evaluate", short_help="Compare machine drafts with reviewed text.")
@issue_argument
@languages_option
@click.option(
    "--engine", metavar="NAME", help="Also draft the reviewed texts anew with this engine."
)
@click.option("--url", metavar="URL", help="Server of the engine libretranslate.")
@json_option
@click.pass_obj
def command(
    state: State,
    issue: str | None,
    languages: tuple[str, ...],
    engine: str | None,
    url: str | None,
    as_json: bool,
) -> int:
    """Compare machine drafts with reviewed text.

    The ledger tells how many drafts were accepted unchanged. With --engine the reviewed texts are
    also drafted anew, in memory only, and compared with their translations: chrF and BLEU (100 is
    equal) and the edit distance (0% is equal).
    """
    from publisher.catalog import store
    from publisher.engines import Settings
    from publisher.evaluate import evaluate
    from publisher.translate import glossary, model_folders

    publication = state.publication()
    chosen = publication.pick_issue(issue)
    settings = Settings(
        models=model_folders(publication),
        url=url or "",
        languages=publication.root / "translations" / "languages",
    )
    results = []
    for code in publication.pick_languages(languages, targets_only=True):
        catalog = store.load_catalog(publication, chosen, code)
        if catalog is None:
            continue
        opener = (
            partial(_open, engine, publication.config.language, code, settings) if engine else None
        )
        ledger = store.load_ledger(publication, chosen, code)
        results.append(evaluate(code, catalog, ledger, opener, glossary(publication, code)))
    if as_json:
        print_json({"issue": chosen, "languages": [result.as_dict() for result in results]})
    else:
        _print(state, results)
    return 0


def _open(name: str, source: str, target: str, settings: Settings) -> Engine:
    from publisher.engines import open_engine

    return open_engine(name, source, target, settings)


def _print(state: State, results: Sequence[Evaluation]) -> None:
    rows = [
        (
            result.language,
            item.engine,
            str(item.pending),
            str(item.edited),
            str(item.reviewed),
            str(item.unchanged),
            f"{100 * item.share:.0f}%" if item.reviewed else "–",
        )
        for result in results
        for item in result.accepted
    ]
    if rows:
        header = ("language", "drafts of", "untouched", "edited", "reviewed", "unchanged", "share")
        print_table(state, header, rows)
    scored = [
        (
            result.language,
            result.scores.engine,
            str(result.scores.segments),
            str(result.scores.left),
            f"{result.scores.chrf:.1f}",
            f"{result.scores.bleu:.1f}",
            f"{100 * result.scores.distance:.0f}%",
        )
        for result in results
        if result.scores is not None
    ]
    if scored:
        if rows:
            state.say("")
        header = ("language", "engine", "segments", "left", "chrF", "BLEU", "edit distance")
        print_table(state, header, scored)
    if not rows and not scored:
        state.say("There is nothing to compare: no drafts and no reviewed text.")
