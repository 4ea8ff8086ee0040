"""The real application in this process, asked through ASGI, byte for byte.

No HTTP library stands between: what a test says is what the application gets, and what
it sends is what the test sees.
"""

import asyncio
import json
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote, unquote

from starlette.types import Message, Scope

from api.app import create_app
from corpus.settings import Settings

Result = TypeVar("Result")

HOST = "fixbook.test"
URL = f"http://{HOST}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    raw_headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """By lower-case name; a header that comes twice is a mistake."""
        names = [name for name, _ in self.raw_headers]
        assert len(names) == len(set(names)), self.raw_headers
        return dict(self.raw_headers)

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        """`data` of an envelope that says success."""
        shown = self.json
        assert (self.status, shown["success"], shown["error"]) == (200, True, None), shown
        return shown["data"]


class Site:
    """An application between the start and the end of its lifespan."""

    def __init__(self, settings: Settings) -> None:
        self.app = create_app(settings, owns_process=False)
        self._runner = asyncio.Runner()
        self._lifespan = AsyncExitStack()

    def __enter__(self) -> Self:
        api = self.app.api
        starting = self._lifespan.enter_async_context(api.router.lifespan_context(api))
        self._runner.run(_awaited(starting))
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._runner.run(self._lifespan.aclose())
        self._runner.close()

    def get(self, target: str, **headers: str) -> Answer:
        """GET; `accept_language="zh"` is a header."""
        return self.ask("GET", target, headers=headers)

    def follow(self, target: str, **headers: str) -> Answer:
        """GET, and where that leads elsewhere, GET there, once."""
        answer = self.get(target, **headers)
        return self.get(answer.headers.get("location", target), **headers)

    def head(self, target: str, **headers: str) -> Answer:
        """HEAD."""
        return self.ask("HEAD", target, headers=headers)

    def post(self, target: str, body: object, **headers: str) -> Answer:
        """POST of JSON, or of bytes as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", target, headers=headers, body=content)

    def ask(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Answer:
        """Any request. `target` may hold anything; what ASCII lacks is percent-encoded."""
        named = {"host": HOST, **{k.replace("_", "-"): v for k, v in (headers or {}).items()}}
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in named.items()]
        return self.send(scope(method, target, headers=raw), body)

    def send(self, request: Scope, body: bytes = b"") -> Answer:
        """A request as a server would hand it over."""
        return self._runner.run(self._sent(request, body))

    def wait(self, seconds: float) -> None:
        """Lets background tasks run."""
        self._runner.run(asyncio.sleep(seconds))

    def run(self, story: Coroutine[Any, Any, Result]) -> Result:
        """Anything else that is done in the application's event loop."""
        return self._runner.run(story)

    async def _sent(self, request: Scope, body: bytes) -> Answer:
        sent: list[Message] = []
        received = iter([] if "cut off" in request else [{"type": "http.request", "body": body}])

        answered = asyncio.Event()

        async def receive() -> Message:
            if (message := next(received, None)) is not None:
                return message
            if "cut off" not in request:
                await answered.wait()  # a client stays until it has its answer
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                answered.set()

        await self.app(request, receive, send)
        start, *parts = sent
        headers = tuple(
            (name.decode(), value.decode("latin-1")) for name, value in start["headers"]
        )
        return Answer(start["status"], headers, b"".join(part["body"] for part in parts))


def scope(method: str, target: str, *, headers: list[tuple[bytes, bytes]]) -> Scope:
    """The ASGI scope of a request, as uvicorn makes it."""
    path, _, query = quote(target, safe="/?&=%+:;,@!$'()*~#[]").partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8_000),
    }


async def _awaited(thing: Any) -> Any:
    return await thing
