"""``publisher init``."""

from __future__ import annotations

from pathlib import Path

import click

from publisher.cli.common import State


@click.command("init", short_help="Make a new publication from a template.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--source", default="en", show_default=True, help="The language you write in.")
@click.option("--languages", default="", metavar="az,ru", help="Languages to translate into.")
@click.option("--name", default="Our Bulletin", show_default=True, help="The publication's name.")
@click.option(
    "--publisher", "office", default="Press Office", show_default=True, help="Who publishes it."
)
@click.option("--issue", default=None, help="Id of the first issue (default: this month).")
@click.pass_obj
def command(
    state: State,
    folder: Path,
    source: str,
    languages: str,
    name: str,
    office: str,
    issue: str | None,
) -> None:
    """Make a new publication in DIR from a template.

    It holds only what is its own: everything else comes from the toolkit, later improvements too.
    """
    from datetime import date

    from publisher.template import create

    target = folder if folder.is_absolute() else state.folder / folder
    made = create(
        target,
        source=source,
        languages=tuple(code.strip() for code in languages.split(",") if code.strip()),
        name=name,
        publisher=office,
        issue=issue or f"{date.today():%Y-%m}",  # noqa: DTZ011 - the press officer's own month
    )
    for path in made:
        state.say(f"made {path}")
    state.say(f"Now write, then run: publisher -C {folder} build")
