"""How often a client may ask, and what it is told."""

import re
import time
from pathlib import Path

import pytest

from api.limits.rate_limiter import Policy, Quota, RateLimiter, site
from corpus.library import Library
from corpus.store import api_keys
from corpus.text.rates import Rate
from tests.api.conftest import Served
from tests.api.site import HOST, Answer, Site, scope
from tests.factories import make_document

PATH = "/api/v1/articles/connection-refused"
DOCUMENTS = {"connection-refused.md": make_document()}
HOURLY = Policy("client", Rate(4, 3600))
OTHER = ("ratelimit", "ratelimit-policy")


def ask(asked: Site, client: str, path: str = PATH) -> Answer:
    """A request from an address."""
    request = scope("GET", path, headers=[(b"host", HOST.encode())])
    return asked.send({**request, "client": (client, 50_000)})


# Counting


def test_an_allowance_is_used_up_and_comes_back_bit_by_bit(tmp_path: Path) -> None:
    limits = RateLimiter(tmp_path)
    taken = [limits.take("192.0.2.1", HOURLY) for _ in range(6)]

    assert taken == [Quota(3, 900), Quota(2, 1800), Quota(1, 2700), Quota(0, 3600),
                     Quota(-1, 900), Quota(-1, 900)]  # fmt: skip
    slow = Policy("client", Rate(2, 60))
    assert [limits.take("192.0.2.2", slow).left for _ in range(3)] == [1, 0, -1]
    quick = Policy("client", Rate(100, 1))
    while limits.take("192.0.2.3", quick).left > 0:
        pass
    time.sleep(0.1)
    assert limits.take("192.0.2.3", quick).left > 0


def test_clients_are_told_apart(tmp_path: Path) -> None:
    limits = RateLimiter(tmp_path)
    clients = [f"192.0.2.{number}" for number in range(200)]
    for left in (3, 2, 1, 0, -1):
        assert {limits.take(client, HOURLY).left for client in clients} == {left}


def test_processes_count_together(tmp_path: Path) -> None:
    workers = [RateLimiter(tmp_path) for _ in range(2)]
    taken = [workers[turn % 2].take("192.0.2.1", HOURLY).left for turn in range(5)]
    assert taken == [3, 2, 1, 0, -1]


def test_without_room_on_the_disk_each_process_counts_for_itself(tmp_path: Path) -> None:
    (tmp_path / "clients.table").mkdir()
    limits = RateLimiter(tmp_path)
    assert [limits.take("192.0.2.1", HOURLY).left for _ in range(2)] == [3, 2]


def test_what_was_counted_before_the_machine_was_started_does_not_count(tmp_path: Path) -> None:
    distant = Policy("client", Rate(1, 10**6))
    limits = RateLimiter(tmp_path)
    assert [limits.take("192.0.2.1", distant).left for _ in range(2)] == [0, -1]
    assert limits.take("192.0.2.1", HOURLY).left == 3


def test_a_flood_of_addresses_takes_no_more_memory(tmp_path: Path) -> None:
    limits = RateLimiter(tmp_path)
    size = (tmp_path / "clients.table").stat().st_size
    for number in range(100_000):
        limits.take(f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1", HOURLY)
    assert (tmp_path / "clients.table").stat().st_size == size
    assert limits.take("192.0.2.1", HOURLY).left == 3


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "20010db800010002::/64"),
        ("2001:db8:1:2:ffff::", "20010db800010002::/64"),
        ("2001:db8:1:3::", "20010db800010003::/64"),
        ("0a1b2c3d", "0a1b2c3d"),
        ("", ""),
    ],
)
def test_an_ipv6_client_is_its_network(address: str, shown: str) -> None:
    assert site(address) == shown


def test_header_fields() -> None:
    assert HOURLY.headers(Quota(3, 900)) == [
        (b"ratelimit", b'"client";r=3;t=900'),
        (b"ratelimit-policy", b'"client";q=4;w=3600'),
    ]


# Over HTTP


def test_who_asks_too_often_is_told_when_to_come_back(serve: Served) -> None:
    asked = serve(DOCUMENTS, rate_limit="3/hour")
    kept = [asked.get(PATH) for _ in range(3)]
    assert [answer.status for answer in kept] == [200, 200, 200]
    assert [answer.headers["ratelimit"] for answer in kept] == [
        '"client";r=2;t=1200', '"client";r=1;t=2400', '"client";r=0;t=3600'
    ]  # fmt: skip
    assert {answer.headers["ratelimit-policy"] for answer in kept} == {'"client";q=3;w=3600'}

    refused = asked.get(PATH)
    assert (refused.status, refused.json["error"]["code"]) == (429, "RATE_LIMITED")
    assert refused.json["error"]["details"] == {"retryable": True, "retryAfterSeconds": 1200}
    assert refused.headers["retry-after"] == "1200"
    assert refused.headers["ratelimit"] == '"client";r=0;t=1200'
    assert refused.headers["cache-control"] == "no-store"
    assert asked.post("/api/v1/diagnose", {"text": "x"}).status == 429
    head = asked.head(PATH)
    assert (head.status, head.body) == (429, b"")


def test_everybody_has_an_allowance_of_their_own(serve: Served) -> None:
    asked = serve(DOCUMENTS, rate_limit="1/hour")
    statuses = {
        client: [ask(asked, client).status for _ in range(2)]
        for client in ("192.0.2.1", "192.0.2.2", "2001:db8::1")
    }
    assert set(map(tuple, statuses.values())) == {(200, 429)}
    assert ask(asked, "2001:db8::ffff").status == 429


def test_probes_are_never_refused(serve: Served) -> None:
    asked = serve(DOCUMENTS, rate_limit="1/hour")
    assert [asked.get(PATH).status for _ in range(2)] == [200, 429]
    for path in ("/livez", "/readyz", "/api/health", "/metrics"):
        assert [asked.get(path).status for _ in range(2)] == [200, 200]
        assert "ratelimit" not in asked.get(path).headers


def test_what_a_page_loads_is_not_counted(serve: Served) -> None:
    asked = serve(DOCUMENTS, rate_limit="1/hour")
    page = asked.get("/en", accept="text/html").body.decode()
    parts = re.findall(r'"(/static/[^"]+)"', page)
    assert len(parts) > 3
    assert {asked.get(part).status for part in parts} == {200}
    assert asked.get("/en", accept="text/html").status == 429


@pytest.mark.parametrize(
    ("path", "languages", "title"),
    [
        ("/zh/search?q=a", "en", "请求太多"),
        ("/en/articles/connection-refused", "zh", "Too many requests"),
        ("/", "zh", "请求太多"),
    ],
)
def test_a_browser_is_told_on_a_page(serve: Served, path: str, languages: str, title: str) -> None:
    asked = serve(DOCUMENTS, rate_limit="1/hour")
    asked.get(PATH)
    answer = asked.get(path, accept="text/html,*/*;q=0.8", accept_language=languages)
    assert (answer.status, answer.headers["retry-after"]) == (429, "3600")
    assert f"<h1>{title}</h1>" in answer.body.decode()
    assert answer.headers["ratelimit"] == '"client";r=0;t=3600'
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    again = asked.get(PATH, accept="text/html,*/*;q=0.8")
    assert again.json["error"]["code"] == "RATE_LIMITED"  # what is no page never is one


def test_without_a_limit_nobody_is_told_of_one(serve: Served) -> None:
    asked = serve(DOCUMENTS, rate_limit="off")
    assert [name for name in asked.get(PATH).headers if name.startswith("ratelimit")] == []


# Keys


def token(library: Library, name: str = "ana") -> str:
    with library.database.writing() as connection:
        return api_keys.add(connection, name)


def test_the_holder_of_a_key_may_ask_more_often(serve: Served, library: Library) -> None:
    bearer = f"Bearer {token(library)}"
    asked = serve(DOCUMENTS, rate_limit="1/hour", key_rate_limit="3/hour")
    left = [asked.get(PATH, authorization=bearer).headers["ratelimit"] for _ in range(2)]
    assert left == ['"key";r=2;t=1200', '"key";r=1;t=2400']
    assert asked.get(PATH).headers["ratelimit"] == '"client";r=0;t=3600'
    assert [asked.get(PATH, authorization=bearer).status for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("limit", ["off", "100/hour"])
def test_a_key_that_is_not_good_is_refused(serve: Served, library: Library, limit: str) -> None:
    good = token(library)
    asked = serve(DOCUMENTS, rate_limit=limit)
    assert asked.get(PATH).status == 200
    for wrong in ("fb_nonsense", good[:-2] + "AA", "x" * 9_000, ""):
        answer = asked.get(PATH, authorization=f"Bearer {wrong}")
        assert (answer.status, answer.json["error"]["code"]) == (401, "UNAUTHORIZED")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert wrong not in answer.body.decode() or not wrong
    assert asked.get(PATH, authorization=f"bearer {good}").status == 200
    assert asked.get(PATH, authorization="Basic YTpi").status == 200


def test_guessing_keys_counts(serve: Served) -> None:
    asked = serve(DOCUMENTS, rate_limit="2/hour")
    wrong = [asked.get(PATH, authorization="Bearer fb_x").status for _ in range(3)]
    assert wrong == [401, 401, 429]


def test_keys_are_made_and_revoked_while_it_serves(serve: Served, library: Library) -> None:
    asked = serve(DOCUMENTS)
    asked.wait(1.1)
    bearer = f"Bearer {token(library)}"
    assert asked.get(PATH, authorization=bearer).status == 200
    with library.database.writing() as connection:
        api_keys.revoke(connection, "ana")
    asked.wait(2.5)
    assert asked.get(PATH, authorization=bearer).status == 401


def test_an_answer_is_the_same_with_a_key_and_without(serve: Served, library: Library) -> None:
    bearer = f"Bearer {token(library)}"
    asked = serve(DOCUMENTS)
    target = f"{PATH}?format=json"
    assert asked.get(target, authorization=bearer).body == asked.get(target).body


def test_no_key_is_logged(
    serve: Served, library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    good = token(library)
    asked = serve(DOCUMENTS)
    for given in (good, good[:-1] + "-", "fb_" + "z" * 50):
        asked.get(PATH, authorization=f"Bearer {given}")
    asked.wait(0.4)
    written = capsys.readouterr()
    assert "fb_" not in written.out + written.err
    assert written.out.count(f"GET {PATH}") == 3


def test_probes_obey_the_header_limit(serve: Served) -> None:
    asked = serve(DOCUMENTS)
    for path in ("/livez", "/readyz", "/api/health", "/metrics"):
        assert asked.get(path, x_long="a" * 32_000).status == 200
        assert asked.get(path, x_long="a" * 40_000).status == 431
        assert asked.get(f"{path}?{'a' * 20_000}").status == 414


# What is dear


def test_a_request_may_count_as_several_but_not_as_more_than_there_are(tmp_path: Path) -> None:
    limits = RateLimiter(tmp_path)
    taken = [limits.take("192.0.2.1", HOURLY, cost) for cost in (3, 2, 1)]

    assert taken == [Quota(1, 2700), Quota(-1, 900), Quota(0, 3600)]
    assert limits.take("192.0.2.2", HOURLY, 100) == Quota(0, 3600)


@pytest.mark.parametrize(
    ("size", "cost"), [(1, 1), (16_384, 1), (16_385, 2), (65_536, 4), (500_000, 31)]
)
def test_a_body_counts_by_its_size(serve: Served, size: int, cost: int) -> None:
    site = serve(DOCUMENTS, rate_limit="100/hour")
    answer = site.post("/api/v1/diagnose", b"a" * size, content_length=str(size))

    assert answer.headers["ratelimit"].startswith(f'"client";r={100 - cost};')


def test_a_body_of_unknown_length_and_all_articles_are_dear(serve: Served) -> None:
    site = serve(DOCUMENTS, rate_limit="100/hour")
    chunked = site.post("/api/v1/diagnose", b"{}", transfer_encoding="chunked")

    assert chunked.headers["ratelimit"].startswith('"client";r=96;')
    assert site.get("/llms-full.txt").headers["ratelimit"].startswith('"client";r=86;')
