"""The Model Context Protocol: the SDK's own client, over HTTP and over stdio, in both eras."""

import asyncio
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent

from api.mcp.endpoint import LARGEST
from corpus.article import Status
from corpus.bundle import write_bundle
from ingest.prepare import READER_VERSION
from tests.api.conftest import Served, site_of
from tests.api.process import ROOT, environment, running
from tests.api.site import HOST, Answer, Site
from tests.api.test_errors import assert_error
from tests.factories import (
    BODY,
    make_article,
    make_document,
    make_metadata,
    make_translation,
    numbered_document,
)

Value = TypeVar("Value")
Talk = Callable[[Client], Awaitable[Value]]

ERAS = {"legacy": "2025-11-25", "auto": "2026-07-28"}
"""How the client opens, and the protocol that they agree on."""
FIX = "## Fix\n\n```bash\nserver --port 8931\n```\n\n- **Docker:** publish the port."
LONG = "\n".join(f"- Step {number}: wait for the port, then try again." for number in range(100))
TRACE = """\
$ npm run client
node:internal/process/promises:288
            triggerUncaughtException(err, true /* fromPromise */);
Error: connect ECONNREFUSED 127.0.0.1:9555
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)
npm ERR! code ELIFECYCLE"""


def documents() -> dict[str, str]:
    """One article in two languages, one long one, and one without a heading that says fix."""
    english = make_translation(body=f"{BODY}\n\n{FIX}\n\n## Background\n\n{LONG}")
    chinese = make_translation(
        lang="zh",
        title="本地端口拒绝连接",
        summary="没有监听。",
        body="## 解决方法\n\n启动服务器。",
    )
    article = make_article(
        metadata=make_metadata(code="TRANS-007"), translations=[english, chinese]
    )
    plain = make_article(
        slug="shared-segments",
        metadata=make_metadata(id="art_Segments0001", domain="foundation", keywords=["segment"]),
        translations=[make_translation(title="Shared segments", summary="", body="What they are.")],
    )
    return {
        "connection-refused.md": make_document(article),
        "connection-refused.zh.md": make_document(article, lang="zh"),
        "shared-segments.md": make_document(plain),
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_of(tmp_path_factory.mktemp("mcp"), documents()) as site:
        yield site


def rpc(method: str, **params: object) -> dict[str, object]:
    """A request of the era of handshakes, which needs none here."""
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def modern(method: str, **params: object) -> tuple[dict[str, object], dict[str, str]]:
    """A request of the current protocol, and the headers that go with it."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    headers = {"mcp-protocol-version": "2026-07-28", "mcp-method": method}
    if "name" in params:
        headers["mcp-name"] = str(params["name"])
    return rpc(method, **params, _meta=meta), headers


def post(site: Site, message: object, **headers: str) -> Answer:
    return site.post("/mcp", message, content_type="application/json", **headers)


def called(site: Site, tool: str, **arguments: object) -> CallToolResult:
    """What a tool answers."""
    answer = post(site, rpc("tools/call", name=tool, arguments=arguments))
    assert answer.status == 200, answer.body
    return CallToolResult.model_validate(answer.json["result"])


def text(result: CallToolResult) -> str:
    [block] = result.content
    assert isinstance(block, TextContent)
    return block.text


def data(result: CallToolResult) -> Any:
    assert not result.is_error, text(result)
    return result.structured_content


def complaint(site: Site, tool: str, **arguments: object) -> str:
    result = called(site, tool, **arguments)
    assert (result.is_error, result.structured_content) == (True, None)
    return text(result)


# Whole sessions


async def two_calls(client: Client) -> str:
    """What an agent does that has a trace and wants the fix."""
    diagnosis = await client.call_tool("diagnose_error", {"text": TRACE})
    assert diagnosis.structured_content is not None
    match = diagnosis.structured_content["matches"][0]
    arguments = {"article": match["slug"], "section": "fix", "max_characters": 4_000}
    assert diagnosis.structured_content["nextStep"] == (
        'get_article(article="connection-refused", section="fix")'
    )
    return text(await client.call_tool("get_article", arguments))


async def tour(client: Client) -> dict[str, Any]:
    """A little of everything; the client holds structured content against its schema."""
    tools = await client.list_tools()
    found = await client.call_tool("search_articles", {"query": "ECONNREFUSED"})
    static = await client.list_resources()
    templates = await client.list_resource_templates()
    document = await client.read_resource("fixbook://articles/connection-refused.zh.md")
    with pytest.raises(MCPError) as missing:
        await client.read_resource("fixbook://articles/connection-refuse")
    return {
        "protocol": client.protocol_version,
        "name": client.server_info.name if client.server_info else None,
        "fix": await two_calls(client),
        "tools": [tool.name for tool in tools.tools],
        "found": found.structured_content and found.structured_content["items"][0]["slug"],
        "resources": static.resources,
        "templates": [one.uri_template for one in templates.resource_templates],
        "document": [(one.mime_type, one.model_dump()["text"][:10]) for one in document.contents],
        "missing": (missing.value.error.code, missing.value.error.message),
    }


EXPECTED = {
    "name": "fixbook",
    "fix": (
        "# Connection refused on a local port\n\n"
        "Article `connection-refused`, language en (also zh), updated 2026-03-13.\n"
        "Trust: none. Nobody states that this was verified, and no run shows it.\n\n"
        f"---\n\n{FIX}\n\n---\n\n"
        "Sections to ask for, with their characters: `symptoms` 80, `error-table` 224, `fix` 71, "
        "`background` 4,604."
    ),
    "tools": ["diagnose_error", "search_articles", "get_article"],
    "found": "connection-refused",
    "resources": [],
    "templates": ["fixbook://articles/{slug}"],
    "document": [("text/markdown", "# 本地端口拒绝连接")],
    "missing": (
        -32602,
        (
            "There is no article 'connection-refuse'. Perhaps one of these is meant: "
            "connection-refused."
        ),
    ),
}


async def talk(server: str | StdioServerParameters, mode: str, what: Talk[Value]) -> Value:
    async with Client(server, mode=mode) as client:
        return await what(client)


@pytest.mark.parametrize("mode", ERAS)
def test_a_session_over_http(mode: str, site: Site, tmp_path: Path) -> None:
    env = environment(site.app.state.settings)
    log = tmp_path / "log.txt"
    with running("--no-ingest", env=env, log=log) as port:
        url = f"http://127.0.0.1:{port}/mcp"
        assert asyncio.run(talk(url, mode, tour)) == {"protocol": ERAS[mode], **EXPECTED}
    assert "ECONNREFUSED" not in log.read_text()


@pytest.mark.parametrize("mode", ERAS)
def test_a_session_over_stdio(mode: str, site: Site, tmp_path: Path) -> None:
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "cli", "mcp"],
        env=environment(site.app.state.settings),
        cwd=tmp_path,
    )
    assert asyncio.run(talk(server, mode, tour)) == {"protocol": ERAS[mode], **EXPECTED}


def test_a_session_over_a_bundle(site: Site, tmp_path: Path) -> None:
    library, bundle = site.app.state.library, tmp_path / "fixes.fixbook"
    write_bundle(library, bundle, url=f"http://{HOST}", reader_version=READER_VERSION)
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "cli", "mcp", "--bundle", str(bundle)],
        env={"FIXBOOK_DATA_DIR": str(tmp_path / "nowhere"), "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
    )
    assert asyncio.run(talk(server, "auto", two_calls)) == EXPECTED["fix"]


# The transport


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "OPTIONS"])
def test_only_post_is_allowed(method: str, site: Site) -> None:
    answer = site.ask(method, "/mcp", headers={"accept": "text/event-stream"})
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    if method != "HEAD":
        assert_error(answer, "METHOD_NOT_ALLOWED")


def test_a_body_has_a_bound(site: Site) -> None:
    assert_error(post(site, b" " * (LARGEST + 1)), "PAYLOAD_TOO_LARGE")
    assert post(site, rpc("ping")).status == 200


def test_a_body_is_json(site: Site) -> None:
    assert_error(site.post("/mcp", rpc("ping"), content_type="text/plain"), "VALIDATION_ERROR")
    assert post(site, b"{").status == 400


def test_discovery_and_lists_may_be_kept(site: Site) -> None:
    message, headers = modern("server/discover")
    result = post(site, message, **headers).json["result"]
    assert result["supportedVersions"] == ["2026-07-28"]
    assert sorted(result["capabilities"]) == ["resources", "tools"]
    message, headers = modern("tools/list")
    result = post(site, message, **headers).json["result"]
    assert (result["ttlMs"], result["cacheScope"]) == (3_600_000, "public")


def test_a_log_with_half_a_character_is_no_obstacle(site: Site) -> None:
    message, headers = modern(
        "tools/call", name="diagnose_error", arguments={"text": f"\ud83d {TRACE}\0"}
    )
    result = post(site, message, **headers).json["result"]
    assert result["structuredContent"]["outcome"] == "exact"


@pytest.mark.parametrize(
    ("origin", "changed", "status"),
    [
        (None, {}, 200),
        (f"http://{HOST}", {}, 403),
        ("http://evil.example", {}, 403),
        ("null", {}, 403),
        ("https://app.example", {"cors_origins": ("https://app.example",)}, 200),
        ("http://evil.example", {"cors_origins": ("*",)}, 200),
        ("https://fix.example", {"public_url": "https://fix.example/base"}, 200),
        ("http://fix.example", {"public_url": "https://fix.example/base"}, 403),
    ],
)
def test_pages_of_other_origins_may_not_ask(
    origin: str | None, changed: dict[str, object], status: int, serve: Served
) -> None:
    site = serve(documents(), **changed)
    headers = {} if origin is None else {"origin": origin}
    answer = post(site, rpc("ping"), **headers)
    assert answer.status == status
    if status == 403:
        assert answer.json["error"]["code"] == "FORBIDDEN"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost:8000", 200),
        ("[::1]:8000", 200),
        ("evil.test:8000", 403),
    ],
)
def test_a_page_of_this_very_machine_may_ask(host: str, status: int, site: Site) -> None:
    assert post(site, rpc("ping"), host=host, origin=f"http://{host}").status == status
    assert post(site, rpc("ping"), host=host).status == 200


def test_a_page_may_ask_before_it_asks(serve: Served) -> None:
    site = serve(documents(), cors_origins=("https://app.example",))
    answer = site.ask(
        "OPTIONS",
        "/mcp",
        headers={
            "origin": "https://app.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type, mcp-method, mcp-protocol-version",
        },
    )
    assert answer.status == 200


# The tools as they are offered


def tools(site: Site) -> dict[str, Any]:
    return {tool["name"]: tool for tool in post(site, rpc("tools/list")).json["result"]["tools"]}


def test_tools_say_what_they_are(site: Site) -> None:
    for tool in tools(site).values():
        assert tool["annotations"] == {
            "title": tool["title"],
            "readOnlyHint": True,
            "destructiveHint": False,
            "idempotentHint": True,
            "openWorldHint": False,
        }
        assert tool["outputSchema"]["type"] == "object"
        assert "$ref" not in json.dumps(tool["inputSchema"])


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
        "domain: 'weather' is not a domain. There are: agent, error_codes, foundation, mcp, "
        "scenarios, skill, tools_filesystem, tools_github, tools_postgres, transport."
    )
    assert complaint(site, "diagnose_error", text="x", domain="weather").startswith("domain: ")


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("search_articles", {}, "query is missing; it may be a text of 1 to 4,000 characters."),
        ("search_articles", {"query": " "}, "query is empty."),
        (
            "search_articles",
            {"query": "x", "limit": 21},
            "limit: 21 cannot be used; it may be a whole number from 1 to 20.",
        ),
        (
            "search_articles",
            {"query": "x", "status": "good"},
            (
                "status: 'good' cannot be used; it may be verified, partial, pending, failed, "
                "deprecated."
            ),
        ),
        (
            "search_articles",
            {"query": "x", "lang": "e n"},
            "lang: 'e n' cannot be used; it may be a language tag such as en or zh.",
        ),
        (
            "search_articles",
            {"query": ["x"], "page": 2},
            (
                "query cannot be used; it may be a text of 1 to 4,000 characters. page is not a "
                "parameter. There are: query, lang, domain, status, tag, limit."
            ),
        ),
        (
            "get_article",
            {"article": "x", "max_characters": 1},
            "max_characters: 1 cannot be used; it may be a whole number from 500 to 50,000.",
        ),
        (
            "get_article",
            {"slug": "x"},
            (
                "article is missing; it may be a text of 1 to 400 characters. slug is not a "
                "parameter. There are: article, section, lang, max_characters."
            ),
        ),
        ("diagnose_error", {"text": "\n"}, "text is empty."),
        (
            "diagnose_error",
            {"text": "x" * 65_537},
            "text cannot be used; it may be a text of 1 to 65,536 characters.",
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


def test_an_unknown_tool_is_a_protocol_error(site: Site) -> None:
    assert post(site, rpc("tools/call", name="fix_it")).json["error"] == {
        "code": -32602,
        "message": "there is no tool 'fix_it'; there are diagnose_error, search_articles, "
        "get_article",
    }


# diagnose_error


def test_a_diagnosis(site: Site) -> None:
    result = called(site, "diagnose_error", text=TRACE)
    assert text(result) == (
        "Outcome: exact. 2 articles were searched.\n\n"
        "1. **Connection refused on a local port**\n"
        "   Article `connection-refused`, exact (0.93).\n"
        "   Line 4 of the text: `Error: connect ECONNREFUSED 127.0.0.1:9555`\n"
        "   Known error: `connect ECONNREFUSED 127.0.0.1:8931`\n"
        "   Cause: Nothing listens there\n"
        "   Solution: Start the server\n"
        "   Trust: none. Nobody states that this was verified, and no run shows it.\n\n"
        'Next: get_article(article="connection-refused", section="fix")'
    )
    assert data(result)["matches"][0]["error"]["anchor"] == (
        "error-connect-econnrefused-1270018931"
    )


def test_no_match_is_no_error_and_no_guess(site: Site) -> None:
    result = called(site, "diagnose_error", text="QuuxError: the flange is unbaffled",
                    domain="transport")  # fmt: skip
    assert not result.is_error
    assert text(result) == (
        "Outcome: none. 2 articles were searched, only those of the domain transport counted.\n"
        "No article knows an error of this text. The lines that were looked up:\n"
        "- line 1: `QuuxError: the flange is unbaffled`\n\n"
        "Next: no article is a match; search_articles may find something related to its words"
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
    assert text(result).endswith("9 more results are left out here, for they are too long.")
    assert len(data(result)["items"]) == 11


# get_article


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
    assert found["cut"] is True
    assert found["content"] in text(result)
    assert "\n\n---\n\nLeft out here: " in text(result)
    assert [section["anchor"] for section in found["sections"]] == [
        "symptoms", "error-table", "fix", "background",
    ]  # fmt: skip


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
        assert data(result)["cut"] is is_cut
        assert ("Sections to ask for" in text(result)) is has_list


def test_the_fix_in_chinese(site: Site) -> None:
    found = called(site, "get_article", article="connection-refused", section="fix", lang="zh-CN")
    assert data(found)["content"] == "## 解决方法\n\n启动服务器。"
    assert data(found)["lang"] == "zh"


def test_a_fix_that_no_heading_names_is_in_the_whole(site: Site) -> None:
    found = called(site, "get_article", article="shared-segments", section="fix")
    assert data(found)["content"] == "What they are."
    assert "No heading says fix; this is the whole article." in text(found)


def test_an_unknown_section_is_answered_with_those_there_are(site: Site) -> None:
    assert complaint(site, "get_article", article="connection-refused", section="prices") == (
        "section: 'prices' is not a section of this article. There are: fix, cause, errors, "
        "questions, summary, symptoms, error-table, background."
    )


def test_an_unknown_article_is_answered_with_suggestions(site: Site) -> None:
    assert complaint(site, "get_article", article="conection-refused") == (
        "There is no article 'conection-refused'. Perhaps one of these is meant: "
        "connection-refused."
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


# Resources


def test_only_articles_are_resources(site: Site) -> None:
    answer = post(site, rpc("resources/read", uri="file:///etc/passwd"))
    assert answer.json["error"]["message"] == (
        "there is no such resource; articles are fixbook://articles/{slug}"
    )


def test_a_resource_is_the_document(site: Site) -> None:
    answer = post(site, rpc("resources/read", uri="fixbook://articles/connection-refused"))
    document = site.get("/api/v1/articles/connection-refused?format=markdown").body.decode()
    assert answer.json["result"]["contents"] == [
        {
            "uri": "fixbook://articles/connection-refused",
            "mimeType": "text/markdown",
            "text": document,
        }
    ]


# When something is away


@pytest.mark.sqlite("moves the file")
def test_an_outage_is_never_nothing_found(serve: Served, caplog: pytest.LogCaptureFixture) -> None:
    site = serve(documents())
    database = site.app.state.settings.data_dir / "fixbook.db"
    site.app.state.library.close()
    database.rename(database.with_suffix(".away"))
    database.mkdir()
    caplog.set_level(logging.DEBUG)
    for tool, arguments in (
        ("search_articles", {"query": "tell-tale"}),
        ("diagnose_error", {"text": "Error: tell-tale"}),
        ("get_article", {"article": "tell-tale"}),
    ):
        said = complaint(site, tool, **arguments)
        assert said.startswith("Temporarily unavailable: ")
        assert said.endswith(
            "Make the same call again in a few seconds. This does not mean that there is no "
            "article."
        )
    answer = post(site, rpc("resources/read", uri="fixbook://articles/x"))
    assert answer.json["error"]["code"] == -32603
    assert "tell-tale" not in caplog.text
