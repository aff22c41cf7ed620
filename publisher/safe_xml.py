"""The one way in which the toolkit parses XML: no entities, no DTD, no network."""

from __future__ import annotations

from typing import Any


def parser(
    *,
    recover: bool = False,
    remove_comments: bool = False,
    remove_pis: bool = False,
    huge_tree: bool = False,
) -> Any:
    """An lxml parser for XML from anywhere: entities stay unresolved, nothing is loaded.

    ``huge_tree`` lifts libxml2's limits on size and depth, for what the toolkit itself has written.
    Source: CWE-611 (external entities), CWE-776 (entity expansion).
    """
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=recover,
        remove_comments=remove_comments,
        remove_pis=remove_pis,
        huge_tree=huge_tree,
    )
