"""How large a picture in the text is, alike in all formats.

A picture has the size that its author gives it, at most the width of its column. Without one, a picture in a
line of text is as high as the line, and one that stands alone has the size it was made in.
"""

from __future__ import annotations

import re

from publisher.ast import Inlines, Node, get_key

IN_LINE = "in-line"
"""The class of a picture that has text beside it."""

STYLE = re.compile(r"width:[\d.]+[a-z%]+;height:auto|width:auto;height:[\d.]+[a-z]+")
"""What :func:`style` gives, for those who copy it."""

_LENGTH = re.compile(r"(\d{1,4}(?:\.\d+)?)\s*(px|pt|mm|cm|in|em|%)?")
_POINTS = {"px": 0.75, "pt": 1.0, "mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0}
_INSIDE = {"Link": 1, "Span": 1, "Emph": None, "Strong": None, "Underline": None}
_SPACES = frozenset({"Space", "SoftBreak"})


def alone(inlines: Inlines) -> bool:
    """Whether a picture, perhaps in a link, is all that a paragraph holds."""
    nodes = [node for node in inlines if node["t"] not in _SPACES]
    if len(nodes) != 1:
        return False
    node = nodes[0]
    if node["t"] == "Image":
        return True
    if node["t"] not in _INSIDE:
        return False
    place = _INSIDE[node["t"]]
    return alone(node["c"] if place is None else node["c"][place])


def asked(image: Node) -> tuple[str, str]:
    """The width and the height that an author asks for, as CSS lengths; a width goes before a height.

    Only one of the two is ever given: the other follows from the picture, which is never distorted.
    """
    attr = image["c"][0]
    width, height = (_css(get_key(attr, name) or "") for name in ("width", "height"))
    return (width, "") if width else ("", "" if height.endswith("%") else height)


def _css(text: str) -> str:
    match = _LENGTH.fullmatch(text.strip())
    return f"{float(match[1]):g}{match[2] or 'px'}" if match and float(match[1]) > 0 else ""


def style(image: Node) -> str:
    """The size that an author asks for as CSS declarations; empty where none is."""
    width, height = asked(image)
    if width:
        return f"width:{width};height:auto"
    return f"width:auto;height:{height}" if height else ""


def points(length: str, whole: float, em: float) -> float:
    """A length of :func:`asked` in points; ``whole`` is what 100 % are, ``em`` the size of the type."""
    match = _LENGTH.fullmatch(length)
    if match is None:
        return 0.0
    value, unit = float(match[1]), match[2] or "px"
    if unit == "%":
        return whole * value / 100
    return value * (em if unit == "em" else _POINTS[unit])
