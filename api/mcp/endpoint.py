"""`/mcp`: the MCP server over stateless streamable HTTP.

Nothing is kept between requests and every response is one JSON document, so any worker can
answer any request, and no stream is held open.

A page that uses DNS rebinding sends an Origin with its POST. So an Origin is accepted only if it
is the public address, one of the CORS origins, or, if no public address is set, this very host
under an address that cannot be rebound. A request without an Origin does not come from a page,
so its Host does not matter.
"""

import asyncio
import ipaddress
from contextlib import suppress
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.dependencies import AppState, PublicUrl, StateDep
from api.http.request_body import media_type, read_body
from api.limits.api_keys import Forbidden
from corpus.errors import Complaint, InvalidRequest
from corpus.settings import Settings

router = APIRouter()

ADDRESS = "fixbook.address"
"""The key of the service's address in the ASGI scope."""
LARGEST = 512 * 1024
"""Bytes of a request; escaping may make a text of 64 KiB six times as long."""
_MOST_VALUES = 1_000
"""Values in a message: the SDK validates each of them several times."""


class Endpoint:
    """The SDK's sessions, imported on the first request: that takes 17 MB and half a second."""

    def __init__(self, state: AppState) -> None:
        self._state = state
        self._loading: asyncio.Task[Any] | None = None

    async def stop(self) -> None:
        """Cancels running requests."""
        if self._loading is not None:
            with suppress(Exception):
                await (await self._loading).stop()

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, after the import if necessary."""
        if self._loading is None:
            self._loading = asyncio.create_task(self._load())
        sessions = await asyncio.shield(self._loading)  # others may be waiting for it too
        await sessions.answer(scope, receive, send)

    async def _load(self) -> Any:
        module = await asyncio.to_thread(import_module, "api.mcp.sessions")
        sessions = module.Sessions(self._state, largest=LARGEST)
        await sessions.start()
        return sessions


class _DelegatedResponse(Response):
    """A response that the endpoint sends, after the request was validated."""

    def __init__(self, endpoint: Endpoint, body: bytes) -> None:
        super().__init__()
        self._endpoint = endpoint
        self._read = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI, with the body that has been read already."""
        whole: Message = {"type": "http.request", "body": self._read, "more_body": False}
        unread = [whole]

        async def replay() -> Message:
            return unread.pop() if unread else await receive()

        await self._endpoint.answer(scope, replay, send)


@router.post("/mcp", include_in_schema=False)
async def mcp(request: Request, state: StateDep, url: PublicUrl) -> Response:
    """A message of the Model Context Protocol."""
    _check_origin(request, state.settings)
    media_type(request, "application/json")
    request.scope[ADDRESS] = url
    if "accept" not in request.headers:  # means that anything is accepted (RFC 9110, 12.5.1)
        request.scope["headers"] = [*request.scope["headers"], (b"accept", b"*/*")]
    body = await read_body(request, most=LARGEST, refusal=f"a message may have {LARGEST:,} bytes")
    _check_message(body)
    return _DelegatedResponse(request.app.state.mcp, body)


def _check_message(body: bytes) -> None:
    """Raises InvalidRequest for arrays and for messages with too many values.

    Invalid JSON is left to the SDK.
    """
    start = body.lstrip(b" \t\r\n")[:1]
    if start == b"[":
        message = "is an array; send one message at a time"
        raise InvalidRequest(Complaint("body", message, None))
    try:
        values = [msgspec.json.decode(body)] if start == b"{" else []
    except (ValueError, RecursionError):
        values = []
    for value in values:  # the list grows meanwhile
        if isinstance(value, (dict, list)):
            values.extend(value.values() if isinstance(value, dict) else value)
        if len(values) > _MOST_VALUES:
            message = f"has too many values; a message may have {_MOST_VALUES:,}"
            raise InvalidRequest(Complaint("body", message, None))


def _check_origin(request: Request, settings: Settings) -> None:
    origin = request.headers.get("origin")
    if origin is None or "*" in settings.cors_origins or origin in settings.cors_origins:
        return
    if settings.public_url:
        public = urlsplit(settings.public_url)
        if origin == f"{public.scheme}://{public.netloc}":
            return
    elif _cannot_be_rebound(origin) and urlsplit(origin).netloc == request.headers.get("host"):
        return
    raise Forbidden("this origin is not allowed; FIXBOOK_CORS_ORIGINS lists those that are")


def _cannot_be_rebound(origin: str) -> bool:
    """Whether the host of an origin is localhost or an IP address, and not a DNS name."""
    try:
        host = urlsplit(origin).hostname or ""
        return host == "localhost" or bool(ipaddress.ip_address(host))
    except ValueError:
        return False
