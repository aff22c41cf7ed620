"""``publisher watch``."""

from __future__ import annotations

import click

from publisher.cli.common import State, cache_for, issue_argument


@click.command("watch", short_help="Rebuild and show one language as its texts change.")
@issue_argument
@click.option("-l", "--language", metavar="LANG", help="The language (default: the source's).")
@click.option(
    "-f", "--format", "formats", multiple=True, type=click.Choice(["html", "pdf"]),
    help="Only this format.",
)  # fmt: skip
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8642, show_default=True,
    help="The port on this machine; 0 takes any that is free.",
)  # fmt: skip
@click.option("--open", "browse", is_flag=True, help="Open the page in a browser.")
@click.pass_obj
def command(
    state: State,
    issue: str | None,
    language: str | None,
    formats: tuple[str, ...],
    port: int,
    browse: bool,
) -> int:
    """Rebuild the HTML page and the PDF of one language as source, catalogs and styles change.

    A server that only this machine can reach shows the page at http://127.0.0.1:8642/ and the PDF at
    /pdf; both reload by themselves. Ctrl-C ends it.
    """
    import threading

    from publisher.watch import FORMATS, Server, Watcher

    publication = state.publication()
    chosen = publication.pick_issue(issue)
    (code,) = publication.pick_languages((language or publication.config.language,))
    cache = cache_for(publication, False)
    wanted = tuple(name for name in FORMATS if not formats or name in formats)
    watcher = Watcher(publication, chosen, code, cache, state.say, wanted)
    with Server(watcher, port) as server:
        state.say(f"{server.address} (PDF: {server.address}pdf); Ctrl-C ends it")
        if browse:
            import webbrowser

            webbrowser.open(server.address)
        try:
            watcher.run(threading.Event())
        except KeyboardInterrupt:
            state.say("")
    return 0
