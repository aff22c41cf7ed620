"""The sentences that the toolkit itself adds to every colophon, the same in every format.

What an edition must say about itself: whether it is a draft or under embargo, which text no human has checked (the
EU's AI Act, Regulation (EU) 2024/1689 art. 50(4), asks this of public-interest text), what a
corrected issue corrects, who translated and reviewed, under which licence it may be used and where
it comes from. The words are the layout's own (catalog.layout), in the language of the edition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from publisher import ast
from publisher.editions import marks

if TYPE_CHECKING:
    from publisher.ast import Inlines
    from publisher.document import Text
    from publisher.editions import Edition

Kind = Literal[
    "draft", "embargo", "disclosure", "fallback", "sample", "correction", "credit", "licence",
    "source", "made",
]  # fmt: skip

MESSAGES = (
    "This is a draft. Passages that nobody has reviewed are marked.",
    "Parts of this edition were translated by machine ({machines}); no human has reviewed them.",
    "Parts of this edition were translated by machine; no human has reviewed them.",
    "Parts of this edition are not translated yet and appear in the language of the source.",
    "This edition is a sample translation that no human translator has checked.",
    "Revision {revision}.",
    "Correction:",
    "Translated from {language}.",
    "Translation: {names}",
    "Review: {names}",
    "Licence:",
    "Contact:",
    "Website:",
    "Also published in: {languages}",
    "Made with Publisher {version}.",
)
"""The msgids of the layout's catalog that this module uses."""


@dataclass(frozen=True, slots=True)
class ColophonLine:
    """One paragraph of the colophon: what it is about, and its content as pandoc inlines."""

    kind: Kind
    inlines: Inlines

    @property
    def plain(self) -> str:
        """The text without markup."""
        return ast.plain_text(self.inlines)


def colophon_lines(edition: Edition) -> list[ColophonLine]:
    """The colophon's own lines in reading order, warnings first; pure.

    A format sets them as paragraphs after the publication's own colophon (``document.colophon``),
    or alone where it has none; lines of the kinds ``draft``, ``embargo``, ``disclosure``,
    ``fallback``, ``sample`` and ``correction`` must not be left out.
    """
    return [*_warnings(edition), *_people(edition), *_imprint(edition)]


def _warnings(edition: Edition) -> list[ColophonLine]:
    words, credits, document = edition.words, edition.credits, edition.document
    join = edition.language.separator.join
    lines: list[ColophonLine] = []
    if edition.draft:
        lines.append(_line("draft", words(MESSAGES[0])))
    if embargo := marks.embargo(edition):
        strong = {"t": "Strong", "c": ast.words(embargo)}
        lines.append(ColophonLine("embargo", [strong]))
    if credits.machines:
        lines.append(_line("disclosure", words(MESSAGES[1], machines=join(credits.machines))))
    elif credits.machine_words:
        lines.append(_line("disclosure", words(MESSAGES[2])))
    if credits.source_words and edition.language.code != edition.source_language.code:
        lines.append(_line("fallback", words(MESSAGES[3])))
    if credits.sample:
        lines.append(_line("sample", words(MESSAGES[4])))
    if document.revision > 1:
        number = edition.language.localise_digits(str(document.revision))
        inlines = ast.words(words("Revision {revision}.", revision=number))
        if document.correction is not None:
            inlines = [*inlines, ast.SPACE, *_labelled(edition, "Correction:", document.correction)]
        lines.append(ColophonLine("correction", inlines))
    return lines


def _people(edition: Edition) -> list[ColophonLine]:
    words, credits, join = edition.words, edition.credits, edition.language.separator.join
    lines: list[ColophonLine] = []
    if edition.language.code != edition.source_language.code:
        language = language_name(edition.source_language.code, edition.language.code)
        if language:
            lines.append(_line("credit", words("Translated from {language}.", language=language)))
    if credits.translators:
        lines.append(
            _line("credit", words("Translation: {names}", names=join(credits.translators)))
        )
    if credits.reviewers:
        lines.append(_line("credit", words("Review: {names}", names=join(credits.reviewers))))
    return lines


def _imprint(edition: Edition) -> list[ColophonLine]:
    words, document = edition.words, edition.document
    lines: list[ColophonLine] = []
    if document.licence is not None:
        lines.append(ColophonLine("licence", _labelled(edition, "Licence:", document.licence)))
    if document.contact is not None:
        label = ast.words(edition.words("Contact:"))
        lines.append(ColophonLine("source", [*label, ast.SPACE, *_address(document.contact)]))
    if document.website:
        link = {"t": "Link", "c": [ast.EMPTY_ATTR, [ast.string(document.website)],
                                   [document.website, ""]]}  # fmt: skip
        lines.append(ColophonLine("source", [*ast.words(words("Website:")), ast.SPACE, link]))
    others = _other_languages(edition)
    if others:
        lines.append(ColophonLine("source", others))
    lines.append(_line("made", words("Made with Publisher {version}.", version=edition.version)))
    return lines


def _line(kind: Kind, text: str) -> ColophonLine:
    return ColophonLine(kind, ast.words(text))


def _labelled(edition: Edition, label: str, text: Text) -> Inlines:
    return [*ast.words(edition.words(label)), ast.SPACE, *text.inlines]


_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_WEB = re.compile(r"https?://\S+")


def _address(text: Text) -> Inlines:
    """A text that is nothing but an address, as a link to it."""
    plain = ast.plain_text(text.inlines).strip()
    target = f"mailto:{plain}" if _MAIL.fullmatch(plain) else plain
    if any(node["t"] not in ("Str", "Space") for node in text.inlines):
        return text.inlines
    if not _MAIL.fullmatch(plain) and not _WEB.fullmatch(plain):
        return text.inlines
    return [{"t": "Link", "c": [ast.EMPTY_ATTR, text.inlines, [target, ""]]}]


def _other_languages(edition: Edition) -> Inlines:
    """The other editions, each language by its own name and tagged with it."""
    mark = "\ufffc"
    names: Inlines = []
    for code in edition.languages:
        own = language_name(code, code)
        if code != edition.language.code and own:
            if names:
                names += ast.words(edition.language.separator)
            names.append({"t": "Span", "c": [["", [], [["lang", code]]], ast.words(own)]})
    if not names:
        return []
    before, _, after = edition.words("Also published in: {languages}", languages=mark).partition(
        mark
    )
    return ast.normalise_inlines([*ast.words(before), *names, *ast.words(after)], trim=True)


def menu_name(code: str) -> str:
    """The own name of a language as it stands in a menu, with a capital where its script has them."""
    from publisher.errors import InputError
    from publisher.language import load

    name = language_name(code, code) or code
    try:
        return load(code).capitalise(name)
    except InputError:
        return name


def language_name(code: str, in_language: str) -> str:
    """The name of a language in a language, by CLDR; empty where CLDR has none."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(code.replace("-", "_")).get_display_name(in_language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return ""
    return name or ""
