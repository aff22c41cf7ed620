"""Runs of text: one direction and one language each, their look from named character styles."""

from __future__ import annotations

import re
import unicodedata
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from publisher.editions.docx_styles import COMPLEX_SCRIPTS, EAST_ASIAN_SCRIPTS
from publisher.editions.docx_tags import script_of, word_tag
from publisher.editions.docx_xml import XML_SPACE, W, el, local, properties, put, sort_children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publisher.language import Language

_STRONG_LEFT = frozenset({"L", "LRE", "LRO", "LRI"})
_STRONG_RIGHT = frozenset({"R", "AL", "RLE", "RLO", "RLI"})
# A number that follows a Latin word belongs to it (UAX #9, W7): COVID-19, CO2, Windows 11.
_TRAILER = re.compile(r"(?:[\s\-–/.+,:]*[0-9]+(?:[.,][0-9]+)*%?)+")

_TOGGLES = {
    frozenset({"b"}): "Strong",
    frozenset({"i"}): "Emphasis",
    frozenset({"b", "i"}): "IntenseEmphasis",
    frozenset({"strike"}): "Strikethrough",
    frozenset({"smallCaps"}): "SmallCapitals",
    frozenset({"u"}): "Underline",
    frozenset({"superscript"}): "Superscript",
    frozenset({"subscript"}): "Subscript",
}
_KEPT = frozenset({"rStyle", "lang", "rtl", "noProof"})
_CODE = frozenset({"VerbatimChar", "Keyboard"})


def split_directions(text: str, *, rtl: bool) -> Iterator[tuple[str, bool]]:
    """Parts of a text, each with whether it runs from right to left.

    ``rtl`` is the direction of the passage that the text belongs to.
    A part against the passage's direction reaches from its first to its last strong character, with
    the neutral characters and numbers between them; all else goes with the passage.
    """
    foreign = _STRONG_LEFT if rtl else _STRONG_RIGHT
    own = _STRONG_RIGHT if rtl else _STRONG_LEFT
    start = end = -1
    done = 0
    for index, char in enumerate(text):
        kind = unicodedata.bidirectional(char)
        if kind in foreign or (end == index and kind == "NSM"):
            start = index if start < 0 else start
            end = index + 1
        elif kind in own and start >= 0:
            yield from _parts(text, done, start, end, rtl)
            done, start = _with_trailer(text, end, rtl), -1
            end = -1
    if start >= 0:
        yield from _parts(text, done, start, end, rtl)
        done = _with_trailer(text, end, rtl)
    if done < len(text):
        yield text[done:], rtl


def _parts(text: str, done: int, start: int, end: int, rtl: bool) -> Iterator[tuple[str, bool]]:
    if done < start:
        yield text[done:start], rtl
    yield text[start : _with_trailer(text, end, rtl)], not rtl


def _with_trailer(text: str, end: int, rtl: bool) -> int:
    match = _TRAILER.match(text, end) if rtl else None
    return match.end() if match else end


class Runs:
    """Finishes the runs of an edition in one language; ``known`` are ids of character styles."""

    def __init__(self, language: Language, *, rtl: bool, known: frozenset[str]) -> None:
        self.own = language
        self.code = language.code
        self.rtl = rtl
        self.known = known
        self._tags: dict[str, tuple[str, str, bool]] = {}

    def finish(self, paragraph: Any, language: str = "") -> None:
        """All runs of a paragraph; ``language`` is the paragraph's own where it differs."""
        for run in list(paragraph.iter(f"{W}r")):
            self._style(run)
            self._language(run, language)
        _merge(paragraph)
        code = paragraph.find(f"{W}pPr/{W}pStyle[@{W}val='SourceCode']") is not None
        for run in list(paragraph.iter(f"{W}r")):
            if not code:
                self._typeset(run)
            self._direct(run, language)

    def _typeset(self, run: Any) -> None:
        """The spaces of the language's typography, in text that is in the language and no code."""
        node = run.find(f"{W}rPr")
        if node is not None:
            style = node.find(f"{W}rStyle")
            if node.find(f"{W}lang") is not None:
                return
            if style is not None and style.get(f"{W}val") in _CODE:
                return
        for text in run.findall(f"{W}t"):
            text.text = self.own.typeset(text.text or "")

    def _style(self, run: Any) -> None:
        """Direct formatting of pandoc's becomes a character style."""
        node = run.find(f"{W}rPr")
        if node is None:
            return
        for child in list(node):
            # Pandoc repeats a property where the source nests it; the innermost counts.
            if node.findall(child.tag)[-1] is not child:
                node.remove(child)
        style = node.find(f"{W}rStyle")
        if style is not None and style.get(f"{W}val") not in self.known:
            node.remove(style)
            style = None
        names = set()
        for child in list(node):
            name = local(child)
            if name in {"bCs", "iCs"}:
                continue
            if name == "vertAlign":
                names.add(child.get(f"{W}val"))
            elif name not in _KEPT:
                names.add(name)
        found = _TOGGLES.get(frozenset(names))
        if style is None and found:
            for child in list(node):
                if local(child) not in _KEPT:
                    node.remove(child)
            node.append(el("w:rStyle", val=found))
        sort_children(node)
        if not len(node):
            run.remove(node)

    def _language(self, run: Any, language: str) -> None:
        node = run.find(f"{W}rPr")
        given = None if node is None else node.find(f"{W}lang")
        code = language if given is None else given.get(f"{W}val", "")
        if node is not None and given is not None:
            node.remove(given)
            if (rtl := node.find(f"{W}rtl")) is not None:
                node.remove(rtl)
        if code and code != self.code:
            slot, tag, _ = self._tag(code)
            put(properties(run, "rPr"), el("w:lang", **{slot: tag}))
        if node is not None and not len(node) and node.getparent() is not None:
            run.remove(node)

    def _tag(self, code: str) -> tuple[str, str, bool]:
        """The slot of ``w:lang``, Word's tag and the direction for a language code."""
        if code not in self._tags:
            from publisher.language import direction_of

            script = script_of(code)
            slot = "val"
            if script in COMPLEX_SCRIPTS:
                slot = "bidi"
            elif script in EAST_ASIAN_SCRIPTS:
                slot = "eastAsia"
            self._tags[code] = (slot, word_tag(code), direction_of(code) == "rtl")
        return self._tags[code]

    def _direct(self, run: Any, language: str) -> None:
        """Split a run into runs of one direction, those from right to left with ``w:rtl``."""
        node = run.find(f"{W}rPr")
        lang = None if node is None else node.find(f"{W}lang")
        if lang is not None:
            rtl = lang.get(f"{W}bidi") is not None and self._is_rtl(lang.get(f"{W}bidi"))
        else:
            rtl = self._tag(language)[2] if language else self.rtl
        texts = run.findall(f"{W}t")
        if not texts:
            if rtl and (run.find(f"{W}fldChar") is None):
                put(properties(run, "rPr"), el("w:rtl"))
            return
        if len(texts) == 1 and len(run) == (1 if node is None else 2):
            parts = list(split_directions(texts[0].text or "", rtl=rtl))
            if len(parts) > 1:
                self._split(run, parts)
                return
            if parts:
                rtl = parts[0][1]
        if rtl:
            put(properties(run, "rPr"), el("w:rtl"))

    def _is_rtl(self, tag: str) -> bool:
        from publisher.language import direction_of

        return direction_of(tag) == "rtl"

    def _split(self, run: Any, parts: list[tuple[str, bool]]) -> None:
        parent = run.getparent()
        at = parent.index(run)
        node = run.find(f"{W}rPr")
        parent.remove(run)
        for offset, (text, rtl) in enumerate(parts):
            new = el("w:r", None if node is None else deepcopy(node))
            piece = el("w:t", text)
            piece.set(XML_SPACE, "preserve")
            new.append(piece)
            if rtl:
                put(properties(new, "rPr"), el("w:rtl"))
            parent.insert(at + offset, new)


def _merge(paragraph: Any) -> None:
    """Join neighbouring runs of plain text with the same properties."""
    for parent in [paragraph, *paragraph.iter(f"{W}hyperlink")]:
        before: Any = None
        for run in list(parent):
            if run.tag != f"{W}r" or not _is_plain(run):
                before = None
                continue
            if before is not None and _key(before) == _key(run):
                target = before.find(f"{W}t")
                target.text = (target.text or "") + (run.find(f"{W}t").text or "")
                parent.remove(run)
                continue
            before = run


def _is_plain(run: Any) -> bool:
    names = [local(child) for child in run]
    return names in (["t"], ["rPr", "t"])


def _key(run: Any) -> tuple[Any, ...]:
    node = run.find(f"{W}rPr")
    if node is None:
        return ()
    return tuple((child.tag, tuple(sorted(child.attrib.items()))) for child in node)
