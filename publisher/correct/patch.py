"""The words of a corrected paragraph in the markup of the source's."""

from __future__ import annotations

import re

from publisher.ast import Inlines, Node, normalise_inlines
from publisher.correct.tokens import MARKUP, Atom, Atoms, NoteNames, Token, build, operations


class Patch:
    """Writes the words of ``new`` with the containers of ``old`` around them.

    ``exact`` says that the emphasis and the links of ``new`` are to be believed.
    """

    def __init__(
        self, old: Inlines, new: Inlines, old_names: NoteNames, new_names: NoteNames, *, exact: bool
    ) -> None:
        self.exact = exact
        self.old = Atoms(old)
        self.new = Atoms(new)
        self.old_tokens = self.old.tokens(old_names)
        self.new_tokens = self.new.tokens(new_names)
        self.containers = dict(self.old.containers)
        self.added: dict[tuple[str, int], int] = {}
        self.result: list[Atom] = []
        self.last_old: int | None = None

    def run(self) -> Inlines:
        """The merged inlines, in normal form."""
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
        return normalise_inlines(build(self.result, self.containers), trim=True)

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
        wanted = set(token.markup)
        result = []
        linked = False
        for number in stack:
            node = self.containers[number]
            name = MARKUP.get(node["t"])
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
            name = MARKUP.get(node["t"])
            if (name is not None and name in wanted) or (node["t"] == "Link" and not linked):
                result.append(self._container(node, number))
        return tuple(result)

    def _container(self, node: Node, number: int) -> int:
        key = (node["t"], number)
        if key not in self.added:
            self.added[key] = max(self.containers, default=0) + 1
            self.containers[self.added[key]] = node
        return self.added[key]


def _common(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    shared = 0
    while shared < min(len(one), len(other)) and one[shared] == other[shared]:
        shared += 1
    return one[:shared]
