"""The shape of an article: what must be equal in all languages and in all formats of one language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from publisher.ast import Blocks, Node, plain_text
from publisher.document import Article, Document, Text

COUNTS = ("links", "notes", "figures", "tables", "items")

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Shape:
    """Counts of one article.

    ``headings`` are the levels of its headings in order, its title apart; ``items`` those of lists;
    ``plain`` the least and most of what stands in lists without markers (key figures, terms and their
    definitions), None where a format does not tell; decorative images are no figures. ``numbers`` counts
    the runs of digits in its text, whatever their script; None where the text could not be read back.
    """

    headings: tuple[int, ...] = ()
    links: int = 0
    notes: int = 0
    figures: int = 0
    tables: int = 0
    items: int = 0
    plain: tuple[int, int] | None = (0, 0)
    numbers: Mapping[str, int] | None = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The shape as plain JSON data."""
        plain: dict[str, Any] = {"headings": list(self.headings)}
        plain |= {name: getattr(self, name) for name in COUNTS}
        plain["plain"] = None if self.plain is None else self.plain[1]
        plain["numbers"] = None if self.numbers is None else sum(self.numbers.values())
        return plain

    def differences(self, other: Shape, *, numbers: bool = True, links: bool = True) -> list[str]:
        """How ``other`` differs, in words; numbers that ``other`` has beyond these are no difference.

        ``links=False`` allows it links beyond these too: those of the layout's own lines.
        """
        found = []
        if self.headings != other.headings:
            found.append(f"headings {_levels(other.headings)} instead of {_levels(self.headings)}")
        for name in COUNTS:
            own, its = getattr(self, name), getattr(other, name)
            if own != its and (links or name != "links" or its < own):
                found.append(f"{its} {name} instead of {own}")
        if self.plain and other.plain and not _overlap(self.plain, other.plain):
            found.append(f"{other.plain[1]} unmarked items instead of {self.plain[1]}")
        if numbers and self.numbers is not None and other.numbers is not None:
            lost = Counter(self.numbers) - Counter(other.numbers)
            if lost:
                found.append("without the numbers " + ", ".join(sorted(lost)[:8]))
        return found


def _overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] <= second[1] and second[0] <= first[1]


def _levels(levels: tuple[int, ...]) -> str:
    return "–".join(map(str, levels)) or "none"


def numbers(text: str) -> Counter[str]:
    """The runs of digits of a text in Western figures (Unicode, decimal digit value)."""
    return Counter(
        "".join(str(unicodedata.digit(char)) for char in run) for run in _NUMBER.findall(text)
    )


def shapes(document: Document) -> dict[str, Shape]:
    """The shape of every article of a document, by id, the colophon last."""
    return {article.id: shape(article) for article in document.all_articles()}


def shape(article: Article) -> Shape:
    """The shape of one article."""
    count = _Counter()
    count.blocks(article.blocks)
    texts: Iterable[Text | None] = (article.title, article.summary, article.author)
    words = [plain_text(text.inlines) for text in texts if text is not None]
    return Shape(
        headings=tuple(count.headings),
        **{name: count.found[name] for name in COUNTS},
        plain=(count.found["plain"], count.found["plain"]),
        numbers=dict(sorted(numbers(" ".join([*words, *count.words])).items())),
    )


class _Counter:
    """Walks the blocks of an article, its notes included."""

    def __init__(self) -> None:
        self.headings: list[int] = []
        self.found: Counter[str] = Counter()
        self.words: list[str] = []

    def blocks(self, blocks: Blocks) -> None:
        for block in blocks:
            self.node(block, keys=False)

    def node(self, node: Node, *, keys: bool) -> None:
        kind: str = node["t"]
        content: Any = node.get("c")
        if kind == "Header":
            self.headings.append(content[0])
        elif kind == "Link":
            self.found["links"] += 1
        elif kind == "Note":
            self.found["notes"] += 1
        elif kind == "Image":
            self.found["figures"] += "decorative" not in content[0][1]
            # Its alternative text is no text on the page.
            return
        elif kind == "Table":
            self.found["tables"] += 1
        elif kind == "BulletList":
            # Bullets of key figures begin in bold, all of them (editions.keys).
            keys = keys and all(map(_begins_in_bold, content))
            self.found["plain" if keys else "items"] += len(content)
        elif kind == "OrderedList":
            self.found["items"] += len(content[1])
        elif kind == "DefinitionList":
            self.found["plain"] += len(content)
            self.found["plain"] += 0 if keys else sum(len(each) for _, each in content)
        elif kind in ("Str", "Code", "CodeBlock", "Math"):
            self.words.append(content if kind == "Str" else content[-1])
            return
        elif kind in ("RawInline", "RawBlock"):
            return
        else:
            # What parts words parts numbers too.
            self.words.append(" ")
        inside = kind == "Div" and {"box", "figures"} <= set(content[0][1])
        before = len(self.words)
        for child in _children(content):
            self.node(child, keys=inside)
        if kind in ("Para", "Plain", "Header"):
            self.words[before:] = ["".join(self.words[before:]), " "]


def _begins_in_bold(item: Blocks) -> bool:
    first = item[0] if item else {}
    if first.get("t") not in ("Plain", "Para"):
        return False
    inlines = first["c"]
    return bool(inlines) and inlines[0]["t"] == "Strong"


def _children(content: Any) -> Iterator[Node]:
    if isinstance(content, list):
        for item in content:
            yield from _children(item)
    elif isinstance(content, dict) and "t" in content:
        yield content
