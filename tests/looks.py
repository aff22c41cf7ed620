"""A second brand, as different from the default as a publication may make it."""

from __future__ import annotations

from pathlib import Path

from publisher import brand

LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><title>Office</title>'
    b'<rect width="60" height="20" fill="#7a1f3d"/><circle cx="10" cy="10" r="6" fill="#ffffff"/></svg>'
)

TOML = """
[colours]
ink = "#221a1d"
muted = "#66545b"
accent = "#7a1f3d"
tint = "#f7eff2"
rule = "#d8c5cc"
draft = "#1d4f8a"

[page]
size = [170, 240]
top = 24
bottom = 20
start = 24
end = 18

[type]
size = 9.5
leading = 13.5
ratio = 1.2

[layout]
motif = "meridians"
logo = "styles/logo.svg"
paragraph = "space"

[fonts.default]
text = "Noto Sans"
heading = "Noto Serif"
mono = "IBM Plex Mono"

[fonts.Arab]
text = "Noto Sans Arabic"
heading = "Noto Sans Arabic"
size = 1.1
heading_size = 1.0
leading = 1.2
"""


def other(folder: Path) -> brand.Brand:
    """The brand, read from ``folder`` as a publication's ``styles`` folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "brand.toml").write_text(TOML, encoding="utf-8")
    return brand.load(folder)
