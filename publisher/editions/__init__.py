"""Editions: one module a format, each a pure function from an Edition to bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from publisher.errors import Finding

if TYPE_CHECKING:
    from publisher.brand import Brand
    from publisher.catalog.layout import Words
    from publisher.document import Document
    from publisher.fit import ArticleFit
    from publisher.language import Language


@dataclass(frozen=True, slots=True)
class Credits:
    """Who made the words of an edition, as the ledger tells it.

    ``sample`` – the translation is a sample that no human translator has checked.
    ``machines`` – engines and models whose text is still unreviewed in this edition
    ("Argos Translate en→pt 0.1"); ``translators`` and ``reviewers`` – people who agreed to be named.
    Word counts are of source words.
    """

    sample: bool = False
    machines: tuple[str, ...] = ()
    translators: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    words: int = 0
    reviewed_words: int = 0
    machine_words: int = 0
    source_words: int = 0


@dataclass(frozen=True, slots=True)
class Edition:
    """All inputs of one edition; nothing else may influence its bytes.

    ``document`` is localized; ``files`` maps publication-relative paths (figures in this language,
    the logo) to bytes; ``stamp`` (aware) is the issue's date or SOURCE_DATE_EPOCH; ``languages``
    are the codes of all editions of the issue; ``css`` is what the publication adds to the styles; ``fit``
    says how articles are set to start on the same page in all languages, by id;
    ``siblings`` gives the address of each language's HTML page relative to this one's.
    """

    document: Document
    language: Language
    source_language: Language
    brand: Brand
    words: Words
    draft: bool
    stamp: datetime
    version: str
    credits: Credits = Credits()
    files: Mapping[str, bytes] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    css: str = ""
    fit: Mapping[str, ArticleFit] = field(default_factory=dict)
    siblings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compiled:
    """One built edition: its bytes, pages (None where the format has none), and findings.

    ``page_map`` maps article ids (and ``cover``, ``contents``, ``colophon``) to the physical page,
    counted from 1, on which they start.
    """

    data: bytes
    pages: int | None = None
    page_map: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
