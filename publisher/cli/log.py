"""``publisher log``."""

from __future__ import annotations

import click

from publisher.cli.common import State, json_option, languages_option, print_json


@click.command("log", short_help="Show the history of a segment.")
@click.argument("text", nargs=-1, required=True, metavar="TEXT...")
@click.option("--issue", help="The issue (default: the newest).")
@languages_option
@json_option
@click.pass_obj
def command(
    state: State,
    text: tuple[str, ...],
    issue: str | None,
    languages: tuple[str, ...],
    as_json: bool,
) -> int:
    """Show the history of a segment: who did what to which text.

    TEXT is part of the source or of the translation. Exits with 1 when no segment holds it.
    """
    from publisher.catalog.history import lineage, select
    from publisher.catalog.ledger import source_hash, target_hash
    from publisher.catalog.states import state_of
    from publisher.catalog.store import load_catalog, load_ledger

    publication = state.publication()
    chosen = publication.pick_issue(issue)
    found: list[dict[str, object]] = []
    for language in publication.pick_languages(languages, targets_only=True):
        catalog = load_catalog(publication, chosen, language)
        if catalog is None:
            continue
        ledger = load_ledger(publication, chosen, language)
        for entry in select(catalog, [" ".join(text)]):
            key, target = source_hash(entry.key), target_hash(entry)
            events = [
                {
                    "time": event.time,
                    "kind": event.kind,
                    "by": event.by,
                    "note": event.note,
                    "of": "this text"
                    if event.source == key and event.target == target
                    else "an earlier translation"
                    if event.source == key
                    else "an earlier source text",
                }
                for event in lineage(ledger, entry)
            ]
            found.append(
                {
                    "language": language,
                    "source": entry.msgid,
                    "translation": entry.msgstr,
                    "state": state_of(entry, ledger).value,
                    "events": events,
                }
            )
    if as_json:
        print_json({"issue": chosen, "segments": found})
        return 0 if found else 1
    for item in found:
        click.echo(f"{item['language']}  {item['source']}")
        click.echo(f"    {item['translation'] or '(no translation)'}  [{item['state']}]")
        for event in item["events"]:  # type: ignore[attr-defined]
            parts = (event["time"], event["kind"].ljust(10), event["by"], event["note"])
            of = "" if event["of"] == "this text" else f"({event['of']})"
            click.echo("    " + "  ".join(part for part in (*parts, of) if part))
        if not item["events"]:
            click.echo("    no events yet: run publisher update")
        click.echo("")
    if not found:
        state.warn("no segment holds this text")
        return 1
    return 0
