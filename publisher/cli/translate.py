"""``publisher translate``."""

from __future__ import annotations

from functools import cache, partial
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
    whoami,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from publisher.engines import Engine, Settings
    from publisher.translate import Progress, Report, Run


@click.command("translate", short_help="Draft what is missing: memory, then machine.")
@issue_argument
@languages_option
@click.option(
    "--engine",
    default="argos",
    metavar="NAME",
    show_default=True,
    help="argos, apertium, libretranslate or pseudo.",
)
@click.option(
    "--only-missing/--redraft",
    "only_missing",
    default=True,
    help="Fill missing entries (default), or also redo untouched machine drafts.",
)
@click.option(
    "--changed",
    is_flag=True,
    help="Also draft the changed sentences of reviewed texts whose other sentences stay reviewed.",
)
@click.option("--beam", type=click.IntRange(1, 16), help="Beam of the search (default: 2).")
@click.option(
    "--growth",
    type=click.IntRange(0, 200),
    default=30,
    metavar="PERCENT",
    show_default=True,
    help="How much longer the engine pseudo makes a text; short ones grow more.",
)
@click.option("--url", metavar="URL", help="Server of the engine libretranslate.")
@json_option
@click.pass_obj
def command(
    state: State,
    issue: str | None,
    languages: tuple[str, ...],
    engine: str,
    only_missing: bool,
    changed: bool,
    beam: int | None,
    growth: int,
    url: str | None,
    as_json: bool,
) -> int:
    """Draft what is missing: reviewed text of this and older issues first, then the machine.

    Drafts are fuzzy until a human reviews them, and what a human has touched is never changed. The
    engine argos works offline with installed models (publisher models install en-pt). Nothing
    leaves this machine, except with libretranslate, which sends the text to the server that you
    name. What the machine cannot translate whole stays missing, with the reason as a comment.

    With ``--changed``, a reviewed text that was changed in the source gets drafts of its changed
    sentences, if the ledger is certain of the others: these keep every byte, the old pair is saved
    as ``#~``, and the text stays to be reviewed. Without it such texts are left as they are.
    """  # fmt: skip
    import os

    from publisher.catalog.store import source_digest
    from publisher.engines import Settings
    from publisher.errors import MachineError
    from publisher.redraft import redraft
    from publisher.translate import Run, model_folders, translate

    publication = state.publication()
    chosen = publication.pick_issue(issue)
    targets = publication.pick_languages(languages, targets_only=True)
    settings = Settings(
        models=model_folders(publication),
        beam=beam or 0,
        url=url or os.environ.get("LIBRETRANSLATE_URL", ""),
        key=os.environ.get("LIBRETRANSLATE_API_KEY", ""),
        languages=publication.root / "translations" / "languages",
        growth=growth / 100,
    )
    runs = [
        Run(publication, chosen, code, now, whoami(publication.root), not only_missing)
        for code in targets
    ]
    digest = source_digest(publication, chosen)
    if any(run.load()[0].header.get("X-Source-Digest", digest) != digest for run in runs):
        state.warn("publisher: the source has changed since the last update; run: publisher update")
    reports: list[Report] = []
    lacking: list[MachineError] = []
    for run in runs:
        with _Shown(state, run.language, quiet=as_json) as shown:
            # Both stages use the engine that is opened once.
            opened = cache(partial(_open, engine, run, settings))
            try:
                reports.append(translate(run, opened, shown.update))
                if changed:
                    redraft(run, opened, reports[-1], shown.update)
            except MachineError as error:
                # Another language may have its model: go on, and say so at the end.
                if len(runs) == 1:
                    raise
                lacking.append(error)
                state.warn(f"publisher: {run.language}: {error}")
    if as_json:
        print_json({"issue": chosen, "languages": [report.as_dict() for report in reports]})
    else:
        _print(state, reports)
    return lacking[0].exit_code if lacking else 0


def _open(name: str, run: Run, settings: Settings) -> Engine:
    from publisher.engines import open_engine

    return open_engine(name, run.publication.config.language, run.language, settings)


class _Shown:
    """Progress of one language: a bar on a terminal, else a line now and then."""

    def __init__(self, state: State, language: str, *, quiet: bool) -> None:
        self.state = state
        self.language = language
        self.quiet = quiet or state.quiet
        self.bar: RichProgress | None = None
        self.task: TaskID | None = None
        self.said = -1

    def __enter__(self) -> _Shown:
        return self

    def update(self, progress: Progress) -> None:
        if self.quiet:
            return
        speed = f"{progress.speed:,.0f} words/s"
        left = f"{progress.left:.0f} s left" if progress.left else "done"
        if not self.state.terminal:
            tenth = 10 * progress.done // max(progress.total, 1)
            if tenth > self.said:
                self.said = tenth
                self.state.say(
                    f"{self.language}: {progress.done:,} of {progress.total:,} words, {speed}, {left}"
                )
            return
        if self.bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn
            from rich.progress import Progress as Bar

            self.bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.completed:,.0f} of {task.total:,.0f} words  {task.fields[rest]}"),
                console=Console(no_color=not self.state.color),
                transient=True,
            )
            self.bar.start()
            self.task = self.bar.add_task(self.language, total=progress.total, rest="")
        assert self.task is not None
        self.bar.update(self.task, completed=progress.done, rest=f"{speed}, {left}")

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


def _print(state: State, reports: Sequence[Report]) -> None:
    rows = []
    for report in reports:
        share = 100 * report.fallback_sentences / report.sentences if report.sentences else 0
        speed = report.words / report.seconds if report.seconds else 0
        rows.append(
            (
                report.language,
                str(report.remembered),
                str(report.drafted),
                str(len(report.left)),
                f"{share:.1f}%" if report.drafted else "–",
                f"{speed:,.0f}" if report.drafted else "–",
                report.engine or "–",
            )
        )
    header = ("language", "memory", "drafted", "left", "fallback", "words/s", "engine")
    print_table(state, header, rows)
    for report in reports:
        if report.copied:
            state.say(f"{report.language}: addresses copied: {report.copied}")
        if report.redrafted:
            state.say(
                f"{report.language}: changed texts with sentences drafted: {report.redrafted}"
            )
        for text, reason in report.left:
            state.say(f"{report.language}: left for a human: “{text}”: {reason}")
