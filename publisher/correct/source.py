"""An article's source file in pieces: its blocks with the lines they stand on, notes, front matter."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from publisher import frontmatter, pandoc
from publisher.ast import Attr, Blocks, Inlines, Node, attr_of, map_block, normalise_blocks
from publisher.cache import NoCache
from publisher.markdown import BODY_FORMAT, convention, parse_strings, strip_positions

_SPAN = re.compile(r"(?:^|;|@)(\d+):\d+-(\d+):(\d+)")
_DEFINITION = re.compile(r" {0,3}\[\^([^\]\s]+)\]:[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_SOLID = frozenset({"figure", "table", "box", "statement"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A block that is compared; ``first`` and ``last`` are its lines (from 0, last excluded).

    ``around`` are the attributes of divs around it that Word does not show, outermost first.
    """

    block: Node
    first: int
    last: int
    around: tuple[int, ...] = ()


@dataclass(slots=True)
class NoteText:
    """A note's definition: its label and its lines (from 0, last excluded)."""

    label: str
    first: int
    last: int


@dataclass(slots=True)
class SourceArticle:
    """A source file read for comparison. ``lines`` are those of the whole file."""

    path: str
    text: str
    lines: list[str]
    body_start: int
    strings: dict[str, tuple[Inlines, int]]
    pieces: list[Piece]
    notes: dict[str, NoteText]
    wrappers: dict[int, Attr] = field(default_factory=dict)
    id: str = ""


def read_article(text: str, path: str) -> SourceArticle:
    """Read one file. What is wrong with it the reader has found before."""
    front = frontmatter.split(text, path)
    body = front.body
    blocks = pandoc.read(body.encode(), f"{BODY_FORMAT}+sourcepos")["blocks"]
    strings: dict[str, tuple[Inlines, int]] = {}
    single = [
        (key, items[0])
        for key, items in front.values.items()
        if key in {"title", "summary", "author"}
    ]
    parsed = parse_strings([value for _, (value, _) in single], NoCache(), "")
    for (key, (_, line)), inlines in zip(single, parsed, strict=True):
        strings[key] = (inlines, line)
    lines = text.split("\n")
    body_lines = body.split("\n")
    start = (
        next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."}), 0) + 1
    )
    article = SourceArticle(path, text, lines, start, strings, [], _definitions(body_lines))
    stem = re.sub(r"^\d+[-_. ]*", "", path.rsplit("/", 1)[-1].removesuffix(".md"))
    article.id = front.values.get("id", ((stem, 1),))[0][0]
    _pieces(article, blocks, ())
    _bounded(article)
    _label_notes(article)
    return article


def _pieces(article: SourceArticle, blocks: Blocks, around: tuple[int, ...]) -> None:
    for block in blocks:
        attr = attr_of(block)
        first, last = _range(block)
        if block["t"] == "Div" and attr is not None:
            own: Attr = [
                attr[0],
                attr[1],
                [p for p in attr[2] if p[0] not in {"data-pos", "wrapper"}],
            ]
            if own == ["", [], []]:
                inner = block["c"][1]
                if len(inner) == 1 and first is not None and last is not None:
                    _add(article, inner[0], first, last, around)
                else:
                    _pieces(article, inner, around)
                continue
            if not _SOLID & set(own[1]) and not any(p[0] == "source" for p in own[2]):
                number = len(article.wrappers) + 1
                article.wrappers[number] = own
                _pieces(article, block["c"][1], (*around, number))
                continue
        if first is not None and last is not None:
            _add(article, block, first, last, around)


def _add(
    article: SourceArticle, block: Node, first: int, last: int, around: tuple[int, ...]
) -> None:
    if block["t"] == "RawBlock":
        return
    clean = normalise_blocks(strip_positions([block]))
    for made in clean:
        article.pieces.append(Piece(_resolved(made), first, last, around))


def _resolved(block: Node) -> Node:
    """Conventions as the nodes that they stand for, as the importer gives them."""
    from publisher.html_inline import inline_html

    def over(children: Blocks, _role: str) -> Blocks:
        return [_resolved(child) for child in children]

    def inlines(children: Inlines, _role: str) -> Inlines:
        return inline_html(children)[0]

    made, problem = convention(block)
    return map_block(made if problem is None else block, over, inlines)


def _range(block: Node) -> tuple[int | None, int | None]:
    attr = attr_of(block)
    found = []
    for key, value in attr[2] if attr is not None else []:
        if key == "data-pos":
            found = _SPAN.findall(value)
    if not found:
        return None, None
    first = min(int(start) for start, _, _ in found) - 1
    last = max(int(end) - (1 if column == "1" else 0) for _, end, column in found)
    return first, last


def _bounded(article: SourceArticle) -> None:
    """A piece ends before the next, before a note's definition, and without blank lines."""
    starts = sorted(
        [piece.first for piece in article.pieces] + [n.first for n in article.notes.values()]
    )
    result = []
    for piece in article.pieces:
        following = next((s for s in starts if s > piece.first), len(article.lines))
        last = min(piece.last, following, len(article.lines))
        while last > piece.first + 1 and not article.lines[last - 1].strip():
            last -= 1
        result.append(Piece(piece.block, piece.first, last, piece.around))
    article.pieces = result


def _definitions(lines: list[str]) -> dict[str, NoteText]:
    """Where the notes are defined; the lines that go on with a definition are indented."""
    result: dict[str, NoteText] = {}
    fence = ""
    place = 0
    while place < len(lines):
        mark = _FENCE.match(lines[place])
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence):
            fence = ""
        found = None if fence else _DEFINITION.match(lines[place])
        if found is None:
            place += 1
            continue
        last = place + 1
        blank = 0
        while last + blank < len(lines):
            line = lines[last + blank]
            if not line.strip():
                blank += 1
                continue
            lazy = (
                not blank
                and not _DEFINITION.match(line)
                and not re.match(r" {0,3}(?:[#>:`~|-]|\[)", line)
            )
            if not line.startswith(("    ", "\t")) and not lazy:
                break
            last, blank = last + blank + 1, 0
        result.setdefault(found[1].casefold(), NoteText(found[1], place, last))
        place = last
    return result


def _label_notes(article: SourceArticle) -> None:
    """Tell each note in the text its label: they come in the order of their references."""
    from publisher.ast import iter_nodes

    references: list[str] = []
    definitions = {line for note in article.notes.values() for line in range(note.first, note.last)}
    code = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
    for piece in article.pieces:
        for number in range(piece.first, piece.last):
            if number in definitions:
                continue
            for found in re.finditer(
                r"(?<!\\)\[\^([^\]\s]+)\]", code.sub("", article.lines[number])
            ):
                if found[1].casefold() in article.notes:
                    references.append(found[1].casefold())
    nodes = [n for piece in article.pieces for n in iter_nodes([piece.block]) if n["t"] == "Note"]
    if len(nodes) != len(references):
        return
    for node, label in zip(nodes, references, strict=True):
        # The node is new and this article's own; its name stays on it through every rebuilding.
        node["label"] = label
