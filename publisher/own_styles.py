"""What a publication adds to the styles: its ``styles/*.css``, read and judged.

A style sheet goes into every edition as it is, and an edition loads nothing: what would fetch a file, from
the network or this machine, is an error here, with its line (EPUB 3.3, §3.6; design, trust boundaries).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from publisher import css_scan, svg
from publisher.errors import Finding, PublisherError
from publisher.files import read_text

_FORBIDDEN = frozenset({"direction", "unicode-bidi"})
"""Properties that EPUB 3.3 (§6.3.1.1) keeps out of style sheets: the markup says the direction."""


def read(root: Path) -> tuple[str, tuple[Finding, ...]]:
    """The style sheets of the publication at ``root``, in order of name, and what is wrong with them."""
    parts: list[str] = []
    findings: list[Finding] = []
    for path in sorted((root / "styles").glob("*.css")):
        name = f"styles/{path.name}"
        if not path.resolve().is_relative_to(root.resolve()):
            findings.append(
                _finding(name, None, "the style sheet lies outside the publication", "")
            )
            continue
        try:
            text = read_text(path, what="style sheet")
        except PublisherError as error:
            findings.append(_finding(name, error.line, error.message, error.hint or ""))
            continue
        parts.append(text)
        findings += judge(text, name)
    return "\n".join(parts), tuple(findings)


def judge(text: str, name: str) -> tuple[Finding, ...]:
    """A finding for everything in a style sheet that loads something or that no reader understands."""
    import tinycss2

    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    found = {(line, what): hint for line, what, hint in _rules(rules)}
    return tuple(_finding(name, line, what, hint) for (line, what), hint in found.items())


_ALONE = "Editions load nothing: leave it out, or write it as data:image/png;base64,…"


def _rules(rules: Sequence[Any]) -> Iterator[tuple[int, str, str]]:
    for rule in rules:
        if rule.type == "error":
            yield (
                rule.source_line,
                f"the style sheet is broken: {rule.message}",
                "Correct the rule.",
            )
        elif rule.type == "at-rule" and rule.lower_at_keyword == "import":
            yield rule.source_line, "@import is not allowed", "Copy what it names into this file."
        else:
            yield from _selectors(rule)
            whole = [*(getattr(rule, "prelude", None) or ()), *(rule.content or ())]
            yield from _values(whole)
            yield from _declarations(rule.content or ())
            for address, line in css_scan.addresses(whole):
                yield from _address(address, line)


_PSEUDO = frozenset(
    {None, "before", "after", "marker", "first-line", "first-letter", "footnote-call",
     "footnote-marker"}
)  # fmt: skip
"""The pseudo-elements that paper knows (WeasyPrint)."""


def _selectors(rule: Any) -> Iterator[tuple[int, str, str]]:
    """Selectors that paper does not understand, in a rule or in the rules of ``@media``."""
    import cssselect2
    import tinycss2

    if rule.type == "at-rule":
        if rule.lower_at_keyword == "media" and "screen" not in tinycss2.serialize(rule.prelude):
            for each in tinycss2.parse_rule_list(rule.content or (), True, True):
                if each.type in ("qualified-rule", "at-rule"):
                    yield from _selectors(each)
        return
    if any(token.type == "error" for token in rule.prelude):
        return
    shown = " ".join(tinycss2.serialize(rule.prelude).split())[:60]
    try:
        unknown = {each.pseudo_element for each in cssselect2.compile_selector_list(rule.prelude)}
    except cssselect2.SelectorError as error:
        reason = str(error.args[-1]) if error.args else "it is broken"
    else:
        if unknown <= _PSEUDO:
            return
        reason = f"::{min(str(name) for name in unknown - _PSEUDO)} is unknown on paper"
    hint = "Correct it, or put a rule for screens alone into @media screen { … }."
    yield rule.source_line, f"the selector “{shown}” is not understood: {reason}", hint


def _declarations(content: Sequence[Any]) -> Iterator[tuple[int, str, str]]:
    """Properties between braces, or in the rules of an at-rule, that may not stand there."""
    import tinycss2

    for each in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if each.type == "declaration" and each.lower_name in _FORBIDDEN:
            hint = "Say it in the text: [words]{dir=rtl}."
            yield each.source_line, f"the property {each.lower_name} is not allowed", hint
        elif each.type in ("qualified-rule", "at-rule") and each.content:
            yield from _declarations(each.content)


def _values(values: Sequence[Any]) -> Iterator[tuple[int, str, str]]:
    for value in values:
        kind = value.type
        if kind == "error":
            yield value.source_line, f"the style sheet is broken: {value.message}", "Correct it."
        elif kind == "at-keyword" and value.lower_value == "import":
            yield value.source_line, "@import is not allowed", "Copy what it names into this file."
        elif kind == "function":
            yield from _values(value.arguments)
        elif kind.endswith(" block"):
            yield from _values(value.content)


def _address(address: str, line: int) -> Iterator[tuple[int, str, str]]:
    plain = address.strip()
    if not plain.startswith("#") and svg.embedded(plain) is None:
        shown = plain if len(plain) <= 60 else f"{plain[:60]}…"
        yield line, f"the reference to “{shown}” is not allowed", _ALONE


def _finding(name: str, line: int | None, message: str, hint: str) -> Finding:
    return Finding("style", "error", message, name, line, hint)
