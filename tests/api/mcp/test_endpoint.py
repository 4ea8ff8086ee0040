"""The transport: what is let in, and from where."""

import asyncio
import json

import pytest
from starlette.types import Message

from api.mcp.endpoint import LARGEST, Endpoint
from tests.api.conftest import Served
from tests.api.mcp.calls import TRACE, documents, modern, post, rpc
from tests.api.site import HOST, Site, scope
from tests.api.test_errors import assert_error


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "OPTIONS"])
def test_only_post_is_allowed(method: str, site: Site) -> None:
    answer = site.ask(method, "/mcp", headers={"accept": "text/event-stream"})
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    if method != "HEAD":
        assert_error(answer, "METHOD_NOT_ALLOWED")


def test_a_body_has_a_bound(site: Site) -> None:
    assert_error(post(site, b" " * (LARGEST + 1)), "PAYLOAD_TOO_LARGE")
    assert post(site, rpc("ping")).status == 200


def test_one_message_at_a_time(site: Site) -> None:
    for batch in (b"[]", b" [" + json.dumps(rpc("ping")).encode() + b"]", b"[" * 500_000):
        answer = post(site, batch)
        assert_error(answer, "VALIDATION_ERROR")
        assert answer.json["error"]["details"]["errors"][0]["message"] == (
            "is an array; send one message at a time"
        )


@pytest.mark.parametrize(
    "params",
    [
        {"a": [1] * 1_000},
        {"a": {f"k{n}": {} for n in range(1_000)}},
        {f"k{n}": n for n in range(1_000)},
    ],
)
def test_a_message_has_a_bound_of_values(site: Site, params: dict[str, object]) -> None:
    answer = post(site, rpc("ping", **params))
    assert_error(answer, "VALIDATION_ERROR")
    assert answer.json["error"]["details"]["errors"][0]["path"] == "body"


def test_the_largest_text_however_it_is_escaped_is_diagnosed(site: Site) -> None:
    text = f"{TRACE}\n".ljust(65_536)
    escaped = "".join(f"\\u{ord(character):04x}" for character in text)
    message = rpc("tools/call", name="diagnose_error", arguments={"text": "TEXT"})
    answer = post(site, json.dumps(message).replace("TEXT", escaped).encode())
    assert answer.json["result"]["structuredContent"]["outcome"] == "exact"


def test_a_body_is_json(site: Site) -> None:
    assert_error(site.post("/mcp", rpc("ping"), content_type="text/plain"), "VALIDATION_ERROR")
    assert post(site, b"{").status == 400


def test_discovery_and_lists_may_be_kept(site: Site) -> None:
    message, headers = modern("server/discover")
    result = post(site, message, **headers).json["result"]
    assert result["supportedVersions"] == ["2026-07-28"]
    assert sorted(result["capabilities"]) == ["resources", "tools"]
    message, headers = modern("tools/list")
    result = post(site, message, **headers).json["result"]
    assert (result["ttlMs"], result["cacheScope"]) == (3_600_000, "public")


def test_a_log_with_half_a_character_is_no_obstacle(site: Site) -> None:
    message, headers = modern(
        "tools/call", name="diagnose_error", arguments={"text": f"\ud83d {TRACE}\0"}
    )
    result = post(site, message, **headers).json["result"]
    assert result["structuredContent"]["outcome"] == "exact"


@pytest.mark.parametrize(
    ("origin", "changed", "status"),
    [
        (None, {}, 200),
        (f"http://{HOST}", {}, 403),
        ("http://evil.example", {}, 403),
        ("null", {}, 403),
        ("https://app.example", {"cors_origins": ("https://app.example",)}, 200),
        ("http://evil.example", {"cors_origins": ("*",)}, 200),
        ("https://fix.example", {"public_url": "https://fix.example/base"}, 200),
        ("http://fix.example", {"public_url": "https://fix.example/base"}, 403),
    ],
)
def test_pages_of_other_origins_may_not_ask(
    origin: str | None, changed: dict[str, object], status: int, serve: Served
) -> None:
    site = serve(documents(), **changed)
    headers = {} if origin is None else {"origin": origin}
    answer = post(site, rpc("ping"), **headers)
    assert answer.status == status
    if status == 403:
        assert answer.json["error"]["code"] == "FORBIDDEN"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost:8000", 200),
        ("[::1]:8000", 200),
        ("evil.test:8000", 403),
    ],
)
def test_a_page_of_this_very_machine_may_ask(host: str, status: int, site: Site) -> None:
    assert post(site, rpc("ping"), host=host, origin=f"http://{host}").status == status
    assert post(site, rpc("ping"), host=host).status == 200


def test_a_page_may_ask_before_it_asks(serve: Served) -> None:
    site = serve(documents(), cors_origins=("https://app.example",))
    answer = site.ask(
        "OPTIONS",
        "/mcp",
        headers={
            "origin": "https://app.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type, mcp-method, mcp-protocol-version",
        },
    )
    assert answer.status == 200


def test_a_hundred_calls_at_once_are_all_answered(site: Site) -> None:
    message = rpc("tools/call", name="diagnose_error", arguments={"text": TRACE})
    body = json.dumps(message).encode()
    outcomes: list[str] = []

    async def one() -> None:
        sent: list[Message] = []
        unread: list[Message] = [{"type": "http.request", "body": body}]
        answered = asyncio.Event()

        async def receive() -> Message:
            if unread:
                return unread.pop()
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(part: Message) -> None:
            sent.append(part)
            if part["type"] == "http.response.body" and not part.get("more_body"):
                answered.set()

        headers = [(b"host", HOST.encode()), (b"content-type", b"application/json")]
        await site.app(scope("POST", "/mcp", headers=headers), receive, send)
        answer = json.loads(b"".join(part.get("body", b"") for part in sent))
        outcomes.append(answer["result"]["structuredContent"]["outcome"])

    async def hundred() -> None:
        await asyncio.gather(*(one() for _ in range(100)))

    site.run(hundred())
    assert outcomes == ["exact"] * 100


def test_who_gives_up_while_it_is_loaded_leaves_it_to_the_others(site: Site) -> None:
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": json.dumps(rpc("ping")).encode()}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def two() -> None:
        endpoint = Endpoint(site.app.state)
        headers = [(b"content-type", b"application/json"), (b"accept", b"*/*")]
        asked = (scope("POST", "/mcp", headers=headers), receive, send)
        first = asyncio.create_task(endpoint.answer(*asked))
        await asyncio.sleep(0)
        first.cancel()
        await endpoint.answer(*asked)
        await endpoint.stop()
        assert first.cancelled()

    asyncio.run(two())
    assert statuses == [200]
