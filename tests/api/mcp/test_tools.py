"""The tools as they are offered, searches and diagnoses."""

import json
from typing import Any

import pytest
from mcp_types import CallToolResult

from corpus.library import Library
from corpus.store import api_keys
from corpus.store.api_keys import Scope
from tests.api.conftest import Served
from tests.api.mcp.calls import FIX, TRACE, called, complaint, data, post, rpc, text
from tests.api.site import HOST, Site
from tests.corpus.proposals.documents import proposal_body, proposed
from tests.factories import make_document, numbered_document

# The tools as they are offered


def tools(site: Site) -> dict[str, Any]:
    return {tool["name"]: tool for tool in post(site, rpc("tools/list")).json["result"]["tools"]}


def test_tools_say_what_they_are(site: Site) -> None:
    for name, tool in tools(site).items():
        writes = name in ("report_outcome", "propose_fix")
        reading = {"readOnlyHint": True, "openWorldHint": False}
        writing = {"destructiveHint": False, "idempotentHint": True, "openWorldHint": False}
        assert tool["annotations"] == (writing if writes else reading)
        assert writes or tool["outputSchema"]["type"] == "object"
        assert "$ref" not in json.dumps(tool["inputSchema"])


def test_what_is_offered_is_short(site: Site) -> None:
    assert len(post(site, rpc("tools/list")).body) < 6_000


def test_arguments_have_bounds(site: Site) -> None:
    offered = {name: tool["inputSchema"]["properties"] for name, tool in tools(site).items()}
    limit = offered["search_articles"]["limit"]
    assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 20, 5)
    assert offered["search_articles"]["status"]["enum"] == [
        "verified", "partial", "pending", "failed", "deprecated",
    ]  # fmt: skip
    characters = offered["get_article"]["max_characters"]
    assert (characters["minimum"], characters["maximum"]) == (500, 50_000)
    assert offered["diagnose_error"]["text"]["maxLength"] == 65_536
    assert offered["diagnose_error"]["limit"]["default"] == 3


# search_articles


def test_a_search_says_why(site: Site) -> None:
    result = called(site, "search_articles", query="ECONNREFUSED", limit=1, lang=None)
    assert text(result) == (
        "1 article matches.\n\n"
        "1. **Connection refused on a local port**\n"
        "   Article `connection-refused`, domain transport, updated 2026-03-13.\n"
        "   Trust: none. Nobody states that this was verified, and no run shows it.\n"
        "   Nothing listens where the client knocks.\n"
        "   - error: connect ECONNREFUSED 127.0.0.1:8931\n"
        "     Cause: Nothing listens there\n"
        "     Solution: Start the server\n"
        "     Trust of this error: none. Nobody states that this was verified, and no run shows "
        "it.\n"
        "   - keyword: ECONNREFUSED\n"
        "   - keyword: connection refused\n\n"
        'Next: get_article(article="connection-refused")'
    )
    found = data(result)
    assert [item["slug"] for item in found["items"]] == ["connection-refused"]
    assert found["pagination"] == {"page": 1, "pageSize": 1, "total": 1, "totalPages": 1}
    assert found["items"][0]["url"] == f"http://{HOST}/api/v1/articles/connection-refused"


def test_a_search_in_chinese(site: Site) -> None:
    result = called(site, "search_articles", query="拒绝连接", lang="zh-CN")
    assert "1. **本地端口拒绝连接**" in text(result)
    assert data(result)["nextStep"] == 'get_article(article="connection-refused", lang="zh-CN")'


def test_filters_of_a_search(site: Site) -> None:
    def slugs(**filters: str) -> list[str]:
        found = data(called(site, "search_articles", query="segment port", **filters))
        return [item["slug"] for item in found["items"]]

    assert slugs(domain="foundation") == ["shared-segments"]
    assert slugs(domain="agent") == []
    assert slugs(status="verified") == []
    assert slugs(tag="nowhere") == []


def test_a_search_that_finds_nothing_says_so(site: Site) -> None:
    result = called(site, "search_articles", query="zzqqy")
    assert not result.is_error
    assert text(result) == (
        "No article matches.\n\n"
        "Next: search_articles with fewer or other words, or without filters; "
        "diagnose_error for a whole error output"
    )


def test_an_unknown_domain_is_answered_with_those_there_are(site: Site) -> None:
    assert complaint(site, "search_articles", query="x", domain="weather") == (
        "domain: 'weather' is not a domain. Available: agent, error_codes, foundation, mcp, "
        "scenarios, skill, tools_filesystem, tools_github, tools_postgres, transport."
    )
    assert complaint(site, "diagnose_error", text="x", domain="weather").startswith("domain: ")


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("search_articles", {}, "query is missing; it must be a text of 1 to 4,000 characters."),
        ("search_articles", {"query": " "}, "query is empty."),
        (
            "search_articles",
            {"query": "x", "limit": 21},
            "limit: 21 is invalid; it must be a whole number from 1 to 20.",
        ),
        (
            "search_articles",
            {"query": "x", "status": "good"},
            (
                "status: 'good' is invalid; it must be one of verified, partial, pending, failed, "
                "deprecated."
            ),
        ),
        (
            "search_articles",
            {"query": "x", "lang": "e n"},
            "lang: 'e n' is invalid; it must be a language tag such as en or zh.",
        ),
        (
            "search_articles",
            {"query": ["x"], "page": 2},
            (
                "query is invalid; it must be a text of 1 to 4,000 characters. page is not a "
                "parameter. Available: query, lang, domain, status, tag, limit."
            ),
        ),
        (
            "get_article",
            {"article": "x", "max_characters": 1},
            "max_characters: 1 is invalid; it must be a whole number from 500 to 50,000.",
        ),
        (
            "get_article",
            {"slug": "x"},
            (
                "article is missing; it must be a text of 1 to 2,000 characters. slug is not a "
                "parameter. Available: article, section, lang, max_characters."
            ),
        ),
        ("diagnose_error", {"text": "\n"}, "text is empty."),
        (
            "diagnose_error",
            {"text": "x" * 65_537},
            "text is invalid; it must be a text of 1 to 65,536 characters.",
        ),
        (
            "diagnose_error",
            {"text": "错" * 30_000},
            "text is too long: 90,000 bytes; it may have 65,536. Send the end of the log.",
        ),
    ],
)
def test_bad_arguments_are_explained(
    tool: str, arguments: dict[str, object], words: str, site: Site
) -> None:
    assert complaint(site, tool, **arguments) == words


# diagnose_error


def test_a_diagnosis(site: Site) -> None:
    result = called(site, "diagnose_error", text=TRACE)
    assert text(result) == (
        "Outcome: exact. 2 articles were searched.\n\n"
        "1. **Connection refused on a local port**\n"
        "   Article `connection-refused`, exact (0.92).\n"
        "   Line 4 of the text: `Error: connect ECONNREFUSED 127.0.0.1:9555`\n"
        "   Known error: `connect ECONNREFUSED 127.0.0.1:8931`\n"
        "   Cause: Nothing listens there\n"
        "   Solution: Start the server\n"
        "   Trust of this error: none. Nobody states that this was verified, and no run shows it."
        "\n\nThe fix, from the article `connection-refused`:\n\n"
        f"{FIX}\n\n"
        'Next: get_article(article="connection-refused")'
    )
    assert data(result)["matches"][0]["error"]["anchor"] == (
        "error-connect-econnrefused-1270018931"
    )


def test_no_match_is_no_error_and_no_guess(site: Site) -> None:
    result = called(site, "diagnose_error", text="QuuxError: the flange is unbaffled",
                    domain="transport")  # fmt: skip
    assert not result.is_error
    assert text(result) == (
        "Outcome: none. 2 articles were searched, limited to the domain transport.\n"
        "No article covers an error in this text. These lines were looked up:\n"
        "- line 1: `QuuxError: the flange is unbaffled`\n\n"
        "Next: no article matches; search_articles may find something related to its words"
    )
    assert data(result)["matches"] == []


def test_many_long_results_are_left_out_and_it_is_said(serve: Served) -> None:
    row = "| Error | Cause | Solution |\n|---|---|---|\n"
    row += f"| `Error: E4711 in {'y' * 300}` | {'because ' * 300} | {'do ' * 900} |"
    site = serve(
        {
            f"article-{at:03}.md": numbered_document(at, title="x" * 999, body=row)
            for at in range(20)
        }
    )
    result = called(site, "search_articles", query="E4711", limit=20)
    assert text(result).endswith("4 more results are left out, because the text is too long.")
    assert len(data(result)["items"]) == 16


# report_outcome


def test_a_key_is_needed_to_report(site: Site) -> None:
    result = called(site, "report_outcome", article="connection-refused", outcome="worked")
    assert result.is_error
    assert "needs an API key with the scope report" in text(result)


def test_a_report_is_stored(serve: Served, library: Library) -> None:
    with library.database.recording() as connection:
        token = api_keys.add(connection, "ana", [Scope.REPORT])
    site = serve({"001.md": numbered_document(1)})
    arguments = {"article": "article-001", "outcome": "worked", "environment": {"os": "x"}}
    message = rpc("tools/call", name="report_outcome", arguments=arguments)

    answer = post(site, message, authorization=f"Bearer {token}").json["result"]

    assert not answer.get("isError")
    assert answer["content"][0]["text"] == "Stored, thank you: article-001 worked."
    assert answer["structuredContent"]["reports"]["worked"] == 1
    assert site.get("/api/v1/articles/article-001/reports").data["current"]["worked"] == 1
    wrong = {**arguments, "anchor": "nowhere"}
    refused = post(
        site,
        rpc("tools/call", name="report_outcome", arguments=wrong),
        authorization=f"Bearer {token}",
    ).json["result"]
    assert refused["isError"]
    assert "Available:" in refused["content"][0]["text"]


# propose_fix


def test_a_fix_is_proposed(serve: Served, library: Library) -> None:
    with library.database.recording() as connection:
        token = api_keys.add(connection, "ann", [Scope.PROPOSE])
        reader = api_keys.add(connection, "bob")
    site = serve({"connection-refused.md": make_document()})

    def propose(token: str, **arguments: object) -> CallToolResult:
        call = rpc("tools/call", name="propose_fix", arguments=arguments)
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return CallToolResult.model_validate(post(site, call, **headers).json["result"])

    made = data(propose(token, document=proposed()))
    assert (made["status"], made["slug"]) == ("linted", "cat-notes-missing")
    assert data(propose(token, document=proposed())) == made
    assert "the scope propose" in text(propose(reader, document=proposed()))
    assert "needs an API key" in text(propose("", document=proposed()))
    wrong = propose(token, document=proposed(body=proposal_body(fix="true")))
    assert wrong.is_error
    assert "its fix changes nothing" in text(wrong)
