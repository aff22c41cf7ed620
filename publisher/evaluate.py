"""Compare machine drafts with what humans made of them.

The drafts are those that the ledger knows of, or new ones made for the purpose; the references are the
reviewed translations of the same texts. Scores are sacrebleu's chrF and BLEU (their signatures are
reported), and the edit distance is that of the characters, as a share of the longer text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from publisher.catalog import tags
from publisher.catalog.ledger import Ledger
from publisher.catalog.po import Catalog, Entry
from publisher.catalog.states import State, state_of
from publisher.engines import Engine, Term
from publisher.errors import MachineError


@dataclass(frozen=True, slots=True)
class Accepted:
    """From the ledger: how many drafts of an engine were reviewed, and how many unchanged."""

    engine: str
    reviewed: int
    unchanged: int
    edited: int
    pending: int

    @property
    def share(self) -> float:
        """Share of reviewed drafts that were accepted as they were, 0 to 1."""
        return self.unchanged / self.reviewed if self.reviewed else 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Drafts against references: ``chrf`` and ``bleu`` from 0 to 100, ``distance`` from 0 to 1."""

    engine: str
    segments: int
    left: int
    chrf: float
    bleu: float
    distance: float
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What is known of one language."""

    language: str
    accepted: tuple[Accepted, ...]
    scores: Scores | None = None
    examples: tuple[tuple[str, str, str], ...] = field(default=())

    def as_dict(self) -> dict[str, object]:
        """The evaluation as plain JSON data."""
        return {
            "language": self.language,
            "ledger": [
                {
                    "engine": item.engine,
                    "reviewed": item.reviewed,
                    "unchanged": item.unchanged,
                    "edited": item.edited,
                    "pending": item.pending,
                    "share_unchanged": round(item.share, 4),
                }
                for item in self.accepted
            ],
            "scores": None
            if self.scores is None
            else {
                "engine": self.scores.engine,
                "segments": self.scores.segments,
                "left": self.scores.left,
                "chrf": round(self.scores.chrf, 2),
                "bleu": round(self.scores.bleu, 2),
                "edit_distance": round(self.scores.distance, 4),
                "signature": self.scores.signature,
            },
        }


def acceptance(catalog: Catalog, ledger: Ledger) -> tuple[Accepted, ...]:
    """What became of each engine's drafts, sorted by engine.

    A draft counts as reviewed once its entry is; unchanged when the reviewed text is the draft's.
    """
    counts: dict[str, list[int]] = {}
    for entry in catalog.entries:
        if entry.obsolete:
            continue
        # A draft of some sentences says little of the engine: the rest of the text is a human's.
        drafts = [e for e in ledger.history(entry.key) if e.kind == "drafted" and not e.partial]
        if not drafts:
            continue
        draft = drafts[-1]
        row = counts.setdefault(draft.by, [0, 0, 0, 0])
        state = state_of(entry, ledger)
        same = any(event.id == draft.id for event in ledger.of_text(entry))
        if state.clean:
            row[0] += 1
            row[1] += same
        elif state is State.MACHINE:
            row[3] += 1
        elif entry.translated:
            row[2] += 1
    return tuple(Accepted(engine, *counts[engine]) for engine in sorted(counts))


def references(catalog: Catalog, ledger: Ledger) -> list[Entry]:
    """The entries that a human stands for: what drafts are compared with."""
    return [
        entry
        for entry in catalog.entries
        if not entry.obsolete and entry.msgid_plural is None and state_of(entry, ledger).clean
    ]


def compare(
    engine: Engine, reviewed: Sequence[Entry], terms: Sequence[Term] = ()
) -> tuple[Scores, tuple[tuple[str, str, str], ...]]:
    """Draft reviewed texts anew and score the drafts; also returns (source, draft, reference).

    The sentence memory is left out, since it would hand the reference back.
    """
    from publisher.translate import request_for

    requests = [request_for(entry, terms) for entry in reviewed]
    drafts = dict(engine.translate(requests, {}))
    pairs = [
        (entry.msgid, drafts[number].text, entry.msgstr)
        for number, entry in enumerate(reviewed)
        if drafts[number].text
    ]
    stripped = [
        (tags.strip(draft, tags.names_in(source)), tags.strip(reference, tags.names_in(source)))
        for source, draft, reference in pairs
    ]
    scores = score(
        [draft for draft, _ in stripped], [reference for _, reference in stripped], engine.label
    )
    left = len(reviewed) - len(pairs)
    return (
        Scores(
            engine.label,
            len(pairs),
            left,
            scores.chrf,
            scores.bleu,
            scores.distance,
            scores.signature,
        ),
        tuple(pairs),
    )


def score(drafts: Sequence[str], against: Sequence[str], engine: str = "") -> Scores:
    """chrF and BLEU of a corpus by sacrebleu, and the mean edit distance.

    Raises MachineError where sacrebleu is not installed.
    """
    try:
        from sacrebleu.metrics.bleu import BLEU
        from sacrebleu.metrics.chrf import CHRF
    except ImportError as error:
        raise MachineError(
            "sacrebleu is not installed", hint="Install it with: pip install 'publisher[mt]'"
        ) from error
    from rapidfuzz.distance import Levenshtein

    if not drafts:
        return Scores(engine, 0, 0, 0.0, 0.0, 0.0)
    chrf, bleu = CHRF(), BLEU(effective_order=len(drafts) == 1)
    first = chrf.corpus_score(list(drafts), [list(against)])
    second = bleu.corpus_score(list(drafts), [list(against)])
    distances = [
        Levenshtein.normalized_distance(draft, reference)
        for draft, reference in zip(drafts, against, strict=True)
    ]
    signature = f"{chrf.get_signature()}; {bleu.get_signature()}"
    return Scores(
        engine,
        len(drafts),
        0,
        float(first.score),
        float(second.score),
        sum(distances) / len(distances),
        signature,
    )


def evaluate(
    language: str,
    catalog: Catalog,
    ledger: Ledger,
    open_engine: Callable[[], Engine] | None,
    terms: Sequence[Term] = (),
) -> Evaluation:
    """Everything about one language; without ``open_engine`` only what the ledger tells."""
    accepted = acceptance(catalog, ledger)
    reviewed = references(catalog, ledger)
    if open_engine is None or not reviewed:
        return Evaluation(language, accepted)
    scores, examples = compare(open_engine(), reviewed, terms)
    return Evaluation(language, accepted, scores, examples)
