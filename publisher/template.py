"""Make a new publication from the toolkit's template."""

from __future__ import annotations

import calendar
import json
import re
from datetime import date
from importlib import resources
from pathlib import Path

from publisher.errors import UsageError
from publisher.files import write_atomic
from publisher.project import ISSUE_ID, LANGUAGE_CODE

_RENAMED = {"gitattributes": ".gitattributes", "gitignore": ".gitignore"}


def create(
    folder: Path, *, source: str, languages: tuple[str, ...], name: str, publisher: str, issue: str
) -> tuple[str, ...]:
    """Write a publication into ``folder`` and return the files made.

    Raises UsageError for a bad language or issue id, and where a publication or a file of the
    template is there already; then nothing is written.
    """
    for code in (source, *languages):
        if not LANGUAGE_CODE.fullmatch(code):
            raise UsageError(
                f"“{code}” is not a language code", hint="Write codes such as az,pt-BR."
            )
    if not ISSUE_ID.fullmatch(issue):
        raise UsageError(f"“{issue}” cannot be an issue's id", hint="Write one such as 2026-01.")
    if folder.exists() and not folder.is_dir():
        raise UsageError("this is a file, not a folder", path=folder)
    values = {
        "name": json.dumps(name, ensure_ascii=False),
        "publisher": json.dumps(publisher, ensure_ascii=False),
        "source": json.dumps(source),
        "languages": json.dumps([code for code in languages if code != source]),
        "title": name,
        "number": _number(issue),
        "date": _date(issue).isoformat(),
    }
    files = {
        target.replace("source/issue/", f"source/{issue}/"): text
        for target, text in _template().items()
    }
    taken = [target for target in files if (folder / target).exists()]
    if taken:
        raise UsageError(
            f"there is a {taken[0]} already", path=folder, hint="Choose an empty folder."
        )
    for target, text in files.items():
        for key, value in values.items():
            text = text.replace("{" + key + "}", value)
        write_atomic(folder / target, text.encode())
    return tuple(files)


def _template() -> dict[str, str]:
    root = resources.files("publisher") / "data" / "templates" / "publication"
    found: dict[str, str] = {}

    def walk(node: resources.abc.Traversable, prefix: str) -> None:
        for child in sorted(node.iterdir(), key=lambda child: child.name):
            if child.is_dir():
                walk(child, f"{prefix}{child.name}/")
            else:
                name = _RENAMED.get(child.name, child.name)
                found[prefix + name] = child.read_text("utf-8")

    walk(root, "")
    return found


def _month(issue: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"(\d{4})-(\d{1,2})", issue)
    if match and 1 <= int(match[2]) <= 12:
        return int(match[1]), int(match[2])
    return None


def _date(issue: str) -> date:
    """The last day of the month that the id names, else the first day of its year or of 2000."""
    month = _month(issue)
    if month:
        return date(*month, calendar.monthrange(*month)[1])
    year = re.match(r"\d{4}", issue)
    return date(int(year[0]) if year and int(year[0]) else 2000, 1, 1)


def _number(issue: str) -> str:
    month = _month(issue)
    return str(month[1]) if month else "1"
