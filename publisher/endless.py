"""What multiplies without end: things that hold others, which hold others again, or themselves."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Thing = TypeVar("Thing", bound=Hashable)


def find(
    starts: Iterable[Thing], parts: Callable[[Thing], Iterable[Thing]], most: int
) -> tuple[Thing, Thing | None] | None:
    """The first thing that comes to more than ``most`` with all it holds, each as often as it is held.

    With it comes the part through which it holds itself, None where it does not. None where there is no
    such thing. Walks without recursion, and each thing once.
    """
    weights: dict[Thing, int] = {}
    open_now: set[Thing] = set()
    waiting = [(thing, False) for thing in starts]
    while waiting:
        thing, done = waiting.pop()
        if done:
            open_now.discard(thing)
            weights[thing] = 1 + sum(weights[part] for part in parts(thing))
            if weights[thing] > most:
                return thing, None
        elif thing not in weights:
            open_now.add(thing)
            waiting.append((thing, True))
            for part in parts(thing):
                if part in open_now:
                    return thing, part
                waiting.append((part, False))
    return None
