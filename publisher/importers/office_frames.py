"""What only frames the content of a Word document, taken away: controls, tags, alternatives, text frames."""

from __future__ import annotations

from typing import Any

from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.office_facts import Prepared
from publisher.importers.office_xml import MC, W, drop, number_of, text_of, unwrap


def flatten(root: Any, made: Prepared, name: str) -> None:
    """Leave paragraphs and tables of one part only, in place; the contents list goes too.

    ``made`` hears of what was left out, ``name`` is the manuscript's.
    """
    _alternatives(root)
    _controls(root, made.repairs)
    for tag in ("smartTag", "customXml", "dir", "bdo"):
        for node in list(root.iter(f"{W}{tag}")):
            if node.getparent() is not None:
                for child in list(node):
                    if child.tag in (f"{W}smartTagPr", f"{W}customXmlPr"):
                        node.remove(child)
                unwrap(node)
    for node in list(root.iter(f"{W}altChunk")):
        made.warn(
            "embedded-document",
            "a document is embedded in this one",
            name,
            number_of(node),
            "It was left out; open the file, save it anew and import it again.",
        )
        drop(node)
    for node in list(root.iter(f"{W}txbxContent")):
        _lift(node, made.repairs)


def _alternatives(root: Any) -> None:
    """Of the alternatives for several programs the first stays (ECMA-376 part 3)."""
    for node in list(root.iter(f"{MC}AlternateContent")):
        if node.getparent() is None:
            continue
        choice = node.find(f"{MC}Choice")
        fallback = node.find(f"{MC}Fallback")
        best = choice if choice is not None else fallback
        if best is None:
            drop(node)
        else:
            _keep(node, best)


def _controls(root: Any, repairs: list[Repair]) -> None:
    """Content controls leave their content; that of a contents list goes."""
    for node in list(root.iter(f"{W}sdt")):
        if node.getparent() is None:
            continue
        gallery = node.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
        if gallery is not None and "Contents" in (gallery.get(f"{W}val") or ""):
            lines = [text_of(line) for line in node.iter(f"{W}p")]
            shown = excerpt(" / ".join(line for line in lines if line.strip()), 90)
            repairs.append(Repair(_first(node), "contents left out", shown))
            drop(node)
            continue
        content = node.find(f"{W}sdtContent")
        if content is None:
            drop(node)
        else:
            _keep(node, content)


def _keep(node: Any, child: Any) -> None:
    """Put what one child holds in the place of ``node``."""
    for other in list(node):
        if other is not child:
            node.remove(other)
    unwrap(child)
    unwrap(node)


def _lift(content: Any, repairs: list[Repair]) -> None:
    """Text in a frame stands after the paragraph that the frame hangs on."""
    host = next(content.iterancestors(f"{W}p"), None)
    if host is None:
        return
    pieces = [child for child in content if child.tag in (f"{W}p", f"{W}tbl")]
    drop(content)
    if not any(text_of(piece).strip() for piece in pieces):
        return
    repairs.append(
        Repair(number_of(host), "text frame made a box",
               excerpt(" ".join(text_of(piece) for piece in pieces)))
    )  # fmt: skip
    for piece in reversed(pieces):
        for node in piece.iter(f"{W}p"):
            node.set("boxed", "1")
        host.addnext(piece)


def _first(node: Any) -> int:
    first = next(node.iter(f"{W}p"), None)
    return 1 if first is None else number_of(first)
