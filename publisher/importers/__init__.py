"""Importers: one module a kind of manuscript.

A module here is an importer when it has ``ENDINGS`` (file endings in lower case, with the dot) and
``read(data, name, options)``. Nothing else has to be told about it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from publisher.errors import UsageError
from publisher.importers.manuscript import Manuscript, ManuscriptArticle, Repair

__all__ = [
    "Importer",
    "Manuscript",
    "ManuscriptArticle",
    "Options",
    "Repair",
    "endings",
    "importer_for",
]


def _nothing(_name: str) -> bytes | None:
    return None


@dataclass(frozen=True, slots=True)
class Options:
    """What the user may tell an importer.

    ``language`` is the source language's code, ``quotes`` its outer and inner quotation marks,
    ``encoding`` the encoding of a text file where it is known. ``split`` says where an article begins:
    ``auto``, ``1`` … ``6`` (a heading level), ``page`` (a page break) or ``none``. ``accept`` says
    whether tracked changes are accepted or rejected. ``beside`` reads a file that lies beside the
    manuscript (a web page's picture) by its relative name, None where there is none.
    """

    language: str = "en"
    quotes: tuple[str, str, str, str] = ("“", "”", "‘", "’")
    encoding: str | None = None
    split: str = "auto"
    accept: bool = True
    beside: Callable[[str], bytes | None] = _nothing


class Importer(Protocol):
    """A module that reads one kind of manuscript."""

    ENDINGS: tuple[str, ...]

    def read(self, data: bytes, name: str, options: Options) -> Manuscript:
        """Turn the bytes of the file ``name`` into a manuscript; raises InputError."""
        ...


def _importers() -> dict[str, Importer]:
    found: dict[str, Importer] = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda item: item.name):
        module = importlib.import_module(f"{__name__}.{info.name}")
        if hasattr(module, "ENDINGS") and hasattr(module, "read"):
            for ending in module.ENDINGS:
                found[ending] = cast(Importer, module)
    return found


def endings() -> tuple[str, ...]:
    """Every file ending that can be imported."""
    return tuple(sorted(_importers()))


def importer_for(name: str) -> Importer:
    """The importer for a file of this name; raises UsageError when there is none."""
    known = _importers()
    lower = name.lower()
    for ending in sorted(known, key=len, reverse=True):
        if lower.endswith(ending):
            return known[ending]
    raise UsageError(
        "this kind of manuscript cannot be imported",
        path=name,
        hint=f"Give a file that ends in {', '.join(sorted(known))}.",
    )
