"""The SDK's session manager, to which `/mcp` delegates its requests.

Importing this module imports the SDK, which takes longer than all the rest of the service.
"""

import asyncio
from contextlib import suppress

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import Receive, Scope, Send

from api.dependencies import AppState
from api.mcp.server import create_server


class Sessions:
    """The manager, running in its own task.

    A task group must be left by the task that entered it, but a server may start and stop an
    application in different tasks.
    """

    def __init__(self, state: AppState, *, largest: int) -> None:
        self._manager = StreamableHTTPSessionManager(
            create_server(state),
            json_response=True,
            stateless=True,
            security_settings=TransportSecuritySettings(enable_dns_rebinding_protection=False),
            max_request_body_size=largest,
        )
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts the manager, and returns when it is ready."""
        ready = asyncio.Event()
        self._running = asyncio.create_task(self._run(ready))
        await ready.wait()

    async def stop(self) -> None:
        """Cancels running requests."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        await self._manager.handle_request(scope, receive, send)

    async def _run(self, ready: asyncio.Event) -> None:
        async with self._manager.run():
            ready.set()
            await asyncio.Event().wait()
