"""The wheel alone builds publications in Arabic and in Chinese, with the default brand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from publisher.judges.page import PageValidation

ARTICLE = "---\ntitle: {}\nsummary: {}\n---\n\n{}\n\n{}\n"
ARABIC = {
    "01-one.md": ("المقال الأول", "موجز قصير.", "الفقرة الأولى من النص في عام 2023.", "الفقرة الثانية."),
    "02-two.md": ("المقال الثاني", "موجز آخر.", "نص المقال الثاني.", "خاتمة."),
}  # fmt: skip
CHINESE = {
    "01-one.md": ("第一篇文章", "简短摘要。", "正文第一段，写于2023年。", "第二段。"),
    "02-two.md": ("第二篇文章", "另一摘要。", "第二篇的正文。", "结尾。"),
}


@pytest.mark.slow
@pytest.mark.outside
@pytest.mark.parametrize(("code", "articles"), [("ar", ARABIC), ("zh", CHINESE)])
def test_the_wheel_builds_a_publication(
    repository: Path, tmp_path: Path, code: str, articles: dict[str, tuple[str, ...]]
) -> None:
    pytest.importorskip("manimgx_fonts_cjk")
    site = _installed(repository, tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "publisher", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [sys.executable, "-c", "import publisher; print(publisher.__file__)"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert where.startswith(str(site))
    # The colophon of one edition names the language of the other in its own script.
    other = {"ar": "zh", "zh": "ar"}[code]
    run("init", "made", "--source", code, "--languages", other, "--issue", "2024-01")
    folder = tmp_path / "made" / "source" / "2024-01"
    for old in folder.glob("*.md"):
        old.unlink()
    for name, parts in articles.items():
        (folder / name).write_text(ARTICLE.format(*parts), encoding="utf-8")
    issue = folder / "issue.toml"
    lines = [
        line for line in issue.read_text("utf-8").splitlines() if not line.startswith("articles")
    ]
    issue.write_text("\n".join([*lines, f"articles = {list(articles)}", ""]), encoding="utf-8")
    run("-C", "made", "update")
    run("-C", "made", "build", "-f", "pdf", "-f", "epub", "-f", "docx", "-f", "html")
    assert len(list((tmp_path / "made" / "dist").rglob(f"*-{other}-DRAFT.*"))) == 4
    built = sorted((tmp_path / "made" / "dist").rglob(f"*-{code}.*"))
    assert {path.suffix for path in built} == {".pdf", ".epub", ".docx", ".html"}
    (made,) = [path for path in built if path.suffix == ".pdf"]
    assert PageValidation().examine([made]) == [()]


def _installed(repository: Path, tmp_path: Path) -> Path:
    """The wheel, unpacked as pip would, in a folder of its own."""
    copy = tmp_path / "copy"
    shutil.copytree(
        repository / "publisher", copy / "publisher", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(repository / name, copy)
    command = [
        sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q",
        "-w", str(tmp_path / "wheel"), str(copy),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    (wheel,) = (tmp_path / "wheel").glob("publisher-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    return tmp_path / "site"


def test_windows_itself_is_refused_in_words() -> None:
    from publisher.cli import _supported
    from publisher.errors import MachineError

    _supported("posix")
    with pytest.raises(MachineError, match="WSL") as caught:
        _supported("nt")
    assert caught.value.exit_code == 4
