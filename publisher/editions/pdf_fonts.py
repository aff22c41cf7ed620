"""Fonts of a PDF: cut down to their glyphs and fixed at their weight by HarfBuzz, once a process.

WeasyPrint cuts a font with the machine's HarfBuzz and fixes a variable one with fontTools, glyph by glyph in
Python. Here the HarfBuzz that comes with the package does both at once, in a tenth of the time and alike on
every machine. A changed sentence seldom brings a new glyph, so under ``publisher watch`` the same fonts come
back with every build.
"""

from __future__ import annotations

import contextlib
import os
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any

from publisher.files import sha256

_KEPT = 64
_MADE: OrderedDict[str, tuple[bytes, dict[str, float]]] = OrderedDict()
"""Finished font files; a result depends on its key alone, so sharing shows nowhere."""


@contextlib.contextmanager
def kept_fonts() -> Iterator[None]:
    """Have WeasyPrint take a font that it has made before from memory."""
    from weasyprint.pdf.fonts import Font

    original = Font.clean

    def clean(font: Any, to_unicode: Any, hinting: Any) -> None:
        key = _key(font, to_unicode, hinting)
        if key in _MADE:
            _MADE.move_to_end(key)
            font.file_content, font.variations = _MADE[key][0], dict(_MADE[key][1])
            return
        cut = _cut(font, to_unicode) if to_unicode and not hinting else None
        if cut is None:
            original(font, to_unicode, hinting)
        else:
            font.file_content = cut
        _MADE[key] = font.file_content, dict(font.variations)
        while len(_MADE) > _KEPT:
            _MADE.popitem(last=False)

    Font.clean = clean
    try:
        yield
    finally:
        Font.clean = original


def _key(font: Any, to_unicode: Any, hinting: Any) -> str:
    """All that goes into the finished file; the time is written into it, too."""
    parts = (
        sha256(font.file_content),
        font.index,
        sorted(to_unicode),
        bool(hinting),
        sorted(font.variations.items()),
        font.weight,
        font.style,
        font.font_size,
        sorted(font.missing.items()),
        os.environ.get("SOURCE_DATE_EPOCH", ""),
    )
    return sha256(repr(parts).encode())


_OBLIQUE, _ITALIC = 1, 2
"""Pango's numbers of styles."""

_LAYOUT = (
    "BASE",
    "DSIG",
    "EBDT",
    "EBLC",
    "EBSC",
    "GDEF",
    "GPOS",
    "GSUB",
    "JSTF",
    "LTSH",
    "PCLT",
    "STAT",
)
"""What a page does not need, where glyphs are named and placed already."""


def _cut(font: Any, glyphs: Iterable[int]) -> bytes | None:
    """A font file with these glyphs under their old numbers; None for a font that wants other care.

    ``font`` is WeasyPrint's; its variations come to hold the weight, as WeasyPrint sets it.
    """
    import uharfbuzz

    if font.missing or font.png or font.svg or font.colr or font.bitmap:
        return None
    try:
        face = uharfbuzz.Face(font.file_content, font.index)
        recipe = uharfbuzz.SubsetInput()
        recipe.glyph_set.update(glyphs)
        recipe.drop_table_tag_set.update(int.from_bytes(name.encode(), "big") for name in _LAYOUT)
        flags = uharfbuzz.SubsetFlags
        recipe.flags = flags.RETAIN_GIDS | flags.NO_HINTING | flags.DESUBROUTINIZE
        for axis in face.axis_infos:
            value = _position(font, axis)
            if value is None:
                recipe.pin_axis_to_default(face, axis.tag)
            else:
                font.variations[axis.tag] = value
                value = min(max(value, axis.min_value), axis.max_value)
                recipe.pin_axis_location(face, axis.tag, value)
        return bytes(uharfbuzz.subset(face, recipe).blob.data) or None
    except (uharfbuzz.HarfBuzzError, RuntimeError, ValueError, MemoryError):
        return None


def _position(font: Any, axis: Any) -> float | None:
    """Where on an axis a font stands (OpenType, registered axes), None for where it stands by itself."""
    if axis.tag in font.variations:
        return float(font.variations[axis.tag])
    if axis.tag == "slnt":
        slanted = axis.min_value if axis.max_value == 0 else axis.max_value
        return float(slanted) if font.style == _OBLIQUE else 0.0
    places = {"wght": font.weight, "opsz": font.font_size, "ital": font.style == _ITALIC}
    return float(places[axis.tag]) if axis.tag in places else None
