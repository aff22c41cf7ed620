"""``publisher doctor``."""

from __future__ import annotations

import click

from publisher.cli.common import State, json_option, print_json, print_table


@click.command("doctor", short_help="Say what this machine lacks, and how to get it.")
@json_option
@click.pass_obj
def command(state: State, as_json: bool) -> int:
    """Say what this machine lacks, and how to get it.

    Exits with 4 when something is missing without which no edition can be made.
    """
    from publisher.doctor import examine

    checks = examine()
    if as_json:
        print_json(
            [
                {
                    "name": check.name,
                    "need": check.need,
                    "found": check.found,
                    "purpose": check.purpose,
                    "cure": "" if check.ok else check.cure,
                }
                for check in checks
            ]
        )
    else:
        rows = [
            (
                check.name,
                check.found or ("MISSING" if check.need == "required" else "missing"),
                check.purpose,
                "" if check.ok else check.cure,
            )
            for check in checks
        ]
        print_table(state, ("what", "found", "purpose", "how to get it"), rows)
    return 4 if any(check.need == "required" and not check.ok for check in checks) else 0
