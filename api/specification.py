"""The OpenAPI specification: what FastAPI derives, corrected where it assumes too much."""

import re
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api.requests.diagnosis import Question
from api.responses.models import REFERENCE, ArticleObject, DiagnosisObject, SummaryAnswer
from api.routes import ROUTERS
from api.v1.search import SearchParameters

_DESCRIPTION = """\
Fixes for errors, as articles. Paste an error into `GET /api/v1/search?q=…`, or a whole log
into `POST /api/v1/diagnose`; then read the article with `?format=markdown` or
`?format=json`.

Every JSON answer but the bare article has one envelope: `success`, `data`, `error`, `meta`.
`error.code` is one of `VALIDATION_ERROR`, `NOT_FOUND`, `METHOD_NOT_ALLOWED`,
`NOT_ACCEPTABLE`, `PAYLOAD_TOO_LARGE`, `URI_TOO_LONG`, `HEADERS_TOO_LARGE`, `UNAUTHORIZED`,
`FORBIDDEN`, `RATE_LIMITED`, `INTERNAL_ERROR` and `SERVICE_UNAVAILABLE`;
`error.details.retryable` says whether the same request can succeed later. Nothing
found is an empty list with status 200; an outage is 503, never an empty list.

Reading needs no key. Whoever asks too often gets 429 with `Retry-After`; an API key
(`Authorization: Bearer fb_…`) allows more, and one that is not known gets 401.

Unknown query parameters are ignored. HEAD works wherever GET does.
"""


def describe() -> dict[str, Any]:
    """What FastAPI is told about the service."""
    return {
        "telemetry": {"tracing": False, "metrics": False, "logs": False},
        "docs_url": None,  # they load scripts from elsewhere; `api.pages.api_docs` is the page
        "redoc_url": None,
        "title": "Fixbook",
        "version": version("fixbook"),
        "summary": "A knowledge base of fixes, for people and for agents.",
        "description": _DESCRIPTION,
        "license_info": {"name": "MIT", "identifier": "MIT"},
        "openapi_tags": [
            {"name": "articles", "description": "One article, in each format and language."},
            {"name": "search", "description": "From an error to the article that fixes it."},
            {"name": "indexes", "description": "What there is."},
            {"name": "service", "description": "How the service is."},
        ],
    }


def specification(api: FastAPI) -> dict[str, Any]:
    """The specification of the application, as it is committed in `openapi/`."""
    spec = get_openapi(
        title=api.title,
        version=api.version,
        summary=api.summary,
        description=api.description,
        license_info=api.license_info,
        tags=api.openapi_tags,
        routes=api.routes,
    )
    _, definitions = models_json_schema(
        [
            (ArticleObject, "serialization"),
            (SummaryAnswer, "serialization"),
            # It has an `Outcome`, and so has a receipt: together they get names of their own.
            (DiagnosisObject, "serialization"),
            (Question, "validation"),
            (SearchParameters, "validation"),
        ],
        ref_template=REFERENCE,
    )
    schemas = spec["components"]["schemas"]
    schemas |= {re.sub(r"\W", "_", name): schema for name, schema in definitions["$defs"].items()}
    for path in spec["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)  # bad parameters are answered with 400
    for name in ("HTTPValidationError", "ValidationError", "Outcome", "SearchParameters"):
        schemas.pop(name, None)
    return spec


def standalone() -> dict[str, Any]:
    """The specification without a running service, for the command line."""
    api = FastAPI(**describe())
    for router in ROUTERS:
        api.include_router(router)
    return specification(api)
