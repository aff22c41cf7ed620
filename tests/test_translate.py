"""The stage that fills catalogs: what it writes, what it never touches, how it survives."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher import evaluate, project
from publisher import translate as stage
from publisher.catalog import ledger as ledgers
from publisher.catalog import po, store
from publisher.catalog.ledger import Event, Ledger, source_hash, target_hash
from publisher.catalog.po import Catalog, Entry
from publisher.catalog.states import State, state_of
from publisher.cli import cli
from publisher.engines import Draft, Engine, Request, Term
from publisher.errors import InputError, MachineError
from publisher.lock import lock
from tests.engines import Fixed, capitals

ARTICLE = """---
title: The port of Alat
summary: A port grows.
---

The *port* of Alat opened on 14 May 2018. It handles 15.5 million tonnes a year.[^1]

Read [the report](https://example.org/report) before Friday.

[^1]: The figure is for 2022.
"""
NOW = "2024-02-01T10:00:00Z"


@pytest.fixture
def root(publication: Callable[..., Path]) -> Path:
    folder = publication({"01-alat.md": ARTICLE}, languages=("az", "pt"))
    run(folder, "update")
    return folder


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, ["-C", str(folder), *arguments], standalone_mode=False)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert (result.return_value or 0) == code, result.output
    return result.output


def the_run(folder: Path, language: str = "az", *, redraft: bool = False) -> stage.Run:
    loaded = project.load(folder)
    return stage.Run(loaded, "2024-01", language, lambda: NOW, "Tester", redraft)


def catalog(folder: Path, language: str = "az") -> tuple[Catalog, Ledger]:
    return the_run(folder, language).load()


def rewrite(folder: Path, change: Callable[[Entry], Entry], language: str = "az") -> None:
    """What an editor such as Poedit does: entries change, the ledger does not."""
    path = folder / "translations" / "2024-01" / f"{language}.po"
    loaded = po.load(path)
    path.write_bytes(po.dump(loaded.with_entries(change(entry) for entry in loaded.entries)))


def test_drafts_are_fuzzy_and_say_where_they_come_from(root: Path) -> None:
    report = stage.translate(the_run(root), lambda: Fixed())
    loaded, ledger = catalog(root)
    assert report.drafted == len(loaded.entries) > 5
    for entry in loaded.entries:
        assert entry.fuzzy
        assert "machine: fixed en→az 1 score=0.90" in entry.comments
        assert state_of(entry, ledger) is State.MACHINE
        event = ledger.last(entry.key)
        assert event is not None
        assert (event.kind, event.by, event.note) == ("drafted", "fixed en→az 1", "score=0.90")


def test_a_second_run_changes_no_byte(root: Path) -> None:
    stage.translate(the_run(root), lambda: Fixed())
    before = sorted((p, p.read_bytes()) for p in (root / "translations").rglob("*") if p.is_file())
    engine = Fixed()
    report = stage.translate(the_run(root), lambda: engine)
    assert (report.drafted, engine.asked) == (0, [])
    assert before == sorted(
        (p, p.read_bytes()) for p in (root / "translations").rglob("*") if p.is_file()
    )


def test_update_keeps_drafts_and_their_provenance(root: Path) -> None:
    stage.translate(the_run(root), lambda: Fixed())
    before = catalog(root)
    run(root, "update")
    assert catalog(root)[0].entries == before[0].entries
    assert catalog(root)[1] == before[1]


def test_what_cannot_be_drafted_stays_missing_with_the_reason(root: Path) -> None:
    def answer(request: Request) -> Draft:
        return (
            Draft("", reason="the number 15.5 was lost")
            if "15.5" in request.text
            else capitals(request)
        )

    report = stage.translate(the_run(root), lambda: Fixed(answer))
    entry = next(e for e in catalog(root)[0].entries if "15.5" in e.msgid)
    assert (entry.msgstr, entry.fuzzy) == ("", False)
    assert entry.comments == (
        "machine: left for a human, the number 15.5 was lost (fixed en→az 1)",
    )
    assert [reason for _, reason in report.left] == ["the number 15.5 was lost"]
    stage.translate(the_run(root), lambda: Fixed())
    entry = next(e for e in catalog(root)[0].entries if "15.5" in e.msgid)
    assert entry.comments == ("machine: fixed en→az 1 score=0.90",)


@pytest.mark.parametrize(
    "spoil", [lambda t: t.replace("<note1/>", ""), lambda t: t.replace("15.5", "16.5")]
)
def test_a_draft_with_errors_is_not_kept(root: Path, spoil: Callable[[str], str]) -> None:
    stage.translate(
        the_run(root), lambda: Fixed(lambda r: replace(capitals(r), text=spoil(capitals(r).text)))
    )
    entry = next(e for e in catalog(root)[0].entries if "15.5" in e.msgid)
    assert entry.msgstr == ""
    assert entry.comments[0].startswith("machine: left for a human, ")


def test_redraft_redoes_untouched_drafts_alone(root: Path) -> None:
    stage.translate(the_run(root), lambda: Fixed())
    touched = catalog(root)[0].entries[0].msgid
    rewrite(root, lambda e: replace(e, msgstr="İnsan") if e.msgid == touched else e)
    engine = Fixed(lambda request: replace(capitals(request), text=capitals(request).text.lower()))
    stage.translate(the_run(root, redraft=True), lambda: engine)
    loaded, _ = catalog(root)
    assert touched not in [request.text for request in engine.asked]
    assert loaded.entries[0].msgstr == "İnsan"
    assert all(e.msgstr == e.msgstr.lower() for e in loaded.entries[1:])
    assert all(
        len([c for c in e.comments if c.startswith("machine:")]) == 1 for e in loaded.entries
    )


def test_a_redraft_that_fails_keeps_the_old_draft(root: Path) -> None:
    stage.translate(the_run(root), lambda: Fixed())
    before = catalog(root)[0].entries
    stage.translate(the_run(root, redraft=True), lambda: Fixed(lambda _: Draft("", reason="no")))
    assert catalog(root)[0].entries == before


def test_memory_comes_before_the_machine(root: Path, publication: Callable[..., Path]) -> None:
    publication({"01-alat.md": ARTICLE}, languages=("az", "pt"), issue="2023-12")
    run(root, "update", "2023-12")
    path = root / "translations" / "2023-12" / "az.po"
    old = po.load(path)
    path.write_bytes(
        po.dump(
            old.with_entries(
                replace(e, msgstr="Port böyüyür.") if e.msgid == "A port grows." else e
                for e in old.entries
            )
        )
    )
    engine = Fixed()
    report = stage.translate(the_run(root), lambda: engine)
    assert report.remembered == 1
    assert "A port grows." not in [request.text for request in engine.asked]
    loaded, ledger = catalog(root)
    entry = next(e for e in loaded.entries if e.msgid == "A port grows.")
    assert (entry.msgstr, entry.fuzzy) == ("Port böyüyür.", False)
    event = ledger.last(entry.key)
    assert event is not None and (event.kind, event.note) == ("carried", "from 2023-12")


def test_sentence_memory_takes_what_is_sure() -> None:
    loaded = Catalog(
        entries=(
            Entry("One is here. Two is there.", "Bir burada. İki orada."),
            Entry("Three came. Four left.", "Üç və dörd."),
            Entry("Five stays.", "Beş qalır.", fuzzy=True),
            Entry("Six <em>is</em> new.", "Altı <em>yenidir</em>."),
            Entry("Seven went.", "Yeddi getdi."),
        )
    )
    memory = {"Seven went. Eight came.": ("Yeddi çıxdı. Səkkiz gəldi.", "2023-12")}
    assert stage.sentence_memory(loaded, memory, "en", "az") == {
        "One is here.": "Bir burada.",
        "Two is there.": "İki orada.",
        "Eight came.": "Səkkiz gəldi.",
    }


def test_terms_are_those_of_the_glossary(root: Path) -> None:
    folder = root / "translations" / "glossary"
    folder.mkdir(parents=True)
    (folder / "az.po").write_bytes(
        po.dump(
            Catalog(
                {"Language": "az"},
                (Entry("port", "liman"), Entry("year", "il", fuzzy=True), Entry("Ganja", "Gəncə")),
            )
        )
    )
    engine = Fixed()
    stage.translate(the_run(root), lambda: engine)
    assert {term for request in engine.asked for term in request.terms} == {Term("port", "liman")}


def test_a_translator_at_work_loses_nothing(root: Path) -> None:
    """Poedit saves while drafts are made: what it saved stays."""
    title = "The port of Alat"

    def answer(request: Request) -> Draft:
        if len(engine.asked) == 3:
            rewrite(root, lambda e: replace(e, msgstr="Ələt limanı") if e.msgid == title else e)
        return capitals(request)

    engine = Fixed(answer)
    stage.translate(the_run(root), lambda: engine)
    loaded, ledger = catalog(root)
    entry = next(e for e in loaded.entries if e.msgid == title)
    assert (entry.msgstr, entry.fuzzy) == ("Ələt limanı", False)
    assert ledger.last(entry.key) is None
    assert all(e.msgstr for e in loaded.entries)


def test_an_engine_that_breaks_keeps_what_it_made(root: Path) -> None:
    def answer(request: Request) -> Draft:
        if len(engine.asked) == 4:
            raise MachineError("the server has gone")
        return capitals(request)

    engine = Fixed(answer)
    with pytest.raises(MachineError):
        stage.translate(the_run(root), lambda: engine)
    assert sum(bool(e.msgstr) for e in catalog(root)[0].entries) == 3


TEXTS = st.text('aB <>&"\\\n.1é', min_size=1, max_size=12).filter(lambda t: t.strip())


@st.composite
def entries(draw: st.DrawFn) -> list[tuple[Entry, bool]]:
    """Entries in every state; the flag says that the machine wrote the text."""
    msgids = draw(st.lists(TEXTS, unique=True, max_size=8))
    found = []
    for msgid in msgids:
        text = draw(st.one_of(st.just(""), TEXTS))
        machine = bool(text) and draw(st.booleans())
        changed = draw(st.booleans()) and not machine and bool(text)
        entry = Entry(
            msgid,
            text,
            draw(st.sampled_from([None, None, "ctx"])),
            fuzzy=bool(text) and (machine or changed or draw(st.booleans())),
            previous_msgid="old" if changed else None,
            comments=tuple(
                draw(st.lists(st.sampled_from(["note", "ignore: numbers (x)"]), max_size=1))
            ),
            obsolete=bool(text) and draw(st.sampled_from([False, False, True])),
        )
        if entry.obsolete:
            machine = False
        found.append((entry, machine))
    return found


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=entries(), redraft=st.booleans(), fail=st.booleans())
def test_no_text_that_a_human_touched_is_changed(
    root: Path, made: list[tuple[Entry, bool]], redraft: bool, fail: bool
) -> None:
    header = {"Language": "az", "Content-Type": "text/plain; charset=UTF-8"}
    events = [
        Event(NOW, "drafted", source_hash(e.key), target_hash(e), "fixed en→az 1")
        for e, machine in made
        if machine
    ]
    folder = project.load(root)
    ledger_path = folder.ledger_path("2024-01", "az")
    ledger_path.write_bytes(ledgers.dump(Ledger().adding(events)))
    catalog_path = folder.catalog_path("2024-01", "az")
    catalog_path.write_bytes(po.dump(Catalog(header, tuple(e for e, _ in made))))
    before, ledger = catalog(root)
    states = [state_of(e, ledger) for e in before.entries]
    stage.translate(
        the_run(root, redraft=redraft),
        lambda: Fixed(lambda r: Draft("", reason="no") if fail else Draft(r.text[::-1], 0.5)),
    )
    after, _ = catalog(root)
    assert len(after.entries) == len(before.entries)
    for old, new, state in zip(before.entries, after.entries, states, strict=True):
        touchable = not old.obsolete and (
            state is State.MISSING or (state is State.MACHINE and redraft)
        )
        if not touchable:
            assert new == old
        assert new.msgid == old.msgid


def _translate_slowly(folder: Path, started: object) -> None:
    def answer(request: Request) -> Draft:
        started.set()  # type: ignore[attr-defined]
        time.sleep(30)
        return capitals(request)

    stage.translate(the_run(folder), lambda: Fixed(answer))


def test_two_runs_at_once_are_refused_with_a_clear_message(root: Path) -> None:
    context = multiprocessing.get_context("fork")
    started = context.Event()
    process = context.Process(target=_translate_slowly, args=(root, started))
    process.start()
    try:
        started.wait()
        with pytest.raises(MachineError) as caught:
            stage.translate(the_run(root), lambda: Fixed())
        assert "another `publisher` command is at work" in str(caught.value)
        assert str(process.pid) in str(caught.value)
        # Another language is another catalog.
        assert stage.translate(the_run(root, "pt"), lambda: Fixed()).drafted
    finally:
        process.kill()
        process.join()
    assert stage.translate(the_run(root), lambda: Fixed()).drafted


SLOW_ENGINE = """
import sys, time
from pathlib import Path
from publisher import project, translate as stage
from publisher.engines import Draft

class Slow:
    label = "slow 1"
    def translate(self, requests, known):
        for number, request in enumerate(requests):
            time.sleep(0.004)
            yield number, Draft(request.text.upper() if not request.tags else request.text, 0.5)

stage.FLUSH_SECONDS = 0.03
run = stage.Run(project.load(Path(sys.argv[1])), "2024-01", "az", lambda: "2024-02-01T10:00:00Z", "T")
def progress(p):
    print(p.done, p.total, flush=True)
print("start", flush=True)
stage.translate(run, Slow, progress)
print("end", flush=True)
"""


def test_killed_at_ten_random_moments(publication: Callable[..., Path]) -> None:
    body = "\n\n".join(f"This is paragraph number {n} of the text." for n in range(1, 120))
    folder = publication({"01-a.md": f"---\ntitle: Many\n---\n\n{body}\n"})
    run(folder, "update")
    path = folder / "translations" / "2024-01" / "az.po"
    # The source has changed nothing: missing entries are those of the fresh catalog.
    fresh = po.load(path)
    seed = random.Random(4)
    reported = 0
    for _ in range(10):
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW_ENGINE, str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "start\n"
        # Moments are counted in flushes first: a loaded machine may not reach one in any fixed time.
        lines = []
        for _ in range(seed.randrange(4)):
            lines.append(process.stdout.readline().strip())
        time.sleep(seed.uniform(0.0, 0.04))
        process.send_signal(signal.SIGKILL)
        lines += process.communicate()[0].splitlines()
        words = [int(line.split()[0]) for line in lines if line[:1].isdigit()]
        loaded, ledger = catalog(folder)
        assert [e.key for e in loaded.entries] == [e.key for e in fresh.entries]
        done = [e for e in loaded.entries if e.msgstr]
        assert all(e.fuzzy and ledger.is_draft(e) for e in done)
        assert all(e.msgstr == e.msgid.upper() for e in done)
        reported += words[-1] if words else 0
        assert sum(len(e.msgid.split()) for e in done) >= reported
        leftovers = [p.name for p in path.parent.iterdir() if p.name.startswith(".")]
        for name in leftovers:
            assert name.startswith((".az.po.", ".az.ledger."))
    assert reported > 0
    stage.translate(the_run(folder), lambda: Fixed())
    assert all(e.msgstr for e in catalog(folder)[0].entries)


def test_the_lock_names_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    held = rf"busy \(process {os.getpid()}\)"
    with lock(path, "busy"), pytest.raises(MachineError, match=held), lock(path, "busy"):
        raise AssertionError
    with lock(path, "busy"):
        pass


def test_without_a_catalog_it_says_what_to_do(publication: Callable[..., Path]) -> None:
    folder = publication({"01-alat.md": ARTICLE})
    with pytest.raises(InputError, match="publisher update"):
        stage.translate(the_run(folder), lambda: Fixed())


def test_the_command_with_the_pseudo_engine(root: Path) -> None:
    shown = run(root, "translate", "--engine", "pseudo", "-l", "az")
    assert "pseudo" in shown
    loaded, _ = catalog(root)
    assert all(e.msgstr.startswith("[") and e.msgstr.endswith("]") for e in loaded.entries)
    data = json.loads(run(root, "translate", "--engine", "pseudo", "--json"))
    assert [item["language"] for item in data["languages"]] == ["az", "pt"]
    assert data["languages"][0]["drafted"] == 0
    assert "0 errors" in run(root, "check")


def test_the_command_with_the_real_model(
    root: Path,
    models: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PUBLISHER_MODELS", str(models))
    shown = run(root, "translate", "-l", "pt")
    assert "argos en→pt 0.1" in shown
    loaded, ledger = catalog(root, "pt")
    assert all(state_of(e, ledger) is State.MACHINE for e in loaded.entries)
    entry = next(e for e in loaded.entries if "15.5" in e.msgid)
    assert "15,5" in entry.msgstr and "<note1/>" in entry.msgstr
    # Azerbaijani has no model here: it is said, the exit code tells, Portuguese is not held up.
    shown = run(root, "translate", code=4)
    assert "publisher models install en-az" in shown


def test_the_command_says_when_the_source_has_changed(root: Path) -> None:
    path = root / "source" / "2024-01" / "01-alat.md"
    path.write_text(ARTICLE + "\nMore.\n", "utf-8")
    assert "the source has changed" in run(root, "translate", "--engine", "pseudo", "-l", "az")


WITHOUT = """
import sys
for name in ("ctranslate2", "sentencepiece", "argostranslate", "sacrebleu", "onnxruntime"):
    sys.modules[name] = None
from publisher.cli import main
main(sys.argv[1:])
"""


def test_without_the_extra_it_says_what_to_install(root: Path, models: Path) -> None:
    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", WITHOUT, "-C", str(root), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PUBLISHER_MODELS": str(models)},
        )

    done = command("translate", "-l", "pt")
    assert done.returncode == 4
    assert "pip install 'publisher[mt]'" in done.stderr
    assert len(done.stderr.splitlines()) <= 2
    for arguments in (["update"], ["status"], ["check"], ["translate", "--engine", "pseudo"],
                      ["models", "list"]):  # fmt: skip
        done = command(*arguments)
        assert done.returncode == 0, done.stderr


def test_nothing_is_written_outside_the_publication(
    root: Path, models: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PUBLISHER_MODELS": str(models),
        "LANG": "C.UTF-8",
    }
    subprocess.run(
        [sys.executable, "-m", "publisher", "-C", str(root), "translate", "-l", "pt"],
        check=True,
        env=environment,
        cwd=tmp_path,
        capture_output=True,
    )
    assert list(home.rglob("*")) == []


def test_evaluate_reads_the_ledger(root: Path) -> None:
    stage.translate(the_run(root), lambda: Fixed())
    names = [e.msgid for e in catalog(root)[0].entries]

    def review(entry: Entry) -> Entry:
        if entry.msgid == names[0]:
            return replace(entry, fuzzy=False)
        if entry.msgid == names[1]:
            return replace(entry, msgstr="Başqa mətn", fuzzy=False)
        if entry.msgid == names[2]:
            return replace(entry, msgstr="Yarımçıq")
        return entry

    rewrite(root, review)
    run(root, "update", "--reviewer", "Leyla")
    loaded, ledger = catalog(root)
    (item,) = evaluate.acceptance(loaded, ledger)
    assert item.engine == "fixed en→az 1"
    assert (item.reviewed, item.unchanged, item.edited) == (2, 1, 1)
    assert item.pending == len(names) - 3
    assert item.share == 0.5


def test_evaluate_compares_with_reviewed_text(root: Path) -> None:
    pytest.importorskip("sacrebleu")
    rewrite(root, lambda e: replace(e, msgstr=e.msgid.upper() if "<" not in e.msgid else ""))
    loaded, ledger = catalog(root)
    engine: Engine = Fixed()
    result = evaluate.evaluate("az", loaded, ledger, lambda: engine)
    assert result.scores is not None
    assert (round(result.scores.chrf), result.scores.distance) == (100, 0.0)
    shown = run(root, "evaluate", "--engine", "pseudo", "-l", "az", "--json")
    assert json.loads(shown)["languages"][0]["scores"]["chrf"] < 60
    assert "chrF" in run(root, "evaluate", "--engine", "pseudo", "-l", "az")


def test_store_memory_is_what_the_stage_uses(root: Path) -> None:
    assert store.memory(project.load(root), "2024-01", "az") == {}
