"""Write a corrected article: lines that say the same stay as they are, to the byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from publisher import pandoc
from publisher.ast import Blocks, Inlines, Node, map_block, map_inline, normalise_blocks
from publisher.correct.source import Piece, SourceArticle
from publisher.correct.words import told
from publisher.errors import InputError
from publisher.importers import write
from publisher.markdown import BODY_FORMAT

_OPEN, _CLOSE = "\ue210", "\ue211"
_HELD = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_CLOSING = re.compile(r" {0,3}:{3,}\s*$")


@dataclass(frozen=True, slots=True)
class Step:
    """One block of the corrected article in order.

    ``piece`` is its place in this file where it has one; ``moved`` says that it stands elsewhere now;
    ``block`` is what it says, ``kept`` that its lines can stay. ``comments`` go before it.
    """

    block: Node
    piece: Piece | None = None
    moved: bool = False
    kept: bool = False
    comments: tuple[str, ...] = ()


@dataclass(slots=True)
class _Segment:
    lines: list[str]
    piece: Piece | None = None
    note: str = ""
    gone: bool = False


class Rewriter:
    """Rewrites one source file; ``label`` gives a note's label here, ``notes`` their new text."""

    def __init__(
        self,
        source: SourceArticle,
        steps: Sequence[Step],
        label: Callable[[Node], str],
        notes: dict[str, Blocks],
        strings: dict[str, Inlines | None],
    ) -> None:
        self.source = source
        self.steps = steps
        self.label = label
        self.notes = notes
        self.strings = strings
        self.used: list[str] = []

    def text(self) -> str:
        """The whole file."""
        segments = self._segments()
        self._place(segments)
        self._definitions(segments)
        body = [line for segment in segments if not segment.gone for line in segment.lines]
        front = self._front()
        return "\n".join([*front, *body]).rstrip("\n") + "\n"

    def _segments(self) -> list[_Segment]:
        """The body's lines: blocks, definitions of notes, and what lies between."""
        source = self.source
        marks: list[tuple[int, int, Piece | None, str]] = [
            (piece.first, piece.last, piece, "") for piece in source.pieces
        ]
        marks += [(note.first, note.last, None, key) for key, note in source.notes.items()]
        result: list[_Segment] = []
        at = source.body_start
        for first, last, piece, note in sorted(marks, key=lambda mark: (mark[0], mark[1])):
            if first < at:
                continue
            if first > at:
                result.append(_Segment(source.lines[at:first]))
            result.append(_Segment(source.lines[first:last], piece, note))
            at = last
        result.append(_Segment(source.lines[at:]))
        return result

    def _place(self, segments: list[_Segment]) -> None:
        kept = {id(step.piece) for step in self.steps if step.piece is not None and not step.moved}
        by_piece = {id(segment.piece): segment for segment in segments if segment.piece is not None}
        original = {key: list(segment.lines) for key, segment in by_piece.items()}
        for key, segment in by_piece.items():
            # What has no words (a rule) Word may have lost: it stays.
            if key not in kept and segment.piece is not None and told(segment.piece.block):
                _remove(segments, segment)
        before: _Segment | None = None
        for number, step in enumerate(self.steps):
            self._uses(step.block)
            comments = [line for text in step.comments for line in (text, "")]
            if step.piece is not None and not step.moved:
                segment = by_piece[id(step.piece)]
                if not step.kept:
                    segment.lines = self._written(step.block, segment.lines)
                segment.lines = [*comments, *segment.lines]
                before = segment
                continue
            lines = self._written(step.block)
            if step.piece is not None and step.kept:
                lines = original[id(step.piece)]
            made = _Segment([*comments, *lines])
            following = next(
                (s.piece for s in self.steps[number + 1 :] if s.piece is not None and not s.moved),
                None,
            )
            at = self._after(segments, before, following)
            opened = at == 0 and before is None
            made.lines = ["", *made.lines, ""] if opened else ["", *made.lines]
            segments.insert(at, made)
            before = made

    def _after(
        self, segments: list[_Segment], before: _Segment | None, following: Piece | None
    ) -> int:
        """Where a new block goes: after the one before it, outside of divs that end there."""
        if before is None:
            return 0
        at = segments.index(before) + 1
        depth = len(before.piece.around) if before.piece is not None else 0
        inside = 0
        if before.piece is not None and following is not None:
            while (
                inside < min(depth, len(following.around))
                and following.around[inside] == before.piece.around[inside]
            ):
                inside += 1
        leave = depth - inside
        if not leave:
            return at
        while at < len(segments) and leave:
            segment = segments[at]
            if segment.piece is not None or segment.note:
                break
            for place, line in enumerate(segment.lines):
                if _CLOSING.match(line):
                    leave -= 1
                    if not leave:
                        rest = _Segment(segment.lines[place + 1 :])
                        segment.lines = segment.lines[: place + 1]
                        segments.insert(at + 1, rest)
                        break
            at += 1
        return at

    def _uses(self, block: Node) -> None:
        from publisher.ast import iter_nodes

        for node in iter_nodes([block]):
            if node["t"] == "Note":
                label = self.label(node)
                if label not in self.used:
                    self.used.append(label)

    def _definitions(self, segments: list[_Segment]) -> None:
        """Notes that changed are written anew, those that nothing calls go, new ones come last."""
        have = {}
        for segment in segments:
            if not segment.note:
                continue
            if segment.note not in self.used:
                _remove(segments, segment)
                continue
            have[segment.note] = segment
            if segment.note in self.notes:
                label = self.source.notes[segment.note].label
                segment.lines = self._definition(label, self.notes[segment.note])
        missing = [label for label in self.used if label not in have]
        for label in missing:
            if label not in self.notes:
                raise InputError(f"the note [^{label}] has no text", path=self.source.path)
            lines = ["", *self._definition(label, self.notes[label])]
            last = max((segments.index(s) for s in have.values()), default=None)
            if last is None:
                while segments and not "".join(segments[-1].lines).strip():
                    segments.pop()
                segments.append(_Segment(lines, note=label))
                have[label] = segments[-1]
            else:
                made = _Segment(lines, note=label)
                segments.insert(last + 1, made)
                have[label] = made

    def _definition(self, label: str, blocks: Blocks) -> list[str]:
        text = self._markdown(blocks).strip("\n")
        lines = text.split("\n")
        return [f"[^{label}]: {lines[0]}", *(f"    {line}" if line else "" for line in lines[1:])]

    def _written(self, block: Node, old: Sequence[str] = ()) -> list[str]:
        """A block's lines, with straight quotation marks where the old ones had them."""
        text = self._markdown([block]).strip("\n")
        before = "\n".join(old)
        if re.search("['\"]", before) and not re.search("[“”‘’]", before):
            straight = text.translate(_STRAIGHT)
            if straight != text and _reads_alike(straight, text):
                text = straight
        return text.split("\n")

    def _markdown(self, blocks: Blocks) -> str:
        """Blocks in the source dialect, notes as references."""
        labels: list[str] = []

        def inlines(children: Inlines, _role: str) -> Inlines:
            result: Inlines = []
            for node in children:
                if node["t"] == "Note":
                    labels.append(self.label(node))
                    result.append({"t": "Str", "c": f"{_OPEN}{len(labels) - 1}{_CLOSE}"})
                else:
                    result.append(map_inline(node, over, inlines))
            return result

        def over(children: Blocks, _role: str) -> Blocks:
            return [map_block(child, over, inlines) for child in children]

        text = write.markdown(over(blocks, ""))
        return _HELD.sub(lambda found: f"[^{self._shown(labels[int(found[1])])}]", text)

    def _shown(self, label: str) -> str:
        note = self.source.notes.get(label)
        return note.label if note is not None else label

    def _front(self) -> list[str]:
        """The front matter, with the strings that changed."""
        lines = self.source.lines[: self.source.body_start]
        if not self.strings:
            return lines
        ranges = _ranges("\n".join(lines[1:-1]))
        for key in sorted(self.strings, key=lambda name: -ranges.get(name, (10**9, 0))[0]):
            value = self.strings[key]
            made = (
                []
                if value is None
                else [f"{key}: {write.yaml_string(write.inline_markdown(value))}"]
            )
            if key in ranges:
                first, last = ranges[key]
                lines = [*lines[: first + 1], *made, *lines[last + 1 :]]
            else:
                lines = [*lines[:-1], *made, lines[-1]]
        return lines


_STRAIGHT = str.maketrans("“”‘’", "\"\"''")


def _reads_alike(one: str, other: str) -> bool:
    """Whether two texts are the same once pandoc has curled their quotation marks."""
    first, second = (
        normalise_blocks(pandoc.read(text.encode(), BODY_FORMAT)["blocks"]) for text in (one, other)
    )
    return first == second


def _ranges(text: str) -> dict[str, tuple[int, int]]:
    """The lines (from 0, last excluded) of every key in front matter."""
    import yaml

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return {}
    starts = [(key.value, key.start_mark.line) for key, _ in root.value]
    total = text.count("\n") + 1
    result = {}
    for index, (name, first) in enumerate(starts):
        last = starts[index + 1][1] if index + 1 < len(starts) else total
        result[name] = (first, last)
    return result


def _remove(segments: list[_Segment], segment: _Segment) -> None:
    """Take a segment out with the blank lines after it."""
    segment.gone = True
    at = segments.index(segment) + 1
    if at < len(segments) and segments[at].piece is None and not segments[at].note:
        lines = segments[at].lines
        while lines and not lines[0].strip():
            lines = lines[1:]
        segments[at].lines = lines
