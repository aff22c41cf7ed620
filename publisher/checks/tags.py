"""Checks of inline tags."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.catalog import tags as markup
from publisher.checks import Report, Subject, check


@check("tags")
def tags(subject: Subject) -> Iterator[Report]:
    """Every link, note, image and code of the source stands in the translation once, and tags nest.

    Order is free, and no tag is made up. A lost emphasis or line break is a warning.
    """
    for problem in markup.problems(subject.entry.msgid, subject.entry.msgstr, subject.names):
        yield problem.severity, problem.message
    strange = (
        markup.names_in(subject.entry.msgstr).keys() - markup.names_in(subject.entry.msgid).keys()
    )
    for name in sorted(strange):
        yield "error", f"<{name}> is no tag of this text"
