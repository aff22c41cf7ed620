"""The look of an EPUB: its subset fonts and its style sheet, by what its pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from publisher.editions import css, epub_fonts, shown
from publisher.editions import fonts as fonts_module
from publisher.editions.dark import dark_rules
from publisher.editions.epub_xhtml import XHTML

if TYPE_CHECKING:
    from publisher.cache import Cache
    from publisher.editions import Edition
    from publisher.editions.epub_package import Item
    from publisher.editions.html import Rendered
    from publisher.errors import Finding

_SLANTED = "em", "i", "cite", "dfn", "var"
_SANS = frozenset(
    f"{{{XHTML}}}{name}"
    for name in ("h1", "h2", "h3", "h4", "h5", "h6", "table", "figcaption", "aside", "header", "dt")
)
_MONO = "code", "pre", "kbd", "samp"


class Shown(Protocol):
    """A page that is to be styled."""

    body: Any


@dataclass(frozen=True, slots=True)
class Styles:
    """The embedded fonts, the style sheet that names them, and what no font can show."""

    fonts: list[Item]
    sheet: bytes
    findings: tuple[Finding, ...]


def make(
    edition: Edition, rendered: Rendered, pages: Sequence[Shown], cache: Cache | None
) -> Styles:
    """Fonts and style sheet of an edition whose ``pages`` are finished; ``cache`` keeps subsets."""
    language = edition.language
    texts = ["".join(page.body.itertext()) for page in pages]
    lists = language.lists
    used = [
        *texts,
        language.digits,
        "".join(lists.bullets) + lists.suffix,
        *("".join(lists.level(depth).symbols) for depth in range(len(lists.levels))),
    ]
    fonts = fonts_module.choose(edition.brand, language, used, edition.files)
    # The article's own texts first, since they are the ones that have a file and a line.
    named = [*shown.texts(rendered, edition), *((shown.PUBLICATION, t) for t in texts)]
    items, faces = epub_fonts.embed(
        fonts, used, _uses(pages, language.italics), language.script, cache=cache
    )
    ground = 'background-image: url("../images/draft.svg"); background-repeat: repeat;'
    sheet = css.stylesheet(
        edition.brand,
        language,
        fonts,
        "epub",
        extra=edition.css,
        tokens={"draft_ground": ground if edition.draft else ""},
    )
    dark = dark_rules(sheet, edition.brand.colours)
    return Styles(
        items,
        f"{faces}\n{sheet}\n{dark}".encode(),
        fonts.missing(named, edition.brand, edition.document),
    )


def _uses(pages: Sequence[Shown], italics: bool) -> epub_fonts.Uses:
    """Which faces the pages call for."""
    italic = sans = mono = False
    for page in pages:
        slanted = page.body.iter(*(f"{{{XHTML}}}{name}" for name in _SLANTED)) if italics else ()
        for found in slanted:
            italic = True
            sans = sans or any(outer.tag in _SANS for outer in found.iterancestors())
        mono = mono or next(page.body.iter(*(f"{{{XHTML}}}{n}" for n in _MONO)), None) is not None
    return epub_fonts.Uses(italic, sans, mono)
