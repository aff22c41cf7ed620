"""The cover of an EPUB as a picture, in the composition of the printed cover.

Libraries show a cover as a thumbnail, and many reading systems take nothing but a bitmap for it. resvg
draws the SVG with the edition's own fonts and shapes text in every script without a library of the
system (CairoSVG would need Cairo, and Pillow shapes Arabic only with a system FriBidi).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from publisher.editions import cover, fonts, marks

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.editions.fonts import Face, Fonts
    from publisher.editions.html import Rendered

WIDTH, HEIGHT = 1600, 2400
MARGIN = 140
BAND = 90
"""Pixels: the picture, its margins, and the band of a mark of one line."""

_MOTIF = 1300
_FOOT = 2130


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: its baseline, size in pixels, weight and colour."""

    text: str
    y: float
    size: float
    weight: int
    colour: str


def alternative(edition: Edition, rendered: Rendered) -> str:
    """Everything that is written on the cover, as one text."""
    parts = [marks.mark(edition), rendered.name.text, _issue(edition), _date(edition)]
    parts += [rendered.title.text, rendered.subtitle.text if rendered.subtitle else ""]
    parts.append(rendered.publisher.text)
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def picture(edition: Edition, rendered: Rendered) -> bytes:
    """The cover as PNG, ``WIDTH`` by ``HEIGHT`` pixels."""
    lines = [text for text in (alternative(edition, rendered), _tagline(rendered)) if text]
    chosen = fonts.choose(edition.brand, edition.language, lines, edition.files)
    return _draw(_svg(edition, rendered, chosen), _heading_faces(chosen))


def draft_tile(word: str, edition: Edition) -> bytes:
    """A tile that repeats a word over the page, faint enough to read over in light and dark."""
    direction = edition.language.direction
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="360" height="260" viewBox="0 0 360 260">'
        f"<title>{escape(word)}</title>"
        '<text x="180" y="140" transform="rotate(-24 180 130)" text-anchor="middle"'
        f' direction="{direction}" font-family="sans-serif" font-size="40" font-weight="700"'
        f' fill="#808080" fill-opacity="0.11">{escape(word)}</text></svg>\n'
    ).encode()


def _issue(edition: Edition) -> str:
    number = edition.language.localise_digits(edition.document.number)
    return edition.words("Issue {number}", number=number)


def _date(edition: Edition) -> str:
    return edition.language.format_date(edition.document.date)


def _tagline(rendered: Rendered) -> str:
    return rendered.tagline.text if rendered.tagline else ""


def _heading_faces(chosen: Fonts) -> tuple[Face, ...]:
    names = chosen.families["heading"]
    return tuple(f for name in names for f in chosen.faces if f.family == name and not f.italic)


def _svg(edition: Edition, rendered: Rendered, chosen: Fonts) -> str:
    colours, rtl = edition.brand.colours, edition.language.rtl
    faces = _heading_faces(chosen)
    top = _band(edition, faces)
    rows = (_MOTIF - top) / WIDTH * cover.COLUMNS
    motif = cover.motif(edition.brand, edition.document.id, rows, rtl=rtl).decode()
    inside = motif[motif.index(">") + 1 : motif.rindex("</svg>")]
    # A group with paper over what stands out below: resvg takes twice the time to clip a drawing.
    shapes = [
        f'<g transform="translate(0 {top}) scale({WIDTH / cover.COLUMNS})">{inside}</g>',
        f'<rect y="{_MOTIF}" width="{WIDTH}" height="{HEIGHT - _MOTIF}" fill="{colours.paper}"/>',
    ]
    shapes.append(
        f'<rect x="{MARGIN}" y="{_FOOT - 70}" width="{WIDTH - 2 * MARGIN}" height="2"'
        f' fill="{colours.rule}"/>'
    )
    if top:
        shapes.append(f'<rect width="{WIDTH}" height="{top}" fill="{colours.draft}"/>')
    x = WIDTH - MARGIN if rtl else MARGIN
    anchor = "end" if rtl else "start"
    families = ", ".join(f"'{name}'" for name in chosen.families["heading"])
    for line in _lines(edition, rendered, faces):
        # The isolate gives the line its direction; resvg takes none from attributes.
        text = f"\u2067{line.text}\u2069" if rtl else line.text
        shapes.append(
            f'<text x="{x}" y="{line.y:g}" font-size="{line.size:g}" font-weight="{line.weight}"'
            f" font-family={quoteattr(families)} fill={quoteattr(line.colour)}"
            f' text-anchor="{anchor}">{escape(text)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(shapes)}</svg>'
    )


def _lines(edition: Edition, rendered: Rendered, faces: Sequence[Face]) -> Iterator[Line]:
    colours = edition.brand.colours
    own = edition.brand.font_set(edition.language.script, edition.language.fonts)
    scale = own.heading_size
    yield from _mark(edition, faces)
    yield Line(_issue(edition), 290, 130 * scale, 300, colours.on_accent)
    yield Line(_date(edition), 380, 56 * scale, 400, colours.on_accent)
    y = _MOTIF + 130.0
    for text in wrap(rendered.name.text, faces, 54 * scale, 2):
        yield Line(text, y, 54 * scale, 600, colours.accent)
        y += 70 * scale
    size, lines = _title(rendered.title.text, faces, scale)
    y += size * 1.18 - 40
    for text in lines:
        yield Line(text, y, size, 600, colours.ink)
        y += size * 1.18
    if rendered.subtitle:
        y += 10
        room = max(1, int((_FOOT - 110 - y) // (66 * scale)) + 1)
        for text in wrap(rendered.subtitle.text, faces, 50 * scale, min(3, room)):
            yield Line(text, y, 50 * scale, 400, colours.muted)
            y += 66 * scale
    yield from _foot(rendered, faces, scale, colours.ink, colours.muted)


def _mark(edition: Edition, faces: Sequence[Face]) -> list[Line]:
    """The lines in the band: one or two, at the largest of three sizes at which they fit."""
    own = edition.brand.font_set(edition.language.script, edition.language.fonts)
    lines: list[str] = []
    size = 0.0
    for size in (44 * own.heading_size, 36 * own.heading_size, 28 * own.heading_size):
        lines = wrap(marks.mark(edition), faces, size, 3)
        if len(lines) <= 2:
            break
    return [
        Line(text, BAND * 0.68 + number * _step(size), size, 600, edition.brand.colours.paper)
        for number, text in enumerate(lines)
    ]


def _band(edition: Edition, faces: Sequence[Face]) -> int:
    """The height of the band; 0 where the edition has no mark."""
    lines = _mark(edition, faces)
    return BAND + (len(lines) - 1) * _step(lines[0].size) if lines else 0


def _step(size: float) -> int:
    return round(size * 1.3)


def _foot(
    rendered: Rendered, faces: Sequence[Face], scale: float, ink: str, muted: str
) -> Iterator[Line]:
    y = _FOOT + 10.0
    for text in wrap(rendered.publisher.text, faces, 44 * scale, 2):
        yield Line(text, y, 44 * scale, 600, ink)
        y += 58 * scale
    for text in wrap(_tagline(rendered), faces, 38 * scale, 2):
        yield Line(text, y, 38 * scale, 400, muted)
        y += 50 * scale


def _title(text: str, faces: Sequence[Face], scale: float) -> tuple[float, list[str]]:
    """The largest size of three at which a title stands well, and its lines."""
    lines: list[str] = []
    size = 0.0
    for size, most in ((128.0, 2), (104.0, 3), (84.0, 4)):
        lines = wrap(text, faces, size * scale, most + 1)
        if len(lines) <= most:
            break
    return size * scale, lines[:5]


def wrap(text: str, faces: Sequence[Face], size: float, most: int) -> list[str]:
    """Break a text into balanced lines that fit between the margins, at most ``most``.

    A text that needs more ends with an ellipsis; a script without spaces breaks between characters.
    """
    words = _words(text)
    room = WIDTH - 2 * MARGIN
    lines = _fill(words, faces, size, room)
    if len(lines) > most:
        kept = lines[:most]
        kept[-1] = kept[-1].rstrip(" ,;:–") + "…"
        return kept
    # The narrowest measure that needs no more lines leaves no short last line.
    low, high = room / 2, float(room)
    while high - low > 8:
        middle = (low + high) / 2
        if len(_fill(words, faces, size, middle)) <= len(lines):
            high = middle
        else:
            low = middle
    return _fill(words, faces, size, high)


def _words(text: str) -> list[str]:
    words: list[str] = []
    for word in text.split():
        if len(word) > 20 and not any(c.isascii() for c in word):
            words += [*word[:-1], word[-1] + " "]
        else:
            words.append(word + " ")
    return words


def _fill(words: Sequence[str], faces: Sequence[Face], size: float, room: float) -> list[str]:
    lines: list[str] = []
    line, width = "", 0.0
    for word in words:
        extent = _extent(word, tuple(faces)) * size
        if line and width + _extent(word.rstrip(), tuple(faces)) * size > room:
            lines.append(line.rstrip())
            line, width = "", 0.0
        line += word
        width += extent
    return [*lines, line.rstrip()] if line.strip() else lines


@lru_cache(maxsize=4096)
def _extent(text: str, faces: tuple[Face, ...]) -> float:
    """The width of a text in em, as a semibold face would set it."""
    return sum(fonts.advance(faces, char) or 0.6 for char in text) * 1.06


def _draw(drawing: str, faces: Sequence[Face]) -> bytes:
    import resvg_py

    with tempfile.TemporaryDirectory(prefix="publisher-fonts-") as folder:
        paths: list[str] = []
        for number, face in enumerate(faces):
            if face.path is not None:
                paths.append(str(face.path))
            else:
                # A font of the publication's own: resvg takes files only.
                path = Path(folder) / f"{number}.ttf"
                path.write_bytes(face.data)
                paths.append(str(path))
        return bytes(
            resvg_py.svg_to_bytes(svg_string=drawing, font_files=paths, skip_system_fonts=True)
        )
