"""Joins what a page break has cut: one element of the source is one element of the structure tree.

WeasyPrint makes an element of each part of a box on each page, so that a list over two pages is two
lists, and a table three. A reader is told of one (ISO 32000-1, 14.8.4.3; ISO 14289-1, 7.5, 7.6); the
head that a table repeats on a new page is pagination.
"""

from __future__ import annotations

from typing import Any

from publisher.editions.pdf_boxes import PART

_JOINED = frozenset(
    {"/Art", "/Sect", "/Div", "/P", "/BlockQuote", "/NonStruct", "/L", "/LI", "/LBody", "/Table",
     "/TBody", "/TFoot", "/TR", "/TD", "/TH", "/Caption", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6"}
)  # fmt: skip


class Joiner:
    """Joins the parts below a document; ``parents`` finds an entry of ``numbers`` by its key."""

    def __init__(self, pdf: Any, numbers: Any, parents: dict[int, int]) -> None:
        self.pdf = pdf
        self.numbers = numbers
        self.parents = parents

    def join(self, document: Any) -> None:
        """Join the children of the document that follow each other, notes apart."""
        import pikepdf

        kept: list[Any] = []
        last: Any = None
        for child in document.K:
            if child.S == "/NonStruct" and f"/{PART}" not in child:
                kept.append(child)
            elif last is not None and _same(last, child):
                self._append(last, child)
            else:
                kept.append(child)
                last = child
        document.K = pikepdf.Array(kept)

    def _append(self, first: Any, second: Any) -> None:
        """Put what the second part holds after what the first holds."""
        import pikepdf

        kids = list(first.K)
        seen = {str(kid.get(f"/{PART}", "")) for kid in kids if _is_element(kid)}
        for index, kid in enumerate(second.K):
            if _is_element(kid):
                if kid.S == "/THead" and str(kid.get(f"/{PART}", "-")) in seen:
                    self._drop(kid)
                    continue
                before = kids[-1] if kids else None
                follows = index == 0 or first.S == "/Table"
                if follows and before is not None and _same(before, kid):
                    self._append(before, kid)
                    continue
                kid.P = first
                kids.append(kid)
            elif isinstance(kid, int):
                kids.append(
                    pikepdf.Dictionary(Type=pikepdf.Name.MCR, Pg=second.Pg, MCID=kid),
                )
                self._reparent(second.Pg, kid, first)
            else:
                number = kid.get("/Obj", {}).get("/StructParent")
                if number is not None and int(number) in self.parents:
                    self.numbers[self.parents[int(number)]] = first
                kids.append(kid)
        first.K = pikepdf.Array(kids)

    def _reparent(self, page: Any, number: int, parent: Any) -> None:
        place = self.parents.get(int(page.get("/StructParents", -1)))
        if place is not None:
            self.numbers[place][number] = parent

    def _drop(self, element: Any) -> None:
        """Leave a repeated head out; its links are on the first page already."""
        import pikepdf

        for kid in element.get("/K", []):
            if _is_element(kid):
                self._drop(kid)
            elif not isinstance(kid, int) and kid.get("/Type") == "/OBJR":
                page, annotation = kid.Pg, kid.Obj
                page.Annots = pikepdf.Array(
                    item for item in page.Annots if item.objgen != annotation.objgen
                )
                number = annotation.get("/StructParent")
                if number is not None and int(number) in self.parents:
                    self.numbers[self.parents[int(number)]] = None


def _is_element(kid: Any) -> bool:
    return not isinstance(kid, int) and "/S" in kid


def _same(first: Any, second: Any) -> bool:
    if isinstance(first, int) or isinstance(second, int):
        return False
    part = str(first.get(f"/{PART}", ""))
    return bool(
        part
        and part == str(second.get(f"/{PART}", ""))
        and first.get("/S") == second.get("/S")
        and str(first.get("/S")) in _JOINED
    )
