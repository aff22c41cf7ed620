"""The brand's specimen: every token, and every part of a page in every script of the publication.

It is set as editions are, by the same code, so that what it shows is what readers will get. The words
are the layout's own, which every language has.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from publisher.ast import Attr, Blocks, Node, string, words
from publisher.brand import MINIMUM_CONTRAST, Brand, Colours, contrast
from publisher.build_job import Job, run_job
from publisher.catalog.layout import Words
from publisher.document import Article, Document, Figure, Text
from publisher.editions import Compiled, Edition, css
from publisher.errors import MachineError
from publisher.language import Language

if TYPE_CHECKING:
    from datetime import datetime

_EMPTY: Attr = ["", [], []]
_SENTENCES = (
    "This is a draft. Passages that nobody has reviewed are marked.",
    "Parts of this edition were translated by machine; no human has reviewed them.",
    "Parts of this edition are not translated yet and appear in the language of the source.",
    "This edition is a sample translation that no human translator has checked.",
    "Page numbers are those of the PDF edition.",
    "Headings, lists and tables are marked up, the reading order is logical, and text size, fonts "
    "and colours can be changed.",
    "All images have a text alternative.",
    "Formulas are given as MathML.",
)
_SWATCHES = "specimen/colours.svg"
_SCALE = "specimen/scale.svg"


@dataclass(frozen=True, slots=True)
class Setting:
    """What all parts of a specimen share; ``files`` holds the logo and fonts of the publication."""

    brand: Brand
    name: str
    publisher: str
    stamp: datetime
    version: str
    files: Mapping[str, bytes]
    css: str = ""


def specimen(
    setting: Setting, english: Language, languages: Sequence[tuple[Language, Words]]
) -> bytes:
    """The specimen as PDF: tokens first, then a page or two for each language given.

    ``english`` is the language of the tokens' names. Raises MachineError where a font is missing.
    """
    from publisher.catalog import layout

    front = _compile(_edition(setting, english, layout.load("en"), _tokens(setting.brand)))
    # With its colophon, which the contents name and which shows the lines of every colophon.
    parts = [(front.data, 0, front.page_map["colophon"])]
    for language, own in languages:
        compiled = _compile(_edition(setting, language, own, [_components(language, own)]))
        pages = compiled.page_map
        parts.append((compiled.data, pages["specimen"] - 1, pages["colophon"] - 1))
    return _joined(parts)


def _compile(edition: Edition) -> Compiled:
    """One part as the build makes it; the first error ends the specimen."""
    result = run_job(Job("pdf", edition))
    if result.compiled is None:
        raise MachineError(f"the specimen cannot be set: {result.error}")
    return result.compiled


def one_a_script(languages: Sequence[Language]) -> list[Language]:
    """The first language of each script, in the order given."""
    found: dict[str, Language] = {}
    for language in languages:
        found.setdefault(language.script, language)
    return list(found.values())


def _joined(parts: Sequence[tuple[bytes, int, int]]) -> bytes:
    """Pages of several PDFs in one. Their tag trees cannot be joined, and go."""
    import pikepdf

    result = pikepdf.new()
    for data, first, last in parts:
        with pikepdf.open(BytesIO(data)) as source:
            for page in list(source.pages)[first:last]:
                for name in ("/StructParents", "/Tabs", "/Annots"):
                    if name in page.obj:
                        del page.obj[name]
                result.pages.append(page)
    out = BytesIO()
    result.save(out, deterministic_id=True)
    return out.getvalue()


def _edition(
    setting: Setting, language: Language, own: Words, articles: Sequence[Article]
) -> Edition:
    brand = setting.brand
    figures = {
        _SWATCHES: Figure(_SWATCHES, _swatches(brand)),
        _SCALE: Figure(_SCALE, _scale(brand, language)),
    }
    shown = {path for path in figures if path in repr([a.blocks for a in articles])}
    document = Document(
        id="brand",
        language=language.code,
        name=_text(setting.name),
        publisher=_text(setting.publisher),
        title=_text("Brand specimen"),
        number="1",
        date=date(setting.stamp.year, setting.stamp.month, setting.stamp.day),
        articles=tuple(articles),
        figures={path: figure for path, figure in figures.items() if path in shown},
    )
    return Edition(
        document=document,
        language=language,
        source_language=language,
        brand=brand,
        words=own,
        draft=False,
        stamp=setting.stamp,
        version=setting.version,
        files=setting.files,
        languages=(language.code,),
        css=setting.css,
    )


def _text(text: str) -> Text:
    return Text(words(text), "styles/brand.toml", 1)


def _article(identifier: str, number: int, title: str, summary: str, blocks: Blocks) -> Article:
    return Article(
        identifier, number, "styles/brand.toml", _text(title), blocks, summary=_text(summary)
    )


def _tokens(brand: Brand) -> list[Article]:
    colours = [
        _figure(_SWATCHES, "The colours of the brand", "Colours and their names in brand.toml"),
        _header(2, "Contrast"),
        _paragraph(
            f"Type needs {MINIMUM_CONTRAST}:1 at least (WCAG 2.2, level AA), and 7:1 for level AAA."
        ),
        _table(
            ["Type", "Ground", "Contrast", "Level"],
            [[a, b, f"{ratio:.1f}:1", _level(ratio)] for a, b, ratio in brand.pairs()],
        ),
    ]
    scale = brand.type
    sizes = [
        [str(step), f"{scale.step(step):.2f}", f"{scale.line(step):.2f}"] for step in range(-1, 7)
    ]
    type_ = [
        _figure(_SCALE, "The type scale", "The type scale, from notes to the title of the cover"),
        _table(["Step", "Size, pt", "Leading, pt"], sizes),
        _header(2, "Fonts by script"),
        _table(
            ["Script", "Text", "Headings", "Code", "Size", "Leading"],
            [
                [name, f.text, f.heading, f.mono, f"{f.size:g}", f"{f.leading:g}"]
                for name, f in sorted(brand.fonts.items(), key=lambda i: (i[0] != "default", i[0]))
            ],
        ),
    ]
    page = brand.page
    rows = [
        ["Sheet", f"{page.width:g} × {page.height:g}"],
        ["Margins: top, bottom", f"{page.top:g}, {page.bottom:g}"],
        ["Margins: start, end", f"{page.start:g}, {page.end:g}"],
        ["Measure", f"{page.measure:g}"],
    ]
    geometry = [
        _table(["Length", "Millimetres"], rows),
        _header(2, "Layout"),
        _table(
            ["Token", "Value"],
            [["motif", brand.motif], ["logo", brand.logo or "–"], ["paragraph", brand.paragraph]],
        ),
    ]
    return [
        _article(
            "colours", 1, "Colours", "What is set in which colour, and how well it reads.", colours
        ),
        _article("type", 2, "Type", "One scale, one rhythm, fonts by script.", type_),
        _article("page", 3, "Page", "The sheet and what stands on it.", geometry),
    ]


def _level(ratio: float) -> str:
    return "AAA" if ratio >= 7 else "AA" if ratio >= MINIMUM_CONTRAST else "fails"


def _components(language: Language, own: Words) -> Article:
    """Every part of a page in one language."""
    said = [own(sentence) for sentence in _SENTENCES]
    numbers = [language.format_number(Decimal(n), 1) for n in ("1234567.8", "90.5", "-3.2")]
    note: Node = {"t": "Note", "c": [_paragraph(said[4])]}
    name = own("Contents")
    link: Node = {"t": "Link", "c": [_EMPTY, words(own("Other languages")), ["#specimen", ""]]}
    blocks: Blocks = [
        _paragraph(" ".join(said[:3])),
        {"t": "Para", "c": [*words(said[3]), note, {"t": "Space"}, link, string(".")]},
        _header(2, own("Cover")),
        {"t": "Para", "c": [{"t": "Strong", "c": words(said[0])}, {"t": "Space"},
                            {"t": "Emph", "c": words(said[6])}]},
        {"t": "BulletList", "c": [[_plain(text)] for text in said[4:7]]},
        _header(3, own("Notes")),
        {"t": "OrderedList", "c": [[1, {"t": "DefaultStyle"}, {"t": "DefaultDelim"}],
                                   [[_plain(text)] for text in said[5:8]]]},
        {"t": "Div", "c": [["", ["statement"], [["source", own("Colophon")]]], [_paragraph(said[5])]]},
        {"t": "Div", "c": [["", ["box", "figures"], []], [{
            "t": "BulletList",
            "c": [[{"t": "Plain", "c": [{"t": "Strong", "c": words(n)}, {"t": "Space"},
                                        *words(said[6])]}] for n in numbers],
        }]]},
        _table([name, own("Pages"), own("Notes")],
               [[own("Cover"), numbers[0], numbers[1]], [own("Colophon"), numbers[1], numbers[2]]]),
        {"t": "DefinitionList", "c": [[words(own("Licence:")), [[_plain(said[7])]]]]},
    ]  # fmt: skip
    title = f"{name} · {language.name} · {language.digits}"
    day = language.format_date(date(2023, 3, 31))
    ordinals = language.separator.join(language.ordinal(number) for number in range(1, 5))
    summary = f"{day} · {ordinals} · {language.script} · {language.direction}"
    return _article("specimen", 1, title, summary, blocks)


def _paragraph(text: str) -> Any:
    return {"t": "Para", "c": words(text)}


def _plain(text: str) -> Node:
    return {"t": "Plain", "c": words(text)}


def _header(level: int, text: str) -> Node:
    return {"t": "Header", "c": [level, _EMPTY, words(text)]}


def _figure(path: str, alternative: str, caption: str) -> Node:
    image: Node = {"t": "Image", "c": [_EMPTY, words(alternative), [path, ""]]}
    return {
        "t": "Figure",
        "c": [_EMPTY, [None, [_paragraph(caption)]], [{"t": "Plain", "c": [image]}]],
    }


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Node:
    columns = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}] for _ in head]

    def row(cells: Sequence[str]) -> list[Any]:
        return [
            _EMPTY,
            [
                [_EMPTY, {"t": "AlignDefault"}, 1, 1, [_plain(cell)] if cell else []]
                for cell in cells
            ],
        ]

    body = [[_EMPTY, 0, [], [row(cells) for cells in rows]]]
    return {
        "t": "Table",
        "c": [_EMPTY, [None, []], columns, [_EMPTY, [row(head)]], body, [_EMPTY, []]],
    }


def _swatches(brand: Brand) -> bytes:
    """The colours as fields with names and values, each labelled in whichever colour reads on it."""
    colours = brand.colours
    width, height, parts = 157.0, 92.0, []
    for number, field in enumerate(fields(Colours)):
        value = getattr(colours, field.name)
        x, y = (number % 4) * 161.0, (number // 4) * 96.0
        ink = max(("#000000", "#ffffff"), key=lambda c: contrast(c, value))
        parts.append(
            f'<rect x="{x + 0.5:g}" y="{y + 0.5:g}" width="{width - 1:g}" height="{height - 1:g}" '
            f'fill="{value}" stroke="{colours.rule}"/>'
            f'<text x="{x + 10:g}" y="{y + 26:g}" fill="{ink}" font-weight="600">{field.name}</text>'
            f'<text x="{x + 10:g}" y="{y + height - 12:g}" fill="{ink}">{value}</text>'
        )
    return _svg(brand, 640, 2 * 96 - 4, "".join(parts), 16)


def _scale(brand: Brand, language: Language) -> bytes:
    """One word at each step of the scale, on its own line."""
    points = 640 / (brand.page.measure * 72 / 25.4)
    y, parts = 0.0, []
    for step in range(-1, 7):
        size = brand.type.step(step) * points
        y += brand.type.line(step) * points
        parts.append(
            f'<text x="44" y="{y:.2f}" font-size="{size:.2f}" fill="{brand.colours.ink}">'
            f"{html.escape(language.name)} {step}</text>"
            f'<text x="0" y="{y:.2f}" font-size="15" fill="{brand.colours.accent}">{step}</text>'
        )
    return _svg(brand, 640, y + 12, "".join(parts), 15)


def _svg(brand: Brand, width: float, height: float, content: str, size: float) -> bytes:
    family = html.escape(css.quote(brand.font_set("default").heading).strip('"'))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:.2f}" '
        f'width="{width:g}" height="{height:.2f}" font-family="{family}, sans-serif" '
        f'font-size="{size:g}">{content}</svg>\n'
    ).encode()
