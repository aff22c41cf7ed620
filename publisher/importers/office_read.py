"""Run pandoc on a prepared manuscript and give every paragraph its facts back."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from publisher import pandoc
from publisher.ast import (
    EMPTY_ATTR,
    Blocks,
    Inlines,
    Node,
    map_block,
    map_inline,
    normalise_blocks,
)
from publisher.errors import InputError
from publisher.importers.office_facts import (
    CLOSE,
    COMMENT,
    IMAGE,
    MARKS,
    OPEN,
    SPAN,
    SPAN_END,
    Fact,
    Prepared,
)

# Pandoc's run-time system stops at this heap, long before the machine suffers.
_HEAP = "-M900m"
_SECONDS = 240

_TOKEN = re.compile(
    f"{OPEN}(?P<paragraph>\\d+){CLOSE}|{COMMENT}(?P<comment>\\d*){CLOSE}|{SPAN}(?P<span>\\d+){CLOSE}"
    f"|{IMAGE}(?P<image>\\d+){CLOSE}|(?P<end>{SPAN_END})"
)


@dataclass(slots=True)
class Read:
    """Blocks whose paragraphs and headings hold their number under ``"line"``."""

    blocks: Blocks
    prepared: Prepared
    pictures: list[int] = field(default_factory=list)

    def fact(self, block: Node) -> Fact:
        """The facts of a paragraph, heading, or of the first paragraph in a list or table."""
        line = first_line(block)
        return self.prepared.facts.get(line) or Fact(line)


def first_line(block: Node) -> int:
    """The number of the first paragraph in a block; 1 where there is none."""
    if "line" in block:
        return int(block["line"])
    found: list[int] = []

    def blocks(children: Blocks, _role: str) -> Blocks:
        for child in children:
            if not found:
                found.append(first_line(child)) if "line" in child else map_block(
                    child, blocks, lambda inlines, _: inlines
                )
        return children

    map_block(block, blocks, lambda inlines, _: inlines)
    return found[0] if found else 1


def read(prepared: Prepared, name: str) -> Read:
    """Parse ``prepared.data``; raises InputError when pandoc cannot."""
    try:
        out = pandoc.run(
            ["+RTS", _HEAP, "-RTS", "-f", prepared.format, "-t", "json"],
            prepared.data,
            timeout=_SECONDS,
        )
    except InputError as error:
        hint = "Open the file in its program, save it anew and import that."
        raise InputError(
            f"the document cannot be read ({_short(error.message)})", path=name, hint=hint
        ) from error
    blocks: Blocks = json.loads(out)["blocks"]
    work = _Unmarker(prepared)
    result = normalise_blocks(work.blocks(blocks, ""))
    return Read(result, prepared, work.pictures)


def _short(message: str) -> str:
    return " ".join(message.removeprefix("pandoc failed:").split())[:90]


class _Unmarker:
    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.pictures: list[int] = []

    def blocks(self, blocks: Blocks, _role: str) -> Blocks:
        result: Blocks = []
        for block in blocks:
            kind = block["t"]
            if kind == "CodeBlock":
                text = block["c"][1]
                found = _TOKEN.search(text)
                line = int(found["paragraph"]) if found and found["paragraph"] else 1
                clean = MARKS.sub("", _TOKEN.sub("", text))
                result.append({"t": kind, "c": [list(EMPTY_ATTR), clean], "line": line})
                continue
            if kind == "RawBlock":
                continue
            if kind == "Div":
                result.extend(self.blocks(block["c"][1], ""))
                continue
            if kind == "OrderedList":
                (start, style, close), items = block["c"]
                style = {"t": "Decimal"} if style["t"] == "DefaultStyle" else style
                close = {"t": "Period"} if close["t"] == "DefaultDelim" else close
                block = {"t": kind, "c": [[start, style, close], items]}
            if kind == "Header":
                level, _, inlines = block["c"]
                block = {"t": kind, "c": [level, list(EMPTY_ATTR), inlines]}
            lines: list[int] = []

            def inlines_of(children: Inlines, _role: str, lines: list[int] = lines) -> Inlines:
                return self.inlines(children, lines)

            block = map_block(block, self.blocks, inlines_of)
            if kind in {"Para", "Plain", "Header"} and lines:
                block = {**block, "line": lines[0]}
            result.append(block)
        return result

    def inlines(self, inlines: Inlines, lines: list[int]) -> Inlines:
        stack: list[tuple[int, Inlines]] = [(0, [])]
        for node in inlines:
            kind = node["t"]
            if kind == "Str":
                self.string(node["c"], lines, stack)
            elif kind == "Note":
                stack[-1][1].append({"t": "Note", "c": self.blocks(node["c"], "footnote")})
            elif kind == "Link":
                _, content, target = node["c"]
                stack[-1][1].append(
                    {"t": "Link", "c": [list(EMPTY_ATTR), self.inlines(content, lines), target]}
                )
            elif kind == "Span":
                stack[-1][1].extend(self.inlines(node["c"][1], lines))
            elif kind == "Code":
                clean = MARKS.sub("", _TOKEN.sub("", node["c"][1]))
                stack[-1][1].append({"t": "Code", "c": [list(EMPTY_ATTR), clean]})
            elif kind in {"RawInline", "Image"}:
                continue
            else:
                stack[-1][1].append(
                    map_inline(node, self.blocks, lambda c, _: self.inlines(c, lines))
                )
        while len(stack) > 1:
            self.close(stack)
        return stack[0][1]

    def string(self, text: str, lines: list[int], stack: list[tuple[int, Inlines]]) -> None:
        at = 0
        for found in _TOKEN.finditer(text):
            if found.start() > at:
                stack[-1][1].append({"t": "Str", "c": text[at : found.start()]})
            at = found.end()
            if found["paragraph"]:
                lines.append(int(found["paragraph"]))
            elif found["comment"]:
                fact = self.prepared.facts.get(lines[0]) if lines else None
                if fact is not None:
                    fact.comments = (*fact.comments, int(found["comment"]))
            elif found["span"]:
                stack.append((int(found["span"]), []))
            elif found["image"]:
                number = int(found["image"])
                self.pictures.append(number)
                alt = self.prepared.pictures[number][1]
                stack[-1][1].append(
                    {"t": "Image", "c": [list(EMPTY_ATTR), _words(alt), [f"picture:{number}", ""]]}
                )
            elif found["end"] and len(stack) > 1:
                self.close(stack)
        if at < len(text):
            stack[-1][1].append({"t": "Str", "c": text[at:]})

    def close(self, stack: list[tuple[int, Inlines]]) -> None:
        """End a span with a class or a language; neighbours that are alike become one."""
        number, content = stack.pop()
        cls, language = self.prepared.spans.get(number, ("", ""))
        attr = ["", [cls] if cls else [], [["lang", language]] if language else []]
        before = stack[-1][1]
        if before and before[-1]["t"] == "Span" and before[-1]["c"][0] == attr:
            before[-1] = {"t": "Span", "c": [attr, [*before[-1]["c"][1], *content]]}
        elif content:
            before.append({"t": "Span", "c": [attr, content]})


def _words(text: str) -> Inlines:
    from publisher.ast import words

    return words(" ".join(text.split()))
