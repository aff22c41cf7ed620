"""Named styles of the DOCX edition, from the brand's tokens and the language's scripts.

Every paragraph, run and table of an edition takes its look from one of these styles, by names that
a press officer finds in Word's gallery: built-in names (Title, heading 1, Quote, caption, toc 1 …)
where Word has one, our own (Standfirst, Statement, Box, Key Figure …) where it has none.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from publisher.editions.docx_xml import el, sort_tree

if TYPE_CHECKING:
    from publisher.brand import Brand, FontSet
    from publisher.language import Language

COMPLEX_SCRIPTS = frozenset(
    ["Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Deva", "Beng", "Guru", "Gujr", "Orya",
     "Taml", "Telu", "Knda", "Mlym", "Sinh", "Thai", "Laoo", "Tibt", "Mymr", "Khmr"]
)  # fmt: skip
"""Scripts that Word sets from the ``cs`` slot of a font (ECMA-376 part 1 §17.3.2.26)."""

EAST_ASIAN_SCRIPTS = frozenset(
    ["Hans", "Hant", "Hani", "Jpan", "Kore", "Hang", "Hira", "Kana", "Bopo", "Yiii"]
)
"""Scripts that Word sets from the ``eastAsia`` slot."""

THEME_COLOURS = {
    "ink": "text1",
    "paper": "background1",
    "muted": "text2",
    "tint": "background2",
    "accent": "accent1",
    "rule": "accent3",
    "on_accent": "background1",
    "draft": "accent6",
}
"""Our colour tokens and the theme's names for them (docx_reference writes the theme so)."""

_EXACT = 1.08
"""What an exact line needs more than on paper, since Word cuts off what stands out of it."""

LIST_INDENT = 18
"""Points by which each level of a list is indented."""


@dataclass(frozen=True, slots=True)
class Slots:
    """The fonts of one role: for Latin and its like, complex and East Asian scripts."""

    latin: str
    complex: str
    east_asian: str


@dataclass(frozen=True, slots=True)
class Look:
    """Brand and language met: what styles, numbering and front matter are made from.

    ``size`` and ``size_complex`` multiply sizes of running text, ``heading_size`` and
    ``heading_size_complex`` those of headings; ``leading`` is the line of running text in points;
    ``is_complex`` says that the edition's own script is set from the complex slot.
    """

    brand: Brand
    language: Language
    text: Slots
    heading: Slots
    mono: Slots
    size: float
    size_complex: float
    heading_size: float
    heading_size_complex: float
    leading: float
    is_complex: bool

    @property
    def rtl(self) -> bool:
        """Whether the edition runs from right to left."""
        return self.language.rtl

    @property
    def measure(self) -> float:
        """The width of the text column in points."""
        return self.brand.page.measure * 72 / 25.4

    @property
    def start(self) -> str:
        """The physical side on which a line starts, for borders."""
        return "right" if self.rtl else "left"

    def colour(self, token: str) -> str:
        """A colour token as ``RRGGBB``."""
        return str(getattr(self.brand.colours, token))[1:].upper()


def look(brand: Brand, language: Language) -> Look:
    """What the DOCX needs to know of a brand in a language."""
    latin = brand.font_set("Latn")
    own = brand.font_set(language.script, language.fonts)
    is_complex = language.script in COMPLEX_SCRIPTS
    is_east_asian = language.script in EAST_ASIAN_SCRIPTS
    cs = own if is_complex else brand.font_set("Arab")
    ea = own if is_east_asian else brand.font_set("Hans")
    base = latin if is_complex or is_east_asian else own

    def slots(role: str) -> Slots:
        def family(fonts: FontSet) -> str:
            return str(getattr(fonts, role))

        return Slots(family(base), family(cs), family(ea))

    return Look(
        brand,
        language,
        text=slots("text"),
        heading=slots("heading"),
        mono=slots("mono"),
        size=base.size,
        size_complex=cs.size,
        heading_size=base.heading_size,
        heading_size_complex=cs.heading_size,
        leading=round(brand.type.leading * own.leading, 2),
        is_complex=is_complex,
    )


def fonts(slots: Slots, theme: str | None = None) -> Any:
    """``w:rFonts`` with all four slots, by name and, for ``major``/``minor``, by theme."""
    names: dict[str, object] = {
        "ascii": slots.latin,
        "hAnsi": slots.latin,
        "eastAsia": slots.east_asian,
        "cs": slots.complex,
    }
    if theme:
        names |= {
            "asciiTheme": f"{theme}HAnsi",
            "hAnsiTheme": f"{theme}HAnsi",
            "eastAsiaTheme": f"{theme}EastAsia",
            "cstheme": f"{theme}Bidi",
        }
    return el("w:rFonts", **names)


def twips(points: float) -> int:
    """Points as twentieths of a point."""
    return round(points * 20)


class StyleSheet:
    """Builds ``styles.xml``; each method adds one kind of style."""

    def __init__(self, given: Look) -> None:
        self.look = given
        self.scale = given.brand.type
        self.root = el("w:styles")

    @property
    def line_rule(self) -> str:
        """How Word takes a line's height: as the least one, or as it is."""
        return "exact" if self.look.is_complex else "atLeast"

    def line(self, step: float, tightness: float = 1.2) -> float:
        """Leading in points for a step of the scale in this language."""
        return self.scale.line(step, tightness) * self.look.leading / self.scale.leading

    def run(
        self,
        step: float | None = None,
        *,
        role: str = "",
        bold: bool | None = None,
        italic: bool | None = None,
        colour: str = "",
        ground: str = "",
        caps: bool = False,
        spacing: float = 0,
        extra: tuple[Any, ...] = (),
    ) -> Any:
        """Run properties: ``step`` on the type scale, ``role`` of the font, colours by token."""
        properties = el("w:rPr", *extra)
        if role:
            theme = {"heading": "major", "text": "minor"}.get(role)
            properties.append(fonts(getattr(self.look, role), theme))
        for name, value in (("b", bold), ("i", italic)):
            if value is not None:
                for tag in (f"w:{name}", f"w:{name}Cs"):
                    properties.append(el(tag) if value else el(tag, val="0"))
        if caps:
            properties.append(el("w:smallCaps"))
        if colour:
            properties.append(self.colour(colour))
        if spacing:
            properties.append(el("w:spacing", val=twips(spacing)))
        if step is not None:
            size, given = self.scale.step(step), self.look
            plain, cs = given.size, given.size_complex
            if role in {"heading", "mono"}:
                plain, cs = given.heading_size, given.heading_size_complex
            properties.append(el("w:sz", val=round(size * plain * 2)))
            properties.append(el("w:szCs", val=round(size * cs * 2)))
        if ground:
            properties.append(self.shade(ground))
        return properties

    def colour(self, token: str) -> Any:
        """``w:color`` by value and by theme."""
        return el("w:color", val=self.look.colour(token), themeColor=THEME_COLOURS[token])

    def shade(self, token: str) -> Any:
        """``w:shd`` by value and by theme."""
        return el("w:shd", val="clear", color="auto", fill=self.look.colour(token),
                  themeFill=THEME_COLOURS[token])  # fmt: skip

    def border(self, side: str, width: float, token: str, space: float = 0) -> Any:
        """One border; width in points."""
        return el(f"w:{side}", val="single", sz=round(width * 8), space=round(space),
                  color=self.look.colour(token), themeColor=THEME_COLOURS[token])  # fmt: skip

    def par(
        self,
        *,
        before: float = 0,
        after: float = 0,
        line: float | None = None,
        start: float = 0,
        end: float = 0,
        first: float = 0,
        align: str = "",
        keep_next: bool = False,
        keep_lines: bool = False,
        outline: int | None = None,
        borders: tuple[Any, ...] = (),
        ground: str = "",
        contextual: bool = False,
        tabs: tuple[Any, ...] = (),
        extra: tuple[Any, ...] = (),
        natural: bool = False,
    ) -> Any:
        """Paragraph properties; lengths in points, a negative ``first`` hangs.

        ``natural`` lets a line be as high as what stands in it (a picture).
        """
        properties = el("w:pPr", *extra)
        if keep_next:
            properties.append(el("w:keepNext"))
        if keep_lines:
            properties.append(el("w:keepLines"))
        if borders:
            properties.append(el("w:pBdr", *(deepcopy(border) for border in borders)))
        if ground:
            properties.append(self.shade(ground))
        if tabs:
            properties.append(el("w:tabs", *(deepcopy(tab) for tab in tabs)))
        # Fonts of complex scripts ask for twice the room that the brand's leading gives them.
        rule: dict[str, object] = {}
        if line:
            if self.look.is_complex:
                line *= _EXACT
            rule = {"line": twips(line), "lineRule": self.line_rule}
        if natural:
            rule = {"line": 240, "lineRule": "auto"}
        properties.append(el("w:spacing", before=twips(before), after=twips(after), **rule))
        # Transitional "left" and "right" are start and end in a paragraph with w:bidi.
        indent: dict[str, object] = {"left": twips(start), "right": twips(end)}
        if first < 0:
            indent["hanging"] = twips(-first)
        else:
            indent["firstLine"] = twips(first)
        properties.append(el("w:ind", **indent))
        if contextual:
            properties.append(el("w:contextualSpacing"))
        if align:
            properties.append(el("w:jc", val=align))
        if outline is not None:
            properties.append(el("w:outlineLvl", val=outline))
        return properties

    def paragraph(
        self,
        identifier: str,
        name: str,
        par: Any = None,
        run: Any = None,
        *,
        based: str | None = "Normal",
        following: str | None = None,
        priority: int = 20,
        quick: bool = True,
        default: bool = False,
    ) -> None:
        """Add a paragraph style."""
        self.root.append(
            el(
                "w:style",
                el("w:name", val=name),
                el("w:basedOn", val=based) if based else None,
                el("w:next", val=following) if following else None,
                el("w:uiPriority", val=priority),
                el("w:qFormat") if quick else None,
                par,
                None if run is None else deepcopy(run),
                type="paragraph",
                styleId=identifier,
                default="1" if default else None,
                customStyle=None if name in BUILT_IN else "1",
            )
        )

    def character(self, identifier: str, name: str, run: Any, *, priority: int = 40) -> None:
        """Add a character style."""
        self.root.append(
            el(
                "w:style",
                el("w:name", val=name),
                el("w:basedOn", val="DefaultParagraphFont"),
                el("w:uiPriority", val=priority),
                el("w:qFormat"),
                run,
                type="character",
                styleId=identifier,
                customStyle=None if name in BUILT_IN else "1",
            )
        )

    def tree(self) -> Any:
        """The finished part, its children in the schema's order."""
        sort_tree(self.root)
        return self.root


BUILT_IN = frozenset(
    [
        "Normal", "Body Text", "Title", "Subtitle", "Date", "Quote", "caption", "footnote text",
        "footnote reference", "header", "footer", "TOC Heading", "toc 1", "toc 2", "Hyperlink",
        "Emphasis", "Strong", "Intense Emphasis", "page number", "Default Paragraph Font",
        "Normal Table", "No List",
        *(f"heading {level}" for level in range(1, 10)),
        *(f"List {kind}{level}" for kind in ("Bullet", "Number", "Continue")
          for level in ("", " 2", " 3", " 4", " 5")),
    ]
)  # fmt: skip
"""Names of styles that every Word knows, in the spelling of the file format."""
