"""What a PO file holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a catalog.

    ``comments`` are the translator's (``#``), ``extracted`` the toolkit's (``#.``), ``references``
    source files (``#:``), ``flags`` all flags but fuzzy; ``line`` is where ``msgid`` stands in the
    file that was read, 0 for new entries.
    """

    msgid: str
    msgstr: str = ""
    msgctxt: str | None = None
    fuzzy: bool = False
    previous_msgid: str | None = None
    previous_msgctxt: str | None = None
    comments: tuple[str, ...] = ()
    extracted: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    obsolete: bool = False
    line: int = field(default=0, compare=False)
    msgid_plural: str | None = None
    msgstr_plural: tuple[str, ...] = ()
    previous_plural: str | None = None

    @property
    def key(self) -> Key:
        """What identifies the entry: msgctxt and msgid."""
        return (self.msgctxt, self.msgid)

    @property
    def translated(self) -> bool:
        """Whether there is any translation, fuzzy or not."""
        return bool(self.msgstr) or any(self.msgstr_plural)


@dataclass(frozen=True, slots=True)
class Catalog:
    """A PO file: header fields in order, comments above the header, entries in order."""

    header: Mapping[str, str] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    comments: tuple[str, ...] = ()
    header_fuzzy: bool = False
    path: str = field(default="", compare=False)

    @property
    def language(self) -> str:
        return self.header.get("Language", "")

    def index(self) -> dict[Key, Entry]:
        """Current (not obsolete) entries by key."""
        return {entry.key: entry for entry in self.entries if not entry.obsolete}

    def with_entries(self, entries: Iterable[Entry]) -> Catalog:
        return replace(self, entries=tuple(entries))
