"""Stand-ins: words that a model surely knows in place of what it would lose.

Nothing here is trusted: whether a stand-in came through is verified after translation
(restore.py), and each attempt takes its stand-ins from another family.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from publisher.engines.marked import OBJECT, Marked

Knows = Callable[[str], bool]

_ADDRESS = re.compile(
    r"(?:https?://|ftp://|www\.)[^\s<>]*[^\s<>.,;:!?…)\]}'\"“”’»]"
    r"|mailto:[^\s<>]*[^\s<>.,;:!?)\]]"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:[a-z]{2,})(?:/[^\s<>]*[^\s<>.,;:!?)\]])?(?![\w.]*[A-Z])"
    r"|(?<!\w)[@#]\w+"
    r"|</?[A-Za-z]\w*/?>"
    r"|\{[\w.]*\}|%[sd]|%\(\w+\)[sd]"
)
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")
_WORD = re.compile(r"[^\W\d_]+(?:\u0301[^\W\d_]*)*")
_FAMILIES = {
    "name": (
        ("Delta", "Alfa", "Omega", "Sigma", "Lambda", "Beta", "Gamma", "Zeta"),
        ("X9", "X7", "X4", "X8", "X6", "X3", "X5", "X2"),
        ("ABC", "XYZ", "KLM", "DEF", "PQR", "BCD", "FGH", "STU"),
    ),
    "code": (
        ("X9", "X7", "X4", "X8", "X6", "X3", "X5", "X2"),
        ("ABC", "XYZ", "KLM", "DEF", "PQR", "BCD", "FGH", "STU"),
        ("Delta", "Alfa", "Omega", "Sigma", "Lambda", "Beta", "Gamma", "Zeta"),
    ),
}
_CURRENCIES = {
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₼": "AZN",
    "₺": "TRY",
    "₽": "RUB",
    "₾": "GEL",
    "₸": "KZT",
    "₴": "UAH",
    "֏": "AMD",
    "₹": "INR",
    "₩": "KRW",
    "₪": "ILS",
    "$": "USD",
}
# Letters that Unicode does not take apart, and Cyrillic by the usual English romanisation.
_ROMAN = str.maketrans(
    {
        **dict(zip("əıøłđðŋħŧƏØŁĐÐ", "eioldonhtEOLDD", strict=True)),
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "Æ": "Ae",
        "Œ": "Oe",
        "Þ": "Th",
        **dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)),
        **dict.fromkeys("ъь", ""),
        "ж": "zh",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "shch",
        "ю": "yu",
        "я": "ya",
    }
)
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»", '"'),
        **dict.fromkeys("‘’‚‛‹›ʼ′", "'"),
        **dict.fromkeys("–—―‒‑−", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009\u2007\u2002\u2003", " "),
    }
)


@dataclass(frozen=True, slots=True)
class Mask:
    """``text[start:end]`` hidden from the model; ``restore`` comes back in its place."""

    start: int
    end: int
    restore: str
    kind: str
    stand_in: str = ""


@dataclass(frozen=True, slots=True)
class Masked:
    """A sentence as the model is given it, and what was hidden."""

    marked: Marked
    masks: tuple[Mask, ...]


def simplify(text: str, knows: Knows) -> str:
    """Quotation marks, dashes and spaces that the model does not know as ones it does, 1 to 1."""
    return "".join(
        " "
        if char.isspace()
        else char
        if char.isalnum() or char == OBJECT or knows(char)
        else char.translate(_PLAIN)
        for char in text
    )


def find(text: str, knows: Knows) -> list[Mask]:
    """What must be hidden in a sentence: objects, addresses, unknown words and signs."""
    found: list[Mask] = []
    taken = [False] * (len(text) + 1)

    def add(start: int, end: int, kind: str) -> None:
        if start < end and not any(taken[start:end]):
            taken[start:end] = [True] * (end - start)
            found.append(Mask(start, end, text[start:end], kind))

    for at, char in enumerate(text):
        if char == OBJECT:
            add(at, at + 1, "object")
    for start, end in addresses(text):
        add(start, end, "address")
    for start, end in _unknown_words(text, knows):
        add(start, end, "name")
    for at, char in enumerate(text):
        if char in _CURRENCIES and not knows(char):
            add(at, at + 1, "currency")
        elif not (char.isalnum() or char.isspace() or taken[at] or knows(char)) and (
            unicodedata.category(char) != "Mn"
        ):
            add(at, at + 1, "sign")
    return sorted(found, key=lambda mask: mask.start)


def addresses(text: str) -> list[tuple[int, int]]:
    """Web and e-mail addresses, handles and placeholders of a text."""
    return [match.span() for match in _ADDRESS.finditer(text) if _is_address(match.group())]


def _is_address(text: str) -> bool:
    if _DOMAIN.fullmatch(text):
        # Not e.g., 1.5 or a missing space after a full stop.
        return len(text) > 5 and not any(len(part) < 2 for part in text.split("."))
    return True


def _unknown_words(text: str, knows: Knows) -> Iterator[tuple[int, int]]:
    """Words with letters that the model does not know; several in a row are one."""
    run: tuple[int, int] | None = None
    for match in _WORD.finditer(text):
        if knows(match.group()):
            continue
        if run and text[run[1] : match.start()] in (" ", "-", ". "):
            run = (run[0], match.end())
            continue
        if run:
            yield run
        run = match.span()
    if run:
        yield run


def roman(text: str) -> str:
    """A word in plain Latin letters, as near to the original as may be."""
    shown = []
    for char in text:
        plain = char.lower().translate(_ROMAN) if char.lower() != char else char.translate(_ROMAN)
        shown.append(plain.capitalize() if char.lower() != char else plain)
    parts = unicodedata.normalize("NFD", "".join(shown))
    return "".join(char for char in parts if not unicodedata.combining(char))


def apply(marked: Marked, masks: Sequence[Mask], family: int, knows: Knows) -> Masked | None:
    """The sentence with stand-ins of a family (0, 1, 2); None where none are left that fit.

    Signs that no word stands for are taken out, to be put back beside the same word (``sign``).
    """
    used: dict[str, str] = {}
    chosen: list[Mask] = []
    result = marked
    plain = marked.text
    for mask in masks:
        if mask.kind == "sign":
            chosen.append(mask)
            continue
        stand_in = next(
            (
                word
                for word in _stand_ins(mask, family)
                if used.get(word, mask.restore) == mask.restore
                and (mask.restore != OBJECT or word not in used)
                and not _holds(plain, word)
                and knows(word)
            ),
            None,
        )
        if stand_in is None:
            return None
        used[stand_in] = mask.restore
        chosen.append(Mask(mask.start, mask.end, mask.restore, mask.kind, stand_in))
    shift = 0
    placed: list[Mask] = []
    for mask in chosen:
        start, end = mask.start + shift, mask.end + shift
        result = result.replaced(start, end, mask.stand_in)
        shift += len(mask.stand_in) - (end - start)
        placed.append(
            Mask(start, start + len(mask.stand_in), mask.restore, mask.kind, mask.stand_in)
        )
    return Masked(result, tuple(placed))


def _stand_ins(mask: Mask, family: int) -> Iterator[str]:
    if mask.kind == "name":
        if family == 0:
            yield roman(mask.restore)
        yield from _FAMILIES["name"][family]
    elif mask.kind == "currency":
        if family == 0:
            yield "$"
        yield f"{_CURRENCIES[mask.restore]} "
    elif mask.kind == "number":
        yield from _numbers(mask.restore, family)
    elif mask.kind == "term":
        name = mask.restore[:1].isupper()
        yield from _FAMILIES["name" if name else "code"][family]
    else:
        yield from _FAMILIES["code"][family]


def _numbers(number: str, family: int) -> Iterator[str]:
    """Numbers that models copy well, of the same size as the one they stand for."""
    digits = sum(map(str.isdigit, number))
    if digits == 4 and number.isdigit() and number[:2] in ("19", "20"):
        yield from (("2010", "2015", "2005", "1990"), ("2000", "2012", "1980", "1995"))[family % 2]
    if digits == 1:
        yield from (("4", "6", "8", "3"), ("5", "7", "2", "9"))[family % 2]
    yield from (
        ("20", "30", "40", "60", "80", "70", "90"),
        ("25", "35", "45", "15", "18", "24", "16"),
    )[family % 2]


def _holds(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word.strip())}(?!\w)", text) is not None


def count(text: str, stand_in: str) -> int:
    """How often a stand-in stands in a text as a whole word."""
    return len(occurrences(text, stand_in))


def occurrences(text: str, stand_in: str) -> list[tuple[int, int]]:
    """Where a stand-in stands in a text as a whole word."""
    word = stand_in.strip()
    if not word[:1].isalnum():
        return [(m.start(), m.end()) for m in re.finditer(rf"(?:US)?{re.escape(word)}", text)]
    return [(m.start(), m.end()) for m in re.finditer(rf"(?<![\w]){re.escape(word)}(?![\w])", text)]
