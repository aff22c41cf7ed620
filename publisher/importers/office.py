"""Office documents and web pages: Word, OpenDocument, HTML; by LibreOffice old Word and RTF; PDF.

What a file is is decided by its bytes. Pandoc reads text, lists, tables, notes and formulas; the modules
``office_*`` beside this one prepare what it gets and shape what it gives.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from publisher.ast import Blocks, blocks_text
from publisher.errors import Finding, InputError, sort_findings
from publisher.importers import Options, office_convert
from publisher.importers.lexicon import Lexicon
from publisher.importers.manuscript import Manuscript, Repair
from publisher.importers.office_articles import Articles
from publisher.importers.office_facts import Prepared
from publisher.importers.office_group import Grouper, tight
from publisher.importers.office_inlines import Cleaner
from publisher.importers.office_manual import Manual
from publisher.importers.office_media import Media
from publisher.importers.office_package import KINDS, sniff
from publisher.importers.office_read import Read
from publisher.importers.office_read import read as run_pandoc
from publisher.importers.office_tables import Tables

ENDINGS = (
    ".docx",
    ".docm",
    ".dotx",
    ".odt",
    ".ott",
    ".html",
    ".htm",
    ".xhtml",
    ".doc",
    ".rtf",
    ".pdf",
)

_EXPECTED = {
    ".docx": "docx", ".docm": "docx", ".dotx": "docx", ".odt": "odt", ".ott": "odt", ".html": "html",
    ".htm": "html", ".xhtml": "html", ".doc": "doc", ".rtf": "rtf", ".pdf": "pdf",
}  # fmt: skip


def read(data: bytes, name: str, options: Options) -> Manuscript:
    """Import an office document; raises InputError for what is none, is damaged, encrypted or empty."""
    if not data.strip():
        raise InputError("the file is empty", path=name, hint="Ask for it again.")
    kind = sniff(data, name)
    ending = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
    expected = _EXPECTED.get(ending, "")
    findings: list[Finding] = []
    if not kind or (kind == "text" and expected != "html"):
        what = KINDS.get(expected, "a document")
        raise InputError(
            f"the file is not {what}", path=name, hint="Open it in its program and save it anew."
        )
    if kind == "text":
        kind = "html"
    if expected and kind != expected:
        findings.append(
            Finding(
                "other-kind", "info", f"the file is {KINDS[kind]}, whatever its name says", name
            )
        )
    if kind == "pdf":
        return _with(office_convert.import_pdf(data, name, options), findings)
    if kind in {"doc", "rtf"}:
        data = office_convert.to_docx(data, name, kind)
        kind = "docx"
    return _with(_import(prepare(data, name, kind, options), name, options), findings)


def prepare(data: bytes, name: str, kind: str, options: Options) -> Prepared:
    """The document made ready for pandoc by the module for its kind."""
    if kind == "docx":
        from publisher.importers import office_docx

        return office_docx.prepare(data, name, accept=options.accept)
    if kind == "odt":
        from publisher.importers import office_odt

        return office_odt.prepare(data, name, accept=options.accept)
    from publisher.importers import office_html

    return office_html.prepare(data, name, options)


def _with(manuscript: Manuscript, findings: list[Finding]) -> Manuscript:
    if not findings:
        return manuscript
    return replace(manuscript, findings=(*findings, *manuscript.findings))


def _import(prepared: Prepared, name: str, options: Options) -> Manuscript:
    document = run_pandoc(prepared, name)
    quotes = options.quotes
    cleaner = Cleaner(quotes, prepared.repairs, _lexicon(document), exact=prepared.ours)
    note = prepared.edition
    tables = Tables(cleaner, prepared.facts, name, prepared.findings, note.tables if note else None)
    blocks = Manual(document, cleaner).run() if not prepared.ours else _cleaned(document, cleaner)
    blocks = tight(Grouper(document, cleaner, tables).run(blocks))
    media = Media(prepared, name)
    issue = Articles(document, cleaner, name, options.split).run(blocks)
    articles = tuple(replace(a, blocks=media.blocks(a.blocks)) for a in issue.articles)
    colophon = issue.colophon
    if colophon is not None:
        colophon = replace(colophon, blocks=media.blocks(colophon.blocks))
    said = re.search(r"\w", blocks_text(document.blocks))
    if not articles or (said is None and not media.files):
        raise InputError(
            "the manuscript holds no text", path=name, hint="Check that it is the right file."
        )
    if not issue.title:
        prepared.findings.append(
            Finding("no-title", "warning", "the manuscript names no title of the issue", name, 1,
                    "The publication's name was taken; correct `title` in issue.toml.")
        )  # fmt: skip
    return Manuscript(
        issue.title,
        issue.subtitle,
        articles,
        tuple(sorted(prepared.repairs, key=lambda repair: repair.line)),
        sort_findings(prepared.findings),
        media.files,
        note.number if note else "",
        _day(prepared),
        colophon,
        "paragraph",
        prepared.ours,
        note.issue if note else "",
    )


def _day(prepared: Prepared) -> date | None:
    if prepared.edition is not None:
        try:
            return date.fromisoformat(prepared.edition.day)
        except ValueError:
            return None
    return prepared.day


def _cleaned(document: Read, cleaner: Cleaner) -> Blocks:
    """An edition of ours needs no guessing: its styles say everything."""
    result: Blocks = []
    for block in document.blocks:
        kind, line, style = block["t"], int(block.get("line", 1)), document.fact(block).style
        if kind == "Header":
            level, attr, inlines = block["c"]
            result.append({**block, "c": [level, attr, cleaner.clean(inlines, line)]})
        elif kind == "Table" or (kind == "Para" and style in {"caption", "tablecaption"}):
            result.append(block)
        elif kind == "Para":
            pieces = cleaner.paragraphs(block["c"], line)
            if pieces or style == "horizontalrule":
                result.append({**block, "c": pieces[0] if pieces else []})
        else:
            result.extend(cleaner.blocks([block]))
    return result


def _lexicon(document: Read) -> Lexicon:
    return Lexicon.of(blocks_text(document.blocks).split("\n"))


__all__ = ["ENDINGS", "Repair", "read"]
