"""Put an imported issue into the publication's source folder: all of it or nothing."""

from __future__ import annotations

import calendar
import contextlib
import re
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from publisher.errors import InputError, MachineError, UsageError
from publisher.files import decode_utf8, resolve_inside, write_atomic
from publisher.importers.manuscript import Manuscript


def number_and_date(issue: str, number: str | None, day: str | None) -> tuple[int | str, date]:
    """The issue's number and date from the options, else from an id such as 2023-03 or 2023-03-15.

    A month's issue is dated its last day. Raises UsageError where neither says it.
    """
    found = re.fullmatch(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?", issue)
    year, month, date_in_id = (
        (int(part) if part else 0 for part in found.groups()) if found else (0, 0, 0)
    )
    monthly = bool(found) and 1 <= month <= 12 and 1 <= year <= 9999
    if day is not None:
        try:
            chosen = date.fromisoformat(day)
        except ValueError as error:
            raise UsageError(
                f"“{day}” is not a date", hint="Write it as year-month-day: --date 2023-03-31"
            ) from error
    elif monthly:
        last = calendar.monthrange(year, month)[1]
        if date_in_id > last:
            raise UsageError(
                f"the issue's id “{issue}” names no day", hint="Add --date 2023-03-31."
            )
        chosen = date(year, month, date_in_id or last)
    else:
        raise UsageError(
            f"the issue's id “{issue}” does not tell its date", hint="Add --date 2023-03-31."
        )
    if number is not None:
        text = number.strip()
        if not text:
            raise UsageError("--number is empty", hint="Write for example --number 3.")
        return (int(text) if re.fullmatch(r"[1-9][0-9]{0,8}", text) else text), chosen
    if monthly:
        return month, chosen
    trailing = re.search(r"(\d{1,8})$", issue)
    if trailing and int(trailing.group()):
        return int(trailing.group()), chosen
    raise UsageError(f"the issue's id “{issue}” does not tell its number", hint="Add --number 3.")


def with_manuscript(
    issue: str, number: str | None, day: str | None, manuscript: Manuscript
) -> tuple[str | None, str | None]:
    """Number and date with what the manuscript says, where neither the options nor the id do."""
    dated = re.fullmatch(r"\d{4}-(?:0?[1-9]|1[0-2])(?:-\d{1,2})?", issue)
    if number is None and manuscript.number:
        number = manuscript.number
    if day is None and manuscript.day is not None and (manuscript.number or not dated):
        day = manuscript.day.isoformat()
    return number, day


def old_issue(folder: Path, shown: str, *, force: bool) -> str:
    """The text of the issue.toml that would be replaced, empty where there is no issue.

    Raises InputError when the folder is taken and ``force`` is not given, or when the issue is frozen.
    """
    if not folder.exists() and not folder.is_symlink():
        return ""
    if folder.is_symlink() or not folder.is_dir():
        raise InputError(
            "this is not a folder of its own", path=shown, hint="Remove it, or take another id."
        )
    if not any(folder.iterdir()):
        return ""
    if not force:
        raise InputError(
            "the issue exists already",
            path=shown,
            hint="Choose another --issue, or add --force to replace its articles.",
        )
    config = folder / "issue.toml"
    if not config.is_file():
        return ""
    try:
        text = decode_utf8(config.read_bytes(), f"{shown}/issue.toml")
        data = tomllib.loads(text)
    except (InputError, tomllib.TOMLDecodeError, OSError):
        return ""
    if data.get("state") == "frozen":
        raise InputError(
            "the issue is frozen",
            path=f"{shown}/issue.toml",
            hint='Set state = "open" to replace it.',
        )
    return text


def replace_issue(folder: Path, files: Mapping[str, bytes], old_articles: frozenset[str]) -> None:
    """Make ``folder`` hold ``files``; what else lay there stays, but for ``old_articles``.

    The new folder is made beside the old one and takes its place by renaming, so that an interruption
    leaves one or the other whole. Raises MachineError when the disk refuses.
    """
    parent = folder.parent
    temporary: Path | None = None
    try:
        parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.import-", dir=parent))
        made = temporary / "new"
        if folder.is_dir():
            shutil.copytree(folder, made, symlinks=True)
            for name in old_articles:
                (made / name).unlink(missing_ok=True)
        else:
            made.mkdir()
        for name, data in files.items():
            if resolve_inside("", name) != name:
                raise InputError("the importer named a file outside the issue", path=name)
            write_atomic(made / name, data)
        if folder.exists():
            folder.rename(temporary / "old")
            try:
                made.rename(folder)
            except BaseException:
                (temporary / "old").rename(folder)
                raise
        else:
            made.rename(folder)
    except OSError as error:
        raise MachineError(
            f"cannot write the issue: {error.strerror}",
            path=folder,
            hint="Check rights and free space.",
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                shutil.rmtree(temporary)


def articles_of(config: str) -> frozenset[str]:
    """The article files that an issue.toml names, those with plain names only."""
    try:
        names = tomllib.loads(config).get("articles", [])
    except tomllib.TOMLDecodeError:
        return frozenset()
    if not isinstance(names, list):
        return frozenset()
    return frozenset(
        name
        for name in names
        if isinstance(name, str) and name.endswith(".md") and "/" not in name and "\\" not in name
    )
