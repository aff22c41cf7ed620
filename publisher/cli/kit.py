"""``publisher kit``."""

from __future__ import annotations

from pathlib import Path

import click

from publisher.cli.common import State, cache_for, issue_argument, no_cache_option, now, whoami


class _Kit(click.Group):
    """``kit import ZIP``; anything else makes a kit."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in {"import", "make", "-h", "--help"}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(
    "kit", cls=_Kit, short_help="Pack all that a translator outside needs, and take it back."
)
def command() -> None:
    """Pack all that a translator outside needs, and take it back.

    ``publisher kit [ISSUE] -l LANG`` makes one ZIP: the text as PO, XLIFF and a table for Word, the
    issue in its source language, the terms, and a page in the translator's language that says how to
    work. ``publisher kit import ZIP`` merges what came back.
    """


@command.command("make")
@issue_argument
@click.option(
    "-l", "--language", "languages", multiple=True, required=True, metavar="LANG",
    help="The language (repeatable).",
)  # fmt: skip
@click.option(
    "-o", "out", type=click.Path(path_type=Path), help="The file to write, for one language."
)
@no_cache_option
@click.pass_obj
def make(
    state: State, issue: str | None, languages: tuple[str, ...], out: Path | None, no_cache: bool
) -> None:
    """Make the kit of an issue; that is what ``publisher kit`` does."""
    from datetime import datetime

    from publisher.errors import UsageError
    from publisher.files import write_atomic
    from publisher.kit import make_kit

    publication = state.publication()
    chosen = publication.pick_issue(issue)
    codes = publication.pick_languages(languages, targets_only=True)
    if out is not None and len(codes) > 1:
        raise UsageError("-o names one file, and there are several languages", hint="Leave -o out.")
    for code in codes:
        kit = make_kit(
            publication, chosen, code, cache_for(publication, no_cache),
            now=datetime.fromisoformat(now()),
        )  # fmt: skip
        path = out or publication.dist / "kits" / kit.name
        write_atomic(path, kit.data)
        shown = path if out else publication.relative(path)
        state.say(f"wrote {shown} ({kit.to_review} words to review)")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--reviewer", help="Who made the edits (default: whom the PO file names, or git's user)."
)
@click.pass_obj
def import_(state: State, file: Path, reviewer: str | None) -> int:
    """Merge a kit that came back: whichever of PO, XLIFF and Word table has changed.

    Edits made in the catalog meanwhile are never overwritten: such a text is reported as a conflict
    and the catalog keeps its own. Exits with 1 when something could not be placed.
    """
    from publisher.kit_import import import_kit

    publication = state.publication()
    who = reviewer or whoami(publication.root)
    result = import_kit(publication, file, now=now(), by=who, named=reviewer is not None)
    open_ = 0
    for part in result.files:
        for kind, items in (("conflict", part.conflicts), ("not placed", part.refused)):
            for item in items:
                state.warn(f"{part.name}, {item.where}: {kind}: {item.reason}: “{item.text[:60]}”")
        open_ += len(part.conflicts) + len(part.refused)
        state.say(
            f"{part.name}: {part.taken} taken, {part.same} unchanged, {len(part.conflicts)} conflicts, "
            f"{len(part.refused)} not placed"
        )
    for remark in result.remarks:
        state.warn(remark)
    if result.kept:
        state.say(f"{result.kept} texts whose source is gone are kept at the end of the catalog")
    if not result.files:
        state.say("nothing in the kit has changed")
    return 1 if open_ else 0
