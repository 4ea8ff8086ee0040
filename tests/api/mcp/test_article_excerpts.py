"""`get_article`: all of an article or a part, within a budget."""

import json

import pytest

from corpus.document.article import Status
from tests.api.conftest import Served
from tests.api.mcp.calls import LONG, called, complaint, data, documents, text
from tests.api.site import HOST, Site
from tests.factories import make_article, make_document, make_metadata


def test_a_whole_article(site: Site) -> None:
    result = called(site, "get_article", article="shared-segments")
    assert text(result) == (
        "# Shared segments\n\n"
        "Article `shared-segments`, language en, updated 2026-03-13.\n"
        "Trust: none. Nobody states that this was verified, and no run shows it.\n\n"
        "---\n\nWhat they are."
    )
    found = data(result)
    assert (found["content"], found["cut"], found["characters"]) == ("What they are.", False, 14)
    assert (found["sections"], found["nextStep"]) == ([], "")


@pytest.mark.parametrize("budget", [500, 600, 900, 1_500, 4_000, 4_900])
def test_a_cut_article_keeps_to_its_budget_and_says_so(budget: int, site: Site) -> None:
    result = called(site, "get_article", article="connection-refused", max_characters=budget)
    assert len(text(result)) <= budget
    found = data(result)
    assert len(json.dumps(found, ensure_ascii=False, separators=(",", ":"))) <= budget
    assert found["cut"] is True
    assert found["content"].split("\n\n[")[0] in text(result)
    assert "\n\n---\n\nLeft out here: " in text(result)
    assert [section["anchor"] for section in found.get("sections", ())] == (
        ["symptoms", "error-table", "fix", "background"] if budget >= 4_000 else []
    )


def test_what_was_cut_can_be_asked_for(site: Site) -> None:
    found = data(called(site, "get_article", article="connection-refused", max_characters=800))
    assert found["nextStep"] == (
        'get_article(article="connection-refused", section="fix", lang="en")'
    )


def test_a_section_that_is_too_long_is_cut(site: Site) -> None:
    result = called(site, "get_article", article="TRANS-007", section="background",
                    max_characters=700)  # fmt: skip
    steps = "".join(f"{step}\n" for step in LONG.split("\n")[:6])
    assert data(result)["content"] == (
        f"## Background\n\n{steps}\n[94 more items of this list left out.]"
    )
    assert data(result)["nextStep"] == "get_article with a larger max_characters"


def test_a_section_by_the_anchor_of_an_error(site: Site) -> None:
    found = called(site, "get_article", article="connection-refused",
                   section="error-curl-28-connection-timed-out")  # fmt: skip
    assert data(found)["content"] == (
        "- Error: curl: (28) Connection timed out\n"
        "  - Cause: A firewall drops packets\n"
        "  - Solution: Open the port"
    )


@pytest.mark.parametrize(
    "name",
    [
        "fixbook://articles/connection-refused.zh.md",
        "fixbook://articles/connection-refused?lang=zh",
        f"http://{HOST}/zh/articles/connection-refused",
        f"https://{HOST}/base/zh/articles/connection-refused/?x=1",
        "/api/v1/articles/connection-refused.zh.md",
        " /zh/articles/trans-007 ",
    ],
)
def test_an_article_by_its_addresses(name: str, site: Site) -> None:
    found = data(called(site, "get_article", article=name))
    assert (found["slug"], found["lang"]) == ("connection-refused", "zh")


@pytest.mark.parametrize(
    "name",
    [
        "fixbook://articles/connection-refused#error-curl-28-connection-timed-out",
        f"http://{HOST}/en/articles/connection-refused?error=curl-28-connection-timed-out",
        f"http://{HOST}/en/errors/curl-28-connection-timed-out",
    ],
)
def test_an_address_may_name_an_error(name: str, site: Site) -> None:
    found = data(called(site, "get_article", article=name))
    assert found["content"].startswith("- Error: curl: (28) Connection timed out\n")


def test_an_address_without_an_article(site: Site) -> None:
    assert complaint(site, "get_article", article="/en/errors/none-of-these").startswith(
        "There is no page of an error 'none-of-these'."
    )
    assert complaint(site, "get_article", article="http://[/en/articles/x").startswith(
        "There is no article 'http://[/en/articles/x'."
    )


def test_names_in_any_case(site: Site) -> None:
    for name in ("trans-007", "Trans-007", "Connection-Refused"):
        assert data(called(site, "get_article", article=name))["slug"] == "connection-refused"


def test_a_section_that_just_fits_comes_whole(site: Site) -> None:
    """The list of the other sections gives way first."""
    arguments = {"article": "connection-refused", "section": "background"}
    for budget, is_cut, has_list in (
        (5_000, False, True),
        (4_800, False, False),
        (4_700, True, True),
    ):
        result = called(site, "get_article", **arguments, max_characters=budget)
        assert len(text(result)) <= budget
        assert ("Left out here" in text(result)) is is_cut
        assert ("Available sections" in text(result)) is has_list


def test_the_fix_in_chinese(site: Site) -> None:
    found = called(site, "get_article", article="connection-refused", section="fix", lang="zh-CN")
    assert data(found)["content"] == "## 解决方法\n\n启动服务器。"
    assert data(found)["lang"] == "zh"


def test_a_fix_that_no_heading_names_is_in_the_whole(site: Site) -> None:
    found = called(site, "get_article", article="shared-segments", section="fix")
    assert data(found)["content"] == "What they are."
    assert "No heading matches fix; this is the whole article." in text(found)


def test_an_unknown_section_is_answered_with_those_there_are(site: Site) -> None:
    assert complaint(site, "get_article", article="connection-refused", section="prices") == (
        "section: 'prices' is not a section of this article. Available: fix, cause, errors, "
        "questions, summary, symptoms, error-table, background."
    )


def test_an_unknown_article_is_answered_with_suggestions(site: Site) -> None:
    assert complaint(site, "get_article", article="conection-refused") == (
        "There is no article 'conection-refused'. Did you mean one of these: connection-refused?"
    )
    assert complaint(site, "get_article", article="zzqqy") == (
        "There is no article 'zzqqy'. Call search_articles to find the slug."
    )


def test_a_deprecated_article_says_so(serve: Served) -> None:
    old = make_article(
        slug="old",
        metadata=make_metadata(
            id="art_Deprecated01", status=Status.DEPRECATED, related_ids=["art_Segments0001"]
        ),
    )
    site = serve({**documents(), "old.md": make_document(old)})
    result = called(site, "get_article", article="old")
    notice = (
        f"This article is deprecated; read http://{HOST}/api/v1/articles/shared-segments instead."
    )
    assert data(result)["notice"] == notice
    assert notice in text(result)
