"""The navigation document: contents, landmarks and pages, in the language of the edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from publisher import safe_xml
from publisher.editions.epub_package import Entry, navigation_list
from publisher.editions.epub_xhtml import EPUB, XHTML, element, name_of

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.editions.epub_breaks import Break
    from publisher.editions.html import ArticleHtml, HeadingHtml, Rendered

DEPTH = 3
"""The deepest level of heading in the table of contents; the title of an article is level 1."""


def build(
    edition: Edition,
    rendered: Rendered,
    hrefs: Mapping[str, str],
    breaks: Sequence[Break],
) -> list[Any]:
    """The ``nav`` elements; ``breaks`` are (label, file, identifier) of the pages of the PDF."""
    words = edition.words
    toc = [_article(article, hrefs) for article in rendered.articles]
    colophon = rendered.colophon
    title = words("Colophon") if colophon is None else colophon.title_text
    language = "" if colophon is None else colophon.title.lang
    toc.append(Entry(title, "text/colophon.xhtml", language=language))
    first = hrefs[rendered.articles[0].id] if rendered.articles else "text/colophon.xhtml"
    landmarks = [
        Entry(words("Cover"), "text/cover.xhtml", kind="cover"),
        Entry(words("Title page"), "text/title.xhtml", kind="titlepage"),
        Entry(words("Contents"), "#toc", kind="toc"),
        Entry(words("Start of the text"), first, kind="bodymatter"),
        Entry(words("Colophon"), "text/colophon.xhtml", kind="colophon"),
    ]
    navs = [
        _nav("toc", words("Contents"), toc),
        _nav("landmarks", words("Landmarks"), landmarks),
    ]
    if breaks:
        pages = [Entry(label, f"{file}#{name}") for label, file, name in breaks]
        navs.append(_nav("page-list", words("Pages"), pages))
    return navs


def _article(article: ArticleHtml, hrefs: Mapping[str, str]) -> Entry:
    href = hrefs[article.id]
    return Entry(
        article.title_text,
        href,
        number=article.label if article.number else "",
        language=article.title.lang,
        children=_headings([h for h in article.headings if h.level <= DEPTH], href),
    )


def _headings(headings: Sequence[HeadingHtml], href: str) -> tuple[Entry, ...]:
    """Headings as a tree; a level that is skipped hangs on the nearest one above."""
    entries: list[Entry] = []
    at = 0
    while at < len(headings):
        heading = headings[at]
        end = at + 1
        while end < len(headings) and headings[end].level > heading.level:
            end += 1
        below = _headings(headings[at + 1 : end], href)
        label = heading.text or "…"
        entries.append(Entry(label, f"{href}#{name_of(heading.id)}", children=below))
        at = end
    return tuple(entries)


def _nav(kind: str, title: str, entries: Sequence[Entry]) -> Any:
    from lxml import etree

    roles = {"toc": "doc-toc", "page-list": "doc-pagelist"}
    heading = element("h1" if kind == "toc" else "h2", {"id": f"{kind}-title"}, title)
    nav = element(
        "nav",
        {
            "type": kind,
            "id": kind,
            "role": roles.get(kind, ""),
            "aria-labelledby": f"{kind}-title",
        },
        heading,
    )
    if kind != "toc":
        # For the reading system's menus; on the page it would only repeat.
        nav.set("hidden", "")
    markup = navigation_list(entries)
    lists = etree.fromstring(
        f'<div xmlns="{XHTML}" xmlns:epub="{EPUB}">{markup}</div>'.encode(),
        safe_xml.parser(),
    )
    nav.extend(list(lists))
    return nav
