"""Localised link targets and figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher import language
from publisher.catalog.po import Catalog, Entry
from publisher.checks import check_catalog
from publisher.checks.links import localised_figures
from publisher.cli import cli


def found(source: str, target: str) -> list[str]:
    entry = Entry(source, target, extracted=("Article 1 › link target",))
    findings = check_catalog(
        Catalog({}, (entry,)), language.load("fr"), language.load("en"), "fr.po"
    )
    return [f.severity for f in findings if f.code == "link-target"]


@pytest.mark.parametrize(
    ("source", "target", "severities"),
    [
        ("https://example.org/en/page", "https://example.org/fr/page", []),
        ("https://en.example.org/a", "https://fr.example.org/b", []),
        ("https://en.example.org/a", "https://EN.example.ORG/a", []),
        ("https://example.org/a", "https://example.org/a", []),
        ("https://example.org/", "https://example.org.other.net/", ["warning"]),
        ("https://example.org/", "https://example.org@other.net/", ["warning"]),
        ("https://one.gov.az/", "https://two.gov.az/", ["warning"]),
        ("https://en.one.gov.az/", "https://az.one.gov.az/", []),
        ("https://example.org/", "http://example.org/fr", ["warning"]),
        ("https://example.org/", "javascript:alert(1)", ["error"]),
        ("https://example.org/", "mailto:a@example.org", ["error"]),
        ("https://example.org/", "fr/page", ["error"]),
        ("mailto:a@example.org", "mailto:b@example.org", []),
        ("mailto:a@example.org", "https://example.org/", ["error"]),
        ("#second", "#deuxième", ["error"]),
        ("https://example.org/", "https://[1/", ["error"]),
        ("https://192.0.2.1/", "https://192.0.2.2/", ["warning"]),
    ],
)
def test_a_localised_link(source: str, target: str, severities: list[str]) -> None:
    assert found(source, target) == severities


def test_other_texts_are_not_looked_at() -> None:
    entry = Entry("See https://example.org/", "Voir https://other.net/", extracted=("paragraph",))
    findings = check_catalog(
        Catalog({}, (entry,)), language.load("fr"), language.load("en"), "fr.po"
    )
    assert not [f for f in findings if f.code == "link-target"]


@pytest.mark.parametrize(
    ("files", "severity", "hint"),
    [
        (["f/map.svg", "f/map.az.svg"], "", ""),
        (["f/map.svg", "f/map.pt-BR.svg"], "", ""),
        (["f/map.v2.svg"], "", ""),
        (["f/map.old.svg", "f/map.svg"], "", ""),
        (["f/map.az.svg"], "error", "Rename"),
        (["g/map.svg", "f/map.az.svg"], "error", "Rename"),
        (["f/map.svg", "f/map.az.png"], "error", "map.az.svg"),
        (["f/map.svg", "f/map.de.svg"], "warning", ""),
        (["f/map.svg", "f/map.AZ.svg"], "warning", "map.az.svg"),
        (["f/notes.az.txt"], "", ""),
    ],
)
def test_a_localised_figure(files: list[str], severity: str, hint: str) -> None:
    findings = localised_figures(files, ("en", "az", "pt-BR"), ("en", "az", "de"))
    assert [f.severity for f in findings] == ([severity] if severity else [])
    assert all(hint in f.hint for f in findings)


def test_the_command_finds_them(publication: Callable[..., Path]) -> None:
    article = "---\ntitle: Title\n---\n\nSee [the page](https://example.org/){.localize}.\n"
    root = publication({"01-a.md": article}, files={"source/2024-01/figures/map.az.svg": b"<svg/>"})
    run = CliRunner()
    run.invoke(cli, ["-C", str(root), "update"], standalone_mode=False)
    catalog = root / "translations/2024-01/az.po"
    text = catalog.read_text("utf-8").replace(
        'msgid "https://example.org/"\nmsgstr ""',
        'msgid "https://example.org/"\nmsgstr "https://example.net/"',
    )
    assert "example.net" in text
    catalog.write_text(text, encoding="utf-8")
    done = run.invoke(cli, ["-C", str(root), "check"], standalone_mode=False)
    assert "[own-figure]" in done.output and "[link-target]" in done.output
