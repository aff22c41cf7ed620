"""The part of a DOCX edition that names what Word has no place for (editions.docx_package writes it)."""

from __future__ import annotations

from typing import Any

from publisher.importers.office_facts import ArticleNote, EditionNote

SPACE = "urn:publisher:edition"
ROOT = f"{{{SPACE}}}edition"


def table_key(text: str) -> str:
    """What a table is known by: the beginning of its words."""
    return " ".join(text.split())[:120]


def read_note(root: Any) -> EditionNote:
    """Read the part's root element; what it does not know is passed over."""

    def one(name: str) -> str:
        return str(root.get(name) or "")

    articles = tuple(
        ArticleNote(
            str(node.get("id") or ""),
            str(node.get("file") or ""),
            tuple(str(word.text or "") for word in node.findall(f"{{{SPACE}}}keyword")),
        )
        for node in root.findall(f"{{{SPACE}}}article")
    )
    links: dict[str, tuple[str, ...]] = {}
    for node in root.findall(f"{{{SPACE}}}link"):
        links[str(node.get("target") or "")] = tuple(str(node.get("class") or "").split())
    return EditionNote(
        one("issue"),
        one("number"),
        one("date"),
        one("language"),
        articles,
        links,
        {
            str(n.get("tag") or ""): str(n.get("code") or "")
            for n in root.findall(f"{{{SPACE}}}language")
        },
        {
            str(n.get("key") or ""): str(n.get("align") or "")
            for n in root.findall(f"{{{SPACE}}}table")
        },
        {
            str(n.get("alt") or ""): str(n.get("file") or "")
            for n in root.findall(f"{{{SPACE}}}figure")
        },
    )
