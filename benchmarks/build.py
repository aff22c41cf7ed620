"""How fast ``publisher build`` is: bar 4 of the editions, as ratios within one run.

    python benchmarks/build.py                  all measures
    python benchmarks/build.py --json           the same as JSON
    python benchmarks/build.py cold noop        only these (cold, noop, usual, watch, typst)

cold   ``publisher build --no-cache`` of the sample, all languages and formats, against the bare
       renderers: WeasyPrint in one warm process on the same HTML, CSS and fonts, pandoc's DOCX, EPUB and
       HTML writers on the same AST, their start, our reading, localizing and finishing not counted to them.
noop   ``publisher build`` with nothing to do.
usual  what a user would pick instead: po4a, pandoc and WeasyPrint by a shell script (usual.py).
watch  one changed segment in one language to its new PDF under ``publisher watch``, against a cold build of
       that PDF, and against pandoc and Typst where ``typst`` is installed.
typst  pandoc and Typst for one PDF, where ``typst`` is installed.

CPU time is that of all processes, workers too; of several runs the least counts, since noise only adds.
Wall times say something on a quiet machine only; the longest path (the build's own process and its busiest
worker) also on a loaded one.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measure import (
    ROOT,
    adopt,
    clock,
    least,
    longest_path,
    pandoc_path,
    publication,
    publisher,
    run,
    typst,
)

FORMATS = ("pdf", "epub", "docx")
"""What the usual tools are asked for; a cold build makes all that the sample has."""

BARS = {
    "cold CPU / bare renderers": 1.5,
    "cold wall / cold CPU": 0.6,
    "no-op CPU (s)": 0.3,
    "wall / po4a + pandoc + WeasyPrint": 0.7,
    "changed segment, CPU / cold": 0.6,
    "changed segment, wall / cold": 0.6,
    "first change, wall / cold": 0.6,
}


class Stages:
    """CPU time by stage; what a stage spends inside another one counts to the inner."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self.stack: list[float] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        before = clock()
        self.stack.append(0.0)
        try:
            yield
        finally:
            total = clock() - before
            inner = self.stack.pop()
            self.spent[name] = self.spent.get(name, 0.0) + total - inner
            if self.stack:
                self.stack[-1] += total

    def watch(self, owner: Any, name: str, stage: str) -> None:
        """Count the calls of a function to a stage."""
        original = getattr(owner, name)

        def timed(*arguments: Any, **named: Any) -> Any:
            with self.stage(stage):
                return original(*arguments, **named)

        setattr(owner, name, timed)


def stages(folder: Path, prepared: Path) -> dict[str, float]:
    """CPU time of each stage of a cold build in this one process.

    What the renderers are given is kept in ``prepared``, for :func:`bare`.
    """
    made = Stages()
    with made.stage("start"):
        from publisher import build, localize, pandoc, project, reader
        from publisher.build_job import run_job
        from publisher.build_report import Options
        from publisher.cache import NoCache
    kept: dict[str, dict[str, Any]] = {}
    opened = project.load(folder)
    formats = opened.config.formats
    options = Options(languages=opened.languages, formats=formats)
    work = build._Build(opened, opened.issue(opened.pick_issue(None)), options, NoCache(), None)
    made.watch(reader, "read_issue", "reading")
    made.watch(localize, "localize", "localizing")
    with made.stage("keys"):
        languages = work.keys()
    with made.stage("localizing"):
        work.localize(languages)
    with made.stage("start"):
        import weasyprint

        from publisher.editions import docx, epub, html, pdf, pdf_layout, pdf_lines
    made.watch(html, "render", "html of all formats")
    made.watch(pdf.font_files, "choose", "fonts")
    made.watch(pdf_layout, "setup", "pdf: style and fonts")
    made.watch(pdf_layout, "lay_out", "pdf: layout")
    made.watch(weasyprint.Document, "write_pdf", "pdf: writing")
    made.watch(pdf, "finish", "pdf: finishing")
    made.watch(pdf_lines, "overfull", "pdf: judging lines")
    made.watch(epub.epub_cover, "picture", "epub: cover")
    made.watch(epub, "pack", "epub: packing")
    made.watch(docx, "_pandoc", "docx: pandoc")
    for language in languages:
        mine = kept.setdefault(language.code, {})
        layout, run_pandoc = pdf_layout.lay_out, pandoc.run

        def keep_layout(page: str, given: Any, mine: Any = mine, layout: Any = layout) -> Any:
            mine["page"] = (page, given.style, given.resources)
            return layout(page, given)

        def keep_docx(
            given: list[str],
            data: bytes,
            mine: Any = mine,
            run_pandoc: Any = run_pandoc,
            **more: Any,
        ) -> bytes:
            if "docx" in given:
                reference = next(item for item in given if item.startswith("--reference-doc="))
                mine["docx"] = data
                mine["reference"] = Path(reference.partition("=")[2]).read_bytes()
            return run_pandoc(given, data, **more)

        pdf_layout.lay_out, pandoc.run = keep_layout, keep_docx
        try:
            for name in formats:
                with made.stage(name):
                    result = run_job(work.job(language, name))
                if result.compiled is None:
                    raise SystemExit(f"{language.code} {name}: {result.error}")
                if name == "pdf":
                    work.page_maps[language.code] = result.compiled.page_map
                mine[name + "-edition"] = result.compiled.data
        finally:
            pdf_layout.lay_out, pandoc.run = layout, run_pandoc
        document = language.localized.edition.document  # type: ignore[union-attr]
        blocks = []
        for article in document.all_articles():
            heading = [1, [article.id, [], []], article.title.inlines]
            blocks += [{"t": "Header", "c": heading}, *article.blocks]
        mine["epub"] = pandoc.document(blocks)
    _prepare(kept, prepared)
    return made.spent


def _prepare(kept: dict[str, dict[str, Any]], prepared: Path) -> None:
    from io import BytesIO
    from zipfile import ZipFile

    for code, mine in kept.items():
        folder = prepared / code
        folder.mkdir(parents=True)
        page, style, resources = mine["page"]
        (folder / "page.pickle").write_bytes(pickle.dumps((page, style, resources)))
        (folder / "docx.json").write_bytes(mine["docx"])
        (folder / "reference.docx").write_bytes(mine["reference"])
        (folder / "epub.json").write_bytes(mine["epub"])
        with ZipFile(BytesIO(mine["epub-edition"])) as archive:
            for name in archive.namelist():
                if name.endswith((".ttf", ".otf")):
                    (folder / Path(name).name).write_bytes(archive.read(name))


def bare(prepared: Path, folder: Path) -> dict[str, float]:
    """CPU time of the renderers alone, on what ours were given; without their imports."""
    os.environ["FONTCONFIG_FILE"] = str(ROOT / "publisher" / "data" / "fonts.conf")
    import logging

    import weasyprint
    from weasyprint.css.counters import CounterStyle
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    base = "https://publication.invalid/"
    made = Stages()
    for mine in sorted(prepared.iterdir()):
        page, style, resources = pickle.loads((mine / "page.pickle").read_bytes())

        class Fetcher(URLFetcher):  # type: ignore[misc]
            def fetch(self, url: str, headers: Any = None, files: Any = resources) -> Any:  # noqa: ARG002
                from urllib.parse import unquote

                name = unquote(url.removeprefix(base))
                kind = "image/svg+xml" if name.endswith(".svg") else "application/octet-stream"
                return URLFetcherResponse(url, files[name], {"Content-Type": kind})

        with made.stage("WeasyPrint"):
            fetcher, fonts, counters = Fetcher(), FontConfiguration(), CounterStyle()
            sheet = weasyprint.CSS(
                string=style,
                base_url=base,
                url_fetcher=fetcher,
                font_config=fonts,
                counter_style=counters,
            )
            source = weasyprint.HTML(string=page, base_url=base, url_fetcher=fetcher)
            document = source.render(stylesheets=[sheet], font_config=fonts, counter_style=counters)
            document.write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True, hinting=False)
        fonts_given = [f"--epub-embed-font={path}" for path in sorted(mine.glob("*.[to]tf"))]
        for name, more in (
            ("docx", [f"--reference-doc={mine / 'reference.docx'}"]),
            ("epub", ["--split-level=1", *fonts_given]),
            ("html", ["--standalone", "--embed-resources"]),
        ):
            given = "docx" if name == "docx" else "epub"
            source_file = (mine / f"{given}.json").read_bytes()
            command = [
                pandoc_path(),
                "-f",
                "json",
                "-t",
                name,
                *more,
                "-o",
                str(mine / f"out.{name}"),
            ]
            with made.stage(f"pandoc {name}"):
                subprocess.run(
                    command, input=source_file, cwd=folder, check=True, capture_output=True
                )
    return made.spent


def _own(task: str, *folders: Path) -> dict[str, float]:
    """A measure that needs a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, task, *map(str, folders)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-4000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure_cold(folder: Path, scratch: Path, runs: int) -> dict[str, Any]:
    """A cold build against the bare renderers, and its stages."""
    by_stage: dict[str, float] = {}
    renderers: dict[str, float] = {}
    built: list[tuple[float, float]] = []
    for number in range(runs):  # in turn, so that all meet the same load
        prepared = scratch / f"prepared{number}"
        found = _own("--stages", folder, prepared)
        by_stage = {name: min(value, by_stage.get(name, value)) for name, value in found.items()}
        found = _own("--bare", prepared, folder)
        renderers = {name: min(value, renderers.get(name, value)) for name, value in found.items()}
        built.append(publisher(folder, "build", "--no-cache", "-j", "2", "-o", scratch / "cold"))
    cpu, wall = (min(values) for values in zip(*built, strict=True))
    total = sum(renderers.values())
    more: dict[str, float] = {}
    if sys.platform == "linux":
        command = [sys.executable, "-m", "publisher", "-C", folder, "build", "--no-cache"]
        path = longest_path([*command, "-j", "2", "-o", scratch / "cold"])
        more["cold longest path / cold CPU"] = path / cpu
    return {
        "cold CPU / bare renderers": cpu / total,
        "cold wall / cold CPU": wall / cpu,
        **more,
        "cold CPU (s)": cpu,
        "cold wall (s)": wall,
        "bare renderers": renderers,
        "stages, one process": by_stage,
    }


def measure_noop(folder: Path, runs: int) -> dict[str, Any]:
    """A build with nothing to do."""
    publisher(folder, "build", "-j", "2")
    cpu, wall = least(max(runs, 5), lambda: publisher(folder, "build", "-j", "2"))
    return {"no-op CPU (s)": cpu, "no-op wall (s)": wall}


def measure_usual(folder: Path, scratch: Path, runs: int) -> dict[str, Any]:
    """The same languages and formats by po4a, pandoc and WeasyPrint."""
    import usual

    if shutil.which("po4a") is None:
        return {"po4a": "not installed (apt-get install po4a)"}
    script = usual.prepare(folder, scratch / "usual", pandoc_path())
    chosen = [part for code in usual.languages(folder) for part in ("-l", code)]
    chosen += [part for name in FORMATS for part in ("-f", name)]
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    for _ in range(runs):  # in turn, so that both meet the same load
        theirs.append(run(["sh", script], script.parent))
        ours.append(
            publisher(folder, "build", "--no-cache", "-j", "2", "-o", scratch / "six", *chosen)
        )
    pair = [min(wall for _, wall in found) for found in (ours, theirs)]
    cpu = [min(spent for spent, _ in found) for found in (ours, theirs)]
    return {
        "wall / po4a + pandoc + WeasyPrint": pair[0] / pair[1],
        "CPU / po4a + pandoc + WeasyPrint": cpu[0] / cpu[1],
        "wall of the script (s)": pair[1],
    }


def measuretypst(folder: Path, scratch: Path, runs: int) -> dict[str, Any]:
    """One PDF in the source language by pandoc and Typst."""
    theirs = typst(folder, scratch / "typst", runs)
    if theirs is None:
        return {"typst": "not installed (pip install typst)"}
    ours = least(
        runs,
        lambda: publisher(
            folder, "build", "--no-cache", "-l", "en", "-f", "pdf", "-o", scratch / "one"
        ),
    )
    return {
        "one PDF, CPU / pandoc + Typst": ours[0] / theirs[0],
        "one PDF, wall / pandoc + Typst": ours[1] / theirs[1],
    }


def main() -> int:
    if sys.argv[1:2] == ["--stages"]:
        print(json.dumps(stages(Path(sys.argv[2]), Path(sys.argv[3]))))
        return 0
    if sys.argv[1:2] == ["--bare"]:
        print(json.dumps(bare(Path(sys.argv[2]), Path(sys.argv[3]))))
        return 0
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("measures", nargs="*", default=[])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
    adopt()
    chosen = given.measures or ["cold", "noop", "usual", "watch", "typst"]
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="publisher-benchmark-") as name:
        scratch = Path(name)
        folder = publication(scratch / "sample")
        if "cold" in chosen:
            found |= measure_cold(folder, scratch, given.runs)
        if "noop" in chosen:
            found |= measure_noop(folder, given.runs)
        if "usual" in chosen:
            found |= measure_usual(folder, scratch, given.runs)
        if "watch" in chosen and sys.platform == "linux":
            import watching

            found |= watching.measure_watch(folder, scratch, given.runs)
        if "typst" in chosen:
            found |= measuretypst(folder, scratch, given.runs)
    if given.json:
        print(json.dumps(found, indent=2))
    else:
        show(found)
    return 1 if any(found.get(name, 0) > bar for name, bar in BARS.items()) else 0


def show(found: dict[str, Any]) -> None:
    """The measures as a table; those with a bar say it."""
    for name, value in found.items():
        if isinstance(value, dict):
            print(f"{name}: {sum(value.values()):.2f} s CPU")
            for part, spent in sorted(value.items(), key=lambda item: -item[1]):
                print(f"  {part:26}{spent:7.2f} s")
        elif isinstance(value, float):
            bar = f"  (bar: {BARS[name]:g})" if name in BARS else ""
            print(f"{name:40}{value:7.2f}{bar}")
        else:
            print(f"{name}: {value}")


if __name__ == "__main__":
    sys.exit(main())
