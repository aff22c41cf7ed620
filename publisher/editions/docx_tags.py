"""Language tags as Word knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from publisher.editions.docx_styles import COMPLEX_SCRIPTS, EAST_ASIAN_SCRIPTS
from publisher.editions.docx_xml import el

if TYPE_CHECKING:
    from publisher.editions.docx_styles import Look

_SEVERAL_SCRIPTS = frozenset({"az", "uz", "sr", "bs", "mn", "tg", "ha", "iu"})
"""Languages whose script Word names in the tag."""

_REGIONS = {"ar": "SA", "en": "GB"}
"""Regions for tags without one where CLDR's likely region is not the customary choice."""


def script_of(code: str) -> str:
    """The ISO 15924 code of a language tag, from its subtag or CLDR; empty when unknown."""
    for part in code.replace("_", "-").split("-")[1:]:
        if len(part) == 4 and part.isalpha():
            return part.title()
    likely = _likely(code.replace("_", "-").split("-")[0])
    return next((part for part in likely if len(part) == 4), "")


def _likely(code: str) -> list[str]:
    from babel.core import get_global

    return str(get_global("likely_subtags").get(code, "")).split("_")


def word_tag(code: str) -> str:
    """A language code as Word's tag: with a region, with the script where Word asks for it."""
    parts = code.replace("_", "-").split("-")
    language = parts[0].lower()
    script = next((part.title() for part in parts[1:] if len(part) == 4 and part.isalpha()), "")
    region = next((part.upper() for part in parts[1:] if len(part) == 2), "")
    key = f"{language}_{script}" if script else language
    likely = _likely(key) if _likely(key)[0] else _likely(language)
    region = region or _REGIONS.get(language, "")
    region = region or next((p for p in likely[1:] if len(p) == 2 and p.isupper()), "")
    script = script or next((part for part in likely[1:] if len(part) == 4), "")
    named = language in _SEVERAL_SCRIPTS or script not in ("", script_of(language))
    return "-".join(part for part in (language, script if named else "", region) if part)


def language_element(look: Look, *, tag: str = "w:lang") -> Any:
    """``w:lang`` (or an element of the same type) with all three slots for the edition's language.

    The slots that the edition's script does not use name the customary partner, as Word does.
    """
    own = word_tag(look.language.locale or look.language.code)
    script = look.language.script
    plain = script not in COMPLEX_SCRIPTS and script not in EAST_ASIAN_SCRIPTS
    return el(
        tag,
        val=own if plain else "en-GB",
        eastAsia=own if script in EAST_ASIAN_SCRIPTS else "zh-CN",
        bidi=own if script in COMPLEX_SCRIPTS else "ar-SA",
    )
