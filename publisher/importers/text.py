"""Plain text and Markdown as OCR programs, PDF converters and mail programs leave them.

The text of a printed bulletin comes with its pages: page numbers, running heads, a contents list, lines
wrapped and hyphenated, paragraphs cut in two. Every rule that mends this is a module beside this one;
here is their order. Nothing is known about any one manuscript.
"""

from __future__ import annotations

import re

from publisher.ast import Blocks, Inlines
from publisher.errors import Finding, InputError
from publisher.importers import Options, footnotes
from publisher.importers import contents as contents_list
from publisher.importers.assemble import Assembler
from publisher.importers.blocks import groups, split
from publisher.importers.characters import lines as clean_lines
from publisher.importers.contents import Entry
from publisher.importers.decode import decode
from publisher.importers.furniture import key, remove
from publisher.importers.inline import Inliner, plain
from publisher.importers.lexicon import Lexicon
from publisher.importers.manuscript import Manuscript, ManuscriptArticle, Repair, excerpt
from publisher.importers.numerals import numbered
from publisher.importers.outline import Outline, Section, outline
from publisher.importers.titlepage import Front, front

ENDINGS = (".txt", ".text", ".md", ".markdown")

_ATX = re.compile(r"\s{0,3}#{1,6}\s*(?P<text>.*?)\s*#*\s*$")


def read(data: bytes, name: str, options: Options) -> Manuscript:
    """Decode and import a text file; raises InputError when it is not text or holds none."""
    text, repairs = decode(data, name, options.encoding)
    return import_text(text, name, options, repairs)


def import_text(
    text: str, name: str, options: Options | None = None, repairs: list[Repair] | None = None
) -> Manuscript:
    """Turn the text of a manuscript into articles. Pure: no disk, no clock.

    ``name`` is the file's name in findings and errors. ``repairs`` are those made before (decoding).
    Raises InputError when there is no text.
    """
    options = options or Options()
    made = list(repairs or [])
    findings: list[Finding] = []
    lines, cleaned = clean_lines(text)
    made.extend(cleaned)
    if all(not re.search(r"\w", line.text) for line in lines):
        raise InputError(
            "the manuscript holds no text",
            path=name,
            hint="Check that the right file was exported.",
        )
    for line in lines:
        if "\ufffd" in line.text:
            start = max(0, line.text.index("\ufffd") - 20)
            message = f"an unreadable character: “{excerpt(line.text[start:], 40)}”"
            findings.append(
                Finding(
                    "unreadable-character",
                    "warning",
                    message,
                    name,
                    line.number,
                    "Correct it in the imported article.",
                )
            )
    lines, entries = contents_list.take(lines, made)
    titles = frozenset(entry.key for entry in entries)
    lines = remove(lines, titles | _heading_keys([line.text for line in lines]), made)
    lexicon = Lexicon.of(
        "\n".join(plain(line.text) for line in group) for group, _ in groups(lines)
    )
    blocks = split(lines, titles, lexicon, made)
    blocks, notes, loose = footnotes.take(blocks, made)
    findings.extend(
        Finding(
            "loose-note",
            "warning",
            f"no mark in the text calls this note: “{excerpt(note.text)}”",
            name,
            note.line,
            "It was kept as a paragraph; set its mark, [^1], by hand.",
        )
        for note in loose
    )
    plan = outline(blocks, entries, made)
    inliner = Inliner(options.quotes)
    note_blocks: tuple[Blocks, ...] = tuple(
        [{"t": "Para", "c": inliner.convert(note.text, note.line, made)}] for note in notes
    )
    inliner = Inliner(options.quotes, note_blocks)
    work = Assembler(name, lexicon, inliner, made, findings)
    return _Builder(name, plan, front(plan.front), work).manuscript()


def _heading_keys(texts: list[str]) -> frozenset[str]:
    keys: set[str] = set()
    for text in texts:
        found = _ATX.match(text)
        if found and found["text"]:
            keys.add(key(found["text"]))
            keys.update(
                key(reading.rest) for reading in numbered(plain(found["text"].replace("**", "")))
            )
    return frozenset(keys)


class _Builder:
    """Puts the manuscript together and says what an editor has to look at."""

    def __init__(self, name: str, plan: Outline, top: Front, work: Assembler) -> None:
        self.name = name
        self.plan = plan
        self.top = top
        self.work = work

    def manuscript(self) -> Manuscript:
        sections = list(self._sections())
        articles: list[ManuscriptArticle] = []
        for section in sections:
            title = self._title(section.title, section.line)
            blocks = self.work.blocks(section.blocks)
            blocks.extend(self._title_notes(title, section.line))
            title = [node for node in title if node["t"] != "Note"]
            if not blocks:
                self._report(
                    "empty-article",
                    f"the article “{plain(section.title)}” has no text",
                    section.line,
                )
            articles.append(ManuscriptArticle(title, blocks, section.line))
        self._front()
        title = self._plain_title(self.top.title)
        if not title and len(articles) == 1:
            title = articles[0].title
        if not title:
            self._report(
                "no-title",
                "the manuscript names no title of the issue",
                1,
                "The publication's name was taken; correct `title` in issue.toml.",
            )
        for entry in self.plan.missing:
            self._missing(entry)
        if self.plan.uneven:
            self._report(
                "uneven-headings",
                "the headings' levels make no outline; each was taken as an article",
                sections[0].line,
                "Join articles by hand where that is wrong.",
            )
        subtitle = self._plain_title(self.top.subtitle)
        made = sorted(self.work.repairs, key=lambda repair: repair.line)
        return Manuscript(
            title,
            subtitle,
            tuple(articles),
            tuple(made),
            tuple(sorted(self.work.findings, key=lambda finding: finding.line or 0)),
        )

    def _sections(self) -> list[Section]:
        text, heading = self.top.text, self.top.heading
        if not self.plan.sections:
            title = self.top.title or self.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
            self._report(
                "no-headings",
                "no heading was found: the whole text is one article",
                1,
                "Put # before each article's title and import again.",
            )
            if not text:
                lone = self.plan.front
                if len(lone) > 1:
                    return [Section(title, lone[0].line, lone[1:])]
                return [Section(self.name.rsplit("/", 1)[-1].rsplit(".", 1)[0], 1, lone)]
            return [Section(title, text[0].line, text)]
        if not text:
            return list(self.plan.sections)
        shown = heading.text if heading is not None else self.top.title
        title = re.sub(r"\*\*|__", "", shown).strip()
        if heading is not None:
            text = tuple(block for block in text if block is not heading)
        if not title:
            title = excerpt(text[0].plain, 50)
        if heading is None:
            self._report(
                "untitled-article",
                "text stands before the first article's heading",
                text[0].line,
                "It became an article of its own; give it a title.",
            )
        return [Section(title, text[0].line, text), *self.plan.sections]

    def _front(self) -> None:
        for block in self.top.left_out:
            self.work.repairs.append(
                Repair(block.line, "title page line left out", excerpt(block.plain, 90))
            )
            self._report(
                "left-out",
                f"a line of the title page was left out: “{excerpt(block.plain)}”",
                block.line,
                "Put it into issue.toml or an article if it belongs there.",
            )

    def _missing(self, entry: Entry) -> None:
        self._report(
            "missing-article",
            f"the contents name “{excerpt(entry.title)}”, which no heading has",
            entry.line,
            "Look for it in the text; set # before its title and import again.",
        )

    def _title(self, raw: str, line: int) -> Inlines:
        return self.work.inliner.convert(raw, line, self.work.repairs, bold=False)

    def _plain_title(self, raw: str) -> Inlines:
        return [node for node in self._title(raw, 1) if node["t"] != "Note"]

    def _title_notes(self, title: Inlines, line: int) -> Blocks:
        """A title holds no footnote: its note becomes the article's last paragraph."""
        notes: Blocks = [block for node in title if node["t"] == "Note" for block in node["c"]]
        if notes:
            self._report(
                "note-in-title",
                "the title has a footnote",
                line,
                "It became the last paragraph; put its mark, [^1], into the text.",
            )
        return notes

    def _report(self, code: str, message: str, line: int, hint: str = "") -> None:
        self.work.findings.append(Finding(code, "warning", message, self.name, line, hint))
