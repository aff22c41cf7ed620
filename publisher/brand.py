"""The brand: design tokens for all formats, from ``styles/brand.toml`` over the defaults.

Colours, type scale, fonts by script, page geometry, cover. The brand knows no language and no
format: it meets the language in an edition, and each format compiles it into its own styles.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from publisher.config import parse_toml
from publisher.errors import Finding, InputError
from publisher.files import decode_utf8, read_bytes

DEFAULTS = Path(__file__).parent / "data" / "styles" / "brand.toml"

Motif = Literal["tiles", "meridians", "lines", "none"]

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_SIZES = {
    "A4": (210.0, 297.0),
    "A5": (148.0, 210.0),
    "B5": (176.0, 250.0),
    "Letter": (215.9, 279.4),
}
_MOTIFS = ("tiles", "meridians", "lines", "none")
MINIMUM_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text of normal size."""


@dataclass(frozen=True, slots=True)
class Colours:
    """Colours as ``#rrggbb``.

    ``ink`` text on ``paper``; ``muted`` secondary text; ``accent`` the one colour of the brand and
    ``on_accent`` what is set on it; ``tint`` the ground of boxes; ``rule`` lines; ``draft`` marks
    what nobody has reviewed.
    """

    ink: str
    paper: str
    muted: str
    accent: str
    on_accent: str
    tint: str
    rule: str
    draft: str


@dataclass(frozen=True, slots=True)
class Page:
    """Page geometry in millimetres; ``start`` is the margin where lines start (left, or
    right in a right-to-left language) and holds what hangs beside the text; ``end`` is opposite."""

    width: float
    height: float
    top: float
    bottom: float
    start: float
    end: float

    @property
    def measure(self) -> float:
        """The width of the text column in millimetres."""
        return self.width - self.start - self.end


@dataclass(frozen=True, slots=True)
class Scale:
    """The type scale: ``size`` and ``leading`` of text in points, ``ratio`` between steps."""

    size: float
    leading: float
    ratio: float

    def step(self, number: float) -> float:
        """The size in points ``number`` steps above running text (below, if negative)."""
        return round(float(self.size * self.ratio**number), 2)

    def line(self, number: float, tightness: float = 1.2) -> float:
        """Leading in points for a step: the least half line of the grid that holds the size."""
        half = self.leading / 2
        needed = self.step(number) * tightness
        return half * max(2, -(-needed // half)) if number >= 0 else round(needed * 1.12, 2)


@dataclass(frozen=True, slots=True)
class FontSet:
    """Families by role for one script.

    ``size`` (of running text), ``heading_size`` and ``leading`` are factors that adapt the scale to
    the build of these fonts.
    """

    text: str
    heading: str
    mono: str
    size: float = 1.0
    heading_size: float = 1.0
    leading: float = 1.0


@dataclass(frozen=True, slots=True)
class Brand:
    """All tokens of a brand.

    ``fonts`` maps ISO 15924 codes, and ``default``, to font sets; ``logo`` is a
    publication-relative path or empty; ``paragraph`` says how paragraphs part.
    """

    colours: Colours
    page: Page
    type: Scale
    fonts: Mapping[str, FontSet]
    motif: Motif = "tiles"
    logo: str = ""
    paragraph: Literal["indent", "space"] = "indent"
    path: str = "styles/brand.toml"

    def font_set(self, script: str, families: Mapping[str, str] | None = None) -> FontSet:
        """A script's fonts: the brand's own, else ``families`` (a language's), else default."""
        if script in self.fonts:
            return self.fonts[script]
        default = self.fonts["default"]
        if not families:
            return default
        return FontSet(
            families.get("text", default.text),
            families.get("heading", default.heading),
            families.get("mono", default.mono),
        )

    def pairs(self) -> tuple[tuple[str, str, float], ...]:
        """Every pair of colours that editions set type in: colour, ground and their contrast."""
        c = self.colours
        pairs = (
            ("ink", "paper"),
            ("ink", "tint"),
            ("muted", "paper"),
            ("muted", "tint"),
            ("accent", "paper"),
            ("accent", "tint"),
            ("on_accent", "accent"),
            ("draft", "paper"),
        )
        return tuple((a, b, contrast(getattr(c, a), getattr(c, b))) for a, b in pairs)

    def findings(self) -> tuple[Finding, ...]:
        """Colour pairs whose contrast is below WCAG AA."""
        found = []
        for name, ground_name, ratio in self.pairs():
            colour, ground = getattr(self.colours, name), getattr(self.colours, ground_name)
            if ratio < MINIMUM_CONTRAST:
                found.append(
                    Finding(
                        "low-contrast",
                        "error",
                        f"{name} ({colour}) on {ground_name} ({ground}) has a contrast of "
                        f"{ratio:.1f}:1; text needs {MINIMUM_CONTRAST}:1",
                        self.path,
                        hint="Darken one of them or lighten the other (WCAG 2.2, 1.4.3).",
                    )
                )
        return tuple(found)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue from 0 to 255 of ``#rrggbb``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(first: str, second: str, share: float) -> str:
    """``share`` (0 to 1) of the first colour in the second, as ``#rrggbb``."""
    parts = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in parts)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, definition of contrast ratio)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    def linear(value: int) -> float:
        part = value / 255
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = map(linear, rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def load(folder: Path | None = None, *, name: str = "styles/brand.toml") -> Brand:
    """The brand of a publication whose ``styles`` folder is ``folder``; None for the default brand.

    ``name`` is how messages call the file. The publication's ``brand.toml`` may hold only what
    differs. Raises InputError, with file and line, for an unknown key or a value out of range.
    """
    values = {key: dict(table) for key, table in _defaults().items()}
    own = None if folder is None else folder / "brand.toml"
    if own is None or not own.is_file():
        return _Reader(values, "", name).brand()
    text = decode_utf8(read_bytes(own, what="brand file"), name)
    for key, table in _parse(text, name).items():
        if key not in values or not isinstance(table, dict):
            raise InputError(
                f"unknown key “{key}”",
                path=name,
                line=_line(text, key),
                hint=f"Known tables: {', '.join(sorted(values))}.",
            )
        for inner, value in table.items():
            # A font set may correct one role and keep the rest.
            before = values[key].get(inner)
            if isinstance(before, dict) and isinstance(value, dict):
                value = {**before, **value}
            values[key][inner] = value
    return _Reader(values, text, name).brand()


@functools.cache
def _defaults() -> dict[str, Any]:
    return _parse(DEFAULTS.read_text("utf-8"), str(DEFAULTS))


def _parse(text: str, name: str) -> dict[str, Any]:
    return parse_toml(text, name)


def _line(text: str, key: str) -> int | None:
    pattern = re.compile(rf"\s*(\[[\w.\"]*)?[\"']?{re.escape(key)}\b")
    for number, line in enumerate(text.splitlines(), start=1):
        if pattern.match(line):
            return number
    return None


class _Reader:
    """Turns merged tables into a Brand; ``text`` is the publication's file, for line numbers."""

    def __init__(self, values: dict[str, Any], text: str, name: str) -> None:
        self.values = values
        self.text = text
        self.name = name

    def wrong(self, key: str, message: str, hint: str = "") -> InputError:
        return InputError(message, path=self.name, line=_line(self.text, key), hint=hint or None)

    def brand(self) -> Brand:
        other = self.table("layout", {"motif", "logo", "paragraph"})
        if other["motif"] not in _MOTIFS:
            raise self.wrong("motif", "unknown motif", f"Known: {', '.join(_MOTIFS)}.")
        if other["paragraph"] not in ("indent", "space"):
            raise self.wrong("paragraph", "paragraph is neither indent nor space")
        if not isinstance(other["logo"], str):
            raise self.wrong("logo", "the logo is not a path")
        return Brand(
            colours=self.colours(),
            page=self.page(),
            type=self.scale(),
            fonts=self.fonts(),
            motif=other["motif"],
            logo=other["logo"],
            paragraph=other["paragraph"],
            path=self.name,
        )

    def table(self, key: str, known: set[str]) -> dict[str, Any]:
        table: dict[str, Any] = self.values[key]
        for name in table:
            if name not in known:
                raise self.wrong(
                    name, f"unknown key “{name}” in [{key}]", f"Known: {', '.join(sorted(known))}."
                )
        return table

    def colours(self) -> Colours:
        names = {f.name for f in fields(Colours)}
        table = self.table("colours", names)
        for key, value in table.items():
            if not isinstance(value, str) or not _COLOUR.fullmatch(value):
                raise self.wrong(key, f"the colour “{key}” is not of the form #rrggbb")
        return Colours(**{key: value.lower() for key, value in table.items()})

    def page(self) -> Page:
        table = self.table("page", {"size", "top", "bottom", "start", "end"})
        size = table["size"]
        if isinstance(size, str) and size in _SIZES:
            width, height = _SIZES[size]
        elif (
            isinstance(size, list)
            and len(size) == 2
            and all(isinstance(n, int | float) and 50 <= n <= 2000 for n in size)
        ):
            width, height = float(size[0]), float(size[1])
        else:
            raise self.wrong(
                "size",
                "the page size is neither known nor [width, height] in millimetres",
                f"Known: {', '.join(_SIZES)}.",
            )
        margins = {
            key: self.number("page", key, 0, min(width, height) / 2)
            for key in ("top", "bottom", "start", "end")
        }
        page = Page(width, height, **margins)
        if page.measure < 40 or height - page.top - page.bottom < 60:
            raise self.wrong("page", "the margins leave no room for text")
        return page

    def scale(self) -> Scale:
        self.table("type", {"size", "leading", "ratio"})
        return Scale(
            self.number("type", "size", 6, 24),
            self.number("type", "leading", 7, 48),
            self.number("type", "ratio", 1.05, 2),
        )

    def number(self, table: str, key: str, low: float, high: float) -> float:
        value = self.values[table][key]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(key, f"“{key}” is not a number")
        if not low <= value <= high:
            raise self.wrong(key, f"“{key}” is not between {low:g} and {high:g}")
        return float(value)

    def fonts(self) -> dict[str, FontSet]:
        known = {f.name for f in fields(FontSet)}
        sets: dict[str, FontSet] = {}
        default: dict[str, Any] = {}
        for script in sorted(self.values["fonts"], key=lambda s: (s != "default", s)):
            table = self.values["fonts"][script]
            if not isinstance(table, dict) or not (
                script == "default" or re.fullmatch(r"[A-Z][a-z]{3}", script)
            ):
                raise self.wrong(
                    script, f"“{script}” is not a script", "Use ISO 15924, such as Latn or Arab."
                )
            for key, value in table.items():
                if key not in known:
                    raise self.wrong(key, f"unknown key “{key}” in [fonts.{script}]")
                if key in ("size", "heading_size", "leading"):
                    if isinstance(value, bool) or not isinstance(value, int | float):
                        raise self.wrong(key, f"“{key}” is not a number")
                    if not 0.5 <= value <= 2:
                        raise self.wrong(key, f"“{key}” is not between 0.5 and 2")
                elif not isinstance(value, str) or not re.fullmatch(r"[\w .-]{1,80}", value):
                    raise self.wrong(key, f"“{key}” is not the name of a font family")
            if script == "default":
                default = table
            roles = {key: default[key] for key in ("text", "heading", "mono") if key in default}
            sets[script] = FontSet(**{**roles, **table})
        return sets
