"""A generator of manuscripts with the defects of scanned, recognised and exported bulletins.

``make(seed)`` returns the text of a manuscript and the truth that an importer has to find again. The text
is written for this purpose; countries, towns and people in it are invented.
"""

from __future__ import annotations

import random
import re
import textwrap
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyphen

TITLE = "Harbour Ministry Review"
SUBTITLE = "Notes on the foreign relations of Lorvania"

Block = tuple[str, str] | tuple[str, tuple[str, ...]]
"""("p", text), ("h", text), ("ol", items) or ("ul", items)."""


def _articles(text: str) -> tuple[tuple[str, tuple[Block, ...]], ...]:
    """Read the bulletin that all manuscripts are made of: Markdown of the plainest kind."""
    result: list[tuple[str, list[Block]]] = []
    for part in text.strip().split("\n\n"):
        if part.startswith("# "):
            result.append((part[2:], []))
        elif part.startswith("## "):
            result[-1][1].append(("h", part[3:]))
        elif part.startswith(("1. ", "- ")):
            kind = "ol" if part.startswith("1. ") else "ul"
            result[-1][1].append((kind, tuple(line.split(" ", 1)[1] for line in part.split("\n"))))
        else:
            result[-1][1].append(("p", part))
    return tuple((title, tuple(blocks)) for title, blocks in result)


ARTICLES = _articles(
    (Path(__file__).parent / "cases" / "import" / "bulletin.md").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Style:
    """The defects of one manuscript."""

    articles: int = 3
    numbering: str = "roman"  # roman, arabic, none
    heading: str = "atx"  # atx, uneven, setext, bold, caps, plain
    bold: bool = False
    contents: str = "bullets"  # none, bullets, leaders, spaced, tabs, table, links, bare, wrapped
    folio: str = "none"  # none, plain, dashes, of, bar, roman, label
    running: bool = False
    form_feed: bool = False
    width: int = 0  # 0: one line a paragraph
    hyphenate: bool = False
    quotes: str = "curly"  # curly, straight, mixed
    bullets: str = "•"
    marked_lists: bool = False
    dirt: frozenset[str] = frozenset()
    cuts: float = 0.5
    notes: str = ""  # "", caret, square, raised
    newline: str = "\n"


@dataclass(frozen=True)
class Truth:
    """What the importer must find: titles and blocks in curled text, and the number of cuts."""

    title: str
    subtitle: str
    articles: tuple[tuple[str, tuple[Block, ...]], ...]
    cuts: int = 0
    notes: tuple[str, ...] = ()


@dataclass
class _Writer:
    """Writes one manuscript page by page."""

    style: Style
    random: random.Random
    out: list[str] = field(default_factory=list)
    page: int = 1
    cuts: int = 0
    pending: list[str] = field(default_factory=list)

    def blank(self) -> None:
        self.out.extend([""] * self.random.choice((1, 1, 1, 3)))

    def put(self, text: str, indent: str = "", hang: str = "") -> None:
        self.out.extend(self.wrap(text, indent, hang))

    def wrap(self, text: str, indent: str = "", hang: str = "") -> list[str]:
        if not self.style.width:
            return [indent + text]
        lines = textwrap.wrap(
            text,
            self.style.width,
            initial_indent=indent,
            subsequent_indent=hang,
            break_long_words=False,
            break_on_hyphens=True,
        )
        return hyphenated(lines, self.style.width) if self.style.hyphenate else lines

    def page_break(self, continued: bool = False) -> None:
        """Foot, head and notes of a page; nothing at all is a blank line, as some scanners leave it."""
        style = self.style
        foot = {
            "plain": f"{self.page}",
            "dashes": f"– {self.page} –",
            "of": f"Page {self.page} of 40",
            "bar": f"{self.page} | {TITLE}",
            "label": f"p. {self.page}",
            "roman": roman(self.page).lower(),
        }.get(style.folio)
        if self.pending:
            self.blank()
            for note in self.pending:
                self.put(note)
            self.pending = []
        if foot:
            self.blank()
            self.out.append(" " * self.random.choice((0, 0, 30)) + foot)
        self.page += 1
        if style.form_feed:
            self.out.append("\f" + (TITLE.upper() if style.running else ""))
        elif style.running:
            self.blank()
            self.out.append(TITLE.upper())
        self.blank()


def hyphenated(lines: list[str], width: int) -> list[str]:
    """Fill the lines by hyphenating the first word of the next line, as a typesetter would."""
    dictionary = pyphen.Pyphen(lang="en_US")
    result = list(lines)
    for place in range(len(result) - 1):
        room = width - len(result[place]) - 2
        indent = len(result[place + 1]) - len(result[place + 1].lstrip())
        word, _, rest = result[place + 1].lstrip().partition(" ")
        if (
            result[place].endswith("-")
            or room < 3
            or not re.fullmatch(r"[a-z]{7,}[.,;]?", word)
            or not rest
        ):
            continue
        letters = word.rstrip(".,;")
        places = [
            p for p in dictionary.positions(letters) if 2 < p <= room and len(letters) - p > 2
        ]
        if not places:
            continue
        at = places[-1]
        result[place] = f"{result[place]} {word[:at]}-"
        result[place + 1] = " " * indent + f"{word[at:]} {rest}"
    return result


def roman(value: int) -> str:
    """A Roman numeral."""
    result = ""
    for number, letters in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        while value >= number:
            result += letters
            value -= number
    return result


def _cut_places(text: str, *, item: bool) -> list[int]:
    """Word indexes at which a page break leaves evidence: never after the end of a sentence."""
    words = text.split()
    function = {
        "the",
        "of",
        "in",
        "and",
        "by",
        "with",
        "to",
        "that",
        "from",
        "for",
        "who",
        "a",
        "on",
    }
    places = []
    for index in range(2, len(words) - 1):
        before, after = words[index - 1], words[index]
        if re.search(r"[.!?:;][”’)]*$", before) or after in {"–", "—"} or before in {"–", "—"}:
            continue
        start = after.lstrip("“‘(")[:1]
        if "http" in before or "http" in after:
            continue
        # The last word is left alone when a mark would make it look ended.
        sure = start.islower() or before.endswith(",") or before.lower() in function
        named = start.isalpha() and start.isupper() and index >= 14 and before[-1:].isalpha()
        figure = start.isdigit() and index >= 14 and before[-1:].isalpha()
        if sure or (not item and (named or figure)):
            places.append(index)
    return places


_LIGATURE = (("ffi", "ﬃ"), ("fi", "ﬁ"), ("fl", "ﬂ"), ("ff", "ﬀ"))


def dirty(text: str, style: Style, chance: random.Random) -> str:
    """The characters as a scanner or a word processor leaves them."""
    if style.quotes == "straight":
        text = text.translate(str.maketrans("“”‘’", "\"\"''"))
    elif style.quotes == "mixed":
        text = "".join(
            {"“": '"', "”": '"', "‘": "'", "’": "'"}.get(c, c) if chance.random() < 0.5 else c
            for c in text
        )
    if "ligatures" in style.dirt:
        for letters, ligature in _LIGATURE:
            text = (
                re.sub(rf"(?<![/\w.]){letters}|(?<=[a-z]){letters}(?=[a-z])", ligature, text)
                if "http" not in text
                else text
            )
    if "escapes" in style.dirt:
        text = text.replace("$", "\\$")
    if "stray" in style.dirt and chance.random() < 0.3:
        words = text.split(" ")
        words[chance.randrange(1, len(words))] += "**"
        text = " ".join(words)
    if "double spaces" in style.dirt:
        text = re.sub(
            r"([.,]) (?=\S)", lambda m: m[0] + (" " if chance.random() < 0.5 else ""), text
        )
    if "nbsp" in style.dirt:
        text = re.sub(
            r"(?<=[a-z]) (?=[a-z])", lambda m: "\u00a0" if chance.random() < 0.2 else " ", text
        )
    if "soft hyphens" in style.dirt:
        text = re.sub(
            r"(?<![\w/.\-])([a-z]{4})([a-z]{4,})(?![\w/.\-])",
            lambda m: f"{m[1]}\u00ad{m[2]}" if chance.random() < 0.2 else m[0],
            text,
        )
    if "hyphen dashes" in style.dirt:
        text = text.replace(" – ", " - ")
    return text


def make(seed: int, style: Style | None = None) -> tuple[str, Truth]:
    """A manuscript and the truth about it; the same for the same seed."""
    chance = random.Random(seed)
    style = style or random_style(chance)
    chosen = list(ARTICLES)
    if style.heading == "bold" and style.numbering == "none" and style.contents == "none":
        # Nothing tells such a section's heading from an article's.
        chosen = [(title, tuple(b for b in blocks if b[0] != "h")) for title, blocks in chosen]
    chance.shuffle(chosen)
    articles = chosen[: style.articles]
    writer = _Writer(style, chance)
    _title_page(writer, articles)
    notes: list[str] = []
    for index, (title, blocks) in enumerate(articles):
        if index and chance.random() < 0.5:
            writer.page_break()
        _heading(writer, title, index)
        for block in blocks:
            _block(writer, block, notes)
    if writer.pending or style.folio != "none":
        writer.page_break()
        writer.out.pop()
    text = style.newline.join(writer.out) + style.newline
    titles = tuple((_shown_title(title, style), blocks) for title, blocks in articles)
    return text, Truth(TITLE, SUBTITLE, titles, writer.cuts, tuple(notes))


def _shown_title(title: str, style: Style) -> str:
    """A title in capitals is known in small letters only from the contents."""
    return title.upper() if style.heading == "caps" and style.contents == "none" else title


def _numbered(title: str, index: int, style: Style) -> str:
    if style.numbering == "roman":
        return f"{roman(index + 1)}. {title}"
    if style.numbering == "arabic":
        return f"{index + 1}. {title}"
    return title


def _title_page(writer: _Writer, articles: list[tuple[str, tuple[Block, ...]]]) -> None:
    style, chance = writer.style, writer.random
    if style.heading in {"plain", "caps", "bold"}:
        writer.out.append(TITLE)
    elif style.heading == "setext":
        writer.out.extend([TITLE, "=" * len(TITLE)])
    else:
        writer.out.append(f"# {TITLE}")
    writer.blank()
    writer.out.append(SUBTITLE)
    writer.blank()
    if style.contents == "none":
        return
    mark = "## " if style.heading in {"atx", "uneven", "setext"} else ""
    writer.out.append(mark + chance.choice(("Contents", "Table of contents", "In this issue")))
    writer.blank()
    page = 2
    for index, (title, _) in enumerate(articles):
        entry = dirty(_numbered(title, index, style), replace(style, dirt=frozenset()), chance)
        bold = f"**{entry}**" if style.bold else entry
        room = max(4, 72 - len(entry))
        shown = {
            "bullets": [f"- {bold}  ", f"{page}", ""],
            "leaders": [f"{entry} {'.' * room} {page}"],
            "spaced": [f"{entry} {' .' * (room // 2)} {page}"],
            "tabs": [f"{entry}\t{page}"],
            "table": [f"| {entry} | {page} |"],
            "links": [f"- [{entry}](#article-{index + 1})"],
            "bare": [entry, ""],
            "wrapped": [*textwrap.wrap(f"{entry} {'.' * 12} {page}", 40)],
        }[style.contents]
        if style.contents == "table" and not index:
            writer.out.extend(["| Article | Page |", "|---|---|"])
        writer.out.extend(shown)
        page += chance.randrange(1, 5)
    writer.blank()


def _heading(writer: _Writer, title: str, index: int) -> None:
    style, chance = writer.style, writer.random
    text = dirty(_numbered(title, index, style), replace(style, dirt=frozenset()), chance)
    if style.heading == "caps":
        text = text.upper()
    if style.bold or style.heading == "bold":
        text = f"**{text}**"
    if style.heading == "uneven":
        level = chance.choice((2, 3, 4)) if index else 2
        writer.out.append("#" * level + f" {text}")
    elif style.heading == "atx":
        writer.out.append(f"## {text}")
    elif style.heading == "setext":
        writer.out.extend([text, "-" * len(text)])
    else:
        writer.out.append(text)
    writer.blank()


def _block(writer: _Writer, block: Block, notes: list[str]) -> None:
    style, chance = writer.style, writer.random
    kind, content = block
    if kind == "h":
        assert isinstance(content, str)
        text = dirty(content, replace(style, dirt=frozenset()), chance)
        if style.heading in {"atx", "uneven", "setext"}:
            writer.out.append(f"##### {text}")
        elif style.heading == "caps":
            writer.out.append(f"**{text}**")
        else:
            writer.out.append(f"**{text}**")
        writer.blank()
        return
    if kind == "p":
        assert isinstance(content, str)
        _paragraph(writer, content, notes, cut=chance.random() < style.cuts)
        return
    assert isinstance(content, tuple)
    for number, item in enumerate(content, 1):
        marker = ""
        if style.marked_lists:
            marker = f"{number}. " if kind == "ol" else f"{style.bullets} "
        text = dirty(item, replace(style, dirt=style.dirt - {"stray"}), chance)
        places = _cut_places(item, item=True)
        if places and kind == "ol" and chance.random() < style.cuts / 3:
            first, second = _halves(text, chance.choice(places))
            writer.put(first, marker, " " * len(marker))
            writer.page_break(continued=True)
            writer.put(second)
            writer.cuts += 1
        else:
            writer.put(text, marker, " " * len(marker))
        if not style.marked_lists or chance.random() < 0.3:
            writer.blank()
    if writer.out[-1]:
        writer.blank()


def _halves(text: str, place: int) -> tuple[str, str]:
    words = re.split(r"(?<=\S)[ \u00a0]+", text)
    return " ".join(words[:place]), " ".join(words[place:])


def _paragraph(writer: _Writer, content: str, notes: list[str], *, cut: bool) -> None:
    style, chance = writer.style, writer.random
    text = dirty(content, style, chance)
    called = ""
    if style.notes and chance.random() < 0.4 and content.endswith("."):
        number = len(notes) + 1
        note = f"See the ministry’s paper no. {number * 7}, page {number + 3}."
        notes.append(note)
        raised = str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
        mark = {"caret": f"[^{number}]", "square": f"[{number}]", "raised": raised}[style.notes]
        called = mark
        opener = mark + (":" if style.notes == "caret" else "")
        note = dirty(note, replace(style, dirt=frozenset()), chance)
        writer.pending.append(f"{opener} {note}")
        if style.notes == "caret":
            writer.pending.append("")
    places = _cut_places(content, item=False)
    if cut and places:
        first, second = _halves(text, chance.choice(places))
        writer.put(first)
        writer.page_break(continued=True)
        writer.put(second + called)
        writer.cuts += 1
    else:
        writer.put(text + called)
    writer.blank()
    if chance.random() < 0.15:
        writer.page_break()


def random_style(chance: random.Random) -> Style:
    """Any combination of defects that leaves the articles recognisable."""
    heading = chance.choice(("atx", "uneven", "setext", "bold", "caps", "plain"))
    numbering = chance.choice(("roman", "arabic", "none"))
    contents = chance.choice(
        ("none", "bullets", "leaders", "spaced", "tabs", "table", "links", "bare", "wrapped")
    )
    if numbering == "none" and heading in {"plain", "uneven"} and contents == "none":
        contents = "leaders"
    width = chance.choice((0, 0, 66, 72))
    dirt = {
        name
        for name in (
            "ligatures",
            "escapes",
            "stray",
            "double spaces",
            "nbsp",
            "soft hyphens",
            "hyphen dashes",
        )
        if chance.random() < 0.3
    }
    return Style(
        articles=chance.choice((2, 3, 4, 5)),
        numbering=numbering,
        heading=heading,
        bold=heading in {"atx", "uneven"} and chance.random() < 0.5,
        contents=contents,
        folio=chance.choice(("none", "plain", "dashes", "of", "bar", "roman", "label")),
        running=chance.random() < 0.5,
        form_feed=chance.random() < 0.3,
        width=width,
        hyphenate=bool(width) and chance.random() < 0.7,
        quotes=chance.choice(("curly", "straight", "mixed")),
        bullets=chance.choice(("•", "–", "*", "-")),
        marked_lists=chance.random() < 0.5,
        dirt=frozenset(dirt),
        cuts=chance.choice((0.3, 0.6, 1.0)),
        notes=chance.choice(("", "", "caret", "square", "raised")),
        newline=chance.choice(("\n", "\n", "\r\n")),
    )
