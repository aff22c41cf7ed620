"""Where articles will start: an estimate of the pages, so that the contents are filled in at once.

Word and LibreOffice work the true numbers out when fields are refreshed; until then a reader sees
these. Lines are broken by the shaped widths of words in the edition's own fonts, pages by the
styles' spacing, with room for notes, kept headings, whole table rows. Every article starts on a new
page, so that only the number of pages of each has to be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from publisher.editions.docx_images import EMU
from publisher.editions.docx_xml import NAMESPACES, W, local, parse

if TYPE_CHECKING:
    from publisher.editions.docx_styles import Look
    from publisher.editions.fonts import Face, Fonts

_EXTENT = f"{{{NAMESPACES['wp']}}}extent"
_INLINE = f"{{{NAMESPACES['wp']}}}inline"
_BREAKS = re.compile("[ \\t\\n\u2002-\u200a]")
"""Spaces at which a line may end."""

_UNKNOWN = 0.5
"""The advance in ems of a character that no face has."""

_BOLD = 1.06
"""How much wider bold type runs than a static face that is measured in its place."""

_NOTE_RULE = 10.0
"""Points that the rule above the notes takes."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """A paragraph style, resolved: lengths in points; ``latin`` is the size of Latin letters."""

    size: float
    latin: float
    bold: bool
    line: float
    before: float
    after: float
    start: float
    end: float
    first: float
    keep_next: bool
    keep_lines: bool
    contextual: bool
    faces: tuple[Face, ...]


@dataclass(slots=True)
class Block:
    """A paragraph or table row as heights: its lines, the space around it, the notes it calls."""

    lines: list[float]
    before: float = 0
    after: float = 0
    keep_next: bool = False
    whole: bool = False
    style: str = ""
    contextual: bool = False
    notes: list[float] = field(default_factory=list)


class Pages:
    """Estimates pages for a finished body; ``styles`` is the part, ``notes`` the footnotes' root."""

    def __init__(self, look: Look, fonts: Fonts, styles: bytes, notes: Any) -> None:
        self.look = look
        self.fonts = fonts
        self.nodes = {n.get(f"{W}styleId"): n for n in parse(styles).findall(f"{W}style")}
        self.cache: dict[str, Metrics] = {}
        page = look.brand.page
        self.height = (page.height - page.top - page.bottom) * 72 / 25.4
        self.notes = {n.get(f"{W}id"): n for n in notes.findall(f"{W}footnote")}

    def starts(self, body: Any, ends: Sequence[Any]) -> list[int]:
        """The first page of each section; ``ends`` are the last paragraphs of the sections."""
        sections: list[list[Block]] = [[]]
        last = list(ends[:-1])
        for node in body:
            sections[-1].extend(self._blocks(node))
            if last and node is last[0]:
                last.pop(0)
                sections.append([])
        starts, page = [], 1
        for blocks in sections:
            starts.append(page)
            page += self._count(blocks)
        return starts

    def _blocks(self, node: Any) -> Iterator[Block]:
        name = local(node)
        if name == "p":
            yield self._paragraph(node, self.look.measure)
        elif name == "sdt":
            for child in node.iter(f"{W}p"):
                yield self._paragraph(child, self.look.measure)
        elif name == "tbl":
            for row in node.findall(f"{W}tr"):
                yield Block([self._row(row)], whole=True, style="Table",
                            keep_next=row.find(f".//{W}keepNext") is not None
                            or row.find(f"{W}trPr/{W}tblHeader") is not None)  # fmt: skip

    def _row(self, row: Any) -> float:
        tallest = 0.0
        for cell in row.findall(f"{W}tc"):
            width = int(cell.find(f"{W}tcPr/{W}tcW").get(f"{W}w")) / 20 - 8
            height = 0.0
            for node in cell.findall(f"{W}p"):
                block = self._paragraph(node, width)
                height += block.before + sum(block.lines) + block.after
            tallest = max(tallest, height)
        return tallest + 0.5

    def _paragraph(self, node: Any, width: float) -> Block:
        style = node.find(f"{W}pPr/{W}pStyle")
        name = "Normal" if style is None else style.get(f"{W}val")
        metrics = self.metrics(name)
        room = max(20.0, width - metrics.start - metrics.end)
        count = self._lines(node, metrics, room)
        lines = [metrics.line] * max(1, count)
        for image in node.iter(_INLINE):
            lines[0] = max(lines[0], int(image.find(_EXTENT).get("cy")) / EMU)
        notes = [self._note(mark.get(f"{W}id")) for mark in node.iter(f"{W}footnoteReference")]
        return Block(lines, metrics.before, metrics.after, metrics.keep_next, metrics.keep_lines,
                     name, metrics.contextual, notes)  # fmt: skip

    def _note(self, identifier: str) -> float:
        note = self.notes.get(identifier)
        if note is None:
            return 0.0
        blocks = [self._paragraph(node, self.look.measure) for node in note.iter(f"{W}p")]
        return sum(sum(block.lines) + block.after for block in blocks)

    def _lines(self, node: Any, metrics: Metrics, room: float) -> int:
        """How many lines the runs of a paragraph fill."""
        count, used, word = 1, max(0.0, metrics.first), 0.0

        def place() -> None:
            nonlocal count, used, word
            if used and used + word > room:
                count, used = count + 1, 0.0
            used, word = used + word, 0.0

        for run in node.iter(f"{W}r"):
            factor = self._factor(run, metrics)
            for part in run:
                if local(part) == "br":
                    place()
                    count, used = count + 1, 0.0
                elif local(part) == "t":
                    for index, piece in enumerate(_BREAKS.split(part.text or "")):
                        if index:
                            place()
                            used += self._width(" ", metrics) * factor
                        word += self._width(piece, metrics) * factor
        place()
        return count

    def _factor(self, run: Any, metrics: Metrics) -> float:
        """How much smaller a label is than the text that it stands in."""
        style = run.find(f"{W}rPr/{W}rStyle")
        if style is None or style.get(f"{W}val") != "UnreviewedLabel":
            return 1.0
        return float(self.look.brand.type.step(-1) * _BOLD / metrics.size)

    def _width(self, text: str, metrics: Metrics) -> float:
        size = metrics.latin if text.isascii() else metrics.size
        return _shaped(metrics.faces, text, metrics.bold) * size

    def metrics(self, name: str) -> Metrics:
        """The resolved metrics of a paragraph style by id."""
        if name not in self.cache:
            self.cache[name] = self._resolve(name)
        return self.cache[name]

    def _resolve(self, name: str) -> Metrics:
        found: dict[str, str] = {}
        flags: set[str] = set()
        family = ""
        current: str | None = name
        while current is not None and (node := self.nodes.get(current)) is not None:
            for part in ("spacing", "ind"):
                element = node.find(f"{W}pPr/{W}{part}")
                if element is not None:
                    for key, value in element.attrib.items():
                        found.setdefault(key.rsplit("}", 1)[-1], value)
            for part in ("sz", "szCs"):
                element = node.find(f"{W}rPr/{W}{part}")
                if element is not None:
                    found.setdefault(part, element.get(f"{W}val"))
            bold = node.find(f"{W}rPr/{W}b")
            if bold is not None:
                found.setdefault("b", bold.get(f"{W}val", "1"))
            font = node.find(f"{W}rPr/{W}rFonts")
            if font is not None:
                family = family or font.get(f"{W}ascii")
            if current == name:
                flags = {local(child) for child in node.iterfind(f"{W}pPr/*")}
            based = node.find(f"{W}basedOn")
            current = None if based is None else based.get(f"{W}val")
        return self._metrics(found, flags, family)

    def _metrics(self, found: Mapping[str, str], flags: set[str], family: str) -> Metrics:
        look = self.look
        role = "text"
        if family == look.heading.latin:
            role = "heading"
        elif family == look.mono.latin:
            role = "mono"
        names = self.fonts.families[role]
        faces = tuple(
            face for name in names for face in self.fonts.faces
            if face.family == name and not face.italic
        )  # fmt: skip
        scale = look.brand.type.size
        plain = float(found.get("sz", scale * look.size * 2)) / 2
        cs = float(found.get("szCs", scale * look.size_complex * 2)) / 2
        size = cs if look.is_complex else plain

        def points(key: str, default: float = 0) -> float:
            return float(found.get(key, default * 20)) / 20

        line = points("line", look.leading)
        if found.get("lineRule") == "auto":
            line = 0.0
        if found.get("lineRule") != "exact" and faces:
            line = max(line, _natural(faces[0]) * size)
        return Metrics(
            size=size, latin=plain, bold=found.get("b") == "1", line=line,
            before=points("before"), after=points("after"),
            start=points("left"), end=points("right"),
            first=points("firstLine") - points("hanging"), keep_next="keepNext" in flags,
            keep_lines="keepLines" in flags, contextual="contextualSpacing" in flags, faces=faces,
        )  # fmt: skip

    def _count(self, blocks: Sequence[Block]) -> int:
        """Pages that blocks fill, broken as Word breaks them."""
        pages, used, notes = 1, 0.0, 0.0
        before: Block | None = None
        for index, block in enumerate(blocks):
            gap = 0.0
            if before is not None:
                gap = max(before.after, block.before)
                if block.contextual and before.contextual and block.style == before.style:
                    gap = 0.0
            extra = sum(block.notes) + (_NOTE_RULE if block.notes and not notes else 0)
            kept = self._kept(blocks, index)
            room = self.height - notes - extra - used - gap
            total = sum(block.lines)
            if total + kept <= room:
                used += gap + total
                notes += extra
            else:
                pages, used, notes = self._break(block, room, pages, used + gap, notes, extra)
            before = block
        return pages

    def _break(
        self, block: Block, room: float, pages: int, used: float, notes: float, extra: float
    ) -> tuple[int, float, float]:
        """Put a block that does not fit over this page and the next ones."""
        lines = list(block.lines)
        if not block.whole and not block.keep_next and len(lines) >= 4:
            fitting = 0
            while fitting < len(lines) and sum(lines[: fitting + 1]) <= room:
                fitting += 1
            fitting = min(fitting, len(lines) - 2)
            if fitting >= 2:
                lines = lines[fitting:]
        if len(lines) == len(block.lines) and used == 0:
            return pages, sum(lines), notes + extra
        pages += 1
        while sum(lines) > self.height and len(lines) > 1:
            taken = 0
            while taken < len(lines) and sum(lines[: taken + 1]) <= self.height:
                taken += 1
            lines = lines[max(1, taken) :]
            pages += 1
        return pages, sum(lines), extra

    def _kept(self, blocks: Sequence[Block], index: int) -> float:
        """Height that must stay with a block: the blocks it keeps with it and two lines more."""
        height = 0.0
        while blocks[index].keep_next and index + 1 < len(blocks):
            index += 1
            following = blocks[index]
            height += max(blocks[index - 1].after, following.before)
            if following.keep_next or following.whole:
                height += sum(following.lines)
            else:
                height += sum(following.lines[:2])
        return height


@lru_cache(maxsize=65536)
def _shaped(faces: tuple[Face, ...], text: str, bold: bool) -> float:
    """The width of a word in ems, shaped: Arabic runs a third narrower than its letters alone."""
    import uharfbuzz

    total, start = 0.0, 0
    while start < len(text):
        face = next((face for face in faces if ord(text[start]) in _covered(face)), None)
        end = start + 1
        if face is None:
            total += _UNKNOWN
        else:
            while end < len(text) and ord(text[end]) in _covered(face):
                end += 1
            font = _font(face, 700 if bold else 400)
            buffer = uharfbuzz.Buffer()
            buffer.add_str(text[start:end])
            buffer.guess_segment_properties()
            uharfbuzz.shape(font, buffer)
            advance = sum(glyph.x_advance for glyph in buffer.glyph_positions) / font.face.upem
            total += advance * (_BOLD if bold and face.weights[0] == face.weights[1] else 1)
        start = end
    return total


@lru_cache(maxsize=64)
def _font(face: Face, weight: int) -> Any:
    import uharfbuzz

    font = uharfbuzz.Font(uharfbuzz.Face(face.data))
    if face.weights[0] != face.weights[1]:
        font.set_variations({"wght": weight})
    return font


def _covered(face: Face) -> frozenset[int]:
    from publisher.editions.subset import coverage

    return coverage(face.data, face.name)


@lru_cache(maxsize=64)
def _natural(face: Face) -> float:
    """The line height that a font asks for, in ems."""
    from io import BytesIO

    from fontTools.ttLib import TTFont

    with TTFont(BytesIO(face.data), lazy=True) as font:
        head = font["hhea"]
        return float(head.ascent - head.descent + head.lineGap) / float(font["head"].unitsPerEm)
