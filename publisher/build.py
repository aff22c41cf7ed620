"""Build editions: knows the order of the stages, runs them in parallel, and only what changed.

An edition is a pure function of its inputs, keyed by the hash of their bytes (never by time stamps); its
result is addressed by that key in the cache. Where one edition needs another (an EPUB's page list needs its
PDF's page map) the edge is declared in ``NEEDS``. The executor is a parameter: anything that looks like
``concurrent.futures.Executor`` will do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from publisher import __version__
from publisher.build_inputs import brand_files, own_css, own_digests, shared_key, stamp_of
from publisher.build_job import NEEDS, Job, JobResult, LazyPool, result_of, run_job
from publisher.build_report import Options, Outcome, Report
from publisher.cache import Cache, key_of
from publisher.errors import Finding, FindingsError, InputError, PublisherError
from publisher.files import sha256, write_atomic
from publisher.project import IssueConfig, Publication
from publisher.stamp import code_stamp

if TYPE_CHECKING:
    from publisher.localize import Localized

COST: Mapping[str, int] = {"pdf": 0, "docx": 1, "epub": 2, "html": 3}
"""Longest first, so that the cores end together."""

LINKED = frozenset({"html"})
"""Formats that link to the editions in other languages, whose names say whether they are drafts."""

Progress = Callable[[Outcome], None]


def build(
    publication: Publication,
    issue: str,
    options: Options,
    cache: Cache,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Report:
    """Build the editions of an issue and write them.

    ``executor`` None works in this process. One failing edition does not stop the others. Raises
    FindingsError where the source itself has errors; nothing is written then.
    """
    work = _Build(publication, publication.issue(issue), options, cache, progress)
    return work.run(executor)


def localized(
    publication: Publication, issue: str, options: Options, cache: Cache
) -> dict[str, Localized]:
    """The inputs of an issue's editions by language, for what looks at them without building.

    Raises FindingsError where the source has errors, and the error of the first language that cannot
    be localized.
    """
    work = _Build(publication, publication.issue(issue), options, cache, None)
    languages = work.keys()
    work.localize(languages)
    found: dict[str, Localized] = {}
    for language in languages:
        if language.localized is None:
            raise InputError(language.error)
        found[language.code] = language.localized
    return found


@dataclass(slots=True)
class _Language:
    """One language on its way: its key, and what has been made of it.

    ``draft`` says how its editions are named, None where that is not known yet.
    """

    code: str
    key: str
    draft: bool | None = None
    localized: Localized | None = None
    error: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass
class _Build:
    publication: Publication
    issue: IssueConfig
    options: Options
    cache: Cache
    progress: Progress | None
    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    page_maps: dict[str, Mapping[str, int]] = field(default_factory=dict)
    siblings: tuple[_Language, ...] = ()
    findings: tuple[Finding, ...] = ()

    def run(self, executor: Executor | None) -> Report:
        languages = self.keys()
        if unnamed := [language for language in self.siblings if language.draft is None]:
            self.localize(unnamed, executor)
        todo: list[tuple[_Language, str]] = []
        for language in languages:
            for name in self.options.formats:
                outcome = self.unchanged(language, name)
                if outcome is not None:
                    self.done(outcome)
                else:
                    todo.append((language, name))
        if todo:
            self.localize([each for each in languages if any(t[0] is each for t in todo)], executor)
            self.compile(todo, executor)
        order = [(code, name) for code in self.options.languages for name in self.options.formats]
        outcomes = tuple(self.outcomes[pair] for pair in order)
        return Report(self.issue.id, outcomes, self.findings, dict(self.page_maps))

    def keys(self) -> list[_Language]:
        """The key of every language: a hash of all that its editions are made of."""
        common = shared_key(self.publication, self.issue.id, self.options.mode)
        linked = self.publication.languages if LINKED & set(self.options.formats) else ()
        found = {}
        for code in dict.fromkeys((*self.options.languages, *linked)):
            own = own_digests(self.publication, self.issue.id, code)
            language = found[code] = _Language(code, key_of(common, code, *own))
            if code in linked and (known := self.cache.get("draft", language.key)) is not None:
                language.draft = known == b"draft"
        self.siblings = tuple(found[code] for code in linked)
        return [found[code] for code in self.options.languages]

    def key(self, language: _Language, name: str) -> str:
        """The key of one edition; one with links to its siblings depends on how they are named."""
        if name not in LINKED:
            return key_of(language.key, name)
        return key_of(language.key, name, *(f"{one.code} {one.draft}" for one in self.siblings))

    def unchanged(self, language: _Language, name: str) -> Outcome | None:
        """The outcome of an edition whose result is known, its file put in place; None otherwise."""
        stored = self.cache.get("facts", self.key(language, name))
        if stored is None:
            return None
        facts = json.loads(stored)
        target = self.target(language.code, name, facts["state"] == "draft")
        rebuilt = False
        if not _holds(target, facts["sha256"]):
            data = self.cache.get("edition", self.key(language, name))
            if data is None or sha256(data) != facts["sha256"]:
                return None
            rebuilt = write_atomic(target, data)
        self.supersede(target, language.code, name)
        self.page_maps.setdefault(language.code, facts["page_map"])
        findings = tuple(Finding(**item) for item in facts.pop("findings"))
        facts.pop("page_map")
        return Outcome(
            language.code,
            name,
            path=self.shown(target),
            rebuilt=rebuilt,
            findings=findings,
            **facts,
        )

    def localize(self, languages: Sequence[_Language], executor: Executor | None = None) -> None:
        """Read the source once and translate it into languages, while the executor warms up."""
        from publisher import brand, fit
        from publisher import language as language_data
        from publisher.catalog import layout, store
        from publisher.localize import Setting, localize
        from publisher.reader import read_issue

        languages = [each for each in languages if each.localized is None and not each.error]
        if not languages:
            return
        if isinstance(executor, LazyPool):
            executor.warm()
        root = self.publication.root
        reading = read_issue(self.publication, self.issue.id, self.cache, code_stamp())
        self.findings = reading.findings
        if reading.errors:
            raise FindingsError(reading.findings, "the source has errors; nothing was built")
        own_languages = root / "translations" / "languages"
        look = brand.load(root / "styles")
        setting = Setting(
            source_language=language_data.load(self.publication.config.language, own_languages),
            brand=look,
            stamp=stamp_of(self.issue),
            version=__version__,
            languages=self.publication.languages,
            policy=self.publication.config.final,
            credited=self.publication.config.credit,
            files=brand_files(self.publication, look.logo),
            css=own_css(self.publication),
            fit=fit.load(root, self.issue.id),
        )
        for language in languages:
            code = language.code
            try:
                localized = localize(
                    reading.document,
                    language_data.load(code, own_languages),
                    layout.load(code, root / "translations" / "layout"),
                    setting,
                    store.load_catalog(self.publication, self.issue.id, code),
                    store.load_ledger(self.publication, self.issue.id, code),
                    draft={"auto": None, "draft": True, "final": False}[self.options.mode],
                )
            except PublisherError as error:
                language.error = str(error)
                continue
            language.localized = localized
            language.draft = localized.edition.draft
            language.findings = localized.findings
            if self.options.mode == "final" and not localized.complete:
                language.error = _missing_words(localized.missing)
        self.link()

    def link(self) -> None:
        """Tell the editions where their siblings in other languages are."""
        names = {}
        for language in self.siblings:
            if language.draft is not None:
                self.cache.put("draft", language.key, b"draft" if language.draft else b"final")
                file = self.target(language.code, "html", language.draft).name
                names[language.code] = f"../{language.code}/{file}"
        for language in self.siblings:
            if language.localized is not None:
                edition = replace(language.localized.edition, siblings=names)
                language.localized = replace(language.localized, edition=edition)

    def compile(self, todo: list[tuple[_Language, str]], executor: Executor | None) -> None:
        """Compile what is not known yet, each format after the one whose page map it needs."""
        ready: list[tuple[_Language, str]] = []
        waiting: dict[tuple[str, str], list[tuple[_Language, str]]] = {}
        for language, name in sorted(todo, key=lambda item: (COST.get(item[1], 9), item[0].code)):
            if language.localized is None or language.error:
                words, reviewed = self.counts(language)
                self.done(
                    Outcome(
                        language.code, name, "failed", words=words, reviewed=reviewed,
                        error=language.error,
                    )
                )  # fmt: skip
                continue
            needed = NEEDS.get(name)
            if (
                needed
                and needed in self.publication.config.formats
                and language.code not in self.page_maps
            ):
                first = (language.code, needed)
                if first not in {(item.code, fmt) for item, fmt in ready}:
                    ready.append((language, needed))
                waiting.setdefault(first, []).append((language, name))
            else:
                ready.append((language, name))
        ready.sort(key=lambda item: (COST.get(item[1], 9), item[0].code))
        if executor is None:
            # One after the other: what is there soonest comes first.
            ready.sort(key=lambda item: -COST.get(item[1], 9))
            for language, name in ready:
                self.finish(language, name, run_job(self.job(language, name)))
                for later in waiting.pop((language.code, name), ()):
                    self.finish(*later, run_job(self.job(*later)))
        else:
            self.parallel(ready, waiting, executor)

    def parallel(
        self,
        ready: Iterable[tuple[_Language, str]],
        waiting: dict[tuple[str, str], list[tuple[_Language, str]]],
        executor: Executor,
    ) -> None:
        from concurrent.futures import FIRST_COMPLETED, wait

        futures = {executor.submit(run_job, self.job(*item)): item for item in ready}
        while futures:
            finished, _ = wait(futures, return_when=FIRST_COMPLETED)
            for future in sorted(finished, key=lambda f: (futures[f][0].code, futures[f][1])):
                language, name = futures.pop(future)
                self.finish(language, name, result_of(future))
                for later in waiting.pop((language.code, name), ()):
                    futures[executor.submit(run_job, self.job(*later))] = later

    def job(self, language: _Language, name: str) -> Job:
        assert language.localized is not None
        return Job(name, language.localized.edition, self.page_maps.get(language.code, {}))

    def finish(self, language: _Language, name: str, result: JobResult) -> None:
        """Write an edition and remember it; a format that nobody asked for only gives its page map."""
        assert language.localized is not None
        if result.compiled is not None and name == "pdf":
            self.page_maps[language.code] = dict(result.compiled.page_map)
        if name not in self.options.formats:
            return
        words, reviewed = self.counts(language)
        findings = (*language.findings, *(result.compiled.findings if result.compiled else ()))
        errors = [finding for finding in findings if finding.severity == "error"]
        # A translation with wrong tags keeps an edition from being final, not from being built.
        losses = [finding for finding in errors if finding not in language.findings]
        outcome = Outcome(
            language.code, name, "failed", words=words, reviewed=reviewed, seconds=result.seconds,
            findings=findings,
        )  # fmt: skip
        if result.compiled is None or losses:
            reason = result.error or "; ".join(finding.message for finding in losses[:3])
            self.done(replace(outcome, error=reason, detail=result.detail))
            return
        draft = language.localized.edition.draft
        data = result.compiled.data
        target = self.target(language.code, name, draft)
        try:
            write_atomic(target, data)
        except PublisherError as error:
            self.done(replace(outcome, error=str(error)))
            return
        self.supersede(target, language.code, name)
        outcome = replace(
            outcome,
            state="draft" if draft else "final",
            path=self.shown(target),
            pages=result.compiled.pages,
            size=len(data),
            rebuilt=True,
            sha256=sha256(data),
        )
        self.remember(language, outcome, data, result.compiled.page_map)
        self.done(outcome)

    def remember(
        self, language: _Language, outcome: Outcome, data: bytes, page_map: Mapping[str, int]
    ) -> None:
        key = self.key(language, outcome.format)
        facts = {
            "state": outcome.state,
            "pages": outcome.pages,
            "size": outcome.size,
            "words": outcome.words,
            "reviewed": outcome.reviewed,
            "sha256": outcome.sha256,
            "page_map": dict(page_map) or dict(self.page_maps.get(language.code, {})),
            "findings": [finding.as_dict() for finding in outcome.findings],
        }
        self.cache.put("edition", key, data)
        self.cache.put("facts", key, json.dumps(facts, ensure_ascii=False).encode())

    def counts(self, language: _Language) -> tuple[int, int]:
        """Source words, and how many of them are reviewed."""
        if language.localized is None:
            return 0, 0
        words = language.localized.words
        return sum(words.values()), words.get("reviewed", 0) + words.get("approved", 0)

    def done(self, outcome: Outcome) -> None:
        self.outcomes[outcome.language, outcome.format] = outcome
        if self.progress is not None:
            self.progress(outcome)

    def folder(self, language: str) -> Path:
        return (self.options.out or self.publication.dist) / self.issue.id / language

    def target(self, language: str, name: str, draft: bool) -> Path:
        """Where an edition goes: its name says the revision, and whether it is a draft."""
        revision = f"-r{self.issue.revision}" if self.issue.revision > 1 else ""
        mark = "-DRAFT" if draft else ""
        stem = f"{self.publication.config.slug}-{self.issue.id}-{language}"
        return self.folder(language) / f"{stem}{revision}{mark}.{name}"

    def supersede(self, target: Path, language: str, name: str) -> None:
        """Remove editions that this one replaces, so that the wrong one is never sent out."""
        stem = f"{self.publication.config.slug}-{self.issue.id}-{language}"
        pattern = re.compile(rf"{re.escape(stem)}(-r\d+)?(-DRAFT)?\.{name}")
        for path in self.folder(language).glob(f"{stem}*.{name}"):
            if path != target and pattern.fullmatch(path.name):
                path.unlink(missing_ok=True)

    def shown(self, path: Path) -> str:
        return self.publication.relative(path)


def _holds(path: Path, digest: str) -> bool:
    try:
        return sha256(path.read_bytes()) == digest
    except OSError:
        return False


def _missing_words(missing: Mapping[str, int]) -> str:
    count = sum(missing.values())
    places = ", ".join(f"{path} ({number})" for path, number in list(missing.items())[:6])
    more = f" and {len(missing) - 6} more files" if len(missing) > 6 else ""
    return f"not final: {count} texts are not reviewed: {places}{more}"
