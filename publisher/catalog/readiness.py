"""What keeps a language from a final edition, and what its credits must say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from publisher.catalog.kept import count_words
from publisher.catalog.ledger import Ledger
from publisher.catalog.po import Catalog, Key
from publisher.catalog.segments import Segment
from publisher.catalog.states import State, state_of

CLEAN = {
    "reviewed": frozenset({State.REVIEWED, State.APPROVED}),
    "approved": frozenset({State.APPROVED}),
}
"""States that may stand in a final edition, by the publication's policy."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Source words by state, files with what is missing in them, and who made the text."""

    words: Mapping[str, int]
    missing: Mapping[str, int]
    machines: tuple[str, ...]
    translators: tuple[str, ...]
    reviewers: tuple[str, ...]
    sample: bool

    @property
    def complete(self) -> bool:
        """Whether all text may stand in a final edition."""
        return not self.missing

    @property
    def total(self) -> int:
        return sum(self.words.values())


def readiness(
    segments: Iterable[Segment],
    catalog: Catalog,
    ledger: Ledger,
    *,
    policy: str = "reviewed",
    broken: Iterable[Key] = (),
) -> Readiness:
    """Judge the segments of a document against its catalog and ledger.

    ``broken`` are keys whose translation cannot be used (its tags are wrong); they count as missing.
    """
    entries = catalog.index()
    wrong = set(broken)
    words: Counter[str] = Counter({state.value: 0 for state in State})
    missing: Counter[str] = Counter()
    machines: Counter[str] = Counter()
    people: dict[str, Counter[str]] = {"translated": Counter(), "reviewed": Counter()}
    sample = False
    for segment in segments:
        entry = entries.get(segment.key)
        state = State.MISSING if entry is None else state_of(entry, ledger)
        if segment.key in wrong:
            state = State.MISSING
        words[state.value] += count_words(segment.msgid, segment.tags)
        if state not in CLEAN[policy]:
            missing[segment.path] += 1
        if entry is None or state is State.MISSING:
            continue
        for event in map(ledger.origin, ledger.of_text(entry)):
            if event.kind == "drafted" and not state.clean:
                machines[event.by] += 1
            elif event.kind == "sample":
                sample = sample or state.clean
            elif event.kind in {"translated", "edited"}:
                people["translated"][event.by] += 1
            elif event.kind in {"reviewed", "approved"}:
                people["reviewed"][event.by] += 1
    return Readiness(
        dict(words),
        dict(sorted(missing.items())),
        _ranked(machines),
        _ranked(people["translated"]),
        _ranked(people["reviewed"]),
        sample,
    )


def _ranked(counter: Counter[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in sorted(counter.items(), key=lambda i: (-i[1], i[0])) if name)
