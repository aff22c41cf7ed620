"""How the time and the memory of a PDF grow with its pages.

Run: python benchmarks/pages.py [PAGES …] (default 50 100 200 400). Each issue is set by a process of its
own; prints pages, CPU seconds, the seconds a page as a ratio to the smallest issue's, and the peak of
memory. The bars: memory under 1 GB at 400 pages, a ratio near 1.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES_AN_ARTICLE = 9


def bodies(pages: int) -> dict[str, str]:
    """Articles with headings, lists, notes, links, quotations and a table each."""
    rng = random.Random(1)
    words = [
        "".join(rng.choice("bcdfglmnprst") + rng.choice("aeiou") for _ in range(rng.randint(1, 4)))
        for _ in range(4000)
    ]

    def sentence() -> str:
        return " ".join(rng.choice(words) for _ in range(16)).capitalize() + ". "

    made = {}
    for number in range(max(1, pages // PAGES_AN_ARTICLE)):
        parts, notes = [], []
        for part in range(PAGES_AN_ARTICLE * 2):
            note = f"n{part}"
            parts.append(f"## {sentence()[:40]}\n")
            parts.append("".join(sentence() for _ in range(5)) + f"[^{note}]\n")
            notes.append(f"[^{note}]: {sentence()}\n")
            parts.append("".join(sentence() for _ in range(4)) + "[link](https://example.org).\n")
            parts.append("".join(f"- {sentence()}\n" for _ in range(2)))
        parts.append("| State | One | Two |\n|--|--|--|\n" + "| Somewhere | 1.5 | 2 |\n" * 12)
        made[f"a{number}"] = "\n".join(parts + notes)
    return made


def measure(pages: int) -> dict[str, float]:
    """Set one issue in this process."""
    sys.path.insert(0, str(ROOT))
    from publisher.editions import pdf
    from tests.books import book

    edition = book(bodies(pages))
    start = time.process_time()
    made = pdf.compile(edition)
    seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"pages": made.pages or 0, "seconds": seconds, "memory": memory}


def main() -> None:
    """Print the table."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]))))
        return
    wanted = [int(argument) for argument in sys.argv[1:]] or [50, 100, 200, 400]
    first = 0.0
    print("pages  CPU s  s/page ratio  memory MB")
    for pages in wanted:
        command = [sys.executable, __file__, "--one", str(pages)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        row = json.loads(done.stdout)
        each = row["seconds"] / row["pages"]
        first = first or each
        print(
            f"{row['pages']:5.0f}  {row['seconds']:5.1f}  {each / first:12.2f}  {row['memory']:9.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
