"""The runs of a Word document's paragraphs: looks noted, fields resolved, formatting reduced to meaning."""

from __future__ import annotations

import re
from typing import Any

from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.office_facts import (
    ADDRESSES,
    CLOSE,
    COMMENT,
    LABEL,
    LABEL_STYLES,
    MARKS,
    SPAN,
    SPAN_CLASSES,
    SPAN_END,
    TAB,
    Fact,
    Prepared,
)
from publisher.importers.office_pictures import take_picture
from publisher.importers.office_styles import Look, Styles, run_look
from publisher.importers.office_tally import Tally
from publisher.importers.office_xml import R, W, drop, run, text_of, unwrap, val

_LINKS = frozenset({"hyperlink", "internetlink", "followedhyperlink", "visitedinternetlink"})
_CODE = frozenset({"verbatimchar", "sourcetext", "htmlcode"})
_UNDERLINE = frozenset({"underline"})
_INSIDE = (f"{W}t", f"{W}noBreakHyphen", f"{W}sym", f"{W}softHyphen")


class Runs:
    """Works on one paragraph after the other and fills ``made``; ``main`` is the text's language.

    Fields may span paragraphs (ECMA-376 part 1 §17.16.18), so those that are open are kept between them.
    ``ends_page`` says after each paragraph whether the next one begins on a new page.
    """

    def __init__(self, made: Prepared, styles: Styles, name: str, main: str) -> None:
        self.made = made
        self.styles = styles
        self.name = name
        self.main = main.split("-")[0].lower()
        self.targets: dict[str, tuple[str, bool]] = {}
        self.fields: list[str] = []
        self.ends_page = False

    def begin(self, targets: dict[str, tuple[str, bool]]) -> None:
        """Begin with a part; ``targets`` are its relationships."""
        self.targets = targets
        self.fields = []

    @property
    def in_contents(self) -> bool:
        """Whether a contents list's field is open."""
        return bool(self.fields) and self.fields[-1] == "TOC"

    def rewrite(self, node: Any, fact: Fact, style: Look) -> None:
        """Rewrite the runs of one paragraph and note in ``fact`` how they look.

        ``style`` is the look of the paragraph's style.
        """
        self.ends_page = False
        tally = Tally()
        for child in list(node):
            if child.tag == f"{W}fldSimple":
                if "SEQ" in (child.get(f"{W}instr") or ""):
                    child.append(run(LABEL))
                unwrap(child)
        for item in list(node.iter(f"{W}r")):
            if item.getparent() is None:
                continue
            if self._field(item):
                continue
            look, name = self._look(item)
            whole = look.over(style)
            if whole.hidden and text_of(item).strip():
                self.made.repairs.append(
                    Repair(fact.number, "hidden text left out", excerpt(text_of(item)))
                )
                drop(item)
                continue
            if name in LABEL_STYLES:
                drop(item)
                continue
            length = len(text_of(item).replace(" ", ""))
            if length:
                tally.add(
                    length,
                    whole.size,
                    bold=bool(whole.bold),
                    italic=bool(whole.italic),
                    underlined=bool(whole.underlined and name not in _LINKS),
                    caps=bool(whole.caps) or text_of(item).isupper(),
                )
            self._pieces(item, fact)
            self._format(item, look, name, fact)
        spaces = re.search(r"\S {2,}\S", text_of(node))
        if spaces is not None and not self.made.ours:
            shown = excerpt(text_of(node)[max(0, spaces.start() - 20) : spaces.end() + 20].strip())
            self.made.repairs.append(Repair(fact.number, "double spaces", shown))
        tally.settle(fact)
        for link in list(node.iter(f"{W}hyperlink")):
            self._link(link, fact)

    def _field(self, item: Any) -> bool:
        """Follow complex fields; True when the run belongs to the field's code and is settled."""
        char = item.find(f"{W}fldChar")
        instruction = item.find(f"{W}instrText")
        if char is not None:
            kind = char.get(f"{W}fldCharType")
            if kind == "begin":
                self.fields.append("")
            elif kind == "end" and self.fields:
                name = self.fields.pop()
                if name == "SEQ":
                    item.addnext(run(LABEL))
                if name == "HYPERLINK":
                    return True
            elif kind == "separate" and self.fields and self.fields[-1] == "HYPERLINK":
                return True
            elif not self.fields or self.fields[-1] != "HYPERLINK":
                drop(item)
                return True
            if kind in {"begin", "end"}:
                # A hyperlink's field is pandoc's to read; all others leave their result only.
                if kind == "begin" and _is_link(item):
                    self.fields[-1] = "HYPERLINK"
                    return True
                drop(item)
                return True
            return True
        if instruction is not None:
            words = (instruction.text or "").split()
            if self.fields and not self.fields[-1] and words:
                self.fields[-1] = words[0].upper()
            if not self.fields or self.fields[-1] != "HYPERLINK":
                drop(item)
            return True
        return False

    def _look(self, item: Any) -> tuple[Look, str]:
        """The look of a run without that of its paragraph's style, and its own style's name."""
        pr = item.find(f"{W}rPr")
        identifier = val(pr, "rStyle")
        name = self.styles.name(identifier) if identifier else ""
        look = run_look(pr)
        if identifier and name not in _LINKS and name not in _CODE:
            look = look.over(self.styles.look(identifier))
        return look, name

    def _pieces(self, item: Any, fact: Fact) -> None:
        """Tabs, page breaks, comments and pictures inside a run."""
        for child in list(item):
            tag = child.tag
            if tag in (f"{W}tab", f"{W}ptab"):
                _text(child, TAB)
            elif tag == f"{W}br" and child.get(f"{W}type") in {"page", "column"}:
                if child.get(f"{W}type") == "page":
                    if self.made.facts and not _text_before(item, child):
                        fact.page_break = True
                    else:
                        self.ends_page = True
                drop(child)
            elif tag in (f"{W}lastRenderedPageBreak", f"{W}annotationRef"):
                drop(child)
            elif tag == f"{W}commentReference":
                _text(child, f"{COMMENT}{child.get(f'{W}id') or ''}{CLOSE}")
            elif tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
                picture = take_picture(child, fact, self.made, self.targets, self.name)
                if picture:
                    _text(child, picture)
                else:
                    drop(child)
            elif tag == f"{W}t" and child.text and MARKS.search(child.text):
                child.text = MARKS.sub("", child.text)

    def _format(self, item: Any, look: Look, name: str, fact: Fact) -> None:
        """Only formatting that means something stays on a run."""
        from lxml import etree

        old = item.find(f"{W}rPr")
        if old is not None:
            item.remove(old)
        pr = etree.Element(f"{W}rPr")
        if name in _CODE:
            etree.SubElement(pr, f"{W}rStyle").set(f"{W}val", "VerbatimChar")
        for on, element in (
            (look.bold, "b"), (look.italic, "i"), (look.struck, "strike"), (look.small_caps, "smallCaps"),
        ):  # fmt: skip
            if on:
                etree.SubElement(pr, f"{W}{element}")
        if look.underlined and name in _UNDERLINE:
            etree.SubElement(pr, f"{W}u").set(f"{W}val", "single")
        elif look.underlined and name not in _LINKS and not look.italic and not fact.level:
            linked = any(True for _ in item.iterancestors(f"{W}hyperlink"))
            if not linked and "HYPERLINK" not in self.fields and text_of(item).strip():
                etree.SubElement(pr, f"{W}i")
                shown = excerpt(text_of(item))
                self.made.repairs.append(Repair(fact.number, "underlining made emphasis", shown))
        if (
            look.raised in {"superscript", "subscript"}
            and item.find(f"{W}footnoteReference") is None
            and item.find(f"{W}endnoteReference") is None
        ):
            etree.SubElement(pr, f"{W}vertAlign").set(f"{W}val", look.raised)
        if len(pr):
            item.insert(0, pr)
        self._spanned(item, look, name)

    def _spanned(self, item: Any, look: Look, name: str) -> None:
        """Classes and languages that only an edition of ours sets on purpose."""
        if not self.made.ours or not text_of(item).strip():
            return
        cls = SPAN_CLASSES.get(name, "")
        tag = look.language
        language = ""
        if tag and tag.split("-")[0].lower() != self.main:
            known = self.made.edition.languages if self.made.edition else {}
            language = known.get(tag, tag)
        if not cls and not language:
            return
        number = len(self.made.spans) + 1
        self.made.spans[number] = (cls, language)
        first = next((child for child in item if child.tag in _INSIDE), None)
        if first is not None:
            first.addprevious(_piece(f"{SPAN}{number}{CLOSE}"))
            item.append(_piece(SPAN_END))

    def _link(self, link: Any, fact: Fact) -> None:
        """A hyperlink whose target is allowed stays; any other leaves its words."""
        anchor = link.get(f"{W}anchor")
        identifier = link.get(f"{R}id")
        target = self.targets.get(identifier or "", ("", False))[0]
        if identifier and target.lower().startswith(ADDRESSES):
            return
        if identifier and not target.startswith("#"):
            self.made.repairs.append(
                Repair(
                    fact.number,
                    "link left out",
                    f"{excerpt(text_of(link), 40)} ({excerpt(target, 50)})",
                )
            )
            unwrap(link)
        elif not anchor and not target.startswith("#"):
            unwrap(link)


def _text_before(item: Any, child: Any) -> bool:
    """Whether a paragraph holds text before a child of one of its runs."""
    node = item
    if any(text_of(other).strip() for other in child.itersiblings(preceding=True)):
        return True
    while node is not None and node.tag != f"{W}p":
        if any(text_of(other).strip() for other in node.itersiblings(preceding=True)):
            return True
        node = node.getparent()
    return False


def _is_link(item: Any) -> bool:
    for other in item.itersiblings():
        instruction = other.find(f"{W}instrText")
        if instruction is not None and (instruction.text or "").strip():
            return bool(re.match(r"\s*HYPERLINK\b", instruction.text or ""))
        if other.find(f"{W}fldChar") is not None:
            return False
    return False


def _piece(text: str) -> Any:
    return run(text)[0]


def _text(node: Any, text: str) -> None:
    piece = _piece(text)
    parent = node.getparent()
    parent.replace(node, piece)
