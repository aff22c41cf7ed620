"""PO files: read what any editor writes, write one canonical form (design §4).

The canonical bytes are those of ``msgcat --no-wrap``: one string a line, source order, ``#:`` the file
without a line number. Well-formed files are read by a fast reader; anything else goes to polib, whose
errors come back with a line. Format: GNU gettext manual, "The Format of PO Files".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from publisher.errors import InputError
from publisher.files import read_bytes

Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a catalog.

    ``comments`` are the translator's (``#``), ``extracted`` the toolkit's (``#.``), ``references``
    source files (``#:``), ``flags`` all flags but fuzzy; ``line`` is where ``msgid`` stands in the
    file that was read, 0 for new entries.
    """

    msgid: str
    msgstr: str = ""
    msgctxt: str | None = None
    fuzzy: bool = False
    previous_msgid: str | None = None
    previous_msgctxt: str | None = None
    comments: tuple[str, ...] = ()
    extracted: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    obsolete: bool = False
    line: int = field(default=0, compare=False)
    msgid_plural: str | None = None
    msgstr_plural: tuple[str, ...] = ()
    previous_plural: str | None = None

    @property
    def key(self) -> Key:
        """What identifies the entry: msgctxt and msgid."""
        return (self.msgctxt, self.msgid)

    @property
    def translated(self) -> bool:
        """Whether there is any translation, fuzzy or not."""
        return bool(self.msgstr) or any(self.msgstr_plural)


@dataclass(frozen=True, slots=True)
class Catalog:
    """A PO file: header fields in order, comments above the header, entries in order."""

    header: Mapping[str, str] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    comments: tuple[str, ...] = ()
    header_fuzzy: bool = False
    path: str = field(default="", compare=False)

    @property
    def language(self) -> str:
        return self.header.get("Language", "")

    def index(self) -> dict[Key, Entry]:
        """Current (not obsolete) entries by key."""
        return {entry.key: entry for entry in self.entries if not entry.obsolete}

    def with_entries(self, entries: Iterable[Entry]) -> Catalog:
        return replace(self, entries=tuple(entries))


def load(path: Path, name: str | None = None) -> Catalog:
    """Read a PO file; raises InputError, with file and line, for anything that is not one."""
    shown = name or str(path)
    try:
        data = read_bytes(path, what="catalog")
    except InputError as error:
        raise InputError(error.message, path=shown, hint="Run: publisher update") from error
    return parse(data, shown)


def parse(data: bytes, name: str) -> Catalog:
    """Parse the bytes of a PO file called ``name`` in messages."""
    text = _decode(data, name)
    entries = _read_fast(text)
    if entries is None:
        entries = _read_polib(text, name)
    return _catalog(entries, name)


def _catalog(entries: list[Entry], name: str) -> Catalog:
    header: dict[str, str] = {}
    comments: tuple[str, ...] = ()
    fuzzy = False
    seen: dict[tuple[str | None, str, bool], int] = {}
    kept: list[Entry] = []
    for entry in entries:
        if entry.msgid == "" and entry.msgctxt is None:
            if entry.obsolete:
                continue
            if header or kept:
                raise InputError(
                    "a second header, or an entry with an empty msgid", path=name, line=entry.line
                )
            header = _header(entry.msgstr)
            comments, fuzzy = entry.comments, entry.fuzzy
            continue
        key = (*entry.key, entry.obsolete)
        if key in seen:
            if entry.obsolete:
                kept.append(entry)
                continue
            raise InputError(
                f"the entry “{_short(entry.msgid)}” stands twice (first in line {seen[key]})",
                path=name,
                line=entry.line,
                hint="Keep one of them, or run: msguniq",
            )
        seen[key] = entry.line
        kept.append(entry)
    return Catalog(header, tuple(kept), comments, fuzzy, name)


def _header(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in text.split("\n"):
        key, colon, value = line.partition(":")
        if colon and key.strip():
            fields[key.strip()] = value.strip()
    return fields


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


_CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
_CHARSET = re.compile(rb"Content-Type:[^\n]*charset=([A-Za-z0-9_.:-]+)", re.IGNORECASE)


def _decode(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("the catalog is UTF-16", path=name, hint="Save it as UTF-8.")
    data = data.removeprefix(b"\xef\xbb\xbf")
    match = _CHARSET.search(data[:8192])
    charset = match[1].decode("ascii") if match else "utf-8"
    if charset.upper() == "CHARSET":
        charset = "utf-8"
    try:
        text = data.decode(charset)
    except LookupError as error:
        raise InputError(
            f"unknown charset “{charset}” in the header", path=name, hint="Use UTF-8."
        ) from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"the catalog says that it is {charset}, and is not",
            path=name,
            line=line,
            hint="Save it as UTF-8 and say so in its header.",
        ) from error
    if "\0" in text:
        raise InputError("the file is not a catalog (it holds NUL)", path=name)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    conflict = _CONFLICT.search(text)
    if conflict:
        raise InputError(
            "the catalog holds the conflict markers of a merge",
            path=name,
            line=text.count("\n", 0, conflict.start()) + 1,
            hint="Run: publisher update --resolve",
        )
    return text


_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"\s*\Z')
_ESCAPE = re.compile(r"\\([abfnrtv\\\"'?]|[0-7]{1,3}|x[0-9a-fA-F]{2})")
_UNESCAPED = {
    "n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "a": "\a", "b": "\b", "f": "\f",
    "v": "\v", "'": "'", "?": "?",
}  # fmt: skip
_KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])?\s+(?=\")")
_PREVIOUS = {
    "msgctxt": "previous_msgctxt",
    "msgid": "previous_msgid",
    "msgid_plural": "previous_plural",
}
# Names with spaces stand between FSI and PDI (gettext 0.22, "PO Files").
_REFERENCE = re.compile("\u2068([^\u2069]*)\u2069(?::\\d+)?|(\\S+)")


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text

    def one(match: re.Match[str]) -> str:
        code = match[1]
        if code in _UNESCAPED:
            return _UNESCAPED[code]
        return chr(int(code[1:], 16) if code[0] == "x" else int(code, 8))

    return _ESCAPE.sub(one, text)


class _Draft:
    """An entry while its lines are read."""

    __slots__ = (
        "comments",
        "extracted",
        "flags",
        "line",
        "obsolete",
        "parts",
        "references",
        "target",
    )

    def __init__(self) -> None:
        self.comments: list[str] = []
        self.extracted: list[str] = []
        self.references: list[str] = []
        self.flags: list[str] = []
        self.parts: dict[str, list[str]] = {}
        self.target: list[str] | None = None
        self.line = 0
        self.obsolete = False

    def entry(self) -> Entry | None:
        parts = self.parts
        if "msgid" not in parts or not ("msgstr" in parts or "msgstr0" in parts):
            return None
        texts = {key: _unescape("".join(pieces)) for key, pieces in parts.items()}
        plural = tuple(texts[f"msgstr{n}"] for n in range(10) if f"msgstr{n}" in texts)
        flags = [flag for flag in self.flags if flag]
        return Entry(
            msgid=texts["msgid"],
            msgstr=texts.get("msgstr", ""),
            msgctxt=texts.get("msgctxt"),
            fuzzy="fuzzy" in flags,
            previous_msgid=texts.get("previous_msgid"),
            previous_msgctxt=texts.get("previous_msgctxt"),
            comments=tuple(self.comments),
            extracted=tuple(self.extracted),
            references=tuple(dict.fromkeys(self.references)),
            flags=tuple(dict.fromkeys(flag for flag in flags if flag != "fuzzy")),
            obsolete=self.obsolete,
            line=self.line,
            msgid_plural=texts.get("msgid_plural"),
            msgstr_plural=plural,
            previous_plural=texts.get("previous_plural"),
        )


def _read_fast(text: str) -> list[Entry] | None:
    """Entries of a well-formed file, None where polib should have a look."""
    entries: list[Entry] = []
    draft = _Draft()
    done = False  # the draft has its msgstr: the next comment or msgid begins an entry

    def finish() -> bool:
        nonlocal draft, done
        entry = draft.entry()
        if entry is None:
            return not (draft.parts or done)
        entries.append(entry)
        draft, done = _Draft(), False
        return True

    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip(" \t")
        if not line:
            draft.target = None
            continue
        obsolete = previous = False
        if line.startswith("#"):
            mark = line[1:2]
            if mark == "~":
                line = line[2:].lstrip()
                obsolete = True
                if line.startswith("|"):
                    previous = True
                    line = line[1:].lstrip()
            elif mark == "|":
                previous = True
                line = line[2:].lstrip()
            else:
                if done and not finish():
                    return None
                if mark == ".":
                    draft.extracted.append(line[2:].removeprefix(" "))
                elif mark == ":":
                    for spaced, plain in _REFERENCE.findall(line[2:]):
                        draft.references.append(spaced or re.sub(r":\d+\Z", "", plain))
                elif mark in {",", "="}:
                    draft.flags += [flag.strip() for flag in line[2:].split(",")]
                else:
                    draft.comments.append(line[1:].removeprefix(" "))
                continue
        if line.startswith('"'):
            match = _STRING.match(line)
            if match is None or draft.target is None:
                return None
            draft.target.append(match[1])
            continue
        keyword = _KEYWORD.match(line)
        if keyword is None:
            return None
        match = _STRING.match(line, keyword.end())
        if match is None:
            return None
        field_name = keyword[1] + (keyword[2] or "")
        if previous:
            if keyword[1] not in _PREVIOUS or (done and not finish()):
                return None
            field_name = _PREVIOUS[keyword[1]]
        elif keyword[1] in {"msgctxt", "msgid"} and done and not finish():
            return None
        elif keyword[1] == "msgstr":
            done = True
        if field_name in draft.parts:
            return None
        draft.obsolete = obsolete
        if field_name == "msgid":
            draft.line = number
        draft.target = draft.parts.setdefault(field_name, [])
        draft.target.append(match[1])
    if draft.parts and not finish():
        return None
    return entries


def _read_polib(text: str, name: str) -> list[Entry]:
    import polib

    # polib 1.2 takes "#=" (gettext 0.23's sticky flags) for a broken comment.
    text = re.sub(r"(?m)^#=", "#,", text)
    try:
        file = polib.pofile(text, wrapwidth=0, check_for_duplicates=False)
    except (OSError, ValueError, IndexError, UnicodeError) as error:
        place = re.search(r"\(line (\d+)\)", str(error))
        message = re.sub(r"^Syntax error in po file.*?\(line \d+\):?\s*", "", str(error))
        raise InputError(
            f"the catalog is damaged: {message or 'a syntax error'}",
            path=name,
            line=int(place[1]) if place else None,
            hint="Restore it from git, or mend this line.",
        ) from error
    entries = []
    metadata = file.metadata
    if metadata:
        entries.append(
            Entry(
                "",
                "".join(f"{key}: {value}\n" for key, value in metadata.items()),
                fuzzy=bool(file.metadata_is_fuzzy),
                comments=tuple(file.header.split("\n")) if file.header else (),
                line=1,
            )
        )
    for item in file:
        if not item.msgid and item.msgctxt is None:
            continue
        entries.append(
            Entry(
                item.msgid,
                item.msgstr,
                item.msgctxt,
                fuzzy="fuzzy" in item.flags,
                previous_msgid=item.previous_msgid,
                previous_msgctxt=item.previous_msgctxt,
                comments=tuple(item.tcomment.split("\n")) if item.tcomment else (),
                extracted=tuple(item.comment.split("\n")) if item.comment else (),
                references=tuple(dict.fromkeys(path for path, _ in item.occurrences)),
                flags=tuple(flag for flag in item.flags if flag != "fuzzy"),
                obsolete=bool(item.obsolete),
                line=item.linenum or 0,
                msgid_plural=item.msgid_plural or None,
                msgstr_plural=tuple(item.msgstr_plural[n] for n in sorted(item.msgstr_plural)),
                previous_plural=item.previous_msgid_plural,
            )
        )
    if not entries and text.strip():
        raise InputError(
            "the file is not a catalog", path=name, line=1, hint="Restore it from git."
        )
    return entries


_ESCAPES = str.maketrans(
    {
        "\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\a": "\\a", "\b": "\\b",
        "\f": "\\f", "\v": "\\v",
    }
)  # fmt: skip


def _quoted(keyword: str, text: str, prefix: str) -> str:
    escaped = text.translate(_ESCAPES)
    if "\n" not in text[:-1]:
        return f'{prefix}{keyword} "{escaped}"\n'
    pieces = escaped.split("\\n") if "\\\\n" not in escaped else _split_lines(text)
    lines = [f'"{piece}\\n"' for piece in pieces[:-1]]
    if pieces[-1]:
        lines.append(f'"{pieces[-1]}"')
    return f'{prefix}{keyword} ""\n' + "".join(f"{prefix}{line}\n" for line in lines)


def _split_lines(text: str) -> list[str]:
    return [piece.translate(_ESCAPES) for piece in text.split("\n")]


def _references(paths: Iterable[str]) -> str:
    """``#:`` lines; gettext breaks them at 79 columns even where text is not wrapped."""
    lines = ["#:"]
    for path in paths:
        name = f"\u2068{path}\u2069" if " " in path else path
        if len(lines[-1]) > 2 and len(lines[-1]) + 1 + len(name) >= _PAGE_WIDTH:
            lines.append("#:")
        lines[-1] += f" {name}"
    return "".join(f"{line}\n" for line in lines)


_PAGE_WIDTH = 79


def dump_entry(entry: Entry) -> str:
    """One entry as ``msgcat --no-wrap`` writes it."""
    parts = [f"# {line}".rstrip() + "\n" if line else "#\n" for line in entry.comments]
    parts += [f"#. {line}".rstrip() + "\n" for line in entry.extracted]
    if entry.references:
        parts.append(_references(entry.references))
    if entry.fuzzy or entry.flags:
        parts.append(f"#, {', '.join([*(['fuzzy'] if entry.fuzzy else []), *entry.flags])}\n")
    prefix = "#~ " if entry.obsolete else ""
    before = "#~| " if entry.obsolete else "#| "
    for keyword, value in (
        ("msgctxt", entry.previous_msgctxt),
        ("msgid", entry.previous_msgid),
        ("msgid_plural", entry.previous_plural),
    ):
        if value is not None:
            parts.append(_quoted(keyword, value, before))
    if entry.msgctxt is not None:
        parts.append(_quoted("msgctxt", entry.msgctxt, prefix))
    parts.append(_quoted("msgid", entry.msgid, prefix))
    if entry.msgid_plural is not None:
        parts.append(_quoted("msgid_plural", entry.msgid_plural, prefix))
        for number, value in enumerate(entry.msgstr_plural):
            parts.append(_quoted(f"msgstr[{number}]", value, prefix))
    else:
        parts.append(_quoted("msgstr", entry.msgstr, prefix))
    return "".join(parts)


def dump(catalog: Catalog) -> bytes:
    """The canonical bytes of a catalog."""
    header = Entry(
        "",
        "".join(f"{key}: {value}\n" for key, value in catalog.header.items()),
        fuzzy=catalog.header_fuzzy,
        comments=catalog.comments,
    )
    head = dump_entry(header)
    if catalog.header and len(catalog.header) == 1:
        # msgcat always writes the header one field a line.
        head = head.replace('msgstr "', 'msgstr ""\n"', 1)
    return "\n".join([head, *(dump_entry(entry) for entry in catalog.entries)]).encode()
