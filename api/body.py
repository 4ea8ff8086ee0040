"""The body of a request: read to its limit and no further, and only if it is of a known kind."""

from fastapi import Request

from api.errors import PayloadTooLarge
from corpus.errors import Complaint, InvalidRequest

_LONGEST_ECHO = 100


async def read_body(request: Request, *, most: int, refusal: str) -> bytes:
    """All of a body. Raises PayloadTooLarge, with that message, past `most` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise PayloadTooLarge(refusal)
    return bytes(body)


def media_type(request: Request, *readable: str, default: str = "") -> str:
    """What Content-Type says that a body is; `default` where it says nothing.

    Raises InvalidRequest for what is not among the `readable` ones.
    """
    given = request.headers.get("content-type", default).partition(";")[0].strip().lower()
    if given not in readable:
        shown = given[:_LONGEST_ECHO]
        raise InvalidRequest(Complaint("Content-Type", "cannot be read", shown, readable))
    return given
