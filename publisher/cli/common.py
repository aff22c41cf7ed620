"""What commands share: global state, common arguments, tables and messages. No logic."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from publisher.cache import Cache
    from publisher.errors import Finding
    from publisher.project import Publication

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class State:
    """The global options."""

    folder: Path
    verbose: int = 0
    quiet: bool = False
    color: bool = True

    def publication(self) -> Publication:
        """The publication that ``-C`` names or that holds the working folder."""
        from publisher import project

        return project.load(project.find_root(self.folder))

    @property
    def terminal(self) -> bool:
        """Whether output goes to a person."""
        return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"

    def say(self, text: str) -> None:
        """One line of progress or result on standard output, unless ``-q``."""
        if not self.quiet:
            click.echo(text)

    def warn(self, text: str) -> None:
        """One line on standard error."""
        click.echo(text, err=True)


def issue_argument(function: Function) -> Function:
    """``[ISSUE]``: an issue's folder name; the newest by default."""
    return click.argument("issue", required=False)(function)


def languages_option(function: Function) -> Function:
    """``-l LANG``, repeatable; all languages by default."""
    return click.option(
        "-l",
        "--language",
        "languages",
        multiple=True,
        metavar="LANG",
        help="Only this language (repeatable).",
    )(function)


def json_option(function: Function) -> Function:
    """``--json``: one JSON document on standard output and nothing else."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(
        function
    )


def no_cache_option(function: Function) -> Function:
    """``--no-cache``: ignore what earlier runs have left."""
    return click.option("--no-cache", is_flag=True, help="Use no results of earlier runs.")(
        function
    )


def cache_for(publication: Publication, no_cache: bool) -> Cache:
    """The publication's disk cache, or none."""
    from publisher.cache import DiskCache, NoCache

    return NoCache() if no_cache else DiskCache(publication.cache_folder)


def cores() -> int:
    """The cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def print_json(data: object) -> None:
    """One JSON document, keys in the order given."""
    import json

    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def print_findings(findings: Sequence[Finding], *, err: bool = False) -> None:
    """Findings, one or two lines each."""
    for finding in findings:
        click.echo(str(finding), err=err)


def print_table(state: State, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table: drawn on a terminal, else plain columns; columns of figures to the right."""
    if state.quiet:
        return
    right = [
        bool(rows) and all(_is_figure(row[column]) for row in rows) for column in range(len(header))
    ]
    if state.terminal:
        from rich.console import Console
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style="bold" if state.color else "")
        for name, numeric in zip(header, right, strict=True):
            table.add_column(name, justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            table.add_row(*row)
        Console(no_color=not state.color, highlight=False).print(table)
        return
    widths = [
        max(len(header[column]), *(len(row[column]) for row in rows), 0)
        for column in range(len(header))
    ]
    for row in [header, *rows]:
        cells = [
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(row, widths, right, strict=True)
        ]
        click.echo("  ".join(cells).rstrip())


def _is_figure(text: str) -> bool:
    return text in {"", "–"} or (
        not text.strip(" 0123456789.,/%–-kBs") and any(map(str.isdigit, text))
    )


def now() -> str:
    """The time as ledgers write it: UTC, to the second; SOURCE_DATE_EPOCH where it is set."""
    from datetime import UTC, datetime

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def whoami(root: Path) -> str:
    """Who runs this: git's identity, else the login name."""
    import subprocess

    parts = []
    for key in ("user.name", "user.email"):
        try:
            done = subprocess.run(
                ["git", "config", key], cwd=root, capture_output=True, text=True, timeout=10,
                check=False,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            break
        parts.append(done.stdout.strip())
    if parts and parts[0]:
        return f"{parts[0]} <{parts[1]}>" if len(parts) > 1 and parts[1] else parts[0]
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
