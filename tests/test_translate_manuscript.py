"""The real model over a whole bulletin, the network out of reach (the bars of issue 4)."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher import project
from publisher import translate as stage
from publisher.catalog import po, tags
from publisher.cli import cli
from publisher.engines import Request, Settings, numbers, open_engine
from publisher.engines.masks import addresses
from publisher.engines.sentences import sentences


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def run(folder: Path, *arguments: str) -> None:
    CliRunner().invoke(
        cli, ["-C", str(folder), *arguments], standalone_mode=False, catch_exceptions=False
    )


def judge(folder: Path, issue: str, models: Path) -> None:
    """Draft an issue and hold the drafts against the bars."""
    sacrebleu = pytest.importorskip("sacrebleu")
    settings = Settings(models=(models,))
    the_run = stage.Run(project.load(folder), issue, "pt", lambda: "2024-01-01T00:00:00Z", "T")
    report = stage.translate(the_run, lambda: open_engine("argos", "en", "pt", settings))
    loaded, _ = the_run.load()
    assert len(report.left) <= 0.01 * len(loaded.entries), report.left
    assert report.fallback_sentences <= 0.1 * report.sentences
    for entry in loaded.entries:
        if not entry.msgstr:
            assert entry.comments[0].startswith("machine: left for a human, ")
            continue
        names = tags.names_of(entry.msgid, entry.extracted)
        assert tags.problems(entry.msgid, entry.msgstr, names) == []
        source, target = tags.strip(entry.msgid, names), tags.strip(entry.msgstr, names)
        assert numbers.compare(source, target) == ({}, {}), (source, target)
        for start, end in addresses(source):
            assert source[start:end] in target
    marked = sum("(" in c for e in loaded.entries for c in e.comments if "score=" in c)
    assert marked >= sum(bool(name) for name in report.fallbacks)
    # The price in prose: the same model on the bare text, sentence by sentence.
    engine = open_engine("argos", "en", "pt", settings)
    model = engine._engine.steps[0].model  # type: ignore[attr-defined]
    drafts, bare = [], []
    for entry in loaded.entries:
        names = tags.names_of(entry.msgid, entry.extracted)
        source = tags.strip(entry.msgid, names)
        if entry.msgstr and any(map(str.isalpha, source)):
            cut = [source[a:b] for a, b in sentences(source, "en")]
            drafts.append(plain(tags.strip(entry.msgstr, names)))
            bare.append(plain(" ".join(output.text for output in model.translate(cut))))
    assert sacrebleu.corpus_chrf(drafts, [bare]).score >= 95


def plain(text: str) -> str:
    """Without quotation marks, which the bare model loses."""
    return re.sub('[“”"«»]', "", text)


@pytest.mark.slow
def test_the_manuscript(manuscript: Path, tmp_path: Path, models: Path, no_network: None) -> None:
    folder = tmp_path / "publication"
    (folder / "source").mkdir(parents=True)
    (folder / "source" / "publication.toml").write_text(
        '[publication]\nname = "B"\npublisher = "P"\nlanguage = "en"\nlanguages = ["pt"]\n'
    )
    run(folder, "import", str(manuscript), "--issue", "2023-03")
    run(folder, "update")
    judge(folder, "2023-03", models)


@pytest.mark.slow
def test_the_sample(sample: Path, models: Path, no_network: None) -> None:
    for name in ("pt.po", "pt.ledger"):
        (sample / "translations" / "2023-03" / name).unlink(missing_ok=True)
    run(sample, "update", "-l", "pt")
    judge(sample, "2023-03", models)


def test_one_text_drafted_twice_is_the_same(models: Path) -> None:
    text = "The port of Alat opened on 14 May 2018 and handles 15.5 million tonnes."
    made = [
        dict(
            open_engine("argos", "en", "pt", Settings(models=(models,))).translate(
                [Request(text)], {}
            )
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]


def test_the_sample_catalog_is_canonical(sample: Path) -> None:
    path = sample / "translations" / "2023-03" / "pt.po"
    if path.is_file():
        assert po.dump(po.load(path)) == path.read_bytes()
