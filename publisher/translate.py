"""The stage between update and review: fill what is missing, from memory first, then by machine.

Text that a human has touched is never sent and never changed: only missing entries are filled, and,
where asked, drafts that are still exactly what an engine wrote. Drafts are fuzzy, carry their
provenance as a translator's comment and in the ledger, and are flushed every few seconds, so that a
killed run goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from publisher import lock as locks
from publisher.catalog import store, tags
from publisher.catalog.ledger import Event, Ledger, source_hash, target_hash
from publisher.catalog.po import Catalog, Entry, Key
from publisher.catalog.states import State, state_of
from publisher.engines import Draft, Engine, Request, Term, copied
from publisher.engines.sentences import sentences
from publisher.errors import InputError
from publisher.project import Publication

FLUSH_SECONDS = 2.0
PROVENANCE = "machine: "
"""Begins the translator's comment that says what an entry's draft comes from."""


GRAVE = frozenset({"tags", "numbers", "dates", "addresses", "fields"})
"""Checks whose errors make a draft useless; the rest, such as typography, is the reviewer's to see
beside the draft."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, in source words; ``left`` is the seconds that it will still take."""

    done: int
    total: int
    speed: float
    left: float


@dataclass(slots=True)
class Report:
    """What a run did to one language; ``left`` pairs the start of a text with the reason.

    ``copied`` counts addresses that went through as they are, ``redrafted`` changed entries of which
    some sentences were drafted.
    """

    language: str
    engine: str = ""
    drafted: int = 0
    remembered: int = 0
    copied: int = 0
    redrafted: int = 0
    words: int = 0
    seconds: float = 0.0
    sentences: int = 0
    fallback_sentences: int = 0
    known_sentences: int = 0
    fallbacks: dict[str, int] = field(default_factory=dict)
    left: list[tuple[str, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """The report as plain JSON data."""
        return {
            "language": self.language,
            "engine": self.engine,
            "drafted": self.drafted,
            "remembered": self.remembered,
            "copied": self.copied,
            "redrafted": self.redrafted,
            "words": self.words,
            "seconds": round(self.seconds, 2),
            "sentences": self.sentences,
            "fallback_sentences": self.fallback_sentences,
            "known_sentences": self.known_sentences,
            "fallbacks": dict(sorted(self.fallbacks.items())),
            "left": [{"text": text, "reason": reason} for text, reason in self.left],
        }


Faults = Callable[[Entry], str]
"""Judges a drafted entry: why it cannot be used, or an empty string."""


@dataclass(frozen=True)
class Run:
    """All that one run of one language needs; ``clock`` gives ledger times, ``person`` a name."""

    publication: Publication
    issue: str
    language: str
    clock: Callable[[], str]
    person: str
    redraft: bool = False

    @property
    def catalog_name(self) -> str:
        return self.publication.relative(self.publication.catalog_path(self.issue, self.language))

    def load(self) -> tuple[Catalog, Ledger]:
        """Catalog and ledger as they are on disk now; raises InputError where there is none."""
        catalog = store.load_catalog(self.publication, self.issue, self.language)
        if catalog is None:
            raise InputError(
                "there is no catalog yet", path=self.catalog_name, hint="Run: publisher update"
            )
        return catalog, store.load_ledger(self.publication, self.issue, self.language)


def pending(catalog: Catalog, ledger: Ledger, *, redraft: bool = False) -> list[Entry]:
    """The entries that may be filled: missing ones, and with ``redraft`` untouched drafts."""
    wanted = {State.MISSING, State.MACHINE} if redraft else {State.MISSING}
    return [
        entry
        for entry in catalog.entries
        if not entry.obsolete and entry.msgid_plural is None and state_of(entry, ledger) in wanted
    ]


def translate(
    run: Run,
    open_engine: Callable[[], Engine],
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Fill the missing entries of one catalog.

    ``open_engine`` is called only where the memory leaves something to do. Raises MachineError
    where another run has the catalog, InputError where there is none, and what the engine raises;
    what was drafted until then is on disk.
    """
    with locks.catalogs(run.publication, run.issue, [run.language]):
        report = Report(run.language)
        catalog, ledger = run.load()
        memory = store.memory(run.publication, run.issue, run.language)
        filled = _from_memory(catalog, ledger, memory)
        if filled:
            report.remembered = _flush(run, filled, report, label="")
        catalog, ledger = run.load()
        todo = pending(catalog, ledger, redraft=run.redraft)
        same = {entry.key: Draft(entry.msgid) for entry in todo if _is_copied(entry)}
        if same:
            report.copied = _flush(run, same, report, copied.LABEL)
            todo = [entry for entry in todo if entry.key not in same]
        if todo:
            engine = open_engine()
            report.engine = engine.label
            known = sentence_memory(catalog, memory, run.publication.config.language, run.language)
            _machine(run, engine, todo, known, report, progress)
        return report


def _is_copied(entry: Entry) -> bool:
    names = tags.names_of(entry.msgid, entry.extracted)
    return copied.is_copied(entry.msgid, names, entry.extracted)


def _from_memory(
    catalog: Catalog, ledger: Ledger, memory: Mapping[str, tuple[str, str]]
) -> dict[Key, Draft]:
    """Reviewed translations of the very same texts, elsewhere in the issue or in another one."""
    reviewed = {
        entry.msgid: (entry.msgstr, "this issue")
        for entry in catalog.entries
        if entry.msgstr and not entry.fuzzy and not entry.obsolete
    }
    found = {}
    for entry in pending(catalog, ledger):
        match = reviewed.get(entry.msgid)
        if match is None and entry.msgctxt is None:
            match = memory.get(entry.msgid)
        if match is not None:
            found[entry.key] = Draft(match[0], reason=f"from {match[1]}")
    return found


def sentence_memory(
    catalog: Catalog,
    memory: Mapping[str, tuple[str, str]],
    source_language: str,
    language: str,
) -> dict[str, str]:
    """Sentences with the translation that a human has reviewed.

    Only from texts without tags that have as many sentences as their translation; a sentence that
    was translated in two ways is left out, since nobody has said which is meant.
    """
    pairs = [
        (entry.msgid, entry.msgstr)
        for entry in catalog.entries
        if entry.msgstr and not entry.fuzzy and not entry.obsolete and entry.msgctxt is None
    ]
    pairs += [(source, text) for source, (text, _) in sorted(memory.items())]
    found: dict[str, str] = {}
    clashing: set[str] = set()
    for source, target in pairs:
        if tags.names_in(source) or tags.names_in(target):
            continue
        left, right = sentences(source, source_language), sentences(target, language)
        if len(left) != len(right):
            continue
        for (a, b), (c, d) in zip(left, right, strict=True):
            if found.setdefault(source[a:b], target[c:d]) != target[c:d]:
                clashing.add(source[a:b])
    return {source: target for source, target in found.items() if source not in clashing}


def glossary(publication: Publication, language: str) -> tuple[Term, ...]:
    """The term base of a language as a draft must follow it.

    Proposals bind nobody, and what is forbidden is for the checks.
    """
    from publisher.catalog import glossary as base

    folder = publication.root / "translations" / "glossary"
    source = publication.config.language
    found = base.load(folder, language, source, "translations/glossary")
    return tuple(
        Term(term.source, term.targets[0], term.targets[1:], exact=term.kind == "keep")
        for term in found.terms
        if term.kind != "forbidden" and not term.proposed
    )


def request_for(entry: Entry, terms: Sequence[Term]) -> Request:
    """What an engine is asked for an entry: its text, its tags, the terms that it holds."""
    names = tags.names_of(entry.msgid, entry.extracted)
    folded = entry.msgid.casefold()
    held = tuple(term for term in terms if term.source.casefold() in folded)
    return Request(entry.msgid, names, held)


def _machine(
    run: Run,
    engine: Engine,
    todo: Sequence[Entry],
    known: Mapping[str, str],
    report: Report,
    progress: Callable[[Progress], None],
) -> None:
    terms = glossary(run.publication, run.language)
    faults = checker(run)
    requests = [request_for(entry, terms) for entry in todo]
    sizes = [len(entry.msgid.split()) for entry in todo]
    total = sum(sizes)
    began = flushed = time.monotonic()
    waiting: dict[Key, Draft] = {}
    try:
        for number, draft in engine.translate(requests, known):
            entry = todo[number]
            waiting[entry.key] = _judged(entry, draft, faults)
            report.words += sizes[number]
            if time.monotonic() - flushed >= FLUSH_SECONDS:
                _flush(run, waiting, report, engine.label)
                waiting = {}
                flushed = time.monotonic()
                speed = report.words / max(flushed - began, 0.001)
                progress(
                    Progress(report.words, total, speed, (total - report.words) / max(speed, 1))
                )
    finally:
        # Also when interrupted: what is drafted is worth keeping.
        if waiting:
            _flush(run, waiting, report, engine.label)
        report.seconds = time.monotonic() - began
    progress(Progress(report.words, total, report.words / max(report.seconds, 0.001), 0.0))


def checker(run: Run) -> Faults:
    """The catalog's own checks of what must not be lost, applied as if a draft were finished."""
    from publisher import language
    from publisher.checks import check_catalog

    folder = run.publication.root / "translations" / "languages"
    target = language.load(run.language, folder)
    source = language.load(run.publication.config.language, folder)

    def faults(entry: Entry) -> str:
        catalog = Catalog(entries=(replace(entry, fuzzy=False, comments=()),))
        for finding in check_catalog(catalog, target, source, ""):
            if finding.severity == "error" and finding.code in GRAVE:
                return finding.message.partition("”: ")[2] or finding.message
        return ""

    return faults


def _judged(entry: Entry, draft: Draft, faults: Faults) -> Draft:
    if not draft.text:
        return draft
    reason = faults(replace(entry, msgstr=draft.text))
    return replace(draft, text="", score=None, reason=reason) if reason else draft


def provenance(label: str, draft: Draft) -> str:
    """The comment of a drafted entry: engine, way, version, score, and what saved it."""
    if not draft.text:
        return f"{PROVENANCE}left for a human, {draft.reason} ({label})"
    parts = [f"{PROVENANCE}{label}"]
    if draft.score is not None:
        parts.append(f"score={draft.score:.2f}")
    if draft.known_sentences:
        parts.append(f"memory={draft.known_sentences}/{draft.sentences}")
    if draft.fallbacks:
        parts.append(f"({', '.join(draft.fallbacks)})")
    return " ".join(parts)


def _flush(run: Run, drafts: Mapping[Key, Draft], report: Report, label: str) -> int:
    """Write drafts into the catalog as it is on disk now; returns how many found their place.

    The catalog is read anew, since a translator may be at work in it: only entries that are still
    missing, or still an untouched draft, are filled.
    """
    catalog, ledger = run.load()
    open_keys = {e.key for e in pending(catalog, ledger, redraft=run.redraft or not label)}
    events: list[Event] = []
    entries: list[Entry] = []
    count = 0
    for entry in catalog.entries:
        draft = drafts.get(entry.key)
        if entry.obsolete or draft is None or entry.key not in open_keys:
            entries.append(entry)
            continue
        new = _filled(entry, draft, label)
        entries.append(new)
        if label and label != copied.LABEL and counted(report, entry, draft):
            report.drafted += 1
        if draft.text and (new.msgstr != entry.msgstr or not ledger.is_draft(new)):
            events.append(_event(run, ledger, new, draft, label))
            count += 1
    store.save(
        run.publication,
        run.issue,
        run.language,
        catalog.with_entries(entries),
        ledger.adding(events),
    )
    return count


def _filled(entry: Entry, draft: Draft, label: str) -> Entry:
    comments = tuple(line for line in entry.comments if not line.startswith(PROVENANCE))
    if not label:
        return replace(entry, msgstr=draft.text, fuzzy=False, comments=comments)
    if not draft.text and entry.msgstr:
        # A draft that is no better: the old one stays.
        return entry
    comments = (*comments, provenance(label, draft))
    return replace(entry, msgstr=draft.text, fuzzy=bool(draft.text), comments=comments)


def _event(run: Run, ledger: Ledger, entry: Entry, draft: Draft, label: str) -> Event:
    last = ledger.last(entry.key)
    note = provenance(label, draft).removeprefix(f"{PROVENANCE}{label}").strip()
    return Event(
        run.clock(),
        "drafted" if label else "carried",
        source_hash(entry.key),
        target_hash(entry),
        label or run.person,
        last.id if last else "-",
        note if label else draft.reason,
    )


def counted(report: Report, entry: Entry, draft: Draft) -> bool:
    """Add a draft's sentences and fallbacks to the report; False where it was left for a human."""
    report.sentences += draft.sentences
    report.fallback_sentences += draft.fallback_sentences
    report.known_sentences += draft.known_sentences
    if not draft.text:
        report.left.append((opening(entry.msgid), draft.reason))
        return False
    for name in draft.fallbacks:
        report.fallbacks[name] = report.fallbacks.get(name, 0) + 1
    return True


def opening(text: str) -> str:
    """The start of a text, as reports show it."""
    return text if len(text) <= 60 else text[:59] + "…"


def model_folders(publication: Publication | None) -> tuple[Path, ...]:
    """Where models are looked for: see ``engines.packages.folders``."""
    from publisher.engines.packages import folders

    return folders(None if publication is None else publication.root / "models")
