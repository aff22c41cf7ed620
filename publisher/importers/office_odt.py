"""OpenDocument texts: what pandoc needs of them, and what it would lose (OpenDocument 1.3 part 3)."""

from __future__ import annotations

from typing import Any

from publisher.errors import InputError
from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.office_facts import CLOSE, COMMENT, Comment, Prepared
from publisher.importers.office_mixed import drop, insert_text, unwrap, without_marks
from publisher.importers.office_odt_body import Body
from publisher.importers.office_odt_frames import Frames
from publisher.importers.office_odt_revisions import resolve
from publisher.importers.office_odt_styles import OdtStyles
from publisher.importers.office_odt_xml import (
    DC,
    META,
    NUMBER,
    OFFICE,
    TEXT,
    URN,
    number_of,
    text_of,
)
from publisher.importers.office_reader import PackageReader, day_of, pack

_INDEXES = ("table-of-content", "alphabetical-index", "illustration-index", "table-index",
            "object-index", "user-index", "bibliography")  # fmt: skip


def prepare(data: bytes, name: str, *, accept: bool = True) -> Prepared:
    """Read an ODT within limits; raises InputError for what is none or is damaged."""
    return _Reader(data, name, accept=accept).read()


class _Reader(PackageReader):
    format = "odt"

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
        without_marks(body)
        for number, node in enumerate(body.iter(f"{TEXT}p", f"{TEXT}h"), 1):
            node.set(NUMBER, str(number))
        self.report_changes(resolve(body, made.repairs, accept=self.accept))
        self._indexes(body)
        self._comments(body)
        Frames(made, self.package.names, self.name).run(body)
        paragraphs = Body(made, self.styles)
        for node in list(body.iter(f"{TEXT}p", f"{TEXT}h")):
            paragraphs.paragraph(node)
        for node in list(body.iter(f"{TEXT}section")):
            unwrap(node)
        self._properties()
        if any(name.startswith(("Basic/", "Scripts/")) for name in self.package.names):
            self.report_macros()
        made.data = self._written(root, common)
        return made

    def _indexes(self, body: Any) -> None:
        for name in _INDEXES:
            for node in list(body.iter(f"{TEXT}{name}")):
                shown = excerpt(" / ".join(text_of(p) for p in node.iter(f"{TEXT}p")), 90)
                first = next(node.iter(f"{TEXT}p"), None)
                line = 1 if first is None else number_of(first)
                self.made.repairs.append(Repair(line, "contents left out", shown))
                drop(node)

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
            text = " ".join(" ".join(text_of(p) for p in node.iter(f"{TEXT}p")).split())
            named = node.get(f"{OFFICE}name")
            shown = " ".join("".join(about.get(named, [])).split()) if named else ""
            if text:
                self.made.comments[number] = Comment(
                    node.findtext(f"{DC}creator") or "", (node.findtext(f"{DC}date") or "")[:10], text, shown,
                )  # fmt: skip
                insert_text(node, f"{COMMENT}{number}{CLOSE}")
            drop(node)
        for node in list(body.iter(f"{OFFICE}annotation-end")):
            drop(node)

    def _properties(self) -> None:
        root = self.package.xml("meta.xml")
        if root is None:
            return

        def text(tag: str) -> str:
            found = next(root.iter(tag), None)
            return "" if found is None else " ".join((found.text or "").split())

        made = self.made
        made.title, made.author = text(f"{DC}title"), text(f"{DC}creator")
        made.day = day_of(text(f"{DC}date") or text(f"{META}creation-date"))

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
        return pack(parts)


_EMPTY_STYLES = f'<o:document-styles xmlns:o="{OFFICE[1:-1]}"/>'.encode()
_MANIFEST = (
    f'<m:manifest xmlns:m="{URN}manifest:1.0"><m:file-entry m:full-path="/" '
    'm:media-type="application/vnd.oasis.opendocument.text"/></m:manifest>'
).encode()
