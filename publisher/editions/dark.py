"""Colours for the dark, computed from the brand's: the same hues, light enough to read."""

from __future__ import annotations

from publisher.brand import Colours, contrast, mix

GROUND = "#121212"
"""The ground that dark colours are computed for; a blacker one only adds contrast."""

CONTRAST = 7.0
"""Level AAA of WCAG, so that the greys of other reading systems still leave AA."""


def dark_tokens(brand: Colours) -> dict[str, str]:
    """The tokens ``dark_…`` of the style sheets."""
    tint = mix(brand.accent, GROUND, 0.22)
    return {
        "dark_ink": lighten(mix(brand.ink, "#ffffff", 0.1), tint, CONTRAST * 1.5),
        "dark_paper": GROUND,
        "dark_tint": tint,
        "dark_muted": lighten(brand.muted, tint, CONTRAST),
        "dark_accent": lighten(brand.accent, tint, CONTRAST),
        "dark_rule": mix(brand.rule, GROUND, 0.35),
        "dark_draft": lighten(brand.draft, tint, CONTRAST),
    }


def lighten(colour: str, ground: str, least: float) -> str:
    """The colour mixed with as little white as gives it ``least`` contrast on ``ground``."""
    for step in range(101):
        mixed = mix(colour, "#ffffff", 1 - step / 100)
        if contrast(mixed, ground) >= least:
            return mixed
    return "#ffffff"
