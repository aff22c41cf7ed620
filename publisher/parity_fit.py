"""Fitting: make every article start on the same page in all languages, as the EU's Official Journal does.

First within the declared limits of size and leading (publisher.fit), the mildest that does; then by the
pages that ``issue.toml`` reserves for an article, filled with a drawing. What still does not fit is a
finding that says by how many lines.

A last page of very few lines is drawn back to the page before where the same limits let it: that of an
article only in all languages at once, that of the colophon, which nothing follows, in each by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from publisher.editions import Edition, pdf_fit
from publisher.editions.pdf_lines import Extent, measure
from publisher.errors import Finding
from publisher.fit import FILL, LEADING, SIZE, ArticleFit, IssueFit

_PERCENT = 100
_LEADING_STEPS = round(LEADING * _PERCENT)
_STEPS = _LEADING_STEPS + round(SIZE * _PERCENT)
"""Steps of one per cent from the brand's own setting to the tightest or widest: leading moves first,
since a reader sees it least."""


SHORT = 5
"""The fewest lines of running text that a last page should hold, as book typographers have it."""

_REACH = 0.12
"""More than the limits can gain, as a part of the lines before: further away nothing is tried."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where ``issue.toml`` names an article: its file's name, the path of ``issue.toml``, the line."""

    name: str
    path: str
    line: int | None = None


Measure = Callable[[Mapping[str, Mapping[str, int]]], dict[str, dict[str, Extent]]]
"""Extents of articles set at steps, by language and article; an empty mapping measures all as they are."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The values found, the findings where nothing helps, and the reservations that would help.

    ``needed`` maps article ids to the pages to reserve.
    """

    fit: IssueFit
    findings: tuple[Finding, ...]
    needed: Mapping[str, int]


def at(step: int) -> ArticleFit:
    """The setting ``step`` steps tighter than the brand's (wider where it is negative)."""
    sign = 1 if step > 0 else -1
    leading = min(abs(step), _LEADING_STEPS)
    size = abs(step) - leading
    return ArticleFit(round(1 - sign * size / _PERCENT, 3), round(1 - sign * leading / _PERCENT, 3))


def fit_editions(
    editions: Mapping[str, Edition],
    reserved: Mapping[str, int],
    places: Mapping[str, Place],
    executor: Executor | None = None,
) -> Fitted:
    """Fit the editions of an issue; ``reserved`` gives pages by article id.

    ``places`` says where findings about an article belong.
    """

    def measured(steps: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, Extent]]:
        jobs: dict[str, tuple[Edition, dict[str, ArticleFit] | None]]
        if steps:
            jobs = {
                code: (editions[code], {name: at(step) for name, step in articles.items()})
                for code, articles in sorted(steps.items())
            }
        else:
            jobs = {code: (edition, None) for code, edition in editions.items()}
        if executor is None:
            return {code: measure(*job) for code, job in jobs.items()}
        futures = {code: executor.submit(measure, *job) for code, job in jobs.items()}
        return {code: future.result() for code, future in futures.items()}

    last = pdf_fit.colophon(next(iter(editions.values())))
    return search(measured, reserved, places, last)


@dataclass
class _Article:
    """One article on its way: its extents at the steps tried, by language."""

    id: str
    tried: dict[str, dict[int, Extent]]
    target: int = 0
    steps: dict[str, int] = field(default_factory=dict)
    fill: dict[str, int] = field(default_factory=dict)

    def pages(self, code: str, step: int) -> int:
        return self.tried[code][step].pages

    @property
    def equal(self) -> bool:
        return len({extents[0].pages for extents in self.tried.values()}) == 1

    @property
    def short(self) -> bool:
        """Whether a last page has very few lines, and none so many that trying is in vain."""
        lines = [extents[0].lines for extents in self.tried.values()]
        near = all(each[-1] <= _REACH * sum(each[:-1]) for each in lines)
        return near and any(each[-1] < SHORT for each in lines)


def search(
    measured: Measure,
    reserved: Mapping[str, int],
    places: Mapping[str, Place],
    colophon: str = "",
) -> Fitted:
    """The search itself, over whatever measures; pure but for ``measured``.

    ``colophon`` is the part that comes last, whose length may differ.
    """
    natural = measured({})
    languages = sorted(natural)
    names = [name for name in natural[languages[0]] if name not in (pdf_fit.CONTENTS, colophon)]
    articles = [
        _Article(name, {code: {0: natural[code][name]} for code in languages}) for name in names
    ]
    ends = [
        _Article(colophon, {code: {0: natural[code][colophon]}})
        for code in languages
        if colophon in natural[code]
    ]
    open_ = [a for a in articles if not a.equal or a.id in reserved]
    short = [a for a in (*articles, *ends) if a not in open_ and a.short]
    tightest = [(a, code, _STEPS) for a in short for code in a.tried]
    _try(measured, [*_limits(open_, reserved), *tightest])
    findings: list[Finding] = []
    needed: dict[str, int] = {}

    def report(article: _Article) -> None:
        finding, pages = _unfitted(article, reserved.get(article.id), places[article.id])
        findings.append(finding)
        needed[article.id] = pages
        article.target = 0

    for article in articles:
        if article.equal and article.id not in reserved:
            article.target = _drawn_back(article)
            continue
        _choose(article, reserved.get(article.id))
        if not article.target:
            report(article)
    for article in ends:
        article.target = _drawn_back(article)
    _bisect(measured, [a for a in (*open_, *short) if a.target])
    for article in articles:
        if any(count < 0 for count in article.fill.values()):
            report(article)
    return Fitted(_result(articles, ends, natural, languages), tuple(findings), needed)


def _drawn_back(article: _Article) -> int:
    """The pages of an article that is equal everywhere: one less where that rids it of a short last page."""
    pages = next(iter(article.tried.values()))[0].pages
    least = [min(e.pages for e in extents.values()) for extents in article.tried.values()]
    return pages - 1 if max(least) < pages else pages


def _limits(
    articles: Iterable[_Article], reserved: Mapping[str, int]
) -> list[tuple[_Article, str, int]]:
    """The outermost settings that may matter: tightest for the longer, widest for the shorter."""
    wanted = []
    for article in articles:
        counts = {code: extents[0].pages for code, extents in article.tried.items()}
        limit = reserved.get(article.id)
        for code, count in counts.items():
            if count > (limit or min(counts.values())):
                wanted.append((article, code, _STEPS))
            if limit is None and count < max(counts.values()):
                wanted.append((article, code, -_STEPS))
    return wanted


def _try(measured: Measure, wanted: Sequence[tuple[_Article, str, int]]) -> None:
    """Measure the settings asked for, each language in as few layouts as they allow."""
    waiting = [item for item in wanted if item[2] not in item[0].tried[item[1]]]
    while waiting:
        batch: dict[str, dict[str, int]] = {}
        rest = []
        for article, code, step in waiting:
            if article.id in batch.get(code, {}):
                rest.append((article, code, step))
            else:
                batch.setdefault(code, {})[article.id] = step
        done = measured(batch)
        for article, code, step in waiting:
            if batch[code].get(article.id) == step:
                article.tried[code][step] = done[code][article.id]
        waiting = [item for item in rest if item[2] not in item[0].tried[item[1]]]


def _choose(article: _Article, limit: int | None) -> None:
    """The pages that the article shall take everywhere; left 0 where no number can be had."""
    ranges = {
        code: (min(e.pages for e in extents.values()), max(e.pages for e in extents.values()))
        for code, extents in article.tried.items()
    }
    if limit is not None:
        if all(low <= limit and limit - high <= FILL for low, high in ranges.values()):
            article.target = limit
        return
    low, high = max(low for low, _ in ranges.values()), min(high for _, high in ranges.values())
    if low > high:
        return
    # The number that moves the fewest languages; of two, the shorter.
    natural = [extents[0].pages for extents in article.tried.values()]
    article.target = min(range(low, high + 1), key=lambda n: (sum(n != m for m in natural), n))


def _bisect(measured: Measure, articles: Sequence[_Article]) -> None:
    """The mildest step in each language that gives the target, all articles at once."""
    bounds: dict[tuple[int, str], tuple[int, int]] = {}
    for index, article in enumerate(articles):
        for code, extents in article.tried.items():
            count = extents[0].pages
            if count > article.target:
                bounds[index, code] = (0, _STEPS)
            elif count < article.target and -_STEPS in extents:
                bounds[index, code] = (0, -_STEPS)
            else:
                article.steps[code] = 0
                article.fill[code] = article.target - count
    while True:
        wanted = {
            (index, code): _middle(bad, good)
            for (index, code), (bad, good) in bounds.items()
            if abs(good - bad) > 1
        }
        if not wanted:
            break
        _try(measured, [(articles[index], code, step) for (index, code), step in wanted.items()])
        for (index, code), step in wanted.items():
            bad, good = bounds[index, code]
            article = articles[index]
            count = article.pages(code, step)
            fits = count <= article.target if step > 0 else count >= article.target
            bounds[index, code] = (bad, step) if fits else (step, good)
    for (index, code), (_, good) in bounds.items():
        article = articles[index]
        article.steps[code] = good
        article.fill[code] = article.target - article.pages(code, good)


def _middle(bad: int, good: int) -> int:
    return (bad + good) // 2 if good > bad else -((-bad - good) // 2)


def _unfitted(article: _Article, limit: int | None, place: Place) -> tuple[Finding, int]:
    """What stands in the way, in lines, and the pages that would do."""
    least = {
        code: min(e.pages for e in extents.values()) for code, extents in article.tried.items()
    }
    pages = max(least.values())
    most = min(max(e.pages for e in extents.values()) for extents in article.tried.values())
    allowed = most if limit is None else limit
    over = {
        code: min(e.over(allowed) for e in extents.values())
        for code, extents in article.tried.items()
        if least[code] > allowed
    }
    lines = ", ".join(
        f"{count} line{'' if count == 1 else 's'} too many in {code}"
        for code, count in sorted(over.items())
    )
    return (
        Finding(
            "unfitted-article",
            "error",
            f"“{article.id}” does not fit on {allowed} page{'' if allowed == 1 else 's'}: {lines}",
            place.path,
            place.line,
            f'Shorten it there, or reserve pages: [pages] "{place.name}" = {pages}',
        ),
        pages,
    )


def _result(
    articles: Sequence[_Article],
    ends: Sequence[_Article],
    natural: Mapping[str, Mapping[str, Extent]],
    languages: list[str],
) -> IssueFit:
    pages: dict[str, int] = {}
    found: dict[str, dict[str, ArticleFit]] = {code: {} for code in languages}
    front = {code: natural[code][pdf_fit.CONTENTS].pages for code in languages}
    pages[pdf_fit.CONTENTS] = max(front.values())
    for code in languages:
        missing = pages[pdf_fit.CONTENTS] - front[code]
        if missing:
            found[code][pdf_fit.CONTENTS] = ArticleFit(fill=missing)
    for article in articles:
        if not article.target:
            continue
        pages[article.id] = article.target
        for code in languages:
            values = at(article.steps.get(code, 0))
            values = ArticleFit(values.size, values.leading, article.fill.get(code, 0))
            if not values.plain:
                found[code][article.id] = values
    for article in ends:
        for code, step in article.steps.items():
            if step:
                found[code][article.id] = at(step)
    return IssueFit(pages, {code: fits for code, fits in found.items() if fits})
