"""What the manuscript itself says about its words: the evidence for joining lines and paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from publisher.importers.manuscript import word_set

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# How the second half of one long word begins (organ-izations, account-ability).
_ENDING = re.compile(r"(?:i[sz]|at|ment|ness|[ai]bil|al|ic|if|iv|iti|ion|uat|ous)")
_BROKEN = re.compile(r"([^\W_]+)-[ \t]*\n[ \t]*([^\W_]+)")
_COMPOUND = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
_SENTENCE = re.compile(r"[.!?…][\"'”’»)\]]*\s+")

# Words that never end a sentence or a paragraph of prose: articles, prepositions, conjunctions,
# relatives, possessives, auxiliaries. A manuscript's own statistics add to them.
FUNCTION_WORDS = word_set("""
    a an the this that these those and or but nor so yet if as than because while although though
    whereas unless until since when where which who whom whose what how whether of in on at by for
    from to into onto upon with within without about above across after against along among amid
    around before behind below beneath beside between beyond despite during except inside near off
    outside over past per through throughout toward towards under underneath via versus is are was
    were be been being am has have had having do does did will would shall should can could may might
    must my your his her its our their no not every each any some both either neither such very more
    most less least only also even just however therefore thus moreover furthermore including
    regarding concerning according due because so-called mr mrs ms dr prof
    der die das den dem des ein eine einen einem einer und oder aber von mit für auf aus bei nach zu
    zur zum im am ist sind war wird werden le la les un une des du de et ou mais dans sur pour par
    avec sans que qui est sont au aux el los las una y o en con por para que es son al del
    o os as um uma e em no na nos nas do da dos das com por para que
    ve ile için bir bu və üçün ilə bu и в на с по для от из к о у за при что как не
    """)

# Ordinary sentence openers: capitalised in mid sentence only as part of a name.
OPENERS = word_set("""
    a an the this that these those he she it they we you there here in on at by for from to with
    after before during since until while when where although though if as because despite but and
    or nor yet so however therefore thus moreover furthermore meanwhile also then now today
    yesterday tomorrow later earlier finally first second third last according following another
    both each every many most much several some such all no not only our their his her its my your
    what who which why how under over between among against through
    """)

# English words whose halves are words too, and which are written in one.
_CLOSED = word_set(
    """
    without within into onto upon today tonight tomorrow another however moreover meanwhile
    therefore thereby somewhere someone somebody something sometimes anyone anybody anything
    everyone everybody everything nothing nobody maybe cannot inside outside outcome outset outlook
    income overcome overview overall overseas overnight oversee undertake understand underline
    undergo underway upcoming update upgrade uphold downstream upstream forward background
    framework network workshop workforce landmark landmine landscape homeland farmland mainland
    hinterland passport airport seaport shipyard shipment railway highway pipeline deadline headline
    guideline headquarters newspaper spokesman spokeswoman spokesperson chairman chairwoman
    stakeholder shareholder household neighbourhood withdraw withhold withstand breakthrough
    standpoint viewpoint checkpoint minefield battlefield ceasefire wartime peacetime lifetime
    timetable weekend birthday daylight nationwide worldwide countrywide widespread handmade
    manpower firearm safeguard safekeeping roadblock crossroads watershed waterway himself herself
    itself themselves ourselves myself yourself likewise otherwise nonetheless nevertheless
    counterpart counteract counterfeit notwithstanding whatever whenever wherever whoever whereas
    whereby furthermore forthcoming
    """
)

# First parts of English compounds that are written with a hyphen, and next to never begin a word
# that is hyphenated after them.
_SURE_FIRST = word_set(
    """
    self well long short high low large small full half part first third one two three four five
    seven eight nine twenty thirty forty fifty sixty seventy eighty ninety far near much hard old new
    single double quasi vice cross centre center sino euro russo franco anglo
    """
)
_HYPHEN_FIRST = word_set("mid all second state co trans ex ever ten six")
# Prefixes that stand with or without a hyphen, as the house style has it.
_PREFIXES = word_set(
    "post anti pro pre multi intra inter semi sub non counter mega micro mini ultra super trans cyber "
    "bio geo socio neo over under re de pan extra hyper infra"
)
_OPEN_PREFIXES = word_set("post anti multi non counter mega ultra")
# Beginnings of words written in one (outstanding, understanding, forthcoming).
_CLOSE_FIRST = word_set("out up in on for with fore be to an as at un dis mis com con per ad ac ob")
# Second halves that are endings, not words.
_SUFFIXES = word_set(
    """
    ing ings ed er ers or ors al ally ly ity ties ty ment ments mental mentary ness less ful fully ish
    ism ist ists ive ively able ible ably ance ances ence ences ant ent ants ents ation ations tion
    tions sion sions tional sional ary ory ery ous ously ship ships hood some ward wards wise teen fold
    dom age ages ure ures ture tures cal ical cally logy graphy ize izes ized izing ise ised ising
    ization isation ability ibility ated ating ates ate tive tively self selves way ways light lights land lands
    man men woman women
    """
)
_SURE_LAST = word_set(
    "sized based term scale level known called funded backed owned related controlled oriented driven "
    "speaking old year years century style led building making keeping wide friendly"
)
_HYPHEN_LAST = word_set(
    """
    range made run free being sharing held day week month long hour minute kilometre kilometer metre
    meter point page party fifths thirds quarters down off by to date one two three four five six
    seven eight nine thinking looking working reaching profile ranking general elect president
    minister left right
    """
)


@dataclass(slots=True)
class Lexicon:
    """Counts over the text of a manuscript. Build it with ``Lexicon.of``; it is then only read."""

    words: Counter[str] = field(default_factory=Counter)
    lower: Counter[str] = field(default_factory=Counter)
    capital_inside: Counter[str] = field(default_factory=Counter)
    final: Counter[str] = field(default_factory=Counter)
    compounds: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    starts: set[str] = field(default_factory=set)
    compound_firsts: set[str] = field(default_factory=set)
    hyphenates: bool = True

    @classmethod
    def of(cls, paragraphs: Iterable[str]) -> Lexicon:
        """Count the words of ``paragraphs`` (raw text; line ends still in place as newlines)."""
        self = cls()
        broken: list[tuple[str, str]] = []
        for paragraph in paragraphs:
            broken.extend(_BROKEN.findall(paragraph))
            whole = re.sub(r"[^\W_]+-[ \t]*\n[ \t]*[^\W_]+", " ", paragraph)
            whole = re.sub(r"[^\W_]+-\s*$|\w+://\S+", " ", whole)
            self.compounds.update(found.lower() for found in _COMPOUND.findall(whole))
            for sentence in _SENTENCE.split(whole):
                self._count(sentence)
        self.starts = {word[:n] for word in self.words for n in range(4, min(len(word), 16) + 1)}
        self.compound_firsts = {compound.split("-", 1)[0] for compound in self.compounds}
        self.hyphenates = self._hyphenates(broken)
        return self

    def _hyphenates(self, broken: list[tuple[str, str]]) -> bool:
        """False when hyphens at line ends are all those of compounds: nobody hyphenated the text.

        Only the words that the text holds elsewhere, in one or with a hyphen, count.
        """
        soft = kept = odd = 0
        for left, right in broken:
            first, last = left.lower(), right.lower()
            whole, compound = self.words[first + last], self.compounds[f"{first}-{last}"]
            soft += whole > 0 and not compound
            kept += compound > 0 and not whole
            # Halves of a compound are words, and one of them mostly stands elsewhere.
            known = self.words[first] or self.words[last] or first in _SURE_FIRST | _PREFIXES
            odd += not (whole or compound or known) and first.isalpha()
        return soft > 0 or not kept or odd > kept

    def _count(self, sentence: str) -> None:
        found = _WORD.findall(sentence)
        for index, word in enumerate(found):
            low = word.lower()
            self.words[low] += 1
            if word.islower():
                self.lower[low] += 1
            elif index and word[0].isupper() and not (word.isupper() and len(word) > 1):
                self.capital_inside[low] += 1
            if index and word[0].isupper():
                self.pairs[found[index - 1].lower(), low] += 1
        if found:
            self.final[found[-1].lower()] += 1

    def must_go_on(self, word: str) -> bool:
        """True when no sentence ends in ``word``: a function word, or one that this text never ends on."""
        low = word.lower()
        if low in FUNCTION_WORDS:
            return True
        return self.lower[low] >= 8 and not self.final[low]

    def opens_sentence(self, word: str) -> bool:
        """True when the capital of ``word`` is that of a sentence's first word, not of a name."""
        if word.isupper() and len(word) > 1:
            return False
        low = word.lower()
        if low in OPENERS:
            return True
        return self.lower[low] >= 2 and self.capital_inside[low] * 10 <= self.lower[low]

    def together(self, first: str, second: str) -> bool:
        """True when ``second``, with a capital, follows ``first`` elsewhere within a sentence."""
        return self.pairs[first.lower(), second.lower()] > 0

    def join(self, left: str, right: str) -> str:
        """Join the halves of a word that stood around a hyphen and a line end.

        ``left`` and ``right`` are the letters before and after the hyphen. The manuscript's other
        uses decide; else the shape of the halves: a capital or figure after the hyphen, or two halves
        that are words on their own, keep it.
        """
        whole, kept = left + right, f"{left}-{right}"
        first = _last_part(left)
        last = _first_part(right)
        joined = (first + last).lower()
        hyphened = f"{first}-{last}".lower()
        if "-" in right and self.compounds[f"{first}-{right}".lower()]:
            return kept
        small, end = first.lower(), last.lower()
        known_first, known_last = self.words[small] > 0, self.words[end] > 0
        if "-" in left and known_first and known_last:
            return kept
        if self.compounds[hyphened] or self.words[joined]:
            return kept if self.compounds[hyphened] > self.words[joined] else whole
        if joined in _CLOSED or joined in FUNCTION_WORDS or joined in OPENERS:
            return whole
        if not first or not last or not last[0].islower() or not first[-1].isalpha():
            return kept
        if left.isupper() and len(left) > 1:
            return kept
        if end in _SUFFIXES and "-" not in left:
            return whole
        if not self.hyphenates or re.search(r"\d-[^\W\d_]+$", left):
            return kept
        if self._is_compound(small, end, known_first, known_last):
            return kept
        return whole

    def _is_compound(self, first: str, last: str, known_first: bool, known_last: bool) -> bool:
        """Whether two halves are words of a compound rather than the parts of one word."""
        if last in _SUFFIXES or first in _CLOSE_FIRST:
            return False
        if first in _SURE_FIRST and len(last) > 2:
            return True
        if len(first) > 2 and last in _SURE_LAST:
            return True
        if first in _PREFIXES and len(last) > 2:
            # The text's own habit: multi-ethnic, or multilateral.
            start = (first + last)[: len(first) + 4]
            if start in self.starts:
                return False
            habit = first in self.compound_firsts
            if first in _OPEN_PREFIXES and habit:
                return True
            return known_last and (habit or len(last) > 5)
        if (known_first or first in _HYPHEN_FIRST) and (known_last or last in _HYPHEN_LAST):
            return min(len(first), len(last)) > 2 or last in _HYPHEN_LAST
        if known_first and len(first) > 3 and len(last) > 7 and not _ENDING.match(last):
            return True
        return known_last and first in self.compound_firsts


def _last_part(text: str) -> str:
    found = re.search(r"[^\W_]+$", text)
    return found.group() if found else ""


def _first_part(text: str) -> str:
    found = re.match(r"[^\W_]+", text)
    return found.group() if found else ""
