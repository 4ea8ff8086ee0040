"""Who asks: the word of a trusted proxy, and of nobody else."""

from typing import Any

import pytest

from api.http.proxies import Proxies
from corpus.settings import ProxyHeader
from tests.api.conftest import Served
from tests.api.site import HOST, scope
from tests.factories import make_document

PATH = "/api/v1/articles/connection-refused"
TRUSTED = ("10.0.0.0/8", "2001:db8::/32", "127.0.0.1")
X, F = ProxyHeader.X_FORWARDED_FOR, ProxyHeader.FORWARDED


def resolved(
    peer: str, *headers: tuple[str, str], by: ProxyHeader = X, trusted: tuple[str, ...] = TRUSTED
) -> tuple[str, str]:
    """Address and scheme that a request is taken to come with; asked twice, the same."""
    proxies = Proxies(trusted, by)
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    found = set()
    for _ in range(2):
        request: dict[str, Any] = {"client": (peer, 50_000), "scheme": "http", "headers": raw}
        proxies.resolve(request)
        found.add((request["client"][0], request["scheme"]))
    [one] = found
    return one


def for_(value: str) -> tuple[str, str]:
    return ("x-forwarded-for", value)


def proto(value: str) -> tuple[str, str]:
    return ("x-forwarded-proto", value)


def forwarded(value: str) -> tuple[str, str]:
    return ("forwarded", value)


@pytest.mark.parametrize(
    ("peer", "headers", "address", "scheme"),
    [
        ("10.0.0.1", [], "10.0.0.1", "http"),
        ("10.0.0.1", [for_("192.0.2.7")], "192.0.2.7", "http"),
        ("10.0.0.1", [for_("192.0.2.7"), proto("https")], "192.0.2.7", "https"),
        ("10.0.0.1", [proto("https")], "10.0.0.1", "https"),
        ("192.0.2.1", [for_("192.0.2.7"), proto("https")], "192.0.2.1", "http"),
        # What a client made up comes before what the proxy added.
        ("10.0.0.1", [for_("127.0.0.1, 192.0.2.7")], "192.0.2.7", "http"),
        ("10.0.0.1", [for_("198.51.100.1, 192.0.2.7, 10.0.0.2")], "192.0.2.7", "http"),
        ("10.0.0.1", [for_("198.51.100.1"), for_("192.0.2.7, 10.0.0.2")], "192.0.2.7", "http"),
        # One scheme for all, or one each: the client's is its own proxy's.
        ("10.0.0.1", [for_("192.0.2.7, 10.0.0.2"), proto("https, http")], "192.0.2.7", "https"),
        ("10.0.0.1", [for_("192.0.2.7, 10.0.0.2"), proto("https")], "192.0.2.7", "https"),
        # All of them are proxies: the one that is farthest off.
        ("10.0.0.1", [for_("10.0.0.3, 10.0.0.2")], "10.0.0.3", "http"),
        ("10.0.0.1", [for_("nonsense")], "10.0.0.1", "http"),
        ("10.0.0.1", [for_("192.0.2.7, unknown")], "10.0.0.1", "http"),
        ("10.0.0.1", [for_(""), proto("gopher")], "10.0.0.1", "http"),
        ("10.0.0.1", [for_("192.0.2.7:4711")], "192.0.2.7", "http"),
        ("10.0.0.1", [for_("[2001:db9::7]:4711")], "2001:db9::7", "http"),
        ("2001:db8::1", [for_("2001:db9::7")], "2001:db9::7", "http"),
        ("::ffff:10.0.0.1", [for_("::ffff:192.0.2.7")], "192.0.2.7", "http"),
        # The other header is not read: nobody but the client wrote it.
        ("10.0.0.1", [forwarded("for=192.0.2.7;proto=https")], "10.0.0.1", "http"),
    ],
)
def test_x_forwarded_for(
    peer: str, headers: list[tuple[str, str]], address: str, scheme: str
) -> None:
    assert resolved(peer, *headers) == (address, scheme)


@pytest.mark.parametrize(
    ("headers", "address", "scheme"),
    [
        ([forwarded("for=192.0.2.7")], "192.0.2.7", "http"),
        ([forwarded('For="[2001:db9::7]:47011";Proto=HTTPS;by=10.0.0.1')], "2001:db9::7", "https"),
        ([forwarded("for=1.2.3.4, for=192.0.2.7;proto=https")], "192.0.2.7", "https"),
        ([forwarded("for=1.2.3.4"), forwarded("for=192.0.2.7, for=10.0.0.2")], "192.0.2.7", "http"),
        ([forwarded('for="1.2.3.4, for=192.0.2.7;proto=https')], "192.0.2.7", "https"),
        ([forwarded("for=_hidden;proto=https")], "10.0.0.1", "https"),
        ([forwarded("for=unknown")], "10.0.0.1", "http"),
        ([forwarded(";;;==,,")], "10.0.0.1", "http"),
        ([for_("192.0.2.7"), proto("https")], "10.0.0.1", "http"),
    ],
)
def test_forwarded(headers: list[tuple[str, str]], address: str, scheme: str) -> None:
    assert resolved("10.0.0.1", *headers, by=F) == (address, scheme)


def test_by_default_nobody_is_trusted() -> None:
    assert resolved("127.0.0.1", for_("192.0.2.7"), proto("https"), trusted=()) == (
        "127.0.0.1",
        "http",
    )


def test_a_list_without_end_is_read_from_its_end() -> None:
    value = for_(", ".join(["198.51.100.1"] * 10_000 + ["192.0.2.7"]))
    assert resolved("10.0.0.1", value) == ("192.0.2.7", "http")


# Over HTTP


def test_addresses_in_answers_have_the_scheme_that_the_client_used(serve: Served) -> None:
    asked = serve({"connection-refused.md": make_document()}, trusted_proxies=("127.0.0.1",))
    for scheme in ("https", "http", "https"):
        answer = asked.get(f"{PATH}?format=json", x_forwarded_proto=scheme)
        assert answer.json["url"] == f"{scheme}://{HOST}{PATH}"


def test_clients_behind_a_proxy_have_an_allowance_each(serve: Served) -> None:
    asked = serve(
        {"connection-refused.md": make_document()},
        rate_limit="1/hour",
        trusted_proxies=("127.0.0.1",),
    )
    statuses = [
        [asked.get(PATH, x_forwarded_for=f"{invented}, {client}").status for invented in "ab"]
        for client in ("192.0.2.1", "192.0.2.2")
    ]
    assert statuses == [[200, 429], [200, 429]]


# Hosts


def test_no_host_that_is_made_up_gets_into_an_answer(serve: Served) -> None:
    asked = serve(
        {"connection-refused.md": make_document()}, trusted_hosts=(HOST, "*.docs.example")
    )
    for host in (HOST, f"{HOST}:8080", HOST.upper(), "a.docs.example"):
        assert asked.get(PATH, host=host).status == 200
    for host in ("evil.example", "docs.example", "a.b.docs.example", f"{HOST}.evil.example", ""):
        answer = asked.get(PATH, host=host)
        assert (answer.status, answer.json["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert asked.get("/livez", host="10.1.2.3").status == 200


def test_two_hosts_are_none(serve: Served) -> None:
    asked = serve({"connection-refused.md": make_document()})
    one, other = (b"host", HOST.encode()), (b"host", b"evil.example")
    assert asked.get(PATH).status == 200
    assert asked.send(scope("GET", PATH, headers=[one, other])).status == 400


def test_what_proxies_say_of_the_host_is_not_read(serve: Served) -> None:
    asked = serve({"connection-refused.md": make_document()}, trusted_proxies=("127.0.0.1",))
    for headers in ({"x_forwarded_host": "evil.example"}, {"forwarded": "host=evil.example"}):
        answer = asked.get(PATH, **headers)
        assert "evil" not in answer.body.decode() + repr(answer.raw_headers)


def test_a_redirect_stays_on_this_host(serve: Served) -> None:
    asked = serve({"connection-refused.md": make_document()})
    for path in ("//evil.example/", "/\\evil.example/", "/%2f%2fevil.example/", "///evil.example/"):
        location = asked.get(path, host="other.example").headers.get("location", "/")
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))
