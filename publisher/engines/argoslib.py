"""Import parts of argostranslate without letting it touch anything outside a folder of ours.

The module makes folders under ``$HOME`` and reads settings there as soon as it is imported, and
imports onnxruntime, which writes a device id unless told not to. The main path of translation never
needs it; only the byte-pair tokeniser of older packages does.
"""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from types import ModuleType

from publisher.environment import changed
from publisher.errors import MachineError


def environment(sandbox: Path) -> dict[str, str]:
    """The variables that keep argostranslate and onnxruntime inside ``sandbox``."""
    return {
        "XDG_DATA_HOME": str(sandbox / "data"),
        "XDG_CONFIG_HOME": str(sandbox / "config"),
        "XDG_CACHE_HOME": str(sandbox / "cache"),
        "ARGOS_PACKAGES_DIR": str(sandbox / "packages"),
        "ORT_DISABLE_TELEMETRY": "1",
    }


def import_argos(sandbox: Path, name: str) -> ModuleType:
    """Import a module of argostranslate; its folders lie in ``sandbox``.

    Raises MachineError where the library is not installed.
    """
    wanted = environment(sandbox)
    # onnxruntime reads it whenever it likes.
    os.environ.update(ORT_DISABLE_TELEMETRY=wanted.pop("ORT_DISABLE_TELEMETRY"))
    try:
        with changed(**wanted):
            return importlib.import_module(name)
    except ImportError as error:
        raise MachineError(
            "this model needs argostranslate, which is not installed",
            hint="Install it with: pip install 'publisher[mt]'",
        ) from error
