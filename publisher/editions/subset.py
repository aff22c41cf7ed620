"""Font subsets: the characters of the scripts a text needs, once per face and set of scripts.

A subset holds the whole common repertoire of each script and not just the letters of one edition,
so that all editions in one script share one subset: it is made once, and the same file lies in each
of them. A character outside the repertoire is added on its own. The bytes depend on the font, the
characters and the version of HarfBuzz, on nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from publisher.cache import Cache, key_of
from publisher.errors import InputError

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

_SCHEME = "1"
"""Part of every key; changes when this module makes other bytes from the same input."""

_COMMON = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *range(0x2000, 0x2070),
    *range(0x2070, 0x209D),
    *range(0x20A0, 0x20C1),
    *(0x2103, 0x2109, 0x2113, 0x2116, 0x2117, 0x2120, 0x2122, 0x2126, 0x212E),
    *range(0x2150, 0x215F),
    *range(0x2190, 0x219A),
    *(0x2202, 0x2206, 0x220F, 0x2211, 0x2212, 0x2215, 0x2219, 0x221A, 0x221E, 0x222B),
    *(0x2248, 0x2260, 0x2264, 0x2265),
    *(0x25A0, 0x25A1, 0x25AA, 0x25AB, 0x25B2, 0x25B6, 0x25BC, 0x25C0, 0x25C6, 0x25CA, 0x25CB),
    *(0x25CF, 0x25E6, 0x2605, 0x2606, 0x2713, 0x2717),
)
"""Punctuation, currency, arrows and marks that a text in any script may use."""

_REPERTOIRE: dict[str, tuple[int, ...]] = {
    "Latn": (
        *range(0x100, 0x180),
        *(0x18F, 0x192, 0x1A0, 0x1A1, 0x1AF, 0x1B0, 0x237, 0x259),
        *range(0x1CD, 0x1DD),
        *range(0x1E6, 0x1EC),
        *range(0x1FA, 0x220),
        *(0x2BB, 0x2BC, 0x2BE, 0x2BF, 0x2C6, 0x2C7, 0x2C9, *range(0x2D8, 0x2DE)),
        *range(0x300, 0x30D),
        *(0x30F, 0x311, 0x31B, 0x323, 0x326, 0x327, 0x328, 0x32E, 0x331),
        *(0x1E0C, 0x1E0D, 0x1E24, 0x1E25, 0x1E2A, 0x1E2B, 0x1E32, 0x1E33, 0x1E62, 0x1E63),
        *(0x1E6C, 0x1E6D, 0x1E80, 0x1E81, 0x1E82, 0x1E83, 0x1E84, 0x1E85, 0x1E92, 0x1E93),
        *(0x1E94, 0x1E95, 0x1E96, 0x1E9E),
        *range(0x1EA0, 0x1EFA),
        0xFB01,
        0xFB02,
    ),
    "Cyrl": (*range(0x400, 0x530), 0x300, 0x301),
    "Grek": (*range(0x370, 0x400), 0x300, 0x301, 0x308),
    "Arab": (*range(0x600, 0x700), 0xFD3E, 0xFD3F, 0xFDFA, 0xFDFB, 0xFDFC),
    "Hebr": (*range(0x591, 0x5F5),),
    "Armn": (*range(0x531, 0x590),),
    "Geor": (*range(0x10A0, 0x1100), *range(0x1C90, 0x1CC0)),
}
"""The characters that languages of a script use, by ISO 15924 code. A script that is not listed
(Chinese, say, where the whole repertoire would weigh megabytes) gets the characters in use."""

_FEATURES = ("tnum", "lnum", "pnum", "onum", "case", "frac", "sups", "subs", "ordn", "zero")
"""Layout features kept besides HarfBuzz's own defaults (shaping, kerning, ligatures)."""


@lru_cache(maxsize=65536)
def script_of(character: int) -> str:
    """The ISO 15924 code of a character's script; ``Zyyy`` and ``Zinh`` belong to any script."""
    from fontTools import unicodedata

    return str(unicodedata.script(chr(character)))


def repertoire(text: Iterable[str]) -> frozenset[int]:
    """The code points that an edition with this text asks of its fonts.

    All of each script's repertoire and of the common characters, and every character of the text.
    Control characters and private-use characters are not asked for.
    """
    used = {ord(c) for part in text for c in part}
    asked = set(_COMMON) | {c for c in used if c >= 0x20 and not 0x7F <= c < 0xA0}
    for script in {script_of(c) for c in used}:
        asked.update(_REPERTOIRE.get(script, ()))
    return frozenset(c for c in asked if not 0xD800 <= c < 0xF900)


def _open(data: bytes, name: str) -> TTFont:
    from io import BytesIO

    from fontTools.ttLib import TTFont, TTLibError

    try:
        return TTFont(BytesIO(data), lazy=True, recalcTimestamp=False, recalcBBoxes=False)
    except (TTLibError, OSError, ValueError, KeyError, AssertionError) as error:
        raise InputError(f"the font cannot be read: {error}", path=name) from error


@lru_cache(maxsize=32)
def coverage(data: bytes, name: str = "font") -> frozenset[int]:
    """The code points that a font (its bytes) has glyphs for; raises InputError."""
    with _open(data, name) as font:
        return frozenset(font.getBestCmap() or ())


def make(
    data: bytes,
    characters: frozenset[int],
    *,
    weights: tuple[float, float] = (300, 700),
    name: str = "font",
    cache: Cache | None = None,
) -> bytes:
    """The subset of a font (TrueType or OpenType bytes) for these code points, in the same format.

    A variable font keeps its weight axis between ``weights`` and loses all others at their
    defaults. Hinting goes: no reading system of today uses it. The licence stays in the name
    table. ``cache`` keeps finished subsets beyond this process. Raises InputError when the font
    cannot be read or cut.

    HarfBuzz does in a hundredth of a second what takes fontTools two; the result is not packed as
    WOFF2, whose compression takes half a second a face for a seventh of an edition's size and which
    older reading systems do not load.
    """
    kept = sorted(characters & coverage(data, name))
    key = key_of(_SCHEME, data, repr((weights, kept)))
    done = _MADE.get(key)
    if done is None and cache is not None:
        done = cache.get("subset", key)
    if done is None:
        done = _cut(data, kept, weights, name)
        if cache is not None:
            cache.put("subset", key, done)
    _MADE[key] = done
    return done


_MADE: dict[str, bytes] = {}
"""Subsets made by this process; a result depends on its key alone, so sharing shows nowhere."""

_NAMES = (0, 1, 2, 3, 4, 5, 6, 13, 14)
"""Copyright, family, style, identifiers, version, licence (OpenType, name table)."""


def _cut(data: bytes, kept: list[int], weights: tuple[float, float], name: str) -> bytes:
    import uharfbuzz

    try:
        face = uharfbuzz.Face(data)
        recipe = uharfbuzz.SubsetInput()
        recipe.unicode_set.update(kept)
        recipe.layout_feature_tag_set.update(map(_tag, _FEATURES))
        recipe.name_id_set.update(_NAMES)
        # Style attributes serve font menus, which an edition has not.
        recipe.drop_table_tag_set.update(map(_tag, ("STAT", "DSIG")))
        recipe.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
        for axis in face.axis_infos:
            if axis.tag == "wght":
                low = min(max(weights[0], axis.min_value), axis.default_value)
                high = max(min(weights[1], axis.max_value), axis.default_value)
                recipe.set_axis_range(face, axis.tag, low, high, axis.default_value)
            else:
                recipe.pin_axis_to_default(face, axis.tag)
        made = uharfbuzz.subset(face, recipe).blob.data
    except (uharfbuzz.HarfBuzzError, RuntimeError, ValueError, MemoryError) as error:
        raise InputError(f"the font cannot be subset: {error}", path=name) from error
    if not made:
        raise InputError("the font cannot be subset", path=name)
    return bytes(made)


def _tag(name: str) -> int:
    return int.from_bytes(name.encode("ascii"), "big")
