"""Redraft only what changed of a reviewed text: which sentences, and how the text is put together again.

A changed entry holds the translation of its previous msgid. Where the ledger says that some of its
sentences stay reviewed, a machine may draft the others; the reviewed ones keep every byte, and the old
pair stays in the catalog as ``#~`` (design §4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from publisher.catalog import tags
from publisher.catalog.compose import NO_SPACES
from publisher.catalog.kept import Kept, kept_of
from publisher.catalog.ledger import Event, Ledger, source_hash, target_hash
from publisher.catalog.partial import COMPOSED
from publisher.catalog.po import Entry
from publisher.catalog.sentences import Pieces, compare, pieces
from publisher.catalog.states import State, state_of


@dataclass(frozen=True, slots=True)
class Redraft:
    """A changed entry, and what of it a machine may draft.

    ``parts`` are the sentences of the new source text, ``new`` the numbers (from 0) of those to draft,
    ``old`` maps each of the others to its sentence in ``target``, the translation as it stands.
    ``keeps`` is the event that says what stays reviewed, ``names`` the tags of the text.
    """

    entry: Entry
    keeps: Event
    parts: tuple[str, ...]
    new: tuple[int, ...]
    old: Mapping[int, int]
    target: Pieces
    names: Mapping[str, bool]

    @property
    def pair(self) -> Entry:
        """The reviewed pair as it was before the change, to be saved as ``#~``."""
        entry = self.entry
        return Entry(
            entry.previous_msgid or "",
            entry.msgstr,
            entry.previous_msgctxt,
            comments=entry.comments,
            obsolete=True,
        )

    def text(self, drafts: Mapping[int, str], language: str) -> str:
        """The new translation with a draft for each of ``new``; empty where its tags do not fit."""
        texts = [
            self.target.parts[self.old[number]] if number in self.old else drafts[number]
            for number in range(len(self.parts))
        ]
        default = "" if language.split("-", 1)[0] in NO_SPACES else " "
        found = [self.target.head, texts[0]]
        for number, part in enumerate(texts[1:], start=1):
            found += [self._gap(number, default), part]
        whole = "".join([*found, self.target.tail])
        wrong = tags.problems(self.entry.msgid, whole, self.names)
        strange = set(tags.names_in(whole)) - set(tags.names_in(self.entry.msgid))
        return "" if strange or any(p.severity == "error" for p in wrong) else whole

    def _gap(self, number: int, default: str) -> str:
        """The white space before a sentence: the translator's own where there is some."""
        gaps = self.target.gaps
        here, before = self.old.get(number), self.old.get(number - 1)
        if here:
            return gaps[here - 1]
        if before is not None and before < len(gaps):
            return gaps[before]
        return default


def plan(entry: Entry, ledger: Ledger, source_language: str, language: str) -> Redraft | None:
    """What a machine may redraft of an entry; None where nothing, or where it is not certain.

    Certain means: the translation is, to the byte, the one that was reviewed for the previous msgid,
    nobody has worked on the entry since its source changed, and the sentences that stay are those
    that the ledger names. Text that was put together from several paragraphs is left alone.
    """
    before = entry.previous_msgid
    if entry.obsolete or before is None or state_of(entry, ledger) is not State.CHANGED:
        return None
    keeps = _untouched(entry, ledger)
    kept = kept_of(entry, ledger)
    if keeps is None or kept is None or not kept.kept or COMPOSED in kept.why:
        return None
    names, old_names = tags.names_of(entry.msgid, entry.extracted), tags.names_in(before)
    old_names = {
        name: empty for name, empty in old_names.items() if not _literal(name, entry, names)
    }
    found = compare(before, entry.msgid, source_language, old_names, names)
    target = pieces(entry.msgstr, language, {**old_names, **names})
    source = pieces(before, source_language, old_names).parts
    if not found.new or not _agrees(found.kept, kept, len(found.sentences)):
        return None
    if len(target.parts) != len(source) or any(
        set(tags.names_in(found.sentences[here])) != set(tags.names_in(source[there]))
        for here, there in found.kept.items()
    ):
        return None
    return Redraft(entry, keeps, found.sentences, found.new, found.kept, target, names)


def _untouched(entry: Entry, ledger: Ledger) -> Event | None:
    """The event that keeps sentences of exactly this text, where no human has come after it."""
    history = ledger.history(entry.key)
    # Drafts of a run that was killed before it wrote the catalog do not count.
    while history and history[-1].kind == "drafted":
        history = history[:-1]
    last = history[-1] if history else None
    if last is None or not last.partial or last.target != target_hash(entry):
        return None
    own = ledger.of_text(entry)
    if own[-1].kind == "drafted":
        return None
    key = (entry.previous_msgctxt, entry.previous_msgid or "")
    return last if ledger.stands_for(source_hash(key), last.target) is not None else None


def _literal(name: str, entry: Entry, names: Mapping[str, bool]) -> bool:
    """Whether what looks like a tag is text in the entry as it is now."""
    return name in tags.names_in(entry.msgid) and name not in names


def _agrees(found: Mapping[int, int], kept: Kept, total: int) -> bool:
    return kept.total == total and set(kept.kept) <= set(found)


def with_pairs(entries: Sequence[Entry], pairs: Iterable[Entry]) -> list[Entry]:
    """Entries with old pairs as ``#~`` at the end, in order of their text; none stands twice."""
    current = [entry for entry in entries if not entry.obsolete]
    obsolete = [entry for entry in entries if entry.obsolete]
    there = {(entry.key, entry.msgstr) for entry in entries if not entry.fuzzy}
    for pair in pairs:
        if (pair.key, pair.msgstr) not in there:
            there.add((pair.key, pair.msgstr))
            obsolete.append(replace(pair, obsolete=True))
    return [*current, *sorted(obsolete, key=lambda e: (e.msgid, e.msgctxt or "", e.msgstr))]
