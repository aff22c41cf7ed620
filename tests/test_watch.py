"""Watching: by content, never ending on an error, shown to this machine alone."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from publisher.cache import DiskCache
from publisher.project import load
from publisher.watch import Changes, Server, Watcher

ARTICLE = "---\ntitle: First\n---\n\nA paragraph.\n"


@pytest.fixture
def root(publication: Callable[..., Path]) -> Path:
    return publication({"01-a.md": ARTICLE})


def watcher(root: Path, said: list[str], formats: tuple[str, ...] = ("html",)) -> Watcher:
    publication = load(root)
    cache = DiskCache(publication.cache_folder)
    return Watcher(publication, "2024-01", "en", cache, said.append, formats)


def test_changes_are_judged_by_content(root: Path) -> None:
    changes = Changes(root)
    article = root / "source/2024-01/01-a.md"
    assert changes.look() == ()
    article.write_text(ARTICLE, encoding="utf-8")
    (article.parent / ".01-a.md.swp").write_text("x", encoding="utf-8")
    assert changes.look() == ()
    article.write_text(ARTICLE + "More.\n", encoding="utf-8")
    (root / "styles").mkdir()
    (root / "styles" / "own.css").write_text("p {}", encoding="utf-8")
    assert changes.look() == ("source/2024-01/01-a.md", "styles/own.css")
    article.unlink()
    assert changes.look() == ("source/2024-01/01-a.md",)


def test_an_error_is_shown_and_the_next_change_mends_it(root: Path) -> None:
    said: list[str] = []
    work = watcher(root, said)
    assert [o.state for o in work.rebuild()] == ["final"]
    article = root / "source/2024-01/01-a.md"
    article.write_text(ARTICLE + "\n[x](#nowhere)\n", encoding="utf-8")
    assert work.rebuild() == () and "nowhere" in work.shown.error
    work.rebuild()
    assert len(said) == 2, "an error is told once"
    article.write_text(ARTICLE + "\nMore.\n", encoding="utf-8")
    assert work.rebuild()[0].rebuilt and not work.shown.error
    assert work.shown.versions == {"html": 2}
    assert not work.rebuild()[0].rebuilt and work.shown.versions == {"html": 2}


def test_the_first_change_finds_the_pages_that_stay(root: Path, layouts: list[int]) -> None:
    assert [o.rebuilt for o in watcher(root, [], ("pdf",)).rebuild()] == [True]
    before = {path: path.read_bytes() for path in (root / "dist").rglob("*.pdf")}
    layouts.clear()
    work = watcher(root, [], ("pdf",))
    assert [o.rebuilt for o in work.rebuild()] == [False] and layouts == []
    work.prepare()
    (pages,) = layouts
    assert pages > 1 and {path: path.read_bytes() for path in before} == before
    work.prepare()
    assert layouts == [pages], "once is enough"
    (root / "source/2024-01/01-a.md").write_text(ARTICLE + "\nMore.\n", encoding="utf-8")
    assert [o.rebuilt for o in work.rebuild()] == [True]
    assert layouts == [pages, 1]


def get(address: str, path: str, host: str | None = None) -> tuple[int, bytes]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    try:
        return answer.status, answer.read()
    finally:
        connection.close()


def test_the_server_shows_the_page_and_nothing_else(root: Path) -> None:
    work = watcher(root, [])
    with Server(work) as server:
        assert b"Building" in get(server.address, "/")[1]
        work.rebuild()
        status, page = get(server.address, "/")
        assert status == 200 and b"A paragraph." in page and b"/version" in page
        assert b"/version" not in work.shown.files["html"].read_bytes()
        assert json.loads(get(server.address, "/version")[1]) == {
            "versions": {"html": 1},
            "error": "",
        }
        for path in ("/edition.pdf", "/../source/publication.toml", "/etc/passwd", "//x", "/dist"):
            assert get(server.address, path)[0] == 404
        assert get(server.address, "/", host="evil.example:80")[0] == 403


def test_a_change_reaches_the_page_by_itself(root: Path) -> None:
    work = watcher(root, [])
    stop = threading.Event()
    thread = threading.Thread(target=work.run, args=(stop, 0.05))
    thread.start()
    try:
        for text in ("", "Then this."):
            path = root / "source/2024-01/01-a.md"
            path.write_text(f"{ARTICLE}\n{text}\n", encoding="utf-8")
            expected = text or "A paragraph."
            for _ in range(600):
                page = work.shown.files.get("html")
                if page is not None and expected in page.read_text("utf-8"):
                    break
                time.sleep(0.05)
            else:
                pytest.fail("the change did not reach the page")
    finally:
        stop.set()
        thread.join()
