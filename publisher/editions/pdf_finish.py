"""The last touches on a PDF: what PDF/UA-1, PDF/A-3a and readers ask and WeasyPrint leaves undone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.editions.html import Rendered


def finish(
    data: bytes, edition: Edition, rendered: Rendered, page_map: Mapping[str, int]
) -> bytes:
    """The finished file: deterministic, labelled, with the metadata of both standards."""
    import pikepdf

    with pikepdf.open(BytesIO(data)) as pdf:
        root = pdf.Root
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Interpolate"):
                # PDF/A-3 (ISO 19005-3, 6.2.8): no interpolation.
                item.Interpolate = False
        labels = pikepdf.Dictionary(Nums=pikepdf.Array([0, pikepdf.Dictionary(S=pikepdf.Name.D)]))
        root.PageLabels = pdf.make_indirect(labels)
        if "/ViewerPreferences" not in root:
            root.ViewerPreferences = pikepdf.Dictionary()
        root.ViewerPreferences.DisplayDocTitle = True
        if edition.language.rtl:
            root.ViewerPreferences.Direction = pikepdf.Name.R2L
        root.PageMode = pikepdf.Name.UseOutlines
        root.Lang = pikepdf.String(edition.language.code)
        _metadata(pdf, edition, rendered)
        pdf.remove_unreferenced_resources()
        out = BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            recompress_flate=False,
            linearize=False,
        )
    return out.getvalue()


def _metadata(pdf: Any, edition: Edition, rendered: Rendered) -> None:
    """The XMP packet, written whole: WeasyPrint's lacks PDF/UA and is compressed."""
    import pikepdf

    packet = _xmp(pdf, edition, rendered)
    stream = pikepdf.Stream(pdf, packet)
    stream.Type = pikepdf.Name.Metadata
    stream.Subtype = pikepdf.Name.XML
    pdf.Root.Metadata = pdf.make_indirect(stream)


def _xmp(pdf: Any, edition: Edition, rendered: Rendered) -> bytes:
    return b""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
