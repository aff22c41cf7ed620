"""The metadata of an EPUB: its name, its makers, its state, and what it may claim of itself."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from publisher.editions import epub_access
from publisher.editions.epub_package import Meta, Metadata

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.editions.html import Rendered

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:publisher:edition")


def metadata(edition: Edition, rendered: Rendered, content: epub_access.Content) -> Metadata:
    """What the package document of an edition says; ``content`` decides what it may claim."""
    words, urn = edition.words, identifier(edition, rendered)
    document, credits = edition.document, edition.credits
    number = edition.language.localise_digits(document.number)
    parts = [rendered.name.text, words("Issue {number}", number=number)]
    if rendered.title.text != rendered.name.text:
        parts.append(rendered.title.text)
    title = " · ".join(filter(None, parts))
    if edition.draft:
        title += f" ({words('Draft')})"
    description = rendered.subtitle or rendered.tagline
    subjects = dict.fromkeys(
        keyword for article in rendered.articles for keyword in article.keywords
    )
    own = [Meta("schema:creativeWorkStatus", "Draft" if edition.draft else "Published")]
    own.append(Meta("schema:version", str(document.revision)))
    if content.page_list:
        own.append(Meta("pageBreakSource", f"{urn}:pdf"))
    conforms = content.conforms
    return Metadata(
        identifier=urn,
        title=title,
        language=edition.language.code,
        modified=edition.stamp,
        direction=edition.language.direction,
        publisher=rendered.publisher.text,
        date=document.date.isoformat(),
        description=description.text if description else "",
        rights=rendered.licence.text if rendered.licence else "",
        subjects=tuple(subjects),
        series=rendered.name.text,
        number=document.number if document.number.isdigit() else "",
        contributors=(
            *(("trl", name) for name in credits.translators),
            *(("pfr", name) for name in credits.reviewers),
        ),
        conforms_to=epub_access.CONFORMANCE if conforms else "",
        certified_by=rendered.publisher.text if conforms else "",
        metas=(*epub_access.metas(content, words), *own),
    )


def identifier(edition: Edition, rendered: Rendered) -> str:
    """A URN that stays the same for one publication, issue and language."""
    # The address of the publication is the same in all its languages; its name is not.
    document = edition.document
    publication = document.website or rendered.name.text
    key = "\n".join((publication, document.id, edition.language.code))
    return uuid.uuid5(_SPACE, key).urn
