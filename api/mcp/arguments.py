"""The arguments of the tools: the schemas that clients see, and clear error messages."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from api.requests.diagnosis import LARGEST
from api.requests.parameters import LANGUAGE, storable
from corpus.document.article import Status
from corpus.errors import Complaint, InvalidRequest
from corpus.feedback.reports import ReportOutcome
from corpus.proposals.gate import LARGEST as LARGEST_DOCUMENT
from corpus.proposals.submission import LARGEST_LOG

LARGEST_EXCERPT = 50_000
"""Characters of an article in one result, at most."""
_LONGEST_ECHO = 100


Lang = Annotated[
    str,
    Field(
        description="The preferred language, such as en or zh. An article that lacks it is "
        "returned in its own.",
        pattern=LANGUAGE,
        max_length=20,
    ),
]
Domain = Annotated[
    str, Field(description="Only this domain. The error for an unknown one lists all.")
]


class Arguments(BaseModel):
    """Unknown names are errors, so that an agent that guesses a name learns the right ones."""

    model_config = ConfigDict(extra="forbid")


class SearchArticles(Arguments):
    """The arguments of `search_articles`."""

    query: Annotated[
        str,
        Field(
            min_length=1,
            max_length=4_000,
            description="Words, a question, an error code or one message, in any language.",
        ),
    ]
    lang: Lang = ""
    domain: Domain = ""
    status: Annotated[
        Status | None,
        Field(description="Only articles with this verification status, as set by the author."),
        WithJsonSchema({"type": "string", "enum": list(Status)}),
    ] = None
    tag: Annotated[str, Field(max_length=100, description="Only articles with this tag.")] = ""
    limit: Annotated[int, Field(ge=1, le=20, description="Articles at most.")] = 5


class GetArticle(Arguments):
    """The arguments of `get_article`."""

    article: Annotated[
        str,
        Field(
            min_length=1,
            max_length=2_000,
            description="Slug, id, code, or address: fixbook://articles/…, /en/articles/…#fix.",
        ),
    ]
    section: Annotated[
        str,
        Field(
            max_length=400,
            description="Only this section: fix, cause, errors, questions or summary; or an "
            "anchor, a heading or a part of a heading. Absent: all.",
        ),
    ] = ""
    lang: Lang = ""
    max_characters: Annotated[
        int, Field(ge=500, le=LARGEST_EXCERPT, description="The maximum length of the result.")
    ] = 12_000


class DiagnoseError(Arguments):
    """The arguments of `diagnose_error`."""

    text: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LARGEST,
            description="Error output as it is: a log, a trace or a message, up to 64 KiB.",
        ),
    ]
    limit: Annotated[int, Field(ge=1, le=20, description="Articles at most.")] = 3
    lang: Lang = ""
    domain: Domain = ""


_PLAIN = WithJsonSchema({"type": "string"})
"""For what its name explains: agents pay for every word."""


class ReportArguments(Arguments):
    """The arguments of `report_outcome`."""

    article: Annotated[str, Field(min_length=1, max_length=400), _PLAIN]
    outcome: Annotated[
        ReportOutcome, WithJsonSchema({"type": "string", "enum": list(ReportOutcome)})
    ]
    anchor: Annotated[str, Field(max_length=400), _PLAIN] = ""
    environment: Annotated[
        dict[str, str],
        Field(max_length=10),
        WithJsonSchema({"type": "object", "description": "os, programs: versions"}),
    ] = {}
    note: Annotated[str, Field(max_length=1_000), _PLAIN] = ""
    lang: Annotated[str, Field(pattern=LANGUAGE, max_length=20), _PLAIN] = ""


class ProposeFix(Arguments):
    """The arguments of `propose_fix`."""

    document: Annotated[str, Field(min_length=1, max_length=LARGEST_DOCUMENT)]
    lang: Annotated[str, Field(max_length=10)] = ""
    log: Annotated[str, Field(max_length=LARGEST_LOG)] = ""


Model = TypeVar("Model", bound=Arguments)


def read(model: type[Model], given: Mapping[str, Any] | None) -> Model:
    """The arguments of a call; null counts as absent.

    Raises InvalidRequest, which names the parameter and the allowed values.
    """
    named = {name: _whole(value) for name, value in (given or {}).items() if value is not None}
    try:
        return model.model_validate(named)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
    schema = model.model_json_schema()["properties"]
    raise InvalidRequest(*(_complaint(problem, schema) for problem in found))


def _whole(value: object) -> object:
    """Replaces lone surrogates and NUL in texts."""
    if not isinstance(value, str):
        return value
    return storable(value.encode("utf-8", "replace").decode())


def _complaint(problem: Mapping[str, Any], schema: Mapping[str, Any]) -> Complaint:
    name = str(problem["loc"][0]) if problem["loc"] else "arguments"
    if name not in schema:
        return Complaint(name[:_LONGEST_ECHO], "is not a parameter", None, allowed=tuple(schema))
    may_be = _may_be(schema[name])
    if problem["type"] == "missing":
        return Complaint(name, f"is missing; it must be {may_be}", None)
    return Complaint(name, f"is invalid; it must be {may_be}", _echo(problem["input"]))


def _may_be(schema: Mapping[str, Any]) -> str:
    """The allowed values of a property, in words."""
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    if schema["type"] == "integer":
        return f"a whole number from {schema['minimum']:,} to {schema['maximum']:,}"
    if "pattern" in schema:
        return "a language tag such as en or zh"
    if "maxLength" in schema:
        return f"a text of {schema.get('minLength', 0)} to {schema['maxLength']:,} characters"
    return "a text"


def _echo(value: object) -> object:
    """Short values are echoed; a pasted log is not."""
    if isinstance(value, (bool, int, float)):
        return value
    return value if isinstance(value, str) and len(value) <= _LONGEST_ECHO else None
