"""Pictures of a Word document: DrawingML (ECMA-376 part 1 §20) and VML (part 4)."""

from __future__ import annotations

from typing import Any

from publisher.importers.office_facts import CLOSE, IMAGE, Fact, Prepared
from publisher.importers.office_xml import ASVG, WP, A, R, V, number_of


def take_picture(
    node: Any, fact: Fact, made: Prepared, targets: dict[str, tuple[str, bool]], name: str
) -> str:
    """Note a drawing's picture in ``made``; its mark, empty where there is no picture in the file.

    What is linked or drawn in another way is named in a finding. ``targets`` are the part's
    relationships, ``name`` is the manuscript's.
    """
    alt = title = ""
    for properties in node.iter(f"{WP}docPr"):
        alt = alt or properties.get("descr") or ""
        title = title or properties.get("title") or ""
    identifiers = [blip.get(f"{R}embed") for blip in node.iter(f"{ASVG}svgBlip")]
    blips = list(node.iter(f"{A}blip"))
    identifiers += [blip.get(f"{R}embed") for blip in blips]
    linked = [blip.get(f"{R}link") for blip in blips if blip.get(f"{R}link")]
    for image in node.iter(f"{V}imagedata"):
        identifiers.append(image.get(f"{R}id"))
        alt = alt or next((s.get("alt") or "" for s in node.iter(f"{V}shape")), "")
        title = title or image.get("{urn:schemas-microsoft-com:office:office}title") or ""
    found = [targets[identifier] for identifier in identifiers if identifier in targets]
    inside = [target for target, external in found if not external]
    if inside:
        names = "|".join(dict.fromkeys(inside))
        number = len(made.pictures) + 1
        made.pictures[number] = (names, alt.strip() or title.strip(), fact.number)
        return f"{IMAGE}{number}{CLOSE}"
    if found or linked:
        made.warn(
            "linked-picture",
            "a picture is linked to a place outside the file",
            name,
            number_of(node),
            "Nothing was fetched; in Word, insert the picture and import again.",
        )
    else:
        uri = next((g.get("uri") or "" for g in node.iter(f"{A}graphicData")), "")
        what = {"chart": "chart", "diagram": "diagram"}.get(uri.rsplit("/", 1)[-1], "")
        if what:
            made.warn(
                "drawing-left-out",
                f"a {what} was left out",
                name,
                number_of(node),
                "Save it as a picture, insert that and import again.",
            )
    return ""
