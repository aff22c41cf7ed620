"""Watching: rebuild the HTML page and the PDF of one language as its texts change, and show them.

Files are judged by content: a saved file with the same bytes changes nothing. The build runs in this one
warm process; a small server on the loopback interface shows the result and tells open pages to reload.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from publisher.build import build
from publisher.build_report import Options, Outcome
from publisher.cache import Cache
from publisher.editions.pdf_again import Memory, remembered
from publisher.errors import MachineError, PublisherError
from publisher.files import sha256
from publisher.project import Publication, load

FORMATS = ("html", "pdf")
"""What is rebuilt; the page is there long before the PDF."""

INTERVAL = 0.15
"""Seconds between two looks at the files."""


class Changes:
    """Which files below some folders have changed since the last look."""

    def __init__(self, root: Path, folders: tuple[str, ...] = ("source", "translations", "styles")):
        self.root = root
        self.folders = folders
        self.seen: dict[str, tuple[int, int, str]] = {}
        self.look()

    def look(self) -> tuple[str, ...]:
        """The publication-relative names of files that are new, gone or of other content."""
        found: dict[str, tuple[int, int, str]] = {}
        changed = []
        for path in self._files():
            name = path.relative_to(self.root).as_posix()
            before = self.seen.get(name)
            try:
                facts = path.stat()
                if before and before[:2] == (facts.st_mtime_ns, facts.st_size):
                    found[name] = before
                    continue
                digest = sha256(path.read_bytes())
            except OSError:
                # It is being replaced; the next look sees it.
                if before:
                    found[name] = before
                continue
            found[name] = (facts.st_mtime_ns, facts.st_size, digest)
            if before is None or before[2] != digest:
                changed.append(name)
        changed += [name for name in self.seen if name not in found]
        self.seen = found
        return tuple(sorted(changed))

    def _files(self) -> Iterator[Path]:
        for folder in self.folders:
            for path in sorted((self.root / folder).rglob("*")):
                if path.is_file() and not path.name.startswith(".") and path.name[-1] != "~":
                    yield path


@dataclass(frozen=True, slots=True)
class Shown:
    """What the server shows: a file and its version by format, and the last error."""

    files: dict[str, Path] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class _SourceCache:
    """A cache without its editions."""

    cache: Cache

    def get(self, kind: str, key: str) -> bytes | None:
        return None if kind in ("edition", "facts") else self.cache.get(kind, key)

    def put(self, kind: str, key: str, data: bytes) -> None:
        """Nothing that is made only to be known is kept."""


class Watcher:
    """Rebuilds one language of an issue; ``say`` is told of every outcome and error."""

    def __init__(
        self,
        publication: Publication,
        issue: str,
        language: str,
        cache: Cache,
        say: Callable[[str], None],
        formats: tuple[str, ...] = FORMATS,
    ) -> None:
        self.publication = publication
        self.issue = issue
        self.language = language
        self.cache = cache
        self.say = say
        self.formats = formats
        self.shown = Shown()
        self.memory = Memory()
        self.changes = Changes(publication.root)

    def rebuild(self) -> tuple[Outcome, ...]:
        """Build what has changed; errors are told and kept for the page, never raised."""
        try:
            self.publication = load(self.publication.root)
            options = Options((self.language,), self.formats)
            with remembered(self.memory):
                report = build(
                    self.publication, self.issue, options, self.cache, progress=self._done
                )
        except PublisherError as error:
            self._failed(str(error))
            return ()
        failed = [f"{each.format}: {each.error}" for each in report.outcomes if each.error]
        self._failed("\n".join(failed))
        return report.outcomes

    def _failed(self, message: str) -> None:
        if message and message != self.shown.error:
            self.say(message)
        self.shown = replace(self.shown, error=message)

    def _done(self, outcome: Outcome) -> None:
        """Show an edition as soon as it is there."""
        if outcome.state == "failed":
            return
        path = self.publication.root / outcome.path
        known = self.shown.files.get(outcome.format) == path and not outcome.rebuilt
        versions = dict(self.shown.versions)
        if not known:
            versions[outcome.format] = versions.get(outcome.format, 0) + 1
            self.say(f"{outcome.path}: {outcome.state} {outcome.seconds:.1f} s")
        files = {**self.shown.files, outcome.format: path}
        self.shown = replace(self.shown, files=files, versions=versions)

    def prepare(self) -> None:
        """Lay the PDF out where it came from the cache, so that the first change finds all that stays."""
        if "pdf" not in self.formats or self.memory.layouts or self.shown.error:
            return
        with (
            tempfile.TemporaryDirectory(prefix="publisher-watch-") as folder,
            remembered(self.memory),
            contextlib.suppress(PublisherError),
        ):
            options = Options((self.language,), ("pdf",), out=Path(folder))
            build(self.publication, self.issue, options, _SourceCache(self.cache))

    def run(self, stop: threading.Event, interval: float = INTERVAL) -> None:
        """Build, then rebuild after every change until ``stop`` is set."""
        self.rebuild()
        self.prepare()
        while not stop.wait(interval):
            if self.changes.look():
                self.rebuild()


_SCRIPT = """<script>
(function () {
  let known = null;
  const bar = document.createElement("p");
  bar.setAttribute("role", "status");
  bar.style.cssText = "position:fixed;inset:auto 0 0 0;margin:0;padding:.6rem 1rem;background:#000;"
    + "color:#fff;font:14px/1.4 sans-serif;white-space:pre-wrap;z-index:9;display:none";
  document.body.append(bar);
  async function ask() {
    try {
      const now = await (await fetch("/version")).json();
      bar.textContent = now.error;
      bar.style.display = now.error ? "block" : "none";
      const version = now.versions["FORMAT"];
      if (known !== null && version !== known) { location.reload(); return; }
      known = version;
    } catch (error) { }
    setTimeout(ask, 400);
  }
  ask();
})();
</script>"""

_PDF_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>PDF</title></head>
<body style="margin:0"><iframe title="PDF" src="/edition.pdf?VERSION"
style="border:0;width:100vw;height:100vh"></iframe>SCRIPT</body></html>"""


class Server:
    """Shows a watcher's files at ``http://127.0.0.1:PORT/`` and ``/pdf``, to this machine alone.

    Raises MachineError where the port is taken. Only those names are served: no path of a request
    ever becomes a path of the disk.
    """

    def __init__(self, watcher: Watcher, port: int = 0) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                _answer(self, watcher.shown)

            def log_message(self, *_arguments: Any) -> None:
                return

        try:
            self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        except OSError as error:
            raise MachineError(
                f"port {port} cannot be used: {error.strerror}", hint="Choose another with --port."
            ) from error
        self.server.daemon_threads = True

    @property
    def address(self) -> str:
        """The address of the HTML page."""
        return f"http://127.0.0.1:{self.server.server_address[1]}/"

    def __enter__(self) -> Server:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def _answer(request: BaseHTTPRequestHandler, shown: Shown) -> None:
    host = (request.headers.get("Host") or "").rsplit(":", 1)[0]
    if host not in ("127.0.0.1", "localhost"):
        # A page of another site that resolves its name to this machine (DNS rebinding).
        _send(request, 403, "text/plain", b"")
        return
    path = urlsplit(request.path).path
    if path == "/version":
        body = json.dumps({"versions": shown.versions, "error": shown.error}).encode()
        _send(request, 200, "application/json", body)
    elif path == "/":
        page = _read(shown, "html")
        script = _SCRIPT.replace("FORMAT", "html").encode()
        waiting = b"<!DOCTYPE html><title>Building</title><body><p>Building \xe2\x80\xa6</p></body>"
        page = waiting if page is None else page
        _send(
            request, 200, "text/html; charset=utf-8", page.replace(b"</body>", script + b"</body>")
        )
    elif path == "/pdf":
        made = _PDF_PAGE.replace("VERSION", str(shown.versions.get("pdf", 0)))
        made = made.replace("SCRIPT", _SCRIPT.replace("FORMAT", "pdf"))
        _send(request, 200, "text/html; charset=utf-8", made.encode())
    elif path == "/edition.pdf" and (data := _read(shown, "pdf")) is not None:
        _send(request, 200, "application/pdf", data)
    else:
        _send(request, 404, "text/plain", b"")


def _read(shown: Shown, name: str) -> bytes | None:
    try:
        return shown.files[name].read_bytes()
    except (KeyError, OSError):
        return None


def _send(request: BaseHTTPRequestHandler, status: int, kind: str, body: bytes) -> None:
    try:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        request.send_header("Cache-Control", "no-store")
        request.end_headers()
        request.wfile.write(body)
    except (BrokenPipeError, ConnectionResetError):
        return
