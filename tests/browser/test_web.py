"""The HTML page in a browser: nothing sticks out, in either direction, on phone and desktop."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.editions import web
from tests.books import book
from tests.browser.chromium import measure
from tests.test_web import edition

pytestmark = pytest.mark.browser

WIDE = """{
  page: d.documentElement.scrollWidth, window: w.innerWidth,
  out: [...d.body.querySelectorAll('*')].filter(e => {
    const r = e.getBoundingClientRect();
    return r.width > 0 && (r.right > w.innerWidth + 1 || r.left < -1)
      && !e.closest('.table, pre, .skip, svg, math');
  }).map(e => e.tagName + '.' + e.className).slice(0, 5),
  direction: w.getComputedStyle(d.body).direction,
  faces: [...d.fonts].filter(f => f.status === 'loaded').length,
}"""


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("code", ["en", "ar"])
def test_nothing_sticks_out(code: str, width: int, tmp_path: Path) -> None:
    page = web.compile(edition(code)).data.decode()
    found = measure(page, WIDE, tmp_path, width=width)
    assert found["window"] == width
    assert found["page"] <= width and found["out"] == []
    assert found["direction"] == ("rtl" if code == "ar" else "ltr")
    assert found["faces"] >= 2


def test_long_words_and_wide_tables_keep_to_the_phone(tmp_path: Path) -> None:
    cells = " | ".join(f"column {n}" for n in range(14))
    table = f"| {cells} |\n|{'---|' * 14}\n| {cells} |\n"
    page = web.compile(book({"a": f"{'x' * 600}\n\n{table}\n\n    {'code ' * 80}\n"})).data.decode()
    found = measure(page, WIDE, tmp_path, width=360)
    assert found["page"] <= 360 and found["out"] == []


def test_touch_targets_and_contrast_in_the_masthead(tmp_path: Path) -> None:
    page = web.compile(edition("en")).data.decode()
    script = """{
      links: [...d.querySelectorAll('.languages a, .contents a')]
        .map(e => e.getBoundingClientRect().height),
      title: w.getComputedStyle(d.querySelector('.masthead h1')).color,
      skip: d.querySelector('.skip').getBoundingClientRect().bottom,
    }"""
    found = measure(page, script, tmp_path, width=390)
    # WCAG 2.2, 2.5.8: targets of 24 CSS pixels at least.
    assert min(found["links"]) >= 24
    assert found["title"] == "rgb(255, 255, 255)"
    assert found["skip"] < 0


@pytest.mark.parametrize("width", [320, 390])
def test_the_date_keeps_clear_of_the_motif_on_a_phone(width: int, tmp_path: Path) -> None:
    page = web.compile(edition("ar")).data.decode()
    script = """(() => { const r = d.createRange();
      r.selectNodeContents(d.querySelector('.masthead .issue time'));
      const b = r.getBoundingClientRect(); return [b.left, b.right]; })()"""
    left, right = measure(page, script, tmp_path, width=width)
    # In Arabic it begins at the right edge, under the number; the motif fills the left half.
    assert right > width - 30 and left > width / 2
