"""The engine ``libretranslate``: a LibreTranslate server that the user runs or trusts.

The only engine that sends text off this machine, and only to the server that was named.
"""

from __future__ import annotations

import functools
import json
import urllib.parse
from collections.abc import Sequence
from typing import Any

from publisher.engines import Engine, Settings
from publisher.engines.download import check_address, fetch, read_json
from publisher.engines.packages import codes
from publisher.engines.plain import PlainEngine
from publisher.errors import InputError, MachineError, UsageError

BATCH = 40
TIMEOUT = 120.0


def open_engine(source: str, target: str, settings: Settings) -> Engine:
    """The engine for a pair; raises UsageError without a URL, MachineError where the server has no
    such pair or does not answer."""
    if not settings.url:
        raise UsageError(
            "the engine libretranslate needs the address of its server",
            hint="Give --url http://127.0.0.1:5000, or set LIBRETRANSLATE_URL.",
        )
    check_address(settings.url)
    base = settings.url.rstrip("/")
    first, second = _pair(base, source, target)
    host = urllib.parse.urlsplit(base).netloc.rpartition("@")[2]
    version = _version(base)
    label = f"libretranslate {first}→{second} {version or host}"
    call = functools.partial(_translate, base, first, second, settings.key)
    return PlainEngine(label, source, target, call, settings)


def _pair(base: str, source: str, target: str) -> tuple[str, str]:
    url = f"{base}/languages"
    data = read_json(fetch(url, timeout=TIMEOUT), url)
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise InputError("the server is no LibreTranslate server", path=url)
    offered = {
        str(item.get("code")): [str(code) for code in item.get("targets") or []] for item in data
    }
    for first in codes(source):
        for second in codes(target):
            if first in offered and second in (offered[first] or offered):
                return first, second
    raise MachineError(
        f"the server does not translate from {source} to {target}",
        path=base,
        hint=f"It reads: {', '.join(sorted(offered)) or 'nothing'}.",
    )


def _version(base: str) -> str:
    """The server's version, empty where it does not tell."""
    try:
        data: Any = read_json(fetch(f"{base}/spec", timeout=10.0), base)
        return str(data["info"]["version"])[:20]
    except (InputError, MachineError, KeyError, TypeError):
        return ""


def _translate(base: str, source: str, target: str, key: str, texts: Sequence[str]) -> list[str]:
    made: list[str] = []
    for start in range(0, len(texts), BATCH):
        made += _call(base, source, target, key, list(texts[start : start + BATCH]))
    return made


def _call(base: str, source: str, target: str, key: str, texts: list[str]) -> list[str]:
    url = f"{base}/translate"
    body = {"q": texts, "source": source, "target": target, "format": "text"}
    if key:
        body["api_key"] = key
    answer = read_json(
        fetch(
            url,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            timeout=TIMEOUT,
        ),
        url,
    )
    made = answer.get("translatedText") if isinstance(answer, dict) else None
    if isinstance(made, str) and len(texts) == 1:
        made = [made]
    if not isinstance(made, list) or len(made) != len(texts):
        raise MachineError("the server's answer holds no translation for each text", path=url)
    return [str(text) for text in made]
