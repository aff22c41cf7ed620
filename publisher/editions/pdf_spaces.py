"""The space at the end of a line from right to left, which WeasyPrint 70 takes away on the wrong side.

Where a line ends between two boxes (before a link, a note, emphasised words), the space there belongs to
the text before it. WeasyPrint takes it away and moves the whole line by its width, since the text is
still drawn with the space. A justified line is shaped anew without it: the line then stands a space too
far left, out of its column. Here the text is shaped anew at once, and only what stands to its right moves.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def trimmed_lines() -> Iterator[None]:
    """Have WeasyPrint end lines so."""
    from weasyprint.layout import inline

    original = inline.remove_last_whitespace

    def remove(context: Any, line: Any) -> None:
        *inlines, box = _last(line)
        text, width = getattr(box, "text", ""), getattr(box, "width", 0)
        original(context, line)
        left = getattr(box, "text", "")
        if left in ("", text) or not box.pango_layout.first_line_direction % 2:
            return
        shaped, _, _ = inline.split_text_box(context, box, None, 0)
        box.pango_layout = shaped.pango_layout
        space = width - box.width
        if line.style["direction"] == "ltr":
            # A passage from right to left ends a line from left to right: nothing stands beyond it.
            for child in line.children:
                child.translate(dx=space, ignore_floats=True)
            return
        for moved in (*inlines, box):
            moved.position_x += space

    inline.remove_last_whitespace = remove
    try:
        yield
    finally:
        inline.remove_last_whitespace = original


def _last(line: Any) -> list[Any]:
    """The last box of a line within its inline boxes, outermost first; the line itself is left out."""
    from weasyprint.formatting_structure import boxes

    found: list[Any] = []
    box = line
    while isinstance(box, (boxes.LineBox, boxes.InlineBox)) and box.children:
        box = box.children[-1]
        found.append(box)
    return found or [line]
