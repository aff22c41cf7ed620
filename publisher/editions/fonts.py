"""Fonts: the families an edition is set in, pinned by PyPI packages, and what they cannot show.

A family comes from the package ``fontpkg-<family>`` (its files and metadata, not its code), from a
collection (editions.collections) or from a font file in the publication's ``styles/fonts``. No font of
the machine is ever used, so that a fresh machine sets the same pages.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.editions import collections
from publisher.editions.places import Places
from publisher.errors import Finding, InputError, MachineError
from publisher.files import read_bytes

if TYPE_CHECKING:
    from publisher.brand import Brand, FontSet
    from publisher.document import Document
    from publisher.language import Language

STYLES = "styles/fonts/"
"""Where a publication keeps fonts of its own."""

_LATIN_ENDS = 0x250
"""The first code point behind the letters of Latin in Unicode's first blocks."""

_SHOWN = 12
"""How many characters a finding shows."""

_ROLES = ("text", "heading", "mono")
# Characters that shape text or are drawn by the layout; no font needs a glyph for them.
_INVISIBLE = frozenset(
    "\t\n\r\u00ad\u034f\u061c\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\u2061\u2062\u2063\ufeff"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


@dataclass(frozen=True, slots=True)
class Face:
    """One font file of a family. ``weights`` is its range (two equal values when static).

    ``name`` is a stable file name without folder, for URLs and archives.
    """

    family: str
    italic: bool
    weights: tuple[int, int]
    name: str
    path: Path | None
    embedded: bytes = b""
    collection: bool = False
    wanted: frozenset[int] = frozenset()

    @property
    def data(self) -> bytes:
        """The font file's bytes; a font of a collection holds the wanted characters."""
        if self.collection:
            return collections.instance(self.family, self.weights[0], self.wanted)
        return self.embedded if self.path is None else _bytes(self.path)


@dataclass(frozen=True, slots=True)
class Fonts:
    """The faces of an edition and the order of families for each role (``text``, ``heading`` …).

    ``lacking`` are code points of Latin that the edition's own fonts lack; that the font of another
    script has them is an accident.
    """

    faces: tuple[Face, ...]
    families: Mapping[str, tuple[str, ...]]
    lacking: frozenset[int] = frozenset()

    def stack(self, role: str) -> str:
        """The families of a role as CSS writes them, with a generic one at the end."""
        generic = {"text": "serif", "heading": "sans-serif"}.get(role, "monospace")
        return ", ".join([*(f'"{name}"' for name in self.families[role]), generic])

    def width(self, role: str, text: str) -> float:
        """About how wide a line of text is, in em, by the advances of its upright letters."""
        upright = [
            face
            for name in self.families[role]
            for face in self.faces
            if face.family == name and not face.italic
        ]
        return sum(advance(upright, char) or 0.6 for char in text)

    def missing(
        self,
        texts: Iterable[tuple[str, str]],
        brand: Brand | None = None,
        document: Document | None = None,
    ) -> tuple[Finding, ...]:
        """A finding for the characters of ``(path, text)`` that no face covers, where they stand first.

        Characters of one line that have one cure are one finding; ``document`` gives the lines.
        """
        covered = _covered(self.faces) - self.lacking
        found: dict[str, str] = {}
        for path, text in texts:
            for char in sorted(set(text)):
                if ord(char) not in covered and char not in found and not _is_invisible(char):
                    found[char] = path
        places = Places(document) if document is not None else None
        groups: dict[tuple[str, int | None, str], list[str]] = {}
        for char, path in sorted(found.items()):
            line = places.line(path, char) if places is not None else None
            groups.setdefault((path, line, _cure(char, brand)), []).append(char)
        return tuple(_missing(chars, *where) for where, chars in groups.items())


def _is_invisible(char: str) -> bool:
    # Selectors of variants and tags shape what stands before them (Unicode 15, 23.4 and 23.9).
    selects = "\ufe00" <= char <= "\ufe0f" or "\U000e0000" <= char <= "\U000e01ef"
    return selects or char in _INVISIBLE or unicodedata.category(char) in ("Cc", "Zs")


_SCRIPTS = {
    "HEBREW": "Hebr", "ARABIC": "Arab", "DEVANAGARI": "Deva", "THAI": "Thai", "TAMIL": "Taml",
    "TELUGU": "Telu", "KHMER": "Khmr", "CJK": "Hans", "HIRAGANA": "Hans", "KATAKANA": "Hans",
    "HANGUL": "Hans", "GEORGIAN": "Geor", "ARMENIAN": "Armn",
}  # fmt: skip
"""ISO 15924 codes by the word that characters' names start with; one font has all of East Asia's."""


@functools.cache
def _by_script() -> Mapping[str, FontSet]:
    """The fonts that the languages' data name for scripts of which a brand may know nothing."""
    from publisher import language
    from publisher.brand import FontSet

    found: dict[str, FontSet] = {}
    for code in language.available():
        each = language.load(code)
        if {"text", "heading"} <= set(each.fonts):
            text, heading = each.fonts["text"], each.fonts["heading"]
            found.setdefault(each.script, FontSet(text, heading, each.fonts.get("mono", text)))
    return found


def _sets(brand: Brand) -> Mapping[str, FontSet]:
    """Font sets by script: the brand's, then for all other scripts those of the languages' data."""
    named = {script: fonts for script, fonts in sorted(brand.fonts.items()) if script != "default"}
    return named | {key: fonts for key, fonts in sorted(_by_script().items()) if key not in named}


def _cure(char: str, brand: Brand | None) -> str:
    """What gives a character a font: the package of its script's set, or another font."""
    script = _SCRIPTS.get(unicodedata.name(char, "").split(" ", 1)[0], "")
    named = _sets(brand).get(script) if brand is not None else None
    if named is None or all(
        _is_installed(getattr(named, role), {}) for role in ("text", "heading")
    ):
        return "Write it otherwise, or name a font that has it in styles/brand.toml [fonts]."
    packages = dict.fromkeys(package(getattr(named, role)) for role in ("text", "heading"))
    return f"Run: pip install {' '.join(packages)} (or put a font that has it into styles/fonts)"


def _missing(chars: list[str], path: str, line: int | None, hint: str) -> Finding:
    char = chars[0]
    named = f"U+{ord(char):04X} {unicodedata.name(char, 'unnamed character')}"
    if len(chars) == 1:
        message = f"no font has the character “{char}” ({named})"
    else:
        more = " …" if len(chars) > _SHOWN else ""
        message = (
            f"no font has {len(chars)} characters, “{' '.join(chars[:_SHOWN])}{more}” "
            f"(the first is {named})"
        )
    return Finding("missing-glyph", "error", message, path, line, hint)


@functools.lru_cache(maxsize=16)
def _covered(faces: tuple[Face, ...]) -> frozenset[int]:
    from publisher.editions.subset import coverage

    upright = (face for face in faces if not face.italic)
    return frozenset().union(
        *(
            collections.characters(face.family)
            if face.collection
            else coverage(face.data, face.name)
            for face in upright
        )
    )


def choose(
    brand: Brand, language: Language, texts: Iterable[str], files: Mapping[str, bytes]
) -> Fonts:
    """The fonts of an edition: its language's set, the default set, and sets for foreign passages.

    ``texts`` is everything that will be set; the brand's set for another script, or the one that the
    data of the script's language name, joins in only where the text needs it. Raises MachineError
    for a family that is not installed.
    """
    own = own_faces(files)
    first = brand.font_set(language.script, language.fonts)
    sets: list[FontSet] = [first, brand.font_set("default")]
    wanted = {char for text in texts for char in text if not _is_invisible(char)}
    covered = _covered(_faces(_names(sets), own))
    foreign = frozenset(
        ord(char) for char in wanted if ord(char) not in covered and ord(char) < _LATIN_ENDS
    )
    for fonts in _sets(brand).values():
        lacking = {char for char in wanted if ord(char) not in covered}
        # Another script's font has Latin letters too, which would hide that the edition's lacks them.
        if all(ord(char) < _LATIN_ENDS for char in lacking):
            break
        names = _names([fonts])
        if not all(_is_installed(name, own) for name in names):
            continue
        extra = _covered(_faces(names, own))
        if any(ord(char) in extra for char in lacking if ord(char) >= _LATIN_ENDS):
            sets.append(fonts)
            covered |= extra
    families = {
        role: tuple(
            dict.fromkeys(
                getattr(fonts, each)
                for each in (role, *(r for r in ("text", "heading") if r != role))
                for fonts in (sets[1:2] + sets[:1] + sets[2:] if role == "mono" else sets)
            )
        )
        for role in _ROLES
    }
    names = tuple(dict.fromkeys(name for role in _ROLES for name in families[role]))
    need = frozenset(ord(char) for char in wanted)
    return Fonts(
        tuple(
            replace(face, wanted=need & collections.characters(face.family))
            if face.collection
            else face
            for face in _faces(names, own)
        ),
        families,
        foreign,
    )


def _names(sets: Iterable[FontSet]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            getattr(fonts, role) for fonts in sets for role in ("text", "heading", "mono")
        )
    )


def _is_installed(family: str, own: Mapping[str, tuple[Face, ...]]) -> bool:
    member = collections.members().get(family)
    if member is not None:
        return family in own or member.path is not None
    return family in own or importlib.util.find_spec(_module(family)) is not None


def package(family: str) -> str:
    """The name of the package that pip installs for a family."""
    member = collections.members().get(family)
    return member.package if member is not None else _module(family).replace("_", "-")


def _module(family: str) -> str:
    return "fontpkg_" + re.sub(r"[\W_]+", "_", family.lower()).strip("_")


def _faces(names: Iterable[str], own: Mapping[str, tuple[Face, ...]]) -> tuple[Face, ...]:
    return tuple(face for name in names for face in (own.get(name) or family(name)))


@functools.cache
def family(name: str) -> tuple[Face, ...]:
    """The faces of a family from its ``fontpkg`` package; raises MachineError when it is missing."""
    if name in collections.members():
        collections.characters(name)
        stem = name.replace(" ", "")
        return tuple(
            Face(name, False, (weight, weight), f"{stem}-{weight}.otf", None, collection=True)
            for weight in collections.WEIGHTS
        )
    module = _module(name)
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise MachineError(
            f"the font family “{name}” is not installed",
            hint=f"Run: pip install {package(name)} (or put the font file into styles/fonts)",
        )
    root = Path(spec.origin).parent
    faces = []
    metadata = json.loads((root / "metadata.json").read_text("utf-8"))
    axes = {axis["tag"]: (int(axis["min"]), int(axis["max"])) for axis in metadata["axes"]}
    for item in metadata["files"]:
        path = root / item["path"]
        weight = int(item["weight"] or 400)
        weights = axes.get("wght", (400, 400)) if item["variable"] else (weight, weight)
        stem = re.sub(r"\[.*?\]", "", path.stem)
        faces.append(Face(name, item["style"] == "italic", weights, stem + path.suffix, path))
    return tuple(sorted(faces, key=lambda face: (face.italic, face.weights, face.name)))


@functools.lru_cache(maxsize=64)
def _bytes(path: Path) -> bytes:
    return read_bytes(path, what="font")


def own_faces(files: Mapping[str, bytes]) -> dict[str, tuple[Face, ...]]:
    """Faces of the fonts that a publication keeps in ``styles/fonts``, by family."""
    found: dict[str, list[Face]] = {}
    for path in sorted(files):
        if path.startswith(STYLES) and path.lower().endswith((".ttf", ".otf")):
            face = _own_face(path, files[path])
            found.setdefault(face.family, []).append(face)
    return {name: tuple(faces) for name, faces in found.items()}


@functools.lru_cache(maxsize=32)
def _own_face(path: str, data: bytes) -> Face:
    from io import BytesIO

    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(BytesIO(data), lazy=True) as font:
            names: Any = font["name"]
            family_name = names.getDebugName(16) or names.getDebugName(1) or Path(path).stem
            weight = int(font["OS/2"].usWeightClass)
            italic = bool(font["OS/2"].fsSelection & 1)
            weights = (weight, weight)
            if "fvar" in font:
                for axis in font["fvar"].axes:
                    if axis.axisTag == "wght":
                        weights = (int(axis.minValue), int(axis.maxValue))
    except (TTLibError, OSError, ValueError, KeyError, AssertionError) as error:
        raise InputError(f"the font cannot be read: {error}", path=path) from error
    return Face(str(family_name), italic, weights, path.removeprefix(STYLES), None, data)


def advance(faces: Iterable[Face], char: str) -> float:
    """The advance of a character in em, in the first upright face that has it; 0 where none has."""
    for face in faces:
        widths = {} if face.italic else _advances(face)
        if ord(char) in widths:
            return widths[ord(char)]
    return 0.0


@functools.lru_cache(maxsize=16)
def _advances(face: Face) -> dict[int, float]:
    from io import BytesIO

    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(face.data), lazy=True) as font:
        metrics = font["hmtx"].metrics
        upem = font["head"].unitsPerEm
        return {code: metrics[glyph][0] / upem for code, glyph in font.getBestCmap().items()}
