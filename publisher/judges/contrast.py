"""Contrast of the colours that a style sheet sets together (WCAG 2.1, 1.4.3 and 1.4.6).

Works on the style sheet alone: custom properties are resolved, each colour scheme is taken by
itself, and a rule that sets only one colour is paired with the page's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

MINIMUM = 4.5
"""The contrast of running text at level AA."""

_PAGES = {
    "light": {"color": "#000000", "background": "#ffffff"},
    "dark": {"color": "#e6e6e6", "background": "#121212"},
}
"""The page of a reading system, where the style sheet leaves it alone."""

_NONE = frozenset({"inherit", "initial", "unset", "none", "transparent", "currentcolor"})

Rgb = tuple[float, float, float]

_VAR = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,\s*([^()]*))?\)")


def luminance(colour: Rgb) -> float:
    """The relative luminance of an sRGB colour with channels from 0 to 1 (WCAG 2.1)."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def ratio(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def parse_colour(value: str) -> Rgb | None:
    """An opaque CSS colour as channels from 0 to 1; None for anything else."""
    import tinycss2.color3

    colour = tinycss2.color3.parse_color(value.strip())
    if colour is None or isinstance(colour, str) or colour.alpha < 1:
        return None
    return (float(colour.red), float(colour.green), float(colour.blue))


def check_css(text: str) -> Iterator[tuple[int, str]]:
    """Pairs of line and message for each pair of colours below ``MINIMUM``."""
    import tinycss2

    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    schemes = {"light": list(_rules(rules, "light")), "dark": list(_rules(rules, "dark"))}
    if len(schemes["dark"]) == len(schemes["light"]):
        del schemes["dark"]
    seen: set[tuple[int, str]] = set()
    for scheme, entries in schemes.items():
        variables: dict[str, str] = {}
        for _, _, values in entries:
            variables.update({k: v for k, v in values.items() if k.startswith("--")})
        page = dict(_PAGES[scheme])
        for selector, _, values in entries:
            if any(s.strip() in ("body", "html", ":root") for s in selector.split(",")):
                for key in page.keys() & values.keys():
                    page[key] = _PAGES[scheme][key] if values[key] in _NONE else values[key]
        merged: dict[str, dict[str, str]] = {}
        lines: dict[str, int] = {}
        for selectors, line, values in entries:
            for selector in (part.strip() for part in selectors.split(",")):
                merged.setdefault(selector, {}).update(values)
                if {"color", "background"} & set(values):
                    lines[selector] = line
        for selector, values in merged.items():
            if not {"color", "background"} & set(values):
                continue
            pair = {**page, **{k: values[k] for k in page if values.get(k, "inherit") not in _NONE}}
            front = parse_colour(_resolve(pair["color"], variables))
            back = parse_colour(_resolve(pair["background"], variables))
            if front is None or back is None or _decorative(selector):
                continue
            measured = ratio(front, back)
            if measured < MINIMUM:
                message = (
                    f"“{selector}” has a contrast of {measured:.2f} in the {scheme} scheme;"
                    f" {MINIMUM} is the least"
                )
                if (lines[selector], message) not in seen:
                    seen.add((lines[selector], message))
                    yield lines[selector], message


def _decorative(selector: str) -> bool:
    # Generated content and rules carry no text that a reader needs.
    return "::" in selector or selector.strip() in ("hr", "::selection")


def _rules(rules: list[Any], scheme: str) -> Iterator[tuple[str, int, dict[str, str]]]:
    import tinycss2

    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content is not None:
            query = tinycss2.serialize(rule.prelude).replace(" ", "").lower()
            if "print" in query:
                continue
            if "prefers-color-scheme:dark" in query and scheme != "dark":
                continue
            if "prefers-color-scheme:light" in query and scheme != "light":
                continue
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            yield from _rules(inner, scheme)
        elif rule.type == "qualified-rule":
            values: dict[str, str] = {}
            declarations = tinycss2.parse_declaration_list(
                rule.content, skip_comments=True, skip_whitespace=True
            )
            for declaration in declarations:
                if declaration.type != "declaration":
                    continue
                name = declaration.lower_name
                value = tinycss2.serialize(declaration.value).strip().lower()
                if name.startswith("--") or name == "color":
                    values[declaration.name if name.startswith("--") else name] = value
                elif name in ("background", "background-color"):
                    values["background"] = value
            yield tinycss2.serialize(rule.prelude).strip(), rule.source_line, values


def _resolve(value: str, variables: dict[str, str]) -> str:
    for _ in range(8):
        found = _VAR.search(value)
        if found is None:
            break
        value = (
            value[: found.start()] + variables.get(found[1], found[2] or "") + value[found.end() :]
        )
    return value
