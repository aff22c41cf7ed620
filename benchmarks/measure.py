"""Running and clocking what ``benchmarks/build.py`` and its parts compare."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def clock() -> float:
    """CPU seconds of this process and of all children that have ended."""
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def adopt() -> None:
    """Have orphans (a fork server outlives its build by a moment) counted to this process."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def run(arguments: Sequence[str | Path], cwd: Path = ROOT, **more: str) -> tuple[float, float]:
    """CPU and wall seconds of a command with all that it starts."""
    before, start = clock(), time.perf_counter()
    command = [str(argument) for argument in arguments]
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **more}, capture_output=True, text=True, check=False
    )
    wall = time.perf_counter() - start
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return clock() - before, wall


def longest_path(arguments: Sequence[str | Path], cwd: Path = ROOT) -> float:
    """CPU seconds of a build's own process and of its busiest worker.

    About the wall time with a core for each worker, also where others use the machine.
    """
    task = subprocess.Popen(
        [str(argument) for argument in arguments], cwd=cwd, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    while task.poll() is None:
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            pid = int(path.parent.name)
            parents[pid] = int(fields[1])
            spent[pid] = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
        time.sleep(0.05)
    # The fork server is a child of the build, its workers are children of that.
    workers = [pid for pid, parent in parents.items() if parents.get(parent) == task.pid]
    return spent.get(task.pid, 0.0) + max((spent[pid] for pid in workers), default=0.0)


def publisher(folder: Path, *arguments: str | Path) -> tuple[float, float]:
    """CPU and wall seconds of ``publisher`` on a publication."""
    return run([sys.executable, "-m", "publisher", "-C", folder, *arguments])


def least(runs: int, measure: Callable[[], tuple[float, float]]) -> tuple[float, float]:
    """The least CPU and the least wall time of several runs."""
    found = [measure() for _ in range(runs)]
    return min(cpu for cpu, _ in found), min(wall for _, wall in found)


def publication(folder: Path) -> Path:
    """A copy of the sample, away from its cache and its built editions."""
    for name in ("source", "styles", "translations"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
    return folder


def pandoc_path() -> str:
    from publisher.pandoc import executable

    return executable()


def typst(folder: Path, target: Path, runs: int) -> tuple[float, float] | None:
    """One PDF in the source language by pandoc and Typst; None where Typst is not installed."""
    import importlib.util

    import usual

    if importlib.util.find_spec("typst") is None:
        return None
    command = usual.prepare_typst(folder, target, pandoc_path())
    return least(runs, lambda: run(["sh", command], command.parent))
