"""The engine ``pseudo``: text in the target language's script that stays readable, for layout tests.

Letters are transliterated one by one (``pseudo.toml``: accented Latin, Cyrillic, Arabic and so on; a
character a syllable for Chinese, Japanese and Korean), so that fonts, shaping, direction and hyphenation
of the language are at work, and nobody takes the text for a translation. Punctuation, quotation marks,
numbers and months beside figures are written as the language writes them. Tags, addresses and terms
stay. Brackets show where a segment begins and ends, so that a cut or untranslated text stands out; a
text without a word of its own has none, so that figures in a table stay figures.

**Growth.** Each sentence is followed by words of its own, until the text has the characters that the
growth asks for: for texts over 70 characters ``Settings.growth`` (default 0.3), for shorter ones more, in
the proportions that IBM has published for translation from English ("Guidelines to design global
solutions", quoted in W3C's "Text size in translation"; the lower ends, with 35 % for 51 to 70
characters, where W3C's figures break the order). Chinese has a third as many characters as English
(``density``) and no spaces; there the growth is over that third.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from publisher.catalog import tags as markup
from publisher.catalog.sentences import spans
from publisher.engines import Draft, Engine, Request, Settings, dates, numbers, quotes
from publisher.engines.masks import addresses
from publisher.engines.numbers import Signs
from publisher.engines.pseudo_letters import Letters, latin, letters_of
from publisher.language import Language, load

_PUBLISHED = ((10, 1.0), (20, 0.8), (30, 0.6), (50, 0.4), (70, 0.35))
"""Longest text in characters, and by how much it grows where a long text grows by ``_LONG``."""
_LONG = 0.3
_ATOM = re.compile(r"\d+(?:[.,٫٬'’\u00a0\u202f]\d+)*|[^\W\d_]+|\s+|.", re.DOTALL)
_LIST_MARK = re.compile(r"(?:\d{1,2}|[^\W\d_])\)\s+")
_CURRENCY = re.compile(r"[A-Z]{3}")
_BRACKETS = "[]"
_WIDE = "\u2e80"
"""Where the characters of East Asia begin."""


@dataclass(frozen=True, slots=True)
class _Atom:
    """A piece of the text at ``at``, counted without tags; ``shown`` is what the draft has for it.

    ``kind`` is ``tag``, ``kept`` (an address, a term, a month), ``word``, ``number``, ``space`` or
    ``mark``.
    """

    kind: str
    at: int
    text: str
    shown: str

    @property
    def end(self) -> int:
        return self.at + len(self.text)


class Pseudo:
    """Needs no model, no library and no network."""

    label = "pseudo"

    def __init__(self, source: Language, target: Language, growth: float = _LONG) -> None:
        self.source = source
        self.target = target
        self.growth = growth
        self.letters = letters_of(target)
        self.signs = (_signs(source), _signs(target))
        self.months = (dates.months(source.locale), dates.months(target.locale))

    def translate(
        self,
        requests: Sequence[Request],
        known: Mapping[str, str],  # noqa: ARG002
    ) -> Iterator[tuple[int, Draft]]:
        """A draft for every request, one by one."""
        for number, request in enumerate(requests):
            yield number, Draft(self.draft(request))

    def draft(self, request: Request) -> str:
        """The pseudo-translation of one request."""
        plain = markup.strip(request.text, request.tags)
        atoms = self._written(_cut(request), plain)
        if not any(atom.kind == "word" for atom in atoms):
            return _joined(atoms)
        mark = _LIST_MARK.match(plain)
        first = next((n for n, a in enumerate(atoms) if mark and a.at >= mark.end()), 0)
        grown = self._grown(atoms, plain)
        if not self.letters.spaces:
            grown = _unspaced(grown)
        head, body = _joined(grown[:first]), _joined(grown[first:])
        return f"{head}{_BRACKETS[0]}{body}{_BRACKETS[1]}"

    def _written(self, atoms: Sequence[_Atom], plain: str) -> list[_Atom]:
        """The atoms as the language writes them."""
        marks = {quote.at: quote for quote in quotes.find(plain)}
        own = self.target.quotes
        styles = (own.open, own.close, own.inner_open, own.inner_close)
        ends = {end for _, end in spans(plain, self.source.code)}
        months = self._months(plain)
        found = []
        for atom in atoms:
            kind, shown = atom.kind, atom.shown
            if kind == "word" and (atom.at in months or _names_currency(atom, plain)):
                kind, shown = "kept", months.get(atom.at, atom.text)
            elif kind == "word":
                shown = self.letters.word(atom.text)
                # The letter of a point in a list stays one letter.
                shown = shown[:1] if len(atom.text) == 1 and plain[atom.end :][:1] == ")" else shown
            elif kind == "number":
                shown = self._number(atom, plain)
            elif kind == "mark" and atom.at in marks:
                shown = quotes.mark_for(marks[atom.at], styles)
            elif kind == "mark":
                shown = self._mark(atom, plain, ends)
            found.append(replace(atom, kind=kind, shown=shown))
        return found

    def _months(self, plain: str) -> dict[int, str]:
        """Months that stand by a figure, or must be months by their length, by place."""
        before, after = self.months
        if not (before and after):
            return {}
        dated = {start for start, _, _ in dates.find(plain, before, dated=True)}
        return {
            start: after[month - 1][0]
            for start, end, month in dates.find(plain, before, dated=False)
            if start in dated or (end - start > 4 and plain[start].isupper())
        }

    def _number(self, atom: _Atom, plain: str) -> str:
        if _CURRENCY.fullmatch(plain[: atom.at].rstrip()[-3:]):
            # Not the label of a thing, such as the 4.0 of a licence.
            shown = numbers.written(atom.text, *self.signs)
        else:
            shown = numbers.localise(plain, atom.text, *self.signs)
        return self.target.localise_digits(shown)

    def _mark(self, atom: _Atom, plain: str, ends: set[int]) -> str:
        """A mark of punctuation, with the space before it that the language wants where it has none."""
        char, before, after = atom.text, plain[: atom.at][-1:], plain[atom.end : atom.end + 1]
        last = any(atom.end <= end and not _has_letter(plain[atom.end : end]) for end in ends)
        if char == ".":
            return self.letters.marks.get(char, char) if last and before.isalnum() else char
        if char in "()":
            # Not after the letter of a list, where it has no partner.
            paired = plain.count("(") == plain.count(")")
            return self.letters.marks.get(char, char) if paired else char
        if after.isalnum():
            return char
        char = self.letters.marks.get(char, char)
        joined = before and not before.isspace() and before not in "!?:;«([…" and char not in "—–"
        return self.target.space_before.get(char, "") + char if joined else char

    def _grown(self, atoms: Sequence[_Atom], plain: str) -> list[_Atom]:
        """Words added to each sentence, where it ends, until the text is as long as it shall be.

        A sentence grows alike wherever it stands, but for the brackets of one that stands alone.
        """
        factor = self.letters.density * (1 + self._share(len(plain)))
        sentences = spans(plain, self.source.code)
        spare = [atom.text for atom in atoms if atom.kind == "word"]
        brackets = len(_BRACKETS) if len(sentences) == 1 else 0
        added: dict[int, str] = {}
        for start, end in sentences:
            inside = [n for n, atom in enumerate(atoms) if start <= atom.at < end]
            place = _place(atoms, inside)
            if place is None:
                continue
            own = [atoms[n] for n in inside if atoms[n].kind not in ("tag", "kept")]
            had = sum(len(a.shown) for a in own if a.kind != "space" or self.letters.spaces)
            wanted = round(sum(len(a.text) for a in own) * factor) - brackets
            words = [a.text for a in own if a.kind == "word"]
            after = next((a for a in atoms[place + 1 :] if a.kind not in ("tag", "space")), None)
            beside = {each.shown.casefold() for each in (atoms[place], after) if each}
            added[place] = _filling(
                words if len(words) > 1 else spare, beside, self.letters, wanted - had
            )
        return [replace(atom, shown=atom.shown + added.get(n, "")) for n, atom in enumerate(atoms)]

    def _share(self, size: int) -> float:
        """By how much a text of ``size`` characters grows."""
        published = next((share for longest, share in _PUBLISHED if size <= longest), _LONG)
        return published * self.growth / _LONG


def _signs(language: Language) -> Signs:
    return Signs(language.decimal_sign, language.group_sign)


def _has_letter(text: str) -> bool:
    return any(map(str.isalnum, text))


def _names_currency(atom: _Atom, plain: str) -> bool:
    """Whether the word is the code of a currency: in ``USD 5`` and ``5 USD``."""
    if not _CURRENCY.fullmatch(atom.text):
        return False
    before, after = plain[: atom.at].rstrip()[-1:], plain[atom.end :].lstrip()[:1]
    return before.isdecimal() or after.isdecimal()


def _cut(request: Request) -> list[_Atom]:
    """The request's atoms; ``shown`` is as in the source, but for terms."""
    atoms: list[_Atom] = []
    at = 0
    for piece, name, form in markup.tokens(request.text, request.tags):
        if form != "text":
            # A line break counts as the space that `plain` has in its place.
            atoms.append(_Atom("tag", at, " " if name.startswith("br") else "", piece))
            at += len(atoms[-1].text)
            continue
        place = 0
        for start, end, shown in _kept(piece, request):
            atoms += _atoms(piece[place:start], at + place)
            atoms.append(_Atom("kept", at + start, piece[start:end], shown))
            place = end
        atoms += _atoms(piece[place:], at + place)
        at += len(piece)
    return atoms


def _atoms(text: str, at: int) -> list[_Atom]:
    found = []
    for match in _ATOM.finditer(text):
        first = match[0][0]
        kind = (
            "number" if first.isdecimal()
            else "space" if first.isspace()
            else "word" if first.isalpha()
            else "mark"
        )  # fmt: skip
        found.append(_Atom(kind, at + match.start(), match[0], match[0]))
    return found


def _kept(text: str, request: Request) -> Iterator[tuple[int, int, str]]:
    """Addresses and terms, in order and apart: start, end, what stands there in the draft."""
    found = [(start, end, text[start:end]) for start, end in addresses(text)]
    folded = text.casefold()
    if len(folded) == len(text):
        for term in request.terms:
            sought = term.source.casefold()
            at = folded.find(sought)
            while sought and at >= 0:
                found.append((at, at + len(sought), term.target))
                at = folded.find(sought, at + len(sought))
    place = 0
    for start, end, shown in sorted(found, key=lambda each: (each[0], -each[1])):
        if start >= place:
            yield start, end, shown
            place = end


def _joined(atoms: Sequence[_Atom]) -> str:
    return "".join(atom.shown for atom in atoms)


def _place(atoms: Sequence[_Atom], inside: Sequence[int]) -> int | None:
    """The last word of a sentence that others may follow: nothing is joined to it."""
    for n in reversed(inside):
        if atoms[n].kind != "word":
            continue
        after = [atom for atom in atoms[n + 1 : n + 4] if atom.kind != "tag"]
        following = after[0].kind if after else "space"
        raised = atoms[n + 1].shown if n + 1 < len(atoms) else ""
        if raised.startswith(("<sup", "<sub")) or following in ("word", "number", "kept"):
            continue
        if following == "mark" and len(after) > 1 and after[1].kind in ("word", "number", "kept"):
            continue
        return n
    return None


def _filling(words: Sequence[str], beside: Collection[str], letters: Letters, room: int) -> str:
    """Words of the text's own that fill ``room`` characters, the space before each counted.

    None is one that stands ``beside`` them: a word written twice is a finding.
    """
    gap = " " if letters.spaces else ""
    made: list[str] = []
    for word in _own(words, letters):
        left = room - len(gap)
        if left < (2 if gap else 1):
            break
        piece = word if len(word) <= left else letters.ended(word[:left])
        if not piece or made[-1:] == [piece] or piece in beside:
            continue
        made.append(piece)
        room -= len(gap) + len(piece)
    return "".join(gap + word for word in made)


def _own(words: Sequence[str], letters: Letters) -> Iterator[str]:
    """The words backwards from the last but one; then all, turned round by a letter more each time."""
    plain = list(dict.fromkeys(latin(word).lower() for word in words))
    usable = [word for word in plain if len(word) > 2] or plain
    yield from filter(None, map(letters.word, usable[-2::-1]))
    for turn in range(1, max(map(len, usable), default=0)):
        for word in usable:
            if turn < len(word):
                yield letters.word(word[turn:] + word[:turn])


def _unspaced(atoms: Sequence[_Atom]) -> list[_Atom]:
    """Without the spaces of a script that writes none; addresses and Latin terms keep theirs."""
    solid = [atom for atom in atoms if atom.kind not in ("tag", "space") and atom.shown]
    places = [atom.at for atom in solid]
    made = []
    for atom in atoms:
        if atom.kind == "space":
            n = bisect(places, atom.at)
            sides = [(a.kind, a.shown[-1] >= _WIDE) for a in solid[:n][-1:]]
            sides += [(a.kind, a.shown[0] >= _WIDE) for a in solid[n:][:1]]
            if any(wide for _, wide in sides) and ("kept", False) not in sides:
                continue
        made.append(atom)
    return made


def open_engine(source: str, target: str, settings: Settings) -> Engine:
    """The engine for any two languages; one without a data file is taken for English in accents."""
    return Pseudo(_language(source, settings), _language(target, settings), settings.growth)


def _language(code: str, settings: Settings) -> Language:
    from publisher.errors import InputError

    try:
        return load(code, settings.languages)
    except InputError:
        return replace(load("en"), code=code, alphabet="")
