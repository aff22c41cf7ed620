"""How fast the command line starts: CPU time of ``--help`` and ``status`` against ``import click``.

Bars (issue 2): ``publisher --help`` at most 5 times, ``status`` of the sample at most 11 times the CPU
time of ``python -c "import click"``. Run: python benchmarks/start.py
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 15
BARS = {"--help": 5.0, "status": 11.0}


def cpu(arguments: list[str]) -> float:
    """The least CPU seconds of several runs: noise only adds."""
    best = float("inf")
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = min(best, spent)
    return best


def main() -> int:
    base = cpu(["-c", "import click"])
    failed = False
    for name, bar in BARS.items():
        ratio = cpu(["-m", "publisher", name]) / base
        failed |= ratio > bar
        print(f"publisher {name}: {ratio:.1f} times `import click` (bar: {bar:g})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
