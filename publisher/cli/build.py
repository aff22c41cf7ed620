"""``publisher build``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.common import (
    State,
    cache_for,
    cores,
    issue_argument,
    json_option,
    languages_option,
    no_cache_option,
    print_findings,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from publisher.build_report import Options, Outcome, Report
    from publisher.project import Publication


@click.command("build", short_help="Compile editions.")
@issue_argument
@languages_option
@click.option(
    "-f", "--format", "formats", multiple=True, metavar="FORMAT", help="pdf, epub, docx …"
)
@click.option("--draft", "mode", flag_value="draft", help="Make drafts, even of reviewed text.")
@click.option(
    "--final", "mode", flag_value="final", help="Make finals, or fail where text is not reviewed."
)
@click.option("-o", "out", type=click.Path(path_type=Path), metavar="DIR", help="Instead of dist/.")
@click.option(
    "-j", "jobs", type=click.IntRange(1), default=None, help="Processes (default: all cores)."
)
@no_cache_option
@json_option
@click.pass_obj
def command(
    state: State,
    issue: str | None,
    languages: tuple[str, ...],
    formats: tuple[str, ...],
    mode: str | None,
    out: Path | None,
    jobs: int | None,
    no_cache: bool,
    as_json: bool,
) -> int:
    """Compile editions: final where all text is reviewed, a marked draft elsewhere.

    Only what changed is built, judged by content. A failing edition does not stop the others; the
    exit code and the table say what failed.
    """
    from publisher.build_report import Options
    from publisher.errors import UsageError
    from publisher.project import FORMATS

    publication = state.publication()
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"unknown format “{unknown[0]}”", hint=f"Formats: {', '.join(FORMATS)}")
    options = Options(
        languages=publication.pick_languages(languages),
        formats=tuple(dict.fromkeys(formats)) or publication.config.formats,
        mode="draft" if mode == "draft" else "final" if mode == "final" else "auto",
        out=None if out is None else out.resolve(),
    )
    chosen = publication.pick_issue(issue)
    report = _run(state, publication, chosen, options, jobs or cores(), no_cache, as_json)
    if as_json:
        print_json(
            {
                "issue": report.issue,
                "editions": [outcome.as_dict() for outcome in report.outcomes],
                "findings": [finding.as_dict() for finding in report.findings],
            }
        )
    else:
        _show(state, report)
    return 1 if report.failed else 0


def _run(
    state: State,
    publication: Publication,
    issue: str,
    options: Options,
    jobs: int,
    no_cache: bool,
    as_json: bool,
) -> Report:
    from publisher.build import build
    from publisher.build_job import LazyPool

    total = len(options.languages) * len(options.formats)
    cache = cache_for(publication, no_cache)
    pool = LazyPool(min(jobs, total)) if jobs > 1 and total > 1 else None
    try:
        if state.terminal and not as_json and not state.quiet:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            console = Console(no_color=not state.color)
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            with Progress(*columns, console=console, transient=True) as bar:
                task = bar.add_task("editions", total=total)

                def advance(outcome: Outcome) -> None:
                    bar.update(task, advance=1, description=f"{outcome.language} {outcome.format}")

                return build(publication, issue, options, cache, pool, advance)

        def say(outcome: Outcome) -> None:
            if outcome.rebuilt and not as_json:
                state.say(
                    f"{outcome.language} {outcome.format}: {outcome.state} {outcome.seconds:.1f} s"
                )

        return build(publication, issue, options, cache, pool, say)
    except BaseException:
        if pool is not None:
            pool.stop()
        raise
    finally:
        if pool is not None:
            pool.shutdown()


def _show(state: State, report: Report) -> None:
    print_findings([f for f in report.findings if f.severity != "info"], err=True)
    seen = set()
    for outcome in report.outcomes:
        fresh = [finding for finding in outcome.findings if finding not in seen]
        seen.update(fresh)
        print_findings(fresh, err=True)
    rows = [
        (
            outcome.language,
            outcome.format,
            outcome.state,
            "" if outcome.pages is None else str(outcome.pages),
            f"{outcome.size / 1024:.0f} kB" if outcome.size else "",
            f"{outcome.reviewed}/{outcome.words}",
            f"{outcome.seconds:.1f} s" if outcome.rebuilt and outcome.seconds else "–",
            outcome.path,
        )
        for outcome in report.outcomes
    ]
    header = ("language", "format", "state", "pages", "size", "words reviewed", "time", "path")
    print_table(state, header, rows)
    for outcome in report.outcomes:
        if outcome.error:
            state.warn(f"publisher: {outcome.language} {outcome.format}: {outcome.error}")
            if state.verbose and outcome.detail:
                state.warn(outcome.detail)
