"""The least an ASGI application can do: send as many bytes as it is told."""

import os

from starlette.types import Receive, Scope, Send

_BODY = b"x" * int(os.environ.get("BARE_BYTES", "0"))


async def app(scope: Scope, _receive: Receive, send: Send) -> None:
    """Answers everything alike."""
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(_BODY))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": _BODY})
