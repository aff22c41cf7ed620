"""EPUB 3.3 editions: one content document an article, built on what ``html.render`` gives.

Our own packager, because every part of the package says something about the edition: accessibility
metadata computed from the content, landmarks and labels in the edition's language, the pages of the
PDF, the direction of the pages, the state of the review. Sources: EPUB 3.3, EPUB Accessibility 1.1,
DPUB-ARIA 1.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from publisher.editions import (
    Compiled,
    blocks,
    epub_access,
    epub_cover,
    epub_nav,
    epub_notes,
    epub_styles,
    html,
    marks,
)
from publisher.editions.epub_breaks import CONTENTS, COVER, breaks_of, page_breaks
from publisher.editions.epub_figures import Figures
from publisher.editions.epub_meta import metadata
from publisher.editions.epub_package import Item, pack
from publisher.editions.epub_xhtml import (
    SVG,
    XHTML,
    Place,
    convert,
    document,
    element,
    fragment,
    name_of,
)
from publisher.editions.tree import STATES, direction_of
from publisher.errors import Finding, sort_findings

if TYPE_CHECKING:
    from publisher.cache import Cache
    from publisher.editions import Edition
    from publisher.editions.epub_breaks import Break
    from publisher.editions.html import ArticleHtml, Inline, Rendered

MESSAGES = (
    "Issue {number}",
    "Draft",
    "Cover",
    "Title page",
    "Contents",
    "Start of the text",
    "Colophon",
    "Landmarks",
    "Pages",
    "Page {number}",
    "Notes",
    "Back to the text, note {number}",
)
"""The msgids of the layout's catalog that the EPUB modules use besides those of ``epub_access``."""

STYLES = "styles/edition.css"

_RESERVED = frozenset({"cover", "title", "contents", "colophon"})


@dataclass
class Page:
    """A content document while it is made: its href, its body, what is in it."""

    href: str
    title: str
    body: Any
    place: Place
    properties: list[str] = field(default_factory=list)


def compile(
    edition: Edition,
    page_map: Mapping[str, int] | None = None,
    *,
    rendered: Rendered | None = None,
    cache: Cache | None = None,
) -> Compiled:
    """The EPUB of an edition.

    ``page_map`` maps blocks (``editions.blocks``) and identifiers of the document (articles,
    headings, any anchor) to the physical pages of the PDF of the same edition, counted from 1, and
    makes the page list. ``rendered`` is
    the edition's HTML where a caller has it already; ``cache`` keeps font subsets.
    """
    book = _Book(edition, rendered or html.render(edition), page_map or {}, cache)
    return Compiled(book.data(), None, {}, sort_findings(book.findings))


class _Book:
    def __init__(
        self,
        edition: Edition,
        rendered: Rendered,
        page_map: Mapping[str, int],
        cache: Cache | None,
    ) -> None:
        self.edition = edition
        self.rendered = rendered
        self.page_map = page_map
        self.cache = cache
        self.words = edition.words
        self.figures = Figures(edition.document.figures, edition.files)
        self.findings: list[Finding] = list(rendered.findings)
        self.hrefs = _hrefs(rendered)
        self.files = {
            anchor: self.hrefs[article]
            for anchor, article in rendered.anchors.items()
            if article in self.hrefs
        }

    def data(self) -> bytes:
        """All files, packed."""
        articles = [self.article(article) for article in self.rendered.articles]
        colophon = self.colophon()
        sources = [(page.href, page.body) for page in (*articles, colophon)]
        breaks = page_breaks(sources, self.page_map, self.edition.language, self.free)
        front = [self.cover(breaks), self.title_page()]
        contents = self.contents(breaks)
        pages = [*front, contents, *articles, colophon]
        # The figures' findings come with the pages that show them.
        self.findings += self.figures.findings
        made = epub_styles.make(self.edition, self.rendered, pages, self.cache)
        self.findings += made.findings
        items = [self.item(page) for page in pages]
        cover = epub_cover.picture(self.edition, self.rendered)
        items.append(Item("images/cover.png", cover, ("cover-image",)))
        if self.edition.draft:
            tile = epub_cover.draft_tile(self.words("Draft"), self.edition)
            items.append(Item("images/draft.svg", tile))
        items += [*made.fonts, Item(STYLES, made.sheet), *self.figures.items()]
        content = epub_access.Content(
            images=self.figures.images + 1,
            without_alternative=self.figures.without_alternative,
            math=any("math" in page.place.used for page in pages),
            tables=any("table" in page.place.used for page in pages),
            page_list=bool(breaks),
            moving=self.figures.moving,
            contrast=not self.edition.brand.findings(),
            headings_in_order=all(map(_in_order, pages)),
            draft=self.edition.draft,
            checked=not self.edition.credits.sample,
        )
        return pack(metadata(self.edition, self.rendered, content), items)

    def item(self, page: Page) -> Item:
        """A finished page as a file of the package, in the reading order."""
        edition = self.edition
        data = document(
            page.body,
            title=page.title,
            language=edition.language.code,
            direction=edition.language.direction,
            styles=_up(page.href) + STYLES,
        )
        used = page.place.used
        properties = [*page.properties]
        properties += ["svg"] if "svg" in used else []
        properties += ["mathml"] if "math" in used else []
        return Item(page.href, data, tuple(properties), spine=True)

    def page(self, href: str, title: str, *content: Any, name: str = "") -> Page:
        """A page with the mark of a draft or an embargo first, where there is one."""
        draft = self.edition.draft
        classes = " ".join(filter(None, (name, "draft" if draft else "")))
        body = element("body", {"class": classes}, self.edition_mark(), *content)
        place = self.place(href)
        place.used.update(_names(body))
        publication = self.rendered.name.text
        title = publication if title == publication else f"{title} – {publication}"
        return Page(href, title, body, place)

    def place(self, href: str) -> Place:
        """A converter's view of the book from one file."""
        place = Place(href, self.files, lambda path, alt: self.figures.element(path, alt, place))
        return place

    def edition_mark(self) -> Any | None:
        """The mark that every file of a draft, or of an edition under embargo, carries."""
        words = marks.mark(self.edition)
        if not words:
            return None
        return element("p", {"class": marks.classes(self.edition), "role": "note"}, words)

    def inline(
        self, tag: str, text: Inline | None, place: Place, attributes: Mapping[str, str]
    ) -> Any | None:
        """A metadata string as an element, marked when nobody has reviewed it."""
        if text is None:
            return None
        made = convert(fragment(text.html), place, tag=tag)
        own = dict(attributes)
        if text.state:
            own["class"] = " ".join(filter(None, (own.get("class", ""), "unreviewed")))
            own["data-state"] = text.state
        if text.lang:
            own |= {"lang": text.lang, "dir": direction_of(text.lang)}
        outer = element(tag, own)
        if text.state:
            outer.append(self.mark(text.state))
            outer[-1].tail = " "
        _move(made, outer)
        return outer

    def mark(self, state: str) -> Any:
        """The words that say why a text is not reviewed."""
        language = self.edition.language
        words = self.words(STATES.get(state, STATES["machine"]))
        return element(
            "span",
            {"class": "review-mark", "lang": language.code, "dir": language.direction},
            words,
        )

    def cover(self, breaks: Sequence[Break]) -> Page:
        """The cover: one picture whose alternative says all that is written on it."""
        alternative = epub_cover.alternative(self.edition, self.rendered)
        image = element("img", {"src": "../images/cover.png", "alt": alternative})
        section = element("section", {"type": "cover"}, *breaks_of(COVER, breaks), image)
        return self.page(COVER, self.words("Cover"), section, name="cover")

    def title_page(self) -> Page:
        """The title page: what the cover says, as text."""
        rendered, document_ = self.rendered, self.edition.document
        href = "text/title.xhtml"
        place = self.place(href)
        language = self.edition.language
        issue = " · ".join(
            (
                self.words("Issue {number}", number=language.localise_digits(document_.number)),
                language.format_date(document_.date),
            )
        )
        header = element(
            "section",
            {"type": "titlepage", "class": "titlepage", "aria-labelledby": "edition-title"},
            self.inline("p", rendered.publisher, place, {"class": "publisher"}),
            self.inline("p", rendered.name, place, {"class": "name"}),
            self.inline("p", rendered.tagline, place, {"class": "tagline"}),
            element("p", {"class": "issue"}, issue),
            self.inline("h1", rendered.title, place, {"id": "edition-title"}),
            self.inline("p", rendered.subtitle, place, {"class": "subtitle"}),
            self.revision(),
            self.inline("p", rendered.correction, place, {"class": "correction"}),
        )
        return self.page(href, rendered.name.text, header)

    def revision(self) -> Any | None:
        """Which revision of the issue this is; a first edition says nothing."""
        number = self.edition.document.revision
        if number < 2:
            return None
        count = self.edition.language.localise_digits(str(number))
        return element(
            "p", {"class": "revision"}, self.words("Revision {revision}.", revision=count)
        )

    def contents(self, breaks: Sequence[Break]) -> Page:
        """The navigation document, which is the contents page too."""
        navs = epub_nav.build(self.edition, self.rendered, self.hrefs, breaks)
        navs[:0] = breaks_of(CONTENTS, breaks)
        page = self.page(CONTENTS, self.words("Contents"), *navs, name="contents")
        page.properties.append("nav")
        return page

    def article(self, article: ArticleHtml) -> Page:
        """An article: head, body, notes."""
        href = self.hrefs[article.id]
        place = self.place(href)
        title_id = self.free(f"{article.id}--title")
        author = self.inline("p", article.author, place, {"class": "byline"})
        head = element(
            "header",
            {"class": "article-head"},
            element("p", {"class": "article-number"}, article.label),
            self.inline("h1", article.title, place, {"id": title_id}),
            self.inline("p", article.summary, place, {"class": "standfirst"}),
            author,
        )
        section = element(
            "section",
            {
                "type": "chapter",
                "role": "doc-chapter",
                "id": name_of(article.id),
                "aria-labelledby": title_id,
            },
            head,
            convert(article.body, place),
            self.notes(article, place),
        )
        page = self.page(href, article.title_text, section)
        page.place.used.update(place.used)
        return page

    def colophon(self) -> Page:
        """The publication's own colophon, then what the edition must say about itself."""
        href = "text/colophon.xhtml"
        place = self.place(href)
        own = self.rendered.colophon
        lines = element("div", {"class": "colophon-lines"})
        for number, (kind, line) in enumerate(self.rendered.lines, start=1):
            own_class = {"class": f"colophon-line colophon-{kind}"}
            made = self.inline("p", line, place, own_class)
            if made is not None:
                made.set(blocks.ATTRIBUTE, blocks.colophon_line(number))
                lines.append(made)
        identifier = name_of(own.id) if own is not None else "colophon"
        title_id = self.free(f"{identifier}--title")
        if own is None:
            heading = element("h1", {"id": title_id}, self.words("Colophon"))
            body = notes = None
            title = self.words("Colophon")
        else:
            heading = self.inline("h1", own.title, place, {"id": title_id})
            body, notes = convert(own.body, place), self.notes(own, place)
            title = own.title_text
        section = element(
            "section",
            {
                "type": "colophon",
                "role": "doc-colophon",
                "class": "colophon",
                "id": identifier,
                "aria-labelledby": title_id,
            },
            element("header", {"class": "colophon-head"}, heading),
            body,
            notes,
            lines,
        )
        page = self.page(href, title, section)
        page.place.used.update(place.used)
        return page

    def notes(self, article: ArticleHtml, place: Place) -> Any | None:
        """The notes of an article, at its end."""
        return epub_notes.section(article, place, self.words, self.free(f"{article.id}--notes"))

    def free(self, identifier: str) -> str:
        """The identifier, or one like it, that nothing in the issue has."""
        while identifier in self.files:
            identifier += "-x"
        return name_of(identifier)


def _hrefs(rendered: Rendered) -> dict[str, str]:
    """The file of each article, named after its identifier."""
    found: dict[str, str] = {}
    taken = set(_RESERVED)
    for article in rendered.articles:
        name = name_of(article.id).lower()
        if not name or name in taken or len(name) > 80:
            name = f"article-{article.number}"
        taken.add(name)
        found[article.id] = f"text/{name}.xhtml"
    if rendered.colophon is not None:
        found[rendered.colophon.id] = "text/colophon.xhtml"
    return found


def _up(href: str) -> str:
    return "../" * href.count("/")


def _names(root: Any) -> set[str]:
    return {
        str(e.tag).rsplit("}", 1)[-1]
        for e in root.iter()
        if isinstance(e.tag, str) and e.tag.startswith(f"{{{XHTML}}}")
    }


def _move(source: Any, target: Any) -> None:
    """Move the content of one element to the end of another."""
    if source.text:
        if len(target):
            target[-1].tail = (target[-1].tail or "") + source.text
        else:
            target.text = (target.text or "") + source.text
    target.extend(list(source))


def _in_order(page: Page) -> bool:
    """Whether no level of heading is skipped on a page."""
    last = 0
    for heading in page.body.iter(*(f"{{{XHTML}}}h{level}" for level in range(1, 7))):
        level = int(heading.tag[-1])
        if level > last + 1:
            return False
        last = level
    return not any(e.tag == f"{{{SVG}}}script" for e in page.body.iter(f"{{{SVG}}}script"))
