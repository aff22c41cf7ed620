"""``translate --changed``: only changed sentences are drafted, and nothing of a human's is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher import project
from publisher import redraft as stage
from publisher import translate as filling
from publisher.catalog import po, store, tags
from publisher.catalog.kept import kept_of
from publisher.catalog.ledger import Ledger, target_hash
from publisher.catalog.po import Catalog, Entry
from publisher.catalog.sentences import pieces
from publisher.catalog.states import State, state_of
from publisher.catalog.status import measure
from publisher.cli import cli
from publisher.engines import Draft, Request
from publisher.engines.copied import is_copied
from publisher.errors import MachineError
from publisher.lock import catalogs
from tests.catalogs import Desk, foreign
from tests.engines import Fixed, capitals

NOW = "2024-02-01T10:00:00Z"
SENTENCES = (
    "The port of Alat opened in May 2018.",
    "It handles 15 million tonnes of cargo every year.",
    "Ferries leave for the eastern shore twice a day.",
    "The railway to Baku carries grain, cotton and oil products.",
    "Workers at the yard repaired 31 ships last winter.",
    "A new warehouse keeps fruit cold during the summer months.",
    "Customs officers check each lorry within forty minutes.",
    "The ministry plans a second berth by 2027.",
    "Prices for transit have not risen since March.",
    "Schools in the district teach 640 pupils in two shifts.",
)
OTHERS = (
    "Nobody expected the storm that closed the harbour.",
    "Insurance covers damage of up to 9 million manats.",
    "Twelve cranes were ordered from a factory abroad.",
)


@pytest.fixture
def root(publication: Callable[..., Path]) -> Path:
    return publication({"01-alat.md": "---\ntitle: The port\n---\n\nText.\n"}, languages=("az",))


def the_run(root: Path) -> filling.Run:
    return filling.Run(project.load(root), "2024-01", "az", lambda: NOW, "Tester")


def put(root: Path, desk: Desk) -> None:
    """What a desk has, on disk."""
    assert desk.catalog is not None
    store.save(project.load(root), "2024-01", "az", desk.catalog, desk.ledger)


def take(root: Path, desk: Desk) -> None:
    """What is on disk, back to the desk."""
    desk.catalog, desk.ledger = the_run(root).load()


def redraft(root: Path, desk: Desk, engine: Fixed | None = None) -> filling.Report:
    put(root, desk)
    report = filling.Report("az")
    stage.redraft(the_run(root), lambda: engine or Fixed(), report)
    take(root, desk)
    return report


def changed_desk(before: str, after: str) -> Desk:
    """A paragraph that was reviewed, among others to learn from, and then changed."""
    desk = Desk()
    rest = [f"{SENTENCES[n]} {SENTENCES[n + 1]}" for n in range(4, 8)]
    desk.update([before, *rest])
    desk.translate()
    desk.update([before, *rest])
    desk.update([after, *rest])
    return desk


BEFORE = " ".join(SENTENCES[:4])
AFTER = BEFORE.replace("15 million tonnes of cargo", "16 million tonnes of goods")


def test_only_the_changed_sentence_is_drafted(root: Path) -> None:
    desk = changed_desk(BEFORE, AFTER)
    todo = desk.to_review
    engine = Fixed(lambda request: capitals(request, 0.8))
    report = redraft(root, desk, engine)
    assert [request.text for request in engine.asked] == [
        "It handles 16 million tonnes of goods every year."
    ]
    assert (report.redrafted, report.left, report.engine) == (1, [], "fixed en→az 1")
    entry = desk[AFTER]
    assert entry.msgstr == " ".join(
        [foreign(SENTENCES[0]), engine.asked[0].text.upper(), *map(foreign, SENTENCES[2:4])]
    )
    assert (entry.fuzzy, entry.previous_msgid) == (True, BEFORE)
    assert entry.comments == ("machine: fixed en→az 1 score=0.80",)
    assert desk.obsolete == {BEFORE: foreign(BEFORE)}
    assert state_of(entry, desk.ledger) is State.CHANGED
    assert desk.to_review == todo == 9
    event = desk.ledger.last(entry.key)
    assert event is not None
    assert (event.kind, event.by, event.target) == ("drafted", engine.label, target_hash(entry))
    assert event.note == "keeps 1,3-4 of 4; 9 words to review"


def test_a_second_run_and_an_update_change_nothing(root: Path) -> None:
    desk = changed_desk(BEFORE, AFTER)
    texts = [entry.msgid for entry in desk.catalog.entries] if desk.catalog else []
    redraft(root, desk)
    before = (desk.catalog, desk.ledger)
    engine = Fixed()
    assert redraft(root, desk, engine).redrafted == 0
    assert engine.asked == []
    desk.update(texts)
    assert (desk.catalog and desk.catalog.entries, desk.ledger) == (
        before[0] and before[0].entries,
        before[1],
    )


def test_the_next_change_starts_from_what_was_reviewed(root: Path) -> None:
    """The draft of a sentence is worth nothing once the source moves on; the old pair is."""
    desk = changed_desk(BEFORE, AFTER)
    rest = [e.msgid for e in desk.catalog.entries if e.msgid != AFTER] if desk.catalog else []
    redraft(root, desk)
    again = AFTER.replace("twice a day", "five times a day")
    desk.update([again, *rest])
    entry = desk[again]
    assert (entry.msgstr, entry.fuzzy, entry.previous_msgid) == (foreign(BEFORE), True, BEFORE)
    kept = kept_of(entry, desk.ledger)
    assert kept is not None and kept.kept == (0, 3)
    engine = Fixed()
    redraft(root, desk, engine)
    assert len(engine.asked) == 2
    assert desk.obsolete == {BEFORE: foreign(BEFORE)}


def test_the_text_that_comes_back_is_reviewed_again(root: Path) -> None:
    desk = changed_desk(BEFORE, AFTER)
    rest = [e.msgid for e in desk.catalog.entries if e.msgid != AFTER] if desk.catalog else []
    redraft(root, desk)
    desk.update([BEFORE, *rest])
    assert (desk[BEFORE].msgstr, desk[BEFORE].fuzzy) == (foreign(BEFORE), False)


def test_a_reviewer_who_takes_the_draft_stands_for_it(root: Path) -> None:
    desk = changed_desk(BEFORE, AFTER)
    texts = [entry.msgid for entry in desk.catalog.entries] if desk.catalog else []
    redraft(root, desk)
    desk.edit(AFTER, fuzzy=False, previous_msgid=None)
    desk.update(texts)
    assert state_of(desk[AFTER], desk.ledger) is State.REVIEWED
    assert desk.to_review == 0


def test_an_editor_that_drops_the_previous_text_loses_no_count(root: Path) -> None:
    desk = changed_desk(BEFORE, AFTER)
    redraft(root, desk)
    desk.edit(AFTER, previous_msgid=None)
    assert state_of(desk[AFTER], desk.ledger) is State.CHANGED
    assert desk.to_review == 9
    put(root, desk)
    engine = Fixed()
    run = replace(the_run(root), redraft=True)
    filling.translate(run, lambda: engine)
    assert engine.asked == []


@pytest.mark.parametrize(
    "touch",
    [
        {"msgstr": foreign(BEFORE) + "!"},
        {"fuzzy": False},
        {"fuzzy": False, "previous_msgid": None},
        {"previous_msgid": None},
    ],
)
@pytest.mark.parametrize("updated", [False, True])
def test_what_a_human_has_touched_since_is_left_alone(
    root: Path, touch: dict[str, object], updated: bool
) -> None:
    desk = changed_desk(BEFORE, AFTER)
    texts = [entry.msgid for entry in desk.catalog.entries] if desk.catalog else []
    desk.edit(AFTER, **touch)
    if updated:
        desk.update(texts)
    before = desk.catalog
    engine = Fixed()
    redraft(root, desk, engine)
    assert engine.asked == []
    assert desk.catalog == before


def test_an_edited_text_that_changes_again_is_left_alone(root: Path) -> None:
    desk = changed_desk(BEFORE, AFTER)
    rest = [e.msgid for e in desk.catalog.entries if e.msgid != AFTER] if desk.catalog else []
    desk.edit(AFTER, msgstr=desk[AFTER].msgstr.replace("15", "16"))
    again = AFTER.replace("twice a day", "five times a day")
    desk.update([again, *rest])
    assert kept_of(desk[again], desk.ledger) is not None
    engine = Fixed()
    redraft(root, desk, engine)
    assert engine.asked == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda _: Draft("", reason="a loop"), "a loop"),
        (lambda _: Draft("  "), "the engine gave nothing"),
        (lambda r: Draft(r.text.replace("16", "17")), "16"),
        (lambda r: Draft(f"{r.text}<note1/>"), "no tag of this text"),
    ],
)
def test_a_draft_that_fails_leaves_the_catalog_as_it_was(
    root: Path, answer: Callable[[Request], Draft], reason: str
) -> None:
    desk = changed_desk(BEFORE, AFTER)
    before = (desk.catalog, desk.ledger)
    report = redraft(root, desk, Fixed(answer))
    assert (desk.catalog, desk.ledger) == before
    ((_, said),) = report.left
    assert reason in said


def test_tags_stay_with_their_sentences(root: Path) -> None:
    before = BEFORE.replace("May 2018.", "May 2018.<note1/>").replace("Baku", "<em>Baku</em>")
    after = before.replace("15 million tonnes", "<strong>16</strong> million tonnes")
    desk = changed_desk(before, after)
    engine = Fixed()
    report = redraft(root, desk, engine)
    assert report.left == []
    assert [request.tags for request in engine.asked] == [{"strong": False}]
    found = pieces(desk[after].msgstr, "az", tags.names_in(desk[after].msgstr)).parts
    old = pieces(foreign(before), "az", tags.names_in(before)).parts
    assert (found[0], found[2:]) == (old[0], old[2:])
    assert "<strong>16</strong>" in found[1]


def test_a_translator_who_saves_meanwhile_keeps_the_text(root: Path) -> None:
    desk = changed_desk(BEFORE, AFTER)
    path = project.load(root).catalog_path("2024-01", "az")

    def answer(request: Request) -> Draft:
        loaded = po.load(path)
        path.write_bytes(
            po.dump(
                loaded.with_entries(
                    replace(e, msgstr="Insan") if e.msgid == AFTER else e for e in loaded.entries
                )
            )
        )
        return capitals(request)

    report = redraft(root, desk, Fixed(answer))
    assert report.redrafted == 0
    assert desk[AFTER].msgstr == "Insan"


def test_a_run_killed_between_ledger_and_catalog_is_done_again(root: Path) -> None:
    desk = changed_desk(BEFORE, AFTER)
    before = desk.catalog
    redraft(root, desk)
    done = desk.catalog
    desk.catalog = before
    redraft(root, desk)
    assert desk.catalog == done


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[str], list[str], list[str]]:
    """Paragraphs, what becomes of each in the source, and what a human then does to each."""
    order = draw(st.permutations(SENTENCES))
    cuts = sorted(draw(st.sets(st.integers(1, len(order) - 1), min_size=1, max_size=3)))
    paragraphs = [
        list(order[a:b]) for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True) if a < b
    ]
    after = []
    for paragraph in paragraphs:
        new = list(paragraph)
        for _ in range(draw(st.integers(0, 2))):
            place = draw(st.integers(0, len(new) - 1))
            kind = draw(st.sampled_from(["word", "new", "insert", "delete", "swap"]))
            if kind == "word":
                new[place] = new[place].replace("the", "this", 1).replace("The", "This", 1)
            elif kind == "new":
                new[place] = draw(st.sampled_from(OTHERS))
            elif kind == "insert":
                new.insert(place, draw(st.sampled_from(OTHERS)))
            elif kind == "delete" and len(new) > 1:
                del new[place]
            elif kind == "swap" and place:
                new[place - 1 : place + 1] = reversed(new[place - 1 : place + 1])
        after.append(" ".join(new))
    acts = [
        draw(st.sampled_from(["none", "none", "edit", "accept", "comment", "clear"])) for _ in after
    ]
    return [" ".join(p) for p in paragraphs], after, acts


def touched(entry: Entry, act: str) -> Entry:
    if not entry.fuzzy:
        return entry
    if act == "edit":
        return replace(entry, msgstr=f"Mən {entry.msgstr}")
    if act == "accept":
        return replace(entry, fuzzy=False, previous_msgid=None)
    if act == "comment":
        return replace(entry, comments=(*entry.comments, "ask Leyla"))
    return replace(entry, previous_msgid=None) if act == "clear" else entry


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(story=stories(), noticed=st.booleans(), fail=st.booleans())
def test_no_reviewed_byte_is_changed_and_nothing_is_lost(
    root: Path, story: tuple[list[str], list[str], list[str]], noticed: bool, fail: bool
) -> None:
    first, second, acts = story
    desk = Desk()
    desk.update(first)
    desk.translate()
    desk.update(first)
    desk.update(second)
    assert desk.catalog is not None
    by_text = dict(zip(second, acts, strict=True))
    desk.catalog = desk.catalog.with_entries(
        e if e.obsolete else touched(e, by_text[e.msgid]) for e in desk.catalog.entries
    )
    if noticed:
        desk.update(second)
    old, ledger = desk.catalog, desk.ledger
    todo = measure(old, ledger)
    texts = {e.msgstr for e in old.entries if e.translated}
    reviewed = {foreign(sentence) for sentence in SENTENCES}

    answers = iter(range(100))
    engine = Fixed(lambda r: Draft("", reason="no") if fail and next(answers) % 2 else capitals(r))
    redraft(root, desk, engine)
    new, current = desk.catalog, desk.catalog.index()
    # Nothing that stood in the catalog has gone out of it, and the counts are what they were.
    assert texts <= {e.msgstr for e in new.entries}
    assert measure(new, desk.ledger) == todo
    # No sentence that is still the author's old one was sent.
    assert not {request.text for request in engine.asked} & set(SENTENCES)
    for key, entry in old.index().items():
        after = current[key]
        if after == entry:
            continue
        assert by_text[entry.msgid] in {"none", "comment"}
        assert state_of(entry, ledger) is state_of(after, desk.ledger) is State.CHANGED
        assert after.fuzzy and after.previous_msgid == entry.previous_msgid is not None
        pair = (entry.previous_msgid, entry.msgstr)
        assert pair in {(e.msgid, e.msgstr) for e in new.entries if not e.fuzzy}
        kept = kept_of(after, desk.ledger)
        assert kept is not None and kept == kept_of(entry, ledger)
        source, target = pieces(after.msgid, "en").parts, pieces(after.msgstr, "az").parts
        assert len(source) == len(target)
        for number in kept.kept:
            assert target[number] == foreign(source[number])
        assert all(part in reviewed or part.isupper() for part in target)
    # An update finds nothing to do, and a second run neither.
    desk.update(second)
    assert desk.catalog.entries == new.entries or not noticed
    again = Fixed()
    left = {request.text for request in engine.asked} if fail else set()
    redraft(root, desk, again)
    assert {request.text for request in again.asked} <= left


def run(root: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, ["-C", str(root), *arguments], standalone_mode=False)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert (result.return_value or 0) == code, result.output
    return result.output


def reviewed_then_changed(root: Path, language: str = "az") -> Path:
    """The same in files: a paragraph that was reviewed and then changed; returns the catalog."""
    article = root / "source" / "2024-01" / "01-alat.md"
    rest = "\n\n".join(f"{SENTENCES[n]} {SENTENCES[n + 1]}" for n in range(4, 8))
    article.write_text(f"---\ntitle: The port\n---\n\n{BEFORE}\n\n{rest}\n", "utf-8")
    run(root, "update")
    path = root / "translations" / "2024-01" / f"{language}.po"
    loaded = po.load(path)
    filled = (replace(e, msgstr=foreign(e.msgid)) for e in loaded.entries)
    path.write_bytes(po.dump(loaded.with_entries(filled)))
    run(root, "update")
    article.write_text(f"---\ntitle: The port\n---\n\n{AFTER}\n\n{rest}\n", "utf-8")
    run(root, "update")
    return path


def test_the_real_model_drafts_one_sentence(
    publication: Callable[..., Path], models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLISHER_MODELS", str(models))
    root = publication({"01-alat.md": "---\ntitle: The port\n---\n\nText.\n"}, languages=("pt",))
    path = reviewed_then_changed(root, "pt")
    run(root, "translate", "--changed")
    entry = po.load(path).index()[None, AFTER]
    found = pieces(entry.msgstr, "pt").parts
    assert [found[0], *found[2:]] == [foreign(SENTENCES[n]) for n in (0, 2, 3)]
    assert "16 milh" in found[1]
    assert entry.fuzzy and entry.comments[0].startswith("machine: argos en→pt 0.1 score=")
    assert "0 errors" in run(root, "check")


def test_the_command_leaves_changed_texts_alone_unless_told(root: Path) -> None:
    path = reviewed_then_changed(root)
    before = path.read_bytes()
    assert (
        json.loads(run(root, "translate", "--engine", "pseudo", "--json"))["languages"][0][
            "redrafted"
        ]
        == 0
    )
    assert path.read_bytes() == before
    todo = json.loads(run(root, "status", "--json"))
    assert "changed texts with sentences drafted: 1" in run(
        root, "translate", "--engine", "pseudo", "--changed"
    )
    assert json.loads(run(root, "status", "--json")) == todo
    after = path.read_bytes()
    run(root, "update")
    assert path.read_bytes() == after


def test_addresses_are_copied_and_never_sent(root: Path) -> None:
    article = root / "source" / "2024-01" / "01-alat.md"
    article.write_text(
        "---\ntitle: The port\n---\n\nRead [the law](https://example.org/en/law){.localize} or "
        "[the list](mailto:press@example.org){.localize}.\n",
        "utf-8",
    )
    run(root, "update")
    engine = Fixed()
    report = filling.translate(the_run(root), lambda: engine)
    catalog, ledger = the_run(root).load()
    targets = [e for e in catalog.entries if e.extracted[0].endswith("link target")]
    assert [e.msgstr for e in targets] == ["https://example.org/en/law", "mailto:press@example.org"]
    assert report.copied == 2
    assert not {e.msgid for e in targets} & {request.text for request in engine.asked}
    for entry in targets:
        assert entry.fuzzy and state_of(entry, ledger) is State.MACHINE
        assert entry.comments == ("machine: copied",)
    before = the_run(root).load()
    filling.translate(replace(the_run(root), redraft=True), lambda: engine)
    assert the_run(root).load() == before


def test_what_counts_as_an_address() -> None:
    for text in ("https://example.org/a?b=1", "<a1>www.example.org</a1>", "press@example.org"):
        assert is_copied(text, tags.names_in(text), ())
    for text in ("See https://example.org", "https://example.org and more", "5.5", ""):
        assert not is_copied(text, (), ())


def test_update_and_translate_exclude_each_other(root: Path) -> None:
    run(root, "update")
    publication = project.load(root)
    before = publication.catalog_path("2024-01", "az").read_bytes()
    with catalogs(publication, "2024-01", ["az"]):
        with pytest.raises(MachineError, match=r"is at work on translations/2024-01/az\.po"):
            run(root, "update")
        with pytest.raises(MachineError, match="is at work on"):
            stage.redraft(the_run(root), Fixed, filling.Report("az"))
    assert publication.catalog_path("2024-01", "az").read_bytes() == before
    run(root, "update")


def test_without_a_ledger_nothing_is_certain(root: Path) -> None:
    entry = Entry(AFTER, foreign(BEFORE), fuzzy=True, previous_msgid=BEFORE)
    store.save(project.load(root), "2024-01", "az", Catalog({"Language": "az"}, (entry,)), Ledger())
    engine = Fixed()
    stage.redraft(the_run(root), lambda: engine, filling.Report("az"))
    assert engine.asked == []
