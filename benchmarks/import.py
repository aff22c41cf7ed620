"""How long a Word manuscript of a thousand pages takes to import, and how much memory.

Run: python benchmarks/import.py [PAGES]. Prints pages, words, seconds and the peak of memory of the
import and of the programs that it runs.
"""

from __future__ import annotations

import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WORDS_A_PAGE = 400


def manuscript(pages: int) -> bytes:
    """A manuscript of so many pages: articles of ten pages with headings, lists, tables and notes' marks."""
    import docx

    rng = random.Random(1)
    words = [
        "".join(rng.choice("bcdfglmnprst") + rng.choice("aeiou") for _ in range(rng.randint(2, 4)))
        for _ in range(4000)
    ]

    def sentence() -> str:
        return " ".join(rng.choice(words) for _ in range(18)).capitalize() + ". "

    document = docx.Document()
    for article in range(max(1, pages // 10)):
        document.add_heading(f"Article {article + 1}: {rng.choice(words)} {rng.choice(words)}", 1)
        for page in range(min(pages, 10)):
            document.add_heading(f"Section {rng.choice(words)}", 2)
            written = 0
            while written < WORDS_A_PAGE - 60:
                paragraph = document.add_paragraph()
                for part in range(5):
                    run = paragraph.add_run(sentence())
                    run.italic = part == 2
                written += 90
            for _ in range(3):
                document.add_paragraph(sentence(), style="List Bullet")
            if page % 5 == 0:
                table = document.add_table(rows=4, cols=3)
                for row in table.rows:
                    for cell in row.cells:
                        cell.text = rng.choice(words)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def measure(pages: int) -> dict[str, float]:
    """Import the manuscript in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="publisher-bench-") as folder:
        root = Path(folder)
        (root / "source").mkdir()
        (root / "source" / "publication.toml").write_text(
            '[publication]\nname = "B"\npublisher = "B"\nlanguage = "en"\nlanguages = []\n', "utf-8"
        )
        file = root / "m.docx"
        file.write_bytes(manuscript(pages))
        start = time.perf_counter()
        command = [sys.executable, "-m", "publisher", "-C", folder, "-q", "import", str(file)]
        subprocess.run([*command, "--issue", "2024-01"], check=True)
        seconds = time.perf_counter() - start
        # The larger of the toolkit and of pandoc, which run in turn (kilobytes on Linux).
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        written = sum(
            len(path.read_text("utf-8").split()) for path in (root / "source/2024-01").glob("*.md")
        )
    return {"pages": pages, "words": written, "seconds": round(seconds, 1), "peak_mib": round(peak)}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)))
