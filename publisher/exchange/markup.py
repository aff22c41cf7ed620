"""XML of exchange files: what may stand in it, how it is written, how it is read."""

from __future__ import annotations

import re
from typing import Any

from publisher import safe_xml
from publisher.errors import InputError

XML = "{http://www.w3.org/XML/1998/namespace}"
MAX_BYTES = 64 * 1024 * 1024
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without the characters that XML 1.0 (§2.2) cannot hold."""
    return _FORBIDDEN.sub("", text)


def dump(root: Any) -> bytes:
    """The file of a root element."""
    from lxml import etree

    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def parse_xml(data: bytes, name: str) -> Any:
    """The root of an XML file, read without entities or network; raises InputError."""
    from lxml import etree

    if len(data) > MAX_BYTES:
        raise InputError(f"the file is larger than {MAX_BYTES >> 20} MiB", path=name)
    parser = safe_xml.parser()
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(
            f"not well-formed XML: {error.msg}", path=name, line=error.lineno
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError("the file holds a DTD", path=name, line=1, hint="Remove it.")
    return root
