"""No cache mixes two answers up: whatever header changes an answer is in `Vary` of both."""

from collections.abc import Iterator
from itertools import combinations

import pytest

from tests.api.conftest import site_of
from tests.api.site import Answer, Site
from tests.factories import BODY, make_article, make_document, make_translation

ARTICLE = "/api/v1/articles/connection-refused"
ROUTES = (
    ARTICLE, f"{ARTICLE}?format=json", f"{ARTICLE}?format=markdown", f"{ARTICLE}?lang=en",
    f"{ARTICLE}?format=json&lang=zh", f"{ARTICLE}.md", f"{ARTICLE}.md?lang=zh", f"{ARTICLE}.zh.md",
    f"{ARTICLE}.en.md", f"{ARTICLE}.fr.md", "/api/v1/articles/art_PortClosed01",
    "/api/v1/articles/nothing", "/api/v1/articles", "/api/v1/search?q=refused",
    "/api/v1/search?q=refused&lang=en", "/api/v1/search?page=0", "/api/v1/errors",
    "/api/v1/errors?lang=zh", "/api/v1/domains", "/api/v1/tags", "/api/v1/stats", "/openapi.json",
    "/llms.txt", "/llms.txt?lang=zh", "/llms-full.txt", "/llms-full.txt?lang=en", "/robots.txt",
    "/feed.xml", "/feed.xml?lang=zh", "/sitemap.xml", "/sitemap-1.xml", "/nowhere", "/skill.md",
    "/.well-known/api-catalog", "/.well-known/agent-skills/index.json",
    "/.well-known/agent-skills/fixbook/SKILL.md", "/", "/en", "/zh/search?q=refused",
    "/en/articles/connection-refused", "/zh/articles/connection-refused.md", "/en/errors",
)  # fmt: skip
VALUES = {
    "accept": ("", "application/json", "text/markdown", "text/html", "image/png"),
    "accept-language": ("", "en", "zh-CN", "fr"),
    "accept-encoding": ("", "gzip", "br"),
}
ONLY_ENCODING = (
    f"{ARTICLE}.zh.md", f"{ARTICLE}.en.md", f"{ARTICLE}.md?lang=zh", "/robots.txt", "/sitemap.xml",
    "/.well-known/api-catalog",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    body = f"{BODY}\n\n{'Long. ' * 200}"
    article = make_article(
        translations=[make_translation(body=body), make_translation(lang="zh", title="拒绝")]
    )
    documents = {
        "connection-refused.md": make_document(article),
        "connection-refused.zh.md": make_document(article, lang="zh"),
    }
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


def varying(answer: Answer) -> set[str]:
    return {name.strip().lower() for name in answer.headers.get("vary", "").split(",")}


def content(answer: Answer) -> tuple[object, ...]:
    """What must be the same for two requests that a cache takes for one."""
    body = answer.body
    if answer.headers.get("content-type", "").startswith("application/json"):
        body = body.partition(b'"requestId"')[0]
    elif answer.headers.get("content-encoding"):
        body = b""  # an envelope is compressed with its request id
    told = ("content-type", "content-language", "content-encoding", "location")
    return (answer.status, body, *map(answer.headers.get, told))


def is_stored(answer: Answer) -> bool:
    return "no-store" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize("target", ROUTES)
@pytest.mark.parametrize("header", VALUES)
def test_what_changes_an_answer_is_in_vary(site: Site, target: str, header: str) -> None:
    for others in ({}, {"accept": "text/markdown"}, {"accept-encoding": "gzip"}):
        answers = [
            site.ask("GET", target, headers={**others, header: value}) for value in VALUES[header]
        ]
        for one, other in combinations(answers, 2):
            if content(one) != content(other):
                assert all(header in varying(each) for each in (one, other) if is_stored(each))


@pytest.mark.parametrize("target", ROUTES)
def test_what_is_known_varies_as_what_is_new(site: Site, target: str) -> None:
    new = site.get(target)
    if "etag" in new.headers:
        known = site.get(target, if_none_match=new.headers["etag"])
        assert (known.status, known.headers["vary"]) == (304, new.headers["vary"])


@pytest.mark.parametrize("target", ONLY_ENCODING)
def test_an_address_that_says_it_all_is_one_for_every_cache(site: Site, target: str) -> None:
    assert site.get(target).headers["vary"] == "Accept-Encoding"


def test_an_address_with_a_format_but_no_language(site: Site) -> None:
    assert site.get(f"{ARTICLE}.md").headers["vary"] == "Accept-Language, Accept-Encoding"
