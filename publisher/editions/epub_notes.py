"""Notes of an EPUB: at the end of their article, each with a way back to its call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from publisher.editions.epub_xhtml import XHTML, Place, convert, element, name_of

if TYPE_CHECKING:
    from publisher.catalog.layout import Words
    from publisher.editions.html import ArticleHtml, NoteHtml


def section(article: ArticleHtml, place: Place, words: Words, title_id: str) -> Any | None:
    """The notes of an article as asides, each with a way back; None where it has none."""
    if not article.notes:
        return None
    made = element(
        "section",
        {"type": "footnotes", "class": "notes", "aria-labelledby": title_id},
        element("h2", {"id": title_id}, words("Notes")),
    )
    roots = [article.body, *(note.element for note in article.notes)]
    present = {e.get("id") for root in roots for e in root.iter() if isinstance(e.tag, str)}
    for note in article.notes:
        made.append(_note(note, place, words, linked=note.ref_id in present))
    return made


def _note(note: NoteHtml, place: Place, words: Words, *, linked: bool) -> Any:
    """One note; the link back is the first thing in its first paragraph.

    A note whose reference is not in the text (a short caption's) has nothing to lead back to.
    """
    if linked:
        label = words("Back to the text, note {number}", number=note.number)
        href = f"#{name_of(note.ref_id)}"
        attributes = {"class": "back", "role": "doc-backlink", "href": href}
        back = element("a", {**attributes, "aria-label": label}, note.number)
    else:
        back = element("span", {"class": "back"}, note.number)
    aside = convert(note.element, place, tag="aside")
    aside.attrib.clear()
    aside.set("id", name_of(note.id))
    aside.set("class", "note")
    aside.set("{http://www.idpf.org/2007/ops}type", "footnote")
    aside.set("role", "doc-footnote")
    first = aside[0] if len(aside) and aside[0].tag == f"{{{XHTML}}}p" else None
    if first is None:
        first = element("p", {})
        aside.insert(0, first)
    first.insert(0, back)
    back.tail, first.text = " " + (first.text or ""), None
    return aside
