"""From segments to blank entries, and the header that a catalog carries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from publisher.catalog import tags
from publisher.catalog.po import Catalog, Entry, Key
from publisher.catalog.segments import Segment

if TYPE_CHECKING:
    from publisher.catalog.glossary import Terms

MAX_PLACES = 5


@dataclass(frozen=True, slots=True)
class Context:
    """What an update may know of the world: all of it comes from the caller.

    ``now`` is UTC (``2023-04-03T09:12:44Z``), ``reviewer`` whoever runs it, ``digest`` the hash of the
    source files, ``created`` the POT-Creation-Date of the template, ``terms`` the term base that translators are shown.
    """

    language: str
    source_language: str
    project: str
    now: str
    reviewer: str
    digest: str = ""
    created: str = ""
    terms: Terms | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """All segments with one key, and the blank entry for them."""

    segment: Segment
    blank: Entry

    @property
    def names(self) -> dict[str, bool]:
        """Names of the unit's tags, and whether each stands alone."""
        return self.segment.tag_names


def units(segments: Iterable[Segment], terms: Terms | None = None) -> list[Unit]:
    """One unit a key, in source order; repeated segments give several references and places.

    ``terms`` adds a comment for each term of the term base that the text holds.
    """
    groups: dict[Key, list[Segment]] = {}
    for segment in segments:
        groups.setdefault(segment.key, []).append(segment)
    return [_unit(group, terms) for group in groups.values()]


def _unit(group: list[Segment], terms: Terms | None) -> Unit:
    first = group[0]
    places = list(dict.fromkeys(" › ".join(segment.place) for segment in group))
    if len(places) > MAX_PLACES:
        places[MAX_PLACES:] = [f"and {len(places) - MAX_PLACES} more places"]
    comments = (*places, *tags.describe(first.tags)) if first.tags else tuple(places)
    if terms:
        comments = (*comments, *terms.comments(tags.strip(first.msgid, first.tags)))
    entry = Entry(
        first.msgid,
        msgctxt=first.msgctxt,
        extracted=tuple(" ".join(line.split()) for line in comments),
        references=tuple(dict.fromkeys(segment.path for segment in group)),
    )
    return Unit(first, entry)


def template(segments: Iterable[Segment], old: Catalog | None, context: Context) -> Catalog:
    """``messages.pot``: every entry, untranslated.

    Its POT-Creation-Date is the old one while the content is.
    """
    entries = tuple(unit.blank for unit in units(segments))
    created = old.header.get("POT-Creation-Date", "") if old is not None else ""
    if old is None or content(old.entries) != content(entries) or not created:
        created = stamp(context.now)
    return Catalog(_header({}, replace(context, language="", created=created)), entries)


def content(entries: Iterable[Entry]) -> list[tuple[Key, tuple[str, ...]]]:
    """What makes a template a new one: texts and the files they stand in."""
    return [(entry.key, entry.references) for entry in entries if not entry.obsolete]


def stamp(now: str) -> str:
    """A ledger's time as PO headers write it."""
    return f"{now[:10]} {now[11:16]}+0000"


_PLACEHOLDER = re.compile(
    r"YEAR-MO-DA.*|FULL NAME <EMAIL@ADDRESS>|LANGUAGE <LL@li\.org>|EMAIL@ADDRESS|PACKAGE VERSION"
)
# Fields by which editors and libraries name themselves; they say nothing of the text.
_MAKERS = re.compile(
    r"Generated-By|X-Generator|X-Poedit-.*|X-Source-Digest|X-Domain|Report-Msgid-Bugs-To"
)


def with_header(catalog: Catalog, entries: Iterable[Entry], context: Context) -> Catalog:
    """A catalog of these entries under the canonical header.

    Revision date, translator and team are whoever's wrote them last; fields by which tools name
    themselves go.
    """
    comments = tuple(line for line in catalog.comments if not _BOILERPLATE.match(line))
    while comments and not comments[-1].strip():
        comments = comments[:-1]
    return Catalog(
        _header(dict(catalog.header), context), tuple(entries), comments, path=catalog.path
    )


# What gettext's and Babel's own templates say at the top of a file.
_BOILERPLATE = re.compile(
    r"SOME DESCRIPTIVE TITLE|.*[Tt]ranslations? (?:template )?for (?:PROJECT|PACKAGE)|"
    r"Copyright \(C\) (?:YEAR|\d{4}) (?:THE PACKAGE|ORGANIZATION)|"
    r"This file is distributed under the same license as the|FIRST AUTHOR <EMAIL"
)


def _header(before: dict[str, str], context: Context) -> dict[str, str]:
    known = {
        key: value for key, value in before.items() if value and not _PLACEHOLDER.fullmatch(value)
    }
    created = context.created or stamp(context.now)
    # msgfmt --check takes the usual placeholder for a forgotten field.
    revised = known.get(
        "PO-Revision-Date", created if context.language else "YEAR-MO-DA HO:MI+ZONE"
    )
    header = {
        "Project-Id-Version": context.project,
        "POT-Creation-Date": created,
        "PO-Revision-Date": revised,
        "Last-Translator": known.get("Last-Translator", ""),
        "Language-Team": known.get("Language-Team", ""),
        "Language": context.language.replace("-", "_"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    if context.language:
        header["Plural-Forms"] = plural_forms(context.language)
    header |= {
        key: value
        for key, value in known.items()
        if key not in header and not _MAKERS.fullmatch(key)
    }
    header["X-Generator"] = "publisher"
    if context.digest:
        header["X-Source-Digest"] = context.digest
    return header


def plural_forms(language: str) -> str:
    """The Plural-Forms of a language, as editors expect them (no entry of ours has a plural)."""
    from babel.core import UnknownLocaleError
    from babel.messages.plurals import get_plural

    for code in (language.replace("-", "_"), language.split("-", 1)[0]):
        try:
            number, expression, *_ = get_plural(code)
        except (ValueError, UnknownLocaleError):
            continue
        return f"nplurals={number}; plural={expression};"
    return "nplurals=2; plural=(n != 1);"
