"""The envelope of every JSON response except for the bare article."""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from msgspec import UNSET, UnsetType

from api.http.errors import error_headers
from api.http.representation import NEGOTIATED, Representation
from api.responses.model import Model, doc, encoded
from api.responses.next_steps import after_failure
from corpus.errors import FixbookError

Data = TypeVar("Data")

JSON = "application/json; charset=utf-8"
_END = b'"requestId":"","timestamp":""}}'
"""This differs for each request: `RequestContext.envelope_end` is sent instead."""


class Meta(Model, kw_only=True):
    """About the response itself."""

    next_step: Annotated[str | UnsetType, doc("What to call next.")] = UNSET
    request_id: Annotated[str, doc("Identifies this request in the server's log.")]
    timestamp: str


class Envelope(Model, Generic[Data]):
    """The envelope of every response except for the bare article."""

    success: bool
    data: Data
    error: None
    meta: Meta


class ErrorDetail(Model):
    """What went wrong."""

    code: str
    message: str
    details: dict[str, Any]


class Failure(Model):
    """The envelope of an error."""

    success: bool
    data: None
    error: ErrorDetail
    meta: Meta


def success(
    data: Model,
    *,
    next_step: str,
    headers: Sequence[tuple[str, str]] = (),
    max_age: int | None = None,
    modified_ms: int = 0,
    vary: str = NEGOTIATED,
    status: int = 200,
) -> Representation:
    """A successful response; `max_age` (seconds) None means `no-store`."""
    envelope = Envelope(success=True, data=data, error=None, meta=_meta(next_step))
    return Representation(
        encoded(envelope).removesuffix(_END),
        media_type=JSON,
        headers=headers,
        enveloped=True,
        max_age=max_age,
        modified_ms=modified_ms,
        vary=vary,
        status=status,
    )


def failure(error: Exception, *, lang: str = "") -> Representation:
    """An error response, which tells no details of anything but a FixbookError.

    `lang` is the language of its next step.
    """
    known = error if isinstance(error, FixbookError) else FixbookError("internal error")
    shown = ErrorDetail(
        code=known.code,
        message=known.message,
        details={**known.details, "retryable": known.retryable},
    )
    envelope = Failure(
        success=False, data=None, error=shown, meta=_meta(after_failure(known, lang))
    )
    return Representation(
        encoded(envelope).removesuffix(_END),
        media_type=JSON,
        headers=error_headers(known),
        status=known.status,
        enveloped=True,
    )


def _meta(next_step: str | None) -> Meta:
    return Meta(next_step=next_step or UNSET, request_id="", timestamp="")
