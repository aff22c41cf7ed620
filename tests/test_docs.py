"""Every command in the docs is run, on a copy of the sample; every option that they name exists."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[str]:
    """Command lines of the page's ``sh`` blocks, comments and continuations resolved."""
    found = []
    for block in BLOCK.findall(page.read_text("utf-8")):
        for line in block.replace("\\\n", " ").split("\n"):
            line = line.split(" #", 1)[0].strip()
            if line and not line.startswith("#"):
                found.append(line)
    return found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder as a press office has it: the sample, a manuscript, an empty model folder."""
    root = tmp_path_factory.mktemp("office")
    for name in ("source", "translations", "styles"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name)
    text = "# Bulletin\n\n## I. First article\n\nA paragraph of text.\n\n## II. Second article\n\nMore text.\n"
    (root / "bulletin.txt").write_text(text, encoding="utf-8")
    yield root


def exit_codes(arguments: list[str]) -> set[int]:
    """What a documented command may end with: findings are no failure of the docs."""
    name = next((word for word in arguments if not word.startswith("-")), "")
    return {0, 1} if name in {"check", "verify", "parity", "evaluate"} else {0}


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_run(page: Path, office: Path) -> None:
    env = {**os.environ, "PUBLISHER_MODELS": str(office / "models"), "NO_COLOR": "1"}
    env.pop("CI", None)
    for line in commands(page):
        words = shlex.split(line)
        if words[0] == "make":
            done = subprocess.run(
                ["make", "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{line}\n{done.stderr}"
            continue
        assert words[0] == "publisher", f"{page.name}: unknown command: {line}"
        arguments = words[1:]
        if needs_what_a_test_lacks(arguments):
            arguments = [*[w for w in arguments if not w.startswith("-")][:1], "--help"]
        done = subprocess.run(
            [sys.executable, "-m", "publisher", *arguments],
            cwd=office, env=env, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
        assert done.returncode in exit_codes(arguments), f"{line}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr


def needs_what_a_test_lacks(arguments: list[str]) -> bool:
    """Commands that need a model, a download, a server or a browser; those have tests of their own."""
    return bool(arguments) and arguments[0] in {"translate", "models", "watch", "review"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"(?ms)^```.*?^```", "", page.read_text("utf-8"))
    for target in re.findall(r"\]\(([^)#]+)", prose):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
