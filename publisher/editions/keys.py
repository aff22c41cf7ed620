"""Key figures: a definition list, or bullets that begin in bold, as large numerals with labels."""

from __future__ import annotations

import re
from typing import Any


def key_figures(group: Any) -> None:
    """A definition list, or bullets that begin in bold, as a list of numerals and labels."""
    items: list[tuple[list[Any], str | None, list[Any], str | None]] = []
    if group.tag == "dl":
        for child in group:
            if child.tag == "dt":
                items.append((list(child), child.text, [], None))
            elif items:
                contents = child
                if len(child) == 1 and child[0].tag == "p" and not (child.text or "").strip():
                    contents = child[0]
                items[-1] = (*items[-1][:2], list(contents), contents.text)
    else:
        for child in group:
            contents = child[0] if len(child) and child[0].tag == "p" else child
            if not len(contents) or contents[0].tag != "strong" or (contents.text or "").strip():
                return
            strong = contents[0]
            words = re.sub(r"^\s*[:–—]?\s*", "", strong.tail or "")
            strong.tail = None
            items.append((list(strong), strong.text, list(contents)[1:], words))
    group.tag = "ul"
    group.set("class", "keys")
    for child in list(group):
        group.remove(child)
    group.text = None
    for numeral, numeral_text, label, label_text in items:
        item = group.makeelement("li", {})
        for name, parts, string in (
            ("key", numeral, numeral_text),
            ("key-label", label, label_text),
        ):
            span = group.makeelement("span", {"class": name})
            span.text = (string or "").lstrip() if parts else (string or "").strip()
            for part in parts:
                span.append(part)
            span.tail = " " if name == "key" else None
            item.append(span)
        group.append(item)
