"""Draw docs/pages.png: pages of the sample in several languages, side by side. Needs Poppler and built PDFs."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
PAGES = [("en", 1), ("ar", 3), ("ru", 12), ("fr", 2), ("az", 7), ("tr", 13)]
WIDTH, GAP, GROUND = 330, 18, "#e9eef1"


def page(language: str, number: int) -> Image.Image:
    """One page as a picture of the common width."""
    (path,) = (ROOT / "dist" / "2023-03" / language).glob("*.pdf")
    done = subprocess.run(
        ["pdftoppm", "-png", "-r", "110", "-f", str(number), "-l", str(number), "-singlefile", str(path)],
        capture_output=True, check=True,
    )  # fmt: skip
    image = Image.open(io.BytesIO(done.stdout)).convert("RGB")
    height = round(image.height * WIDTH / image.width)
    return image.resize((WIDTH, height), Image.Resampling.LANCZOS)


def main() -> int:
    pictures = [page(*item) for item in PAGES]
    columns = 3
    height = pictures[0].height
    rows = -(-len(pictures) // columns)
    size = (columns * (WIDTH + GAP) + GAP, rows * (height + GAP) + GAP)
    sheet = Image.new("RGB", size, GROUND)
    for number, picture in enumerate(pictures):
        column, row = number % columns, number // columns
        sheet.paste(picture, (GAP + column * (WIDTH + GAP), GAP + row * (height + GAP)))
    sheet.quantize(96, dither=Image.Dither.NONE).save(ROOT / "docs" / "pages.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
