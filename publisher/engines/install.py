"""Install and remove Argos packages: staged, checked, then moved into place in one step."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from publisher.engines.packages import (
    METADATA,
    RECEIPT,
    Metadata,
    Package,
    file_hash,
    installed,
    read_metadata,
)
from publisher.engines.unpack import DEFAULT_LIMITS, Limits, unpack
from publisher.errors import InputError, MachineError
from publisher.files import write_atomic

CHECKSUMS = "checksums.json"


def install(
    archive: Path,
    folder: Path,
    *,
    expected: Metadata | None = None,
    sha256: str = "",
    limits: Limits = DEFAULT_LIMITS,
) -> Package:
    """Install a package file into the model folder, in place of other versions of its direction.

    ``expected`` is what the index said of it, ``sha256`` a checksum that the user was given. The
    checksum of the first installation of a version is remembered, and the same version with
    another one is refused. Raises InputError or MachineError; the folder then holds what it held.
    """
    if not archive.is_file():
        raise InputError("there is no such package file", path=archive)
    digest = file_hash(archive)
    if sha256 and digest != sha256.strip().lower():
        raise _wrong_checksum(archive, digest, sha256.strip().lower(), "the one given")
    with _lock(folder), _staging(folder) as staging:
        top = unpack(archive, staging, limits)
        metadata = _check_content(top, archive)
        if expected is not None and (metadata.way, metadata.version) != (
            expected.way,
            expected.version,
        ):
            raise InputError(
                f"the package is {metadata.way} {metadata.version}, "
                f"not {expected.way} {expected.version} as the index says",
                path=archive,
                hint="Nothing was installed. The index or its server is not to be trusted.",
            )
        remembered = _checksums(folder)
        key = f"{metadata.way} {metadata.version}"
        if remembered.get(key, digest) != digest:
            raise _wrong_checksum(
                archive, digest, remembered[key], "that of its first installation"
            )
        _write_receipt(top, digest)
        _sync(top)
        _move_in(top, folder / "packages" / metadata.folder_name, staging)
        if key not in remembered:
            text = json.dumps({**remembered, key: digest}, indent=2, sort_keys=True) + "\n"
            write_atomic(folder / CHECKSUMS, text.encode())
        for other in installed((folder,)):
            if other.way == metadata.way and other.folder.name != metadata.folder_name:
                _drop(other.folder, staging)
    found = [p for p in installed((folder,)) if p.folder.name == metadata.folder_name]
    return found[0]


def remove(package: Package) -> None:
    """Remove an installed package; raises MachineError where it cannot be."""
    folder = package.folder.parent.parent
    with _lock(folder), _staging(folder) as staging:
        _drop(package.folder, staging)


def _check_content(top: Path, archive: Path) -> Metadata:
    try:
        data = (top / METADATA).read_bytes()
    except OSError as error:
        raise InputError(
            f"the package has no {METADATA}",
            path=archive,
            hint="The file is not an Argos translation package, or is damaged.",
        ) from error
    metadata = read_metadata(data, archive)
    if not (top / "model" / "model.bin").is_file():
        raise InputError("the package holds no model (model/model.bin)", path=archive)
    if not any((top / name).is_file() for name in ("sentencepiece.model", "bpe.model")):
        raise InputError("the package holds no tokeniser (sentencepiece.model)", path=archive)
    return metadata


def _write_receipt(top: Path, digest: str) -> None:
    names = sorted(p.relative_to(top).as_posix() for p in top.rglob("*") if p.is_file())
    files = {
        name: [(top / name).stat().st_size, file_hash(top / name)]
        for name in names
        if name != RECEIPT
    }
    text = json.dumps({"archive": digest, "files": files}, indent=2) + "\n"
    (top / RECEIPT).write_text(text, "utf-8")


def _sync(top: Path) -> None:
    """Bring the files to the disk before the folder's name promises that they are there."""
    for path in top.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _move_in(top: Path, target: Path, staging: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    retired = staging / f"retired-{target.name}"
    try:
        if target.exists():
            target.rename(retired)
        top.rename(target)
    except OSError as error:
        if retired.exists() and not target.exists():
            retired.rename(target)
        raise MachineError(
            f"cannot move the package into place: {error.strerror}", path=target
        ) from error


def _drop(path: Path, staging: Path) -> None:
    """Take a package away in one step; its files go with the staging folder."""
    try:
        path.rename(staging / f"dropped-{path.name}")
    except OSError as error:
        raise MachineError(f"cannot remove the package: {error.strerror}", path=path) from error


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    from publisher.lock import lock

    with lock(folder / "lock", "another `publisher models` command is at work in this folder"):
        _recover(folder)
        yield


def _recover(folder: Path) -> None:
    """Undo what a killed installation left: put a retired package back, drop the rest."""
    for stale in sorted((folder / "staging").glob("*")):
        for retired in sorted(stale.glob("retired-*")):
            target = folder / "packages" / retired.name.removeprefix("retired-")
            if not target.exists():
                retired.rename(target)
        shutil.rmtree(stale, ignore_errors=True)


@contextlib.contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    base = folder / "staging"
    try:
        base.mkdir(parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(dir=base))
    except OSError as error:
        raise MachineError(
            f"cannot write to the model folder: {error.strerror}", path=folder
        ) from error
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _checksums(folder: Path) -> Mapping[str, str]:
    try:
        data: Any = json.loads((folder / CHECKSUMS).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise InputError(
            "the list of checksums cannot be read",
            path=folder / CHECKSUMS,
            hint="Restore it, or delete it to trust the next installations anew.",
        ) from error
    return {str(k): str(v) for k, v in data.items()} if isinstance(data, dict) else {}


def _wrong_checksum(archive: Path, got: str, wanted: str, which: str) -> InputError:
    return InputError(
        f"the checksum of the package is {got[:16]}…, but {which} is {wanted[:16]}…",
        path=archive,
        hint="Nothing was installed. The file is damaged or not what it claims to be.",
    )
