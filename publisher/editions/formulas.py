"""Formulas on paper: MathML, which WeasyPrint does not lay out, written in a line with letters and signs.

Fractions become ``a/b``, with brackets where they need them; limits stand as index and exponent (Unicode
Technical Note 28, "linear format"). Screens get MathML.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from publisher.editions.tree import classes
from publisher.errors import Finding

if TYPE_CHECKING:
    from publisher.editions.places import Places

_RELATIONS = frozenset("=≠≈≡<>≤≥≪≫∈∉∋⊂⊃⊆⊇→←↔⇒⇐⇔↦∼≃≅∝⊥∥+−-±∓×÷·∧∨∪∩⊕⊗∣")
_LARGE = frozenset("∑∏∫∬∮⋃⋂")
_ACCENTS = {
    "^": "\u0302", "̂": "\u0302", "¯": "\u0305", "‾": "\u0305", "→": "\u20d7", "⃗": "\u20d7", "˙": "\u0307",
    "¨": "\u0308", "~": "\u0303", "˜": "\u0303", "̃": "\u0303", "̇": "\u0307", "̈": "\u0308", "̄": "\u0304",
}  # fmt: skip
"""Accents over a letter as combining characters."""

_THIN, _NARROW = "\u2009", "\u202f"


def write_in_lines(root: Any) -> None:
    """Replace every ``math`` element of a tree by a span, in place."""
    from lxml import html as parser

    for math in [e for e in root.iter() if isinstance(e.tag, str) and _name(e) == "math"]:
        kind = "display" if math.get("display") == "block" else "inline"
        text = f'<span class="math {kind}" dir="ltr">{_row([math], script=False)}</span>'
        made = parser.fragment_fromstring(text)
        made.tail = math.tail
        math.getparent().replace(math, made)


def unread(root: Any, path: str, places: Places) -> Iterator[Finding]:
    """A warning for each formula that pandoc could not read and has left as TeX."""
    for span in root.iter("span"):
        text = " ".join((span.text or "").split())
        if "math" in classes(span) and text.startswith("$"):
            yield Finding(
                "formula",
                "warning",
                f"the formula “{text[:60]}” cannot be read, and stands as TeX",
                path,
                places.line(path, text.strip("$")),
                "Correct it, write it in words, or show it as a figure.",
            )


def _name(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _parts(element: Any) -> list[Any]:
    return [child for child in element if isinstance(child.tag, str)]


def _text(element: Any) -> str:
    return "".join(element.itertext())


def _row(elements: list[Any], *, script: bool) -> str:
    parts: list[str] = []
    for number, element in enumerate(elements):
        made = _one(element, script=script)
        sign = _text(element).strip()
        if _name(element) == "mo" and sign in _RELATIONS and not script and number > 0:
            made = f"{_NARROW}{made}{_NARROW}"
        elif _base(element) in _LARGE and number + 1 < len(elements):
            made += _THIN
        parts.append(made)
    return "".join(parts)


def _base(element: Any) -> str:
    """The sign that limits are set at, or the element's own."""
    while _name(element) in ("munderover", "msubsup", "munder", "mover", "msub", "msup"):
        element = _parts(element)[0]
    return _text(element).strip() if _name(element) in ("mo", "mi") else ""


def _one(element: Any, *, script: bool) -> str:
    name, parts = _name(element), _parts(element)
    text = html.escape(_text(element).strip(), quote=False)
    if name == "semantics":
        return _row(parts[:1], script=script)
    if name == "mi":
        letter = len(text) == 1 and text.isalpha() and element.get("mathvariant") != "normal"
        return f"<em>{text}</em>" if letter and unicodedata.name(text, "")[:5] != "DOUBL" else text
    if name in ("mn", "mo"):
        return text
    if name == "mtext":
        return html.escape(_text(element), quote=False)
    if name == "mspace":
        return _THIN
    if name in ("mfrac", "msqrt", "mroot", "mtable"):
        return _shape(name, parts, script=script)
    if name in ("msub", "munder", "msup", "mover", "msubsup", "munderover") and len(parts) > 1:
        return _scripts(name, parts, script=script)
    return _row(parts, script=script) if parts else text


def _scripts(name: str, parts: list[Any], *, script: bool) -> str:
    base = _row(parts[:1], script=script)
    accent = _ACCENTS.get(_text(parts[1]).strip()) if name == "mover" else None
    if accent:
        return "".join(char + accent if char.isalnum() else char for char in _text(parts[0]))
    marks = {"msub": ("sub",), "munder": ("sub",), "msup": ("sup",), "mover": ("sup",)}
    for tag, part in zip(marks.get(name, ("sub", "sup")), parts[1:], strict=False):
        base += f"<{tag}>{_row([part], script=True)}</{tag}>"
    return base


def _shape(name: str, parts: list[Any], *, script: bool) -> str:
    if name == "mfrac" and len(parts) == 2:
        return "/".join(_grouped([part], script=script) for part in parts)
    if name == "msqrt":
        return f"√{_grouped(parts, script=script)}"
    if name == "mroot" and len(parts) == 2:
        return f"<sup>{_row(parts[1:], script=True)}</sup>√{_grouped(parts[:1], script=script)}"
    rows = (", ".join(_row([cell], script=script) for cell in _parts(row)) for row in parts)
    return "; ".join(rows)


def _grouped(elements: list[Any], *, script: bool) -> str:
    """A part with brackets around it where it is more than one sign."""
    inner = elements
    while len(inner) == 1 and _name(inner[0]) in ("mrow", "mstyle", "mpadded"):
        inner = _parts(inner[0])
    made = _row(inner, script=script)
    return made if len(inner) == 1 and _name(inner[0]) not in ("mfrac", "mtable") else f"({made})"
