"""The caching middleware: one plain ASGI object in front of everything else.

It names the request, answers at once what it has kept, turns HEAD into GET, and writes
the access log. What it has not kept goes on to FastAPI; if the answer is a
Representation that may be kept, it is remembered. One wrapper and not several,
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

from api.http.access_log import AccessLog
from api.http.content_encoding import Coding, chosen
from api.http.negotiation import LONGEST_CHOICE, meaning
from api.http.path_prefix import located
from api.http.representation import secured
from api.http.request_context import CONTEXT, ReadyResponse, RequestContext, Write, http_seconds
from api.http.response_cache import ResponseCache
from api.limits.admission import Admission, Headers, refused
from api.limits.api_keys import Unauthorized
from api.logging_config import REQUEST_ID
from api.metrics.counters import Traffic, route_of
from corpus.errors import FixbookError

Choice = tuple[bytes | None, bytes, bytes]
"""The authority that links name, None where it is refused; what Accept and Accept-Language mean."""
Key = tuple[str, bytes, bytes, Choice]
"""What an answer depends on: scheme, path, query, and what the headers choose."""


class CachingMiddleware:
    """Wraps the application; `epoch` changes whenever kept answers have become old.

    `prefix` is the path below which readers find the service; `turn_away` makes the answer to
    what admission does not let in.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        epoch: Callable[[], int],
        log: AccessLog,
        traffic: Traffic,
        admission: Admission,
        prefix: str = "",
        rejection: Callable[[Scope, FixbookError], ASGIApp] = lambda _, error: refused(error),
    ) -> None:
        self._app = app
        self._rejection = rejection
        self._prefix = prefix
        self._admission = admission
        self._epoch = epoch
        self._log = log
        self._kept = ResponseCache[Key]()
        self._run = os.urandom(6).hex().encode()
        self._traffic = traffic
        self._counts = traffic.counts
        self._choices: dict[tuple[bytes | None, bytes, bytes, Any], Choice] = {}
        self._codings: dict[bytes, Coding] = {}
        self._begun: dict[Key, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or hands on what is not HTTP."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(reversed(scope["headers"]))  # of a repeated one, the first counts
        self._admission.proxies.resolve(scope, headers)
        choice = self._choice(scope, headers)
        context = await self._received(scope, headers, choice[0] or b"")
        if context.refused is not None or scope["method"] not in ("GET", "HEAD"):
            await self._pass_on(context, scope, receive, send)
            return
        key = (scope["scheme"], scope["raw_path"], scope["query_string"], choice)
        if (kept := await self._kept_soon(key)) is not None:
            status = await kept.answer(context, send)
            self._counts.kept[kept.route].add(status, context.started)
            self._log.add(scope, status, context)
            return
        with self._making(key, context) as begun:
            scope = {**scope, "method": "GET"}
            await self._pass_on(context, scope, receive, send, begun=begun)

    def answer_from_cache(self, scope: Scope, write: Write) -> bool:
        """Whether the answer was kept and has been written; see `api.http.connection_timeouts`."""
        if scope["method"] not in ("GET", "HEAD") or scope["http_version"] == "1.0":
            return False
        headers = dict(reversed(scope["headers"]))
        self._admission.proxies.resolve(scope, headers)
        choice = self._choice(scope, headers)
        key = (scope["scheme"], scope["raw_path"], scope["query_string"], choice)
        kept = self._kept.get(key, self._epoch())
        if kept is None or len(headers) != len(scope["headers"]):
            return False
        context = self._context(scope, headers, choice[0] or b"")
        if self._admission.counts or b"authorization" in headers or b"x-agent-id" in headers:
            context.refused = self._admission.stranger(scope, headers, context)
        status = 0 if context.refused else kept.write(context, write)
        if not status:
            scope[CONTEXT] = context  # so that the way of ASGI counts it no second time
        else:
            self._counts.kept[kept.route].add(status, context.started)
            self._log.add(scope, status, context)
        return status > 0

    def refusal(self, error: FixbookError) -> tuple[int, bytes, bytes]:
        """Status, header lines and body for what never became a request."""
        written: list[tuple[int, bytes, bytes]] = []

        def write(status: int, lines: bytes, body: bytes) -> bool:
            written.append((status, lines, body))
            return True

        refused(error).write(self._context({"method": ""}, {}, b""), write)
        return written[0]

    def kept_bytes(self) -> float:
        """What the kept answers cost in memory, about."""
        return self._kept.size

    async def warm(self) -> None:
        """Makes again what was asked for most before the generation changed."""
        for key in self._kept.turn(self._epoch()):
            scope, context = _scope(key), _nobody(key)
            if self._kept.get(key, self._epoch()) is None:
                with self._making(key, context), suppress(Exception):
                    await self._app({**scope, CONTEXT: context}, _nothing, _nowhere)
            await asyncio.sleep(0)

    async def _received(self, scope: Scope, headers: Headers, authority: bytes) -> RequestContext:
        """A request that has come in, or has been refused."""
        if (earlier := scope.get(CONTEXT)) is not None:
            context: RequestContext = earlier
        else:
            context = self._context(scope, headers, authority)
            context.refused = self._admission.refusal(scope, headers, context)
        if isinstance(context.refused, Unauthorized) and await self._admission.knows_by_now(
            headers
        ):
            context.refused = self._admission.refusal(scope, headers, context)
        return context

    def _context(self, scope: Scope, headers: Headers, authority: bytes) -> RequestContext:
        self._traffic.requests += 1
        since = headers.get(b"if-modified-since")
        return RequestContext(
            request_id=b"%b-%d" % (self._run, self._traffic.requests),
            head=scope["method"] == "HEAD",
            coding=self._coding(headers.get(b"accept-encoding", b"")),
            if_none_match=headers.get(b"if-none-match"),
            if_modified_since=http_seconds(since) if since else None,
            authority=authority,
            started=time.perf_counter(),
        )

    def _choice(self, scope: Scope, headers: Headers) -> Choice:
        """Who and what a request names by its headers, as briefly as that can be said."""
        host, server = headers.get(b"host"), scope["server"]
        accept, languages = headers.get(b"accept", b""), headers.get(b"accept-language", b"")
        known = self._choices.get((host, accept, languages, server))
        if known is not None:
            return known
        authority = self._admission.hosts.authority(host, scope)
        choice = (authority, *meaning(accept[:LONGEST_CHOICE], languages[:LONGEST_CHOICE]))
        if host is not None and len(host) + len(accept) + len(languages) <= LONGEST_CHOICE:
            if len(self._choices) >= 1_000:
                self._choices.clear()
            self._choices[host, accept, languages, server] = choice
        return choice

    def _coding(self, accept: bytes) -> Coding:
        known = self._codings.get(accept)
        if known is None:
            if len(self._codings) > 1_000:
                self._codings.clear()
            known = self._codings[accept] = chosen(accept)
        return known

    async def _kept_soon(self, key: Key) -> ReadyResponse | None:
        """What is kept, or what somebody else who asked the same is just waiting for."""
        kept = self._kept.get(key, self._epoch())
        if kept is None and (begun := self._begun.get(key)) is not None:
            await begun.wait()
            kept = self._kept.get(key, self._epoch())
        return kept

    @contextmanager
    def _making(self, key: Key, context: RequestContext) -> Iterator[Callable[[], None]]:
        """While an answer is made, others who want it wait; as soon as it begins it is kept."""
        epoch = self._epoch()
        event = self._begun.setdefault(key, asyncio.Event())

        def begun() -> None:
            if context.made is not None and context.made.keep:
                self._kept.put(key, epoch, context.made)
            if self._begun.get(key) is event:
                del self._begun[key]
            event.set()

        try:
            yield begun
        finally:
            begun()

    async def _pass_on(
        self,
        context: RequestContext,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        begun: Callable[[], None] = lambda: None,
    ) -> None:
        scope[CONTEXT] = context
        REQUEST_ID.set(context.request_id.decode())
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                begun()
                status = message["status"]
                if context.made is None:
                    own = located(message["headers"], self._prefix)
                    message["headers"] = secured([*own, *context.own_headers()])
            elif context.head:
                message = {**message, "body": b""}
            await send(message)

        try:
            why = context.refused
            app = self._app if why is None else self._rejection(scope, why)
            await app(scope, receive, sending)
        except Exception:
            if context.made is None:
                raise  # else it was answered and logged, and Starlette raises it all the same
        finally:
            self._counts.made[route_of(scope)].add(status, context.started)
            self._log.add(scope, status, context)


def _scope(key: Key) -> Scope:
    """A request that is answered under this key."""
    scheme, raw_path, query, (authority, accept, languages) = key
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
        "headers": [
            (b"host", authority),
            (b"accept", accept),
            (b"accept-language", languages),
        ],
        "client": None,
        "server": None,
    }


def _nobody(key: Key) -> RequestContext:
    """The exchange of an answer that is made to be kept."""
    return RequestContext(
        request_id=b"",
        head=False,
        coding=Coding.IDENTITY,
        if_none_match=None,
        if_modified_since=None,
        authority=key[3][0] or b"",
        started=0.0,
    )


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _nowhere(_message: Message) -> None:
    """Where such an answer goes."""
