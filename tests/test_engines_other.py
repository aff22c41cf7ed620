"""The engines pseudo, apertium and libretranslate, and what they share."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from publisher.catalog.tags import problems, strip
from publisher.engines import Draft, Engine, Request, Settings, Term, apertium, numbers, open_engine
from publisher.engines.plain import PlainEngine
from publisher.errors import InputError, MachineError, UsageError
from tests.model.fixtures import spans, tags_of


def draft(engine: Engine, text: str, *terms: Term) -> Draft:
    made = dict(engine.translate([Request(text, tags_of(text), terms)], {}))[0]
    if made.text:
        assert problems(text, made.text, tags_of(text)) == []
    return made


def dictionary(texts: list[str]) -> list[str]:
    """A translator word by word, which begins everything with a capital, as Apertium does."""
    words = {"red": "rot", "house": "Haus", "the": "das", "in": "in", "old": "alt", "town": "Stadt"}
    made = []
    for text in texts:
        out = " ".join(words.get(word.strip(".").lower(), word.strip(".")) for word in text.split())
        made.append(out[:1].upper() + out[1:] + ("." if text.endswith(".") else ""))
    return made


def plain(translate: Callable[[list[str]], list[str]] = dictionary) -> Engine:
    return PlainEngine("test", "en", "de", translate, Settings())  # type: ignore[arg-type]


def test_tags_go_where_the_phrase_stands_once() -> None:
    made = draft(plain(), "The <em>red house</em><note1/> in the <a1>old town</a1>.")
    assert made.text == "Das <em>rot Haus</em><note1/> in das <a1>alt Stadt</a1>."
    assert made.fallbacks == ()


def test_where_a_phrase_stands_twice_the_sentence_is_cut_at_its_tags() -> None:
    made = draft(plain(), "The red house in the <em>red</em> town.")
    # German is not touched: a small first letter would be wrong for its nouns.
    assert made.text == "Das rot Haus in das <em>Rot</em> Stadt."
    assert made.fallbacks[0] == "split at tags"
    assert made.score is not None and made.score < 0.7


def test_what_an_engine_spoils_is_left_for_a_human() -> None:
    made = draft(plain(lambda texts: ["Das war damals so." for _ in texts]), "In 2020 it was so.")
    assert (made.text, made.reason) == ("", "the number 2020 was lost")


@pytest.fixture
def server() -> Iterator[tuple[str, dict[str, object]]]:
    """A LibreTranslate server on loopback that answers in capitals; its state can be changed."""
    state: dict[str, object] = {"asked": [], "fail": None}

    class Handler(BaseHTTPRequestHandler):
        def answer(self, data: object, code: int = 200) -> None:
            body = data if isinstance(data, bytes) else json.dumps(data).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self.path == "/languages":
                self.answer(state.get("languages", [{"code": "en", "targets": ["pb", "es"]}]))
            elif self.path == "/spec":
                self.answer({"info": {"version": "1.6.5"}})
            else:
                self.answer({"error": "no"}, 404)

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state["asked"].append(asked)  # type: ignore[attr-defined]
            if state["fail"] is not None:
                self.answer(state["fail"], 403 if isinstance(state["fail"], dict) else 200)
            else:
                self.answer({"translatedText": [f"¡{text}!" for text in asked["q"]]})

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}", state
    http.shutdown()
    http.server_close()


def test_libretranslate(server: tuple[str, dict[str, object]]) -> None:
    url, state = server
    engine = open_engine("libretranslate", "en", "pt-BR", Settings(url=f"{url}/", key="secret"))
    assert engine.label == "libretranslate en→pb 1.6.5"
    requests = [Request(f"Text number {n}.") for n in range(100)]
    made = dict(engine.translate(requests, {}))
    assert made[7].text == "¡Text number 7.!"
    asked = state["asked"]
    assert isinstance(asked, list)
    assert {item["api_key"] for item in asked} == {"secret"}
    assert {(item["source"], item["target"], item["format"]) for item in asked} == {
        ("en", "pb", "text")
    }
    assert max(len(item["q"]) for item in asked) <= 40


@pytest.mark.parametrize(
    "answer", [b"<html>", {"translatedText": 5}, [], {"error": "Invalid API key"}]
)
def test_libretranslate_failures(server: tuple[str, dict[str, object]], answer: object) -> None:
    url, state = server
    engine = open_engine("libretranslate", "en", "es", Settings(url=url))
    state["fail"] = answer
    with pytest.raises((MachineError, InputError)):
        list(engine.translate([Request("A text.")], {}))


def test_libretranslate_says_what_is_missing(server: tuple[str, dict[str, object]]) -> None:
    url, state = server
    with pytest.raises(UsageError, match="address"):
        open_engine("libretranslate", "en", "es", Settings())
    with pytest.raises(MachineError, match="does not translate from en to ka"):
        open_engine("libretranslate", "en", "ka", Settings(url=url))
    state["languages"] = {"no": "list"}
    with pytest.raises(InputError, match="no LibreTranslate server"):
        open_engine("libretranslate", "en", "es", Settings(url=url))
    with pytest.raises(MachineError):
        open_engine("libretranslate", "en", "es", Settings(url="http://127.0.0.1:9"))


def test_unknown_engines_are_named() -> None:
    with pytest.raises(UsageError, match="engines: argos, apertium"):
        open_engine("moses", "en", "es", Settings())


needs_apertium = pytest.mark.skipif(
    shutil.which("apertium") is None, reason="Apertium is not installed"
)


@needs_apertium
def test_apertium_translates_tagged_text() -> None:
    try:
        engine = open_engine("apertium", "en", "es", Settings())
    except MachineError as error:
        pytest.skip(str(error))
    assert engine.label.startswith("apertium eng→spa")
    requests = [Request(text, tags_of(text)) for text, _ in spans()]
    drafts = dict(engine.translate(requests, {}))
    for number, request in enumerate(requests):
        assert problems(request.text, drafts[number].text, request.tags) == []
    text = "In Türkiye<note1/> <code1/> cost 3.5 million on 11 March 2023; see https://example.org/a_b."
    made = draft(engine, text)
    assert "Türkiye" in made.text and "https://example.org/a_b" in made.text
    assert "3,5" in made.text and "marzo" in made.text
    assert numbers.compare(strip(text, tags_of(text)), strip(made.text, tags_of(text))) == ({}, {})


@needs_apertium
def test_apertium_without_the_pair() -> None:
    with pytest.raises(MachineError, match="apertium-eng-isl"):
        open_engine("apertium", "en", "is", Settings())


def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    path = tmp_path / "apertium"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")


def test_apertium_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MachineError, match="apt-get install apertium apertium-eng-spa"):
        open_engine("apertium", "en", "es", Settings())


def test_apertium_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, 'case "$1" in -l) echo eng-spa_MX; echo eng-spa;; '
            "-V) echo Apertium 3.8.3;; *) echo broken >&2; exit 1;; esac")  # fmt: skip
    engine = open_engine("apertium", "en", "es-MX", Settings())
    assert engine.label == "apertium eng→spa_MX 3.8.3"
    with pytest.raises(MachineError, match="broken"):
        list(engine.translate([Request("A text.")], {}))


def test_apertium_that_loses_a_paragraph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, "tr -d '\\n' | tr a-z A-Z")
    made = apertium._translate(str(tmp_path / "apertium"), "eng-spa", ["one", "two"])
    assert made == ["ONE", "TWO"]
