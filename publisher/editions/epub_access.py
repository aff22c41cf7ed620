"""Accessibility metadata of an EPUB, computed from its content and never merely asserted.

Sources: EPUB Accessibility 1.1 §2 (discovery) and §4 (conformance), Schema.org Accessibility
Properties for Discoverability Vocabulary. A claim that the content does not bear is withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from publisher.editions.epub_package import Meta

CONFORMANCE = "EPUB Accessibility 1.1 - WCAG 2.1 Level AA"

MESSAGES = (
    "Headings, lists and tables are marked up, the reading order is logical, and text size, fonts "
    "and colours can be changed.",
    "All images have a text alternative.",
    "Some images have no text alternative.",
    "Page numbers are those of the PDF edition.",
    "Formulas are given as MathML.",
    "This is a draft. Passages that nobody has reviewed are marked.",
)
"""The msgids of the layout's catalog that this module uses."""


@dataclass(frozen=True, slots=True)
class Content:
    """What the content of an edition is, counted while it was made.

    ``images`` with how many of them lack an alternative; ``contrast`` whether the brand's colours
    reach level AA; ``checked`` whether a human has reviewed every text, alternatives included.
    """

    images: int = 0
    without_alternative: int = 0
    math: bool = False
    tables: bool = False
    page_list: bool = False
    moving: bool = False
    contrast: bool = True
    headings_in_order: bool = True
    draft: bool = False
    checked: bool = True

    @property
    def conforms(self) -> bool:
        """Whether the edition may claim conformance.

        Machines can test only some of WCAG, so the claim also rests on the review of all text: a
        draft and a translation that no human has checked make none.
        """
        return (
            not self.without_alternative
            and self.contrast
            and self.headings_in_order
            and not self.moving
            and not self.draft
            and self.checked
        )


def metas(content: Content, words: Callable[[str], str]) -> tuple[Meta, ...]:
    """The ``schema:`` properties of the package document, with the summary in these words."""
    spoken = not content.without_alternative
    found = [("accessMode", "textual")]
    if content.images:
        found.append(("accessMode", "visual"))
    if spoken:
        found.append(("accessModeSufficient", "textual"))
    if content.images:
        found.append(("accessModeSufficient", "textual,visual"))
    features = ["displayTransformability", "readingOrder", "structuralNavigation"]
    features += ["tableOfContents", "ARIA", "unlocked"]
    if content.images and spoken:
        features.append("alternativeText")
    if content.math:
        features.append("MathML")
    if content.page_list:
        features += ["pageBreakMarkers", "pageNavigation"]
    found += [("accessibilityFeature", feature) for feature in sorted(features, key=str.lower)]
    found.append(("accessibilityHazard", "unknown" if content.moving else "none"))
    found.append(("accessibilitySummary", summary(content, words)))
    return tuple(Meta(f"schema:{name}", value) for name, value in found)


def summary(content: Content, words: Callable[[str], str]) -> str:
    """The accessibility summary as sentences in the edition's language."""
    sentences = [words(MESSAGES[0])]
    if content.images:
        sentences.append(words(MESSAGES[2 if content.without_alternative else 1]))
    if content.page_list:
        sentences.append(words(MESSAGES[3]))
    if content.math:
        sentences.append(words(MESSAGES[4]))
    if content.draft:
        sentences.append(words(MESSAGES[5]))
    return " ".join(sentences)
