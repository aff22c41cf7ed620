"""The layout's own words (Contents, Page, Draft …) in the language of an edition.

The toolkit's translations lie in ``publisher/data/layout``; a publication may override any of them in
``translations/layout/xx.po``. Msgids are English and may hold ``{fields}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from publisher.catalog import po
from publisher.catalog.po import Entry, Key

DATA = Path(__file__).parents[1] / "data" / "layout"
TEMPLATE = "layout.pot"
KIT = "kit"
"""The context of the words of the translator's kit, which stand in no edition."""


@dataclass(frozen=True, slots=True)
class Words:
    """The layout's words in one language; call it with a msgid.

    ``missing`` are the msgids that have no reviewed translation (they appear in English, or as a
    fuzzy draft).
    """

    language: str
    texts: Mapping[Key, str] = field(default_factory=dict)
    known: frozenset[Key] = frozenset()
    missing: frozenset[Key] = frozenset()

    def __call__(self, msgid: str, /, *, context: str | None = None, **fields: object) -> str:
        """The word in this language with its fields filled in.

        Raises KeyError for a msgid that layout.pot does not hold: a programmer's error.
        """
        key = (context, msgid)
        if self.known and key not in self.known:
            raise KeyError(f"layout.pot does not hold {key!r}")
        text = self.texts.get(key) or msgid
        return text.format(**fields) if fields else text


def load(language: str, overrides: Path | None = None) -> Words:
    """The words of ``language``; ``overrides`` is the publication's ``translations/layout`` folder.

    A regional code falls back to its language (``pt-BR`` to ``pt``). Raises InputError for a
    damaged file.
    """
    known = frozenset(po.load(DATA / TEMPLATE, f"layout/{TEMPLATE}").index())
    entries: dict[Key, Entry] = {}
    for code in dict.fromkeys((language.split("-", 1)[0], language)):
        for folder in (DATA, overrides):
            file = None if folder is None else folder / f"{code}.po"
            if file is not None and file.is_file():
                name = f"{'translations/' if folder is overrides else ''}layout/{code}.po"
                current = po.load(file, name).index().items()
                entries |= {key: entry for key, entry in current if entry.translated}
    texts = {key: entry.msgstr for key, entry in entries.items() if key in known}
    if language == "en" or language.startswith("en-"):
        return Words(language, texts, known)
    reviewed = {key for key, entry in entries.items() if not entry.fuzzy}
    needed = {key for key in known if key[0] != KIT}
    return Words(language, texts, known, frozenset(needed - reviewed))
