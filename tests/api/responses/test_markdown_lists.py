"""Lists as Markdown: short, with links, of the same data as the JSON answers."""

from collections.abc import Iterator

import pytest

from tests.api.conftest import site_of
from tests.api.site import URL, Site
from tests.factories import (
    make_article,
    make_document,
    make_metadata,
    make_translation,
    numbered_document,
)

NOT_RUN = "Trust of this error: none. Nobody states that this was verified, and no run shows it."
LIST = "text/markdown; charset=utf-8"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    article = make_article(
        metadata=make_metadata(code="TRANS-002"),
        translations=[
            make_translation(),
            make_translation(lang="zh", title="[拒绝]", summary="无"),
        ],
    )
    documents = {
        "connection-refused.md": make_document(article),
        "connection-refused.zh.md": make_document(article, lang="zh"),
        **{f"a-{n}.md": numbered_document(n, body="Text.") for n in range(4)},
    }
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


def shown(site: Site, target: str, **headers: str) -> list[str]:
    answer = site.get(target, accept="text/markdown", **headers)
    assert (answer.status, answer.headers["content-type"]) == (200, LIST)
    return answer.body.decode().splitlines()


def test_a_page_of_results(site: Site) -> None:
    assert shown(site, "/api/v1/search?q=ECONNREFUSED&domain=transport&pageSize=1") == [
        "# Search: ECONNREFUSED",
        "",
        "5 articles match; shown: 1.",
        "",
        f"1. [Connection refused on a local port]({URL}/api/v1/articles/connection-refused.en.md)",
        "   Article `connection-refused`, domain transport, updated 2026-03-13.",
        "   Trust: none. Nobody states that this was verified, and no run shows it.",
        "   Nothing listens where the client knocks.",
        "   - error: connect ECONNREFUSED 127.0.0.1:8931",
        "     Cause: Nothing listens there",
        "     Solution: Start the server",
        f"     {NOT_RUN}",
        "   - keyword: ECONNREFUSED",
        "   - keyword: connection refused",
        "",
        f"GET {URL}/api/v1/articles/connection-refused?format=markdown for the best match",
    ]


def test_titles_come_in_the_wanted_language(site: Site) -> None:
    link = rf"1. [\[拒绝\]]({URL}/api/v1/articles/connection-refused.zh.md)"

    assert shown(site, "/api/v1/search?q=TRANS-002&lang=zh")[4] == link
    assert shown(site, "/api/v1/search?q=TRANS-002", accept_language="zh")[4] == link


def test_nothing_found_and_other_spellings(site: Site) -> None:
    nothing = shown(site, "/api/v1/search?q=zzzzqqqq")
    assert nothing[2] == "No article matches."
    assert nothing[-1].startswith("Nothing matched. POST the whole error output to ")
    assert "Did you mean: connection" in shown(site, "/api/v1/search?q=conection")


def test_the_list_of_articles_goes_on_counting(site: Site) -> None:
    lines = shown(site, "/api/v1/articles?pageSize=2&page=3")

    assert lines[0] == "# Articles"
    assert lines[2] == "5 articles match; shown: 5."
    assert lines[4].startswith("5. [")
    assert lines[-1].endswith("?format=markdown for the first of them")


def test_a_page_of_the_error_index(site: Site) -> None:
    address = f"{URL}/api/v1/articles/connection-refused"

    assert shown(site, "/api/v1/errors?q=connect+ECONN") == [
        "# Errors",
        "",
        "1 error matches.",
        "",
        "- error: connect ECONNREFUSED 127.0.0.1:8931",
        "  Cause: Nothing listens there",
        "  Solution: Start the server",
        f"  {NOT_RUN}",
        f"  [Connection refused on a local port]({address}.en.md)",
        "",
        f"GET {address}?format=markdown for the article of the first",
    ]


def test_json_stays_the_answer_to_everybody_else(site: Site) -> None:
    for accept in ("", "*/*", "application/json", "text/html,*/*;q=0.8", "image/png",
                   "text/markdown;q=0.5, application/json"):  # fmt: skip
        for target in ("/api/v1/search?q=a", "/api/v1/articles", "/api/v1/errors"):
            headers = site.get(target, accept=accept).headers
            assert headers["content-type"] == "application/json; charset=utf-8", accept
    for accept in ("text/markdown, text/html, */*", "text/markdown, application/json;q=0.9"):
        assert site.get("/api/v1/errors", accept=accept).headers["content-type"] == LIST
