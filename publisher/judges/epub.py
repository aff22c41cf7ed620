"""The toolkit's own rules for an EPUB: what EPUBCheck and Ace do not look at.

EPUBCheck passes an Arabic book that opens from the left and an image without alternative text
(measured with 5.3.0); these rules look at direction, language, alternatives, links, headings,
contrast, fonts, and whether the accessibility metadata says what the content is.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlsplit

from publisher.errors import InputError
from publisher.judges import Message, Severity, Verdict
from publisher.judges.contrast import check_css
from publisher.judges.epub_book import OPF, Book, take_apart
from publisher.judges.own import OwnRules
from publisher.language import direction_of

X = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
EPUB = "{http://www.idpf.org/2007/ops}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_SCHEMES = ("http", "https", "mailto", "tel")
_LOADING = {"src", "data", "poster", "srcset", "background"}
_HEADINGS = {f"{X}h{level}": level for level in range(1, 7)}


class EpubRules(OwnRules):
    """Direction, language, alternatives, links, headings, contrast, fonts, metadata, draft mark."""

    name = "epub-rules"
    suffixes: tuple[str, ...] = (".epub",)

    def rules(self, data: bytes, name: str) -> Verdict:
        """All rules on the bytes of one file."""
        return judge(data, name)


def judge(data: bytes, name: str) -> Verdict:
    """All rules on the bytes of one EPUB; a file that is no EPUB is one error."""
    try:
        book = take_apart(data, name)
    except InputError as error:
        where = f"{error.path}:{error.line}" if error.line else (error.path or "")
        return (Message("error", "unreadable", error.message, where),)
    rules = (
        _container(data),
        _direction(book),
        _languages(book),
        _alternatives(book),
        _links(book),
        _resources(book),
        _headings(book),
        _navigation(book),
        _accessibility(book),
        _styles(book),
        _fonts(book),
        _draft(book),
    )
    return tuple(message for rule in rules for message in rule)


def _error(code: str, text: str, where: str = "", severity: Severity = "error") -> Message:
    return Message(severity, code, text, where)


def _at(path: str, element: Any) -> str:
    return f"{path}:{element.sourceline}" if element.sourceline else path


def _container(data: bytes) -> Iterator[Message]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        first = archive.infolist()[0]
    if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED or first.extra:
        yield _error("mimetype", "the first member is not a stored, plain “mimetype”")


def _direction(book: Book) -> Iterator[Message]:
    """Page progression and ``dir`` follow the language (EPUB 3.3 §5.7.1)."""
    expected = direction_of(book.language) if book.language else "ltr"
    spine = book.package.find(f"{OPF}spine")
    progression = "" if spine is None else spine.get("page-progression-direction", "")
    if progression != expected and not (expected == "ltr" and progression in ("", "default")):
        yield _error(
            "direction",
            f"pages turn “{progression or 'default'}” in a {expected} language",
            "spine",
        )
    for path, root in book.pages.items():
        language = root.get(XML_LANG) or root.get("lang") or book.language
        wanted = direction_of(language) if language else expected
        actual = root.get("dir", "ltr")
        if actual != wanted:
            yield _error("direction", f"dir is “{actual}” in a {wanted} language", path)


def _languages(book: Book) -> Iterator[Message]:
    if not book.language:
        yield _error("language", "the package has no language")
    for path, root in book.pages.items():
        language = root.get("lang")
        if not language or root.get(XML_LANG) != language:
            yield _error("language", "html has no lang, or xml:lang differs from it", path)
        for element in root.iter():
            if isinstance(element.tag, str) and element.get("lang", "x") == "":
                yield _error("language", "an empty lang", _at(path, element))
        title = root.findtext(f".//{X}title") or ""
        if not title.strip():
            yield _error("title", "the file has no title", path)


def _alternatives(book: Book) -> Iterator[Message]:
    """Every image says what it shows, or says that it is decoration (WCAG 1.1.1)."""
    for path, root in book.pages.items():
        for image in root.iter(f"{X}img"):
            decoration = image.get("role") in ("presentation", "none")
            alt = image.get("alt")
            if alt is None:
                yield _error("alt", "an image has no alt", _at(path, image))
            elif not alt.strip() and not decoration:
                yield _error("alt", "an image has an empty alt", _at(path, image))
            elif _is_name(alt):
                yield _error("alt", f"the alt is a file name: “{alt}”", _at(path, image))
        for drawing in root.iter(f"{SVG}svg"):
            if any(a.tag == f"{SVG}svg" for a in drawing.iterancestors()):
                continue
            if drawing.get("aria-hidden") == "true":
                continue
            if not _svg_name(drawing):
                yield _error("alt", "an SVG drawing has no accessible name", _at(path, drawing))


def _is_name(alt: str) -> bool:
    text = alt.strip().lower()
    return " " not in text and text.endswith((".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"))


def _svg_name(drawing: Any) -> str:
    title = drawing.find(f"{SVG}title")
    named = drawing.get("aria-label") or ("".join(title.itertext()) if title is not None else "")
    return str(named).strip() or str(drawing.get("aria-labelledby") or "")


def _links(book: Book) -> Iterator[Message]:
    ids = {
        path: {e.get("id") for e in root.iter() if isinstance(e.tag, str) and e.get("id")}
        for path, root in book.pages.items()
    }
    for path, root in book.pages.items():
        for link in root.iter(f"{X}a"):
            href = link.get("href")
            if href is None:
                continue
            where = _at(path, link)
            parts = urlsplit(href)
            if parts.scheme:
                if parts.scheme.lower() not in _SCHEMES:
                    yield _error("link", f"a link has the scheme “{parts.scheme}”", where)
            else:
                target = (
                    posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
                    if parts.path
                    else path
                )
                if target not in book.files:
                    yield _error("link", f"the target of “{href}” is not in the book", where)
                elif parts.fragment and unquote(parts.fragment) not in ids.get(target, set()):
                    yield _error("link", f"“{href}” leads nowhere", where)
            if not _accessible_text(link):
                yield _error("link", f"the link to “{href}” has no text", where)


def _accessible_text(element: Any) -> str:
    text = "".join(element.itertext()) + " " + (element.get("aria-label") or "")
    for image in element.iter(f"{X}img"):
        text += image.get("alt") or ""
    for drawing in element.iter(f"{SVG}svg"):
        text += _svg_name(drawing)
    return text.strip()


def _resources(book: Book) -> Iterator[Message]:
    """Nothing runs and nothing is fetched."""
    for path, root in book.pages.items():
        for element in root.iter():
            if not isinstance(element.tag, str):
                continue
            local = element.tag.rsplit("}", 1)[-1].lower()
            if local in ("script", "iframe", "object", "embed", "form"):
                yield _error("active", f"a <{local}> element", _at(path, element))
            for key, value in element.attrib.items():
                name = key.rsplit("}", 1)[-1].lower()
                if name.startswith("on"):
                    yield _error("active", f"an event handler {name}", _at(path, element))
                loads = name in _LOADING or (name == "href" and local in ("link", "image", "use"))
                if loads and urlsplit(value).scheme not in ("", "data"):
                    yield _error("remote", f"a resource outside: {value[:80]}", _at(path, element))
    for path, data in book.files.items():
        if path.endswith((".css", ".svg")) and _remote(data):
            yield _error("remote", "a resource outside", path)


def _remote(data: bytes) -> bool:
    import re

    text = data.decode("utf-8", "replace")
    return bool(
        re.search(
            r"""(url\(\s*["']?|@import\s+["']|(?<![\w:])src\s*=\s*["'])(https?:)?//""", text, re.I
        )
    )


def _headings(book: Book) -> Iterator[Message]:
    """One first-level heading a file, and no level skipped (WCAG 1.3.1, 2.4.6)."""
    for path in book.spine:
        levels = [
            (_HEADINGS[e.tag], e)
            for e in book.pages[path].iter()
            if isinstance(e.tag, str) and e.tag in _HEADINGS and not e.get("hidden")
        ]
        last = 0
        firsts = [e for level, e in levels if level == 1]
        if len(firsts) > 1:
            yield _error("heading", "more than one first-level heading", _at(path, firsts[1]))
        for level, element in levels:
            if level > last + 1:
                yield _error(
                    "heading", f"a heading of level {level} after level {last}", _at(path, element)
                )
            if not _accessible_text(element):
                yield _error("heading", "an empty heading", _at(path, element))
            last = level


def _navigation(book: Book) -> Iterator[Message]:
    if not book.navigation:
        yield _error("navigation", "there is no navigation document")
        return
    listed: dict[str, set[str]] = {}
    for nav in book.pages[book.navigation].iter(f"{X}nav"):
        kind = nav.get(f"{EPUB}type") or ""
        listed[kind] = set()
        for link in nav.iter(f"{X}a"):
            path = urlsplit(link.get("href") or "").path
            target = posixpath.join(posixpath.dirname(book.navigation), unquote(path))
            listed[kind].add(posixpath.normpath(target))
    for kind in ("toc", "landmarks"):
        if kind not in listed:
            yield _error("navigation", f"there is no {kind} list", book.navigation)
    for path in book.spine:
        if f"{EPUB}type" in "".join(book.pages[path].attrib):
            continue
        kinds = {
            kind
            for e in book.pages[path].iter()
            if isinstance(e.tag, str)
            for kind in (e.get(f"{EPUB}type") or "").split()
        }
        if "chapter" in kinds and path not in listed.get("toc", set()):
            yield _error("navigation", "an article is not in the contents", path)


def _accessibility(book: Book) -> Iterator[Message]:
    """The metadata of EPUB Accessibility 1.1 is there and agrees with the content."""
    for name in (
        "accessMode",
        "accessibilityFeature",
        "accessibilityHazard",
        "accessibilitySummary",
    ):
        if not any(book.metas(f"schema:{name}")):
            yield _error("a11y-metadata", f"schema:{name} is missing")
    features = set(book.metas("schema:accessibilityFeature"))
    images = [i for root in book.pages.values() for i in root.iter(f"{X}img", f"{SVG}svg")]
    silent = any(m.code == "alt" for m in _alternatives(book))
    if "alternativeText" in features and (silent or not images):
        yield _error(
            "a11y-metadata", "“alternativeText” is claimed, but the content does not bear it"
        )
    if silent and book.metas("dcterms:conformsTo"):
        yield _error("a11y-metadata", "conformance is claimed, but images lack alternatives")
    if images and "visual" not in book.metas("schema:accessMode"):
        yield _error("a11y-metadata", "there are images, but no access mode “visual”")
    page_list = any(
        nav.get(f"{EPUB}type") == "page-list"
        for root in book.pages.values()
        for nav in root.iter(f"{X}nav")
    )
    if ("pageNavigation" in features) != page_list:
        yield _error("a11y-metadata", "“pageNavigation” and the page list do not agree")


def _styles(book: Book) -> Iterator[Message]:
    for path, data in book.files.items():
        if path.endswith(".css"):
            for line, text in check_css(data.decode("utf-8", "replace")):
                yield _error("contrast", text, f"{path}:{line}")


def _fonts(book: Book) -> Iterator[Message]:
    """Some embedded font has a glyph for every character of the text."""
    fonts = [
        data
        for path, data in book.files.items()
        if path.endswith((".woff2", ".woff", ".ttf", ".otf"))
    ]
    if not fonts:
        return
    from publisher.editions.subset import coverage

    covered: set[int] = set()
    for data in fonts:
        try:
            covered |= coverage(data, book.name)
        except InputError as error:
            yield _error("font", error.message)
            return
    for path, root in book.pages.items():
        body = root.find(f"{X}body")
        if body is None:
            continue
        text = {ord(c) for part in body.itertext() for c in part}
        for character in sorted(text - covered):
            if character > 0x20 and not _ignorable(character):
                yield _error(
                    "font",
                    f"no embedded font has U+{character:04X} “{chr(character)}”",
                    path,
                )


def _ignorable(character: int) -> bool:
    import unicodedata

    # Format and control characters are not drawn; variation selectors choose among glyphs.
    return (
        unicodedata.category(chr(character)) in ("Cc", "Cf", "Zs", "Zl", "Zp")
        or 0xFE00 <= character <= 0xFE0F
        or 0xE0100 <= character <= 0xE01EF
    )


def _draft(book: Book) -> Iterator[Message]:
    """A draft says so in its name, its metadata and on every page; a final edition nowhere.

    An embargo stands on every page or on none, in a draft and in a final edition.
    """
    named = "DRAFT" in book.name
    stated = "Draft" in book.metas("schema:creativeWorkStatus")
    if named != stated:
        yield _error("draft", "the file's name and its metadata disagree whether it is a draft")
    found = {
        path: [e for e in root.iter() if isinstance(e.tag, str) and _has_class(e, "draft-mark")]
        for path, root in book.pages.items()
    }
    embargo = any(_has_class(mark, "embargo") for marks in found.values() for mark in marks)
    for path, root in book.pages.items():
        marks = found[path]
        if stated and not marks:
            yield _error("draft", "the draft mark is missing", path)
        if embargo and not any(_has_class(mark, "embargo") for mark in marks):
            yield _error("embargo", "the mark of the embargo is missing", path)
        if not stated and any(not _has_class(mark, "embargo") for mark in marks):
            yield _error("draft", "a draft mark in an edition that is not a draft", path)
        if not stated and any(
            isinstance(e.tag, str) and _has_class(e, "unreviewed") for e in root.iter()
        ):
            yield _error("draft", "unreviewed text in a final edition", path)


def _has_class(element: Any, name: str) -> bool:
    return name in (element.get("class") or "").split()
