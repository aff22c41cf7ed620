"""Raw inline HTML that a source may hold, as AST nodes; everything else is refused."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from publisher.ast import Inlines, Node, string

_TAG = re.compile(r"<(/?)([a-zA-Z]+)((?:\s+[^<>]*)?)\s*(/?)>\Z")
_TITLE = re.compile(r"""\btitle\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def _span(name: str) -> Callable[[Inlines, str], Node]:
    def build(content: Inlines, attributes: str) -> Node:
        title = _TITLE.search(attributes)
        keys = [["title", html.unescape(title[1] or title[2] or "")]] if title else []
        return {"t": "Span", "c": [["", [name], keys], content]}

    return build


def _container(kind: str) -> Callable[[Inlines, str], Node]:
    return lambda content, _: {"t": kind, "c": content}


_PAIRED: dict[str, Callable[[Inlines, str], Node]] = {
    "sub": _container("Subscript"),
    "sup": _container("Superscript"),
    "u": _container("Underline"),
    "mark": _span("mark"),
    "small": _span("small"),
    "kbd": _span("kbd"),
    "abbr": _span("abbr"),
}


def inline_html(inlines: Inlines) -> tuple[Inlines, list[tuple[str, int | None]]]:
    """Inlines with allowed raw HTML turned into nodes, and ``(text, line)`` of what was refused.

    Comments are dropped; ``br`` and ``wbr`` become a line break and a zero-width space; ``sub``,
    ``sup``, ``u``, ``mark``, ``small``, ``kbd`` and ``abbr`` become what they stand for.
    """
    if not any(node["t"] == "RawInline" for node in inlines):
        return inlines, []
    refused: list[tuple[str, int | None]] = []
    stack: list[tuple[str, str, Inlines, int | None]] = [("", "", [], None)]
    for node in inlines:
        if node["t"] != "RawInline":
            stack[-1][2].append(node)
            continue
        kind, text = node["c"]
        line = node.get("line")
        if kind == "html" and text.startswith("<!--"):
            continue
        tag = _TAG.match(text) if kind == "html" else None
        name = tag[2].lower() if tag else ""
        if tag and name in {"br", "wbr"} and not tag[1]:
            stack[-1][2].append({"t": "LineBreak"} if name == "br" else string("\u200b"))
        elif tag and name in _PAIRED and not tag[1] and not tag[4]:
            stack.append((name, tag[3], [], line))
        elif tag and tag[1] and stack[-1][0] == name:
            _, attributes, content, _ = stack.pop()
            stack[-1][2].append(_PAIRED[name](content, attributes))
        else:
            refused.append((text, line))
    while len(stack) > 1:
        name, _, content, line = stack.pop()
        refused.append((f"<{name}> that is never closed", line))
        stack[-1][2].extend(content)
    return stack[0][2], refused
