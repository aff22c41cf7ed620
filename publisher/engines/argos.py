"""The engine ``argos``: Argos packages run through CTranslate2 directly.

Argos gives the package format, the index and the way over a third language; the translation itself is
ours, since argostranslate goes paragraph by paragraph, knows no tags that survive, and loses what a
model's vocabulary lacks (figures in docs/translation.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from publisher.engines import Draft, Engine, Request, Settings
from publisher.engines.ct2 import Model, missing_library
from publisher.engines.packages import Package, installed, route, verify
from publisher.engines.sentence_engine import SentenceEngine, style
from publisher.engines.step import Step
from publisher.errors import MachineError


class Argos:
    """A chain of models, mostly one."""

    def __init__(self, steps: Sequence[Step], packages: Sequence[Package]) -> None:
        self.packages = packages
        self._engine = SentenceEngine(steps)

    @property
    def label(self) -> str:
        """``argos en→pt 0.1``; over a third language ``argos az→en→pt 1.5+0.1``."""
        ways = "→".join([self.packages[0].source, *(p.target for p in self.packages)])
        return f"argos {ways} {'+'.join(p.version for p in self.packages)}"

    def translate(
        self, requests: Sequence[Request], known: Mapping[str, str]
    ) -> Iterator[tuple[int, Draft]]:
        """Drafts in windows of a few seconds; in each, every sentence is translated once."""
        return self._engine.translate(requests, known)


def open_engine(source: str, target: str, settings: Settings) -> Engine:
    """The engine for a pair of languages, over a third one where no model leads there directly.

    Raises MachineError where no model is installed, or the extra is not.
    """
    packages = route(installed(settings.models), source, target)
    if not packages:
        try:
            import ctranslate2  # noqa: F401
        except ImportError as error:
            raise missing_library() from error
        raise MachineError(
            f"no translation model leads from {source} to {target}",
            hint=f"Install one: publisher models install {source}-{target}",
        )
    steps = []
    for package in packages:
        verify(package)
        steps.append(
            Step(
                Model(package, threads=settings.threads, beam=settings.beam),
                style(package.source if package is not packages[0] else source, settings),
                style(package.target if package is not packages[-1] else target, settings),
            )
        )
    return Argos(steps, packages)
