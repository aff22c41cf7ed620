"""What needs no engine: a text that is nothing but an address, and the target of a link.

The address of a link that may be localised is the reviewer's to change; a machine can only spoil it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from publisher.catalog import tags
from publisher.engines.masks import addresses

LABEL = "copied"
"""Stands for the engine in provenance."""

LINK_TARGET = "link target"
"""How the first ``#.`` comment of an entry ends that holds the address of a localised link."""


def is_copied(text: str, names: Iterable[str], comments: Sequence[str]) -> bool:
    """Whether a msgid with these tags and ``#.`` comments is copied instead of translated."""
    if comments and comments[0].endswith(LINK_TARGET):
        return True
    plain = tags.strip(text, names).strip()
    return addresses(plain) == [(0, len(plain))]
