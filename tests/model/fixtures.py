"""Fixtures around the real test model; import those that a test module uses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from publisher.engines import Engine, Settings, open_engine
from publisher.engines.install import install
from tests.model import build

SPANS = Path(__file__).with_name("spans.txt")


def spans() -> list[tuple[str, list[tuple[str, str]]]]:
    """Tagged sentences and, for each tag in them, the words that it must hold."""
    found = []
    for line in SPANS.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        text, *expected = line.split(" | ")
        found.append((text, [tuple(item.split("=", 1)) for item in expected]))  # type: ignore[misc]
    return found


def tags_of(text: str) -> dict[str, bool]:
    """The tags of a text, and whether each stands alone; every tag in it is markup."""
    return {name: bool(empty) for name, empty in re.findall(r"<([a-z]+\d*)(/?)>", text)}


@pytest.fixture(scope="session")
def package() -> Path:
    """The package file of the real English→Portuguese model."""
    pytest.importorskip("ctranslate2", reason="the extra mt is not installed")
    return build.package()


@pytest.fixture(scope="session")
def models(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with the real model installed."""
    folder = tmp_path_factory.mktemp("models")
    install(package, folder)
    return folder


@pytest.fixture(scope="session")
def argos(models: Path) -> Engine:
    """The engine argos from English to Portuguese."""
    return open_engine("argos", "en", "pt", Settings(models=(models,)))
