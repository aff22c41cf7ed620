"""Everything that an edition shows, with the file it comes from: what its fonts must have glyphs for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from publisher import safe_xml, svg
from publisher.editions import marks, tree

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.editions.html import Inline, Rendered

PUBLICATION = "source/publication.toml"
"""Where to look for what the layout has put together itself, such as the names of the languages."""


def texts(rendered: Rendered, edition: Edition) -> Iterator[tuple[str, str]]:
    """Everything that will be set, with the file it comes from, for the check of glyphs."""
    for name in ("name", "publisher", "title", "subtitle", "tagline", "licence", "contact"):
        inline: Inline | None = getattr(rendered, name)
        if inline is not None:
            yield PUBLICATION, inline.text
    for article in rendered.all_articles():
        for inline in (article.title, article.summary, article.author):
            if inline is not None:
                yield article.path, inline.text
        yield article.path, tree.text(article.body, skip=())
        for note in article.notes:
            yield article.path, tree.text(note.element, skip=())
    for _, line in rendered.lines:
        yield PUBLICATION, line.text
    yield "translations/layout", "".join(sorted(_layout_words(edition)))
    for path, figure in sorted(edition.document.figures.items()):
        if path.endswith(".svg"):
            yield path, _svg_text(figure.data)


def _svg_text(data: bytes) -> str:
    from lxml import etree

    parser = safe_xml.parser()
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return ""
    return " ".join(tree.text(element) for element in root.iter(f"{svg.SVG}text"))


def _layout_words(edition: Edition) -> Iterator[str]:
    words = edition.words
    for message in ("Contents", "Colophon", "Draft – not for publication", *tree.STATES.values()):
        yield words(message)
    yield words("Issue {number}", number=edition.document.number)
    yield words("see page {page}", page="0")
    yield words("Revision {revision}.", revision="0")
    # What cuts a running head and marks a line's broken word.
    yield "…‐·"
    yield edition.language.format_date(edition.document.date)
    yield edition.language.digits
    yield marks.embargo(edition)
