"""``publisher parity``."""

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
    from publisher.parity import Parity
    from publisher.project import Publication


@click.command("parity", short_help="Compare the editions of all languages and formats.")
@issue_argument
@languages_option
@click.option(
    "-f", "--format", "formats", multiple=True, metavar="FORMAT", help="pdf, epub, docx …"
)
@click.option("--fit", "fitting", is_flag=True, help="Make articles start on the same pages.")
@click.option(
    "--reserve", is_flag=True, help="With --fit: reserve the pages that are missing in issue.toml."
)
@click.option(
    "--sheet", type=click.Path(path_type=Path), metavar="FILE", help="Write a contact sheet (PDF)."
)
@click.option("--page", "pages", type=click.IntRange(1), multiple=True, help="Pages of the sheet.")
@click.option("-j", "jobs", type=click.IntRange(1), default=None, help="Processes.")
@no_cache_option
@json_option
@click.pass_obj
def command(
    state: State,
    issue: str | None,
    languages: tuple[str, ...],
    formats: tuple[str, ...],
    fitting: bool,
    reserve: bool,
    sheet: Path | None,
    pages: tuple[int, ...],
    jobs: int | None,
    no_cache: bool,
    as_json: bool,
) -> int:
    """Show all languages side by side: pages, lines, structure; exit code 1 where they differ.

    Editions that are not built yet are built. --fit sets articles a little tighter or wider, fills
    the pages that issue.toml reserves for them, and writes source/ISSUE/fit.toml, which builds read.
    --sheet FILE.pdf writes the same pages of all languages side by side, and FILE-1.png … beside it
    where pdftoppm is installed.
    """
    from publisher import parity
    from publisher.build_job import LazyPool
    from publisher.build_report import Options
    from publisher.errors import UsageError
    from publisher.project import FORMATS

    if reserve and not fitting:
        raise UsageError("--reserve needs --fit")
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"unknown format “{unknown[0]}”", hint=f"Formats: {', '.join(FORMATS)}")
    publication = state.publication()
    chosen = publication.pick_issue(issue)
    options = Options(
        languages=publication.pick_languages(languages),
        formats=tuple(dict.fromkeys(formats)) or publication.config.formats,
    )
    cache = cache_for(publication, no_cache)
    pool = LazyPool(jobs or cores())
    unfitted = []
    try:
        if fitting:
            found, changed = parity.fit(publication, chosen, options, cache, pool, reserve=reserve)
            unfitted = list(found)
            if changed and not as_json:
                state.say(f"source/{chosen}/fit.toml: written")
        report = parity.compare(publication, chosen, options, cache, pool)
    except BaseException:
        pool.stop()
        raise
    finally:
        pool.shutdown()
    if sheet is not None:
        _sheet(state, publication, report, sheet, pages, quiet=as_json)
    if as_json:
        print_json({**report.as_dict(), "unfitted": [f.as_dict() for f in unfitted]})
    else:
        _show(state, report)
        print_findings(unfitted, err=True)
    return 0 if report.equal and not unfitted else 1


def _show(state: State, report: Parity) -> None:
    codes = report.languages
    rows = []
    for name in report.articles[codes[0]]:
        row = [name]
        for code in codes:
            item = report.articles[code][name]
            row.append(f"{item.start}+{item.pages} {item.expansion:.2f}" if item.start else "–")
        rows.append(row)
    state.say("First page + pages, and the length of the text over the source’s:")
    print_table(state, ["article", *codes], rows)
    totals = [["overfull lines"], ["missing glyphs"]]
    for code in codes:
        items = report.articles[code].values()
        totals[0].append(str(sum(item.overfull for item in items)))
        totals[1].append(str(sum(item.glyphs for item in items)))
    print_table(state, ["", *codes], totals)
    for failed in report.failed:
        state.warn(f"failed: {failed}")
    print_findings(report.findings, err=True)
    for difference in report.differences:
        state.warn(f"differs: {difference}")
    files = sum(map(len, report.files.values()))
    outcome = "equal" if report.equal else f"{len(report.differences)} differences"
    state.say(f"{len(codes)} languages, {files} files read back: {outcome}")


def _sheet(
    state: State,
    publication: Publication,
    report: Parity,
    path: Path,
    pages: tuple[int, ...],
    *,
    quiet: bool,
) -> None:
    from publisher.errors import InputError, MachineError
    from publisher.files import write_atomic
    from publisher.parity_sheet import images, sheet

    files = {
        code: publication.root / report.files[code]["pdf"]
        for code in report.languages
        if "pdf" in report.files.get(code, {})
    }
    if not files:
        raise InputError("there is no PDF edition to show")
    data = sheet(files, pages or None)
    write_atomic(path, data)
    try:
        for number, image in enumerate(images(data), start=1):
            write_atomic(path.with_name(f"{path.stem}-{number}.png"), image)
    except MachineError as error:
        state.warn(f"no images: {error}")
    if not quiet:
        state.say(f"{path}: written")
