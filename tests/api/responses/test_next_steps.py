"""What leads on: every enveloped answer names a next step, every list its neighbours."""

from collections.abc import Iterator

import pytest

from tests.api.conftest import Served, site_of
from tests.api.site import URL, Answer, Site
from tests.factories import make_document, numbered_document

DESCRIBED = (
    f'<{URL}/openapi.json>; rel="service-desc", <{URL}/docs>; rel="service-doc", '
    f'<{URL}/llms.txt>; rel="describedby"; type="text/plain"'
)
API = f"{URL}/api/v1"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    documents = {
        "connection-refused.md": make_document(),
        **{f"a-{n}.md": numbered_document(n, body="Text.") for n in range(2)},
    }
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


def next_step(answer: Answer) -> str:
    step: str = answer.json["meta"]["nextStep"]
    return step


@pytest.mark.parametrize(
    ("target", "step"),
    [
        (
            "/api/v1/articles?pageSize=1",
            f"GET {API}/articles/article-000?format=markdown for the first of them",
        ),
        ("/api/v1/articles?page=9", "There are fewer pages. GET the same with page=1."),
        (
            "/api/v1/articles?tag=x",
            f"No article matches the filters. GET {API}/domains or {API}/tags.",
        ),
        (
            "/api/v1/errors",
            f"GET {API}/articles/connection-refused?format=markdown for the article of the first",
        ),
        (
            "/api/v1/errors?q=zzz",
            f"No error contains these words. GET {API}/search?q=… searches everything.",
        ),
        ("/api/v1/domains", f"GET {API}/articles?domain=… lists the articles of one"),
        ("/api/v1/tags", f"GET {API}/articles?tag=… lists the articles of one"),
        ("/api/v1/stats", f"GET {URL}/llms.txt for an overview of the articles"),
    ],
)
def test_after_an_answer(site: Site, target: str, step: str) -> None:
    answer = site.get(target)

    assert next_step(answer) == step
    assert answer.headers["x-agent-api-endpoint"] == URL + target.partition("?")[0]
    assert answer.headers["x-agent-api-docs"] == f"{URL}/docs"
    assert answer.headers["link"].endswith(DESCRIBED)


def test_after_a_diagnosis(site: Site) -> None:
    answer = site.post("/api/v1/diagnose", {"text": "connect ECONNREFUSED 127.0.0.1:1"})

    assert next_step(answer).startswith(f"GET {API}/articles/connection-refused?format=markdown")
    assert answer.headers["x-agent-api-endpoint"] == f"{API}/diagnose"
    assert answer.headers["link"] == DESCRIBED


def test_after_a_failure(site: Site) -> None:
    assert next_step(site.get("/api/v1/search?page=0")) == (
        "Correct what error.details.errors names; GET /openapi.json describes every parameter."
    )
    assert next_step(site.get("/api/v1/articles/conection-refused")) == (
        "GET /api/v1/articles/connection-refused is the most similar; "
        "GET /api/v1/search?q=… searches for words."
    )
    assert next_step(site.get("/api/v1/articles/zzzzqqqq")) == (
        "GET /api/v1/search?q=… searches for words; POST error output to /api/v1/diagnose."
    )
    assert next_step(site.get("/api/v1/nowhere")) == (
        "GET /llms.txt lists the articles; GET /openapi.json lists the routes of the API."
    )
    assert next_step(site.ask("PUT", "/api/v1/tags")) == "Use a method that the Allow header names."
    assert next_step(site.post("/api/v1/diagnose", {"text": "x" * 70_000})) == (
        "Send less: of a log, only the lines around the error."
    )
    assert next_step(site.get(f"/api/v1/search?q={'a' * 17_000}")) == (
        "POST long texts to /api/v1/diagnose."
    )
    assert next_step(site.get("/api/v1/articles/connection-refused", accept="image/png")) == (
        "Send the request again with an Accept header that allows a format in the message."
    )


@pytest.mark.sqlite("removes the file")
def test_after_an_outage(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    path = site.app.state.library.database.path
    assert path is not None
    path.unlink()

    assert next_step(site.get("/api/v1/tags")) == (
        "Nothing was searched. Send the same request again after the seconds in Retry-After."
    )


def test_pages_of_a_list_name_their_neighbours(site: Site) -> None:
    def around(target: str) -> str:
        return site.get(target).headers["link"].removesuffix(DESCRIBED)

    query = "q=port&x=a+%E6%8B%92&tag=port&tag=network&pageSize=1"
    address = f"{API}/search?{query}"
    assert around(f"/api/v1/search?page=2&{query}") == (
        f'<{address}&page=1>; rel="prev", <{address}&page=3>; rel="next", '
    )
    assert around(f"/api/v1/search?{query}") == f'<{address}&page=2>; rel="next", '
    assert around(f"/api/v1/search?{query}&page=3") == f'<{address}&page=2>; rel="prev", '
    assert around("/api/v1/errors?pageSize=1") == f'<{API}/errors?pageSize=1&page=2>; rel="next", '
    assert around(f"/api/v1/search?q=port&pageSize=1&x={'y' * 1_000}") == ""
    assert around("/api/v1/search?q=a%0D%0AX:%20y,%22&pageSize=1&page=9") == ""
