"""Fold a text to what it says: typography and markup drop out, nothing that carries meaning does.

Two texts with the same fold differ in quotation marks, dashes, kinds of space, apostrophes or invisible
break marks only, so a translation may be carried over. Unicode's compatibility forms are *not* folded:
``10²`` is not ``102``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

from publisher.catalog import tags

_DOUBLE = "“”„‟«»″〝〞〟"
_SINGLE = "‘’‚‛‹›`´ʼ′"
_DASHES = "‐‑‒–—―−⸺⸻"
_SPACES = "\t\n\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_NOTHING = "\u00ad\u200b\u2060\ufeff\u200e\u200f"
_FOLD = str.maketrans(
    {
        **dict.fromkeys(_DOUBLE, '"'),
        **dict.fromkeys(_SINGLE, "'"),
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys(_NOTHING, ""),
        "…": "...",
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
    }
)
_SPACE = re.compile(" {2,}")
_DASH = re.compile(r" -{1,3} |(?<! )-{2,3}(?! )| ?-+ ?(?![0-9 ])")
_GUILLEMETS = re.compile(r"(?<=[«‹])\s+|\s+(?=[»›])")
_MARK_SPACE = re.compile(r" (?=[!?;:»,.)\]])|(?<=[«(\[]) ")
_QUOTE = re.compile(r"(?<![^\s(\[\"-])'(?=\S)|(?<=[^\s\d])'(?![\w])|(?<=\S)'(?=[\s,.;:!?)\]]|$)")


def fold(text: str) -> str:
    """The text without its typography.

    A dash keeps its place, whichever dash it is and whether spaces stand round it; but a sign before
    a figure stays apart (``from -3`` is not ``from 3``, nor ``from-3``). A single quotation mark equals a
    double one, an apostrophe within a word stays one.
    """
    if not text.isascii():
        text = _GUILLEMETS.sub("", unicodedata.normalize("NFC", text)).translate(_FOLD)
    elif "\n" in text or "\t" in text or "`" in text:
        text = text.translate(_FOLD)
    if "'" in text:
        text = _QUOTE.sub('"', text)
    if "-" in text:
        text = _DASH.sub("-", text)
    if "  " in text:
        text = _SPACE.sub(" ", text)
    return _MARK_SPACE.sub("", text).strip()


def bare(text: str, names: Collection[str]) -> str:
    """The fold of a text without its tags (``names``)."""
    return fold(tags.strip(text, names) if names and "<" in text else text)


_VITAL = frozenset({"a", "note", "code", "math", "img", "raw", "cite", "keep"})


def vital(text: str, names: Collection[str]) -> tuple[str, ...]:
    """Kinds of the tags in a text that a translation must hold, sorted."""
    if not names or "<" not in text:
        return ()
    return tuple(
        sorted(
            base
            for _, name, form in tags.tokens(text, names)
            if form in {"open", "empty"} and (base := tags.base_name(name)) in _VITAL
        )
    )


def sentence_key(text: str, names: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """What must be equal for the translation of a sentence to stay valid."""
    return bare(text, names), vital(text, names)


def described(extracted: Collection[str], names: Collection[str]) -> dict[str, str]:
    """What each tag stands for, from the ``#.`` comments of an entry."""
    found = dict.fromkeys(names, "")
    for line in extracted:
        name, equals, text = line.partition(" = ")
        if equals and name in found:
            found[name] = text
    return found


def renaming(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str | None]:
    """Which new tag each old one has become, None where it is gone.

    ``old`` and ``new`` map names to descriptions. Tags with the same description belong together,
    then those of one kind in order; so a link keeps its place when another is set before it.
    """
    result: dict[str, str | None] = {}
    free = list(new)
    for name, text in old.items():
        same = [
            other
            for other in free
            if tags.base_name(other) == tags.base_name(name) and new[other] == text
        ]
        if same:
            best = name if name in same else same[0]
            result[name] = best
            free.remove(best)
    for name in old:
        if name not in result:
            kind = [other for other in free if tags.base_name(other) == tags.base_name(name)]
            best_left = name if name in kind else kind[0] if kind else None
            result[name] = best_left
            if best_left is not None:
                free.remove(best_left)
    return {name: result[name] for name in old}


def retag(text: str, mapping: Mapping[str, str | None]) -> str:
    """The text with its tags renamed, those that map to None removed."""
    if all(name == new for name, new in mapping.items()) or "<" not in text:
        return text
    parts = []
    for piece, name, form in tags.tokens(text, mapping):
        if form == "text":
            parts.append(piece)
            continue
        new = mapping[name]
        if new is not None:
            parts.append({"open": f"<{new}>", "close": f"</{new}>", "empty": f"<{new}/>"}[form])
    return "".join(parts)
