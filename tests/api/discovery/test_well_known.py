"""What programs look for at well-known places."""

from pathlib import Path
from urllib.robotparser import RobotFileParser

from fastapi.routing import APIRoute

from api.discovery import feeds, full_text, llms, skill, well_known
from tests.api.conftest import Served
from tests.api.site import URL
from tests.factories import make_document

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "agents.md"
CATALOG = "/.well-known/api-catalog"


def test_robots_may_fetch_all_but_pages_of_results(serve: Served) -> None:
    answer = serve({}).get("/robots.txt")
    robots = RobotFileParser()
    robots.parse(answer.body.decode().splitlines())

    assert robots.site_maps() == [f"{URL}/sitemap.xml"]
    assert robots.can_fetch("Some", "/en/articles/connection-refused")
    assert robots.can_fetch("Some", "/api/v1/search?q=ECONNREFUSED")
    assert not robots.can_fetch("Some", "/en/search?q=a")
    assert not robots.can_fetch("Some", "/zh/search?q=a")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Encoding"


def test_a_public_url_with_a_path_counts(serve: Served) -> None:
    site = serve({}, public_url="https://fixes.example/kb")
    text = site.get("/robots.txt").body.decode()

    assert "Disallow: /kb/en/search\n" in text
    assert "Sitemap: https://fixes.example/kb/sitemap.xml\n" in text
    anchors = [context["anchor"] for context in site.get(CATALOG).json["linkset"]]
    assert anchors == [f"https://fixes.example/kb{path}" for path in (CATALOG, "/api/v1", "/mcp")]


def test_the_catalogue_names_the_apis_and_their_descriptions(serve: Served) -> None:
    answer = serve({}).get(CATALOG)
    catalog, rest, mcp = answer.json["linkset"]

    assert answer.headers["content-type"] == (
        'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
    )
    assert catalog == {
        "anchor": f"{URL}{CATALOG}",
        "item": [{"href": f"{URL}/api/v1"}, {"href": f"{URL}/mcp"}],
    }
    assert rest == {
        "anchor": f"{URL}/api/v1",
        "service-desc": [{"href": f"{URL}/openapi.json", "type": "application/openapi+json"}],
        "service-doc": [
            {"href": f"{URL}/docs", "type": "text/html"},
            {"href": f"{URL}/llms.txt", "type": "text/plain"},
            {
                "href": f"{URL}/.well-known/agent-skills/fixbook/SKILL.md",
                "type": "text/markdown",
            },
        ],
        "status": [{"href": f"{URL}/api/health", "type": "application/json"}],
    }
    assert list(mcp) == ["anchor", "service-doc", "status"]


def test_head_of_the_catalogue_names_it_too(serve: Served) -> None:
    answer = serve({}).head(CATALOG)

    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["link"] == (
        f'<{URL}{CATALOG}>; rel="api-catalog", <{URL}/api/v1>; rel="item", <{URL}/mcp>; rel="item"'
    )


def test_the_front_page_leads_to_the_catalogue(serve: Served) -> None:
    assert serve({}).get("/").headers["link"] == (
        f'<{URL}{CATALOG}>; rel="api-catalog", <{URL}/llms.txt>; rel="describedby"; '
        'type="text/plain"'
    )


def test_what_the_catalogue_names_is_there(serve: Served) -> None:
    site = serve({"connection-refused.md": make_document()})
    _, rest, _ = site.get(CATALOG).json["linkset"]

    for link in (*rest["service-desc"], *rest["service-doc"], *rest["status"]):
        answer = site.follow(link["href"].removeprefix(URL))
        assert answer.status == 200
        assert answer.headers["content-type"].startswith(link["type"])


def test_every_place_is_documented() -> None:
    text = DOCUMENTATION.read_text("utf-8")
    routes = [route for module in (well_known, feeds, full_text, llms, skill)
              for route in module.router.routes]  # fmt: skip

    assert len(routes) == 11
    for route in routes:
        assert isinstance(route, APIRoute)
        assert f"`{route.path}`" in text
