"""Office packages (DOCX, ODT) read member by member within limits, and what a file really is.

Nothing in a package is trusted: sizes are counted while unpacking (a ZIP's own figures may lie), XML is
parsed without entities, DTDs or the network, and names from inside never become paths.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import Any

from publisher import safe_xml
from publisher.errors import InputError

MAX_FILE = 512 * 1024 * 1024
"""The largest manuscript that is opened at all, in bytes."""
MAX_PART = 96 * 1024 * 1024
"""The largest XML part, unpacked. A thousand pages of Word take about 10 MiB."""
MAX_PARTS = 192 * 1024 * 1024
"""All XML parts of one package together, unpacked."""
MAX_MEMBERS = 20_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError,
    struct.error, KeyError, RuntimeError,
)  # fmt: skip

KINDS = {
    "docx": "a Word document",
    "odt": "an OpenDocument text",
    "html": "a web page",
    "pdf": "a PDF file",
    "doc": "an old Word document",
    "rtf": "a rich text file",
    "text": "plain text",
}


def sniff(data: bytes, name: str) -> str:
    """What a file is by its bytes: a key of KINDS, or ``""``; raises InputError for what is encrypted.

    The ending is not believed: people rename files.
    """
    if data.startswith(_OLE):
        if _utf16("EncryptedPackage") in data or _utf16("EncryptionInfo") in data:
            raise _protected(name)
        return "doc" if _utf16("WordDocument") in data else ""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data, name)
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    text = data[:4096].replace(b"\0", b"").lower()
    if re.search(rb"<(?:!doctype\s+html|html|head|body)\b", text):
        return "html"
    return "" if b"\0" in head else "text"


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def _protected(name: str) -> InputError:
    return InputError(
        "the file is protected with a password",
        path=name,
        hint="Open it in its program, take the password away and save it again.",
    )


def _zip_kind(data: bytes, name: str) -> str:
    package = Package(data, name)
    if "mimetype" in package.names:
        kind = package.member("mimetype", 200).decode("latin-1")
        if "opendocument.text" in kind:
            manifest = package.part("META-INF/manifest.xml") or b""
            if b"encryption-data" in manifest:
                raise _protected(name)
            return "odt"
        return ""
    if "[Content_Types].xml" in package.names and any(n.startswith("word/") for n in package.names):
        return "docx"
    return ""


class Package:
    """A ZIP file that is read within limits. Raises InputError for one that is damaged."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self.unpacked = 0
        if len(data) > MAX_FILE:
            raise InputError(
                f"the file is larger than {MAX_FILE >> 20} MiB",
                path=name,
                hint="Compress its pictures (in Word: Picture Format, Compress Pictures).",
            )
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
            members = self.archive.infolist()
        except _DAMAGED as error:
            raise self._damaged() from error
        if len(members) > MAX_MEMBERS:
            raise InputError(f"the file holds more than {MAX_MEMBERS} parts", path=name)
        if any(member.flag_bits & 1 for member in members):
            raise _protected(name)
        # The last of several members of one name is the one that counts.
        self.members = {member.filename: member for member in members}

    def _damaged(self) -> InputError:
        return InputError(
            "the file is damaged or was cut off", path=self.name,
            hint="Ask for it again, or open it in its program and save it anew.",
        )  # fmt: skip

    @property
    def names(self) -> frozenset[str]:
        """The names of all members."""
        return frozenset(self.members)

    def size(self, name: str) -> int:
        """The size that the ZIP gives for a member; not to be believed."""
        return self.members[name].file_size if name in self.members else 0

    def member(self, name: str, limit: int) -> bytes:
        """One member of at most ``limit`` bytes; raises InputError when it is missing or larger."""
        member = self.members.get(name)
        if member is None:
            raise InputError(f"the file has no part “{name}”", path=self.name)
        pieces: list[bytes] = []
        size = 0
        try:
            with self.archive.open(member) as stream:
                while piece := stream.read(1 << 20):
                    size += len(piece)
                    if size > limit:
                        raise InputError(
                            f"the part “{name}” unpacks to more than {limit >> 20} MiB",
                            path=self.name,
                            hint="This is no ordinary document; do not open it elsewhere either.",
                        )
                    pieces.append(piece)
        except InputError:
            raise
        except _DAMAGED as error:
            raise self._damaged() from error
        return b"".join(pieces)

    def part(self, name: str) -> bytes | None:
        """An XML part within the limits for one and for all; None where there is none."""
        if name not in self.members:
            return None
        data = self.member(name, MAX_PART)
        self.unpacked += len(data)
        if self.unpacked > MAX_PARTS:
            raise InputError(f"the text unpacks to more than {MAX_PARTS >> 20} MiB", path=self.name)
        return data

    def xml(self, name: str) -> Any:
        """The root element of an XML part, None where there is none."""
        data = self.part(name)
        return None if data is None else parse_xml(data, self.name, name)


# ISO/IEC 29500 Strict names; Word writes them where "Strict Open XML Document" is chosen.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main",
     b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships",
     b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math",
     b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)  # fmt: skip


def parse_xml(data: bytes, name: str, part: str) -> Any:
    """The root element of XML from outside: no DTD, no entities, no network, no huge trees."""
    from lxml import etree

    start = data[:2048].replace(b"\0", b"")
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise InputError(
            f"the part “{part}” declares a DTD, which no office program writes", path=name
        )
    if b"purl.oclc.org/ooxml" in data[:20_000]:
        for strict, transitional in _STRICT:
            data = data.replace(strict, transitional)
    parser = safe_xml.parser(remove_comments=True, remove_pis=True)  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(
            f"the part “{part}” is damaged: {getattr(error, 'msg', error)}",
            path=name,
            hint="Open the file in its program and save it anew.",
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError(
            f"the part “{part}” declares a DTD, which no office program writes", path=name
        )
    return root
