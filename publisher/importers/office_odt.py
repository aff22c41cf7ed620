"""OpenDocument texts: what pandoc needs of them, and what it would lose (OpenDocument 1.3 part 3)."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

from publisher.errors import Finding, InputError
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
    Comment,
    Fact,
    Prepared,
    mark,
)
from publisher.importers.office_odt_styles import Look, OdtStyles
from publisher.importers.office_package import Package

_MAX_IMAGE = 40 * 1024 * 1024
_URN = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT, OFFICE, TABLE, DRAW, STYLE, SVG, META = (
    f"{{{_URN}{name}:1.0}}"
    for name in ("text", "office", "table", "drawing", "style", "svg-compatible", "meta")
)
XLINK = "{http://www.w3.org/1999/xlink}"
DC = "{http://purl.org/dc/elements/1.1/}"
NUMBER = "paragraph"

_INDEXES = ("table-of-content", "alphabetical-index", "illustration-index", "table-index",
            "object-index", "user-index", "bibliography")  # fmt: skip
_FIELDS_KEPT = ("span", "a", "s", "tab", "line-break", "note", "p", "h", "list", "list-item",
                "list-header", "ruby", "ruby-base", "section")  # fmt: skip


def prepare(data: bytes, name: str, *, accept: bool = True) -> Prepared:
    """Read an ODT within limits; raises InputError for what is none or is damaged."""
    return _Reader(Package(data, name), name, accept=accept).read()


class _Reader:
    def __init__(self, package: Package, name: str, *, accept: bool) -> None:
        self.package = package
        self.name = name
        self.accept = accept
        self.made = Prepared(b"", "odt")

    def read(self) -> Prepared:
        made = self.made
        root = self.package.xml("content.xml")
        body = None if root is None else root.find(f"{OFFICE}body/{OFFICE}text")
        if body is None:
            raise InputError("the file is not an OpenDocument text", path=self.name)
        common = self.package.xml("styles.xml")
        self.styles = OdtStyles.of(common, root)
        used = {
            self.styles.name(node.get(f"{TEXT}style-name") or "") for node in body.iter(f"{TEXT}p")
        }
        made.ours = {"bulletinname", "standfirst"} <= used
        for node in body.iter():
            # Private characters of the manuscript's own would be taken for marks of ours.
            if node.text and MARKS.search(node.text):
                node.text = MARKS.sub("", node.text)
            if node.tail and MARKS.search(node.tail):
                node.tail = MARKS.sub("", node.tail)
        for number, node in enumerate(body.iter(f"{TEXT}p", f"{TEXT}h"), 1):
            node.set(NUMBER, str(number))
        self._changes(body)
        self._indexes(body)
        self._comments(body)
        self._frames(body)
        for node in list(body.iter(f"{TEXT}p", f"{TEXT}h")):
            self._paragraph(node)
        for node in list(body.iter(f"{TEXT}section")):
            _unwrap(node)
        self._properties()
        names = self.package.names
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):
            made.findings.append(
                Finding("macros", "warning", "the file holds macros", self.name, None,
                        "They were neither run nor kept.")
            )  # fmt: skip
        made.load = self._image
        made.data = self._written(root, common)
        return made

    def _changes(self, body: Any) -> None:
        """Tracked changes accepted or rejected (§5.5)."""
        regions: dict[str, tuple[str, Any]] = {}
        for holder in list(body.iter(f"{TEXT}tracked-changes")):
            for region in holder.findall(f"{TEXT}changed-region"):
                kind = next(
                    (c for c in region if c.tag in (f"{TEXT}insertion", f"{TEXT}deletion")), None
                )
                if kind is not None:
                    regions[region.get(f"{TEXT}id") or ""] = (kind.tag, kind)
            _drop(holder)
        for node in list(body.iter(f"{TEXT}change")):
            tag, region = regions.get(node.get(f"{TEXT}change-id") or "", ("", None))
            if tag == f"{TEXT}deletion" and region is not None:
                words = _text(region).strip()
                self._changed(node, words, "-")
                if not self.accept:
                    paragraphs = [c for c in region if c.tag in (f"{TEXT}p", f"{TEXT}h")]
                    content = " ".join(_text(p) for p in paragraphs)
                    _insert_text(node, content)
            _drop(node)
        for start in list(body.iter(f"{TEXT}change-start")):
            identifier = start.get(f"{TEXT}change-id")
            tag, _ = regions.get(identifier or "", ("", None))
            if tag == f"{TEXT}insertion":
                words = _between(body, start, identifier, remove=not self.accept)
                self._changed(start, words, "+")
        for node in list(body.iter(f"{TEXT}change-start", f"{TEXT}change-end")):
            _drop(node)
        if regions:
            done = "accepted" if self.accept else "rejected"
            other = "reject" if self.accept else "accept"
            self.made.findings.append(
                Finding("tracked-changes", "info", f"{len(regions)} tracked changes were {done}",
                        self.name, None, f"--track-changes {other} does the opposite.")
            )  # fmt: skip

    def _changed(self, node: Any, words: str, sign: str) -> None:
        if words.strip():
            done = "accepted" if self.accept else "rejected"
            self.made.repairs.append(
                Repair(_number(node), f"tracked change {done}", f"[{sign}] {excerpt(words)}")
            )

    def _indexes(self, body: Any) -> None:
        for name in _INDEXES:
            for node in list(body.iter(f"{TEXT}{name}")):
                shown = excerpt(" / ".join(_text(p) for p in node.iter(f"{TEXT}p")), 90)
                first = next(node.iter(f"{TEXT}p"), None)
                line = 1 if first is None else _number(first)
                self.made.repairs.append(Repair(line, "contents left out", shown))
                _drop(node)

    def _comments(self, body: Any) -> None:
        about: dict[str, list[str]] = {}
        running: set[str] = set()
        for node in body.iter():
            if node.tag == f"{OFFICE}annotation":
                running.add(node.get(f"{OFFICE}name") or "")
            elif node.tag == f"{OFFICE}annotation-end":
                running.discard(node.get(f"{OFFICE}name") or "")
                continue
            pieces = [node.text or ""] if node.tag.startswith(TEXT) else []
            if any(
                up.tag == f"{OFFICE}annotation" for up in node.iterancestors(f"{OFFICE}annotation")
            ):
                continue
            for name in running:
                about.setdefault(name, []).extend([*pieces, node.tail or ""])
        for number, node in enumerate(list(body.iter(f"{OFFICE}annotation")), 1):
            text = " ".join(" ".join(_text(p) for p in node.iter(f"{TEXT}p")).split())
            named = node.get(f"{OFFICE}name")
            shown = " ".join("".join(about.get(named, [])).split()) if named else ""
            if text:
                self.made.comments[number] = Comment(
                    node.findtext(f"{DC}creator") or "", (node.findtext(f"{DC}date") or "")[:10], text, shown,
                )  # fmt: skip
                _insert_text(node, f"{COMMENT}{number}{CLOSE}")
            _drop(node)
        for node in list(body.iter(f"{OFFICE}annotation-end")):
            _drop(node)

    def _frames(self, body: Any) -> None:
        """Pictures become marks; text in frames stands after the paragraph that holds the frame."""
        for node in list(
            body.iter(f"{DRAW}frame", f"{DRAW}custom-shape", f"{DRAW}g", f"{DRAW}rect")
        ):
            if node.getparent() is None or not any(up is body for up in node.iterancestors()):
                continue
            box = node.find(f"{DRAW}text-box")
            if box is None and node.tag != f"{DRAW}frame":
                box = node
            images = node.findall(f"{DRAW}image")
            if images and node.tag == f"{DRAW}frame":
                self._picture(node, images)
                continue
            host = next(node.iterancestors(f"{TEXT}p", f"{TEXT}h"), None)
            pieces = [] if box is None else [c for c in box if c.tag in _BLOCKS]
            if not any(_text(piece).strip() or next(piece.iter(f"{DRAW}frame"), None) is not None
                       for piece in pieces):  # fmt: skip
                if (
                    node.find(f"{DRAW}object") is not None
                    or node.find(f"{DRAW}object-ole") is not None
                ):
                    self.made.findings.append(
                        Finding("embedded-object", "warning", "an embedded object was left out",
                                self.name, _number(node), "Insert a picture of it.")
                    )  # fmt: skip
                _drop(node)
                continue
            pictured = any(next(piece.iter(f"{DRAW}image"), None) is not None for piece in pieces)
            if not pictured:
                self.made.repairs.append(
                    Repair(
                        _number(node),
                        "text frame made a box",
                        excerpt(" ".join(map(_text, pieces))),
                    )
                )
            _drop(node)
            place = host if host is not None else None
            for piece in reversed(pieces):
                if not pictured:
                    for inner in piece.iter(f"{TEXT}p", f"{TEXT}h"):
                        inner.set("boxed", "1")
                if place is not None:
                    tail, place.tail = place.tail, None
                    place.addnext(piece)
                    piece.tail = tail
                else:
                    body.insert(0, piece)

    def _picture(self, frame: Any, images: list[Any]) -> None:
        names = []
        for image in images:
            href = (image.get(f"{XLINK}href") or "").removeprefix("./")
            if href in self.package.names:
                names.append(href)
        alt = frame.findtext(f"{SVG}desc") or frame.findtext(f"{SVG}title") or ""
        if not names:
            self.made.findings.append(
                Finding("linked-picture", "warning", "a picture is linked to a place outside the file",
                        self.name, _number(frame), "Nothing was fetched; insert the picture and import again.")
            )  # fmt: skip
            _drop(frame)
            return
        names.sort(key=lambda href: not href.lower().endswith(".svg"))
        number = len(self.made.pictures) + 1
        self.made.pictures[number] = ("|".join(dict.fromkeys(names)), alt.strip(), _number(frame))
        _insert_text(frame, f"{IMAGE}{number}{CLOSE}")
        _drop(frame)

    def _paragraph(self, node: Any) -> None:
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
        counts = {"all": 0, "bold": 0, "italic": 0, "caps": 0}
        sizes: dict[float, int] = {}

        def count(text: str | None, own: Look) -> None:
            letters = re.sub(r"\s", "", MARKS.sub("", text or ""))
            if letters:
                counts["all"] += len(letters)
                counts["bold"] += len(letters) * own.bold
                counts["italic"] += len(letters) * own.italic
                counts["caps"] += len(letters) * letters.isupper()
                sizes[own.size] = sizes.get(own.size, 0) + len(letters)

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
                    _insert_text(child, TAB)
                    _drop(child)
                elif child.tag == f"{TEXT}sequence":
                    child.text = f"{child.text or ''}{LABEL}"
                    _unwrap(child)
                elif child.tag == f"{TEXT}note":
                    continue
                elif (
                    child.tag.startswith(TEXT) and child.tag.removeprefix(TEXT) not in _FIELDS_KEPT
                ):
                    if child.tag.removeprefix(TEXT).startswith(
                        ("bookmark", "reference-mark", "soft-page")
                    ):
                        if child.tag in (f"{TEXT}bookmark-ref", f"{TEXT}reference-ref"):
                            _unwrap(child)
                        else:
                            _drop(child)
                    else:
                        _unwrap(child)

        walk(node, look, False)
        total = counts["all"]
        if total:
            fact.bold, fact.italic = counts["bold"] == total, counts["italic"] == total
            fact.caps = counts["caps"] == total
            fact.size = max(sizes, key=lambda size: (sizes[size], size))

    def _span(self, node: Any, style: str, look: Look, linked: bool, fact: Fact) -> None:
        """A span keeps emphasis only; links have a look of their own."""
        name = self.styles.name(style)
        if name in {"captionlabel", "unreviewedlabel"}:
            _drop(node)
            return
        if name in {"internetlink", "hyperlink", "visitedinternetlink", "indexlink", "footnotecharacters",
                    "footnoteanchor", "endnotecharacters", "endnoteanchor", "footnotereference"}:  # fmt: skip
            _unwrap(node)
            return
        flags = ""
        if not (linked and name in {"", "internetlink"}):
            flags = look.flags(underline_is_emphasis=name != "underline" and not linked)
        cls = {"highlight": "mark", "smalltext": "small", "keyboard": "kbd"}.get(name, "")
        language = look.language if self.made.ours and look.language else ""
        if language and language.split("-")[0] == self.styles.language.split("-")[0]:
            language = ""
        if self.made.ours and (cls or language) and _text(node).strip():
            number = len(self.made.spans) + 1
            self.made.spans[number] = (cls, language)
            node.text = f"{SPAN}{number}{CLOSE}{node.text or ''}"
            _append_text(node, SPAN_END)
        if (
            look.underlined
            and "u" not in flags
            and name != "underline"
            and not linked
            and _text(node).strip()
        ):
            self.made.repairs.append(
                Repair(fact.number, "underlining made emphasis", excerpt(_text(node)))
            )
        if not flags:
            _unwrap(node)
            return
        for key in list(node.attrib):
            del node.attrib[key]
        node.set(f"{TEXT}style-name", f"own{flags}")

    def _link(self, node: Any, fact: Fact) -> None:
        target = node.get(f"{XLINK}href") or ""
        if target.lower().startswith(("http://", "https://", "mailto:", "tel:", "#")):
            return
        shown = f"{excerpt(_text(node), 40)} ({excerpt(target, 50)})"
        self.made.repairs.append(Repair(fact.number, "link left out", shown))
        _unwrap(node)

    def _properties(self) -> None:
        root = self.package.xml("meta.xml")
        if root is None:
            return

        def text(tag: str) -> str:
            found = next(root.iter(tag), None)
            return "" if found is None else " ".join((found.text or "").split())

        made = self.made
        made.title, made.author = text(f"{DC}title"), text(f"{DC}creator")
        found = re.match(r"\d{4}-\d\d-\d\d", text(f"{DC}date") or text(f"{META}creation-date"))
        if found:
            try:
                made.day = date.fromisoformat(found.group())
            except ValueError:
                made.day = None

    def _image(self, path: str) -> bytes | None:
        return self.package.member(path, _MAX_IMAGE) if path in self.package.names else None

    def _written(self, root: Any, common: Any) -> bytes:
        """A new package for pandoc: the text, its lists, and styles for emphasis only."""
        from lxml import etree

        holder = root.find(f"{OFFICE}automatic-styles")
        if holder is None:
            holder = etree.Element(f"{OFFICE}automatic-styles")
            root.insert(0, holder)
        for node in list(holder):
            if node.tag != f"{TEXT}list-style":
                holder.remove(node)
        self.styles.write(holder)
        if common is not None:
            for section in list(common):
                if section.tag not in (f"{OFFICE}styles", f"{OFFICE}automatic-styles"):
                    common.remove(section)
                    continue
                for node in list(section):
                    if node.tag != f"{TEXT}list-style":
                        section.remove(node)
        parts = {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": etree.tostring(root),
            "styles.xml": etree.tostring(common) if common is not None else _EMPTY_STYLES,
            "META-INF/manifest.xml": _MANIFEST,
        }
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return buffer.getvalue()


_BLOCKS = (f"{TEXT}p", f"{TEXT}h", f"{TEXT}list", f"{TABLE}table")
_EMPTY_STYLES = f'<o:document-styles xmlns:o="{OFFICE[1:-1]}"/>'.encode()
_MANIFEST = (
    f'<m:manifest xmlns:m="{_URN}manifest:1.0"><m:file-entry m:full-path="/" '
    'm:media-type="application/vnd.oasis.opendocument.text"/></m:manifest>'
).encode()


def _text(node: Any) -> str:
    parts: list[str] = []

    def walk(item: Any) -> None:
        if item.tag == f"{OFFICE}annotation":
            return
        parts.append(item.text or "")
        for child in item:
            if child.tag in (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"):
                parts.append(" ")
            walk(child)
            parts.append(child.tail or "")

    walk(node)
    return MARKS.sub("", "".join(parts))


def _number(node: Any) -> int:
    while node is not None:
        if node.get(NUMBER):
            return int(node.get(NUMBER))
        node = node.getparent()
    return 1


def _insert_text(node: Any, text: str) -> None:
    """Put text before an element."""
    before = node.getprevious()
    if before is not None:
        before.tail = f"{before.tail or ''}{text}"
    else:
        parent = node.getparent()
        parent.text = f"{parent.text or ''}{text}"


def _append_text(node: Any, text: str) -> None:
    if len(node):
        node[-1].tail = f"{node[-1].tail or ''}{text}"
    else:
        node.text = f"{node.text or ''}{text}"


def _drop(node: Any) -> None:
    """Take an element away, not the text after it."""
    if node.tail:
        _insert_text(node, node.tail)
        node.tail = None
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _unwrap(node: Any) -> None:
    if node.text:
        _insert_text(node, node.text)
    for child in list(node):
        node.addprevious(child)
    tail = node.tail
    node.tail = None
    if tail:
        _insert_text(node, tail)
    node.getparent().remove(node)


def _between(body: Any, start: Any, identifier: str | None, *, remove: bool) -> str:
    """The text between the start and the end of a change; taken out where asked."""
    inside = False
    words: list[str] = []
    for node in body.iter():
        if node is start:
            inside = True
            words.append(node.tail or "")
            if remove:
                node.tail = None
            continue
        if node.tag == f"{TEXT}change-end" and node.get(f"{TEXT}change-id") == identifier:
            break
        if inside:
            words.append(node.text or "")
            ends = any(
                child.tag == f"{TEXT}change-end" and child.get(f"{TEXT}change-id") == identifier
                for child in node.iter()
            )
            if remove:
                node.text = None
            if not ends:
                words.append(node.tail or "")
                if remove:
                    node.tail = None
    return "".join(words)
