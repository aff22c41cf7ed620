"""``publisher exchange``."""

from __future__ import annotations

from pathlib import Path

import click

from publisher.cli.common import State, now, whoami

FORMATS = ("xliff", "xliff12", "docx", "tmx")


@click.group("exchange", short_help="Send catalogs to other tools and take them back.")
def command() -> None:
    """Send catalogs to other tools and take them back: XLIFF 2.1 and 1.2, Word tables, TMX."""


@command.command("export")
@click.argument("format_", metavar="FORMAT", type=click.Choice(FORMATS))
@click.option("--issue", default=None, help="The issue (default: the newest).")
@click.option("-l", "--language", required=True, help="The language.")
@click.option("-o", "out", type=click.Path(path_type=Path), default=None, help="The file to write.")
@click.option("--to-review", is_flag=True, help="Only what a human has still to look at.")
@click.pass_obj
def export(
    state: State, format_: str, issue: str | None, language: str, out: Path | None, to_review: bool
) -> None:
    """Write the catalog of a language as xliff, xliff12, docx or (its memory) tmx."""
    from publisher.exchange.files import export_catalog

    publication = state.publication()
    chosen = publication.pick_issue(issue)
    (code,) = publication.pick_languages((language,), targets_only=True)
    path = export_catalog(publication, chosen, code, format_, out, to_review=to_review)
    state.say(f"wrote {path}")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--issue", default=None, help="The issue (default: the newest).")
@click.option("-l", "--language", required=True, help="The language.")
@click.option("--reviewer", default=None, help="Who made the edits (default: git's user).")
@click.pass_obj
def import_(
    state: State, file: Path, issue: str | None, language: str, reviewer: str | None
) -> int:
    """Merge the edits of a file that came back: .xlf, .xliff, .docx, .tmx or .po.

    Edits made in the catalog meanwhile are never overwritten: such a text is reported as a
    conflict and the catalog keeps its own. Exits with 1 when something could not be placed.
    """
    from publisher.exchange.files import import_file

    publication = state.publication()
    chosen = publication.pick_issue(issue)
    (code,) = publication.pick_languages((language,), targets_only=True)
    who = reviewer or whoami(publication.root)
    merged = import_file(publication, chosen, code, file, now=now(), by=who)
    for kind, items in (("conflict", merged.conflicts), ("not placed", merged.refused)):
        for item in items:
            state.warn(f"{file.name}, {item.where}: {kind}: {item.reason}: “{item.text[:60]}”")
    state.say(
        f"{merged.taken} taken, {merged.same} unchanged, {len(merged.conflicts)} conflicts, "
        f"{len(merged.refused)} not placed"
    )
    return 1 if merged.conflicts or merged.refused else 0
