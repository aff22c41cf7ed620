"""The HTML edition: one page that loads nothing, with landmarks, languages and ways back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from publisher.build import build
from publisher.build_report import Options
from publisher.cache import DiskCache
from publisher.cli import main
from publisher.editions import Edition, web
from publisher.parity_formats import read
from publisher.parity_shape import shapes
from publisher.project import load
from tests.books import book, text

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><style>.a{fill:#c00}</style>'
    b'<text class="a" x="1" y="5">A &lt; B</text></svg>'
)
RICH = """A paragraph with a [link](https://example.org), `code < 1` and a note.[^1]

## A part & more

- one
- two

| a | b |
|---|--:|
| x | 3 |

![What it shows](f.svg)

[See the other](#b) ‒ <mark>marked</mark>.

[^1]: Noted with </style> in `</style>`.
"""


def edition(code: str = "en", *, draft: bool = False, **more: Any) -> Edition:
    made = book({"a": RICH, "b": "Short."}, code=code, draft=draft, figures={"f.svg": SVG}, **more)
    siblings = {"en": "../en/x.html", "ar": "../ar/x-DRAFT.html"}
    return replace(made, siblings=siblings)


def page(made: Edition) -> tuple[str, Any]:
    data = web.compile(made).data.decode()
    return data, html.document_fromstring(data)


def test_it_loads_nothing_and_every_anchor_is_there() -> None:
    data, root = page(edition())
    for name in ("src", "href", "data", "poster"):
        for value in root.xpath(f"//@{name}"):
            assert value.startswith(("data:", "#", "../")) or root.xpath(f"//a[@href='{value}']"), (
                value
            )
    assert not re.search(r"url\((?!\s*[\"']?(data:|#))", data)
    assert "<script" not in data and "@import" not in data
    names = set(root.xpath("//@id"))
    assert {href[1:] for href in root.xpath("//a/@href") if href.startswith("#")} <= names
    assert len(names) == len(root.xpath("//@id"))


def test_landmarks_language_and_the_way_to_the_text() -> None:
    _, root = page(edition("ar"))
    assert (root.get("lang"), root.get("dir")) == ("ar", "rtl")
    for tag in ("header", "nav", "main", "footer"):
        assert root.xpath(f"//{tag}"), tag
    skip = root.xpath("//body/a[1]")[0]
    assert skip.get("href") == "#text" and root.xpath("//main[@id='text']")
    assert all(nav.get("aria-label") or nav.get("aria-labelledby") for nav in root.iter("nav"))
    (link,) = root.xpath("//nav[@class='languages']//a")
    assert (link.get("lang"), link.get("dir"), link.text) == ("en", "ltr", "English")
    assert root.xpath("//head/link[@rel='alternate']/@hreflang") == ["en"]


def test_the_switcher_names_languages_as_a_menu_does_and_says_what_is_a_draft() -> None:
    made = replace(book({"a": "Text."}, code="ar"), languages=("en", "az", "ru", "ka"))
    names = {"en": "../en/x.html", "az": "../az/x-DRAFT.html", "ru": "../ru/x.html", "ka": "../k"}
    _, root = page(replace(made, siblings=names))
    links = root.xpath("//nav[@class='languages']//a")
    assert [link.text for link in links] == ["English", "Azərbaycan", "Русский", "ქართული"]
    assert [link.text_content().replace(link.text, "") for link in links] == [
        "",
        " (مسودة)",
        "",
        "",
    ]
    (state,) = root.xpath("//nav[@class='languages']//span")
    assert (state.get("lang"), state.get("dir")) == ("ar", "rtl")


def test_notes_lead_back() -> None:
    _, root = page(edition())
    (call,) = root.xpath("//a[@role='doc-noteref']")
    (back,) = root.xpath("//a[@role='doc-backlink']")
    assert root.get_element_by_id(call.get("href")[1:]).xpath(".//a[@role='doc-backlink']")
    assert back.get("href") == f"#{call.get('id')}" and back.get("aria-label")


def test_a_draft_says_so_in_words_and_keeps_out_of_search() -> None:
    _, root = page(edition(draft=True))
    (mark,) = root.xpath("//*[@class='draft-mark']")
    assert mark.text == "Draft – not for publication"
    assert root.xpath("//meta[@name='robots']/@content") == ["noindex"]
    _, final = page(edition())
    assert not final.xpath("//*[@class='draft-mark']") and not final.xpath("//meta[@name='robots']")


def test_an_embargo_is_said_first_in_the_language_of_the_edition() -> None:
    from datetime import datetime, timedelta, timezone

    until = datetime(2024, 2, 1, 9, 0, tzinfo=timezone(timedelta(hours=4)))
    _, root = page(edition(embargo=until))
    (mark,) = root.xpath("//*[@class='embargo-mark']")
    assert mark.text.replace("\u00a0", " ") == "Embargoed until 1 February 2024, 09:00 UTC+04:00"
    _, arabic = page(edition("ar", embargo=until))
    assert "٠٩:٠٠" in arabic.xpath("//*[@class='embargo-mark']")[0].text
    assert not page(edition())[1].xpath("//*[@class='embargo-mark']")


def test_the_styles_end_where_they_should_and_know_the_dark() -> None:
    made = edition()
    data = web.compile(replace(made, css="p::after { content: '</style><b>' }")).data.decode()
    assert data.count("</style>") == 1 + data.count("</style>", data.index("<body"))
    assert "@media (prefers-color-scheme: dark)" in data and "@media print" in data
    assert 'format("woff")' in data


def test_a_picture_is_inside_and_has_its_words() -> None:
    _, root = page(edition())
    (drawing,) = root.xpath("//main//*[local-name()='svg']")
    assert drawing.get("aria-label") == "What it shows" and drawing.get("role") == "img"


def test_the_same_bytes_always_and_the_shape_of_the_document() -> None:
    made = edition(title=text("A & B"))
    data = web.compile(made).data
    assert data == web.compile(made).data
    found = read(Path("x.html"), data, ("a", "b"), {})
    for part, shape in shapes(made.document).items():
        assert shape.differences(found[part]) == []


def test_siblings_are_named_as_they_are_built(
    publication: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = publication({"01-a.md": "---\ntitle: A\n---\n\nText.\n"}, ("az", "ar"))
    with pytest.raises(SystemExit):
        main(["-C", str(root), "-q", "update"])
    config = load(root)
    options = Options(("en",), ("html",))
    cache = DiskCache(config.cache_folder)
    (outcome,) = build(config, "2024-01", options, cache).outcomes
    assert outcome.state == "final"
    links = html.parse(str(root / outcome.path)).xpath("//nav[@class='languages']//a/@href")
    assert links == [f"../{c}/bulletin-2024-01-{c}-DRAFT.html" for c in ("az", "ar")]
    (again,) = build(config, "2024-01", options, cache).outcomes
    assert not again.rebuilt
    # A sibling's text is its own affair; its name is not.
    catalog = config.catalog_path("2024-01", "az")
    text = catalog.read_text("utf-8")
    catalog.write_text(text.replace('msgstr ""\n\n', 'msgstr "T"\n\n', 1), "utf-8")
    (again,) = build(config, "2024-01", options, cache).outcomes
    assert not again.rebuilt
    catalog.write_text(text.replace('msgstr ""\n', 'msgstr "T"\n').replace('"T"', '""', 1), "utf-8")
    (changed,) = build(config, "2024-01", options, cache).outcomes
    assert changed.rebuilt
    links = html.parse(str(root / changed.path)).xpath("//nav[@class='languages']//a/@href")
    assert [link.endswith("-DRAFT.html") for link in links] == [False, True]
