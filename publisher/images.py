"""Raster images: what they are, judged by their bytes, and whether editions can show them."""

from __future__ import annotations

import io
import warnings
from typing import Any

from publisher.errors import Finding, InputError

MAX_BYTES = 40 * 1024 * 1024
MAX_PIXELS = 50_000_000
_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA"})
FORMATS = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg")}


def check(data: bytes, name: str) -> tuple[bytes, tuple[Finding, ...]]:
    """Check a PNG or JPEG and return bytes that every format can show.

    A CMYK JPEG becomes RGB, since EPUB readers and Word show it wrongly; that is a finding. A picture
    that its EXIF data turn is turned, since Word does not follow them. Raises InputError for a file
    that is no image, is damaged or too large.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if len(data) > MAX_BYTES:
        raise InputError(f"the image is larger than {MAX_BYTES >> 20} MiB", path=name)
    try:
        with warnings.catch_warnings():
            # Size is judged here, with the file's name.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(data), formats=tuple(FORMATS))
        with opened as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise InputError(
                    f"the image has {width * height / 1e6:.0f} megapixels",
                    path=name,
                    hint=f"Scale it down to at most {MAX_PIXELS // 1_000_000} megapixels.",
                )
            kind = str(image.format)
            image.load()
            turned = ImageOps.exif_transpose(image) if _orientation(image) != 1 else None
            if image.mode == "CMYK":
                return _rgb(turned or image), (_cmyk(name),)
            if image.mode not in _MODES:
                # Sixteen bits a sample: more than paper and screens show, and PDF/A's renderer knows.
                return _eight_bits(turned or image), ()
            if turned is not None:
                data = _again(turned, kind)
    except InputError:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise InputError(
            "the file is not a PNG or JPEG image", path=name, hint="Use SVG, PNG or JPEG."
        ) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise InputError(f"the image is damaged: {error}", path=name) from error
    if not name.lower().endswith(FORMATS[kind]):
        return data, (
            Finding(
                "image-format",
                "error",
                f"the image “{name}” is a {kind} file under another name",
                name,
                None,
                f"Rename it to end in {FORMATS[kind][0]}.",
            ),
        )
    return data, ()


def _orientation(image: Any) -> int:
    """How EXIF says that a picture is to be turned: 1 is not at all, 2 to 8 are (EXIF 2.3, 4.6.4 A)."""
    value = image.getexif().get(0x0112, 1)
    return value if isinstance(value, int) and 2 <= value <= 8 else 1


def _again(image: Any, kind: str) -> bytes:
    out = io.BytesIO()
    more = {"quality": 92, "subsampling": 0} if kind == "JPEG" else {}
    image.save(out, kind, exif=b"", **more)
    return out.getvalue()


def _eight_bits(image: Any) -> bytes:
    out = io.BytesIO()
    deep = image.mode.startswith("I") or image.mode == "F"
    made = image.point(lambda value: value / 256).convert("L") if deep else image.convert("RGB")
    made.save(out, "PNG")
    return out.getvalue()


def _rgb(image: object) -> bytes:
    from PIL import Image

    assert isinstance(image, Image.Image)
    stream = io.BytesIO()
    image.convert("RGB").save(stream, "JPEG", quality=90)
    return stream.getvalue()


def _cmyk(name: str) -> Finding:
    return Finding(
        "cmyk-image",
        "warning",
        "the image is CMYK; it is converted to RGB without a colour profile",
        name,
        None,
        "Export it as RGB for true colours.",
    )
