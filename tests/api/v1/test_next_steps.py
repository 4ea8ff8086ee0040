"""What to do next, in the language that was asked for."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from corpus.library import Library
from corpus.settings import Gaps
from corpus.store import api_keys
from corpus.store.api_keys import Scope
from tests.api.conftest import Served, site_of
from tests.api.site import Answer, Site
from tests.corpus.proposals.documents import proposed
from tests.factories import make_article, make_document, make_translation

LOG = b"connect ECONNREFUSED 127.0.0.1:8931"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    article = make_article(translations=[make_translation(), make_translation(lang="zh")])
    documents = {
        f"connection-refused.{lang}.md": make_document(article, lang=lang) for lang in ("en", "zh")
    }
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


def post(site: Site, lang: str, body: bytes) -> Answer:
    headers = {"content_type": "text/plain", "accept_language": lang}
    return site.post("/api/v1/diagnose", body, **headers)


PATHS = (
    "/api/v1/search?q=refused",
    "/api/v1/search?q=refused+wozzle+frobnicate+gronk",
    "/api/v1/search?q=refused&page=9",
    "/api/v1/search?q=zzxyqqk",
    "/api/v1/search?tag=none",
    "/api/v1/articles",
    "/api/v1/errors",
    "/api/v1/errors?q=zzxyqqk",
    "/api/v1/articles/connection-refused",
    "/api/v1/domains",
    "/api/v1/tags",
    "/api/v1/articles/connection-refused/reports",
    "/api/v1/articles/connection-refuse",
    "/api/v1/nothing",
    "/api/v1/search?pageSize=1000",
    "/api/v1/search?status=x",
)


def step(answer: Answer) -> Any:
    return answer.json["meta"]["nextStep"]


@pytest.mark.parametrize("path", PATHS)
def test_in_the_language_asked_for(site: Site, path: str) -> None:
    mark = "&" if "?" in path else "?"
    assert CHINESE.search(step(site.get(f"{path}{mark}lang=zh")))
    assert CHINESE.search(step(site.get(path, accept_language="zh-CN, en;q=0.5")))
    assert not CHINESE.search(step(site.get(path)))


@pytest.mark.parametrize("body", [LOG, b"zzxyqqk: gronk", b""])
def test_of_a_diagnosis(site: Site, body: bytes) -> None:
    assert CHINESE.search(step(post(site, "zh", body)))
    assert not CHINESE.search(step(post(site, "en", body)))


def test_lists_in_markdown_have_no_english_sentence(site: Site) -> None:
    for path in ("/api/v1/search?q=refused&lang=zh", "/api/v1/errors?lang=zh"):
        text = site.get(path, accept="text/markdown").body.decode()
        assert CHINESE.search(text.splitlines()[0])
        assert CHINESE.search(text.splitlines()[-1])


@pytest.mark.parametrize(("lang", "is_chinese"), [("zh", True), ("en", False)])
def test_by_the_header_alone(
    serve: Served, library: Library, lang: str, *, is_chinese: bool
) -> None:
    with library.database.recording() as connection:
        key = f"Bearer {api_keys.add(connection, 'ann', list(Scope))}"
    site = serve({"connection-refused.md": make_document()}, gaps=Gaps.ON)
    asked = {"authorization": key, "accept_language": lang}
    made = site.post(
        "/api/v1/proposals", proposed().encode(), content_type="text/markdown", **asked
    )
    place = f"/api/v1/proposals/{made.json['data']['id']}"
    report = b'{"outcome":"worked"}'
    reports = "/api/v1/articles/connection-refused/reports"
    reported = site.post(reports, report, content_type="application/json", **asked)
    others = [site.get(path, **asked) for path in (place, "/api/v1/gaps", "/api/v1/stats")]
    for answer in (made, reported, *others):
        assert bool(CHINESE.search(step(answer))) == is_chinese
