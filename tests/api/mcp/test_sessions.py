"""Whole sessions with the SDK's own client, over HTTP and over stdio, in both eras."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError

from corpus.bundle.archive import write_bundle
from ingest.prepare import READER_VERSION
from tests.api.mcp.calls import FIX, TRACE, text
from tests.api.process import ROOT, environment, running
from tests.api.site import HOST, Site

pytestmark = pytest.mark.slow

Value = TypeVar("Value")
Talk = Callable[[Client], Awaitable[Value]]

ERAS = {"legacy": "2025-11-25", "auto": "2026-07-28"}
"""How the client opens, and the protocol that they agree on."""


async def two_calls(client: Client) -> str:
    """What an agent does that has a trace and wants the fix."""
    diagnosis = await client.call_tool("diagnose_error", {"text": TRACE})
    assert diagnosis.structured_content is not None
    match = diagnosis.structured_content["matches"][0]
    arguments = {"article": match["slug"], "section": "fix", "max_characters": 4_000}
    assert match["fix"] in text(diagnosis)
    assert diagnosis.structured_content["nextStep"] == 'get_article(article="connection-refused")'
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
        "Available sections, with their characters: `symptoms` 80, `error-table` 224, `fix` 71, "
        "`background` 4,604."
    ),
    "tools": ["diagnose_error", "search_articles", "get_article", "report_outcome", "propose_fix"],
    "found": "connection-refused",
    "resources": [],
    "templates": ["fixbook://articles/{slug}"],
    "document": [("text/markdown", "# 本地端口拒绝连接")],
    "missing": (
        -32602,
        ("There is no article 'connection-refuse'. Did you mean one of these: connection-refused?"),
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
