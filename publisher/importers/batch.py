"""Several manuscripts, or a folder of them, as one issue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from publisher.ast import CONTAINERS, Blocks, Inlines, iter_nodes, map_block, map_inline, with_attr
from publisher.errors import Finding, FindingsError, InputError, MachineError, UsageError
from publisher.files import read_bytes, resolve_inside
from publisher.importers import Options, endings, importer_for
from publisher.importers.manuscript import Manuscript, ManuscriptArticle
from publisher.importers.office_package import MAX_FILE

_MOST_FILES = 500


def gather(paths: Sequence[Path]) -> list[Path]:
    """The manuscripts that ``paths`` name, folders opened, in the order of their names' numbers.

    Lock files of office programs and hidden files are passed over. Raises UsageError for none.
    """
    known = endings()
    result: list[Path] = []
    for path in paths:
        if not path.is_dir():
            result.append(path)
            continue
        inside = [
            child
            for child in path.iterdir()
            if child.is_file()
            and child.name.lower().endswith(known)
            and not child.name.startswith((".", "~"))
        ]
        if not inside:
            raise UsageError(
                "there is no manuscript in this folder",
                path=path,
                hint=f"A manuscript ends in {', '.join(known)}.",
            )
        result += sorted(inside, key=lambda child: _natural(child.name))
    if len(result) > _MOST_FILES:
        raise UsageError(f"these are more than {_MOST_FILES} files")
    return list(dict.fromkeys(result))


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    pieces = re.split(r"(\d+)", name.casefold())
    return [(int(p), "") if p.isdigit() else (-1, p) for p in pieces], name


def load(path: Path, options: Options) -> Manuscript:
    """Import one file; raises InputError, MachineError or UsageError."""
    importer = importer_for(path.name)
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    if size > MAX_FILE:
        raise InputError(
            f"the file is larger than {MAX_FILE >> 20} MiB",
            path=path,
            hint="Compress its pictures (in Word: Picture Format, Compress Pictures).",
        )
    data = read_bytes(path, what="manuscript")
    return importer.read(data, str(path), replace(options, beside=_beside(path.parent)))


def _beside(folder: Path):  # type: ignore[no-untyped-def]
    def read(name: str) -> bytes | None:
        inner = resolve_inside("", name)
        if inner is None:
            return None
        file = folder / inner
        try:
            if not file.resolve().is_relative_to(folder.resolve()) or not file.is_file():
                return None
            return file.read_bytes() if file.stat().st_size <= MAX_FILE // 8 else None
        except OSError:
            return None

    return read


def load_all(paths: Sequence[Path], options: Options) -> list[Manuscript]:
    """Import every file; what is wrong with any of them is told at once."""
    if len(paths) == 1:
        return [load(paths[0], options)]
    made: list[Manuscript] = []
    wrong: list[Finding] = []
    for path in paths:
        try:
            made.append(load(path, options))
        except (InputError, MachineError) as error:
            where = error.path or str(path)
            wrong.append(
                Finding("unreadable", "error", error.message, where, error.line, error.hint or "")
            )
    if wrong:
        raise FindingsError(wrong, "nothing was imported")
    return made


def combine(manuscripts: Sequence[Manuscript], reserved: frozenset[str]) -> Manuscript:
    """One issue of several manuscripts: names of articles, pictures and ids made unique."""
    if len(manuscripts) == 1:
        return manuscripts[0]
    articles: list[ManuscriptArticle] = []
    media: dict[str, bytes] = {}
    taken: set[str] = set(reserved)
    for manuscript in manuscripts:
        files = _media(manuscript.media, media)
        ids = _ids(manuscript.articles, taken)
        for article in manuscript.articles:
            blocks = _renamed(article.blocks, files, ids)
            articles.append(
                replace(article, blocks=blocks, id=ids.get(article.id, article.id), name="")
            )
    whole = [m for m in manuscripts if m.title and (len(m.articles) > 1 or m.subtitle)]
    first = whole[0] if whole else None
    days = [m.day for m in manuscripts if m.day is not None]
    findings = [f for m in manuscripts for f in m.findings if f.code != "no-title"]
    return Manuscript(
        first.title if first else [],
        first.subtitle if first else [],
        tuple(articles),
        tuple(repair for m in manuscripts for repair in m.repairs),
        tuple(findings),
        media,
        first.number if first else "",
        max(days) if days else None,
        next((m.colophon for m in manuscripts if m.colophon is not None), None),
        manuscripts[0].unit,
        all(m.exact for m in manuscripts),
        next((m.issue for m in manuscripts if m.issue), ""),
    )


def _media(files: dict[str, bytes], media: dict[str, bytes]) -> dict[str, str]:
    """Add pictures under names that are free; returns old names with their new ones."""
    result: dict[str, str] = {}
    for path, data in files.items():
        new, extra = path, 2
        while new in media and media[new] != data:
            plain = PurePosixPath(path)
            new = str(plain.with_name(f"{plain.stem}-{extra}{plain.suffix}"))
            extra += 1
        media[new] = data
        result[path] = new
    return result


def _ids(articles: Sequence[ManuscriptArticle], taken: set[str]) -> dict[str, str]:
    names = [article.id for article in articles if article.id]
    for article in articles:
        for node in iter_nodes(article.blocks):
            if node["t"] in {"Header", "Table", "Figure", "Div"}:
                attr = node["c"][1] if node["t"] == "Header" else node["c"][0]
                names += [attr[0]] if attr[0] else []
    result: dict[str, str] = {}
    for name in names:
        new, extra = name, 2
        while new in taken:
            new = f"{name}-{extra}"
            extra += 1
        taken.add(new)
        result[name] = new
    return result


def _renamed(blocks: Blocks, files: dict[str, str], ids: dict[str, str]) -> Blocks:
    if all(old == new for old, new in [*files.items(), *ids.items()]):
        return blocks

    def over(children: Blocks, _role: str) -> Blocks:
        result: Blocks = []
        for child in children:
            if child["t"] in {"Header", "Table", "Figure", "Div"}:
                attr = child["c"][1] if child["t"] == "Header" else child["c"][0]
                if attr[0] in ids:
                    child = with_attr(child, [ids[attr[0]], *attr[1:]])
            result.append(map_block(child, over, inlines))
        return result

    def inlines(children: Inlines, _role: str) -> Inlines:
        result: Inlines = []
        for node in children:
            if node["t"] in {"Image", "Link"}:
                attr, content, (target, title) = node["c"]
                target = files.get(target, target)
                if target.startswith("#"):
                    target = f"#{ids.get(target[1:], target[1:])}"
                node = {**node, "c": [attr, content, [target, title]]}
            if node["t"] in CONTAINERS or node["t"] in {
                "Link",
                "Span",
                "Note",
                "Image",
                "Quoted",
                "Cite",
            }:
                node = map_inline(node, over, inlines)
            result.append(node)
        return result

    return over(blocks, "")
