"""What editions are made from besides the text: the publication's own files, versions, and their hashes."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from publisher import __version__
from publisher.cache import key_of
from publisher.errors import FindingsError, InputError
from publisher.files import sha256
from publisher.project import IssueConfig, Publication
from publisher.stamp import code_stamp


def digests(publication: Publication, path: Path) -> list[str]:
    """Names and hashes of a file, or of all files below a folder."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [
        f"{publication.relative(file)}:{sha256(file.read_bytes())}"
        for file in files
        if file.is_file()
        and not file.name.startswith(("import-report", "."))
        and file.resolve().is_relative_to(publication.root.resolve())
    ]


def shared_key(publication: Publication, issue: str, mode: str) -> str:
    """The hash of all that the editions of an issue have in common."""
    parts = [code_stamp(), __version__, *library_versions(), mode]
    parts += [os.environ.get("SOURCE_DATE_EPOCH", ""), *publication.languages]
    parts += digests(publication, publication.source / issue)
    parts += digests(publication, publication.root / "styles")
    parts += digests(publication, publication.root / "translations" / "languages")
    for name in ("publication.toml", "colophon.md"):
        parts += digests(publication, publication.source / name)
    return key_of(*parts)


def own_digests(publication: Publication, issue: str, code: str) -> list[str]:
    """Names and hashes of what belongs to one language alone."""
    layout = publication.root / "translations" / "layout"
    parts: list[str] = []
    for path in (
        publication.catalog_path(issue, code),
        publication.ledger_path(issue, code),
        layout / f"{code}.po",
        layout / f"{code.split('-')[0]}.po",
    ):
        parts += digests(publication, path)
    return parts


def brand_files(publication: Publication, logo: str) -> dict[str, bytes]:
    """The logo that a brand names (a path in ``styles`` or empty), and the publication's own fonts.

    Raises InputError for what lies outside the publication, and for a logo that cannot be shown.
    """
    from publisher import images, svg
    from publisher.files import resolve_inside

    folder = publication.root / "styles" / "fonts"
    found = {
        publication.relative(path): _inside(publication, path, "font")
        for path in sorted(folder.glob("*"))
        if path.suffix.lower() in (".ttf", ".otf")
    }
    if not logo:
        return found
    path = resolve_inside("styles", logo)
    if path is None:
        raise InputError(f"the logo “{logo}” lies outside styles/", path="styles/brand.toml")
    data = _inside(publication, publication.root / path, "logo")
    check = svg.clean if path.lower().endswith(".svg") else images.check
    return {**found, path: check(data, path)[0]}


def _inside(publication: Publication, path: Path, what: str) -> bytes:
    """The bytes of a file that is in the publication also once its symbolic links are followed."""
    from publisher.files import read_bytes

    if not path.resolve().is_relative_to(publication.root.resolve()):
        where = publication.relative(path)
        raise InputError(f"the {what} lies outside the publication", path=where)
    return read_bytes(path, what=what)


def own_css(publication: Publication) -> str:
    """What the publication adds to the default styles; raises FindingsError where that may not be."""
    from publisher import own_styles

    css, findings = own_styles.read(publication.root)
    if findings:
        raise FindingsError(findings, "the style sheets have errors; nothing was built")
    return css


def stamp_of(issue: IssueConfig) -> datetime:
    """The time that editions carry: SOURCE_DATE_EPOCH where it is set, else the issue's date.

    Source: reproducible-builds.org, "SOURCE_DATE_EPOCH specification".
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if epoch:
        if not re.fullmatch(r"\d{1,11}", epoch):
            raise InputError(f"SOURCE_DATE_EPOCH is not a number of seconds: {epoch[:40]}")
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime(issue.date.year, issue.date.month, issue.date.day, tzinfo=UTC)


_LIBRARIES = ("weasyprint", "pydyf", "fonttools", "pikepdf", "lxml", "Babel", "pyphen", "uharfbuzz")
_FONTS = re.compile(r"(fontpkg|manimgx_fonts)_\w+-[^-]+\.dist-info")


def library_versions() -> list[str]:
    """Versions of the libraries and fonts whose output goes into editions."""
    from importlib import metadata

    found = []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            found.append(f"{name} -")
    return [*found, *sorted(_font_packages())]


def _font_packages() -> set[str]:
    """Names and versions of all font packages, as their folders have them (PEP 376); reading each is slow."""
    folders = {Path(folder) for folder in sys.path if folder}
    names = (path.name for folder in folders if folder.is_dir() for path in folder.iterdir())
    return {name for name in names if _FONTS.fullmatch(name)}
