"""Fixtures that every test may use."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.model.fixtures import argos, models, package  # noqa: F401 - fixtures for all tests

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

settings.register_profile(
    "publisher", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("publisher")


@pytest.fixture(scope="session")
def repository() -> Path:
    """This repository, which is also the sample publication; never written to."""
    return ROOT


@pytest.fixture(scope="session")
def manuscript() -> Path:
    """The real manuscript, which only the founders' workplace has."""
    path = SHARED / "manuscripts" / "bulletin-2023-03.txt"
    if not path.is_file():
        pytest.skip("../shared/manuscripts is not here (it is not part of the product)")
    return path


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the sample publication that a test may change."""
    target = tmp_path / "sample"
    for name in ("source", "translations", "styles"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name)
    return target


@pytest.fixture
def publication(tmp_path: Path) -> Callable[..., Path]:
    """Make a small publication: ``publication({"01-a.md": "…"}, languages=["az"])``."""

    def make(
        articles: dict[str, str],
        languages: tuple[str, ...] = ("az",),
        *,
        issue: str = "2024-01",
        source: str = "en",
        files: dict[str, bytes] | None = None,
        extra: str = "",
    ) -> Path:
        root = tmp_path / "publication"
        folder = root / "source" / issue
        folder.mkdir(parents=True, exist_ok=True)
        codes = ", ".join(f'"{code}"' for code in languages)
        (root / "source" / "publication.toml").write_text(
            "[publication]\n"
            'name = "Test Bulletin"\npublisher = "Test Office"\n'
            f'language = "{source}"\nlanguages = [{codes}]\n',
            encoding="utf-8",
        )
        names = ", ".join(f'"{name}"' for name in articles)
        (folder / "issue.toml").write_text(
            f'number = 1\ndate = 2024-01-31\ntitle = "Test issue"\narticles = [{names}]\n{extra}',
            encoding="utf-8",
        )
        for name, text in articles.items():
            (folder / name).write_text(text, encoding="utf-8")
        for path, data in (files or {}).items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return root

    return make


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pages of each layout that a PDF takes, in order."""
    from publisher.editions import pdf_layout

    made: list[int] = []
    original = pdf_layout.lay_out

    def lay_out(html: str, setup: pdf_layout.Setup) -> Any:
        document = original(html, setup)
        made.append(len(document.pages))
        return document

    monkeypatch.setattr(pdf_layout, "lay_out", lay_out)
    return made
