"""Reviewers' comments in an office document as comments of the source."""

from __future__ import annotations

import re

from publisher.ast import Blocks, Node, iter_nodes
from publisher.importers.manuscript import excerpt
from publisher.importers.office_facts import Comment, Prepared


def commented(blocks: Blocks, title: int, prepared: Prepared) -> Blocks:
    """Comments before the block they belong to; ``title`` is the number of the title's paragraph.

    Every comment stands once: it is taken out of the facts of its paragraph.
    """
    if not prepared.comments:
        return blocks
    result = [_comment(prepared.comments[number]) for number in _taken([title], prepared)]
    for block in blocks:
        lines = [int(node["line"]) for node in iter_nodes([block]) if "line" in node]
        result.extend(
            _comment(prepared.comments[number])
            for number in _taken([*dict.fromkeys(lines)], prepared)
        )
        result.append(block)
    return result


def _taken(lines: list[int], prepared: Prepared) -> list[int]:
    """The numbers of the comments in some paragraphs."""
    numbers = []
    for line in lines:
        fact = prepared.facts.get(line)
        if fact is not None:
            numbers += [n for n in fact.comments if n in prepared.comments]
            fact.comments = ()
    return numbers


def _comment(comment: Comment) -> Node:
    about = f" on “{excerpt(comment.about, 50)}”" if comment.about else ""
    who = ", ".join(part for part in (comment.author, comment.when) if part)
    text = f"Comment{f' ({who})' if who else ''}{about}: {comment.text}"
    text = re.sub(r"-{2,}", "–", " ".join(text.split())).replace(">", "›").rstrip("-")
    return {"t": "RawBlock", "c": ["html", f"<!-- {text} -->"]}
