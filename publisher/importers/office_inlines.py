"""Text of an office document made clean: spaces, breaks, quotation marks, emphasis, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from publisher.ast import (
    CONTAINERS,
    Blocks,
    Inlines,
    Node,
    map_inline,
    normalise_inlines,
    plain_text,
    string,
)
from publisher.importers.lexicon import Lexicon
from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.office_facts import LABEL, TAB
from publisher.importers.office_text import HELD, held_text, map_text
from publisher.importers.quotes import Quotes, curl

_TERMINAL = re.compile(r"[.!?:;…][”’»\")\]]*$")
_ITEM = re.compile(r"\s*(?:[•·▪‣◦●○■□–—*-]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])[\s\ue104]")
_DASH = re.compile(r"(?<=[^\s\d])( )-(?= )|(?<=\d)( )-(?= [^\W\d])")
# What any rule of typography could want to change.
_MARKED = re.compile("[\"'`´‘’“”„«»\u00ad\u00a0\u202f]|\\.\\.\\.|--| - ")
_NO_BREAK = "\u00a0"
_SHORT = 60
_BREAKING_HYPHEN = re.compile(r"([^\W\d_]+)-$")


@dataclass(slots=True)
class Cleaner:
    """Cleans inlines; ``repairs`` grow. ``exact`` keeps an edition's own typography as it is."""

    quotes: Quotes
    repairs: list[Repair]
    lexicon: Lexicon = field(default_factory=Lexicon)
    exact: bool = False
    language: str = "en"

    def changed(self, line: int, rule: str, before: str, after: str = "") -> None:
        """Note one repair."""
        self.repairs.append(Repair(line, rule, before, after))

    def paragraphs(self, inlines: Inlines, line: int) -> list[Inlines]:
        """The content of one paragraph, cleaned; several where soft breaks stood for paragraphs."""
        pieces = [inlines] if self.exact else self.split(inlines, line)
        made = [self.clean(piece, line) for piece in pieces]
        return [piece for piece in made if piece]

    def heading(self, inlines: Inlines, line: int) -> Inlines:
        """The content of a heading: one line, without bold type."""
        if not self.exact:
            if any(node["t"] == "LineBreak" for node in _deep(inlines)):
                self.changed(line, "soft line break joined", excerpt(plain_text(inlines)))
            inlines = _spaced(inlines)
            inlines = _without(inlines, "Strong")
            if len(inlines) == 1 and inlines[0]["t"] in {"Emph", "Underline"}:
                inlines = inlines[0]["c"]
        return self.clean(inlines, line)

    def clean(self, inlines: Inlines, line: int) -> Inlines:
        """Inlines without tabs, stray spaces and typewriter's marks."""
        inlines = self._notes(self._tabs(inlines, line))
        inlines = normalise_inlines(_tidy(inlines), trim=True)
        if not self.exact:
            inlines = self._typography(inlines, line)
        while inlines and inlines[-1]["t"] == "LineBreak":
            inlines = inlines[:-1]
        while inlines and inlines[0]["t"] == "LineBreak":
            inlines = inlines[1:]
        return normalise_inlines([_auto(node) for node in inlines], trim=True)

    def _notes(self, inlines: Inlines) -> Inlines:
        """Notes' paragraphs are cleaned as paragraphs of their own."""
        result: Inlines = []
        for node in inlines:
            if node["t"] == "Note":
                blocks = self.blocks(node["c"])
                if blocks:
                    result.append({"t": "Note", "c": blocks})
            elif node["t"] in CONTAINERS or node["t"] in {"Link", "Span"}:
                result.append(map_inline(node, lambda b, _: b, lambda i, _: self._notes(i)))
            else:
                result.append(node)
        return result

    def blocks(self, blocks: Blocks) -> Blocks:
        """Blocks whose paragraphs are cleaned; used below the top level."""
        from publisher.ast import map_block

        result: Blocks = []
        for block in blocks:
            kind, line = block["t"], int(block.get("line", 1))
            if kind in {"Para", "Plain"}:
                result.extend({**block, "c": piece} for piece in self.paragraphs(block["c"], line))
            elif kind == "Header":
                level, attr, inlines = block["c"]
                result.append({**block, "c": [level, attr, self.heading(inlines, line)]})
            elif kind == "Table":
                result.append(block)
            else:
                result.append(map_block(block, lambda b, _: self.blocks(b), lambda i, _: i))
        return result

    def _tabs(self, inlines: Inlines, line: int) -> Inlines:
        text = plain_text(inlines)
        if TAB not in text and LABEL not in text:
            return inlines
        inner = text.strip().strip(TAB)
        if TAB in text and not self.exact:
            where = "tab made a space" if TAB in inner else "indentation removed"
            self.changed(line, where, excerpt(text.replace(TAB, "→")))
        return map_text(inlines, lambda piece: piece.replace(TAB, " ").replace(LABEL, ""))

    def _typography(self, inlines: Inlines, line: int) -> Inlines:
        if not _MARKED.search(held_text(inlines)):
            return inlines

        def single(piece: str) -> str:
            piece = piece.replace("\u00ad", "")
            piece = re.sub(r"(?<!\.)\.\.\.(?!\.)", "…", piece)
            piece = re.sub(r"(?<=\w)---(?=\w)", "—", piece)
            piece = re.sub(r"(?<!-)--(?!-)", "–", piece)
            return piece.replace("``", '"').replace("''", '"')

        before = held_text(inlines)
        inlines = map_text(inlines, single)
        flat = held_text(inlines)
        if "\u00ad" in before:
            self.changed(line, "hyphenation removed", excerpt(before.replace("\u00ad", "-")))
        if flat != before.replace("\u00ad", ""):
            self.changed(line, "hyphen to dash", excerpt(before), excerpt(flat))
        spaced = self._no_break(flat)
        if spaced != flat:
            shown = excerpt(_around(flat, spaced))
            self.changed(line, "non-breaking space made a space", shown.replace(_NO_BREAK, "°"))
        dashed = _DASH.sub(" –", spaced)
        if dashed != spaced:
            self.changed(line, "hyphen to dash", excerpt(_around(spaced, dashed)), "–")
        curled = curl(dashed, self.quotes)
        if curled != dashed:
            count = sum(a != b for a, b in zip(dashed, curled, strict=True))
            more = f" (and {count - 1} more)" if count > 1 else ""
            self.changed(line, "quotes curled", excerpt(_around(dashed, curled)),
                         excerpt(_around(curled, dashed)) + more)  # fmt: skip
        if curled == flat:
            return inlines
        place = 0

        def put(piece: str) -> str:
            nonlocal place
            new = curled[place : place + len(piece)]
            place += len(piece)
            return new

        def skip(length: int) -> None:
            nonlocal place
            place += length

        return normalise_inlines(map_text(inlines, put, skip), trim=True)

    def _no_break(self, text: str) -> str:
        """Non-breaking spaces stay beside figures and French marks, where typography wants them."""

        def change(found: re.Match[str]) -> str:
            before = text[found.start() - 1 : found.start()]
            after = text[found.end() : found.end() + 1]
            if before.isdigit() or after.isdigit() or (before in "№§«" and before):
                return found.group()
            if (after and after in "%‰°€$£:;!?»–—") or (before in "–—«" and before):
                return found.group()
            return " "

        return re.sub("[\u00a0\u202f]", change, text)

    def split(self, inlines: Inlines, line: int) -> list[Inlines]:
        """Soft line breaks: joined, or the end of a paragraph, by what stands around them."""
        if not any(node["t"] == "LineBreak" for node in inlines):
            if any(node["t"] == "LineBreak" for node in _deep(inlines)):
                self.changed(line, "soft line break joined", excerpt(plain_text(inlines)))
                return [_spaced(inlines)]
            return [inlines]
        parts: list[Inlines] = [[]]
        breaks: list[int] = []
        run = 0
        for node in inlines:
            if node["t"] == "LineBreak":
                run += 1
                continue
            if run and (node["t"] != "Space"):
                parts.append([])
                breaks.append(run)
                run = 0
            elif run:
                continue
            parts[-1].append(node)
        result: list[Inlines] = [parts[0]]
        for count, part in zip(breaks, parts[1:], strict=True):
            left, right = plain_text(result[-1]).strip(), plain_text(part).strip()
            if not left:
                result[-1] = [*result[-1], *part]
                continue
            shown = f"{excerpt(left, 40, end=True)} ↵ {excerpt(right, 40)}"
            if (
                count > 1
                or _ITEM.match(right)
                or (_TERMINAL.search(left) and len(left) > _SHORT and not right[:1].islower())
            ):
                self.changed(line, "soft line break made a paragraph", shown)
                result.append(part)
            elif (hyphened := self._hyphen(result[-1], right)) is not None:
                self.changed(line, "hyphenation removed", shown)
                result[-1] = [*hyphened, *part]
            elif right[:1].islower() or (len(left) > _SHORT and not _TERMINAL.search(left)):
                self.changed(line, "soft line break joined", shown)
                result[-1] = [*result[-1], {"t": "Space"}, *part]
            else:
                result[-1] = [*result[-1], {"t": "LineBreak"}, *part]
        return result

    def _hyphen(self, left: Inlines, right: str) -> Inlines | None:
        """``left`` made ready for a word's second half; None where no word is broken."""
        last = left[-1] if left else None
        word = re.match(r"[^\W\d_]+", right)
        if last is None or last["t"] != "Str" or word is None or not right[:1].islower():
            return None
        found = _BREAKING_HYPHEN.search(last["c"])
        if found is None:
            return None
        joined = self.lexicon.join(found[1], word.group())
        if "-" in joined:
            return left
        return [*left[:-1], string(last["c"][:-1])]


def _deep(inlines: Inlines) -> Iterator[Node]:
    for node in inlines:
        yield node
        if node["t"] in CONTAINERS:
            yield from _deep(node["c"])
        elif node["t"] in {"Link", "Span"}:
            yield from _deep(node["c"][1])


def _spaced(inlines: Inlines) -> Inlines:
    def one(node: Node) -> Node:
        if node["t"] == "LineBreak":
            return {"t": "Space"}
        return map_inline(node, lambda b, _: b, lambda i, _: _spaced(i))

    return [one(node) for node in inlines]


def _without(inlines: Inlines, kind: str) -> Inlines:
    result: Inlines = []
    for node in inlines:
        if node["t"] == kind:
            result.extend(_without(node["c"], kind))
        else:
            result.append(map_inline(node, lambda b, _: b, lambda i, _: _without(i, kind)))
    return result


def without_strong(inlines: Inlines) -> Inlines:
    """Inlines with their words and without bold type."""
    return normalise_inlines(_without(inlines, "Strong"), trim=True)


def _around(text: str, other: str) -> str:
    """The part of ``text`` around its first difference from ``other``."""
    place = next((i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), 0)
    start = text.rfind(" ", 0, max(0, place - 18)) + 1
    return text[start : place + 30].replace(HELD, "")


_MARKUP = frozenset({"Emph", "Strong", "Underline", "Strikeout", "SmallCaps"})


def _tidy(inlines: Inlines) -> Inlines:
    """Emphasis on words only: none on spaces and lone marks, neighbours joined."""
    result: Inlines = []
    for node in inlines:
        kind = node["t"]
        if kind in CONTAINERS:
            content = _tidy(node["c"])
            lead = [n for n in content[:1] if n["t"] in {"Space", "LineBreak"}]
            tail = [n for n in content[len(lead) :][-1:] if n["t"] in {"Space", "LineBreak"}]
            middle = content[len(lead) : len(content) - len(tail)]
            result.extend(lead)
            if (
                middle
                and kind in _MARKUP
                and not re.search(r"\w", plain_text(middle))
                and not any(n["t"] in {"Image", "Math", "Code"} for n in middle)
            ):
                result.extend(middle)
            elif middle:
                _join(result, {"t": kind, "c": middle})
            result.extend(tail)
        elif kind in {"Link", "Span"}:
            content = _tidy(node["c"][1])
            if content:
                result.append({**node, "c": [node["c"][0], content, *node["c"][2:]]})
        else:
            result.append(node)
    return result


def _join(result: Inlines, node: Node) -> None:
    """Append emphasis, into its neighbour of the same kind where only spaces lie between."""
    kind = node["t"]
    if result and result[-1]["t"] == kind:
        result[-1] = {"t": kind, "c": [*result[-1]["c"], *node["c"]]}
    elif (
        kind in {"Emph", "Strong"}
        and len(result) > 1
        and result[-1]["t"] == "Space"
        and result[-2]["t"] == kind
    ):
        space = result.pop()
        result[-1] = {"t": kind, "c": [*result[-1]["c"], space, *node["c"]]}
    else:
        result.append(node)


def _auto(node: Node) -> Node:
    """A link whose text is its address is an automatic link."""
    if node["t"] != "Link" or node["c"][0][1]:
        return node
    _, content, (target, title) = node["c"]
    shown = plain_text(content)
    if content and all(n["t"] == "Str" for n in content):
        if shown == target and re.match(r"https?://", target):
            return {"t": "Link", "c": [["", ["uri"], []], content, [target, title]]}
        if f"mailto:{shown}" == target:
            return {"t": "Link", "c": [["", ["email"], []], content, [target, title]]}
    return node
