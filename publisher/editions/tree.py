"""The HTML tree after pandoc: what its writer cannot know about an edition.

Works on lxml elements without namespace (MathML keeps its own). Every function changes the tree
that it is given; `html.render` owns the trees until it hands them out.
"""

from __future__ import annotations

import html as escaping
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from publisher import language as languages
from publisher import safe_xml
from publisher.errors import MachineError

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.language import Language

STATES = {
    "machine": "Machine translation, not reviewed",
    "edited": "Edited, not reviewed",
    "changed": "The source has changed since this was reviewed",
    "source": "Not translated",
}
"""The layout's words for the states of unreviewed text."""

VOID = frozenset({"br", "hr", "img", "col", "wbr", "input", "meta", "link"})

_NO_TYPESETTING = frozenset({"code", "pre", "kbd", "math", "annotation"})

direction_of = lru_cache(maxsize=256)(languages.direction_of)
"""The direction of a BCP 47 language."""


_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 cannot hold (§2.2) and pandoc copies into attributes."""


def parse(fragment: str) -> Any:
    """The writer's output for one job as ``<div class="body">``.

    The writer's HTML 5 is well-formed XML, and it is read as XML so that nothing is guessed.
    """
    from lxml import etree

    data = f'<div class="body">{_NOT_XML.sub("", fragment)}</div>'.encode()
    try:
        return etree.fromstring(data, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        # In rare cases the writer gives an element one attribute twice; the first of them counts.
        root = etree.fromstring(data, _parser(recover=True))
        repeated = "redefined" in str(error.msg)
        if root is None or not repeated:
            raise MachineError(
                f"pandoc wrote HTML that is not well-formed ({error.msg})",
                hint="Run: publisher doctor, and report the passage.",
            ) from error
        return root


def _parser(*, recover: bool) -> Any:

    return safe_xml.parser(recover=recover)


def inner(element: Any) -> str:
    """The inner markup of an element as XHTML that an HTML parser reads the same."""
    from lxml import etree

    keep_open(element)
    parts = [escaping.escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode") for child in element]
    return "".join(parts).strip()


def keep_open(element: Any) -> None:
    """Give empty elements an empty text, so that they are written with an end tag."""
    for child in element.iter():
        if isinstance(child.tag, str) and child.tag not in VOID and len(child) == 0:
            child.text = child.text or ""


def text(element: Any, *, skip: Sequence[str] = ("noteref", "review-mark")) -> str:
    """The text of an element as a reader sees it, without notes' numbers and marks."""
    parts = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str):
            continue
        if not set(classes(child)) & set(skip):
            parts.append("\n" if child.tag == "br" else text(child, skip=skip))
        parts.append(child.tail or "")
    return "".join(parts)


def classes(element: Any) -> list[str]:
    """The class names of an element."""
    return (element.get("class") or "").split()


def add_class(element: Any, *names: str) -> None:
    """Add class names that are not there yet."""
    element.set("class", " ".join(dict.fromkeys([*classes(element), *names])))


def drop_class(element: Any, *names: str) -> None:
    """Take class names off."""
    kept = [name for name in classes(element) if name not in names]
    if kept:
        element.set("class", " ".join(kept))
    elif "class" in element.attrib:
        del element.attrib["class"]


def unwrap(element: Any) -> None:
    """Put an element's content in its place."""
    parent = element.getparent()
    index = parent.index(element)
    before = parent[index - 1] if index else None

    def append(string: str | None) -> None:
        if string:
            if before is not None:
                before.tail = (before.tail or "") + string
            else:
                parent.text = (parent.text or "") + string

    append(element.text)
    for child in list(element):
        parent.insert(index, child)
        before = child
        index += 1
    append(element.tail)
    element.tail = None
    parent.remove(element)


def remove(element: Any) -> None:
    """Remove an element and keep the text after it."""
    for child in list(element):
        element.remove(child)
    element.text = None
    unwrap(element)


def wrap(element: Any, tag: str, name: str) -> Any:
    """Put an element into a new one that takes its place; returns the new one."""
    outer = element.makeelement(tag, {"class": name})
    element.getparent().replace(element, outer)
    outer.tail, element.tail = element.tail, None
    outer.append(element)
    return outer


def sole_unreviewed(element: Any) -> Any | None:
    """The mark that holds the whole text of an element, if there is one."""
    if (element.text or "").strip() or len(element) == 0:
        return None
    first = element[0]
    if first.tag != "span" or "unreviewed" not in classes(first) or (first.tail or "").strip():
        return None
    # Blocks may follow the text of a list item or cell; other text may not.
    return first if all(child.tag not in ("span", "a", "em") for child in element[1:]) else None


def finish_inline(element: Any, edition: Edition, lang: str = "") -> None:
    """The inline work on a metadata string."""
    for span in element.xpath(".//span[contains(@class, 'p-note')]"):
        remove(span)
    tidy_inlines(element, edition)
    typeset(element, edition.language, lang or edition.language.code)


def typeset(element: Any, language: Language, lang: str) -> None:
    """Set the spaces of the language's typography in all text that is in the language."""
    if not isinstance(element.tag, str) or element.tag.rsplit("}", 1)[-1] in _NO_TYPESETTING:
        return
    lang = element.get("lang") or lang
    own = lang == language.code
    if own and element.text:
        element.text = language.typeset(element.text)
    for child in element:
        typeset(child, language, lang)
        if own and child.tail:
            child.tail = language.typeset(child.tail)


def tidy_inlines(root: Any, edition: Edition) -> None:
    """Foreign passages with their direction, no styles, no leftovers of pandoc's."""
    own = edition.language.code
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element is root:
            continue
        if element.tag not in ("td", "th"):
            # The alignment of cells is still to be read (tables.finish).
            element.attrib.pop("style", None)
        for name in ("data-wrapper", "data-pos", "data-cites", "onclick"):
            element.attrib.pop(name, None)
        lang = element.get("lang") or element.attrib.pop("data-lang", None)
        if lang:
            element.set("lang", lang)
            if "dir" not in element.attrib:
                element.set("dir", direction_of(lang))
            # A passage in the language of the edition says nothing.
            if lang == own and element.tag == "span" and not classes(element):
                del element.attrib["lang"], element.attrib["dir"]
        drop_class(element, "uri", "email", "citation", "notranslate", "localize")
    for span in root.xpath(".//span[not(@*)]"):
        unwrap(span)
