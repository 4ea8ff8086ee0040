"""The caching middleware: one plain ASGI object in front of everything else.

It assigns the request id, answers from the response cache, turns HEAD into GET, and writes the
access log. Everything else goes on to FastAPI, whose response is cached if it is a cacheable
Representation. It is one middleware instead of several, because each layer around a route costs
more than all of this together.
"""

import asyncio
import os
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from time import perf_counter
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.access_log import AccessLog
from api.http.hosts import Hosts
from api.http.path_prefix import prefixed_location
from api.http.proxies import Proxies
from api.http.representation import Representation, with_security_headers
from api.http.request_context import (
    CONTEXT,
    SPAN,
    Choice,
    FieldReader,
    Headers,
    RequestContext,
    RequestFields,
    route_of,
)
from api.http.response_cache import ResponseCache
from api.limits.admission import Admission
from api.limits.api_keys import may_report
from api.logging_config import REQUEST_ID
from api.metrics.counters import Counters, Meter
from api.responses.envelope import failure
from corpus.errors import FixbookError

Key = tuple[str, bytes, bytes, Choice]
"""What a response depends on: scheme, path, query, and the choices of the header fields."""
_READS = frozenset({"GET", "HEAD"})
_ARTICLE = "/articles/"
_NO_FIELDS = RequestFields({}, (b"", b"", b""))


class CachingMiddleware:
    """Wraps the application; `epoch` changes whenever cached responses have become outdated.

    `prefix` is the path below which the service is published; `rejection` builds the response to
    a request that admission rejects.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        epoch: Callable[[], int],
        log: AccessLog,
        counters: Counters,
        admission: Admission,
        hosts: Hosts,
        proxies: Proxies,
        prefix: str = "",
        is_private: bool = False,
        rejection: Callable[[Scope, FixbookError], ASGIApp] = lambda _, error: failure(error),
    ) -> None:
        self._app = app
        self._rejection = rejection
        self._prefix = prefix
        self._is_private = is_private
        self._admission = admission
        self._epoch = epoch
        self._log = log
        self._cache = ResponseCache[Key]()
        self._proxies = proxies
        self._fields = FieldReader(hosts)
        self._id_prefix = os.urandom(6).hex().encode()
        self._counters = counters
        self._in_flight: dict[Key, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; passes on what is not HTTP."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._proxies.resolve(scope)
        method = scope["method"]
        context = self._context(self._fields.read(scope), is_head=method == "HEAD")
        key = (
            scope["scheme"], scope["raw_path"], scope["query_string"], context.fields.choice
        )  # fmt: skip
        self._admission.identify(scope, context)
        is_shared = method in _READS and not _is_personal(scope, context)
        cached = self._cache.get(key, self._epoch()) if is_shared else None
        error = self._admission.refusal(scope, context, is_cached=cached is not None)
        if cached is not None and error is None:
            status, headers, body = cached.parts(context)
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            self._note(self._counters.cached[cached.route], scope, status, context)
        elif error is not None or not is_shared:
            is_about_key = error is not None and error is context.key_error
            if is_about_key and await self._admission.has_new_key(scope, context):
                error = self._admission.refusal(scope, context, is_cached=False)
            scope = {**scope, "method": "GET"} if method == "HEAD" else scope
            await self._forward(context, scope, receive, send, error=error)
        else:
            await self._compute(key, context, scope, receive, send)

    def refusal(self, error: FixbookError) -> tuple[int, Headers, bytes]:
        """Status, headers and body for what is no valid HTTP request."""
        return failure(error).parts(self._context(_NO_FIELDS))

    def cache_bytes(self) -> float:
        """Approximate memory of the response cache."""
        return self._cache.size

    def forget(self, subjects: Container[str]) -> None:
        """Renders what is about these subjects anew when it is asked for next."""
        self._cache.forget(subjects)

    async def warm(self) -> None:
        """Renders again what was requested most before the generation changed."""
        for key in self._cache.start_generation(self._epoch()):
            scope, context = _scope(key), self._context(RequestFields({}, key[3]))
            if self._cache.get(key, self._epoch()) is None:
                with self._single_flight(key, context), suppress(Exception):
                    await self._app({**scope, CONTEXT: context}, _receive_nothing, _discard)
            await asyncio.sleep(0)

    def _context(self, fields: RequestFields, *, is_head: bool = False) -> RequestContext:
        self._counters.requests += 1
        request_id = b"%b-%d" % (self._id_prefix, self._counters.requests)
        headers = [(b"x-request-id", request_id)]
        return RequestContext(
            request_id, is_head, fields, perf_counter(), headers, is_private=self._is_private
        )

    def _note(self, meter: Meter, scope: Scope, status: int, context: RequestContext) -> None:
        """Counts and logs a response."""
        seconds = perf_counter() - context.started
        meter.add(status, seconds)
        method = "HEAD" if context.is_head else scope["method"]
        self._log.add(method, scope["raw_path"], status, seconds, context.request_id)
        if (span := scope.get(SPAN)) is not None:
            span.set("http.route", meter.route)
            span.set("fixbook.cached", meter.is_cached)
            span.rename(f"{method} {meter.route}")

    async def _compute(
        self, key: Key, context: RequestContext, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Computes a response, or waits for it if the same request is already in flight."""
        if (finished := self._in_flight.get(key)) is not None:
            await finished.wait()
            if (cached := self._cache.get(key, self._epoch())) is not None:
                scope[CONTEXT] = context
                await cached(scope, receive, send)
                self._note(self._counters.cached[cached.route], scope, cached.status_code, context)
                return
        with self._single_flight(key, context) as finish:
            scope = {**scope, "method": "GET"}
            await self._forward(context, scope, receive, send, on_start=finish)

    @contextmanager
    def _single_flight(self, key: Key, context: RequestContext) -> Iterator[Callable[[], None]]:
        """Makes equal requests wait until the function it yields is called, which also caches."""
        epoch = self._epoch()
        event = self._in_flight.setdefault(key, asyncio.Event())

        def finish() -> None:
            answer = context.representation
            if isinstance(answer, Representation) and answer.cacheable:
                self._cache.put(key, epoch, answer)
            if self._in_flight.get(key) is event:
                del self._in_flight[key]
            event.set()

        try:
            yield finish
        finally:
            finish()

    async def _forward(
        self,
        context: RequestContext,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        error: FixbookError | None = None,
        on_start: Callable[[], None] = lambda: None,
    ) -> None:
        scope[CONTEXT] = context
        REQUEST_ID.set(context.request_id.decode())
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                on_start()
                status = message["status"]
                if context.representation is None:
                    own = prefixed_location(message["headers"], self._prefix)
                    message["headers"] = with_security_headers([*own, *context.headers])
            elif context.is_head:
                message = {**message, "body": b""}
            await send(message)

        try:
            app = self._app if error is None else self._rejection(scope, error)
            await app(scope, receive, sending)
        except Exception:
            if context.representation is None:
                raise  # otherwise it was answered and logged; Starlette raises it nevertheless
        finally:
            self._note(self._counters.computed[route_of(scope)], scope, status, context)


def _is_personal(scope: Scope, context: RequestContext) -> bool:
    """Whether it is for the page of an article by somebody who may report: it has a form then,
    and says what others reported.
    """
    accept = context.fields.by_name.get(b"accept", b"")
    return _ARTICLE in scope["path"] and b"text/html" in accept and may_report(scope)


def _scope(key: Key) -> Scope:
    """A request with this key."""
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
        "headers": [(b"host", authority), (b"accept", accept), (b"accept-language", languages)],
        "client": None,
        "server": None,
    }


async def _receive_nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _discard(_message: Message) -> None:
    """A `send` for responses that are only cached."""
