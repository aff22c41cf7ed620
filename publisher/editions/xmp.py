"""The XMP packet of a PDF: title, language and people, and the claims of PDF/A-3a and PDF/UA-1.

Written whole, since WeasyPrint's packet knows one standard at a time. ISO 19005-3, 6.6.2 asks that a
schema which it does not predefine is described in the packet itself: so is that of PDF/UA and our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.editions.html import Rendered

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
XMP = "http://ns.adobe.com/xap/1.0/"
RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"
PDF = "http://ns.adobe.com/pdf/1.3/"
PDFA = "http://www.aiim.org/pdfa/ns/id/"
PDFUA = "http://www.aiim.org/pdfua/ns/id/"
EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
EDITION = "https://publisher.invalid/ns/edition/1/"
"""Our own schema. A name, not an address: RFC 2606 reserves the domain."""

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_PREFIXES = {
    "rdf": RDF,
    "dc": DC,
    "xmp": XMP,
    "xmpRights": RIGHTS,
    "pdf": PDF,
    "pdfaid": PDFA,
    "pdfuaid": PDFUA,
    "pdfaExtension": EXTENSION,
    "pdfaSchema": SCHEMA,
    "pdfaProperty": PROPERTY,
    "edition": EDITION,
}

_OWN = (
    ("issue", "The issue's identifier"),
    ("state", "final or draft"),
    ("review", "The share of the words that a human has reviewed, in per cent"),
)


def title(edition: Edition, rendered: Rendered) -> str:
    """The title of an edition's file: the bulletin, its number, the issue's title."""
    number = edition.language.localise_digits(edition.document.number)
    return f"{rendered.name.text} {number}: {rendered.title.text}"


def timestamp(edition: Edition) -> str:
    """The edition's stamp by ISO 8601, as XMP and WeasyPrint take it."""
    return edition.stamp.replace(microsecond=0).isoformat()


def packet(edition: Edition, rendered: Rendered, producer: str) -> bytes:
    """The packet with its wrapper; pure."""
    from lxml import etree

    root = etree.Element(f"{{{RDF}}}RDF", nsmap=_PREFIXES)

    def description() -> Any:
        return etree.SubElement(root, f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""})

    def add(parent: Any, name: str, text: str) -> None:
        etree.SubElement(parent, name).text = text

    def array(parent: Any, name: str, kind: str, texts: list[str]) -> None:
        items = etree.SubElement(etree.SubElement(parent, name), f"{{{RDF}}}{kind}")
        for text in texts:
            item = etree.SubElement(items, f"{{{RDF}}}li")
            item.text = text
            if kind == "Alt":
                item.set(XML_LANG, "x-default")

    claims = description()
    add(claims, f"{{{PDFA}}}part", "3")
    add(claims, f"{{{PDFA}}}conformance", "A")
    add(claims, f"{{{PDFUA}}}part", "1")
    core = description()
    array(core, f"{{{DC}}}title", "Alt", [title(edition, rendered)])
    array(core, f"{{{DC}}}creator", "Seq", [rendered.publisher.text])
    array(core, f"{{{DC}}}publisher", "Bag", [rendered.publisher.text])
    subject = rendered.subtitle or rendered.name
    array(core, f"{{{DC}}}description", "Alt", [subject.text])
    array(core, f"{{{DC}}}language", "Bag", [edition.language.code])
    keywords = list(dict.fromkeys(word for a in rendered.articles for word in a.keywords))
    if keywords:
        array(core, f"{{{DC}}}subject", "Bag", keywords)
        add(core, f"{{{PDF}}}Keywords", ", ".join(keywords))
    add(core, f"{{{DC}}}format", "application/pdf")
    identifier = f"{edition.document.id}/{edition.language.code}/{edition.document.revision}"
    add(core, f"{{{DC}}}identifier", identifier)
    if rendered.licence is not None:
        array(core, f"{{{DC}}}rights", "Alt", [rendered.licence.text])
        array(core, f"{{{RIGHTS}}}UsageTerms", "Alt", [rendered.licence.text])
    add(core, f"{{{XMP}}}CreatorTool", f"Publisher {edition.version}")
    add(core, f"{{{XMP}}}CreateDate", timestamp(edition))
    add(core, f"{{{XMP}}}ModifyDate", timestamp(edition))
    add(core, f"{{{PDF}}}Producer", producer)
    own = description()
    add(own, f"{{{EDITION}}}issue", edition.document.id)
    add(own, f"{{{EDITION}}}state", "draft" if edition.draft else "final")
    words, reviewed = edition.credits.words, edition.credits.reviewed_words
    # A share is rounded down: 100 means every word.
    share = 100 * reviewed // words if words else (0 if edition.draft else 100)
    add(own, f"{{{EDITION}}}review", str(share))
    _schemas(description())
    body = etree.tostring(root, encoding="utf-8", pretty_print=True)
    start = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'.encode()
    return (
        start + b'<x:xmpmeta xmlns:x="adobe:ns:meta/">\n' + body + b"</x:xmpmeta>\n"
        b'<?xpacket end="r"?>'
    )


def _schemas(parent: Any) -> None:
    """The extension schemas that the packet uses."""
    from lxml import etree

    bag = etree.SubElement(etree.SubElement(parent, f"{{{EXTENSION}}}schemas"), f"{{{RDF}}}Bag")
    resource = {f"{{{RDF}}}parseType": "Resource"}
    for name, namespace, prefix, properties in (
        (
            "PDF/UA identification",
            PDFUA,
            "pdfuaid",
            [("part", "Integer", "internal", "Part of ISO 14289")],
        ),
        (
            "Edition",
            EDITION,
            "edition",
            [(key, "Text", "external", text) for key, text in _OWN],
        ),
    ):
        schema = etree.SubElement(bag, f"{{{RDF}}}li", resource)
        etree.SubElement(schema, f"{{{SCHEMA}}}schema").text = name
        etree.SubElement(schema, f"{{{SCHEMA}}}namespaceURI").text = namespace
        etree.SubElement(schema, f"{{{SCHEMA}}}prefix").text = prefix
        items = etree.SubElement(etree.SubElement(schema, f"{{{SCHEMA}}}property"), f"{{{RDF}}}Seq")
        for key, kind, category, text in properties:
            item = etree.SubElement(items, f"{{{RDF}}}li", resource)
            etree.SubElement(item, f"{{{PROPERTY}}}name").text = key
            etree.SubElement(item, f"{{{PROPERTY}}}valueType").text = kind
            etree.SubElement(item, f"{{{PROPERTY}}}category").text = category
            etree.SubElement(item, f"{{{PROPERTY}}}description").text = text
