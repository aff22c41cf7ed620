"""``publisher check``."""

from __future__ import annotations

import click

from publisher.cli.common import (
    State,
    cache_for,
    issue_argument,
    json_option,
    languages_option,
    no_cache_option,
    print_findings,
    print_json,
)


@click.command("check", short_help="Find errors in source and catalogs.")
@issue_argument
@languages_option
@click.option("--checks", "list_checks", is_flag=True, help="List the checks of catalogs and stop.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["plain", "json", "sarif"]),
    default="plain",
    show_default=True,
    help="How to print the findings.",
)
@json_option
@no_cache_option
@click.pass_obj
def command(
    state: State,
    issue: str | None,
    languages: tuple[str, ...],
    list_checks: bool,
    form: str,
    as_json: bool,
    no_cache: bool,
) -> int:
    """Find errors in source, styles and catalogs; exits with 1 when there is one.

    Findings name file, line, check and severity. An entry may ignore a check in a comment that
    says why: `# ignore: numbers (the figure is in words)`.
    """
    if list_checks:
        from publisher.checks import all_checks

        for item in all_checks():
            state.say(f"{item.name}: {item.help}")
        return 0
    from publisher.examine import examine
    from publisher.stamp import code_stamp

    publication = state.publication()
    chosen = publication.pick_issue(issue)
    targets = publication.pick_languages(languages, targets_only=True)
    findings = examine(publication, chosen, targets, cache_for(publication, no_cache), code_stamp())
    errors = sum(finding.severity == "error" for finding in findings)
    if form == "sarif":
        from publisher import __version__
        from publisher.checks.sarif import sarif

        print_json(sarif(findings, __version__))
    elif as_json or form == "json":
        print_json({"issue": chosen, "findings": [finding.as_dict() for finding in findings]})
    else:
        print_findings(findings)
        state.say(f"{errors} errors, {len(findings) - errors} other findings")
    return 1 if errors else 0
