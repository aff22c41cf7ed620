"""``publisher verify``: judge built editions and show one table."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.common import State, json_option, no_cache_option, print_json, print_table

if TYPE_CHECKING:
    from publisher.cache import Cache
    from publisher.verify import Result


@click.command("verify")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--judge", "names", multiple=True, metavar="NAME", help="Only this judge.")
@click.option(
    "--require/--no-require",
    default=None,
    help="Whether a judge that is missing here is a failure (default: in CI only).",
)
@json_option
@no_cache_option
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[Path, ...],
    names: tuple[str, ...],
    require: bool | None,
    as_json: bool,
    no_cache: bool,
) -> None:
    """Run the outside judges over built editions.

    PATH is a file or a folder; by default dist/ and the catalogs. Exit code 1 when an edition
    fails.
    """
    from publisher import verify

    state: State = ctx.obj
    chosen, cache, root = _inputs(state, paths, no_cache)
    results = verify.verify(chosen, judges=verify.pick(names), cache=cache)
    must = _in_ci() if require is None else require
    bad = verify.failed(results, require=must)
    if as_json:
        print_json(
            {"ok": not bad, "required": must, "results": [result.as_dict() for result in results]}
        )
    else:
        _show(state, results, root)
        _close(state, results, bad)
    ctx.exit(1 if bad else 0)


def _inputs(
    state: State, paths: tuple[Path, ...], no_cache: bool
) -> tuple[tuple[Path, ...], Cache, Path]:
    """What to verify, the cache, and the folder that paths are shown relative to.

    Named files need no publication around them; then nothing is cached.
    """
    from publisher.cache import NoCache
    from publisher.cli.common import cache_for
    from publisher.errors import InputError

    try:
        publication = state.publication()
    except InputError:
        if not paths:
            raise
        return paths, NoCache(), Path.cwd()
    if not paths:
        dist = publication.dist
        # Editions lie in the folders of issues; the brand's specimen beside them is for the house.
        issues = sorted(path for path in dist.iterdir() if path.is_dir()) if dist.is_dir() else []
        if not issues:
            raise InputError("nothing is built yet", path="dist", hint="Run: publisher build")
        catalogs = publication.root / "translations"
        paths = (*issues, *([catalogs] if catalogs.is_dir() else []))
    return paths, cache_for(publication, no_cache), publication.root


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def _show(state: State, results: tuple[Result, ...], root: Path) -> None:
    rows = []
    for result in results:
        seconds = "–" if result.cached or not result.seconds else f"{result.seconds:.1f}"
        outcome = f"{result.state} (cached)" if result.cached else result.state
        rows.append(
            [
                _relative(result.path, root),
                result.judge,
                outcome,
                str(result.errors),
                str(result.warnings),
                seconds,
            ]
        )
    print_table(state, ["file", "judge", "result", "errors", "warnings", "s"], rows)


def _close(state: State, results: tuple[Result, ...], bad: tuple[Result, ...]) -> None:
    from pathlib import PurePath

    for result in results:
        if result.state == "not run":
            continue
        shown = [
            m
            for m in result.messages
            if m.severity == "error" or m.severity == "warning" or state.verbose
        ]
        if result.ok and not state.verbose:
            continue
        for message in shown:
            state.warn(f"{PurePath(result.path).name}: {result.judge}: {message}")
    missing = {r.judge: r.messages[0].text for r in results if r.state == "not run" and r.messages}
    for text in missing.values():
        state.warn(f"not run: {text}")
    passed = sum(r.ok for r in results)
    state.say(f"{passed} of {len(results)} passed" + (f", {len(bad)} failed" if bad else ""))


def _relative(path: str, root: Path) -> str:
    try:
        return Path(path).resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path
