"""A folder of results addressed by the hash of what they were made from.

Losing the folder loses time, never data; a damaged entry counts as absent.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from publisher.errors import MachineError
from publisher.files import write_atomic


class Cache(Protocol):
    """What a stage may ask of a cache."""

    def get(self, kind: str, key: str) -> bytes | None:
        """The bytes stored under a key, None where there are none."""

    def put(self, kind: str, key: str, data: bytes) -> None:
        """Store bytes under a key."""


class NoCache:
    """Remembers nothing (``--no-cache``)."""

    def get(self, kind: str, key: str) -> bytes | None:  # noqa: ARG002
        return None

    def put(self, kind: str, key: str, data: bytes) -> None:
        pass


@dataclass(frozen=True, slots=True)
class DiskCache:
    """Entries as files ``folder/kind/key``, each led by the digest of its own bytes."""

    folder: Path

    def _path(self, kind: str, key: str) -> Path:
        return self.folder / kind / key[:2] / key[2:]

    def get(self, kind: str, key: str) -> bytes | None:
        try:
            data = self._path(kind, key).read_bytes()
        except OSError:
            return None
        body = data[32:]
        return body if hashlib.sha256(body).digest() == data[:32] else None

    def put(self, kind: str, key: str, data: bytes) -> None:
        # A cache that cannot be written (read-only media, full disk) only costs time.
        try:
            write_atomic(self._path(kind, key), hashlib.sha256(data).digest() + data)
        except MachineError:
            return


def key_of(*parts: str | bytes) -> str:
    """A cache key for parts whose order and limits matter."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()
