"""The catalog engine's bars on made-up bulletins: counts only, no clock."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "benchmarks" / "update.py"
    spec = importlib.util.spec_from_file_location("benchmark_update", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", [1, 2])
def test_edited_sentences_go_back_and_little_else(bench: ModuleType, seed: int) -> None:
    found = bench.sentences_bar(seed, 0.0)
    assert found["words"] >= 13_000
    assert found["ratio"] <= 1.1
    for name in ("altered translations", "false reviewed", "changed sentences not named"):
        assert found[name] == 0, name
    assert found["typography sent back"] == 0


def test_joined_and_split_translations_go_back_whole(bench: ModuleType) -> None:
    found = bench.sentences_bar(3, 0.2)
    assert found["joined and split"] >= 20
    assert found["joined and split, not back whole"] == 0
    assert found["false reviewed"] == 0


def test_a_new_order_needs_no_eyes_beyond_the_seams(bench: ModuleType) -> None:
    found = bench.order_bar(1)
    assert found["reordered, renamed: words back"] == 0
    assert found["merged and split: words back"] <= found["words at the seams"]


def test_changed_paragraphs_find_their_predecessors(bench: ModuleType) -> None:
    assert bench.merge_bar(2000, 1, peer=False)["right predecessor %"] >= 99.5
