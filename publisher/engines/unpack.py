"""Unpack a package that may be hostile: member by member, within limits, inside one folder."""

from __future__ import annotations

import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from publisher.errors import InputError

# Parts of a package that the toolkit never reads: pickled models for other sentence splitters,
# which would be code to whoever loads them.
_SKIPPED = ("stanza", "spacy")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a package may be: bytes unpacked, members, and bytes unpacked per byte packed."""

    size: int = 4 << 30
    members: int = 2000
    ratio: int = 200


DEFAULT_LIMITS = Limits()


def unpack(archive: Path, folder: Path, limits: Limits = DEFAULT_LIMITS) -> Path:
    """Unpack a zip whose members share one top folder; returns that folder inside ``folder``.

    Raises InputError, and leaves what was unpacked so far to the caller, where the file is no zip,
    is cut off or damaged, or holds an absolute path, ``..``, a link, an encrypted or a repeated
    member, or more than the limits allow. Sizes are counted while unpacking: a header may lie.
    """
    try:
        packed = archive.stat().st_size
        with zipfile.ZipFile(archive) as file:
            members = _members(file, archive, limits)
            allowed = min(limits.size, packed * limits.ratio + _CHUNK)
            for info, path in members:
                target = folder.joinpath(*path.parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                allowed -= _extract(file, info, target, allowed, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(
            "the file is not a whole zip archive",
            path=archive,
            hint="It may be cut off: download it again.",
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"the package cannot be unpacked: {error}", path=archive) from error
    tops = sorted({path.parts[0] for _, path in members})
    return folder / tops[0]


def _members(
    file: zipfile.ZipFile, archive: Path, limits: Limits
) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    infos = file.infolist()
    if len(infos) > limits.members:
        raise _unsafe(archive, f"it holds {len(infos)} members, more than {limits.members}")
    if sum(info.file_size for info in infos) > limits.size:
        raise _unsafe(archive, f"it would unpack to more than {limits.size >> 20} MB")
    found: list[tuple[zipfile.ZipInfo, PurePosixPath]] = []
    seen: set[str] = set()
    tops: set[str] = set()
    for info in infos:
        path = _safe_path(info, archive)
        tops.add(path.parts[0])
        if info.is_dir():
            continue
        if len(path.parts) < 2:
            raise _unsafe(archive, f"“{_shown(path)}” lies outside the package's own folder")
        key = str(path).casefold()
        if key in seen:
            raise _unsafe(archive, f"“{_shown(path)}” stands in it twice")
        seen.add(key)
        if path.parts[1] not in _SKIPPED:
            found.append((info, path))
    if len(tops) != 1 or not found:
        raise InputError(
            "the file is not an Argos package (a package is one folder)",
            path=archive,
            hint="An Argos package is a zip file whose name ends in .argosmodel.",
        )
    # A file may not also be the folder of another.
    for _, path in found:
        if any(str(parent).casefold() in seen for parent in path.parents):
            raise _unsafe(archive, f"“{_shown(path)}” lies inside a file")
    return found


def _safe_path(info: zipfile.ZipInfo, archive: Path) -> PurePosixPath:
    # zipfile cuts a name at NUL, the original tells.
    name = info.orig_filename
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _unsafe(archive, f"“{_shown(name)}” is a link or a device")
    if info.flag_bits & 0x1:
        raise _unsafe(archive, f"“{_shown(name)}” is encrypted")
    path = PurePosixPath(name)
    parts = name.rstrip("/").split("/")
    if (
        not parts[0]
        or any(part in ("", ".", "..") for part in parts)
        or any(char in name for char in '\\:\0*?"<>|')
        or not name.isprintable()
        or any(len(part.encode()) > 200 for part in parts)
    ):
        raise _unsafe(archive, f"“{_shown(name)}” is not a safe path")
    return path


def _extract(
    file: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, allowed: int, archive: Path
) -> int:
    written = 0
    with file.open(info) as source, target.open("xb") as sink:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > allowed:
                raise _unsafe(archive, "it unpacks to far more than its own size")
            sink.write(chunk)
    if written != info.file_size:
        raise zipfile.BadZipFile("size")
    return written


def _shown(name: object) -> str:
    text = "".join(char if char.isprintable() else "�" for char in str(name))
    return text if len(text) <= 60 else text[:59] + "…"


def _unsafe(archive: Path, message: str) -> InputError:
    return InputError(
        f"the package is not safe to unpack: {message}",
        path=archive,
        hint="Nothing was installed. Get the package from a source that you trust.",
    )
