"""Checks of numbers, dates and currencies: by value, each side read by its language's signs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from publisher.checks import Report, Subject, check
from publisher.errors import Severity
from publisher.language import Language

_SIGNS = ".,'’٫٬\u00a0\u202f\u2009 "
_NUMBER = re.compile(rf"\d+(?:[{_SIGNS}]\d+)*")
_GROUPED = re.compile(rf"\d{{1,3}}(?:([{_SIGNS}])\d{{3}})(?:\1\d{{3}})*")
_SPACES = "\u00a0\u202f\u2009 "
_SCALES = ("1000", "1000000", "1000000000")
_SCALE = re.compile(
    r"\d[\s\u00a0\u202f]*(?:k\b|mil|mln|mlr|bil|bn\b|thous|tsd|tausend|тыс|мил|млн|млрд|min\b|bin\b|ألف|آلاف"
    "|الف|مليون|مليار|万|亿|千)",
    re.IGNORECASE,
)
"""A number in thousands, millions or thousand millions."""
_WORDS = {
    word: number
    for number, words in enumerate(
        (
            "zero nil none", "one first once single", "two second twice both pair half", "three third",
            "four fourth quarter", "five fifth", "six sixth", "seven seventh", "eight eighth",
            "nine ninth", "ten tenth decade", "eleven eleventh", "twelve twelfth dozen",
        )
    )
    for word in words.split()
}  # fmt: skip
"""Small numbers as English writes them; another source language gets warnings, not errors."""
_ROMAN = re.compile(r"\b[IVXLCDM]{1,9}\b")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: as it is written, its value in ASCII (``19000``, ``11.4``), its groups of digits."""

    written: str
    value: str
    groups: tuple[str, ...]


def ascii_digits(text: str) -> str:
    """The text with every decimal digit of Unicode as ASCII; ``²`` is none."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)


_SIGN_CACHE: dict[tuple[str, ...], tuple[str, str]] = {}


def _signs(language: Language) -> tuple[str, str]:
    key = (language.locale, language.numerals, language.decimal, language.group)
    if key not in _SIGN_CACHE:
        _SIGN_CACHE[key] = (language.decimal_sign, language.group_sign)
    return _SIGN_CACHE[key]


def find(text: str, language: Language) -> list[Figure]:
    """The numbers of a text, read by a language's decimal and group signs.

    A space joins groups of three only, so that ``in 2020 300 people`` holds two numbers; a date such
    as ``12.03.2023`` holds three.
    """
    found: list[Figure] = []
    for match in _NUMBER.finditer(ascii_digits(text)):
        found += _read(match[0], *_signs(language))
    return found


def _read(text: str, decimal: str, group: str) -> Iterator[Figure]:
    grouped = _GROUPED.match(text)
    groups = re.split(rf"[{re.escape(_SIGNS)}]", text)
    if len(groups) == 1:
        yield Figure(text, _plain(text), (text,))
        return
    if grouped is not None and _groups(grouped[1], decimal, group):
        rest = text[grouped.end() :]
        whole = re.sub(r"\D", "", grouped[0])
        if not rest:
            yield Figure(text, _plain(whole), tuple(groups))
            return
        if re.fullmatch(rf"[{re.escape(decimal)}.,٫]\d+", rest) and rest[0] != grouped[1]:
            yield Figure(text, f"{_plain(whole)}.{rest[1:]}", tuple(groups))
            return
        if rest[0] in _SPACES or rest[0] in ".,":
            yield Figure(grouped[0], _plain(whole), tuple(re.split(r"\D", grouped[0])))
            yield from _read(rest[1:], decimal, group)
            return
    first = re.match(rf"\d+(?:[{re.escape(decimal)}.,٫]\d+)?", text)
    assert first is not None
    if len(groups) > 2 and len(set(re.findall(r"\D", text))) == 1 and text[len(groups[0])] in ".,":
        for part in groups:  # a date, a version, a clause
            yield Figure(part, _plain(part), (part,))
        return
    if first.end() < len(text):
        yield from _read(first[0], decimal, group)
        yield from _read(text[first.end() + 1 :], decimal, group)
        return
    yield Figure(text, f"{_plain(groups[0])}.{groups[1]}", tuple(groups))


def _groups(sign: str, decimal: str, group: str) -> bool:
    """Whether a sign before three digits groups thousands in this language."""
    if sign == decimal:
        return False
    return sign in _SPACES or sign in "'’٬" or sign == group or decimal not in ".,"


def _plain(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _matched(wanted: list[Figure], got: list[Figure]) -> tuple[list[Figure], list[Figure]]:
    """What is left on both sides when equal values are paired."""
    counts = Counter(figure.value for figure in got)
    missing = []
    for figure in wanted:
        if counts[figure.value]:
            counts[figure.value] -= 1
        else:
            missing.append(figure)
    extra = []
    for figure in got:
        if counts[figure.value] > 0:
            counts[figure.value] -= 1
            extra.append(figure)
    return missing, extra


def _scaled(one: str, other: str) -> bool:
    """Whether one number is the other in thousands, millions or thousand millions."""
    try:
        small, large = sorted((float(one), float(other)))
    except ValueError:
        return False
    return any(abs(small * float(scale) - large) < 1e-6 * large for scale in _SCALES)


def _roman(text: str) -> set[str]:
    found = set()
    for match in _ROMAN.finditer(text):
        total = 0
        values = [_ROMAN_VALUES[char] for char in match[0]]
        for value, following in zip(values, [*values[1:], 0], strict=True):
            total += -value if value < following else value
        found.add(str(total))
    return found


def _in_words(number: str, text: str) -> bool:
    return any(
        str(_WORDS[word]) == number
        for word in re.findall(r"[a-z]+", text.casefold())
        if word in _WORDS
    )


@check("numbers")
def numbers(subject: Subject) -> Iterator[Report]:
    """Every number of the source stands in the translation with its value, whatever its signs and digits.

    19,000 is 19 000 in French, 19.000 in Turkish and ١٩٬٠٠٠ in Arabic. A number up to twelve, a decade
    (“the 1990s”) or a century may be written in words or Roman numerals: their loss is a warning.
    """
    missing, extra = _matched(
        find(subject.source, subject.source_language), find(subject.target, subject.language)
    )
    if not (missing or extra):
        return
    for figure in list(missing):
        same = [other for other in extra if other.groups == figure.groups]
        if same:
            missing.remove(figure)
            extra.remove(same[0])
            if len(figure.groups) > 1:
                wanted = _written(figure, subject.language)
                yield (
                    "warning",
                    f"{same[0].written} is written as in the source; here it is {wanted}",
                )
    for figure in list(missing):
        scaled = [
            other
            for other in extra
            if _scaled(figure.value, other.value)
            and (_SCALE.search(subject.source) or _SCALE.search(subject.target))
        ]
        if scaled:
            missing.remove(figure)
            extra.remove(scaled[0])
    _regroup(missing, extra)
    if extra and not missing:
        # 三月 is 3月 as well, and 14 March may be written 14.3.
        named = months_in(subject.source, subject.source_language)
        extra = [figure for figure in extra if figure.value not in map(str, named)]
    romans = _roman(subject.target) | _roman(subject.source)
    missing = [figure for figure in missing if figure.value not in romans]
    extra = [
        figure
        for figure in extra
        if figure.value not in romans and not _in_words(figure.value, subject.source)
    ]
    changed = bool(missing and extra)
    for figure in missing:
        yield _weight(figure, subject, changed), f"the number {figure.written} is missing"
    for figure in extra:
        yield _weight(figure, subject, changed), f"the number {figure.written} is not in the source"


def _written(figure: Figure, language: Language) -> str:
    whole, _, fraction = figure.value.partition(".")
    places = len(fraction) if fraction else 0
    return language.format_number(float(figure.value) if fraction else int(whole), places)


def _regroup(missing: list[Figure], extra: list[Figure]) -> None:
    """Forgive digits that are only cut or joined in another place: ``10:30`` for ``10.30``."""
    one = Counter(part for figure in missing for part in figure.groups)
    other = Counter(part for figure in extra for part in figure.groups)
    if one and one == other:
        missing.clear()
        extra.clear()


def _weight(figure: Figure, subject: Subject, changed: bool) -> Severity:
    value = figure.value
    if f"{figure.written}s" in subject.source:
        return "warning"
    small = value.isdigit() and int(value) <= 12
    return "error" if not small or changed else "warning"


def _months(language: Language) -> tuple[tuple[str, ...], ...]:
    return _month_names(language.code, language.locale)


@lru_cache(maxsize=64)
def _month_names(code: str, locale_name: str) -> tuple[tuple[str, ...], ...]:
    """The twelve months, each with all its names in lower case."""
    from babel import Locale

    names: list[set[str]] = [set() for _ in range(12)]
    variants = [locale_name]
    if code.split("-")[0] == "ar":
        # The Levant and Iraq have names of their own, Algeria and Tunisia others.
        variants += ["ar_SY", "ar_DZ"]
    for variant in variants:
        locale = Locale.parse(variant.replace("-", "_"))
        for context in ("format", "stand-alone"):
            for number, name in locale.months[context]["wide"].items():
                names[number - 1].add(str(name).replace("İ", "i").lower())
    return tuple(tuple(sorted(group)) for group in names)


def _lower(text: str) -> str:
    return text.replace("İ", "i").casefold()


_NEAR = 16  # characters within which a day or year stands beside its month
_INFLECTED = frozenset({"Cyrl", "Grek", "Armn", "Geor"})
_INFLECTED_LATIN = frozenset({"pl", "cs", "sk", "sl", "hr", "bs", "lt", "lv", "et", "fi", "la"})
_CAPITALISED = frozenset({"en"})


def months_in(text: str, language: Language) -> set[int]:
    """Months that a text names, from 1; a short name only near a number (``may``, ``mars``)."""
    plain = ascii_digits(text).replace("İ", "i")
    lowered = plain.lower()
    if len(lowered) != len(plain):
        plain = lowered
    base = language.code.split("-")[0]
    inflected = language.script in _INFLECTED or base in _INFLECTED_LATIN
    found = set()
    for number, names in enumerate(_months(language), start=1):
        for name in names:
            stem = name[:-1] if inflected and len(name) > 3 else name
            for match in _months_by(stem).finditer(lowered):
                start, end = match.span()
                if base in _CAPITALISED and plain[start].islower():
                    continue
                beside = lowered[max(0, start - _NEAR) : start] + lowered[end : end + _NEAR]
                if len(stem) > 4 or any(char.isdecimal() for char in beside):
                    found.add(number)
    return found


@lru_cache(maxsize=1024)
def _months_by(stem: str) -> re.Pattern[str]:
    """A month's name in running text; 十一月 does not hold 一月, nor مهم (important) مه (May)."""
    name = re.escape(stem)
    if stem[-1] == "月":
        return re.compile(f"(?<!十){name}")
    return re.compile(rf"(?<!\w){name}" + (r"(?!\w)" if len(stem) < 3 else ""))


@check("dates")
def dates(subject: Subject) -> Iterator[Report]:
    """A month that the source names beside a day or year stands in the translation, and no other does."""
    if not any(char.isdecimal() for char in subject.source):
        return
    wanted = months_in(subject.source, subject.source_language)
    if not wanted:
        return
    got = months_in(subject.target, subject.language)
    digits = {figure.value for figure in find(subject.target, subject.language)}
    for month in sorted(got - wanted):
        name = _months(subject.language)[month - 1][0]
        yield "error" if wanted - got else "warning", f"the month “{name}” is not in the source"
    for month in sorted(wanted - got):
        if not got and str(month) not in digits:
            name = _months(subject.source_language)[month - 1][0].capitalize()
            yield "warning", f"the month of the source ({name}) is missing"


_CURRENCIES = {
    "USD": ("$", "US$", "USD"),
    "EUR": ("€", "EUR"),
    "GBP": ("£", "GBP"),
    "JPY": ("¥", "JPY"),
    "RUB": ("₽", "RUB"),
    "TRY": ("₺", "TRY"),
    "AZN": ("₼", "AZN"),
    "GEL": ("₾", "GEL"),
    "AMD": ("֏", "AMD"),
    "UAH": ("₴", "UAH"),
    "KZT": ("₸", "KZT"),
    "INR": ("₹", "INR"),
    "IRR": ("IRR",),
    "CNY": ("CNY",),
    "CHF": ("CHF",),
}
_CURRENCY = re.compile(
    "|".join(
        rf"(?<![A-Z]){re.escape(form)}(?![A-Z])" if form.isalpha() else re.escape(form)
        for form in sorted(
            (f for forms in _CURRENCIES.values() for f in forms), key=len, reverse=True
        )
    )
)
_BY_FORM = {form: code for code, forms in _CURRENCIES.items() for form in forms}


def currencies_in(text: str) -> set[str]:
    """Currencies that a text names by sign or code beside a number."""
    plain = ascii_digits(text)
    return {
        _BY_FORM[match[0]]
        for match in _CURRENCY.finditer(plain)
        if re.match(r"[\s\u00a0\u202f]?\d", plain[match.end() :])
        or re.search(r"\d[\s\u00a0\u202f]?$", plain[: match.start()])
    }


@check("currencies")
def currencies(subject: Subject) -> Iterator[Report]:
    """The currency of an amount stays the same: by sign, code or, in the translation, its name."""
    wanted, got = currencies_in(subject.source), currencies_in(subject.target)
    if wanted == got:
        return
    for code in sorted(got - wanted):
        if wanted or not _named(code, subject.source, subject.source_language):
            yield "error", f"the currency {code} is not in the source"
    for code in sorted(wanted - got):
        if not _named(code, subject.target, subject.language):
            yield "error" if got - wanted else "warning", f"the currency {code} is missing"


def _named(code: str, text: str, language: Language) -> bool:
    lowered = _lower(text)
    return any(stem in lowered for stem in _currency_stems(code, language.locale))


@lru_cache(maxsize=256)
def _currency_stems(code: str, locale_name: str) -> tuple[str, ...]:
    """Beginnings of the words by which a language names a currency."""
    from babel.numbers import get_currency_name

    names = {
        str(get_currency_name(code, count=count, locale=locale_name.replace("-", "_")))
        for count in (1, 2, 5)
    }
    words = {word for name in names for word in (name.split()[0], name.split()[-1])}
    return tuple(sorted(_lower(word)[: max(3, len(word) - 2)] for word in words if len(word) > 2))
