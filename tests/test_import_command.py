"""``publisher import``: the command, the files it writes and what it refuses."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from publisher.ast import plain_text
from publisher.cli import cli
from publisher.errors import InputError, PublisherError, UsageError
from publisher.importers import endings, importer_for
from publisher.importers import store as store_module
from publisher.importers.store import number_and_date
from publisher.importers.text import import_text
from publisher.importers.write import REPORT, file_names, slug
from publisher.project import load
from publisher.reader import read_issue
from tests.manuscripts import make

PUBLICATION = """\
[publication]
name = "The Quay"
publisher = "Harbour Office"
language = "en"
languages = ["az"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "publication"
    (root / "source").mkdir(parents=True)
    (root / "source" / "publication.toml").write_text(PUBLICATION, encoding="utf-8")
    return root


def run(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(cli, ["-C", str(folder), "import", *map(str, arguments)])


def manuscript(folder: Path, text: str, name: str = "m.txt") -> Path:
    path = folder.parent / name
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_issue_is_written_and_read(folder: Path, seed: int) -> None:
    text, truth = make(seed)
    result = run(folder, manuscript(folder, text), "--issue", "2023-03")
    assert result.exception is None, result.output
    config = tomllib.loads((folder / "source/2023-03/issue.toml").read_text(encoding="utf-8"))
    assert config["number"] == 3
    assert config["date"] == datetime.date(2023, 3, 31)
    assert config["title"] == truth.title
    assert config["subtitle"] == truth.subtitle
    reading = read_issue(load(folder), "2023-03")
    document, findings = reading.document, reading.findings
    assert not [finding for finding in findings if finding.severity == "error"]
    found = import_text(text, "m.txt")
    assert [plain_text(a.title.inlines) for a in document.articles] == [
        a.plain_title for a in found.articles
    ]
    report = (folder / "source/2023-03" / REPORT).read_text(encoding="utf-8")
    assert "Quotes curled" in report or "quotes" not in truth.title
    for repair in found.repairs:
        assert f"m.txt:{repair.line}: " in report
    for article in found.articles:
        assert article.plain_title in result.output
    assert sorted(path.name for path in (folder / "source").iterdir()) == [
        "2023-03",
        "publication.toml",
    ]


def test_existing_issue_needs_force(folder: Path) -> None:
    first = manuscript(folder, "# The Quay\n\n## One\n\nThe first.\n\n## Two\n\nThe second.\n")
    assert run(folder, first, "--issue", "2023-03").exit_code == 0
    target = folder / "source" / "2023-03"
    (target / "figures").mkdir()
    (target / "figures" / "map.svg").write_text("<svg/>", encoding="utf-8")
    before = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}
    second = manuscript(folder, "# The Quay\n\n## Three\n\nThe third.\n\n## Four\n\nThe fourth.\n")
    refused = run(folder, second, "--issue", "2023-03")
    assert isinstance(refused.exception, InputError)
    assert "--force" in str(refused.exception)
    assert {path: path.read_bytes() for path in target.rglob("*") if path.is_file()} == before
    assert run(folder, second, "--issue", "2023-03", "--force").exit_code == 0
    names = sorted(
        path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()
    )
    assert names == ["01-three.md", "02-four.md", "figures/map.svg", REPORT, "issue.toml"]


def test_frozen_issue_stays(folder: Path) -> None:
    path = manuscript(folder, "# The Quay\n\n## One\n\nThe first.\n\n## Two\n\nThe second.\n")
    assert run(folder, path, "--issue", "2023-03").exit_code == 0
    config = folder / "source/2023-03/issue.toml"
    config.write_text(config.read_text().replace('"open"', '"frozen"'), encoding="utf-8")
    result = run(folder, path, "--issue", "2023-03", "--force")
    assert isinstance(result.exception, InputError)
    assert "frozen" in str(result.exception)


def test_dry_run_writes_nothing(folder: Path) -> None:
    path = manuscript(folder, "# The Quay\n\n## One\n\nThe first.\n\n## Two\n\nThe second.\n")
    result = run(folder, path, "--issue", "2023-03", "--dry-run")
    assert result.exit_code == 0
    assert "Nothing was written" in result.output
    assert [item.name for item in (folder / "source").iterdir()] == ["publication.toml"]


@pytest.mark.parametrize(
    "data", [b"", b"\0\1\2\3", b"%PDF-1.4", b"\xff\xfe\x00"], ids=["empty", "binary", "pdf", "half"]
)
def test_bad_manuscript_leaves_nothing(folder: Path, data: bytes) -> None:
    path = folder.parent / "m.txt"
    path.write_bytes(data)
    result = run(folder, path, "--issue", "2023-03")
    assert isinstance(result.exception, PublisherError)
    assert [item.name for item in (folder / "source").iterdir()] == ["publication.toml"]


def test_failing_disk_leaves_the_old_issue(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = manuscript(folder, "# The Quay\n\n## One\n\nThe first.\n\n## Two\n\nThe second.\n")
    assert run(folder, path, "--issue", "2023-03").exit_code == 0
    target = folder / "source" / "2023-03"
    before = {item.name: item.read_bytes() for item in target.iterdir()}

    def broken(path: Path, data: bytes) -> bool:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store_module, "write_atomic", broken)
    result = run(folder, path, "--issue", "2023-03", "--force")
    assert isinstance(result.exception, PublisherError)
    assert {item.name: item.read_bytes() for item in target.iterdir()} == before
    assert sorted(item.name for item in (folder / "source").iterdir()) == [
        "2023-03",
        "publication.toml",
    ]


def test_no_publication_and_no_file(folder: Path, tmp_path: Path) -> None:
    path = manuscript(folder, "# A\n\n## B\n\nText.\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    nowhere = run(empty, path, "--issue", "2023-03")
    assert isinstance(nowhere.exception, InputError)
    assert "publisher init" in str(nowhere.exception)
    assert isinstance(run(folder, tmp_path / "no.txt", "--issue", "2023-03").exception, InputError)
    assert isinstance(run(folder, empty, "--issue", "2023-03").exception, PublisherError)
    assert isinstance(run(folder, path, "--issue", "../x").exception, UsageError)


def test_title_comes_from_the_publication_where_there_is_none(folder: Path) -> None:
    path = manuscript(folder, "## I. One\n\nThe first.\n\n## II. Two\n\nThe second.\n")
    assert run(folder, path, "--issue", "2023-03").exit_code == 0
    assert 'title = "The Quay"' in (folder / "source/2023-03/issue.toml").read_text(
        encoding="utf-8"
    )


def test_hostile_titles_survive_yaml_and_toml(folder: Path) -> None:
    titles = [
        "Yes: no",
        "# not a comment",
        "*star* & {brace}",
        "“quoted”: 'it'",
        "2023-03-31",
        "null",
        "~ tilde ~",
    ]
    text = '# The "Quay" \\ [x]\n\n' + "".join(
        f"## {roman}. {title}\n\nText number {roman} stands here.\n\n"
        for roman, title in zip(("I", "II", "III", "IV", "V", "VI", "VII"), titles, strict=True)
    )
    result = run(folder, manuscript(folder, text), "--issue", "2023-03")
    assert result.exception is None
    reading = read_issue(load(folder), "2023-03")
    document, findings = reading.document, reading.findings
    assert not [finding for finding in findings if finding.severity == "error"]
    expected = [*titles]
    expected[2], expected[3] = "star & {brace}", "“quoted”: ‘it’"
    assert [plain_text(article.title.inlines) for article in document.articles] == expected
    assert document.title.plain == "The “Quay” \\ [x]"


@pytest.mark.parametrize(
    ("issue", "number", "day", "expected"),
    [
        ("2023-03", None, None, (3, "2023-03-31")),
        ("2024-02", None, None, (2, "2024-02-29")),
        ("2023-03-15", None, None, (3, "2023-03-15")),
        ("2023-03", "12", "2023-04-02", (12, "2023-04-02")),
        ("spring", "1a", "2023-04-02", ("1a", "2023-04-02")),
        ("issue-7", None, "2023-04-02", (7, "2023-04-02")),
    ],
)
def test_number_and_date(
    issue: str, number: str | None, day: str | None, expected: tuple[int | str, str]
) -> None:
    found = number_and_date(issue, number, day)
    assert (found[0], found[1].isoformat()) == expected


@pytest.mark.parametrize(
    ("issue", "number", "day"),
    [
        ("spring", None, None),
        ("spring", None, "2023-03-31"),
        ("2023-03", None, "31 March"),
        ("2023-02-31", None, None),
    ],
)
def test_number_and_date_refused(issue: str, number: str | None, day: str | None) -> None:
    with pytest.raises(UsageError):
        number_and_date(issue, number, day)


def test_slugs() -> None:
    assert slug("Iran’s talks with the “Quay”") == "iran-talks-quay"
    assert slug("Əlaqələr və İşıq: ığdır") == "elaqeler-ve-isiq-igdir"
    assert slug("Внешняя политика") == "vneshnyaya-politika"
    assert file_names(["A b", "A b", "…", "2023"]) == [
        "01-b.md", "02-b-2.md", "03-article-3.md", "04-article-2023.md",
    ]  # fmt: skip
    assert file_names(["Contents"], frozenset({"contents"})) == ["01-contents-2.md"]


def test_registry() -> None:
    assert {".txt", ".md"} <= set(endings())
    assert ".TXT".lower() in importer_for("A.TXT").ENDINGS
    with pytest.raises(UsageError):
        importer_for("picture.bmp")
