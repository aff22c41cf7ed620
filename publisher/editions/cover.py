"""The cover's motif: a geometric drawing from the brand, a little different in every issue."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from publisher.brand import mix

if TYPE_CHECKING:
    from publisher.brand import Brand

COLUMNS = 7
"""Tiles across the page; the motif's height is counted in them too."""


def motif(brand: Brand, seed: str, rows: float, *, rtl: bool = False) -> bytes:
    """The motif as SVG, ``COLUMNS`` by ``rows`` units large, on the accent as ground.

    ``seed`` (the issue's id) decides the arrangement; ``rtl`` mirrors it, since the calm corner must
    lie where the words stand. Pure: the same arguments give the same bytes.
    """
    draw = {"tiles": _tiles, "meridians": _meridians, "lines": _lines, "none": _nothing}
    shapes = "".join(draw[brand.motif](brand, seed, rows))
    mirror = f' transform="translate({COLUMNS} 0) scale(-1 1)"' if rtl else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{COLUMNS}" height="{rows:g}" '
        f'viewBox="0 0 {COLUMNS} {rows:g}" preserveAspectRatio="xMidYMid slice">'
        f'<rect width="{COLUMNS}" height="{rows:g}" fill="{brand.colours.accent}"/>'
        f"<g{mirror}>{shapes}</g></svg>\n"
    ).encode()


def tints(brand: Brand) -> tuple[str, str, str, str]:
    """Four grounds between the accent and paper, darkest first."""
    accent, paper = brand.colours.accent, brand.colours.paper
    return (
        mix(accent, "#000000", 0.82),
        mix(accent, paper, 0.84),
        mix(accent, paper, 0.62),
        mix(accent, paper, 0.22),
    )


def _random(seed: str, count: int) -> list[int]:
    """``count`` bytes that depend on the seed alone."""
    found: list[int] = []
    block = 0
    while len(found) < count:
        found += hashlib.sha256(f"{seed}/{block}".encode()).digest()
        block += 1
    return found[:count]


def _tiles(brand: Brand, seed: str, rows: float) -> list[str]:
    """Quarter discs and squares on a grid, denser away from the corner of the words."""
    height = int(rows + 0.999)
    bytes_ = _random(seed, COLUMNS * height * 3)
    shades = tints(brand)
    shapes = []
    for y in range(height):
        for x in range(COLUMNS):
            first, second, third = (bytes_[(y * COLUMNS + x) * 3 + i] for i in range(3))
            # Calm where number and date stand: the density grows along the diagonal.
            density = (x / (COLUMNS - 1)) * 0.62 + (y / max(height - 1, 1)) * 0.62 - 0.2
            if first / 255 > density:
                continue
            shade = shades[(0, 0, 1, 1, 2, 2, 1, 3)[second % 8]]
            shapes.append(_tile(x, y, third, shade, shades[second // 8 % 3]))
    return shapes


def _tile(x: int, y: int, choice: int, fill: str, other: str) -> str:
    corners = ((0, 0), (1, 0), (1, 1), (0, 1))
    turn = choice % 4
    kind = choice // 4 % 5

    def quarter(at: int, colour: str, radius: float = 1.0) -> str:
        cx, cy = corners[at % 4]
        sx, sy = (1 if cx == 0 else -1), (1 if cy == 0 else -1)
        sweep = 1 if sx * sy > 0 else 0
        x0, y0 = x + cx, y + cy
        return (
            f'<path fill="{colour}" d="M{x0} {y0}h{sx * radius:g}'
            f'A{radius:g} {radius:g} 0 0 {sweep} {x0} {y0 + sy * radius:g}z"/>'
        )

    if kind == 0:
        return quarter(turn, fill)
    if kind == 1:
        return quarter(turn, fill) + quarter(turn, other, 0.5)
    if kind == 2:
        # Two quarter discs that meet in a leaf.
        a, b = (f"{x} {y}", f"{x + 1} {y + 1}")
        if turn % 2:
            a, b = (f"{x + 1} {y}", f"{x} {y + 1}")
        return f'<path fill="{fill}" d="M{a}A1 1 0 0 1 {b}A1 1 0 0 1 {a}z"/>'
    if kind == 3:
        return f'<rect x="{x}" y="{y}" width="1" height="1" fill="{other}"/>' + quarter(turn, fill)
    return f'<circle cx="{x + 0.5:g}" cy="{y + 0.5:g}" r="0.5" fill="{fill}"/>'


def _meridians(brand: Brand, seed: str, rows: float) -> list[str]:
    """A globe's grid, cut by the edge; the seed turns it."""
    shade = tints(brand)[2]
    turn = _random(seed, 1)[0] / 255
    radius = rows * 0.72
    cx, cy = COLUMNS * 0.82, rows * 0.62
    shapes = [
        f'<g fill="none" stroke="{shade}" stroke-width="0.012">',
        f'<circle cx="{cx:g}" cy="{cy:g}" r="{radius:.3f}"/>',
    ]
    from math import cos, pi, sin

    for step in range(12):
        width = abs(cos(pi * (step + turn) / 12)) * radius
        shapes.append(f'<ellipse cx="{cx:g}" cy="{cy:g}" rx="{width:.3f}" ry="{radius:.3f}"/>')
    for step in range(1, 12):
        angle = pi * step / 12 - pi / 2
        half, y = cos(angle) * radius, cy + sin(angle) * radius
        shapes.append(f'<path d="M{cx - half:.3f} {y:.3f}H{cx + half:.3f}"/>')
    return [*shapes, "</g>"]


def _lines(brand: Brand, seed: str, rows: float) -> list[str]:
    """Rules of growing weight, as on a chart; the seed sets their lengths."""
    shades = tints(brand)
    lengths = _random(seed, 24)
    shapes = []
    for index, value in enumerate(lengths):
        y = rows * (index + 0.5) / len(lengths)
        start = COLUMNS * (0.42 + 0.5 * value / 255)
        weight = 0.02 + 0.06 * index / len(lengths)
        shapes.append(
            f'<rect x="{start:.3f}" y="{y:.3f}" width="{COLUMNS - start:.3f}" '
            f'height="{weight:.3f}" fill="{shades[1 + index % 3]}"/>'
        )
    return shapes


def _nothing(_brand: Brand, _seed: str, _rows: float) -> list[str]:
    return []
