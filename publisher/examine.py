"""Everything that can be found wrong without building: source, styles, catalogs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from publisher import brand, fit, language, own_styles
from publisher.cache import Cache
from publisher.catalog import glossary, layout, store
from publisher.checks import check_catalog
from publisher.checks.links import localised_figures
from publisher.errors import Finding, FindingsError, PublisherError, sort_findings
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
    findings += _settings(publication, issue)
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


def _settings(publication: Publication, issue: str) -> Iterator[Finding]:
    """What a build could not read: fitted articles, the publication's own words and languages."""
    root = publication.root
    own = root / "translations" / "languages"
    words = root / "translations" / "layout"
    loads: list[Callable[[], object]] = [partial(fit.load, root, issue)]
    loads += [partial(layout.load, code, words) for code in publication.languages]
    names = [path.stem for path in sorted(own.glob("*.toml"))]
    loads += [partial(language.load, n, own) for n in names if n not in publication.languages]
    for load in loads:
        try:
            load()
        except FindingsError as error:
            yield from error.findings
        except PublisherError as error:
            where = publication.relative(Path(error.path)) if error.path else "source"
            yield Finding("setting", "error", error.message, where, error.line, error.hint or "")
