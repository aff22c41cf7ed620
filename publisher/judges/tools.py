"""What judges share: running a program with a limit, and reading a ZIP without trusting it."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from publisher import safe_xml
from publisher.errors import InputError, MachineError

MAX_MEMBERS = 5_000
MAX_MEMBER = 128 * 1024 * 1024
MAX_TOTAL = 512 * 1024 * 1024


@lru_cache(maxsize=1)
def rules_version() -> str:
    """The toolkit's version and a hash of the judges' own code: changed rules judge anew."""
    from publisher import __version__

    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:12]}"


def parse_xml(data: bytes, name: str) -> Any:
    """The root of an XML file, without entities, DTD or network; raises InputError."""
    from lxml import etree

    parser = safe_xml.parser()
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"not well-formed: {error.msg}", path=name, line=error.lineno) from error


def run(
    command: Sequence[str], *, timeout: float, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a program in its own process group, which is ended as a whole when time is up.

    Standard input is empty; ``environment`` is added to that of the process. Raises MachineError
    when the program cannot be started or does not finish within ``timeout`` seconds.
    """
    name = Path(command[0]).name
    try:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    except OSError as error:
        raise MachineError(
            f"{name} cannot be started: {error.strerror}", hint="Run: publisher doctor"
        ) from error
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        _end(process)
        raise MachineError(f"{name} did not finish within {timeout:.0f} s") from error
    except BaseException:
        _end(process)
        raise
    return subprocess.CompletedProcess(list(command), process.returncode, out, err)


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (OSError, AttributeError):
        process.kill()
    process.communicate()


def members(data: bytes, name: str) -> dict[str, bytes]:
    """The members of a ZIP, read one by one within limits; raises InputError."""
    result: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_MEMBERS:
                raise InputError(f"the file holds more than {MAX_MEMBERS} members", path=name)
            for entry in entries:
                if entry.is_dir():
                    continue
                with archive.open(entry) as stream:
                    content = stream.read(MAX_MEMBER + 1)
                total += len(content)
                if len(content) > MAX_MEMBER or total > MAX_TOTAL:
                    raise InputError("the file is too large when unpacked", path=name)
                result[entry.filename] = content
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise InputError(f"the file is not a readable ZIP: {error}", path=name) from error
    return result
