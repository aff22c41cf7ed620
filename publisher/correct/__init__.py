"""A corrected manuscript against the source: compared paragraph by paragraph, shown, applied.

The manuscript gives words and order; the source keeps ids, attributes, cross-references, front matter
and all that Word cannot hold. What says the same is not touched, to the byte, so that ``update`` sends
back to translators only what has changed.
"""

from __future__ import annotations

from publisher.correct.compare import Comparer
from publisher.correct.model import Change, Correction
from publisher.correct.show import html_page, terminal_lines
from publisher.importers.manuscript import Manuscript
from publisher.project import Publication

__all__ = ["Change", "Correction", "apply", "compare", "html_page", "issue_of", "terminal_lines"]


def issue_of(manuscript: Manuscript, publication: Publication) -> str | None:
    """The issue that a manuscript names itself, None where it names none that exists."""
    return manuscript.issue if manuscript.issue in publication.issue_ids else None


def compare(publication: Publication, issue: str, manuscript: Manuscript, name: str) -> Correction:
    """Compare a corrected manuscript with the source of an issue; nothing is written.

    Raises InputError when the source cannot be read, the issue is frozen, or the manuscript is of
    another text.
    """
    return Comparer(publication, issue, manuscript, name).run()


def apply(publication: Publication, correction: Correction) -> list[str]:
    """Write the corrected files, all of them or none; returns their paths."""
    from publisher.files import write_atomic
    from publisher.importers.store import replace_issue

    if not correction.files:
        return []
    folder = f"source/{correction.issue}/"
    inside = {
        path.removeprefix(folder): data
        for path, data in correction.files.items()
        if path.startswith(folder)
    }
    if inside:
        replace_issue(publication.source / correction.issue, inside, frozenset())
    for path, data in correction.files.items():
        if not path.startswith(folder):
            write_atomic(publication.root / path, data)
    return sorted(correction.files)
