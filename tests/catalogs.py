"""Helpers for tests of catalogs: segments without a source, updates without a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from publisher.catalog.ledger import Ledger
from publisher.catalog.memory import Memory
from publisher.catalog.po import Catalog, Entry
from publisher.catalog.segments import Segment
from publisher.catalog.update import Context, Update, update

Text = str | Segment


def segment(msgid: str, path: str = "source/1/a.md", context: str | None = None) -> Segment:
    """A paragraph; tags are those that the text holds."""
    from publisher.ast import string

    nodes = {
        "em": {"t": "Emph", "c": []},
        "strong": {"t": "Strong", "c": []},
        "note": {"t": "Note", "c": []},
    }
    from publisher.catalog.tags import base_name, names_in

    tags = {}
    for name in names_in(msgid):
        base = base_name(name)
        if base == "a":
            tags[name] = {
                "t": "Link",
                "c": [["", [], []], [], [f"https://example.org/{name}", ""]],
            }
        elif base == "code":
            tags[name] = {"t": "Code", "c": [["", [], []], name]}
        else:
            tags[name] = dict(nodes.get(base, string("?")))
    return Segment(msgid, context, path, 1, ("Article 1", "paragraph"), "paragraph", tags)


def segments(texts: Iterable[Text]) -> list[Segment]:
    return [segment(text) if isinstance(text, str) else text for text in texts]


class Desk:
    """One catalog and its ledger, through a series of updates, each a minute after the last."""

    def __init__(self, language: str = "az", memory: Memory | None = None) -> None:
        self.language = language
        self.memory = memory
        self.minute = 0
        self.catalog: Catalog | None = None
        self.ledger = Ledger()
        self.last: Update | None = None

    def now(self) -> str:
        self.minute += 1
        return f"2024-01-01T{self.minute // 60:02}:{self.minute % 60:02}:00Z"

    def update(self, texts: Iterable[Text], reviewer: str = "Ann") -> Update:
        context = Context(
            self.language, "en", "Bulletin", self.now(), reviewer, "d", "2024-01-01 00:00+0000"
        )
        result = update(segments(texts), self.catalog, self.ledger, context, self.memory)
        self.catalog, self.ledger, self.last = result.catalog, result.ledger, result
        return result

    def translate(self, make: Callable[[Entry], str] | None = None, *, fuzzy: bool = False) -> None:
        """Fill what is missing as a human would in an editor."""
        make = make or (lambda entry: foreign(entry.msgid))
        assert self.catalog is not None
        self.catalog = self.catalog.with_entries(
            entry
            if entry.obsolete or entry.translated
            else replace(entry, msgstr=make(entry), fuzzy=fuzzy)
            for entry in self.catalog.entries
        )

    def edit(self, msgid: str, **changes: object) -> None:
        """Change one entry as an editor would."""
        assert self.catalog is not None
        assert msgid in {entry.msgid for entry in self.catalog.entries}
        self.catalog = self.catalog.with_entries(
            replace(entry, **changes) if entry.msgid == msgid else entry  # type: ignore[arg-type]
            for entry in self.catalog.entries
        )

    def __getitem__(self, msgid: str) -> Entry:
        assert self.catalog is not None
        found = [e for e in self.catalog.entries if e.msgid == msgid and not e.obsolete]
        assert len(found) == 1, msgid
        return found[0]

    @property
    def obsolete(self) -> dict[str, str]:
        assert self.catalog is not None
        return {entry.msgid: entry.msgstr for entry in self.catalog.entries if entry.obsolete}

    @property
    def to_review(self) -> int:
        from publisher.catalog.status import measure

        assert self.catalog is not None
        return measure(self.catalog, self.ledger)[0].to_review


def foreign(text: str) -> str:
    """A made-up translation: words backwards, tags, figures and marks in place."""
    import re

    def turn(match: re.Match[str]) -> str:
        word = match[0]
        return word[::-1].capitalize() if word[0].isupper() else word[::-1]

    return re.sub(r"</?[a-z]+\d*/?>|[^\W\d_]+", lambda m: m[0] if m[0][0] == "<" else turn(m), text)


def reviewed(texts: Iterable[Text], language: str = "az") -> Desk:
    """A desk on which every text has been translated and reviewed."""
    desk = Desk(language)
    texts = list(texts)
    desk.update(texts)
    desk.translate()
    desk.update(texts)
    return desk
