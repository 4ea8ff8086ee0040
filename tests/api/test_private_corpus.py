"""`FIXBOOK_ACCESS=keys`: nothing of the corpus is read without a key, at any door."""

import base64
import re
from collections.abc import Iterator

import pytest
from starlette.routing import Route

from api.routes import ROUTERS
from corpus.library import Library
from corpus.settings import Access, Settings
from corpus.store import api_keys
from corpus.store.api_keys import Scope
from tests.api.site import Answer, Site
from tests.conftest import Ingested
from tests.factories import make_document

PROBES = ("/livez", "/readyz", "/api/health")
SECRETS = ("Connection refused", "connection-refused", "ECONNREFUSED", "art_", "articles_")
"""What the only article would show."""
FILLED = {"slug": "connection-refused", "lang": "en", "number": "1", "name": "page.css"}


@pytest.fixture
def key(settings: Settings, ingested: Ingested) -> str:
    ingested({"connection-refused.md": make_document()})
    library = Library(settings)
    with library.database.writing() as connection:
        token = api_keys.add(connection, "reader", list(Scope))
    library.close()
    return token


@pytest.fixture
def site(settings: Settings, key: str) -> Iterator[Site]:
    assert key
    with Site(settings.model_copy(update={"access": Access.KEYS})) as site:
        yield site


def targets() -> Iterator[tuple[str, str]]:
    """Every method and path of every route, with something in its gaps."""
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, Route)
            path = re.sub(r"{(\w+)(?::\w+)?}", lambda gap: FILLED.get(gap[1], "a"), route.path)
            for method in sorted(route.methods or {"GET", "POST"}):
                yield method, path


def ask(site: Site, method: str, path: str, **headers: str) -> Answer:
    more = "" if "?" in path or method == "POST" else "?q=ECONNREFUSED"
    return site.ask(method, path + more, headers=headers, body=b"ECONNREFUSED")


def test_nothing_is_read_without_a_key(site: Site) -> None:
    asked = [*targets(), ("GET", "/en/articles/connection-refused.md"), ("GET", "/nowhere")]
    asked += [("GET", "/api/v1/articles/connection-refuse"), ("OPTIONS", "/api/v1/articles")]
    assert len(asked) > 40
    for method, path in asked:
        for headers in ({}, {"accept": "text/html"}, {"authorization": "Basic eDp4"}):
            answer = ask(site, method, path, **headers)
            if path in PROBES or path.startswith("/static/"):
                assert answer.status != 401, path
            else:
                assert answer.status == 401, (method, path)
                names = [name for name, _ in answer.raw_headers]
                assert names.count("www-authenticate") == 2
                assert "etag" not in names
                assert "no-store" in dict(answer.raw_headers)["cache-control"]
            shown = answer.body.decode() + str(answer.raw_headers)
            assert [word for word in SECRETS if word in shown] == [], (method, path)


def test_a_cached_answer_is_not_for_those_without_a_key(site: Site, key: str) -> None:
    path = "/api/v1/articles/connection-refused"
    etag = site.get(path, authorization=f"Bearer {key}").headers["etag"]
    assert site.get(path, authorization=f"Bearer {key}").status == 200
    assert site.get(path).status == 401
    assert site.get(path, if_none_match=etag).status == 401


@pytest.mark.parametrize("scheme", ["Bearer", "Basic"])
def test_with_a_key_everything_is_read_and_kept_by_no_shared_cache(
    site: Site, key: str, scheme: str
) -> None:
    basic = base64.b64encode(f"anybody:{key}".encode()).decode()
    authorization = f"{scheme} {key if scheme == 'Bearer' else basic}"
    for method, path in targets():
        answer = ask(site, method, path, authorization=authorization)
        assert answer.status not in (401, 403), (method, path)
        control = dict(answer.raw_headers).get("cache-control", "")
        assert "public" not in control or path.startswith("/static/"), (path, control)
    page = site.get("/en/articles/connection-refused", authorization=authorization)
    assert page.headers["cache-control"] == "private, max-age=60"


def test_reading_needs_the_scope_for_it(settings: Settings, key: str) -> None:
    library = Library(settings)
    with library.database.writing() as connection:
        token = api_keys.add(connection, "reporter", [Scope.REPORT])
    library.close()

    with Site(settings.model_copy(update={"access": Access.KEYS})) as site:
        path = "/api/v1/articles/connection-refused"
        assert site.get(path, authorization=f"Bearer {key}").status == 200  # and cached
        answer = site.get(path, authorization=f"Bearer {token}")

    assert (answer.status, answer.json["error"]["code"]) == (403, "FORBIDDEN")
    assert answer.json["error"]["message"] == "reading needs the scope read"
    assert [word for word in SECRETS if word in answer.body.decode()] == []


@pytest.mark.parametrize(
    ("scopes", "cached"), [((Scope.READ,), 2), ((Scope.READ, Scope.REPORT), 0)]
)
def test_browsers_of_readers_get_cached_pages(
    settings: Settings, key: str, scopes: tuple[Scope, ...], cached: int
) -> None:
    """And those who may report their own, with a form."""
    library = Library(settings)
    with library.database.writing() as connection:
        token = api_keys.add(connection, "browser", scopes)
    library.close()
    basic = "Basic " + base64.b64encode(f"anybody:{token}".encode()).decode()

    with Site(settings.model_copy(update={"access": Access.KEYS})) as site:
        for _ in range(3):
            page = site.get(
                "/en/articles/connection-refused", accept="text/html", authorization=basic
            )
            assert page.status == 200
            assert (b"/reports" in page.body) is (cached == 0)
        metrics = site.get("/metrics", authorization=f"Bearer {key}").body.decode()

    assert f'fixbook_answers_total{{source="kept"}} {cached}' in metrics
