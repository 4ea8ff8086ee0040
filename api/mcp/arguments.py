"""What the tools take: the schemas that clients see, and complaints in plain words."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema

from api.requests.diagnosis import LARGEST
from api.requests.parameters import LANGUAGE, storable
from corpus.document.article import Status
from corpus.errors import Complaint, InvalidRequest

LARGEST_EXCERPT = 50_000
"""Characters of an article that one answer may have."""
_LONGEST_ECHO = 100


Lang = Annotated[
    str,
    Field(
        description="The language to answer in, such as en or zh. An article that lacks it "
        "comes in its own.",
        pattern=LANGUAGE,
        max_length=20,
    ),
]
Domain = Annotated[
    str, Field(description="Only this domain. An unknown one is answered with all there are.")
]


class Arguments(BaseModel):
    """Unknown names are refused: an agent that guesses one should learn the right ones."""

    model_config = ConfigDict(extra="forbid")


class SearchArticles(Arguments):
    """What `search_articles` takes."""

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
        Field(description="Only articles whose author says this about their verification."),
        WithJsonSchema({"type": "string", "enum": list(Status)}),
    ] = None
    tag: Annotated[str, Field(max_length=100, description="Only articles with this tag.")] = ""
    limit: Annotated[int, Field(ge=1, le=20, description="Articles at most.")] = 5


class GetArticle(Arguments):
    """What `get_article` takes."""

    article: Annotated[
        str,
        Field(
            min_length=1,
            max_length=400,
            description="Slug, id, reference code or alias, as the other tools name it.",
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
        int,
        Field(ge=500, le=LARGEST_EXCERPT, description="How long the answer may be at most."),
    ] = 12_000


class DiagnoseError(Arguments):
    """What `diagnose_error` takes."""

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


Model = TypeVar("Model", bound=Arguments)


def read(model: type[Model], given: Mapping[str, Any] | None) -> Model:
    """The arguments of a call; a null counts as absent.

    Raises InvalidRequest, which names the parameter and what it may be.
    """
    named = {name: _whole(value) for name, value in (given or {}).items() if value is not None}
    try:
        return model.model_validate(named)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
    schema = model.model_json_schema()["properties"]
    raise InvalidRequest(*(_complaint(problem, schema) for problem in found))


def _whole(value: object) -> object:
    """Half a surrogate pair is no character."""
    if not isinstance(value, str):
        return value
    return storable(value.encode("utf-8", "replace").decode())


def _complaint(problem: Mapping[str, Any], schema: Mapping[str, Any]) -> Complaint:
    name = str(problem["loc"][0]) if problem["loc"] else "arguments"
    if name not in schema:
        return Complaint(name[:_LONGEST_ECHO], "is not a parameter", None, allowed=tuple(schema))
    may_be = _may_be(schema[name])
    if problem["type"] == "missing":
        return Complaint(name, f"is missing; it may be {may_be}", None)
    return Complaint(name, f"cannot be used; it may be {may_be}", _echo(problem["input"]))


def _may_be(schema: Mapping[str, Any]) -> str:
    """A property of a JSON schema, said in words."""
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if schema["type"] == "integer":
        return f"a whole number from {schema['minimum']:,} to {schema['maximum']:,}"
    if "pattern" in schema:
        return "a language tag such as en or zh"
    if "maxLength" in schema:
        return f"a text of {schema.get('minLength', 0)} to {schema['maxLength']:,} characters"
    return "a text"


def _echo(value: object) -> object:
    """Short values are shown again; a pasted log is not."""
    if isinstance(value, (bool, int, float)):
        return value
    return value if isinstance(value, str) and len(value) <= _LONGEST_ECHO else None
