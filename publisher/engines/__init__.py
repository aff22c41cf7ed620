"""Machine-translation engines: one file an engine, all behind one protocol.

An engine gets a batch of requests (msgids with tags) and yields drafts as they become ready. It
promises that a draft holds every tag, number, address and term of its request, or is empty with the
reason: what the engine cannot save is left for a human. Engines know no catalogs or ledgers.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from publisher.errors import UsageError


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the term base: where the source holds ``source``, the draft must hold ``target``.

    ``others`` will do as well, and so will inflected forms, unless ``exact``, as for a name that is
    not translated (``target`` equals ``source``). What is put in by force is ``target``.
    """

    source: str
    target: str
    others: tuple[str, ...] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One text to translate: a msgid, the tags that are markup in it, the terms that bind it.

    ``tags`` maps tag names to "stands alone" (``<note1/>``), as ``Segment.tag_names`` does.
    """

    text: str
    tags: Mapping[str, bool] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What an engine made of a request.

    ``text`` is empty where the request is left for a human, and ``reason`` then says why. ``score``
    runs from 0 (doubtful) to 1, None where the engine cannot tell. ``fallbacks`` names what only a
    safer method could save, one word or two each, in a fixed order; ``sentences``,
    ``fallback_sentences`` and ``known_sentences`` (taken from reviewed text) count.
    """

    text: str
    score: float | None = None
    reason: str = ""
    fallbacks: tuple[str, ...] = ()
    sentences: int = 1
    fallback_sentences: int = 0
    known_sentences: int = 0


class Engine(Protocol):
    """A way from one language to another."""

    @property
    def label(self) -> str:
        """Engine, way and version, as provenance shows them: ``argos en→pt 0.1``."""

    def translate(
        self, requests: Sequence[Request], known: Mapping[str, str]
    ) -> Iterator[tuple[int, Draft]]:
        """Yield ``(index of the request, draft)`` in batches, as they become ready.

        ``known`` maps sentences to translations that a human has reviewed; they are used as they
        stand. Raises MachineError when the engine itself fails.
        """


@dataclass(frozen=True, slots=True)
class Settings:
    """What an engine may be told; an engine ignores what it has no use for.

    ``models`` are the folders to look for models in, first match wins. ``beam`` 0 is the engine's
    default. ``threads`` 0 means all cores. ``url`` and ``key`` are for an engine behind a server.
    ``growth`` is by how much a pseudo-translation is longer than its source, as a share of it.
    """

    models: tuple[Path, ...] = ()
    beam: int = 0
    threads: int = 0
    url: str = ""
    key: str = ""
    languages: Path | None = None
    growth: float = 0.3


Factory = Callable[[str, str, Settings], Engine]

ENGINES = ("argos", "apertium", "libretranslate", "pseudo")
"""Names of the engines; each is a module here with ``open_engine(source, target, settings)``."""


def open_engine(name: str, source: str, target: str, settings: Settings) -> Engine:
    """The engine ``name`` from one language to another.

    Raises UsageError for an unknown name and MachineError where the machine lacks the engine's
    library, program, server or model, with the command that mends it.
    """
    if name not in ENGINES:
        raise UsageError(f"there is no engine “{name}” (engines: {', '.join(ENGINES)})")
    factory: Factory = importlib.import_module(f"publisher.engines.{name}").open_engine
    return factory(source, target, settings)
