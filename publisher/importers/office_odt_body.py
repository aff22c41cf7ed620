"""The paragraphs of an OpenDocument text made ready for pandoc: facts noted, spans reduced to meaning."""

from __future__ import annotations

import re
from typing import Any

from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.office_facts import (
    ADDRESSES,
    CLOSE,
    LABEL,
    LABEL_STYLES,
    MARKS,
    SPAN,
    SPAN_CLASSES,
    SPAN_END,
    TAB,
    Fact,
    Prepared,
    mark,
)
from publisher.importers.office_mixed import append_text, drop, insert_text, unwrap
from publisher.importers.office_odt_styles import Look, OdtStyles
from publisher.importers.office_odt_xml import NUMBER, TABLE, TEXT, XLINK, text_of
from publisher.importers.office_tally import Tally

_FIELDS_KEPT = ("span", "a", "s", "tab", "line-break", "note", "p", "h", "list", "list-item",
                "list-header", "ruby", "ruby-base", "section")  # fmt: skip
_UNMARKED = frozenset({
    "internetlink", "hyperlink", "visitedinternetlink", "indexlink", "footnotecharacters",
    "footnoteanchor", "endnotecharacters", "endnoteanchor", "footnotereference",
})  # fmt: skip
"""Character styles of links and notes: their look is no emphasis."""


class Body:
    """Works on one paragraph after the other and fills ``made``."""

    def __init__(self, made: Prepared, styles: OdtStyles) -> None:
        self.made = made
        self.styles = styles

    def paragraph(self, node: Any) -> None:
        """Note the facts of one paragraph, rewrite its spans and put its mark in front."""
        number = int(node.get(NUMBER) or 0)
        identifier = node.get(f"{TEXT}style-name") or ""
        look = self.styles.look(identifier)
        level = 0
        if node.tag == f"{TEXT}h":
            try:
                level = min(max(int(node.get(f"{TEXT}outline-level") or 1), 1), 9)
            except ValueError:
                level = 1
        fact = Fact(number, self.styles.name(identifier), level, side=look.side)
        fact.centred = look.side == "center"
        fact.page_break = look.page_break
        fact.boxed = node.get("boxed") == "1"
        fact.indent = look.indent
        lists = list(node.iterancestors(f"{TEXT}list"))
        if lists:
            fact.depth = len(lists) - 1
            fact.list_id = lists[-1].get("{http://www.w3.org/XML/1998/namespace}id") or str(
                id(lists[-1])
            )
        if next(node.iterancestors(f"{TABLE}table-cell"), None) is not None:
            fact.kind = "cell"
            fact.header = next(node.iterancestors(f"{TABLE}table-header-rows"), None) is not None
        elif next(node.iterancestors(f"{TEXT}note"), None) is not None:
            fact.kind = "note"
        fact.bookmarks = tuple(
            dict.fromkeys(
                child.get(f"{TEXT}name") or ""
                for child in node.iter(f"{TEXT}bookmark", f"{TEXT}bookmark-start")
            )
        )
        self._inside(node, fact, look)
        for key in list(node.attrib):
            if key not in {f"{TEXT}outline-level"}:
                del node.attrib[key]
        node.set(f"{TEXT}style-name", "Standard")
        node.text = f"{mark(number)}{node.text or ''}"
        self.made.facts[number] = fact

    def _inside(self, node: Any, fact: Fact, look: Look) -> None:
        tally = Tally()

        def count(text: str | None, own: Look) -> None:
            letters = re.sub(r"\s", "", MARKS.sub("", text or ""))
            if letters:
                tally.add(
                    len(letters),
                    own.size,
                    bold=own.bold,
                    italic=own.italic,
                    caps=letters.isupper(),
                )

        def walk(parent: Any, own: Look, linked: bool) -> None:
            count(parent.text, own)
            for child in list(parent):
                count(child.tail, own)
                if child.tag == f"{TEXT}span":
                    style = child.get(f"{TEXT}style-name") or ""
                    direct = self.styles.own(style)
                    walk(child, direct.over(own), linked)
                    self._span(child, style, direct, linked, fact)
                elif child.tag == f"{TEXT}a":
                    walk(child, own, True)
                    self._link(child, fact)
                elif child.tag == f"{TEXT}tab":
                    insert_text(child, TAB)
                    drop(child)
                elif child.tag == f"{TEXT}sequence":
                    child.text = f"{child.text or ''}{LABEL}"
                    unwrap(child)
                elif child.tag == f"{TEXT}note":
                    continue
                elif (
                    child.tag.startswith(TEXT) and child.tag.removeprefix(TEXT) not in _FIELDS_KEPT
                ):
                    if child.tag.removeprefix(TEXT).startswith(
                        ("bookmark", "reference-mark", "soft-page")
                    ):
                        if child.tag in (f"{TEXT}bookmark-ref", f"{TEXT}reference-ref"):
                            unwrap(child)
                        else:
                            drop(child)
                    else:
                        unwrap(child)

        walk(node, look, False)
        tally.settle(fact)

    def _span(self, node: Any, style: str, look: Look, linked: bool, fact: Fact) -> None:
        """A span keeps emphasis only; links have a look of their own."""
        name = self.styles.name(style)
        if name in LABEL_STYLES:
            drop(node)
            return
        if name in _UNMARKED:
            unwrap(node)
            return
        flags = ""
        if not (linked and name in {"", "internetlink"}):
            flags = look.flags(underline_is_emphasis=name != "underline" and not linked)
        cls = SPAN_CLASSES.get(name, "")
        language = look.language if self.made.ours and look.language else ""
        if language and language.split("-")[0] == self.styles.language.split("-")[0]:
            language = ""
        if self.made.ours and (cls or language) and text_of(node).strip():
            number = len(self.made.spans) + 1
            self.made.spans[number] = (cls, language)
            node.text = f"{SPAN}{number}{CLOSE}{node.text or ''}"
            append_text(node, SPAN_END)
        if (
            look.underlined
            and "u" not in flags
            and name != "underline"
            and not linked
            and text_of(node).strip()
        ):
            self.made.repairs.append(
                Repair(fact.number, "underlining made emphasis", excerpt(text_of(node)))
            )
        if not flags:
            unwrap(node)
            return
        for key in list(node.attrib):
            del node.attrib[key]
        node.set(f"{TEXT}style-name", f"own{flags}")

    def _link(self, node: Any, fact: Fact) -> None:
        target = node.get(f"{XLINK}href") or ""
        if target.lower().startswith((*ADDRESSES, "#")):
            return
        shown = f"{excerpt(text_of(node), 40)} ({excerpt(target, 50)})"
        self.made.repairs.append(Repair(fact.number, "link left out", shown))
        unwrap(node)
