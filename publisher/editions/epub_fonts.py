"""The fonts of an EPUB: for each family the faces and characters its text needs, as subsets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from publisher.editions.epub_package import Item
from publisher.editions.subset import coverage, make, repertoire

if TYPE_CHECKING:
    from publisher.cache import Cache
    from publisher.editions.fonts import Face, Fonts

_ITALIC = frozenset({"em", "i", "cite", "dfn", "var"})
_MONO = frozenset({"code", "pre", "kbd", "samp"})


def embed(
    fonts: Fonts,
    text: Iterable[str],
    elements: Iterable[str],
    *,
    italics: bool,
    cache: Cache | None = None,
) -> tuple[list[Item], str]:
    """Font files and their ``@font-face`` rules, for a style sheet beside their folder.

    ``text`` is all the edition shows and ``elements`` the names of its elements: a face is embedded
    when the text has characters for it and an element that asks for it.
    """
    names = frozenset(elements)
    characters = frozenset(c for part in text for c in part)
    needed: dict[str, set[str]] = {}
    for role, families in fonts.families.items():
        if role == "mono" and not names & _MONO:
            continue
        left = set(characters)
        for family in families:
            upright = [f for f in fonts.faces if f.family == family and not f.italic]
            if not upright or not left:
                continue
            covered = coverage(upright[0].data, upright[0].name)
            shown = {c for c in left if ord(c) in covered}
            if any(not c.isspace() for c in shown):
                needed.setdefault(family, set()).update(shown)
                left -= shown
    items: list[Item] = []
    rules: list[str] = []
    for family in sorted(needed):
        asked = repertoire(needed[family])
        for face in _faces(fonts.faces, family, italics=italics and bool(names & _ITALIC)):
            data = make(face.data, asked, name=face.name, cache=cache)
            href = f"fonts/{face.name.rsplit('.', 1)[0]}.woff2"
            items.append(Item(href, data))
            rules.append(_rule(face, f"../{href}"))
    return items, "\n".join(rules)


def _faces(faces: Sequence[Face], family: str, *, italics: bool) -> list[Face]:
    """Of a family's faces those between regular and bold, slanted ones only where asked for."""
    own = [f for f in faces if f.family == family and (italics or not f.italic)]
    chosen = [
        f
        for f in own
        if f.weights[0] != f.weights[1] or f.weights[0] in (400, 700) or len(own) == 1
    ]
    return chosen or own[:1]


def _rule(face: Face, url: str) -> str:
    low, high = face.weights
    if low != high:
        low, high = max(low, 300), min(high, 700)
    weight = str(low) if low == high else f"{low} {high}"
    style = "italic" if face.italic else "normal"
    return (
        f'@font-face {{ font-family: "{face.family}"; font-style: {style}; font-weight: {weight};'
        f' src: url("{url}") format("woff2"); }}'
    )
