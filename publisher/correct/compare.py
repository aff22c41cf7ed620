"""The comparison of a corrected manuscript with the source of an issue."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from publisher.ast import Blocks, Inlines, Node, blocks_text, iter_nodes, plain_text
from publisher.correct.align import Pair, align, likeness
from publisher.correct.describe import Describer, joined
from publisher.correct.merge import Merger
from publisher.correct.model import Change, Correction
from publisher.correct.pictures import described
from publisher.correct.rewrite import Rewriter, Step
from publisher.correct.source import Piece, SourceArticle, read_article
from publisher.correct.tokens import units
from publisher.correct.words import alike, any_kind, bag, flat, note_words, said, told
from publisher.errors import Finding, InputError
from publisher.importers import write
from publisher.importers.manuscript import Manuscript, ManuscriptArticle, excerpt
from publisher.project import Publication

_COLOPHON = "source/colophon.md"
_NEAR_NOTES = 0.5
"""Likeness from which a note is a changed one and not another."""
_SAME_ARTICLE = 0.35
"""Likeness of words from which an article without a known id is taken for one of the source."""


@dataclass(slots=True)
class _Article:
    """An article on both sides; ``source`` None for one that is new."""

    new: ManuscriptArticle
    source: SourceArticle | None
    blocks: Blocks = field(default_factory=list)
    comments: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.new.plain_title


@dataclass(frozen=True, slots=True)
class _OldNote:
    article: int
    label: str
    blocks: Blocks


class Comparer:
    def __init__(
        self, publication: Publication, issue: str, manuscript: Manuscript, name: str
    ) -> None:
        self.publication = publication
        self.issue = publication.issue(issue)
        self.manuscript = manuscript
        self.name = name
        self.exact = manuscript.exact
        self.findings: list[Finding] = []
        self.told = Describer(self._name, exact=manuscript.exact)
        self.files: dict[str, bytes] = {}
        self.media: dict[str, str] = {}

    def run(self) -> Correction:
        from publisher import language as languages

        if self.issue.state == "frozen":
            raise InputError("the issue is frozen", path=self.issue.path,
                             hint='Set state = "open" to correct it.')  # fmt: skip
        self.articles = self._articles()
        self._notes()
        self.merger = Merger(self._name, self._name, exact=self.exact)
        self._blocks()
        self._issue_strings()
        for number in range(len(self.articles)):
            self._article(number)
        given = languages.load(self.publication.config.language)
        return Correction(
            self.issue.id, self.name, tuple(self.told.changes), self.files, tuple(self.findings),
            given.code, given.direction,
        )  # fmt: skip

    def _sources(self) -> list[SourceArticle]:
        from publisher.files import read_text

        folder = f"source/{self.issue.id}"
        paths = [f"{folder}/{name}" for name in self.issue.articles]
        if self.manuscript.colophon is not None and (self.publication.root / _COLOPHON).is_file():
            paths.append(_COLOPHON)
        return [
            read_article(read_text(self.publication.root / path, what="article"), path)
            for path in paths
        ]

    def _articles(self) -> list[_Article]:
        """Articles of the manuscript with those of the source that they correct."""
        sources = self._sources()
        news = list(self.manuscript.articles)
        colophon = self.manuscript.colophon
        found: dict[int, SourceArticle] = {}
        free = [s for s in sources if s.path != _COLOPHON]
        if self.exact:
            for number, article in enumerate(news):
                same = next((s for s in free if s.id == article.id), None)
                if same is not None:
                    found[number] = same
                    free.remove(same)
        words = {
            id(s): bag(plain_text(s.strings.get("title", ([], 0))[0]), [p.block for p in s.pieces])
            for s in free
        }
        scored = []
        for number, article in enumerate(news):
            if number not in found:
                own = bag(article.plain_title, article.blocks)
                for source in free:
                    same_title = (
                        plain_text(source.strings.get("title", ([], 0))[0]).casefold()
                        == article.plain_title.casefold()
                    )
                    score = likeness(own, words[id(source)]) + same_title
                    scored.append((-score, number, source))
        for score, number, source in sorted(
            scored, key=lambda item: (item[0], item[1], item[2].path)
        ):
            if -score >= _SAME_ARTICLE and number not in found and source in free:
                found[number] = source
                free.remove(source)
        if not found and news:
            raise InputError(
                f"the manuscript has nothing in common with the issue {self.issue.id}",
                path=self.name, hint="Check --issue, or import it as a new issue.",
            )  # fmt: skip
        for source in free:
            self.findings.append(
                Finding("article-not-sent", "info", "the manuscript does not hold this article",
                        source.path, None, "It was left as it is.")
            )  # fmt: skip
        order = [
            self.issue.articles.index(s.path.rsplit("/", 1)[-1]) for _, s in sorted(found.items())
        ]
        if order != sorted(order):
            self.findings.append(
                Finding("article-order", "warning", "the manuscript has the articles in another order",
                        self.issue.path, None, "Change `articles` by hand if that is meant.")
            )  # fmt: skip
        result = [_Article(article, found.get(number)) for number, article in enumerate(news)]
        if colophon is not None:
            last = next((s for s in sources if s.path == _COLOPHON), None)
            if last is not None:
                result.append(_Article(colophon, last))
        for made in result:
            self._comments(made)
        return result

    def _comments(self, article: _Article) -> None:
        """Reviewers' comments go before the block that follows them; known ones are not repeated."""
        waiting: list[str] = []
        known = article.source.text if article.source is not None else ""
        for block in copy.deepcopy(article.new.blocks):
            if block["t"] == "RawBlock":
                text = block["c"][1].strip()
                if text not in known:
                    waiting.append(text)
                continue
            if waiting:
                article.comments[len(article.blocks)] = tuple(waiting)
                waiting = []
            article.blocks.append(block)

    def _notes(self) -> None:
        """Which note of the manuscript is which of the source."""
        self.old_notes: list[_OldNote] = []
        self.new_nodes: list[tuple[int, Node]] = []
        for number, article in enumerate(self.articles):
            if article.source is not None:
                places: dict[str, int] = {}
                for piece in article.source.pieces:
                    for node in iter_nodes([piece.block]):
                        if node["t"] == "Note":
                            label = node.get("label", "")
                            if not label or label not in places:
                                places[label] = len(self.old_notes)
                                self.old_notes.append(_OldNote(number, label, node["c"]))
                            node["name"] = f"o{places[label]}"
            for block in article.blocks:
                for node in iter_nodes([block]):
                    if node["t"] == "Note":
                        node["name"] = f"n{len(self.new_nodes)}"
                        self.new_nodes.append((number, node))
        pairs = align(
            [note_words(note.blocks) for note in self.old_notes],
            [note_words(node["c"]) for _, node in self.new_nodes],
            any_kind,
            _NEAR_NOTES,
        )
        self.note_match = {p.new: p.old for p in pairs if p.new is not None and p.old is not None}
        self.gone_notes = [p.old for p in pairs if p.new is None and p.old is not None]

    def _name(self, node: Node) -> str:
        """The name of a note: ``o…`` for one of the source (changed or not), ``n…`` for a new one."""
        name = str(node.get("name", ""))
        if name.startswith("n"):
            old = self.note_match.get(int(name[1:]))
            return name if old is None else f"o{old}"
        return name

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
            [flat(block, self._name) for block in olds],
            [flat(block, self._name) for block in news],
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
        strings = self._strings(article)
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
        self._gone_notes(number, title)
        self._write(number, article, steps, strings)

    def _silent(self, article: _Article, block: Node, steps: list[Step]) -> Step | None:
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

    def _gone_notes(self, number: int, title: str) -> None:
        for place in self.gone_notes:
            note = self.old_notes[place]
            if note.article == number:
                text = " ".join(blocks_text(note.blocks).split())
                source = self.articles[number].source
                where = ""
                if source is not None and note.label in source.notes:
                    where = f"{source.path}:{source.notes[note.label].first + 1}"
                self.told.changes.append(
                    Change(
                        "note deleted", title, "", (("delete", text, ""),), len(text.split()), where
                    )
                )

    def _strings(self, article: _Article) -> dict[str, Inlines | None]:
        """Title, summary and author that differ."""
        source = article.source
        if source is None:
            return {}
        result: dict[str, Inlines | None] = {}
        for key, new in (
            ("title", article.new.title), ("summary", article.new.summary), ("author", article.new.author),
        ):  # fmt: skip
            old, line = source.strings.get(key, ([], 1))
            place = f"{source.path}:{line}"
            if not new and (not old or not self.exact or key == "title"):
                continue
            if not new:
                text = plain_text(old)
                result[key] = None
                self.told.changes.append(
                    Change(
                        "deleted",
                        article.title,
                        key,
                        (("delete", text, ""),),
                        len(text.split()),
                        place,
                    )
                )
                continue
            if not old:
                text = plain_text(new)
                result[key] = new
                self.told.changes.append(
                    Change(
                        "added",
                        article.title,
                        key,
                        (("insert", "", text),),
                        len(text.split()),
                        place,
                    )
                )
                continue
            change = self.told.unit(old, new, article.title, key, place)
            if change is not None:
                result[key] = self.merger.inlines(old, new)
                self.told.changes.append(change)
        return result

    def _issue_strings(self) -> None:
        """The issue's title and subtitle, where an edition comes back."""
        if not self.exact:
            return
        import tomlkit

        from publisher.cache import NoCache
        from publisher.files import read_text
        from publisher.markdown import parse_strings

        text = read_text(self.publication.root / self.issue.path)
        config = tomlkit.parse(text)
        for key, new in (("title", self.manuscript.title), ("subtitle", self.manuscript.subtitle)):
            value = self.issue.title if key == "title" else self.issue.subtitle
            if value is None or not new:
                continue
            old = parse_strings([value.text], NoCache(), "")[0]
            change = self.told.unit(old, new, "Issue", key, f"{self.issue.path}:{value.line}")
            if change is not None:
                self.told.changes.append(change)
                config[key] = write.inline_markdown(self.merger.inlines(old, new))
        made = tomlkit.dumps(config)
        if made != text:
            self.files[self.issue.path] = made.encode()

    def _write(
        self,
        number: int,
        article: _Article,
        steps: Sequence[Step],
        strings: dict[str, Inlines | None],
    ) -> None:
        source = article.source
        if source is None:
            self._new_article(article)
            return
        labels: dict[str, str] = {}
        notes: dict[str, Blocks] = {}
        taken = set(source.notes)

        def label(node: Node) -> str:
            name = self._name(node)
            if name in labels:
                return labels[name]
            old = self.old_notes[int(name[1:])] if name.startswith("o") else None
            new = self._corrected(name)
            if old is not None and old.article == number and old.label:
                labels[name] = old.label
                if new is not None and not self._note_same(old.blocks, new):
                    notes[old.label] = self._note_merged(old.blocks, new)
            else:
                free = next(str(n) for n in range(1, 10**6) if str(n) not in taken)
                taken.add(free)
                labels[name] = free
                notes[free] = (
                    new if new is not None else (old.blocks if old is not None else node["c"])
                )
            return labels[name]

        self._note_changes(number, article.title)
        rewriter = Rewriter(source, steps, label, notes, strings)
        text = rewriter.text()
        if text == source.text.rstrip("\n") + "\n":
            return
        self._verify(text, source.path, steps)
        self.files[source.path] = text.encode()

    def _corrected(self, name: str) -> Blocks | None:
        """The text that the manuscript gives a note."""
        if name.startswith("n"):
            return self.new_nodes[int(name[1:])][1]["c"]  # type: ignore[no-any-return]
        for new, old in self.note_match.items():
            if f"o{old}" == name:
                return self.new_nodes[new][1]["c"]  # type: ignore[no-any-return]
        return None

    def _note_same(self, old: Blocks, new: Blocks) -> bool:
        merger = self.merger
        return len(old) == len(new) and all(
            merger.same(a, b) for a, b in zip(old, new, strict=True)
        )

    def _note_merged(self, old: Blocks, new: Blocks) -> Blocks:
        return self.merger.blocks(old, new)

    def _note_changes(self, number: int, title: str) -> None:
        """What the manuscript does to the notes of an article."""
        for place, (home, node) in enumerate(self.new_nodes):
            if home != number:
                continue
            old = self.note_match.get(place)
            if old is None:
                text = " ".join(blocks_text(node["c"]).split())
                self.told.changes.append(
                    Change("note added", title, "", (("insert", "", text),), len(text.split()))
                )
                continue
            note = self.old_notes[old]
            if self._note_same(note.blocks, node["c"]):
                continue
            source = self.articles[note.article].source
            where = ""
            if source is not None and note.label in source.notes:
                where = f"{source.path}:{source.notes[note.label].first + 1}"
            a = [u for block in note.blocks for u in units(block)]
            b = [u for block in node["c"] for u in units(block)]
            change = self.told.unit(joined(a), joined(b), title, "", where)
            if change is not None:
                kind = "note changed" if change.kind == "changed" else change.kind
                self.told.changes.append(
                    Change(kind, title, "note", change.pieces, change.words, where)
                )

    def _verify(self, text: str, path: str, steps: Sequence[Step]) -> None:
        """What will be written must read as what was meant, before anything is written."""
        again = read_article(text, path)
        wanted = [w for step in steps for w in flat(step.block, self._meant)]
        found = [w for piece in again.pieces for w in flat(piece.block, lambda n: said(n["c"]))]
        if wanted != found:
            place = next(
                (i for i, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b), 0
            )
            shown = " ".join(wanted[max(0, place - 4) : place + 6])
            raise InputError(f"a correction cannot be written: “{excerpt(shown)}”", path=path,
                             hint="Correct this passage by hand.")  # fmt: skip

    def _meant(self, node: Node) -> str:
        """The words that a note is to have."""
        name = self._name(node)
        made = self._corrected(name)
        if made is None:
            made = self.old_notes[int(name[1:])].blocks if name.startswith("o") else node["c"]
        return said(made)

    def _new_article(self, article: _Article) -> None:
        """An article that the source does not have: a file of its own at the end."""
        import tomlkit

        from publisher.files import read_text

        text = " ".join(article.new.text.split())
        self.told.changes.append(
            Change(
                "article added",
                article.title,
                "",
                (("insert", "", excerpt(text, 300)),),
                len(text.split()),
            )
        )
        current = self.files.get(self.issue.path)
        config = tomlkit.parse(
            current.decode() if current else read_text(self.publication.root / self.issue.path)
        )
        names = list(config["articles"])
        taken = frozenset(name[3:-3] for name in names) | {"colophon"}
        base = write.file_names([article.title], taken)[0][3:]
        name = f"{len(names) + 1:02}-{base}"
        config["articles"].append(name)
        self.files[self.issue.path] = tomlkit.dumps(config).encode()
        self.files[f"source/{self.issue.id}/{name}"] = write.article_file(
            replace(article.new, id="", name="")
        )
