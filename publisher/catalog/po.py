"""PO files: read what any editor writes, write one canonical form (design §4).

The canonical bytes are those of ``msgcat --no-wrap``: one string a line, source order, ``#:`` the file
without a line number. Well-formed files are read by a fast reader; anything else goes to polib, whose
errors come back with a line. Format: GNU gettext manual, "The Format of PO Files".
"""

from __future__ import annotations

from pathlib import Path

from publisher.catalog.po_entry import Catalog, Entry, Key
from publisher.catalog.po_read import decode, read_fast, read_polib
from publisher.catalog.po_write import dump, dump_entry
from publisher.errors import InputError
from publisher.files import read_bytes

__all__ = ["Catalog", "Entry", "Key", "dump", "dump_entry", "load", "parse"]


def load(path: Path, name: str | None = None) -> Catalog:
    """Read a PO file; raises InputError, with file and line, for anything that is not one."""
    shown = name or str(path)
    try:
        data = read_bytes(path, what="catalog")
    except InputError as error:
        raise InputError(error.message, path=shown, hint="Run: publisher update") from error
    return parse(data, shown)


def parse(data: bytes, name: str) -> Catalog:
    """Parse the bytes of a PO file called ``name`` in messages."""
    text = decode(data, name)
    entries = read_fast(text)
    if isinstance(entries, int):
        entries = read_polib(text, name, entries)
    return _catalog(entries, name)


def _catalog(entries: list[Entry], name: str) -> Catalog:
    header: dict[str, str] = {}
    comments: tuple[str, ...] = ()
    fuzzy = False
    seen: dict[tuple[str | None, str, bool], int] = {}
    kept: list[Entry] = []
    for entry in entries:
        if entry.msgid == "" and entry.msgctxt is None:
            if entry.obsolete:
                continue
            if header or kept:
                raise InputError(
                    "a second header, or an entry with an empty msgid", path=name, line=entry.line
                )
            header = _header(entry.msgstr)
            comments, fuzzy = entry.comments, entry.fuzzy
            continue
        key = (*entry.key, entry.obsolete)
        if key in seen:
            if entry.obsolete:
                kept.append(entry)
                continue
            raise InputError(
                f"the entry “{_short(entry.msgid)}” stands twice (first in line {seen[key]})",
                path=name,
                line=entry.line,
                hint="Keep one of them, or run: msguniq",
            )
        seen[key] = entry.line
        kept.append(entry)
    return Catalog(header, tuple(kept), comments, fuzzy, name)


def _header(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in text.split("\n"):
        key, colon, value = line.partition(":")
        if colon and key.strip():
            fields[key.strip()] = value.strip()
    return fields


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
