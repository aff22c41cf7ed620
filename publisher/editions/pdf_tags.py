"""The structure tree of a PDF after WeasyPrint: what PDF/UA-1 asks and its tagging leaves open.

WeasyPrint tags by element name alone. Here links hold their own annotations, list items hold labels and
bodies, headers have a scope, notes are notes, and running heads and folios are artifacts.
Rules: ISO 14289-1 (PDF/UA-1), 7.1 to 7.18; ISO 32000-1, 14.7 and 14.8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from publisher.editions import pdf_order
from publisher.editions.pdf_boxes import CALL, DECORATIVE, NOTE, PART
from publisher.editions.pdf_join import Joiner

_MARK = re.compile(rb"/([A-Za-z0-9]+)\s*<</MCID (\d+)>>\s*BDC")
_ROWS = frozenset({"/TBody", "/TFoot"})

Key = tuple[int, int]


def mend(pdf: Any) -> None:
    """Mend the structure tree of an open pikepdf document in place."""
    if "/StructTreeRoot" in pdf.Root:
        _Tree(pdf).mend()


class _Tree:
    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf
        self.root = pdf.Root.StructTreeRoot
        self.document = self.root.K[0]
        self.notes: dict[str, Any] = {}
        self.called: list[Any] = []
        self.parents = self._parent_tree()
        self.adopted: dict[Key, list[Any]] = {}

    def _parent_tree(self) -> dict[int, Any]:
        numbers = self.root.ParentTree.Nums
        return {int(numbers[i]): i + 1 for i in range(0, len(numbers), 2)}

    def mend(self) -> None:
        Joiner(self.pdf, self.root.ParentTree.Nums, self.parents).join(self.document)
        for child in list(_elements(self.document)):
            # WeasyPrint puts the area of footnotes beside the parts of the document.
            if child.S == "/NonStruct" and f"/{PART}" not in child:
                self._notes(child)
        self._walk(self.document, None, "")
        self._artifacts()
        pdf_order.settle(self.pdf, self.document)

    def _notes(self, area: Any) -> None:
        """The notes at the foot of a page (ISO 14289-1, 7.9: each has an identifier).

        They wait for their calls; what is called nowhere stays at the end of its page.
        """
        import pikepdf

        area.S = pikepdf.Name.Sect
        for note in list(_elements(area)):
            name = str(note.get(f"/{NOTE}", f"note-{len(self.notes) + 1}"))
            note.S = pikepdf.Name.Note
            note.ID = pikepdf.String(name)
            for index, child in enumerate(_elements(note)):
                if index == 0 and child.S == "/NonStruct":
                    child.S = pikepdf.Name.Lbl
            if f"/{NOTE}" in note and name not in self.notes:
                area.K = pikepdf.Array(k for k in _kids(area) if not _same(k, note))
            self.notes.setdefault(name, note)

    def _walk(self, element: Any, link: Any, part: str) -> bool:
        """Mend an element and what it holds; returns False when nothing is left in it."""
        import pikepdf

        if f"/{DECORATIVE}" in element:
            # ISO 14289-1, 7.1: what is no part of the content is an artifact.
            return False
        kind = str(element.S)
        if kind == "/Link":
            if link is not None:
                # What CSS adds inside a link is no link of its own.
                element.S = pikepdf.Name.Span
            else:
                link = element
        kept: list[Any] = []
        for child in _kids(element):
            if isinstance(child, int) or child.get("/Type") == "/MCR":
                kept.append(child)
            elif child.get("/Type") == "/OBJR":
                if link is None or link.objgen == element.objgen:
                    kept.append(child)
                else:
                    self._adopt(child, link)
            elif self._walk(child, link, kind if kind in _ROWS or kind == "/THead" else part):
                kept.append(child)
                if child.S != "/Link" or link is None:
                    kept += self._called(element, link)
        # References from within come after the text that they belong to.
        element.K = pikepdf.Array([*kept, *self.adopted.pop(element.objgen, [])])
        self._call(element)
        if kind == "/LI":
            self._list_item(element)
        elif kind == "/TH":
            self._scope(element, part)
        return len(element.K) > 0 or kind in ("/TD", "/TH")

    def _call(self, element: Any) -> None:
        """A note's number in the text: a reference, after which the note is read."""
        import pikepdf

        name = str(element.get(f"/{CALL}", ""))
        for key in (NOTE, CALL, PART):
            if f"/{key}" in element:
                del element[f"/{key}"]
        if not name:
            return
        element.S = pikepdf.Name.Reference
        note = self.notes.get(name)
        if note is not None and f"/{NOTE}" in note:
            self._walk(note, None, "")
            self.called.append(note)

    def _called(self, parent: Any, link: Any) -> list[Any]:
        """The notes to read next; a link is not cut in two by them."""
        if link is not None:
            return []
        notes, self.called = self.called, []
        for note in notes:
            note.P = parent
        return notes

    def _adopt(self, reference: Any, link: Any) -> None:
        """Move an annotation's reference to the link around it."""
        self.adopted.setdefault(link.objgen, []).append(reference)
        number = reference.Obj.get("/StructParent")
        if number is not None and int(number) in self.parents:
            self.root.ParentTree.Nums[self.parents[int(number)]] = link

    def _list_item(self, item: Any) -> None:
        """Only a label and a body under an item (ISO 32000-1, 14.8.4.3.3)."""
        import pikepdf

        labels: list[Any] = []
        bodies: list[Any] = []
        others: list[Any] = []
        for child in _kids(item):
            kind = "" if isinstance(child, int) else str(child.get("/S", ""))
            (labels if kind == "/Lbl" else bodies if kind == "/LBody" else others).append(child)
        if not others and bodies:
            return
        if not others and not labels:
            return
        if not bodies:
            body = self.pdf.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.StructElem, S=pikepdf.Name.LBody, P=item, K=pikepdf.Array()
                )
            )
            bodies = [body]
        body = bodies[0]
        for child in others:
            if isinstance(child, pikepdf.Dictionary) and "/P" in child:
                child.P = body
        body.K = pikepdf.Array([*others, *body.K])
        item.K = pikepdf.Array([*labels, *bodies])

    def _scope(self, cell: Any, part: str) -> None:
        """The scope of a header (ISO 14289-1, 7.5)."""
        import pikepdf

        scope = pikepdf.Name.Row if part in _ROWS else pikepdf.Name.Column
        if "/A" not in cell:
            cell.A = pikepdf.Dictionary(O=pikepdf.Name.Table)
        cell.A.Scope = scope

    def _reachable(self) -> set[Key]:
        found: set[Key] = set()
        waiting = [self.document]
        while waiting:
            element = waiting.pop()
            found.add(element.objgen)
            waiting.extend(_elements(element))
        return found

    def _artifacts(self) -> None:
        """Marked content outside the tree – running heads and folios – becomes an artifact."""
        import pikepdf

        reachable = self._reachable()
        numbers = self.root.ParentTree.Nums
        for page in self.pdf.pages:
            index = page.obj.get("/StructParents")
            place = self.parents.get(int(index)) if index is not None else None
            if place is None:
                continue
            owners = numbers[place]
            loose = {
                number
                for number, owner in enumerate(owners)
                if isinstance(owner, pikepdf.Dictionary) and owner.objgen not in reachable
            }
            if not loose:
                continue
            for number in loose:
                owners[number] = None

            def mark(match: re.Match[bytes], loose: set[int] = loose) -> bytes:
                if int(match[2]) not in loose:
                    return match[0]
                return b"/Artifact\n<</Type /Pagination>>\nBDC"

            stream = page.obj.Contents
            stream.write(_MARK.sub(mark, stream.read_bytes()))


def _kids(element: Any) -> list[Any]:
    import pikepdf

    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _same(kid: Any, element: Any) -> bool:
    return not isinstance(kid, int) and bool(kid.objgen == element.objgen)


def _elements(element: Any) -> Iterator[Any]:
    """Child structure elements."""
    import pikepdf

    for child in _kids(element):
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
