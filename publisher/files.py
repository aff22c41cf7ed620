"""Files: atomic writing, content hashes and safe paths."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path, PurePosixPath

from publisher.errors import InputError, MachineError


def sha256(data: bytes) -> str:
    """The SHA-256 of ``data`` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def write_atomic(path: Path, data: bytes) -> bool:
    """Write ``data`` to ``path`` through a temporary neighbour that is flushed and renamed.

    Returns False, and leaves the file and its time alone, when it holds the same bytes already.
    Raises MachineError when the folder cannot be written.
    """
    try:
        if path.read_bytes() == data:
            return False
    except OSError:
        pass
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:80]}.", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        os.chmod(temporary, mode)  # noqa: PTH101 - a plain name from mkstemp
        os.replace(temporary, path)  # noqa: PTH105
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise MachineError(
            f"cannot write the file: {error.strerror}",
            path=path,
            hint="Check rights and free space.",
        ) from error
    except BaseException:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def read_bytes(path: Path, *, what: str = "file") -> bytes:
    """The bytes of ``path``; raises InputError in words a user understands."""
    try:
        return path.read_bytes()
    except IsADirectoryError as error:
        raise InputError(f"the {what} is a folder", path=path) from error
    except FileNotFoundError as error:
        raise InputError(f"there is no such {what}", path=path) from error
    except OSError as error:
        raise InputError(f"cannot read the {what}: {error.strerror}", path=path) from error


def read_text(path: Path, *, what: str = "file") -> str:
    """The text of a UTF-8 file, BOM dropped, line ends as ``\\n``; raises InputError."""
    return decode_utf8(read_bytes(path, what=what), str(path))


def decode_utf8(data: bytes, name: str) -> str:
    """Decode UTF-8 with the line of the first wrong byte in the error."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"the file is not UTF-8 (byte 0x{data[error.start]:02x})",
            path=name,
            line=line,
            hint="Save it as UTF-8.",
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def resolve_inside(base: str, target: str) -> str | None:
    """Join the publication-relative folder ``base`` and ``target``; None when it leads outside.

    Works on names only, with ``/`` as separator; absolute paths, drive letters, backslashes, NUL
    and URL schemes lead outside by definition.
    """
    if not target or target.startswith("/") or "\\" in target or "\0" in target:
        return None
    if ":" in target.split("/", 1)[0]:
        return None
    parts: list[str] = []
    for part in PurePosixPath(base, target).parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts) or None
