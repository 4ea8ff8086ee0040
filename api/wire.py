"""Kept answers straight to the socket.

For an answer that is kept, a task, two messages and a check of each header would be more
work than everything else. Our server therefore asks the front door before it starts the
ASGI application: what is kept is written at once, head and body together. Whatever else is
asked, and every request on another server, takes the way of ASGI to the same answer.
"""

from functools import partial

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)


class KnockingProtocol(HttpToolsProtocol):
    """uvicorn's protocol, for applications that have a `knock(scope, write) -> bool`."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Where several requests wait in line, each answer would start the next: none knocks."""
        knock = getattr(app, "knock", None)
        if knock is not None and not self.pipeline:
            write = partial(_write, cycle, self.server_state.default_headers)
            if knock(cycle.scope, write):
                return
        super()._start_asgi_task(cycle, app)


def _write(
    cycle: RequestResponseCycle,
    default_headers: list[tuple[bytes, bytes]],
    status: int,
    lines: bytes,
    body: bytes,
) -> bool:
    """Writes a whole answer; False, and nothing written, where that takes more than a write.

    `lines` are header lines, each with its line end.
    """
    if cycle.disconnected or not cycle.keep_alive or cycle.flow.write_paused:
        return False
    cycle.response_started = cycle.response_complete = True
    head = [STATUS_LINE[status]]
    for name, value in default_headers:
        head += (name, b": ", value, b"\r\n")
    head += (lines, b"\r\n")
    cycle.transport.writelines((b"".join(head), body))
    cycle.message_event.set()
    cycle.on_response()
    return True
