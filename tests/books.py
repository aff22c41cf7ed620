"""Editions made from a few lines of Markdown or from an AST, without a folder of files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from publisher import ast, brand, language, pandoc
from publisher.catalog import layout
from publisher.document import Article, Document, Figure, Text
from publisher.editions import Credits, Edition


def text(words: str) -> Text:
    """A metadata string."""
    return Text(ast.words(words), "source/publication.toml", 1)


def blocks(markdown: str) -> ast.Blocks:
    """Markdown as the reader would hand it on."""
    return ast.normalise_blocks(pandoc.read(markdown.encode())["blocks"])


def book(
    articles: Mapping[str, str | ast.Blocks],
    *,
    code: str = "en",
    draft: bool = False,
    figures: Mapping[str, bytes] | None = None,
    credits: Credits | None = None,
    look: brand.Brand | None = None,
    **more: Any,
) -> Edition:
    """An edition whose articles have these ids and bodies (Markdown or pandoc's AST).

    ``more`` replaces fields of the document.
    """
    made = tuple(
        Article(
            identifier,
            number,
            f"source/1/{identifier}.md",
            text(f"Title of {identifier}"),
            blocks(body) if isinstance(body, str) else body,
            summary=text("In short."),
        )
        for number, (identifier, body) in enumerate(articles.items(), start=1)
    )
    values: dict[str, Any] = {
        "id": "2024-01",
        "language": code,
        "name": text("Test Bulletin"),
        "publisher": text("Test Office"),
        "title": text("A test issue"),
        "number": "3",
        "date": date(2024, 1, 31),
        "articles": made,
        "figures": {path: Figure(path, data) for path, data in (figures or {}).items()},
    }
    return Edition(
        document=Document(**{**values, **more}),
        language=language.load(code),
        source_language=language.load("en"),
        brand=look or brand.load(),
        words=layout.load(code),
        draft=draft,
        stamp=datetime(2024, 1, 31, tzinfo=UTC),
        version="1.0",
        credits=credits or Credits(),
        languages=("en", "ar"),
    )
