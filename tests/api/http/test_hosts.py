"""Hosts: what is none is refused, and none that is made up gets into a link."""

import socket
from typing import Any

import pytest

from api.http.hosts import Hosts
from api.server import hosts_warning
from corpus.settings import load_settings
from tests.api.conftest import Served
from tests.api.site import HOST, scope
from tests.factories import make_document

PATH = "/api/v1/articles/connection-refused"
DOCUMENTS = {"connection-refused.md": make_document()}
EVERYWHERE = "0.0.0.0"  # noqa: S104 - is only read, nothing listens
OWN = socket.gethostname().lower()

MALFORMED = (
    "", "[::1", "::1", "[::1]x", "[zz::1]", "[]", "evil:99999", "evil:0", "evil:port", "evil:-1",
    "evil example", "user@evil", "user:secret@evil", "evil/path", "evil?x", "evil#x", "evil\\x",
    "a..b", ".a", "-a", "a-", "256.1.1.1", "1.2.3", "a.1", "evil,docs.example", "evil%00", "<x>",
    "é.example", "a" * 64, ".".join(["a" * 60] * 5), "a" * 30_000,
)  # fmt: skip
WELL_FORMED = {
    "docs.example": "docs.example",
    "DOCS.example:8080": "docs.example:8080",
    "docs.example.": "docs.example.",
    "docs.example:": "docs.example",
    "docs.example:65535": "docs.example:65535",
    "my_service-1": "my_service-1",
    "192.0.2.1:80": "192.0.2.1:80",
    "[2001:DB8::1]": "[2001:db8::1]",
    "[::1]:8000": "[::1]:8000",
    "xn--bcher-kva.example": "xn--bcher-kva.example",
}


def authority(
    named: str | None,
    /,
    *,
    server: tuple[str, int | None] | None = ("10.0.0.5", 8000),
    **set_: Any,
) -> str | None:
    """What links name, for a request that reached that address."""
    raw = None if named is None else named.encode("latin-1")
    found = Hosts(load_settings(**set_)).authority(raw, server)
    return None if found is None else found.decode()


@pytest.mark.parametrize("host", MALFORMED)
def test_what_is_no_host_is_refused(host: str) -> None:
    assert authority(host) is None
    assert authority(host, host=EVERYWHERE) is None


@pytest.mark.parametrize(("host", "shown"), WELL_FORMED.items())
def test_what_is_a_host_is_named_in_links(host: str, shown: str) -> None:
    assert authority(host) == shown


@pytest.mark.parametrize("listening", [EVERYWHERE, "::", "10.0.0.5", "docs.internal"])
def test_beyond_loopback_only_this_machine_is_believed(listening: str) -> None:
    for host in ("localhost:8000", "127.0.0.1", "127.9.9.9:80", "[::1]:8000", OWN, f"{OWN}:80",
                 "10.0.0.5", "10.0.0.5:9000"):  # fmt: skip
        assert authority(host, host=listening) == host
    for host in ("evil.example", "10.0.0.6", "localhost.evil.example", "127.0.0.1.evil.example"):
        assert authority(host, host=listening) == "10.0.0.5:8000"
    assert authority("evil", host=listening, server=("2001:db8::1", 80)) == "[2001:db8::1]:80"
    assert authority("2001", host=listening, server=("2001:db8::1", 80)) is None
    assert authority("[2001:DB8:0::1]", host=listening, server=("2001:db8::1", 80)) == (
        "[2001:db8:0::1]"
    )


@pytest.mark.parametrize("server", [None, ("/run/fixbook.sock", None)])
def test_over_a_unix_socket_links_name_what_is_set(server: tuple[str, None] | None) -> None:
    assert authority("evil", host="10.0.0.9", port=80, server=server) == "10.0.0.9:80"


def test_without_a_host_as_before_http_1_1() -> None:
    hosts = Hosts(load_settings(host=EVERYWHERE, port=8000))
    assert hosts.authority(None, ("127.0.0.1", 8_000)) == b"127.0.0.1:8000"


def test_the_public_name_is_always_a_trusted_one() -> None:
    named: dict[str, Any] = {
        "public_url": "https://docs.example/kb",
        "trusted_hosts": ("api.example",),
    }
    assert authority("docs.example", **named) == "docs.example"
    assert authority("api.example", **named) == "docs.example"
    assert authority("evil.example", **named) is None


def test_the_start_says_that_hosts_are_not_named() -> None:
    assert hosts_warning(load_settings(host=EVERYWHERE, port=1)) == (
        "listening on 0.0.0.0 without FIXBOOK_PUBLIC_URL or FIXBOOK_TRUSTED_HOSTS: "
        "links can only name this machine's own addresses; set one of these variables"
    )
    for named in ({"public_url": "https://docs.example"}, {"trusted_hosts": ("docs.example",)}):
        assert hosts_warning(load_settings(host=EVERYWHERE, **named)) is None
    for loopback in ("127.0.0.1", "localhost", "::1", "127.0.0.2"):
        assert hosts_warning(load_settings(host=loopback)) is None


# Over HTTP


@pytest.mark.parametrize("host", ["[::1", "evil:99999", "a b", "a@b", ""])
def test_a_malformed_host_gets_400_everywhere(serve: Served, host: str) -> None:
    asked = serve(DOCUMENTS, public_url="https://docs.example")
    assert asked.get(PATH).status == 200
    for path in (PATH, "/livez", "/metrics", "/en", "/static/nothing"):
        answer = asked.get(path, host=host)
        assert (answer.status, answer.json["error"]["code"]) == (400, "VALIDATION_ERROR")
        assert answer.json["error"]["details"]["errors"][0]["path"] == "Host"


def test_http_1_1_without_a_host_gets_400(serve: Served) -> None:
    asked = serve(DOCUMENTS)
    assert asked.get(PATH).status == 200
    assert asked.send(scope("GET", PATH, headers=[])).status == 400
    old = {**scope("GET", PATH, headers=[]), "http_version": "1.0"}
    assert asked.send(old).status == 200


@pytest.mark.parametrize(
    "path", ["/llms.txt", f"{PATH}?format=json", f"{PATH}.md", "/en", "/sitemap.xml", "/feed.xml",
             "/robots.txt", "/api/v1/search?q=refused"],
)  # fmt: skip
def test_a_host_that_is_made_up_is_in_no_link(serve: Served, path: str) -> None:
    asked = serve(DOCUMENTS, host=EVERYWHERE)
    for host in ("evil.example", "localhost:8000", "evil.example"):
        answer = asked.get(path, host=host)
        told = answer.body.decode() + repr(answer.raw_headers)
        assert answer.status == 200
        assert "evil" not in told
        assert ("localhost:8000" in told) is (host != "evil.example")


def test_on_loopback_a_proxy_may_pass_on_any_host(serve: Served) -> None:
    asked = serve(DOCUMENTS)
    assert asked.get(f"{PATH}?format=json").json["url"] == f"http://{HOST}{PATH}"
