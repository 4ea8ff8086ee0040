"""The responses of a route, for the OpenAPI specification."""

import re
from typing import Any

from api.responses.envelope import Failure
from corpus.store.api_keys import Scope

REFERENCE = "#/components/schemas/{name}"
"""How the specification refers to the schema of a class."""
_WHEN = {
    304: "The cached response is still current.",
    308: "An id, code or alias: the article is at `Location`.",
    400: "`VALIDATION_ERROR`: a parameter or the body is invalid; "
    "`details.errors` says which, and what is allowed.",
    401: "`UNAUTHORIZED`: the API key is invalid, or missing where one is needed.",
    403: "`FORBIDDEN`: the API key lacks the scope that this needs.",
    404: "`NOT_FOUND`: no such article; `details.suggestions` has similar slugs.",
    406: "`NOT_ACCEPTABLE`: none of the formats in `Accept` is available.",
    409: "`CONFLICT`: an article has it already; `details.article` is its slug.",
    413: "`PAYLOAD_TOO_LARGE`: the body is longer than the operation takes.",
    415: "`UNSUPPORTED_MEDIA_TYPE`: the body is compressed, or in another charset than UTF-8.",
    429: "`RATE_LIMITED`: too many requests; retry after `Retry-After` seconds.",
    503: "`SERVICE_UNAVAILABLE`: the database or the index is unavailable; retry after "
    "`Retry-After` seconds.",
}

_ANYWHERE = (400, 401, 429, 503)
"""What any route may answer, except for probes."""
_PROBE = (400,)

Responses = dict[int | str, dict[str, Any]]


def responses(
    model: Any = None,
    *,
    others: tuple[int, ...] = (),
    text: str = "",
    media_types: tuple[str, ...] = (),
    is_probe: bool = False,
    status: int = 200,
) -> Responses:
    """A successful response, a `model` or a text of one of `media_types`, and the others.

    The examples come from `examples.json`.
    """
    content = {kind: {"schema": {"type": "string"}} for kind in media_types}
    if model:
        content = {"application/json": {"schema": reference(model)}} | content
    good = {"description": text or "Successful Response", "content": content}
    statuses = sorted({*others, *(_PROBE if is_probe else _ANYWHERE)})
    return {status: good, **{other: _other(other) for other in statuses}}


def needs(*scopes: Scope) -> dict[str, Any]:
    """What the specification of a route says that needs a key with one of these scopes."""
    return {"security": [{"key": [scope]} for scope in scopes]}


def reference(model: Any) -> dict[str, str]:
    """A pointer to the schema of a class; `Envelope[Summary]` has characters that names lack."""
    arguments = [argument.__name__ for argument in getattr(model, "__args__", ())]
    name = f"{model.__origin__.__name__}[{', '.join(arguments)}]" if arguments else model.__name__
    return {"$ref": REFERENCE.format(name=re.sub(r"\W", "_", name))}


def _other(status: int) -> dict[str, Any]:
    described: dict[str, Any] = {"description": _WHEN[status]}
    if status >= 400:
        described["content"] = {"application/json": {"schema": reference(Failure)}}
    return described
