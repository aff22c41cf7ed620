"""Building: what is final and what a draft, only what changed, the same bytes everywhere."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from publisher.build import build
from publisher.build_report import Options
from publisher.cache import DiskCache, NoCache
from publisher.catalog import po, store
from publisher.cli import main
from publisher.project import load

ARTICLE = (
    "---\ntitle: First\nsummary: Short.\n---\n\nA paragraph with a note.[^1]\n\n[^1]: Noted.\n"
)
SECOND = "---\ntitle: Second\n---\n\n## Part\n\nAnother paragraph of [the first](#a).\n"


def run(*arguments: str, root: Path) -> int:
    with pytest.raises(SystemExit) as stop:
        main(["-C", str(root), *arguments])
    code = stop.value.code
    assert isinstance(code, int)
    return code


def translate_all(root: Path, language: str = "az", *, skip: int = 0) -> None:
    """Give every entry a reviewed translation (its own text, with a mark), but the first ``skip``."""
    publication = load(root)
    path = publication.catalog_path("2024-01", language)
    catalog = po.load(path)
    entries = [
        entry if number < skip else replace(entry, msgstr=entry.msgid)
        for number, entry in enumerate(catalog.entries)
    ]
    path.write_bytes(po.dump(catalog.with_entries(entries)))


@pytest.fixture
def small(publication: Callable[..., Path]) -> Path:
    root = publication({"01-a.md": ARTICLE, "02-b.md": SECOND})
    assert run("-q", "update", "--reviewer", "Test", root=root) == 0
    return root


def built(root: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((root / "dist").rglob("*"))
        if path.is_file()
    }


def test_final_where_all_is_reviewed_else_a_draft_and_never_both(small: Path) -> None:
    publication = load(small)
    options = Options(("en", "az"), ("docx",))
    cache = DiskCache(publication.cache_folder)
    report = build(publication, "2024-01", options, cache)
    assert [(o.language, o.state) for o in report.outcomes] == [("en", "final"), ("az", "draft")]
    assert set(built(small)) == {"bulletin-2024-01-en.docx", "bulletin-2024-01-az-DRAFT.docx"}
    translate_all(small)
    report = build(publication, "2024-01", options, cache)
    assert [o.state for o in report.outcomes] == ["final", "final"]
    assert [o.rebuilt for o in report.outcomes] == [False, True]
    assert set(built(small)) == {"bulletin-2024-01-en.docx", "bulletin-2024-01-az.docx"}


def test_final_is_refused_with_the_names_of_what_is_missing(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    translate_all(small, skip=4)
    assert run("build", "--final", "-f", "docx", "-j1", root=small) == 1
    said = capsys.readouterr()
    assert "az docx: not final: 4 texts are not reviewed: source/2024-01/01-a.md (1)" in said.err
    assert set(built(small)) == {"bulletin-2024-01-en.docx"}


def test_a_second_build_does_nothing_and_a_changed_paragraph_rebuilds_one_language(
    small: Path,
) -> None:
    publication = load(small)
    options = Options(("en", "az"), ("docx", "epub"))
    cache = DiskCache(publication.cache_folder)
    build(publication, "2024-01", options, cache)
    before = built(small)
    times = {path: path.stat().st_mtime_ns for path in (small / "dist").rglob("*.*")}
    again = build(publication, "2024-01", options, cache)
    assert not any(outcome.rebuilt for outcome in again.outcomes)
    assert built(small) == before
    assert {path: path.stat().st_mtime_ns for path in (small / "dist").rglob("*.*")} == times
    translate_all(small, skip=2)
    third = build(publication, "2024-01", options, cache)
    assert {o.language for o in third.outcomes if o.rebuilt} == {"az"}
    shutil.rmtree(small / "dist")
    from_cache = build(publication, "2024-01", options, cache)
    assert all(outcome.rebuilt for outcome in from_cache.outcomes)
    assert all(outcome.seconds == 0 for outcome in from_cache.outcomes)


def test_touching_files_rebuilds_nothing(small: Path) -> None:
    publication = load(small)
    options = Options(("en",), ("docx",))
    cache = DiskCache(publication.cache_folder)
    build(publication, "2024-01", options, cache)
    for path in (small / "source").rglob("*.*"):
        os.utime(path, (1, 1))
    assert not build(publication, "2024-01", options, cache).outcomes[0].rebuilt


def test_one_failing_edition_does_not_stop_the_others(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from publisher.editions import docx

    real = docx.compile

    def fail(edition: Any) -> Any:
        if edition.language.code == "az":
            raise RuntimeError("broken on purpose")
        return real(edition)

    monkeypatch.setattr(docx, "compile", fail)
    assert run("build", "-f", "docx", "-j1", "--json", root=small) == 1
    said = capsys.readouterr()
    states = {e["language"]: e["state"] for e in json.loads(said.out)["editions"]}
    assert states == {"en": "final", "az": "failed"}
    assert "Traceback" not in said.out + said.err


def test_source_errors_build_nothing(
    publication: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    root = publication({"01-a.md": "---\ntitle: A\n---\n\n[x](#nowhere)\n"})
    assert run("build", "-j1", root=root) == 1
    assert "source/2024-01/01-a.md:5: error: there is no “#nowhere”" in capsys.readouterr().err
    assert not (root / "dist").exists()


def test_wrong_tags_leave_a_draft_with_a_finding(small: Path) -> None:
    translate_all(small)
    publication = load(small)
    path = publication.catalog_path("2024-01", "az")
    path.write_bytes(path.read_bytes().replace(b'msgstr "A paragraph with a note.<note1/>"',
                                               b'msgstr "A paragraph with a note."'))  # fmt: skip
    report = build(publication, "2024-01", Options(("az",), ("docx",)), NoCache())
    (outcome,) = report.outcomes
    assert outcome.state == "draft"
    assert [finding.code for finding in outcome.findings] == ["tag-missing"]


def test_a_revision_replaces_the_edition_before_it(small: Path) -> None:
    publication = load(small)
    options = Options(("en",), ("docx",))
    build(publication, "2024-01", options, NoCache())
    config = small / "source" / "2024-01" / "issue.toml"
    config.write_text(config.read_text("utf-8") + 'revision = 2\ncorrection = "A name."\n')
    build(publication, "2024-01", options, NoCache())
    assert set(built(small)) == {"bulletin-2024-01-en-r2.docx"}


@pytest.mark.slow
def test_bytes_do_not_depend_on_folder_time_user_locale_or_workers(
    small: Path, tmp_path: Path
) -> None:
    translate_all(small, skip=3)
    digests = []
    settings = [
        {"LC_ALL": "C", "TZ": "UTC", "HOME": str(tmp_path / "one")},
        {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo", "HOME": str(tmp_path / "two")},
    ]
    for number, setting in enumerate(settings):
        Path(setting["HOME"]).mkdir()
        root = tmp_path / f"folder {number} ü"
        shutil.copytree(small, root)
        shutil.rmtree(root / ".cache", ignore_errors=True)
        env = {key: value for key, value in os.environ.items() if key != "SOURCE_DATE_EPOCH"}
        subprocess.run(
            [sys.executable, "-m", "publisher", "-C", str(root), "build", "--no-cache", f"-j{number + 1}"],
            check=True, env={**env, **setting}, capture_output=True,
        )  # fmt: skip
        digests.append(built(root))
    assert len(digests[0]) == 6
    assert digests[0] == digests[1]


def test_the_catalog_is_a_fixed_point_of_update(small: Path) -> None:
    translate_all(small, skip=2)
    assert run("-q", "update", "--reviewer", "Test", root=small) == 0
    publication = load(small)
    files = [publication.catalog_path("2024-01", "az"), publication.ledger_path("2024-01", "az")]
    files.append(publication.translations("2024-01") / store.TEMPLATE)
    before = [path.read_bytes() for path in files]
    assert run("-q", "update", "--reviewer", "Another", root=small) == 0
    assert [path.read_bytes() for path in files] == before


def test_no_module_is_taken_from_the_publication(small: Path) -> None:
    """A publication may come by e-mail; it is data, whatever its files are called."""
    for name in ("weasyprint.py", "pikepdf.py", "publisher/__init__.py", "sitecustomize.py",
                 "multiprocessing/__init__.py", "signal.py"):  # fmt: skip
        path = small / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"open({str(small / 'run')!r}, 'a').write({name!r})\nraise SystemExit(9)\n")
    command = [Path(sys.executable).with_name("publisher"), "build", "--no-cache", "-j", "2"]
    done = subprocess.run(command, cwd=small, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (small / "run").exists(), (small / "run").read_text()
