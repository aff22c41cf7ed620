"""Engines for the tests of drafting: what they answer is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from publisher.catalog import tags
from publisher.engines import Draft, Request


def capitals(request: Request, quality: float = 0.9) -> Draft:
    """The text in capitals, its tags as they are."""
    text = "".join(
        piece.upper() if form == "text" else piece
        for piece, _, form in tags.tokens(request.text, request.tags)
    )
    return Draft(text, quality)


class Fixed:
    """An engine whose drafts are known, and which remembers what it was asked."""

    label = "fixed en→az 1"

    def __init__(self, answer: Callable[[Request], Draft] = capitals) -> None:
        self.answer = answer
        self.asked: list[Request] = []

    def translate(
        self,
        requests: Sequence[Request],
        known: Mapping[str, str],
    ) -> Iterator[tuple[int, Draft]]:
        """A draft for every request, one by one."""
        for number, request in enumerate(requests):
            self.asked.append(request)
            yield number, self.answer(request)
