"""The engine ``pseudo``: text that looks foreign and stays readable, for layout tests.

Letters get accents, the text grows by a third, and brackets show where a segment begins and ends, so
that a cut or untranslated text stands out. Tags, numbers, addresses and terms stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from publisher.catalog import tags as markup
from publisher.engines import Draft, Engine, Request, Settings
from publisher.engines.masks import addresses

_ACCENTS = str.maketrans(
    "aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPrRsStTuUwWyYzZ",
    "àÀƀɃçÇđĐéÉƒƑĝĜĥĤîÎĵĴķĶļĻɱṀñÑöÖþÞŕŔšŠţŢûÛŵŴýÝžŽ",
)
_GROWTH = 3


class Pseudo:
    """Needs no model, no library and no network."""

    label = "pseudo"

    def translate(
        self,
        requests: Sequence[Request],
        known: Mapping[str, str],  # noqa: ARG002
    ) -> Iterator[tuple[int, Draft]]:
        """A draft for every request, one by one."""
        for number, request in enumerate(requests):
            yield number, Draft(pseudo(request))


def pseudo(request: Request) -> str:
    """The pseudo-translation of one request."""
    parts = []
    for piece, _, form in markup.tokens(request.text, request.tags):
        parts.append(_accented(piece, request) if form == "text" else piece)
    letters = sum(map(str.isalpha, markup.strip(request.text, request.tags)))
    padding = " " + "~" * max(1, letters // _GROWTH) if letters else ""
    return f"[{''.join(parts)}{padding}]"


def _accented(text: str, request: Request) -> str:
    kept = [(start, end, text[start:end]) for start, end in addresses(text)]
    folded = text.casefold()
    if len(folded) == len(text):
        for term in request.terms:
            at = folded.find(term.source.casefold())
            while at >= 0:
                kept.append((at, at + len(term.source), term.target))
                at = folded.find(term.source.casefold(), at + len(term.source))
    parts = []
    place = 0
    for start, end, shown in sorted(kept, key=lambda k: (k[0], -k[1])):
        if start < place:
            continue
        parts += [text[place:start].translate(_ACCENTS), shown]
        place = end
    return "".join(parts) + text[place:].translate(_ACCENTS)


def open_engine(source: str, target: str, settings: Settings) -> Engine:  # noqa: ARG001
    """The engine for any two languages."""
    return Pseudo()
