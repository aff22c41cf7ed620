"""The embargo's notice, the same words in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.editions import Edition


def notice(edition: Edition) -> str:
    """What an edition under embargo says at its head, empty where there is none.

    The time is the one that ``issue.toml`` gives, with its offset from UTC, since readers sit in many
    zones. The clock is never asked: an issue loses its embargo when its author takes it out.
    """
    until = edition.document.embargo
    if until is None:
        return ""
    offset = until.strftime("%z")
    # The signs stay with their figures in a line of either direction.
    zone = f"UTC{offset[:3]}:{offset[3:5]}" if offset and offset[1:5] != "0000" else "UTC"
    language = edition.language
    clock = language.localise_digits(f"{until:%H:%M}")
    time = f"{language.format_date(until.date())}, {clock} (\u2066{zone}\u2069)"
    return edition.words("Embargoed until {time}", time=time)
