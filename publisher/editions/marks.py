"""The mark on every page of an edition that must not be published, or not yet; in words, since a
colour or a watermark says nothing to a reader who cannot see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.editions import Edition

MESSAGES = ("Draft – not for publication", "Embargoed until {time}")
"""The msgids of the layout's catalog that this module uses."""


def mark(edition: Edition) -> str:
    """What an edition says on every page: that it is a draft, and its embargo; else empty.

    The embargo comes from the source and stays until it is taken out there: an edition is a function
    of its inputs, and nobody who opens it later should be misled by a clock.
    """
    draft = edition.words("Draft – not for publication") if edition.draft else ""
    return " · ".join(filter(None, (draft, embargo(edition))))


def embargo(edition: Edition) -> str:
    """Until when an edition is under embargo, in words; empty where it is not."""
    moment = edition.document.embargo
    if moment is None:
        return ""
    return edition.words("Embargoed until {time}", time=edition.language.format_moment(moment))


def classes(edition: Edition) -> str:
    """The classes of the element that holds the mark; ``embargo`` tells it from a mere draft's."""
    return "draft-mark embargo" if edition.document.embargo else "draft-mark"
