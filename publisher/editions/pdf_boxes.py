"""What WeasyPrint's tagging forgets of its boxes: the language of a passage, and whose note it is.

The tagger makes structure elements by element name alone. While it runs, each element that it makes is
seen here with its box: foreign passages get their ``/Lang`` (ISO 14289-1, 7.2); a note and its call, and
the parts of a box on several pages, get keys of ours by which :mod:`publisher.editions.pdf_tags` and
:mod:`publisher.editions.pdf_join` bring them together.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

NOTE = "PublisherNote"
CALL = "PublisherCall"
PART = "PublisherPart"
DECORATIVE = "PublisherDecorative"
"""Keys of structure elements between WeasyPrint and the mended tree; none is left in the file."""


@contextlib.contextmanager
def marked() -> Iterator[None]:
    """Have elements marked while WeasyPrint builds its structure tree."""
    from weasyprint.pdf import tags

    original = tags._build_box_tree
    # Elements are kept, so that none takes the place of another in memory.
    parts: dict[int, tuple[int, Any]] = {}

    def build(box: Any, parent: Any, *more: Any) -> Iterator[Any]:
        from weasyprint.layout.absolute import AbsolutePlaceholder

        inner = box._box if isinstance(box, AbsolutePlaceholder) else box
        if (
            inner.element is not None
            and inner.element_tag == "img"
            and not inner.element.get("alt")
        ):
            # A decorative image leaves the tree again, all others are findings (editions.markup).
            inner.element.set("alt", " ")
        for element in original(box, parent, *more):
            if inner.element is not None and inner.element_tag not in ("html", "body"):
                number, _ = parts.setdefault(id(inner.element), (len(parts), inner.element))
                _mark(inner, element, parent, number)
            yield element

    tags._build_box_tree = build
    try:
        yield
    finally:
        tags._build_box_tree = original


def _is_decorative(box: Any) -> bool:
    source = box.element
    return (
        source is not None
        and box.element_tag == "img"
        and "decorative" in (source.get("class") or "").split()
    )


def _mark(box: Any, element: Any, parent: Any, number: int) -> None:
    import pydyf

    source, tag = box.element, box.element_tag
    if "::" not in tag:
        element[PART] = pydyf.String(str(number))
    if _is_decorative(box):
        element[DECORATIVE] = pydyf.String("")
    language = source.get("lang")
    if language and "::" not in tag and _language(parent) != language:
        element["Lang"] = pydyf.String(language)
    if "footnote" in (source.get("class") or "").split() and source.get("id"):
        if tag == "span::footnote-call":
            element[CALL] = pydyf.String(source.get("id"))
        elif tag == "span":
            element.setdefault(NOTE, pydyf.String(source.get("id")))


def _language(element: Any) -> str:
    value = element.get("Lang")
    return getattr(value, "string", "") if value is not None else ""
