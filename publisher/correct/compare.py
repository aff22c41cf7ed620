"""The comparison of a corrected manuscript with the source of an issue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from publisher.ast import Inlines, Node, iter_nodes
from publisher.correct.align import Pair, align
from publisher.correct.articles import Article, ArticlePairs
from publisher.correct.describe import Describer
from publisher.correct.merge import Merger
from publisher.correct.model import Correction
from publisher.correct.notes import Labels, Notes
from publisher.correct.pictures import described
from publisher.correct.rewrite import Rewriter, Step
from publisher.correct.source import Piece, read_article
from publisher.correct.strings import article_strings, issue_strings
from publisher.correct.words import alike, flat, said, told
from publisher.errors import InputError
from publisher.importers import write
from publisher.importers.manuscript import Manuscript, excerpt
from publisher.project import Publication


class Comparer:
    """Compares one manuscript with the source of one issue and makes the files of its correction."""

    def __init__(
        self, publication: Publication, issue: str, manuscript: Manuscript, name: str
    ) -> None:
        self.publication = publication
        self.issue = publication.issue(issue)
        self.manuscript = manuscript
        self.name = name
        self.exact = manuscript.exact
        self.files: dict[str, bytes] = {}

    def run(self) -> Correction:
        """The correction; raises InputError as ``correct.compare`` says."""
        from publisher import language as languages

        if self.issue.state == "frozen":
            raise InputError("the issue is frozen", path=self.issue.path,
                             hint='Set state = "open" to correct it.')  # fmt: skip
        pairs = ArticlePairs(self.publication, self.issue, self.manuscript, self.name)
        self.articles = pairs.run()
        self.notes = Notes(self.articles)
        self.told = Describer(self.notes.name, exact=self.exact)
        self.merger = Merger(self.notes.name, self.notes.name, exact=self.exact)
        self._blocks()
        if self.exact:
            self._issue_strings()
        for number in range(len(self.articles)):
            self._article(number)
        given = languages.load(self.publication.config.language)
        return Correction(
            self.issue.id, self.name, tuple(self.told.changes), self.files, tuple(pairs.findings),
            given.code, given.direction,
        )  # fmt: skip

    def _issue_strings(self) -> None:
        """The issue's title and subtitle, where an edition comes back."""
        text = self._issue_file()
        made = issue_strings(text, self.issue, self.manuscript, self.merger, self.told)
        if made != text:
            self.files[self.issue.path] = made.encode()

    def _issue_file(self) -> str:
        """``issue.toml`` as it stands, or as it is corrected so far."""
        from publisher.files import read_text

        made = self.files.get(self.issue.path)
        return made.decode() if made else read_text(self.publication.root / self.issue.path)

    def _blocks(self) -> None:
        """Pair the blocks of all articles, so that what moves from one to another is found."""
        self.old: list[tuple[int, Piece]] = []
        self.new: list[tuple[int, int]] = []
        for number, article in enumerate(self.articles):
            if article.source is not None:
                self.old += [
                    (number, piece) for piece in article.source.pieces if told(piece.block)
                ]
            self.new += [
                (number, place)
                for place in range(len(article.blocks))
                if told(article.blocks[place])
            ]
        olds = [self.old[i][1].block for i in range(len(self.old))]
        news = [self.articles[a].blocks[b] for a, b in self.new]
        pairs = align(
            [flat(block, self.notes.name) for block in olds],
            [flat(block, self.notes.name) for block in news],
            lambda a, b: alike(olds[a], news[b]),
        )
        self.pairs: dict[int, list[Pair]] = {}
        last = 0
        for pair in pairs:
            if pair.new is not None:
                last = self.new[pair.new][0]
            elif pair.old is not None:
                last = self.old[pair.old][0]
            self.pairs.setdefault(last, []).append(pair)

    def _article(self, number: int) -> None:
        article = self.articles[number]
        title = article.title
        strings = article_strings(article, self.merger, self.told, exact=self.exact)
        steps: list[Step] = []
        told: dict[int, Step] = {}
        for pair in self.pairs.get(number, []):
            if pair.new is None:
                assert pair.old is not None
                home, piece = self.old[pair.old]
                source = self.articles[home].source
                place = "" if source is None else f"{source.path}:{piece.first + 1}"
                self.told.whole("deleted", title, piece.block, place=place)
                continue
            _, at = self.new[pair.new]
            told[at] = self._step(pair, number, at, title)
        for at, block in enumerate(article.blocks):
            step = told.get(at)
            if step is None:
                step = self._silent(article, block, steps)
            if step is not None:
                steps.append(step)
        self.notes.tell_gone(number, self.told)
        self._write(number, article, steps, strings)

    def _silent(self, article: Article, block: Node, steps: list[Step]) -> Step | None:
        """Blocks without words (a rule, a picture without a description) pair up by their kind."""
        if article.source is None:
            return Step(block)
        used = {id(step.piece) for step in steps}
        for piece in article.source.pieces:
            if not told(piece.block) and piece.block["t"] == block["t"] and id(piece) not in used:
                return Step(piece.block, piece, kept=True)
        return Step(block)

    def _step(self, pair: Pair, number: int, at: int, title: str) -> Step:
        article = self.articles[number]
        block = article.blocks[at]
        comments = article.comments.get(at, ())
        if pair.old is None:
            self.told.whole("added", title, block)
            return Step(block, comments=comments)
        home, piece = self.old[pair.old]
        own = home == number
        source = self.articles[home].source
        assert source is not None
        place = f"{source.path}:{piece.first + 1}"
        moved = pair.moved or not own
        block = described(piece.block, block)
        same = self.merger.same(piece.block, block)
        made = piece.block if same else self.merger.block(piece.block, block)
        if not same:
            self.told.differences(piece.block, block, title, place, moved=moved)
        elif moved:
            self.told.whole("moved", title, piece.block, place=place, moved=True)
        notes = any(node["t"] == "Note" for node in iter_nodes([made]))
        kept = same and (own or not notes)
        return Step(made, piece if own else None, moved, kept and own, comments)

    def _write(
        self,
        number: int,
        article: Article,
        steps: Sequence[Step],
        strings: dict[str, Inlines | None],
    ) -> None:
        source = article.source
        if source is None:
            self._new_article(article)
            return
        self.notes.tell_changes(number, self.merger, self.told)
        labels = Labels(self.notes, number, self.merger)
        rewriter = Rewriter(source, steps, labels.label, labels.texts, strings)
        text = rewriter.text()
        if text == source.text.rstrip("\n") + "\n":
            return
        self._verify(text, source.path, steps)
        self.files[source.path] = text.encode()

    def _verify(self, text: str, path: str, steps: Sequence[Step]) -> None:
        """What will be written must read as what was meant, before anything is written."""
        again = read_article(text, path)
        wanted = [w for step in steps for w in flat(step.block, self.notes.meant)]
        found = [w for piece in again.pieces for w in flat(piece.block, lambda n: said(n["c"]))]
        if wanted != found:
            place = next(
                (i for i, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b), 0
            )
            shown = " ".join(wanted[max(0, place - 4) : place + 6])
            raise InputError(f"a correction cannot be written: “{excerpt(shown)}”", path=path,
                             hint="Correct this passage by hand.")  # fmt: skip

    def _new_article(self, article: Article) -> None:
        """An article that the source does not have: a file of its own at the end."""
        import tomlkit

        text = " ".join(article.new.text.split())
        self.told.passage(
            "article added", article.title, "", excerpt(text, 300), words=len(text.split())
        )
        config = tomlkit.parse(self._issue_file())
        names = list(config["articles"])
        taken = frozenset(name[3:-3] for name in names) | {"colophon"}
        base = write.file_names([article.title], taken)[0][3:]
        name = f"{len(names) + 1:02}-{base}"
        config["articles"].append(name)
        self.files[self.issue.path] = tomlkit.dumps(config).encode()
        self.files[f"source/{self.issue.id}/{name}"] = write.article_file(
            replace(article.new, id="", name="")
        )
