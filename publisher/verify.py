"""Verify built editions: every judge over every file it knows, results cached by content.

A result is keyed by the judge, its version and the bytes (and name) of the file, so that a file is
judged once however often it is built; a judge that this machine lacks is said to be "not run".
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from publisher.cache import Cache, NoCache, key_of
from publisher.errors import InputError, PublisherError, UsageError
from publisher.files import read_bytes
from publisher.judges import Judge, Message, Verdict, all_judges
from publisher.judges.tools import rules_version

State = Literal["passed", "failed", "not run"]


@dataclass(frozen=True, slots=True)
class Result:
    """What one judge said about one file.

    ``state`` is "not run" where the judge is missing; ``messages`` then say how to get it.
    ``seconds`` is the time of the judge's run divided by the files of that run; 0 from the cache.
    """

    judge: str
    path: str
    state: State
    messages: tuple[Message, ...] = ()
    version: str = ""
    cached: bool = False
    seconds: float = 0.0
    optional: bool = False

    @property
    def ok(self) -> bool:
        """Whether the judge ran and found nothing that fails the file."""
        return self.state == "passed"

    @property
    def errors(self) -> int:
        """How many of the messages are errors."""
        return sum(m.severity == "error" for m in self.messages)

    @property
    def warnings(self) -> int:
        """How many of the messages are warnings."""
        return sum(m.severity == "warning" for m in self.messages)

    def as_dict(self) -> dict[str, Any]:
        """The result as plain JSON data."""
        return asdict(self) | {"ok": self.ok}


def collect(paths: Iterable[Path], judges: Sequence[Judge] | None = None) -> tuple[Path, ...]:
    """The files to verify: those named, and in folders those that some judge knows, sorted.

    Hidden files and folders are left out. Raises InputError for a path that does not exist and for
    a named file that no judge knows.
    """
    judges = all_judges() if judges is None else judges
    suffixes = {suffix for judge in judges for suffix in judge.suffixes}
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            for inner in sorted(path.rglob("*")):
                hidden = any(part.startswith(".") for part in inner.relative_to(path).parts)
                if inner.suffix.lower() in suffixes and not hidden and inner.is_file():
                    found[inner] = None
        elif not path.is_file():
            raise InputError("there is no such file or folder", path=path)
        elif path.suffix.lower() not in suffixes:
            raise InputError(
                "no judge knows this kind of file",
                path=path,
                hint=f"Known: {', '.join(sorted(suffixes))}.",
            )
        else:
            found[path] = None
    return tuple(found)


def pick(names: Sequence[str]) -> tuple[Judge, ...]:
    """The judges of these names in the usual order, all for an empty list; raises UsageError."""
    judges = all_judges()
    unknown = [name for name in names if name not in {judge.name for judge in judges}]
    if unknown:
        known = ", ".join(judge.name for judge in judges)
        raise UsageError(f"there is no judge “{unknown[0]}” (judges: {known})")
    return tuple(judge for judge in judges if not names or judge.name in names)


def verify(
    paths: Iterable[Path],
    *,
    judges: Sequence[Judge] | None = None,
    cache: Cache | None = None,
    workers: int | None = None,
) -> tuple[Result, ...]:
    """Judge files and folders of files; results in order of path, then of judge.

    ``judges`` default to all; ``cache`` to none; ``workers`` (judges at a time) to the number of
    processors. A judge that breaks down on its files is a failure that says so, never an exception.
    Raises InputError for a path that cannot be read.
    """
    judges = all_judges() if judges is None else judges
    cache = NoCache() if cache is None else cache
    files = {path: read_bytes(path) for path in collect(paths, judges)}
    pairs = [(judge, [p for p in files if p.suffix.lower() in judge.suffixes]) for judge in judges]
    with ThreadPoolExecutor(max_workers=workers or os.cpu_count() or 1) as pool:
        done = list(
            pool.map(
                lambda pair: _run(pair[0], {p: files[p] for p in pair[1]}, cache),
                [pair for pair in pairs if pair[1]],
            )
        )
    order = {judge.name: index for index, judge in enumerate(judges)}
    places = {str(path): index for index, path in enumerate(files)}
    results = [result for group in done for result in group]
    return tuple(sorted(results, key=lambda r: (places[r.path], order[r.judge])))


def failed(results: Iterable[Result], *, require: bool = False) -> tuple[Result, ...]:
    """The results that fail a run.

    With ``require`` a judge that is missing fails it too, unless the judge is optional (Ace, which
    needs Node and a browser).
    """
    return tuple(
        r
        for r in results
        if r.state == "failed" or (require and r.state == "not run" and not r.optional)
    )


def _run(judge: Judge, files: dict[Path, bytes], cache: Cache) -> list[Result]:
    version = judge.version()
    if version is None:
        why = (Message("info", "missing", f"{judge.name} is not installed. {judge.cure}"),)
        return [
            Result(judge.name, str(path), "not run", why, optional=judge.optional) for path in files
        ]
    keys = {
        p: key_of(rules_version(), judge.name, version, p.name, data) for p, data in files.items()
    }
    results: list[Result] = []
    todo: list[Path] = []
    for path, key in keys.items():
        known = _read(cache.get("verify", key))
        if known is None:
            todo.append(path)
        else:
            results.append(_result(judge, path, version, known, cached=True))
    if todo:
        start = time.perf_counter()
        try:
            verdicts = judge.examine(todo)
        except PublisherError as error:
            broken = (Message("error", "judge-failed", str(error)),)
            results.extend(Result(judge.name, str(p), "failed", broken, version) for p in todo)
        else:
            seconds = (time.perf_counter() - start) / len(todo)
            for path, verdict in zip(todo, verdicts, strict=True):
                cache.put("verify", keys[path], _write(verdict))
                results.append(_result(judge, path, version, verdict, seconds=seconds))
    return results


def _result(
    judge: Judge,
    path: Path,
    version: str,
    verdict: Verdict,
    *,
    cached: bool = False,
    seconds: float = 0.0,
) -> Result:
    bad = {"error", "warning"} if judge.strict else {"error"}
    state: State = "failed" if any(m.severity in bad for m in verdict) else "passed"
    return Result(judge.name, str(path), state, verdict, version, cached, seconds)


def _write(verdict: Verdict) -> bytes:
    return json.dumps([asdict(message) for message in verdict], ensure_ascii=False).encode()


def _read(data: bytes | None) -> Verdict | None:
    if data is None:
        return None
    try:
        return tuple(Message(**entry) for entry in json.loads(data))
    except (ValueError, TypeError):
        return None
