"""Reading a source: positions, conventions, and every error in one run with file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import pandoc
from publisher.ast import iter_nodes, normalise_blocks, plain_text, without_lines
from publisher.cache import NoCache
from publisher.catalog.segments import segments
from publisher.errors import FindingsError, InputError
from publisher.markdown import BODY_FORMAT, parse_body, parse_strings, strip_positions
from publisher.project import find_root, load
from publisher.reader import Reading, read_issue

HEAD = "---\ntitle: T\n---\n\n"

PIECES = [
    "# Head {#h .c}", "Para with *em* and [link](x){.localize} ok", "- item\n\n  more\n- b",
    "1. one\n2. two", "::: {.box wrap=1}\nInside *it*\n:::", "| a | b |\n|---|--:|\n| *x* | 2[^1] |",
    "> quote\n> on", "Term\n:   Def", "```py\ncode\n```", "a\nb  \nc", "![alt](i.png){width=5%}",
    "[span *x*]{.k lang=ru} [y]{#i}", "text[^1]", "[^1]: Note *one*.\n\n    Two.", "<b>raw</b> x",
    "::: {.figure #f}\n![a](b.svg)\n\nCap\n:::", '"q" -- \'s ... $x^2$ H~2~O x^2^ ~~d~~', "***",
]  # fmt: skip


def read(root: Path) -> Reading:
    return read_issue(load(root), "2024-01")


@given(st.lists(st.sampled_from(PIECES), max_size=6))
def test_the_parse_with_positions_equals_the_parse_without(pieces: list[str]) -> None:
    text = "\n\n".join(pieces) + "\n"
    without = normalise_blocks(pandoc.read(text.encode(), BODY_FORMAT)["blocks"])
    assert without_lines(parse_body(text, NoCache(), "")) == without


def test_the_sample_parses_the_same_with_and_without_positions(repository: Path) -> None:
    for path in sorted((repository / "source").rglob("*.md")):
        text = path.read_text("utf-8").split("---\n", 2)[-1]
        plain = pandoc.read(text.encode(), BODY_FORMAT)["blocks"]
        placed = pandoc.read(text.encode(), f"{BODY_FORMAT}+sourcepos")["blocks"]
        assert without_lines(normalise_blocks(strip_positions(placed))) == normalise_blocks(plain)


def test_segments_know_their_line(publication: Callable[..., Path]) -> None:
    body = (
        "First.\n\nSecond\nover two lines with a note.[^n]\n\n- one\n- two\n\n"
        "| a |\n|---|\n| cell |\n\n[^n]: The note.\n"
    )
    root = publication({"01-a.md": f"{HEAD}{body}"})
    lines = {s.msgid: s.line for s in segments(read(root).document) if s.path.endswith(".md")}
    assert lines == {
        "T": 2, "First.": 5, "Second over two lines with a note.<note1/>": 7, "The note.": 17,
        "one": 10, "two": 11, "a": 13, "cell": 15,
    }  # fmt: skip


def test_front_matter_is_inline_markdown(publication: Callable[..., Path]) -> None:
    root = publication(
        {
            "01-a.md": '---\ntitle: "1. *The* title"\nsummary: >-\n  Two\n  lines "quoted"\n'
            "author: |\n  A\n  B\nkeywords:\n  - one\n  - 'two: x'\nid: first\n---\n\nText.\n"
        }
    )
    article = read(root).document.articles[0]
    assert article.id == "first"
    assert article.title.plain == "1. The title"
    assert any(node["t"] == "Emph" for node in article.title.inlines)
    assert article.summary is not None and article.summary.plain == "Two lines “quoted”"
    assert [keyword.plain for keyword in article.keywords] == ["one", "two: x"]
    assert article.keywords[1].line == 11


@pytest.mark.parametrize(
    "text", ["# x", "- a", "> q", "[^1]: x", "a | b", "{.c} x", "***", "<b>", "1) a"]
)
def test_a_metadata_string_never_becomes_a_block(text: str) -> None:
    (inlines,) = parse_strings([text], NoCache(), "")
    assert all(node["t"] not in {"Header", "BulletList", "BlockQuote"} for node in inlines)
    assert parse_strings([text, "next"], NoCache(), "")[1] == [{"t": "Str", "c": "next"}]


def codes(reading: Reading) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.line) for finding in reading.findings]


def test_every_reading_error_is_found_in_one_run_with_its_line(
    publication: Callable[..., Path],
) -> None:
    root = publication(
        {
            "01-a.md": (
                "---\ntitle: A\ntittle: B\n---\n\n## H {#dup}\n\n![x](none.png) and ![](../../../etc/passwd)"
                "\n\n[b](#nowhere) [c](other.html) [d](javascript:x)\n\nnote[^x]\n\n[^y]: unused\n\n"
                "<script>x</script>\n\n[s]{#dup}\n\n![x](https://example.org/a.png)\n"
            ),
            "02-b.md": "---\ntitle: B\n---\n\n",
            "03-c.md": "no front matter\n",
            "04-d.md": "---\ntitle: [x\n---\n\nText\n",
        }
    )
    folder = root / "source" / "2024-01"
    (folder / "05-e.md").write_bytes(b"---\ntitle: E\n---\n\nOne\n\xff\n")
    config = folder / "issue.toml"
    config.write_text(
        config.read_text("utf-8").replace("]", ', "05-e.md", "06-gone.md"]'), encoding="utf-8"
    )
    reading = read(root)
    found = {(f.code, f.path.rsplit("/", 1)[-1], f.line) for f in reading.findings}
    assert found >= {
        ("unknown-key", "01-a.md", 3),
        ("missing-image", "01-a.md", 8),
        ("outside-image", "01-a.md", 8),
        ("missing-alt", "01-a.md", 8),
        ("broken-anchor", "01-a.md", 10),
        ("broken-link", "01-a.md", 10),
        ("undefined-note", "01-a.md", 12),
        ("unused-note", "01-a.md", 14),
        ("raw-markup", "01-a.md", 16),
        ("duplicate-id", "01-a.md", 18),
        ("outside-image", "01-a.md", 20),
        ("empty-article", "02-b.md", 4),
        ("missing-front-matter", "03-c.md", 1),
        ("bad-yaml", "04-d.md", 2),
        ("not-utf8", "05-e.md", 6),
        ("missing-article", "issue.toml", 4),
    }
    for finding in reading.errors:
        assert finding.message and finding.path


def test_conventions_ids_and_references(publication: Callable[..., Path]) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>Label</text><script>x()</script></svg>'
    root = publication(
        {
            "01-a.md": f"{HEAD}## Same\n\n::: {{.figure #f}}\n![Alt](figures/x.svg)\n\nCaption\n:::\n\n"
            "[to b](#b) [own](#same) [file](02-b.md) [table](#t)\n",
            "02-b.md": f"{HEAD}## Same\n\n::: {{.table #t}}\n| a |\n|---|\n| b |\n\nCap\n:::\n",
        },
        files={"source/2024-01/figures/x.svg": svg, "source/2024-01/figures/x.az.svg": svg},
    )
    reading = read(root)
    assert codes(reading) == [("unsafe-svg", 1), ("unsafe-svg", 1)]
    first, second = reading.document.articles
    kinds = [block["t"] for block in first.blocks]
    assert kinds == ["Header", "Figure", "Para"]
    assert first.blocks[0]["c"][1][0] == "a-same"
    assert second.blocks[0]["c"][1][0] == "b-same"
    links = [node["c"][2][0] for node in iter_nodes(first.blocks) if node["t"] == "Link"]
    assert links == ["#b", "#a-same", "#b", "#t"]
    image = next(node for node in iter_nodes(first.blocks) if node["t"] == "Image")
    assert image["c"][2][0] == "source/2024-01/figures/x.svg"
    table = second.blocks[1]
    assert table["t"] == "Table" and table["c"][0][0] == "t"
    assert plain_text(table["c"][1][1][0]["c"]) == "Cap"
    figure = reading.document.figures["source/2024-01/figures/x.svg"]
    assert b"script" not in figure.data
    assert list(reading.document.own_figures) == ["az"]
    assert "Label" in {segment.msgid for segment in segments(reading.document)}


def test_configuration_errors_come_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "publication.toml").write_text(
        '[publication]\nname = ""\nlanguage = "english"\nlanguages = ["az", 3]\n'
        'formats = ["pdf", "doc"]\nlicense = "x"\n[policy]\nfinal = "maybe"\n'
    )
    with pytest.raises(FindingsError) as caught:
        load(tmp_path)
    assert {(f.code, f.line) for f in caught.value.findings} == {
        ("missing-key", 2),
        ("missing-key", 1),
        ("wrong-value", 3),
        ("wrong-type", 4),
        ("unknown-format", 5),
        ("unknown-key", 6),
        ("wrong-value", 8),
    }


def test_toml_syntax_errors_are_located(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "publication.toml").write_text('[publication]\nname = "x\n')
    with pytest.raises(InputError) as caught:
        load(tmp_path)
    assert caught.value.line == 2


def test_no_publication_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no publication here"):
        find_root(tmp_path)


def test_symbolic_links_do_not_lead_outside(
    publication: Callable[..., Path], tmp_path: Path
) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_bytes(b'<svg xmlns="http://www.w3.org/2000/svg"><text>secret</text></svg>')
    root = publication({"01-a.md": f"{HEAD}![x](s.svg)\n"})
    (root / "source" / "2024-01" / "s.svg").symlink_to(secret)
    reading = read(root)
    assert codes(reading) == [("outside-image", 5)]
    assert not reading.document.figures


@given(st.text(max_size=300))
def test_any_text_gives_findings_or_a_document_and_never_a_traceback(text: str) -> None:
    from publisher import frontmatter

    front = frontmatter.split(text.replace("\r", ""), "a.md")
    assert isinstance(front.body, str)
    front = frontmatter.split(f"---\n{text}\n---\nx".replace("\r", ""), "a.md")
    assert all(finding.line for finding in front.findings)
