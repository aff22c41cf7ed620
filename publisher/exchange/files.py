"""Exchange files on disk: which catalog goes out, and where edits come in."""

from __future__ import annotations

from pathlib import Path

from publisher import __version__
from publisher.catalog import store
from publisher.catalog.po import Catalog
from publisher.catalog.po import parse as parse_po
from publisher.errors import InputError, UsageError
from publisher.exchange import Incoming, Info, Merged, merge, table, tmx, unit_id, units_of, xliff
from publisher.files import read_bytes, write_atomic
from publisher.lock import catalogs
from publisher.project import Publication

SUFFIXES = {"xliff": "xlf", "xliff12": "xlf", "docx": "docx", "tmx": "tmx"}


def _info(publication: Publication, issue: str, language: str) -> Info:
    config = publication.config
    return Info(config.name.text, issue, config.language, language, __version__)


def _catalog(publication: Publication, issue: str, language: str) -> Catalog:
    catalog = store.load_catalog(publication, issue, language)
    if catalog is None:
        path = publication.relative(publication.catalog_path(issue, language))
        raise InputError("there is no catalog yet", path=path, hint="Run: publisher update")
    return catalog


def export_data(
    publication: Publication, issue: str, language: str, format_: str, *, to_review: bool = False
) -> bytes:
    """The bytes of an exchange file."""
    info = _info(publication, issue, language)
    catalog = _catalog(publication, issue, language)
    ledger = store.load_ledger(publication, issue, language)
    if format_ == "tmx":
        own = {
            entry.msgid: (entry.msgstr, issue)
            for entry in catalog.entries
            if entry.msgstr and not entry.fuzzy and not entry.obsolete
        }
        older = dict(store.memory(publication, issue, language))
        return tmx.write(tmx.pairs_of({**older, **own}), info)
    units = [unit for unit in units_of(catalog, ledger) if not to_review or not unit.state.clean]
    writers = {"xliff": xliff.write, "xliff12": xliff.write12, "docx": table.write}
    return writers[format_](units, info)


def export_catalog(
    publication: Publication,
    issue: str,
    language: str,
    format_: str,
    out: Path | None,
    *,
    to_review: bool = False,
) -> Path:
    """Write an exchange file, by default into ``dist/exchange``; returns where."""
    data = export_data(publication, issue, language, format_, to_review=to_review)
    name = f"{publication.config.slug}-{issue}-{language}.{SUFFIXES[format_]}"
    path = out or publication.dist / "exchange" / name
    write_atomic(path, data)
    return path


def import_file(
    publication: Publication, issue: str, language: str, file: Path, *, now: str, by: str
) -> Merged:
    """Merge a file that came back into the catalog; a TMX or foreign PO fills what is missing.

    Raises MachineError where another command is at work on the catalog.
    """
    data = read_bytes(file)
    with catalogs(publication, issue, [language]):
        return _import(publication, issue, language, file, data, now, by)


def _import(
    publication: Publication, issue: str, language: str, file: Path, data: bytes, now: str, by: str
) -> Merged:
    suffix = file.suffix.lower()
    catalog = _catalog(publication, issue, language)
    ledger = store.load_ledger(publication, issue, language)
    incoming: list[Incoming]
    if suffix in {".xlf", ".xliff", ".xml"}:
        incoming = xliff.read(data, file.name)
    elif suffix == ".docx":
        incoming = table.read(data, file.name)
    elif suffix == ".tmx":
        source_language = publication.config.language
        pairs = tmx.read(data, file.name, source_language, language)
        incoming = _fill(catalog, {pair.source: pair.target for pair in pairs}, file.name)
    elif suffix == ".po":
        foreign = parse_po(data, file.name)
        texts = {e.msgid: e.msgstr for e in foreign.entries if e.msgstr and not e.fuzzy}
        incoming = _fill(catalog, texts, file.name)
    else:
        raise UsageError(
            f"“{file.name}” is none of .xlf, .xliff, .docx, .tmx, .po",
            hint="Send back the file as sent.",
        )
    merged = merge(catalog, ledger, incoming, now=now, by=by)
    if merged.taken:
        store.save(publication, issue, language, merged.catalog, merged.ledger)
    return merged


def _fill(catalog: Catalog, texts: dict[str, str], name: str) -> list[Incoming]:
    """Fuzzy proposals for missing entries: nobody here has reviewed a foreign memory."""
    return [
        Incoming(unit_id(entry), texts[entry.msgid], False, "", name)
        for entry in catalog.entries
        if not entry.obsolete and not entry.translated and texts.get(entry.msgid)
    ]
