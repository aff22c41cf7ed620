"""What a user would pick instead of the toolkit, for ``benchmarks/build.py``: po4a, pandoc, WeasyPrint.

Prepares a folder with the sample's source, PO files as po4a wants them (filled from our catalogs), a plain
style sheet with the same fonts, and a shell script that makes three formats in six languages. Preparing
is not measured; the script is.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

STYLE = """
@font-face { font-family: Text; src: url("serif.ttf"); }
@font-face { font-family: Text; font-style: italic; src: url("serif-italic.ttf"); }
@font-face { font-family: Heading; src: url("sans.ttf"); font-weight: 100 900; }
@font-face { font-family: Arabic; src: url("arabic.ttf"); font-weight: 100 900; }
@page { size: A4; margin: 22mm 38mm 24mm 26mm; @bottom-center { content: counter(page); } }
html { font: 10.5pt/15pt Text, Arabic, serif; hyphens: auto; }
:lang(ar) { direction: rtl; }
h1, h2, h3 { font-family: Heading, Arabic, sans-serif; color: #0e4d64; line-height: 1.2; }
h1 { break-before: page; }
table { width: 100%; border-collapse: collapse; }
nav a::after { content: leader(".") target-counter(attr(href), page); }
img { max-width: 100%; }
"""

SCRIPT = """set -e
po4a --quiet --keep 0 -M UTF-8 -L UTF-8 po4a.cfg
for language in {languages}; do
  pandoc='{pandoc} -f commonmark_x+yaml_metadata_block --resource-path=. -M lang='$language
  set -- $language/*.md
  $pandoc -s --toc -c style.css -t html5 -o $language.html "$@" 2>/dev/null
  {python} -m weasyprint -q $language.html $language.pdf 2>/dev/null
  $pandoc --toc --css epub.css --epub-embed-font=serif.ttf --epub-embed-font=sans.ttf \\
    -o $language.epub "$@" 2>/dev/null
  $pandoc --toc -o $language.docx "$@" 2>/dev/null
done
"""

TYPST = """set -e
{pandoc} -f commonmark_x+yaml_metadata_block --resource-path=. --toc -s -t typst \\
  -M keywords= -V mainfont='Noto Serif' -V lang=en -o book.typ *.md 2>/dev/null
{python} -c 'import typst; typst.compile("book.typ", output="book.pdf", font_paths=["fonts"])'
"""

_FONTS = {
    "serif.ttf": ("fontpkg_noto_serif", "NotoSerif[["),
    "serif-italic.ttf": ("fontpkg_noto_serif", "NotoSerif-Italic"),
    "sans.ttf": ("fontpkg_noto_sans", "NotoSans[["),
    "arabic.ttf": ("fontpkg_noto_sans_arabic", "NotoSansArabic"),
}

_TAG = re.compile(r"</?([a-z]+\d*)/?>")
_MARKS = re.compile(r"\[\^[^\]]*\]|\]\([^)]*\)|\{[^}]*\}|[*_\[\]\\#:|>-]|\s")


def languages(folder: Path) -> tuple[str, ...]:
    """Six of the languages that the sample is translated into."""
    with (folder / "source" / "publication.toml").open("rb") as file:
        return tuple(tomllib.load(file)["publication"]["languages"])[:6]


def _sources(folder: Path) -> tuple[Path, list[str]]:
    issue = max(path.parent for path in (folder / "source").glob("*/issue.toml"))
    with (issue / "issue.toml").open("rb") as file:
        return issue, tomllib.load(file)["articles"]


def _material(folder: Path, target: Path) -> list[str]:
    """Articles, figures and fonts in a folder."""
    issue, names = _sources(folder)
    target.mkdir(parents=True)
    shutil.copytree(issue / "figures", target / "figures")
    for name in names:
        shutil.copy(issue / name, target / name)
    for name, (module, start) in _FONTS.items():
        spec = find_spec(module)
        if spec is None or spec.origin is None:
            raise SystemExit(f"{module} is missing")
        files = (Path(spec.origin).parent / "files").iterdir()
        found = next(path for path in files if path.name.startswith(start.replace("[[", "[")))
        shutil.copy(found, target / name)
    return names


def prepare(folder: Path, target: Path, pandoc: str) -> Path:
    """The script, its folder filled; ``folder`` is the sample publication."""
    names = _material(folder, target)
    codes = languages(folder)
    (target / "style.css").write_text(STYLE)
    (target / "epub.css").write_text(
        "@font-face { font-family: Text; src: url(../fonts/serif.ttf); }"
    )
    lines = [f"[po4a_langs] {' '.join(codes)}", "[po4a_paths] po/messages.pot $lang:po/$lang.po"]
    lines += [
        f'[type: text] {name} $lang:$lang/{name} opt:"-o markdown -o yfm_keys=title,summary,author -k 0"'
        for name in names
    ]
    (target / "po4a.cfg").write_text("\n".join(lines) + "\n")
    (target / "po").mkdir()
    command = ["po4a", "--quiet", "--keep", "0", "-M", "UTF-8", "-L", "UTF-8", "po4a.cfg"]
    subprocess.run(command, cwd=target, check=True, capture_output=True)
    issue, _ = _sources(folder)
    for code in codes:
        _fill(target / "po" / f"{code}.po", folder / "translations" / issue.name / f"{code}.po")
        shutil.rmtree(target / code, ignore_errors=True)
    script = target / "make.sh"
    script.write_text(
        SCRIPT.format(languages=" ".join(codes), pandoc=pandoc, python=sys.executable)
    )
    return script


def _fill(path: Path, catalog: Path) -> None:
    """Fill a PO file of po4a's with our translations; what is not found stays in English."""
    import polib

    ours = {
        _key(_TAG.sub("", entry.msgid)): entry.msgstr
        for entry in polib.pofile(str(catalog))
        if entry.msgstr and not entry.obsolete
    }
    theirs = polib.pofile(str(path))
    for entry in theirs:
        found = ours.get(_key(entry.msgid))
        entry.msgstr = _markdown(found, entry.msgid) if found else entry.msgid
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    theirs.metadata["Content-Type"] = "text/plain; charset=UTF-8"
    theirs.save(str(path))


def _key(text: str) -> str:
    return _MARKS.sub("", text.translate(str.maketrans("’‘“”–", "''\"\"-")))


def _markdown(text: str, source: str) -> str:
    """Our tags as Markdown; links and notes as the source names them, in order."""
    targets = iter(re.findall(r"\]\(([^)]*)\)", source))
    notes = iter(re.findall(r"\[\^[^\]]*\](?!:)", source))

    def tag(match: re.Match[str]) -> str:
        name = match[1].rstrip("0123456789")
        closing = match[0].startswith("</")
        if name == "note":
            return next(notes, "")
        if name == "a":
            return f"]({next(targets, '#')})" if closing else "["
        return {"em": "*", "strong": "**", "code": "`"}.get(name, "")

    head = re.match(r"\[\^[^\]]*\]:\s*", source)
    end = "\n" if source.endswith("\n") else ""
    return (head[0] if head else "") + _TAG.sub(tag, text) + end


def prepare_typst(folder: Path, target: Path, pandoc: str) -> Path:
    """A script that makes one PDF in the source language by pandoc and Typst."""
    for name in _material(folder, target):
        # Typst fails on a link to an article, which pandoc gives no label.
        text = (target / name).read_text("utf-8")
        text = re.sub(r"\[([^\]]*)\]\(#[^)]*\)", r"\1", text)
        (target / name).write_text(text, "utf-8")
    (target / "fonts").mkdir()
    for path in target.glob("*.ttf"):
        shutil.copy(path, target / "fonts" / path.name)
    script = target / "make.sh"
    script.write_text(TYPST.format(pandoc=pandoc, python=sys.executable))
    return script
