"""Checks against the term base."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.catalog.glossary import Words
from publisher.checks import Report, Subject, check


@check("terms")
def terms(subject: Subject) -> Iterator[Report]:
    """Terms are translated as the term base says, inflected as need be; forbidden words do not stand there.

    A missing term is a warning, since a sentence may do without the word; a forbidden one, or a term
    that must stay as it is and does not, is an error. Proposals are not enforced.
    """
    if not subject.terms:
        return
    words = Words.of(subject.target, subject.language.code)
    for term in subject.terms.in_source(subject.source):
        if term.proposed:
            continue
        if term.kind == "keep":
            if not any(target in subject.target for target in term.targets):
                yield "error", f"the term {term.source} must stay as it is"
        elif term.kind == "forbidden":
            for target in term.targets:
                if words.find(target, whole=True):
                    yield "error", f"{term.source} must not be called “{target}”"
        elif not any(words.find(target) for target in term.targets):
            yield "warning", f"the term {term.source} is “{' or '.join(term.targets)}”"
