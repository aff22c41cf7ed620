"""EPUB editions before their outside judges: EPUBCheck without a word, Ace where it is installed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from publisher import verify
from publisher.build import build
from publisher.build_report import Options
from publisher.cache import NoCache
from publisher.editions import epub
from publisher.judges import Message
from publisher.judges.ace import executable
from publisher.project import load
from tests.books import book

pytestmark = pytest.mark.outside


def judged(path: Path, *names: str) -> list[Message]:
    """What the judges of these names find (information apart); each must have been run."""
    results = verify.verify([path], judges=verify.pick(names))
    assert [r.state for r in results if r.state == "not run"] == []
    return [m for r in results for m in r.messages if m.severity != "info"]


HARD = """
## Ünsal # 1 {#2023}

A *paragraph* with **all** of ~~it~~: H~2~O, x^2^, `code`, [caps]{.smallcaps}, $a^2+b^2=c^2$,
[a link](https://example.org/?a=1&b=ü "Title"), <br> and <kbd>Ctrl</kbd>.[^1] See [there](#2023).

1. One
   a. Two
      i. Three
         - Four
           - Five

           A paragraph on the fifth level.
2. [x] Task

Term
:   First meaning

    ```python
    x = "<&>"
    ```

:   Second meaning

| Period | Europe | Türkiye |
|:-------|-------:|:-------:|
| A      |    1.5 |       2 |
| B      |   10   |   3.25  |

$$\\int_0^1 x\\,dx = \\tfrac12$$

> Quotation
>
> > inside a quotation

---

::: {.box .figures}
- **12** things
- **3.5 %** more
:::

Mixed: العربية then עברית, then Ελληνικά, then ქართული? No: only what the fonts have.

[^1]: A note with `code` and a list:

    - one
    - two
"""


@pytest.mark.parametrize("code", ["en", "ar"])
def test_hard_text_passes(code: str, tmp_path: Path) -> None:
    body = HARD.replace(", then ქართული? No: only what the fonts have", "").replace(
        "עברית, then ", ""
    )
    made = epub.compile(book({"2-hard": body, "other": "Text."}, code=code))
    path = tmp_path / f"hard-{code}.epub"
    path.write_bytes(made.data)
    assert judged(path, "epubcheck", "epub-rules") == []


def test_draft_passes(tmp_path: Path) -> None:
    path = tmp_path / "hard-DRAFT.epub"
    path.write_bytes(epub.compile(book({"a": "Text."}, code="pt", draft=True), {"a": 3}).data)
    assert judged(path, "epubcheck", "epub-rules") == []


def test_sixty_notes_and_long_words(tmp_path: Path) -> None:
    words = random.Random(5).choices(["word", "longer", "صحيح", "о"], k=400)
    notes = "".join(f"\n[^{n}]: Note {n}.\n" for n in range(1, 61))
    text = " ".join(f"{w}[^{n}]" if n <= 60 else w for n, w in enumerate(words, 1))
    path = tmp_path / "notes.epub"
    long = "x" * 5000
    path.write_bytes(
        epub.compile(book({"a": f"{text}\n\n{long}\n\n\u202eback\u202c\n{notes}"})).data
    )
    assert judged(path, "epubcheck", "epub-rules") == []


@pytest.fixture(scope="module")
def editions(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    publication = load(repository)
    out = tmp_path_factory.mktemp("editions")
    report = build(
        publication,
        publication.pick_issue(None),
        Options(publication.languages, ("epub",), out=out),
        NoCache(),
    )
    assert [outcome.error for outcome in report.outcomes if outcome.error] == []
    return out


def test_sample_passes_epubcheck(editions: Path) -> None:
    assert len(list(editions.rglob("*.epub"))) >= 7
    assert judged(editions, "epubcheck", "epub-rules") == []


@pytest.mark.skipif(executable() is None, reason="Ace is not installed")
def test_sample_passes_ace(editions: Path) -> None:
    """No violation of any impact."""
    assert judged(editions, "ace") == []
