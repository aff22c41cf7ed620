"""Whole publications in pseudo-translation before all judges: a small one with everything, a real one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from publisher import verify
from publisher.catalog import po
from publisher.cli import main
from publisher.judges.ace import executable
from tests.browser.chromium import measure
from tests.browser.test_web import WIDE

pytestmark = [pytest.mark.outside, pytest.mark.browser, pytest.mark.slow]

ISSUE = "2024-05"
HARMLESS = frozenset({"TXT-004", "FIG-010"})
"""Warnings of outloud that say nothing here: Amiri has dozens of forms of one letter, and all of them
are that letter; a description in the brackets of the pseudo-translation is taken for a placeholder."""
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 90" width="320" height="90">
<rect width="320" height="90" fill="#0e4d64"/>
<text x="160" y="50" text-anchor="middle" font-size="14" fill="#ffffff">Ferry routes</text></svg>"""
RIVER = """---
title: The river commission met again after an interval of three years
summary: Its members agreed on ferries, on buoys and on the price of both, and on little else.
author: Office of the commission
keywords: [ferries, buoys]
---

The commission met on 14 May 2024 in the customs house[^place], the first time since 2021. It has
eleven members; *nine* came, and **two** sent a letter, which was read aloud by the secretary
[here](#accounts).[^letter]

[^place]: The house was built in 1911 and burnt twice. See [its history](https://example.org/house_1911).
[^letter]: The letter is dated 30 April. It says: “We are ‘not able’ to come.”

::: {.statement source="Chair of the commission, 14 May 2024"}
We have 18.5 kilometres of river in common, and 1,250 people who cross it each day. What would you
rather talk about?
:::

## Ferries and buoys

1. Ferries
   - from the northern bank
     - in the morning
       - on weekdays
         - except when there is fog
   - from the southern bank
2. Buoys

   a. of the old kind
   b. of the new kind, which are *lit*

::: {.figure #routes}
![A field of one colour that holds the words Ferry routes](figures/routes.svg)

The routes of 2024, drawn by the commission.
:::

See the [figure](#routes) and the [accounts](#accounts). In Russian a ferry is a [паром]{lang=ru}, and
[the registry]{.notranslate} keeps its name. Water is H~2~O; the area is 5 km^2^.

> The river does not ask.

Buoy
: A float that marks a channel.

Ferry
: A boat that goes there and back.
"""
TABLE = "\n".join(
    f"| Landing stage {n} | {1000 * n + 137:,} | {n}.{n % 10} | {n % 7} % |" for n in range(1, 61)
)
MONEY = f"""---
title: Accounts
summary: What it cost.
---

The accounts were closed on 31 December 2023. They show a loss of USD 19,300.5, or 7%, and nobody was
surprised: “It was so last year, and the year before,” said the treasurer.

::: {{.box .figures}}
19,300
: dollars lost

7%
: of the whole
:::

::: {{.table #accounts}}
| Place | Passengers | Hours | Share |
|:------|-----------:|------:|------:|
{TABLE}

Passengers at each landing stage, and the hours that they waited.
:::

::: {{.box}}
**A correction.** The last issue said that there were ten members.
:::
"""


def run(root: Path, *arguments: str, codes: tuple[int, ...] = (0,)) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["-C", str(root), *arguments])
    assert ended.value.code in codes, arguments


def publication(root: Path, formats: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["init", str(root), "--issue", ISSUE, "--languages", "ru,ar"])
    settings = root / "source" / "publication.toml"
    lines = settings.read_text("utf-8").splitlines()
    lines = [f"formats = {json.dumps(formats)}" if x.startswith("formats") else x for x in lines]
    settings.write_text("\n".join(lines) + "\n", "utf-8")


def accepted(root: Path, issue: str) -> None:
    """Draft all text, and take every draft for reviewed, as a reviewer does who unfuzzies it."""
    run(root, "update", issue)
    run(root, "translate", issue, "--engine", "pseudo")
    for code in ("ru", "ar"):
        path = root / "translations" / issue / f"{code}.po"
        kept = [line for line in path.read_text("utf-8").split("\n") if line != "#, fuzzy"]
        path.write_text("\n".join(kept), "utf-8")
        assert not [e for e in po.load(path).entries if e.fuzzy or not e.msgstr]
    run(root, "update", issue, "--reviewer", "A Reviewer")


def faults(root: Path, issue: str, *kinds: str) -> list[str]:
    """What the judges say of the editions; a judge that is not installed says nothing."""
    paths = sorted(p for p in (root / "dist" / issue).rglob("*") if p.suffix in kinds)
    assert len({p.parent.name for p in paths}) == 3 or kinds == (".html",)
    found = []
    for result in verify.verify(paths):
        for message in result.messages:
            if message.severity != "info" and message.code not in HARMLESS:
                found.append(f"{result.path}: {result.judge}: {message}")
        if result.state == "not run" and (result.judge != "ace" or executable() is not None):
            found.append(f"{result.path}: {result.judge}: not run")
    return found


def stands_well(root: Path, issue: str, folder: Path) -> None:
    """The pages in a browser: direction, and nothing beyond the edge of a phone or a desktop."""
    for code in ("ru", "ar"):
        (path,) = (root / "dist" / issue / code).glob("*.html")
        for width in (360, 1280):
            found = measure(path.read_text("utf-8"), WIDE, folder, width=width)
            assert found["page"] <= width and found["out"] == [], (code, width, found)
            assert found["direction"] == ("rtl" if code == "ar" else "ltr")


def test_a_small_publication_with_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "small"
    publication(root, ["pdf", "epub", "docx", "html"])
    source = root / "source" / ISSUE
    for path in source.glob("*.md"):
        path.unlink()
    (source / "figures").mkdir(exist_ok=True)
    (source / "figures" / "routes.svg").write_text(DRAWING, "utf-8")
    (source / "01-river.md").write_text(RIVER, "utf-8")
    (source / "02-money.md").write_text(MONEY, "utf-8")
    (source / "issue.toml").write_text(
        'number = 5\ndate = 2024-05-31\ntitle = "The river"\nsubtitle = "A test of everything"\n'
        'articles = ["01-river.md", "02-money.md"]\n',
        "utf-8",
    )
    accepted(root, ISSUE)
    capsys.readouterr()
    run(root, "check", "--json")
    assert json.loads(capsys.readouterr().out)["findings"] == []
    run(root, "parity", "--fit", "--reserve", "-j", "1")
    capsys.readouterr()
    run(root, "parity", "--json", "-j", "1")
    report = json.loads(capsys.readouterr().out)
    assert report["equal"] and report["starts_equal"] and report["findings"] == []
    grown = [
        item["expansion"] for code in ("ru", "ar") for item in report["languages"][code].values()
    ]
    assert all(1.1 < each < 1.6 for each in grown), grown
    assert faults(root, ISSUE, ".pdf", ".epub", ".docx") == []
    stands_well(root, ISSUE, tmp_path)


def test_the_manuscript_in_pseudo_translation(manuscript: Path, tmp_path: Path) -> None:
    root = tmp_path / "imported"
    publication(root, ["epub", "docx", "html"])
    run(root, "import", str(manuscript), "--issue", "2023-03", codes=(0, 1))
    accepted(root, "2023-03")
    run(root, "check", "2023-03")
    run(root, "build", "2023-03", "-j", "1")
    assert faults(root, "2023-03", ".epub", ".docx") == []
    stands_well(root, "2023-03", tmp_path)
