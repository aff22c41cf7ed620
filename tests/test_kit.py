"""The translator's kit: out as one ZIP, back as whatever a translator changed in it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import html

from publisher import language as languages
from publisher.catalog import layout, po
from publisher.catalog.po import Entry
from publisher.catalog.status import Count
from publisher.cli import cli
from publisher.kit import BASE
from publisher.kit_page import Contents, KitInfo, kit_page
from publisher.lock import catalogs
from publisher.project import load

ARTICLE = """---
title: A short title
---

The first paragraph has *some* words.

A second paragraph[^1] stands here.

[^1]: With a note.
"""


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        cli, ["-C", str(root), *arguments], standalone_mode=False, catch_exceptions=True
    )


@pytest.fixture
def office(publication: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A publication with an Azerbaijani catalog, half of it translated, and a term base."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    glossary = b'msgid ""\nmsgstr "Language: az\\n"\n\nmsgid "note"\nmsgstr "qeyd"\n'
    root = publication({"01-a.md": ARTICLE}, files={"translations/glossary/az.po": glossary})
    assert run(root, "update").exception is None
    change(root, lambda e: replace(e, msgstr="Birinci") if "first" in e.msgid else e)
    return root


def catalog_path(root: Path) -> Path:
    return root / "translations" / "2024-01" / "az.po"


def change(root: Path, edit: Callable[[Entry], Entry]) -> None:
    path = catalog_path(root)
    catalog = po.load(path)
    path.write_bytes(po.dump(catalog.with_entries(map(edit, catalog.entries))))


def make(root: Path) -> dict[str, bytes]:
    done = run(root, "kit", "-l", "az", "-o", str(root / "kit.zip"))
    assert done.exception is None, done.exception
    with zipfile.ZipFile(root / "kit.zip") as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


def pack(members: dict[str, bytes], folder: str = "anything/kit/") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(folder + name, data)
    return stream.getvalue()


def back(root: Path, members: dict[str, bytes], *more: str) -> Result:
    (root / "back.zip").write_bytes(pack(members))
    return run(root, "kit", "import", str(root / "back.zip"), *more)


def entries(root: Path) -> dict[str, Entry]:
    return {entry.msgid: entry for entry in po.load(catalog_path(root)).entries}


def edited(data: bytes, edit: Callable[[Entry], Entry], **header: str) -> bytes:
    catalog = po.parse(data, "x")
    catalog = replace(catalog, header={**catalog.header, **header})
    return po.dump(catalog.with_entries(map(edit, catalog.entries)))


def second(entry: Entry, text: str = "İkinci paraqraf<note1/> buradadır.") -> Entry:
    return replace(entry, msgstr=text) if entry.msgid.startswith("A second") else entry


def test_the_kit_holds_all_that_a_translation_needs(office: Path) -> None:
    members = make(office)
    assert list(members) == [
        "HOW-TO.html", "bulletin-2024-01-az.po", "bulletin-2024-01-az.xlf",
        "bulletin-2024-01-az.docx", "bulletin-2024-01-en.pdf", "terms-az.po", "kit.json", "base.po",
    ]  # fmt: skip
    assert members["bulletin-2024-01-en.pdf"].startswith(b"%PDF-")
    page = html.document_fromstring(members["HOW-TO.html"].decode())
    assert page.get("lang") == "az"
    text = page.text_content()
    assert "Tərcüməçi paketi" in text and "Embarqo" not in text
    for name in members.keys() - {"HOW-TO.html"}:
        assert name in text


def test_the_bytes_depend_on_the_publication_alone(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(office)
    first = (office / "kit.zip").read_bytes()
    moved = office.rename(tmp_path / "elsewhere")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    make(moved)
    assert (moved / "kit.zip").read_bytes() == first


def test_an_embargo_is_named_until_it_is_over(office: Path) -> None:
    config = office / "source/2024-01/issue.toml"
    start = config.read_text("utf-8")
    for day, there in (("2023-11-15", True), ("2023-11-14", False)):
        config.write_text(f"{start}embargo = {day}T09:30:00+04:00\n", encoding="utf-8")
        run(office, "update")
        text = make(office)["HOW-TO.html"].decode()
        assert ("Embarqo" in text) is there
        assert ("15 noyabr 2023" in text.replace("\u00a0", " ") and "UTC+04:00" in text) is there


def test_a_stale_catalog_makes_no_kit(office: Path) -> None:
    (office / "source/2024-01/01-a.md").write_text(ARTICLE + "\nMore.\n", encoding="utf-8")
    assert "publisher update" in str(run(office, "kit", "-l", "az").exception)


def test_a_kit_without_changes_changes_nothing(office: Path) -> None:
    before = catalog_path(office).read_bytes()
    done = back(office, make(office))
    assert done.exception is None and done.return_value == 0
    assert "nothing in the kit has changed" in done.output
    assert catalog_path(office).read_bytes() == before


def test_a_po_file_comes_back(office: Path) -> None:
    members = make(office)
    name = "bulletin-2024-01-az.po"

    def edit(entry: Entry) -> Entry:
        if "first" in entry.msgid:
            return replace(entry, msgstr="Birinci <em>x</em>", fuzzy=True, comments=("why?",))
        return second(entry)

    members[name] = edited(members[name], edit, **{"Last-Translator": "Leyla <l@example.org>"})
    done = back(office, members)
    assert done.return_value == 0, done.output
    assert "2 taken" in done.output
    found = entries(office)
    reviewed = next(e for key, e in found.items() if key.startswith("A second"))
    assert reviewed.msgstr.startswith("İkinci") and not reviewed.fuzzy
    doubtful = next(e for key, e in found.items() if "first" in key)
    assert doubtful.fuzzy and doubtful.comments == ("why?",)
    ledger = catalog_path(office).with_suffix(".ledger").read_text("utf-8")
    assert "Leyla <l@example.org>" in ledger
    again = back(office, members)
    assert again.return_value == 0 and "0 taken" in again.output


@pytest.mark.parametrize("suffix", ["xlf", "docx"])
def test_xliff_and_word_come_back(office: Path, suffix: str) -> None:
    from publisher.catalog.ledger import Ledger
    from publisher.exchange import Info, table, units_of, xliff

    members = make(office)
    base = po.parse(members["base.po"], "base.po")
    sent = units_of(base, Ledger())
    changed = [
        replace(unit, entry=second(unit.entry), state=unit.state) for unit in sent
    ]  # the id stays that of what was sent
    writer = xliff.write if suffix == "xlf" else table.write
    members[f"bulletin-2024-01-az.{suffix}"] = writer(
        changed, Info("Test", "2024-01", "en", "az", "1")
    )
    done = back(office, members, "--reviewer", "Leyla")
    assert done.return_value == 0, (done.output, done.exception)
    found = next(e for key, e in entries(office).items() if key.startswith("A second"))
    assert found.msgstr.startswith("İkinci")


def test_an_edit_on_both_sides_is_a_conflict(office: Path) -> None:
    members = make(office)
    name = "bulletin-2024-01-az.po"
    members[name] = edited(members[name], second)
    change(office, lambda e: second(e, "Bizim mətn<note1/>."))
    done = back(office, members)
    assert done.return_value == 1 and "1 conflicts" in done.output
    found = next(e for key, e in entries(office).items() if key.startswith("A second"))
    assert found.msgstr == "Bizim mətn<note1/>."


def test_a_text_whose_source_has_gone_is_kept(office: Path) -> None:
    members = make(office)
    name = "bulletin-2024-01-az.po"
    members[name] = edited(members[name], second)
    text = ARTICLE.replace("A second paragraph[^1] stands here.", "Quite another matter[^1].")
    (office / "source/2024-01/01-a.md").write_text(text, encoding="utf-8")
    assert run(office, "update").exception is None
    done = back(office, members)
    assert done.return_value == 0 and "1 texts whose source is gone" in done.output
    found = next(e for key, e in entries(office).items() if key.startswith("A second"))
    assert found.obsolete and found.msgstr.startswith("İkinci")
    assert run(office, "update").exception is None
    assert any("İkinci" in e.msgstr for e in po.load(catalog_path(office)).entries)


def test_a_term_base_that_changed_is_left_alone(office: Path) -> None:
    members = make(office)
    members["terms-az.po"] += b"\n"
    done = back(office, members)
    assert done.return_value == 0 and "left alone" in done.output


def damaged(members: dict[str, bytes]) -> Iterable[tuple[str, bytes, str]]:
    manifest = json.loads(members["kit.json"])

    def with_manifest(**more: object) -> bytes:
        return pack({**members, "kit.json": json.dumps({**manifest, **more}).encode()})

    yield "no archive", b"hello", "no ZIP archive"
    yield "no kit", pack({"a.po": b""}), "no kit.json"
    yield "cut short", pack(members)[:-200], "ZIP"
    yield "no base", pack({k: v for k, v in members.items() if k != "base.po"}), "base.po"
    yield "not JSON", pack({**members, "kit.json": b"{"}), "manifest"
    yield "deep JSON", pack({**members, "kit.json": b"[" * 100_000}), "manifest"
    yield "a path", with_manifest(files={"../../x.po": "0"}), "manifest"
    yield "no issue", with_manifest(issue="../.."), "no issue"
    yield "no language", with_manifest(language="../x"), "is not a translation language"
    yield "other publication", with_manifest(publication="other"), "of the publication"
    yield "newer", with_manifest(kit=2), "another version"
    name = "bulletin-2024-01-az.po"
    yield "a damaged catalog", pack({**members, name: b'msgid "a'}), "damaged"
    yield "too large", pack({**members, name: bytes(70 * 1024 * 1024)}), "too large"


def test_a_kit_that_is_none_changes_nothing(office: Path) -> None:
    members = make(office)
    before = catalog_path(office).read_bytes()
    for what, data, message in damaged(members):
        (office / "back.zip").write_bytes(data)
        done = run(office, "kit", "import", str(office / "back.zip"))
        assert message in str(done.exception), (what, done.exception)
        assert type(done.exception).__module__ == "publisher.errors", what
        assert catalog_path(office).read_bytes() == before


@pytest.mark.parametrize("code", ["az", "tr", "ru", "fr", "ar", "es", "pt", "de", "zh", "en"])
def test_the_page_in_every_language(code: str) -> None:
    info = KitInfo("Bulletin <1>", "3", languages.load("en"), languages.load(code), "a@b.example")
    # A language for which nobody has translated the layout gets an English page.
    words = layout.load(code) if code != "zh" else layout.Words(code)
    contents = Contents("a.po", "a.xlf", "a.docx", "en.pdf", "", ("kit.json", "base.po"))
    count = Count()
    count.words["missing"] = 1234
    data = kit_page(info, contents, words, count, {"01-a.md": count}).decode()
    page = html.document_fromstring(data)
    shown = code if code != "zh" else "en"
    assert page.get("lang") == shown and page.get("dir") == ("rtl" if code == "ar" else "ltr")
    assert page.xpath("//code[@dir='ltr']")[0].text == "<em>…</em>"
    assert "Bulletin <1>" in page.text_content() and "a@b.example" in page.text_content()


def test_no_two_commands_write_a_catalog_at_once(office: Path) -> None:
    members = make(office)
    name = next(name for name in members if name.endswith(".po") and name != BASE)
    members[name] = edited(members[name], second)
    file = office / "az.xlf"
    assert run(office, "exchange", "export", "xliff", "-l", "az", "-o", str(file)).exception is None
    before = catalog_path(office).read_bytes()
    commands = (
        lambda: back(office, members),
        lambda: run(office, "exchange", "import", str(file), "-l", "az"),
        lambda: run(office, "approve", "-l", "az", "--by", "Someone"),
    )
    with catalogs(load(office), "2024-01", ["az"]):
        for command in commands:
            assert "is at work on translations/2024-01/az.po" in str(command().exception)
    assert catalog_path(office).read_bytes() == before
    assert [command().exception for command in commands] == [None, None, None]
    assert catalog_path(office).read_bytes() != before
