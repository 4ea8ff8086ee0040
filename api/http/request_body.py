"""Request bodies, read up to a limit and only in supported encodings."""

from urllib.parse import parse_qs

from fastapi import Request

from api.http.errors import PayloadTooLarge, UnsupportedMediaType
from corpus.errors import Complaint, InvalidRequest

_LONGEST_ECHO = 100
_CHARSETS = ("", "utf-8", "utf8", "us-ascii", "ascii")


async def read_body(request: Request, *, most: int, refusal: str) -> bytes:
    """The whole body. Raises PayloadTooLarge, with that message, beyond `most` bytes.

    Raises UnsupportedMediaType if it is compressed or not UTF-8.
    """
    _check_encoding(request)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise PayloadTooLarge(refusal)
    return bytes(body)


async def read_form(request: Request, *, most: int) -> dict[str, str]:
    """The fields of a form, each with its first value. Raises what the two others do."""
    media_type(request, "application/x-www-form-urlencoded")
    body = await read_body(request, most=most, refusal="the form is too large")
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def media_type(request: Request, *readable: str, default: str = "") -> str:
    """The media type of the body; `default` without a Content-Type.

    Raises InvalidRequest if it is not among the `readable` ones.
    """
    given = request.headers.get("content-type", default).partition(";")[0].strip().lower()
    if given not in readable:
        shown = given[:_LONGEST_ECHO]
        raise InvalidRequest(Complaint("Content-Type", "is not supported", shown, readable))
    return given


def _check_encoding(request: Request) -> None:
    """Refuses bodies that would be misread (RFC 9110, section 15.5.16)."""
    coding = request.headers.get("content-encoding", "").strip().lower()
    if coding not in ("", "identity"):
        raise UnsupportedMediaType(
            f"Content-Encoding {coding[:_LONGEST_ECHO]!r} is not supported; send the body without"
        )
    charset = _charset(request.headers.get("content-type", ""))
    if charset not in _CHARSETS:
        raise UnsupportedMediaType(
            f"charset {charset[:_LONGEST_ECHO]!r} is not supported; send the body in utf-8"
        )


def _charset(content_type: str) -> str:
    """The `charset` of a Content-Type, in lower case, or ''."""
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return ""
