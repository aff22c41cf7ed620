"""Pictures of a manuscript: files under figures/, in formats that every edition can show."""

from __future__ import annotations

import io
import re
from pathlib import PurePosixPath

from publisher import images, svg
from publisher.ast import Blocks, Inlines, Node, map_block, map_inline, plain_text, words
from publisher.errors import Finding, InputError
from publisher.files import sha256
from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.office_facts import Prepared
from publisher.importers.write import slug

MAX_TOTAL = 128 * 1024 * 1024
"""All pictures of one manuscript together, in bytes; what comes after is left out with a finding."""

# What Word writes where nobody has described a picture.
_MACHINE_ALT = re.compile(
    r"(?:description automatically generated|image result for|beschreibung automatisch|"
    r"\.(?:png|jpe?g|gif|bmp|tiff?|emf|wmf)$|^(?:picture|image|grafik|рисунок|img[_-]?)\s*\d*$)",
    re.IGNORECASE,
)


class Media:
    """Names and converts pictures; ``files`` grow by relative path."""

    def __init__(self, prepared: Prepared, name: str) -> None:
        self.prepared = prepared
        self.name = name
        self.files: dict[str, bytes] = {}
        self.done: dict[int, str | None] = {}
        self.hashes: dict[str, str] = {}
        self.total = 0

    def blocks(self, blocks: Blocks, role: str = "", caption: str = "") -> Blocks:
        """Blocks whose pictures name files of the issue; what cannot be kept is taken out."""
        result: Blocks = []
        for block in blocks:
            hint = caption
            if block["t"] == "Figure":
                from publisher.ast import blocks_text

                hint = blocks_text(block["c"][1][1])

            def inlines(children: Inlines, _role: str, hint: str = hint) -> Inlines:
                return self.inlines(children, hint)

            made = map_block(block, lambda b, r, hint=hint: self.blocks(b, r, hint), inlines)  # type: ignore[misc]
            empty = block["t"] in {"Para", "Plain"} and not made["c"] and block["c"]
            if block["t"] == "Figure" and not any(child["c"] for child in made["c"][2]):
                result.extend(made["c"][1][1])
            elif not empty or role == "figure":
                result.append(made)
        return result

    def inlines(self, inlines: Inlines, caption: str) -> Inlines:
        """The same for inlines."""
        result: Inlines = []
        for node in inlines:
            if node["t"] == "Image":
                made = self.image(node, caption)
                if made is not None:
                    result.append(made)
            else:
                result.append(
                    map_inline(
                        node, lambda b, r: self.blocks(b, r), lambda i, _: self.inlines(i, caption)
                    )
                )
        return result

    def image(self, node: Node, caption: str) -> Node | None:
        """One picture with its file's name; None where it is left out."""
        attr, alt, (target, title) = node["c"]
        if not target.startswith("picture:"):
            return node
        number = int(target.removeprefix("picture:"))
        names, _, line = self.prepared.pictures[number]
        shown = plain_text(alt).strip()
        if _MACHINE_ALT.search(shown):
            self.prepared.repairs.append(
                Repair(line, "picture's made-up description removed", excerpt(shown))
            )
            alt, shown = [], ""
        if number not in self.done:
            self.done[number] = self._store(names, shown, caption, line)
        path = self.done[number]
        if path is None:
            return None
        if not shown:
            self._report("missing-alt", f"the picture {path} has no description", line,
                         "Write what it shows between the brackets: ![…](…)")  # fmt: skip
        return {"t": "Image", "c": [attr, alt or words(""), [path, title]]}

    def _report(self, code: str, message: str, line: int, hint: str = "") -> None:
        self.prepared.findings.append(Finding(code, "warning", message, self.name, line, hint))

    def _store(self, names: str, alt: str, caption: str, line: int) -> str | None:
        problem = "it is missing in the file"
        for name in names.split("|"):
            try:
                data = self.prepared.load(name)
            except InputError as error:
                problem = error.message
                continue
            if data is None:
                continue
            made, problem = _converted(data, name)
            if made is None:
                continue
            ending, data = made
            if self.total + len(data) > MAX_TOTAL:
                problem = f"the pictures take more than {MAX_TOTAL >> 20} MiB together"
                break
            return self._named(data, ending, alt, caption)
        shown = excerpt(alt, 40) or PurePosixPath(names.split("|")[0]).name
        self._report("picture-left-out", f"the picture “{shown}” was left out: {problem}", line,
                     "Save it as PNG, JPEG or SVG and put it into figures/.")  # fmt: skip
        return None

    def _named(self, data: bytes, ending: str, alt: str, caption: str) -> str:
        digest = sha256(data)
        if digest in self.hashes:
            return self.hashes[digest]
        note = self.prepared.edition
        given = note.figures.get(alt, "") if note is not None else ""
        if not re.fullmatch(r"[\w-][\w.-]*", given) or not given.endswith(ending):
            base = slug(caption) or slug(alt) or "figure"
            given = f"{base}{ending}"
            extra = 2
            while f"figures/{given}" in self.files:
                given = f"{base}-{extra}{ending}"
                extra += 1
        path = f"figures/{given}"
        self.files[path] = data
        self.hashes[digest] = path
        self.total += len(data)
        return path


def _converted(data: bytes, name: str) -> tuple[tuple[str, bytes] | None, str]:
    """The picture as SVG, PNG or JPEG with its ending, else what is wrong with it."""
    if data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<svg", b"<?xml")):
        try:
            svg.parse(data, name)
        except InputError as error:
            return None, error.message
        return (".svg", data), ""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(
            io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
        ) as image:
            kind = str(image.format)
            if image.width * image.height > images.MAX_PIXELS:
                return None, f"it has {image.width * image.height / 1e6:.0f} megapixels"
            if kind in images.FORMATS:
                ending = images.FORMATS[kind][0]
                kept, _ = images.check(data, f"picture{ending}")
                return (ending, kept), ""
            image.load()
            stream = io.BytesIO()
            mode = "RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB"
            image.convert(mode).save(stream, "PNG")
            return (".png", stream.getvalue()), ""
    except InputError as error:
        return None, error.message
    except (UnidentifiedImageError, Image.DecompressionBombError):
        ending = PurePosixPath(name).suffix.lstrip(".").upper() or "unknown"
        return None, f"its format ({ending}) cannot be shown everywhere"
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError) as error:
        return None, f"it is damaged ({type(error).__name__})"
