"""One edition as an independent task that any process, here or elsewhere, can run."""

from __future__ import annotations

import functools
import gc
import importlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.environment import changed
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from publisher.editions import Compiled, Edition

NEEDS: Mapping[str, str] = {"epub": "pdf"}
"""Formats that take the page map of another format of the same language."""

MODULES: Mapping[str, str] = {"html": "web"}
"""Formats whose module has another name: ``editions.html`` is what PDF and EPUB are made from too."""


@dataclass(frozen=True, slots=True)
class Job:
    """A format and all its inputs."""

    format: str
    edition: Edition
    page_map: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobResult:
    """What came of a job: an edition, or an error in words and its detail for developers."""

    compiled: Compiled | None
    seconds: float
    error: str = ""
    detail: str = ""


def run_job(job: Job) -> JobResult:
    """Compile one edition; never raises, so that one failure stays one failure."""
    start = time.perf_counter()
    try:
        module = _module(job.format)
        more = {"page_map": job.page_map} if job.format in NEEDS else {}
        with _epoch(job.edition.stamp):
            compiled = module.compile(job.edition, **more)
    except PublisherError as error:
        return JobResult(None, time.perf_counter() - start, str(error))
    except Exception as error:  # shown as one line, its detail with -v
        message = f"internal error in the {job.format} edition: {type(error).__name__}: {error}"
        return JobResult(None, time.perf_counter() - start, message, traceback.format_exc())
    return JobResult(compiled, time.perf_counter() - start)


def result_of(future: Future[JobResult]) -> JobResult:
    """What came of a job in another process; that of a killed worker is an error in words."""
    try:
        return future.result()
    except Exception as error:  # a worker that was killed takes its job with it
        return JobResult(None, 0.0, f"the worker died: {error}", repr(error))


@functools.cache
def _module(name: str) -> Any:
    """The module of a format, loaded once; what it brings lives as long as the process.

    Garbage collection passes over it from then on, which is a tenth of the time of a PDF.
    """
    module = importlib.import_module(f"publisher.editions.{MODULES.get(name, name)}")
    gc.freeze()
    return module


def _epoch(stamp: datetime) -> AbstractContextManager[None]:
    """Libraries that ask for the time (fontTools in a font's ``head`` table) get the edition's."""
    return changed(SOURCE_DATE_EPOCH=str(max(0, int(stamp.timestamp()))))


def pool(workers: int) -> ProcessPoolExecutor:
    """A local process pool whose workers start with the renderers loaded."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import forkserver

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_PRELOADED))
    with _own_modules():
        forkserver.ensure_running()
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_ignore_interrupt)


def _own_modules() -> AbstractContextManager[None]:
    """Have Python find the modules of a new process where this one found them.

    The fork server is started by ``python -c``, which looks for modules in the current folder first: in a
    publication that came by e-mail, whose ``weasyprint.py`` would run.
    """
    folders = [str(Path(folder).resolve()) for folder in sys.path if folder]
    return changed(PYTHONSAFEPATH="1", PYTHONPATH=os.pathsep.join(folders))


_PRELOADED = (
    "publisher.editions.pdf",
    "publisher.editions.epub",
    "publisher.editions.docx",
    "weasyprint",
    "pikepdf",
    "babel.dates",
    "resvg_py",
    "fontTools.varLib.instancer",
    "email.policy",
)
"""What every worker needs, loaded once: the formats, and what they load when they first use it."""


def _ignore_interrupt() -> None:
    # Ctrl-C goes to the whole process group; the parent decides what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class LazyPool(Executor):
    """A process pool that starts with its first job, so that a build with nothing to do starts none."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def warm(self) -> None:
        """Have the renderers loaded while the caller still prepares its first job."""
        if self._pool is None:
            self._pool = pool(self.workers)

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self._pool is None:
            self._pool = pool(self.workers)
        return self._pool.submit(function, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def stop(self) -> None:
        """End at once: jobs that wait are dropped, workers that run are ended."""
        if self._pool is None:
            return
        processes = list((self._pool._processes or {}).values())
        self._pool.shutdown(False, cancel_futures=True)
        for process in processes:
            process.terminate()
