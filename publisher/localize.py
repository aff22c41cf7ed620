"""From a source Document and a catalog to the Edition of one language.

Final editions hold reviewed text only, all of it; drafts also use fuzzy text and fall back to the source
language (design §5). Whether an edition may be final is decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from publisher.brand import Brand
from publisher.catalog.layout import Words
from publisher.catalog.ledger import Ledger
from publisher.catalog.po import Catalog
from publisher.catalog.readiness import Readiness, readiness
from publisher.catalog.segments import Segment, Translation, apply, segments
from publisher.catalog.states import State, state_of
from publisher.document import Document, Figure
from publisher.editions import Credits, Edition, charts, sorting
from publisher.errors import Finding
from publisher.fit import IssueFit
from publisher.language import Language


@dataclass(frozen=True, slots=True)
class Localized:
    """An edition's inputs, how its text stands, and what was found on the way.

    ``missing`` maps files (and ``layout``) to the number of units that keep it from being final.
    """

    edition: Edition
    words: Mapping[str, int]
    missing: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def complete(self) -> bool:
        """Whether all its text may stand in a final edition."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Setting:
    """What all editions of an issue share."""

    source_language: Language
    brand: Brand
    stamp: datetime
    version: str
    languages: tuple[str, ...]
    policy: str = "reviewed"
    credited: tuple[str, ...] = ()
    files: Mapping[str, bytes] | None = None
    css: str = ""
    fit: IssueFit = field(default_factory=IssueFit)


def localize(
    document: Document,
    language: Language,
    words: Words,
    setting: Setting,
    catalog: Catalog | None,
    ledger: Ledger,
    *,
    draft: bool | None = None,
) -> Localized:
    """Translate a document and judge it; ``draft`` None makes a draft only where it must.

    The source language needs no catalog.
    """
    if language.code == document.language:
        found = segments(document)
        total = readiness(found, Catalog(), ledger).total
        edition = _edition(document, language, words, setting, Credits(words=total), bool(draft))
        return Localized(edition, {"reviewed": total}, {}, ())
    current = catalog or Catalog()
    entries = current.index()

    def lookup(segment: Segment) -> Translation | None:
        entry = entries.get(segment.key)
        if entry is None or not entry.msgstr:
            return None
        return Translation(entry.msgstr, state_of(entry, ledger).value)

    applied = apply(document, lookup, language.code)
    broken = {segment.key for segment, state in applied.states if state == State.MISSING.value}
    found = [segment for segment, _ in applied.states]
    ready = readiness(found, current, ledger, policy=setting.policy, broken=broken)
    missing = dict(ready.missing)
    if words.missing:
        missing["layout"] = len(words.missing)
    is_draft = bool(missing) if draft is None else draft
    edition = _edition(
        applied.document, language, words, setting, _credits(ready, setting), is_draft
    )
    return Localized(edition, ready.words, missing, applied.findings)


def _credits(ready: Readiness, setting: Setting) -> Credits:
    allowed = set(setting.credited)
    words = ready.words
    return Credits(
        sample=ready.sample,
        machines=ready.machines,
        translators=tuple(_name(who) for who in ready.translators if who in allowed),
        reviewers=tuple(_name(who) for who in ready.reviewers if who in allowed),
        words=ready.total,
        reviewed_words=words["reviewed"] + words["approved"],
        machine_words=words["machine"] + words["edited"] + words["changed"],
        source_words=words["missing"],
    )


def _name(person: str) -> str:
    """A person without the e-mail address."""
    return person.split("<", 1)[0].strip() or person


def _edition(
    document: Document,
    language: Language,
    words: Words,
    setting: Setting,
    credits: Credits,
    draft: bool,
) -> Edition:
    figures: dict[str, Figure] = {
        **document.figures,
        **document.own_figures.get(language.code, {}),
    }
    files = {path: figure.data for path, figure in figures.items()}
    document = replace(document, figures=figures, own_figures={})
    document = charts.expand(sorting.arrange(document, language), language, setting.brand)
    files |= {path: figure.data for path, figure in document.figures.items()}
    return Edition(
        document=document,
        language=language,
        source_language=setting.source_language,
        brand=setting.brand,
        words=words,
        draft=draft,
        stamp=setting.stamp,
        version=setting.version,
        credits=credits,
        files={**files, **(setting.files or {})},
        languages=setting.languages,
        css=setting.css,
        fit=setting.fit.of(language.code),
    )
