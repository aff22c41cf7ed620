"""PO files: canonical bytes, other writers, damaged files."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.catalog import po
from publisher.catalog.po import Catalog, Entry
from publisher.catalog.po_read import read_fast, read_polib
from publisher.errors import InputError
from tests.catalogs import Desk, foreign, segment

needs_gettext = pytest.mark.skipif(shutil.which("msgcat") is None, reason="gettext is not here")

HEADER = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'

# Every line end that gettext keeps; not \r, which editors turn into \n.
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n\t"),
    max_size=30,
)
LINE = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=20)
COMMENT = LINE.filter(lambda line: not line or (line[0] not in ",.:|~=" and line == line.strip()))


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    obsolete = draw(st.booleans())
    fuzzy = draw(st.booleans())
    return Entry(
        msgid=draw(TEXT.filter(bool)),
        msgstr=draw(TEXT),
        msgctxt=draw(st.none() | LINE),
        fuzzy=fuzzy,
        previous_msgid=draw(st.none() | TEXT) if fuzzy else None,
        comments=tuple(draw(st.lists(COMMENT, max_size=2))),
        extracted=() if obsolete else tuple(draw(st.lists(LINE.filter(bool), max_size=2))),
        references=() if obsolete else tuple(draw(st.sets(st.sampled_from(["a.md", "b c.md"])))),
        obsolete=obsolete,
    )


CATALOGS = st.lists(entries(), max_size=4, unique_by=lambda entry: entry.key).map(
    lambda found: Catalog({"Content-Type": "text/plain; charset=UTF-8"}, tuple(found))
)


@given(CATALOGS)
def test_all_fields_survive_writing_and_reading(catalog: Catalog) -> None:
    data = po.dump(catalog)
    assert po.parse(data, "x.po") == catalog
    assert po.dump(po.parse(data, "x.po")) == data


@given(CATALOGS)
def test_the_fast_reader_reads_what_polib_reads(catalog: Catalog) -> None:
    text = po.dump(catalog).decode()
    fast = read_fast(text)
    assert isinstance(fast, list)
    slow = read_polib(text, "x.po")
    pairs = [
        (entry.key, entry.msgstr, entry.fuzzy, entry.obsolete) for entry in fast if entry.msgid
    ]
    assert pairs == [(e.key, e.msgstr, e.fuzzy, e.obsolete) for e in slow if e.msgid]


@needs_gettext
def test_canonical_bytes_are_those_of_msgcat(tmp_path: Path) -> None:
    data = po.dump(_rich().catalog or Catalog())
    path = tmp_path / "x.po"
    path.write_bytes(data)
    done = subprocess.run(["msgcat", "--no-wrap", str(path)], capture_output=True, check=True)
    assert done.stdout == data


TEXTS = [
    "The minister arrived in Baku on 3 March. He met the president there. They spoke of gas.",
    "Oil prices rose by 5 per cent.",
    "A short heading",
    "Text with <em>tags</em> & “quotes” \\ and a tail so long that any tool will wrap it at eighty, 100% sure.",
]


def _rich() -> Desk:
    """A catalog with everything: fuzzy, previous, comments, spaces in names, obsolete."""
    desk = Desk()
    texts = [*map(segment, TEXTS), segment(TEXTS[0], "source/1/with space.md")]
    desk.update(texts)
    desk.translate()
    remark = (
        "ignore: numbers (a reason so long that a tool which wraps comments will wrap this one too)"
    )
    for text in TEXTS:
        desk.edit(text, comments=(remark, "two"))
    desk.update(texts)
    changed = TEXTS[0].replace("March", "April")
    desk.update([changed, *texts[2:4], segment(changed, "source/1/with space.md")])
    return desk


def _run(command: list[str], data: bytes, folder: Path) -> bytes:
    (folder / "x.po").write_bytes(data)
    return subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout


def _babel(data: bytes, _: Path) -> bytes:
    from babel.messages.pofile import read_po, write_po

    out = io.BytesIO()
    write_po(out, read_po(io.BytesIO(data)), include_previous=True)
    return out.getvalue()


def _polib(data: bytes, _: Path) -> bytes:
    import polib

    file = polib.pofile(data.decode(), wrapwidth=78)
    return str(file).encode()


REWRITERS = {
    "crlf": lambda data, _: data.replace(b"\n", b"\r\n"),
    "bom": lambda data, _: b"\xef\xbb\xbf" + data,
    "babel": _babel,
    "polib": _polib,
    **{
        " ".join(command): (
            lambda data, folder, command=command: _run([*command, "x.po"], data, folder)
        )
        for command in (
            ["msgcat"],
            ["msgcat", "--width=79"],
            ["msgcat", "--no-wrap"],
            ["msgcat", "--sort-output"],
            ["msgcat", "--escape"],
            ["msgcat", "--indent"],
            ["msgattrib"],
            ["msgattrib", "--no-location"],
        )
    },
}


@pytest.mark.parametrize("name", REWRITERS)
def test_what_another_tool_rewrites_comes_back(name: str, tmp_path: Path) -> None:
    if name.startswith("msg") and shutil.which("msgcat") is None:
        pytest.skip("gettext is not here")
    desk = _rich()
    assert desk.catalog is not None
    data, events = po.dump(desk.catalog), len(desk.ledger.events)
    desk.catalog = po.parse(REWRITERS[name](data, tmp_path), "x.po")
    changed = TEXTS[0].replace("March", "April")
    desk.update([changed, *map(segment, TEXTS[2:]), segment(changed, "source/1/with space.md")])
    assert po.dump(desk.catalog) == data
    assert len(desk.ledger.events) == events


DAMAGED = {
    "truncated": (HEADER + b'msgid "a"\nmsgstr "b"\n\nmsgid "c\n', 8),
    "no msgstr": (HEADER + b'msgid "a"\nmsgid "b"\nmsgstr "c"\n', 6),
    "not UTF-8": (HEADER + b'msgid "a"\nmsgstr "\xff\xfe"\n', 6),
    "unknown charset": (HEADER.replace(b"UTF-8", b"nonsense-8") + b'msgid "a"\nmsgstr ""\n', None),
    "UTF-16": ('msgid "a"\nmsgstr "b"\n'.encode("utf-16"), None),
    "duplicate": (HEADER + b'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', 8),
    "conflict": (HEADER + b'<<<<<<< ours\nmsgid "a"\n=======\nmsgid "b"\n>>>>>>> theirs\n', 5),
    "binary": (b"\x7fELF\0\0\0", None),
    "prose": (b"This is a letter, not a catalog.\n", 1),
    "html": (b"<!doctype html>\n<title>404</title>\n", 1),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_catalog_is_an_error_with_its_place(name: str, tmp_path: Path) -> None:
    data, line = DAMAGED[name]
    path = tmp_path / "az.po"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        po.load(path, "translations/1/az.po")
    assert caught.value.path == "translations/1/az.po"
    assert caught.value.line == line
    assert path.read_bytes() == data


@given(
    st.binary(max_size=200) | CATALOGS.map(po.dump), st.integers(0, 10**6), st.binary(max_size=3)
)
def test_any_bytes_raise_only_our_own_error(data: bytes, place: int, junk: bytes) -> None:
    at = place % (len(data) + 1)
    try:
        po.parse(data[:at] + junk + data[at + len(junk) :], "x.po")
    except InputError as error:
        assert error.path == "x.po"


def test_sticky_flags_of_new_gettext_are_read() -> None:
    data = HEADER + b'#= c-format\nmsgid "a"\nmsgstr "b"\n'
    assert po.parse(data, "x.po").entries[0].flags == ("c-format",)


def test_octal_escapes_are_bytes_of_utf_8() -> None:
    data = HEADER + b'msgid "a"\nmsgstr "\\342\\200\\234q\\342\\200\\235\\t"\n'
    assert po.parse(data, "x.po").entries[0].msgstr == "“q”\t"


def test_a_header_with_another_charset_is_read_by_it() -> None:
    data = HEADER.replace(b"UTF-8", b"ISO-8859-9") + 'msgid "a"\nmsgstr "şğı"\n'.encode(
        "iso-8859-9"
    )
    assert po.parse(data, "x.po").entries[0].msgstr == "şğı"


@needs_gettext
def test_a_catalog_passes_msgfmt(tmp_path: Path) -> None:
    desk = Desk()
    desk.update(TEXTS)
    desk.translate(lambda entry: foreign(entry.msgid))
    assert desk.catalog is not None
    (tmp_path / "az.po").write_bytes(po.dump(desk.catalog))
    subprocess.run(["msgfmt", "--check", "-o", "/dev/null", "az.po"], cwd=tmp_path, check=True)


def test_equality_ignores_where_an_entry_stood() -> None:
    assert Entry("a", line=1) == replace(Entry("a"), line=7)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgid "x"\nmsgstr "y\n', 2), ('msgid "x"\nmsgstr "y\n"z\n', 2), ('msgid "x"\nmsgstr y\n', 2),
        ('msgid "x"\nmsgstr ""\n"y\n\nmsgid "q"\nmsgstr "r"\n', 3), ('#~ msgid "x\n#~ msgstr "y"\n', 1),
        ('msgid "x"\nmsgstr[0] "y\n', 2),
    ],
)  # fmt: skip
def test_a_string_without_an_end_is_refused_not_cut(text: str, line: int) -> None:
    with pytest.raises(InputError) as caught:
        po.parse(HEADER + text.encode(), "x.po")
    assert caught.value.line == line + HEADER.count(b"\n")
