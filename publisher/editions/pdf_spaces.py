"""Spaces in lines from right to left, of which WeasyPrint 70 misjudges two.

**At the end.** Where a line ends between two boxes (before a link, a note, emphasised words), the space
there belongs to the text before it. WeasyPrint takes it away and moves the whole line by its width, since
the text is still drawn with the space. A justified line is shaped anew without it: the line then stands a
space too far left, out of its column. Here the text is shaped anew at once, and only what stands to its
right moves.

**In justified lines.** Arabic fonts kern across a space (Amiri sets kaf closer after heh). Spaces that
are widened are shaped apart from the words, so that this kerning is lost and the line becomes longer than
was reckoned, out of its column again. Here what is lost is measured and taken from the spaces.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def kept_lines() -> Iterator[None]:
    """Have WeasyPrint keep lines within their column."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout import inline

    trim, justify, widen = (
        inline.remove_last_whitespace,
        inline.justify_line,
        inline.add_word_spacing,
    )
    measured: dict[int, tuple[Any, float]] = {}

    def remove_last_whitespace(context: Any, line: Any) -> None:
        *inlines, box = _last(line)
        text, width = getattr(box, "text", ""), getattr(box, "width", 0)
        trim(context, line)
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

    def justify_line(context: Any, line: Any, extra: float) -> None:
        spaces = inline.count_expandable_spaces(line)
        if spaces:
            for box in _texts(line):
                if box.pango_layout.first_line_direction % 2 and " " in box.text:
                    measured[id(box)] = _widened(context, box, extra / spaces)
        justify(context, line, extra - sum(longer for _, longer in measured.values()))
        measured.clear()

    def add_word_spacing(context: Any, box: Any, spacing: float, advance: float) -> Any:
        if not isinstance(box, boxes.TextBox) or id(box) not in measured:
            return widen(context, box, spacing, advance)
        # The text is shaped anew when it is drawn: until then the layout needs only the spacing.
        layout, longer = measured[id(box)]
        box.justification_spacing = layout.justification_spacing = spacing
        layout.deactivate()
        box.pango_layout = layout
        box.position_x += advance
        gained = spacing * inline.count_expandable_spaces(box) + longer
        box.width += gained
        return advance + gained

    inline.remove_last_whitespace = remove_last_whitespace
    inline.justify_line, inline.add_word_spacing = justify_line, add_word_spacing
    try:
        yield
    finally:
        inline.remove_last_whitespace = trim
        inline.justify_line, inline.add_word_spacing = justify, widen


def _widened(context: Any, box: Any, spacing: float) -> tuple[Any, float]:
    """A text with widened spaces, and by how much it is longer, the spacing not counted."""
    from weasyprint.layout.inline import count_expandable_spaces
    from weasyprint.text.line_break import create_layout, line_size

    layout = create_layout(box.text, box.style, context, None, spacing)
    layout.set_text(box.text, justify=True)
    width, _ = line_size(layout.get_first_line()[0], box.style)
    return layout, float(width - box.width - spacing * count_expandable_spaces(box))


def _texts(box: Any) -> Iterator[Any]:
    """The text boxes of a line, whose spaces are widened."""
    from weasyprint.formatting_structure import boxes

    for child in box.children:
        if isinstance(child, boxes.TextBox):
            yield child
        elif isinstance(child, boxes.InlineBox):
            yield from _texts(child)


def _last(line: Any) -> list[Any]:
    """The last box of a line within its inline boxes, outermost first; the line itself is left out."""
    from weasyprint.formatting_structure import boxes

    found: list[Any] = []
    box = line
    while isinstance(box, (boxes.LineBox, boxes.InlineBox)) and box.children:
        box = box.children[-1]
        found.append(box)
    return found or [line]
