"""A second brand: page, colours, fonts, motif and logo are the brand's, and nothing is the default's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from publisher.editions import Credits, pdf
from publisher.judges.outloud import Outloud
from publisher.judges.page import PageValidation
from tests import looks
from tests.editions import edition, read, translated
from tests.test_pdf import FILES, FIRST, SECOND

Make = Callable[..., Path]


@pytest.mark.outside
@pytest.mark.parametrize(("code", "draft"), [("en", False), ("ar", False), ("ru", True)])
def test_another_brand_sets_everything_its_own_way(
    publication: Make, tmp_path: Path, code: str, draft: bool
) -> None:
    brand = looks.other(tmp_path / "styles")
    assert brand.findings() == ()
    files = {path: data.replace(b"#0e4d64", b"#333333") for path, data in FILES.items()}
    root = publication({"01-one.md": FIRST, "02-two.md": SECOND}, files=files)
    document = read(root)
    if code != "en":
        document = translated(document, code, "machine" if draft else "reviewed")
    credits = Credits(machines=("x",), machine_words=9, words=9) if draft else Credits()
    made = pdf.compile(
        edition(
            document, code, brand=brand, draft=draft, credits=credits,
            files={"styles/logo.svg": looks.LOGO},
        )
    )  # fmt: skip
    assert made.findings == ()
    path = tmp_path / f"brand-{code}.pdf"
    path.write_bytes(made.data)
    assert PageValidation().examine([path]) == [()]
    assert [m for m in Outloud().examine([path])[0] if m.severity == "error"] == []
    with pikepdf.open(path) as opened:
        boxes = {tuple(round(float(v)) for v in page.MediaBox) for page in opened.pages}
        fonts = {
            str(item.BaseFont).split("+")[-1]
            for item in opened.objects
            if isinstance(item, pikepdf.Dictionary) and "/BaseFont" in item
        }
        content = b"".join(page.Contents.read_bytes() for page in opened.pages)
    assert boxes == {(0, 0, 482, 680)}
    families = {name.split("-Bold")[0].split("-Semi")[0].split("-Light")[0] for name in fonts}
    assert not families & {"Amiri", "IBM-Plex-Sans-Arabic"}
    # The default's accent, #0e4d64, is nowhere.
    assert b"0.054902 0.301961 0.392157" not in content
    assert b"0.478431 0.121569 0.239216" in content
    pymupdf = pytest.importorskip("pymupdf")
    with pymupdf.open(path) as opened:
        for page in opened:
            words = page.get_text("words")
            assert min(word[0] for word in words) > 8 and max(word[2] for word in words) < 475
