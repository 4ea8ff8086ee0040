"""The envelope: the one shape of every JSON answer that is not a bare article."""

from collections.abc import Sequence
from typing import Any

import orjson

from api.http.errors import error_headers
from api.http.representation import NEGOTIATED, Representation
from api.responses.next_steps import after_failure
from corpus.errors import FixbookError

_JSON = "application/json; charset=utf-8"


def success(
    data: Any,
    *,
    next_step: str | None = None,
    headers: Sequence[tuple[str, str]] = (),
    max_age: int | None = None,
    modified_ms: int = 0,
    vary: str = NEGOTIATED,
) -> Representation:
    """An answer; `max_age` (seconds) None means that it must not be kept."""
    body = b'{"success":true,"data":' + orjson.dumps(data) + b',"error":null,'
    return Representation(
        body + _meta(next_step),
        media_type=_JSON,
        headers=headers,
        enveloped=True,
        max_age=max_age,
        modified_ms=modified_ms,
        vary=vary,
    )


def failure(error: Exception) -> Representation:
    """An error. Whatever is not a FixbookError says nothing of the inside."""
    known = error if isinstance(error, FixbookError) else FixbookError("internal error")
    shown = {
        "code": known.code,
        "message": known.message,
        "details": {**known.details, "retryable": known.retryable},
    }
    body = b'{"success":false,"data":null,"error":' + orjson.dumps(shown, default=str) + b","
    return Representation(
        body + _meta(after_failure(known)),
        media_type=_JSON,
        headers=error_headers(known),
        status=known.status,
        enveloped=True,
    )


def _meta(next_step: str | None) -> bytes:
    """The start of `meta`; the exchange closes it with request id and time."""
    if next_step is None:
        return b'"meta":{'
    return b'"meta":{"nextStep":' + orjson.dumps(next_step) + b","
