"""The documentation of the API as a page; what it does with scripts is tested in a browser."""

import re
from collections.abc import Iterator

import pytest

from api.pages.api_docs import EVERYWHERE
from api.pages.operations import Operation, groups
from api.specification import standalone
from languages.loader import translations
from tests.api.conftest import site_of
from tests.api.pages.document import document
from tests.api.site import URL, Site
from tests.factories import make_document

PAGE = "/en/api-docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_of(tmp_path_factory.mktemp("docs"), {"refused.md": make_document()}) as site:
        yield site


def test_docs_leads_to_the_page_in_the_readers_language(site: Site) -> None:
    answer = site.get("/docs", accept_language="zh-CN,zh;q=0.9,en;q=0.5")
    assert (answer.status, answer.headers["location"]) == (307, "/zh/api-docs")
    assert answer.headers["vary"] == "Accept-Language"
    assert site.get("/docs").headers["location"] == PAGE


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_operation_and_parameter_is_on_the_page(site: Site, lang: str) -> None:
    answer = site.get(f"/{lang}/api-docs")
    text = answer.body.decode()
    assert (answer.status, answer.headers["content-language"]) == (200, lang)
    for path, operations in standalone()["paths"].items():
        assert f"<code>{path}</code>" in text
        for operation in operations.values():
            name = operation["operationId"]
            assert f'<h3 id="{name}">' in text
            for parameter in operation.get("parameters", []):
                assert f'<label for="{name}-{parameter["name"]}">' in text


def test_all_that_the_specification_says_is_said_in_chinese(site: Site) -> None:
    known, said = translations("specification", "zh"), set[str]()
    for each in groups(standalone()):
        said |= {each.description, *(text for item in each.operations for text in _texts(item))}
    spec = standalone()["info"]["description"]
    paragraphs = {" ".join(p.split()) for text in (*said, spec) for p in text.strip().split("\n\n")}
    meanings = {*EVERYWHERE.values()}
    assert {*known} == (paragraphs | meanings) - {""}
    page = document(site.get("/zh/api-docs"))
    assert page.attributes("html") == [{"lang": "zh"}]
    assert [tag for tag, attributes, _ in page.elements if attributes.get("lang") == "en"] == ["a"]
    assert set(page.texts("strong")) >= {"搜索。", "诊断错误。"}


def _texts(operation: Operation) -> list[str]:
    return [
        operation.summary,
        operation.description,
        *(given.description for given in operation.parameters),
        *(answer.description for answer in operation.answers),
        *(condition for answer in operation.answers for condition, _ in answer.examples),
    ]


def test_examples_without_scripts(site: Site) -> None:
    text = site.get(PAGE).body.decode()
    assert f"curl {URL}/api/v1/articles/connection-refused</code>" in text
    assert '<a href="/api/v1/articles/connection-refused" data-target>' in text


def test_every_link_of_an_example_answers(site: Site) -> None:
    text = site.get(PAGE).body.decode()
    links = re.findall(r'<a href="([^"]+)" data-target>', text)
    assert [(link, site.get(link).status) for link in links] == [(link, 200) for link in links]
    assert len(links) == 14


def test_without_articles_the_examples_are_those_of_the_specification(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with site_of(tmp_path_factory.mktemp("empty"), {}) as empty:
        text = empty.get(PAGE).body.decode()
    slug = "troubleshoot-mcp-connection-refused-or-timeout-errors"
    assert f"curl {URL}/api/v1/articles/{slug}</code>" in text


def test_nothing_is_loaded_from_elsewhere(site: Site) -> None:
    text = site.get(PAGE).body.decode()
    loaded = [part.partition('"')[0] for part in text.split(' src="')[1:]]
    assert [address.partition(".")[0] for address in loaded] == [
        "/static/theme",
        "/static/fixbook",
        "/static/api-docs",
    ]
