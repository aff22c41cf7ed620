"""From the bytes of a text file to text, whatever program wrote it."""

from __future__ import annotations

import codecs
import re

from publisher.errors import InputError
from publisher.importers.manuscript import Repair

LIMIT = 64 * 1024 * 1024
"""The largest text file that is read, in bytes: some 30,000 pages."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_KINDS = (
    (b"%PDF", "a PDF file", "Export its text first, or import the original document."),
    (b"PK\x03\x04", "a ZIP archive or an office document", "Give it its own ending (.docx, .odt)."),
    (b"\xd0\xcf\x11\xe0", "an old Word document", "Save it as text (UTF-8) or as .docx."),
    (b"{\\rtf", "an RTF document", "Save it as text (UTF-8) or as .docx."),
    (b"\x89PNG", "a picture", "Recognise its text first."),
    (b"\xff\xd8\xff", "a picture", "Recognise its text first."),
)
_MULTIBYTE = re.compile(
    rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
# The letters of Turkish and Azerbaijani that Windows-1254 puts where Windows-1252 has Icelandic ones.
_ICELANDIC = re.compile("[ÐðÝýÞþ]")


def decode(data: bytes, name: str, encoding: str | None = None) -> tuple[str, list[Repair]]:
    """Decode a manuscript.

    A byte order mark decides; then UTF-8, UTF-16 (by its zero bytes), Windows-1252, -1251 (mostly
    letters above ASCII) or -1254 (the letters ğ, ı, ş). Anything but UTF-8 is recorded as a repair.
    Raises InputError for a binary or empty file, a file over LIMIT, and for a file that is UTF-8 but
    for a few bytes (with the line of the first).
    """
    if len(data) > LIMIT:
        raise InputError(
            f"the file is larger than {LIMIT // 1024 // 1024} MB",
            path=name,
            hint="Split it, one issue a file.",
        )
    for start, kind, hint in _KINDS:
        if data.startswith(start):
            raise InputError(f"the file is {kind}, not text", path=name, hint=hint)
    if encoding:
        return _named(data, name, encoding)
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], name, codec)
    wide = _wide(data)
    if wide:
        return _marked(data, name, wide)
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise InputError(
            "the file is binary, not text (it holds a zero byte)",
            path=name,
            line=line,
            hint="Save it as plain text in UTF-8.",
        )
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        return _single_byte(data, name, error)


def _named(data: bytes, name: str, encoding: str) -> tuple[str, list[Repair]]:
    try:
        text = data.decode(codecs.lookup(encoding).name)
    except (LookupError, ValueError, AttributeError) as error:
        line = None
        if isinstance(error, UnicodeDecodeError):
            line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"the file cannot be read as {encoding}",
            path=name,
            line=line,
            hint="Give another --encoding, or none.",
        ) from error
    return text.removeprefix("\ufeff"), [Repair(1, "encoding", encoding, "UTF-8")]


def _marked(data: bytes, name: str, codec: str) -> tuple[str, list[Repair]]:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(codec, "replace").count("\n") + 1
        raise InputError(
            f"the file is not valid {codec.upper()}",
            path=name,
            line=line,
            hint="Save it as UTF-8.",
        ) from error
    return text, [] if codec == "utf-8" else [Repair(1, "encoding", codec.upper(), "UTF-8")]


def _wide(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: line ends and spaces have their zero byte on one side."""
    sample = data[:4096]
    if len(sample) < 4 or len(data) % 2:
        return None
    spaces = {ord(" "), ord("\n"), ord("\r")}
    little = sum(sample[i] in spaces and sample[i + 1] == 0 for i in range(0, len(sample) - 1, 2))
    big = sum(sample[i] == 0 and sample[i + 1] in spaces for i in range(0, len(sample) - 1, 2))
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if little and little > big and odd > even:
        return "utf-16-le"
    if big and big > little and even > odd:
        return "utf-16-be"
    return None


def _single_byte(data: bytes, name: str, error: UnicodeDecodeError) -> tuple[str, list[Repair]]:
    line = data.count(b"\n", 0, error.start) + 1
    high = sum(byte >= 0x80 for byte in data)
    paired = sum(len(found) for found in _MULTIBYTE.findall(data))
    controls = sum(byte < 32 and byte not in b"\t\n\f\r\x0b\x1a" for byte in data)
    if controls * 50 > len(data):
        raise InputError(
            "the file is binary, not text",
            path=name,
            line=line,
            hint="Save it as plain text in UTF-8.",
        ) from error
    if paired >= 6 and paired * 2 > high:
        raise InputError(
            f"the file is not UTF-8 (byte 0x{data[error.start]:02x})",
            path=name,
            line=line,
            hint="Correct this line, or name the file's encoding with --encoding.",
        ) from error
    letters = sum(chr(byte).isalpha() for byte in data if byte < 0x80)
    above = sum(byte >= 0xC0 for byte in data)
    codec = "cp1251" if above > letters else "cp1252"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as wrong:
        raise InputError(
            f"the encoding is neither UTF-8 nor {codec} (byte 0x{data[wrong.start]:02x})",
            path=name,
            line=data.count(b"\n", 0, wrong.start) + 1,
            hint="Save the file as UTF-8, or name its encoding with --encoding.",
        ) from wrong
    if codec == "cp1252" and _ICELANDIC.search(text):
        codec, text = "cp1254", data.decode("cp1254", "replace")
    return text, [Repair(line, "encoding", codec.replace("cp", "Windows-"), "UTF-8")]
