"""Engines that give back text alone, without attention: tags are placed by their phrases.

A marked phrase is also translated alone; where its translation stands once in the sentence's, the tag
goes there. Where it does not, the sentence is cut at its tags (``step.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from publisher.engines import Draft, Request, Settings
from publisher.engines.ct2 import Output
from publisher.engines.sentence_engine import SentenceEngine, style
from publisher.engines.step import Step

PIECE = 4
"""Characters that count as one piece where an engine has no pieces of its own."""

TranslateTexts = Callable[[Sequence[str]], list[str]]


class PlainTranslator:
    """A translator for a step, around a function that translates texts."""

    beam = 1
    aligns = False

    def __init__(self, translate_texts: TranslateTexts) -> None:
        self.translate_texts = translate_texts
        self._memory: dict[str, str] = {}

    def knows(self, text: str) -> bool:  # noqa: ARG002
        """Such engines read any character; whether it comes back is verified."""
        return True

    def size(self, text: str) -> int:
        """The length in units of a few characters."""
        return len(text) // PIECE

    def translate(self, texts: Sequence[str], *, beam: int = 0) -> list[Output]:  # noqa: ARG002
        """Each text once; what was asked before is remembered."""
        unknown = [text for text in dict.fromkeys(texts) if text not in self._memory]
        if unknown:
            self._memory.update(zip(unknown, self.translate_texts(unknown), strict=True))
        return [Output(self._memory[text], 0.0, text, tuple(text.split()), ()) for text in texts]


class PlainEngine:
    """An engine around a function that translates texts; scores say only what had to be mended."""

    def __init__(
        self,
        label: str,
        source: str,
        target: str,
        translate_texts: TranslateTexts,
        settings: Settings,
    ) -> None:
        step = Step(
            PlainTranslator(translate_texts), style(source, settings), style(target, settings)
        )
        self.label = label
        self._engine = SentenceEngine([step])

    def translate(
        self, requests: Sequence[Request], known: Mapping[str, str]
    ) -> Iterator[tuple[int, Draft]]:
        """Drafts in windows of a few seconds."""
        return self._engine.translate(requests, known)
