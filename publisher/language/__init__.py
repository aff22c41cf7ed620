"""Languages: what one edition needs to know about its language, read from data files.

A language is data only: ``publisher/data/languages/xx.toml``, and a publication may add or correct
languages in ``translations/languages/xx.toml``, whose values are laid over the toolkit's. Names of
months and the forms of numbers come from CLDR through Babel; everything that CLDR lacks or where
typesetting goes further (spacing, list markers, fonts by script) is in the data file.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

Direction = Literal["ltr", "rtl"]

DATA = Path(__file__).parents[1] / "data" / "languages"

ZEROS: Mapping[str, int] = {
    "latn": 0x30,
    "arab": 0x660,
    "arabext": 0x6F0,
    "beng": 0x9E6,
    "deva": 0x966,
    "gujr": 0xAE6,
    "guru": 0xA66,
    "khmr": 0x17E0,
    "knda": 0xCE6,
    "laoo": 0xED0,
    "mlym": 0xD66,
    "mymr": 0x1040,
    "orya": 0xB66,
    "tamldec": 0xBE6,
    "telu": 0xC66,
    "thai": 0xE50,
    "tibt": 0xF20,
}
"""The zero of each decimal numbering system of CLDR that a language file may name."""

RIGHT_TO_LEFT_SCRIPTS = frozenset({"Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"})

_DECIMAL_SIGNS = {"arab": ("\u066b", "\u066c"), "arabext": ("\u066b", "\u066c")}
_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SPACE = "[ \u00a0\u202f]"


@dataclass(frozen=True, slots=True)
class Quotes:
    """Opening and closing marks of quotations, outer and inner."""

    open: str
    close: str
    inner_open: str
    inner_close: str


@dataclass(frozen=True, slots=True)
class Markers:
    """One kind of list marker: its CSS counter style, its ``w:numFmt``, its symbols.

    ``symbols`` is what an alphabetic ``@counter-style`` counts with; empty for a style that CSS
    predefines.
    """

    css: str
    docx: str
    symbols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lists:
    """Markers by pandoc's style names, the order of levels, bullets, the suffix."""

    decimal: Markers
    lower_alpha: Markers
    upper_alpha: Markers
    lower_roman: Markers
    upper_roman: Markers
    levels: tuple[str, ...] = ("decimal", "lower_alpha", "lower_roman")
    bullets: tuple[str, ...] = ("•", "–")
    suffix: str = "."

    def style(self, name: str) -> Markers:
        """Markers by pandoc's style name (``LowerAlpha``) or ours (``lower_alpha``)."""
        key = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
        found = getattr(self, key, None)
        return found if isinstance(found, Markers) else self.decimal

    def level(self, depth: int) -> Markers:
        """Markers of an ordered list that names no style, ``depth`` counted from 0."""
        return self.style(self.levels[depth % len(self.levels)])


@dataclass(frozen=True, slots=True)
class Hyphenation:
    """Limits of hyphenation in letters: the shortest word, before and after the hyphen."""

    word: int = 6
    before: int = 3
    after: int = 3


@dataclass(frozen=True, slots=True)
class Language:
    """One language, as its data file describes it.

    ``code`` BCP 47; ``script`` ISO 15924; ``locale`` the CLDR locale; ``numerals`` a CLDR numbering
    system; ``group_from`` the fewest figures that a number must have for its thousands to be grouped
    (CLDR, minimumGroupingDigits + 3); ``separator`` what stands between the items of a list in a
    sentence; ``ordinals`` patterns by CLDR's ordinal categories, with ``{0}`` for the number;
    ``first_day`` whether the first of a month is one; ``alphabet`` its letters in their order, those
    in brackets sharing a place; ``hyphenation`` None where there is no dictionary or no custom of it; ``space_before``
    and ``space_after`` say which space stands at a mark where the text has any space; ``bind`` are
    short words that stay with the next one; ``italics`` False where the script has none;
    ``fonts`` are families by role (``text``, ``heading``) for scripts of which the brand knows
    nothing; ``date_pattern`` is a CLDR pattern where CLDR's long form is not the custom.
    """

    code: str
    name: str
    english: str
    script: str
    direction: Direction
    quotes: Quotes
    lists: Lists
    locale: str = ""
    numerals: str = "latn"
    decimal: str = ""
    group: str = ""
    group_from: int = 4
    separator: str = ", "
    ordinals: Mapping[str, str] = field(default_factory=lambda: {"other": "{0}."})
    first_day: bool = False
    hyphenation: Hyphenation | None = None
    space_before: Mapping[str, str] = field(default_factory=dict)
    space_after: Mapping[str, str] = field(default_factory=dict)
    bind: tuple[str, ...] = ()
    casing: Literal["", "turkic", "greek", "none"] = ""
    italics: bool = True
    justify: bool = True
    indent: bool = True
    line_break: Literal["", "strict"] = ""
    date_pattern: str = ""
    alphabet: str = ""
    fonts: Mapping[str, str] = field(default_factory=dict)

    @property
    def rtl(self) -> bool:
        """Whether the language runs from right to left."""
        return self.direction == "rtl"

    @property
    def decimal_sign(self) -> str:
        """The sign before the fraction of a number."""
        return self.decimal or self._symbol(0)

    @property
    def group_sign(self) -> str:
        """The sign between groups of thousands."""
        return self.group or self._symbol(1)

    @property
    def digits(self) -> str:
        """The ten digits, zero first."""
        zero = ZEROS[self.numerals]
        return "".join(chr(zero + i) for i in range(10))

    @property
    def folio_style(self) -> str:
        """The CSS counter style of page and note numbers."""
        return self.lists.decimal.css

    def _symbol(self, index: int) -> str:
        if self.numerals in _DECIMAL_SIGNS:
            return _DECIMAL_SIGNS[self.numerals][index]
        from babel.numbers import get_decimal_symbol, get_group_symbol

        get = (get_decimal_symbol, get_group_symbol)[index]
        return str(get(self.locale, numbering_system="latn"))

    def localise_digits(self, text: str) -> str:
        """``text`` with its ASCII digits in the language's numerals."""
        if self.numerals == "latn":
            return text
        return text.translate({0x30 + i: digit for i, digit in enumerate(self.digits)})

    def format_date(self, value: date) -> str:
        """A date in the long form of running text, in the language's numerals."""
        from babel.dates import format_date

        text = format_date(value, format=self.date_pattern or "long", locale=self.locale)
        # CLDR's plain space between day and month would let a line end there.
        text = re.sub(r"(?<=\d)\.? (?=\w)", _keep_together, text)
        if value.day == 1 and self.first_day:
            return re.sub(r"(?<!\d)1(?!\d)", self.ordinal(1), self.localise_digits(text), count=1)
        return self.localise_digits(text)

    def format_moment(self, value: datetime) -> str:
        """Date, time of day and offset from UTC of an aware moment, in the zone it was given in.

        The offset keeps its digits, as the name of a zone: "1 April 2023, 09:00 UTC+04:00".
        """
        from babel.dates import get_datetime_format

        offset = value.strftime("%z")[:5]
        sign = "\u2212" if offset.startswith("-") else "+"
        zone = "UTC" if offset == "+0000" else f"UTC{sign}{offset[1:3]}:{offset[3:]}"
        clock = f"{self.localise_digits(f'{value:%H:%M}')}\u00a0{zone}"
        # In CLDR's patterns apostrophes enclose letters that are not fields.
        pattern = str(get_datetime_format("medium", locale=self.locale)).replace("'", "")
        return pattern.replace("{0}", clock).replace("{1}", self.format_date(value.date()))

    def format_month(self, value: date) -> str:
        """Month and year, as a cover shows them."""
        from babel.dates import format_skeleton

        return self.localise_digits(str(format_skeleton("yMMMM", value, locale=self.locale)))

    def format_number(self, value: int | float | Decimal, places: int | None = None) -> str:
        """A number with the language's signs and numerals; ``places`` fixes the decimals.

        A number of four figures is not grouped where CLDR says so (Spanish, Portuguese, Polish).
        """
        from babel.numbers import format_decimal

        pattern = None if places is None else "#,##0" + ("." + "0" * places if places else "")
        plain = format_decimal(value, format=pattern, locale=self.locale, numbering_system="latn")
        from babel.numbers import get_decimal_symbol, get_group_symbol

        signs = {
            get_decimal_symbol(self.locale, numbering_system="latn"): self.decimal_sign,
            get_group_symbol(self.locale, numbering_system="latn"): self.group_sign,
        }
        group = get_group_symbol(self.locale, numbering_system="latn")
        if sum(char.isdigit() for char in str(abs(int(value)))) < self.group_from:
            plain = str(plain).replace(group, "")
        changed = "".join(signs.get(char, char) for char in str(plain))
        return self.localise_digits(changed.replace("-", "\N{MINUS SIGN}"))

    def ordinal(self, number: int) -> str:
        """An ordinal number in figures, as the language abbreviates it: 1st, 3-cü, 2e, 第4."""
        from babel import Locale

        form = Locale.parse(self.locale).ordinal_form(number)
        pattern = self.ordinals.get(form, self.ordinals["other"])
        return pattern.format(self.localise_digits(str(number)))

    def upper(self, text: str) -> str:
        """Upper case by the language's rules (Unicode SpecialCasing.txt; UAX #21)."""
        if self.casing == "none":
            return text
        if self.casing == "turkic":
            text = text.replace("i", "İ").replace("ı", "I")
        if self.casing == "greek":
            # Capitals carry no tonos; a dialytika stays.
            import unicodedata

            parts = unicodedata.normalize("NFD", text).replace("\u0301", "")
            text = unicodedata.normalize("NFC", parts)
        return text.upper()

    def lower(self, text: str) -> str:
        """Lower case by the language's rules."""
        if self.casing == "turkic":
            text = text.replace("İ", "i").replace("I", "ı")
        return text.lower()

    def capitalise(self, text: str) -> str:
        """``text`` with its first character in upper case."""
        return self.upper(text[:1]) + text[1:]

    def sort_key(self, text: str) -> tuple[Any, ...]:
        """A key that sorts by the language's alphabet, then by the text itself."""
        from publisher.language.collation import key

        return key(self.lower(text), self.lower(self.alphabet)), text

    def typeset(self, text: str) -> str:
        """``text`` with the spaces that the language's typography asks for.

        Only the kind of a space changes, never a character that a reader would name: a text
        compared with its white space normalised stays the same.
        """
        return str(_typesetter(self._spacing)(text))

    @property
    def _spacing(self) -> tuple[tuple[str, str, str], ...]:
        rules = [("before", mark, space) for mark, space in self.space_before.items()]
        rules += [("after", mark, space) for mark, space in self.space_after.items()]
        rules += [("bind", word, "\u00a0") for word in self.bind]
        return tuple(rules)


def _keep_together(match: re.Match[str]) -> str:
    return match.group(0)[:-1] + "\u00a0"


@functools.lru_cache(maxsize=64)
def _typesetter(rules: tuple[tuple[str, str, str], ...]) -> Any:
    changes: list[tuple[re.Pattern[str], str]] = []
    for kind, mark, space in rules:
        if kind == "before":
            # A run such as "?!" or "…" is one mark: only its first character takes the space.
            changes.append((re.compile(f"(?<=\\S){_SPACE}(?={re.escape(mark)})"), space))
        elif kind == "after":
            changes.append((re.compile(f"(?<={re.escape(mark)}){_SPACE}(?=\\S)"), space))
    words = sorted((mark for kind, mark, _ in rules if kind == "bind"), key=lambda w: (-len(w), w))
    if words:
        choice = "|".join(map(re.escape, words))
        changes.append((re.compile(f"(?i)(?<![\\w-])({choice}) (?=\\w)"), "\\1\u00a0"))

    def change(text: str) -> str:
        for pattern, replacement in changes:
            text = pattern.sub(replacement, text)
        return text

    return change


def available(folder: Path | None = None) -> tuple[str, ...]:
    """Codes of all languages of the toolkit and of the publication's ``folder``, sorted."""
    names = {path.stem for path in DATA.glob("*.toml")}
    if folder is not None and folder.is_dir():
        names |= {path.stem for path in folder.glob("*.toml")}
    return tuple(sorted(names))


def load(code: str, folder: Path | None = None) -> Language:
    """The language ``code``; ``folder`` is the publication's ``translations/languages``.

    A publication's file may hold only what differs from the toolkit's file of the same code, or a
    whole new language. A regional code without a file of its own (``pt-PT``) takes the file of its
    language. Raises InputError, with file and line, for an unknown language, key or value.
    """
    own = None if folder is None else folder / f"{code}.toml"
    from publisher.language.data_file import read

    return read(code, own if own is not None and own.is_file() else None)


def direction_of(code: str) -> Direction:
    """The direction of any BCP 47 language, from its script subtag or CLDR; ltr when unknown."""
    for part in code.split("-")[1:]:
        if len(part) == 4 and part.isalpha():
            return "rtl" if part.title() in RIGHT_TO_LEFT_SCRIPTS else "ltr"
    from babel import Locale, UnknownLocaleError

    try:
        order = Locale.parse(code.replace("-", "_")).character_order
    except (UnknownLocaleError, ValueError):
        return "ltr"
    return "rtl" if order == "right-to-left" else "ltr"
