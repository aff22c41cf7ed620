"""Extraction and application are one traversal: nothing is lost, identity is identity."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from publisher import pandoc
from publisher.ast import blocks_text, iter_nodes, normalise_blocks, normalise_inlines, plain_text
from publisher.catalog import tags
from publisher.catalog.segments import Segment, Translation, apply, segments, transform
from publisher.document import Article, Document, Text
from publisher.project import load
from publisher.reader import read_issue
from tests.asts import BLOCKS, INLINES


def document(blocks: list[Any]) -> Document:
    def text(value: str) -> Text:
        return Text([{"t": "Str", "c": value}], "a.md", 1)

    article = Article("a", 1, "a.md", text("Title"), blocks)
    return Document(
        "1", "en", text("Name"), text("Office"), text("Issue"), "1", date(2024, 1, 31), (article,)
    )


def of_markdown(source: str, source_format: str = "markdown") -> Document:
    return document(normalise_blocks(pandoc.read(source.encode(), source_format)["blocks"]))


@given(INLINES)
def test_tags_round_trip(inlines: list[Any]) -> None:
    normal = normalise_inlines(inlines)
    tagged = tags.encode(normal)
    assert tags.decode(tagged.text, tagged.tags) == normal
    names = {name: tags.is_empty(name, tagged.tags) for name in tagged.tags}
    assert tags.problems(tagged.text, tagged.text, names) == []


@given(BLOCKS)
def test_normal_form_is_a_fixed_point_and_loses_no_text(blocks: list[Any]) -> None:
    once = normalise_blocks(blocks)
    assert normalise_blocks(once) == once

    def letters(text: str) -> str:
        return "".join(character for character in text if character.isalnum())

    assert letters(blocks_text(once)) == letters(blocks_text(blocks))


@given(BLOCKS)
def test_applying_the_identity_gives_the_document(blocks: list[Any]) -> None:
    doc = document(normalise_blocks(blocks))
    assert transform(doc, lambda segment: Translation(segment.msgid)) == doc
    applied = apply(doc, lambda segment: Translation(segment.msgid), "en")
    assert applied.document == doc
    assert applied.findings == ()


@given(BLOCKS)
def test_what_is_extracted_is_what_is_applied(blocks: list[Any]) -> None:
    doc = document(normalise_blocks(blocks))
    seen: list[Segment] = []

    def visit(segment: Segment) -> Translation:
        seen.append(segment)
        return Translation(segment.msgid)

    transform(doc, visit)
    assert seen == segments(doc)


@given(BLOCKS)
def test_every_letter_is_in_a_segment_or_opaque(blocks: list[Any]) -> None:
    """Replace each segment by nothing: what letters remain stand in code, math, raw or citations."""
    doc = document(normalise_blocks(blocks))
    opaque = [
        plain_text([node], notes=True) if node["t"] == "Cite" else node["c"][1]
        for node in iter_nodes(doc.articles[0].blocks)
        if node["t"] in {"Code", "CodeBlock", "Math", "RawInline", "RawBlock", "Cite"}
    ]

    def only_tags(segment: Segment) -> Translation:
        kept = "".join(
            piece
            for piece, _, form in tags.tokens(segment.msgid, segment.tag_names)
            if form != "text"
        )
        return Translation(kept or "·")

    emptied = transform(doc, only_tags).articles[0].blocks
    left = [c for c in blocks_text(emptied) if c.isalnum()]
    allowed = [c for text in opaque for c in text if c.isalnum()]
    for character in left:
        assert character in allowed


KITCHEN_SINK = """
# Heading *with* emphasis

A *nested **emphasis*** with [a *link*](https://example.org "Title") and ![alt *text*](a.png "t"){width=50%}
and a note[^1] and `code` and $x^2$ and H~2~O, x^2^, ~~gone~~, "double 'single' quotes", a\\ b,
hard\\
break, [span]{.x lang=ru}, [small]{.smallcaps}, [u]{.underline} and literal <em>, \\<a1\\>, &amp;.

[^1]: First *block*.

    Second block.

    - list in a note

- item

  second paragraph

  1. nested
  2. list

Term
:   Definition one

:   Definition two

| line one
|   line two

+-----+-----+
| a   | b   |
+=====+=====+
| - x | y   |
|     |     |
|     | z   |
+-----+-----+

: Caption *here*

> Quotation

::: {.box title="Box title"}
Inside
:::

```python
not translated
```

<div>raw</div>

@doe99 says [see @roe, p. 3].

***
"""


@pytest.mark.parametrize("target", ["markdown", "docx", "html", "docbook5", "odt", "rst", "latex"])
def test_every_reader_s_constructors_round_trip(target: str, tmp_path: Path) -> None:
    """From Markdown, and from what other writers and readers of pandoc make of it."""
    sink = KITCHEN_SINK
    if target == "docbook5":  # its writer passes raw HTML through, which is no DocBook
        sink = sink.replace("literal <em>, ", "").replace("<div>raw</div>", "")
    args = ["-f", "markdown", "-t", target, "-s"]
    if target in {"docx", "odt"}:
        args += ["-o", "-"]
    data = pandoc.run(args, sink.encode())
    source = {"docbook5": "docbook"}.get(target, target)
    source += "+citations" if target == "docx" else ""
    doc = document(normalise_blocks(pandoc.read(data, source)["blocks"]))
    assert len(segments(doc)) > 15
    assert transform(doc, lambda segment: Translation(segment.msgid)) == doc


def test_only_markup_is_markup() -> None:
    doc = of_markdown("Literal \\<em\\> beside *real* emphasis and \\<a1\\> [link](https://e.org)")
    (segment,) = [s for s in segments(doc) if s.kind == "paragraph"]
    assert segment.msgid == ("Literal <em> beside <em1>real</em1> emphasis and <a1> <a2>link</a2>")
    new = apply(
        doc,
        lambda s: Translation("<a2>bağ</a2> <em> & <em1>*x*</em1> <b>") if s is not None else None,
        "az",
    )
    assert plain_text(new.document.articles[0].blocks[0]["c"]) == "bağ <em> & *x* <b>"


def test_wrong_tags_fall_back_to_the_source_with_a_finding() -> None:
    doc = of_markdown("See [the page](https://e.org) now.")

    def lookup(segment: Segment) -> Translation:
        return Translation("Baxın <a1>səhifə" if segment.kind == "paragraph" else segment.msgid)

    applied = apply(doc, lookup, "az")
    assert [finding.code for finding in applied.findings] == ["tag-nesting"]
    (para,) = applied.document.articles[0].blocks
    (mark,) = para["c"]
    assert mark["c"][0] == ["", ["unreviewed"], [["state", "source"], ["lang", "en"]]]
    assert plain_text(para["c"]) == "See the page now."


def test_what_is_translatable_and_what_is_not() -> None:
    doc = of_markdown(
        "`code` ***\n\n17\n\n–\n\n![Alt](a.png)\n\n[Home](https://e.org){.localize}\n\n"
        "[keep me]{.notranslate} please\n\n<press@example.org>\n\n"
        '::: {.statement source="Ministry"}\nSaid so.\n:::\n\n::: notranslate\nNever\n:::\n',
        pandoc.DIALECT,
    )
    assert [(s.kind, s.msgid) for s in segments(doc) if s.path == "a.md"][3:] == [
        ("title", "Title"),
        ("paragraph", "17"),
        ("alt text", "Alt"),
        ("paragraph", "<a1>Home</a1>"),
        ("link target", "https://e.org"),
        ("paragraph", "<keep1/> please"),
        ("source", "Ministry"),
        ("paragraph", "Said so."),
    ]


def test_the_sample_s_identity(repository: Path) -> None:
    reading = read_issue(load(repository), "2023-03")
    assert reading.findings == ()
    doc = reading.document
    assert transform(doc, lambda segment: Translation(segment.msgid)) == doc
    kinds = {segment.kind for segment in segments(doc)}
    assert kinds >= {
        "bulletin name", "publisher", "issue title", "title", "summary", "author", "keyword",
        "heading", "paragraph", "list item", "table cell", "caption", "alt text", "footnote",
        "source", "term", "definition", "figure text", "link target",
    }  # fmt: skip
