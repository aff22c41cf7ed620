"""A sentence and the quotation marks around it, which the model is not shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from publisher.engines import Term, quotes
from publisher.engines.marked import Marked
from publisher.engines.polish import Style


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence to translate and the terms that bind it."""

    marked: Marked
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Inner:
    """A sentence without the quotation marks around it."""

    outer: Marked
    item: Item
    before: str
    behind: str

    @classmethod
    def of(cls, item: Item) -> Inner:
        text = item.marked.text
        first, last = quotes.shell(text)
        end = len(text) - last
        if first >= end:
            first, last, end = 0, 0, len(text)
        inner = item.marked.part(first, end) if first or last else item.marked
        return cls(item.marked, replace(item, marked=inner), text[:first], text[end:])

    def wrap(self, made: Marked, style: Style) -> Marked:
        """The translated inside in quotation marks of the language."""
        if not self.before and not self.behind:
            return made
        marks = {quote.at: quote for quote in quotes.find(self.outer.text)}
        end = len(self.outer.text) - len(self.behind)
        before = "".join(quotes.mark_for(marks[at], style.quotes) for at in range(len(self.before)))
        behind = "".join(
            quotes.mark_for(marks[end + at], style.quotes) for at in range(len(self.behind))
        )
        shifted = {mark.order: mark.moved(len(before)) for mark in made.marks}
        length = len(before) + len(made.text) + len(behind)
        result = []
        for mark in self.outer.marks:
            new = shifted.get(mark.order)
            if new is None:
                # A point among the marks themselves.
                at = 0 if mark.start <= len(self.before) else length
                new = replace(mark, start=at, end=at)
            elif mark.start < mark.end:
                if mark.start < len(self.before):
                    new = replace(new, start=mark.start)
                if mark.end > end:
                    new = replace(new, end=length - (len(self.outer.text) - mark.end))
            result.append(new)
        return Marked(before + made.text + behind, tuple(result))
