"""SVG figures: their texts as translatable strings, and nothing in them that runs or fetches.

Text units are the ``text``, ``tspan``, ``textPath``, ``title`` and ``desc`` elements' own strings. Cleaning
drops scripts, event handlers, foreign objects and every reference that leaves the file (SVG 2 §2.7,
"secure static mode").
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from publisher import css_scan, images, safe_xml, svg_weight
from publisher.errors import Finding, InputError

SVG = "{http://www.w3.org/2000/svg}"

MAX_BYTES = 8 * 1024 * 1024

_TEXTS = {
    f"{SVG}text": "figure text",
    f"{SVG}tspan": "figure text",
    f"{SVG}textPath": "figure text",
    f"{SVG}title": "figure title",
    f"{SVG}desc": "figure description",
}
_FORBIDDEN = frozenset(
    SVG + name
    for name in ("script", "foreignObject", "iframe", "audio", "video", "canvas", "handler", "set",
                 "animate", "animateMotion", "animateTransform", "animateColor")
)  # fmt: skip
_DATA_IMAGE = re.compile(r"data:image/(png|jpe?g);base64,", re.IGNORECASE)
_LENGTH = re.compile(r"\s*(\d*\.?\d+(?:[eE][+-]?\d{1,2})?)\s*(px|pt|pc|mm|cm|in|Q)?\s*")
_UNITS = {
    "px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0,
    "Q": 96 / 101.6,
}  # fmt: skip
"""CSS pixels in a unit (CSS Values 3, §6.2)."""

_MOST = 1e7
"""A length of this many pixels is none."""

DEFAULT_SIZE = (300, 150)
"""CSS pixels of a drawing that does not say how large it is (CSS 2.1, §10.3.2)."""

_XLINK = "{http://www.w3.org/1999/xlink}href"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_INSTRUCTION = re.compile(rb"<\?xml-stylesheet\b")
_REFERRING = frozenset({f"{SVG}image", f"{SVG}use"})
_PLAIN = frozenset({"d", "transform", "points", "id", "class", "aria-label"})
"""Attributes that hold no CSS, though they may hold parentheses."""

MapText = Callable[[str, int, str], str]


def parse(data: bytes, name: str) -> Any:
    """The root element; raises InputError with the line where the XML is broken."""
    from lxml import etree

    if len(data) > MAX_BYTES:
        raise InputError(f"the SVG figure is larger than {MAX_BYTES >> 20} MiB", path=name)
    parser = safe_xml.parser(remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(
            f"the SVG figure is not well-formed: {error.msg}", path=name, line=error.lineno
        ) from error
    if root.tag != f"{SVG}svg":
        raise InputError(
            "the file is not an SVG figure",
            path=name,
            line=1,
            hint='Its root must be <svg xmlns="http://www.w3.org/2000/svg">.',
        )
    return root


def size(root: Any) -> tuple[float, float] | None:
    """Width and height of a drawing in CSS pixels; None where it says neither, nor its view box."""

    def length(name: str) -> float:
        match = _LENGTH.fullmatch(root.get(name) or "")
        value = float(match[1]) * _UNITS[match[2] or "px"] if match else 0.0
        return value if value < _MOST else 0.0

    width, height = length("width"), length("height")
    across, down = view_box(root)
    if across and down:
        width = width or (height * across / down if height else across)
        height = height or width * down / across
    return (width, height) if width and height else None


def view_box(root: Any) -> tuple[float, float]:
    """Width and height of a drawing's view box; zeros where it has none that can be used."""
    parts = re.split(r"[\s,]+", (root.get("viewBox") or "").strip())
    try:
        across, down = (float(part) for part in parts[2:])
    except ValueError:
        return 0.0, 0.0
    usable = len(parts) == 4 and 0 < across < _MOST and 0 < down < _MOST
    return (across, down) if usable else (0.0, 0.0)


def embedded(address: str) -> bytes | None:
    """The picture that a ``data:`` address holds; None where editions cannot show it."""
    match = _DATA_IMAGE.match(address)
    if match is None:
        return None
    try:
        data = base64.b64decode("".join(unquote(address[match.end() :]).split()), validate=True)
        shown, findings = images.check(data, "x.png" if match[1].lower() == "png" else "x.jpg")
    except (binascii.Error, ValueError, InputError):
        return None
    return None if findings else shown


def _within(address: str) -> bool:
    """Whether CSS may name an address: a part of the same drawing, or a picture inside it."""
    return address.startswith("#") or embedded(address) is not None


def _remove(element: Any) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def clean(data: bytes, name: str) -> tuple[bytes, tuple[Finding, ...]]:
    """The figure without scripts and outside references, and a finding for each thing dropped."""
    root = parse(data, name)
    findings: list[Finding] = []

    def drop(what: str, line: int | None) -> None:
        findings.append(
            Finding(
                "unsafe-svg",
                "warning",
                f"{what} is left out of the figure",
                name,
                line,
                "A figure may hold neither scripts nor references to other files.",
            )
        )

    if _INSTRUCTION.search(data):
        # The parser has dropped it.
        drop("a reference to a style sheet", 1)
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            if element.tag.__name__ == "Entity":
                drop("an entity", element.sourceline)
                _remove(element)
            continue
        if element.tag in _FORBIDDEN:
            drop(f"<{element.tag.rsplit('}', 1)[-1]}>", element.sourceline)
            _remove(element)
            continue
        for key, value in list(element.attrib.items()):
            local = key.rsplit("}", 1)[-1].lower()
            if key == _BASE:
                drop("xml:base", element.sourceline)
                del element.attrib[key]
            elif local.startswith("on"):
                drop(f"the event handler {local}", element.sourceline)
                del element.attrib[key]
            elif local in {"href", "src"}:
                inside = value.startswith("#") or (
                    element.tag == f"{SVG}image" and embedded(value) is not None
                )
                web_link = element.tag == f"{SVG}a" and value.startswith(("https://", "http://"))
                if not inside and not web_link:
                    drop(f"the reference to “{value[:60]}”", element.sourceline)
                    del element.attrib[key]
            elif ("(" in value or "\\" in value) and local not in _PLAIN:
                css = css_scan.without(value, _within)
                if css != value:
                    drop(f"the reference in {local}", element.sourceline)
                    element.attrib[key] = css
        if element.tag in _REFERRING and not {"href", _XLINK} & set(element.attrib):
            # Nothing is left of it, and renderers stumble over what refers to nothing.
            _remove(element)
        elif element.tag == f"{SVG}style" and element.text:
            css = css_scan.without(element.text, _within)
            if css != element.text:
                drop("a reference in <style>", element.sourceline)
                element.text = css
    svg_weight.check(root, name)
    changed = bool(findings) or size(root) is None
    findings += _unlike(root, name)
    if size(root) is None:
        findings.append(
            Finding(
                "svg-size",
                "warning",
                "the figure does not say how large it is, and is cut at 300 × 150 pixels",
                name,
                root.sourceline,
                'Give its <svg> a viewBox="0 0 WIDTH HEIGHT".',
            )
        )
        root.set("width", str(DEFAULT_SIZE[0]))
        root.set("height", str(DEFAULT_SIZE[1]))
    if not changed and b"<!DOCTYPE" not in data[:4096] and b"<!ENTITY" not in data[:4096]:
        return data, tuple(findings)
    return _bytes(root), tuple(findings)


_UNLIKE = {
    f"{SVG}filter": "filters (shadows, blur)",
    f"{SVG}textPath": "text along a path",
    "mix-blend-mode": "blending of colours",
    "paint-order": "an order of painting",
}
"""What WeasyPrint 70 leaves out or draws elsewhere, by element, attribute or property."""


def _unlike(root: Any, name: str) -> list[Finding]:
    """A warning for each thing in a drawing that paper shows otherwise than screens."""
    found: dict[str, int | None] = {}
    for element in root.iter(f"{SVG}*"):
        style = element.get("style") or ""
        for key, words in _UNLIKE.items():
            if element.tag == key or element.get(key) or f"{key}:" in style.replace(" ", ""):
                found.setdefault(words, element.sourceline)
    return [
        Finding(
            "svg-unlike",
            "warning",
            f"the PDF does not show {words} as screens do",
            name,
            line,
            "Export the figure as PNG, or draw it without.",
        )
        for words, line in found.items()
    ]


def map_texts(data: bytes, localize: MapText, name: str) -> bytes:
    """The figure with each text replaced by ``localize(text, line, kind)``.

    White space around a text is kept. The bytes are returned as they were when no text changes.
    """
    root = parse(data, name)
    changed = False
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        kind = _TEXTS.get(element.tag)
        if kind and element.text and element.text.strip():
            new = _swap(element.text, localize, element.sourceline or 0, kind)
            changed |= new != element.text
            element.text = new
        parent = element.getparent()
        if parent is not None and parent.tag in _TEXTS and element.tail and element.tail.strip():
            new = _swap(element.tail, localize, element.sourceline or 0, _TEXTS[parent.tag])
            changed |= new != element.tail
            element.tail = new
    return _bytes(root) if changed else data


def _swap(text: str, localize: MapText, line: int, kind: str) -> str:
    core = text.strip()
    new = localize(core, line, kind)
    if new == core:
        return text
    start = text.index(core)
    return text[:start] + new + text[start + len(core) :]


def _bytes(root: Any) -> bytes:
    from lxml import etree

    result: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return result + b"\n"
