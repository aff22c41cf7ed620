"""The text importer: generated manuscripts, cases, and the real one where it is at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.ast import Blocks, Inlines, blocks_text, plain_text
from publisher.errors import InputError, PublisherError
from publisher.importers import Manuscript, Options
from publisher.importers.text import import_text, read
from publisher.importers.write import inline_markdown, markdown
from tests.manuscripts import Block, make

CASES = Path(__file__).parent / "cases" / "import"
REAL = Path(__file__).resolve().parents[2] / "shared" / "manuscripts" / "bulletin-2023-03.txt"


def shape(blocks: Blocks) -> tuple[Block, ...]:
    """Blocks as the generator's truth writes them."""
    result: list[Block] = []
    for block in blocks:
        kind, content = block["t"], block["c"]
        if kind == "Header":
            result.append(("h", plain_text(content[2])))
        elif kind == "OrderedList":
            result.append(("ol", tuple(blocks_text(item) for item in content[1])))
        elif kind == "BulletList":
            result.append(("ul", tuple(blocks_text(item) for item in content)))
        else:
            result.append(("p", plain_text(content)))
    return tuple(result)


def notes_of(manuscript: Manuscript) -> list[str]:
    found: list[str] = []

    def look(value: object) -> None:
        if isinstance(value, dict):
            if value.get("t") == "Note":
                found.append(blocks_text(value["c"]))
            for item in value.values():
                look(item)
        elif isinstance(value, list):
            for item in value:
                look(item)

    for article in manuscript.articles:
        look(article.blocks)
    return found


@pytest.mark.parametrize("seed", range(150))
def test_generated_manuscript_is_found_again(seed: int) -> None:
    text, truth = make(seed)
    manuscript = import_text(text, "manuscript.txt")
    assert manuscript.plain_title == truth.title
    assert manuscript.plain_subtitle == truth.subtitle
    assert [a.plain_title for a in manuscript.articles] == [title for title, _ in truth.articles]
    for article, (_, blocks) in zip(manuscript.articles, truth.articles, strict=True):
        assert shape(article.blocks) == blocks
    assert sorted(notes_of(manuscript)) == sorted(truth.notes)
    joined = [r for r in manuscript.repairs if r.rule == "page break joined"]
    assert len(joined) == truth.cuts


@pytest.mark.parametrize("seed", range(1000, 1008))
def test_generated_manuscript_is_written_and_read_back(seed: int) -> None:
    manuscript = import_text(make(seed)[0], "manuscript.txt")
    for article in manuscript.articles:
        # Raises where the parse of what it wrote differs.
        assert markdown(article.blocks)
        assert inline_markdown(article.title)


def _cases() -> Iterator[tuple[str, str, str]]:
    for path in sorted(CASES.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        for case in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
            title, _, rest = case.partition("\n--- input\n")
            source, _, expected = rest.partition("\n--- expected\n")
            yield f"{path.stem}: {title}", source, expected.rstrip("\n")


def _inlines(inlines: Inlines) -> str:
    parts = []
    for node in inlines:
        kind = node["t"]
        if kind == "Emph":
            parts.append(f"/{_inlines(node['c'])}/")
        elif kind == "Strong":
            parts.append(f"!{_inlines(node['c'])}!")
        elif kind == "Link":
            parts.append(f"<{plain_text(node['c'][1])}|{node['c'][2][0]}>")
        elif kind == "Note":
            parts.append(f"[{blocks_text(node['c'])}]")
        else:
            parts.append(plain_text([node]))
    return "".join(parts)


def _shown(blocks: Blocks, indent: str = "") -> Iterator[str]:
    for block in blocks:
        kind, content = block["t"], block["c"]
        if kind == "Header":
            yield f"{'#' * content[0]} {_inlines(content[2])}"
        elif kind in {"OrderedList", "BulletList"}:
            items = content[1] if kind == "OrderedList" else content
            for number, item in enumerate(items, content[0][0] if kind == "OrderedList" else 1):
                mark = f"{number}." if kind == "OrderedList" else "-"
                yield f"{indent}{mark} {_inlines(item[0]['c'])}"
                yield from _shown(item[1:], indent + "  ")
        elif kind == "Table":
            rows = [*content[3][1], *content[4][0][3]]
            yield "TABLE " + " / ".join(
                " | ".join(blocks_text(cell[4]) for cell in row[1]) for row in rows
            )
        else:
            yield indent + _inlines(content)


def show(manuscript: Manuscript) -> str:
    """A manuscript as the case files write it."""
    lines = []
    if manuscript.title and manuscript.plain_title != manuscript.articles[0].plain_title:
        lines.append(f"TITLE {manuscript.plain_title}")
    if manuscript.subtitle:
        lines.append(f"SUBTITLE {manuscript.plain_subtitle}")
    for article in manuscript.articles:
        lines.append(f"# {_inlines(article.title)}")
        lines.extend(_shown(article.blocks))
    lines.extend(
        f"FINDING {finding.code}" for finding in manuscript.findings if finding.code != "no-title"
    )
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("source", "expected"),
    [pytest.param(source, expected, id=name) for name, source, expected in _cases()],
)
def test_case(source: str, expected: str) -> None:
    manuscript = import_text(source, "manuscript.txt")
    assert show(manuscript) == expected
    for article in manuscript.articles:
        markdown(article.blocks)


def test_two_equal_readings_are_equal() -> None:
    text = make(3)[0]
    assert import_text(text, "m.txt") == import_text(text, "m.txt")


def words(text: str) -> list[str]:
    """Words without hyphens and marks, so that a hyphen at a line end makes no difference."""
    return re.findall(r"[^\W_]+", re.sub(r"['’]", "", text))


@pytest.fixture(scope="module")
def real() -> Manuscript:
    if not REAL.is_file():
        pytest.skip(f"the real manuscript is not here ({REAL})")
    return read(REAL.read_bytes(), REAL.name, Options())


def test_real_manuscript_has_its_articles(real: Manuscript) -> None:
    text = REAL.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ \*\*[IVX]+\. (.*)\*\*$", text, re.MULTILINE)
    assert len(headings) == 7
    assert [a.plain_title for a in real.articles] == [h.replace("'", "’") for h in headings]
    assert real.plain_title == "BULLETIN"
    assert real.plain_subtitle == text.split("\n")[4]
    assert not real.findings


def test_real_manuscript_loses_no_word(real: Manuscript) -> None:
    text = REAL.read_text(encoding="utf-8")
    body = text[text.index("\n## **I.") :]
    body = re.sub(r"^#+ \*\*[IVX]+\. (.*)\*\*$", r"\1", body, flags=re.MULTILINE)
    body = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", body)
    found = [word for a in real.articles for word in words(f"{a.plain_title}\n{a.text}")]
    assert found == words(body)


def test_real_manuscript_joins_its_cuts_and_nothing_else(real: Manuscript) -> None:
    lines = REAL.read_text(encoding="utf-8").split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("## **I."))
    paragraphs = [(i, line) for i, line in enumerate(lines) if i >= start and line.strip()]
    cuts = [
        number + 1
        for (_, before), (number, after) in pairwise(paragraphs)
        if not before.startswith("#")
        and not after.startswith("#")
        and not re.search(r"[.!?:][”\"]?$", before)
    ]
    joined = [r.line for r in real.repairs if r.rule == "page break joined"]
    assert len(cuts) == 38
    assert sorted(joined) == cuts
    capital = [n for n in cuts if not lines[n - 1].lstrip('“"')[0].islower()]
    assert len(capital) == 7
    texts = [text for article in real.articles for text in article.text.split("\n")]
    assert len(texts) == sum(not line.startswith("#") for _, line in paragraphs) - 38


def test_real_manuscript_is_clean(real: Manuscript) -> None:
    everything = "\n".join(f"{a.plain_title}\n{a.text}" for a in real.articles)
    assert "\\" not in everything
    assert "**" not in everything
    assert not re.search("[\"']", everything)
    assert "$10 million" in everything
    lists = [b for a in real.articles for b in a.blocks if b["t"] == "OrderedList"]
    assert [len(block["c"][1]) for block in lists] == [5]
    links = re.findall(r"'Link'.*?'(https?://[^']*)'", str([a.blocks for a in real.articles]))
    assert links == ["http://oc.media.org"]
    for article in real.articles:
        markdown(article.blocks)


SAMPLE = "# The Quay\n\n## One\n\nThe “door” – naïve, €5 – is open…\n\n## Two\n\nIt’s closed.\n"


@pytest.mark.parametrize(
    "data",
    [
        SAMPLE.encode(),
        b"\xef\xbb\xbf" + SAMPLE.encode(),
        SAMPLE.replace("\n", "\r\n").encode(),
        SAMPLE.replace("\n", "\r").encode(),
        SAMPLE.encode("utf-16"),
        SAMPLE.encode("utf-16-le"),
        SAMPLE.encode("utf-16-be"),
        SAMPLE.encode("utf-32"),
        SAMPLE.encode("cp1252"),
    ],
    ids=["utf-8", "bom", "crlf", "cr", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"],
)
def test_encodings(data: bytes) -> None:
    manuscript = read(data, "m.txt", Options())
    assert [a.text for a in manuscript.articles] == [
        "The “door” – naïve, €5 – is open…",
        "It’s closed.",
    ]


def test_other_code_pages() -> None:
    text = "# Bülten\n\n## Bir\n\nTürkiye’nin görüşleri açık. İşte buradayız.\n"
    assert (
        read(text.encode("cp1254"), "m.txt", Options()).articles[0].text.endswith("İşte buradayız.")
    )
    text = "# Вестник\n\n## Первая\n\nМинистр выступил с речью.\n"
    assert (
        read(text.encode("cp1251"), "m.txt", Options()).articles[0].text
        == "Министр выступил с речью."
    )
    latin = "# A\n\n## B\n\nZażółć gęślą jaźń.\n".encode("cp1250")
    assert read(latin, "m.txt", Options(encoding="cp1250")).articles[0].text == "Zażółć gęślą jaźń."


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"", "holds no text", None),
        (b" \n\n---\n", "holds no text", None),
        (b"%PDF-1.7\nabc", "PDF", None),
        (b"PK\x03\x04abc", "ZIP", None),
        (b"abc\nd\0\0e\x01f", "binary", 2),
        ("Ü ä ö ü ß é è\n".encode() * 3 + b"abc \xff def\n", "not UTF-8", 4),
        (b"\xff\xfea\0\n\0\x00\xd8", "UTF-16", None),
    ],
)
def test_bad_files(data: bytes, message: str, line: int | None) -> None:
    with pytest.raises(InputError) as caught:
        read(data, "m.txt", Options())
    assert message in str(caught.value)
    if line is not None:
        assert caught.value.line == line


def test_unknown_encoding_is_an_error() -> None:
    with pytest.raises(InputError):
        read(b"abc", "m.txt", Options(encoding="no-such"))
    with pytest.raises(InputError):
        read(b"\xff", "m.txt", Options(encoding="ascii"))


_PIECES = st.sampled_from(
    [
        "# ",
        "## ",
        "**",
        "*",
        "_",
        "- ",
        "1. ",
        "I. ",
        "[^1]",
        "[1] ",
        "[^1]: ",
        "¹",
        "\n",
        "\n\n",
        "\x0c",
        "\t",
        "12",
        "Page 3 of 9",
        "Contents",
        ".....",
        "|",
        "| a | b |",
        "|---|---|",
        "> ",
        "===",
        "---",
        '"',
        "'",
        "{",
        "}",
        "<b>",
        "&amp;",
        "\\",
        "`",
        "$",
        "^",
        "~",
        ":",
        "::: ",
        "word ",
        "Word",
        ". ",
        "-\n",
        "ﬁ",
        "https://example.org/a_b",
        "[a](b)",
        "![a](b)",
        "\xad",
        "\xa0",
        "…",
        "following five points:\n\n",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, min_size=1, max_size=40).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        import_text(text, "m.txt")
    except PublisherError:
        return


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read(data, "m.txt", Options())
    except PublisherError:
        return


@settings(max_examples=25, deadline=None)
@given(st.lists(_PIECES, min_size=1, max_size=60).map("".join))
def test_whatever_is_read_can_be_written(text: str) -> None:
    try:
        manuscript = import_text(text, "m.txt")
    except PublisherError:
        return
    for article in manuscript.articles:
        markdown(article.blocks)
        inline_markdown(article.title)
