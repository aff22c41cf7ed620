"""The index of Argos packages: what can be installed, and from where."""

from __future__ import annotations

import os
import urllib.parse
from collections.abc import Sequence
from pathlib import Path

from publisher.engines.download import Progress, download, fetch, read_json
from publisher.engines.install import install
from publisher.engines.packages import Metadata, Package, codes, read_metadata, version_key
from publisher.errors import InputError, MachineError, PublisherError

DEFAULT_INDEX = "https://raw.githubusercontent.com/argosopentech/argospm-index/main/"
"""The index that argostranslate uses."""


def index_url(given: str | None = None) -> str:
    """The index to ask: the one given, ``$ARGOS_PACKAGE_INDEX``, or the public one.

    As in argostranslate a folder is meant unless the address ends in ``.json``.
    """
    url = given or os.environ.get("ARGOS_PACKAGE_INDEX", "") or DEFAULT_INDEX
    if url.endswith(".json"):
        return url
    return url.rstrip("/") + "/index.json"


def available(url: str, *, timeout: float = 30.0) -> list[Metadata]:
    """Translation packages of an index, sorted by direction, the newest version first.

    Entries that are no translation packages, or that are damaged, are left out. Raises
    MachineError where the server fails, InputError where the answer is no index.
    """
    data = read_json(fetch(url, timeout=timeout), url)
    if not isinstance(data, list):
        raise InputError("the answer of the server is not an index of packages", path=url)
    found = []
    for item in data:
        try:
            found.append(read_metadata(item, url))
        except InputError:
            continue
    if data and not found:
        raise InputError("the index holds no translation package", path=url)
    found.sort(key=lambda package: version_key(package.version), reverse=True)
    return sorted(found, key=lambda package: (package.source, package.target))


def choose(packages: Sequence[Metadata], source: str, target: str) -> list[Metadata]:
    """The packages that lead from one language to another: one, or two by way of English.

    Raises MachineError where the index has none.
    """
    for start in codes(source):
        for goal in codes(target):
            direct = [p for p in packages if (p.source, p.target) == (start, goal)]
            if direct:
                return direct[:1]
    for start in codes(source):
        for goal in codes(target):
            first = [p for p in packages if (p.source, p.target) == (start, "en")]
            second = [p for p in packages if (p.source, p.target) == ("en", goal)]
            if first and second:
                return [first[0], second[0]]
    near = sorted({p.target for p in packages if p.source in codes(source)})
    raise MachineError(
        f"the index has no model from {source} to {target}",
        hint=f"From {source} it leads to: {', '.join(near) or 'nowhere'}.",
    )


def fetch_and_install(
    package: Metadata,
    url: str,
    folder: Path,
    progress: Progress = lambda _done, _total: None,
    *,
    timeout: float = 30.0,
) -> Package:
    """Download a package of the index by the first of its links that works, and install it.

    Raises the error of the last link. What was fetched is kept for the next try only while it is
    incomplete: a whole file that turns out wrong is dropped.
    """
    links = [
        link
        for link in (urllib.parse.urljoin(url, link) for link in package.links)
        if urllib.parse.urlsplit(link).scheme in ("http", "https")
    ]
    if not links:
        raise InputError(f"the index gives no web address for {package.way}", path=url)
    target = folder / "downloads" / f"{package.folder_name}.argosmodel"
    last: PublisherError | None = None
    for link in links:
        try:
            download(link, target, progress, timeout=timeout)
            try:
                return install(target, folder, expected=package, sha256=package.sha256)
            finally:
                target.unlink(missing_ok=True)
        except PublisherError as error:
            last = error
    assert last is not None
    raise last
