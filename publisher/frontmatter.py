"""YAML front matter of an article, with the line of every string.

Values are read as the strings they are written as (no dates, no ``no`` that means false).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.errors import Finding

KEYS: Mapping[str, str] = {
    "title": "string",
    "summary": "string",
    "author": "string",
    "keywords": "list",
    "id": "string",
}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Strings with their lines by key; ``body`` is the file with the front matter blanked out, so that
    its lines keep their numbers."""

    values: Mapping[str, tuple[tuple[str, int], ...]]
    body: str
    findings: tuple[Finding, ...]


def split(text: str, path: str) -> FrontMatter:
    """Read the front matter at the start of ``text``."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        finding = Finding(
            "missing-front-matter",
            "error",
            "the article has no front matter",
            path,
            1,
            "Begin the file with ---, `title: …` and ---.",
        )
        return FrontMatter({}, text, (finding,))
    for end in range(1, len(lines)):
        if lines[end].rstrip() in {"---", "..."}:
            break
    else:
        finding = Finding(
            "bad-yaml", "error", "the front matter is never closed", path, 1, "End it with ---."
        )
        return FrontMatter({}, "", (finding,))
    body = "\n".join([""] * (end + 1) + lines[end + 1 :])
    values, findings = _parse("\n".join(lines[1:end]), path)
    return FrontMatter(values, body, tuple(findings))


def _parse(text: str, path: str) -> tuple[dict[str, tuple[tuple[str, int], ...]], list[Finding]]:
    import yaml

    findings: list[Finding] = []

    def wrong(code: str, message: str, line: int, hint: str = "") -> None:
        findings.append(Finding(code, "error", message, path, line, hint))

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
        wrong(
            "bad-yaml",
            f"the front matter is not valid YAML: {problem}",
            mark.line + 2 if mark else 2,
            "Put text that holds a colon or quotation marks between quotation marks.",
        )
        return {}, findings
    except RecursionError:
        wrong("bad-yaml", "the front matter is nested too deeply", 2)
        return {}, findings
    values: dict[str, tuple[tuple[str, int], ...]] = {}
    if root is None:
        return values, findings
    if not isinstance(root, yaml.MappingNode):
        wrong("bad-yaml", "the front matter must be a list of `key: value` lines", 2)
        return values, findings
    for key_node, node in root.value:
        line = key_node.start_mark.line + 2
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
        if key not in KEYS:
            import difflib

            near = difflib.get_close_matches(str(key), list(KEYS), 1)
            known = f"Known keys: {', '.join(KEYS)}."
            wrong(
                "unknown-key",
                f"unknown front-matter key `{key}`",
                line,
                f"Did you mean `{near[0]}`?" if near else known,
            )
        elif key in values:
            wrong("duplicate-key", f"`{key}` stands twice in the front matter", line)
        elif KEYS[key] == "list" and isinstance(node, yaml.SequenceNode):
            if not all(isinstance(item, yaml.ScalarNode) for item in node.value):
                wrong("wrong-type", f"`{key}` must be a list of strings", line)
                continue
            values[key] = tuple(
                (_clean(item.value), item.start_mark.line + 2)
                for item in node.value
                if item.value.strip()
            )
        elif isinstance(node, yaml.ScalarNode):
            if node.value.strip():
                values[key] = ((_clean(node.value), node.start_mark.line + 2),)
        else:
            wrong("wrong-type", f"`{key}` must be a {KEYS[key]}", line)
    return values, findings


def _clean(value: str) -> str:
    return " ".join(value.split())
