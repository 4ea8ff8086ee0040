"""The MCP server: tools and articles, for any transport.

It is the official SDK's server with our own handlers, so that errors in arguments are explained
clearly and nothing that was sent appears in a log. Protocol versions are left to the SDK.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any, TypeVar
from urllib.parse import unquote

from mcp.server import CacheHint, Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    ResourceTemplate,
    TextContent,
    TextResourceContents,
)
from starlette.types import Scope

from api.dependencies import AppState
from api.gap_recorder import GapRecorder
from api.http.negotiation import best_language
from api.http.shared_results import SharedFiles
from api.limits.api_keys import KEY
from api.mcp.arguments import Arguments, DiagnoseError, SearchArticles, read
from api.mcp.endpoint import ADDRESS
from api.mcp.tools import CALLER_KEY, TOOLS, definition
from api.metrics.active_agents import ActiveAgents
from api.metrics.counters import Counters
from api.metrics.worker_counters import WorkerCounters
from api.requests.article_lookup import NamedArticle, read_article
from api.responses.representations import MAX_AGE
from corpus.document.article_document import render
from corpus.errors import FixbookError, NotFound, NotIngested
from corpus.library import Library
from corpus.settings import Settings
from corpus.telemetry.spans import span

Result = TypeVar("Result")
Context = ServerRequestContext[Any, Any]

_LOG = logging.getLogger("fixbook")
_INTERNAL = "internal error"
_SCHEME = "fixbook://articles/"
_LONGEST_URI = 2_000
"""Characters: the longest slug, each byte of it escaped."""
_INSTRUCTIONS = (
    "Fixbook is a knowledge base of fixes for errors. diagnose_error takes error output, "
    "search_articles takes words; both name articles, and get_article returns one of them or "
    "a section of it. Trust says what is known of the fix of one error: executed means that a "
    "machine ran it, attested that somebody says so. The trust of an article says how many of its "
    "errors were run; it says nothing of the others."
)
_TEMPLATE = ResourceTemplate(
    uri_template=_SCHEME + "{slug}",
    name="article",
    title="An article",
    description="The whole document. A slug with .zh.md at its end is its Chinese text.",
    mime_type="text/markdown",
)
_LISTS = CacheHint(ttl_ms=3_600_000, scope="public")
_DOCUMENTS = CacheHint(ttl_ms=MAX_AGE * 1_000, scope="public")


def create_server(state: AppState) -> Server[Any]:
    """The server. Creating it reads nothing."""
    tools = {name: definition(name, tool) for name, tool in TOOLS.items()}

    async def call_tool(context: Context, params: CallToolRequestParams) -> CallToolResult:
        scope = None if context.request is None else context.request.scope
        return await _call_tool(state, params, url=_address(context, state.settings), scope=scope)

    async def read_resource(
        context: Context, params: ReadResourceRequestParams
    ) -> ReadResourceResult:
        url = _address(context, state.settings)
        document = await _document(state, str(params.uri), url=url)
        content = TextResourceContents(uri=params.uri, text=document, mime_type="text/markdown")
        return ReadResourceResult(contents=[content])

    return Server(
        "fixbook",
        version=version("fixbook"),
        title="Fixbook",
        instructions=_INSTRUCTIONS,
        website_url=state.settings.public_url or None,
        cache_hints={
            "server/discover": _LISTS,
            "tools/list": _LISTS,
            "resources/list": _LISTS,
            "resources/templates/list": _LISTS,
            "resources/read": _DOCUMENTS,
        },
        get_tool_input_schema=lambda name: tools[name].input_schema if name in tools else None,
        on_list_tools=_list_handler(ListToolsResult(tools=list(tools.values()))),
        on_call_tool=call_tool,
        on_list_resources=_list_handler(ListResourcesResult(resources=[])),
        on_list_resource_templates=_list_handler(
            ListResourceTemplatesResult(resource_templates=[_TEMPLATE])
        ),
        on_read_resource=read_resource,
    )


async def serve_stdio(library: Library) -> None:
    """Serves one client on standard input and output, until it closes them."""
    with ThreadPoolExecutor(1) as threads:
        counters = Counters()
        state = AppState(
            settings=library.settings,
            library=library,
            threads=threads,
            counters=counters,
            worker_counters=WorkerCounters(library.settings.data_dir, counters),
            agents=ActiveAgents(library.settings.data_dir),
            files=SharedFiles(library.settings.data_dir),
            gaps=GapRecorder(library, is_on=False),
        )
        server = create_server(state)
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())


def _list_handler(
    result: Result,
) -> Callable[[Context, PaginatedRequestParams | None], Awaitable[Result]]:
    """A handler for a constant list that fits on one page."""

    async def answer(_context: Context, _params: PaginatedRequestParams | None) -> Result:
        return result

    return answer


def _address(context: Context, settings: Settings) -> str:
    """The address of the service: that of the request, else the public one, if it is set."""
    if context.request is not None:
        url: str = context.request.scope[ADDRESS]
        return url
    return settings.public_url  # on standard input there is no server that has another


async def _call_tool(
    state: AppState, params: CallToolRequestParams, *, url: str, scope: Scope | None
) -> CallToolResult:
    """The result of a tool; errors are results too, for the agent to read."""
    tool = TOOLS.get(params.name)
    if tool is None:
        raise MCPError(
            code=INVALID_PARAMS,
            message=f"there is no tool {params.name[:100]!r}; there are {', '.join(TOOLS)}",
        )
    CALLER_KEY.set(None if scope is None else scope.get(KEY))
    try:
        with span(
            f"tools/call {params.name}",
            metric="mcp.server.operation.duration",
            attributes={"mcp.method.name": "tools/call", "gen_ai.tool.name": params.name},
        ):
            asked = read(tool.arguments, params.arguments)
            said = await tool.run(state, asked, url)
        _note_gap(state, asked, said.data, scope)
    except FixbookError as error:
        _note(error)
        return CallToolResult(content=[_text(_explain(error))], is_error=True)
    except Exception:  # noqa: BLE001 - the SDK would tell the client what it says
        _LOG.exception("mcp: %s failed", params.name)
        raise MCPError(code=INTERNAL_ERROR, message=_INTERNAL) from None
    return CallToolResult(content=[_text(said.text)], structured_content=said.data)


def _note_gap(
    state: AppState, asked: Arguments, said: Mapping[str, Any], scope: Scope | None
) -> None:
    """Counts what was not surely found, where gaps are counted."""
    if isinstance(asked, DiagnoseError) and not asked.domain:
        text, found = asked.text, said["matches"]
    elif isinstance(asked, SearchArticles) and not (asked.domain or asked.status or asked.tag):
        text, found = asked.query, said["items"]
    else:
        return
    state.gaps.note(text, said["outcome"], scope, found=(each["slug"] for each in found))


async def _document(state: AppState, uri: str, *, url: str) -> str:
    """The document with this URI. Raises MCPError if there is none."""
    if not uri.startswith(_SCHEME) or len(uri) > _LONGEST_URI:
        message = f"there is no such resource; articles are {_TEMPLATE.uri_template}"
        raise MCPError(code=INVALID_PARAMS, message=message, data={"uri": uri[:_LONGEST_URI]})
    name = unquote(uri.removeprefix(_SCHEME))
    try:
        return await read_article(
            state,
            name,
            lambda _, named: _render_article(named, state, url),
            missing=f"there is no article {name[:100]!r}",
        )
    except NotFound as error:
        message = _explain(error)
        raise MCPError(code=INVALID_PARAMS, message=message, data={"uri": uri}) from None
    except FixbookError as error:
        _note(error)
        raise MCPError(code=INTERNAL_ERROR, message=_explain(error)) from None
    except Exception:  # noqa: BLE001 - the SDK would tell the client what it says
        _LOG.exception("mcp: resources/read failed")
        raise MCPError(code=INTERNAL_ERROR, message=_INTERNAL) from None


def _render_article(named: NamedArticle, state: AppState, url: str) -> str:
    entry = named.entry
    default = state.settings.default_lang
    lang = best_language(named.lang, default, entry.article.languages, default)
    return render(entry.with_run_records(lang), lang=lang, public_url=url)


def _explain(error: FixbookError) -> str:
    """An error message that an agent can act on."""
    if isinstance(error, NotIngested):
        return (
            "Nothing was ingested yet, so there is nothing to search. Run `fixbook ingest` with "
            "the folder of the articles and the same FIXBOOK_DATA_DIR; then make this call again."
        )
    if error.retryable:
        return (
            f"Temporarily unavailable: {error.message}. Make the same call again in a few "
            "seconds. This does not mean that there is no article."
        )
    sentences = [_complaint(item) for item in error.details.get("errors", ())]
    if not sentences:
        sentences = [f"{error.message[:1].upper()}{error.message[1:]}."]
    if suggestions := error.details.get("suggestions"):
        sentences.append(f"Did you mean one of these: {', '.join(suggestions)}?")
    elif isinstance(error, NotFound):
        sentences.append("Call search_articles to find the slug.")
    return " ".join(sentences)


def _complaint(item: dict[str, Any]) -> str:
    received = item["received"]
    said = f"{item['path']}: {received!r} " if received is not None else f"{item['path']} "
    may_be = f" Available: {', '.join(item['allowed'])}." if item.get("allowed") else ""
    return f"{said}{item['message']}.{may_be}"


def _note(error: FixbookError) -> None:
    """Logs outages, without what was sent."""
    if error.status >= 500:
        _LOG.error("mcp: %s", error.message, exc_info=error.__cause__)


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=text)
