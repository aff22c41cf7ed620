"""Verify: what the judges say of files with one defect each, the cache, the command."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import verify
from publisher.cache import DiskCache
from publisher.cli import main
from publisher.editions import epub
from publisher.errors import InputError, MachineError, UsageError
from publisher.judges import Message, Verdict, all_judges, contrast, docx, pdf
from publisher.judges.epub import judge
from publisher.judges.libreoffice import chunks, squeeze
from publisher.judges.page import claimed_pdfa
from tests.books import book as edition


@pytest.fixture(scope="module")
def book() -> bytes:
    body = "Text with a note[^1] and [a link](https://example.org).\n\n## Part\n\n[^1]: Noted.\n"
    return epub.compile(edition({"a": body}, code="ar"), {"a": 3}).data


def change(data: bytes, name: str, old: str, new: str) -> bytes:
    """The ZIP with one text replaced in one member, which must hold it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == name:
                text = content.decode()
                assert re.search(old, text), f"{old} is not in {name}"
                content = re.sub(old, new, text, count=1).encode()
            target.writestr(info, content)
    return out.getvalue()


DEFECTS = [
    ("package.opf", 'progression-direction="rtl"', 'progression-direction="ltr"', "direction"),
    ("text/a.xhtml", ' dir="rtl"', "", "direction"),
    ("text/a.xhtml", ' xml:lang="ar"', "", "language"),
    ("text/a.xhtml", "<title>.*?</title>", "<title> </title>", "title"),
    ("text/cover.xhtml", ' alt="[^"]*"', "", "alt"),
    ("text/cover.xhtml", ' alt="[^"]*"', ' alt="cover.png"', "alt"),
    ("text/a.xhtml", "https://example.org", "javascript:x()", "link"),
    ("text/a.xhtml", "https://example.org", "gone.xhtml", "link"),
    ("text/a.xhtml", 'href="#note-', 'href="#nothing-', "link"),
    ("text/a.xhtml", "a link</a>", "</a>", "link"),
    ("text/a.xhtml", "</section></body>", "<script>x()</script></section></body>", "active"),
    ("text/a.xhtml", "<h2", '<h2 onclick="x()"', "active"),
    ("text/a.xhtml", "</h1>", '</h1><img src="https://x.org/i.png" alt="x"/>', "remote"),
    ("styles/edition.css", "^", "a { background: url(https://x.org/i.png) }", "remote"),
    ("text/a.xhtml", "<h2(.*?)</h2>", r"<h3\1</h3>", "heading"),
    ("nav.xhtml", 'epub:type="landmarks"', 'epub:type="lot"', "navigation"),
    ("nav.xhtml", 'epub:type="toc"', 'epub:type="lot"', "navigation"),
    ("package.opf", '<meta property="schema:accessibilityHazard">none</meta>', "", "a11y-metadata"),
    ("package.opf", "pageNavigation", "index", "a11y-metadata"),
    ("styles/edition.css", "^", "p { color: #999999 }", "contrast"),
    ("text/a.xhtml", "Text with", "\U00013000", "font"),
    ("package.opf", ">Published<", ">Draft<", "draft"),
    ("text/a.xhtml", "<h2", '<h2 class="unreviewed"', "draft"),
    ("text/a.xhtml", "<h2", "<h2<", "unreadable"),
]


@pytest.mark.parametrize(("member", "old", "new", "code"), DEFECTS)
def test_epub_rules_see_each_defect(
    book: bytes, member: str, old: str, new: str, code: str
) -> None:
    assert judge(book, "x.epub") == ()
    assert code in {m.code for m in judge(change(book, f"EPUB/{member}", old, new), "x.epub")}


@given(st.binary(max_size=200))
def test_judges_survive_any_bytes(data: bytes) -> None:
    assert judge(data, "x.epub")[0].severity == "error"
    assert docx.judge(data, "x.docx")[0].severity == "error"
    assert pdf.judge(data)[0].severity == "error"


def test_zip_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from publisher.judges import tools

    monkeypatch.setattr(tools, "MAX_TOTAL", 1000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"0" * 100_000)
    assert "too large" in judge(out.getvalue(), "x.epub")[0].text


def test_contrast_resolves_variables_and_schemes() -> None:
    css = """
    :root { --ink: #777777; }
    p { color: var(--ink); }
    .on { color: #fff; background: #005 }
    @media (prefers-color-scheme: dark) { body { background: #000 } p { color: #444 } }
    """
    found = [text for _, text in contrast.check_css(css)]
    assert len(found) == 2
    assert "“p” has a contrast of 4.48 in the light scheme" in found[0]
    assert "“p”" in found[1] and "dark" in found[1]


def test_contrast_agrees_with_the_brand() -> None:
    from publisher.brand import contrast as ratio

    for one, other in (("#000000", "#ffffff"), ("#0e4d64", "#ffffff"), ("#777777", "#eeeeee")):
        first, second = contrast.parse_colour(one), contrast.parse_colour(other)
        assert first is not None and second is not None
        assert contrast.ratio(first, second) == pytest.approx(ratio(one, other))


def test_pdfa_claim_is_read() -> None:
    xmp = b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>"
    assert claimed_pdfa(xmp) == "3a"
    assert claimed_pdfa(b"<x pdfaid:part='2' pdfaid:conformance='U'/>") == "2u"
    assert claimed_pdfa(b"%PDF") == ""


def test_pdf_rules_see_what_is_missing() -> None:
    import pikepdf

    made = pikepdf.new()
    made.add_blank_page()
    made.add_blank_page()
    out = io.BytesIO()
    made.save(out)
    codes = {m.code for m in pdf.judge(out.getvalue())}
    assert {"language", "title", "tags", "bookmarks", "page-labels"} <= codes


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def test_text_of_a_docx_is_cut_where_numbers_stand() -> None:
    part = (
        f"<w:document {W}><w:p><w:r><w:t>One </w:t></w:r><w:r><w:t>two</w:t></w:r>"
        '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>three</w:t></w:r></w:p></w:document>'
    )
    assert chunks(part.encode(), "word/document.xml") == ["One two", "three"]
    assert squeeze(" a\u00a0b\u00adc ") == "abc"


def docx_of(body: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>"
        )
    return out.getvalue()


def test_docx_rules_see_wrong_order_and_missing_parts() -> None:
    body = '<w:p><w:pPr><w:jc w:val="start"/><w:keepNext/></w:pPr></w:p>'
    found = docx.judge(docx_of(body), "x.docx")
    assert "keepNext stands too late in pPr" in {m.text for m in found}
    assert {"types", "title", "language"} <= {m.code for m in found}


@dataclass
class Fake:
    """A judge that finds a fault in every file whose text says so."""

    name: str = "fake"
    suffixes: tuple[str, ...] = (".epub",)
    strict: bool = True
    kind: Literal["outside", "own"] = "outside"
    optional: bool = False
    cure: str = "Install it."
    installed: bool = True
    breaks: bool = False
    seen: list[Path] = field(default_factory=list)

    def version(self) -> str | None:
        return "1" if self.installed else None

    def examine(self, paths: Sequence[Path]) -> list[Verdict]:
        if self.breaks:
            raise MachineError("it broke")
        self.seen += paths
        bad = (Message("warning", "w", "a fault"),)
        return [bad if b"fault" in path.read_bytes() else () for path in paths]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / ".hidden").mkdir(parents=True)
    (folder / "b.epub").write_bytes(b"fine")
    (folder / "a.epub").write_bytes(b"fault")
    (folder / "note.txt").write_bytes(b"fault")
    (folder / ".hidden" / "c.epub").write_bytes(b"fault")
    return folder


def test_results_are_ordered_and_cached_by_content(files: Path, tmp_path: Path) -> None:
    fake, cache = Fake(), DiskCache(tmp_path / "cache")
    first = verify.verify([files], judges=[fake], cache=cache)
    assert [(Path(r.path).name, r.state) for r in first] == [
        ("a.epub", "failed"),
        ("b.epub", "passed"),
    ]
    again = verify.verify([files], judges=[fake], cache=cache)
    assert len(fake.seen) == 2
    assert [(r.state, r.messages) for r in again] == [(r.state, r.messages) for r in first]
    assert all(r.cached for r in again)
    (files / "b.epub").write_bytes(b"fault now")
    assert [r.state for r in verify.verify([files], judges=[fake], cache=cache)] == ["failed"] * 2
    assert len(fake.seen) == 3


def test_lenient_judges_pass_warnings(files: Path) -> None:
    results = verify.verify([files], judges=[Fake(strict=False)])
    assert all(r.ok for r in results) and results[0].warnings == 1


def test_missing_judges_are_not_run(files: Path) -> None:
    results = verify.verify([files], judges=[Fake(installed=False)])
    assert {r.state for r in results} == {"not run"}
    assert "Install it." in results[0].messages[0].text
    assert verify.failed(results) == ()
    assert len(verify.failed(results, require=True)) == 2
    optional = verify.verify([files], judges=[Fake(installed=False, optional=True)])
    assert verify.failed(optional, require=True) == ()


def test_a_judge_that_breaks_fails_its_files_and_is_not_cached(files: Path, tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "cache")
    results = verify.verify([files], judges=[Fake(breaks=True)], cache=cache)
    assert {r.state for r in results} == {"failed"}
    assert "it broke" in results[0].messages[0].text
    assert verify.verify([files], judges=[Fake()], cache=cache)[1].ok


def test_wrong_paths_and_names_are_said(files: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        verify.collect([files / "none.epub"])
    with pytest.raises(InputError, match="no judge knows"):
        verify.collect([files / "note.txt"])
    with pytest.raises(UsageError, match="no judge “x”"):
        verify.pick(["x"])
    assert [j.name for j in verify.pick(["epub-rules", "page-validation"])] == [
        "page-validation",
        "epub-rules",
    ]


def test_judges_have_names_versions_and_cures() -> None:
    judges = all_judges()
    assert len({j.name for j in judges}) == len(judges)
    for each in judges:
        assert each.suffixes and (each.kind == "own") == (each.cure == "")
        if each.kind == "own":
            assert each.version()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    out = capsys.readouterr()
    return int(stop.value.code or 0), out.out, out.err


def test_command(
    book: bytes,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    good, bad = tmp_path / "x-ar.epub", tmp_path / "y-ar.epub"
    good.write_bytes(book)
    bad.write_bytes(change(book, "EPUB/text/a.xhtml", ' dir="rtl"', ""))
    code, out, err = run(capsys, "verify", "--judge", "epub-rules", str(good))
    assert (code, err) == (0, "")
    assert "1 of 1 passed" in out
    code, out, err = run(capsys, "verify", "--judge", "epub-rules", str(tmp_path))
    assert code == 1
    assert "y-ar.epub: epub-rules: EPUB/text/a.xhtml: error: dir is “ltr”" in err
    code, out, _ = run(capsys, "verify", "--judge", "epub-rules", "--json", str(tmp_path))
    report = json.loads(out)
    assert (code, report["ok"], len(report["results"])) == (1, False, 2)
    assert report["results"][1]["messages"][0]["code"] == "direction"


def test_command_says_what_is_not_run(
    book: bytes,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("CI", "")
    path = tmp_path / "x.epub"
    path.write_bytes(book)
    code, out, err = run(capsys, "verify", "--judge", "epubcheck", str(path))
    assert code == 0 and "not run" in out and "install Java" in err
    monkeypatch.setenv("CI", "true")
    assert run(capsys, "verify", "--judge", "epubcheck", str(path))[0] == 1


def test_command_without_editions(
    publication: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    root = publication({"01-a.md": "---\ntitle: A\n---\n\nText.\n"})
    code, _, err = run(capsys, "-C", str(root), "verify")
    assert code == 3 and "publisher build" in err


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext is not installed")
def test_msgfmt_reads_catalogs(tmp_path: Path) -> None:
    good, bad = tmp_path / "a.po", tmp_path / "b.po"
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    good.write_text(header + 'msgid "a"\nmsgstr "b"\n', encoding="utf-8")
    bad.write_text(header + 'msgid "a"\nmsgstr "b\n', encoding="utf-8")
    results = verify.verify([good, bad], judges=verify.pick(["msgfmt"]))
    assert [r.state for r in results][1] == "failed"
    assert results[1].messages[0].where.startswith("line ")


def test_the_brands_specimen_is_no_edition(
    publication: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    root = publication({"01-a.md": "---\ntitle: A\n---\n\nText.\n"})
    (root / "dist" / "2024-01" / "en").mkdir(parents=True)
    (root / "dist" / "brand.pdf").write_bytes(b"no tags")
    (root / "dist" / "2024-01" / "en" / "x.epub").write_bytes(b"no EPUB")
    _, out, _ = run(capsys, "-C", str(root), "verify", "--judge", "epub-rules",
                    "--judge", "pdf-rules", "--json")  # fmt: skip
    assert {Path(each["path"]).name for each in json.loads(out)["results"]} == {"x.epub"}
