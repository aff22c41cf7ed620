"""Catalogs and ledgers on disk: load, update and write those of an issue."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.catalog import ledger as ledgers
from publisher.catalog import po
from publisher.catalog.ledger import Ledger
from publisher.catalog.po import Catalog
from publisher.errors import UsageError
from publisher.files import write_atomic
from publisher.project import Publication

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publisher.catalog.memory import Memory
    from publisher.catalog.segments import Segment

TEMPLATE = "messages.pot"


def load_catalog(publication: Publication, issue: str, language: str) -> Catalog | None:
    """The catalog of an issue and language, None where there is none yet."""
    path = publication.catalog_path(issue, language)
    return po.load(path, publication.relative(path)) if path.is_file() else None


def load_ledger(publication: Publication, issue: str, language: str) -> Ledger:
    """The ledger of an issue and language, empty where there is none yet."""
    path = publication.ledger_path(issue, language)
    return ledgers.load(path, publication.relative(path))


def save(
    publication: Publication, issue: str, language: str, catalog: Catalog, ledger: Ledger
) -> bool:
    """Write catalog and ledger, the ledger first: an event without its text does no harm."""
    changed = False
    path = publication.ledger_path(issue, language)
    if ledger.events or path.exists():
        changed = write_atomic(path, ledgers.dump(ledger))
    return write_atomic(publication.catalog_path(issue, language), po.dump(catalog)) or changed


def source_digest(publication: Publication, issue: str) -> str:
    """A hash of every file of the source that an issue's text comes from; 16 digits.

    Taken from the bytes alone, so that ``status`` can tell that the source has changed without
    parsing it.
    """
    digest = hashlib.sha256()
    folder = publication.source / issue
    paths = [publication.root / publication.config.path, publication.source / "colophon.md"]
    paths += sorted(folder.glob("*.toml")) + sorted(folder.glob("*.md"))
    paths += sorted(folder.rglob("*.svg")) + sorted(folder.rglob("*.csv"))
    for path in paths:
        if path.is_file() and not path.name.startswith("import-report") and path.name != "fit.toml":
            data = path.read_bytes().replace(b"\r\n", b"\n")
            digest.update(publication.relative(path).encode() + b"\0")
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:16]


def memory(publication: Publication, issue: str, language: str) -> Mapping[str, tuple[str, str]]:
    """Reviewed translations of all other issues: source → (translation, issue); newest wins."""
    found: dict[str, tuple[str, str]] = {}
    for other in publication.issue_ids:
        if other == issue:
            continue
        catalog = load_catalog(publication, other, language)
        if catalog is None:
            continue
        for entry in catalog.entries:
            if entry.msgstr and not entry.fuzzy and not entry.obsolete and entry.msgctxt is None:
                found[entry.msgid] = (entry.msgstr, other)
    return found


def load_memory(publication: Publication, issue: str, language: str) -> Memory:
    """What other issues and ``translations/memory/LANG.po`` have reviewed; the newest issue last."""
    from publisher.catalog.memory import Memory

    found: list[tuple[str, Catalog]] = []
    imported = publication.root / "translations" / "memory" / f"{language}.po"
    if imported.is_file():
        found.append(("memory", po.load(imported, publication.relative(imported))))
    for other in publication.issue_ids:
        if other != issue:
            catalog = load_catalog(publication, other, language)
            if catalog is not None:
                found.append((other, catalog))
    return Memory.of(found)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an update did to one language."""

    language: str
    counts: Mapping[str, int]
    written: bool


def update_issue(
    publication: Publication,
    issue: str,
    segments: Sequence[Segment],
    languages: Sequence[str],
    *,
    now: str,
    reviewer: str,
    thaw: bool = False,
) -> list[Outcome]:
    """Bring the template and the catalogs of some languages up to date with the segments.

    Every catalog is read before any is written, so that a damaged one leaves all untouched. Raises
    UsageError when the issue is frozen and its source has changed, unless ``thaw``.
    """
    from publisher.catalog import glossary
    from publisher.catalog.three_way import settled
    from publisher.catalog.update import Context, template, update

    digest = source_digest(publication, issue)
    folder = publication.root / "translations" / "glossary"

    def context(language: str, created: str = "") -> Context:
        project = f"{publication.config.name.text} {issue}"
        source = publication.config.language
        terms = (
            glossary.load(folder, language, source, "translations/glossary") if language else None
        )
        return Context(language, source, project, now, reviewer, digest, created, terms)

    def current(language: str) -> Catalog | None:
        catalog = load_catalog(publication, issue, language)
        return None if catalog is None else settled(catalog)

    old = {
        language: (
            current(language),
            load_ledger(publication, issue, language),
            load_memory(publication, issue, language),
        )
        for language in languages
    }
    pot = publication.translations(issue) / TEMPLATE
    old_template = po.load(pot, publication.relative(pot)) if pot.is_file() else None
    new_template = template(segments, old_template, context(""))
    created = new_template.header["POT-Creation-Date"]
    if (
        publication.issue(issue).state == "frozen"
        and not thaw
        and old_template is not None
        and _what_stands(old_template) != _what_stands(new_template)
    ):
        raise UsageError(
            f"issue {issue} is frozen, and its source has changed",
            path=f"source/{issue}/issue.toml",
            hint="Take the change back, or let it in with: publisher update --thaw",
        )
    results = {
        language: update(segments, catalog, ledger, context(language, created), remembered)
        for language, (catalog, ledger, remembered) in old.items()
    }
    write_atomic(pot, po.dump(new_template))
    return [
        Outcome(
            language,
            result.counts,
            save(publication, issue, language, result.catalog, result.ledger),
        )
        for language, result in results.items()
    ]


def _what_stands(template: Catalog) -> list[object]:
    """The source as a template shows it: texts, where they stand, what their tags are."""
    return [(entry.key, entry.extracted, entry.references) for entry in template.entries]


ATTRIBUTES = ("*.ledger merge=union", "*.po merge=publisher", "*.pot merge=publisher")
"""How git merges: ledgers as sets of lines, catalogs by entry where the driver is configured
(``publisher merge-driver``), and as any text where it is not."""


def attributes_file(root: Path) -> bool:
    """Make sure that ``.gitattributes`` says how to merge; True when it was changed."""
    path = root / ".gitattributes"
    text = path.read_text("utf-8") if path.is_file() else ""
    there = [part.strip() for part in text.split("\n")]
    lines = [line for line in ATTRIBUTES if line not in there]
    if not lines:
        return False
    start = text + ("\n" if text and text[-1] != "\n" else "")
    return write_atomic(path, (start + "\n".join(lines) + "\n").encode())
