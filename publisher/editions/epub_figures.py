"""Figures in an EPUB: drawings inline, so that their text uses the edition's fonts; pictures as files.

A drawing that is shown as an image file cannot load a font and falls back to whatever the device
has; inline it is set like the text around it, and a screen reader still meets one named image.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from publisher import svg
from publisher.editions.epub_package import Item
from publisher.editions.epub_xhtml import SVG, XHTML, Place, name_of, relative
from publisher.errors import Finding, InputError

if TYPE_CHECKING:
    from publisher.document import Figure

MAX_PIXELS = 100_000_000
"""A picture with more pixels than this is not opened (a decompression bomb)."""

MAX_SIDE = 2560
"""The longest side in pixels of a picture in an EPUB; larger ones are scaled down."""

_XLINK = "{http://www.w3.org/1999/xlink}href"
_URL = re.compile(r"url\(\s*['\"]?#([^'\")]+)['\"]?\s*\)")
_PICTURES = {"PNG": ".png", "JPEG": ".jpg", "GIF": ".gif", "WEBP": ".webp"}
_REFERENCES = frozenset(
    {"aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-flowto"}
)


class Figures:
    """The images of one edition: elements for its pages, files for its container, findings.

    ``language`` marks the text of drawings where a page is in another one.
    """

    def __init__(self, figures: Mapping[str, Figure], files: Mapping[str, bytes]) -> None:
        self._figures = figures
        self._files = files
        self._pictures: dict[str, tuple[Item, int, int] | None] = {}
        self._count = 0
        self.findings: list[Finding] = []
        self.without_alternative = 0
        self.images = 0
        self.moving = False

    def items(self) -> list[Item]:
        """The picture files, each once."""
        found = [entry[0] for entry in self._pictures.values() if entry is not None]
        return sorted(found, key=lambda item: item.href)

    def element(self, path: str, alternative: str | None, place: Place) -> Any | None:
        """The element that shows an image on a page; None when the image cannot be used.

        ``alternative`` is None for a decorative image, which assistive technology passes over.
        """
        data = self._data(path)
        if data is None:
            self._finding("missing-image", f"there is no image {path}", path)
            return None
        self.images += 1
        if alternative is not None:
            alternative = " ".join(alternative.split())
        if alternative == "":
            # A finding already (editions.markup), since the article knows the line.
            self.without_alternative += 1
        if path.lower().endswith(".svg"):
            return self._drawing(path, data, alternative, place)
        return self._picture(path, data, alternative, place)

    def _data(self, path: str) -> bytes | None:
        if path in self._files:
            return self._files[path]
        figure = self._figures.get(path)
        return None if figure is None else figure.data

    def _finding(self, code: str, message: str, path: str, hint: str = "") -> None:
        self.findings.append(Finding(code, "error", message, path, None, hint))

    def _drawing(self, path: str, data: bytes, alternative: str | None, place: Place) -> Any | None:
        try:
            clean, dropped = svg.clean(data, path)
            root = svg.parse(clean, path)
        except InputError as error:
            self.findings.append(
                Finding("bad-image", "error", error.message, path, error.line, error.hint or "")
            )
            return None
        self.findings.extend(dropped)
        self._count += 1
        prefix = f"{name_of(place.file.rsplit('/', 1)[-1].removesuffix('.xhtml'))}-d{self._count}-"
        made = _copy(root, prefix)
        # The figure's own name may describe its data; the alternative is what the article says.
        for name in ("aria-labelledby", "aria-describedby", "aria-label"):
            made.attrib.pop(name, None)
        if alternative is None:
            made.set("aria-hidden", "true")
        else:
            made.set("role", "img")
        # A drawing's text keeps its anchors in either direction, and each label finds its own. As
        # attributes, since EPUB 3.3 §6.3 forbids these properties in style sheets.
        if "direction" not in made.attrib:
            made.set("direction", "ltr")
        for label in made.iter(f"{{{SVG}}}text"):
            if "unicode-bidi" not in label.attrib:
                label.set("unicode-bidi", "plaintext")
        if alternative:
            made.set("aria-label", alternative)
        made.set("id", f"{prefix}drawing")
        if b"currentColor" not in clean:
            made.set("class", "plate")
        width, height = svg.size(root) or svg.DEFAULT_SIZE
        if svg.view_box(root) == (0, 0):
            made.set("viewBox", f"0 0 {width:g} {height:g}")
        made.attrib.pop("height", None)
        made.set("width", f"{width:g}")
        place.used.add("svg")
        return made

    def _picture(self, path: str, data: bytes, alternative: str | None, place: Place) -> Any | None:
        from lxml import etree

        if path not in self._pictures:
            self._pictures[path] = self._open(path, data)
        entry = self._pictures[path]
        if entry is None:
            return None
        item, width, height = entry
        made = etree.Element(f"{{{XHTML}}}img")
        made.set("src", relative(item.href, place.file))
        made.set("alt", alternative or "")
        if alternative is None:
            made.set("role", "presentation")
        made.set("width", str(width))
        made.set("height", str(height))
        return made

    def _open(self, path: str, data: bytes) -> tuple[Item, int, int] | None:
        from PIL import Image, UnidentifiedImageError

        try:
            with Image.open(BytesIO(data)) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise ValueError(f"it has more than {MAX_PIXELS // 1_000_000} million pixels")
                self.moving |= bool(getattr(image, "is_animated", False))
                suffix = _PICTURES.get(image.format or "")
                fits = max(image.size) <= MAX_SIDE
                plain = suffix is not None and image.mode != "CMYK"
                size = image.size
                if not (fits and plain):
                    data, suffix, size = _redraw(image)
        except (
            UnidentifiedImageError,
            Image.DecompressionBombError,
            OSError,
            ValueError,
            SyntaxError,
        ) as error:
            reason = str(error) or type(error).__name__
            if isinstance(error, UnidentifiedImageError):
                reason = "it is not a picture of a known kind"
            self._finding("bad-image", f"the picture cannot be used: {reason}", path)
            return None
        stem = name_of(path.rsplit("/", 1)[-1].rsplit(".", 1)[0])
        taken = {entry[0].href for entry in self._pictures.values() if entry is not None}
        href, count = f"images/{stem}{suffix}", 1
        while href in taken:
            count += 1
            href = f"images/{stem}-{count}{suffix}"
        return Item(href, data), *size


def _redraw(image: Any) -> tuple[bytes, str, tuple[int, int]]:
    """A picture in RGB that fits ``MAX_SIDE``: PNG where it is transparent, else JPEG."""
    from PIL import Image

    transparent = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    made = image.convert("RGBA" if transparent else "RGB")
    made.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    if transparent or image.format in ("PNG", "GIF", "BMP"):
        made.save(out, "PNG", optimize=True)
        return out.getvalue(), ".png", made.size
    made.save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue(), ".jpg", made.size


def _copy(element: Any, prefix: str) -> Any:
    """A drawing's tree with SVG alone in it, and its identifiers made unique on the page."""
    from lxml import etree

    names: Any = {None: SVG, "xlink": _XLINK[1:].split("}")[0]}
    made = etree.Element(element.tag, nsmap=names)
    for key, value in element.attrib.items():
        if key.startswith("{") and key != _XLINK:
            # Editors leave their own attributes; xml:space and xml:lang are of no use inline.
            continue
        if key.startswith(("xmlns", "data-")):
            continue
        made.set(key, _attribute(key, value, prefix))
    made.text = element.text
    if element.tag == f"{{{SVG}}}style":
        made.text = _scope(element.text or "", f"#{prefix}drawing", prefix)
    for child in element:
        if isinstance(child.tag, str) and child.tag.startswith(f"{{{SVG}}}"):
            if child.tag == f"{{{SVG}}}metadata":
                continue
            copied = _copy(child, prefix)
            copied.tail = child.tail
            made.append(copied)
    etree.cleanup_namespaces(made)
    return made


def _attribute(key: str, value: str, prefix: str) -> str:
    if key == "id":
        return prefix + name_of(value)
    if key in (_XLINK, "href") and value.startswith("#"):
        return f"#{prefix}{name_of(value[1:])}"
    if key in _REFERENCES:
        return " ".join(prefix + name_of(part) for part in value.split())
    return _URL.sub(lambda found: f"url(#{prefix}{name_of(found[1])})", value)


def _scope(css: str, scope: str, prefix: str) -> str:
    """A drawing's style sheet, valid inside that drawing only."""
    import tinycss2

    rules: list[str] = []
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        selectors = tinycss2.serialize(rule.prelude).strip()
        selectors = re.sub(r"#([\w-]+)", lambda m: f"#{prefix}{name_of(m[1])}", selectors)
        scoped = ", ".join(f"{scope} {part.strip()}" for part in selectors.split(","))
        body = _URL.sub(
            lambda found: f"url(#{prefix}{name_of(found[1])})", tinycss2.serialize(rule.content)
        )
        rules.append(f"{scoped} {{{body}}}")
    return "\n".join(rules)
