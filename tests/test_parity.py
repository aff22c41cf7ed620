"""Parity: what is equal, what is not, and what was read back from the files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from publisher import parity_sheet
from publisher.build import build, localized
from publisher.build_report import Options
from publisher.cache import DiskCache
from publisher.catalog import po
from publisher.cli import main
from publisher.editions import docx, epub, pdf
from publisher.parity import compare
from publisher.parity_formats import read
from publisher.parity_shape import Shape, numbers, shape, shapes
from publisher.project import Publication, load
from tests.books import book

ALL = """A paragraph with a [link](https://example.org/a-rather-long-address-that-breaks) and a note.[^1]

## Part

- one of 12
- two

    1. inner

Term
:   Its definition, of 1995.

### Deeper

::: {.box .figures}
- **12** things
- **40** others
:::

::: {.table #t}
| a | b |
|---|--:|
| x | 3 |

A caption.
:::

Area 10^9^ m^2^.

[^1]: A note with [another](https://example.org/b).
"""


def run(*arguments: str, root: Path) -> int:
    with pytest.raises(SystemExit) as stop:
        main(["-C", str(root), *arguments])
    assert isinstance(stop.value.code, int)
    return stop.value.code


def fill(root: Path, issue: str, made: Callable[[str, str], str]) -> None:
    """Translate every catalog by ``made(text, language)``, reviewed."""
    publication = load(root)
    for code in publication.targets:
        path = publication.catalog_path(issue, code)
        catalog = po.load(path)
        entries = [replace(e, msgstr=made(e.msgid, code)) for e in catalog.entries]
        path.write_bytes(po.dump(catalog.with_entries(entries)))
    assert run("-q", "update", issue, "--reviewer", "Test", root=root) == 0


def test_shape_counts_what_the_page_holds() -> None:
    (found,) = shapes(book({"a": ALL}).document).values()
    assert found.headings == (2, 3)
    assert (found.links, found.notes, found.figures, found.tables) == (2, 1, 0, 1)
    assert found.items == 3 and found.plain == (4, 4)
    assert found.numbers is not None
    assert dict(found.numbers) == {"12": 2, "40": 1, "1995": 1, "3": 1, "10": 1, "9": 1, "2": 1}


def test_numbers_of_every_script_are_the_same() -> None:
    assert numbers("١٢ and 12 and १२") == {"12": 3}


@pytest.mark.parametrize("code", ["en", "ar"])
@pytest.mark.parametrize("name", ["pdf", "epub", "docx"])
def test_every_format_is_read_back_with_the_same_shape(code: str, name: str) -> None:
    long = "\n\n".join(f"Paragraph {n} goes on for a while. " * 6 for n in range(30))
    edition = book({"a": ALL, "b": f"{long}\n\n{ALL.replace('#t', '#t2')}\n\n{long}"}, code=code)
    module = {"pdf": pdf, "epub": epub, "docx": docx}[name]
    compiled = module.compile(edition)
    found = read(Path(f"edition.{name}"), compiled.data, ("a", "b"), compiled.page_map)
    for part, expected in shapes(edition.document).items():
        assert expected.differences(found[part]) == [], part


def test_what_a_file_has_lost_is_named() -> None:
    full = shape(book({"a": ALL}).document.articles[0])
    poor = replace(full, links=1, headings=(2,), plain=None, numbers={"12": 1})
    assert full.differences(poor)[:2] == ["headings 2 instead of 2–3", "1 links instead of 2"]
    assert "without the numbers" in full.differences(poor)[-1]
    rich = replace(full, links=3)
    assert full.differences(rich) and not full.differences(rich, links=False)
    assert Shape().differences(Shape(numbers=None)) == []


@pytest.fixture
def two(publication: Callable[..., Path]) -> Path:
    words = "A sentence of some dozen plain words that fills a good part of a line. "
    first = "\n\n".join([words * 3] * 15)
    root = publication(
        {"01-a.md": f"---\ntitle: A\n---\n\n{first}\n", "02-b.md": f"---\ntitle: B\n---\n\n{ALL}"},
        ("ru",),
    )
    assert run("-q", "update", "--reviewer", "Test", root=root) == 0
    fill(root, "2024-01", lambda text, _: f"{text} {text}" if text.startswith("A sent") else text)
    return root


def test_the_report_names_starts_and_fitting_with_reserved_pages_mends_them(
    two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("parity", "-f", "pdf", "-j", "1", "--json", root=two) == 1
    report = json.loads(capsys.readouterr().out)
    assert [d["kind"] for d in report["differences"]] == ["start"]
    assert report["languages"]["ru"]["a"]["expansion"] > 1.9
    assert run("parity", "-f", "pdf", "-j", "1", "--fit", root=two) == 1
    assert "lines too many in ru" in capsys.readouterr().err
    assert run("parity", "-f", "pdf", "-j", "1", "--fit", "--reserve", root=two) == 0
    assert '"01-a.md" = ' in (two / "source/2024-01/issue.toml").read_text("utf-8")
    assert "fill = " in (two / "source/2024-01/fit.toml").read_text("utf-8")
    before = (two / "source/2024-01/fit.toml").read_bytes()
    assert run("parity", "-f", "pdf", "-j", "1", "--fit", root=two) == 0
    assert (two / "source/2024-01/fit.toml").read_bytes() == before


def test_a_translation_with_another_number_is_found(two: Path) -> None:
    publication = load(two)
    path = publication.catalog_path("2024-01", "ru")
    catalog = po.load(path)
    entries = [replace(e, msgstr=e.msgstr.replace("1995", "1996")) for e in catalog.entries]
    path.write_bytes(po.dump(catalog.with_entries(entries)))
    options = Options(("en", "ru"), ("docx",))
    report = compare(publication, "2024-01", options, DiskCache(publication.cache_folder))
    assert {each.kind for each in report.differences} == {"language"}
    assert "1995" in " ".join(map(str, report.differences))
    assert "ru.po:" in str(report.differences[0])


def test_the_sheet_shows_each_page_in_each_language(two: Path, tmp_path: Path) -> None:
    publication = load(two)
    options = Options(("en", "ru"), ("pdf",))
    build(publication, "2024-01", options, DiskCache(publication.cache_folder))
    files = {path.parent.name: path for path in (two / "dist").rglob("*.pdf")}
    data = parity_sheet.sheet(dict(sorted(files.items())))
    assert data == parity_sheet.sheet(dict(sorted(files.items())))
    import pikepdf

    target = tmp_path / "sheet.pdf"
    target.write_bytes(data)
    with pikepdf.open(target) as opened:
        assert len(opened.pages) == 2
        assert len(opened.pages[0].obj.Resources.XObject) == 8


def _longer(text: str, code: str) -> str:
    """A text a quarter longer, in the script of its language; tags, numbers and addresses stay."""
    alphabet = {"ru": "абкдефгхийклмнопкрстувваыз", "ar": "ابجديفغهزحكلمنوضقرستثخشصطع"}[code]
    table = str.maketrans("abcdefghijklmnopqrstuvwxyz", alphabet)
    parts = re.split(r"(</?[a-z]+\d*/?>|https?://\S+|\S+@\S+)", text)
    count = 0

    def words(part: str) -> Iterator[str]:
        nonlocal count
        for word in part.split(" "):
            yield word.lower().translate(table)
            letters = re.sub(r"[\W\d_]", "", word)
            if len(letters) > 2 and not any(map(str.isdigit, word)):
                count += 1
                if count % 4 == 0:
                    yield letters.lower().translate(table)

    return "".join(part if n % 2 else " ".join(words(part)) for n, part in enumerate(parts))


def _fitted(publication: Publication, issue: str) -> None:
    options = Options(publication.languages, ("pdf",))
    report = compare(publication, issue, options, DiskCache(publication.cache_folder))
    assert report.equal and report.starts_equal, [str(d) for d in report.differences]


@pytest.mark.slow
def test_the_manuscript_fits_in_languages_a_quarter_longer(
    manuscript: Path, tmp_path: Path
) -> None:
    root = tmp_path / "p"
    assert run("init", str(root), "--source", "en", "--languages", "ru,ar", root=tmp_path) == 0
    given = ("--issue", "x", "--date", "2023-03-31", "--number", "3")
    assert run("-q", "import", str(manuscript), *given, root=root) == 0
    assert run("-q", "update", "x", root=root) == 0
    fill(root, "x", _longer)
    assert run("-q", "parity", "x", "-f", "pdf", "--fit", "--reserve", root=root) == 0
    _fitted(load(root), "x")


@pytest.mark.slow
def test_the_sample_is_equal_in_all_languages_and_formats(sample: Path) -> None:
    assert run("-q", "parity", "--fit", root=sample) == 0
    publication = load(sample)
    cache = DiskCache(publication.cache_folder)
    report = compare(
        publication, "2023-03", Options(publication.languages, publication.config.formats), cache
    )
    assert report.equal, [str(each) for each in report.differences]
    editions = localized(publication, "2023-03", Options(publication.languages, ("pdf",)), cache)
    assert set(editions) == set(report.languages)
