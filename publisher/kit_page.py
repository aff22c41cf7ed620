"""The page of a translator's kit that says what is in it and how to work, in the translator's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Protocol

from publisher.catalog.layout import KIT, Words
from publisher.catalog.status import Count
from publisher.language import Language, load

_TAG = re.compile(r"&lt;[a-z]+[0-9]*/?&gt;(?:…&lt;/[a-z]+[0-9]*&gt;)?")
_COUNTERS = {
    "arab": "arabic-indic", "arabext": "persian", "deva": "devanagari", "beng": "bengali",
    "guru": "gurmukhi", "gujr": "gujarati", "taml": "tamil", "telu": "telugu", "knda": "kannada",
    "mlym": "malayalam", "thai": "thai", "laoo": "lao", "khmr": "khmer", "mymr": "myanmar",
    "tibt": "tibetan",
}  # fmt: skip


class _Say(Protocol):
    def __call__(self, msgid: str, /, **fields: object) -> str: ...


@dataclass(frozen=True, slots=True)
class KitInfo:
    """What a kit is of; ``embargo`` None where there is none, or it is over; texts are plain."""

    publication: str
    number: str
    source: Language
    language: Language
    contact: str = ""
    embargo: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """Names of the files in a kit; ``terms`` may be empty, ``own`` are the toolkit's."""

    po: str
    xliff: str
    table: str
    pdf: str
    terms: str
    own: tuple[str, ...]


def kit_page(
    info: KitInfo, contents: Contents, words: Words, total: Count, articles: Mapping[str, Count]
) -> bytes:
    """One self-contained HTML page as UTF-8.

    Where the layout has no words in this language the page is in English, and says so.
    """
    own = any(key[0] == KIT for key in words.texts)
    code, direction = (info.language.code, info.language.direction) if own else ("en", "ltr")

    reader = info.language if own else None

    def say(msgid: str, /, **fields: object) -> str:
        # Tags are left-to-right text, in Arabic too.
        text = escape(words(msgid, context=KIT, **fields), quote=False)
        return _TAG.sub(r'<code dir="ltr">\g<0></code>', text)

    number = reader.localise_digits(info.number) if reader else info.number
    parts = [
        f"<h1>{say('Translator’s kit')}</h1>\n",
        "<p>"
        + say(
            "{publication}, issue {number}: from {source} into {target}",
            publication=info.publication,
            number=number,
            source=_name(info.source, reader),
            target=_name(info.language, reader),
        )
        + "</p>\n",
    ]
    if info.embargo is not None:
        time = _moment(info.embargo, reader)
        text = say(
            "Embargo: nothing in this kit may be published or passed on before {time}.", time=time
        )
        parts.append(f'<p class="embargo" role="note"><strong>{text}</strong></p>\n')
    parts += [
        f"<h2>{say('What is in it')}</h2>\n<dl>\n",
        *_files(contents, say),
        f"</dl>\n<h2>{say('How to work')}</h2>\n<ol{_markers(reader)}>\n",
        *(f"<li>{say(msgid)}</li>\n" for msgid in STEPS),
        "</ol>\n",
        f"<h2>{say('How much it is')}</h2>\n",
        _table(total, articles, say, reader),
    ]
    if info.contact:
        parts.append(f"<p>{say('Questions: {contact}', contact=info.contact)}</p>\n")
    title = f"{words('Translator’s kit', context=KIT)} – {info.publication} {number}"
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(code)}" dir="{escape(direction)}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, '
        'initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{_SHEET}</style>\n</head>\n<body>\n<main>\n"
        f"{''.join(parts)}</main>\n</body>\n</html>\n"
    ).encode()


STEPS = (
    "Choose one of the three forms of the text and work in that file only.",
    "Texts that are marked as fuzzy or “needs work” wait for you. When a text is right, take the "
    "mark away: that is the review.",
    "Short tags such as <em>…</em> or <note1/> are markup. Keep every one of them and place it "
    "where your language needs it.",
    "Change neither the source text nor the names of the files.",
    "Send back the whole kit as a ZIP file.",
)


def _files(contents: Contents, say: _Say) -> list[str]:
    """What each file is."""
    rows = [
        (contents.po, "The translation, for Poedit, Weblate, OmegaT and other PO editors."),
        (contents.xliff, "The same text as XLIFF, for translation programs."),
        (contents.table, "The same text as a table for Word: source and translation side by side."),
        (contents.pdf, "The whole issue as it looks in the source language."),
    ]
    if contents.terms:
        rows.append((contents.terms, "The terms to use."))
    rows.append((", ".join(contents.own), "For the press office: please leave it as it is."))
    return [f"<dt><bdi>{escape(name)}</bdi></dt><dd>{say(text)}</dd>\n" for name, text in rows]


def _table(
    total: Count, articles: Mapping[str, Count], say: _Say, language: Language | None
) -> str:
    def figure(number: int) -> str:
        return escape(language.format_number(number)) if language else f"{number:,}"

    rows = [
        f'<tr><th scope="row"><bdi>{escape(name)}</bdi></th><td>{figure(count.total)}</td>'
        f"<td>{figure(count.to_review)}</td></tr>\n"
        for name, count in articles.items()
    ]
    return (
        f'<table>\n<thead><tr><th scope="col">{say("File")}</th><th scope="col">{say("Words")}</th>'
        f'<th scope="col">{say("To review")}</th></tr></thead>\n<tbody>\n{"".join(rows)}</tbody>\n'
        f'<tfoot><tr><th scope="row">{say("In all")}</th><td>{figure(total.total)}</td>'
        f"<td>{figure(total.to_review)}</td></tr></tfoot>\n</table>\n"
    )


def _markers(language: Language | None) -> str:
    """The numerals of a list, as CSS names them (CSS Counter Styles 3, §6.1)."""
    style = _COUNTERS.get(language.numerals) if language else None
    return f' style="list-style-type: {style}"' if style else ""


def _name(language: Language, reader: Language | None) -> str:
    """The name of a language as a reader calls it (CLDR)."""
    if reader is None:
        return language.english
    from babel import Locale, UnknownLocaleError

    try:
        names = Locale.parse(reader.locale or reader.code, sep="-" if "-" in reader.locale else "_")
        found = names.languages.get(language.code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        found = None
    return found or language.name


def _moment(moment: datetime, language: Language | None) -> str:
    """An embargo as the page's language writes it."""
    return (language or load("en")).format_moment(moment)


_SHEET = """
:root { color-scheme: light dark; }
body { margin: 0; font: 1.05rem/1.6 "Noto Sans", "Noto Sans Arabic", system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.25; margin: 0 0 0.5rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem; }
.embargo { border: 2px solid; padding: 0.75rem 1rem; }
dt { font-weight: 600; overflow-wrap: anywhere; }
dd { margin: 0 0 0.6rem; }
ol { padding-inline-start: 1.5rem; }
li { margin-bottom: 0.4rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.2rem 0; padding-inline-end: 1.5rem; text-align: end; }
th:first-child { text-align: start; }
tbody th { font-weight: 400; }
code { font-family: inherit; white-space: nowrap; }
tfoot td, tfoot th { border-top: 1px solid; }
"""
