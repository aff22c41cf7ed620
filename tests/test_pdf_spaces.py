"""Lines from right to left keep to their column, whatever stands at their end."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from publisher.editions import pdf
from publisher.editions.pdf_spaces import kept_lines
from tests.books import book, text

WORDS = "كونسيستينغ فور ينستانكه وبهن كاوكاسوس مهديا ثرووغ يتس وهبسيته"
ENDS = (
    '<a href="#x">oc.media.org.example.org</a>',
    "<em>كاوكاسوس مهديا</em>",
    '<em>كاوكاسوس <strong>مهديا ثرووغ </strong></em><a href="#x">oc.media.example</a>',
)


def lines(html: str) -> list[list[Any]]:
    """The text boxes of each line of a page."""
    import weasyprint
    from weasyprint.formatting_structure import boxes

    found: list[list[Any]] = []

    def walk(box: Any) -> None:
        if isinstance(box, boxes.LineBox):
            found.append([])
        if isinstance(box, boxes.TextBox) and box.text.strip():
            found[-1].append(box)
        for child in getattr(box, "children", ()):
            walk(child)

    walk(weasyprint.HTML(string=html).render().pages[0]._page_box)
    return found


@pytest.mark.parametrize("align", ["justify", "start"])
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("direction", ["rtl", "ltr"])
def test_a_line_keeps_to_its_column(direction: str, end: str, align: str) -> None:
    for count in range(3, 10):
        body = " ".join([WORDS, *WORDS.split()[:count], end, WORDS])
        style = f"@page{{size:300px 800px;margin:20px}}body{{margin:0}}p{{text-align:{align};font:16px Amiri}}"
        with kept_lines():
            made = lines(f'<html dir="{direction}"><style>{style}</style><p>{body} </p>')
        assert len(made) > 4
        for line in made:
            edges = sorted((box.position_x, box.position_x + box.width) for box in line)
            fixed = edges[-1][1] - 280 if direction == "rtl" else edges[0][0] - 20
            assert abs(fixed) < 0.3, line[-1].text
            assert edges[0][0] > 19.7 and edges[-1][1] < 280.3, line[-1].text
            for (_, left), (right, _) in itertools.pairwise(edges):
                assert abs(right - left) < 0.3, line[-1].text


def drawn(data: bytes, page: int) -> list[tuple[float, float]]:
    """The left and right edges of the lines of running text on a page, as they are drawn."""
    pymupdf = pytest.importorskip("pymupdf")
    with pymupdf.open(stream=data) as opened:
        rows = [
            line["bbox"]
            for block in opened[page].get_text("dict")["blocks"]
            for line in block.get("lines", ())
            if 12 < line["spans"][0]["size"] < 14
        ]
    return [(row[0], row[2]) for row in rows]


def test_kerning_across_spaces_does_not_move_a_line_out_of_its_column() -> None:
    # Amiri sets kaf closer after heh, and widened spaces part the two.
    words = ["ثه", "كوونتري", "اره", "كوررهنتلي", "هختهنسيفه", "كاسبيان", "وبهن", "فور", "ينستانكه"]
    body = " ".join(words[n % 7] + " " + words[(n * 3 + 1) % 9] for n in range(120))
    made = pdf.compile(book({"one": body}, code="ar"))
    assert made.findings == ()
    lines_ = drawn(made.data, 2)
    assert len(lines_) > 10
    left, right = min(low for low, _ in lines_), max(high for _, high in lines_)
    full = lines_[:-1]
    assert all(abs(high - right) < 0.5 for _, high in full)
    assert all(abs(low - left) < 0.5 for low, _ in full)


def test_contents_in_arabic_have_no_false_finding() -> None:
    made = book({f"a{n}": "نص." for n in range(12)}, code="ar")
    words = WORDS.split()
    articles = tuple(
        replace(article, title=text(" ".join((words * 3)[: 6 + n]) + "ا" * (n % 4)))
        for n, article in enumerate(made.document.articles)
    )
    document = replace(made.document, articles=articles)
    assert pdf.compile(replace(made, document=document)).findings == ()
