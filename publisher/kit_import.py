"""Take a translator's kit back: whichever of its files has changed, merged with the catalog of today.

The archive is not trusted: it is read member by member within limits, nothing in it becomes a path, and only
the files that its manifest names are looked at.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from publisher.catalog import po, store
from publisher.catalog.ledger import Event, Ledger, source_hash, target_hash
from publisher.catalog.po import Catalog, Entry
from publisher.errors import InputError
from publisher.exchange import Incoming, Refused, merge, table, unit_id, xliff
from publisher.files import read_bytes, sha256
from publisher.kit import BASE, MANIFEST
from publisher.lock import catalogs
from publisher.project import Publication

MAX_KIT = 256 * 1024 * 1024
MAX_MEMBER = 64 * 1024 * 1024
MAX_MEMBERS = 2_000

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError)

_ALONE = (
    "Ask for the whole kit; an XLIFF file or a Word table comes back alone, too, with: "
    "publisher exchange import"
)


@dataclass(frozen=True, slots=True)
class FileResult:
    """What one file of the kit brought."""

    name: str
    taken: int
    same: int
    conflicts: tuple[Refused, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class KitResult:
    """What came of a kit; ``kept`` counts texts whose source is gone, which now stand as ``#~``."""

    issue: str
    language: str
    files: tuple[FileResult, ...]
    kept: int
    remarks: tuple[str, ...]


def import_kit(
    publication: Publication, file: Path, *, now: str, by: str, named: bool = False
) -> KitResult:
    """Merge a kit that came back; ``by`` is whose edits they are.

    Unless ``named``, a translator whom the PO file names (``Last-Translator``) goes before ``by``.
    Raises InputError for a file that is no kit, or one of another publication, MachineError where another
    command is at work on the catalog.
    """
    members = _read(file)
    manifest = _manifest(members, file.name)
    issue = publication.pick_issue(manifest["issue"])
    (language,) = publication.pick_languages((manifest["language"],), targets_only=True)
    if manifest["publication"] != publication.config.slug:
        raise InputError(
            f"the kit is of the publication “{manifest['publication'][:60]}”", path=file.name
        )
    kit = _Kit(file.name, members, manifest["files"], issue, language)
    with catalogs(publication, issue, [language]):
        return _merge(publication, kit, now, by, named)


@dataclass(frozen=True, slots=True)
class _Kit:
    """A kit that came back: its members, and the digests that they had when it was sent."""

    name: str
    members: Mapping[str, bytes]
    digests: Mapping[str, str]
    issue: str
    language: str


def _merge(publication: Publication, kit: _Kit, now: str, by: str, named: bool) -> KitResult:
    issue, language = kit.issue, kit.language
    base = po.parse(_member(kit.members, BASE, kit.name), f"{kit.name}/{BASE}")
    catalog = store.load_catalog(publication, issue, language) or Catalog()
    ledger = store.load_ledger(publication, issue, language)
    results: list[FileResult] = []
    remarks: list[str] = []
    kept = 0
    changed = False
    for name, digest in kit.digests.items():
        data = kit.members.get(name)
        if data is None:
            remarks.append(f"{name} did not come back")
            continue
        if sha256(data) == digest:
            continue
        shown = f"{kit.name}/{name}"
        who = by
        if name.startswith("terms-"):
            remarks.append(f"{name} has changed and was left alone: the term base is yours to edit")
            continue
        if name.endswith(".po"):
            returned = po.parse(data, shown)
            incoming = list(of_catalog(base, returned))
            who = by if named else _translator(base, returned) or by
        elif name.endswith(".xlf"):
            incoming = xliff.read(data, shown)
        else:
            incoming = table.read(data, shown)
        merged = merge(catalog, ledger, incoming, now=now, by=who)
        stranded = _stranded(base, catalog, incoming)
        catalog, ledger = merged.catalog, merged.ledger
        if stranded:
            catalog = catalog.with_entries((*catalog.entries, *stranded))
            ledger = _vouch(ledger, stranded, now, who)
        kept += len(stranded)
        changed = changed or bool(merged.taken or stranded)
        lost = tuple(item for item in merged.refused if not _is_kept(item, stranded))
        results.append(FileResult(name, merged.taken, merged.same, merged.conflicts, lost))
    if changed:
        store.save(publication, issue, language, catalog, ledger)
    return KitResult(issue, language, tuple(results), kept, tuple(remarks))


def of_catalog(base: Catalog, returned: Catalog) -> Iterable[Incoming]:
    """The entries of a PO file that came back, against the catalog that was sent."""
    sent = base.index()
    for entry in returned.entries:
        before = sent.get(entry.key)
        if entry.obsolete or (before is None and not entry.translated):
            continue
        where = f"line {entry.line}"
        if before is None:
            yield Incoming("", entry.msgstr, False, "", where)
            continue
        comments = [line for line in entry.comments if line not in before.comments]
        reviewed = entry.translated and not entry.fuzzy
        yield Incoming(unit_id(before), entry.msgstr, reviewed, "\n".join(comments), where)


def _translator(base: Catalog, returned: Catalog) -> str:
    """Who the returned catalog says has worked on it, where that is news."""
    name = " ".join(returned.header.get("Last-Translator", "").split())
    nobody = not name or "FULL NAME" in name
    return "" if nobody or name == base.header.get("Last-Translator", "") else name[:200]


def _stranded(base: Catalog, catalog: Catalog, incoming: Iterable[Incoming]) -> list[Entry]:
    """New translations of texts that have left the catalog since: they stay as ``#~``."""
    sent = {unit_id(entry): entry for entry in base.entries if not entry.obsolete}
    current = {source_hash(entry.key) for entry in catalog.entries if not entry.obsolete}
    there = {(e.key, e.msgstr) for e in catalog.entries if e.obsolete}
    found = []
    for item in incoming:
        before = sent.get(item.id)
        if before is None or not item.target or item.target == before.msgstr:
            continue
        if source_hash(before.key) in current or (before.key, item.target) in there:
            continue
        found.append(
            Entry(before.msgid, item.target, before.msgctxt, fuzzy=not item.reviewed, obsolete=True)
        )
    return found


def _is_kept(item: Refused, stranded: Iterable[Entry]) -> bool:
    return any(entry.msgstr == item.text for entry in stranded)


def _vouch(ledger: Ledger, entries: Iterable[Entry], now: str, by: str) -> Ledger:
    return ledger.adding(
        Event(
            now, "edited" if entry.fuzzy else "reviewed", source_hash(entry.key),
            target_hash(entry), by,
        )
        for entry in entries
    )  # fmt: skip


# The archive.


def _read(file: Path) -> dict[str, bytes]:
    """Members by their own name, those next to the manifest; folders around them do not matter."""
    if file.is_file() and file.stat().st_size > MAX_KIT:
        raise InputError("the file is too large for a kit", path=file.name)
    data = read_bytes(file, what="kit")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_MEMBERS:
                raise InputError("the archive has too many files for a kit", path=file.name)
            names = {info.filename.replace("\\", "/"): info for info in infos}
            folder = _folder(names)
            if folder is None:
                raise InputError(
                    f"this is no translator’s kit (it holds no {MANIFEST})",
                    path=file.name,
                    hint=_ALONE,
                )
            members: dict[str, bytes] = {}
            for name, info in names.items():
                path = PurePosixPath(name)
                if path.parent == folder and (path.name == MANIFEST or _is_name(path.name)):
                    members[path.name] = _unpack(archive, info, file.name)
                    if sum(map(len, members.values())) > MAX_KIT:
                        raise InputError("the archive is too large for a kit", path=file.name)
            return members
    except _DAMAGED as error:
        raise InputError(
            "the file is no ZIP archive, or a damaged one", path=file.name, hint=_ALONE
        ) from error


def _folder(names: Mapping[str, Any]) -> PurePosixPath | None:
    """The folder in the archive that holds the manifest: the nearest to the top."""
    found = [
        PurePosixPath(name)
        for name in names
        if PurePosixPath(name).name == MANIFEST and not name.startswith("__MACOSX/")
    ]
    return min(found, key=lambda path: (len(path.parts), str(path))).parent if found else None


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    if info.flag_bits & 1:
        raise InputError("the archive is protected by a password", path=name)
    with archive.open(info) as stream:
        data = stream.read(MAX_MEMBER + 1)
    if len(data) > MAX_MEMBER:
        raise InputError("a file in the archive is too large", path=name)
    return data


def _member(members: Mapping[str, bytes], wanted: str, name: str) -> bytes:
    data = members.get(wanted)
    if data is None:
        raise InputError(
            f"the kit has lost its file {wanted}",
            path=name,
            hint=_ALONE,
        )
    return data


def _manifest(members: Mapping[str, bytes], name: str) -> dict[str, Any]:
    """The manifest, every value checked: it came from outside."""
    shown = f"{name}/{MANIFEST}"
    try:
        found = json.loads(_member(members, MANIFEST, name))
    except (ValueError, RecursionError) as error:
        raise InputError("the manifest is damaged", path=shown) from error
    texts = ("publication", "issue", "language")
    if (
        not isinstance(found, dict)
        or not all(isinstance(found.get(key), str) for key in texts)
        or not isinstance(found.get("files"), dict)
        or not all(_is_name(key) and isinstance(v, str) for key, v in found["files"].items())
    ):
        raise InputError("the manifest is damaged", path=shown)
    if found.get("kit") != 1:
        raise InputError("the kit was made by another version of the toolkit", path=shown)
    return found


def _is_name(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*\.(po|xlf|docx)", name) is not None
