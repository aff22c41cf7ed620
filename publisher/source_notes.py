"""Footnotes of a Markdown body before pandoc reads it: what it passes over, and what it never ends with."""

from __future__ import annotations

import re
from collections.abc import Mapping

from publisher import endless
from publisher.errors import Finding

_NOTE_DEFINITION = re.compile(r" {0,3}\[\^([^\]\s]+)\]:")
_NOTE_REFERENCE = re.compile(r"(?<!\\)\[\^([^\]\s]+)\]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")

_MOST_NOTES = 20_000
"""Notes of an article with those that they call in turn."""


def note_findings(body: str, path: str) -> tuple[Finding, ...]:
    """Undefined, unused and doubly defined footnotes of a Markdown body, which pandoc passes over.

    Notes that call each other without end are found too (``note-loop``): pandoc never ends with them.
    """
    defined: dict[str, int] = {}
    called: dict[str, list[str]] = {"": []}
    inside = ""
    used: dict[str, int] = {}
    findings: list[Finding] = []
    fence, blank = "", True
    for number, line in enumerate(body.split("\n"), start=1):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        if mark:
            fence = mark[1]
            continue
        line = _CODE_SPAN.sub("", line)
        definition = _NOTE_DEFINITION.match(line)
        if definition:
            label = definition[1].casefold()
            if label in defined:
                message = f"the note [^{definition[1]}] is defined twice"
                findings.append(
                    Finding("duplicate-note", "error", message, path, number, "Rename one of them.")
                )
            defined.setdefault(label, number)
            line = line[definition.end() :]
            inside = label
        elif line.strip() and not line.startswith(("    ", "\t")) and blank:
            inside = ""
        blank = not line.strip()
        for reference in _NOTE_REFERENCE.finditer(line):
            used.setdefault(reference[1].casefold(), number)
            called.setdefault(inside, []).append(reference[1].casefold())
    if (label := _endless(called)) is not None:
        message = f"the note [^{label}] calls itself, or calls others without end"
        hint = "Take the call out of the note."
        line_of = defined.get(label, 1)
        findings.append(Finding("note-loop", "error", message, path, line_of, hint))
    for label, number in used.items():
        if label not in defined:
            message = f"the note [^{label}] is not defined"
            findings.append(
                Finding("undefined-note", "error", message, path, number, f"Add [^{label}]: …")
            )
    for label, number in defined.items():
        if label not in used:
            message = f"the note [^{label}] is used nowhere"
            findings.append(
                Finding(
                    "unused-note", "warning", message, path, number, "Refer to it or remove it."
                )
            )
    return tuple(findings)


def _endless(called: Mapping[str, list[str]]) -> str | None:
    """A note from whose call the reader would never come back; ``called`` has the body's own at ""."""
    found = endless.find(called, lambda label: called.get(label, []), _MOST_NOTES)
    return None if found is None else found[1] or found[0]
