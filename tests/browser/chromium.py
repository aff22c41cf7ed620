"""Headless Chromium: what a page measures at a given width, and how it looks."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--hide-scrollbars", "--disable-extensions", "--no-first-run",
)  # fmt: skip


def chromium() -> str:
    """The browser, or a skipped test."""
    tool = shutil.which("chromium") or shutil.which("chromium-browser")
    if tool is None:
        pytest.skip("chromium is not installed")
    return tool


def _run(*arguments: str, width: int, height: int) -> bytes:
    with tempfile.TemporaryDirectory() as profile:
        command = [
            chromium(), *_FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}",
            "--virtual-time-budget=4000", *arguments,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return done.stdout


def measure(page: str, script: str, folder: Path, *, width: int, height: int = 900) -> Any:
    """What ``script`` (an expression of JavaScript) says of a page in a window of this width.

    The page stands in a frame, since a window of Chromium is never as narrow as a phone; the script
    sees its ``window`` as ``w`` and its ``document`` as ``d``.
    """
    source = html.escape(page)
    wrapper = folder / "frame.html"
    wrapper.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><iframe id="f" width="{width}" height="{height}" '
        f'style="border:0" srcdoc="{source}"></iframe><pre id="o"></pre><script>'
        "document.getElementById('f').onload = function () { const w = this.contentWindow, "
        "d = w.document; document.getElementById('o').textContent = "
        f"JSON.stringify({script}); }};</script>",
        encoding="utf-8",
    )
    dumped = _run("--dump-dom", wrapper.as_uri(), width=max(width, 1000), height=height).decode()
    found = re.search(r'<pre id="o">(.*?)</pre>', dumped, re.DOTALL)
    assert found and found[1], "the page has not loaded"
    return json.loads(html.unescape(found[1]))


def screenshot(page: str, target: Path, *, width: int, height: int) -> None:
    """A picture of the page's head."""
    source = target.with_suffix(".html")
    source.write_text(page, encoding="utf-8")
    _run(f"--screenshot={target}", source.as_uri(), width=width, height=height)
