"""Images of the DOCX edition: DrawingML with alternative text; SVG with a PNG for older readers.

Word 2016 and later show the SVG (MS-ODRAWXML, ``asvg:svgBlip``), everything else the PNG, which
resvg draws with the edition's own fonts and none of the machine's.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.editions import pictures
from publisher.editions.docx_package import RELATION_EMBED, Relation
from publisher.editions.docx_xml import el
from publisher.editions.places import Places
from publisher.errors import Finding, InputError, PublisherError

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.editions.docx_body import Image
    from publisher.editions.fonts import Fonts

EMU = 12700
"""English Metric Units in a point."""

_RESOLUTION = 2.6
"""Pixels a point: 187 dpi, sharp in print and small in mail."""

_MOST_PIXELS = 3000
"""The longest side of a drawing as pixels, which a page of paper has at this resolution."""

_SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
_DECORATIVE_EXTENSION = "{C183D7F6-B498-43B3-948B-1728B52AA6E4}"
_DECORATIVE = "http://schemas.microsoft.com/office/drawing/2017/decorative"


@dataclass(frozen=True, slots=True)
class Picture:
    """A raster form of an image for the package, the SVG if it was one, and its size in points."""

    raster: bytes
    extension: str
    svg: bytes
    width: float
    height: float


class Media:
    """The images of an edition and their relationships."""

    def __init__(self, edition: Edition, fonts: Fonts) -> None:
        self.edition = edition
        self.fonts = fonts
        self.parts: dict[str, bytes] = {}
        self.relations: list[Relation] = []
        self.findings: list[Finding] = []
        self.pictures: dict[str, Picture | None] = {}
        self.names: dict[str, tuple[str, str]] = {}
        self.drawings = 0

    def run(self, image: Image, available: float, *, tallest: float) -> Any:
        """A run that shows an image at most ``available`` points wide and ``tallest`` high."""
        from publisher.editions.docx_xml import text_run

        picture = self.picture(image.path)
        if picture is None:
            return text_run(image.alt)
        if not image.alt.strip() and not image.decorative:
            self.findings.append(
                Finding("missing-alt", "error",
                        f"the image {image.path} has no alternative text, so the edition is not "
                        "accessible",
                        *(Places(self.edition.document).image(image.path) or (image.path, None)),
                        "Write ![what it shows](…), or mark it {.decorative}.")
            )  # fmt: skip
        em = self.edition.brand.type.size
        width = pictures.points(image.width, available, em)
        if height := pictures.points(image.height, tallest, em) or (em if image.in_line else 0):
            width = width or picture.width * height / picture.height
        if not width:
            width = available if picture.svg else picture.width
        width = min(width, available)
        height = picture.height * width / picture.width
        if height > tallest:
            width, height = width * tallest / height, tallest
        raster, svg = self.names[image.path]
        self.drawings += 1
        return el("w:r", _drawing(self.drawings, image, raster, svg, width, height))

    def picture(self, path: str) -> Picture | None:
        """The image of a publication-relative path, None (and a finding) where it cannot be had."""
        if path not in self.pictures:
            self.pictures[path] = self._load(path)
        return self.pictures[path]

    def _load(self, path: str) -> Picture | None:
        figure = self.edition.document.figures.get(path)
        data = figure.data if figure is not None else self.edition.files.get(path)
        if data is None:
            self.findings.append(
                Finding("missing-image", "error", f"there is no image {path}", path,
                        hint="Put the file there, or correct the path.",
                        language=self.edition.language.code)
            )  # fmt: skip
            return None
        try:
            if path.lower().endswith(".svg"):
                picture = _svg(data, path, self.fonts, self.edition)
            else:
                picture = _raster(data, path)
        except PublisherError as error:
            self.findings.append(
                Finding("bad-image", "error", error.message, path, hint=error.hint or "",
                        language=self.edition.language.code)
            )  # fmt: skip
            return None
        number = len(self.names) + 1
        names = [self._add(f"image{number}.{picture.extension}", picture.raster)]
        names.append(self._add(f"image{number}.svg", picture.svg) if picture.svg else "")
        self.names[path] = (names[0], names[1])
        return picture

    def _add(self, name: str, data: bytes) -> str:
        self.parts[f"word/media/{name}"] = data
        relation = Relation(f"rIdImage{len(self.relations) + 1}", "image", f"media/{name}")
        self.relations.append(relation)
        return relation.id

    def band(self, svg: bytes, name: str, width: float, height: float, top: float) -> Any:
        """A run that lays a decorative drawing across the page, behind the text (points)."""
        png = render(svg.decode(), self.fonts, round(width * _RESOLUTION * 0.75), name)
        raster, vector = self._add(f"{name}.png", png), self._add(f"{name}.svg", svg)
        self.drawings += 1
        return el("w:r", _anchor(self.drawings, raster, vector, width, height, top))


def _raster(data: bytes, path: str) -> Picture:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            kind = str(image.format)
            dpi = image.info.get("dpi", (96, 96))[0]
            width, height = image.size
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        raise InputError("the file is not a PNG or JPEG image", path=path) from error
    scale = 72 / float(dpi) if 30 <= float(dpi) <= 2400 else 0.75
    return Picture(data, "png" if kind == "PNG" else "jpg", b"", width * scale, height * scale)


def _svg(data: bytes, path: str, fonts: Fonts, edition: Edition) -> Picture:
    from publisher import svg as cleaner

    clean, _ = cleaner.clean(data, path)
    root = cleaner.parse(clean, path)
    wide, high = cleaner.size(root) or cleaner.DEFAULT_SIZE
    width, height = wide * 0.75, high * 0.75
    _prepare(root, edition.brand.colours.ink, fonts)
    from lxml import etree

    prepared = etree.tostring(root, encoding="unicode")
    most = min(width * _RESOLUTION, _MOST_PIXELS, _MOST_PIXELS * width / height)
    pixels = max(1, round(most))
    # On paper also where Word shows the page dark.
    png = render(prepared, fonts, pixels, path, background=edition.brand.colours.paper)
    return Picture(png, "png", clean, width, height)


def render(
    svg: str, fonts: Fonts, width: int, name: str, *, background: str | None = None
) -> bytes:
    """An SVG as PNG, ``width`` pixels wide, with these fonts only; raises InputError."""
    import resvg_py

    heading = fonts.families["heading"]
    with tempfile.TemporaryDirectory(prefix="publisher-") as folder:
        files: list[str] = []
        # The order decides which family stands in for a character that the named one lacks.
        order = {family: rank for rank, family in enumerate(heading)}
        for face in sorted(fonts.faces, key=lambda f: order.get(f.family, len(order))):
            if face.path is not None:
                files.append(str(face.path))
            else:
                own = Path(folder) / f"{len(files)}-{Path(face.name).name}"
                own.write_bytes(face.data)
                files.append(str(own))
        try:
            return bytes(
                resvg_py.svg_to_bytes(
                    svg_string=svg,
                    width=width,
                    dpi=96,
                    background=background,
                    skip_system_fonts=True,
                    font_files=files,
                    font_family=heading[0],
                    sans_serif_family=heading[0],
                    serif_family=fonts.families["text"][0],
                    monospace_family=fonts.families["mono"][0],
                    resources_dir=folder,
                )
            )
        except ValueError as error:
            raise InputError(f"the SVG figure cannot be drawn: {error}", path=name) from error


def _prepare(root: Any, ink: str, fonts: Fonts) -> None:
    """What resvg lacks: anchors in text from right to left, a value for currentColor, weights.

    In a face that resvg takes for a character that the named family lacks, it ignores the weight of
    a variable font; so each text names a family that has all its characters.
    """
    root.set("color", ink)
    swap = {"start": "end", "end": "start"}
    space = "{http://www.w3.org/2000/svg}"
    for node in root.iter(f"{space}text", f"{space}tspan"):
        direction = anchor = family = ""
        for element in (node, *node.iterancestors()):
            direction = direction or element.get("direction", "")
            anchor = anchor or element.get("text-anchor", "")
            family = family or element.get("font-family", "")
        if direction == "rtl" and node.tag == f"{space}text":
            node.set("text-anchor", swap.get(anchor or "start", anchor))
        text = (node.text or "") + "".join(child.tail or "" for child in node)
        if text.strip():
            node.set("font-family", _family(text, family, fonts))


def _family(text: str, named: str, fonts: Fonts) -> str:
    """The first family that has every character of a text: a named one, then the edition's."""
    from publisher.editions.subset import coverage

    names = [name.strip(" '\"") for name in named.split(",")]
    wanted = {ord(char) for char in text if not char.isspace()}
    order = [*names, *fonts.families["heading"], *fonts.families["text"]]
    for name in order:
        for face in fonts.faces:
            if face.family == name and not face.italic:
                if wanted <= coverage(face.data, face.name):
                    return name
                break
    return order[0] or fonts.families["heading"][0]


def _drawing(number: int, image: Image, raster: str, svg: str, width: float, height: float) -> Any:
    description = _description(number, image.alt, image.title)
    inline = el(
        "wp:inline",
        el("wp:extent", cx=round(width * EMU), cy=round(height * EMU)),
        description,
        el("wp:cNvGraphicFramePr", el("a:graphicFrameLocks", noChangeAspect="1")),
        _graphic(number, raster, svg, width, height),
        distT=0, distB=0, distL=0, distR=0,
    )  # fmt: skip
    return el("w:drawing", inline)


def _anchor(number: int, raster: str, svg: str, width: float, height: float, top: float) -> Any:
    """A drawing fixed to the page, behind the text."""
    anchor = el(
        "wp:anchor",
        el("wp:simplePos", x=0, y=0),
        el("wp:positionH", el("wp:posOffset", "0"), relativeFrom="page"),
        el("wp:positionV", el("wp:posOffset", str(round(top * EMU))), relativeFrom="page"),
        el("wp:extent", cx=round(width * EMU), cy=round(height * EMU)),
        el("wp:effectExtent", l=0, t=0, r=0, b=0),
        el("wp:wrapNone"),
        _description(number, "", ""),
        el("wp:cNvGraphicFramePr", el("a:graphicFrameLocks", noChangeAspect="1")),
        _graphic(number, raster, svg, width, height),
        distT=0, distB=0, distL=0, distR=0, simplePos=0, relativeHeight=1, behindDoc=1, locked=0,
        layoutInCell=1, allowOverlap=1,
    )  # fmt: skip
    return el("w:drawing", anchor)


def _description(number: int, alt: str, title: str) -> Any:
    node = el("wp:docPr", id=number, name=f"Image {number}", descr=alt, title=title or None)
    if not alt:
        node.append(el("a:extLst", _decorative()))
    return node


def _graphic(number: int, raster: str, svg: str, width: float, height: float) -> Any:
    size = {"cx": round(width * EMU), "cy": round(height * EMU)}
    blip = el("a:blip")
    blip.set(RELATION_EMBED, raster)
    if svg:
        vector = el("asvg:svgBlip")
        vector.set(RELATION_EMBED, svg)
        blip.append(el("a:extLst", el("a:ext", vector, uri=_SVG_EXTENSION)))
    picture = el(
        "pic:pic",
        el("pic:nvPicPr", el("pic:cNvPr", id=number, name=f"Image {number}"),
           el("pic:cNvPicPr", el("a:picLocks", noChangeAspect="1"))),
        el("pic:blipFill", blip, el("a:stretch", el("a:fillRect"))),
        el("pic:spPr", el("a:xfrm", el("a:off", x=0, y=0), el("a:ext", **size)),
           el("a:prstGeom", el("a:avLst"), prst="rect")),
    )  # fmt: skip
    kind = "http://schemas.openxmlformats.org/drawingml/2006/picture"
    return el("a:graphic", el("a:graphicData", picture, uri=kind))


def _decorative() -> Any:
    from lxml import etree

    node = etree.Element(f"{{{_DECORATIVE}}}decorative", nsmap={"adec": _DECORATIVE})
    node.set("val", "1")
    return el("a:ext", node, uri=_DECORATIVE_EXTENSION)
