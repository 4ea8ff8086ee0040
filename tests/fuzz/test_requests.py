"""No request is dear: whatever 64 KiB of it hold, it takes no more than 50 ms of a processor.

Requests go through the whole application, so every function that reads a part of one is
hunted with the same texts. CPU time is measured beside a plain pattern on the same machine,
and one good measurement is enough: other programs disturb it, and never in favour of a slow
function.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

import pytest

from tests.api.conftest import site_of
from tests.api.site import Answer, Site
from tests.factories import make_document, numbered_document
from tests.fuzz.stopwatch import LIMIT, TIMES, plain_seconds

SIZE = 65_536
HEADER, QUERY = 30_000, 16_000
"""Bytes of a header and of a query that get past the guard."""

UNITS = {
    "clocks": "12:34:56\n",
    "clocks with words": "12:34:56 error\n",
    "clocks in a row": "12:34:56 ",
    "letters": "a",
    "short lines": "e\n",
    "empty lines": "\n",
    "spaces": " ",
    "returns": "\r",
    "objects": '{"code":1,"message":"error a"},',
    "escapes": '"msg":"fail\\\\\\"',
    "open": "[",
    "braces": '{"a":',
    "colours": "\x1b[31m",
    "half a colour": "\x1b]",
    "traces": 'Traceback (most recent call last):\n  File "a"\nE: x\n',
    "causes": "Caused by: a.b.CError: x\n\tat a.b(C.java:1)\n",
    "panics": "thread 'a' panicked at x:\n",
    "quotes": "'\n",
    "double quotes": '"',
    "quoted words": '"a b c d e" ',
    "Chinese": "错误失败",
    "Chinese lines": "错误失败\n",
    "codes": "E0382 error\n",
    "numbers": "error code 12 ",
    "addresses": "error http://a.b/c?d=e\n",
    "IPv4": "1.2.3.4, ",
    "IPv6": "[::1]:80, ",
    "paths": "error /a/b/c\n",
    "hexadecimal": "0xff err\n",
    "digits": "7",
    "signs": "~7",
    "dots": ".",
    "values": "a.b-c_d/",
    "commas": ",",
    "lists": "a;q=0.5,",
    "any": "*/*;q=0,",
    "languages": "zh-Hant,",
    "tags": 'W/"a",',
    "pairs": "for=1.2.3.4;",
    "percent": "%",
    "parameters": "&a=b",
    "domains": "&domain=x",
    "minus": "-a ",
    "filters": "tag:a ",
    "phrases": '"a b" ',
    "dates": "Mon, 01 Jan 2024 00:00:00 ",
    "brackets": "<a>",
    "half a pair": "\\ud83d",
    "combining": "e\u0301",
    "wide": "\uff21",
}
DISTINCT = {
    "numbered lines": "error: no {}\n",
    "numbered words": "word{} ",
    "numbered codes": "E{:04} ",
    "signs in lines": "error: a{} " + "~7" * 480 + "\n",
    "names in lines": "error: a{} " + "a_b-" * 90 + "\n",
    "clocks in lines": "error {} " + "12:34:56 " * 40 + "\n",
    "Chinese in lines": "错误 {} " + "端口连接被拒绝超时" * 40 + "\n",
}


def texts() -> dict[str, str]:
    """Each of `SIZE` characters."""
    found = {name: (unit * (SIZE // len(unit) + 1))[:SIZE] for name, unit in UNITS.items()}
    for name, unit in DISTINCT.items():
        found[name] = "".join(unit.format(at) for at in range(SIZE // len(unit) + 1))[:SIZE]
    return found


TEXTS = texts()
NAMED = (
    "accept", "accept-language", "accept-encoding", "authorization", "content-type", "cookie",
    "forwarded", "if-modified-since", "if-none-match", "origin", "x-agent-id", "x-forwarded-for",
    "x-forwarded-proto",
)  # fmt: skip
TARGETS = (
    "/api/v1/search?q={}", "/en/search?q={}", "/api/v1/search?domain={}", "/api/v1/errors?q={}",
    "/api/v1/articles?updatedSince={}", "/api/v1/articles/{}", "/en/articles/{}", "/{}",
    "/llms.txt?lang={}", "/api/v1/search?q=a{}",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    documents = {
        "connection-refused.md": make_document(),
        **{f"article-{n}.md": numbered_document(n) for n in range(40)},
    }
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


def is_dear(ask: Callable[[], Answer]) -> bool:
    """Whether every one of some attempts took longer than the limit, on a machine like this."""
    for _ in range(4):
        started = time.process_time()
        answer = ask()
        took = time.process_time() - started
        assert answer.status in (200, 304, 307, 308, 400, 401, 403, 404, 405, 406, 413, 414, 415)
        if took < LIMIT or took < TIMES * plain_seconds("x" * SIZE):
            return False
    return True


def dear(asks: Mapping[str, Callable[[], Answer]]) -> list[str]:
    return [name for name, ask in asks.items() if is_dear(ask)]


def bytes_of(text: str, most: int) -> str:
    """As many characters as a header of so many bytes can have."""
    return text.encode("utf-8", "replace")[:most].decode("latin-1")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_header(site: Site, text: str) -> None:
    value = bytes_of(text, HEADER).replace("\n", " ").replace("\r", " ")

    def asked(name: str) -> Callable[[], Answer]:
        return lambda: site.ask("GET", "/api/v1/articles/article-001", headers={name: value})

    assert dear({name: asked(name) for name in NAMED}) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_target(site: Site, text: str) -> None:
    escaped = quote(text[:QUERY], errors="replace")[: QUERY - 3]
    raw = bytes_of(text, QUERY).replace("\n", "+").replace(" ", "+")

    def asked(target: str) -> Callable[[], Answer]:
        return lambda: site.get(target)

    filled = [target.format(part) for target in TARGETS for part in (escaped, raw)]
    assert dear({target[:20]: asked(target) for target in filled}) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_body(site: Site, text: str) -> None:
    text = text.encode("utf-8", "replace")[:SIZE].decode("utf-8", "ignore")
    plain = text.encode()
    escaped = "".join(f"\\u{ord(character):04x}" for character in text if ord(character) < SIZE)
    call = {"name": "diagnose_error", "arguments": {"text": text}}
    named = {"name": text, "arguments": {"article": text, text[:100]: text}}

    def posted(path: str, body: bytes, kind: str) -> Callable[[], Answer]:
        return lambda: site.post(path, body, content_type=kind)

    form, as_json = "application/x-www-form-urlencoded", "application/json"
    asks = {
        "diagnose, plain": posted("/api/v1/diagnose", plain, "text/plain"),
        "diagnose, JSON": posted("/api/v1/diagnose", json.dumps({"text": text}).encode(), as_json),
        "diagnose, escaped": posted(
            "/api/v1/diagnose", f'{{"text":"{escaped}"}}'.encode(), as_json
        ),
        "diagnose, no JSON": posted("/api/v1/diagnose", plain, as_json),
        "page, form": posted("/en/diagnose", f"text={quote(text)}".encode(), form),
        "page, no form": posted("/en/diagnose", plain, form),
        "mcp, no JSON": posted("/mcp", plain, as_json),
        "mcp, a text": posted("/mcp", rpc("tools/call", call), as_json),
        "mcp, names": posted("/mcp", rpc("tools/call", named), as_json),
        "mcp, a method": posted("/mcp", rpc(text, {}), as_json),
        "mcp, a URI": posted("/mcp", rpc("resources/read", {"uri": f"fixbook://{text}"}), as_json),
    }
    assert dear(asks) == []


LISTS = {
    "statuses": json.dumps({"text": "a", "status": ["pending"] * 6_000}),
    "domains": json.dumps({"text": "a", "domain": ["transport"] * 5_000}),
    "other domains": json.dumps({"text": "a", "domain": [f"d{n}" for n in range(6_000)]}),
    "keys": json.dumps({"text": "a", **{f"k{n}": n for n in range(5_000)}}),
    "depth": '{"text":"a","b":' + "[" * (SIZE - 20),
    "numbers": '{"text":"a","b":[' + "1," * (SIZE // 2 - 20) + "1]}",
    "a long number": '{"text":"a","b":' + "1" * (SIZE - 20) + "}",
}


@pytest.mark.parametrize("body", LISTS.values(), ids=LISTS)
@pytest.mark.parametrize("path", ["/api/v1/diagnose", "/mcp"])
def test_a_body_of_many_values(site: Site, path: str, body: str) -> None:
    assert len(body) <= SIZE * 2
    assert not is_dear(lambda: site.post(path, body.encode(), content_type="application/json"))


def rpc(method: str, params: Mapping[str, object]) -> bytes:
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return json.dumps(message).encode()
