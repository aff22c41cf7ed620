"""Inline markup of a manuscript (Markdown as OCR programs write it) to pandoc inlines."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

from publisher.ast import Blocks, Inlines, Node, normalise_inlines, words
from publisher.importers.characters import NOTE_CLOSE, NOTE_OPEN
from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.quotes import Quotes, curl

_TOKEN = re.compile(
    rf"""(?P<note>{NOTE_OPEN}(?P<number>\d+){NOTE_CLOSE})
    |(?P<escape>\\(?P<escaped>[!-/:-@\[-`{{-~]))
    |(?P<code>(?P<tick>`+)(?P<coded>[^`\n]+)(?P=tick)(?!`))
    |(?P<image>!\[(?P<alt>[^\[\]]*)\]\([^()\s]*(?:\s+"[^"]*")?\))
    |(?P<link>\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?(?P<target>[^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s+"[^"]*")?\s*\))
    |<(?P<auto>(?:https?|ftp|mailto):[^\s<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>
    |(?P<url>https?://[^\s<>"“”\[\]{{}}|\\^`*]+)
    |(?P<tag></?(?:b|strong|i|em|sup|sub|u|br|span|p|div|font|center|small|big)(?:\s[^<>]*)?/?>|<!--.*?-->)
    |(?P<entity>&(?:\#\d{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,31}});)
    |(?P<run>\*+|_+)
    """,
    re.VERBOSE,
)
SCHEMES = ("https://", "http://", "mailto:", "tel:")
"""What a link in a manuscript may lead to; any other target names nothing that the source has."""

_TAGS = {"b": "Strong", "strong": "Strong", "i": "Emph", "em": "Emph", "sup": "Superscript"}
_TAGS |= {"sub": "Subscript"}
# A hyphen between spaces, or two or three hyphens between words, stands for a dash.
_DASH = re.compile(r"(?<=[^\s\d])\s+-\s+(?=\S)|(?<=\d)\s+-\s+(?=[^\W\d])")


@dataclass(slots=True)
class _Token:
    """A piece of a paragraph: text, or a node, or the mark that opens or closes a container."""

    kind: str
    text: str = ""
    target: str = ""
    opens: bool = False
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Inliner:
    """Turns the raw text of a paragraph into inlines; ``notes`` are the footnotes by number."""

    quotes: Quotes = ("“", "”", "‘", "’")
    notes: tuple[Blocks, ...] = ()

    def convert(
        self, raw: str, line: int, repairs: list[Repair], *, depth: int = 0, bold: bool = True
    ) -> Inlines:
        """Inlines of ``raw``; with ``bold=False`` bold type is dropped (as in headings).

        ``depth`` is 1 when the paragraph begins inside a quotation.
        """
        tokens = _tokens(raw, line, repairs)
        _emphasis(tokens, line, repairs)
        self._typography(tokens, line, repairs, depth)
        nodes = self._tree(tokens)
        if not bold:
            nodes = _without(nodes, "Strong")
        return normalise_inlines(_merge(nodes), trim=True)

    def _typography(
        self, tokens: list[_Token], line: int, repairs: list[Repair], depth: int
    ) -> None:
        for token in tokens:
            if token.kind == "text":
                dashed = _DASH.sub(" – ", token.text)
                dashed = re.sub(r"(?<=\S)[ \t]*(?<!-)--(?!-)[ \t]*(?=\S)", " – ", dashed)
                dashed = re.sub(r"(?<![-\w])---(?!-)|(?<=\w)---(?=\w)", "—", dashed)
                if dashed != token.text:
                    repairs.append(_changed(line, "hyphen to dash", token.text, dashed))
                    token.text = dashed
                token.text = re.sub(r"(?<!\.)\.\.\.(?!\.)", "…", token.text)
                token.text = token.text.replace("``", '"').replace("''", '"')
        flat = "".join(t.text if t.kind == "text" else _stand_in(t) for t in tokens)
        curled = curl(flat, self.quotes, depth)
        if curled != flat:
            count = sum(a != b for a, b in zip(flat, curled, strict=True))
            change = _changed(line, "quotes curled", flat, curled)
            more = f" (and {count - 1} more)" if count > 1 else ""
            repairs.append(replace(change, after=change.after + more))
        place = 0
        for token in tokens:
            if token.kind == "text":
                token.text = curled[place : place + len(token.text)]
                place += len(token.text)
            else:
                place += len(_stand_in(token))

    def _tree(self, tokens: list[_Token]) -> Inlines:
        stack: list[tuple[str, Inlines]] = [("", [])]
        for token in tokens:
            here = stack[-1][1]
            if token.kind == "text":
                here.extend(words(token.text))
            elif token.kind == "code":
                here.append({"t": "Code", "c": [["", [], []], token.text]})
            elif token.kind == "note":
                here.append({"t": "Note", "c": self.notes[int(token.text)]})
            elif token.kind == "break":
                here.append({"t": "Space"})
            elif token.kind == "uri":
                shown = token.text.removeprefix("mailto:")
                attr = ["", ["email" if "@" in shown and "//" not in shown else "uri"], []]
                here.append({"t": "Link", "c": [attr, words(shown), [token.target, ""]]})
            elif token.kind == "link":
                label = _link_tokens(token.text)
                for part in label:
                    part.text = curl(part.text, self.quotes) if part.kind == "text" else part.text
                inner = self._tree(label)
                here.append({"t": "Link", "c": [["", [], []], inner, [token.target, ""]]})
            elif token.kind in {"Strong", "Emph", "Superscript", "Subscript"}:
                if token.opens:
                    stack.append((token.kind, []))
                elif len(stack) > 1 and stack[-1][0] == token.kind:
                    kind, content = stack.pop()
                    if content:
                        stack[-1][1].append({"t": kind, "c": content})
        while len(stack) > 1:
            _, content = stack.pop()
            stack[-1][1].extend(content)
        return stack[0][1]


def _stand_in(token: _Token) -> str:
    """A character that stands for a token while quotation marks are curled."""
    if token.kind in {"code", "uri", "link"}:
        return "x"
    return " " if token.kind == "break" else ""


def _changed(line: int, rule: str, before: str, after: str) -> Repair:
    place = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(after)
    )
    start = max(0, before.rfind(" ", 0, max(0, place - 8)) + 1)
    return Repair(
        line, rule, excerpt(before[start : place + 24], 48), excerpt(after[start : place + 24], 48)
    )


def _tokens(raw: str, line: int, repairs: list[Repair]) -> list[_Token]:
    tokens: list[_Token] = []

    def text(piece: str) -> None:
        if not piece:
            return
        if tokens and tokens[-1].kind == "text":
            tokens[-1].text += piece
        else:
            tokens.append(_Token("text", piece))

    place = 0
    for found in _TOKEN.finditer(raw):
        if found.start() < place:
            continue
        text(raw[place : found.start()])
        place = found.end()
        whole = found.group()
        if found["note"]:
            tokens.append(_Token("note", found["number"]))
        elif found["escape"]:
            repairs.append(
                Repair(
                    line,
                    "escape removed",
                    excerpt(raw[found.start() : found.end() + 20], 30),
                    excerpt(found["escaped"] + raw[found.end() : found.end() + 20], 30),
                )
            )
            text(found["escaped"])
        elif found["code"] and found["coded"].strip():
            tokens.append(_Token("code", found["coded"].strip()))
        elif found["image"]:
            repairs.append(Repair(line, "picture left out", excerpt(whole), found["alt"]))
            text(found["alt"])
        elif found["link"]:
            target = html.unescape(found["target"])
            if target.lower().startswith("www."):
                target = f"https://{target}"
            if target.lower().startswith(SCHEMES):
                tokens.append(_Token("link", found["label"], target))
            else:
                repairs.append(Repair(line, "link left out", excerpt(whole), found["label"]))
                tokens.extend(_link_tokens(found["label"]))
        elif found["auto"]:
            target = html.unescape(found["auto"])
            mail = "@" in target and ":" not in target
            tokens.append(_Token("uri", target, f"mailto:{target}" if mail else target))
        elif found["url"]:
            address = _trim_url(whole)
            place = found.start() + len(address)
            address = html.unescape(address)
            tokens.append(_Token("uri", address, address))
        elif found["tag"]:
            _tag(whole, tokens, line, repairs)
        elif found["entity"]:
            character = html.unescape(whole)
            if character == whole:
                text(whole)
            else:
                repairs.append(Repair(line, "character reference", whole, character))
                text(" " if character == "\u00a0" else "" if character == "\u00ad" else character)
        elif found["code"]:
            text(whole)
        elif found["run"]:
            before = raw[found.start() - 1] if found.start() else " "
            after = raw[found.end()] if found.end() < len(raw) else " "
            _runs(whole, before, after, tokens)
    text(raw[place:])
    return tokens


def _trim_url(address: str) -> str:
    while address:
        if address[-1] in ".,;:!?'’*_…" or (
            address[-1] == ")" and address.count("(") < address.count(")")
        ):
            address = address[:-1]
        else:
            break
    return address


def _tag(whole: str, tokens: list[_Token], line: int, repairs: list[Repair]) -> None:
    name = re.sub(r"[^a-z]", "", whole.lower().split()[0].strip("</>"))
    if whole.startswith("<!--"):
        repairs.append(Repair(line, "comment left out", excerpt(whole)))
    elif name == "br":
        tokens.append(_Token("break"))
    elif name in _TAGS:
        closing = whole.startswith("</")
        tokens.append(_Token(f"tag:{_TAGS[name]}", whole, opens=not closing, closes=closing))
    else:
        repairs.append(Repair(line, "tag left out", excerpt(whole)))


def _runs(run: str, before: str, after: str, tokens: list[_Token]) -> None:
    """Split a run of ``*`` or ``_`` into delimiters of two and one, with what each can do."""
    opens, closes = not after.isspace(), not before.isspace()
    if run[0] == "_" or (before.isdigit() and after.isdigit()):
        opens = opens and not before.isalnum()
        closes = closes and not after.isalnum()
    rest = len(run)
    while rest:
        size = 2 if rest >= 2 else 1
        tokens.append(_Token("run", run[0] * size, opens=opens, closes=closes))
        rest -= size


def _emphasis(tokens: list[_Token], line: int, repairs: list[Repair]) -> None:
    """Pair the delimiters; a ``**`` without a partner is removed, any other becomes text."""
    waiting: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind.startswith("tag:"):
            name = token.kind[4:]
            if token.opens:
                waiting.append(index)
                continue
            partner = next((i for i in reversed(waiting) if tokens[i].kind == token.kind), None)
            if partner is not None:
                del waiting[waiting.index(partner) :]
                tokens[partner].kind = token.kind = name
                tokens[partner].opens, token.opens = True, False
            continue
        if token.kind != "run":
            continue
        partner = None
        if token.closes:
            partner = next((i for i in reversed(waiting) if tokens[i].text == token.text), None)
            if partner == index - 1:
                partner = None
        if partner is not None:
            del waiting[waiting.index(partner) :]
            name = "Strong" if len(token.text) == 2 else "Emph"
            tokens[partner].kind = token.kind = name
            tokens[partner].opens, token.opens = True, False
        elif token.opens:
            waiting.append(index)
    for index, token in enumerate(tokens):
        if token.kind == "run" and token.text == "**":
            repairs.append(Repair(line, "stray markup removed", _around(tokens, index)))
            token.kind, token.text = "text", ""
        elif token.kind == "run":
            token.kind = "text"
        elif token.kind.startswith("tag:"):
            repairs.append(Repair(line, "tag left out", token.text))
            token.kind, token.text = "text", ""


def _around(tokens: list[_Token], index: int) -> str:
    before = tokens[index - 1].text[-20:] if index else ""
    after = tokens[index + 1].text[:20] if index + 1 < len(tokens) else ""
    return f"{before}{tokens[index].text}{after}".strip()


def _link_tokens(label: str) -> list[_Token]:
    """The tokens of a link's text: no links and notes inside."""
    tokens = _tokens(label, 0, [])
    for token in tokens:
        if token.kind in {"uri", "link", "note"}:
            token.kind = "text"
    _emphasis(tokens, 0, [])
    return tokens


def _without(nodes: Inlines, kind: str) -> Inlines:
    result: Inlines = []
    for node in nodes:
        if node["t"] == kind:
            result.extend(_without(node["c"], kind))
        else:
            result.append(node)
    return result


def _merge(nodes: Inlines) -> Inlines:
    """Put together emphasis that a page break had split: ``**a** **b**`` is ``**a b**``."""
    result: Inlines = []
    for node in nodes:
        if node["t"] in {"Strong", "Emph"}:
            gap = result[-1:] if result and result[-1]["t"] == "Space" else []
            last = result[-1 - len(gap)] if len(result) > len(gap) else None
            if last is not None and last["t"] == node["t"] and gap:
                del result[-1 - len(gap) :]
                result.append({"t": node["t"], "c": [*last["c"], *gap, *node["c"]]})
                continue
        result.append(_hugged(node))
    return result


def _hugged(node: Node) -> Node:
    return (
        {**node, "c": normalise_inlines(node["c"], trim=True)}
        if node["t"] in {"Strong", "Emph"}
        else node
    )


def plain(raw: str) -> str:
    """The characters of ``raw`` without markup, as the rules that look at words need them."""
    text = re.sub(rf"{NOTE_OPEN}\d+{NOTE_CLOSE}", "", raw)
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()\s]*\)", r"\1", text)
    text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    text = re.sub(r"\*\*|__|</?(?:b|i|em|strong|sup|sub|u)>", "", text)
    text = re.sub(r"(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)", "", text)
    return " ".join(text.split())
