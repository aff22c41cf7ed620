"""Find the headings, tell articles from sections, and read the title page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from publisher.importers.blocks import Block, follows
from publisher.importers.contents import Entry
from publisher.importers.furniture import key
from publisher.importers.inline import plain
from publisher.importers.lexicon import FUNCTION_WORDS
from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.numerals import Numbered, numbered
from publisher.importers.titles import Titles, raw_text

_ENDED = re.compile(r"[.:;,…][\"'”’»)\]]*$")
_BOLD = re.compile(r"(?:\*\*|__)(?!\s)(?P<text>(?:(?!\*\*|__).)+?)(?:\*\*|__)", re.DOTALL)
_DEEP = re.compile(r"^(?P<parent>\d{1,2})\.\d{1,2}(?:\.\d{1,2})*\.?\s+(?P<rest>\S.*)$", re.DOTALL)
_LONGEST = 200
CAPS_LEVEL, BOLD_LEVEL, PLAIN_LEVEL = 7, 8, 9


@dataclass(frozen=True, slots=True)
class Section:
    """An article before its text is put together: its title (raw), place and blocks."""

    title: str
    line: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The front of the manuscript and its articles. ``missing`` are contents entries without a heading;
    ``uneven`` is true when levels alone decided and did not make an outline."""

    front: tuple[Block, ...]
    sections: tuple[Section, ...]
    missing: tuple[Entry, ...] = ()
    uneven: bool = False


def outline(blocks: list[Block], entries: list[Entry], repairs: list[Repair]) -> Outline:
    """Divide the blocks into front and articles.

    The contents entries decide which headings are articles; without them a rising sequence of numbers;
    without that the level of the headings.
    """
    entries = [entry for entry in entries if not entry.deep]
    blocks = _split_headings(_numerals_apart(blocks))
    titles = Titles.of(entries)
    blocks = _promote(blocks, titles, repairs)
    marks, missing, uneven = _articles(blocks, titles)
    if not marks:
        return Outline(tuple(blocks), (), tuple(missing))
    places = sorted(marks)
    sections = []
    for index, place in enumerate(places):
        end = places[index + 1] if index + 1 < len(places) else len(blocks)
        head = blocks[place]
        title = marks[place]
        if title != head.text:
            repairs.append(
                Repair(head.line, "heading", excerpt(_shown(head), 90), excerpt(plain(title), 90))
            )
        body = _levels(blocks[place + 1 : end], index + 1, repairs)
        sections.append(Section(title, head.line, tuple(body)))
    return Outline(tuple(blocks[: places[0]]), tuple(sections), tuple(missing), uneven)


def _shown(head: Block) -> str:
    return ("#" * head.level + " " if 1 <= head.level <= 6 else "") + head.text


def heading_like(block: Block, limit: int = _LONGEST) -> bool:
    """True for a short block that does not end like a sentence."""
    text = block.plain
    return 0 < len(text) <= limit and not _ENDED.search(text)


def _numerals_apart(blocks: list[Block]) -> list[Block]:
    """A number on a line of its own above a heading goes into the heading."""
    result: list[Block] = []
    for block in blocks:
        last = result[-1] if result else None
        if (
            last is not None
            and last.kind in {"text", "heading"}
            and re.fullmatch(
                r"(?:(?i:article|chapter|part)\s+)?(?:[IVXLC]{1,7}|\d{1,2})[.)]?", last.plain
            )
            and block.kind in {"text", "heading"}
            and heading_like(block)
            and not numbered(block.plain)
        ):
            level = block.level or last.level
            kind = "heading" if "heading" in {block.kind, last.kind} else "text"
            number = last.plain if last.plain[-1] in ".)" else f"{last.plain}."
            result[-1] = replace(last, kind=kind, level=level, text=f"{number} {block.text}")
            continue
        result.append(block)
    return result


def _split_headings(blocks: list[Block]) -> list[Block]:
    """A heading that was wrapped onto a second one: the first ends on a word that must go on."""
    result: list[Block] = []
    for block in blocks:
        last = result[-1] if result else None
        if last is not None and last.kind == block.kind == "heading" and last.level == block.level:
            words = last.plain.split()
            goes_on = last.plain.endswith(",") or words[-1].lower() in FUNCTION_WORDS
            if goes_on and not any(reading.marked for reading in numbered(block.plain)):
                result[-1] = replace(last, text=f"{last.text} {block.text}")
                continue
        result.append(block)
    return result


def _promote(blocks: list[Block], titles: Titles, repairs: list[Repair]) -> list[Block]:
    """Make headings of paragraphs that are headings by every sign but the markup."""
    result = list(blocks)
    sequence = _plain_sequence(blocks)
    used: set[str] = {
        entry.key for b in blocks if b.kind == "heading" for entry in titles.matches(b)
    }
    for place, block in enumerate(blocks):
        if block.kind not in {"text", "item"} or len(block.plain) > _LONGEST:
            continue
        level = 0
        matched = [entry for entry in titles.matches(block) if entry.key not in used]
        bold = _BOLD.fullmatch(block.text.strip())
        letters = [c for c in block.plain if c.isalpha()]
        if matched:
            level = PLAIN_LEVEL
            used.add(matched[0].key)
        elif place in sequence:
            level = PLAIN_LEVEL
        elif block.kind == "item":
            continue
        elif (
            len(letters) >= 4
            and all(c.isupper() for c in letters if c.upper() != c.lower())
            and any(c.isupper() for c in letters)
            and heading_like(block, 160)
            and not _cut_beside(blocks, place)
        ):
            level = CAPS_LEVEL
        elif bold and heading_like(block, 160) and not _cut_beside(blocks, place):
            level = BOLD_LEVEL
        if level:
            text = raw_text(block)
            result[place] = replace(block, kind="heading", level=level, text=text, marker="")
            repairs.append(
                Repair(
                    block.line, "heading recognised", excerpt(text, 90), excerpt(plain(text), 90)
                )
            )
    return result


def _cut_beside(blocks: list[Block], place: int) -> bool:
    """True when the paragraph before breaks off and the one after goes on in lower case."""
    if not 0 < place < len(blocks) - 1:
        return False
    before, after = blocks[place - 1], blocks[place + 1]
    if before.kind != "text" or after.kind != "text":
        return False
    broken = not re.search(r"[.!?:;…][\"'”’»)\]]*$", before.plain) and len(before.plain) > 60
    return broken and after.plain.lstrip("“\"'(‘[")[:1].islower()


def _texts(below: list[str]) -> bool:
    """True when what stands under a heading is text: a whole sentence, or enough of one."""
    return (
        any(re.search(r"[.!?][\"'”’»)\]]*$", text) for text in below) or len(" ".join(below)) >= 60
    )


def _plain_sequence(blocks: list[Block]) -> set[int]:
    """Places of short numbered blocks that stand apart from each other and count 1, 2, 3 …"""
    best: list[int] = []
    headed = {
        (n.style, n.value)
        for b in blocks
        if b.kind == "heading"
        for n in numbered(b.plain)
        if n.marked
    }
    for style in ("roman", "arabic", "letter"):
        run: list[int] = []
        wanted = 1
        while (style, wanted) in headed:
            wanted += 1
        for place, block in enumerate(blocks):
            if block.kind not in {"text", "item"} or not heading_like(block, 160):
                continue
            # The next item of a list, the rest of a cut item perhaps between.
            above = [b for b in blocks[max(0, place - 3) : place] if b.kind == "item"]
            if above and follows(above[-1].marker, block.marker):
                continue
            following = blocks[place + 1] if place + 1 < len(blocks) else None
            below = [b.plain for b in blocks[place + 1 : place + 3] if b.kind == "text"]
            if following is None or following.kind == "item" or not _texts(below):
                continue
            if following.plain[:1].islower():
                continue
            readings = [
                n
                for n in numbered(plain(raw_text(block)))
                if n.style == style and n.value == wanted
            ]
            if not readings or not (readings[0].marked or len(readings[0].rest) > 3):
                continue
            if (
                block.kind == "text"
                and not readings[0].rest[:1].isupper()
                and not readings[0].marked
            ):
                continue
            run.append(place)
            wanted += 1
            while (style, wanted) in headed:
                wanted += 1
        enough = 1 if headed and run else 2
        if len(run) >= enough and len(run) > len(best):
            best = run
    return set(best)


def _articles(blocks: list[Block], titles: Titles) -> tuple[dict[int, str], list[Entry], bool]:
    """Places of the articles' headings with their titles (raw, number removed)."""
    places = [place for place, block in enumerate(blocks) if block.kind == "heading"]
    entries = titles.entries
    listed: dict[int, Entry] = {}
    taken: set[int] = set()
    for place in places:
        free = [entry for entry in titles.matches(blocks[place]) if entry.line not in taken]
        if free:
            listed[place] = free[0]
            taken.add(free[0].line)
    sequence = _sequence(blocks, places)
    missing = [entry for entry in entries if entry.line not in taken]
    if listed and len(listed) * 2 >= len(entries):
        chosen = dict.fromkeys(listed, "")
        if sequence and set(listed) <= set(sequence):
            chosen.update(dict.fromkeys(sequence, ""))
        chosen_titles = {
            place: _title(blocks[place], listed.get(place), sequence.get(place)) for place in chosen
        }
        return chosen_titles, missing, False
    if len(sequence) >= 2:
        return (
            {p: _title(blocks[p], None, reading) for p, reading in sequence.items()},
            missing,
            False,
        )
    by_level, uneven = _by_level(blocks, places)
    return {p: blocks[p].text for p in by_level}, missing, uneven


def _sequence(blocks: list[Block], places: list[int]) -> dict[int, Numbered]:
    """The longest rising sequence of numbered headings in one style, from 1 (or 2, if 1 is unread)."""
    best: dict[int, Numbered] = {}
    for style in ("roman", "arabic", "letter"):
        run: dict[int, Numbered] = {}
        last = 0
        for place in places:
            if _DEEP.match(blocks[place].plain):
                continue
            for reading in numbered(blocks[place].plain):
                step = reading.value - last
                if reading.style == style and 1 <= step <= 2 and (reading.marked or step == 1):
                    run[place] = reading
                    last = reading.value
                    break
        if len(run) > len(best):
            best = run
    return best if len(best) >= 2 else {}


def _title(head: Block, entry: Entry | None, reading: Numbered | None) -> str:
    """The heading's raw text without bold and number; from the contents where it stands in capitals."""
    text = re.sub(r"\*\*|__", "", head.text).strip()
    if reading is None and entry is not None:
        options = [n for n in numbered(text) if key(n.rest) == entry.key and key(text) != entry.key]
        reading = options[0] if options else None
    if reading is not None:
        options = [
            n for n in numbered(text) if n.value == reading.value and n.style == reading.style
        ]
        if not options:  # the number stands in emphasis of its own
            text = plain(text)
            options = [
                n for n in numbered(text) if n.value == reading.value and n.style == reading.style
            ]
        text = options[0].rest if options else text
    letters = [c for c in text if c.isalpha()]
    if entry is not None and letters and all(not c.islower() for c in letters):
        other = entry.title
        if any(c.islower() for c in other) and key(other) == key(text):
            return other
    return text.strip()


def _by_level(blocks: list[Block], places: list[int]) -> tuple[list[int], bool]:
    """The headings of the top level; all of them when the levels make no outline."""
    places = _after_title(blocks, places)
    if not places:
        return [], False
    top = min(blocks[place].level for place in places)
    if top >= CAPS_LEVEL:
        return [place for place in places if blocks[place].level == top], False
    marked = [place for place in places if blocks[place].level < CAPS_LEVEL]
    # Where most headings stand on the top level, the others are its sections, however deep.
    if sum(blocks[place].level == top for place in marked) >= 0.6 * len(marked):
        return [place for place in places if blocks[place].level == top], False
    last = top - 1
    for place in marked:
        level = blocks[place].level
        if level > last + 1 or (place == marked[0] and level != top):
            return marked, True
        last = level
    return [place for place in places if blocks[place].level == top], False


def _after_title(blocks: list[Block], places: list[int]) -> list[int]:
    """Headings without those of the title page: nothing but short lines stands under them."""
    if len(places) < 2:
        return places
    first = places[0]
    levels = [blocks[place].level for place in places]
    alone = levels.count(levels[0]) == 1 and levels[0] == min(levels)
    if alone or not _has_text(blocks, first + 1, places[1]):
        return _after_title_rest(blocks, places[1:])
    return places


def _after_title_rest(blocks: list[Block], places: list[int]) -> list[int]:
    """Drop a subtitle that is set as a heading with no text of its own."""
    if len(places) >= 2 and places[1] == places[0] + 1 and not blocks[places[0]].page:
        rest = [blocks[p].level for p in places[1:]]
        if rest.count(blocks[places[0]].level) == 0:
            return places[1:]
    return places


def _has_text(blocks: Sequence[Block], start: int, end: int) -> bool:
    return any(
        block.kind not in {"heading", "text"}
        or (block.kind == "text" and not heading_like(block, 120))
        for block in blocks[start:end]
    )


def _levels(blocks: Sequence[Block], number: int, repairs: list[Repair]) -> list[Block]:
    """Section headings of one article at levels 2, 3, 4 … without gaps."""
    ranks = {
        level: rank
        for rank, level in enumerate(sorted({b.level for b in blocks if b.kind == "heading"}))
    }
    result: list[Block] = []
    last = 1
    for block in blocks:
        if block.kind != "heading":
            result.append(block)
            continue
        level = min(ranks[block.level] + 2, last + 1, 6)
        last = level
        text = re.sub(r"\*\*|__", "", block.text).strip()
        deep = _DEEP.match(text)
        if deep and int(deep["parent"]) == number:
            text = deep["rest"]
        if text != block.text:
            repairs.append(
                Repair(block.line, "heading", excerpt(_shown(block), 90), excerpt(text, 90))
            )
        result.append(replace(block, level=level, text=text))
    return result
