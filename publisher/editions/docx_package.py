"""The DOCX container: an Open Packaging (ECMA-376 part 2) ZIP with fixed bytes.

Parts are written in sorted order (content types first, as part 2 §10.1.2.1 advises), with the ZIP's
earliest date and no metadata of the machine, so that the same parts always give the same file.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from publisher.editions.docx_xml import el, qname
from publisher.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"

CONTENT_TYPES = {
    "word/document.xml": f"{_WORD}.document.main+xml",
    "word/styles.xml": f"{_WORD}.styles+xml",
    "word/settings.xml": f"{_WORD}.settings+xml",
    "word/fontTable.xml": f"{_WORD}.fontTable+xml",
    "word/numbering.xml": f"{_WORD}.numbering+xml",
    "word/footnotes.xml": f"{_WORD}.footnotes+xml",
    "word/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
    "customXml/itemProps1.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
}
_PREFIXES = {"word/header": f"{_WORD}.header+xml", "word/footer": f"{_WORD}.footer+xml"}
_EXTENSIONS = {
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "xml": "application/xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "svg": "image/svg+xml",
    "odttf": "application/vnd.openxmlformats-officedocument.obfuscatedFont",
}

_STANDARD = (
    ("styles", "styles.xml"),
    ("settings", "settings.xml"),
    ("theme", "theme/theme1.xml"),
    ("fontTable", "fontTable.xml"),
    ("numbering", "numbering.xml"),
    ("footnotes", "footnotes.xml"),
)
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship of one part: its id, the last word of its type, target, and whether outside."""

    id: str
    kind: str
    target: str
    external: bool = False


@dataclass(frozen=True, slots=True)
class Properties:
    """Core properties (ECMA-376 part 2 §11)."""

    title: str = ""
    subject: str = ""
    creator: str = ""
    keywords: str = ""
    language: str = ""
    description: str = ""
    category: str = ""
    status: str = ""
    revision: str = "1"
    stamp: datetime = datetime(1980, 1, 1, tzinfo=UTC)
    application: str = "Publisher"


def assemble(
    parts: Mapping[str, bytes],
    relations: Iterable[Relation],
    properties: Properties | None = None,
    others: Mapping[str, Iterable[Relation]] | None = None,
) -> bytes:
    """The file: ``parts`` by name, relationships of the document and, by part, of ``others``."""
    given = properties or Properties()
    made = dict(parts)
    made["docProps/core.xml"] = _core(given)
    made["docProps/app.xml"] = _app(given)
    made["_rels/.rels"] = _package_relations()
    own = [Relation(f"rId{n}", kind, target) for n, (kind, target) in enumerate(_STANDARD, 1)]
    made["word/_rels/document.xml.rels"] = relationships([*own, *relations])
    for name, related in (others or {}).items():
        folder, _, base = name.rpartition("/")
        made[f"{folder}/_rels/{base}.rels"] = relationships(related)
    made["[Content_Types].xml"] = _content_types(made)
    order = sorted(
        made, key=lambda name: (name != "[Content_Types].xml", name != "_rels/.rels", name)
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in order:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            info.external_attr = 0
            archive.writestr(info, made[name])
    return buffer.getvalue()


def read(data: bytes) -> dict[str, bytes]:
    """The parts of a package that pandoc has written."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"pandoc wrote a file that is not a DOCX: {error}") from error


def relationships(relations: Iterable[Relation]) -> bytes:
    """A ``.rels`` part."""
    from lxml import etree

    space = f"{PACKAGE}/relationships"
    root = etree.Element(f"{{{space}}}Relationships", nsmap=_default(space))
    for relation in relations:
        node = etree.SubElement(root, f"{{{space}}}Relationship")
        node.set("Id", relation.id)
        node.set("Type", f"{OFFICE}/{relation.kind}")
        node.set("Target", relation.target)
        if relation.external:
            node.set("TargetMode", "External")
    return _bytes(root)


def note_separators() -> list[Any]:
    """The two footnotes that draw the rule above notes."""
    return [
        el("w:footnote", el("w:p", el("w:r", el("w:separator"))), id="-1", type="separator"),
        el("w:footnote", el("w:p", el("w:r", el("w:continuationSeparator"))), id="0",
           type="continuationSeparator"),
    ]  # fmt: skip


def _package_relations() -> bytes:
    from lxml import etree

    space = f"{PACKAGE}/relationships"
    root = etree.Element(f"{{{space}}}Relationships", nsmap=_default(space))
    for index, (kind, target) in enumerate(
        (
            (f"{OFFICE}/officeDocument", "word/document.xml"),
            (f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{OFFICE}/extended-properties", "docProps/app.xml"),
        ),
        start=1,
    ):
        etree.SubElement(
            root, f"{{{space}}}Relationship", Id=f"rId{index}", Type=kind, Target=target
        )
    return _bytes(root)


def _content_types(parts: Mapping[str, bytes]) -> bytes:
    from lxml import etree

    space = f"{PACKAGE}/content-types"
    root = etree.Element(f"{{{space}}}Types", nsmap=_default(space))
    used = {name.rsplit(".", 1)[-1] for name in parts} | {"rels", "xml"}
    for extension in sorted(used & set(_EXTENSIONS)):
        etree.SubElement(
            root, f"{{{space}}}Default", Extension=extension, ContentType=_EXTENSIONS[extension]
        )
    for name in sorted(parts):
        kind = CONTENT_TYPES.get(name) or next(
            (value for prefix, value in _PREFIXES.items() if name.startswith(prefix)), None
        )
        if kind:
            etree.SubElement(root, f"{{{space}}}Override", PartName=f"/{name}", ContentType=kind)
    return _bytes(root)


def _core(given: Properties) -> bytes:
    from lxml import etree

    spaces = {
        "cp": f"{PACKAGE}/metadata/core-properties",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    }
    root = etree.Element(f"{{{spaces['cp']}}}coreProperties", nsmap=spaces)

    def add(name: str, text: str) -> Any:
        if not text:
            return None
        prefix, local = name.split(":")
        node = etree.SubElement(root, f"{{{spaces[prefix]}}}{local}")
        node.text = text
        return node

    add("dc:title", given.title)
    add("dc:subject", given.subject)
    add("dc:creator", given.creator)
    add("cp:keywords", given.keywords)
    add("dc:description", given.description)
    add("cp:lastModifiedBy", given.creator)
    add("cp:revision", given.revision)
    stamp = given.stamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for name in ("dcterms:created", "dcterms:modified"):
        add(name, stamp).set(f"{{{spaces['xsi']}}}type", "dcterms:W3CDTF")
    add("cp:category", given.category)
    add("cp:contentStatus", given.status)
    add("dc:language", given.language)
    return _bytes(root)


def _app(given: Properties) -> bytes:
    from lxml import etree

    space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    root = etree.Element(f"{{{space}}}Properties", nsmap=_default(space))
    etree.SubElement(root, f"{{{space}}}Application").text = given.application
    etree.SubElement(root, f"{{{space}}}Company").text = given.creator
    etree.SubElement(root, f"{{{space}}}AppVersion").text = "16.0000"
    return _bytes(root)


def _default(space: str) -> Any:
    # lxml takes None for the default namespace, which its stubs do not know.
    return {None: space}


def _bytes(root: Any) -> bytes:
    from lxml import etree

    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


RELATION_ID = qname("r:id")
RELATION_EMBED = qname("r:embed")
