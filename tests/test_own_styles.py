"""A publication's own style sheets: what they may hold, and that nothing is fetched for them."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from publisher import own_styles, project
from publisher.build_inputs import brand_files, own_css
from publisher.errors import FindingsError, InputError

Make = Callable[..., Path]
ARTICLE = {"01-one.md": "---\ntitle: One\n---\n\nText.\n"}


def lines(text: str) -> list[tuple[int | None, str]]:
    return [(f.line, f.message) for f in own_styles.judge(text, "styles/x.css")]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('@import "https://example.org/x.css";', 1, "@import"),
        ("h2 { color: red }\n@import url(other.css);", 2, "@import"),
        ("@media print {\n  @import 'x.css';\n}", 2, "@import"),
        ("h2 {\n  background: url(https://example.org/a.png) }", 2, "https://example.org/a.png"),
        ("h2 { background: u\\72l('file:///etc/passwd') }", 1, "file:///etc/passwd"),
        ("@media screen {\n h2 {\n  background: URL( //x.org/a ) } }", 3, "//x.org/a"),
        ("@font-face { font-family: x;\n src: local(x), url('x.ttf') }", 2, "x.ttf"),
        ('h2 { background: image-set("a.png" 1x) }', 1, "a.png"),
        ("@namespace x url(http://x.org);", 1, "http://x.org"),
        ("h2 { background: url(data:text/html;base64,PGI+) }", 1, "data:text/html"),
        ("h2 { color: red }\n}\np { color: red }", 2, "broken"),
        ("h2 {\n color: red;\n direction: rtl }", 3, "direction"),
        ("h2 { color: red }\np:has( { color: red } )", 2, "broken"),
        ("h2 { color: red }\np:frobnicated { color: red }", 2, "p:frobnicated"),
        ("p::selection { color: red }", 1, "::selection"),
        ("@media print {\n  a:::b { color: red }\n}", 2, "a:::b"),
    ],
)
def test_what_loads_or_breaks_is_an_error_with_its_line(text: str, line: int, words: str) -> None:
    found = lines(text)
    assert len(found) == 1 and found[0][0] == line and words in found[0][1]


def test_plain_styles_and_pictures_inside_them_are_fine() -> None:
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, "PNG")
    inner = base64.b64encode(out.getvalue()).decode()
    text = (
        "/* @import 'x' url(y) */ h2 { color: #123456; content: 'url(x)'; mask: url(#m) }\n"
        f"@media (min-width: 40em) {{ .box {{ background: url(data:image/png;base64,{inner}) }} }}\n"
        "@page { margin: 20mm; @top-left { content: 'x' } }\n"
        "@media screen { p::selection, a:frobnicated { color: #fff } }\n"
        "a:hover, li:nth-child(2n+1)::marker, p:is(.x, .y) > b::before { color: #123456 }\n"
    )
    assert lines(text) == []


def test_check_and_build_say_it(publication: Make, capsys: pytest.CaptureFixture[str]) -> None:
    from publisher.cli import main

    style = b"h2 { color: red }\n@import url(https://example.org/x.css);\n"
    root = publication(ARTICLE, files={"styles/own.css": style, "styles/two.css": b"\xff"})
    with pytest.raises(FindingsError) as caught:
        own_css(project.load(root))
    assert [(f.path, f.line) for f in caught.value.findings] == [
        ("styles/own.css", 2), ("styles/two.css", 1),
    ]  # fmt: skip
    for words in (["check"], ["build", "-f", "html", "-j1"]):
        with pytest.raises(SystemExit) as ended:
            main(["-C", str(root), *words])
        shown = capsys.readouterr()
        assert ended.value.code == 1 and "styles/own.css:2: error" in shown.out + shown.err


def test_nothing_outside_the_publication_is_read(publication: Make, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("h2 { color: red }")
    root = publication(ARTICLE)
    (root / "styles" / "fonts").mkdir(parents=True)
    (root / "styles" / "own.css").symlink_to(secret)
    css, findings = own_styles.read(root)
    assert css == "" and ["outside" in f.message for f in findings] == [True]
    (root / "styles" / "fonts" / "x.ttf").symlink_to(secret)
    with pytest.raises(InputError, match="outside the publication"):
        brand_files(project.load(root), "")
    (root / "styles" / "fonts" / "x.ttf").unlink()
    (root / "styles" / "logo.png").symlink_to(secret)
    with pytest.raises(InputError, match="outside the publication"):
        brand_files(project.load(root), "logo.png")


def test_a_logo_is_a_picture(publication: Make) -> None:
    root = publication(ARTICLE, files={"styles/logo.png": b"no picture"})
    with pytest.raises(InputError, match="not a PNG or JPEG"):
        brand_files(project.load(root), "logo.png")


@pytest.mark.parametrize(
    "name",
    ["styles/brand.toml", "translations/2024-01/ar.po", "translations/layout/ar.po",
     "source/2024-01/fit.toml", "translations/languages", "source/2024-01/figures"],
)  # fmt: skip
def test_settings_outside_the_publication_are_not_read(
    name: str, publication: Make, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "x.toml").write_text("secret")
    root = publication(ARTICLE)
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).symlink_to(secret / "x.toml" if "." in name[8:] else secret)
    with pytest.raises(InputError, match="out of the publication") as caught:
        project.load(root)
    assert str(caught.value.path) == name
    (root / name).unlink()
    (root / name).symlink_to(root / "source" / "2024-01" / "issue.toml")
    project.load(root)


def test_check_names_every_setting_that_a_build_could_not_read(publication: Make) -> None:
    from publisher.cache import NoCache
    from publisher.examine import examine

    files = {
        "source/2024-01/fit.toml": b'[pages]\none = "x"\n',
        "translations/languages/xx.toml": b'code = "xx"\nfoo = 1\n',
        "translations/layout/az.po": b'msgid "a"\nmsgstr "b\n',
        "styles/x.css": b"p:frobnicated { color: red }\n",
    }
    opened = project.load(publication(ARTICLE, files=files))
    found = examine(opened, "2024-01", ("az",), NoCache(), "")
    errors = {finding.path: finding.line for finding in found if finding.severity == "error"}
    assert errors.keys() == files.keys()
    assert errors["translations/layout/az.po"] == 2 and errors["styles/x.css"] == 1
