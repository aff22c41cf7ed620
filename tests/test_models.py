"""Installing models: good packages, hostile packages, hostile servers."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import multiprocessing
import os
import stat
import struct
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from publisher.cli import cli
from publisher.engines import index
from publisher.engines.download import download, fetch
from publisher.engines.install import install, remove
from publisher.engines.packages import (
    folders,
    installed,
    read_metadata,
    route,
    verify,
    version_key,
)
from publisher.engines.unpack import Limits
from publisher.errors import InputError, MachineError, PublisherError, UsageError

TOP = "translate-en_xx-1_0"
META = {
    "package_version": "1.0",
    "argos_version": "1.5",
    "from_code": "en",
    "to_code": "xx",
    "from_name": "English",
    "to_name": "Test",
    "license": "MIT",
}


def members(**changes: object) -> dict[str, bytes]:
    return {
        f"{TOP}/metadata.json": json.dumps({**META, **changes}).encode(),
        f"{TOP}/model/model.bin": b"weights",
        f"{TOP}/sentencepiece.model": b"pieces",
        f"{TOP}/README.md": b"A test.",
    }


def pack(
    path: Path, files: dict[str, bytes], infos: dict[str, zipfile.ZipInfo] | None = None
) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            # A bare ZipInfo has a fixed date: the same content makes the same file.
            info = (infos or {}).get(name) or zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return path


def good(tmp_path: Path, **changes: object) -> Path:
    return pack(tmp_path / "good.argosmodel", members(**changes))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def test_install_list_verify_remove(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    package = install(good(tmp_path), folder)
    assert (package.way, package.version, package.metadata.licence) == ("en-xx", "1.0", "MIT")
    verify(package)
    assert [p.folder.name for p in installed((folder,))] == [TOP]
    assert list((folder / "staging").iterdir()) == []
    remove(package)
    assert installed((folder,)) == []
    assert list((folder / "packages").iterdir()) == []


def test_a_newer_version_replaces_the_older(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    install(good(tmp_path), folder)
    install(good(tmp_path, package_version="1.10"), folder)
    assert [p.version for p in installed((folder,))] == ["1.10"]


def test_the_first_checksum_is_remembered(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    remove(install(good(tmp_path), folder))
    before = tree(folder)
    other = pack(tmp_path / "other.argosmodel", {**members(), f"{TOP}/model/model.bin": b"evil"})
    with pytest.raises(InputError, match="first installation"):
        install(other, folder)
    assert tree(folder) == before
    install(good(tmp_path), folder)


def test_a_given_checksum_must_match(tmp_path: Path) -> None:
    archive = good(tmp_path)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    with pytest.raises(InputError, match="checksum"):
        install(archive, tmp_path / "models", sha256="0" * 64)
    assert installed((tmp_path / "models",)) == []
    install(archive, tmp_path / "models", sha256=digest.upper())


def test_changed_files_are_noticed(tmp_path: Path) -> None:
    package = install(good(tmp_path), tmp_path / "models")
    (package.folder / "model" / "model.bin").write_bytes(b"weightz")
    with pytest.raises(InputError, match="has changed"):
        verify(package)


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def evil(tmp_path: Path, name: str) -> Path:
    """One hostile package a name."""
    path = tmp_path / "evil.argosmodel"
    files = members()
    extra = {
        "parent": "../evil.txt",
        "deep parent": f"{TOP}/model/../../../evil.txt",
        "absolute": "/tmp/evil.txt",
        "backslash": f"{TOP}\\..\\..\\evil.txt",
        "drive": "C:/evil.txt",
        "second folder": "other/evil.txt",
        "top file": "evil.txt",
        "control": f"{TOP}/evil\x1b[2J.txt",
        "dot": f"{TOP}/./evil.txt",
        "empty part": f"{TOP}//evil.txt",
        "long": f"{TOP}/{'a' * 300}",
        "inside a file": f"{TOP}/README.md/evil.txt",
        "case twin": f"{TOP}/readme.MD",
    }
    if name in extra:
        return pack(path, {**files, extra[name]: b"evil"})
    if name == "symlink":
        target = f"{TOP}/link"
        return pack(path, {**files, target: b"/etc"}, {target: link(target)})
    if name == "symlink folder":
        target = f"{TOP}/model"
        return pack(path, {target: b"/tmp", **files}, {target: link(target)})
    if name == "bomb":
        return pack(path, {**files, f"{TOP}/bomb": b"\0" * (8 << 20)})
    if name == "many":
        return pack(path, {**files, **{f"{TOP}/{n}": b"" for n in range(3000)}})
    if name == "no metadata":
        return pack(path, {k: v for k, v in files.items() if "metadata" not in k})
    if name == "metadata no JSON":
        return pack(path, {**files, f"{TOP}/metadata.json": b"{nope"})
    if name == "metadata list":
        return pack(path, {**files, f"{TOP}/metadata.json": b"[]"})
    if name == "no model":
        return pack(path, {k: v for k, v in files.items() if "model.bin" not in k})
    if name == "no tokeniser":
        return pack(path, {k: v for k, v in files.items() if "sentencepiece" not in k})
    if name == "code with a path":
        return pack(path, members(to_code="../../x"))
    if name == "version with a path":
        return pack(path, members(package_version="../../x"))
    if name == "another type":
        return pack(path, members(type="sbd"))
    if name == "not a zip":
        path.write_bytes(b"<html>not here</html>")
        return path
    if name == "truncated":
        data = good(tmp_path).read_bytes()
        path.write_bytes(data[: len(data) // 2])
        return path
    if name == "wrong CRC":
        data = bytearray(pack(path, files).read_bytes())
        at = data.index(b"model/model.bin") + len(b"model/model.bin")
        data[at + 1] ^= 0xFF
        path.write_bytes(bytes(data))
        return path
    if name == "encrypted":
        data = bytearray(pack(path, files).read_bytes())
        place = 0
        while (place := data.find(b"PK\x01\x02", place)) >= 0:
            (flags,) = struct.unpack_from("<H", data, place + 8)
            struct.pack_into("<H", data, place + 8, flags | 1)
            place += 4
        path.write_bytes(bytes(data))
        return path
    if name == "twice":
        with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "w") as archive:
            for member, data in files.items():
                archive.writestr(member, data)
            archive.writestr(f"{TOP}/README.md", b"again")
        return path
    raise AssertionError(name)


HOSTILE = [
    "parent", "deep parent", "absolute", "backslash", "drive", "second folder", "top file",
    "control", "dot", "empty part", "long", "inside a file", "case twin", "symlink",
    "symlink folder", "bomb", "many", "no metadata", "metadata no JSON", "metadata list",
    "no model", "no tokeniser", "code with a path", "version with a path", "another type",
    "not a zip", "truncated", "wrong CRC", "encrypted", "twice",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_packages_leave_everything_as_it_was(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "inner" / "models"
    install(good(tmp_path, package_version="0.9"), folder)
    before = tree(tmp_path / "inner")
    archive = evil(tmp_path, name)
    with pytest.raises(InputError) as caught:
        install(archive, folder, limits=Limits(size=6 << 20))
    assert str(archive) in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert tree(tmp_path / "inner") == before
    assert not list(tmp_path.rglob("evil.txt"))


def test_a_bomb_whose_header_lies_is_stopped(tmp_path: Path) -> None:
    archive = pack(tmp_path / "bomb.argosmodel", {**members(), f"{TOP}/bomb": b"\0" * (8 << 20)})
    data = archive.read_bytes().replace(struct.pack("<I", 8 << 20), struct.pack("<I", 100))
    archive.write_bytes(data)
    with pytest.raises(InputError):
        install(archive, tmp_path / "models")
    assert sum(map(len, tree(tmp_path / "models").values())) == 0


def test_ten_gigabytes_of_nothing_are_refused_unread(tmp_path: Path) -> None:
    archive = tmp_path / "bomb.argosmodel"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for name, content in members().items():
            file.writestr(name, content)
        with file.open(f"{TOP}/zeros", "w", force_zip64=True) as sink:
            chunk = b"\0" * (16 << 20)
            for _ in range(20):
                sink.write(chunk)
    with pytest.raises(InputError, match=r"not safe|would unpack"):
        install(archive, tmp_path / "models", limits=Limits(size=300 << 20))


def test_unused_pickled_splitters_are_not_unpacked(tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.argosmodel", {**members(), f"{TOP}/stanza/en.pt": b"pickle"})
    package = install(archive, tmp_path / "models")
    assert not (package.folder / "stanza").exists()


@given(data=st.binary(max_size=200), start=st.integers(0, 900))
def test_damaged_packages_raise_only_our_errors(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: int
) -> None:
    tmp_path = tmp_path_factory.mktemp("damaged")
    whole = bytearray(good(tmp_path).read_bytes())
    whole[start : start + len(data)] = data
    archive = tmp_path / "damaged.argosmodel"
    archive.write_bytes(bytes(whole))
    with contextlib.suppress(PublisherError):
        install(archive, tmp_path / "models")


def _install_and_die(archive: Path, folder: Path, step: int) -> None:
    real = os.rename
    calls = iter(range(100))

    def rename(*arguments: object, **keys: object) -> None:
        if next(calls) == step:
            os._exit(9)
        real(*arguments, **keys)  # type: ignore[arg-type]

    os.rename = rename  # type: ignore[assignment]
    install(archive, folder)


@pytest.mark.parametrize("step", [0, 1])
def test_a_killed_installation_leaves_a_whole_model(tmp_path: Path, step: int) -> None:
    folder = tmp_path / "models"
    archive = good(tmp_path)
    install(archive, folder)
    process = multiprocessing.get_context("fork").Process(
        target=_install_and_die, args=(archive, folder, step)
    )
    process.start()
    process.join()
    assert process.exitcode == 9
    install(good(tmp_path, to_code="yy"), folder)
    packages = installed((folder,))
    assert [p.way for p in packages] == ["en-xx", "en-yy"]
    for package in packages:
        verify(package)


def _hold(folder: Path, ready: object, done: object) -> None:
    from publisher.lock import lock

    with lock(folder / "lock", "busy"):
        ready.set()  # type: ignore[attr-defined]
        done.wait()  # type: ignore[attr-defined]


def test_two_installations_at_once_are_refused(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready, done = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(tmp_path / "models", ready, done))
    process.start()
    ready.wait()
    try:
        with pytest.raises(MachineError, match=f"at work in this folder.*{process.pid}"):
            install(good(tmp_path), tmp_path / "models")
    finally:
        done.set()
        process.join()
    install(good(tmp_path), tmp_path / "models")


def test_stray_folders_do_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    install(good(tmp_path), folder)
    (folder / "packages" / "stray").mkdir()
    (folder / "packages" / "file").write_text("x")
    assert len(installed((folder,))) == 1


def test_ways_are_short_and_lead_through_english(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    for source, target in [("az", "en"), ("en", "tr"), ("az", "ru"), ("ru", "tr"), ("en", "pb")]:
        install(good(tmp_path, from_code=source, to_code=target), folder)
    packages = installed((folder,))
    names = lambda a, b: [p.way for p in route(packages, a, b)]  # noqa: E731
    assert names("az", "tr") == ["az-en", "en-tr"]
    assert names("az", "ru") == ["az-ru"]
    assert names("en", "pt-BR") == ["en-pb"]
    assert names("en", "pt") == []
    assert names("tr", "az") == []


def test_versions_are_sorted_by_their_numbers() -> None:
    assert sorted(["1.10", "1.9", "1.9.1", "2"], key=version_key) == ["1.9", "1.9.1", "1.10", "2"]


@given(st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(["from_code", "to_code", "package_version", "type", "links", "x"]), x)))  # fmt: skip
def test_any_metadata_is_read_or_refused(data: object) -> None:
    with contextlib.suppress(InputError):
        read_metadata(data, "here")


def test_model_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUBLISHER_MODELS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    shared, private = tmp_path / "data" / "publisher" / "models", tmp_path / "models"
    assert folders(private) == (shared,)
    private.mkdir()
    assert folders(private) == (private, shared)
    monkeypatch.setenv("PUBLISHER_MODELS", "/elsewhere")
    assert folders(private) == (Path("/elsewhere"),)


Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def serve() -> Iterator[Callable[[dict[str, Answer | bytes]], str]]:
    """Start a server on loopback that answers paths with bytes or a function; returns its URL."""
    servers: list[ThreadingHTTPServer] = []

    def start(answers: dict[str, Answer | bytes]) -> str:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                answer = answers.get(self.path.partition("?")[0])
                if answer is None:
                    self.send_error(404)
                elif isinstance(answer, bytes):
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                else:
                    answer(self)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def listing(*items: dict[str, object]) -> bytes:
    return json.dumps(items).encode()


def test_installs_from_an_index(tmp_path: Path, serve: Callable[..., str]) -> None:
    archive = good(tmp_path).read_bytes()
    url = serve(
        {
            "/index.json": listing(
                {**META, "links": ["ftp://x/y", "/gone", "files/good"]}, {"bad": 1}
            ),
            "/files/good": archive,
        }
    )
    offered = index.available(index.index_url(url))
    assert [(p.way, p.version) for p in offered] == [("en-xx", "1.0")]
    seen: list[tuple[int, int]] = []
    chosen = index.choose(offered, "en", "xx")[0]
    package = index.fetch_and_install(
        chosen, index.index_url(url), tmp_path / "models", lambda a, b: seen.append((a, b))
    )
    verify(package)
    assert seen[-1] == (len(archive), len(archive))
    assert list((tmp_path / "models" / "downloads").iterdir()) == []


def test_an_index_may_promise_a_checksum(tmp_path: Path, serve: Callable[..., str]) -> None:
    url = serve(
        {
            "/index.json": listing({**META, "links": ["/good"], "sha256": "0" * 64}),
            "/good": good(tmp_path).read_bytes(),
        }
    )
    offered = index.available(f"{url}/index.json")
    with pytest.raises(InputError, match="checksum"):
        index.fetch_and_install(offered[0], f"{url}/index.json", tmp_path / "models")
    assert installed((tmp_path / "models",)) == []


def test_a_package_that_is_not_what_the_index_says(
    tmp_path: Path, serve: Callable[..., str]
) -> None:
    url = serve(
        {
            "/index.json": listing({**META, "to_code": "yy", "links": ["/good"]}),
            "/good": good(tmp_path).read_bytes(),
        }
    )
    offered = index.available(f"{url}/index.json")
    with pytest.raises(InputError, match="as the index says"):
        index.fetch_and_install(offered[0], f"{url}/index.json", tmp_path / "models")
    assert installed((tmp_path / "models",)) == []


def test_two_models_by_way_of_english(serve: Callable[..., str]) -> None:
    url = serve(
        {
            "/index.json": listing(
                {**META, "from_code": "az", "to_code": "en"},
                {**META, "from_code": "en", "to_code": "pt"},
            )
        }
    )
    offered = index.available(f"{url}/index.json")
    assert [p.way for p in index.choose(offered, "az", "pt")] == ["az-en", "en-pt"]
    with pytest.raises(MachineError, match="no model from az to ka"):
        index.choose(offered, "az", "ka")


@pytest.mark.parametrize(
    "body", [b"<html>", b'{"a": 1}', b"[1, 2]", b"[" * 100_000, b"\xff\xfe\x00"]
)
def test_an_index_that_is_none(serve: Callable[..., str], body: bytes) -> None:
    url = serve({"/index.json": body})
    with pytest.raises(InputError):
        index.available(f"{url}/index.json")


def hang(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def hang_in_body(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"[")
    handler.wfile.flush()
    time.sleep(3)


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"[" * 10)
    handler.close_connection = True


def garbage(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\0\1\2 not HTTP\r\n\r\n")
    handler.close_connection = True


def elsewhere(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "file:///etc/passwd")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def in_circles(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "/x")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.mark.parametrize("answer", [hang, hang_in_body, cut_off, garbage, elsewhere, in_circles])
def test_servers_that_fail(tmp_path: Path, serve: Callable[..., str], answer: Answer) -> None:
    url = serve({"/x": answer})
    for call in (
        lambda: fetch(f"{url}/x", timeout=0.3),
        lambda: download(f"{url}/x", tmp_path / "file", timeout=0.3),
    ):
        with pytest.raises((MachineError, UsageError)) as caught:
            call()
        assert len(str(caught.value).splitlines()) <= 2
    assert not (tmp_path / "file").exists()


def test_no_server_at_all(tmp_path: Path) -> None:
    with pytest.raises(MachineError):
        fetch("http://127.0.0.1:9/index.json", timeout=1)
    for url in ("file:///etc/passwd", "nonsense", "ftp://example.org/x"):
        with pytest.raises(UsageError):
            download(url, tmp_path / "x")


def ranges(content: bytes, etag: str, *, cut: list[int]) -> Answer:
    """Serves ranges, and breaks off after ``cut[0]`` bytes while there are cuts left."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        start = 0
        wanted = handler.headers.get("Range")
        if wanted and handler.headers.get("If-Range") == etag:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        body = content[start:]
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        handler.send_header("ETag", etag)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if cut:
            body = body[: cut.pop(0)]
            handler.close_connection = True
        handler.wfile.write(body)

    return answer


def test_a_download_goes_on_where_it_stopped(tmp_path: Path, serve: Callable[..., str]) -> None:
    content = bytes(range(256)) * 2000
    answers: dict[str, Answer | bytes] = {"/f": ranges(content, '"one"', cut=[200_000])}
    url = serve(answers)
    with pytest.raises(MachineError, match="cut"):
        download(f"{url}/f", tmp_path / "f")
    assert (tmp_path / "f.part").stat().st_size == 200_000
    seen: list[int] = []
    download(f"{url}/f", tmp_path / "f", lambda done, _: seen.append(done))
    assert (tmp_path / "f").read_bytes() == content
    assert seen[0] > 200_000


def test_a_download_begins_anew_where_the_file_has_changed(
    tmp_path: Path, serve: Callable[..., str]
) -> None:
    old, new = b"a" * 300_000, b"b" * 300_000
    answers: dict[str, Answer | bytes] = {"/f": ranges(old, '"one"', cut=[100_000])}
    url = serve(answers)
    with pytest.raises(MachineError):
        download(f"{url}/f", tmp_path / "f")
    answers["/f"] = ranges(new, '"two"', cut=[])
    download(f"{url}/f", tmp_path / "f")
    assert (tmp_path / "f").read_bytes() == new


def test_a_file_that_is_too_large_is_not_fetched(tmp_path: Path, serve: Callable[..., str]) -> None:
    url = serve({"/f": b"x" * 2000})
    with pytest.raises(MachineError, match="larger"):
        download(f"{url}/f", tmp_path / "f", limit=1000)
    with pytest.raises(MachineError, match="too large"):
        fetch(f"{url}/f", limit=1000)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serve: Callable[..., str]
) -> None:
    monkeypatch.setenv("PUBLISHER_MODELS", str(tmp_path / "models"))
    assert "No model is installed" in run("models", "list")
    assert "licence MIT" in run("models", "install", str(good(tmp_path)))
    assert "en-xx" in run("models", "list")
    assert json.loads(run("models", "list", "--json"))[0]["licence"] == "MIT"
    shown = run("models", "info", "en-xx")
    assert "unchanged  yes" in shown and "A test." in shown
    assert "removed en-xx" in run("models", "remove", "en_xx")
    url = serve(
        {
            "/index.json": listing({**META, "links": ["/good"]}),
            "/good": (tmp_path / "good.argosmodel").read_bytes(),
        }
    )
    assert "en-xx" in run("models", "list", "--available", "--index", url)
    assert "installed en-xx" in run("models", "install", "en-xx", "--index", url)
    with pytest.raises(InputError, match="not installed"):
        run("models", "info", "en-zz")
    with pytest.raises(UsageError):
        run("models", "install", "nonsense")


def test_a_private_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publication: Callable[..., Path]
) -> None:
    monkeypatch.delenv("PUBLISHER_MODELS", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    root = publication({"01-a.md": "---\ntitle: A\n---\n\nText.\n"})
    run("-C", str(root), "models", "install", "--private", str(good(tmp_path)))
    assert (root / "models" / "packages" / TOP).is_dir()
    assert not (tmp_path / "data").exists()
    assert str(root) in run("-C", str(root), "models", "list")


def test_bytes_of_a_zip_are_not_trusted_for_their_name(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members().items():
            archive.writestr(name, data)
    path = tmp_path / "renamed.zip"
    path.write_bytes(buffer.getvalue())
    assert install(path, tmp_path / "models").way == "en-xx"
