"""The DOCX edition: pandoc's writer for the body, named styles, live fields and real structure.

``compile`` prepares the document (docx_body), lets pandoc write it against the reference document
(docx_reference), shapes the result (docx_shape) and packs it with fixed bytes (docx_package).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher import ast, pandoc
from publisher.editions import Compiled, docx_note
from publisher.editions import docx_package as package
from publisher.editions.docx_body import Body, prepare
from publisher.editions.docx_front import Entry, Front, place_sections, plain
from publisher.editions.docx_images import Media
from publisher.editions.docx_numbering import Numbering
from publisher.editions.docx_numbering import read as read_lists
from publisher.editions.docx_package import RELATION_ID, Properties, Relation
from publisher.editions.docx_pages import Pages
from publisher.editions.docx_reference import parts as reference_parts
from publisher.editions.docx_reference import reference_document
from publisher.editions.docx_shape import Context, Shaper
from publisher.editions.docx_styles import Look, look
from publisher.editions.docx_tags import word_tag
from publisher.editions.docx_xml import (
    NAMESPACES,
    P,
    W,
    el,
    parse,
    properties,
    put,
    serialise,
    sort_tree,
    text_run,
)
from publisher.editions.markup import safe_target
from publisher.errors import MachineError

if TYPE_CHECKING:
    from publisher.editions import Edition

_OUTSIDE = re.compile(r"(https?|mailto|tel):\S", re.IGNORECASE)
"""What may stand as a link's target: a document has no site that a path could lead into."""

_PREFIXES = ("w", "r", "m", "wp", "a", "pic", "v", "o")


def compile(edition: Edition) -> Compiled:
    """Compile an edition to DOCX; pure but for running pandoc (sandboxed).

    ``pages`` is None: a Word document has pages only where it is laid out. Raises MachineError when
    pandoc is missing or its output is not what this module knows; problems of the content are
    findings.
    """
    given = look(edition.brand, edition.language)
    body = prepare(edition)
    raw = _pandoc(body, given)
    return _Compiler(edition, given, body, raw).run()


def _pandoc(body: Body, given: Look) -> Mapping[str, bytes]:
    """The parts that pandoc writes for the body."""
    with tempfile.TemporaryDirectory(prefix="publisher-") as folder:
        reference = Path(folder) / "reference.docx"
        reference.write_bytes(reference_document(given))
        # Pandoc reads the reference document before it enters its sandbox.
        data = pandoc.run(
            ["-f", "json", "-t", "docx", "--syntax-highlighting=none", "-o", "-",
             f"--reference-doc={reference}"],
            pandoc.document(body.blocks),
        )  # fmt: skip
    return package.read(data)


class _Compiler:
    def __init__(self, edition: Edition, given: Look, body: Body, raw: Mapping[str, bytes]) -> None:
        self.edition = edition
        self.look = given
        self.prepared = body
        self.raw = raw
        self.relations: list[Relation] = []
        self.note_relations: list[Relation] = []

    def run(self) -> Compiled:
        edition = self.edition
        document = _strip(parse(self._raw_part("word/document.xml")))
        notes = _strip(parse(self._raw_part("word/footnotes.xml")))
        body = document.find(f"{W}body")
        for old in body.findall(f"{W}sectPr"):
            body.remove(old)
        parts = dict(reference_parts(self.look))
        numbering = Numbering(self.look)
        lists = read_lists(self._raw_part("word/numbering.xml"), [*_used(document), *_used(notes)])
        media = Media(edition, self._fonts())
        page = edition.brand.page
        tallest = (page.height - page.top - page.bottom) * 72 / 25.4 * 0.8

        def image(index: int, available: float) -> Any:
            return media.run(self.prepared.images[index], available, tallest=tallest)

        shaper = Shaper(edition, self.look, numbering, lists, image, _character_styles(parts))
        shaper.container(body)
        self._notes(shaper, document, notes)
        anchors = {node.get(f"{W}name") for root in (document, notes)
                   for node in root.iter(f"{W}bookmarkStart")}  # fmt: skip
        self._links(document, anchors, self.relations)
        self._links(notes, anchors, self.note_relations)
        front = Front(edition, self.look, shaper.runs)
        pages = Pages(self.look, media.fonts, parts["word/styles.xml"], notes)
        self._front(front, shaper, body, media, pages)
        for root in (document, notes):
            _check(root)
            sort_tree(root)
        parts |= front.parts | media.parts
        parts["word/document.xml"] = serialise(document, *_PREFIXES)
        parts["word/footnotes.xml"] = serialise(notes, *_PREFIXES)
        parts["word/numbering.xml"] = numbering.part()
        parts[docx_note.PART] = docx_note.note(edition)
        parts[docx_note.PROPERTIES] = docx_note.properties()
        store = docx_note.PROPERTIES.rsplit("/", 1)[-1]
        others = {docx_note.PART: [Relation("rId1", "customXmlProps", store)]}
        if self.note_relations:
            others["word/footnotes.xml"] = self.note_relations
        data = package.assemble(
            parts,
            [
                Relation("rIdNote", "customXml", f"../{docx_note.PART}"),
                *front.relations,
                *media.relations,
                *self.relations,
            ],
            self._properties(),
            others,
        )
        return Compiled(data, None, {}, tuple(media.findings))

    def _raw_part(self, name: str) -> bytes:
        try:
            return self.raw[name]
        except KeyError as error:
            raise MachineError(
                f"pandoc wrote a DOCX without {name}", hint="Run: publisher doctor"
            ) from error

    def _fonts(self) -> Any:
        from publisher.editions.fonts import choose

        document = self.edition.document
        texts = [
            figure.data.decode("utf-8", "replace")
            for path, figure in sorted(document.figures.items())
            if path.lower().endswith(".svg")
        ]
        brand, files = self.edition.brand, self.edition.files
        try:
            return choose(brand, self.edition.language, texts, files)
        except MachineError:
            # A Word document names its fonts; it does not need them here.
            from publisher.language import load

            return choose(brand, load("en"), texts, files)

    def _notes(self, shaper: Shaper, document: Any, notes: Any) -> None:
        """Footnotes in the order of their references, numbered from 1."""
        order = [node.get(f"{W}id") for node in document.iter(f"{W}footnoteReference")]
        by_id = {node.get(f"{W}id"): node for node in notes.findall(f"{W}footnote")}
        for node in list(notes):
            notes.remove(node)
        for separator in package.note_separators():
            notes.append(separator)
        for number, identifier in enumerate(order, start=1):
            note = by_id[identifier]
            shaper.stack.append(Context("notes"))
            shaper.container(note)
            shaper.stack.pop()
            _note_mark(note, shaper)
            note.set(f"{W}id", str(number))
            notes.append(note)
        for number, node in enumerate(document.iter(f"{W}footnoteReference"), start=1):
            node.set(f"{W}id", str(number))

    def _links(self, root: Any, anchors: set[str], relations: list[Relation]) -> None:
        """External links with ids of our own; a target outside the allow-list loses its link.

        So does one to none of the document's ``anchors``, those in notes included.
        """
        part = "footnotes" if relations is self.note_relations else "document"
        raw = self.raw.get(f"word/_rels/{part}.xml.rels")
        targets = {}
        if raw is not None:
            targets = {node.get("Id"): node.get("Target") for node in parse(raw)}
        given: dict[str, str] = {}
        prefix = "rIdNoteLink" if relations is self.note_relations else "rIdLink"
        for node in list(root.iter(f"{W}hyperlink")):
            anchor = node.get(f"{W}anchor")
            if anchor is not None:
                if anchor not in anchors:
                    _unwrap(node)
                continue
            target = targets.get(node.get(RELATION_ID), "")
            if not _OUTSIDE.match(target) or not safe_target(target):
                _unwrap(node)
                continue
            if target not in given:
                given[target] = f"{prefix}{len(given) + 1}"
                relations.append(Relation(given[target], "hyperlink", target, external=True))
            node.set(RELATION_ID, given[target])
            node.set(f"{W}history", "1")

    def _front(self, front: Front, shaper: Shaper, body: Any, media: Media, pages: Pages) -> None:
        """Contents, sections, headers and footers."""
        edition = self.edition
        document = edition.document
        entries: list[Entry] = []
        titles = {"cover": None, "contents": edition.words("Contents")}
        headings = list(shaper.shaped.headings.items())
        articles = [*document.articles, document.colophon]
        for (anchor, _), article in zip(headings, articles, strict=True):
            if article is None:
                label, title, summary, name = "", edition.words("Colophon"), "", "colophon"
            else:
                number = str(article.number) if article.number else ""
                label = edition.language.localise_digits(number)
                title, summary = plain(article.title), plain(article.summary)
                name = article.id if article.number else "colophon"
            titles[name] = title
            entries.append(Entry(label, title, summary, anchor))
        mark = shaper.shaped.contents
        front.cover(body.find(f"{W}p"), media)
        contents = front.contents(entries)
        mark.addprevious(contents)
        body.remove(mark)
        ends = [last for _, last in shaper.shaped.sections]
        starts = pages.starts(body, ends)[2:]
        front.fill_pages(contents, starts)
        made = {name: front.section(name, titles[name]) for name, _ in shaper.shaped.sections}
        place_sections(shaper.shaped.sections, body, made)

    def _properties(self) -> Properties:
        edition = self.edition
        document = edition.document
        keywords = [plain(keyword) for article in document.articles for keyword in article.keywords]
        number = edition.language.localise_digits(document.number)
        issue = edition.words("Issue {number}", number=number)
        return Properties(
            title=f"{plain(document.name)}: {plain(document.title)}",
            subject=f"{issue}, {edition.language.format_date(document.date)}",
            creator=plain(document.publisher),
            keywords="; ".join(dict.fromkeys(keywords)),
            language=word_tag(edition.language.locale or edition.language.code),
            description=plain(document.subtitle),
            status=edition.words("Draft") if edition.draft else "Final",
            revision=str(document.revision),
            stamp=edition.stamp,
            application=f"Publisher {edition.version}",
        )


def _used(root: Any) -> list[tuple[int, int]]:
    """The (number id, level) pairs of all list paragraphs."""
    return [
        (int(node.find(f"{W}numId").get(f"{W}val")), int(node.find(f"{W}ilvl").get(f"{W}val")))
        for node in root.iter(f"{W}numPr")
    ]


def _strip(root: Any) -> Any:
    """Take out the white space with which pandoc lays out its XML."""
    for node in root.iter():
        if node.tag in (f"{W}t", f"{W}instrText") or node.tag == f"{{{NAMESPACES['m']}}}t":
            pass
        elif node.text is not None and not node.text.strip():
            node.text = None
        if node.tail is not None and not node.tail.strip():
            node.tail = None
    return root


def _character_styles(parts: Mapping[str, bytes]) -> frozenset[str]:
    root = parse(parts["word/styles.xml"])
    return frozenset(
        node.get(f"{W}styleId")
        for node in root.findall(f"{W}style")
        if node.get(f"{W}type") == "character"
    )


def _note_mark(note: Any, shaper: Shaper) -> None:
    """A note begins with its number; pandoc leaves it out where a note begins with a list."""
    if note.find(f".//{W}footnoteRef") is not None:
        return
    first = note.find(f".//{W}p")
    if first is None:
        first = el("w:p", el("w:pPr", el("w:pStyle", val="FootnoteText")))
        note.append(first)
    run = el("w:r", el("w:rPr", el("w:rStyle", val="FootnoteReference")), el("w:footnoteRef"))
    at = 1 if first[0].tag == f"{W}pPr" else 0
    first.insert(at, run)
    first.insert(at + 1, text_run(" "))
    if shaper.look.rtl:
        put(properties(run, "rPr"), el("w:rtl"))


def _unwrap(node: Any) -> None:
    parent = node.getparent()
    at = parent.index(node)
    parent.remove(node)
    for offset, child in enumerate(list(node)):
        style = child.find(f"{W}rPr/{W}rStyle[@{W}val='Hyperlink']")
        if style is not None:
            style.getparent().remove(style)
        parent.insert(at + offset, child)


def _check(root: Any) -> None:
    """No mark of ours may reach the file."""
    left = next((node for node in root.iter() if str(node.tag).startswith(P)), None)
    if left is not None:
        raise MachineError(
            f"pandoc has moved a mark of the layout ({left.tag})", hint="Run: publisher doctor"
        )


__all__ = ["ast", "compile"]
