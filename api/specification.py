"""The OpenAPI specification: as FastAPI derives it, with corrections."""

import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from api.requests.diagnosis import Question
from api.requests.proposals import Proposed
from api.requests.reports import Reported
from api.responses.articles import ArticleObject, Summary
from api.responses.described import REFERENCE
from api.responses.diagnosis import DiagnosisObject
from api.responses.envelope import Envelope, Failure
from api.responses.feedback.gaps import GapsObject
from api.responses.feedback.proposals import ProposalObject, ProposalReceived
from api.responses.feedback.reports import ReportReceived, ReportsObject
from api.responses.listings import CountsObject, ErrorsPage
from api.responses.model import schemas
from api.responses.search import SearchPage
from api.responses.service import Health, Live, Ready, Stats
from api.routes import ROUTERS
from api.v1.search import SearchParameters

ANSWERS: tuple[Any, ...] = (
    ArticleObject, Envelope[Summary], Envelope[SearchPage], Envelope[DiagnosisObject],
    Envelope[ErrorsPage], Envelope[CountsObject], Envelope[Stats], Envelope[ReportReceived],
    Envelope[ReportsObject], Envelope[GapsObject], Envelope[ProposalReceived],
    Envelope[ProposalObject], Health, Live, Ready, Failure,
)  # fmt: skip
"""The responses of all routes."""
_DESCRIPTION = """\
Fixes for errors, as articles. Paste an error into `GET /api/v1/search?q=…`, or a whole log
into `POST /api/v1/diagnose`; then read the article with `?format=markdown` or
`?format=json`.

Every JSON response except for the bare article has the envelope `success`, `data`, `error`, `meta`.
`error.code` is one of `VALIDATION_ERROR`, `NOT_FOUND`, `METHOD_NOT_ALLOWED`,
`NOT_ACCEPTABLE`, `PAYLOAD_TOO_LARGE`, `URI_TOO_LONG`, `HEADERS_TOO_LARGE`, `UNAUTHORIZED`,
`FORBIDDEN`, `CONFLICT`, `RATE_LIMITED`, `INTERNAL_ERROR` and `SERVICE_UNAVAILABLE`;
`error.details.retryable` says whether the same request can succeed later. No results
are an empty list with status 200; an outage is 503, never an empty list.

Reading needs no key, unless the service is private. Too many requests get 429 with
`Retry-After`; an API key (`Authorization: Bearer fb_…`) allows more, and an invalid one gets 401.

Unknown query parameters are ignored. HEAD works wherever GET does.
"""

_LONGEST_SUFFIX = len(".json")
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key, `fb_…`: with one, more requests are allowed. A private "
    "service needs one for everything. Some operations need one with the scope that they name: "
    "`read`, `report`, `propose` or `review`.",
}


def describe() -> dict[str, Any]:
    """The description of the service, as arguments of FastAPI."""
    return {
        "telemetry": {"tracing": False, "metrics": False, "logs": False},
        "docs_url": None,  # it loads scripts from a CDN; `api.pages.api_docs` replaces it
        "redoc_url": None,
        "openapi_url": None,  # `api.discovery.well_known` serves it
        "title": "Fixbook",
        "version": version("fixbook"),
        "summary": "A knowledge base of fixes, for people and for agents.",
        "description": _DESCRIPTION,
        "license_info": {"name": "MIT", "identifier": "MIT"},
        "openapi_tags": [
            {"name": "articles", "description": "One article, in each format and language."},
            {"name": "search", "description": "From an error to the article that fixes it."},
            {"name": "feedback", "description": "What readers give back, with an API key."},
            {"name": "indexes", "description": "Errors, domains and tags."},
            {"name": "service", "description": "Statistics, health and metrics."},
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
    questions: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (Question, "validation"),
        (Proposed, "validation"),
        (Reported, "validation"),
        (SearchParameters, "validation"),
    ]
    _, asked = models_json_schema(questions, ref_template=REFERENCE.format(name="{model}"))
    _, answered = schemas(ANSWERS, references=REFERENCE)
    spec["servers"] = [{"url": "/"}]
    spec["security"] = [{}, {"key": []}]
    spec["components"]["securitySchemes"] = {"key": _KEY}
    components = spec["components"]["schemas"] | asked["$defs"] | answered
    for name in ("Format", "HTTPValidationError", "SearchParameters", "ValidationError"):
        components.pop(name, None)
    spec["components"]["schemas"] = dict(sorted(components.items()))
    for name in ("Proposed", "Question", "Reported"):
        for field in components[name]["properties"].values():
            field.pop("default", None)  # some generators demand what has a default
    for name, path in spec["paths"].items():
        for operation in path.values():
            operation["responses"].pop("422", None)  # bad parameters are answered with 400
            for parameter in operation.get("parameters", ()):
                parameter["schema"].pop("title", None)  # generators would name classes by it
                if parameter["in"] == "path" and not name.endswith("}"):
                    parameter["schema"]["maxLength"] -= _LONGEST_SUFFIX
            _show(operation)
    return spec


def _show(operation: dict[str, Any]) -> None:
    """Adds the examples of the successful response."""
    good = next(found for status, found in operation["responses"].items() if status < "300")
    for media_type, content in good["content"].items():
        if media_type == "application/json":
            name = content["schema"]["$ref"].rpartition("/")[2]
            content["example"] = _examples()["objects"][name]
        else:
            content["example"] = _examples()["texts"][operation["operationId"]]


@cache
def _examples() -> dict[str, dict[str, Any]]:
    """Examples of objects by schema, and of texts by operation."""
    path = Path(__file__).parent / "responses" / "examples.json"
    examples: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return examples


def standalone() -> dict[str, Any]:
    """The specification without a running service, for the command line."""
    api = FastAPI(**describe())
    for router in ROUTERS:
        api.include_router(router)
    return specification(api)
