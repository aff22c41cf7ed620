"""The toolkit's own rules for a PDF: what a validator does not ask for and a reader needs.

PDF/UA and PDF/A say nothing on the direction of pages, page labels, bookmarks or links that lead
nowhere, and both pass a document that opens from the wrong side (design §5).
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from publisher.judges import Message, Severity, Verdict
from publisher.judges.own import OwnRules
from publisher.language import direction_of

_SCHEMES = ("http", "https", "mailto", "tel")
_ACTIVE = ("/JavaScript", "/JS", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE")


class PdfRules(OwnRules):
    """Language, direction, title, tags, bookmarks, page labels, links, fonts, nothing active."""

    name = "pdf-rules"
    suffixes: tuple[str, ...] = (".pdf",)

    def rules(self, data: bytes, name: str) -> Verdict:  # noqa: ARG002
        """All rules on the bytes of one file."""
        return judge(data)


def judge(data: bytes) -> Verdict:
    """All rules on the bytes of one PDF; a file that is no PDF is one error."""
    import pikepdf

    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            return tuple(_rules(pdf))
    except (pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        return (Message("error", "unreadable", f"the file cannot be read: {error}"),)


def _error(code: str, text: str, where: str = "", severity: Severity = "error") -> Message:
    return Message(severity, code, text, where)


def _rules(pdf: Any) -> Iterator[Message]:
    root = pdf.Root
    language = str(root.get("/Lang", "")).strip()
    if not language:
        yield _error("language", "the document has no language")
    view = root.get("/ViewerPreferences", {})
    direction = str(view.get("/Direction", "/L2R"))
    wanted = "/R2L" if language and direction_of(language) == "rtl" else "/L2R"
    if direction != wanted:
        yield _error("direction", f"the direction is {direction[1:]}, not {wanted[1:]}")
    if not bool(view.get("/DisplayDocTitle", False)):
        yield _error("title", "a viewer would show the file's name, not the title")
    with pdf.open_metadata() as xmp:
        if not str(xmp.get("dc:title", "")).strip():
            yield _error("title", "the metadata have no title")
    if not bool(root.get("/MarkInfo", {}).get("/Marked", False)) or "/StructTreeRoot" not in root:
        yield _error("tags", "the document is not tagged")
    pages = len(pdf.pages)
    if pages > 1 and "/Outlines" not in root:
        yield _error("bookmarks", "there are no bookmarks")
    if pages > 1 and "/PageLabels" not in root:
        yield _error("page-labels", "there are no page labels", severity="warning")
    yield from _active(pdf)
    for number, page in enumerate(pdf.pages, 1):
        yield from _page(page, f"page {number}", pages)


def _active(pdf: Any) -> Iterator[Message]:
    names = pdf.Root.get("/Names", {})
    if "/JavaScript" in names:
        yield _error("active", "the document holds scripts")
    for key in ("/OpenAction", "/AA"):
        action = pdf.Root.get(key)
        kind = str(action.get("/S", "")) if hasattr(action, "get") else ""
        if kind in _ACTIVE:
            yield _error("active", f"the document has a {kind[1:]} action")


def _page(page: Any, where: str, pages: int) -> Iterator[Message]:
    if "/Annots" not in page and pages and page.get("/Tabs", "/S") != "/S":
        yield _error("tab-order", "the tab order does not follow the structure", where)
    for annotation in page.get("/Annots", []):
        action = annotation.get("/A")
        if action is None:
            continue
        kind = str(action.get("/S", ""))
        if kind in _ACTIVE:
            yield _error("active", f"a {kind[1:]} action", where)
        elif kind == "/URI":
            uri = str(action.get("/URI", ""))
            if urlsplit(uri).scheme.lower() not in _SCHEMES:
                yield _error("link", f"a link to “{uri[:80]}”", where)
    fonts = page.get("/Resources", {}).get("/Font", {})
    for name, font in fonts.items():
        if not _embedded(font):
            yield _error("font", f"the font {font.get('/BaseFont', name)} is not embedded", where)


def _embedded(font: Any) -> bool:
    for inner in font.get("/DescendantFonts", [font]):
        if str(inner.get("/Subtype", "")) == "/Type3":
            continue
        descriptor = inner.get("/FontDescriptor")
        if descriptor is None:
            return False
        if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            return False
    return True
