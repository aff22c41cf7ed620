"""The EPUB container: package document, navigation document and a reproducible ZIP.

Knows EPUB 3.3 and nothing of editions: it takes finished files and plain values and returns bytes
that depend on them alone. Sources: EPUB 3.3 (W3C Recommendation), EPUB Accessibility 1.1.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from publisher.errors import InputError

ROOT = "EPUB"
"""The folder of the container that holds the publication."""

_TIME = (1980, 1, 1, 0, 0, 0)
"""The time of every member: the earliest that ZIP can say, so that no clock gets in."""

_STORED = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".woff2", ".woff")
"""Kinds of file that are compressed already."""

_MEDIA_TYPES = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
}


def media_type(name: str) -> str | None:
    """The EPUB core media type of a file name; None for a file that EPUB does not know."""
    dot = name.rfind(".")
    return _MEDIA_TYPES.get(name[dot:].lower()) if dot >= 0 else None


@dataclass(frozen=True, slots=True)
class Item:
    """One file of the publication.

    ``href`` is relative to the package document; ``properties`` are those of the manifest
    (``nav``, ``cover-image``, ``svg``, ``mathml``); ``spine`` puts the file into the reading order,
    in the order of the items.
    """

    href: str
    data: bytes
    properties: tuple[str, ...] = ()
    spine: bool = False

    @property
    def id(self) -> str:
        """The manifest id: the href with everything made plain that an XML name cannot hold."""
        return "f-" + "".join(
            c if c.isascii() and (c.isalnum() or c in "-_") else "." for c in self.href
        )


@dataclass(frozen=True, slots=True)
class Meta:
    """A ``meta`` element: a property with a value; ``refines`` names the element it refines."""

    property: str
    value: str
    refines: str = ""
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the package document says about the publication.

    ``identifier`` is a URN; ``modified`` an aware time. Empty strings are left out.
    ``contributors`` are pairs of a MARC relator code and a name.
    """

    identifier: str
    title: str
    language: str
    modified: datetime
    direction: str = "ltr"
    publisher: str = ""
    date: str = ""
    description: str = ""
    rights: str = ""
    subjects: tuple[str, ...] = ()
    series: str = ""
    number: str = ""
    contributors: tuple[tuple[str, str], ...] = ()
    conforms_to: str = ""
    certified_by: str = ""
    metas: tuple[Meta, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a navigation list; ``label`` is text, ``number`` is set before it."""

    label: str
    href: str
    number: str = ""
    kind: str = ""
    language: str = ""
    children: tuple[Entry, ...] = field(default=())


def package(metadata: Metadata, items: Sequence[Item]) -> bytes:
    """The package document (OPF) for these files."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id"'
        f" xml:lang={quoteattr(metadata.language)} dir={quoteattr(metadata.direction)}"
        ' prefix="schema: http://schema.org/ a11y: http://www.idpf.org/epub/vocab/package/a11y/#">',
        *_metadata(metadata),
        "  <manifest>",
    ]
    for item in sorted(items, key=lambda i: i.href):
        kind = media_type(item.href)
        if kind is None:
            raise InputError("EPUB has no place for this kind of file", path=item.href)
        properties = f' properties="{" ".join(sorted(item.properties))}"' if item.properties else ""
        lines.append(
            f"    <item id={quoteattr(item.id)} href={quoteattr(item.href)}"
            f' media-type="{kind}"{properties}/>'
        )
    lines.append("  </manifest>")
    lines.append(f'  <spine page-progression-direction="{metadata.direction}">')
    lines.extend(f"    <itemref idref={quoteattr(i.id)}/>" for i in items if i.spine)
    lines.extend(["  </spine>", "</package>", ""])
    return "\n".join(lines).encode()


def _metadata(metadata: Metadata) -> Iterable[str]:
    modified = metadata.modified.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    yield '  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
    yield f'    <dc:identifier id="id">{escape(metadata.identifier)}</dc:identifier>'
    yield f'    <dc:title id="title">{escape(metadata.title)}</dc:title>'
    yield '    <meta refines="#title" property="title-type">main</meta>'
    yield f"    <dc:language>{escape(metadata.language)}</dc:language>"
    if metadata.publisher:
        yield f'    <dc:creator id="creator">{escape(metadata.publisher)}</dc:creator>'
        yield '    <meta refines="#creator" property="role" scheme="marc:relators">pbl</meta>'
        yield f"    <dc:publisher>{escape(metadata.publisher)}</dc:publisher>"
    for index, (role, name) in enumerate(metadata.contributors, 1):
        yield f'    <dc:contributor id="contributor-{index}">{escape(name)}</dc:contributor>'
        yield (
            f'    <meta refines="#contributor-{index}" property="role" scheme="marc:relators">'
            f"{escape(role)}</meta>"
        )
    for name, value in (
        ("date", metadata.date),
        ("description", metadata.description),
        ("rights", metadata.rights),
        *(("subject", subject) for subject in metadata.subjects),
    ):
        if value:
            yield f"    <dc:{name}>{escape(value)}</dc:{name}>"
    yield f'    <meta property="dcterms:modified">{modified}</meta>'
    if metadata.series:
        yield (
            '    <meta id="series" property="belongs-to-collection">'
            f"{escape(metadata.series)}</meta>"
        )
        yield '    <meta refines="#series" property="collection-type">series</meta>'
        if metadata.number:
            yield (
                '    <meta refines="#series" property="group-position">'
                f"{escape(metadata.number)}</meta>"
            )
    if metadata.conforms_to:
        yield (
            '    <meta id="conformance" property="dcterms:conformsTo">'
            f"{escape(metadata.conforms_to)}</meta>"
        )
        yield (
            '    <meta refines="#conformance" property="a11y:certifiedBy">'
            f"{escape(metadata.certified_by)}</meta>"
        )
    for meta in metadata.metas:
        refines = f" refines={quoteattr(meta.refines)}" if meta.refines else ""
        scheme = f" scheme={quoteattr(meta.scheme)}" if meta.scheme else ""
        yield (
            f"    <meta{refines} property={quoteattr(meta.property)}{scheme}>"
            f"{escape(meta.value)}</meta>"
        )
    yield "  </metadata>"


def navigation_list(entries: Sequence[Entry], indent: str = "  ") -> str:
    """An ``ol`` of navigation entries; deeper levels are there for reading systems only.

    ``hidden`` keeps them out of the visible contents page while they stay in the reader's menu.
    """
    if not entries:
        return ""
    rows: list[str] = []
    for entry in entries:
        number = f'<span class="number">{escape(entry.number)}</span> ' if entry.number else ""
        kind = f" epub:type={quoteattr(entry.kind)}" if entry.kind else ""
        language = (
            f" lang={quoteattr(entry.language)} xml:lang={quoteattr(entry.language)}"
            if entry.language
            else ""
        )
        label = escape(entry.label)
        if number:
            label = f'<span class="title"{language}>{label}</span>'
            language = ""
        below = ""
        if entry.children:
            inner = navigation_list(entry.children, indent + "  ")
            below = "\n" + inner.replace("<ol>", '<ol hidden="">', 1)
        target = quoteattr(entry.href)
        rows.append(f"{indent}<li><a{kind}{language} href={target}>{number}{label}</a>{below}</li>")
    body = "\n".join(rows)
    return f"{indent}<ol>\n{body}\n{indent}</ol>"


def pack(metadata: Metadata, items: Sequence[Item]) -> bytes:
    """The whole EPUB: the same bytes for the same input, in any folder, at any time.

    Raises InputError on two files of one name and on a file that EPUB does not know.
    """
    members: dict[str, bytes] = {}
    for item in items:
        name = f"{ROOT}/{item.href}"
        if name in members:
            raise InputError("two files of the edition have the same name", path=item.href)
        members[name] = item.data
    container = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">\n'
        "  <rootfiles>\n"
        f'    <rootfile full-path="{ROOT}/package.opf"'
        ' media-type="application/oebps-package+xml"/>\n'
        "  </rootfiles>\n"
        "</container>\n"
    )
    ordered = [
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", container.encode()),
        (f"{ROOT}/package.opf", package(metadata, items)),
        *sorted(members.items()),
    ]
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in ordered:
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            stored = name == "mimetype" or name.lower().endswith(_STORED)
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=None if stored else 9)
    return out.getvalue()
