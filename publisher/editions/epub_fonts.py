"""The fonts of an EPUB: for each family the faces and characters its text needs, as subsets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publisher.editions.epub_package import Item
from publisher.editions.subset import coverage, make, repertoire, script_of

if TYPE_CHECKING:
    from publisher.cache import Cache
    from publisher.editions.fonts import Face, Fonts


@dataclass(frozen=True, slots=True)
class Uses:
    """Which kinds of face the text calls for beside upright text and headings."""

    italic: bool = False
    sans_italic: bool = False
    mono: bool = False


def embed(
    fonts: Fonts,
    text: Iterable[str],
    uses: Uses,
    script: str,
    *,
    cache: Cache | None = None,
) -> tuple[list[Item], str]:
    """Font files and their ``@font-face`` rules, for a style sheet beside their folder.

    ``text`` is all the edition shows, ``script`` (ISO 15924) that of its language. A family that
    shows the edition's own script holds the script's whole repertoire, so that editions share it; one
    that serves a few foreign words holds their characters and has one face.
    """
    characters = {c for part in text for c in part}
    needed: dict[str, set[str]] = {}
    main: dict[str, set[str]] = {}
    roles = ("text", "heading", "mono") if uses.mono else ("text", "heading")
    for role in roles:
        left = {c for c in characters if not c.isspace()}
        for family in fonts.families[role]:
            upright = [f for f in fonts.faces if f.family == family and not f.italic]
            if not upright or not left:
                continue
            covered = coverage(upright[0].data, upright[0].name)
            shown = {c for c in left if ord(c) in covered}
            left -= shown
            if any(script_of(ord(c)) == script for c in shown):
                main.setdefault(family, set()).add(role)
                needed.setdefault(family, set()).update(shown)
            elif role == "text" and shown:
                # The other roles end with the families of the text, so once is enough.
                needed.setdefault(family, set()).update(shown)
    items: list[Item] = []
    rules: list[str] = []
    for family in sorted(needed):
        at_home = main.get(family, set())
        slanted = ("text" in at_home and uses.italic) or ("heading" in at_home and uses.sans_italic)
        asked = repertoire(needed[family]) if at_home else frozenset(map(ord, needed[family]))
        for face in _faces(fonts.faces, family, italics=slanted, bold=bool(at_home)):
            data = make(face.data, asked, name=face.name, cache=cache)
            href = f"fonts/{_file(face.name)}"
            items.append(Item(href, data))
            rules.append(_rule(face, f"../{href}"))
    return items, "\n".join(rules)


def _faces(faces: Sequence[Face], family: str, *, italics: bool, bold: bool) -> list[Face]:
    """Of a family's faces those between regular and bold, slanted ones only where asked for."""
    own = [f for f in faces if f.family == family and (italics or not f.italic)]
    chosen = [
        f
        for f in own
        if f.weights[0] != f.weights[1] or f.weights[0] == 400 or (bold and f.weights[0] == 700)
    ]
    return chosen or own[:1]


def _file(name: str) -> str:
    """A face's file name in the container: plain letters, and the ending of its format."""
    stem, _, ending = name.rpartition(".")
    plain = "".join(c if c.isascii() and (c.isalnum() or c == "-") else "-" for c in stem)
    return f"{plain or 'font'}.{'otf' if ending.lower() == 'otf' else 'ttf'}"


def _rule(face: Face, url: str) -> str:
    low, high = face.weights
    if low != high:
        low, high = max(low, 300), min(high, 700)
    weight = str(low) if low == high else f"{low} {high}"
    style = "italic" if face.italic else "normal"
    kind = "opentype" if url.endswith(".otf") else "truetype"
    return (
        f'@font-face {{ font-family: "{face.family}"; font-style: {style}; font-weight: {weight};'
        f' src: url("{url}") format("{kind}"); }}'
    )
