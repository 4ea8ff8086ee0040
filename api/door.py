"""The front door: one plain ASGI object before everything else.

It names the request, answers at once what it has kept, turns HEAD into GET, and writes
the access log. What it has not kept goes on to FastAPI; if the answer is a
Representation that may be kept, the door remembers it. One wrapper and not several,
because each layer around a route costs more than all of this together.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access_log import AccessLog
from api.codings import Coding, chosen
from api.envelope import failure
from api.errors import UriTooLong
from api.exchange import EXCHANGE, Answer, Exchange, Write, http_seconds
from api.kept import Kept
from api.state import Traffic

_LONGEST_TARGET = 16_384
"""Bytes of path and query together."""
Key = tuple[Any, ...]
"""What an answer depends on: scheme, path, query and the headers that choose."""
_KEY_HEADERS = (b"accept", b"accept-language", b"host")


class FrontDoor:
    """Wraps the application; `epoch` changes whenever kept answers have become old."""

    def __init__(
        self, app: ASGIApp, *, epoch: Callable[[], int], log: AccessLog, traffic: Traffic
    ) -> None:
        self._app = app
        self._epoch = epoch
        self._log = log
        self._kept = Kept[Key]()
        self._prefix = os.urandom(6).hex().encode()
        self._traffic = traffic
        self._codings: dict[bytes, Coding] = {}
        self._begun: dict[Key, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or hands on what is not HTTP."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(reversed(scope["headers"]))  # of a repeated one, the first counts
        exchange = self._exchange(scope, headers)
        if scope["method"] not in ("GET", "HEAD"):
            await self._pass_on(exchange, scope, receive, send)
            return
        key = _key(scope, headers)
        if (kept := await self._kept_soon(key)) is not None:
            self._log.add(scope, await kept.answer(exchange, send), exchange)
            return
        with self._making(key, exchange) as begun:
            scope = {**scope, "method": "GET"}
            await self._pass_on(exchange, scope, receive, send, begun=begun)

    def knock(self, scope: Scope, write: Write) -> bool:
        """Whether the answer was kept and has been written; see `api.wire`."""
        if scope["method"] not in ("GET", "HEAD"):
            return False
        headers = dict(reversed(scope["headers"]))
        kept = self._kept.get(_key(scope, headers), self._epoch())
        if kept is None:
            return False
        exchange = self._exchange(scope, headers)
        status = kept.write(exchange, write)
        if status:
            self._log.add(scope, status, exchange)
        return status > 0

    async def warm(self) -> None:
        """Makes again what was asked for most before the generation changed."""
        for key in self._kept.turn(self._epoch()):
            scope, exchange = _scope(key), _nobody()
            if self._kept.get(key, self._epoch()) is None:
                with self._making(key, exchange), suppress(Exception):
                    await self._app({**scope, EXCHANGE: exchange}, _nothing, _nowhere)
            await asyncio.sleep(0)

    def _exchange(self, scope: Scope, headers: dict[bytes, bytes]) -> Exchange:
        self._traffic.requests += 1
        since = headers.get(b"if-modified-since")
        return Exchange(
            request_id=b"%b-%d" % (self._prefix, self._traffic.requests),
            head=scope["method"] == "HEAD",
            coding=self._coding(headers.get(b"accept-encoding", b"")),
            if_none_match=headers.get(b"if-none-match"),
            if_modified_since=http_seconds(since) if since else None,
            started=time.perf_counter(),
        )

    def _coding(self, accept: bytes) -> Coding:
        known = self._codings.get(accept)
        if known is None:
            if len(self._codings) > 1_000:
                self._codings.clear()
            known = self._codings[accept] = chosen(accept)
        return known

    async def _kept_soon(self, key: Key) -> Answer | None:
        """What is kept, or what somebody else who asked the same is just waiting for."""
        kept = self._kept.get(key, self._epoch())
        if kept is None and (begun := self._begun.get(key)) is not None:
            await begun.wait()
            kept = self._kept.get(key, self._epoch())
        return kept

    @contextmanager
    def _making(self, key: Key, exchange: Exchange) -> Iterator[Callable[[], None]]:
        """While an answer is made, others who want it wait; as soon as it begins it is kept."""
        epoch = self._epoch()
        event = self._begun.setdefault(key, asyncio.Event())

        def begun() -> None:
            if exchange.made is not None and exchange.made.keep:
                self._kept.put(key, epoch, exchange.made)
            if self._begun.get(key) is event:
                del self._begun[key]
            event.set()

        try:
            yield begun
        finally:
            begun()

    async def _pass_on(
        self,
        exchange: Exchange,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        begun: Callable[[], None] = lambda: None,
    ) -> None:
        scope[EXCHANGE] = exchange
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                begun()
                status = message["status"]
                if exchange.made is None:
                    message["headers"].append((b"x-request-id", exchange.request_id))
            elif exchange.head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await _fitting(scope, self._app)(scope, receive, sending)
        except Exception:
            if exchange.made is None:
                raise  # else it was answered and logged, and Starlette raises it all the same
        finally:
            self._log.add(scope, status, exchange)


def _key(scope: Scope, headers: dict[bytes, bytes]) -> Key:
    """What an answer depends on; the URLs in it name the host."""
    return (
        scope["scheme"],
        scope["raw_path"],
        scope["query_string"],
        *map(headers.get, _KEY_HEADERS),
    )


def _scope(key: Key) -> Scope:
    """A request that is answered under this key."""
    scheme, raw_path, query, *values = key
    headers = zip(_KEY_HEADERS, values, strict=True)
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": scheme,
        "path": unquote(raw_path.decode("latin-1")),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(name, value) for name, value in headers if value is not None],
        "client": None,
        "server": None,
    }


def _nobody() -> Exchange:
    """The exchange of an answer that is made to be kept."""
    return Exchange(
        request_id=b"",
        head=False,
        coding=Coding.IDENTITY,
        if_none_match=None,
        if_modified_since=None,
        started=0.0,
    )


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _nowhere(_message: Message) -> None:
    """Where such an answer goes."""


def _fitting(scope: Scope, app: ASGIApp) -> ASGIApp:
    """The application, or a refusal of what is too long for it."""
    if len(scope["raw_path"]) + len(scope["query_string"]) <= _LONGEST_TARGET:
        return app
    return failure(UriTooLong(f"the request target is longer than {_LONGEST_TARGET} bytes"))
