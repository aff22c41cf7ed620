"""A comparison for people: lines for a terminal and a page of its own for a browser."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from publisher.correct.model import Change, Correction

_NAMES = {
    "changed": "changed", "added": "new", "deleted": "deleted", "moved": "moved",
    "formatting": "formatting", "note changed": "note changed", "note added": "new note",
    "note deleted": "note deleted", "article added": "new article",
}  # fmt: skip
_CONTEXT = 8
_RED, _GREEN, _BOLD, _DIM, _END = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


def summary(correction: Correction) -> list[tuple[str, int]]:
    """The figures of a comparison, in words."""
    return [
        ("words changed", correction.words),
        ("paragraphs moved", correction.moved),
        ("new paragraphs", correction.count("added")),
        ("deleted paragraphs", correction.count("deleted")),
        ("new notes", correction.count("note added")),
        ("deleted notes", correction.count("note deleted")),
        ("changes of formatting", correction.count("formatting")),
        ("new articles", correction.count("article added")),
    ]


def terminal_lines(correction: Correction, *, color: bool) -> Iterator[str]:
    """The comparison line by line, words in brackets ([-old-] {+new+}) or in colour."""
    article = ""
    for change in correction.changes:
        if change.article != article:
            article = change.article
            yield ""
            yield f"{_BOLD}{article}{_END}" if color else article
        name = _label(change)
        where = f"{change.place}: " if change.place else ""
        yield f"  {where}{name}"
        yield f"    {_inline(change, color=color)}"
    if correction.changes:
        yield ""
    counted = [f"{number} {name}" for name, number in summary(correction) if number]
    yield f"{correction.name}: {', '.join(counted) if counted else 'no change'}"


def _label(change: Change) -> str:
    name = _NAMES[change.kind]
    if change.moved and change.kind != "moved":
        name = f"moved, {name}"
    return f"{change.what}, {name}" if change.what else name


def _inline(change: Change, *, color: bool) -> str:
    parts = []
    for index, (tag, old, new) in enumerate(change.pieces):
        if tag == "equal":
            parts.append(_shortened(old, first=index == 0, last=index == len(change.pieces) - 1))
            continue
        for text, on, marks in ((old, _RED, "[--]"), (new, _GREEN, "{++}")):
            if text:
                words = text.strip()
                lead = " " if text.startswith(" ") else ""
                shown = f"{on}{words}{_END}" if color else f"{marks[:2]}{words}{marks[2:]}"
                parts.append(f"{lead}{shown}")
    return "".join(parts).strip()


def _shortened(text: str, *, first: bool, last: bool) -> str:
    lead = " " if text.startswith(" ") else ""
    return lead + _cut(text.split(), first=first, last=last)


def _cut(words: list[str], *, first: bool, last: bool) -> str:
    if first and last and len(words) > 3 * _CONTEXT:
        return " ".join([*words[: 2 * _CONTEXT], "…"])
    if first and len(words) > _CONTEXT:
        return " ".join(["…", *words[-_CONTEXT:]])
    if last and len(words) > _CONTEXT:
        return " ".join([*words[:_CONTEXT], "…"])
    if len(words) > 2 * _CONTEXT:
        return " ".join([*words[:_CONTEXT], "…", *words[-_CONTEXT:]])
    return " ".join(words)


def html_page(correction: Correction) -> bytes:
    """A page that needs nothing but itself: no script, no file, no network."""
    rows = []
    article = ""
    for change in correction.changes:
        if change.article != article:
            article = change.article
            rows.append(f'<h2 dir="auto">{escape(article)}</h2>')
        rows.append(_row(change, correction))
    figures = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{number}</dd></div>"
        for name, number in summary(correction)
        if number
    )
    body = "\n".join(rows) or "<p>The source says the same already.</p>"
    title = f"Corrections to {correction.issue}"
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<header>
<h1>{escape(title)}</h1>
<p>From <b>{escape(correction.name)}</b>. <ins>New words</ins> are underlined,
<del>old words</del> are struck through.</p>
<dl>{figures}</dl>
</header>
<main>
{body}
</main>
</body>
</html>
"""
    return page.encode()


def _row(change: Change, correction: Correction) -> str:
    parts = []
    for tag, old, new in change.pieces:
        if tag == "equal":
            parts.append(escape(old))
            continue
        for text, name in ((old, "del"), (new, "ins")):
            if text:
                lead = " " if text.startswith(" ") else ""
                parts.append(f"{lead}<{name}>{escape(text.strip())}</{name}>")
    kind = change.kind.replace(" ", "-")
    place = f' <span class="place">{escape(change.place)}</span>' if change.place else ""
    text = "".join(parts).strip()
    return (
        f'<section class="{kind}"><h3>{escape(_label(change).capitalize())}{place}</h3>'
        f'<p lang="{escape(correction.language)}" dir="{correction.direction}">{text}</p></section>'
    )


_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --ground: #fff; --quiet: #57606a; --line: #d0d7de;
  --new: #0a5c2b; --new-ground: #dcf5e3; --old: #9b1c1c; --old-ground: #fbe3e3; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --ground: #14181d; --quiet: #9aa4af;
  --line: #30363d; --new: #7ee2a0; --new-ground: #10351f; --old: #ffb0a8; --old-ground: #45191a; } }
body { margin: 0 auto; max-width: 46rem; padding: 2rem 1.25rem 4rem; color: var(--ink);
  background: var(--ground); font: 1.0625rem/1.6 Georgia, "Noto Serif", serif; }
h1, h2, h3, dl, .place { font-family: system-ui, "Noto Sans", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 2px solid var(--ink); }
h3 { font-size: .8125rem; font-weight: 600; margin: 0; color: var(--quiet); }
.place { font-weight: 400; margin-inline-start: .5rem; }
section { padding: .75rem 0; border-bottom: 1px solid var(--line); }
section p { margin: .25rem 0 0; overflow-wrap: anywhere; }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1.5rem 0 0; }
dl div { display: flex; flex-direction: column-reverse; }
dt { font-size: .8125rem; color: var(--quiet); } dd { margin: 0; font-size: 1.5rem; font-weight: 600; }
ins { color: var(--new); background: var(--new-ground); text-decoration: underline; }
del { color: var(--old); background: var(--old-ground); text-decoration: line-through; }
ins, del { padding: 0 .15em; border-radius: .2em; }
@media print { section { break-inside: avoid; } }
"""
