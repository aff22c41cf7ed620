"""Read PO files: a fast reader for well-formed ones, polib for the rest and for its error messages."""

from __future__ import annotations

import re

from publisher.catalog.po_entry import Entry
from publisher.errors import InputError

_CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
_CHARSET = re.compile(rb"Content-Type:[^\n]*charset=([A-Za-z0-9_.:-]+)", re.IGNORECASE)


def decode(data: bytes, name: str) -> str:
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
_ESCAPE = re.compile(r"\\([abfnrtv\\\"'?])|(?:\\(?:[0-7]{1,3}|x[0-9a-fA-F]{2}))+")
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
        return _UNESCAPED.get(code) or _bytes(match[0])

    return _ESCAPE.sub(one, text)


def _bytes(escapes: str) -> str:
    """Octal and hexadecimal escapes: bytes of UTF-8, as ``msgcat --escape`` writes them."""
    data = bytes(
        int(number[1:], 16) & 255 if number[0] == "x" else int(number, 8) & 255
        for number in escapes.split("\\")[1:]
    )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


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
        comments = tuple(self.comments)
        if any(line.startswith(_TELLTALE) for line in comments):
            comments = _mended(comments, texts)
        return Entry(
            msgid=texts["msgid"],
            msgstr=texts.get("msgstr", ""),
            msgctxt=texts.get("msgctxt"),
            fuzzy="fuzzy" in flags,
            previous_msgid=texts.get("previous_msgid"),
            previous_msgctxt=texts.get("previous_msgctxt"),
            comments=comments,
            extracted=tuple(self.extracted),
            references=tuple(dict.fromkeys(self.references)),
            flags=tuple(dict.fromkeys(flag for flag in flags if flag != "fuzzy")),
            obsolete=self.obsolete,
            line=self.line,
            msgid_plural=texts.get("msgid_plural"),
            msgstr_plural=plural,
            previous_plural=texts.get("previous_plural"),
        )


# What some writers do to comments: Babel wraps them, and takes "#|" for a comment.
_TELLTALE = ("| msg", "ignore:", "machine:")
_AS_COMMENT = re.compile(r'\| (msgctxt|msgid) ((?:\|? ?"(?:[^"\\]|\\.)*" ?)+)')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def _mended(comments: tuple[str, ...], texts: dict[str, str]) -> tuple[str, ...]:
    """Comments unwrapped where they are ours, previous texts put back where they belong."""
    lines: list[str] = []
    at = 0
    while at < len(comments):
        line = comments[at]
        at += 1
        if line.startswith("| msg"):
            while at < len(comments) and not (
                _AS_COMMENT.fullmatch(line) and not comments[at].startswith('| "')
            ):
                line += f" {comments[at]}"
                at += 1
            match = _AS_COMMENT.fullmatch(line)
            if match is not None and f"previous_{match[1]}" not in texts:
                pieces = "".join(_QUOTED.findall(match[2]))
                texts[f"previous_{match[1]}"] = _unescape(pieces)
                continue
        elif line.startswith("ignore:"):
            while line.count("(") > line.count(")") and at < len(comments):
                line += f" {comments[at]}"
                at += 1
        lines.append(line)
    return tuple(lines)


def read_fast(text: str) -> list[Entry] | int:
    """Entries of a well-formed file, or the number of the first line that does not fit."""
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
                    return number
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
                return number
            draft.target.append(match[1])
            continue
        keyword = _KEYWORD.match(line)
        if keyword is None:
            return number
        match = _STRING.match(line, keyword.end())
        if match is None:
            return number
        field_name = keyword[1] + (keyword[2] or "")
        if previous:
            if keyword[1] not in _PREVIOUS or (done and not finish()):
                return number
            field_name = _PREVIOUS[keyword[1]]
        elif keyword[1] in {"msgctxt", "msgid"} and done and not finish():
            return number
        elif keyword[1] == "msgstr":
            done = True
        if field_name in draft.parts:
            return number
        draft.obsolete = obsolete
        if field_name == "msgid":
            draft.line = number
        draft.target = draft.parts.setdefault(field_name, [])
        draft.target.append(match[1])
    if draft.parts and not finish():
        return text.count("\n", 0, len(text.rstrip())) + 1
    return entries


_OPEN_STRING = re.compile(
    r'^(?:#~ ?)?(?:#?\| ?)?(?:(?:msgctxt|msgid|msgid_plural|msgstr)(?:\[\d+\])?[ \t]|(?="))(.*)$',
    re.MULTILINE,
)


def _whole_strings(text: str, name: str) -> None:
    """Refuse a string that does not end on its line: polib would cut its last letter, or lose it."""
    for match in _OPEN_STRING.finditer(text):
        if _STRING.match(match[1].strip()) is None:
            raise InputError(
                "the catalog is damaged: the string does not end on its line",
                path=name,
                line=text.count("\n", 0, match.start()) + 1,
                hint="Restore it from git, or mend this line.",
            )


_MSGID = re.compile(r"^(?:#~ ?)?msgid\s", re.MULTILINE)


def read_polib(text: str, name: str, doubtful: int = 0) -> list[Entry]:
    import polib

    _whole_strings(text, name)
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
    if doubtful and len(entries) < len(_MSGID.findall(text)):
        # polib drops what it does not understand.
        raise InputError(
            "the catalog is damaged: this line does not belong to an entry",
            path=name,
            line=doubtful,
            hint="Restore it from git, or mend this line.",
        )
    if not entries and text.strip():
        raise InputError(
            "the file is not a catalog", path=name, line=1, hint="Restore it from git."
        )
    return entries
