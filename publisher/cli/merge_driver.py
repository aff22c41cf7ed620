"""``publisher merge-driver``."""

from __future__ import annotations

from pathlib import Path

import click

from publisher.cli.common import State


@click.command("merge-driver", short_help="Merge catalogs by entry; git runs this.")
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
@click.argument("name", required=False, default="")
@click.pass_obj
def command(state: State, base: Path, ours: Path, theirs: Path, name: str) -> int:
    """Merge catalogs by entry; git runs this as ``publisher merge-driver %O %A %B %P``.

    Where both sides have changed one translation, the entry keeps ours, fuzzy, and the other stands in
    a comment (``conflict: …``); git then reports a conflict, and the file is a catalog that every
    editor opens.
    """
    from publisher.resolve import merge_driver

    conflicts = merge_driver(base, ours, theirs, name or str(ours))
    for entry in conflicts:
        start = entry.msgid if len(entry.msgid) <= 60 else entry.msgid[:59] + "…"
        state.warn(f"{name or ours}: two translations: “{start}”")
    return 1 if conflicts else 0
