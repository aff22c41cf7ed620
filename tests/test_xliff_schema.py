"""XLIFF held to the OASIS schemas' rules: elements, their order, attributes and values (no copy of the schemas).

Sources: XLIFF 2.1 §4.2–4.3 (core elements and attributes), XLIFF 1.2 §2 (elements) and §2.3 (values).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from publisher.exchange import files, xliff
from publisher.project import load

XML = "{http://www.w3.org/XML/1998/namespace}"
NMTOKEN = re.compile(r"[\w.:-]+\Z")

# element: (children as a regular expression over their names, required attributes, optional ones)
CORE = {
    "xliff": (r"(file )+", {"version", "srcLang"}, {"trgLang", f"{XML}space"}),
    "file": (r"(notes )?((unit|group) )+", {"id"}, {"original", "canResegment", "translate"}),
    "unit": (r"(notes )?(originalData )?((segment|ignorable) )+", {"id"}, {"name", "translate"}),
    "notes": (r"(note )+", set(), set()),
    "note": (r"", set(), {"id", "category", "priority", "appliesTo"}),
    "segment": (r"source (target )?", set(), {"id", "state", "subState", "canResegment"}),
    "source": (r"((pc|ph) )*", set(), {f"{XML}lang", f"{XML}space"}),
    "target": (r"((pc|ph) )*", set(), {f"{XML}lang", f"{XML}space", "order"}),
    "pc": (r"((pc|ph) )*", {"id"}, {"type", "subType", "equivStart", "equivEnd"}),
    "ph": (r"", {"id"}, {"type", "subType", "equiv"}),
}
VALUES = {
    "state": {"initial", "translated", "reviewed", "final"},
    "type": {"fmt", "ui", "quote", "link", "image", "other"},
    "subType": {"xlf:lb", "xlf:pb", "xlf:b", "xlf:i", "xlf:u", "xlf:var"},
}

OLD = {
    "xliff": (r"(file )+", {"version"}, set()),
    "file": (
        r"(header )?body ",
        {"original", "source-language", "datatype"},
        {"target-language"},
    ),
    "header": (r"(tool )*", set(), set()),
    "tool": (r"", {"tool-id", "tool-name"}, {"tool-version", "tool-company"}),
    "body": (r"(trans-unit )*", set(), set()),
    "trans-unit": (r"source (target )?(note )*", {"id"}, {"approved", f"{XML}space"}),
    "source": (r"((g|x) )*", set(), {f"{XML}lang"}),
    "target": (r"((g|x) )*", set(), {"state", "state-qualifier", f"{XML}lang"}),
    "note": (r"", set(), {"from", "priority", f"{XML}lang"}),
    "g": (r"((g|x) )*", {"id"}, {"ctype"}),
    "x": (r"", {"id"}, {"ctype", "equiv-text"}),
}
OLD_STATES = {
    "final", "needs-adaptation", "needs-l10n", "needs-review-adaptation", "needs-review-l10n",
    "needs-review-translation", "needs-translation", "new", "signed-off", "translated",
}  # fmt: skip
OLD_CTYPES = {"image", "pb", "lb", "bold", "italic", "underlined", "link"}


def problems(root: Any, namespace: str, grammar: dict[str, Any]) -> list[str]:
    found = []
    for node in root.iter():
        name = node.tag.removeprefix(f"{{{namespace}}}")
        if name not in grammar:
            found.append(f"unknown element {node.tag}")
            continue
        order, required, optional = grammar[name]
        children = "".join(f"{child.tag.rsplit('}', 1)[-1]} " for child in node)
        if not re.fullmatch(order, children):
            found.append(f"{name} holds “{children[:60]}”")
        attributes = set(node.attrib)
        found += [f"{name} lacks {key}" for key in required - attributes]
        found += [f"{name} may not have {key}" for key in attributes - required - optional]
        if "id" in node.attrib and not NMTOKEN.match(node.get("id")):
            found.append(f"{name} has the id {node.get('id')!r}")
    return found


@pytest.mark.parametrize("language", ["fr", "ar", "pt"])
def test_xliff_2_1(sample: Path, language: str) -> None:
    from lxml import etree

    data = files.export_data(load(sample), "2023-03", language, "xliff")
    root = etree.fromstring(data)
    assert problems(root, xliff.NS2, CORE) == []
    for node in root.iter():
        for key, allowed in VALUES.items():
            assert node.get(key) is None or node.get(key) in allowed
        if node.get("subType"):
            assert node.get("type") == "fmt", "xlf:… sub-types need type fmt (§4.3.1.33)"
        if node.get("subState"):
            assert re.fullmatch(r"[^:]+:.+", node.get("subState"))
    assert all(
        target.get(f"{XML}lang") == root.get("trgLang")
        for target in root.iter(f"{{{xliff.NS2}}}target")
    )
    ids = [unit.get("id") for unit in root.iter(f"{{{xliff.NS2}}}unit")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", ["fr", "ar", "pt"])
def test_xliff_1_2(sample: Path, language: str) -> None:
    from lxml import etree

    root = etree.fromstring(files.export_data(load(sample), "2023-03", language, "xliff12"))
    assert problems(root, xliff.NS12, OLD) == []
    for node in root.iter(f"{{{xliff.NS12}}}target"):
        assert node.get("state") in OLD_STATES
    for node in root.iter():
        ctype = node.get("ctype")
        assert ctype is None or ctype in OLD_CTYPES or ctype.startswith("x-")
