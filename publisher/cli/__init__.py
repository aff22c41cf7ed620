"""The command line: one file a command, imported only when it runs.

``COMMANDS`` names every command with its one-line help, so that ``publisher --help`` imports none of them;
a test keeps both the same.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from pathlib import Path
from typing import NoReturn

import click

from publisher import __version__
from publisher.errors import FindingsError, MachineError, PublisherError

COMMANDS = {
    "init": "Make a new publication from a template.",
    "import": "Turn a manuscript into source articles.",
    "update": "Bring the catalogs up to date with the source.",
    "translate": "Draft what is missing: memory, then machine.",
    "status": "Show how far each language is.",
    "check": "Find errors in source and catalogs.",
    "build": "Compile editions.",
    "brand": "Show the brand: a specimen sheet, and contrasts.",
    "watch": "Rebuild and show one language as its texts change.",
    "parity": "Compare the editions of all languages and formats.",
    "verify": "Run the outside judges over built editions.",
    "approve": "Approve reviewed text as a second pair of eyes.",
    "log": "Show the history of a segment.",
    "terms": "Propose terms for the term base.",
    "exchange": "Send catalogs to other tools and take them back.",
    "kit": "Pack all that a translator outside needs, and take it back.",
    "merge-driver": "Merge catalogs by entry; git runs this.",
    "evaluate": "Compare machine drafts with reviewed text.",
    "models": "List, install or remove translation models.",
    "doctor": "Say what this machine lacks, and how to get it.",
}


class LazyGroup(click.Group):
    """A group whose commands are modules ``publisher.cli.NAME`` with a ``command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        name = "import_" if cmd_name == "import" else cmd_name.replace("-", "_")
        module = importlib.import_module(f"publisher.cli.{name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C",
    "folder",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="DIR",
    help="The publication's folder (default: this one, or the nearest above it).",
)
@click.option("-v", "--verbose", count=True, help="Say more.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
@click.option("--no-color", is_flag=True, help="No colours.")
@click.version_option(__version__, prog_name="publisher")
@click.pass_context
def cli(ctx: click.Context, folder: Path, verbose: int, quiet: bool, no_color: bool) -> None:
    """Compile a press bulletin into branded, accessible editions in many languages."""
    from publisher.cli.common import State

    ctx.obj = State(folder, verbose=verbose, quiet=quiet, color=not no_color)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every error ends as a message and an exit code (design §6)."""
    _utf8(sys.stdout)
    _utf8(sys.stderr)
    try:
        _supported(os.name)
        result = cli.main(args=arguments, prog_name="publisher", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except FindingsError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except PublisherError as error:
        click.echo(f"publisher: {error}", err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("publisher: interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain again at exit.
        sys.stdout = None
        sys.exit(1)
    except Exception as error:
        _internal(error, arguments)
    sys.exit(result if isinstance(result, int) else 0)


def _supported(system: str) -> None:
    """Raise MachineError on Windows itself (``os.name`` is ``nt``), where no worker can be forked."""
    if system == "nt":
        raise MachineError(
            "Windows itself is not supported", hint="Run publisher in WSL: see README.md, “Start”."
        )


def _internal(error: Exception, arguments: list[str] | None) -> NoReturn:
    """An error that is the toolkit's own fault: one line, the traceback with ``-v``."""
    given = sys.argv[1:] if arguments is None else arguments
    click.echo(f"publisher: internal error: {type(error).__name__}: {error}", err=True)
    if any(re.fullmatch(r"-v+|--verbose", argument) for argument in given):
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True)
    else:
        click.echo("    This is a bug in the toolkit; run again with -v for its details.", err=True)
    sys.exit(70)


def _utf8(stream: object) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")
