"""How good and how fast `publisher update` is: bars 2 to 4 of the catalog engine.

    python benchmarks/update.py                 all measures, as a table
    python benchmarks/update.py --json          the same as JSON
    python benchmarks/update.py merge --size 40000

Texts are made up by a seeded generator: a vocabulary with Zipf's frequencies, sentences of 6 to 30 words,
a translation with its own vocabulary, endings, word order and lengths. msgmerge, where it is
installed, does the same work in the same run; figures are ratios of CPU time.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publisher.catalog import po
from publisher.catalog.kept import count_words
from publisher.catalog.ledger import Ledger
from publisher.catalog.segments import Segment
from publisher.catalog.status import measure
from publisher.catalog.update import Context, Update, update

SYLLABLES = [
    "ba",
    "ke",
    "lo",
    "mi",
    "tu",
    "ra",
    "sen",
    "dor",
    "vi",
    "pal",
    "gra",
    "net",
    "os",
    "um",
    "il",
    "ter",
    "an",
    "ci",
    "fo",
    "he",
]
FOREIGN = [
    "qa",
    "şi",
    "lər",
    "mən",
    "zü",
    "də",
    "ya",
    "ğu",
    "kö",
    "ha",
    "pi",
    "sə",
    "ta",
    "ven",
    "ri",
    "ço",
]


@dataclass
class Language:
    """Makes sentences and translates them word by word, with endings and a will of its own."""

    random: random.Random

    def __post_init__(self) -> None:
        pick = self.random
        self.vocabulary = list(
            dict.fromkeys(
                "".join(pick.choice(SYLLABLES) for _ in range(pick.choice((1, 2, 2, 3, 3, 4))))
                for _ in range(5000)
            )
        )
        self.weights = [1 / (rank + 3) for rank in range(len(self.vocabulary))]
        self.lexicon: dict[str, list[str]] = {}

    def sentence(self) -> str:
        pick = self.random
        words = pick.choices(self.vocabulary, self.weights, k=pick.randint(6, 30))
        if pick.random() < 0.25:
            words[pick.randrange(len(words))] = str(pick.randint(2, 3000))
        if pick.random() < 0.4:
            place = pick.randrange(1, len(words))
            words[place] = words[place].capitalize()
        if len(words) > 12:
            words[len(words) // 2] += ","
        text = " ".join(words)
        return text[0].upper() + text[1:] + pick.choice((".", ".", ".", ".", ".", "?"))

    def paragraph(self) -> str:
        count = self.random.choice((1, 1, 2, 3, 3, 4, 4, 5, 6))
        return " ".join(self.sentence() for _ in range(count))

    def word(self, word: str) -> str:
        plain = word.strip(".,?").lower()
        if plain.isdigit():
            return plain
        if plain not in self.lexicon:
            size = max(1, round(len(plain) / 2.4 + self.random.gauss(0, 0.5)))
            self.lexicon[plain] = [
                "".join(self.random.choice(FOREIGN) for _ in range(size))
                for _ in range(self.random.choice((1, 1, 2)))
            ]
        stem = self.random.choice(self.lexicon[plain])
        return stem + self.random.choice(("", "", "lar", "da", "ın", "ı"))

    def translate(self, sentence: str) -> str:
        words = [self.word(word) for word in sentence.split() if self.random.random() > 0.1]
        for place in range(0, len(words) - 2, 3):
            if self.random.random() < 0.5:
                words[place], words[place + 2] = words[place + 2], words[place]
        text = " ".join(words or ["x"])
        return text[0].upper() + text[1:] + sentence[-1]


def segments(paragraphs: Sequence[str]) -> list[Segment]:
    return [
        Segment(text, None, f"source/b/{number // 40:03}.md", 1, ("paragraph",), "paragraph")
        for number, text in enumerate(dict.fromkeys(paragraphs))
    ]


def context(minute: int) -> Context:
    now = f"2024-01-01T{minute // 60:02}:{minute % 60:02}:00Z"
    return Context("az", "en", "Benchmark", now, "Ann", created="2024-01-01 00:00+0000")


def reviewed(pairs: Sequence[tuple[str, str]]) -> Update:
    """A catalog whose every pair was reviewed."""
    entries = tuple(po.Entry(source, target) for source, target in dict(pairs).items())
    return update(segments([s for s, _ in pairs]), po.Catalog({}, entries), Ledger(), context(0))


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


# Bar 2: one word in every fifth sentence.


def edited(words: list[str], kind: str, language: Language) -> list[str]:
    pick = language.random
    new = list(words)
    if kind == "not":
        new.insert(pick.randrange(1, len(new)), "not")
    elif kind == "number":
        digits = [place for place, word in enumerate(new) if word.strip(".,?").isdigit()]
        place = pick.choice(digits) if digits else pick.randrange(1, len(new) - 1)
        new[place] = str(pick.randint(3001, 9000)) + ("," if new[place].endswith(",") else "")
    elif kind == "name":
        new[pick.randrange(1, len(new) - 1)] = "Q" + pick.choice(language.vocabulary)
    else:
        new[pick.randrange(0, len(new) - 1)] = "x" + pick.choice(language.vocabulary)
    return new


def sentences_bar(seed: int, merged: float) -> dict[str, float]:
    """Edit one word in 20 % of the sentences of 13,000 words; ``merged`` paragraphs stand 2+1 : 1+2."""
    language = Language(random.Random(seed))
    pick = language.random
    texts: list[list[str]] = []
    while sum(len(s.split()) for t in texts for s in t) < 13_000:
        texts.append([language.sentence() for _ in range(pick.choice((1, 2, 3, 3, 4, 4, 5, 6)))])
    pairs, accidents = [], set()
    for number, text in enumerate(texts):
        translation = [language.translate(s) for s in text]
        if len(text) >= 3 and pick.random() < merged:
            half = translation[2].split(" ")
            cut = max(1, len(half) // 2)
            translation = [
                f"{translation[0][:-1]} {translation[1]}",
                " ".join(half[:cut]) + ".",
                " ".join(half[cut:]).capitalize(),
                *translation[3:],
            ]
            accidents.add(number)
        pairs.append((" ".join(text), " ".join(translation)))
    old = reviewed(pairs)
    new_texts: list[str] = []
    floor = 0
    wanted: dict[str, list[str]] = {}
    typography = set()
    for number, text in enumerate(texts):
        changed = []
        parts = list(text)
        for place, sentence in enumerate(text):
            if pick.random() >= 0.2:
                continue
            kind = pick.choice(("word", "word", "not", "number", "name", "typography"))
            if kind == "typography":
                parts[place] = sentence.replace(" ", "\u00a0", 1)
                continue
            parts[place] = " ".join(edited(sentence.split(" "), kind, language))
            changed.append(parts[place])
            if number not in accidents:
                floor += count_words(parts[place])
        whole = " ".join(parts)
        new_texts.append(whole)
        if changed:
            wanted[whole] = changed
        elif parts != text:
            typography.add(whole)
    result = update(segments(new_texts), old.catalog, old.ledger, context(1))
    index = {entry.msgid: entry for entry in result.catalog.entries if not entry.obsolete}
    texts_of = dict(pairs)
    by_number = list(zip(new_texts, pairs, strict=True))
    back = lost = unflagged = whole_count = passed = 0
    for number, (text, (_, translation)) in enumerate(by_number):
        entry = index[text]
        lost += entry.msgstr != translation
        only = measure(po.Catalog({}, (entry,)), result.ledger)[0].to_review
        if text in wanted:
            passed += not entry.fuzzy
            comments = "\n".join(entry.extracted)
            unflagged += sum(
                sentence not in comments and "read" not in comments for sentence in wanted[text]
            )
            if number in accidents:
                whole_count += only < count_words(text)
        if number not in accidents:
            back += only
    return {
        "words": sum(count_words(text) for text in texts_of),
        "floor": floor,
        "back": back,
        "ratio": round(back / floor, 3),
        "altered translations": lost,
        "false reviewed": passed,
        "changed sentences not named": unflagged,
        "typography sent back": sum(index[text].fuzzy for text in typography),
        "joined and split": len(accidents),
        "joined and split, not back whole": whole_count,
        "uncertain": result.counts["whole"],
    }


# Bar 3: the order of things.


def order_bar(seed: int) -> dict[str, float]:
    """A reordered issue with renamed files; two paragraphs merged, one split."""
    language = Language(random.Random(seed))
    paragraphs = [language.paragraph() for _ in range(200)]
    long = [" ".join(language.sentence() for _ in range(4)) for _ in range(3)]
    pairs = [
        (text, " ".join(language.translate(s) for s in split(text)))
        for text in [*paragraphs, *long]
    ]
    old = reviewed(pairs)
    moved = list(paragraphs)
    language.random.shuffle(moved)
    first = update(segments([*moved, *long]), old.catalog, old.ledger, context(1))
    parts = split(long[2])
    tangled = [f"{long[0]} {long[1]}", " ".join(parts[:2]), " ".join(parts[2:])]
    second = update(segments([*moved, *tangled]), first.catalog, first.ledger, context(2))
    seams = count_words(split(long[1])[0]) + count_words(parts[2])
    return {
        "reordered, renamed: words back": measure(first.catalog, first.ledger)[0].to_review,
        "merged and split: words back": measure(second.catalog, second.ledger)[0].to_review,
        "words at the seams": seams,
    }


def split(text: str) -> list[str]:
    from publisher.catalog.sentences import sentences

    return list(sentences(text, "en"))


# Bar 4: speed.


def merge_bar(size: int, seed: int, *, peer: bool = True) -> dict[str, float]:
    """Merge ``size`` paragraphs, a fifth of them changed, with msgmerge --previous as peer."""
    language = Language(random.Random(seed))
    pick = language.random
    texts = list(dict.fromkeys(language.paragraph() for _ in range(size)))
    pairs = [(t, " ".join(language.translate(s) for s in t.split(". "))) for t in texts]
    new = list(texts)
    predecessor = {}
    for place in pick.sample(range(len(texts)), len(texts) // 5):
        words = new[place].split(" ")
        words[pick.randrange(len(words))] = pick.choice(language.vocabulary)
        new[place] = " ".join(words)
        predecessor[new[place]] = texts[place]
    old = reviewed(pairs)
    old_bytes = po.dump(old.catalog)
    pot = po.dump(po.Catalog(old.catalog.header, tuple(po.Entry(t) for t in dict.fromkeys(new))))
    reading, catalog = cpu(lambda: po.parse(old_bytes, "old.po"))
    template_reading, template = cpu(lambda: po.parse(pot, "new.pot"))
    units = segments([entry.msgid for entry in template.entries])
    matching, result = cpu(lambda: update(units, catalog, old.ledger, context(1)))
    writing, _ = cpu(lambda: po.dump(result.catalog))
    predecessor = {text: old_text for text, old_text in predecessor.items() if text != old_text}
    right = sum(
        entry.previous_msgid == predecessor[entry.msgid]
        for entry in result.catalog.entries
        if entry.msgid in predecessor and not entry.obsolete
    )
    changed = len(predecessor)
    figures = {
        "paragraphs": len(texts),
        "changed": changed,
        "right predecessor %": round(100 * right / max(1, changed), 2),
        "reading s": round(reading + template_reading, 2),
        "matching s": round(matching, 2),
        "writing s": round(writing, 2),
        "all s": round(reading + template_reading + matching + writing, 2),
        "peak memory MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    if peer and shutil.which("msgmerge"):
        figures |= _msgmerge(old_bytes, pot, figures)
    return figures


def _msgmerge(old: bytes, pot: bytes, own: dict[str, float]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "old.po").write_bytes(old)
        (Path(folder) / "new.pot").write_bytes(pot)

        def run(*options: str) -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run(
                ["msgmerge", "-q", *options, "-o", "out.po", "old.po", "new.pot"],
                cwd=folder,
                check=True,
                capture_output=True,
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

        everything, exact = run("--previous"), run("--no-fuzzy-matching")
    return {
        "msgmerge s": round(everything, 2),
        "msgmerge matching s": round(everything - exact, 2),
        "whole: times faster": round(everything / own["all s"], 1),
        "matching: times faster": round((everything - exact) / own["matching s"], 1),
    }


MEASURES: dict[str, Callable[[argparse.Namespace], dict[str, float]]] = {
    "sentences": lambda args: sentences_bar(args.seed, 0.0),
    "accidents": lambda args: sentences_bar(args.seed + 1, 0.1),
    "order": lambda args: order_bar(args.seed),
    "merge": lambda args: merge_bar(args.size, args.seed),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("measures", nargs="*", choices=[[], *MEASURES], default=[])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    results = {name: MEASURES[name](args) for name in args.measures or MEASURES}
    if args.json:
        json.dump(results, sys.stdout, indent=2)
        return
    for name, figures in results.items():
        print(name)
        for key, value in figures.items():
            print(f"  {key:36} {value}")


if __name__ == "__main__":
    main()
