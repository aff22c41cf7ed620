"""A TOML file whose every value is asked for once, so that all its errors come at once with their lines."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publisher.errors import Finding, FindingsError, InputError
from publisher.files import decode_utf8, read_bytes


@dataclass(frozen=True, slots=True)
class Value:
    """A string of a configuration file and the line it stands on."""

    text: str
    line: int


def parse_toml(text: str, path: str | Path) -> dict[str, Any]:
    """The values of a TOML file; raises InputError with the line of what is wrong."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise InputError(
            f"not valid TOML: {message}",
            path=path,
            line=int(place[1]) if place else text.count("\n") + 1,
        ) from error
    except RecursionError:
        lines = text.split("\n")
        depths = [line.count("[") + line.count("{") for line in lines]
        line = depths.index(max(depths)) + 1
        raise InputError("not usable TOML: nested too deeply", path=path, line=line) from None


class Table:
    """One file and what is wrong with it; ``finish`` raises everything found."""

    def __init__(self, path: str, text: str, data: dict[str, Any]) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.data = data
        self.findings: list[Finding] = []
        self.asked: set[tuple[str, str]] = set()

    @classmethod
    def load(cls, root: Path, path: str) -> Table:
        text = decode_utf8(_read(root, path), path)
        return cls(path, text, parse_toml(text, path))

    def line(self, key: str, item: str | None = None) -> int:
        """The line of a key, or of one string of its list."""
        start = 0
        for number, text in enumerate(self.lines):
            if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", text):
                start = number
                break
        if item is not None:
            for number in range(start, len(self.lines)):
                if f'"{item}"' in self.lines[number] or f"'{item}'" in self.lines[number]:
                    return number + 1
        return start + 1

    def wrong(self, code: str, key: str, message: str, hint: str = "") -> None:
        self.findings.append(Finding(code, "error", message, self.path, self.line(key), hint))

    def get(self, section: str, key: str, kind: type | tuple[type, ...], what: str) -> Any:
        """A value or None; a value of the wrong type is a finding."""
        self.asked.add((section, key))
        table = self.data.get(section, {}) if section else self.data
        value = table.get(key) if isinstance(table, dict) else None
        if value is None:
            return None
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.wrong("wrong-type", key, f"`{key}` must be {what}")
            return None
        return value

    def string(self, section: str, key: str, *, required: bool = False) -> Value | None:
        value = self.get(section, key, str, "a string")
        if isinstance(value, str) and value.strip():
            return Value(value, self.line(key))
        if required and not any(f.message.startswith(f"`{key}` ") for f in self.findings):
            self.wrong("missing-key", key, f"`{key}` is missing or empty")
        return None

    def strings(self, section: str, key: str) -> tuple[str, ...] | None:
        value = self.get(section, key, list, "a list of strings")
        if value is None:
            return None
        if not all(isinstance(item, str) for item in value):
            self.wrong("wrong-type", key, f"`{key}` must be a list of strings")
            return None
        return tuple(value)

    def finish(self, sections: tuple[str, ...]) -> None:
        """Report unknown keys, then everything found; raises FindingsError."""
        for key, value in self.data.items():
            if key in sections and isinstance(value, dict):
                for inner in value:
                    if (key, inner) not in self.asked:
                        self._unknown(inner)
            elif key in sections:
                self.wrong("wrong-type", key, f"`{key}` must be a table")
            elif ("", key) not in self.asked:
                self._unknown(key)
        if self.findings:
            raise FindingsError(self.findings, "the configuration cannot be used")

    def _unknown(self, key: str) -> None:
        import difflib

        near = difflib.get_close_matches(key, sorted({name for _, name in self.asked}), 1)
        hint = f"Did you mean `{near[0]}`?" if near else "Remove it."
        self.wrong("unknown-key", key, f"unknown key `{key}`", hint)


def _read(root: Path, path: str) -> bytes:
    try:
        return read_bytes(root / path)
    except InputError as error:
        raise InputError(error.message, path=path) from error
