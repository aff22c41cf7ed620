"""Web pages: what pandoc needs of them. Nothing is fetched, and nothing that runs is kept."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

from publisher.errors import Finding, InputError
from publisher.importers import Options
from publisher.importers.manuscript import Repair, excerpt
from publisher.importers.office_facts import ADDRESSES, CLOSE, IMAGE, TAB, Fact, Prepared, mark
from publisher.importers.office_mixed import drop, unwrap, without_marks

MAX_BYTES = 64 * 1024 * 1024
_DEEPEST = 200

_DROPPED = ("script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "form",
            "button", "select", "input", "textarea", "svg", "canvas", "audio", "video", "link", "base",
            "dialog", "map")  # fmt: skip
_AROUND = ("nav", "footer", "aside", "header", "menu")
_BLOCKS = (
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "td",
    "th",
    "dt",
    "dd",
    "figcaption",
    "caption",
    "pre",
)
_INNER = (
    "p",
    "div",
    "ul",
    "ol",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "figure",
    "dl",
    "pre",
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_ITALIC = re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE)
_SIDE = re.compile(r"text-align\s*:\s*(left|right|center|start|end)", re.IGNORECASE)
_SIZE = re.compile(r"font-size\s*:\s*([\d.]+)\s*pt", re.IGNORECASE)
_BREAK = re.compile(r"(?:page-)?break-before\s*:\s*(?:always|page)", re.IGNORECASE)
_ROLE = "data-publisher-role"
"""Stands for ``epub:type``, a name that an HTML tree cannot hold."""
_NOTE_MARK = re.compile(r"[\[(]?\s*(?:\d{1,3}|[ivx]{1,5}|\*{1,3}|†)\s*[\])]?")


def prepare(data: bytes, name: str, options: Options) -> Prepared:
    """Read a web page; raises InputError for one that is too large or holds nothing."""
    return _Reader(data, name, options).read()


class _Reader:
    def __init__(self, data: bytes, name: str, options: Options) -> None:
        self.data = data
        self.name = name
        self.options = options
        self.made = Prepared(b"", "html+epub_html_exts-native_divs-native_spans-raw_html")
        self.sources: dict[str, str] = {}

    def read(self) -> Prepared:
        from lxml import etree

        root = self._parse()
        made = self.made
        made.title = _squeezed("".join(root.xpath("string(//head/title)")))
        for node in list(root.iter()):
            if not isinstance(node.tag, str):
                drop(node)
        without_marks(root)
        body = self._body(root)
        self._clean(body)
        for number, node in enumerate(body.iter(*_BLOCKS), 1):
            node.set("data-n", str(number))
        self._notes(body)
        for node in list(body.iter("img")):
            self._image(node)
        for node in list(body.iter(*_BLOCKS)):
            self._paragraph(node)
        made.load = self._load
        data = etree.tostring(body, method="html", encoding="utf-8")
        made.data = data.replace(f" {_ROLE}=".encode(), b" epub:type=")
        return made

    def _parse(self) -> Any:
        from lxml import etree

        if len(self.data) > MAX_BYTES:
            raise InputError(f"the page is larger than {MAX_BYTES >> 20} MiB", path=self.name)
        encoding = None
        if not re.search(rb"charset\s*=", self.data[:4096], re.IGNORECASE):
            try:
                self.data.decode("utf-8")
                encoding = "utf-8"
            except UnicodeDecodeError:
                encoding = None
        parser = etree.HTMLParser(
            no_network=True, huge_tree=False, encoding=self.options.encoding or encoding
        )
        try:
            root = etree.fromstring(self.data, parser)
        except (etree.XMLSyntaxError, ValueError, LookupError) as error:
            raise InputError(f"the page cannot be read: {error}", path=self.name) from error
        if root is None or root.find("body") is None:
            raise InputError("the page holds no text", path=self.name)
        for node in root.iter():
            if sum(1 for _ in node.iterancestors()) > _DEEPEST:
                raise InputError("the page is nested too deeply", path=self.name)
        return root

    def _body(self, root: Any) -> Any:
        """The page's own text: its one article or main part, where it says which."""
        body = root.find("body")
        for name in ("article", "main"):
            found = list(body.iter(name))
            words = len(_text(found[0]).split()) if len(found) == 1 else 0
            if len(found) == 1 and words * 2 > len(_text(body).split()):
                found[0].tag = "body"
                found[0].tail = None
                return found[0]
        return body

    def _clean(self, body: Any) -> None:
        for node in list(body.iter(*_DROPPED)):
            drop(node)
        for node in list(body.iter(*_AROUND)):
            if node.getparent() is None:
                continue
            inner = node.tag == "header" and next(node.iter("h1", "h2"), None) is not None
            if not inner:
                if _text(node).strip():
                    self.made.repairs.append(
                        Repair(1, "page furniture left out", excerpt(_text(node)))
                    )
                drop(node)
        for node in list(body.iter()):
            if (
                node is not body
                and node.getparent() is not None
                and _HIDDEN.search(node.get("style") or "")
            ):
                if _text(node).strip():
                    self.made.repairs.append(
                        Repair(1, "hidden text left out", excerpt(_text(node)))
                    )
                drop(node)
        gone, kept = ("del", "ins") if self.options.accept else ("ins", "del")
        for node in list(body.iter(gone)):
            drop(node)
        for node in list(body.iter(kept, "font", "center")):
            unwrap(node)
        for node in list(body.iter("a")):
            target = (node.get("href") or "").strip()
            if not target.lower().startswith((*ADDRESSES, "#")):
                if target and _text(node).strip():
                    shown = f"{excerpt(_text(node), 40)} ({excerpt(target, 50)})"
                    self.made.repairs.append(Repair(1, "link left out", shown))
                if node.get("id") or node.get("name"):
                    node.tag = "span"
                else:
                    unwrap(node)

    def _notes(self, body: Any) -> None:
        """A number that links to a passage which links back is a footnote."""
        places: dict[str, Any] = {}
        for node in body.iter():
            for key in ("id", "name"):
                if node.get(key):
                    places.setdefault(node.get(key), node)
        links = [a for a in body.iter("a") if (a.get("href") or "").startswith("#")]
        order = {id(node): place for place, node in enumerate(body.iter())}
        for link in links:
            target = unquote(link.get("href")[1:])
            place = places.get(target)
            if place is None or not _NOTE_MARK.fullmatch(_text(link).strip()):
                continue
            if order[id(place)] < order[id(link)]:
                continue
            holder = place
            while holder is not None and holder.tag not in (
                "p",
                "li",
                "div",
                "aside",
                "dd",
                "section",
                "td",
            ):
                holder = holder.getparent()
            if holder is None or holder is body or any(up is holder for up in link.iterancestors()):
                continue
            own = {link.get("id"), link.get("name")} | {up.get("id") for up in link.iterancestors()} | {
                inner.get("id") for inner in link.iter()
            }  # fmt: skip
            back = [a for a in holder.iter("a") if (a.get("href") or "#")[1:] in own - {None}]
            if not back:
                continue
            for node in back:
                drop(node)
            aside = holder
            if holder.tag != "aside":
                aside = holder.makeelement("aside", {})
                for child in list(holder):
                    aside.append(child)
                first = holder.text
                aside.text = None
                paragraph = aside.makeelement("p", {"data-n": holder.get("data-n") or ""})
                if not any(child.tag in _INNER for child in aside):
                    paragraph.text = first
                    for child in list(aside):
                        paragraph.append(child)
                    aside.append(paragraph)
            aside.set("id", target)
            aside.set(_ROLE, "footnote")
            if aside is not holder:
                body.append(aside)
                drop(holder)
            for parent in list(link.iterancestors("sup")):
                unwrap(parent)
            for child in list(link):
                link.remove(child)
            link.text = "*"
            link.set(_ROLE, "noteref")
            link.set("href", f"#{target}")

    def _image(self, node: Any) -> None:
        source = (node.get("src") or "").strip()
        alt = _squeezed(node.get("alt") or "")
        holder = next(node.iterancestors(*_BLOCKS), None)
        line = int(holder.get("data-n")) if holder is not None else 1
        if re.match(r"(?:[a-z]+:)?//", source, re.IGNORECASE) or not source:
            self.made.findings.append(
                Finding("linked-picture", "warning", f"the picture “{excerpt(source, 60)}” lies elsewhere",
                        self.name, line, "Nothing was fetched; save the picture beside the page.")
            )  # fmt: skip
            if alt and holder is not None and not _text(holder).strip():
                node.tail = f"{alt}{node.tail or ''}"
            drop(node)
            return
        number = len(self.made.pictures) + 1
        key = f"picture-{number}"
        self.sources[key] = source
        self.made.pictures[number] = (key, alt, line)
        node.tail = f"{IMAGE}{number}{CLOSE}{node.tail or ''}"
        drop(node)

    def _load(self, key: str) -> bytes | None:
        source = self.sources.get(key, "")
        found = re.match(r"data:[\w.+/-]*(?:;[\w=-]+)*?(;base64)?,", source, re.IGNORECASE)
        if found:
            rest = source[found.end() :]
            try:
                return (
                    base64.b64decode(rest, validate=False) if found[1] else unquote_to_bytes(rest)
                )
            except (binascii.Error, ValueError):
                return None
        return self.options.beside(unquote(source.split("?", 1)[0].split("#", 1)[0]))

    def _paragraph(self, node: Any) -> None:
        number = int(node.get("data-n") or 0)
        style = node.get("style") or ""
        classes = (node.get("class") or "").lower().replace("mso", "")
        fact = Fact(number, re.sub(r"[\s_-]+", "", classes))
        if node.tag[0] == "h" and node.tag[1:].isdigit():
            fact.level = int(node.tag[1:])
        side = _SIDE.search(style)
        align = side[1].lower() if side else (node.get("align") or "").lower()
        fact.side = {"start": "left", "end": "right", "justify": ""}.get(align, align)
        fact.centred = fact.side == "center"
        fact.page_break = bool(_BREAK.search(style))
        size = _SIZE.search(style)
        fact.size = float(size[1]) if size else 0
        if node.tag in {"td", "th"} or next(node.iterancestors("td", "th"), None) is not None:
            fact.kind = "cell"
            fact.header = node.tag == "th"
        fact.bold, fact.italic = (
            _whole(node, ("b", "strong"), _BOLD),
            _whole(node, ("i", "em"), _ITALIC),
        )
        names = [
            node.get("id"),
            *(x.get(k) for x in node.iter() for k in ("id", "name") if x is not node),
        ]
        fact.bookmarks = tuple(dict.fromkeys(name for name in names if name))
        self.made.facts[number] = fact
        inner = next((c for c in node if c.tag in _INNER), None)
        if node.tag != "pre" and (inner is None or (node.text or "").strip()):
            node.text = f"{mark(number)}{(node.text or '').lstrip()}"
        if node.tag == "pre":
            node.text = f"{mark(number)}{node.text or ''}"
        if node.tag == "p" and "\t" in (node.text or ""):
            node.text = node.text.replace("\t", TAB)


def _whole(node: Any, tags: tuple[str, ...], style: re.Pattern[str]) -> bool:
    """Whether all text of an element stands in elements of these tags or of this style."""
    if style.search(node.get("style") or ""):
        return True
    if (node.text or "").strip():
        return False
    some = False
    for child in node:
        if (child.tail or "").strip():
            return False
        if not _text(child).strip():
            continue
        some = True
        if child.tag not in tags and not _whole(child, tags, style):
            return False
    return some


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _text(node: Any) -> str:
    return "".join(node.itertext())
