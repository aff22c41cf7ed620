"""The state of a catalog entry (design §4)."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.catalog.ledger import Ledger
    from publisher.catalog.po import Entry


class State(Enum):
    """From nothing to approved; the value is the word that users see."""

    MISSING = "missing"
    MACHINE = "machine"
    EDITED = "edited"
    CHANGED = "changed"
    REVIEWED = "reviewed"
    APPROVED = "approved"

    @property
    def clean(self) -> bool:
        """Whether a human stands behind the text."""
        return self in {State.REVIEWED, State.APPROVED}


def state_of(entry: Entry, ledger: Ledger) -> State:
    """The state of a current entry.

    A fuzzy entry is *machine* while its text is the draft that an engine wrote (the ledger knows the
    draft's hash), *edited* once it is not; a non-fuzzy one is reviewed, since people work in editors
    that know no more, and *approved* when the ledger holds an approval of this very text.
    """
    if not entry.translated:
        return State.MISSING
    if entry.fuzzy:
        if entry.previous_msgid is not None:
            return State.CHANGED
        events = ledger.of_text(entry)
        if events and events[-1].partial:
            # An editor has dropped the previous msgid; the ledger still knows.
            return State.CHANGED
        return State.MACHINE if ledger.is_draft(entry) else State.EDITED
    return State.APPROVED if ledger.is_approved(entry) else State.REVIEWED
