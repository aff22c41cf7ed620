"""What the toolkit's own judges share: they read each file once and run every rule on its bytes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from publisher.judges import Verdict
from publisher.judges.tools import rules_version


class OwnRules(ABC):
    """A judge whose rules are in this package; ``rules`` is all that a format adds."""

    name = ""
    suffixes: tuple[str, ...] = ()
    strict = True
    kind: Literal["outside", "own"] = "own"
    optional = False
    cure = ""

    def version(self) -> str | None:
        """The version of the rules."""
        return rules_version()

    def examine(self, paths: Sequence[Path]) -> list[Verdict]:
        """The verdicts, in the order of the paths."""
        return [self.rules(path.read_bytes(), path.name) for path in paths]

    @abstractmethod
    def rules(self, data: bytes, name: str) -> Verdict:
        """All rules on the bytes of one file called ``name``."""
