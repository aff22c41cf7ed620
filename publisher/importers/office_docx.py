"""Word documents: what pandoc needs of them, and what it would lose.

Pandoc sees a package that is written anew here, with text, lists and notes and nothing else: no
pictures, macros, settings or relationships to places outside.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any
from urllib.parse import unquote

from publisher.errors import Finding, InputError
from publisher.importers.office_body import Body
from publisher.importers.office_edition import ROOT, read_note
from publisher.importers.office_facts import Comment, Prepared
from publisher.importers.office_reader import PackageReader, day_of, pack
from publisher.importers.office_revisions import resolve
from publisher.importers.office_styles import Numbering, Styles
from publisher.importers.office_xml import NS, NUMBER, W, drop, paragraphs, text_of

_RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = NS["r"]

Targets = dict[str, tuple[str, bool]]


def prepare(data: bytes, name: str, *, accept: bool = True) -> Prepared:
    """Read a DOCX within limits; raises InputError for what is none or is damaged."""
    return _Reader(data, name, accept=accept).read()


class _Reader(PackageReader):
    format = "docx"

    def read(self) -> Prepared:
        package, made = self.package, self.made
        main = self._main()
        root = package.xml(main)
        if root is None or root.tag != f"{W}document" or root.find(f"{W}body") is None:
            raise InputError("the file is not a Word document", path=self.name)
        folder = posixpath.dirname(main)
        targets = self.targets(main)
        by_kind = {kind: target for target, kind in self._kinds(main)}
        styles = Styles.of(self._other(by_kind, folder, "styles"))
        raw_numbering = self._other(by_kind, folder, "numbering")
        numbering = Numbering(raw_numbering)
        notes = {kind: self._other(by_kind, folder, kind) for kind in ("footnotes", "endnotes")}
        parts = [root, *(part for part in notes.values() if part is not None)]
        number = 0
        for part in parts:
            for node in paragraphs(part):
                number += 1
                node.set(NUMBER, str(number))
        self.report_changes(sum(resolve(part, made.repairs, accept=self.accept) for part in parts))
        self._comments(root, self._other(by_kind, folder, "comments"))
        self._edition(styles)
        self._properties()
        main_language = styles.language
        if made.edition is not None and made.edition.language:
            main_language = made.edition.language
        body = Body(made, styles, numbering, self.name, main_language)
        body.part(root.find(f"{W}body"), targets, "")
        for kind, part in notes.items():
            if part is not None:
                body.part(part, self._note_targets(by_kind, folder, kind), "note")
        self._outside()
        made.data = _written(root, raw_numbering, notes, targets, {
            kind: self._note_targets(by_kind, folder, kind) for kind in notes
        })  # fmt: skip
        return made

    def _main(self) -> str:
        for target, kind in self._kinds(""):
            if kind == "officeDocument" and target in self.package.names:
                return target
        if "word/document.xml" in self.package.names:
            return "word/document.xml"
        raise InputError("the file is not a Word document", path=self.name)

    def _relations(self, part: str) -> list[Any]:
        folder, base = posixpath.split(part)
        root = self.package.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
        return [] if root is None else root.findall(f"{_RELS}Relationship")

    def _kinds(self, part: str) -> list[tuple[str, str]]:
        folder = posixpath.dirname(part)
        return [
            (_inside(folder, node.get("Target") or ""), (node.get("Type") or "").rsplit("/", 1)[-1])
            for node in self._relations(part)
            if node.get("TargetMode") != "External"
        ]

    def targets(self, part: str) -> Targets:
        """Targets of a part's relationships by id, and whether they lie outside."""
        folder = posixpath.dirname(part)
        result: Targets = {}
        for node in self._relations(part):
            target, outside = node.get("Target") or "", node.get("TargetMode") == "External"
            kind = (node.get("Type") or "").rsplit("/", 1)[-1]
            if not outside and kind != "hyperlink":
                target = _inside(folder, target)
            result[node.get("Id") or ""] = (target, outside)
            if outside and kind != "hyperlink":
                self.made.findings.append(
                    Finding("outside-file", "warning",
                            f"the file refers to “{target[:80]}” ({kind})", self.name, None,
                            "Nothing was fetched from there.")
                )  # fmt: skip
        return result

    def _note_targets(self, by_kind: dict[str, str], folder: str, kind: str) -> Targets:
        part = by_kind.get(kind, posixpath.join(folder, f"{kind}.xml"))
        return self.targets(part) if part in self.package.names else {}

    def _other(self, by_kind: dict[str, str], folder: str, kind: str) -> Any:
        return self.package.xml(by_kind.get(kind, posixpath.join(folder, f"{kind}.xml")))

    def _comments(self, root: Any, part: Any) -> None:
        """Comments with the words they are about; ranges are taken out of the text."""
        about: dict[str, list[str]] = {}
        open_ranges: set[str] = set()
        for node in root.iter():
            if node.tag == f"{W}commentRangeStart":
                open_ranges.add(node.get(f"{W}id") or "")
            elif node.tag == f"{W}commentRangeEnd":
                open_ranges.discard(node.get(f"{W}id") or "")
            elif node.tag == f"{W}t":
                for identifier in open_ranges:
                    about.setdefault(identifier, []).append(node.text or "")
        for node in list(root.iter(f"{W}commentRangeStart", f"{W}commentRangeEnd")):
            drop(node)
        if part is None:
            return
        for node in part.findall(f"{W}comment"):
            identifier = node.get(f"{W}id") or ""
            text = " ".join(" ".join(text_of(line) for line in node.iter(f"{W}p")).split())
            if text and identifier.isdigit():
                self.made.comments[int(identifier)] = Comment(
                    node.get(f"{W}author") or "", (node.get(f"{W}date") or "")[:10], text,
                    " ".join("".join(about.get(identifier, [])).split()),
                )  # fmt: skip

    def _edition(self, styles: Styles) -> None:
        names = set(styles.names.values())
        self.made.ours = {"bulletinname", "standfirst", "statementsource", "keyfigure"} <= names
        for part in sorted(self.package.names):
            if re.fullmatch(r"customXml/item\d+\.xml", part):
                try:
                    root = self.package.xml(part)
                except InputError:
                    continue
                if root is not None and root.tag == ROOT:
                    self.made.edition = read_note(root)
                    self.made.ours = True

    def _properties(self) -> None:
        root = None
        for target, kind in self._kinds(""):
            if kind == "core-properties":
                try:
                    root = self.package.xml(target)
                except InputError:
                    root = None  # the text does not depend on it
        if root is None:
            return

        def text(tag: str) -> str:
            return " ".join((root.findtext(tag) or "").split())

        made = self.made
        made.title, made.subject = text(f"{_DC}title"), text(f"{_DC}subject")
        made.author = text(f"{_DC}creator")
        made.day = day_of(text(f"{_TERMS}modified") or text(f"{_TERMS}created"))

    def _outside(self) -> None:
        names = self.package.names
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            self.report_macros()
        if any(name.lower().startswith("word/embeddings/") for name in names):
            self.made.findings.append(
                Finding("embedded-object", "warning", "the file holds embedded objects", self.name,
                        None, "Only the pictures that Word shows for them were kept.")
            )  # fmt: skip


def _inside(folder: str, target: str) -> str:
    """A part's name from a relationship's target."""
    target = unquote(target.split("#", 1)[0])
    joined = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(joined)


def _written(
    root: Any,
    numbering: Any,
    notes: dict[str, Any],
    targets: Targets,
    note_targets: dict[str, Targets],
) -> bytes:
    """A new package for pandoc."""
    from lxml import etree

    parts = {"word/document.xml": etree.tostring(root)}
    kinds = ["styles"]
    if numbering is not None:
        kinds.append("numbering")
        parts["word/numbering.xml"] = etree.tostring(numbering)
    for kind, part in notes.items():
        if part is not None:
            kinds.append(kind)
            parts[f"word/{kind}.xml"] = etree.tostring(part)
            parts[f"word/_rels/{kind}.xml.rels"] = _relations([], note_targets[kind])
    parts["word/styles.xml"] = _STYLES
    parts["word/_rels/document.xml.rels"] = _relations(kinds, targets)
    parts["_rels/.rels"] = (
        f'<Relationships xmlns="{_RELS[1:-1]}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument"'
        ' Target="word/document.xml"/></Relationships>'
    ).encode()
    overrides = "".join(
        f'<Override PartName="/word/{kind}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for kind in kinds
    )
    parts["[Content_Types].xml"] = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
        f"{overrides}</Types>"
    ).encode()
    return pack(parts)


def _relations(kinds: list[str], targets: Targets) -> bytes:
    from lxml import etree

    root = etree.Element(f"{_RELS}Relationships")
    for kind in kinds:
        etree.SubElement(root, f"{_RELS}Relationship", Id=f"own-{kind}", Type=f"{_OFFICE}/{kind}",
                         Target=f"{kind}.xml")  # fmt: skip
    for identifier, (target, outside) in targets.items():
        if outside or target.startswith("#"):
            etree.SubElement(root, f"{_RELS}Relationship", Id=identifier,
                             Type=f"{_OFFICE}/hyperlink", Target=target, TargetMode="External")  # fmt: skip
    return etree.tostring(root)


def _style(kind: str, identifier: str, name: str) -> str:
    return f'<w:style w:type="{kind}" w:styleId="{identifier}"><w:name w:val="{name}"/></w:style>'


_STYLES = (
    f'<w:styles xmlns:w="{NS["w"]}">'
    + _style("paragraph", "Normal", "Normal")
    + "".join(_style("paragraph", f"Heading{n}", f"heading {n}") for n in range(1, 10))
    + _style("paragraph", "SourceCode", "Source Code")
    + _style("character", "VerbatimChar", "Verbatim Char")
    + "</w:styles>"
).encode()
