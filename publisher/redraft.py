"""The stage ``translate --changed``: a machine drafts the changed sentences of reviewed texts.

Only where the ledger says that the others stay reviewed: they keep every byte, the entry stays fuzzy
with its previous msgid, and the old pair is saved as ``#~`` in the same writing. Whatever a human has
done since the source changed is left alone. See ``catalog.redraft`` for what is certain enough.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from publisher import lock as locks
from publisher.catalog import redraft as plans
from publisher.catalog import store, tags
from publisher.catalog.ledger import Event, Ledger, source_hash, target_hash
from publisher.catalog.po import Catalog, Entry, Key
from publisher.catalog.redraft import Redraft
from publisher.engines import Draft, Engine
from publisher.translate import (
    FLUSH_SECONDS,
    PROVENANCE,
    Faults,
    Progress,
    Report,
    Run,
    checker,
    counted,
    glossary,
    provenance,
    request_for,
    sentence_memory,
)


@dataclass(slots=True)
class _Work:
    """One entry on its way: its plan, and the drafts that have come so far."""

    plan: Redraft
    drafts: dict[int, Draft] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return len(self.drafts) == len(self.plan.new)


def planned(run: Run, catalog: Catalog, ledger: Ledger) -> list[Redraft]:
    """What of a catalog a machine may redraft, in the order of the catalog."""
    found = (_plan(run, entry, ledger) for entry in catalog.entries)
    return [plan for plan in found if plan is not None]


def redraft(
    run: Run,
    open_engine: Callable[[], Engine],
    report: Report,
    progress: Callable[[Progress], None] = lambda _: None,
) -> None:
    """Draft the changed sentences of one catalog; adds to ``report`` what was done.

    ``open_engine`` is called only where there is something to draft. Raises MachineError where another
    command has the catalog, InputError where there is none, and what the engine raises; what was
    drafted until then is on disk.
    """
    with locks.catalogs(run.publication, run.issue, [run.language]):
        catalog, ledger = run.load()
        works = [_Work(plan) for plan in planned(run, catalog, ledger)]
        if not works:
            return
        engine = open_engine()
        report.engine = engine.label
        memory = store.memory(run.publication, run.issue, run.language)
        known = sentence_memory(catalog, memory, run.publication.config.language, run.language)
        _machine(run, engine, works, known, report, progress)


def _plan(run: Run, entry: Entry, ledger: Ledger) -> Redraft | None:
    return plans.plan(entry, ledger, run.publication.config.language, run.language)


def _machine(
    run: Run,
    engine: Engine,
    works: list[_Work],
    known: Mapping[str, str],
    report: Report,
    progress: Callable[[Progress], None],
) -> None:
    terms = glossary(run.publication, run.language)
    faults = checker(run)
    asked = [(work, number) for work in works for number in work.plan.new]
    sentences = [_sentence(work.plan, number) for work, number in asked]
    sizes = [len(sentence.msgid.split()) for sentence in sentences]
    total, done = sum(sizes), 0
    began = flushed = time.monotonic()
    ready: dict[Key, _Work] = {}
    try:
        requests = [request_for(sentence, terms) for sentence in sentences]
        for index, draft in engine.translate(requests, known):
            work, number = asked[index]
            work.drafts[number] = _judged(sentences[index], draft, faults)
            done += sizes[index]
            if work.complete:
                ready[work.plan.entry.key] = work
            if time.monotonic() - flushed >= FLUSH_SECONDS:
                _flush(run, ready, report, engine.label)
                ready = {}
                flushed = time.monotonic()
                speed = done / max(flushed - began, 0.001)
                progress(Progress(done, total, speed, (total - done) / max(speed, 1)))
    finally:
        # Also when interrupted: what is drafted is worth keeping.
        if ready:
            _flush(run, ready, report, engine.label)
        spent = time.monotonic() - began
        report.words += done
        report.seconds += spent
    progress(Progress(done, total, done / max(spent, 0.001), 0.0))


def _sentence(plan: Redraft, number: int) -> Entry:
    """A sentence as an entry of its own, with the comments that describe its tags."""
    return Entry(plan.parts[number], extracted=plan.entry.extracted)


def _judged(sentence: Entry, draft: Draft, faults: Faults) -> Draft:
    text = draft.text.strip()
    if not text:
        return replace(draft, text="", reason=draft.reason or "the engine gave nothing")
    wrong = faults(replace(sentence, msgstr=text))
    names = tags.names_of(sentence.msgid, sentence.extracted)
    strange = set(tags.names_in(text)) - set(tags.names_in(sentence.msgid))
    if not wrong and (strange or any(tags.problems(sentence.msgid, text, names))):
        wrong = "the tags do not fit"
    return replace(draft, text="" if wrong else text, reason=wrong)


def _flush(run: Run, ready: Mapping[Key, _Work], report: Report, label: str) -> None:
    """Write what is ready into the catalog as it is on disk now.

    The catalog is read anew, since a translator may be at work in it: an entry that has changed
    meanwhile in any way but its comments is left alone.
    """
    catalog, ledger = run.load()
    events: list[Event] = []
    pairs: list[Entry] = []
    entries: list[Entry] = []
    for entry in catalog.entries:
        new, work = entry, None if entry.obsolete else ready.get(entry.key)
        plan = None if work is None else _plan(run, entry, ledger)
        if work is not None and plan is not None and _same(plan, work.plan):
            whole = _whole(work, run.language)
            if counted(report, entry, whole):
                report.redrafted += 1
            if whole.text:
                pairs.append(plan.pair)
                new = _filled(entry, whole, label)
                events.append(_event(run, new, plan, label))
        entries.append(new)
    if events:
        store.save(
            run.publication,
            run.issue,
            run.language,
            catalog.with_entries(plans.with_pairs(entries, pairs)),
            ledger.adding(events),
        )


def _same(plan: Redraft, before: Redraft) -> bool:
    return replace(plan, entry=before.entry) == before and plan.entry.msgstr == before.entry.msgstr


def _whole(work: _Work, language: str) -> Draft:
    """The drafts of an entry as one: its score is that of the worst sentence."""
    drafts = [work.drafts[number] for number in work.plan.new]
    scores = [draft.score for draft in drafts if draft.score is not None]
    whole = Draft(
        "",
        min(scores, default=None),
        next((draft.reason for draft in drafts if not draft.text), ""),
        tuple(dict.fromkeys(name for draft in drafts for name in draft.fallbacks)),
        sum(draft.sentences for draft in drafts),
        sum(draft.fallback_sentences for draft in drafts),
        sum(draft.known_sentences for draft in drafts),
    )
    if whole.reason:
        return whole
    text = work.plan.text({n: draft.text for n, draft in work.drafts.items()}, language)
    return replace(whole, text=text, reason="" if text else "the tags do not fit")


def _filled(entry: Entry, whole: Draft, label: str) -> Entry:
    comments = tuple(line for line in entry.comments if not line.startswith(PROVENANCE))
    return replace(entry, msgstr=whole.text, comments=(*comments, provenance(label, whole)))


def _event(run: Run, entry: Entry, plan: Redraft, label: str) -> Event:
    """Says what the machine wrote, and hands on which sentences stay reviewed."""
    return Event(
        run.clock(),
        "drafted",
        source_hash(entry.key),
        target_hash(entry),
        label,
        plan.keeps.id,
        plan.keeps.note,
    )
