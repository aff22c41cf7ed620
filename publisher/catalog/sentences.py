"""Sentences of a text, by sentencex; tags never split one."""

from __future__ import annotations

import functools


@functools.lru_cache(maxsize=8192)
def sentences(text: str, language: str) -> tuple[str, ...]:
    """The sentences of ``text`` without the white space between them."""
    from sentencex import segment

    return tuple(part.strip() for part in segment(language, text) if part.strip())


def changed(old: str, new: str, language: str) -> tuple[str, ...]:
    """The sentences of ``new`` that ``old`` does not hold, in order."""
    before = set(sentences(old, language))
    return tuple(part for part in sentences(new, language) if part not in before)
