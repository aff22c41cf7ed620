"""A corrected block over the source's: the words of the one, the markup and attributes of the other."""

from __future__ import annotations

from typing import Any

from publisher.ast import Blocks, Inlines, Node, get_key, plain_text, with_attr
from publisher.correct.align import align
from publisher.correct.patch import Patch
from publisher.correct.pictures import images, replaced
from publisher.correct.tokens import NoteNames, key_of, looks_of, shape
from publisher.correct.words import alike, any_kind, flat, keys

_LEVELS = frozenset({"Para", "Plain", "Header"})


class Merger:
    """Merges blocks. ``exact`` says that the manuscript's emphasis and structure are to be believed:
    it is an edition of ours that comes back."""

    def __init__(self, old_names: NoteNames, new_names: NoteNames, *, exact: bool) -> None:
        self.old_names = old_names
        self.new_names = new_names
        self.exact = exact

    def same(self, old: Node, new: Node) -> bool:
        """Whether the corrected block says what the source says, in the same form."""
        if key_of(old, self.old_names) != key_of(new, self.new_names):
            return False
        if not self.exact:
            return True
        return shape(old) == shape(new) and looks_of(old, self.old_names) == looks_of(
            new, self.new_names
        )

    def block(self, old: Node, new: Node) -> Node:
        """One block; ``old`` gives attributes, ``new`` words and order."""
        if self.same(old, new):
            return old
        kind = new["t"]
        if old["t"] in _LEVELS and kind in _LEVELS:
            inlines = self.inlines(_inlines(old), _inlines(new))
            if kind == "Header" and old["t"] == "Header":
                level = new["c"][0] if self.exact else old["c"][0]
                return {**old, "c": [level, old["c"][1], inlines]}
            if kind == "Header":
                return {"t": "Header", "c": [new["c"][0], new["c"][1], inlines]}
            return {"t": old["t"] if old["t"] in {"Para", "Plain"} else kind, "c": inlines}
        if old["t"] != kind:
            return new
        if kind in {"BulletList", "OrderedList"}:
            return self._list(old, new)
        if kind == "DefinitionList":
            return self._definitions(old, new)
        if kind == "Div":
            return self._div(old, new)
        if kind == "BlockQuote":
            return {**old, "c": self.blocks(old["c"], new["c"])}
        if kind == "Table":
            return self._table(old, new)
        if kind == "Figure":
            return self._figure(old, new)
        if kind == "CodeBlock":
            return {**old, "c": [old["c"][0], new["c"][1]]}
        return new

    def blocks(self, old: Blocks, new: Blocks) -> Blocks:
        """Blocks below another block, in the new order."""
        pairs = align(
            [flat(block, self.old_names) for block in old],
            [flat(block, self.new_names) for block in new],
            lambda a, b: alike(old[a], new[b]),
        )
        result: Blocks = []
        for pair in pairs:
            if pair.new is None:
                if pair.old is not None and old[pair.old]["t"] in {"RawBlock", "HorizontalRule"}:
                    result.append(old[pair.old])
            elif pair.old is None:
                result.append(new[pair.new])
            else:
                result.append(self.block(old[pair.old], new[pair.new]))
        return result

    def _list(self, old: Node, new: Node) -> Node:
        olds, news = _items(old), _items(new)
        tight = any(item and item[0]["t"] == "Plain" for item in olds)
        pairs = align(
            [tuple(w for block in item for w in flat(block, self.old_names)) for item in olds],
            [tuple(w for block in item for w in flat(block, self.new_names)) for item in news],
            any_kind,
        )
        made: list[Blocks] = []
        for pair in pairs:
            if pair.new is None:
                continue
            item = news[pair.new]
            if pair.old is not None:
                item = self.blocks(olds[pair.old], item)
            made.append([_as(block, "Plain" if tight else "Para") for block in item])
        return {**old, "c": made if old["t"] == "BulletList" else [old["c"][0], made]}

    def _definitions(self, old: Node, new: Node) -> Node:
        olds, news = old["c"], new["c"]

        def words(entry: list[Any], names: NoteNames) -> tuple[str, ...]:
            return (
                *keys(entry[0], names),
                *(w for body in entry[1] for block in body for w in flat(block, names)),
            )

        pairs = align(
            [words(entry, self.old_names) for entry in olds],
            [words(entry, self.new_names) for entry in news],
            any_kind,
        )
        made = []
        for pair in pairs:
            if pair.new is None:
                continue
            term, bodies = news[pair.new]
            if pair.old is not None:
                old_term, old_bodies = olds[pair.old]
                term = self.inlines(old_term, term)
                if len(bodies) == len(old_bodies):
                    bodies = [self.blocks(a, b) for a, b in zip(old_bodies, bodies, strict=True)]
            made.append([term, bodies])
        return {**old, "c": made}

    def _div(self, old: Node, new: Node) -> Node:
        attr, content = old["c"]
        source, wanted = get_key(attr, "source"), get_key(new["c"][0], "source")
        if wanted is not None and wanted != source:
            keys = [[k, wanted if k == "source" else v] for k, v in attr[2]]
            if source is None:
                keys.append(["source", wanted])
            attr = [attr[0], attr[1], keys]
        return {**old, "c": [attr, self.blocks(content, new["c"][1])]}

    def _caption(self, old: list[Any], new: list[Any]) -> list[Any]:
        return [old[0], self.blocks(old[1], new[1])]

    def _figure(self, old: Node, new: Node) -> Node:
        content = old["c"][2]
        olds, news = images(content), images(new["c"][2])
        if len(olds) == len(news) and self.exact:
            for before, after in zip(olds, news, strict=True):
                if plain_text(before["c"][1]) != plain_text(after["c"][1]) and after["c"][1]:
                    alt = self.inlines(before["c"][1], after["c"][1])
                    content = replaced(
                        content, before, {**before, "c": [before["c"][0], alt, before["c"][2]]}
                    )
        elif len(news) > len(olds):
            content = new["c"][2]
        return {**old, "c": [old["c"][0], self._caption(old["c"][1], new["c"][1]), content]}

    def _table(self, old: Node, new: Node) -> Node:
        attr, caption, specs, head, bodies, foot = old["c"]
        new_caption = self._caption(caption, new["c"][1])
        if len(specs) != len(new["c"][2]) or len(bodies) != 1:
            return with_attr({**new, "c": [attr, new_caption, *new["c"][2:]]}, attr)
        new_head, new_body = new["c"][3], new["c"][4]
        rows = [row for body in new_body for row in [*body[2], *body[3]]] + list(new["c"][5][1])
        made_head = [head[0], self._rows(head[1], new_head[1])]
        made_body = [[*bodies[0][:3], self._rows([*bodies[0][3], *foot[1]], rows)]]
        return {**old, "c": [attr, new_caption, specs, made_head, made_body, [foot[0], []]]}

    def _rows(self, old: list[Any], new: list[Any]) -> list[Any]:
        def words(row: Any, names: NoteNames) -> tuple[str, ...]:
            return tuple(
                w for cell in row[1] for block in cell[4] for w in ("|", *flat(block, names))
            )

        pairs = align(
            [words(row, self.old_names) for row in old],
            [words(row, self.new_names) for row in new],
            any_kind,
        )
        made = []
        for pair in pairs:
            if pair.new is None:
                continue
            row = new[pair.new]
            if pair.old is not None and len(old[pair.old][1]) == len(row[1]):
                before = old[pair.old]
                cells = [
                    [*a[:4], self.blocks(a[4], b[4])]
                    for a, b in zip(before[1], row[1], strict=True)
                ]
                row = [before[0], cells]
            made.append(row)
        return made

    def inlines(self, old: Inlines, new: Inlines) -> Inlines:
        """The words of ``new`` in the markup of ``old``."""
        return Patch(old, new, self.old_names, self.new_names, exact=self.exact).run()


def _inlines(node: Node) -> Inlines:
    return node["c"][2] if node["t"] == "Header" else node["c"]  # type: ignore[no-any-return]


def _items(block: Node) -> list[Blocks]:
    return block["c"] if block["t"] == "BulletList" else block["c"][1]  # type: ignore[no-any-return]


def _as(block: Node, kind: str) -> Node:
    return {**block, "t": kind} if block["t"] in {"Para", "Plain"} else block
