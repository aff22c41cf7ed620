"""Write PO files in their canonical bytes, those of ``msgcat --no-wrap``."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.catalog.po_entry import Catalog, Entry

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
