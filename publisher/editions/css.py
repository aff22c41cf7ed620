"""Styles: the templates in ``data/styles`` filled with the brand's tokens for one language.

A template is CSS with ``$name`` placeholders (``string.Template``). ``content.css`` is shared by all
formats; ``pdf.css``, ``epub.css`` and ``html.css`` add what their medium needs. Lengths are points for
paper and ``rem`` for screens, so that a reader's own size rules there.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Literal

from publisher.brand import mix
from publisher.errors import InputError
from publisher.files import read_text

if TYPE_CHECKING:
    from publisher.brand import Brand, FontSet
    from publisher.editions.fonts import Fonts
    from publisher.language import Language

STYLES = Path(__file__).parent.parent / "data" / "styles"

Medium = Literal["pdf", "epub", "html"]

MAX_STEP = 6


def quote(text: str) -> str:
    """``text`` as a CSS string (CSS Syntax 3, §4.3.5)."""
    escaped = "".join(
        f"\\{ord(char):x} " if char in '"\\<>&' or ord(char) < 0x20 or ord(char) == 0x7F else char
        for char in text
    )
    return f'"{escaped}"'


def stylesheet(
    brand: Brand,
    language: Language,
    fonts: Fonts,
    medium: Medium,
    *,
    extra: str = "",
    tokens: Mapping[str, str] | None = None,
) -> str:
    """The styles of one medium; ``extra`` is the publication's own CSS, set last.

    ``tokens`` are further placeholders that the medium's template uses.

    Holds no ``@font-face``: each format names its font files itself (:func:`font_faces` helps).
    """
    values = {**_tokens(brand, language, fonts, medium), **(tokens or {})}
    parts = [counter_styles(language), _fill("content.css", values), _fill(f"{medium}.css", values)]
    parts.append(_decimal_padding(fonts))
    return "\n".join([*parts, extra.strip()]).strip() + "\n"


def _fill(name: str, tokens: dict[str, str]) -> str:
    try:
        return Template(_template(name)).substitute(tokens)
    except (KeyError, ValueError) as error:
        raise InputError(
            f"the style has a wrong placeholder: {error}", path=STYLES / name
        ) from error


@functools.cache
def _template(name: str) -> str:
    return read_text(STYLES / name, what="style")


def font_faces(fonts: Fonts, base: str, *, ranges: bool = True) -> str:
    """``@font-face`` rules for all faces, at ``base`` followed by the face's name.

    ``ranges=False`` leaves the weight of a variable font out, for a renderer that knows no range.
    """
    rules = []
    for face in fonts.faces:
        low, high = face.weights
        weight = "" if low != high and not ranges else f"font-weight: {low}; "
        if low != high and ranges:
            weight = f"font-weight: {low} {high}; "
        rules.append(
            f"@font-face {{ font-family: {quote(face.family)}; "
            f"font-style: {'italic' if face.italic else 'normal'}; {weight}"
            f"src: url({quote(base + face.name)}); }}"
        )
    return "\n".join(rules)


def counter_styles(language: Language) -> str:
    """``@counter-style`` rules and the list classes for the language's markers."""
    lists, rules = language.lists, []
    for key in ("decimal", "lower_alpha", "upper_alpha", "lower_roman", "upper_roman"):
        markers = lists.style(key)
        if markers.symbols:
            symbols = " ".join(quote(symbol) for symbol in markers.symbols)
            rules.append(
                f"@counter-style {markers.css} {{ system: alphabetic; symbols: {symbols}; "
                f"suffix: {quote(lists.suffix + ' ')}; }}"
            )
        name = key.replace("_", "-")
        rules.append(f".ol-{name} {{ list-style-type: {markers.css}; }}")
        for delimiter, prefix in (("one", ""), ("two", "(")):
            rules.append(
                f"@counter-style p-{name}-{delimiter} {{ system: extends {markers.css}; "
                f'prefix: "{prefix}"; suffix: ") "; }}'
            )
            rules.append(
                f".ol-{name}.delim-{delimiter} {{ list-style-type: p-{name}-{delimiter}; }}"
            )
    for number, bullet in enumerate(lists.bullets):
        rules.append(f".bullet-{number} {{ list-style-type: {quote(bullet + '  ')}; }}")
    return "\n".join(rules)


def _decimal_padding(fonts: Fonts) -> str:
    """The room that figures without some decimals leave, so that decimal signs stand in line.

    Physical on purpose: a number runs from left to right in every script.
    """
    from publisher.editions.fonts import advance

    upright = [f for name in fonts.families["heading"] for f in fonts.faces if f.family == name]
    digit = advance(upright, "0") or 0.57
    sign = advance(upright, ".") or 0.27
    rules = []
    for number in range(1, 9):
        rules.append(f".pad-{number} {{ padding-right: {number * digit:.3f}em; }}")
        rules.append(f".pad-s-{number} {{ padding-right: {number * digit + sign:.3f}em; }}")
    rules.append(f".pad-s-0 {{ padding-right: {sign:.3f}em; }}")
    return "\n".join(rules)


def _tokens(brand: Brand, language: Language, fonts: Fonts, medium: Medium) -> dict[str, str]:
    own = brand.font_set(language.script, language.fonts)
    colours, scale, page = brand.colours, brand.type, brand.page
    rtl = language.rtl
    indented = brand.paragraph == "indent" and language.indent
    tokens = {
        "text": fonts.stack("text"),
        "heading": fonts.stack("heading"),
        "mono": fonts.stack("mono"),
        "ink": colours.ink,
        "paper": colours.paper,
        "muted": colours.muted,
        "accent": colours.accent,
        "on_accent": colours.on_accent,
        "tint": colours.tint,
        "rule": colours.rule,
        "draft": colours.draft,
        "accent_soft": mix(colours.accent, colours.paper, 0.55),
        "start": "right" if rtl else "left",
        "end": "left" if rtl else "right",
        "align": "justify" if language.justify else "start",
        "hyphens": "auto" if language.hyphenation else "manual",
        "hyphen_limits": "5 2 2",
        "italic": "italic" if language.italics else "normal",
        "italic_weight": "inherit" if language.italics else "600",
        "indent": ("2em" if language.line_break else "1.4em") if indented else "0",
        "paragraph_gap": "0" if indented else "0.5",
        "folio": language.folio_style,
        "direction": language.direction,
        "line_break": "strict" if language.line_break else "auto",
        "page_width": f"{page.width:g}mm",
        "page_height": f"{page.height:g}mm",
        "page_top": f"{page.top:g}mm",
        "page_bottom": f"{page.bottom:g}mm",
        "page_left": f"{page.end if rtl else page.start:g}mm",
        "page_right": f"{page.start if rtl else page.end:g}mm",
        "page_start": f"{page.start:g}mm",
        "page_end": f"{page.end:g}mm",
        "measure": f"{page.measure:g}mm",
    }
    if language.hyphenation:
        limits = language.hyphenation
        tokens["hyphen_limits"] = f"{limits.word} {limits.before} {limits.after}"
    line = scale.leading * own.leading
    tokens |= _lengths(line, medium, scale.size)
    tokens |= _sizes(brand, own, line, medium)
    gap = float(tokens["paragraph_gap"]) * line
    tokens["paragraph_gap"] = _length(gap, medium, scale.size) if gap else "0"
    return tokens


def _length(points: float, medium: Medium, base: float) -> str:
    return f"{points:g}pt" if medium == "pdf" else f"{points / base:.3f}rem"


def _lengths(line: float, medium: Medium, base: float) -> dict[str, str]:
    """Vertical rhythm: ``$line`` and its parts and multiples."""
    parts = {"quarter": 0.25, "third": 1 / 3, "standfirst": 4 / 3, "half": 0.5, "line": 1, "line15": 1.5, "line2": 2,
             "line3": 3, "line4": 4}  # fmt: skip
    return {name: _length(round(line * n, 3), medium, base) for name, n in parts.items()}


def _sizes(brand: Brand, own: FontSet, line: float, medium: Medium) -> dict[str, str]:
    """Sizes ``$t…`` for text and ``$h…`` for headings by step, and their leading ``$l…``.

    ``m1`` is the step below running text. Leading is a multiple of half a line from step 1 up, and
    three quarters of a line below, so that four small lines stand on three.
    """
    scale = brand.type
    made: dict[str, str] = {}
    for step in range(-1, MAX_STEP + 1):
        name = f"m{-step}" if step < 0 else str(step)
        size = scale.step(step)
        half = line / 2
        if step < 0:
            leading = line * 0.75
        elif step == 0:
            leading = line
        else:
            leading = half * -(-size * own.heading_size * 1.12 // half)
        made[f"t{name}"] = _length(round(size * own.size, 2), medium, scale.size)
        made[f"h{name}"] = _length(round(size * own.heading_size, 2), medium, scale.size)
        if medium == "pdf":
            made[f"l{name}"] = f"{round(leading, 3):g}pt"
        else:
            made[f"l{name}"] = f"{leading / (size * max(own.heading_size, 1)):.3f}"
    return made
