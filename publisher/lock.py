"""A lock that a killed process cannot leave behind."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from publisher.errors import MachineError
from publisher.project import Publication


@contextlib.contextmanager
def catalogs(publication: Publication, issue: str, languages: Iterable[str]) -> Iterator[None]:
    """Hold the catalogs of some languages against every other command that writes them.

    Taken in sorted order. Raises MachineError where another command has one of them.
    """
    with contextlib.ExitStack() as stack:
        for language in sorted(set(languages)):
            path = publication.cache_folder / "locks" / f"translate-{issue}-{language}.lock"
            name = publication.relative(publication.catalog_path(issue, language))
            busy = f"another `publisher` command is at work on {name}"
            stack.enter_context(lock(path, busy))
        yield


@contextlib.contextmanager
def lock(path: Path, busy: str) -> Iterator[None]:
    """Hold an exclusive lock on ``path`` (an empty file that stays).

    The system drops the lock when the process ends, however it ends. Raises MachineError with the
    message ``busy`` where another process holds it, naming that process.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    except OSError as error:
        raise MachineError(f"cannot make the lock: {error.strerror}", path=path) from error
    try:
        if not _acquire(handle):
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            number = f" (process {holder})" if holder.isdigit() else ""
            raise MachineError(f"{busy}{number}", hint="Wait until it is done, then try again.")
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int) -> bool:
    try:
        import fcntl
    except ImportError:
        # Without fcntl (Windows) there is no lock that dies with its process in the library.
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
