"""Two people at one catalog: merged by entry, by the driver, from markers, with real git."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from publisher.catalog import ledger as ledgers
from publisher.catalog import po
from publisher.catalog.markers import has_markers, sides
from publisher.catalog.po import Catalog, Entry
from publisher.catalog.three_way import CONFLICT, settled, three_way
from publisher.cli import cli
from publisher.errors import InputError
from publisher.resolve import merge_markers
from tests.catalogs import Desk

EDITS = 60
SHARED = 6


def catalog(*entries: Entry, **header: str) -> Catalog:
    return Catalog({"Language": "az", **header}, entries)


def merged(
    base: Catalog | None, ours: Catalog, theirs: Catalog, **more: object
) -> tuple[dict[str, Entry], int]:
    result = three_way(base, ours, theirs, **more)  # type: ignore[arg-type]
    return {e.msgid: e for e in result.catalog.entries if not e.obsolete}, len(result.conflicts)


def texts(found: Catalog | list[Entry]) -> str:
    """Everything that a human may have written."""
    entries = found.entries if isinstance(found, Catalog) else found
    return "\n".join(part for e in entries for part in (e.msgstr, *e.comments))


# By entry.


def test_what_one_side_changed_is_taken() -> None:
    base = catalog(Entry("a", "A"), Entry("b", "B"), Entry("c"))
    ours = catalog(Entry("a", "A1"), Entry("b", "B"), Entry("c"))
    theirs = catalog(Entry("a", "A"), Entry("b", "B", comments=("why?",)), Entry("c", "C"))
    found, conflicts = merged(base, ours, theirs)
    assert not conflicts
    assert [e.msgstr for e in found.values()] == ["A1", "B", "C"]
    assert found["b"].comments == ("why?",)


def test_two_reviewed_texts_are_a_conflict_that_keeps_both() -> None:
    base = catalog(Entry("a", "A"))
    found, conflicts = merged(base, catalog(Entry("a", "A1")), catalog(Entry("a", "A2\nB")))
    assert conflicts == 1
    assert found["a"].msgstr == "A1" and found["a"].fuzzy
    assert found["a"].comments == (f"{CONFLICT}theirs (reviewed): A2\\nB",)
    decided = settled(catalog(replace(found["a"], fuzzy=False)))
    assert decided.entries[0].comments == ()
    assert settled(catalog(found["a"])).entries[0].comments


def test_a_reviewed_text_stands_above_one_in_work_and_both_stay() -> None:
    base = catalog(Entry("a", "A", fuzzy=True))
    ours, theirs = catalog(Entry("a", "A1", fuzzy=True)), catalog(Entry("a", "A2"))
    for one, two in ((ours, theirs), (theirs, ours)):
        found, conflicts = merged(base, one, two)
        assert not conflicts
        assert found["a"].msgstr == "A2" and not found["a"].fuzzy
        assert "A1" in "".join(found["a"].comments)


def test_a_machine_draft_yields_without_a_word() -> None:
    base = catalog(Entry("a"))
    ours, theirs = catalog(Entry("a", "draft", fuzzy=True)), catalog(Entry("a", "A", fuzzy=True))
    found, conflicts = merged(base, ours, theirs, is_draft=lambda e: e.msgstr == "draft")
    assert not conflicts and found["a"].msgstr == "A" and not found["a"].comments


@pytest.mark.parametrize(
    ("was", "ours", "theirs", "fuzzy"),
    [
        (("A", True), ("B", True), ("B", False), False),  # one accepts what both wrote
        (("A", False), ("A", True), ("A", False), True),  # one doubts what stood
        (None, ("B", True), ("B", False), False),
    ],
)
def test_the_mark_of_a_common_text(
    was: tuple[str, bool] | None, ours: tuple[str, bool], theirs: tuple[str, bool], fuzzy: bool
) -> None:
    def one(pair: tuple[str, bool]) -> Catalog:
        return catalog(Entry("a", pair[0], fuzzy=pair[1]))

    base = one(was) if was else None
    for left, right in ((ours, theirs), (theirs, ours)):
        found, conflicts = merged(base, one(left), one(right))
        assert not conflicts and found["a"].fuzzy is fuzzy


def test_an_entry_taken_out_goes_unless_the_other_side_worked_on_it() -> None:
    base = catalog(Entry("a", "A"), Entry("b", "B"))
    found, _ = merged(base, catalog(), catalog(Entry("a", "A"), Entry("b", "B2")))
    assert set(found) == {"b"}


def test_new_entries_keep_their_place() -> None:
    base = catalog(Entry("a"), Entry("b"))
    theirs = catalog(Entry("0"), Entry("a"), Entry("a2"), Entry("b"))
    found, _ = merged(base, base, theirs)
    assert list(found) == ["0", "a", "a2", "b"]


def test_a_translation_follows_a_source_that_moved_on() -> None:
    desk = Desk()
    before = "One sentence stands here. Another one follows it."
    desk.update([before])
    desk.translate(lambda _: "Burada bir cümlə var. Onun ardınca başqası gəlir.")
    base = desk.update([before]).catalog
    after = "One sentence stands here. Another two follow it."
    ours = desk.update([after]).catalog
    better = "Burada bir cümlə durur. Onun ardınca başqası gəlir."
    theirs = base.with_entries(replace(e, msgstr=better) for e in base.entries)
    for one, two in ((ours, theirs), (theirs, ours)):
        found, conflicts = merged(base, one, two)
        assert not conflicts
        assert found[after].msgstr == better and found[after].fuzzy
        assert not found[before].fuzzy
    desk.catalog = three_way(base, ours, theirs).catalog
    again = {e.msgid: e for e in desk.update([after]).catalog.entries}
    assert again[before].obsolete and again[after].msgstr == better
    assert any("two follow" in line for line in again[after].extracted), again[after].extracted


def test_a_translation_follows_typography() -> None:
    base = catalog(Entry('He said "no".', "Yox dedi."))
    ours = catalog(Entry("He said “no”.", "Yox dedi."))
    theirs = catalog(Entry('He said "no".', "O, yox dedi."))
    found, _ = merged(base, ours, theirs)
    assert found["He said “no”."].msgstr == "O, yox dedi."


def test_a_digest_that_fits_neither_source_goes() -> None:
    base, ours, theirs = (catalog(**{"X-Source-Digest": d}) for d in "012")
    assert "X-Source-Digest" not in three_way(base, ours, theirs).catalog.header
    assert three_way(base, base, theirs).catalog.header["X-Source-Digest"] == "2"


def test_obsolete_pairs_of_both_sides_stay() -> None:
    base = catalog(Entry("x", "X", obsolete=True))
    ours = catalog(Entry("x", "X", obsolete=True), Entry("y", "Y", obsolete=True))
    theirs = catalog(Entry("z", "Z", obsolete=True))
    kept = [e.msgid for e in three_way(base, ours, theirs).catalog.entries]
    assert kept == ["y", "z"]


SIDE = st.dictionaries(
    st.sampled_from("abc"),
    st.builds(
        lambda text, fuzzy, comment, obsolete: Entry(
            "",
            text,
            fuzzy=fuzzy and bool(text),
            comments=(comment,) if comment else (),
            obsolete=obsolete and bool(text),
        ),
        st.sampled_from(["", "A", "B", "C"]),
        st.booleans(),
        st.sampled_from(["", "c1", "c2"]),
        st.booleans(),
    ),
)


def of(side: dict[str, Entry], mark: str) -> Catalog:
    """A catalog whose texts are this side's own."""
    return catalog(
        *(
            replace(e, msgid=key, msgstr=e.msgstr and f"{mark}{key}{e.msgstr}")
            for key, e in side.items()
        )
    )


@given(st.none() | SIDE, SIDE, SIDE)
def test_no_text_of_either_side_is_lost(
    base: dict[str, Entry] | None, ours: dict[str, Entry], theirs: dict[str, Entry]
) -> None:
    left, right = of(ours, "ours "), of(theirs, "theirs ")
    result = three_way(None if base is None else of(base, "base "), left, right)
    there = texts(result.catalog)
    for entry in (*left.entries, *right.entries):
        assert entry.msgstr in there
    assert po.parse(po.dump(result.catalog), "x").entries == result.catalog.entries


@given(SIDE, SIDE)
def test_a_side_that_changed_nothing_changes_nothing(
    base: dict[str, Entry], side: dict[str, Entry]
) -> None:
    before, after = of(base, ""), of(side, "")
    for result in (three_way(before, after, before), three_way(before, before, after)):
        assert not result.conflicts
        found = {(e.msgid, e.msgstr): e.obsolete or e.fuzzy for e in result.catalog.entries}
        expected = {(e.msgid, e.msgstr): e.obsolete or e.fuzzy for e in after.entries}
        assert found.items() >= expected.items()


# Markers.

MERGE = "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> feature/x\nd\n"
DIFF3 = "a\n<<<<<<< HEAD\nb\n||||||| 1234567\nz\n=======\nc\n>>>>>>> feature/x\nd\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_both_styles_come_apart(end: str) -> None:
    for text, base in ((MERGE, None), (DIFF3, "a\nz\nd\n")):
        assert has_markers(text.replace("\n", end).encode())
        found = sides(text.replace("\n", end), "x.po")
        assert found.ours.text.replace("\r", "") == "a\nb\nd\n"
        assert found.theirs.text.replace("\r", "") == "a\nc\nd\n"
        assert found.theirs.label == "feature/x"
        assert (found.base and found.base.text.replace("\r", "")) == base
        assert found.theirs.line(2) == text.split("\n").index("c") + 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n<<<<<<< HEAD\nb\n", 2),
        ("a\n>>>>>>> x\n", 2),
        ("<<<<<<< HEAD\na\n>>>>>>> x\n", 3),
        ("<<<<<<< HEAD\na\n=======\nb\n=======\n>>>>>>> x\n", 5),
    ],
)
def test_markers_out_of_place_have_a_line(text: str, line: int) -> None:
    with pytest.raises(InputError) as caught:
        sides(text, "x.po")
    assert caught.value.line == line and caught.value.path == "x.po"


def test_a_damaged_side_has_its_line_in_the_file() -> None:
    text = (
        'msgid "a"\nmsgstr "A"\n\n<<<<<<< HEAD\nmsgid "b"\nmsgstr "B"\n'
        '=======\nmsgid "b\nmsgstr "B"\n>>>>>>> x\n'
    )
    with pytest.raises(InputError) as caught:
        merge_markers(text.encode(), "az.po", [None, None, None])
    assert caught.value.line == 8


def test_a_text_that_git_has_mixed_is_not_taken_for_reviewed() -> None:
    """One takes the mark away, the other corrects the draft; a merge by lines shows neither."""
    tail = Entry("other", "O")
    base = catalog(Entry("a", "A", fuzzy=True), tail)
    ours = catalog(Entry("a", "A"), replace(tail, msgstr="O1"))
    theirs = catalog(Entry("a", "B", fuzzy=True), replace(tail, msgstr="O2"))
    mixed = po.dump(catalog(Entry("a", "B"), tail)).decode()
    file = mixed.replace('msgstr "O"', '<<<<<<< HEAD\nmsgstr "O1"\n=======\nmsgstr "O2"\n>>>>>>> x')
    result = merge_markers(file.encode(), "az.po", [po.dump(v) for v in (base, ours, theirs)])
    entry = result.catalog.entries[0]
    assert (entry.msgstr, entry.fuzzy) == ("A", False)
    assert "B" in "".join(entry.comments)


# With real git.


class Repository:
    """The sample in a repository, with one translator a branch."""

    def __init__(self, root: Path, source: Path, *, driver: bool, style: str = "merge") -> None:
        self.root = root
        shutil.copytree(source, root)
        shutil.copy(Path(__file__).parents[1] / ".gitattributes", root)
        self.env = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "HOME": str(root.parent),
            "LC_ALL": "C.UTF-8",
        }
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Ann")
        self.git("config", "user.email", "ann@example.org")
        self.git("config", "merge.conflictStyle", style)
        if driver:
            program = f"'{sys.executable}' -m publisher merge-driver %O %A %B %P"
            self.git("config", "merge.publisher.driver", program)
        self.publisher("update", "-l", "fr")
        self.commit("start")

    def git(self, *arguments: str, fails: bool = False) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert bool(done.returncode) is fails, done.stdout + done.stderr
        return done.stdout

    def publisher(self, *arguments: str, when: int = 1_700_000_000, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "publisher", *arguments],
            cwd=self.root,
            env={**self.env, "SOURCE_DATE_EPOCH": str(when)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def commit(self, message: str) -> None:
        self.git("add", "-A", ":!.cache")
        self.git("commit", "-q", "-m", message)

    @property
    def file(self) -> Path:
        return self.root / "translations" / "2023-03" / "fr.po"

    def catalog(self) -> Catalog:
        return po.load(self.file)

    def ledger(self) -> ledgers.Ledger:
        return ledgers.load(self.file.with_suffix(".ledger"))

    def edit(self, change: Callable[[Entry], Entry], numbers: range) -> dict[str, str]:
        """Change entries as a translator would; returns their texts."""
        now = self.catalog()
        entries = list(now.entries)
        made = {}
        for number in numbers:
            entries[number] = change(entries[number])
            made[entries[number].msgid] = entries[number].msgstr
        self.file.write_bytes(po.dump(now.with_entries(entries)))
        return made

    def branch(self, name: str, numbers: range, when: int) -> dict[str, str]:
        """A branch of edits; every fifth is left fuzzy, every seventh has a comment."""
        self.git("checkout", "-q", "-b", name, "main")

        def change(entry: Entry) -> Entry:
            size = len(entry.msgid)
            return replace(
                entry,
                msgstr=f"{entry.msgstr} ({name})",
                fuzzy=size % 5 == 0,
                comments=(*entry.comments, f"asked {name}") if size % 7 == 0 else entry.comments,
            )

        made = self.edit(change, numbers)
        self.publisher("update", "-l", "fr", "--reviewer", name, when=when)
        self.commit(name)
        return made


@pytest.mark.slow
@pytest.mark.parametrize("order", [("ann", "ben"), ("ben", "ann")], ids="-".join)
@pytest.mark.parametrize("how", ["driver", "merge", "diff3", "zdiff3"])
def test_two_branches_of_sixty_edits(
    sample: Path, tmp_path: Path, how: str, order: tuple[str, str]
) -> None:
    style = "merge" if how == "driver" else how
    repository = Repository(tmp_path / "git", sample, driver=how == "driver", style=style)
    made = {
        "ann": repository.branch("ann", range(0, 2 * EDITS, 2), 1_700_000_100),
        # Six more are those of the other branch too.
        "ben": repository.branch("ben", range(1, 2 * EDITS - 2 * SHARED, 2), 1_700_000_200),
    }
    made["ben"] |= repository.edit(
        lambda entry: replace(entry, msgstr=f"{entry.msgstr} [ben]"),
        range(2 * EDITS - 2 * SHARED, 2 * EDITS, 2),
    )
    repository.publisher("update", "-l", "fr", "--reviewer", "ben", when=1_700_000_300)
    repository.commit("ben again")
    assert [len(edits) for edits in made.values()] == [EDITS, EDITS]
    events = {}
    for name in made:
        repository.git("checkout", "-q", name)
        events[name] = set(repository.ledger().events)
    ours, theirs = order
    repository.git("checkout", "-q", ours)
    repository.git("merge", "-q", "--no-edit", theirs, fails=True)
    assert "fr.ledger" not in repository.git("diff", "--name-only", "--diff-filter=U")
    assert set(repository.ledger().events) == events["ann"] | events["ben"]
    if how == "driver":
        assert not has_markers(repository.file.read_bytes())
    else:
        message = repository.publisher("update", "-l", "fr", code=3)
        assert "publisher update --resolve" in message and "fr.po:" in message
        repository.publisher("update", "--resolve", "-l", "fr", when=1_700_000_400, code=1)
    found = repository.catalog()
    entries = {entry.msgid: entry for entry in found.entries}
    everything = texts(found)
    both = made["ann"].keys() & made["ben"].keys()
    decide = {msgid for msgid, entry in entries.items() if CONFLICT in texts([entry])}
    assert decide == both and len(both) == SHARED
    assert all(entries[msgid].fuzzy for msgid in decide)
    for name, edits in made.items():
        for msgid, text in edits.items():
            assert text in everything
            if msgid not in both:
                assert entries[msgid].msgstr == text
                assert entries[msgid].fuzzy is (len(msgid) % 5 == 0)
                asked = f"asked {name}" in entries[msgid].comments
                assert asked is (len(msgid) % 7 == 0)
    untouched = {e.msgid: e.msgstr for e in po.load(sample / "translations/2023-03/fr.po").entries}
    for msgid, entry in entries.items():
        if msgid not in made["ann"] and msgid not in made["ben"]:
            assert entry.msgstr == untouched[msgid]
    repository.publisher("update", "-l", "fr", when=1_700_000_500)
    before = repository.file.read_bytes()
    repository.publisher("update", "-l", "fr", when=1_700_000_600)
    assert repository.file.read_bytes() == before
    repository.commit("merged")


@pytest.mark.slow
def test_edits_that_do_not_meet_merge_without_a_word(sample: Path, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "git", sample, driver=True)
    repository.branch("ann", range(0, 2 * EDITS, 2), 1_700_000_100)
    repository.branch("ben", range(1, 2 * EDITS, 2), 1_700_000_200)
    repository.git("merge", "-q", "--no-edit", "ann")
    assert texts(repository.catalog()).count(" (ann)") == EDITS
    assert texts(repository.catalog()).count(" (ben)") == EDITS
    assert repository.git("status", "--porcelain", "--untracked-files=no") == ""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["driver", "merge", "zdiff3"])
def test_branches_that_change_source_and_translations(
    sample: Path, tmp_path: Path, how: str
) -> None:
    """One edits the source, the other translations of the same paragraphs, and more source."""
    style = "merge" if how == "driver" else how
    repository = Repository(tmp_path / "git", sample, driver=how == "driver", style=style)
    article = repository.root / "source/2023-03/01-iran.md"
    other = repository.root / "source/2023-03/06-non-aligned.md"
    before = {entry.msgid: entry for entry in repository.catalog().entries}

    def reword(file: Path) -> list[str]:
        """Add a sentence to four long paragraphs; returns their old msgids."""
        text, found = file.read_text("utf-8"), []
        for msgid in before:
            if len(msgid) > 150 and "<" not in msgid and len(found) < 4:
                plain = msgid.replace("’", "'").replace("“", '"').replace("”", '"')
                for form in (msgid, plain):
                    if form in text:
                        text = text.replace(form, f"{form} Nobody has confirmed this.")
                        found.append(msgid)
                        break
        file.write_text(text, encoding="utf-8")
        return found

    repository.git("checkout", "-q", "-b", "ann", "main")
    moved = reword(article)
    assert len(moved) >= 3
    repository.publisher("update", when=1_700_000_100)
    repository.commit("ann")
    repository.git("checkout", "-q", "-b", "ben", "main")
    more = reword(other)
    assert more
    numbers = [n for n, e in enumerate(repository.catalog().entries) if e.msgid in moved]
    for number in numbers:
        repository.edit(lambda e: replace(e, msgstr=f"{e.msgstr} (ben)"), range(number, number + 1))
    repository.publisher("update", "--reviewer", "ben", when=1_700_000_200)
    repository.commit("ben")
    done = subprocess.run(
        ["git", "merge", "-q", "--no-edit", "ann"],
        cwd=repository.root, env=repository.env, capture_output=True, check=False,
    )  # fmt: skip
    assert how != "driver" or done.returncode == 0, done.stdout
    repository.publisher("update", "--resolve", when=1_700_000_300)
    entries = {entry.msgid: entry for entry in repository.catalog().entries}
    for msgid in moved:
        new = entries[f"{msgid} Nobody has confirmed this."]
        assert new.fuzzy and new.msgstr == f"{before[msgid].msgstr} (ben)"
        assert new.previous_msgid == msgid
        quoted = [line for line in new.extracted if line.startswith("changed")]
        assert quoted and all("Nobody has confirmed" in line for line in quoted), new.extracted
    for msgid in more:
        assert entries[f"{msgid} Nobody has confirmed this."].msgstr == before[msgid].msgstr
    changed = {f"{msgid} Nobody has confirmed this." for msgid in (*moved, *more)}
    for msgid, entry in entries.items():
        if not entry.obsolete and msgid not in changed:
            assert (entry.msgstr, entry.fuzzy) == (before[msgid].msgstr, before[msgid].fuzzy)
    assert not has_markers((repository.file.parent / "messages.pot").read_bytes())
    assert not has_markers((repository.file.parent / "ar.po").read_bytes())


@pytest.mark.slow
def test_their_machine_draft_gives_way_to_our_text(sample: Path, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "git", sample, driver=True)
    ours = repository.catalog().entries[5]
    for name, text in (("main", ""), ("theirs", "machine draft"), ("ours", "human text")):
        if name != "main":
            repository.git("checkout", "-q", "-b", name, "main")
        repository.edit(lambda e, t=text: replace(e, msgstr=t, fuzzy=bool(t)), range(5, 6))  # type: ignore[misc]
        if name == "theirs":
            event = ledgers.Event(
                "2024-01-01T00:00:00Z", "drafted", ledgers.source_hash(ours.key),
                ledgers.target_hash(replace(ours, msgstr=text)), "engine",
            )  # fmt: skip
            path = repository.file.with_suffix(".ledger")
            path.write_bytes(ledgers.dump(repository.ledger().adding([event])))
        repository.commit(name)
    repository.git("merge", "-q", "--no-edit", "theirs")
    entry = repository.catalog().entries[5]
    assert entry.msgstr == "human text" and not entry.comments


def test_the_driver_leaves_markers_where_a_version_is_damaged(tmp_path: Path) -> None:
    for name, text in (("o", "A"), ("a", "A1"), ("b", 'A2"')):
        (tmp_path / name).write_text(f'msgid "a"\nmsgstr "{text}"\n', encoding="utf-8")
    paths = [str(tmp_path / name) for name in "oab"]
    result = CliRunner().invoke(cli, ["merge-driver", *paths, "translations/1/az.po"])
    assert isinstance(result.exception, InputError)
    assert has_markers((tmp_path / "a").read_bytes())
    assert (tmp_path / "b").read_text("utf-8").endswith('A2""\n')


# Frozen issues.


def test_a_frozen_issue_takes_no_change_of_its_source(
    publication: Callable[..., Path],
) -> None:
    article = "---\ntitle: Title\n---\n\nA [link](https://example.org/) stands here.\n"
    root = publication({"01-a.md": article})
    run = CliRunner()

    def update(*more: str) -> object:
        return run.invoke(cli, ["-C", str(root), "update", *more], standalone_mode=False).exception

    assert update() is None
    config = root / "source/2024-01/issue.toml"
    config.write_text(config.read_text("utf-8") + 'state = "frozen"\n', encoding="utf-8")
    assert update() is None
    before = (root / "translations/2024-01/az.po").read_bytes()
    for change in (
        article.replace("stands", "stood"),
        article.replace("example.org", "example.com"),
    ):
        (root / "source/2024-01/01-a.md").write_text(change, encoding="utf-8")
        error = update()
        assert "frozen" in str(error) and "--thaw" in str(error)
        assert (root / "translations/2024-01/az.po").read_bytes() == before
    assert update("--thaw") is None
    assert (root / "translations/2024-01/az.po").read_bytes() != before
