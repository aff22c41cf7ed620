"""PDF from input that nobody wrote for it: each is set, conforms to both standards, or is a finding."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from publisher import language
from publisher.editions import Compiled, pdf
from publisher.engines.pseudo import Pseudo
from publisher.judges.outloud import Outloud
from publisher.judges.page import PageValidation
from tests.books import book
from tests.editions import edition, read
from tests.test_pdf import _elements

Make = Callable[..., Path]

pytestmark = pytest.mark.outside

TABLE = (
    "::: {.table #t1}\n| State | One | Two | Three |\n|--|--|--|--|\n"
    + "".join(f"| State {n} | {n}.5 | {n * n} | {n} % |\n" for n in range(120))
    + "\nThe table.\n:::\n"
)
WIDE = (
    "| " + " | ".join(f"Considerably{n}" for n in range(22)) + " |\n|" + "--|" * 22 + "\n"
    + "".join("| " + " | ".join(f"Unbreakable{n}word" for n in range(22)) + " |\n" for _ in range(4))
)  # fmt: skip
LISTS = (
    "- one\n  - two\n    - three\n      - four\n        - five\n\n          More of five.\n\n"
    "1. one\n   1. two\n      1. three\n         1. four\n            1. five\n            2. again\n"
)
TEXT = (
    "English с русским, Ελληνικά, العربية مع 123 English and more in one paragraph, "
    "[доброе утро]{lang=ru}.\n\n"
    "Over \u202egnirts desrever\u202c and \u2067isolated\u2069 and unclosed \u202e text goes on.\n\n"
    "Inline $E = mc^2$ and $\\frac{a}{b} \\le \\sqrt{x_1}$.\n\n$$\\sum_{i=1}^n i$$\n\n"
    "Term\n: Definition one\n: Definition two\n\n    ```\n    code in it\n    ```\n\n"
    "```python\ndef f(x):\n    return '" + "long" * 60 + "'\n```\n\nInline `code  here`.\n\n"
    "Raw <script>alert(1)</script> <b onclick='x'>b</b>\n\n<div><iframe src='http://x'></iframe></div>\n\n"
    "```{=html}\n<script>x</script>\n```\n\n`\\LaTeX`{=latex} end.\n\n---\n\n"
    "> quote\n>\n> > nested quote\n>\n> - list\n\n- [ ] open\n- [x] done\n\n"
    "## Head\n\n#### Skipped level\n\nText.\n\n# Level one\n\nThe end.\n"
)


def judge(made: Compiled, folder: Path) -> None:
    path = folder / "x.pdf"
    path.write_bytes(made.data)
    assert PageValidation().examine([path]) == [()]
    assert [m for m in Outloud().examine([path])[0] if m.severity == "error"] == []


def kinds(made: Compiled) -> list[str]:
    with pikepdf.open(io.BytesIO(made.data)) as opened:
        return [str(element.S) for element in _elements(opened.Root.StructTreeRoot.K[0])]


def codes(made: Compiled) -> set[str]:
    return {finding.code for finding in made.findings}


@pytest.mark.parametrize("code", ["en", "ar"])
def test_text_tables_and_lists_of_all_kinds(code: str, tmp_path: Path) -> None:
    made = pdf.compile(book({"one": TEXT, "two": TABLE, "three": LISTS}, code=code))
    judge(made, tmp_path)
    assert not any(finding.severity == "error" for finding in made.findings)
    found = kinds(made)
    assert found.count("/Table") == 1 and found.count("/TR") == 121
    assert "/H3" in found and "/H4" not in found


def test_a_table_wider_than_the_page_is_kept_on_it(tmp_path: Path) -> None:
    made = pdf.compile(book({"one": WIDE}))
    judge(made, tmp_path)
    (finding,) = made.findings
    assert finding.code == "wide-table" and finding.path == "source/1/one.md"
    pymupdf = pytest.importorskip("pymupdf")
    with pymupdf.open(stream=made.data) as opened:
        page = opened[2]
        assert max(word[2] for word in page.get_text("words")) < page.rect.width


def test_notes_many_on_a_page_and_longer_than_one(tmp_path: Path) -> None:
    apart = "\n\n".join(f"Paragraph {n} says something[^{n}] and goes on." for n in range(60))
    note = "a remark that needs more than a line when it is set in small type, as notes are"
    apart += "\n\n" + "\n".join(f"[^{n}]: Note {n} with {note}." for n in range(60))
    dense = "A sentence" + "".join(f" word[^{n}]" for n in range(30)) + ".\n\n"
    dense += "\n".join(f"[^{n}]: Dense {n}." for n in range(30))
    long = "Text[^a] goes on[^b].\n\n[^a]: " + "A sentence of it. " * 900 + "\n[^b]: Short.\n"
    made = pdf.compile(book({"apart": apart, "dense": dense, "long": long}))
    judge(made, tmp_path)
    assert made.findings == ()
    assert kinds(made).count("/Note") == 60 + 30 + 1
    pymupdf = pytest.importorskip("pymupdf")
    with pymupdf.open(stream=made.data) as opened:
        text = " ".join(" ".join(page.get_text().split()) for page in opened)
        tops = [word[1] for page in opened for word in page.get_text("words")]
    assert all(f"Note {n} with" in text for n in range(60))
    assert text.count(" of it.") > 890 and min(tops) > 0


def picture(mode: str, size: tuple[int, int], kind: str, colour: Any, **how: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **how)
    return out.getvalue()


def test_images_of_all_kinds(publication: Make, tmp_path: Path) -> None:
    figures = {
        "alpha.png": picture("RGBA", (300, 200), "PNG", (0, 80, 120, 90)),
        "grey-alpha.png": picture("LA", (300, 200), "PNG", (120, 90)),
        "palette.png": picture("P", (300, 200), "PNG", 3, transparency=3),
        "bits.png": picture("1", (300, 200), "PNG", 1),
        "photo.jpg": picture("RGB", (600, 400), "JPEG", (20, 130, 230)),
        "grey.jpg": picture("L", (600, 400), "JPEG", 99),
        "tall.png": picture("RGB", (100, 4000), "PNG", (200, 30, 30)),
        "wide.png": picture("RGB", (4000, 40), "PNG", (20, 130, 30)),
        "dot.png": picture("RGB", (1, 1), "PNG", (1, 2, 3)),
        "large.png": picture("L", (6000, 5000), "PNG", 9),
        "tall.svg": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 5000">'
        b'<rect width="100" height="5000" fill="red" fill-opacity="0.5"/></svg>',
    }
    body = "".join(
        f"::: {{.figure #f{n}}}\n![A plain field of one colour, number {n}](figures/{name})\n\nIt.\n:::\n\n"
        for n, name in enumerate(figures)
    )
    body += "In a line ![a dark dot](figures/dot.png) and ![a blue field](figures/photo.jpg).\n\n"
    body += "![A tall field alone in its paragraph](figures/tall.png)\n"
    files = {f"source/2024-01/figures/{name}": data for name, data in figures.items()}
    root = publication({"01-one.md": f"---\ntitle: One\n---\n\n{body}"}, files=files)
    made = pdf.compile(edition(read(root)))
    judge(made, tmp_path)
    assert made.findings == ()
    pymupdf = pytest.importorskip("pymupdf")
    with pymupdf.open(stream=made.data) as opened:
        for page in opened:
            for box in page.get_image_info():
                assert box["bbox"][3] <= page.rect.height and box["bbox"][2] <= page.rect.width + 1


@pytest.mark.parametrize(("mode", "colour"), [("I;16", 30000), ("CMYK", (20, 130, 230, 10))])
def test_images_that_need_another_form_get_it(mode: str, colour: Any) -> None:
    from publisher.images import check

    kind, name = ("JPEG", "a.jpg") if mode == "CMYK" else ("PNG", "a.png")
    data, findings = check(picture(mode, (30, 20), kind, colour), name)
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode in ("L", "RGB")
    assert [f.code for f in findings] == (["cmyk-image"] if mode == "CMYK" else [])


def test_a_word_of_five_thousand_characters_is_broken_and_named(tmp_path: Path) -> None:
    made = pdf.compile(book({"one": "A word " + "x" * 5000 + " and an end."}))
    judge(made, tmp_path)
    (finding,) = made.findings
    assert finding.code == "long-word" and "5000" in finding.message
    assert finding.path == "source/1/one.md"


def test_a_character_without_a_glyph_names_the_package_that_has_it() -> None:
    pytest.importorskip("publisher")
    made = pdf.compile(book({"one": "Thai: ก and a cat 🐈."}))
    assert codes(made) == {"missing-glyph"}
    hints = {finding.message[26:29]: finding.hint for finding in made.findings}
    assert "fontpkg-noto-sans-thai" in hints["“ก”"] and "fontpkg" not in hints["“🐈”"]
    (found,) = pdf.compile(book({"one": "ა ბ გ დ"})).findings
    assert "no font has 4 characters, “ა ბ გ დ”" in found.message
    assert found.hint.startswith("Run: pip install fontpkg-noto-serif-georgian")


@pytest.mark.slow
def test_two_hundred_pages_in_an_issue(tmp_path: Path) -> None:
    words = "The ministry said that the talks would go on in the autumn, and no date was named. "
    body = "".join(f"## Part {n}\n\n{words * 9}\n\n{words * 7}\n\n" for n in range(45))
    made = pdf.compile(book({f"a{n}": body + TABLE.replace("t1", f"t{n}") for n in range(9)}))
    assert made.pages and made.pages >= 200
    judge(made, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("code", ["en", "ru", "ar"])
def test_the_manuscript_conforms(manuscript: Path, code: str, tmp_path: Path) -> None:
    from publisher.catalog import segments
    from publisher.cli import main
    from publisher.engines import Request

    root = tmp_path / "imported"
    for line in (
        ["init", str(root), "--issue", "2023-01"],
        ["-C", str(root), "import", str(manuscript), "--issue", "2023-03"],
    ):
        with pytest.raises(SystemExit) as ended:
            main(line)
        assert ended.value.code in (0, 1)
    document = read(root)
    if code != "en":
        engine = Pseudo(language.load("en"), language.load(code))

        def lookup(segment: segments.Segment) -> segments.Translation | None:
            request = Request(segment.msgid, segment.tag_names)
            return segments.Translation(engine.draft(request), "reviewed")

        document = segments.apply(document, lookup, code).document
    made = pdf.compile(edition(document, code))
    judge(made, tmp_path)
    assert not [f for f in made.findings if f.severity == "error"]
    (tmp_path / "x.pdf").replace(tmp_path.parent / f"manuscript-{code}.pdf")


@pytest.mark.parametrize("code", ["en", "ar"])
def test_drawings_without_a_size_stand_in_lines(code: str, tmp_path: Path) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20" width="100%">'
    drawing += b'<path d="M0 0h9v9z"/></svg>'
    image = "![A dark corner](l.svg)"
    body = f"{image}\n\ntext {image} text\n\n- {image}\n"
    made = pdf.compile(book({"one": body}, code=code, figures={"l.svg": drawing}))
    judge(made, tmp_path)


def test_hostile_images_are_located_and_never_fetched(
    publication: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    from publisher import project, reader

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        b'viewBox="0 0 9 9" onload="x()"><script>x()</script><image xlink:href="file:///etc/passwd"/>'
        b'<image href="https://example.org/a.png" width="9" height="9"/><path d="M0 0h9v9z"/></svg>'
    )
    files = {
        "huge.png": picture("1", (10_000, 10_000), "PNG", 1),
        "ink.jpg": picture("CMYK", (60, 40), "JPEG", (20, 130, 230, 10)),
        "evil.svg": drawing,
        "text.png": b"not an image",
    }
    names = [*files, "nowhere.png"]
    body = "".join(f"![A picture of it]({'figures/' + name})\n\n" for name in names)
    placed = {f"source/2024-01/figures/{name}": data for name, data in files.items()}
    root = publication({"01-one.md": f"---\ntitle: One\n---\n\n{body}"}, files=placed)
    publication_ = project.load(root)
    reading = reader.read_issue(publication_, "2024-01")
    told = {(finding.path, finding.line): finding.message for finding in reading.findings}
    for name in names:
        assert any(name in f"{path}{text}" for (path, _), text in told.items()), name
    made = pdf.compile(edition(reading.document))
    assert b"passwd" not in made.data
    judge(made, tmp_path)
