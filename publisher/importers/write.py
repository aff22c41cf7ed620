"""Write an imported manuscript as source: one Markdown file an article, issue.toml and a report.

Pandoc writes the Markdown. What its writer leaves unescaped (``{``, ``&``, straight quotes, hyphens in a
row …) is escaped here, and every file is parsed again and compared before anything reaches the disk.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

from publisher import pandoc
from publisher.ast import (
    EMPTY_ATTR,
    Blocks,
    Inlines,
    Node,
    blocks_text,
    map_block,
    map_inline,
    normalise_blocks,
    plain_text,
    words,
)
from publisher.errors import InputError
from publisher.importers.dialect import source_blocks, source_inlines
from publisher.importers.manuscript import Manuscript, ManuscriptArticle, word_set

REPORT = "import-report.txt"
"""The report's file name; the reader looks at ``.md`` files and ``issue.toml`` only."""

# Pandoc passes noncharacters through; each stands for one escaped ASCII punctuation character.
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_FIRST = 0xE000
_HELD = {chr(_FIRST + index): f"\\{mark}" for index, mark in enumerate(_PUNCTUATION)}
_HOLD = {mark: chr(_FIRST + index) for index, mark in enumerate(_PUNCTUATION)}
_PRIVATE = re.compile("[\ue000-\ue01f]")
_RISKY = re.compile(r"[{}\"'\\]|&(?=#?\w+;)|--+|\.\.\.+|===+|~~+|\$|:::+|(?<!\S)[:~](?!\S)|`")
_STARTS = re.compile(
    r"^(?:[:~=|>#]|[+-]+$|\d+[.)]$|(?:[a-z]|[ivxlcdm]{2,7}|[IVXLCDM]{2,7})[.)]$|[A-Z]\)$|\([^()]{1,6}\)$)"
)

_NOTE = re.compile(r"(?<!\\)\[\^(\d+)\]")

Escape = Callable[[str, bool], str]


def markdown(blocks: Blocks) -> str:
    """``blocks`` in the source dialect, parsed again and found to be the same.

    Blocks that do not survive pandoc's writer are written once more with every punctuation character
    escaped. Raises InputError, naming the text, when even that reads back differently.
    """
    blocks = source_blocks(blocks)
    text = _written(blocks, _escape_risky)
    if _same(text, blocks):
        return text
    pieces: list[str] = []
    written: Blocks = []
    for block in blocks:
        piece = _written([block], _escape_risky)
        if not _same(piece, [block]):
            piece = _written([block], _escape_all)
            if not _same(piece, [block]):
                # Emphasis that Markdown's flanking rules cannot hold (a**″**) gives way to the words.
                block = without_emphasis(block)
                piece = _written([block], _escape_all)
            if not _same(piece, [block]):
                # The words at least, one paragraph a line.
                lines = [line.strip() for line in blocks_text([block]).split("\n")]
                plain: Blocks = [{"t": "Para", "c": words(line)} for line in lines if line]
                block = {"t": "Div", "c": [EMPTY_ATTR, plain]}
                piece = _written(plain, _escape_all)
            if not _same(piece, [block]):
                shown = plain_text(_first_inlines(block))[:60]
                raise InputError(f"this text cannot be written as Markdown: “{shown}”")
        # Pandoc numbers the notes of every piece from 1.
        pieces.append(_NOTE.sub(rf"[^{len(pieces) + 1}-\1]", piece))
        written.append(block)
    text = "\n".join(pieces)
    if not _same(text, written):
        # Two lists in a row run into one another without a mark between them.
        text = "\n<!-- -->\n\n".join(pieces)
    return text


def inline_markdown(inlines: Inlines) -> str:
    """Inlines as one line of the source dialect, for titles and other metadata strings."""
    if not inlines:
        return ""
    inlines = source_inlines(inlines)
    # A leading word keeps "1. x" or "# x" from being escaped as a list or a heading: metadata strings
    # are read as inline text.
    sentinel: Inlines = [{"t": "Str", "c": "x"}, {"t": "Space"}]
    for escape in (_escape_risky, _escape_all):
        text = _written([{"t": "Para", "c": [*sentinel, *inlines]}], escape).strip()
        if "\n" not in text and _same(text, [{"t": "Para", "c": [*sentinel, *inlines]}]):
            return text.removeprefix("x").strip()
    bare = without_emphasis({"t": "Para", "c": inlines})["c"]
    if bare != inlines:
        return inline_markdown(bare)
    raise InputError(f"this title cannot be written as Markdown: “{plain_text(inlines)[:60]}”")


def without_emphasis(block: Node) -> Node:
    """The block with its words and without bold and italic type."""

    def inlines(children: Inlines, _role: str) -> Inlines:
        result: Inlines = []
        for node in children:
            if node["t"] in {"Emph", "Strong"}:
                result.extend(inlines(node["c"], "nested"))
            else:
                result.append(map_inline(node, blocks, inlines))
        return result

    def blocks(children: Blocks, _role: str) -> Blocks:
        return [map_block(child, blocks, inlines) for child in children]

    return map_block(block, blocks, inlines)


def _first_inlines(block: Node) -> Inlines:
    found: list[Inlines] = []

    def inlines(children: Inlines, _role: str) -> Inlines:
        found.append(children)
        return children

    def blocks(children: Blocks, _role: str) -> Blocks:
        for child in children:
            map_block(child, blocks, inlines)
        return children

    map_block(block, blocks, inlines)
    return found[0] if found else []


def _written(blocks: Blocks, escape: Escape) -> str:
    def inlines(children: Inlines, _role: str) -> Inlines:
        result: Inlines = []
        for index, node in enumerate(children):
            if node["t"] == "Str":
                result.append({"t": "Str", "c": escape(node["c"], index == 0)})
            elif node["t"] == "Link" and node["c"][0][1]:
                # <https://…>; where that does not survive, a link with its address as the text.
                plain = [EMPTY_ATTR, inlines(node["c"][1], "nested"), node["c"][2]]
                result.append({"t": "Link", "c": plain} if escape is _escape_all else node)
            else:
                result.append(map_inline(node, over, inlines))
        return result

    def over(children: Blocks, _role: str) -> Blocks:
        return [map_block(child, over, inlines) for child in children]

    written = pandoc.write(over(blocks, ""), f"{pandoc.DIALECT}-smart").decode()
    return _PRIVATE.sub(lambda found: _HELD.get(found.group(), ""), written)


def _escape_risky(text: str, first: bool) -> str:
    text = _PRIVATE.sub("", text)
    held = _RISKY.sub(lambda found: "".join(_HOLD[c] for c in found.group()), text)
    if first and _STARTS.match(text):
        held = re.sub(r"[:~+=|>#.()-]", lambda found: _HOLD[found.group()], held, count=1)
    return held


def _escape_all(text: str, _first: bool) -> str:
    return "".join(_HOLD.get(c, c) for c in _PRIVATE.sub("", text))


def _same(text: str, blocks: Blocks) -> bool:
    back = pandoc.read(text.encode(), f"{pandoc.DIALECT}-yaml_metadata_block")["blocks"]
    return _comparable(back) == _comparable(blocks)


def _comparable(blocks: Blocks) -> str:
    """Blocks without what the dialect adds: ids of headings, tight or loose lists, classes of links."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            kind = value.get("t")
            if kind == "Header":
                level, _attr, inlines = value["c"]
                return {"t": "Header", "c": [level, strip(inlines)]}
            if kind == "Plain":
                return {"t": "Para", "c": strip(value["c"])}
            if kind == "Link":
                return {"t": "Link", "c": [strip(value["c"][1]), value["c"][2]]}
            if kind == "Str":
                return {"t": "Str", "c": _PRIVATE.sub("", value["c"])}
            if kind in {"AlignDefault", "AlignLeft"} or kind == "ColWidth":
                return {"t": "default"}
            if kind == "ColWidthDefault":
                return {"t": "default"}
            return {name: strip(item) for name, item in value.items() if name != "line"}
        if isinstance(value, list):
            return [strip(item) for item in value if not _comment(item)]
        return value

    return json.dumps(strip(normalise_blocks(blocks)), sort_keys=True, ensure_ascii=False)


def _comment(value: Any) -> bool:
    """Whether a block is a comment of the source: that of a reviewer, or the mark between two lists."""
    return (
        isinstance(value, dict)
        and value.get("t") == "RawBlock"
        and re.fullmatch(r"\s*<!--(?:(?!-->).)*-->\s*", value["c"][1], re.DOTALL) is not None
    )


def article_file(article: ManuscriptArticle) -> bytes:
    """An article as the bytes of its source file."""
    fields = {"title": inline_markdown(article.title)}
    for name, inlines in (("summary", article.summary), ("author", article.author)):
        if inlines:
            fields[name] = inline_markdown(inlines)
    if article.name and article.id and _stem(article.name) != article.id:
        fields = {"id": article.id, **fields}
    front = "".join(f"{name}: {yaml_string(value)}\n" for name, value in fields.items())
    if article.keywords:
        listed = [yaml_string(inline_markdown(keyword)) for keyword in article.keywords]
        quoted = [
            json.dumps(word, ensure_ascii=False) if word[0] not in "\"'" and "," in word else word
            for word in listed
        ]
        front += f"keywords: [{', '.join(quoted)}]\n"
    return f"---\n{front}---\n\n{markdown(article.blocks).strip()}\n".encode()


def _stem(name: str) -> str:
    """The id that a file's name gives its article (publisher.reader)."""
    return re.sub(r"^\d+[-_. ]*", "", name.removesuffix(".md"))


def yaml_string(value: str) -> str:
    """A YAML scalar on one line: plain where that is safe, else in double quotes (YAML 1.2 §7.3)."""
    import yaml

    plain = yaml.safe_dump(value, allow_unicode=True, width=10**9, default_flow_style=False)
    text = plain.removesuffix("\n...\n").strip()
    if "\n" in text or text.startswith(("|", ">")):
        text = json.dumps(value, ensure_ascii=False)
    return text


_LETTERS = str.maketrans(
    {
        "ə": "e", "Ə": "e", "ı": "i", "İ": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d",
        "ð": "d", "þ": "th", "ł": "l",
        **dict(zip("абвгдеёзийклмнопрстуфхыэ", "abvgdeeziyklmnoprstufhye", strict=True)),
        "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu",
        "я": "ya", "є": "ye", "і": "i", "ї": "yi", "ґ": "g",
    }
)  # fmt: skip
_SKIPPED = word_set("a an the of in on at to for and or how its with from during after s")


def slug(title: str, words: int = 4) -> str:
    """A file name's part from a title: up to ``words`` of its words in plain Latin letters."""
    text = title.replace("İ", "i").lower().translate(_LETTERS)
    text = re.sub(r"['’ʼ‘]s\b|['’ʼ‘`]", "", text)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    pieces = [piece for piece in re.split(r"[^a-z0-9]+", text) if piece]
    chosen = [piece for piece in pieces if piece not in _SKIPPED] or pieces
    return "-".join(chosen[:words])[:48].strip("-")


def file_names(titles: list[str], taken: frozenset[str] = frozenset()) -> list[str]:
    """``01-name.md`` … for the articles; names (which become ids) are unique and not in ``taken``."""
    used = set(taken)
    result = []
    for number, title in enumerate(titles, 1):
        base = slug(title)
        if not base:
            base = f"article-{number}"
        elif not base[0].isalpha():
            base = f"article-{base}"
        name = base
        extra = 2
        while name in used:
            name = f"{base}-{extra}"
            extra += 1
        used.add(name)
        result.append(f"{number:02}-{name}.md")
    return result


def names_of(
    articles: Sequence[ManuscriptArticle], taken: frozenset[str] = frozenset()
) -> list[str]:
    """A file name for each article: the one it has, one from its id, else one from its title."""
    used = {_stem(article.name) for article in articles if article.name} | taken
    result = []
    for number, article in enumerate(articles, 1):
        if re.fullmatch(r"[\w-][\w.-]*\.md", article.name):
            result.append(article.name)
            continue
        if article.id and article.id not in used:
            name = f"{number:02}-{article.id}.md"
        else:
            name = f"{number:02}-{file_names([article.plain_title], frozenset(used))[0][3:]}"
        used.add(_stem(name))
        result.append(name)
    return result


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """What the manuscript does not say: the issue's number and date, and its title where it has none."""

    number: int | str
    date: date
    title: str
    subtitle: str = ""


def issue_files(
    manuscript: Manuscript,
    facts: IssueFacts,
    report: str,
    *,
    old_config: str = "",
    reserved: frozenset[str] = frozenset(),
) -> dict[str, bytes]:
    """Every file of the issue's folder by relative path.

    ``facts.title`` is inline Markdown and wins when it is not empty. ``old_config`` is the text of the
    issue.toml that is replaced: keys of its own (state, embargo …) stay. ``reserved`` are ids that
    articles may not take.
    """
    names = names_of(manuscript.articles, reserved)
    files: dict[str, bytes] = {}
    # Pandoc works in processes of its own: threads that wait for it use all cores.
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for name, data in zip(names, pool.map(article_file, manuscript.articles), strict=True):
            files[name] = data
    files["issue.toml"] = issue_toml(manuscript, facts, names, old_config)
    files[REPORT] = report.encode()
    for path, data in manuscript.media.items():
        files[path] = data
    return files


def issue_toml(
    manuscript: Manuscript, facts: IssueFacts, names: list[str], old_config: str = ""
) -> bytes:
    """``issue.toml`` for the manuscript."""
    import tomlkit

    config = tomlkit.parse(old_config)
    config["number"] = facts.number
    config["date"] = facts.date
    config["title"] = facts.title or inline_markdown(manuscript.title)
    subtitle = facts.subtitle or inline_markdown(manuscript.subtitle)
    if subtitle:
        config["subtitle"] = subtitle
    else:
        config.pop("subtitle", None)
    articles = tomlkit.array()
    articles.extend(names)
    config["articles"] = articles.multiline(True)
    config.pop("pages", None)
    if "state" not in config:
        config["state"] = "open"
    return tomlkit.dumps(config).encode()


def words_of(manuscript: Manuscript) -> Mapping[str, int]:
    """Words of each article's body, notes included, by title."""
    return {
        a.plain_title: len(re.findall(r"[^\W_]+(?:[-'’.,][^\W_]+)*", a.text))
        for a in manuscript.articles
    }
