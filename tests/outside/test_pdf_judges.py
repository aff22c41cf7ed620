"""PDF editions before their outside judges: PDF/UA-1 and PDF/A-3a at once, and what they say aloud."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher import verify
from publisher.editions import pdf
from publisher.judges import Message
from publisher.judges.page import claimed_pdfa
from publisher.judges.pdf import judge
from tests.books import book

pytestmark = pytest.mark.outside

BODY = """
Text with a [link](https://example.org).[^1]

## Part

1. One
2. Two

| A | B |
|---|--:|
| x | 1 |

[^1]: Noted.
"""


@pytest.mark.parametrize(("code", "draft"), [("en", False), ("ar", False), ("pt", True)])
def test_pdf_conforms(code: str, draft: bool, tmp_path: Path) -> None:
    made = pdf.compile(book({"a": BODY, "b": "Second."}, code=code, draft=draft))
    path = tmp_path / "edition.pdf"
    path.write_bytes(made.data)
    assert claimed_pdfa(made.data) == "3a"
    results = verify.verify([path], judges=verify.pick(["page-validation", "outloud"]))
    assert {r.state for r in results} == {"passed"}, [str(m) for r in results for m in r.messages]
    assert judge(made.data) == ()


def test_a_blank_file_does_not_conform(tmp_path: Path) -> None:
    import pikepdf

    path = tmp_path / "blank.pdf"
    made = pikepdf.new()
    made.add_blank_page()
    made.save(path)
    for result in verify.verify([path], judges=verify.pick(["page-validation", "outloud"])):
        assert result.state == "failed"
        assert all(isinstance(message, Message) for message in result.messages)
