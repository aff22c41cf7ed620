"""How much a drawing draws: ``<use>``, patterns and masks can multiply a few lines to billions of shapes."""

from __future__ import annotations

import re
from typing import Any

from publisher.errors import InputError

MOST = 250_000
"""Shapes that a drawing may draw; a detailed map has some tens of thousands."""

_LOCAL = re.compile(r"url\(\s*['\"]?#([^'\")]+)['\"]?\s*\)")
_LINKS = frozenset({"a", "script"})


def check(root: Any, name: str) -> None:
    """Raise InputError, with its line, for a drawing that draws itself or more than can be drawn."""
    by_id = {e.get("id"): e for e in root.iter() if isinstance(e.tag, str) and e.get("id")}
    weights: dict[Any, int] = {}
    open_now: set[Any] = set()
    waiting: list[tuple[Any, bool]] = [(root, False)]
    while waiting:
        element, done = waiting.pop()
        if element in weights:
            continue
        parts = [*(e for e in element if isinstance(e.tag, str)), *_references(element, by_id)]
        if done:
            open_now.discard(element)
            weights[element] = 1 + sum(weights[part] for part in parts)
            if weights[element] > MOST:
                raise InputError(
                    f"the SVG figure draws more than {MOST} shapes",
                    path=name,
                    line=element.sourceline,
                    hint="Simplify it, or export it as PNG.",
                )
            continue
        open_now.add(element)
        waiting.append((element, True))
        for part in parts:
            if part in open_now:
                raise InputError(
                    "the SVG figure draws itself", path=name, line=element.sourceline,
                    hint="Correct what its <use>, fill or mask refers to.",
                )  # fmt: skip
            waiting.append((part, False))


def _references(element: Any, by_id: dict[str, Any]) -> list[Any]:
    """The elements that a renderer draws again where this one stands."""
    names = []
    for key, value in element.attrib.items():
        if key.rsplit("}", 1)[-1] == "href" and value.startswith("#"):
            if element.tag.rsplit("}", 1)[-1] not in _LINKS:
                names.append(value[1:])
        elif "url(" in value:
            names += _LOCAL.findall(value)
    return [by_id[name] for name in names if name in by_id]
