"""Find the contents list, learn the titles from it and leave it out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from publisher.importers.characters import Line, blanked
from publisher.importers.furniture import key
from publisher.importers.inline import plain
from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.numerals import numbered

_NAMES = frozenset(
    """
    contents|table of contents|table of content|content|in this issue|inside this issue|index|toc|
    inhalt|inhaltsverzeichnis|in diesem heft|sommaire|table des matières|contenido|índice|sumário|
    conteúdo|indice|sommario|içindekiler|mündəricat|içerik|содержание|оглавление|зміст|المحتويات|
    الفهرس|فهرس المحتويات|目录|目次|spis treści|inhoud|innehåll|sisällys
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
_LEADER = re.compile(r"(?:\s*[.…·_‥]){3,}\s*|\s*[…]+\s*")
_PAGE = r"(?:p\.?\s*|pp\.?\s*|page\s*|s\.\s*|стр\.\s*)?(?P<page>\d{1,4}|[ivxlc]{1,6})"
_PAGED = re.compile(
    rf"^(?P<title>.*?[^\s.…·_‥])(?:(?:\s*[.…·_‥]){{2,}}\s*|\s*…\s*|\s+[-–—|]+\s*|\s*[,:]\s*|\s+)"
    rf"[(\[]?{_PAGE}[)\]]?[.\s*|]*$",
    re.IGNORECASE,
)
_LEADERED = re.compile(r"(?:\s?[.·_‥]){4,}|…{2,}|\s{3,}\d{1,4}\s*$")
_ONLY_PAGE = re.compile(rf"^[\s.…·_‥|(*\[]*{_PAGE}[\s.)*\]|]*$", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[-*+•–—·▪◦○●‣]\s+|\|\s*)")
_DEEP = re.compile(r"^\d{1,2}\.\d{1,2}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents: its title without number and page, and its place in the file.

    ``key`` is what it is compared by (furniture.key).
    """

    title: str
    line: int
    key: str
    number: int | None = None
    deep: bool = False
    indent: int = 0


def take(lines: list[Line], repairs: list[Repair]) -> tuple[list[Line], list[Entry]]:
    """Blank the contents list and return its entries.

    It begins at a heading such as "Contents" or, without one, at three entries or more in a row that
    end in leaders and a page number. It ends at the next heading, at the first title that comes again,
    or at prose.
    """
    start = _heading(lines)
    if start is not None:
        end, entries = _walk(lines, start + 1)
        if not entries:
            return lines, []
        first = start
    else:
        found = _leadered(lines)
        if found is None:
            return lines, []
        first, end = found
        end, entries = _walk(lines, first)
        if len(entries) < 3:
            return lines, []
    taken = [line for line in lines[first:end] if not line.blank]
    for line in taken:
        repairs.append(Repair(line.number, "contents left out", excerpt(line.text, 90)))
    result = [
        blanked(line) if first <= i < end and not line.blank else line
        for i, line in enumerate(lines)
    ]
    return result, entries


def _heading(lines: list[Line]) -> int | None:
    for place, line in enumerate(lines):
        if len(line.text) <= 60 and key(_bare(line.text)) in _NAMES:
            following = [other for other in lines[place + 1 : place + 12] if not other.blank]
            if following and len(following[0].text) <= 240:
                return place
    return None


def _bare(text: str) -> str:
    text = _BULLET.sub("", text.strip().strip("#").strip())
    return plain(text.strip("*_:").strip())


def _marked_heading(lines: list[Line], place: int) -> bool:
    text = lines[place].text.strip()
    if re.match(r"#{1,6}\s", text):
        return True
    below = lines[place + 1].text.strip() if place + 1 < len(lines) else ""
    return bool(text) and bool(re.fullmatch(r"={3,}|-{3,}", below))


def _walk(lines: list[Line], start: int) -> tuple[int, list[Entry]]:
    """Collect entries from ``start``; returns the place after the list and the entries."""
    entries: list[Entry] = []
    pending: list[Line] = []
    end = start
    place = start
    paged = _count_paged(lines, start)
    while place < len(lines):
        line = lines[place]
        text = line.text.strip()
        if not text or re.fullmatch(r"[\s\-=_*|:+]+", text):
            if pending and not text and not paged:
                _close(pending, entries)
            place += 1
            continue
        if _marked_heading(lines, place) and (entries or pending):
            break
        if _comes_again(lines, place, entries):
            break
        if _prose(lines, place, text):
            break
        if _ONLY_PAGE.match(text):
            if pending:
                _close(pending, entries)
            place += 1
            end = place
            continue
        if pending and (_starts_entry(text) or not paged):
            _close(pending, entries)
        pending.append(line)
        end = place + 1
        if _PAGED.match(_unlinked(text)) and (paged or _LEADERED.search(line.text)):
            _close(pending, entries)
        place += 1
    if pending:
        # Without a page number these lines are an entry only where a heading says the same.
        held = list(pending)
        _close(pending, entries)
        if paged and entries and not _named_below(lines, end, entries[-1]):
            entries.pop()
            end = next(i for i, line in enumerate(lines) if line is held[0])
    return end, entries


def _count_paged(lines: list[Line], start: int) -> bool:
    """True when most entries carry a page number, on their line or on the next."""
    seen = paged = since = 0
    for place in range(start, min(len(lines), start + 200)):
        text = lines[place].text.strip()
        if not text:
            continue
        if (_marked_heading(lines, place) and seen) or len(text) > 240 or since > 3:
            break
        since += 1
        if _PAGED.match(_unlinked(text)) or _ONLY_PAGE.match(text):
            paged += 1
            seen += since
            since = 0
    return paged >= 2 and paged * 3 >= seen


def _unlinked(text: str) -> str:
    return (
        re.sub(r"\[([^\[\]]*)\]\([^()]*\)", r"\1", text)
        .strip()
        .strip("|")
        .replace("|", "  ")
        .strip()
    )


def _starts_entry(text: str) -> bool:
    return bool(_BULLET.match(text)) or any(n.marked for n in numbered(_bare(text)))


def _close(pending: list[Line], entries: list[Entry]) -> None:
    text = " ".join(line.text.strip() for line in pending)
    entry = entry_of(text, pending[0].number)
    indent = pending[0].indent
    pending.clear()
    if entry is not None:
        deep = entry.deep or (bool(entries) and indent >= entries[0].indent + 2)
        entries.append(replace(entry, indent=indent, deep=deep))


def entry_of(text: str, line: int) -> Entry | None:
    """Read one entry: bullet, number, title, leaders and page taken apart."""
    flat = _BULLET.sub("", _unlinked(text)).strip()
    flat = plain(flat.replace("**", "").replace("__", ""))
    found = _PAGED.match(flat)
    title = found["title"] if found and key(found["title"]) else flat
    title = _LEADER.sub(" ", title + " ").strip() if _LEADERED.search(title) else title
    deep = bool(_DEEP.match(title))
    number = None
    for reading in numbered(title):
        if reading.marked or reading.style != "letter":
            number, title = reading.value, reading.rest
            break
    if not key(title):
        return None
    return Entry(title.strip(" .…·"), line, key(title), number, deep)


def _comes_again(lines: list[Line], place: int, entries: list[Entry]) -> bool:
    """True at the first heading: its text is that of an entry collected before."""
    known = {entry.key for entry in entries}
    if not known:
        return False
    block: list[str] = []
    for line in lines[place : place + 4]:
        if line.blank:
            break
        block.append(line.text)
        candidate = entry_of(" ".join(block), line.number)
        bare = key(" ".join(block))
        if candidate and (candidate.key in known or bare in known):
            return not _PAGED.match(_unlinked(" ".join(block))) or bare in known
    return False


def _named_below(lines: list[Line], start: int, entry: Entry) -> bool:
    wanted = entry.key
    return any(wanted and wanted in key(line.text) for line in lines[start:])


def _prose(lines: list[Line], place: int, text: str) -> bool:
    """A paragraph: longer than any title, or several lines that end in a full stop."""
    if _PAGED.match(_unlinked(text)) and _LEADERED.search(text):
        return False
    if len(text) > 240:
        return True
    if re.search(r"[.!?]\s+[A-ZÀ-Þ]\w+\s+\w+\s", plain(text)) and not numbered(_bare(text)):
        return True
    block: list[str] = []
    for line in lines[place:]:
        if line.blank:
            break
        block.append(line.text.strip())
    whole = " ".join(block)
    return (
        len(block) >= 3
        and not any(_PAGED.match(_unlinked(item)) for item in block)
        and not any(_starts_entry(item) for item in block)
        and whole.endswith((".", "”", '"'))
    )


def _leadered(lines: list[Line]) -> tuple[int, int] | None:
    run: list[int] = []
    for place, line in enumerate(lines):
        text = line.text.strip()
        if not text:
            continue
        if _LEADERED.search(line.text) and _PAGED.match(_unlinked(text)):
            run.append(place)
        elif len(text) < 100 and run and len(run) < 3 and not text.endswith("."):
            continue
        elif len(run) >= 3:
            return run[0], run[-1] + 1
        else:
            run = []
    return (run[0], run[-1] + 1) if len(run) >= 3 else None
