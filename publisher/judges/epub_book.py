"""An EPUB taken apart for the toolkit's own rules."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from publisher.errors import InputError
from publisher.judges.tools import members, parse_xml

OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"


@dataclass(frozen=True, slots=True)
class Book:
    """An EPUB taken apart: members by path, the package document, and the XHTML files parsed."""

    name: str
    files: dict[str, bytes]
    folder: str
    package: Any
    pages: dict[str, Any]
    spine: tuple[str, ...]
    navigation: str

    @property
    def language(self) -> str:
        """The language of the package, empty when there is none."""
        return str(self.package.findtext(f".//{DC}language") or "").strip()

    def metas(self, name: str) -> list[str]:
        """The values of a ``meta`` property."""
        return [
            (meta.text or "").strip()
            for meta in self.package.iter(f"{OPF}meta")
            if meta.get("property") == name
        ]


def take_apart(data: bytes, name: str) -> Book:
    """Read an EPUB (its bytes; the name is for messages); raises InputError for what is none."""
    files = members(data, name)
    if "META-INF/container.xml" not in files:
        raise InputError("there is no META-INF/container.xml", path=name)
    container = parse_xml(files["META-INF/container.xml"], "META-INF/container.xml")
    path = next(
        (e.get("full-path", "") for e in container.iter("{*}rootfile") if e.get("full-path")), ""
    )
    if path not in files:
        raise InputError("the package document is missing", path=path or name)
    package = parse_xml(files[path], path)
    folder = posixpath.dirname(path)
    hrefs: dict[str, str] = {}
    pages: dict[str, Any] = {}
    navigation = ""
    for item in package.iter(f"{OPF}item"):
        target = posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        hrefs[item.get("id", "")] = target
        if target not in files:
            raise InputError("a file of the manifest is missing", path=target)
        if item.get("media-type") == "application/xhtml+xml":
            pages[target] = parse_xml(files[target], target)
            if "nav" in (item.get("properties") or "").split():
                navigation = target
    spine = tuple(
        hrefs[ref.get("idref", "")]
        for ref in package.iter(f"{OPF}itemref")
        if ref.get("idref", "") in hrefs
    )
    return Book(name, files, folder, package, pages, spine, navigation)
