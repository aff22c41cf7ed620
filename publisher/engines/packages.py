"""Installed Argos packages: where they lie, what they say of themselves, whether they are whole.

A model folder holds ``packages/`` (one folder a package, as argostranslate lays them out, so that
it can be used as ``ARGOS_PACKAGES_DIR``), ``staging/`` and ``downloads/`` for work in progress, and
``checksums.json``, which remembers the checksum of every package file ever installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publisher.errors import InputError, MachineError

RECEIPT = "publisher.json"
METADATA = "metadata.json"
_CODE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,31}")

# Argos codes that are not the first subtag of the BCP 47 code.
_ARGOS_CODES = {
    "pt-BR": ("pb", "pt"),
    "zh-Hant": ("zt",),
    "zh-TW": ("zt",),
    "zh-HK": ("zt",),
    "no": ("nb",),
    "nn": ("nb",),
}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What ``metadata.json`` says, as far as it concerns us."""

    source: str
    target: str
    version: str
    source_name: str = ""
    target_name: str = ""
    licence: str = ""
    target_prefix: str = ""
    links: tuple[str, ...] = ()
    sha256: str = ""

    @property
    def way(self) -> str:
        """The direction as commands take it: ``en-pt``."""
        return f"{self.source}-{self.target}"

    @property
    def folder_name(self) -> str:
        """The folder that Argos gives the package."""
        version = re.sub(r"[^0-9A-Za-z]+", "_", self.version)
        return f"translate-{self.source}_{self.target}-{version}"


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package; ``files`` maps names to (size, SHA-256), empty without a receipt."""

    folder: Path
    metadata: Metadata
    archive: str
    files: tuple[tuple[str, int, str], ...]

    @property
    def source(self) -> str:
        return self.metadata.source

    @property
    def target(self) -> str:
        return self.metadata.target

    @property
    def version(self) -> str:
        return self.metadata.version

    @property
    def target_prefix(self) -> str:
        return self.metadata.target_prefix

    @property
    def way(self) -> str:
        return self.metadata.way

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(p.stat().st_size for p in self.folder.rglob("*") if p.is_file())


def read_metadata(data: bytes | Any, where: object) -> Metadata:
    """Parse and judge metadata (bytes of JSON, or an object of the index); raises InputError."""
    if isinstance(data, bytes):
        try:
            data = json.loads(data.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise InputError(f"{METADATA} is not valid JSON", path=where) from error
    if not isinstance(data, dict):
        raise InputError(f"{METADATA} is not a JSON object", path=where)
    kind = data.get("type", "translate")
    if kind != "translate":
        raise InputError(f"this is no translation package but “{str(kind)[:30]}”", path=where)
    values = {}
    for key, pattern in (
        ("from_code", _CODE),
        ("to_code", _CODE),
        ("package_version", _VERSION),
    ):
        value = data.get(key)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise InputError(
                f"{METADATA} has no usable “{key}”",
                path=where,
                hint="The file is not an Argos translation package, or is damaged.",
            )
        values[key] = value
    links = data.get("links", [])
    return Metadata(
        source=values["from_code"],
        target=values["to_code"],
        version=values["package_version"],
        source_name=_short(data.get("from_name")),
        target_name=_short(data.get("to_name")),
        licence=_short(data.get("license") or data.get("licence")),
        target_prefix=_short(data.get("target_prefix")),
        links=tuple(link for link in links if isinstance(link, str))
        if isinstance(links, list)
        else (),
        sha256=_short(data.get("sha256")),
    )


def _short(value: object) -> str:
    text = " ".join(str(value).split()) if isinstance(value, str) else ""
    return "".join(char for char in text if char.isprintable())[:100]


def folders(private: Path | None = None) -> tuple[Path, ...]:
    """The model folders to look in: ``$PUBLISHER_MODELS`` alone, or a publication's and the user's.

    ``private`` is the publication's ``models/``, used where it exists.
    """
    named = os.environ.get("PUBLISHER_MODELS")
    if named:
        return (Path(named),)
    shared = user_folder()
    return (private, shared) if private is not None and private.is_dir() else (shared,)


def user_folder() -> Path:
    """The user's shared model folder (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_DATA_HOME", "")
    if not base or not Path(base).is_absolute():
        try:
            base = str(Path.home() / ".local" / "share")
        except RuntimeError as error:
            raise MachineError(
                "there is no home folder for models",
                hint="Name a folder in the environment variable PUBLISHER_MODELS.",
            ) from error
    return Path(base) / "publisher" / "models"


def installed(where: Iterable[Path]) -> list[Package]:
    """Packages of all folders, sorted by direction, the newest version first.

    A folder that is no package (a stray one, one half removed) is passed over.
    """
    found: dict[tuple[str, str, str], Package] = {}
    for folder in where:
        base = folder / "packages"
        if not base.is_dir():
            continue
        for path in sorted(base.iterdir()):
            package = _read(path)
            if package is not None:
                key = (package.source, package.target, package.version)
                found.setdefault(key, package)
    ordered = sorted(found.values(), key=lambda p: version_key(p.version), reverse=True)
    return sorted(ordered, key=lambda p: (p.source, p.target))


def _read(path: Path) -> Package | None:
    try:
        metadata = read_metadata((path / METADATA).read_bytes(), path / METADATA)
    except (OSError, InputError):
        return None
    archive = ""
    files: tuple[tuple[str, int, str], ...] = ()
    try:
        receipt = json.loads((path / RECEIPT).read_text("utf-8"))
        archive = str(receipt["archive"])
        files = tuple((str(n), int(s), str(h)) for n, (s, h) in receipt["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        archive, files = "", ()
    return Package(path, metadata, archive, files)


def version_key(version: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts versions by their numbers: 1.10 after 1.9."""
    return tuple(
        (1, int(part), "") if part.isdigit() else (0, 0, part)
        for part in re.findall(r"\d+|[A-Za-z]+", version)
    )


def verify(package: Package) -> None:
    """Compare the files with the receipt; raises InputError where one is missing or changed.

    A package put there by other tools has no receipt and is taken as it is.
    """
    for name, size, digest in package.files:
        path = package.folder / name
        try:
            same = path.stat().st_size == size and file_hash(path) == digest
        except OSError:
            same = False
        if not same:
            raise InputError(
                f"the installed model has changed since it was installed ({name})",
                path=package.folder,
                hint=f"Install it again: publisher models install {package.way}",
            )


def file_hash(path: Path) -> str:
    """The SHA-256 of a file of any size."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def codes(language: str) -> tuple[str, ...]:
    """The Argos codes that may stand for a BCP 47 language, best first."""
    special = _ARGOS_CODES.get(language, ())
    return tuple(dict.fromkeys((language, *special, language.split("-")[0])))


def route(packages: Sequence[Package], source: str, target: str) -> tuple[Package, ...]:
    """The packages that lead from one language to another, as few as possible; empty if none do.

    Among equally short ways one through English wins, as in Argos, then the first by code.
    """
    best: dict[tuple[str, str], Package] = {}
    for package in packages:
        best.setdefault((package.source, package.target), package)
    goals = codes(target)
    for start in codes(source):
        level: list[tuple[Package, ...]] = [()]
        seen = {start}
        while level:
            following: list[tuple[Package, ...]] = []
            for goal in goals:
                for way in level:
                    here = way[-1].target if way else start
                    if here != goal and (here, goal) in best:
                        return (*way, best[here, goal])
            for way in level:
                here = way[-1].target if way else start
                steps = [p for (a, _), p in best.items() if a == here and p.target not in seen]
                for package in sorted(steps, key=lambda p: (p.target != "en", p.target)):
                    seen.add(package.target)
                    following.append((*way, package))
            level = following
    return ()
