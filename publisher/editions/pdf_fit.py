"""Fitted articles on paper: set a little tighter or wider, and followed by designed pages.

What decides the values is ``publisher parity --fit``; here they are only carried out.
"""

from __future__ import annotations

import html as escaping
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from publisher.brand import mix
from publisher.editions import cover, css

if TYPE_CHECKING:
    from publisher.brand import Brand
    from publisher.editions import Edition
    from publisher.editions.fonts import Fonts

CONTENTS = "contents"
"""The name of the table of contents among the parts that filler pages may follow."""

_FOLDER = "publisher/filler-"


def colophon(edition: Edition) -> str:
    """The identifier of the colophon, the publication's own or the layout's."""
    own = edition.document.colophon
    return "colophon" if own is None else own.id


def class_name(edition: Edition, article: str) -> str:
    """The class of an article that is set by factors of its own; empty where it is not."""
    values = edition.fit.get(article)
    if values is None or (values.size == 1 and values.leading == 1):
        return ""
    return f"fit-{round(values.size * 1000)}-{round(values.leading * 1000)}"


def rules(edition: Edition, fonts: Fonts, tokens: Mapping[str, str]) -> str:
    """The styles of fitted articles and of filler pages, to stand after all other styles."""
    made: dict[str, str] = {}
    for article in sorted(edition.fit):
        name = class_name(edition, article)
        if name and name not in made:
            values = edition.fit[article]
            scale = edition.brand.type
            scale = replace(
                scale, size=scale.size * values.size, leading=scale.leading * values.leading
            )
            brand = replace(edition.brand, type=scale)
            style = css.stylesheet(
                brand, edition.language, fonts, "pdf", extra=edition.css, tokens=tokens
            )
            made[name] = scoped(style, f"article.{name}")
    fillers = list(_fillers(edition))
    if fillers:
        made["filler"] = _filler_rules(edition, fillers)
    return "\n".join(made.values())


def scoped(style: str, scope: str) -> str:
    """The rules of a style sheet for what lies inside ``scope`` only; at-rules are left out.

    Rules for ``body`` hold for the scope itself, since it takes the part of the body there.
    """
    import tinycss2

    parts = []
    for rule in tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        selectors = []
        for selector in _split(tinycss2.serialize(rule.prelude)):
            selectors.append(scope if selector == "body" else f"{scope} {selector}")
        parts.append(f"{', '.join(selectors)} {{{tinycss2.serialize(rule.content)}}}")
    return "\n".join(parts)


def _split(prelude: str) -> list[str]:
    """The selectors of a list; commas in brackets and strings part nothing."""
    parts, depth, quote = [""], 0, ""
    for char in prelude:
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append("")
            continue
        parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def fillers(edition: Edition, article: str) -> str:
    """The filler pages after an article: drawings without words, which a screen reader passes over."""
    values = edition.fit.get(article)
    if values is None:
        return ""
    return "".join(
        f'<section class="filler"><div class="filler-motif {_class(article, number)}"></div></section>'
        for number in range(1, values.fill + 1)
    )


def resources(edition: Edition) -> dict[str, bytes]:
    """The drawings of the filler pages, by name; no two of an issue are the same."""
    rows = _rows(edition)
    brand = _pale(edition.brand)
    return {
        f"{_FOLDER}{_class(article, number)}.svg": cover.motif(
            brand, f"{edition.document.id}/{article}/{number}", rows, rtl=edition.language.rtl
        )
        for article, number in _fillers(edition)
    }


def _fillers(edition: Edition) -> Iterator[tuple[str, int]]:
    for part in (CONTENTS, *(article.id for article in edition.document.articles)):
        values = edition.fit.get(part)
        for number in range(1, values.fill + 1 if values else 1):
            yield part, number


def _class(article: str, number: int) -> str:
    safe = "".join(char if char.isascii() and char.isalnum() else "-" for char in article)
    return f"f-{safe}-{number}"


def _height(brand: Brand) -> float:
    """The height of the text area in millimetres, a hair less so that it holds the drawing."""
    return brand.page.height - brand.page.top - brand.page.bottom - 0.5


def _rows(edition: Edition) -> float:
    page = edition.brand.page
    return round(_height(edition.brand) / page.measure * cover.COLUMNS, 3)


def _pale(brand: Brand) -> Brand:
    """The brand in a whisper: a filler must not weigh more than the text around it."""
    colours = brand.colours
    return replace(brand, colours=replace(colours, accent=mix(colours.accent, colours.paper, 0.16)))


def _filler_rules(edition: Edition, found: list[tuple[str, int]]) -> str:
    height = _height(edition.brand)
    parts = [
        ".filler { break-before: page; }",
        f".filler-motif {{ height: {height:g}mm; background-repeat: no-repeat; "
        "background-size: 100% 100%; }",
    ]
    for article, number in found:
        name = _class(article, number)
        address = escaping.escape(f"{_FOLDER}{name}.svg")
        parts.append(f'.{name} {{ background-image: url("{address}"); }}')
    return "\n".join(parts)
