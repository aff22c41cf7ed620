"""Fonts of a web page: the characters it shows, packed as WOFF, inside the page itself."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from publisher.editions.css import quote
from publisher.editions.subset import coverage, make

if TYPE_CHECKING:
    from publisher.editions.fonts import Face, Fonts

WEIGHTS = (300, 700)


def font_faces(fonts: Fonts, text: Iterable[str], *, mono: bool, italic: bool) -> str:
    """``@font-face`` rules with the fonts in them, for the characters of ``text``.

    Each role takes its families in order, and each family only what those before it lack, so that a
    foreign word costs its own letters and no more. A face of a family that is not slanted on the page
    stays out.
    """
    characters = {ord(char) for part in text for char in part if not char.isspace()}
    asked: dict[str, set[int]] = {}
    for role in ("text", "heading", "mono") if mono else ("text", "heading"):
        left = set(characters)
        for family in fonts.families[role]:
            upright = [face for face in fonts.faces if face.family == family and not face.italic]
            if not upright or not left:
                continue
            shown = left & coverage(upright[0].data, upright[0].name)
            left -= shown
            asked.setdefault(family, set()).update(shown)
    rules = []
    for family in sorted(asked):
        if not asked[family]:
            continue
        for face in fonts.faces:
            if face.family == family and (italic or not face.italic) and _useful(face):
                rules.append(_rule(face, frozenset(asked[family] | {0x20, 0xA0})))
    return "\n".join(rules)


def _useful(face: Face) -> bool:
    low, high = face.weights
    return low != high or low in (400, 700)


def _rule(face: Face, characters: frozenset[int]) -> str:
    low, high = face.weights
    if low != high:
        low, high = max(low, WEIGHTS[0]), min(high, WEIGHTS[1])
    weight = f"{low}" if low == high else f"{low} {high}"
    data = base64.b64encode(_woff(face, characters)).decode("ascii")
    return (
        f"@font-face {{ font-family: {quote(face.family)}; "
        f"font-style: {'italic' if face.italic else 'normal'}; font-weight: {weight}; "
        f'font-display: swap; src: url("data:font/woff;base64,{data}") format("woff"); }}'
    )


@lru_cache(maxsize=64)
def _woff(face: Face, characters: frozenset[int]) -> bytes:
    """A subset as WOFF 1.0: packed by zlib in a moment, and read by every browser."""
    from fontTools.ttLib import TTFont

    out = BytesIO()
    with TTFont(
        BytesIO(make(face.data, characters, name=face.name, weights=WEIGHTS)),
        recalcTimestamp=False,
        recalcBBoxes=False,
    ) as font:
        font.flavor = "woff"
        font.save(out, reorderTables=False)
    return out.getvalue()
