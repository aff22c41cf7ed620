"""Text and its tags held apart: plain text for the model, marks with character ranges beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from publisher.catalog import tags as markup

OBJECT = "\ufffc"
"""Stands in the plain text for a tag that takes a word's place (code, formula, kept text)."""

BREAK = "\u2028"
"""Stands in the plain text for a forced line break: a limit between sentences."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag over ``text[start:end]``; a point where both are equal.

    ``order`` is its place among the tags of the source; of two marks over the same range the one
    of lower order encloses the other.
    """

    name: str
    start: int
    end: int
    order: int
    empty: bool = False

    def moved(self, by: int) -> Mark:
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Marked:
    """Plain text and its marks, which nest."""

    text: str
    marks: tuple[Mark, ...] = ()

    def part(self, start: int, end: int) -> Marked:
        """The range as a text of its own; marks that reach over its limits are cut there.

        A point on the limit belongs to the part before it, one at the very start to the first.
        """
        marks = []
        for mark in self.marks:
            if mark.start == mark.end:
                inside = start < mark.start <= end or mark.start == start == 0
            else:
                inside = mark.start < end and mark.end > start
            if inside:
                first, last = max(mark.start, start), min(mark.end, end)
                marks.append(replace(mark, start=first - start, end=last - start))
        return Marked(self.text[start:end], tuple(marks))

    def replaced(self, start: int, end: int, new: str) -> Marked:
        """The text with one range replaced; marks over it grow or shrink with it."""
        shift = len(new) - (end - start)

        def first(place: int) -> int:
            return place if place <= start else start if place < end else place + shift

        def last(place: int) -> int:
            return place if place <= start else start + len(new) if place < end else place + shift

        marks = tuple(
            replace(mark, start=last(mark.start), end=last(mark.end))
            if mark.start == mark.end
            else replace(mark, start=first(mark.start), end=last(mark.end))
            for mark in self.marks
        )
        return Marked(self.text[:start] + new + self.text[end:], marks)


def parse(text: str, tags: Mapping[str, bool]) -> Marked | None:
    """A text with tags as marked text; None where its tags do not nest."""
    parts: list[str] = []
    length = 0
    marks: list[Mark] = []
    stack: list[tuple[str, int, int]] = []
    order = 0
    for piece, name, form in markup.tokens(text, tags):
        if form == "text":
            parts.append(piece)
            length += len(piece)
        elif form == "empty":
            if not tags[name]:
                return None
            kind = markup.base_name(name)
            if kind == "br":
                parts.append(BREAK)
                length += 1
            elif kind == "note":
                # A note takes no word's place: it hangs on the word before it.
                marks.append(Mark(name, length, length, order, empty=True))
            else:
                parts.append(OBJECT)
                marks.append(Mark(name, length, length + 1, order, empty=True))
                length += 1
            order += 1
        elif form == "open":
            if tags[name]:
                return None
            stack.append((name, length, order))
            order += 1
        else:
            if not stack or stack[-1][0] != name:
                return None
            _, start, place = stack.pop()
            marks.append(Mark(name, start, length, place))
    if stack:
        return None
    return Marked("".join(parts), tuple(sorted(marks, key=lambda mark: mark.order)))


def render(marked: Marked, names: Iterable[str] = ()) -> str:
    """Marked text as text with tags; ``names`` are the tags of the request, for its line break."""
    events: list[tuple[tuple[int, int, int, int], str]] = []
    for mark in marked.marks:
        if mark.empty:
            # A point stands between what ends and what begins here, an object inside what begins.
            place = 1 if mark.start == mark.end else 3
            events.append(((mark.start, place, 0, mark.order), f"<{mark.name}/>"))
        elif mark.start == mark.end:
            events.append(((mark.start, 1, 0, mark.order), f"<{mark.name}></{mark.name}>"))
        else:
            # At one place tags close before others open, the inner ones first.
            events.append(((mark.start, 2, -mark.end, mark.order), f"<{mark.name}>"))
            events.append(((mark.end, 0, -mark.start, -mark.order), f"</{mark.name}>"))
    events.sort(key=lambda event: event[0])
    parts: list[str] = []
    at = 0
    for (at_event, *_), shown in events:
        parts.append(marked.text[at:at_event])
        parts.append(shown)
        at = at_event
    parts.append(marked.text[at:])
    line_break = next((name for name in names if markup.base_name(name) == "br"), "")
    text = "".join(parts).replace(OBJECT, "")
    return text.replace(BREAK, f"<{line_break}/>") if line_break else text


def join(parts: Iterable[tuple[Marked, str]]) -> Marked:
    """Parts and the text after each as one; pieces of one mark grow together."""
    text: list[str] = []
    length = 0
    marks: dict[int, Mark] = {}
    for part, after in parts:
        for mark in part.marks:
            moved = mark.moved(length)
            earlier = marks.get(mark.order)
            marks[mark.order] = (
                moved if earlier is None else replace(earlier, end=max(earlier.end, moved.end))
            )
        text.append(part.text + after)
        length += len(part.text) + len(after)
    return Marked("".join(text), tuple(marks[order] for order in sorted(marks)))
