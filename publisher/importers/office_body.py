"""The paragraphs of a Word document made ready for pandoc: facts noted, formatting reduced to meaning."""

from __future__ import annotations

import re
from typing import Any

from publisher.errors import Finding
from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.office_facts import (
    CLOSE,
    COMMENT,
    IMAGE,
    LABEL,
    MARKS,
    SPAN,
    SPAN_END,
    TAB,
    Fact,
    Prepared,
    mark,
)
from publisher.importers.office_styles import Look, Numbering, Styles, paragraph_look, run_look
from publisher.importers.office_xml import (
    ASVG,
    MC,
    NUMBER,
    WP,
    A,
    R,
    V,
    W,
    drop,
    number_of,
    run,
    text_of,
    toggle,
    unwrap,
    val,
)

_CLASSES = {"highlight": "mark", "smalltext": "small", "keyboard": "kbd"}
_LABELS = frozenset({"captionlabel", "unreviewedlabel"})
_LINKS = frozenset({"hyperlink", "internetlink", "followedhyperlink", "visitedinternetlink"})
_CODE = frozenset({"verbatimchar", "sourcetext", "htmlcode"})
_UNDERLINE = frozenset({"underline"})
_INSIDE = (f"{W}t", f"{W}noBreakHyphen", f"{W}sym", f"{W}softHyphen")


class Body:
    """Works on one part after the other (body, footnotes, endnotes) and fills ``made``."""

    def __init__(
        self, made: Prepared, styles: Styles, numbering: Numbering, name: str, main: str
    ) -> None:
        self.made = made
        self.styles = styles
        self.numbering = numbering
        self.name = name
        self.main = main.split("-")[0].lower()
        self.targets: dict[str, tuple[str, bool]] = {}
        self.fields: list[str] = []
        self.shown = 0
        self.break_next = False

    def part(self, root: Any, targets: dict[str, tuple[str, bool]], kind: str) -> None:
        """All paragraphs below ``root``; ``targets`` are the part's relationships."""
        self.targets = targets
        self.fields = []
        self._flatten(root)
        for node in list(root.iter(f"{W}p")):
            if node.getparent() is not None:
                self.paragraph(node, kind)
        for node in list(root.iter(f"{W}tbl")):
            self._table(node)

    def report(self, code: str, message: str, node: Any, hint: str = "") -> None:
        """A finding with its paragraph."""
        self.made.findings.append(
            Finding(code, "warning", message, self.name, number_of(node), hint)
        )

    def _flatten(self, root: Any) -> None:
        """Take away what only frames content: controls, tags, alternatives, the contents list."""
        for node in list(root.iter(f"{MC}AlternateContent")):
            if node.getparent() is None:
                continue
            choice = node.find(f"{MC}Choice")
            fallback = node.find(f"{MC}Fallback")
            best = choice if choice is not None else fallback
            if best is None:
                drop(node)
            else:
                for other in list(node):
                    if other is not best:
                        node.remove(other)
                unwrap(best)
                unwrap(node)
        for node in list(root.iter(f"{W}sdt")):
            if node.getparent() is None:
                continue
            gallery = node.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
            if gallery is not None and "Contents" in (gallery.get(f"{W}val") or ""):
                lines = [text_of(line) for line in node.iter(f"{W}p")]
                shown = excerpt(" / ".join(line for line in lines if line.strip()), 90)
                self.made.repairs.append(Repair(_first(node), "contents left out", shown))
                drop(node)
                continue
            content = node.find(f"{W}sdtContent")
            if content is None:
                drop(node)
            else:
                for other in list(node):
                    if other is not content:
                        node.remove(other)
                unwrap(content)
                unwrap(node)
        for name in ("smartTag", "customXml", "dir", "bdo"):
            for node in list(root.iter(f"{W}{name}")):
                if node.getparent() is not None:
                    for child in list(node):
                        if child.tag in (f"{W}smartTagPr", f"{W}customXmlPr"):
                            node.remove(child)
                    unwrap(node)
        for node in list(root.iter(f"{W}altChunk")):
            self.report("embedded-document", "a document is embedded in this one", node,
                        "It was left out; open the file, save it anew and import it again.")  # fmt: skip
            drop(node)
        for node in list(root.iter(f"{W}txbxContent")):
            self._lift(node)

    def _lift(self, content: Any) -> None:
        """Text in a frame stands after the paragraph that the frame hangs on."""
        host = next(content.iterancestors(f"{W}p"), None)
        if host is None:
            return
        pieces = [child for child in content if child.tag in (f"{W}p", f"{W}tbl")]
        drop(content)
        if not any(text_of(piece).strip() for piece in pieces):
            return
        self.made.repairs.append(
            Repair(number_of(host), "text frame made a box",
                   excerpt(" ".join(text_of(piece) for piece in pieces)))
        )  # fmt: skip
        for piece in reversed(pieces):
            for node in piece.iter(f"{W}p"):
                node.set("boxed", "1")
            host.addnext(piece)

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
        if self.fields and self.fields[-1] == "TOC":
            fact.style = "toc"
        self._runs(node, fact, style)
        new = self._properties(fact)
        if pr is not None:
            node.remove(pr)
        for child in list(node):
            if child.tag not in (f"{W}r", f"{W}hyperlink") and not child.tag.startswith(
                "{" + "http://schemas.openxmlformats.org/officeDocument/2006/math"
            ):
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

    def _runs(self, node: Any, fact: Fact, style: Look) -> None:
        counts = {"all": 0, "bold": 0, "italic": 0, "underlined": 0, "caps": 0}
        sizes: dict[float, int] = {}
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
            if name in _LABELS:
                drop(item)
                continue
            length = len(text_of(item).replace(" ", ""))
            if length:
                counts["all"] += length
                counts["bold"] += length * bool(whole.bold)
                counts["italic"] += length * bool(whole.italic)
                counts["underlined"] += length * bool(whole.underlined and name not in _LINKS)
                upper = bool(whole.caps) or text_of(item).isupper()
                counts["caps"] += length * upper
                sizes[whole.size] = sizes.get(whole.size, 0) + length
            self._pieces(item, fact)
            self._format(item, look, name, fact)
        spaces = re.search(r"\S {2,}\S", text_of(node))
        if spaces is not None and not self.made.ours:
            shown = excerpt(text_of(node)[max(0, spaces.start() - 20) : spaces.end() + 20].strip())
            self.made.repairs.append(Repair(fact.number, "double spaces", shown))
        total = counts["all"]
        if total:
            fact.bold = counts["bold"] == total
            fact.italic = counts["italic"] == total
            fact.underlined = counts["underlined"] == total
            fact.caps = counts["caps"] == total
            fact.size = max(sizes, key=lambda size: (sizes[size], size))
        for name in ("hyperlink",):
            for link in list(node.iter(f"{W}{name}")):
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
                    if self.made.facts and not text_before(item, child):
                        fact.page_break = True
                    else:
                        self.break_next = True
                drop(child)
            elif tag in (f"{W}lastRenderedPageBreak", f"{W}annotationRef"):
                drop(child)
            elif tag == f"{W}commentReference":
                _text(child, f"{COMMENT}{child.get(f'{W}id') or ''}{CLOSE}")
            elif tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
                self._picture(child, fact)
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
        cls = _CLASSES.get(name, "")
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
        if identifier and target.lower().startswith(("http://", "https://", "mailto:", "tel:")):
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

    def _picture(self, node: Any, fact: Fact) -> None:
        """A picture becomes a mark; what is drawn in another way is named in a finding."""
        alt = title = ""
        for properties in node.iter(f"{WP}docPr"):
            alt = alt or properties.get("descr") or ""
            title = title or properties.get("title") or ""
        identifiers = [blip.get(f"{R}embed") for blip in node.iter(f"{ASVG}svgBlip")]
        blips = list(node.iter(f"{A}blip"))
        identifiers += [blip.get(f"{R}embed") for blip in blips]
        linked = [blip.get(f"{R}link") for blip in blips if blip.get(f"{R}link")]
        for image in node.iter(f"{V}imagedata"):
            identifiers.append(image.get(f"{R}id"))
            alt = alt or next((s.get("alt") or "" for s in node.iter(f"{V}shape")), "")
            title = title or image.get("{urn:schemas-microsoft-com:office:office}title") or ""
        found = [
            self.targets[identifier] for identifier in identifiers if identifier in self.targets
        ]
        inside = [target for target, external in found if not external]
        if inside:
            names = "|".join(dict.fromkeys(inside))
            number = len(self.made.pictures) + 1
            self.made.pictures[number] = (names, alt.strip() or title.strip(), fact.number)
            _text(node, f"{IMAGE}{number}{CLOSE}")
            return
        if found or linked:
            self.report("linked-picture", "a picture is linked to a place outside the file", node,
                        "Nothing was fetched; in Word, insert the picture and import again.")  # fmt: skip
        else:
            uri = next((g.get("uri") or "" for g in node.iter(f"{A}graphicData")), "")
            what = {"chart": "chart", "diagram": "diagram"}.get(uri.rsplit("/", 1)[-1], "")
            if what:
                self.report("drawing-left-out", f"a {what} was left out", node,
                            "Save it as a picture, insert that and import again.")  # fmt: skip
        drop(node)

    def _table(self, table: Any) -> None:
        """Tell pandoc which rows are headings, and nothing of how the table looks."""
        from lxml import etree

        rows = table.findall(f"{W}tr")
        marked = [toggle(row.find(f"{W}trPr"), "tblHeader") or False for row in rows]
        look = table.find(f"{W}tblPr/{W}tblLook")
        named = val(table.find(f"{W}tblPr"), "tblStyle")
        first = False
        if (
            look is not None
            and named
            and self.styles.name(named) not in {"tablegrid", "tablenormal", "normaltable"}
        ):
            flag = look.get(f"{W}firstRow")
            bits = look.get(f"{W}val") or "0"
            first = flag in {"1", "true"} if flag else bool(_hex(bits) & 0x20)
        if rows and not any(marked) and first and len(rows) > 1:
            marked[0] = True
        for row, head in zip(rows, marked, strict=True):
            for old in row.findall(f"{W}trPr"):
                row.remove(old)
            for node in row.iter(f"{W}p"):
                fact = self.made.facts.get(int(node.get(NUMBER) or 0))
                if fact is not None:
                    fact.header = head
            if head:
                pr = etree.Element(f"{W}trPr")
                etree.SubElement(pr, f"{W}tblHeader")
                row.insert(0, pr)
        old = table.find(f"{W}tblPr")
        if old is not None:
            table.remove(old)
        pr = etree.Element(f"{W}tblPr")
        if marked and marked[0]:
            new = etree.SubElement(pr, f"{W}tblLook")
            new.set(f"{W}firstRow", "1")
            new.set(f"{W}val", "0020")
        table.insert(0, pr)


def text_before(item: Any, child: Any) -> bool:
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


def _first(node: Any) -> int:
    first = next(node.iter(f"{W}p"), None)
    return 1 if first is None else number_of(first)


def _hex(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0
