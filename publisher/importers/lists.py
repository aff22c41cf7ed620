"""Lists: items with marks, and runs of short parallel paragraphs after a sentence that announces them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from publisher.importers.blocks import Block, follows, joined, ordinal
from publisher.importers.cuts import breaks_off, ended, judge_blocks
from publisher.importers.lexicon import Lexicon
from publisher.importers.manuscript import Repair, excerpt

_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20,
}  # fmt: skip
_COUNTED = re.compile(
    rf"\b(?P<number>{'|'.join(_NUMBERS)}|[2-9]|1\d|20)(?:-|\s)(?=[a-z])", re.IGNORECASE
)
_SENTENCES = re.compile(r"[.!?][\"”’]*\s+(?=[^\W\d_a-z]|[\"“‘])")
_LONGEST_ITEM = 320
_SHORT_ITEM = 160


@dataclass(frozen=True, slots=True)
class Run:
    """Paragraphs that are the items of a list: ``used`` blocks make ``items``."""

    items: tuple[Block, ...]
    used: int
    ordered: bool


def announced(text: str) -> tuple[set[int], bool]:
    """The numbers that the last sentences of a paragraph name, and whether it ends with a colon."""
    sentences = _SENTENCES.split(text)[-3:]
    counts = {
        _NUMBERS.get(found["number"].lower()) or int(found["number"])
        for sentence in sentences
        for found in _COUNTED.finditer(sentence)
    }
    return counts, text.rstrip().endswith(":")


def run_after(
    announcing: Block, following: Sequence[Block], lexicon: Lexicon, repairs: list[Repair]
) -> Run | None:
    """The unmarked list that ``announcing`` introduces, None where what follows is prose.

    Whole sentences are tried first (cuts inside an item are joined as in prose), then fragments, which
    have no full stop and may begin in lower case (only a part that cannot end is joined).
    """
    text = announcing.plain
    counts, colon = announced(text)
    closes = bool(re.search(r"\bfollowing\b", _SENTENCES.split(text)[-1], re.IGNORECASE))
    if not colon and not (closes and counts):
        return None
    candidates = []
    for block in following:
        if block.kind != "text":
            break
        candidates.append(block)
    if len(candidates) < 2:
        return None
    for gather in (_sentences, _fragments):
        run = gather(candidates, counts, lexicon)
        if run is not None:
            for item in run.items:
                repairs.append(
                    Repair(
                        item.line,
                        "list recognised",
                        excerpt(item.text, 70),
                        ("1. " if run.ordered else "- ") + excerpt(item.text, 70),
                    )
                )
            return run
    return None


Step = Callable[[Block, Block], bool]


def _gather(candidates: Sequence[Block], step: Step, lexicon: Lexicon) -> list[tuple[Block, int]]:
    """Items with the number of blocks used up to each; ``step`` says whether two blocks are one item."""
    found: list[tuple[Block, int]] = []
    place = 0
    while place < len(candidates) and len(found) < 25:
        item = candidates[place]
        place += 1
        while place < len(candidates) and step(item, candidates[place]):
            item = joined(item, candidates[place], lexicon, [])
            place += 1
        found.append((item, place))
    return found


def _sentences(candidates: Sequence[Block], counts: set[int], lexicon: Lexicon) -> Run | None:
    found = _gather(candidates, lambda a, b: judge_blocks(a, b, lexicon).join, lexicon)
    texts = [item.plain for item, _ in found]
    extent = 0
    while extent < len(texts) and _one_sentence(texts[extent]) and ended(texts[extent]):
        extent += 1
    for count in sorted(counts, reverse=True):
        if count <= extent and (
            _parallel(texts[:count])
            or (
                all(len(text) <= 250 for text in texts[:count])
                and (
                    count == len(texts) or not _one_sentence(texts[count]) or _unlike(texts, count)
                )
            )
        ):
            return _run(found, count, ordered=True)
    alike = 0
    while alike < extent and _opening(texts[alike]) == _opening(texts[0]):
        alike += 1
    if alike >= 3 or (alike == 2 and len(" ".join(_opening(texts[0]))) > 8):
        return _run(found, alike, ordered=alike in counts)
    return None


def _fragments(candidates: Sequence[Block], counts: set[int], lexicon: Lexicon) -> Run | None:
    found = _gather(candidates, lambda a, b: _broken(a, b, lexicon), lexicon)
    texts = [item.plain for item, _ in found]
    extent = 0
    while (
        extent < len(texts) and len(texts[extent]) <= _LONGEST_ITEM and _one_sentence(texts[extent])
    ):
        text = texts[extent]
        if text[:1].islower() != texts[0][:1].islower():
            break
        extent += 1
        if text.endswith("."):
            break
        if (
            not text.endswith((";", ",", "; and", "; or", ", and", ", or"))
            and len(text) > _SHORT_ITEM
        ):
            extent -= 1
            break
    # A short piece before one in lower case is a paragraph that was cut, not an item.
    if extent < len(texts) and texts[extent][:1].islower() and not texts[0][:1].islower():
        extent -= 1
    if extent < 2:
        return None
    items = texts[:extent]
    semicolons = sum(text.endswith((";", "; and", "; or")) for text in items)
    commas = sum(text.endswith((",", ", and", ", or")) for text in items)
    bare = sum(text[-1:].isalnum() or text[-1:] in ")”’" for text in items)
    lower = all(text[:1].islower() for text in items)
    upper = all(text[:1].isupper() for text in items)
    closed = items[-1].endswith(".")
    marked = max(semicolons, commas, bare)
    if not (lower or upper) or marked < extent - 1:
        return None
    # Two pieces in lower case may as well be one sentence that was cut twice.
    if (
        extent in counts
        or (extent >= 3 and (closed or bare == extent))
        or (semicolons and extent >= 2)
    ):
        return _run(found, extent, ordered=extent in counts)
    if upper and bare == extent and extent >= 2:
        return _run(found, extent, ordered=False)
    return None


def _broken(first: Block, second: Block, lexicon: Lexicon) -> bool:
    text = first.plain
    if ended(text) or text.endswith((";", ",", "; and", ", and", "; or", ", or", ":")):
        return False
    return breaks_off(text, lexicon) or (text.endswith("-") and second.plain[:1].islower())


def _run(found: Sequence[tuple[Block, int]], count: int, *, ordered: bool) -> Run:
    items = tuple(item for item, _ in found[:count])
    return Run(items, found[count - 1][1], ordered)


def _one_sentence(text: str) -> bool:
    return len(text) <= _LONGEST_ITEM and not _SENTENCES.search(text)


def _opening(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in text.split()[:2])


def _parallel(texts: Sequence[str]) -> bool:
    """The same first word or two, or the same kind of first word (to …, …ing)."""
    firsts = [text.split()[0].lower() for text in texts if text]
    if len(set(firsts)) == 1:
        return True
    return all(first.endswith("ing") for first in firsts)


def _unlike(texts: Sequence[str], count: int) -> bool:
    """The paragraph after the run is clearly longer than its items."""
    longest = max(len(text) for text in texts[:count])
    return len(texts[count]) > longest * 1.3


def unmark(block: Block) -> Block:
    """An item that stands alone is a paragraph; a bullet goes, a number or dash stays."""
    if ordinal(block.marker) or block.marker in "–—":
        return replace(block, kind="text", text=f"{block.marker} {block.text}", marker="")
    return block


def settle_items(blocks: Sequence[Block]) -> list[Block]:
    """Items without company become paragraphs again, unless they carry a true bullet."""
    result: list[Block] = []
    for place, block in enumerate(blocks):
        if block.kind == "item" and not _company(blocks, place):
            block = unmark(block)
        result.append(block)
    return result


def _company(blocks: Sequence[Block], place: int) -> bool:
    """True when another item of the same list stands at most two pieces of text away."""
    block = blocks[place]
    for direction in (-1, 1):
        for distance in (1, 2, 3):
            other = place + direction * distance
            if not 0 <= other < len(blocks) or blocks[other].kind not in {"text", "item"}:
                break
            if blocks[other].kind != "item":
                continue
            pair = (blocks[other], block) if direction < 0 else (block, blocks[other])
            if follows(pair[0].marker, pair[1].marker) or pair[0].indent != pair[1].indent:
                return True
    return False
