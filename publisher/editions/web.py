"""HTML: the edition as one self-contained page, for a web site or to send by e-mail.

Nothing is loaded: fonts, styles, drawings and pictures lie inside the page. Its trees are those of
:mod:`publisher.editions.html`, cleaned as for EPUB; links to the editions in other languages are
relative, as ``publisher build`` lays the files out.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from publisher.editions import Compiled, cover, css, html, marks, tree
from publisher.editions import fonts as font_files
from publisher.editions.dark import dark_rules
from publisher.editions.epub_figures import Figures
from publisher.editions.epub_xhtml import SVG, XHTML, Place, convert, element, fragment, name_of
from publisher.editions.shown import texts
from publisher.editions.web_fonts import font_faces
from publisher.errors import Finding, sort_findings

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.editions.html import ArticleHtml, Inline, Rendered

MOTIF_ROWS = 3
"""The height of the masthead's motif in tiles."""

_PAGE = "page.xhtml"
_STYLE = "STYLE-GOES-HERE"


def compile(edition: Edition) -> Compiled:
    """The edition as one HTML page (UTF-8)."""
    page = _Page(edition, html.render(edition))
    return Compiled(page.data(), None, {}, sort_findings(page.findings))


class _Page:
    def __init__(self, edition: Edition, rendered: Rendered) -> None:
        self.edition = edition
        self.rendered = rendered
        self.words = edition.words
        self.language = edition.language
        self.figures = Figures(edition.document.figures, edition.files)
        self.findings: list[Finding] = list(rendered.findings)
        self.place = Place(_PAGE, dict.fromkeys(rendered.anchors, _PAGE), self.image)
        self.place.files = {**self.place.files, **{a.id: _PAGE for a in rendered.all_articles()}}

    def data(self) -> bytes:
        """The page's bytes."""
        from lxml import etree

        body = self.body()
        for each in body.iter():
            each.attrib.pop("data-block", None)
        tree.keep_open(body)
        _keep_open(body)
        self.findings += self.figures.findings
        root = element("html", {"lang": self.language.code, "dir": self.language.direction})
        root.append(self.head())
        root.append(body)
        etree.cleanup_namespaces(root)
        _plain_names(root)
        written = etree.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
        # A style sheet is raw text in HTML, and would be escaped by a writer of XML.
        return (written.replace(_STYLE, self.styles(body)) + "\n").encode()

    def head(self) -> Any:
        rendered, document = self.rendered, self.edition.document
        title = f"{rendered.title.text} – {rendered.name.text}"
        description = rendered.subtitle.text if rendered.subtitle else rendered.name.text
        parts = [
            element("meta", {"charset": "utf-8"}),
            element("title", None, title),
            _meta("viewport", "width=device-width, initial-scale=1"),
            _meta("description", description),
            _meta("author", rendered.publisher.text),
            _meta("date", document.date.isoformat()),
            _meta("generator", f"Publisher {self.edition.version}"),
            _meta("color-scheme", "light dark"),
            _meta("theme-color", self.edition.brand.colours.accent),
        ]
        if self.edition.draft or self.edition.document.embargo is not None:
            parts.append(_meta("robots", "noindex"))
        for code, href in self.siblings():
            parts.append(element("link", {"rel": "alternate", "hreflang": code, "href": href}))
        return element("head", None, *parts, element("style", None, _STYLE))

    def siblings(self) -> Iterator[tuple[str, str]]:
        """The other editions in the publication's order: language and relative address."""
        for code in self.edition.languages:
            if code != self.language.code and code in self.edition.siblings:
                yield code, self.edition.siblings[code]

    def body(self) -> Any:
        rendered = self.rendered
        articles = [self.article(article) for article in rendered.articles]
        main = element("main", {"id": "text"}, *articles)
        return element(
            "body",
            {"class": "draft" if self.edition.draft else ""},
            element("a", {"class": "skip", "href": "#text"}, self.words("Skip to the text")),
            self.draft_mark(),
            self.embargo_mark(),
            self.masthead(),
            self.languages(),
            self.contents(),
            main,
            self.colophon(),
        )

    def draft_mark(self) -> Any | None:
        if not self.edition.draft:
            return None
        return element(
            "p", {"class": "draft-mark", "role": "note"}, self.words("Draft – not for publication")
        )

    def embargo_mark(self) -> Any | None:
        words = marks.embargo(self.edition)
        return element("p", {"class": "embargo-mark", "role": "note"}, words) if words else None

    def masthead(self) -> Any:
        rendered, document, language = self.rendered, self.edition.document, self.language
        number = self.words("Issue {number}", number=language.localise_digits(document.number))
        date = element(
            "time", {"datetime": document.date.isoformat()}, language.format_date(document.date)
        )
        revision = None
        if document.revision > 1:
            count = language.localise_digits(str(document.revision))
            words = self.words("Revision {revision}.", revision=count)
            revision = element("p", {"class": "revision"}, words)
        return element(
            "header",
            {"class": "masthead"},
            element("p", {"class": "issue"}, element("span", None, number), " ", date),
            self.inline("p", rendered.name, {"class": "name"}),
            self.inline("h1", rendered.title, {"id": "title"}),
            self.inline("p", rendered.subtitle, {"class": "subtitle"}),
            revision,
            self.inline("p", rendered.correction, {"class": "correction"}),
            self.inline("p", rendered.publisher, {"class": "publisher"}),
        )

    def languages(self) -> Any | None:
        """The language switcher: every language by its own name, and which of them are drafts."""
        from publisher.editions.colophon import menu_name

        items = [
            element(
                "li",
                None,
                element(
                    "a",
                    {"href": href, "lang": code, "hreflang": code, "dir": tree.direction_of(code)},
                    menu_name(code),
                    self.state(href),
                ),
            )
            for code, href in self.siblings()
        ]
        if not items:
            return None
        label = self.words("Other languages")
        return element(
            "nav", {"class": "languages", "aria-label": label}, element("ul", None, *items)
        )

    def state(self, href: str) -> Any | None:
        """That another edition is a draft, in the words of this one."""
        if not href.endswith("-DRAFT.html"):
            return None
        own = {"lang": self.language.code, "dir": self.language.direction}
        return element("span", own, f" ({self.words('Draft')})")

    def contents(self) -> Any:
        items = []
        for article in self.rendered.articles:
            number = element("span", {"class": "number"}, article.label)
            title = element("span", _foreign(article.title, "title"), article.title.text)
            summary = None
            if article.summary is not None:
                summary = element(
                    "span", _foreign(article.summary, "summary"), article.summary.text
                )
            link = element(
                "a", {"href": f"#{name_of(article.id)}"}, number, " ", title, " ", summary
            )
            items.append(element("li", None, link))
        return element(
            "nav",
            {"class": "contents", "aria-labelledby": "contents"},
            element("h2", {"id": "contents"}, self.words("Contents")),
            element("ol", None, *items),
        )

    def article(self, article: ArticleHtml) -> Any:
        title_id = f"{name_of(article.id)}--title"
        head = element(
            "header",
            {"class": "article-head"},
            element("p", {"class": "article-number"}, article.label),
            self.inline("h1", article.title, {"id": title_id}),
            self.inline("p", article.summary, {"class": "standfirst"}),
            self.inline("p", article.author, {"class": "byline"}),
        )
        return element(
            "article",
            {"id": name_of(article.id), "aria-labelledby": title_id},
            head,
            convert(article.body, self.place),
            self.notes(article),
        )

    def notes(self, article: ArticleHtml) -> Any | None:
        """The notes at the end of their article, each with its way back."""
        if not article.notes:
            return None
        heading = f"{name_of(article.id)}--notes"
        section = element(
            "section",
            {"class": "notes", "role": "doc-endnotes", "aria-labelledby": heading},
            element("h2", {"id": heading}, self.words("Notes")),
        )
        for note in article.notes:
            made = convert(note.element, self.place)
            made.set("id", name_of(note.id))
            made.set("class", "note")
            label = self.words("Back to the text, note {number}", number=note.number)
            back = element(
                "a",
                {
                    "class": "back",
                    "role": "doc-backlink",
                    "href": f"#{name_of(note.ref_id)}",
                    "aria-label": label,
                },
                note.number,
            )
            first = made[0] if len(made) and made[0].tag == f"{{{XHTML}}}p" else made
            back.tail = f" {(first.text or '').lstrip()}"
            first.text = None
            first.insert(0, back)
            section.append(made)
        return section

    def colophon(self) -> Any:
        own = self.rendered.colophon
        lines = element("div", {"class": "colophon-lines"})
        for kind, line in self.rendered.lines:
            lines.append(self.inline("p", line, {"class": f"colophon-line colophon-{kind}"}))
        if own is None:
            head = element("h1", {"id": "colophon--title"}, self.words("Colophon"))
            parts = [element("header", {"class": "article-head"}, head)]
        else:
            head = self.inline("h1", own.title, {"id": "colophon--title"})
            standfirst = self.inline("p", own.summary, {"class": "standfirst"})
            parts = [
                element("header", {"class": "article-head"}, head, standfirst),
                convert(own.body, self.place),
                self.notes(own),
            ]
        identifier = name_of(own.id) if own is not None else "colophon"
        section = element(
            "section",
            {"id": identifier, "class": "colophon", "aria-labelledby": "colophon--title"},
            *parts,
            lines,
        )
        return element("footer", None, section)

    def inline(self, tag: str, text: Inline | None, attributes: Mapping[str, str]) -> Any | None:
        """A metadata string as an element, marked when nobody has reviewed it."""
        if text is None:
            return None
        own = dict(attributes)
        if text.state:
            own["class"] = " ".join(filter(None, (own.get("class", ""), "unreviewed")))
            own["data-state"] = text.state
        if text.lang:
            own |= {"lang": text.lang, "dir": tree.direction_of(text.lang)}
        made = convert(fragment(text.html), self.place, tag=tag)
        for name, value in own.items():
            made.set(name, value)
        if text.state:
            words = self.words(tree.STATES.get(text.state, tree.STATES["machine"]))
            mark = element(
                "span",
                {
                    "class": "review-mark",
                    "lang": self.language.code,
                    "dir": self.language.direction,
                },
                words,
            )
            mark.tail, made.text = f" {made.text or ''}", None
            made.insert(0, mark)
        return made

    def image(self, path: str, alternative: str | None) -> Any | None:
        """A figure inside the page: a drawing as it is, a picture as a data address."""
        made = self.figures.element(path, alternative, self.place)
        if made is not None and made.tag == f"{{{XHTML}}}img":
            source = made.get("src")
            item = next(item for item in self.figures.items() if source.endswith(item.href))
            kind = _KINDS[item.href.rsplit(".", 1)[-1]]
            made.set("src", f"data:{kind};base64,{base64.b64encode(item.data).decode('ascii')}")
            made.set("loading", "lazy")
        return made

    def styles(self, body: Any) -> str:
        edition, brand = self.edition, self.edition.brand
        shown = list(texts(self.rendered, edition))
        marks = "".join(self.words(message) for message in _MESSAGES) + "0123456789—*…"
        text = [*(text for _, text in shown), marks, "".join(body.itertext())]
        fonts = font_files.choose(brand, self.language, text, edition.files)
        self.findings += fonts.missing(shown, brand, edition.document)
        motif = cover.motif(brand, edition.document.id, MOTIF_ROWS, rtl=self.language.rtl)
        address = f"data:image/svg+xml;base64,{base64.b64encode(motif).decode('ascii')}"
        style = css.stylesheet(
            brand, self.language, fonts, "html", extra=edition.css, tokens={"motif": address}
        )
        names = {each.tag for each in body.iter()}
        faces = font_faces(
            fonts,
            text,
            mono=any(f"{{{XHTML}}}{name}" in names for name in ("code", "pre", "kbd")),
            italic=self.language.italics,
        )
        return f"\n{faces}\n{style}{dark_rules(style, brand.colours)}".replace("</", "<\\/")


_KINDS = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
_MESSAGES = ("Skip to the text", "Draft – not for publication", "Contents", "Notes", "Colophon")


def _meta(name: str, content: str) -> Any:
    return element("meta", {"name": name, "content": content})


def _foreign(inline: Inline, name: str) -> dict[str, str]:
    """Class and language of a string that is shown again, without its mark."""
    made = {"class": name}
    if inline.lang:
        made |= {"lang": inline.lang, "dir": tree.direction_of(inline.lang)}
    return made


_VOID = frozenset(f"{{{XHTML}}}{name}" for name in tree.VOID)


def _keep_open(body: Any) -> None:
    """Give empty elements an empty text: HTML knows no ``<p/>``."""
    for each in body.iter():
        own = isinstance(each.tag, str) and each.tag.startswith(f"{{{XHTML}}}")
        if own and each.tag not in _VOID and len(each) == 0:
            each.text = each.text or ""


def _plain_names(root: Any) -> None:
    """Drop what only XML needs."""
    for each in root.iter():
        if isinstance(each.tag, str) and not each.tag.startswith(f"{{{SVG}}}"):
            each.attrib.pop("{http://www.w3.org/XML/1998/namespace}lang", None)
