"""One Argos model run through CTranslate2: plain sentences in, sentences with attention out.

Knows tokenisers, vocabularies and batches; nothing of tags, masks or catalogs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from publisher.engines.offsets import SPACE_MARK, offsets
from publisher.engines.packages import Package
from publisher.errors import InputError, MachineError

BEAM = 2
"""Beam 2 is as good as 4 on the measured model, and almost twice as fast (docs/translation.md)."""

BATCH_TOKENS = 1024
ROOM = 1.7
"""Pieces that a translation may have for each piece of the longest source in its batch."""

MAX_INPUT = 1000
"""Pieces that CTranslate2 is given at most; longer sentences are split before (sentences.py)."""


@dataclass(frozen=True)
class Output:
    """One translated sentence.

    ``score`` is the mean log-probability of its pieces. ``attention`` has one row a target piece
    and one column a source piece; ``source`` and ``target`` are the pieces. ``cut`` says that the
    model had not come to an end when the room was used up.
    """

    text: str
    score: float
    origin: str
    source: tuple[str, ...] = field(repr=False)
    target: tuple[str, ...] = field(repr=False)
    rows: Any = field(default=None, repr=False, compare=False)
    cut: bool = False

    @cached_property
    def source_ranges(self) -> list[tuple[int, int]]:
        """Character ranges of the source pieces in ``origin``."""
        return offsets(self.source, self.origin)

    @cached_property
    def target_ranges(self) -> list[tuple[int, int]]:
        """Character ranges of the target pieces in ``text``."""
        return offsets(self.target, self.text)

    @cached_property
    def attention(self) -> list[list[float]]:
        """Attention of each target piece over the source pieces."""
        width = len(self.source)
        return [list(row[:width]) for row in self.rows or ()]


class Tokenizer(Protocol):
    """What a model reads and writes instead of characters."""

    def encode(self, text: str) -> list[str]:
        """The pieces of a text."""

    def decode(self, pieces: Sequence[str]) -> str:
        """The text of pieces."""


class SentencePiece:
    """A SentencePiece model, the tokeniser of current Argos packages."""

    def __init__(self, path: Path) -> None:
        import sentencepiece

        try:
            self.processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        except (OSError, RuntimeError, ValueError) as error:
            raise InputError("the tokeniser of the model cannot be read", path=path) from error

    def encode(self, text: str) -> list[str]:
        return list(self.processor.encode(text, out_type=str))

    def decode(self, pieces: Sequence[str]) -> str:
        return str(self.processor.decode(list(pieces))).replace(SPACE_MARK, " ").strip()


class BytePairs:
    """Moses tokens split into byte pairs, the tokeniser of older Argos packages.

    The splitting itself is argostranslate's, imported with its folders kept beside the models.
    """

    def __init__(self, package: Package) -> None:
        from publisher.engines.argoslib import import_argos

        sandbox = package.folder.parent.parent / "argos"
        module = import_argos(sandbox, "argostranslate.tokenizer")
        self.tokenizer = module.BPETokenizer(
            package.folder / "bpe.model", package.source, package.target
        )

    def encode(self, text: str) -> list[str]:
        return list(self.tokenizer.encode(text))

    def decode(self, pieces: Sequence[str]) -> str:
        return str(self.tokenizer.decode(list(pieces))).strip()


class Model:
    """A loaded model. Raises MachineError or InputError where it cannot be loaded."""

    aligns = True

    def __init__(self, package: Package, *, threads: int = 0, beam: int = 0) -> None:
        self.package = package
        self.beam = beam or BEAM
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        try:
            import ctranslate2
        except ImportError as error:
            raise missing_library() from error
        bpe = package.folder / "bpe.model"
        if bpe.is_file() and not (package.folder / "sentencepiece.model").is_file():
            self.tokenizer: Tokenizer = BytePairs(package)
        else:
            try:
                self.tokenizer = SentencePiece(package.folder / "sentencepiece.model")
            except ImportError as error:
                raise missing_library() from error
        ctranslate2.set_log_level(40)
        try:
            self.translator = ctranslate2.Translator(
                str(package.folder / "model"),
                device="cpu",
                compute_type="int8",
                inter_threads=threads or _cores(),
                intra_threads=1,
            )
        except (RuntimeError, ValueError) as error:
            raise InputError(
                f"the model cannot be loaded: {str(error).splitlines()[0]}",
                path=package.folder,
                hint=f"Install it again: publisher models install {package.way}",
            ) from error
        self.vocabulary = _vocabulary(package.folder / "model")

    @cached_property
    def _known(self) -> dict[str, bool]:
        return {}

    def knows(self, text: str) -> bool:
        """Whether every piece of a text is in the model's vocabulary."""
        found = self._known.get(text)
        if found is None:
            found = all(self._has(piece) for piece in self.tokenizer.encode(text))
            self._known[text] = found
        return found

    def _has(self, piece: str) -> bool:
        if piece == SPACE_MARK or not self.vocabulary:
            return True
        return piece in self.vocabulary

    def size(self, text: str) -> int:
        """The number of pieces of a text."""
        return len(self.tokenizer.encode(text))

    def translate(self, texts: Sequence[str], *, beam: int = 0) -> list[Output]:
        """Translate sentences, each once and the longest first, on all cores.

        Raises MachineError where CTranslate2 gives up.
        """
        unique = list(dict.fromkeys(texts))
        pieces = {text: self.tokenizer.encode(text)[:MAX_INPUT] for text in unique}
        order = sorted(unique, key=lambda text: (-len(pieces[text]), text))
        longest = len(pieces[order[0]]) if order else 0
        # A stuck model fills whatever room it is given.
        room = int(ROOM * longest) + 16
        prefix = [self.package.target_prefix] if self.package.target_prefix else None
        try:
            results = self.translator.translate_batch(
                [pieces[text] for text in order],
                target_prefix=[prefix] * len(order) if prefix else None,
                beam_size=beam or self.beam,
                max_batch_size=BATCH_TOKENS,
                batch_type="tokens",
                max_input_length=0,
                max_decoding_length=room,
                return_scores=True,
                return_attention=True,
            )
        except (RuntimeError, ValueError) as error:
            raise MachineError(
                f"the model {self.package.way} failed: {str(error).splitlines()[0]}"
            ) from error
        made: dict[str, Output] = {}
        for text, result in zip(order, results, strict=True):
            target = list(result.hypotheses[0])
            rows = result.attention[0]
            if prefix and target[:1] == prefix:
                target, rows = target[1:], rows[1:]
            made[text] = Output(
                self.tokenizer.decode(target),
                float(result.scores[0]),
                text,
                tuple(pieces[text]),
                tuple(target),
                rows,
                cut=len(target) >= room,
            )
        return [made[text] for text in texts]


def missing_library() -> MachineError:
    """What to say where the extra is not installed."""
    return MachineError(
        "machine translation is not installed",
        hint="Install it with: pip install 'publisher[mt]'",
    )


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _vocabulary(folder: Path) -> frozenset[str]:
    """The pieces that the model reads, from CTranslate2's vocabulary files (JSON or one a line)."""
    for name in ("source_vocabulary", "shared_vocabulary"):
        path = folder / f"{name}.json"
        if path.is_file():
            try:
                pieces = json.loads(path.read_text("utf-8"))
            except (ValueError, OSError):
                return frozenset()
            return frozenset(map(str, pieces)) if isinstance(pieces, list) else frozenset()
        path = folder / f"{name}.txt"
        if path.is_file():
            return frozenset(path.read_text("utf-8", errors="replace").split("\n"))
    return frozenset()
