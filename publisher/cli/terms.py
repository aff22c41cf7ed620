"""``publisher terms``."""

from __future__ import annotations

import click

from publisher.cli.common import (
    State,
    cache_for,
    issue_argument,
    json_option,
    languages_option,
    no_cache_option,
    print_json,
    print_table,
)


@click.command("terms", short_help="Propose terms for the term base.")
@issue_argument
@languages_option
@click.option("--least", default=2, show_default=True, help="How often a name must recur.")
@click.option(
    "--write", is_flag=True, help="Add them to translations/glossary/LANG.po as proposals."
)
@json_option
@no_cache_option
@click.pass_obj
def command(
    state: State,
    issue: str | None,
    languages: tuple[str, ...],
    least: int,
    write: bool,
    as_json: bool,
    no_cache: bool,
) -> int:
    """Propose terms for the term base: names and noun phrases that recur in the source.

    With --write they are added to the term base of each language, untranslated, for a translator to
    fill in or to delete.
    """
    from publisher.catalog import glossary, tags
    from publisher.catalog.candidates import candidates, with_candidates
    from publisher.catalog.segments import segments
    from publisher.errors import FindingsError
    from publisher.files import write_atomic
    from publisher.reader import read_issue
    from publisher.stamp import code_stamp

    publication = state.publication()
    chosen = publication.pick_issue(issue)
    reading = read_issue(publication, chosen, cache_for(publication, no_cache), code_stamp())
    if reading.errors:
        raise FindingsError(reading.findings, "the source has errors")
    texts = list(
        dict.fromkeys(tags.strip(unit.msgid, unit.tags) for unit in segments(reading.document))
    )
    folder = publication.root / "translations" / "glossary"
    source = publication.config.language
    targets = publication.pick_languages(languages, targets_only=True)
    report: dict[str, list[dict[str, object]]] = {}
    rows = []
    for language in targets:
        known = glossary.load(folder, language, source, "translations/glossary")
        found = candidates(texts, known, least=least)
        report[language] = [
            {"term": item.text, "count": item.count, "name": item.name} for item in found
        ]
        rows += [
            (language, item.text, str(item.count), "name" if item.name else "phrase")
            for item in found
        ]
        if write:
            data = with_candidates(folder / f"{language}.po", language, found)
            write_atomic(folder / f"{language}.po", data)
    if as_json:
        print_json({"issue": chosen, "languages": report})
    else:
        print_table(state, ("language", "term", "times", "kind"), rows)
    return 0
