"""Contents, headers and footers of the DOCX edition: live fields that are already filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from publisher import ast
from publisher.editions import marks
from publisher.editions.cover import COLUMNS, motif
from publisher.editions.docx_package import Relation
from publisher.editions.docx_reference import section_properties
from publisher.editions.docx_runs import Runs
from publisher.editions.docx_styles import Look
from publisher.editions.docx_xml import (
    W,
    el,
    field,
    paragraph,
    properties,
    put,
    qname,
    serialise,
    text_run,
)

if TYPE_CHECKING:
    from publisher.document import Text
    from publisher.editions import Edition
    from publisher.editions.docx_images import Media

# Level 1 by the outline level of the title's style, level 2 by the standfirst's style, without a
# page number. The list separator depends on the reader's system: where it is a semicolon, a
# refreshed table keeps its titles and loses the summaries.
_CONTENTS = 'TOC \\h \\z \\u \\o "1-1" \\t "Standfirst,2" \\n 2-2'


_PAGE = "\ufffc"
"""Stands for a page number until the pages are known."""

MOTIF_ROWS = 3.25
"""The height of the cover's motif in its own units: less than on paper, since Word's text flows."""


DRAFT_ROWS = 1.25
"""By how much it is lower on a marked edition, whose notice (and labels) need the room."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: label, title, summary and the bookmark of the article."""

    label: str
    title: str
    summary: str
    anchor: str


def plain(text: Text | None) -> str:
    """The text of a metadata string without notes, white space normalised."""
    return "" if text is None else " ".join(ast.plain_text(text.inlines).split())


class Front:
    """Builds the parts around the text of one edition."""

    def __init__(self, edition: Edition, look: Look, runs: Runs) -> None:
        self.edition = edition
        self.look = look
        self.runs = runs
        self.mark = marks.mark(edition)
        self.parts: dict[str, bytes] = {}
        self.relations: list[Relation] = []

    def finish(self, node: Any) -> Any:
        """Direction and languages of a paragraph of our own."""
        if self.look.rtl:
            put(properties(node), el("w:bidi"))
        self.runs.finish(node)
        return node

    def contents(self, entries: Sequence[Entry]) -> Any:
        """The table of contents as Word's own building block (``w:sdt``), filled in."""
        heading = self.finish(paragraph("TOCHeading", text_run(self.edition.words("Contents"))))
        content = el("w:sdtContent", heading)
        begin, code, separate, end = field(_CONTENTS)
        lines: list[Any] = []
        for entry in entries:
            lines.append(self._entry(entry))
            if entry.summary:
                line = paragraph("TOC2", _link(entry.anchor, [text_run(entry.summary)]))
                lines.append(self.finish(line))
        if lines:
            for offset, run in enumerate((begin, code, separate)):
                lines[0].insert(1 + offset, run)
            lines[-1].append(end)
        for line in lines:
            content.append(line)
        gallery = el("w:docPartObj", el("w:docPartGallery", val="Table of Contents"),
                     el("w:docPartUnique"))  # fmt: skip
        return el("w:sdt", el("w:sdtPr", el("w:id", val="1"), gallery), content)

    def fill_pages(self, contents: Any, pages: Sequence[int]) -> None:
        """Write the page numbers that a reader sees until the fields are refreshed."""
        shown = (node for node in contents.iter(f"{W}t") if node.text == _PAGE)
        for node, page in zip(shown, pages, strict=True):
            node.text = self.edition.language.localise_digits(str(page))

    def _entry(self, entry: Entry) -> Any:
        runs = [text_run(f"{entry.label}\t" if entry.label else "\t")]
        runs += [text_run(entry.title), text_run("\t")]
        runs += field(f"PAGEREF {entry.anchor} \\h", text_run(_PAGE))
        return self.finish(paragraph("TOC1", _link(entry.anchor, runs)))

    def section(self, name: str, title: str | None) -> Any:
        """``w:sectPr`` of a section; ``title`` None for the cover, which has no running heads."""
        references = []
        header = self._header(name, title)
        if header is not None:
            references.append(el("w:headerReference", type="default", r__id=header))
        footer = self._footer(cover=title is None)
        references.append(el("w:footerReference", type="default", r__id=footer))
        top = None if title is not None else self.band_top + self.band_height + 12
        return section_properties(self.look, *references, top=top)

    @property
    def band_height(self) -> float:
        """The height of the cover's motif in millimetres; 0 where the brand has none."""
        brand = self.look.brand
        rows = MOTIF_ROWS - DRAFT_ROWS if self.mark else MOTIF_ROWS
        return 0.0 if brand.motif == "none" else brand.page.width / COLUMNS * rows

    @property
    def band_top(self) -> float:
        """Its distance from the edge in millimetres: a mark stands above it, on paper."""
        if not self.mark:
            return 0.0
        # A draft's mark and an embargo's take two lines.
        both = self.edition.draft and self.edition.document.embargo is not None
        more = self.look.leading * 0.8 * 25.4 / 72 if both else 0.0
        return self.look.brand.page.top * 0.7 + more

    def cover(self, first: Any, media: Media) -> None:
        """Lay the motif over the head of the cover, anchored in its first paragraph."""
        if self.band_height:
            point = 72 / 25.4
            brand = self.look.brand
            width, height = brand.page.width * point, self.band_height * point
            rows = self.band_height / brand.page.width * COLUMNS
            svg = motif(brand, self.edition.document.id, round(rows, 2), rtl=self.look.rtl)
            run = media.band(svg, "motif", width, height, self.band_top * point)
            first.insert(1, run)

    def _header(self, name: str, title: str | None) -> str:
        edition = self.edition
        lines: list[Any] = []
        if self.mark:
            watermark = self._watermark() if edition.draft else []
            lines.append(paragraph("DraftHeader", *watermark, text_run(self.mark)))
        if title is not None:
            document, language = edition.document, edition.language
            number = language.localise_digits(document.number)
            issue = edition.words("Issue {number}", number=number)
            right = f"{issue} · {language.format_month(document.date)}"
            lines.append(paragraph("Header", text_run(f"{plain(document.name)}\t{right}")))
            # By level, since Word's own names of styles differ from language to language.
            live = field("STYLEREF 1", text_run(title))
            content = [text_run(title)] if name == "contents" else live
            lines.append(paragraph("HeaderTitle", *content))
        if not lines:
            lines.append(paragraph("Normal"))
        return self._part("header", [self.finish(line) for line in lines])

    def _footer(self, *, cover: bool) -> str:
        name = "footer-cover" if cover else "footer"
        found = next((r.id for r in self.relations if r.target == f"{name}.xml"), None)
        if found is not None:
            return found
        if cover:
            line = paragraph("Normal")
        else:
            line = paragraph("Footer", text_run(f"{plain(self.edition.document.publisher)}\t"))
            for node in field("PAGE", text_run("1", "PageNumber"), style="PageNumber"):
                line.append(node)
        return self._part("footer", [self.finish(line)], name=name)

    def _part(self, kind: str, lines: Sequence[Any], name: str = "") -> str:
        root = el("w:hdr" if kind == "header" else "w:ftr", *lines)
        name = name or f"header{sum(r.kind == 'header' for r in self.relations) + 1}"
        self.parts[f"word/{name}.xml"] = serialise(root, "w", "v", "o", "w10", "r")
        relation = Relation(f"rIdPage{len(self.relations) + 1}", kind, f"{name}.xml")
        self.relations.append(relation)
        return relation.id

    def _watermark(self) -> list[Any]:
        """Word's own kind of watermark, so that its menu can take it out again."""
        number = len(self.relations) + 1
        word = self.edition.words("Draft")
        height = 90
        width = min(420, max(150, height * 0.62 * len(word)))
        style = (
            f"position:absolute;margin-left:0;margin-top:0;width:{width:.0f}pt;height:{height}pt;"
            "rotation:315;z-index:-251658752;mso-position-horizontal:center;"
            "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
            "mso-position-vertical-relative:margin"
        )
        family = self.look.heading.complex if self.look.rtl else self.look.heading.latin
        path = el("v:textpath", on="t", fitshape="t", string=word,
                  style=f'font-family:"{family}";font-size:1pt')  # fmt: skip
        shape = el(
            "v:shape", el("v:fill", opacity=".35"), path,
            id=f"PowerPlusWaterMarkObject{number}", type="#_x0000_t136", style=style,
            alt="", fillcolor=self.edition.brand.colours.rule, stroked="f",
        )  # fmt: skip
        shape.set(qname("o:spid"), f"_x0000_s{1024 + number}")
        shape.set(qname("o:allowincell"), "f")
        kind = el("v:shapetype", el("v:path", textpathok="t"), el("v:textpath", on="t", fitshape="t"),
                  id="_x0000_t136", coordsize="21600,21600", adj="10800",
                  path="m@7,l@8,m@5,21600l@6,21600e")  # fmt: skip
        kind.set(qname("o:spt"), "136")
        formulas = el("v:formulas", *(el("v:f", eqn=eqn) for eqn in _WORD_ART))
        kind.insert(0, formulas)
        return [el("w:r", el("w:rPr", el("w:noProof")), el("w:pict", kind, shape))]


# The formulas of the preset shape "fontwork plain text" (ECMA-376 part 4 §19.1.2.23, o:spt 136).
_WORD_ART = (
    "sum #0 0 10800", "prod #0 2 1", "sum 21600 0 @1", "sum 0 0 @2", "sum 21600 0 @3",
    "if @0 @3 0", "if @0 21600 @1", "if @0 0 @2", "if @0 @4 21600", "mid @5 @6", "mid @8 @5",
    "mid @7 @8", "mid @6 @7", "sum @6 0 @5",
)  # fmt: skip


def _link(anchor: str, runs: Sequence[Any]) -> Any:
    return el("w:hyperlink", *runs, anchor=anchor, history="1")


def place_sections(sections: Sequence[tuple[str, Any]], body: Any, made: Mapping[str, Any]) -> None:
    """Put each section's properties where Word looks: its last paragraph, the last one the body."""
    for index, (name, last) in enumerate(sections):
        if index == len(sections) - 1:
            body.append(made[name])
        else:
            put(properties(last), made[name])


__all__ = ["Entry", "Front", "W", "place_sections", "plain"]
