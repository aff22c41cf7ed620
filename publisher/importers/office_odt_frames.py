"""Frames, shapes and pictures of an OpenDocument text (OpenDocument 1.3 part 3 §10.4)."""

from __future__ import annotations

from typing import Any

from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.office_facts import CLOSE, IMAGE, Prepared
from publisher.importers.office_mixed import drop, insert_text
from publisher.importers.office_odt_xml import (
    DRAW,
    SVG,
    TABLE,
    TEXT,
    XLINK,
    number_of,
    text_of,
)

_BLOCKS = (f"{TEXT}p", f"{TEXT}h", f"{TEXT}list", f"{TABLE}table")


class Frames:
    """Takes the frames out of one text and fills ``made``; ``members`` are the package's parts."""

    def __init__(self, made: Prepared, members: frozenset[str], name: str) -> None:
        self.made = made
        self.members = members
        self.name = name

    def run(self, body: Any) -> None:
        """Pictures become marks; text in frames stands after the paragraph that holds the frame."""
        for node in list(
            body.iter(f"{DRAW}frame", f"{DRAW}custom-shape", f"{DRAW}g", f"{DRAW}rect")
        ):
            if node.getparent() is None or not any(up is body for up in node.iterancestors()):
                continue
            box = node.find(f"{DRAW}text-box")
            if box is None and node.tag != f"{DRAW}frame":
                box = node
            images = node.findall(f"{DRAW}image")
            if images and node.tag == f"{DRAW}frame":
                self._picture(node, images)
                continue
            host = next(node.iterancestors(f"{TEXT}p", f"{TEXT}h"), None)
            pieces = [] if box is None else [c for c in box if c.tag in _BLOCKS]
            if not any(text_of(piece).strip() or next(piece.iter(f"{DRAW}frame"), None) is not None
                       for piece in pieces):  # fmt: skip
                if (
                    node.find(f"{DRAW}object") is not None
                    or node.find(f"{DRAW}object-ole") is not None
                ):
                    self.made.warn(
                        "embedded-object",
                        "an embedded object was left out",
                        self.name,
                        number_of(node),
                        "Insert a picture of it.",
                    )
                drop(node)
                continue
            pictured = any(next(piece.iter(f"{DRAW}image"), None) is not None for piece in pieces)
            if not pictured:
                self.made.repairs.append(
                    Repair(
                        number_of(node),
                        "text frame made a box",
                        excerpt(" ".join(map(text_of, pieces))),
                    )
                )
            drop(node)
            for piece in reversed(pieces):
                if not pictured:
                    for inner in piece.iter(f"{TEXT}p", f"{TEXT}h"):
                        inner.set("boxed", "1")
                if host is not None:
                    tail, host.tail = host.tail, None
                    host.addnext(piece)
                    piece.tail = tail
                else:
                    body.insert(0, piece)

    def _picture(self, frame: Any, images: list[Any]) -> None:
        names = []
        for image in images:
            href = (image.get(f"{XLINK}href") or "").removeprefix("./")
            if href in self.members:
                names.append(href)
        alt = frame.findtext(f"{SVG}desc") or frame.findtext(f"{SVG}title") or ""
        if not names:
            self.made.warn(
                "linked-picture",
                "a picture is linked to a place outside the file",
                self.name,
                number_of(frame),
                "Nothing was fetched; insert the picture and import again.",
            )
            drop(frame)
            return
        names.sort(key=lambda href: not href.lower().endswith(".svg"))
        number = len(self.made.pictures) + 1
        self.made.pictures[number] = ("|".join(dict.fromkeys(names)), alt.strip(), number_of(frame))
        insert_text(frame, f"{IMAGE}{number}{CLOSE}")
        drop(frame)
