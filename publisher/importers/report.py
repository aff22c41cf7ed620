"""The report that an editor reads beside the imported source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from publisher.ast import iter_nodes
from publisher.importers.manuscript import Manuscript, Repair

# What changes the text comes first; what changes characters only comes last.
_ORDER = (
    "page break joined",
    "list recognised",
    "heading recognised",
    "heading",
    "footnote",
    "title page line left out",
    "contents left out",
    "page number removed",
    "running head removed",
    "table heading recognised",
    "heading rows joined",
    "one-cell table made a box",
    "text frame made a box",
    "caption recognised",
    "standfirst recognised",
    "author recognised",
    "article number removed",
    "heading level corrected",
    "soft line break made a paragraph",
    "soft line break joined",
    "tracked change accepted",
    "tracked change rejected",
    "hidden text left out",
    "empty paragraph removed",
    "rule removed",
    "hyphenation removed",
    "web address joined",
    "link left out",
    "picture left out",
    "comment left out",
    "tag left out",
    "stray markup removed",
    "escape removed",
    "encoding",
)


def rules(repairs: Sequence[Repair]) -> list[tuple[str, int]]:
    """Each rule that was used with its count, in the order of the report."""
    counts = Counter(repair.rule for repair in repairs)
    known = [rule for rule in _ORDER if rule in counts]
    return [(rule, counts[rule]) for rule in [*known, *sorted(set(counts) - set(known))]]


def article_rows(manuscript: Manuscript) -> list[tuple[str, str, str, str, str]]:
    """For each article: number, title, paragraphs (headings and lists too), words, notes."""
    rows = []
    for number, article in enumerate(manuscript.articles, 1):
        words = len(re.findall(r"[^\W_]+(?:[-'’.,][^\W_]+)*", article.text))
        notes = str(article.blocks).count("{'t': 'Note'")
        rows.append(
            (str(number), article.plain_title, str(len(article.blocks)), str(words), str(notes))
        )
    return rows


def image_counts(manuscript: Manuscript) -> list[str]:
    """For each article: its pictures."""
    return [
        str(sum(node["t"] == "Image" for node in iter_nodes(article.blocks)))
        for article in manuscript.articles
    ]


def reports(manuscripts: Sequence[Manuscript], names: Sequence[str], files: Sequence[str]) -> str:
    """The reports of several manuscripts in a row; ``files`` are those of all their articles."""
    parts = []
    at = 0
    for manuscript, name in zip(manuscripts, names, strict=True):
        count = len(manuscript.articles)
        parts.append(report(manuscript, name, files[at : at + count]))
        at += count
    return "\n".join(parts)


def report(manuscript: Manuscript, name: str, files: Sequence[str]) -> str:
    """The whole report as plain text: articles, what to look at, every repair by rule."""
    lines = [f"Import of {name}", ""]
    lines.append(f"Title: {manuscript.plain_title or '(none found)'}")
    if manuscript.plain_subtitle:
        lines.append(f"Subtitle: {manuscript.plain_subtitle}")
    lines += ["", "Articles", ""]
    for row, file in zip(article_rows(manuscript), files, strict=True):
        number, title, blocks, words, notes = row
        extra = f", {notes} notes" if notes != "0" else ""
        lines.append(f"{number:>3}. {title}")
        lines.append(f"     {file}: {blocks} blocks, {words} words{extra}")
    if manuscript.findings:
        lines += ["", "To check by hand", ""]
        for finding in manuscript.findings:
            lines.append(f"{finding.where}: {finding.message}")
            if finding.hint:
                lines.append(f"    {finding.hint}")
    lines += ["", f"What was changed ({manuscript.unit} of the manuscript: before → after)"]
    for rule, count in rules(manuscript.repairs):
        lines += ["", f"{rule[0].upper()}{rule[1:]} ({count})", ""]
        for repair in manuscript.repairs:
            if repair.rule == rule:
                change = f"{repair.before} → {repair.after}" if repair.after else repair.before
                lines.append(f"{name}:{repair.line}: {change}")
    return "\n".join(lines) + "\n"
