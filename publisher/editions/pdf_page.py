"""The one HTML page that a PDF is set from: cover, contents, articles, colophon, and its styles."""

from __future__ import annotations

import copy
import html as escaping
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from publisher.editions import blocks, cover, css, marks, pdf_fit, pdf_notes, pdf_tables, tree, xmp
from publisher.editions.html import Inline
from publisher.editions.places import Places
from publisher.editions.running_heads import RunningHeads

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.editions.fonts import Fonts
    from publisher.editions.html import ArticleHtml, Rendered
    from publisher.errors import Finding

MOTIF_ROWS = 5.5
"""The height of the cover's motif in tiles (``cover.COLUMNS`` of them fill the width)."""

LONG_TITLE = 80
"""Characters from which an article's title is set a step smaller."""

# The millimetres of margin that numbers of articles, numbers in the contents and marks hang in.
_NUMBER_ROOM, _CONTENTS_ROOM, _MARK_ROOM = 34, 20, 46

_MOTIF = "publisher/motif.svg"
_LEADER = "publisher/leader.svg"


@dataclass(frozen=True)
class Page:
    """HTML, CSS, generated files by name, and the anchor at which each part starts.

    ``opening`` is the HTML up to the body's content. Each of ``parts`` begins a page of its own; the
    filler pages after an article belong to it. They can be laid out ``apart`` where no style of the
    publication's own might reach over them.
    """

    opening: str
    parts: tuple[str, ...]
    css: str
    resources: dict[str, bytes] = field(default_factory=dict)
    starts: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    apart: bool = True

    @property
    def html(self) -> str:
        """The whole page."""
        return self.page(self.parts)

    def page(self, parts: Iterable[str]) -> str:
        """The HTML page of some of its parts."""
        return f"{self.opening}{''.join(parts)}</body></html>"


def build(edition: Edition, rendered: Rendered, fonts: Fonts) -> Page:
    """The page of an edition; pure."""
    return _Builder(edition, rendered, fonts).page()


class _Builder:
    def __init__(self, edition: Edition, rendered: Rendered, fonts: Fonts) -> None:
        self.edition = edition
        self.rendered = rendered
        self.fonts = fonts
        self.language = edition.language
        self.words = edition.words
        self.room = pdf_tables.room(edition.brand, edition.language)
        self.heads = RunningHeads(edition, fonts)
        self.findings: list[Finding] = []
        self.places = Places(edition.document)

    def page(self) -> Page:
        rendered, document = self.rendered, self.edition.document
        starts = {"cover": "cover", "contents": "contents"}
        parts = [self.cover(), self.contents() + pdf_fit.fillers(self.edition, pdf_fit.CONTENTS)]
        for article in rendered.articles:
            starts[article.id] = article.id
            parts.append(self.article(article) + pdf_fit.fillers(self.edition, article.id))
        starts["colophon"] = self.colophon_id
        parts.append(self.colophon())
        resources = {
            _MOTIF: cover.motif(self.edition.brand, document.id, MOTIF_ROWS, rtl=self.language.rtl),
            _LEADER: _leader(self.edition.brand.colours.muted),
            **pdf_fit.resources(self.edition),
        }
        opening = (
            f'<!DOCTYPE html><html lang="{self.language.code}" dir="{self.language.direction}">'
            f"<head>{self.head()}</head><body>"
        )
        return Page(
            opening,
            tuple(parts),
            self.styles(),
            resources,
            starts,
            tuple(self.findings),
            apart=not self.edition.css,
        )

    @property
    def colophon_id(self) -> str:
        return self.rendered.colophon.id if self.rendered.colophon else "colophon"

    def head(self) -> str:
        rendered, edition = self.rendered, self.edition
        stamp = xmp.timestamp(edition)
        subject = rendered.subtitle.text if rendered.subtitle else rendered.name.text
        title = xmp.title(edition, rendered)
        keywords = dict.fromkeys(word for a in rendered.articles for word in a.keywords)
        items = [f"<title>{_text(title)}</title>"]
        for name, content in (
            ("author", rendered.publisher.text),
            ("description", subject),
            ("keywords", ", ".join(keywords)),
            ("generator", f"Publisher {edition.version}"),
            ("dcterms.created", stamp),
            ("dcterms.modified", stamp),
        ):
            if content:
                items.append(f'<meta name="{name}" content="{_attribute(content)}">')
        return "".join(items)

    def issue_number(self) -> str:
        return self.language.localise_digits(self.edition.document.number)

    def issue_label(self) -> str:
        return self.words("Issue {number}", number=self.issue_number())

    def styles(self) -> str:
        edition = self.edition
        brand = edition.brand
        height = brand.page.width / cover.COLUMNS * MOTIF_ROWS
        height = min(height, brand.page.height * 0.56)
        size, line = self.title_size()
        before, _, after = self.words("see page {page}", page="\ufffc").partition("\ufffc")
        tokens = {
            "foot": css.quote(self.heads.issue(self.rendered.name.text, self.issue_label())),
            "cover_motif": f"{height:g}mm",
            "cover_title": f"{size:g}pt",
            "cover_title_line": f"{line:g}pt",
            "see_page_before": css.quote(f" ({before}"),
            "see_page_after": css.quote(f"{after})"),
            "broad_start": f"{min(0.0, pdf_tables.MARGIN - brand.page.start):g}mm",
            "broad_end": f"{min(0.0, pdf_tables.MARGIN - brand.page.end):g}mm",
            "figure_height": f"{brand.page.height - brand.page.top - brand.page.bottom - 25:g}mm",
            "small_table": f"{self.room.size * pdf_tables.SMALL:.2f}pt",
            "narrow_rules": self.narrow_rules(),
            "draft_rules": self.mark_rules(mark) if (mark := marks.mark(edition)) else "",
        }
        style = css.stylesheet(
            brand, self.language, self.fonts, "pdf", extra=edition.css, tokens=tokens
        )
        return style + pdf_fit.rules(edition, self.fonts, tokens)

    def title_size(self) -> tuple[float, float]:
        """A long title is set a step smaller, so that every cover keeps its calm."""
        scale = self.edition.brand.type
        own = self.edition.brand.font_set(self.language.script, self.language.fonts)
        length = len(self.rendered.title.text)
        step = 5 if length <= 36 else 4 if length <= 110 else 3
        size = scale.step(step) * own.heading_size
        half = scale.leading * own.leading / 2
        return round(size, 2), half * -(-size * 1.12 // half)

    def narrow_rules(self) -> str:
        """What hangs in the margin moves into the column where the margin has no room for it."""
        start = self.edition.brand.page.start
        rules = []
        if start < _NUMBER_ROOM:
            rules.append(".article-number { position: static; width: auto; }")
        if start < _CONTENTS_ROOM:
            rules.append("ol.toc > li { padding-inline-start: 10mm; }")
            rules.append(".toc-number { inset-inline-start: 0; }")
        if start < _MARK_ROOM:
            rules.append(
                ".unreviewed > .review-mark { position: static; width: auto; text-align: start; }"
            )
        return "\n".join(rules)

    def mark_rules(self, mark: str) -> str:
        """A band across the head of every page, in words and colour."""
        colours = self.edition.brand.colours
        start = "right" if self.language.rtl else "left"
        page = self.edition.brand.page
        room = (page.width - 24) * 72 / 25.4
        size = min(9.0, room / (self.fonts.width("heading", mark) * 1.06))
        # The band is drawn by the boxes of the head themselves: a page's own background covers the
        # sheet only where there are no margins.
        band = (
            f"background: linear-gradient(to bottom, {colours.draft} 9mm, {colours.paper} 9mm) "
            "no-repeat;"
        )
        type_ = f"font: 600 {size:.3g}pt/9mm {self.fonts.stack('heading')}; vertical-align: top;"
        label = (
            f"content: {css.quote(mark)}; color: {colours.paper}; {type_} text-align: {start}; "
            f"white-space: nowrap; padding-{start}: 12mm;"
        )
        other = "left" if start == "right" else "right"
        return (
            f"@page {{ @top-{start}-corner {{ {label} {band} }} "
            f'@top-{other}-corner {{ content: ""; {band} }} '
            f"@top-{other} {{ {band} }} }}\n"
            f'@page contents {{ @top-{other} {{ content: ""; }} }}\n'
            f"@page cover {{ margin-top: 9mm; @top-{start}-corner {{ content: none; }} "
            f"@top-{other}-corner {{ content: none; }} @top-{other} {{ content: none; }} "
            f"@top-{start} {{ {label} width: 100%; padding-bottom: 0; "
            f"background: {colours.draft}; }} }}\n"
            f".cover {{ height: {page.height - 9:g}mm; }}"
        )

    def cover(self) -> str:
        rendered, edition = self.rendered, self.edition
        date = self.language.format_date(edition.document.date)
        logo = ""
        if edition.brand.logo and edition.brand.logo in edition.files:
            alt = _attribute(rendered.publisher.text)
            source = _attribute(edition.brand.logo)
            logo = f'<p><img class="cover-logo" src="{source}" alt="{alt}"></p>'
        parts = [
            '<section class="cover" id="cover"><div class="cover-motif"></div>',
            f'<div class="cover-issue"><p class="cover-number">{_text(self.issue_label())}</p>'
            f'<p class="cover-date">{_text(date)}</p></div>',
            '<div class="cover-text">',
        ]
        parts.append(self.line("p", rendered.name, "name"))
        bookmark = _attribute(rendered.title.text)
        parts.append(self.line("p", rendered.title, "title", f' data-bookmark="{bookmark}"'))
        if rendered.subtitle:
            parts.append(self.line("p", rendered.subtitle, "subtitle"))
        if edition.document.revision > 1:
            number = self.language.localise_digits(str(edition.document.revision))
            revision = _text(self.words("Revision {revision}.", revision=number))
            parts.append(f'<p class="revision">{revision}</p>')
        if embargo := marks.embargo(edition):
            # The band is an artifact of the page, which assistive technology passes over.
            parts.append(f'<p class="embargo"><strong>{_text(embargo)}</strong></p>')
        parts.append(f'</div><div class="cover-foot">{logo}')
        parts.append(self.line("p", rendered.publisher, "publisher"))
        if rendered.tagline:
            parts.append(self.line("p", rendered.tagline, "tagline"))
        return "".join([*parts, "</div></section>"])

    def line(self, tag: str, inline: Inline, classes: str, more: str = "") -> str:
        """A metadata string as an element, with its mark where nobody has reviewed it."""
        mark = ""
        if inline.state:
            words = _text(self.words(tree.STATES.get(inline.state, tree.STATES["machine"])))
            mark = (
                f'<span class="review-mark" lang="{self.language.code}" '
                f'dir="{self.language.direction}">{words}</span> '
            )
        return f"<{tag}{inline.attributes(classes)}{more}>{mark}{inline.html}</{tag}>"

    def contents(self) -> str:
        title = _text(self.words("Contents"))
        items = []
        for article in self.rendered.articles:
            summary = ""
            if article.summary:
                attributes = _foreign(article.summary, "toc-summary")
                summary = f"<p{attributes}>{article.summary.html}</p>"
            number = f'<span class="toc-number">{_text(article.label)}</span> '
            items.append(f"<li>{number}{self.entry(article.id, article.title)}{summary}</li>")
        colophon = self.rendered.colophon
        name = colophon.title if colophon else self.own(self.words("Colophon"))
        items.append(f'<li class="toc-colophon">{self.entry(self.colophon_id, name)}</li>')
        return (
            f'<section class="contents" id="contents"><h1 data-bookmark="{_attribute(title)}">'
            f'{title}</h1><ol class="toc">{"".join(items)}</ol></section>'
        )

    def entry(self, identifier: str, title: Inline) -> str:
        """A line of the contents; nothing but text inside the link, which is one annotation."""
        target, attributes = _attribute(identifier), _foreign(title)
        text = _text(title.text)
        return f'<div class="toc-line"><a href="#{target}"{attributes}>{text}</a></div>'

    def own(self, text: str) -> Inline:
        """Words of the layout as a metadata string."""
        return Inline(_text(text), text)

    def article(self, article: ArticleHtml) -> str:
        title = _attribute(article.title.text)
        running = _attribute(self.heads.article(article.title.text))
        number = f'<p class="article-number">{_text(article.label)}</p>' if article.number else ""
        names = ("" if article.number else "colophon", pdf_fit.class_name(self.edition, article.id))
        classes = " ".join(filter(None, names))
        classes = f' class="{classes}"' if classes else ""
        head = [
            f'<article id="{_attribute(article.id)}"{classes} data-running="{running}">',
            f'<div class="article-head">{number}',
            self.line(
                "h1", article.title, _title_class(article.title), f' data-bookmark="{title}"'
            ),
        ]
        if article.summary:
            head.append(self.line("p", article.summary, "standfirst"))
        if article.author:
            head.append(self.line("p", article.author, "byline"))
        return "".join([*head, "</div>", self.body(article), "</article>"])

    def body(self, article: ArticleHtml) -> str:
        from lxml import etree

        body = copy.deepcopy(article.body)
        notes = {note.ref_id: note for note in article.notes}
        late = []
        for reference in body.xpath(".//a[@class='noteref']"):
            note = notes[reference.get("id")]
            if pdf_notes.is_long(note):
                late.append(note)
            else:
                pdf_notes.at_the_foot(reference, notes)
        if late:
            body.append(pdf_notes.at_the_end(body, late, notes))
        self.findings += pdf_tables.fit(body, self.room, self.fonts, article.path, self.places)
        for numbered in body.xpath(".//ol[@start]"):
            # WeasyPrint takes this attribute for a hint of style, and none of those is asked for.
            first = int(numbered.get("start")) - 1
            numbered.set("style", f"counter-reset: list-item {first}")
        for image in body.xpath(".//figure//img"):
            if not image.get("src", "").endswith(".svg"):
                tree.add_class(image, "pixels")
        for heading in body.xpath(".//h2"):
            heading.set("data-bookmark", " ".join(tree.text(heading).split()))
        tree.keep_open(body)
        return str(etree.tostring(body, encoding="unicode", method="html"))

    def colophon(self) -> str:
        article = self.rendered.colophon
        lines = "".join(
            self.line(
                "p",
                line,
                f"colophon-line colophon-{kind}",
                f' {blocks.ATTRIBUTE}="{blocks.colophon_line(number)}"',
            )
            for number, (kind, line) in enumerate(self.rendered.lines, start=1)
        )
        lines = f'<div class="colophon-lines">{lines}</div>'
        if article is None:
            title = _text(self.words("Colophon"))
            fit = pdf_fit.class_name(self.edition, self.colophon_id)
            return (
                f'<article id="colophon" class="colophon {fit}" data-running="{title}"><div '
                f'class="article-head"><h1 data-bookmark="{title}">{title}</h1></div>{lines}</article>'
            )
        return f"{self.article(article).removesuffix('</article>')}{lines}</article>"


def _leader(colour: str) -> bytes:
    """One dot of the leaders, drawn and not typed: a screen reader would read every full stop."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="1" viewBox="0 0 4 1">'
        f'<circle cx="2" cy="0.5" r="0.45" fill="{colour}"/></svg>\n'
    ).encode()


def _foreign(inline: Inline, classes: str = "") -> str:
    """Class and language of a string that is shown again, without its mark."""
    return replace(inline, state="").attributes(classes)


def _title_class(title: Inline) -> str:
    """A title that would fill more than three lines is set a step smaller."""
    return "long" if len(title.text) > LONG_TITLE else ""


def _text(text: str) -> str:
    return escaping.escape(text, quote=False)


def _attribute(text: str) -> str:
    return escaping.escape(text)
