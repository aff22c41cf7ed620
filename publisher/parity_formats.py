"""Built editions read back: the shape of every article in a PDF, an EPUB, a DOCX or an HTML file."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from publisher.errors import InputError
from publisher.judges.tools import members, parse_xml
from publisher.parity_shape import Shape, numbers

Parts = tuple[str, ...]
"""The ids of the articles in order, the colophon last."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


def read(path: Path, data: bytes, parts: Parts, page_map: Mapping[str, int]) -> dict[str, Shape]:
    """The shapes of a built edition's articles by id; raises InputError where it cannot be read.

    ``page_map`` gives the first pages of a PDF's articles.
    """
    readers: dict[str, Callable[[], dict[str, Shape]]] = {
        ".pdf": lambda: _pdf(data, parts, page_map),
        ".epub": lambda: _epub(path, data, parts),
        ".docx": lambda: _docx(path, data, parts),
        ".html": lambda: _html(path, data, parts),
    }
    return readers[path.suffix]()


class _Found:
    """Counts of one article while it is read."""

    def __init__(self) -> None:
        self.headings: list[int] = []
        self.count: Counter[str] = Counter()
        self.words: list[str] = []

    def plain(self) -> tuple[int, int] | None:
        """The least and most items without a marker; None where they cannot be told."""
        if "plain" not in self.count:
            return None
        return self.count["plain"] - self.count["unsure"], self.count["plain"]

    def shape(self, text: str | None = None) -> Shape:
        words = " ".join(self.words) if text is None else text
        return Shape(
            tuple(self.headings),
            self.count["links"],
            self.count["notes"],
            self.count["figures"],
            self.count["tables"],
            self.count["items"],
            self.plain(),
            numbers(words),
        )


# PDF


def _pdf(data: bytes, parts: Parts, page_map: Mapping[str, int]) -> dict[str, Shape]:
    """From the structure tree: what a screen reader is told, not what the pages look like."""
    import pikepdf

    found: list[_PdfArticle] = []
    with pikepdf.open(BytesIO(data)) as pdf:
        document = pdf.Root.StructTreeRoot.K[0]
        total = len(pdf.pages)
        for top in _elements(document):
            begins = str(top.S) == "/Art" and any(kind == "/H1" for kind in _kinds(top))
            if begins:
                found.append(_PdfArticle())
            if found:
                found[-1].fragment(top, begins=begins)
    texts = _pdf_texts(data, parts, page_map, total)
    # An edition without a colophon of its own has one that the layout makes.
    if len(found) not in (len(parts), len(parts) + 1):
        raise InputError(f"the PDF has {len(found)} articles instead of {len(parts)}", path="pdf")
    made = {}
    for part, one in zip(parts, found, strict=False):
        shape = one.shape(texts.get(part, ""))
        counted = _with_joined(shape) if texts else None
        made[part] = replace(shape, numbers=counted)
    return made


def _with_joined(shape: Shape) -> Mapping[str, int]:
    """The numbers, and those that a raised figure (of a note, an exponent) stands beside."""
    found = Counter(shape.numbers)
    for number, count in (shape.numbers or {}).items():
        for cut in range(1, len(number)):
            found[number[:cut]] += count
            found[number[cut:]] += count
    return found


_PDF = {"/Note": "notes", "/Figure": "figures", "/Table": "tables"}


class _PdfArticle(_Found):
    """An article of a PDF, which comes in one fragment a page."""

    def __init__(self) -> None:
        super().__init__()
        self.link = ""
        self.count["plain"] = 0

    def fragment(self, top: Any, *, begins: bool) -> None:
        """Count what a fragment holds; one that does not begin the article may go on with an item."""
        going_on = set() if begins else set(_first_items(top))
        before = self.link
        self.element(top, going_on, "")
        if str(top.S) != "/Art":
            # Notes at the foot of a page come between the halves of a link over two pages.
            self.link = before

    def element(self, element: Any, going_on: set[Any], around: str) -> None:
        kind = str(element.S)
        if kind in _PDF:
            self.count[_PDF[kind]] += 1
        elif kind == "/L":
            self.list(element, going_on)
        elif kind == "/Link":
            # A link over two lines has an element on each, with nothing between them.
            target = _target(element)
            self.count["links"] += target != self.link
            self.link = target
            self.count["figures"] += sum(kind == "/Figure" for kind in _kinds(element))
            return
        elif len(kind) == 3 and kind[:2] == "/H" and kind[2] in "23456" and kind != around:
            self.headings.append(int(kind[2]))
        for child in _kids(element):
            if _is_element(child):
                self.element(child, going_on, kind)
            else:
                self.link = ""

    def list(self, element: Any, going_on: set[Any]) -> None:
        items = [item for item in _elements(element) if str(item.S) == "/LI"]
        labelled = [any(str(child.S) == "/Lbl" for child in _elements(item)) for item in items]
        if any(labelled):
            # An item that a page break cuts has its label in the first half only.
            self.count["items"] += sum(labelled)
        else:
            self.count["plain"] += len(items)
            self.count["unsure"] += sum(item.objgen in going_on for item in items)


def _first_items(element: Any) -> Iterator[Any]:
    """The items on the path of first children: what a page may begin in the midst of."""
    while True:
        children = list(_elements(element))
        if not children:
            return
        element = children[0]
        if str(element.S) == "/LI":
            yield element.objgen


def _target(link: Any) -> str:
    """Where a link leads, as a string to compare."""
    import pikepdf

    for child in _kids(link):
        if isinstance(child, pikepdf.Dictionary) and child.get("/Type") == "/OBJR":
            note = child.Obj
            action = note.get("/A")
            if action is not None:
                return str(action.get("/URI", action.get("/D", "")))
            return str(note.get("/Dest", ""))
    return f"{link.objgen}"


def _kinds(element: Any) -> Iterator[str]:
    yield str(element.S)
    for child in _elements(element):
        yield from _kinds(child)


def _kids(element: Any) -> list[Any]:
    import pikepdf

    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _is_element(child: Any) -> bool:
    import pikepdf

    return isinstance(child, pikepdf.Dictionary) and "/S" in child


def _elements(element: Any) -> Iterator[Any]:
    return (child for child in _kids(element) if _is_element(child))


def _pdf_texts(
    data: bytes, parts: Parts, page_map: Mapping[str, int], total: int
) -> dict[str, str]:
    """The text of each article's pages by poppler's pdftotext; empty where it is not installed."""
    tool = shutil.which("pdftotext")
    if tool is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edition.pdf"
        path.write_bytes(data)
        command = [tool, "-q", "-enc", "UTF-8", str(path), "-"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=120, check=True)
        except (OSError, subprocess.SubprocessError):
            return {}
    pages = done.stdout.decode("utf-8", errors="replace").split("\f")
    names = [part for part in parts if part in page_map]
    texts = {}
    for name, following in zip(names, [*names[1:], ""], strict=True):
        end = page_map[following] - 1 if following else total
        texts[name] = "\n".join(pages[page_map[name] - 1 : end])
    return texts


# EPUB and HTML


def _epub(path: Path, data: bytes, parts: Parts) -> dict[str, Shape]:
    files = members(data, str(path))
    made = {}
    for part in parts:
        name = next((n for n in files if n.endswith(f"/{part}.xhtml")), None)
        if name is None:
            raise InputError(f"there is no file for the article “{part}”", path=path)
        made[part] = _xhtml(parse_xml(files[name], name))
    return made


def _html(path: Path, data: bytes, parts: Parts) -> dict[str, Shape]:
    from lxml import html

    root: Any = html.document_fromstring(data.decode("utf-8"))
    made = {}
    for part in parts:
        element = root.get_element_by_id(part, None)
        if element is None:
            raise InputError(f"there is no article “{part}”", path=path)
        made[part] = _xhtml(element)
    return made


def _xhtml(root: Any) -> Shape:
    found = _Found()
    found.count["plain"] = 0

    def walk(element: Any) -> None:
        if not isinstance(element.tag, str):
            return
        tag, names = element.tag.removeprefix(XHTML), (element.get("class") or "").split()
        if tag in ("head", "script", "style"):
            return
        if "colophon-lines" in names:
            return
        if tag == f"{SVG}svg" or tag == "svg":
            # A drawing that is hidden decorates.
            found.count["figures"] += element.get("aria-hidden") != "true"
            return
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "23456":
            if not _is_notes(element):
                found.headings.append(int(tag[1]))
        elif tag == "a":
            role = element.get("role") or ""
            found.count["links"] += "href" in element.attrib and role not in _OWN_LINKS
            found.count["notes"] += role == "doc-noteref"
        elif tag == "img":
            found.count["figures"] += bool(element.get("alt"))
        elif tag == "table":
            found.count["tables"] += 1
        elif tag == "li":
            own = "keys" in (element.getparent().get("class") or "").split()
            found.count["plain" if own else "items"] += 1
        elif tag in ("dt", "dd"):
            found.count["plain"] += 1
        inline = tag in _INLINE and element.get("role") != "doc-noteref"
        found.words.append(element.text or "" if inline else f" {element.text or ''}")
        for child in element:
            walk(child)
            found.words.append(child.tail or "")
        if not inline:
            found.words.append(" ")

    walk(root)
    return found.shape("".join(found.words))


_OWN_LINKS = ("doc-noteref", "doc-backlink")
_INLINE = frozenset(
    {"a", "em", "strong", "span", "b", "i", "sub", "small", "u", "mark", "abbr", "kbd", "code"}
)


def _is_notes(heading: Any) -> bool:
    parent = heading.getparent()
    return parent is not None and "notes" in (parent.get("class") or "").split()


# DOCX


def _docx(path: Path, data: bytes, parts: Parts) -> dict[str, Shape]:
    files = members(data, str(path))
    body = parse_xml(files["word/document.xml"], "word/document.xml").find(f"{W}body")
    notes = _docx_notes(files)
    found: list[_Found] = []
    for block in body if body is not None else ():
        if _style(block) == "Heading1":
            found.append(_Found())
        if found and block.tag in (f"{W}p", f"{W}tbl"):
            _count_docx(found[-1], block, notes)
    if len(found) not in (len(parts), len(parts) + 1):
        raise InputError(f"the DOCX has {len(found)} articles instead of {len(parts)}", path=path)
    return {part: one.shape() for part, one in zip(parts, found, strict=False)}


def _docx_notes(files: Mapping[str, bytes]) -> dict[str, Any]:
    if "word/footnotes.xml" not in files:
        return {}
    root = parse_xml(files["word/footnotes.xml"], "word/footnotes.xml")
    return {note.get(f"{W}id"): note for note in root.iter(f"{W}footnote")}


def _count_docx(found: _Found, block: Any, notes: Mapping[str, Any]) -> None:
    for element in block.iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.removeprefix(W)
        if name == "p":
            _paragraph(found, element)
        elif name == "hyperlink":
            found.count["links"] += 1
        elif name == "tbl":
            found.count["tables"] += 1
        elif name == "drawing":
            found.count["figures"] += _is_figure(element)
        elif name == "footnoteReference":
            found.count["notes"] += 1
            note = notes.get(element.get(f"{W}id"))
            if note is not None:
                _count_docx(found, note, {})
        elif name == "r":
            if _raised(element):
                found.words.append("")
        elif name == f"{MATH}t":
            # An exponent and what follows it are no number.
            found.words += [element.text or "", ""]
        elif name == "t":
            found.words[-1] += element.text or ""
            if _raised(element.getparent()):
                found.words.append("")
        elif name in ("tab", "br"):
            found.words.append("")


def _paragraph(found: _Found, paragraph: Any) -> None:
    found.words.append("")
    style = _style(paragraph)
    if style.startswith("Heading") and style[7:] in ("2", "3", "4", "5", "6"):
        found.headings.append(int(style[7:]))
    elif (outline := paragraph.find(f"{W}pPr/{W}outlineLvl")) is not None:  # in a box
        found.headings.append(int(outline.get(f"{W}val", "0")) + 1)
    numbered = paragraph.find(f"{W}pPr/{W}numPr/{W}numId")
    listed = numbered is not None and numbered.get(f"{W}val") != "0"
    found.count["items"] += listed and not style.startswith("Heading")


def _raised(run: Any) -> bool:
    """Whether a run stands above or below the line, and so is no part of the number beside it."""
    return run.find(f"{W}rPr/{W}vertAlign") is not None or (
        (style := run.find(f"{W}rPr/{W}rStyle")) is not None
        and style.get(f"{W}val", "").lower() in ("superscript", "subscript")
    )


def _style(block: Any) -> str:
    style = block.find(f"{W}pPr/{W}pStyle")
    return "" if style is None else style.get(f"{W}val", "")


def _is_figure(drawing: Any) -> bool:
    """Whether a drawing says something; Word marks decoration by an empty description."""
    properties: Sequence[Any] = drawing.xpath(".//*[local-name()='docPr']")
    return any(item.get("descr") for item in properties)
