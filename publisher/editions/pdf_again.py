"""Setting again only what has changed: a warm process keeps the pages of its last layout.

Every part of an edition (cover, contents, an article, the colophon) begins a page of its own. Where the text
of a part has changed and style, fonts and files have not, that part alone is laid out, from the page number and
the counters that it had before, with all references to other parts known; its pages take the place of the old
ones. The result is the document that laying out everything would give. Everything is laid out again where this
cannot be: another number of pages, a target of references on another page, a style of the publication's own
that might reach over parts, or no layout kept. Only :func:`remembered` keeps layouts, for ``publisher watch``.
"""

from __future__ import annotations

import contextlib
import copy
import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from publisher.editions import pdf_layout
from publisher.editions.pdf_targets import without_total

if TYPE_CHECKING:
    from publisher.editions.pdf_page import Page

_MOST = 0.5
"""The share of pages up to which parts are laid out one by one; beyond it one whole layout is faster."""

_REFERENCE = re.compile(r'\bhref="#([^"]+)"')
_TARGET = re.compile(r'\bid="([^"]+)"')

Counters = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """A document with what it was made of; ``spans`` are the first and the last page of each part."""

    page: Page
    setup: pdf_layout.Setup
    document: Any
    spans: tuple[tuple[int, int], ...]
    starts: tuple[tuple[Any, ...], ...]
    targets: dict[str, Counters]


@dataclass(slots=True)
class Memory:
    """The layouts that the last edition took, by their style; more than one where a note was lost."""

    layouts: dict[str, Layout] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)


_MEMORY: ContextVar[Memory | None] = ContextVar("memory", default=None)


@contextlib.contextmanager
def remembered(memory: Memory) -> Iterator[None]:
    """Keep the layouts of one edition in ``memory``, and take from it what has not changed since."""
    memory.used.clear()
    token = _MEMORY.set(memory)
    try:
        yield
    finally:
        _MEMORY.reset(token)
        for style in memory.layouts.keys() - memory.used if memory.used else ():
            del memory.layouts[style]


def lay_out(page: Page, style: str, resources: Mapping[str, bytes]) -> Any:
    """WeasyPrint's document of a page; call it within :func:`pdf_layout.surroundings`.

    ``style`` are all rules, ``resources`` the edition's files by the names that the page uses.
    """
    memory = _MEMORY.get()
    if memory is None:
        return pdf_layout.lay_out(page.html, pdf_layout.setup(style, resources))
    memory.used.add(style)
    kept = memory.layouts.get(style)
    same = kept is not None and kept.setup.resources == resources
    again = _again(kept, page) if kept is not None and same else None
    if again is None:
        memory.layouts.pop(style, None)
        setup = kept.setup if kept is not None and same else pdf_layout.setup(style, resources)
        again = _whole(page, setup)
    memory.layouts[style] = again
    return again.document


def forget() -> None:
    """Keep no layout of this edition: its losses are logged only while all of it is laid out."""
    memory = _MEMORY.get()
    if memory is not None:
        memory.layouts.clear()


def _whole(page: Page, setup: pdf_layout.Setup) -> Layout:
    with _seen() as contexts:
        document = pdf_layout.lay_out(page.html, setup)
    (context,) = contexts
    spans = _spans(document) if page.apart else ()
    starts = tuple(copy.deepcopy(context.page_maker[first][1:4]) for first, _ in spans)
    return Layout(page, setup, document, spans, starts, _targets(context))


def _again(kept: Layout, page: Page) -> Layout | None:
    """The layout with the changed parts set anew; None where that is not to be had."""
    if not page.apart or not len(page.parts) == len(kept.page.parts) == len(kept.spans):
        return None
    changed = [n for n, part in enumerate(page.parts) if part != kept.page.parts[n]]
    if not changed:
        return kept if page.opening == kept.page.opening else None
    pages = list(kept.document.pages)
    count = sum(last - first + 1 for first, last in (kept.spans[n] for n in changed))
    if count > _MOST * len(pages):
        return None
    targets = dict(kept.targets)
    for number in changed:
        first, last = kept.spans[number]
        before = {name for old in pages[first : last + 1] for name in old.anchors}
        part = page.parts[number]
        own = before | set(_TARGET.findall(part))
        known = {name: values for name, values in targets.items() if name not in own}
        if not set(_REFERENCE.findall(part)) <= own | known.keys():
            return None
        own_before = {name: targets[name] for name in own & targets.keys()}
        with _seen(kept.starts[number], known, own_before) as contexts:
            document = pdf_layout.lay_out(page.page((part,)), kept.setup)
        (context,) = contexts
        found = _targets(context)
        if len(document.pages) != last - first + 1:
            return None
        if any(found.get(name) != values for name, values in own_before.items()):
            # A reference to it in another part would have to say another page.
            return None
        targets |= found
        pages[first : last + 1] = document.pages
    return replace(kept, page=page, document=document.copy(pages), targets=targets)


def _spans(document: Any) -> tuple[tuple[int, int], ...]:
    """The first and the last page of each part, counted from 0; empty where parts share a page."""
    spans: list[tuple[int, int]] = []
    last: Any = None
    for number, page in enumerate(document.pages):
        elements = list(_on_page(page._page_box))
        for element in elements:
            if element is last:
                continue
            last = element
            if element.get("class") != "filler":
                spans.append((number, number))
        if not elements or not spans:
            return ()
        spans[-1] = (spans[-1][0], number)
    firsts = [first for first, _ in spans]
    return tuple(spans) if len(set(firsts)) == len(spans) else ()


def _on_page(page_box: Any) -> Iterator[Any]:
    """The elements right below the body that stand on a page."""
    for box in page_box.children[0].children:
        for child in box.children if box.element_tag == "body" else ():
            if child.element is not None:
                yield child.element


def _targets(context: Any) -> dict[str, Counters]:
    """The counters of the pages of all targets that a layout has met."""
    return {
        name: copy.deepcopy(without_total(counters))
        for name, item in context.target_collector.target_lookup_items.items()
        if (counters := item.cached_page_counter_values)
    }


@contextlib.contextmanager
def _seen(
    start: tuple[Any, ...] | None = None,
    known: Mapping[str, Counters] | None = None,
    own: Mapping[str, Counters] | None = None,
) -> Iterator[list[Any]]:
    """Lay out within; the list gets WeasyPrint's context.

    ``start`` is the state of the first page as WeasyPrint's page maker has it (what breaks before it, its
    side, its counters), ``known`` the targets of references in other parts with the counters of their
    pages, and ``own`` those that targets within had before.
    """
    from weasyprint import document, layout
    from weasyprint.css.targets import TargetCollector, TargetLookupItem

    initialize, collector = layout.initialize_page_maker, document.TargetCollector
    contexts: list[Any] = []

    def begin(context: Any, root: Any) -> None:
        initialize(context, root)
        contexts.append(context)
        if start is None:
            return
        resume, _, _, _, remake = context.page_maker[0]
        following, right, state = copy.deepcopy(start)
        context.page_maker[0] = (resume, following, right, state, remake)
        items = context.target_collector.target_lookup_items
        for name, values in (own or {}).items():
            if name in items:
                items[name].cached_page_counter_values = copy.deepcopy(values)
        for (_, token), lookup in context.target_collector.counter_lookup_items.items():
            if token == "content":  # noqa: S105
                lookup.parse_again(state[1])

    def collect() -> Any:
        made = TargetCollector()
        for name, values in (known or {}).items():
            item = TargetLookupItem("up-to-date")
            item.target_box = SimpleNamespace(cached_counter_values={})
            item.cached_page_counter_values = copy.deepcopy(values)
            made.target_lookup_items[name] = item
        return made

    layout.initialize_page_maker, document.TargetCollector = begin, collect
    try:
        yield contexts
    finally:
        layout.initialize_page_maker, document.TargetCollector = initialize, collector
