"""Lines from right to left keep to their column, whatever stands at their end."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from publisher.editions.pdf_spaces import trimmed_lines

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
        with trimmed_lines():
            made = lines(f'<html dir="{direction}"><style>{style}</style><p>{body} </p>')
        assert len(made) > 4
        for line in made:
            edges = sorted((box.position_x, box.position_x + box.width) for box in line)
            fixed = edges[-1][1] - 280 if direction == "rtl" else edges[0][0] - 20
            assert abs(fixed) < 0.3, line[-1].text
            assert edges[0][0] > 19.7 and edges[-1][1] < 280.3, line[-1].text
            for (_, left), (right, _) in itertools.pairwise(edges):
                assert abs(right - left) < 0.3, line[-1].text
