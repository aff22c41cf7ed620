"""A dark scheme made from the light one: the same hues, light enough to read.

No colour is listed twice: every rule of a style sheet that uses a colour of the brand gets its
partner, so that a rule added later cannot be forgotten. White and black written as ``#fff`` and
``#000`` are not the brand's and stay.
"""

from __future__ import annotations

import re

from publisher.brand import Colours, contrast, mix

GROUND = "#121212"
"""The ground that dark colours are computed for; a blacker one only adds contrast."""

CONTRAST = 7.0
"""Level AAA of WCAG, so that the greys of other reading systems still leave AA."""

_COLOUR = re.compile(r"#[0-9a-f]{6}\b", re.IGNORECASE)


def dark_colours(brand: Colours) -> dict[str, str]:
    """The dark partner of each colour of the brand, by the light colour.

    ``on_accent`` has none: it stands on the accent, which is dark enough in either scheme.
    """
    tint = mix(brand.accent, GROUND, 0.22)
    return {
        brand.rule: mix(brand.rule, GROUND, 0.35),
        brand.tint: tint,
        brand.paper: GROUND,
        brand.draft: lighten(brand.draft, tint, CONTRAST),
        mix(brand.accent, brand.paper, 0.55): lighten(brand.accent, tint, CONTRAST),
        brand.accent: lighten(brand.accent, tint, CONTRAST),
        brand.muted: lighten(brand.muted, tint, CONTRAST),
        brand.ink: lighten(mix(brand.ink, "#ffffff", 0.1), tint, CONTRAST * 1.5),
    }


def dark_rules(css: str, brand: Colours) -> str:
    """A ``@media`` block with the dark partner of every rule of a style sheet that needs one.

    The page itself is set too: a device may ask for the dark while its page is still white.
    """
    import tinycss2

    partners = dark_colours(brand)
    ink, ground = partners[brand.ink], GROUND
    rules = [f"  body {{ color: {ink}; background-color: {ground}; }}"]
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        changed = _declarations(tinycss2.serialize(rule.content), partners, brand.accent)
        if changed:
            selector = " ".join(tinycss2.serialize(rule.prelude).split())
            rules.append(f"  {selector} {{ {changed} }}")
    return "@media (prefers-color-scheme: dark) {\n" + "\n".join(rules) + "\n}\n"


def _declarations(content: str, partners: dict[str, str], accent: str) -> str:
    import tinycss2

    made: list[str] = []
    for declaration in tinycss2.parse_declaration_list(content, skip_whitespace=True):
        if declaration.type != "declaration":
            continue
        value = tinycss2.serialize(declaration.value).strip()
        if declaration.lower_name.startswith("background") and accent in value.lower():
            # Light type on the accent reads in either scheme, and must stay together.
            return ""
        new = _COLOUR.sub(lambda found: partners.get(found[0].lower(), found[0]), value)
        if new != value:
            made.append(f"{declaration.name}: {new};")
    return " ".join(made)


def lighten(colour: str, ground: str, least: float) -> str:
    """The colour mixed with as little white as gives it ``least`` contrast on ``ground``."""
    for step in range(101):
        mixed = mix(colour, "#ffffff", 1 - step / 100)
        if contrast(mixed, ground) >= least:
            return mixed
    return "#ffffff"
