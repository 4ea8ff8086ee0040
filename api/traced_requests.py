"""A span for each request, around everything else. Only there while telemetry is on."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.request_context import SPAN
from corpus.telemetry.spans import Recorder


class TracedRequests:
    """ASGI middleware. The caching middleware says by which route a request was answered."""

    def __init__(self, app: ASGIApp, recorder: Recorder) -> None:
        self._app = app
        self._recorder = recorder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and records it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in (b"traceparent", b"tracestate")
        }
        with self._recorder.request(scope["method"], headers) as span:
            span.set("url.scheme", scope["scheme"])
            span.set("url.path", scope["path"])

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set("http.response.status_code", message["status"])
                await send(message)

            await self._app({**scope, SPAN: span}, receive, sending)
