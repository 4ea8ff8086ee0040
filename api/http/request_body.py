"""The body of a request: read to its limit and no further, and only if it is of a known kind."""

from fastapi import Request

from api.http.errors import PayloadTooLarge, UnsupportedMediaType
from corpus.errors import Complaint, InvalidRequest

_LONGEST_ECHO = 100
_CHARSETS = ("", "utf-8", "utf8", "us-ascii", "ascii")


async def read_body(request: Request, *, most: int, refusal: str) -> bytes:
    """All of a body. Raises PayloadTooLarge, with that message, past `most` bytes.

    Raises UnsupportedMediaType for one that is compressed or no UTF-8.
    """
    _check_encoding(request)
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


def _check_encoding(request: Request) -> None:
    """A body that would be read as what it is not is refused (RFC 9110, section 15.5.16)."""
    coding = request.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity"):
        raise UnsupportedMediaType(
            f"the body has the Content-Encoding {coding[:_LONGEST_ECHO]!r}; send it without one"
        )
    charset = _charset(request.headers.get("content-type", ""))
    if charset not in _CHARSETS:
        raise UnsupportedMediaType(
            f"the body has the charset {charset[:_LONGEST_ECHO]!r}; send it in utf-8"
        )


def _charset(content_type: str) -> str:
    """The `charset` parameter of a Content-Type, in lower case; empty if there is none."""
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return ""
