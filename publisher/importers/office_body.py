"""The paragraphs of a Word document made ready for pandoc: facts noted, styles reduced to meaning."""

from __future__ import annotations

from typing import Any

from publisher.importers.office_facts import Fact, Prepared, mark
from publisher.importers.office_frames import flatten
from publisher.importers.office_runs import Runs
from publisher.importers.office_styles import Look, Numbering, Styles, paragraph_look
from publisher.importers.office_table_heads import mark_heads
from publisher.importers.office_xml import NUMBER, M, W, drop, run, val


class Body:
    """Works on one part after the other (body, footnotes, endnotes) and fills ``made``."""

    def __init__(
        self, made: Prepared, styles: Styles, numbering: Numbering, name: str, main: str
    ) -> None:
        self.made = made
        self.styles = styles
        self.numbering = numbering
        self.name = name
        self.runs = Runs(made, styles, name, main)
        self.break_next = False

    def part(self, root: Any, targets: dict[str, tuple[str, bool]], kind: str) -> None:
        """All paragraphs below ``root``; ``targets`` are the part's relationships."""
        self.runs.begin(targets)
        flatten(root, self.made, self.name)
        for node in list(root.iter(f"{W}p")):
            if node.getparent() is not None:
                self.paragraph(node, kind)
        for node in list(root.iter(f"{W}tbl")):
            mark_heads(node, self.made.facts, self.styles)

    def paragraph(self, node: Any, kind: str) -> None:
        """Note the facts of one paragraph, rewrite its runs and put its mark in front."""
        number = int(node.get(NUMBER) or 0)
        pr = node.find(f"{W}pPr")
        identifier = val(pr, "pStyle") or self.styles.default
        style = self.styles.look(identifier)
        look = paragraph_look(pr).over(style)
        fact = Fact(number, self.styles.name(identifier), look.level, side=look.side)
        fact.centred = look.side == "center"
        fact.indent = look.indent or 0
        fact.boxed = node.get("boxed") == "1"
        fact.page_break = bool(look.page_break) or self.break_next
        self.break_next = pr is not None and pr.find(f"{W}sectPr") is not None
        if fact.style in {"tocheading", "contentsheading"}:
            fact.level = 0
        if any(up.tag == f"{W}tc" for up in node.iterancestors(f"{W}tc")):
            fact.kind = "cell"
        elif kind:
            fact.kind = kind
        self._numbering(pr, identifier, look, fact)
        fact.bookmarks = tuple(
            dict.fromkeys(mark.get(f"{W}name") or "" for mark in node.iter(f"{W}bookmarkStart"))
        )
        if self.runs.in_contents:
            fact.style = "toc"
        self.runs.rewrite(node, fact, style)
        self.break_next = self.break_next or self.runs.ends_page
        new = self._properties(fact)
        if pr is not None:
            node.remove(pr)
        for child in list(node):
            if child.tag not in (f"{W}r", f"{W}hyperlink") and not child.tag.startswith(M):
                drop(child)
        node.insert(0, run(mark(number)))
        if new is not None:
            node.insert(0, new)
        self.made.facts[number] = fact

    def _numbering(self, pr: Any, identifier: str, look: Look, fact: Fact) -> None:
        number, depth = look.number, look.depth
        own = None if pr is None else pr.find(f"{W}numPr")
        if not number and identifier in self.numbering.styles:
            number, depth = self.numbering.styles[identifier]
        elif own is None and identifier in self.numbering.styles and depth is None:
            depth = self.numbering.styles[identifier][1]
        if not number or number == "0" or fact.level:
            return
        if self.numbering.visible(number, depth or 0):
            fact.list_id, fact.depth = self.numbering.running(number), depth or 0

    def _properties(self, fact: Fact) -> Any:
        from lxml import etree

        if not (fact.level or fact.list_id or fact.style in {"sourcecode", "htmlpreformatted"}):
            return None
        pr = etree.Element(f"{W}pPr")
        if fact.level or not fact.list_id:
            name = f"Heading{fact.level}" if fact.level else "SourceCode"
            etree.SubElement(pr, f"{W}pStyle").set(f"{W}val", name)
        else:
            numbering = etree.SubElement(pr, f"{W}numPr")
            etree.SubElement(numbering, f"{W}ilvl").set(f"{W}val", str(fact.depth))
            etree.SubElement(numbering, f"{W}numId").set(f"{W}val", fact.list_id)
        return pr
