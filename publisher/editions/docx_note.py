"""A part of the DOCX edition for whoever imports it again: what Word has no place for.

Styles and bookmarks say nearly everything (importers.office_group). Left over are the issue's number and
date, the articles' files and keywords, classes of links, codes of languages, names of figures and the
sides of table columns. Word and LibreOffice carry a custom XML part along (ECMA-376 part 1 §15.2.5).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from publisher.ast import attr_of, blocks_text, get_key, iter_nodes, plain_text
from publisher.editions.docx_body import clean
from publisher.editions.docx_tags import word_tag
from publisher.importers.office_edition import ROOT, SPACE, table_key

if TYPE_CHECKING:
    from publisher.editions import Edition

PART = "customXml/item1.xml"
PROPERTIES = "customXml/itemProps1.xml"
_STORE = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_CODES = {"AlignLeft": "l", "AlignRight": "r", "AlignCenter": "c"}


def note(edition: Edition) -> bytes:
    """The part's bytes; pure."""
    from lxml import etree

    document = edition.document
    # lxml takes None for the default namespace, which its stubs do not know.
    spaces: Any = {None: SPACE}
    root = etree.Element(ROOT, nsmap=spaces)
    for name, value in (
        ("issue", document.id), ("number", document.number), ("date", document.date.isoformat()),
        ("language", document.language), ("draft", "1" if edition.draft else ""),
    ):  # fmt: skip
        if value:
            root.set(name, value)

    def add(name: str, **values: str) -> Any:
        node = etree.SubElement(root, f"{{{SPACE}}}{name}")
        for key, value in values.items():
            node.set(key.rstrip("_"), clean(value))
        return node

    seen: set[tuple[str, str]] = set()
    for article in document.all_articles():
        node = add("article", id=article.id, file=article.path.rsplit("/", 1)[-1])
        for keyword in article.keywords:
            etree.SubElement(node, f"{{{SPACE}}}keyword").text = clean(plain_text(keyword.inlines))
    for article in document.all_articles():
        for item in iter_nodes(article.blocks):
            kind, attr = item["t"], attr_of(item)
            if kind == "Table":
                codes = "".join(_CODES.get(spec[0]["t"], "d") for spec in item["c"][2])
                add("table", key=table_key(blocks_text([_bare(item)])), align=codes)
            if attr is None:
                continue
            target = str(item["c"][2][0]) if kind == "Link" else ""
            # LibreOffice ends the address of a site in a slash; where the source does, it is noted.
            classes = [name for name in attr[1] if name not in {"uri", "email"}]
            noted = bool(classes) or re.fullmatch(r"https?://[^/]+/", target) is not None
            if target and noted and ("link", target) not in seen:
                seen.add(("link", target))
                add("link", target=target, class_=" ".join(classes))
            if kind == "Image":
                file = item["c"][2][0].rsplit("/", 1)[-1]
                if ("figure", file) not in seen:
                    seen.add(("figure", file))
                    add("figure", file=file, alt=" ".join(plain_text(item["c"][1]).split()))
            language = get_key(attr, "lang")
            if language and ("language", language) not in seen:
                seen.add(("language", language))
                add("language", tag=word_tag(language), code=language)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def properties() -> bytes:
    """The part that names the other one; LibreOffice carries no custom XML without it."""
    from lxml import etree

    root = etree.Element(f"{{{_STORE}}}datastoreItem", nsmap={"ds": _STORE})
    root.set(f"{{{_STORE}}}itemID", "{6E0C5A52-9D0B-4B57-8E2A-3F1B6D1C7A40}")
    references = etree.SubElement(root, f"{{{_STORE}}}schemaRefs")
    etree.SubElement(references, f"{{{_STORE}}}schemaRef").set(f"{{{_STORE}}}uri", SPACE)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _bare(table: Any) -> Any:
    return {**table, "c": [table["c"][0], [None, []], *table["c"][2:]]}
