"""Read a language's data file: every key known, every value in its range, errors with their line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from publisher.config import parse_toml
from publisher.errors import InputError
from publisher.files import decode_utf8, read_bytes
from publisher.language import (
    DATA,
    RIGHT_TO_LEFT_SCRIPTS,
    ZEROS,
    Hyphenation,
    Language,
    Lists,
    Markers,
    Quotes,
    available,
)

_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read(code: str, own: Path | None) -> Language:
    """The language ``code`` from the toolkit's file and, over it, the publication's ``own``."""
    if not _CODE.fullmatch(code):
        raise InputError(
            f"“{code}” is not a language code", hint="Use BCP 47, such as az or pt-BR."
        )
    base = DATA / f"{code}.toml"
    if not base.is_file():
        base = DATA / f"{code.split('-')[0]}.toml"
    if not base.is_file() and own is None:
        raise InputError(
            f"the language “{code}” has no data file",
            hint=f"Write translations/languages/{code}.toml; known: {', '.join(available())}.",
        )
    values: dict[str, Any] = {}
    path = own or base
    if base.is_file():
        values = _parse(base)
        values["code"] = code
    if own is not None:
        values = {**values, **_parse(own)}
    return _build(code, values, path)


def _parse(path: Path) -> dict[str, Any]:
    text = decode_utf8(read_bytes(path, what="language file"), str(path))
    return parse_toml(text, path)


_PREDEFINED = {
    "decimal": Markers("decimal", "decimal"),
    "lower_alpha": Markers("lower-alpha", "lowerLetter"),
    "upper_alpha": Markers("upper-alpha", "upperLetter"),
    "lower_roman": Markers("lower-roman", "lowerRoman"),
    "upper_roman": Markers("upper-roman", "upperRoman"),
}


def _build(code: str, values: dict[str, Any], path: Path) -> Language:
    values = dict(values)
    known = {f.name for f in fields(Language)}
    for key in values:
        if key not in known:
            raise _wrong(path, key, f"unknown key “{key}”", f"Known: {', '.join(sorted(known))}.")
    for key in ("name", "english", "script", "quotes"):
        if key not in values:
            raise InputError(f"the language file lacks “{key}”", path=path)
    if values.get("code", code) != code:
        raise _wrong(path, "code", f"the code is not “{code}”", "Name the file after its code.")
    values["code"] = code
    script = _text(values, "script", path)
    rtl = script in RIGHT_TO_LEFT_SCRIPTS
    values.setdefault("direction", "rtl" if rtl else "ltr")
    if values["direction"] not in ("ltr", "rtl"):
        raise _wrong(path, "direction", "the direction is neither ltr nor rtl", "")
    if values.setdefault("numerals", "latn") not in ZEROS:
        raise _wrong(path, "numerals", "unknown numerals", f"Known: {', '.join(sorted(ZEROS))}.")
    values["quotes"] = Quotes(*_strings(values, "quotes", path, count=4))
    values["lists"] = _lists(values.get("lists", {}), values["numerals"], path)
    values["locale"] = _locale(str(values.get("locale") or code), path)
    if "hyphenation" in values:
        values["hyphenation"] = _hyphenation(values["hyphenation"], path)
    for key in ("space_before", "space_after", "fonts", "ordinals"):
        if key in values:
            values[key] = _table(values, key, path)
    for form, pattern in values.get("ordinals", {"other": "{0}"}).items():
        if pattern.count("{0}") != 1 or set("{}") & set(pattern.replace("{0}", "")):
            raise _wrong(path, form, f"the ordinal “{form}” must hold {{0}} once", "")
    if "other" not in values.get("ordinals", {"other": ""}):
        raise _wrong(path, "ordinals", "[ordinals] lacks “other”", "Name CLDR's categories.")
    if type(values.get("group_from", 4)) is not int:
        raise _wrong(path, "group_from", "“group_from” is no whole number", "")
    if "bind" in values:
        values["bind"] = tuple(_strings(values, "bind", path))
    if values.get("casing", "") not in ("", "turkic", "greek", "none"):
        raise _wrong(path, "casing", "unknown casing", "Known: turkic, greek, none.")
    if values.get("line_break", "") not in ("", "strict"):
        raise _wrong(path, "line_break", "unknown line_break", "Known: strict.")
    for key in ("italics", "justify", "indent", "first_day"):
        if not isinstance(values.get(key, True), bool):
            raise _wrong(path, key, f"“{key}” is neither true nor false", "")
    for key in ("name", "english", "decimal", "group", "date_pattern", "alphabet", "separator"):
        if key in values:
            _text(values, key, path)
    return Language(**values)


def _hyphenation(value: Any, path: Path) -> Hyphenation | None:
    if value is False:
        return None
    if value is True:
        return Hyphenation()
    if isinstance(value, list) and len(value) == 3 and all(type(n) is int for n in value):
        return Hyphenation(*value)
    raise _wrong(path, "hyphenation", "hyphenation is not true, false or [word, before, after]", "")


def _lists(value: Any, numerals: str, path: Path) -> Lists:
    if not isinstance(value, dict):
        raise _wrong(path, "lists", "“lists” is not a table", "")
    made: dict[str, Any] = dict(_PREDEFINED)
    if numerals != "latn":
        made["decimal"] = Markers(
            _NUMERAL_CSS.get(numerals, "decimal"), _NUMERAL_DOCX.get(numerals, "decimal")
        )
    for key, item in value.items():
        if key in _PREDEFINED:
            if not isinstance(item, dict) or not set(item) <= {"css", "docx", "symbols"}:
                raise _wrong(path, key, f"“{key}” takes css, docx and symbols", "")
            symbols = item.get("symbols", "")
            css = item.get("css") or f"publisher-{key.replace('_', '-')}"
            made[key] = Markers(
                str(css),
                str(item.get("docx", _PREDEFINED[key].docx)),
                tuple(symbols.split()) if " " in symbols else tuple(symbols),
            )
        elif key in ("levels", "bullets"):
            made[key] = tuple(_strings(value, key, path))
        elif key == "suffix":
            made[key] = _text(value, key, path)
        else:
            raise _wrong(path, key, f"unknown key “{key}” in lists", "")
    for level in made.get("levels", ()):
        if level not in _PREDEFINED:
            raise _wrong(path, "levels", f"unknown list style “{level}”", "")
    return Lists(**made)


_NUMERAL_CSS = {
    "arab": "arabic-indic",
    "arabext": "persian",
    "beng": "bengali",
    "deva": "devanagari",
    "gujr": "gujarati",
    "guru": "gurmukhi",
    "khmr": "khmer",
    "knda": "kannada",
    "laoo": "lao",
    "mlym": "malayalam",
    "mymr": "myanmar",
    "orya": "oriya",
    "tamldec": "tamil",
    "telu": "telugu",
    "thai": "thai",
    "tibt": "tibetan",
}
# ECMA-376 part 1 §17.18.59 has no decimal digits of the Arabic script ("hindiNumbers" are those of
# Devanagari): Word shows decimal numbers of right-to-left text in the digits of its reader's settings.
_NUMERAL_DOCX = {"deva": "hindiNumbers", "thai": "thaiNumbers"}


def _locale(name: str, path: Path) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(name.replace("-", "_")))
    except (UnknownLocaleError, ValueError) as error:
        raise _wrong(
            path, "locale", f"CLDR has no locale “{name}”", "Set locale to one."
        ) from error


def _wrong(path: Path, key: str, message: str, hint: str) -> InputError:
    line = None
    try:
        for number, text in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if re.match(rf"\s*(\[[\w.]*)?[\"']?{re.escape(key)}\b", text):
                line = number
                break
    except (OSError, UnicodeDecodeError):
        line = None
    return InputError(message, path=path, line=line, hint=hint or None)


def _text(values: Mapping[str, Any], key: str, path: Path) -> str:
    value = values[key]
    if not isinstance(value, str):
        raise _wrong(path, key, f"“{key}” is not a string", "")
    return value


def _strings(
    values: Mapping[str, Any], key: str, path: Path, count: int | None = None
) -> list[str]:
    value = values[key]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(path, key, f"“{key}” is not a list of strings", "")
    if count is not None and len(value) != count:
        raise _wrong(path, key, f"“{key}” does not have {count} strings", "")
    return value


def _table(values: Mapping[str, Any], key: str, path: Path) -> dict[str, str]:
    value = values[key]
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise _wrong(path, key, f"“{key}” is not a table of strings", "")
    return dict(value)
