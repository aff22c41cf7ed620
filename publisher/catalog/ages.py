"""How long texts have been waiting for a reviewer, from the ledger."""

from __future__ import annotations

from datetime import datetime

from publisher.catalog import tags
from publisher.catalog.kept import count_words
from publisher.catalog.ledger import Ledger
from publisher.catalog.po import Catalog
from publisher.catalog.states import State, state_of

AGES = (("up to a week", 7), ("up to a month", 31), ("up to three months", 92), ("older", None))
"""Names of the groups and the most days of each."""

UNKNOWN = "not known"
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def ages(catalog: Catalog, ledger: Ledger, now: str) -> dict[str, int]:
    """Source words of drafts by the age of their text; ``now`` is UTC as in the ledger.

    Drafts are texts that nobody has reviewed: a machine's, edited and changed ones. A text that the
    ledger does not know has no age.
    """
    found = dict.fromkeys((*(name for name, _ in AGES), UNKNOWN), 0)
    moment = datetime.strptime(now, _TIME)  # noqa: DTZ007 - both are UTC
    for entry in catalog.entries:
        if entry.obsolete or state_of(entry, ledger) not in _DRAFTS:
            continue
        names = tags.names_of(entry.msgid, entry.extracted) if "<" in entry.msgid else ()
        events = ledger.of_text(entry)
        name = UNKNOWN if not events else _group(moment, events[-1].time)
        found[name] += count_words(entry.msgid, names)
    return found


_DRAFTS = frozenset({State.MACHINE, State.EDITED, State.CHANGED})


def _group(now: datetime, time: str) -> str:
    try:
        days = (now - datetime.strptime(time, _TIME)).days  # noqa: DTZ007
    except ValueError:
        # The ledger's form allows a day that no calendar has.
        return UNKNOWN
    return next(name for name, most in AGES if most is None or days <= most)
