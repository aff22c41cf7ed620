"""Where in the source a finding's passage stands: editions know an article's file, authors ask for the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from publisher.ast import Node, blocks_text, iter_nodes, plain_text

if TYPE_CHECKING:
    from publisher.document import Article, Document

_BETWEEN = re.compile(r"\W+")
_INLINE = frozenset({"Str", "Code", "Math", "Link", "Span", "Image", "RawInline"})


class Places:
    """The lines of a document's passages."""

    def __init__(self, document: Document) -> None:
        self._articles = {article.path: article for article in document.all_articles()}
        self._texts: dict[str, list[tuple[int, str]]] = {}

    def line(self, path: str, passage: str) -> int | None:
        """The line from 1 of the innermost node that holds a passage; None where none does.

        Only letters and digits are compared, since layout sets spaces and marks of its own; a
        passage that has none of them is looked for as it is.
        """
        article = self._articles.get(path)
        if article is None:
            return None
        if path not in self._texts:
            self._texts[path] = list(_texts(article))
        bare = _BETWEEN.sub("", passage)
        found: tuple[int, str] | None = None
        for line, text in self._texts[path]:
            if (bare or passage) not in (_BETWEEN.sub("", text) if bare else text):
                continue
            if found is not None and text not in found[1]:
                # The next node that has it stands beside the first one, not in it.
                break
            found = (line, text)
        return None if found is None else found[0]

    def image(self, target: str) -> tuple[str, int | None] | None:
        """The file and line of the first article that shows an image without alternative text."""
        for path, article in self._articles.items():
            line = None
            for node in iter_nodes(article.blocks):
                line = node.get("line", line)
                if node["t"] == "Image" and node["c"][2][0] == target and not node["c"][1]:
                    return path, line
        return None


def _texts(article: Article) -> Iterator[tuple[int, str]]:
    for each in (article.title, article.summary, article.author):
        if each is not None:
            yield each.line, each.plain
    for node in iter_nodes(article.blocks):
        line: int | None = node.get("line")
        if line is not None:
            yield line, _text(node)


def _text(node: Node) -> str:
    kind = node["t"]
    if kind in _INLINE:
        return plain_text([node])
    return blocks_text(node["c"] if kind == "Note" else [node])
