"""Fetch files over HTTP: with time limits, size limits and resumption; every failure a clear error."""

from __future__ import annotations

import http.client
import json
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from publisher.errors import InputError, MachineError, UsageError

TIMEOUT = 30.0
"""Seconds without a byte after which a server counts as hung."""

MAX_BYTES = 4 << 30
_CHUNK = 1 << 16

Progress = Callable[[int, int], None]
"""Called with the bytes that are there and the bytes in all (0 where the server does not say)."""


class _NoStrangeRedirect(urllib.request.HTTPRedirectHandler):
    """Follows redirects to http and https only."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        check_address(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_OPENER = urllib.request.build_opener(_NoStrangeRedirect)


def check_address(url: str) -> None:
    """Raise UsageError unless the URL is http or https with a host."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"“{url[:80]}” is not an http or https address")


def fetch(
    url: str,
    *,
    data: bytes | None = None,
    headers: dict[str, str] | None = None,
    limit: int = 64 << 20,
    timeout: float = TIMEOUT,
) -> bytes:
    """The body of a small resource; raises MachineError for any failure of server or network."""
    check_address(url)
    request = urllib.request.Request(url, data=data, headers=headers or {})  # noqa: S310
    try:
        with _OPENER.open(request, timeout=timeout) as response:
            body = _read(response, limit, time.monotonic() + 10 * timeout)
            expected = response.headers.get("Content-Length")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _failed(url, error) from error
    if len(body) > limit:
        raise MachineError("the answer of the server is too large", path=url)
    if expected and expected.isdigit() and len(body) < int(expected):
        raise MachineError("the server cut the answer off", path=url, hint="Try again.")
    return body


def _read(response: Any, limit: int, deadline: float) -> bytes:
    """The body, up to one byte over the limit; a server that only drips counts as hung."""
    parts: list[bytes] = []
    size = 0
    while size <= limit and (chunk := response.read1(_CHUNK)):
        parts.append(chunk)
        size += len(chunk)
        if time.monotonic() > deadline:
            raise TimeoutError
    return b"".join(parts)


def download(
    url: str,
    target: Path,
    progress: Progress = lambda _done, _total: None,
    *,
    timeout: float = TIMEOUT,
    limit: int = MAX_BYTES,
) -> Path:
    """Fetch a file to ``target``; a part left by an earlier try is resumed where the server can.

    The part lies beside the target with what identifies it (ETag or date), and is begun anew where
    the server's file has changed. Raises MachineError; the part stays for the next try.
    """
    check_address(url)
    part = target.with_name(f"{target.name}.part")
    tag_file = target.with_name(f"{target.name}.etag")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        have = part.stat().st_size if part.is_file() else 0
        mark = _read_mark(tag_file, url)
        if not mark:
            have = 0
        headers = {"Range": f"bytes={have}-", "If-Range": mark} if have else {}
        request = urllib.request.Request(url, headers=headers)  # noqa: S310
        try:
            response = _OPENER.open(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            if error.code != 416:
                raise
            # The part is as long as the file, or longer: take it whole again.
            part.unlink(missing_ok=True)
            have = 0
            response = _OPENER.open(urllib.request.Request(url), timeout=timeout)  # noqa: S310
        with response:
            done, total = _start_of(response, have)
            _write_mark(tag_file, url, response)
            if total > limit:
                raise MachineError(
                    f"the file is larger than {limit >> 20} MB and is not fetched", path=url
                )
            with part.open("ab" if done else "wb") as sink:
                while chunk := response.read(_CHUNK):
                    done += len(chunk)
                    if done > limit:
                        raise MachineError(
                            f"the file is larger than {limit >> 20} MB and is not fetched",
                            path=url,
                        )
                    sink.write(chunk)
                    progress(done, total)
        if total and done < total:
            raise MachineError(
                f"the server cut the download off after {done:,} of {total:,} bytes",
                path=url,
                hint="Run the command again: it goes on where it stopped.",
            )
        os.replace(part, target)  # noqa: PTH105
        tag_file.unlink(missing_ok=True)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _failed(url, error) from error
    return target


def _start_of(response: Any, have: int) -> tuple[int, int]:
    """From which byte the answer goes on, and the size of the whole; 0 where it is not known."""
    length = response.headers.get("Content-Length") or ""
    size = int(length) if length.isdigit() else 0
    if response.status != 206:
        return 0, size
    match = re.fullmatch(
        r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", "").strip()
    )
    if match is None or int(match[1]) != have:
        raise MachineError("the server answers with another part than was asked for")
    return have, int(match[2]) if match[2].isdigit() else have + size if size else 0


def _read_mark(path: Path, url: str) -> str:
    try:
        saved = json.loads(path.read_text("utf-8"))
        return str(saved["mark"]) if saved["url"] == url else ""
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _write_mark(path: Path, url: str, response: Any) -> None:
    mark = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
    if mark.startswith("W/"):
        # A weak validator does not promise the same bytes (RFC 9110, §13.1.5).
        mark = ""
    path.write_text(json.dumps({"url": url, "mark": mark}), "utf-8")


def _failed(url: str, error: Exception) -> MachineError:
    reason: object = error
    if isinstance(error, urllib.error.HTTPError):
        return MachineError(f"the server answers {error.code} {_line(error.reason)}", path=url)
    if isinstance(error, urllib.error.URLError):
        reason = error.reason
    if isinstance(reason, TimeoutError) or "timed out" in str(reason):
        return MachineError("the server does not answer", path=url, hint="Try again later.")
    if isinstance(error, http.client.IncompleteRead | http.client.RemoteDisconnected):
        return MachineError("the server cut the answer off", path=url, hint="Try again.")
    text = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return MachineError(
        f"cannot fetch the file: {_line(text)}", path=url, hint="Is there a network?"
    )


def _line(text: object) -> str:
    """The first line of what a server said, safe to print."""
    first = (str(text).strip().splitlines() or [""])[0]
    return "".join(char if char.isprintable() else "�" for char in first)[:100]


def read_json(body: bytes, url: str) -> Any:
    """Parse an answer; raises InputError where it is not JSON."""
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError("the answer of the server is not JSON", path=url) from error
