"""Well-known resources: `/robots.txt`, the API catalogue and the specification."""

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.dependencies import PublicUrl
from api.discovery.skill import SKILL_PATH
from api.http.representation import Representation
from api.responses.model import encoded
from api.responses.next_steps import CATALOG_PATH
from languages.loader import spoken_languages

router = APIRouter(include_in_schema=False)

MAX_AGE = 3600
"""Seconds. These change with the software, not with the corpus."""

_OPENAPI = "application/openapi+json"
_PROFILE = "https://www.rfc-editor.org/info/rfc9727"


@router.get("/robots.txt")
async def get_robots(url: PublicUrl) -> Response:
    """Crawlers may fetch everything but search results, which are endless (RFC 9309)."""
    prefix = urlsplit(url).path
    lines = [
        "User-agent: *",
        *(f"Disallow: {prefix}/{lang}/search" for lang in spoken_languages()),
        "Allow: /",
        "",
        f"Sitemap: {url}/sitemap.xml",
    ]
    return Representation(
        "\n".join([*lines, ""]).encode(),
        media_type="text/plain; charset=utf-8",
        max_age=MAX_AGE,
        vary="Accept-Encoding",
    )


@router.get(CATALOG_PATH)
async def get_catalog(url: PublicUrl) -> Response:
    """The APIs and their documentation (RFC 9727), as a link set (RFC 9264)."""
    apis = (f"{url}/api/v1", f"{url}/mcp")
    links = [f'<{url}{CATALOG_PATH}>; rel="api-catalog"', *(f'<{api}>; rel="item"' for api in apis)]
    return Representation(
        encoded({"linkset": _linkset(url, *apis)}),
        media_type=f'application/linkset+json; profile="{_PROFILE}"',
        headers=[("Link", ", ".join(links))],
        max_age=MAX_AGE,
        vary="Accept-Encoding",
    )


@router.get("/openapi.json")
async def get_specification(request: Request) -> Response:
    """The specification, in the media type registered for it."""
    return Representation(
        encoded(request.app.openapi()), media_type=_OPENAPI, max_age=MAX_AGE, vary="Accept-Encoding"
    )


def _linkset(url: str, rest: str, mcp: str) -> list[dict[str, object]]:
    guide = {"href": f"{url}/llms.txt", "type": "text/plain"}
    skill = {"href": f"{url}{SKILL_PATH}", "type": "text/markdown"}
    docs = {"href": f"{url}/docs", "type": "text/html"}
    specification = {"href": f"{url}/openapi.json", "type": _OPENAPI}
    health = {"href": f"{url}/api/health", "type": "application/json"}
    return [
        {"anchor": f"{url}{CATALOG_PATH}", "item": [{"href": rest}, {"href": mcp}]},
        {
            "anchor": rest,
            "service-desc": [specification],
            "service-doc": [docs, guide, skill],
            "status": [health],
        },
        {"anchor": mcp, "service-doc": [guide], "status": [health]},
    ]
