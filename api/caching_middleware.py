"""The caching middleware: one plain ASGI object in front of everything else.

It names the request, answers at once what is in the response cache, turns HEAD into GET, and
writes the access log. Anything else goes on to FastAPI; if the answer is a Representation that
may be kept, it is. One wrapper and not several, because each layer around a route costs more
than all of this together.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import perf_counter
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.access_log import AccessLog
from api.http.hosts import Hosts
from api.http.path_prefix import located
from api.http.proxies import Proxies
from api.http.representation import Representation, secured
from api.http.request_context import (
    CONTEXT,
    Choice,
    FieldReader,
    Headers,
    RequestContext,
    RequestFields,
    route_of,
)
from api.http.response_cache import ResponseCache
from api.limits.admission import Admission
from api.limits.api_keys import Unauthorized
from api.logging_config import REQUEST_ID
from api.metrics.counters import Meter, Traffic
from api.responses.envelope import failure
from corpus.errors import FixbookError

Key = tuple[str, bytes, bytes, Choice]
"""What an answer depends on: scheme, path, query, and what the header fields choose."""
_READS = frozenset({"GET", "HEAD"})
_NO_FIELDS = RequestFields({}, (b"", b"", b""))


class CachingMiddleware:
    """Wraps the application; `epoch` changes whenever kept answers have become old.

    `prefix` is the path below which readers find the service; `rejection` makes the answer to
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
        hosts: Hosts,
        proxies: Proxies,
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
        self._proxies = proxies
        self._fields = FieldReader(hosts)
        self._run = os.urandom(6).hex().encode()
        self._traffic = traffic
        self._counts = traffic.counts
        self._begun: dict[Key, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, or hands on what is not HTTP."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._proxies.resolve(scope)
        method = scope["method"]
        context = self._context(self._fields.read(scope), is_head=method == "HEAD")
        key = (
            scope["scheme"], scope["raw_path"], scope["query_string"], context.fields.choice
        )  # fmt: skip
        cached = self._cache.get(key, self._epoch()) if method in _READS else None
        error = self._admission.refusal(scope, context, is_cached=cached is not None)
        if cached is not None and error is None:
            status, headers, body = cached.parts(context)
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            self._note(self._counts.kept[cached.route], scope, status, context)
        elif error is not None or method not in _READS:
            error = await self._again(error, scope, context)
            await self._pass_on(context, scope, receive, send, error=error)
        else:
            await self._make(key, context, scope, receive, send)

    def refusal(self, error: FixbookError) -> tuple[int, Headers, bytes]:
        """Status, headers and body for what never became a request."""
        return failure(error).parts(self._context(_NO_FIELDS))

    def kept_bytes(self) -> float:
        """What the kept answers cost in memory, about."""
        return self._cache.size

    async def warm(self) -> None:
        """Makes again what was asked for most before the generation changed."""
        for key in self._cache.turn(self._epoch()):
            scope, context = _scope(key), self._context(RequestFields({}, key[3]))
            if self._cache.get(key, self._epoch()) is None:
                with self._making(key, context), suppress(Exception):
                    await self._app({**scope, CONTEXT: context}, _nothing, _nowhere)
            await asyncio.sleep(0)

    def _context(self, fields: RequestFields, *, is_head: bool = False) -> RequestContext:
        self._traffic.requests += 1
        request_id = b"%b-%d" % (self._run, self._traffic.requests)
        named = [(b"x-request-id", request_id)]
        return RequestContext(request_id, is_head, fields, perf_counter(), named)

    async def _again(
        self, error: FixbookError | None, scope: Scope, context: RequestContext
    ) -> FixbookError | None:
        """The same error, but for a key that was not known and has just been made."""
        if not isinstance(error, Unauthorized):
            return error
        if not await self._admission.knows_by_now(context.fields.by_name[b"authorization"]):
            return error
        return self._admission.refusal(scope, context, is_cached=False)

    def _note(self, meter: Meter, scope: Scope, status: int, context: RequestContext) -> None:
        """Counts and logs what has been answered."""
        seconds = perf_counter() - context.started
        meter.add(status, seconds)
        method = "HEAD" if context.is_head else scope["method"]
        self._log.add(method, scope["raw_path"], status, seconds, context.request_id)

    async def _make(
        self, key: Key, context: RequestContext, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Has an answer made, unless somebody else who asked the same is just waiting for it."""
        if (begun := self._begun.get(key)) is not None:
            await begun.wait()
            if (cached := self._cache.get(key, self._epoch())) is not None:
                scope[CONTEXT] = context
                await cached(scope, receive, send)
                self._note(self._counts.kept[cached.route], scope, cached.status_code, context)
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
            elif context.is_head:
                message = {**message, "body": b""}
            await send(message)

        try:
            app = self._app if error is None else self._rejection(scope, error)
            await app(scope, receive, sending)
        except Exception:
            if context.made is None:
                raise  # else it was answered and logged, and Starlette raises it all the same
        finally:
            self._note(self._counts.made[route_of(scope)], scope, status, context)


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
