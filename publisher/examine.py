"""Everything that can be found wrong without building: source, styles, catalogs."""

from __future__ import annotations

from collections.abc import Sequence

from publisher import brand, language, own_styles
from publisher.cache import Cache
from publisher.catalog import glossary, store
from publisher.checks import check_catalog
from publisher.checks.links import localised_figures
from publisher.errors import Finding, sort_findings
from publisher.project import Publication
from publisher.reader import read_issue


def examine(
    publication: Publication, issue: str, languages: Sequence[str], cache: Cache, stamp: str
) -> tuple[Finding, ...]:
    """Findings of one issue, in order of file and line.

    Raises FindingsError or InputError for a configuration or catalog that cannot be read at all.
    """
    findings = list(read_issue(publication, issue, cache, stamp).findings)
    findings += brand.load(publication.root / "styles").findings()
    findings += own_styles.read(publication.root)[1]
    own = publication.root / "translations" / "languages"
    files = [path for path in (publication.source / issue).rglob("*") if path.is_file()]
    names = [publication.relative(path) for path in files]
    findings += localised_figures(names, publication.languages, language.available(own))
    source_language = language.load(publication.config.language, own)
    for code in languages:
        path = publication.relative(publication.catalog_path(issue, code))
        catalog = store.load_catalog(publication, issue, code)
        if catalog is None:
            findings.append(
                Finding(
                    "missing-catalog",
                    "warning",
                    "there is no catalog yet",
                    path,
                    None,
                    "Run: publisher update",
                    code,
                )
            )
            continue
        if catalog.header.get("X-Source-Digest") != store.source_digest(publication, issue):
            findings.append(
                Finding(
                    "stale-catalog",
                    "warning",
                    "the source has changed since the last update",
                    path,
                    None,
                    "Run: publisher update",
                    code,
                )
            )
        terms = glossary.load(
            publication.root / "translations" / "glossary",
            code,
            source_language.code,
            "translations/glossary",
        )
        findings += check_catalog(catalog, language.load(code, own), source_language, path, terms)
    return sort_findings(findings)
