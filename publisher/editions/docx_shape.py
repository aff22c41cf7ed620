"""From pandoc's WordprocessingML to the edition's: styles by context, marks taken out.

One walk over the body (and the notes) with a stack of contexts that the marks of docx_body open and
close. Every paragraph gets a named style and loses pandoc's direct formatting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from publisher.editions import docx_tables
from publisher.editions.docx_numbering import Given, Numbering
from publisher.editions.docx_runs import Runs
from publisher.editions.docx_sheet import PAD
from publisher.editions.docx_styles import LIST_INDENT, Look
from publisher.editions.docx_xml import (
    P,
    W,
    el,
    local,
    properties,
    put,
    sort_children,
    text_run,
)
from publisher.editions.docx_xml import (
    field as make_field,
)
from publisher.editions.tree import STATES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from publisher.editions import Edition

_QUOTES = {"statement": ("Statement", "StatementList"), "quote": ("Quote", "QuoteList")}
_BOXES = frozenset({"box", "figures"})
_RUNNING = frozenset({"BodyText", "FirstParagraph"})
_KEPT_STYLES = frozenset({"FootnoteText", "SourceCode", "TOCHeading"})
_BLANK = frozenset({"", " "})


@dataclass(slots=True)
class Context:
    """What one mark has opened."""

    kind: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Shaped:
    """What the walk found: headings by article, anchors, sections in order."""

    headings: dict[str, Any] = field(default_factory=dict)
    sections: list[tuple[str, Any]] = field(default_factory=list)
    contents: Any = None


class Shaper:
    """Shapes body and notes; ``image`` makes the run of the n-th image, ``lists`` are pandoc's."""

    def __init__(
        self,
        edition: Edition,
        look: Look,
        numbering: Numbering,
        lists: Mapping[int, Given],
        image: Callable[[int, float], Any],
        known: frozenset[str],
    ) -> None:
        self.edition = edition
        self.look = look
        self.numbering = numbering
        self.lists = lists
        self.image = image
        self.runs = Runs(edition.language, rtl=look.rtl, known=known)
        self.stack: list[Context] = []
        self.numbers: dict[tuple[int, int], int] = {}
        self.pending: list[str] = []
        self.taken: set[str] = set()
        self.bookmarks = 0
        self.previous = ""
        self.number = ""
        self.shaped = Shaped()

    def container(self, parent: Any) -> None:
        """All blocks in a body, cell or note."""
        for node in list(parent):
            tag = node.tag
            if not isinstance(tag, str):
                parent.remove(node)
            elif tag == f"{P}open":
                self.open(node)
                parent.remove(node)
            elif tag == f"{P}close":
                self.stack.pop()
                parent.remove(node)
            elif tag == f"{P}section":
                self.section(parent, node)
            elif tag == f"{P}contents":
                self.shaped.contents = node
            elif tag == f"{W}bookmarkStart":
                self.pending.append(node.get(f"{W}name"))
                parent.remove(node)
            elif tag == f"{W}bookmarkEnd":
                parent.remove(node)
            elif tag == f"{W}p":
                self.paragraph(node)
            elif tag == f"{W}tbl":
                self.table(node)

    def open(self, node: Any) -> None:
        values = {str(key): str(value) for key, value in node.attrib.items()}
        kind = values.pop("kind")
        self.stack.append(Context(kind, values))
        if kind == "article":
            self.number = values["number"]
        if kind not in {"style", "language"}:
            self.previous = ""

    def section(self, parent: Any, node: Any) -> None:
        """The last paragraph before the mark will hold the section's properties."""
        at = parent.index(node)
        last = parent[at - 1] if at else None
        parent.remove(node)
        if last is None or last.tag != f"{W}p":
            last = el("w:p", el("w:pPr", el("w:pStyle", val="Normal")))
            parent.insert(at, last)
            self.finish(last, properties(last))
        self.shaped.sections.append((node.get("name"), last))
        self.previous = ""

    def context(self, *kinds: str) -> Context | None:
        """The innermost open context of one of these kinds."""
        return next((item for item in reversed(self.stack) if item.kind in kinds), None)

    def language(self) -> str:
        """The language that a div around the paragraph names."""
        for item in reversed(self.stack):
            if item.kind == "language" and item.values.get("lang"):
                return item.values["lang"]
        return ""

    def paragraph(self, node: Any) -> None:
        """One paragraph, wherever it stands."""
        pr = properties(node)
        given = pr.find(f"{W}pStyle")
        style = "" if given is None else given.get(f"{W}val")
        numbering = pr.find(f"{W}numPr")
        if self.context("cell"):
            self.cell_paragraph(pr, numbering)
        else:
            self.block_paragraph(node, pr, style, numbering)
        self.previous = pr.find(f"{W}pStyle").get(f"{W}val")
        self.finish(node, pr)

    def block_paragraph(self, node: Any, pr: Any, style: str, numbering: Any) -> None:
        self.clear(pr)
        if style.startswith("Heading") and style[7:].isdigit():
            self.heading(node, pr, int(style[7:]))
        elif style in _KEPT_STYLES and numbering is None:
            put(pr, el("w:pStyle", val=style))
        elif numbering is not None and self.list_item(pr, numbering):
            pass
        else:
            put(pr, el("w:pStyle", val=self.plain_style(style)))

    def plain_style(self, style: str) -> str:
        """The style of a paragraph that is neither heading nor list item."""
        inner = self.context("style", "statement", "quote", "box", "figures", "article", "notes")
        kind = inner.kind if inner else ""
        if style in {"DefinitionTerm", "Definition"}:
            if kind == "figures":
                return "KeyFigure" if style == "DefinitionTerm" else "KeyFigureText"
            if kind == "box":
                return "BoxHeading" if style == "DefinitionTerm" else "Box"
            return style
        if inner is not None and kind == "style":
            return inner.values["style"]
        if kind in _QUOTES:
            return _QUOTES[kind][0]
        if kind in _BOXES:
            return "Box"
        if kind == "notes":
            return "FootnoteText"
        return "BodyText" if self.previous in _RUNNING else "FirstParagraph"

    def heading(self, node: Any, pr: Any, level: int) -> None:
        if self.context("box", "figures", "statement", "quote") and level > 1:
            put(pr, el("w:pStyle", val="BoxHeading"))
            put(pr, el("w:outlineLvl", val=level - 1))
            return
        put(pr, el("w:pStyle", val=f"Heading{min(level, 6)}"))
        if level == 1:
            self.shaped.headings[self.pending[-1] if self.pending else ""] = node
            if self.number == "0":
                put(pr, el("w:numPr", el("w:ilvl", val=0), el("w:numId", val=0)))
                put(pr, el("w:ind", left=0, firstLine=0))
            elif self.edition.language.numerals != "latn":
                label = self.edition.language.localise_digits(self.number)
                number = self.numbering.article(label)
                put(pr, el("w:numPr", el("w:ilvl", val=0), el("w:numId", val=number)))

    def list_item(self, pr: Any, numbering: Any) -> bool:
        """Style and number of a list item or of a paragraph that continues one."""
        level = int(numbering.find(f"{W}ilvl").get(f"{W}val"))
        number = int(numbering.find(f"{W}numId").get(f"{W}val"))
        given = self.lists.get(number)
        if given is None:
            return False
        suffix = "" if level == 0 else str(min(level, 4) + 1)
        inner = self.context("statement", "quote", "box", "figures", "style", "notes")
        kind = inner.kind if inner else ""
        if given.text in _BLANK:
            if kind in _QUOTES or kind in _BOXES or kind in ("style", "notes"):
                return False
            put(pr, el("w:pStyle", val=f"ListContinue{suffix}"))
            return True
        indent = LIST_INDENT if kind in _QUOTES else PAD if kind in _BOXES else 0
        style = f"List{'Bullet' if given.format == 'bullet' else 'Number'}{suffix}"
        if kind in _QUOTES:
            style = _QUOTES[kind][1]
        elif kind in _BOXES:
            style = "BoxList"
        elif kind == "notes":
            style = "FootnoteText"
        key = (number, indent)
        if key not in self.numbers:
            self.numbers[key] = self.numbering.add(given, indent=indent)
        put(pr, el("w:pStyle", val=style))
        put(pr, el("w:numPr", el("w:ilvl", val=level), el("w:numId", val=self.numbers[key])))
        return True

    def cell_paragraph(self, pr: Any, numbering: Any) -> None:
        cell = self.context("cell")
        align = pr.find(f"{W}jc")
        side = "" if align is None else align.get(f"{W}val")
        self.clear(pr)
        if numbering is not None and self.list_item(pr, numbering):
            return
        head = cell is not None and cell.values.get("head") == "1"
        if cell is not None and cell.values.get("numeric") == "1":
            side = "right"
        kind = {"right": "Number", "center": "Centred"}.get(side, "")
        name = f"Table{kind}{'Heading' if head else ''}" if kind or head else "TableText"
        put(pr, el("w:pStyle", val=name))

    def clear(self, pr: Any) -> None:
        """Take out all that pandoc has set directly."""
        for child in list(pr):
            pr.remove(child)

    def finish(self, node: Any, pr: Any) -> None:
        """Marks inside the paragraph, bookmarks, direction and runs."""
        language = self.language()
        state, fallback = self.inline_marks(node)
        language = fallback or language
        self.place_bookmarks(node)
        rtl = self.direction(language)
        if rtl:
            put(pr, el("w:bidi"))
        elif self.look.rtl:
            put(pr, el("w:bidi", val="0"))
        sort_children(pr)
        self.runs.finish(node, language)
        if state and not self.context("cell"):
            self.label(node, state)

    def direction(self, language: str) -> bool:
        named = next(
            (item.values["dir"] for item in reversed(self.stack)
             if item.kind == "language" and item.values.get("dir")), "",
        )  # fmt: skip
        if language and language != self.edition.language.code:
            from publisher.language import direction_of

            return direction_of(language) == "rtl"
        return named == "rtl" if named else self.look.rtl

    def inline_marks(self, node: Any) -> tuple[str, str]:
        """Resolve marks in a paragraph: its state and, for source text, its language."""
        state = language = ""
        inside = False
        for child in list(node.iter()):
            if child.tag == f"{P}unreviewed":
                state = state or child.get("state")
                language = language or child.get("lang", "")
                inside = True
                child.getparent().remove(child)
            elif child.tag == f"{P}reviewed":
                inside = False
                child.getparent().remove(child)
            elif child.tag == f"{P}caption":
                _replace(child, self.caption_label(child))
            elif child.tag == f"{P}image":
                _replace(child, [self.image(int(child.get("n")), self.available())])
            elif inside and child.tag == f"{W}r":
                run = properties(child, "rPr")
                if run.find(f"{W}rStyle") is None and not [c for c in run if local(c) != "lang"]:
                    put(run, el("w:rStyle", val="Unreviewed"))
        return state, language

    def available(self) -> float:
        """The width in points that an image may take here."""
        indented = self.context("statement", "quote", "box", "figures")
        width = self.look.measure - (2 * LIST_INDENT if indented else 0)
        cell = self.context("cell")
        return float(cell.values["width"]) if cell else width

    def caption_label(self, mark: Any) -> list[Any]:
        """ "Table 1" with its number as a field, in the order of the language's words."""
        sequence = mark.get("sequence")
        number = self.edition.language.localise_digits(mark.get("number"))
        place = "\ufffc"
        words = self.edition.words(f"{sequence} {{number}}", number=place)
        before, _, after = words.partition(place)
        result = [text_run(before, "CaptionLabel")] if before else []
        result += make_field(
            f"SEQ {sequence} \\* ARABIC", text_run(number, "CaptionLabel"), style="CaptionLabel"
        )
        if after:
            result.append(text_run(after, "CaptionLabel"))
        result.append(text_run(" "))
        return result

    def label(self, node: Any, state: str) -> None:
        """The visible words for an unreviewed paragraph, before its text."""
        words = self.edition.words(STATES.get(state, STATES["machine"]))
        at = 1 + sum(child.tag == f"{W}bookmarkStart" for child in node[1:])
        first = el("w:p", text_run(f"[{words}]", "UnreviewedLabel"), text_run(" "))
        self.runs.finish(first)
        for offset, run in enumerate(list(first)):
            node.insert(at + offset, run)

    def place_bookmarks(self, node: Any) -> None:
        """Give pending bookmarks the paragraph as their extent; renumber those inside it."""
        ends: dict[str, str | None] = {}
        for child in list(node.iter(f"{W}bookmarkStart")):
            name = child.get(f"{W}name")
            if name in self.taken:
                ends[child.get(f"{W}id")] = None
                child.getparent().remove(child)
                continue
            self.taken.add(name)
            ends[child.get(f"{W}id")] = str(self.bookmarks)
            child.set(f"{W}id", str(self.bookmarks))
            self.bookmarks += 1
        for child in list(node.iter(f"{W}bookmarkEnd")):
            new = ends.get(child.get(f"{W}id"))
            if new is None:
                child.getparent().remove(child)
            else:
                child.set(f"{W}id", new)
        for name in self.pending:
            if name in self.taken:
                continue
            self.taken.add(name)
            node.insert(1, el("w:bookmarkStart", id=self.bookmarks, name=name))
            node.append(el("w:bookmarkEnd", id=self.bookmarks))
            self.bookmarks += 1
        self.pending = []

    def table(self, node: Any) -> None:
        """One table, its cells, and one label for all that nobody has reviewed in it."""
        outer = self.context("table")
        title = outer.values.get("title", "") if outer else ""
        sides = outer.values.get("sides", "") if outer else ""
        states = [mark.get("state") for mark in node.iter(f"{P}unreviewed")]
        layout = docx_tables.Layout(node, self.look, self.available())
        for cell in layout.cells():
            # Figures go to the end of their column unless the author says otherwise.
            side = sides[cell.column : cell.column + 1]
            numeric = layout.numeric[cell.column] and side not in ("l", "c")
            values = {"head": "1" if cell.head else "0", "width": str(cell.width),
                      "numeric": "1" if numeric else "0"}  # fmt: skip
            self.stack.append(Context("cell", values))
            self.container(cell.element)
            self.stack.pop()
        layout.finish(title)
        self.previous = "Table"
        if states:
            self.table_label(node, next(name for name in STATES if name in states))

    def table_label(self, node: Any, state: str) -> None:
        before = node.getprevious()
        if (
            before is not None
            and before.find(f".//{W}rStyle[@{W}val='UnreviewedLabel']") is not None
        ):
            return
        paragraph = el("w:p", el("w:pPr", el("w:pStyle", val="TableHeading")))
        node.addprevious(paragraph)
        self.finish(paragraph, properties(paragraph))
        self.label(paragraph, state)


def _replace(node: Any, others: list[Any]) -> None:
    parent = node.getparent()
    at = parent.index(node)
    parent.remove(node)
    for offset, other in enumerate(others):
        parent.insert(at + offset, other)
