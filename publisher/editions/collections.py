"""Fonts in collections: the large ones of Chinese, Japanese and Korean, cut to what a text needs.

A collection holds a variable font with CFF2 outlines, which PDF cannot embed (ISO 32000-1, 9.9) and
which is thirty megabytes large. HarfBuzz takes out the characters of a text, fontTools makes fonts of
one weight with CFF outlines. ``data/fonts.toml`` says which families there are and where.
"""

from __future__ import annotations

import functools
import importlib.util
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publisher.errors import MachineError
from publisher.files import read_bytes

_LIST = Path(__file__).parent.parent / "data" / "fonts.toml"

WEIGHTS = (400, 700)
"""The weights that are made of a variable font."""

_ALWAYS = frozenset(range(0x20, 0x7F)) | frozenset(range(0x3000, 0x3020)) | {0xB7, 0x2026, 0x2014}


@dataclass(frozen=True, slots=True)
class Member:
    """One font of a collection."""

    family: str
    package: str
    module: str
    file: str
    number: int

    @property
    def path(self) -> Path | None:
        """Where the collection lies; None where its package is not installed."""
        spec = importlib.util.find_spec(self.module)
        if spec is None or spec.origin is None:
            return None
        path = Path(spec.origin).parent / self.file
        return path if path.is_file() else None


@functools.cache
def members() -> dict[str, Member]:
    """All families of the list, by name."""
    tables = tomllib.loads(_LIST.read_text("utf-8"))
    return {family: Member(family, **table) for family, table in tables.items()}


@functools.lru_cache(maxsize=8)
def characters(family: str) -> frozenset[int]:
    """The characters that a family has."""
    return frozenset(_face(family).unicodes)


@functools.lru_cache(maxsize=32)
def instance(family: str, weight: int, wanted: frozenset[int]) -> bytes:
    """A font of one weight with the wanted characters, and those that any text needs."""
    import uharfbuzz as hb

    setting = hb.SubsetInput()
    setting.unicode_set.set(wanted | _ALWAYS)
    setting.layout_feature_tag_set.invert()
    return _static(bytes(hb.subset(_face(family), setting).blob.data), weight)


@functools.lru_cache(maxsize=4)
def _face(family: str) -> Any:
    import uharfbuzz as hb

    member = members()[family]
    path = member.path
    if path is None:
        raise MachineError(
            f"the font family “{family}” is not installed",
            hint=f"Run: pip install {member.package} (or put the font file into styles/fonts)",
        )
    return hb.Face(hb.Blob(_bytes(path)), member.number)


@functools.lru_cache(maxsize=2)
def _bytes(path: Path) -> bytes:
    return read_bytes(path, what="font")


def _static(data: bytes, weight: int) -> bytes:
    from io import BytesIO

    from fontTools.cffLib.CFF2ToCFF import convertCFF2ToCFF
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(BytesIO(data), recalcTimestamp=False, recalcBBoxes=False)
    font = instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
    convertCFF2ToCFF(font)
    font["OS/2"].usWeightClass = weight
    # Style and name tell the two weights apart in a reader.
    font["OS/2"].fsSelection = 0x20 if weight >= 600 else 0x40
    font["head"].macStyle = 1 if weight >= 600 else 0
    out = BytesIO()
    font.save(out)
    return out.getvalue()
