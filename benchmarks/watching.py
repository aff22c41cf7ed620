"""One changed segment to its new PDF under ``publisher watch``, for ``benchmarks/build.py``."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from measure import ROOT, least, publisher, typst


def changes(folder: Path, runs: int) -> dict[str, float]:
    """The least CPU and wall time from a changed segment to the new PDF of ``publisher watch``.

    Another word is added to a translation in the last article each time, since what was there before
    comes out of the cache.
    """
    import polib

    code, issue = "ru", max(path.parent.name for path in folder.glob("source/*/issue.toml"))
    catalog = folder / "translations" / issue / f"{code}.po"
    before = catalog.read_text("utf-8")
    long = [entry for entry in polib.pofile(str(catalog)) if len(entry.msgstr) > 200]
    last = next(entry for entry in reversed(long) if not entry.obsolete)
    place = before.index(last.msgstr) + len(last.msgstr)
    command = [sys.executable, "-m", "publisher", "-C", folder, "watch", "-l", code, "--port", "0"]
    task = subprocess.Popen([str(item) for item in command], cwd=ROOT, stdout=subprocess.DEVNULL)
    cpu, wall = [], []
    try:
        made = folder / "dist" / issue / code
        state = _wait(made, None)
        # The editions may have come from the cache: what stays of the first change is laid out then.
        time.sleep(4)
        for number in range(runs + 1):
            text = " Слово" + "ъыьэюя"[number % 6] * (number // 6 + 1)
            time.sleep(0.5)
            spent, start = _spent(task.pid), time.perf_counter()
            catalog.write_text(before[:place] + text + before[place:], "utf-8")
            state = _wait(made, state)
            wall.append(time.perf_counter() - start)
            time.sleep(0.5)
            cpu.append(_spent(task.pid) - spent)
    finally:
        task.terminate()
        task.wait()
        catalog.write_text(before, "utf-8")
    return {"cpu": min(cpu[1:]), "wall": min(wall[1:]), "first": wall[0]}


def _wait(folder: Path, before: object) -> object:
    """The state of the one PDF in a folder once it is another than before."""
    for _ in range(12000):
        state = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.pdf")}
        if len(state) == 1 and state != before:
            return state
        time.sleep(0.005)
    raise SystemExit("publisher watch made no new PDF within a minute")


def _spent(task: int) -> float:
    """CPU seconds of a process and of its children that have ended."""
    fields = Path(f"/proc/{task}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def measure_watch(folder: Path, scratch: Path, runs: int) -> dict[str, Any]:
    """A changed segment to its new PDF."""
    cold = least(
        runs,
        lambda: publisher(
            folder, "build", "--no-cache", "-l", "ru", "-f", "pdf", "-j", "1", "-o", scratch / "one"
        ),
    )
    found = changes(folder, max(runs, 5))
    measures = {
        "changed segment, CPU / cold": found["cpu"] / cold[0],
        "changed segment, wall / cold": found["wall"] / cold[1],
        "first change, wall / cold": found["first"] / cold[1],
        "changed segment, wall (s)": found["wall"],
    }
    if (theirs := typst(folder, scratch / "typst-watch", runs)) is not None:
        measures["changed segment, CPU / pandoc + Typst"] = found["cpu"] / theirs[0]
        measures["changed segment, wall / pandoc + Typst"] = found["wall"] / theirs[1]
    return measures
