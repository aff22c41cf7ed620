"""The translator's kit: one ZIP for someone outside, with all that a translation needs.

The text in three forms (PO, XLIFF, a table for Word), the issue in its source language, the terms, and a page in
the translator's language that says how to work. ``kit.json`` and ``base.po`` tell, when it comes
back, what was sent (publisher.kit_import). The bytes depend on the publication alone.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from publisher import language as languages
from publisher.ast import plain_text
from publisher.build import build
from publisher.build_report import Options
from publisher.cache import Cache, NoCache
from publisher.catalog import layout, po, store
from publisher.catalog.po import Catalog
from publisher.catalog.status import measure
from publisher.errors import InputError
from publisher.exchange.files import export_data
from publisher.files import read_bytes, sha256
from publisher.kit_page import Contents, KitInfo, kit_page
from publisher.markdown import parse_strings
from publisher.project import Publication

MANIFEST = "kit.json"
BASE = "base.po"
HOW_TO = "HOW-TO.html"
VERSION = 1

_TIME = (1980, 1, 1, 0, 0, 0)
_STORED = (".pdf", ".docx")


@dataclass(frozen=True, slots=True)
class Kit:
    """A kit: its file name, its bytes, and the words that wait for a human."""

    name: str
    data: bytes
    to_review: int


def make_kit(
    publication: Publication, issue: str, language: str, cache: Cache, *, now: datetime
) -> Kit:
    """Pack the kit of an issue and language; ``now`` (with offset) decides on the embargo.

    Raises InputError where there is no catalog, where the source has changed since it was made, or
    where the source edition cannot be built.
    """
    catalog = _current(publication, issue, language)
    stem = f"{publication.config.slug}-{issue}-{language}"
    po_name, xliff, table = f"{stem}.po", f"{stem}.xlf", f"{stem}.docx"
    pdf_name, pdf = _source_pdf(publication, issue, cache)
    editable = {
        po_name: po.dump(catalog),
        xliff: export_data(publication, issue, language, "xliff"),
        table: export_data(publication, issue, language, "docx"),
    }
    terms = _terms(publication, language)
    contents = Contents(po_name, xliff, table, pdf_name, next(iter(terms), ""), (MANIFEST, BASE))
    ledger = store.load_ledger(publication, issue, language)
    total, articles = measure(catalog, ledger)
    info = _info(publication, issue, language, catalog, now)
    words = layout.load(language, publication.root / "translations" / "layout")
    manifest = {
        "kit": VERSION,
        "publication": publication.config.slug,
        "issue": issue,
        "language": language,
        "files": {name: sha256(data) for name, data in {**editable, **terms}.items()},
    }
    files = {
        HOW_TO: kit_page(info, contents, words, total, articles),
        **editable,
        pdf_name: pdf,
        **terms,
        MANIFEST: (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode(),
        BASE: editable[po_name],
    }
    folder = f"{stem}-kit"
    return Kit(f"{folder}.zip", _zip(folder, files), total.to_review)


def _current(publication: Publication, issue: str, language: str) -> Catalog:
    path = publication.relative(publication.catalog_path(issue, language))
    catalog = store.load_catalog(publication, issue, language)
    if catalog is None:
        raise InputError("there is no catalog yet", path=path, hint="Run: publisher update")
    if catalog.header.get("X-Source-Digest") != store.source_digest(publication, issue):
        raise InputError(
            "the source has changed since this catalog was updated",
            path=path,
            hint="Run: publisher update",
        )
    return catalog


def _source_pdf(publication: Publication, issue: str, cache: Cache) -> tuple[str, bytes]:
    """The edition in the source language: its name and bytes; nothing is left in ``dist``."""
    source = publication.config.language
    with tempfile.TemporaryDirectory(prefix="publisher-kit-") as folder:
        report = build(
            publication, issue, Options((source,), ("pdf",), "auto", Path(folder)), cache
        )
        outcome = report.outcomes[0]
        if outcome.state == "failed":
            raise InputError(
                f"the edition in the source language cannot be built: {outcome.error}",
                path=f"source/{issue}",
                hint=f"Run: publisher build -l {source} -f pdf",
            )
        path = Path(outcome.path)
        return path.name, read_bytes(path)


def _terms(publication: Publication, language: str) -> dict[str, bytes]:
    """The term base as it is, where there is one."""
    path = publication.root / "translations" / "glossary" / f"{language}.po"
    if not path.is_file():
        return {}
    catalog = po.load(path, publication.relative(path))
    return {f"terms-{language}.po": po.dump(catalog)} if catalog.entries else {}


def _info(
    publication: Publication, issue: str, language: str, catalog: Catalog, now: datetime
) -> KitInfo:
    config, own = publication.issue(issue), publication.root / "translations" / "languages"
    parts = [publication.config.name.text]
    if publication.config.contact is not None:
        parts.append(publication.config.contact.text)
    plain = [plain_text(text) for text in parse_strings(parts, NoCache(), "")]
    entry = catalog.index().get((None, plain[0]))
    name = entry.msgstr if entry is not None and entry.msgstr and not entry.fuzzy else plain[0]
    embargo = config.embargo if config.embargo is not None and now < config.embargo else None
    return KitInfo(
        publication=name,
        number=config.number,
        source=languages.load(publication.config.language, own),
        language=languages.load(language, own),
        contact=plain[1] if len(plain) > 1 else "",
        embargo=embargo,
    )


def _zip(folder: str, files: Mapping[str, bytes]) -> bytes:
    """A ZIP without a clock; what is compressed already is stored."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(f"{folder}/{name}", date_time=_TIME)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            stored = name.endswith(_STORED)
            member.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    return stream.getvalue()
