"""Checks of what a language has of its own: link targets (``{.localize}``) and figures (``map.az.svg``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from publisher.checks import Report, Subject, check
from publisher.errors import Finding, sort_findings

_WEB = frozenset({"http", "https"})
_SAFE = frozenset({*_WEB, "mailto", "tel", ""})
# Second levels under which many owners register, so that the third one tells them apart.
_SHARED = frozenset({"co", "com", "org", "net", "gov", "gob", "gouv", "ac", "edu", "mil"})


@check("link-target")
def link_target(subject: Subject) -> Iterator[Report]:
    """The address of a localised link leads to the same site, in the same way, as that of the source.

    Another host under the same domain is fine (``en.`` and ``fr.example.org``); another domain is a
    warning, since a translation may well have its own, and so is HTTP where the source has HTTPS. A
    cross-reference must stay, and an address that a reader cannot follow safely is an error.
    """
    if not subject.entry.extracted or not subject.entry.extracted[0].endswith("link target"):
        return
    source, target = subject.source.strip(), subject.target.strip()
    if source == target:
        return
    if source.startswith("#"):
        yield "error", f"the cross-reference {source} must stay as it is"
        return
    before, after = _parts(source), _parts(target)
    if after is None:
        yield "error", "this is not an address"
        return
    if after[0] not in _SAFE:
        yield "error", f"a link must not lead to “{after[0]}:”"
        return
    if before is None:
        return
    if before[0] in _WEB and after[0] not in _WEB:
        yield "error", "the source links to a web address"
    elif before[0] not in _WEB and before[0] != after[0]:
        yield "error", f"the source links to “{before[0] or 'a file'}”"
    elif before[0] == "https" and after[0] == "http":
        yield "warning", "the source links by HTTPS, this does not"
    if before[1] and after[1] and _domain(before[1]) != _domain(after[1]):
        yield "warning", f"the link leads to {after[1]}, that of the source to {before[1]}"


def _parts(address: str) -> tuple[str, str] | None:
    """Scheme and host in lower case; None for what is no address."""
    try:
        parts = urlsplit(address)
        return parts.scheme.lower(), (parts.hostname or "").lower()
    except ValueError:
        return None


def _domain(host: str) -> str:
    """The part of a host that one owner has, as far as its names tell."""
    labels = host.rstrip(".").split(".")
    if re.fullmatch(r"[\d.]+|.*:.*", host):
        return host
    count = 3 if len(labels) > 2 and labels[-2] in _SHARED and len(labels[-1]) == 2 else 2
    return ".".join(labels[-count:])


_OWN = re.compile(r"(?P<stem>.+)\.(?P<code>[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)")
_FIGURES = (".svg", ".png", ".jpg", ".jpeg")


def localised_figures(
    paths: Iterable[str], languages: Sequence[str], known: Sequence[str]
) -> tuple[Finding, ...]:
    """Figures that are meant for one language and would never be shown.

    ``paths`` are the files of an issue, publication-relative; ``languages`` its edition languages,
    ``known`` all of which the toolkit has data. ``map.az.svg`` stands in for ``map.svg``, which must
    lie beside it and be of the same kind.
    """
    there = set(paths)
    found: list[Finding] = []
    for path in sorted(there):
        file = PurePosixPath(path)
        match = _OWN.fullmatch(file.stem)
        if match is None or file.suffix.lower() not in _FIGURES:
            continue
        code = match["code"]
        base = str(file.with_name(match["stem"] + file.suffix))
        others = [str(file.with_name(match["stem"] + suffix)) for suffix in _FIGURES]
        twin = next((other for other in others if other in there), "")
        if code not in languages:
            right = next((each for each in languages if each.lower() == code.lower()), "")
            if right or code in known:
                message = f"“{code}” is not a language of this publication: the figure is not shown"
                hint = f"Call it {match['stem']}.{right}{file.suffix}" if right else ""
                found.append(Finding("own-figure", "warning", message, path, None, hint))
        elif base not in there:
            message = (
                f"there is no figure {PurePosixPath(base).name} that this one could stand in for"
            )
            hint = (
                f"Save it as {match['stem']}.{code}{PurePosixPath(twin).suffix}" if twin
                else "Rename one of them, or put the figure for all languages beside it."
            )  # fmt: skip
            found.append(Finding("own-figure", "error", message, path, None, hint, code))
    return sort_findings(found)
