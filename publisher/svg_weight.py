"""How much a drawing draws: ``<use>``, patterns and masks can multiply a few lines to billions of shapes."""

from __future__ import annotations

import re
from typing import Any

from publisher import endless
from publisher.errors import InputError

MOST = 250_000
"""Shapes that a drawing may draw; a detailed map has some tens of thousands."""

_LOCAL = re.compile(r"url\(\s*['\"]?#([^'\")]+)['\"]?\s*\)")
_LINKS = frozenset({"a", "script"})


def check(root: Any, name: str) -> None:
    """Raise InputError, with its line, for a drawing that draws itself or more than can be drawn."""
    by_id = {e.get("id"): e for e in root.iter() if isinstance(e.tag, str) and e.get("id")}

    def parts(element: Any) -> list[Any]:
        return [*(e for e in element if isinstance(e.tag, str)), *_references(element, by_id)]

    found = endless.find([root], parts, MOST)
    if found is None:
        return
    element, loop = found
    if loop is not None:
        raise InputError(
            "the SVG figure draws itself", path=name, line=element.sourceline,
            hint="Correct what its <use>, fill or mask refers to.",
        )  # fmt: skip
    raise InputError(
        f"the SVG figure draws more than {MOST} shapes",
        path=name,
        line=element.sourceline,
        hint="Simplify it, or export it as PNG.",
    )


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
