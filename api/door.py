"""The front door: one plain ASGI object before everything else.

It names the request, answers at once what it has kept, turns HEAD into GET, and writes
the access log. What it has not kept goes on to FastAPI; if the answer is a
Representation that may be kept, the door remembers it. One wrapper and not several,
because each layer around a route costs more than all of this together.
"""

import os
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access_log import AccessLog
from api.envelope import failure
from api.errors import UriTooLong
from api.exchange import EXCHANGE, Exchange, accepts_gzip, http_seconds
from api.kept import Kept
from api.state import Traffic

_LONGEST_TARGET = 16_384
"""Bytes of path and query together."""
_KEY_HEADERS = (b"accept", b"accept-language", b"host")


class FrontDoor:
    """Wraps the application; `epoch` changes whenever kept answers have become old."""

    def __init__(
        self, app: ASGIApp, *, epoch: Callable[[], int], log: AccessLog, traffic: Traffic
    ) -> None:
        self._app = app
        self._epoch = epoch
        self._log = log
        self._kept = Kept()
        self._prefix = os.urandom(6).hex().encode()
        self._traffic = traffic
        self._gzip: dict[bytes, bool] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or hands on what is not HTTP."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(reversed(scope["headers"]))  # of a repeated one, the first counts
        exchange = self._exchange(scope["method"], headers)
        if scope["method"] not in ("GET", "HEAD"):
            await self._pass_on(exchange, scope, receive, send)
            return
        epoch = self._epoch()
        key = (
            scope["scheme"],
            scope["raw_path"],
            scope["query_string"],
            *map(headers.get, _KEY_HEADERS),
        )
        if (kept := self._kept.get(key, epoch)) is not None:
            await kept.answer(exchange, send)
            self._log.add(scope, kept.status_code, exchange)
            return
        await self._pass_on(exchange, {**scope, "method": "GET"}, receive, send)
        if exchange.made is not None and exchange.made.keep:
            self._kept.put(key, epoch, exchange.made)

    def _exchange(self, method: str, headers: dict[bytes, bytes]) -> Exchange:
        self._traffic.requests += 1
        since = headers.get(b"if-modified-since")
        return Exchange(
            request_id=b"%b-%d" % (self._prefix, self._traffic.requests),
            head=method == "HEAD",
            gzip=self._accepts_gzip(headers.get(b"accept-encoding", b"")),
            if_none_match=headers.get(b"if-none-match"),
            if_modified_since=http_seconds(since) if since else None,
            started=time.perf_counter(),
        )

    def _accepts_gzip(self, value: bytes) -> bool:
        known = self._gzip.get(value)
        if known is None:
            if len(self._gzip) > 1_000:
                self._gzip.clear()
            known = self._gzip[value] = accepts_gzip(value)
        return known

    async def _pass_on(
        self, exchange: Exchange, scope: Scope, receive: Receive, send: Send
    ) -> None:
        scope[EXCHANGE] = exchange
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
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


def _fitting(scope: Scope, app: ASGIApp) -> ASGIApp:
    """The application, or a refusal of what is too long for it."""
    if len(scope["raw_path"]) + len(scope["query_string"]) <= _LONGEST_TARGET:
        return app
    return failure(UriTooLong(f"the request target is longer than {_LONGEST_TARGET} bytes"))
