"""What an editor does to a DOCX edition in Word, done to its XML."""

from __future__ import annotations

import io
import random
import re
import zipfile
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass
class Edits:
    """What was done: words changed, paragraphs moved, notes added and deleted."""

    words: list[tuple[str, str]] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    new_note: str = ""
    old_note: str = ""
    paragraphs: list[str] = field(default_factory=list)


def parts_of(data: bytes) -> dict[str, bytes]:
    """The members of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package(parts: dict[str, bytes]) -> bytes:
    """A package of members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def style_of(paragraph: Any) -> str:
    """The id of a paragraph's style."""
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if found is None else str(found.get(f"{W}val"))


def words_of(paragraph: Any) -> str:
    """A paragraph's text."""
    return "".join(node.text or "" for node in paragraph.iter(f"{W}t"))


def corrected(data: bytes, *, words: int = 30, seed: int = 7) -> tuple[bytes, Edits]:
    """Change single words in paragraphs far apart, move two paragraphs, add and delete a note."""
    parts = parts_of(data)
    body: Any = etree.fromstring(parts["word/document.xml"])
    notes: Any = etree.fromstring(parts["word/footnotes.xml"])
    rng = random.Random(seed)
    edits = Edits()
    running = [
        p for p in body.iter(f"{W}p") if style_of(p) in {"BodyText", "FirstParagraph", "ListBullet"}
    ]
    plain = [
        p for p in running if p.getparent().tag == f"{W}body" and len(words_of(p).split()) > 25
    ]
    noted = [p for p in plain if p.find(f".//{W}footnoteReference") is not None]
    movable = [p for p in plain if p not in noted and p.find(f"{W}pPr/{W}sectPr") is None]
    moved: list[Any] = []
    for paragraph in movable[::5]:
        before = [
            p for p in paragraph.itersiblings(preceding=True) if p in plain and p not in moved
        ]
        if len(moved) < 2 and len(before) > 1 and before[1] not in noted:
            edits.moved.append(words_of(paragraph))
            paragraph.getparent().remove(paragraph)
            before[1].addprevious(paragraph)
            moved.append(paragraph)
    gone = noted[0].find(f".//{W}footnoteReference")
    identifier = gone.get(f"{W}id")
    note = next(n for n in notes if n.get(f"{W}id") == identifier)
    edits.old_note = words_of(note).strip()
    edits.paragraphs.append(words_of(noted[0]))
    gone.getparent().getparent().remove(gone.getparent())
    notes.remove(note)
    host = next(
        p for p in plain if p not in noted and p not in moved and p.find(f".//{W}hyperlink") is None
    )
    edits.new_note = "The figure was published on the ministry’s page and has since been revised."
    new = etree.SubElement(notes, f"{W}footnote")
    new.set(f"{W}id", "99")
    inner = etree.SubElement(new, f"{W}p")
    pr = etree.SubElement(inner, f"{W}pPr")
    etree.SubElement(pr, f"{W}pStyle").set(f"{W}val", "FootnoteText")
    mark = etree.SubElement(inner, f"{W}r")
    etree.SubElement(mark, f"{W}footnoteRef")
    _run(inner, f" {edits.new_note}")
    reference = etree.SubElement(host, f"{W}r")
    style = etree.SubElement(etree.SubElement(reference, f"{W}rPr"), f"{W}rStyle")
    style.set(f"{W}val", "FootnoteReference")
    etree.SubElement(reference, f"{W}footnoteReference").set(f"{W}id", "99")
    edits.paragraphs.append(words_of(host))
    pool = [p for p in plain if p not in moved and p is not noted[0] and p is not host]
    places = []
    for paragraph in pool:
        for text in paragraph.iter(f"{W}t"):
            for found in re.finditer(r"\b[a-z]{5,}\b", text.text or ""):
                places.append((paragraph, text, found.group()))
    rng.shuffle(places)
    used: set[tuple[int, str]] = set()
    for paragraph, text, word in places:
        if len(edits.words) == words:
            break
        around = words_of(paragraph)
        if (id(text), word) in used or len(re.findall(rf"\b{word}\b", around)) != 1:
            continue
        if any(
            f"zeta{n}" in around.split(word)[0][-14:] or f"zeta{n}" in around.split(word)[1][:14]
            for n in range(words)
        ):
            continue
        fresh = f"zeta{len(edits.words)}"
        text.text = re.sub(rf"\b{word}\b", fresh, text.text)
        used.add((id(text), word))
        edits.words.append((word, fresh))
        edits.paragraphs.append(words_of(paragraph))
    assert len(edits.words) == words
    parts["word/document.xml"] = etree.tostring(body)
    parts["word/footnotes.xml"] = etree.tostring(notes)
    return package(parts), edits


def _run(parent: Any, text: str) -> None:
    node = etree.SubElement(etree.SubElement(parent, f"{W}r"), f"{W}t")
    node.set(SPACE, "preserve")
    node.text = text
