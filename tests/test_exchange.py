"""Exchange: out and back without a change, edits merged three ways, nothing overwritten silently."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from publisher.catalog import po, store
from publisher.errors import InputError, PublisherError
from publisher.exchange import files, table, tmx, units_of, xliff
from publisher.project import Publication, load

NOW = "2024-02-01T10:00:00Z"
ISSUE = "2023-03"
FORMATS = ["xliff", "xliff12", "docx"]


@pytest.fixture
def office(sample: Path) -> Publication:
    return load(sample)


def export(office: Publication, tmp_path: Path, format_: str, language: str) -> Path:
    out = tmp_path / f"out.{files.SUFFIXES[format_]}"
    return files.export_catalog(office, ISSUE, language, format_, out)


def take(office: Publication, path: Path, language: str = "fr") -> files.Merged:
    return files.import_file(office, ISSUE, language, path, now=NOW, by="Reviewer")


def state(office: Publication, language: str) -> tuple[bytes, bytes]:
    return (
        office.catalog_path(ISSUE, language).read_bytes(),
        office.ledger_path(ISSUE, language).read_bytes(),
    )


def edit(path: Path, change: Callable[[str], str]) -> None:
    """Change the text of an XLIFF file, or of the document part of a DOCX."""
    if path.suffix != ".docx":
        path.write_text(change(path.read_text("utf-8")), encoding="utf-8")
        return
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = change(data.decode()).encode()
            new.writestr(name, data)
    path.write_bytes(stream.getvalue())


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("language", ["fr", "ar", "pt"])
def test_out_and_back_changes_no_byte(
    office: Publication, tmp_path: Path, format_: str, language: str
) -> None:
    before = state(office, language)
    merged = take(office, export(office, tmp_path, format_, language), language)
    assert (merged.taken, merged.conflicts, merged.refused) == (0, (), ())
    assert merged.same > 200
    assert state(office, language) == before


@pytest.mark.parametrize("format_", FORMATS)
def test_an_edit_is_taken_with_an_event(office: Publication, tmp_path: Path, format_: str) -> None:
    path = export(office, tmp_path, format_, "fr")
    edit(path, lambda text: text.replace("Qui est entendu", "Qui entend-on"))
    catalog = store.load_catalog(office, ISSUE, "fr")
    assert catalog is not None
    old = next(e for e in catalog.entries if e.msgid == "Whose story is heard?")
    word = re.split(r"[\s\u202f]", old.msgstr)[0]
    path = export(office, tmp_path, format_, "fr")
    edit(path, lambda text: text.replace(old.msgstr, old.msgstr.replace(word, "Vraiment", 1)))
    merged = take(office, path)
    assert (merged.taken, merged.conflicts, merged.refused) == (1, (), ())
    new = next(e for e in merged.catalog.entries if e.msgid == old.msgid)
    assert new.msgstr.startswith("Vraiment")
    assert not new.fuzzy
    event = merged.ledger.last(new.key)
    assert event is not None and (event.kind, event.by) == ("reviewed", "Reviewer")


@pytest.mark.parametrize("format_", FORMATS)
def test_an_edit_on_both_sides_is_a_conflict_and_the_catalog_keeps_its_own(
    office: Publication, tmp_path: Path, format_: str
) -> None:
    path = export(office, tmp_path, format_, "fr")
    catalog = store.load_catalog(office, ISSUE, "fr")
    assert catalog is not None
    old = next(e for e in catalog.entries if e.msgid == "Whose story is heard?")
    edit(path, lambda text: text.replace(old.msgstr, "La leur"))
    entries = [replace(e, msgstr="La nôtre") if e is old else e for e in catalog.entries]
    office.catalog_path(ISSUE, "fr").write_bytes(po.dump(catalog.with_entries(entries)))
    merged = take(office, path)
    assert merged.taken == 0
    assert [conflict.text for conflict in merged.conflicts] == ["La leur"]
    assert "La nôtre" in merged.conflicts[0].reason
    assert "La nôtre".encode() in office.catalog_path(ISSUE, "fr").read_bytes()


@pytest.mark.parametrize("format_", FORMATS)
def test_a_lost_note_is_refused(office: Publication, tmp_path: Path, format_: str) -> None:
    path = export(office, tmp_path, format_, "fr")

    def lose(text: str) -> str:
        if format_ == "docx":
            # the second one stands in the target column
            parts = text.split("&lt;note1/&gt;", 2)
            return parts[0] + "&lt;note1/&gt;" + parts[1] + parts[2]
        code = re.findall(r"<(?:ph|x) id=\"note1\"[^>]*/>", text)[0]
        first, second, rest = text.split(code, 2)
        return first + code + second + rest

    edit(path, lose)
    merged = take(office, path)
    assert merged.taken == 0
    assert [item.reason for item in merged.refused] == ["<note1/> is missing"]


def test_a_tick_reviews_a_machine_draft(office: Publication, tmp_path: Path) -> None:
    path = export(office, tmp_path, "docx", "pt")
    rows = table.read(path.read_bytes(), "x")
    reviewed = [replace(item, reviewed=True) if n == 5 else item for n, item in enumerate(rows)]
    catalog = store.load_catalog(office, ISSUE, "pt")
    assert catalog is not None
    ledger = store.load_ledger(office, ISSUE, "pt")
    merged = files.merge(catalog, ledger, reviewed, now=NOW, by="R")
    assert merged.taken == 1
    changed = [e for e in merged.catalog.entries if e.msgstr and not e.fuzzy]
    assert len(changed) == 1


def test_tracked_changes_count_as_accepted(office: Publication, tmp_path: Path) -> None:
    path = export(office, tmp_path, "docx", "fr")
    catalog = store.load_catalog(office, ISSUE, "fr")
    assert catalog is not None
    old = next(e for e in catalog.entries if e.msgid == "diplomacy").msgstr
    run = f'<w:r><w:t xml:space="preserve">{old}</w:t></w:r>'
    tracked = (
        f'<w:del w:id="9001" w:author="R"><w:r><w:delText>{old}</w:delText></w:r></w:del>'
        '<w:ins w:id="9002" w:author="R"><w:r><w:t>art de la paix</w:t></w:r></w:ins>'
    )
    edit(path, lambda text: text.replace(run, tracked))
    merged = take(office, path)
    assert merged.taken == 1
    assert (
        next(e for e in merged.catalog.entries if e.msgid == "diplomacy").msgstr == "art de la paix"
    )


def test_a_source_that_is_gone_is_reported_only_where_it_was_edited(
    office: Publication, tmp_path: Path
) -> None:
    path = export(office, tmp_path, "xliff", "fr")
    catalog = store.load_catalog(office, ISSUE, "fr")
    assert catalog is not None
    gone = [e for e in catalog.entries if e.msgid not in {"diplomacy", "Whose story is heard?"}]
    office.catalog_path(ISSUE, "fr").write_bytes(po.dump(catalog.with_entries(gone)))
    edit(path, lambda text: text.replace(">diplomatie<", ">diplomaties<"))
    merged = take(office, path)
    assert [item.reason for item in merged.refused] == ["its source is not in the catalog"]


def test_xliff_ids_are_unique_within_a_unit_and_states_are_mapped(
    office: Publication, tmp_path: Path
) -> None:
    from lxml import etree

    root = etree.fromstring(export(office, tmp_path, "xliff", "pt").read_bytes())
    space = f"{{{xliff.NS2}}}"
    assert root.get("version") == "2.1"
    for unit in root.iter(f"{space}unit"):
        source = unit.find(f".//{space}source")
        ids = [node.get("id") for node in source.iter(f"{space}pc", f"{space}ph")]
        assert len(ids) == len(set(ids))
    states = {segment.get("subState") for segment in root.iter(f"{space}segment")}
    assert "pub:machine" in states


def test_translate_toolkit_opens_xliff(office: Publication, tmp_path: Path) -> None:
    factory = pytest.importorskip(
        "translate.storage.xliff", reason="translate-toolkit is not installed"
    )
    path = export(office, tmp_path, "xliff12", "fr")
    file = factory.xlifffile.parsestring(path.read_bytes())
    assert len([unit for unit in file.units if unit.istranslatable()]) > 200


def test_tmx_out_and_in_fills_what_is_missing_as_fuzzy(office: Publication, tmp_path: Path) -> None:
    path = export(office, tmp_path, "tmx", "fr")
    pairs = tmx.read(path.read_bytes(), "x", "en", "fr")
    catalog = store.load_catalog(office, ISSUE, "fr")
    assert catalog is not None
    assert {(p.source, p.target) for p in pairs} == {
        (e.msgid, e.msgstr) for e in catalog.entries if not e.obsolete
    }
    emptied = [replace(e, msgstr="") if e.msgid == "diplomacy" else e for e in catalog.entries]
    office.catalog_path(ISSUE, "fr").write_bytes(po.dump(catalog.with_entries(emptied)))
    merged = take(office, path)
    assert merged.taken == 1
    filled = next(e for e in merged.catalog.entries if e.msgid == "diplomacy")
    assert filled.fuzzy and filled.msgstr == "diplomatie"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlf", b"<xliff"),
        ("a.xlf", b"<other/>"),
        ("a.xlf", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xliff>&e;</xliff>'),
        ("a.docx", b"PK nothing"),
        ("a.docx", b""),
        ("a.tmx", b"<x/>"),
        ("a.rtf", b"x"),
        ("a.po", b"\xff\xfe"),
    ],
)
def test_bad_files_are_refused_and_change_nothing(
    office: Publication, tmp_path: Path, name: str, data: bytes
) -> None:
    before = state(office, "fr")
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(PublisherError):
        take(office, path)
    assert state(office, "fr") == before


def test_a_word_file_without_the_table_says_so(office: Publication, tmp_path: Path) -> None:
    path = export(office, tmp_path, "docx", "fr")
    edit(path, lambda text: re.sub(r"<w:tbl>.*</w:tbl>", "", text, flags=re.DOTALL))
    with pytest.raises(InputError, match="no bilingual table"):
        take(office, path)


@pytest.mark.outside
def test_the_table_survives_libreoffice_with_edits(office: Publication, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    path = export(office, tmp_path, "docx", "ar")
    edit(path, lambda text: text.replace(">الدبلوماسية<", ">دبلوماسية<"))
    saved = tmp_path / "saved"
    subprocess.run(
        [soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(saved), str(path)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    merged = take(office, saved / path.name, "ar")
    assert (merged.taken, merged.conflicts, merged.refused) == (1, (), ())


def test_units_of_a_catalog_have_unique_ids(office: Publication) -> None:
    for language in office.targets:
        catalog = store.load_catalog(office, ISSUE, language)
        assert catalog is not None
        ids = [u.id for u in units_of(catalog, store.load_ledger(office, ISSUE, language))]
        assert len(ids) == len(set(ids))
        assert all(len(identifier) <= 40 for identifier in ids), "Word's limit for bookmark names"
