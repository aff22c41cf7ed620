"""One round of layout less: references know their targets' pages before the second round, not after it.

WeasyPrint sets a page with references again and only then writes what it has learnt of their targets into
them, so that a third round is needed; and it takes the number of pages, known after the first round, for news
at every reference, although none says it. Here references are written anew between rounds, and the number of
pages counts as news only in documents that show it in their text.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any


class _Counters(dict[str, Any]):
    """The counters of a page; they are equal where all but the number of pages is."""

    __hash__ = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, dict) and without_total(self) == without_total(other)

    def __ne__(self, other: object) -> bool:
        return not self == other


def without_total(values: dict[str, Any]) -> dict[str, Any]:
    """Counters but for the number of pages."""
    return {name: value for name, value in values.items() if name != "pages"}


@contextlib.contextmanager
def fewer_rounds() -> Iterator[None]:
    """Have WeasyPrint lay out so."""
    from weasyprint import layout

    start, make = layout.initialize_page_maker, layout.make_all_pages

    def initialize(context: Any, root: Any) -> None:
        start(context, root)
        if not _shows_total(context):
            resume, page, right, state, remake = context.page_maker[0]
            state = (state[0], _Counters(state[1]), *state[2:])
            context.page_maker[0] = (resume, page, right, state, remake)

    def make_all_pages(context: Any, root: Any, html: Any, pages: list[Any]) -> Any:
        if pages and not _shows_total(context):
            for (_, token), lookup in context.target_collector.counter_lookup_items.items():
                if token == "content" and lookup.page_maker_index is not None:  # noqa: S105
                    lookup.parse_again(lookup.cached_page_counter_values)
        return make(context, root, html, pages)

    layout.initialize_page_maker, layout.make_all_pages = initialize, make_all_pages
    try:
        yield
    finally:
        layout.initialize_page_maker, layout.make_all_pages = start, make


def _shows_total(context: Any) -> bool:
    """Whether the text of a document, not its margins, says how many pages there are."""
    lookups = context.target_collector.counter_lookup_items.values()
    return any(
        "pages" in names
        for lookup in lookups
        for names in (lookup.missing_counters, *lookup.missing_target_counters.values())
    )
