"""What version of the toolkit made a result: a digest of its own files.

The version number alone would let a cache outlive a change of the code.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

_SUFFIXES = frozenset({".py", ".toml", ".css", ".po", ".pot", ".svg", ".xml", ".html", ".js"})


@functools.cache
def code_stamp() -> str:
    """A hexadecimal digest of every module and data file of the package, and of pandoc's size."""
    from publisher.pandoc import executable

    root = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*"), key=lambda path: path.relative_to(root).as_posix()):
        if path.suffix in _SUFFIXES and path.is_file():
            data = path.read_bytes()
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(len(data).to_bytes(8, "big") + data)
    digest.update(str(Path(executable()).stat().st_size).encode())
    return digest.hexdigest()
