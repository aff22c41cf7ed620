"""The status of an issue as one HTML page that needs nothing else: charts, and the tables behind them.

Every chart is inline SVG with a text alternative and a table of the same figures; states differ in pattern
as well as in colour (WCAG 2.2, 1.4.1), and the page follows the reader's light or dark scheme.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from publisher import brand
from publisher import language as languages
from publisher.ast import plain_text
from publisher.brand import Colours, contrast, mix
from publisher.cache import NoCache
from publisher.catalog.ages import AGES, UNKNOWN, ages
from publisher.catalog.status import Count, LanguageStatus
from publisher.catalog.store import load_catalog, load_ledger
from publisher.errors import InputError
from publisher.markdown import parse_strings
from publisher.project import Publication

STATES = ("reviewed", "edited", "changed", "machine", "missing")
"""In the order of the bars; ``reviewed`` includes what was approved."""

_MEANING = {
    "reviewed": "a human stands behind it",
    "edited": "a human has worked on it, nobody has reviewed it",
    "changed": "reviewed, then its source changed",
    "machine": "a machine’s draft, untouched",
    "missing": "no translation yet",
}
_DARK = "#14181b"
_BAR, _ROW, _LABEL, _WIDTH, _TAIL = 18, 34, 150, 520, 60


@dataclass(frozen=True, slots=True)
class StatusInfo:
    """What stands above the charts; ``names`` are languages by code, ``now`` UTC as in the ledger."""

    publication: str
    issue: str
    title: str
    now: str
    names: Mapping[str, str]
    note: str = ""


def status_page(
    found: Sequence[LanguageStatus],
    waiting: Mapping[str, Mapping[str, int]],
    info: StatusInfo,
    colours: Colours,
) -> bytes:
    """The page as UTF-8; ``waiting`` are words of drafts by language and group of age."""
    present = [item for item in found if not item.absent]
    parts = [
        _summary(found, info),
        _section(
            "languages",
            "Progress by language",
            "Source words of the whole issue, by the state of their translation.",
            _bars([(info.names[i.language], _words(i.count)) for i in present], STATES),
            _table(
                ("Language", *(s.capitalize() for s in STATES), "Words", "To review"),
                [_row(info.names[i.language], i.count) for i in present],
            ),
            _legend(STATES),
        ),
        _articles(present, info),
        _drafts(present, waiting, info),
    ]
    if not present:
        parts = [parts[0]]
    title = f"{info.publication} {info.issue}: status"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{_css(colours)}</style>\n</head>\n<body>\n"
        f"{_PATTERNS}<main>\n{''.join(parts)}</main>\n</body>\n</html>\n"
    ).encode()


def page_of(
    publication: Publication, issue: str, found: Sequence[LanguageStatus], now: str
) -> bytes:
    """The page of a publication's issue; reads its ledgers, brand and languages."""
    own = publication.root / "translations" / "languages"
    names: dict[str, str] = {}
    waiting: dict[str, dict[str, int]] = {}
    for item in found:
        try:
            names[item.language] = f"{languages.load(item.language, own).english} ({item.language})"
        except InputError:
            names[item.language] = item.language
        catalog = load_catalog(publication, issue, item.language)
        if catalog is not None:
            ledger = load_ledger(publication, issue, item.language)
            waiting[item.language] = ages(catalog, ledger, now)
    config = publication.issue(issue)
    note = "The issue is frozen: its source takes no change." if config.state == "frozen" else ""
    strings = [config.title.text, publication.config.name.text]
    title, name = parse_strings(strings, NoCache(), "")
    info = StatusInfo(plain_text(name), issue, plain_text(title), now, names, note)
    return status_page(found, waiting, info, brand.load(publication.root / "styles").colours)


def _words(count: Count) -> dict[str, int]:
    words = count.as_dict()
    return {state: int(words[state]) for state in STATES}


def _row(name: str, count: Count) -> tuple[str, ...]:
    words = _words(count)
    return (
        name, *(_figure(words[s]) for s in STATES), _figure(count.total), _figure(count.to_review)
    )  # fmt: skip


def _summary(found: Sequence[LanguageStatus], info: StatusInfo) -> str:
    date = info.now[:16].replace("T", " ")
    ready = [i for i in found if not i.absent and not i.stale and not i.count.to_review]
    words = sum(i.count.to_review for i in found)
    lines = [
        f"{len(ready)} of {len(found)} languages are complete; "
        f"{_figure(words)} words wait for human eyes."
    ]
    for item in found:
        name = info.names[item.language]
        if item.absent:
            lines.append(f"{name} has no catalog yet.")
        elif item.stale:
            lines.append(f"{name}: the source has changed since the last update.")
    if info.note:
        lines.insert(0, info.note)
    text = "".join(f"<p>{escape(line)}</p>\n" for line in lines)
    return (
        f'<header>\n<p class="kicker">{escape(info.publication)} · {escape(info.issue)}</p>\n'
        f"<h1>{escape(info.title)}</h1>\n{text}"
        f'<p class="muted">As of <time datetime="{escape(info.now)}">{escape(date)} UTC</time>.</p>\n'
        "</header>\n"
    )


def _section(name: str, title: str, lead: str, chart: str, table: str, legend: str = "") -> str:
    return (
        f'<section aria-labelledby="{name}">\n<h2 id="{name}">{escape(title)}</h2>\n'
        f"<p>{escape(lead)}</p>\n{legend}<figure>\n{chart}"
        f"<figcaption><details><summary>The same as a table</summary>\n{table}</details></figcaption>\n"
        "</figure>\n</section>\n"
    )


def _articles(present: Sequence[LanguageStatus], info: StatusInfo) -> str:
    """One row an article, one small bar a language."""
    names = list(dict.fromkeys(name for item in present for name in item.articles))
    columns = max(1, len(present))
    step = (_WIDTH + _TAIL) / columns
    height = _ROW * (len(names) + 1)
    width = _LABEL + _WIDTH + _TAIL
    svg = []
    for number, item in enumerate(present):
        x = _LABEL + number * step
        svg.append(f'<text x="{x:.1f}" y="20">{escape(item.language)}</text>\n')
    for line, name in enumerate(names, start=1):
        y = line * _ROW
        svg.append(f'<text x="0" y="{y + 14}">{escape(_short(name))}</text>\n')
        for number, item in enumerate(present):
            count = item.articles.get(name)
            if count is None or not count.total:
                continue
            words = _words(count)
            label = f"{name}, {info.names[item.language]}: {_spoken(words)}"
            x = _LABEL + number * step
            svg.append(_bar(x, y, step - 14, words, STATES, label))
    chart = _svg(width, height, "Progress by article and language", svg)
    rows = [(name, *(_percent(item.articles.get(name)) for item in present)) for name in names]
    header = ("Article", *(info.names[item.language] for item in present))
    lead = "The same states, one row for each file of the source and one bar for each language."
    table = _table(header, rows, "Share of words that are reviewed")
    return _section("articles", "Progress by article", lead, chart, table)


def _drafts(
    present: Sequence[LanguageStatus], found: Mapping[str, Mapping[str, int]], info: StatusInfo
) -> str:
    groups = tuple(name for name, _ in AGES)
    if any(group.get(UNKNOWN) for group in found.values()):
        groups = (*groups, UNKNOWN)
    rows = [
        (info.names[i.language], {name: found.get(i.language, {}).get(name, 0) for name in groups})
        for i in present
    ]
    waiting = [row for row in rows if sum(row[1].values())]
    title, lead = (
        "Age of drafts",
        "Source words of text that nobody has reviewed, by its last edit.",
    )
    if not waiting:
        return (
            f'<section aria-labelledby="drafts">\n<h2 id="drafts">{title}</h2>\n'
            "<p>No draft waits for a review.</p>\n</section>\n"
        )
    chart = _bars(waiting, groups, prefix="age")
    table = _table(
        ("Language", *(name.capitalize() for name in groups)),
        [(name, *(_figure(words[group]) for group in groups)) for name, words in rows],
    )
    return _section("drafts", title, lead, chart, table, _legend(groups, prefix="age"))


# Charts.


def _bars(
    rows: Sequence[tuple[str, Mapping[str, int]]], parts: Sequence[str], prefix: str = "state"
) -> str:
    """Stacked bars, all of one scale, with the total at the end."""
    most = max((sum(words.values()) for _, words in rows), default=0) or 1
    svg = []
    for line, (name, words) in enumerate(rows):
        y, total = line * _ROW + 6, sum(words.values())
        width = _WIDTH * total / most
        svg.append(f'<text x="0" y="{y + 14}">{escape(_short(name))}</text>\n')
        label = f"{name}: {_spoken(words)}"
        svg.append(_bar(_LABEL, y, width, words, parts, label, prefix))
        svg.append(
            f'<text class="figure" x="{_LABEL + width + 8:.1f}" y="{y + 14}">{_figure(total)}</text>\n'
        )
    width = _LABEL + _WIDTH + _TAIL
    return _svg(width, _ROW * len(rows) + 6, "; ".join(f"{n}: {_spoken(w)}" for n, w in rows), svg)


def _bar(
    x: float, y: float, width: float, words: Mapping[str, int], parts: Sequence[str],
    label: str, prefix: str = "state",
) -> str:  # fmt: skip
    total = sum(words.values()) or 1
    svg = [f"<g><title>{escape(label)}</title>\n"]
    at = x
    for number, part in enumerate(parts):
        size = width * words.get(part, 0) / total
        if size:
            name = part if prefix == "state" else f"{prefix}{number}"
            svg.append(
                f'<rect class="{name}" x="{at:.1f}" y="{y}" width="{size:.1f}" height="{_BAR}"/>\n'
            )
            at += size
    svg.append(
        f'<rect class="frame" x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_BAR}"/></g>\n'
    )
    return "".join(svg)


def _svg(width: float, height: float, label: str, parts: Iterable[str]) -> str:
    return (
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}">\n{"".join(parts)}</svg>\n'
    )


def _legend(parts: Sequence[str], prefix: str = "state") -> str:
    items = []
    for number, part in enumerate(parts):
        name = part if prefix == "state" else f"{prefix}{number}"
        meaning = f": {_MEANING[part]}" if part in _MEANING else ""
        items.append(
            '<li><svg aria-hidden="true" width="22" height="14">'
            f'<rect class="{name}" width="22" height="14"/>'
            '<rect class="frame" x="0.5" y="0.5" width="21" height="13"/></svg> '
            f"<b>{escape(part.capitalize())}</b>{escape(meaning)}</li>\n"
        )
    return f'<ul class="legend">\n{"".join(items)}</ul>\n'


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>\n"
        for row in rows
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Table">'
        f"<table>{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n"
    )


# Words and figures.


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def _percent(count: Count | None) -> str:
    if count is None or not count.total:
        return "–"
    reviewed = _words(count)["reviewed"]
    # Nothing is called complete that is not.
    return f"{100 * reviewed // count.total} %"


def _spoken(words: Mapping[str, int]) -> str:
    return ", ".join(f"{_figure(number)} {name}" for name, number in words.items() if number)


def _short(name: str) -> str:
    return name if len(name) <= 19 else name[:18] + "…"


_PATTERNS = """<svg class="patterns" aria-hidden="true" width="0" height="0"><defs>
<pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect class="ground" width="6" height="6"/><rect class="a" width="3" height="6"/></pattern>
<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">
<rect class="ground" width="6" height="6"/><circle class="d" cx="3" cy="3" r="1.8"/></pattern>
<pattern id="specks" width="8" height="8" patternUnits="userSpaceOnUse">
<rect class="ground" width="8" height="8"/><circle class="a" cx="4" cy="4" r="1.3"/></pattern>
</defs></svg>
"""


def _css(colours: Colours) -> str:
    light = {
        "ink": colours.ink, "paper": colours.paper, "muted": colours.muted,
        "accent": colours.accent, "draft": colours.draft, "rule": mix(colours.muted, colours.paper, 0.8),
    }  # fmt: skip
    dark = {
        "ink": "#e8ecee",
        "paper": _DARK,
        "muted": _light(colours.muted, 7.0),
        "accent": _light(colours.accent, 6.0),
        "draft": _light(colours.draft, 6.0),
        "rule": "#7d878e",
    }
    sheet = ":root { color-scheme: light dark;"
    sheet += "".join(f" --{name}: {value};" for name, value in light.items()) + " }\n"
    sheet += "@media (prefers-color-scheme: dark) { :root {"
    sheet += "".join(f" --{name}: {value};" for name, value in dark.items()) + " } }\n"
    return sheet + _SHEET


def _light(colour: str, wanted: float) -> str:
    """The colour, mixed with as much white as it needs to stand on the dark ground."""
    for step in range(21):
        mixed = mix("#ffffff", colour, step / 20)
        if contrast(mixed, _DARK) >= wanted:
            return mixed
    return "#ffffff"


_SHEET = """
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 "Noto Sans", system-ui, sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.95rem; line-height: 1.2; margin: 0 0 1rem; color: var(--accent); }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.25rem; }
p { margin: 0 0 0.5rem; max-width: 44rem; }
.kicker, .muted { color: var(--muted); }
.legend { list-style: none; margin: 0.75rem 0; padding: 0; display: grid; gap: 0.15rem 1.5rem;
  grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); }
.legend li { padding-inline-start: 2rem; text-indent: -2rem; }
.legend svg { vertical-align: -0.1em; margin-inline-end: 0.35rem; }
figure { margin: 0.75rem 0; overflow-x: auto; }
figure svg { max-width: 100%; min-width: 36rem; height: auto; display: block; }
svg text { font: 13px "Noto Sans", system-ui, sans-serif; fill: var(--ink); }
svg text.figure { font-variant-numeric: tabular-nums; }
svg .patterns { position: absolute; }
.frame { fill: none; stroke: var(--muted); stroke-width: 1; }
.ground { fill: var(--paper); }
.a { fill: var(--accent); }
.d { fill: var(--draft); }
.reviewed { fill: var(--accent); }
.edited { fill: url(#stripes); }
.changed { fill: var(--draft); }
.machine { fill: url(#dots); }
.missing { fill: var(--paper); }
.age0 { fill: url(#specks); }
.age1 { fill: url(#stripes); }
.age2 { fill: url(#dots); }
.age3 { fill: var(--draft); }
.age4 { fill: var(--rule); }
summary { cursor: pointer; color: var(--accent); margin-top: 0.5rem; }
summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.5rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: start; color: var(--muted); padding: 0.25rem 0; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; text-align: end; border-bottom: 1px solid var(--rule); }
th:first-child { text-align: start; font-weight: 400; }
thead th { color: var(--muted); font-weight: 600; vertical-align: bottom; }
@media print { details { display: block; } }
"""
