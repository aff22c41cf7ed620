"""The shape of the house: imports point down only, names match, nothing stands where it must not."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "publisher"

LAYERS = [
    {"errors", "environment", "endless", "__init__"},
    {"files"},
    {"cache", "config", "pandoc", "safe_xml", "images", "css_scan", "svg_weight"},
    {"stamp", "language", "ast", "svg"},
    {"own_styles", "brand", "project", "document", "frontmatter", "html_inline", "fit"},
    {"markdown", "lock"},
    {"charts"},
    {"structure", "template", "source_notes"},
    {"reader"},
    {"catalog"},
    {"checks"},
    {"engines", "importers", "exchange"},
    {"translate", "correct"},
    {"evaluate", "redraft"},
    {"editions"},
    {"localize", "examine", "resolve", "status_page", "kit_page"},
    {"review"},
    {"judges"},
    {"verify", "doctor"},
    {"build_job", "build_report", "build_inputs"},
    {"build"},
    {"parity_shape"},
    {"parity_fit", "parity_formats", "parity_sheet"},
    {"release", "watch", "parity", "specimen", "kit"},
    {"kit_import"},
    {"cli"},
    {"__main__"},
]
"""Bottom to top (docs/architecture.md). A module may import from its own layer's package or below."""

RANK = {name: number for number, layer in enumerate(LAYERS) for name in layer}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def unit(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "publisher" and len(parts) > 1 and parts[1] in RANK:
                found.add(parts[1])
    return found


def test_every_module_has_a_layer() -> None:
    assert {unit(path) for path in modules()} <= set(RANK)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_down_only(path: Path) -> None:
    own = unit(path)
    upward = {name for name in imports(path) if name != own and RANK[name] >= RANK[own]}
    assert not upward, f"{path.name} imports upward: {sorted(upward)}"


def test_no_registry_host_is_named() -> None:
    hosts = re.compile(r"pypi\.org|pythonhosted|deb\.debian|registry\.npmjs|npmjs\.org")
    offenders = [
        str(path.relative_to(ROOT))
        for folder in ("publisher", "tools", "docs", "tests", "benchmarks", ".ci")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and path != Path(__file__)
        and path.suffix in {".py", ".sh", ".md", ".toml", "", ".txt"}
        and hosts.search(path.read_text("utf-8", errors="ignore"))
    ]
    assert not offenders


def test_commands_help_matches_the_table() -> None:
    import click

    from publisher.cli import COMMANDS, cli

    for name, help_text in COMMANDS.items():
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, name
        assert command.get_short_help_str(100) == help_text, name
