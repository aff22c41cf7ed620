"""``publisher models``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.common import State, json_option, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from publisher.engines.packages import Package


@click.group("models", short_help="List, install or remove translation models.")
def command() -> None:
    """List, install or remove translation models in Argos format.

    Models lie in the publication's folder models/ (--private) or in the user's data folder, where
    every publication finds them; the environment variable PUBLISHER_MODELS names another folder.
    """


index_option = click.option(
    "--index", metavar="URL", help="Index of packages (default: the public Argos index)."
)
private_option = click.option(
    "--private", is_flag=True, help="Use the publication's own folder models/."
)


@command.command("list")
@click.option("--available", is_flag=True, help="What the index offers, not what is installed.")
@index_option
@json_option
@click.pass_obj
def list_(state: State, available: bool, index: str | None, as_json: bool) -> int:
    """Show what is installed, or what can be."""
    if available:
        from publisher.engines.index import available as offered
        from publisher.engines.index import index_url

        found = offered(index_url(index))
        if as_json:
            keys = ("source", "target", "version", "source_name", "target_name", "licence")
            print_json([{key: getattr(item, key) for key in keys} for item in found])
        else:
            offers = [(i.way, i.version, i.source_name, i.target_name) for i in found]
            print_table(state, ("model", "version", "from", "to"), offers)
        return 0
    packages = _installed(state)
    if as_json:
        print_json([_described(package) for package in packages])
    elif not packages:
        state.say("No model is installed. Install one: publisher models install en-pt")
    else:
        rows = [
            (
                p.way,
                p.version,
                _megabytes(p.size),
                p.metadata.licence or "not stated",
                str(p.folder),
            )
            for p in packages
        ]
        print_table(state, ("model", "version", "size", "licence", "folder"), rows)
    return 0


@command.command("info")
@click.argument("name")
@json_option
@click.pass_obj
def info(state: State, name: str, as_json: bool) -> int:
    """Show everything about one model: version, licence, files, whether they are unchanged."""
    from publisher.engines.packages import verify
    from publisher.errors import PublisherError

    package = _find(state, name)
    try:
        verify(package)
        whole = "yes" if package.files else "not known (installed by another program)"
    except PublisherError as error:
        whole = f"no: {error.message}"
    if as_json:
        print_json({**_described(package), "unchanged": whole})
        return 0
    data = package.metadata
    for key, value in (
        ("model", f"{data.way} ({data.source_name or data.source} → {data.target_name or data.target})"),
        ("version", data.version),
        ("licence", data.licence or "not stated"),
        ("size", _megabytes(package.size)),
        ("folder", str(package.folder)),
        ("checksum", package.archive or "not recorded"),
        ("unchanged", whole),
    ):  # fmt: skip
        state.say(f"{key:<10} {value}")
    readme = package.folder / "README.md"
    if readme.is_file():
        state.say("")
        text = readme.read_text("utf-8", errors="replace")[:4000]
        state.say("".join(c for c in text if c.isprintable() or c == "\n").rstrip())
    return 0


@command.command("install")
@click.argument("names", nargs=-1, required=True, metavar="NAME|FILE…")
@index_option
@private_option
@click.option("--sha256", metavar="HEX", help="The checksum that the file must have.")
@click.pass_obj
def install(
    state: State, names: tuple[str, ...], index: str | None, private: bool, sha256: str | None
) -> int:
    """Install models: by direction from the index (en-pt), or from .argosmodel files.

    The checksum of a version is remembered at its first installation; another file that claims to
    be the same version is refused. A download that was interrupted goes on where it stopped.
    """
    from publisher.engines.install import install as install_file

    folder = _folder(state, private)
    done: list[Package] = []
    for name in names:
        if name.endswith(".argosmodel") or Path(name).is_file():
            done.append(install_file(Path(name), folder, sha256=sha256 or ""))
        else:
            done += _from_index(state, name, index, folder)
    for package in done:
        licence = package.metadata.licence or "not stated"
        state.say(
            f"installed {package.way} {package.version} ({_megabytes(package.size)}, "
            f"licence {licence}) in {package.folder}"
        )
    return 0


@command.command("remove")
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@click.pass_obj
def remove(state: State, names: tuple[str, ...]) -> int:
    """Remove installed models."""
    from publisher.engines.install import remove as remove_package

    for package in [_find(state, name) for name in names]:
        remove_package(package)
        state.say(f"removed {package.way} {package.version}")
    return 0


def _from_index(state: State, name: str, index: str | None, folder: Path) -> list[Package]:
    from publisher.engines.index import available, choose, fetch_and_install, index_url

    source, target = _way(name)
    url = index_url(index)
    done = []
    for package in choose(available(url), source, target):
        show, close = _progress(state, f"{package.way} {package.version}")
        try:
            done.append(fetch_and_install(package, url, folder, show))
        finally:
            close()
    return done


def _progress(state: State, name: str) -> tuple[Callable[[int, int], None], Callable[[], None]]:
    """What to call with the bytes fetched, and what to call at the end."""
    if state.quiet or not state.terminal:
        return (lambda _done, _total: None), (lambda: None)
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(no_color=not state.color),
        transient=True,
    )
    bar.start()
    task = bar.add_task(name, total=None)
    return (lambda done, total: bar.update(task, completed=done, total=total or None)), bar.stop


def _way(name: str) -> tuple[str, str]:
    """``en-pt``, ``en_pt`` or ``translate-en_pt`` as two languages; ``en-pt-BR`` as en and pt-BR."""
    from publisher.errors import UsageError

    match = re.fullmatch(
        r"(?:translate-)?([a-z]{2,3})[-_>→]+([a-z]{2,3}(?:-[A-Z][A-Za-z]+)?)", name.strip()
    )
    if match is None:
        raise UsageError(f"“{name}” names no model; write two languages, such as en-pt, or a file")
    return match[1], match[2]


def _private(state: State) -> Path | None:
    """The publication's model folder, None outside of a publication."""
    from publisher.errors import PublisherError
    from publisher.project import find_root

    try:
        return find_root(state.folder) / "models"
    except PublisherError:
        return None


def _folder(state: State, private: bool) -> Path:
    from publisher.engines.packages import folders
    from publisher.errors import UsageError

    own = _private(state)
    if private:
        if own is None:
            raise UsageError("--private needs a publication (name its folder with -C)")
        return own
    return folders()[0]


def _installed(state: State) -> list[Package]:
    from publisher.engines.packages import folders, installed

    return installed(folders(_private(state)))


def _find(state: State, name: str) -> Package:
    from publisher.errors import InputError

    packages = _installed(state)
    wanted = name.removeprefix("translate-").replace("_", "-")
    for package in packages:
        if wanted in (package.way, package.folder.name):
            return package
    known = ", ".join(package.way for package in packages) or "none"
    raise InputError(f"the model “{name}” is not installed (installed: {known})")


def _described(package: Package) -> dict[str, object]:
    data = package.metadata
    return {
        "source": data.source,
        "target": data.target,
        "version": data.version,
        "licence": data.licence,
        "size": package.size,
        "sha256": package.archive,
        "folder": str(package.folder),
    }


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
