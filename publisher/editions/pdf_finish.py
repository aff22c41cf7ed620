"""The last touches on a PDF: what PDF/UA-1, PDF/A-3a and readers ask and WeasyPrint leaves undone."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from publisher.editions import pdf_tags, xmp

if TYPE_CHECKING:
    from publisher.editions import Edition
    from publisher.editions.html import Rendered


def finish(
    data: bytes, edition: Edition, rendered: Rendered, page_map: Mapping[str, int], pages: int
) -> bytes:
    """The finished file: page labels, direction, metadata of both standards, the same bytes always.

    ``page_map`` gives the first page of the contents: pages before it carry no number.
    """
    import pikepdf

    with pikepdf.open(BytesIO(data)) as pdf:
        root = pdf.Root
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Interpolate"):
                # ISO 19005-3, 6.2.8: an image is never interpolated.
                item.Interpolate = False
            if isinstance(item, pikepdf.Stream) and item.get("/PatternType") == 1:
                _widen(item)
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                _mend_unicode(item.ToUnicode)
        pdf_tags.mend(pdf)
        root.PageLabels = pdf.make_indirect(_page_labels(edition, page_map, pages))
        if "/ViewerPreferences" not in root:
            root.ViewerPreferences = pikepdf.Dictionary()
        root.ViewerPreferences.DisplayDocTitle = True
        if edition.language.rtl:
            # ISO 32000-1, 12.2: the order of pages beside each other.
            root.ViewerPreferences.Direction = pikepdf.Name.R2L
        root.PageMode = pikepdf.Name.UseOutlines
        stream = pikepdf.Stream(pdf, xmp.packet(edition, rendered, _producer(pdf)))
        stream.Type, stream.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        root.Metadata = pdf.make_indirect(stream)
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream):
                _settle(item)
        return _written(pdf)


def _widen(pattern: Any) -> None:
    """Set the cells of a gradient further apart, of which only the first is ever seen.

    WeasyPrint makes a gradient over a shape a pattern with a cell of one unit; Poppler draws nothing of
    a cell so small where the next one touches it.
    """
    if [float(side) for side in pattern.BBox] == [0, 0, 1, 1] and float(pattern.XStep) == 1:
        pattern.XStep = pattern.YStep = 2


_UNSURE = re.compile(rb"\r\nendstream")


def _written(pdf: Any) -> bytes:
    """The file with its objects in compressed streams, none of which ends like a line.

    Streams that qpdf itself makes end as their checksum will, one in 256 like a line; a long file has
    hundreds. A box of a page that becomes an object of its own shifts the numbers of those that follow,
    so that all checksums are others.
    """
    boxes = iter([(page, name) for page in pdf.pages for name in ("/BleedBox", "/TrimBox")])
    while True:
        data = _save(pdf, "generate")
        if not _UNSURE.search(data):
            return data
        page, name = next(boxes, (None, ""))
        if page is None:
            return _save(pdf, "disable")
        if name in page:
            page[name] = pdf.make_indirect(page[name])


def _settle(stream: Any) -> None:
    """Compress a stream, and end it with a byte that no reader takes for the end of a line.

    ISO 19005-3, 6.1.7.1: the length must be exact, and a last byte CR before the line end of
    ``endstream`` may be counted or not. Metadata stays readable without decompression.
    """
    import pikepdf

    if stream.get("/Type") == "/Metadata" or stream.get("/Filter") not in (None, "/FlateDecode"):
        return
    plain = stream.get("/Filter") is None
    data = zlib.compress(stream.read_raw_bytes(), 9) if plain else stream.read_raw_bytes()
    parameters = stream.get("/DecodeParms")
    while data.endswith(b"\r"):
        if parameters is not None or stream.get("/Subtype") == "/Image" or "/N" in stream:
            # Pixels and colour profiles stay as they are; a decoder stops before the added byte.
            data += b"\0"
            break
        # Padding of a font file, or white space after operators.
        # (No zero at the end: it leaves the checksum, whose last byte is at fault, as it is.)
        padding = b"\0\0\0\1" if "/Length1" in stream else b"\n"
        content = zlib.decompress(data) + padding
        if "/Length1" in stream:
            stream.Length1 = len(content)
        data = zlib.compress(content, 9)
    stream.write(data, filter=pikepdf.Name.FlateDecode, decode_parms=parameters)


def _save(pdf: Any, mode: str) -> bytes:
    import pikepdf

    out = BytesIO()
    pdf.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode[mode],
        compress_streams=True,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        recompress_flate=False,
    )
    return out.getvalue()


_EMPTY_MAPPING = re.compile(rb"(<[0-9a-fA-F]+>) <>")


def _mend_unicode(stream: Any) -> None:
    """Map glyphs without a character of their own (dots and marks that the font sets apart).

    ISO 19005-3, 6.2.11.7.2 asks for a mapping of every glyph; a zero width joiner adds nothing to
    the text that a reader copies.
    """
    data = stream.read_bytes()
    if b"<>" in data:
        stream.write(_EMPTY_MAPPING.sub(rb"\1 <200d>", data))


def _producer(pdf: Any) -> str:
    return str(pdf.docinfo.get("/Producer", ""))


def _page_labels(edition: Edition, page_map: Mapping[str, int], pages: int) -> Any:
    """Labels as they are printed: the cover by its name, then the folios (ISO 32000-1, 12.4.2)."""
    import pikepdf

    first = page_map.get("contents", 1)
    numbers: list[Any] = []
    if first > 1:
        cover = pikepdf.Dictionary(P=pikepdf.String(edition.words("Cover")))
        numbers += [0, cover]
    if edition.language.numerals == "latn":
        style = pikepdf.Dictionary(S=pikepdf.Name.D, St=first)
        numbers += [first - 1, style]
        return pikepdf.Dictionary(Nums=pikepdf.Array(numbers))
    # PDF counts in Western figures only: other numerals are written out, page by page.
    for page in range(first, pages + 1):
        label = edition.language.localise_digits(str(page))
        numbers += [page - 1, pikepdf.Dictionary(P=pikepdf.String(label))]
    return pikepdf.Dictionary(Nums=pikepdf.Array(numbers))
