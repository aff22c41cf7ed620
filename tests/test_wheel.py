"""The toolkit works from its wheel, outside this repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.slow
def test_a_publication_is_made_written_and_built_from_the_wheel(tmp_path: Path) -> None:
    wheels, installed, office = (tmp_path / name for name in ("wheels", "installed", "office"))
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copytree(
        ROOT / "publisher", copy / "publisher", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(copy)],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = wheels.glob("publisher-*.whl")
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--target", str(installed), str(wheel)],
        check=True, capture_output=True,
    )  # fmt: skip
    env = {**os.environ, "PYTHONPATH": str(installed), "NO_COLOR": "1"}

    def publisher(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "publisher", *arguments],
            cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    where = subprocess.run(
        [sys.executable, "-c", "import publisher; print(publisher.__file__)"],
        cwd=tmp_path, env=env, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert str(installed) in where
    publisher("init", str(office), "--languages", "az,ar", "--issue", "2026-01")
    second = "---\ntitle: Second\n---\n\nA second article about [the first](#welcome).\n"
    (office / "source" / "2026-01" / "02-second.md").write_text(second, encoding="utf-8")
    config = office / "source" / "2026-01" / "issue.toml"
    text = config.read_text("utf-8").replace('"01-welcome.md"]', '"01-welcome.md", "02-second.md"]')
    config.write_text(text, encoding="utf-8")
    publisher("-C", str(office), "check")
    publisher("-C", str(office), "update", "--reviewer", "Test")
    assert "az" in publisher("-C", str(office), "status")
    publisher("-C", str(office), "build")
    names = {path.name for path in (office / "dist").rglob("*.*")}
    expected = {f"bulletin-2026-01-en.{suffix}" for suffix in ("pdf", "epub", "docx")}
    for language in ("az", "ar"):
        expected |= {f"bulletin-2026-01-{language}-DRAFT.{s}" for s in ("pdf", "epub", "docx")}
    assert names == expected
