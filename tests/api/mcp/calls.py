"""The corpus of these tests, and how `/mcp` is asked: plain messages, and what tools answer."""

from typing import Any

from mcp_types import CallToolResult, TextContent

from tests.api.site import Answer, Site
from tests.factories import BODY, make_article, make_document, make_metadata, make_translation

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
