"""What CSS would load: addresses in style sheets and style attributes, escapes and all.

CSS can spell ``url`` and ``@import`` in many ways (``u\\72l(…)``), so nothing but a parser finds them all
(CSS Syntax 3, §4.3; CSS Images 4, §2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

_FETCHING = frozenset(
    {"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"}
)


def addresses(values: Sequence[Any]) -> Iterator[tuple[str, int]]:
    """Every address that tinycss2's component values name, with its line from 1."""
    for value in values:
        if value.type == "url":
            yield value.value.strip(), value.source_line
        elif value.type == "function":
            if value.lower_name in _FETCHING:
                for one in value.arguments:
                    if one.type == "string":
                        yield one.value.strip(), one.source_line
            yield from addresses(value.arguments)
        elif value.type.endswith(" block"):
            yield from addresses(value.content)


def without(text: str, may: Callable[[str], bool]) -> str:
    """The CSS with ``none`` for each address that it may not load, and without ``@import``.

    The text comes back as it is where there is nothing to take out.
    """
    import tinycss2

    values = tinycss2.parse_component_value_list(text)
    if all(may(address) for address, _ in addresses(values)) and not _imports(values):
        return text
    return str(tinycss2.serialize(_kept(values, may)))


def _imports(values: Sequence[Any]) -> bool:
    return any(
        (value.type == "at-keyword" and value.lower_value in ("import", "namespace"))
        or (value.type.endswith(" block") and _imports(value.content))
        for value in values
    )


def _kept(values: Sequence[Any], may: Callable[[str], bool]) -> list[Any]:
    from tinycss2.ast import IdentToken

    kept: list[Any] = []
    importing = False
    for value in values:
        if value.type == "at-keyword" and value.lower_value in ("import", "namespace"):
            importing = True
        if importing:
            importing = not (value == ";" or value.type == "{} block")
            continue
        if value.type in ("url", "function") and not all(may(a) for a, _ in addresses([value])):
            kept.append(IdentToken(value.source_line, value.source_column, "none"))
            continue
        if value.type.endswith(" block"):
            value.content[:] = _kept(value.content, may)
        if value.type != "error":
            kept.append(value)
    return kept
