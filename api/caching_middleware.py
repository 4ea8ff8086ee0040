"""The caching middleware: one plain ASGI object in front of everything else.

It names the request, answers at once what is in the response cache, turns HEAD into GET, and
writes the access log. Anything else goes on to FastAPI; if the answer is a Representation that
may be kept, it is. One wrapper and not several, because each layer around a route costs more
than all of this together.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from time import perf_counter
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.access_log import AccessLog
from api.http.content_encoding import chosen
from api.http.hosts import LONGEST_HOST, Server
from api.http.negotiation import LONGEST_CHOICE, meaning
from api.http.path_prefix import located
from api.http.representation import Representation, secured
from api.http.request_context import CONTEXT, Headers, RequestContext, http_seconds, route_of
from api.http.response_cache import ResponseCache
from api.limits.admission import Admission
from api.limits.api_keys import Unauthorized
from api.logging_config import REQUEST_ID
from api.metrics.counters import Traffic
from api.responses.envelope import failure
from corpus.errors import FixbookError

Choice = tuple[bytes, bytes, bytes]
"""The authority that links name, empty if it is refused; what Accept and Accept-Language mean."""
Key = tuple[str, bytes, bytes, Choice]
"""What an answer depends on: scheme, path, query, and what the headers choose."""
_NO_KEY: Key = ("", b"", b"", (b"", b"", b""))
_READS = frozenset({"GET", "HEAD"})
_MOST_CHOICES = 1_000


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
        rejection: Callable[[Scope, FixbookError], ASGIApp] = lambda _, error: failure(error),
    ) -> None:
        self._app = app
        self._rejection = rejection
        self._prefix = prefix
        self._admission = admission
        self._epoch = epoch
        self._log = log
        self._cache = ResponseCache[Key]()
        self._choice = lru_cache(_MOST_CHOICES)(self._chosen)
        self._run = os.urandom(6).hex().encode()
        self._traffic = traffic
        self._counts = traffic.counts
        self._begun: dict[Key, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or hands on what is not HTTP."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(reversed(scope["headers"]))  # of a repeated one, the first counts
        self._admission.proxies.resolve(scope)
        key = self._key(scope, headers)
        context = self._context(scope, headers, key)
        is_read = scope["method"] in _READS
        cached = self._cache.get(key, self._epoch()) if is_read else None
        error = self._admission.refusal(scope, headers, context, is_cached=cached is not None)
        if error is None and cached is not None:
            await self._answer(cached, context, scope, send)
        elif is_read and error is None:
            await self._make(key, context, scope, receive, send)
        else:
            if isinstance(error, Unauthorized) and await self._admission.knows_by_now(headers):
                error = self._admission.refusal(scope, headers, context, is_cached=False)
            await self._pass_on(context, scope, receive, send, error=error)

    def refusal(self, error: FixbookError) -> tuple[int, Headers, bytes]:
        """Status, headers and body for what never became a request."""
        return failure(error).parts(self._context({"method": ""}, {}, _NO_KEY))

    def kept_bytes(self) -> float:
        """What the kept answers cost in memory, about."""
        return self._cache.size

    async def warm(self) -> None:
        """Makes again what was asked for most before the generation changed."""
        for key in self._cache.turn(self._epoch()):
            scope = _scope(key)
            context = self._context(scope, {}, key)
            if self._cache.get(key, self._epoch()) is None:
                with self._making(key, context), suppress(Exception):
                    await self._app({**scope, CONTEXT: context}, _nothing, _nowhere)
            await asyncio.sleep(0)

    def _key(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Key:
        host = headers.get(b"host")
        choice = self._choice(
            host and host[:LONGEST_HOST],
            headers.get(b"accept", b"")[:LONGEST_CHOICE],
            headers.get(b"accept-language", b"")[:LONGEST_CHOICE],
            scope["server"],
        )
        return scope["scheme"], scope["raw_path"], scope["query_string"], choice

    def _chosen(
        self, host: bytes | None, accept: bytes, languages: bytes, server: Server
    ) -> Choice:
        """Who and what a request names by its headers, as briefly as that can be said."""
        authority = self._admission.hosts.authority(host, server) or b""
        return authority, *meaning(accept, languages)

    def _context(self, scope: Scope, headers: Mapping[bytes, bytes], key: Key) -> RequestContext:
        self._traffic.requests += 1
        request_id = b"%b-%d" % (self._run, self._traffic.requests)
        since = headers.get(b"if-modified-since")
        return RequestContext(
            request_id=request_id,
            head=scope["method"] == "HEAD",
            coding=chosen(headers.get(b"accept-encoding", b"")[:LONGEST_CHOICE]),
            if_none_match=headers.get(b"if-none-match"),
            if_modified_since=http_seconds(since) if since else None,
            authority=key[3][0],
            started=perf_counter(),
            headers=[(b"x-request-id", request_id)],
        )

    async def _answer(
        self, cached: Representation, context: RequestContext, scope: Scope, send: Send
    ) -> None:
        status = await cached.answer(context, send)
        self._counts.kept[cached.route].add(status, context.started)
        self._log.add(scope, status, context)

    async def _make(
        self, key: Key, context: RequestContext, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Has an answer made, unless somebody else who asked the same is just waiting for it."""
        if (begun := self._begun.get(key)) is not None:
            await begun.wait()
            if (cached := self._cache.get(key, self._epoch())) is not None:
                await self._answer(cached, context, scope, send)
                return
        with self._making(key, context) as keep:
            scope = {**scope, "method": "GET"}
            await self._pass_on(context, scope, receive, send, begun=keep)

    @contextmanager
    def _making(self, key: Key, context: RequestContext) -> Iterator[Callable[[], None]]:
        """While an answer is made, others who want it wait; as soon as it begins it is kept."""
        epoch = self._epoch()
        event = self._begun.setdefault(key, asyncio.Event())

        def begun() -> None:
            if isinstance(context.made, Representation) and context.made.keep:
                self._cache.put(key, epoch, context.made)
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
        error: FixbookError | None = None,
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
                    message["headers"] = secured([*own, *context.headers])
            elif context.head:
                message = {**message, "body": b""}
            await send(message)

        try:
            app = self._app if error is None else self._rejection(scope, error)
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


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _nowhere(_message: Message) -> None:
    """Where such an answer goes."""
