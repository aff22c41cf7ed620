"""What a refresh in Word keeps of a DOCX edition: numbers of lists and fields, links to every anchor."""

from __future__ import annotations

from typing import Any

import pytest

from publisher.editions import docx
from publisher.editions.docx_xml import W
from tests.test_docx import edition, everything, fields, part, styled, words

ANCHORS = """\
See [a box](#box), [key figures](#keys), [a statement](#said), [a note](#noted)[^1] and [none](#x).

::: {.box #box}
A box.
:::

::: {.box .figures #keys}
- **12** keys
:::

::: {.statement #said source="Ministry"}
They said so.
:::

[^1]: Back to [the box](#box), not to [nothing](#y).

    ::: {.box #noted}
    A box in the note.
    :::
"""


def hyperlinks(root: Any) -> list[str]:
    return [n.get(f"{W}anchor") for n in root.iter(f"{W}hyperlink") if n.get(f"{W}anchor")]


def test_every_link_to_an_anchor_has_a_bookmark() -> None:
    compiled = docx.compile(edition({"a": ANCHORS}))
    roots = part(compiled), part(compiled, "word/footnotes.xml")
    marks = [n.get(f"{W}name") for root in roots for n in root.iter(f"{W}bookmarkStart")]
    assert {"box", "keys", "said", "noted"} <= set(marks)
    assert len(marks) == len(set(marks))
    text = [anchor for anchor in hyperlinks(roots[0]) if anchor not in ("a", "colophon")]
    assert text == ["box", "keys", "said", "noted"]
    assert hyperlinks(roots[1]) == ["box"]


def test_the_code_of_a_field_has_its_results_style() -> None:
    root = part(everything(), "word/document.xml")
    codes = [run for run in root.iter(f"{W}r") if "SEQ" in "".join(fields(run))]
    assert codes
    assert {run.find(f"{W}rPr/{W}rStyle").get(f"{W}val") for run in codes} == {"CaptionLabel"}


@pytest.mark.parametrize("code", ["ar", "fa"])
def test_numbers_of_right_to_left_text_take_the_readers_digits(code: str) -> None:
    """ECMA-376 part 1 §17.18.59 knows no digits of the Arabic script; hindiNumbers are Devanagari."""
    compiled = docx.compile(edition({"a": "1. x\n2. y\n"}, code=code))
    levels = list(part(compiled, "word/numbering.xml").iter(f"{W}lvl"))
    formats = {level.find(f"{W}numFmt").get(f"{W}val") for level in levels}
    assert formats == {"decimal"}
    assert all(level.find(f"{W}rPr/{W}rtl") is not None for level in levels)
    zero = {"ar": 0x660, "fa": 0x6F0}[code]
    (title, *_) = styled(part(compiled), "TOC1")
    assert words(title)[-1] == chr(zero + 3)


def test_spaces_are_the_languages() -> None:
    body = (
        "Quoi ? « Oui » : [why ?]{lang=en} et `a ? b`, *en italique ?*[^1]\n\n"
        "    code ? « x »\n\n[^1]: Une note ?\n"
    )
    compiled = docx.compile(edition({"a": body}, code="fr"))
    text = words(part(compiled))
    assert "Quoi\u202f? «\u00a0Oui\u00a0»\u00a0: why ? et a ? b, en italique\u202f?" in text
    assert "code ? « x »" in text
    assert "Une note\u202f?" in words(part(compiled, "word/footnotes.xml"))
