"""A corrected block over the source's: the words of the one, the markup and attributes of the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from publisher.ast import (
    Blocks,
    Inlines,
    Node,
    get_key,
    map_block,
    map_inline,
    normalise_inlines,
    plain_text,
    with_attr,
)
from publisher.correct.align import align
from publisher.correct.tokens import (
    Atom,
    Atoms,
    NoteNames,
    Token,
    build,
    key_of,
    looks_of,
    shape,
)

Operation = tuple[str, int, int, int, int]
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
            [_words(block, self.old_names) for block in old],
            [_words(block, self.new_names) for block in new],
            lambda a, b: _kin(old[a], new[b]),
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
            [tuple(w for block in item for w in _words(block, self.old_names)) for item in olds],
            [tuple(w for block in item for w in _words(block, self.new_names)) for item in news],
            _any,
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
            term = [t.key for t in Atoms(entry[0]).tokens(names)]
            return (
                *term,
                *(w for body in entry[1] for block in body for w in _words(block, names)),
            )

        pairs = align(
            [words(entry, self.old_names) for entry in olds],
            [words(entry, self.new_names) for entry in news],
            _any,
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
        olds, news = _images(content), _images(new["c"][2])
        if len(olds) == len(news) and self.exact:
            for before, after in zip(olds, news, strict=True):
                if plain_text(before["c"][1]) != plain_text(after["c"][1]) and after["c"][1]:
                    alt = self.inlines(before["c"][1], after["c"][1])
                    content = _replaced(
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
                w for cell in row[1] for block in cell[4] for w in ("|", *_words(block, names))
            )

        pairs = align(
            [words(row, self.old_names) for row in old],
            [words(row, self.new_names) for row in new],
            _any,
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
        return normalise_inlines(_Patch(self, Atoms(old), Atoms(new)).run(), trim=True)


def operations(old: Sequence[Token], new: Sequence[Token]) -> list[Operation]:
    """How one row of words becomes the other (difflib's opcodes)."""
    matcher = SequenceMatcher(None, [t.key for t in old], [t.key for t in new], autojunk=False)
    return matcher.get_opcodes()  # type: ignore[return-value]


class _Patch:
    """Writes the new words with the old containers around them."""

    def __init__(self, merger: Merger, old: Atoms, new: Atoms) -> None:
        self.exact = merger.exact
        self.old = old
        self.new = new
        self.old_tokens = old.tokens(merger.old_names)
        self.new_tokens = new.tokens(merger.new_names)
        self.containers = dict(old.containers)
        self.added: dict[tuple[str, int], int] = {}
        self.result: list[Atom] = []
        self.last_old: int | None = None

    def run(self) -> Inlines:
        self.last_old = -1
        for tag, a, b, c, d in operations(self.old_tokens, self.new_tokens):
            if tag == "equal":
                for offset in range(b - a):
                    self._same(a + offset, c + offset)
            elif tag == "delete":
                self._kept_raw(a, b)
            else:
                base = self._base(a, b)
                self._kept_raw(a, b)
                for number in range(c, d):
                    self._fresh(number, base)
        tail = self.old.atoms[self.old_tokens[-1].end :] if self.old_tokens else self.old.atoms
        self.result += [atom for atom in tail if atom.node is not None and not atom.text]
        return build(self.result, self.containers)

    def _same(self, place: int, number: int) -> None:
        """A word that both have: the old atoms, the new emphasis where it is to be believed."""
        token = self.old_tokens[place]
        self._gap(number, token, place)
        atoms = self.old.atoms[token.start : token.end]
        wanted = self.new_tokens[number]
        if self.exact and (wanted.markup, wanted.link) != (token.markup, token.link):
            atoms = [Atom(a.text, self._styled(a.stack, wanted), a.node) for a in atoms]
        self.result += atoms
        self.last_old = place

    def _fresh(self, number: int, base: tuple[int, ...]) -> None:
        token = self.new_tokens[number]
        stack = self._styled(base, token)
        self._gap(number, None, None, stack)
        for atom in self.new.atoms[token.start : token.end]:
            self.result.append(Atom(atom.text, stack, atom.node))
        self.last_old = None

    def _gap(
        self,
        number: int,
        token: Token | None,
        place: int | None,
        stack: tuple[int, ...] | None = None,
    ) -> None:
        """What stands between a word and the one before it."""
        start = self.new_tokens[number - 1].end if number else 0
        new_gap = self.new.atoms[start : self.new_tokens[number].start]
        follows = place is not None and self.last_old is not None and self.last_old == place - 1
        if token is not None and place is not None:
            first = self.old_tokens[place - 1].end if place else 0
            old_gap = self.old.atoms[first : token.start]
            spaced = any(a.text.isspace() for a in old_gap) == any(
                a.text.isspace() for a in new_gap
            )
            if follows and spaced:
                self.result += old_gap
                return
            self.result += [a for a in old_gap if a.node is not None and not a.text]
        if not self.result and all(a.text.isspace() for a in new_gap):
            return
        around = self.result[-1].stack if self.result else ()
        inner = stack if stack is not None else (token and self.old.atoms[token.start].stack) or ()
        shared = _common(around, inner)
        for atom in new_gap:
            if atom.text:
                self.result.append(
                    Atom(
                        " " if atom.text.isspace() else atom.text,
                        shared,
                        None if atom.text.isspace() else atom.node,
                    )
                )

    def _kept_raw(self, a: int, b: int) -> None:
        """Comments of the source inside words that go."""
        if a < b:
            for atom in self.old.atoms[self.old_tokens[a].start : self.old_tokens[b - 1].end]:
                if atom.node is not None and not atom.text:
                    self.result.append(atom)

    def _base(self, a: int, b: int) -> tuple[int, ...]:
        """The containers that words in the place of old ones stand in."""
        if a < b:
            stacks = [self.old.atoms[t.start].stack for t in self.old_tokens[a:b]]
            base = stacks[0]
            for stack in stacks[1:]:
                base = _common(base, stack)
            return base
        before = self.old.atoms[self.old_tokens[a - 1].start].stack if a else ()
        after = self.old.atoms[self.old_tokens[a].start].stack if a < len(self.old_tokens) else ()
        return _common(before, after)

    def _styled(self, stack: tuple[int, ...], token: Token) -> tuple[int, ...]:
        """A stack with the emphasis and the link that the manuscript gives a word."""
        from publisher.correct.tokens import _MARKUP

        wanted = set(token.markup)
        result = []
        linked = False
        for number in stack:
            node = self.containers[number]
            name = _MARKUP.get(node["t"])
            if name is not None:
                if self.exact and name not in wanted:
                    continue
                wanted.discard(name)
            if node["t"] == "Link":
                own = node["c"][2][0]
                outside = re.match(r"[a-z]+:", own) is not None
                if self.exact and outside and own.rstrip("/") != token.link:
                    continue
                linked = True
            result.append(number)
        atom = self.new.atoms[token.start]
        for number in atom.stack:
            node = self.new.containers[number]
            name = _MARKUP.get(node["t"])
            if (name is not None and name in wanted) or (node["t"] == "Link" and not linked):
                result.append(self._container(node, number))
        return tuple(result)

    def _container(self, node: Node, number: int) -> int:
        key = (node["t"], number)
        if key not in self.added:
            self.added[key] = max(self.containers, default=0) + 1
            self.containers[self.added[key]] = node
        return self.added[key]


def _any(_old: int, _new: int) -> bool:
    return True


def _common(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    return one[:shared]


def _words(block: Node, names: NoteNames) -> tuple[str, ...]:
    return tuple(word for unit in key_of(block, names) for word in unit)


def _kin(old: Node, new: Node) -> bool:
    return old["t"] == new["t"] or {old["t"], new["t"]} <= _LEVELS


def _inlines(node: Node) -> Inlines:
    return node["c"][2] if node["t"] == "Header" else node["c"]  # type: ignore[no-any-return]


def _items(block: Node) -> list[Blocks]:
    return block["c"] if block["t"] == "BulletList" else block["c"][1]  # type: ignore[no-any-return]


def _as(block: Node, kind: str) -> Node:
    return {**block, "t": kind} if block["t"] in {"Para", "Plain"} else block


def _images(blocks: Blocks) -> list[Node]:
    from publisher.ast import iter_nodes

    return [node for node in iter_nodes(blocks) if node["t"] == "Image"]


def described(old: Node, new: Node) -> Node:
    """``new`` with the descriptions of ``old`` where its pictures have none: RTF loses them."""
    olds, news = _images([old]), _images([new])
    if len(olds) != len(news) or all(node["c"][1] for node in news):
        return new
    alts = {id(b): a["c"][1] for a, b in zip(olds, news, strict=True) if not b["c"][1]}

    def inlines(children: Inlines, _role: str) -> Inlines:
        return [
            {**node, "c": [node["c"][0], alts[id(node)], node["c"][2]]}
            if id(node) in alts
            else map_inline(node, lambda b, _: b, inlines)
            for node in children
        ]

    def over(children: Blocks, _role: str) -> Blocks:
        return [map_block(child, over, inlines) for child in children]

    return map_block(new, over, inlines)


def _replaced(blocks: Blocks, old: Node, new: Node) -> Blocks:
    return [
        {**block, "c": [new if node is old else node for node in block["c"]]}
        if block["t"] in {"Para", "Plain"}
        else block
        for block in blocks
    ]
