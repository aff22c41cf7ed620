"""Fonts of a PDF made once a process: WeasyPrint cuts and fixes a variable font anew for each file.

A changed sentence seldom brings a new glyph, so under ``publisher watch`` the same fonts come back with
every build; cutting them is a quarter of a PDF's time.
"""

from __future__ import annotations

import contextlib
import os
from collections import OrderedDict
from collections.abc import Iterator
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
        with _empty_glyphs_skipped():
            original(font, to_unicode, hinting)
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


@contextlib.contextmanager
def _empty_glyphs_skipped() -> Iterator[None]:
    """Have fontTools pass over glyphs without an outline when it fixes the weight of a font.

    WeasyPrint keeps the numbers of glyphs when it cuts a font down, so that most of them are empty;
    the bytes are the same in a third of the time.
    """
    from fontTools.varLib import instancer

    original = instancer._instantiateGvarGlyph

    def instantiate(
        name: str, glyf: Any, gvar: Any, across: Any, down: Any, *more: Any, **named: Any
    ) -> Any:
        if not down and glyf[name].numberOfContours == 0 and not gvar.variations.get(name):
            # Its advance and bearing come out as they went in, whole numbers that they are.
            gvar.variations.pop(name, None)
            return None
        return original(name, glyf, gvar, across, down, *more, **named)

    instancer._instantiateGvarGlyph = instantiate
    try:
        yield
    finally:
        instancer._instantiateGvarGlyph = original
