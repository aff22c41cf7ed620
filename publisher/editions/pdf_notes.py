"""Notes on paper: at the foot of the page of their call, or, where one is long, at the end of the article."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from publisher.editions import tree

if TYPE_CHECKING:
    from publisher.editions.html import NoteHtml

LONG_NOTE = 2400
"""Characters from which a note is set at the end of its article: about a third of a page."""


_PARTS = frozenset({"li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "hr"})
_OWN = "data-own"


def restore(root: Any) -> None:
    """Give the parts of notes at the foot their own names, in a tree that is parsed."""
    for element in root.iter("span"):
        if own := element.attrib.pop(_OWN, None):
            element.tag = own


def _close_up(content: Any) -> None:
    """Take the white space around blocks away, which WeasyPrint gives lines of their own in a note."""
    for element in content.iterdescendants(*_PARTS, "p", "div"):
        if element.tag != "pre" and element.text and not element.text.strip():
            element.text = None
        if element.tail:
            element.tail = element.tail.lstrip() or None
        before, parent = element.getprevious(), element.getparent()
        if before is not None and before.tail:
            before.tail = before.tail.rstrip() or None
        elif before is None and parent.text:
            parent.text = parent.text.rstrip() or None


def is_long(note: NoteHtml) -> bool:
    """Whether a note stands at the end of its article: WeasyPrint cannot cut one at a page's end."""
    return len(tree.text(note.element)) > LONG_NOTE


def at_the_end(body: Any, late: list[NoteHtml], notes: dict[str, Any]) -> Any:
    """The long notes of a body as a section for its end, with the long ones that they call."""
    section = body.makeelement("section", {"class": "late-notes"})
    for note in late:
        block = copy.deepcopy(note.element)
        for inner in block.xpath(".//a[@class='noteref']"):
            if is_long(notes[inner.get("id")]):
                late.append(notes[inner.get("id")])
            else:
                at_the_foot(inner, notes)
        block.set("id", note.id)
        first = next((child for child in block if child.tag == "p"), block)
        number = block.makeelement("span", {"class": "late-number"})
        number.text, number.tail, first.text = note.number, f"\u2002{first.text or ''}", None
        first.insert(0, number)
        section.append(block)
    return section


def at_the_foot(reference: Any, notes: dict[str, Any]) -> None:
    """Put a note's content where it is called; WeasyPrint takes it to the foot of the page.

    Only inline elements: an HTML parser would end the paragraph at a block. Lists and other parts
    that a reader is told of get their own names back when they are parsed (:func:`restore`).
    """
    note = notes[reference.get("id")]
    content = copy.deepcopy(note.element)
    for inner in content.xpath(".//a[@class='noteref']"):
        at_the_foot(inner, notes)
    _close_up(content)
    for element in content.iter():
        if element.tag in ("p", "div"):
            element.set("class", f"note-block note-{element.tag}")
            element.tag = "span"
        elif element.tag in _PARTS:
            tree.add_class(element, f"note-{element.tag}")
            element.set(_OWN, element.tag)
            element.tag = "span"
    tail = reference.tail
    reference.clear()
    reference.tag = "span"
    reference.set("class", "footnote")
    reference.set("id", note.id)
    reference.set("data-n", note.number)
    # White space before the first word would put the number on a line of its own.
    reference.text, reference.tail = (content.text or "").lstrip(), tail
    for child in list(content):
        reference.append(child)
