"""Page breaks: where the pages of the PDF begin in the EPUB of the same edition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from publisher.editions.blocks import ATTRIBUTE
from publisher.editions.epub_xhtml import XHTML, element, name_of

if TYPE_CHECKING:
    from publisher.language import Language


COVER, CONTENTS = "text/cover.xhtml", "nav.xhtml"

Break = tuple[str, str, str]
"""A page's label, the file in which it begins, and the identifier of its beginning."""


def page_breaks(
    pages: Sequence[tuple[str, Any]],
    page_map: Mapping[str, int],
    language: Language,
    free: Callable[[str], str],
) -> list[Break]:
    """Mark where the pages of the PDF begin; returns these places.

    ``pages`` are hrefs and bodies in reading order, which are changed; ``free`` makes an identifier
    that nothing has. A page begins at the first element that the map puts on it.
    """
    wanted = {name_of(key): page for key, page in page_map.items()}
    breaks: list[Break] = []
    last = 0
    for part, href in (("cover", COVER), ("contents", CONTENTS)):
        # These pages get their breaks when they are made, which is after all others.
        if last := page_map.get(part, last):
            label = language.localise_digits(str(last))
            breaks.append((label, href, free(f"page-{last}")))
    for href, body in pages:
        for target in [e for e in body.iter() if isinstance(e.tag, str)]:
            block = target.attrib.pop(ATTRIBUTE, None)
            number = page_map.get(block, 0) if block else 0
            number = number or wanted.get(target.get("id"), 0)
            if number <= last:
                continue
            last = number
            label = language.localise_digits(str(number))
            identifier = free(f"page-{number}")
            _before(target, page_break(identifier, label))
            breaks.append((label, href, identifier))
    return breaks


def breaks_of(href: str, breaks: Sequence[Break]) -> list[Any]:
    """The marks of the pages that begin with a file as a whole."""
    return [page_break(name, label) for label, file, name in breaks if file == href]


def page_break(identifier: str, label: str) -> Any:
    """The place where a page of the PDF begins (DPUB-ARIA 1.1, doc-pagebreak)."""
    return element(
        "div", {"type": "pagebreak", "role": "doc-pagebreak", "id": identifier, "aria-label": label}
    )


_FLOW = frozenset(
    f"{{{XHTML}}}{name}" for name in ("body", "div", "section", "aside", "blockquote")
)


def _before(target: Any, mark: Any) -> None:
    """Put a page break before an element, at the nearest place where a block may stand."""
    while target.getparent() is not None and target.getparent().tag not in _FLOW:
        target = target.getparent()
    parent = target.getparent()
    parent.insert(parent.index(target), mark)
