"""XHTML content documents: rendered trees made fit for EPUB 3.3.

The renderer's trees come from pandoc and have no namespace. Here they get one, pass an allow-list of
elements and attributes, find their targets in other files and their images in the container. What
may not be in a content document is unwrapped or dropped, never an error of the reader's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from publisher import safe_xml
from publisher.editions import pictures
from publisher.editions.blocks import ATTRIBUTE

XHTML = "http://www.w3.org/1999/xhtml"
MATHML = "http://www.w3.org/1998/Math/MathML"
SVG = "http://www.w3.org/2000/svg"
EPUB = "http://www.idpf.org/2007/ops"
_NSMAP: Any = {None: XHTML, "epub": EPUB}
_MATH_NSMAP: Any = {None: MATHML}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_ELEMENTS = _set(
    """a abbr article aside b bdi bdo blockquote br caption cite code col colgroup dd del dfn div dl
    dt em figcaption figure h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark nav ol p pre q rp rt
    ruby s samp section small span strong sub sup table tbody td tfoot th thead time tr u ul var
    wbr"""
)
_DROPPED = _set(
    """script style template iframe object embed applet form input button select textarea audio
    video source track canvas link meta base title noscript"""
)
"""Elements that go with all they hold; any other unknown element leaves its content."""

_GLOBAL = frozenset({"id", "class", "lang", "dir", "title", "role", "hidden", "tabindex"})
_OWN: Mapping[str, frozenset[str]] = {
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "ol": frozenset({"start", "type", "reversed"}),
    "li": frozenset({"value"}),
    "td": frozenset({"colspan", "rowspan", "headers"}),
    "th": frozenset({"colspan", "rowspan", "headers", "scope", "abbr"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "time": frozenset({"datetime"}),
}
_ARIA = frozenset(
    {"aria-label", "aria-labelledby", "aria-describedby", "aria-details", "aria-hidden"}
)
_DATA = frozenset({"data-state", ATTRIBUTE})
_MATH = _set(
    """math semantics annotation mrow mi mn mo ms mtext mspace msub msup msubsup munder mover
    munderover mfrac msqrt mroot mtable mtr mtd mlabeledtr mpadded mphantom menclose mstyle mfenced
    mmultiscripts mprescripts none merror"""
)
_SCHEME = re.compile(r"(?i)(https?|mailto|tel):")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
_NUMBER = re.compile(r"\d{1,5}")


def name_of(identifier: str) -> str:
    """An identifier as an XML name, the same for the same identifier.

    HTML takes anything without white space; XML, and so EPUB, takes a name (XML 1.0 §2.3).
    """
    if _NAME.fullmatch(identifier):
        return identifier
    safe = "".join(
        c if c.isascii() and (c.isalnum() or c in "._-") else f"_{ord(c):x}_" for c in identifier
    )
    return safe if _NAME.fullmatch(safe) else f"id-{safe}"


@dataclass
class Place:
    """Where a tree will stand, and what the converter needs to know of the rest of the book.

    ``file`` is its href from the package document; ``files`` maps every identifier to the file
    that holds it; ``image`` turns an ``img`` (source path, alternative text, None for a
    decorative one) into an XHTML element for this file, or None to leave it out. ``used`` collects
    what was met: names of elements.
    """

    file: str
    files: Mapping[str, str]
    image: Callable[[str, str | None], Any | None]
    used: set[str] = field(default_factory=set)


def relative(target: str, origin: str) -> str:
    """The relative URL of one file of the package in another."""
    import posixpath

    path = posixpath.relpath(target, posixpath.dirname(origin) or ".")
    return quote(path)


def convert(element: Any, place: Place, *, tag: str | None = None) -> Any:
    """A new XHTML tree for one of the renderer's elements; ``tag`` gives the root another name.

    The element itself stays as it is.
    """
    from lxml import etree

    local = etree.QName(element).localname if tag is None else tag
    made = etree.Element(f"{{{XHTML}}}{local}", nsmap=_NSMAP)
    _attributes(element, made, local, place)
    place.used.add(local)
    _children(element, made, place)
    return made


def _children(element: Any, parent: Any, place: Place) -> None:
    _text(parent, element.text)
    for child in element:
        if isinstance(child.tag, str):
            _child(child, parent, place)
        _text(parent, child.tail)


def _child(child: Any, parent: Any, place: Place) -> None:
    from lxml import etree

    name = etree.QName(child)
    local = name.localname
    if name.namespace == MATHML or local == "math":
        parent.append(_math(child, place))
    elif local == "img":
        decorative = "decorative" in (child.get("class") or "").split()
        alternative = None if decorative else child.get("alt") or ""
        image = place.image(child.get("src") or "", alternative)
        if image is not None:
            if image.tag == f"{{{XHTML}}}img":
                _attributes(child, image, "img", place)
            elif pictures.IN_LINE in (child.get("class") or "").split():
                image.set("class", f"{image.get('class', '')} {pictures.IN_LINE}".strip())
            if pictures.STYLE.fullmatch(child.get("style") or ""):
                image.set("style", child.get("style"))
            parent.append(image)
            place.used.add("img")
    elif local in _DROPPED or name.namespace not in (None, XHTML):
        return
    elif local in _ELEMENTS:
        if local == "a" and not _may_link(child, place):
            # Its text and its identifier stay.
            local = "span"
        made = etree.SubElement(parent, f"{{{XHTML}}}{local}")
        _attributes(child, made, local, place)
        if local == "pre" and "dir" not in made.attrib:
            made.set("dir", "ltr")
        place.used.add(local)
        _children(child, made, place)
    else:
        _children(child, parent, place)


def _text(parent: Any, text: str | None) -> None:
    """Add text at the end of a new tree, without what XML 1.0 cannot hold."""
    if not text:
        return
    text = "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 0x20 and c not in "\ufffe\uffff"))
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _may_link(element: Any, place: Place) -> bool:
    href = element.get("href") or ""
    # A second link inside a link is not HTML; the outer one stays.
    if any(outer.get("href") for outer in _outer(element)):
        return False
    if href.startswith("#"):
        return href[1:] in place.files
    return bool(_SCHEME.match(href))


def _outer(element: Any) -> list[Any]:
    return [e for e in element.iterancestors() if isinstance(e.tag, str) and _local(e) == "a"]


def _local(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _attributes(element: Any, made: Any, local: str, place: Place) -> None:
    own = _OWN.get(local, frozenset())
    for key, value in element.attrib.items():
        if key in made.attrib or key.startswith("{"):
            continue
        if key not in _GLOBAL and key not in own and key not in _ARIA and key not in _DATA:
            continue
        if key in ("src", "alt"):
            continue
        if key == "id":
            value = name_of(value)
        elif key == "headers":
            value = " ".join(name_of(part) for part in value.split())
        elif key == "hidden":
            value = ""
        elif key == "tabindex" and value != "0":
            continue
        elif key in ("colspan", "rowspan", "span", "start", "value", "width", "height"):
            plain = value.lstrip("-") if key in ("start", "value") else value
            if not _NUMBER.fullmatch(plain):
                continue
            # A span of 0 means "to the end" in HTML 5 and is an error in EPUB's schema.
            if key in ("colspan", "rowspan", "span") and int(value) < 2:
                continue
        elif key == "href":
            value = _href(value, place)
        made.set(key, value)
        if key == "lang":
            made.set(XML_LANG, value)


def _href(value: str, place: Place) -> str:
    if not value.startswith("#"):
        return quote(value, safe="%/:=&?~#+!$,;'@()*[]")
    target = place.files[value[1:]]
    fragment = quote(name_of(value[1:]))
    return f"#{fragment}" if target == place.file else f"{relative(target, place.file)}#{fragment}"


def _math(element: Any, place: Place) -> Any:
    from lxml import etree

    place.used.add("math")
    local = _local(element)
    made: Any = etree.Element(f"{{{MATHML}}}{local}", nsmap=_MATH_NSMAP)
    for key, value in element.attrib.items():
        if not key.startswith(("{", "on")) and key not in ("href", "src", "style", "id"):
            made.set(key, value)
    _text(made, element.text)
    for child in element:
        if isinstance(child.tag, str) and _local(child) in _MATH:
            made.append(_math(child, place))
        elif isinstance(child.tag, str):
            _text(made, "".join(child.itertext()))
        _text(made, child.tail)
    if local == "math":
        source = next(
            (a.text for a in made.iter(f"{{{MATHML}}}annotation") if (a.text or "").strip()), None
        )
        # EPUB 3.3 §6.1.4: presentation MathML only; the source is the spoken fall-back.
        for annotation in list(made.iter(f"{{{MATHML}}}annotation")):
            annotation.getparent().remove(annotation)
        for semantics in list(made.iter(f"{{{MATHML}}}semantics")):
            outer = semantics.getparent()
            index = outer.index(semantics)
            for child in reversed(list(semantics)):
                outer.insert(index, child)
            outer.remove(semantics)
        if source:
            made.set("alttext", " ".join(source.split()))
    return made


def document(
    body: Any, *, title: str, language: str, direction: str, styles: str, kind: str = ""
) -> bytes:
    """A whole content document; ``styles`` is the href of the style sheet in it.

    ``body`` is an XHTML ``body`` element. Written as XML with the HTML doctype and no white space
    of our own inside text.
    """
    from lxml import etree

    root = etree.Element(f"{{{XHTML}}}html", nsmap=_NSMAP)
    root.set("lang", language)
    root.set(XML_LANG, language)
    root.set("dir", direction)
    head = etree.SubElement(root, f"{{{XHTML}}}head")
    etree.SubElement(head, f"{{{XHTML}}}title").text = title
    etree.SubElement(
        head,
        f"{{{XHTML}}}meta",
        {"name": "viewport", "content": "width=device-width, initial-scale=1"},
    )
    etree.SubElement(
        head, f"{{{XHTML}}}link", {"rel": "stylesheet", "type": "text/css", "href": styles}
    )
    if kind:
        body.set(f"{{{EPUB}}}type", kind)
    root.append(body)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["epub"])
    data: bytes = etree.tostring(
        root, encoding="utf-8", xml_declaration=False, doctype="<!DOCTYPE html>"
    )
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + data + b"\n"


def element(tag: str, attributes: Mapping[str, str] | None = None, *content: Any) -> Any:
    """A new XHTML element with text and elements in it; ``type`` stands for ``epub:type``.

    A None in the content is left out.
    """
    from lxml import etree

    made = etree.Element(f"{{{XHTML}}}{tag}", nsmap=_NSMAP)
    for key, value in (attributes or {}).items():
        if value:
            made.set(f"{{{EPUB}}}type" if key == "type" else key, value)
            if key == "lang":
                made.set(XML_LANG, value)
    for part in content:
        if isinstance(part, str):
            _text(made, part)
        elif part is not None:
            made.append(part)
    return made


def fragment(markup: str) -> Any:
    """Inner markup of the renderer as a ``span`` to convert."""
    from lxml import etree

    parser = safe_xml.parser()
    return etree.fromstring(f"<span>{markup}</span>".encode(), parser)
