"""The query parameters that several routes share."""

from functools import cache
from typing import Annotated, Any, Self, get_origin

from fastapi import Depends, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from api.dependencies import AppState, StateDep
from api.http.negotiation import preferred_language
from api.responses.described import REFERENCE
from corpus.checks.trust import Level
from corpus.document.article import Risk, Status
from corpus.errors import Complaint, InvalidRequest
from corpus.store.filters import Filters, Sort
from corpus.text.timestamps import milliseconds
from languages.loader import Texts, texts_for

LARGEST_PAGE = 100_000
LANGUAGE = r"^(?:[A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*)?$"
"""A language tag, or nothing."""


def storable(value: str) -> str:
    """The text without NUL, which PostgreSQL cannot store."""
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _without_empty(value: object) -> object:
    """The value without the empty strings that forms send for empty fields."""
    return [item for item in value if item != ""] if isinstance(value, list) else value or 0


Text = Annotated[str, AfterValidator(storable)]

Lang = Annotated[
    str,
    Query(
        description="The preferred language, such as `en` or `zh`.", pattern=LANGUAGE, max_length=40
    ),
]

SectionName = Annotated[
    Text,
    Query(
        description="Only this section: `fix`, `cause`, `errors`, `questions` or `summary`; or an "
        "anchor, a heading or a part of one. Then `content` has nothing else, and the lists only "
        "what is in it.",
        max_length=400,
    ),
]

Slug = Annotated[
    Text,
    Path(
        description="Slug, id (`art_…`), reference code (`TRANS-003`) or alias.",
        examples=["troubleshoot-mcp-connection-refused-or-timeout-errors"],
        max_length=400,
    ),
]


def preferred_lang(request: Request, state: AppState, lang: str) -> str:
    """The preferred language of a list: the requested one, else by Accept-Language."""
    header = request.headers.get("accept-language", "")
    return preferred_language(lang, header, state.settings.default_lang)


async def _preferred_lang(request: Request, state: StateDep, lang: Lang = "") -> str:
    return preferred_lang(request, state, lang)


PreferredLang = Annotated[str, Depends(_preferred_lang)]


async def _answer_texts(request: Request, state: StateDep) -> Texts:
    return texts_for("answers", preferred_lang(request, state, ""))


AnswerTexts = Annotated[Texts, Depends(_answer_texts)]
"""What an answer says itself, by Accept-Language; for routes without a parameter `lang` for it."""
PageNumber = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="The page, from 1.")]
PageSize = Annotated[int, Query(ge=1, le=100, alias="pageSize", description="Articles on a page.")]
SortBy = Annotated[Sort, Query(description="The order; without `q`, relevance is newest first.")]
_Given = BeforeValidator(_without_empty)
AnyOf = Annotated[
    tuple[Text, ...], Query(description="Repeated: any of them.", max_length=50), _Given
]


class Parameters(BaseModel):
    """The query parameters of a search, validated as one model.

    FastAPI spends more time on each declared parameter than this takes for all of them.
    """

    model_config = ConfigDict(frozen=True)

    @classmethod
    async def read(cls, request: Request) -> Self:
        """The same as a dependency of a route."""
        return cls.given_by(request)

    @classmethod
    def given_by(cls, request: Request) -> Self:
        """The parameters of a request. Raises RequestValidationError, as FastAPI does."""
        given: dict[str, Any] = {}
        repeated = cls._repeatable()
        for name, value in request.query_params.multi_items():
            if name in repeated:
                given.setdefault(name, []).append(value)
            else:
                given[name] = value
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            found = error.errors(include_url=False)
            raise RequestValidationError(
                [{**each, "loc": ("query", *each["loc"])} for each in found]
            ) from None

    @classmethod
    def openapi_parameters(cls) -> list[dict[str, Any]]:
        """The parameters, for the OpenAPI specification."""
        schemas = cls.model_json_schema(ref_template=REFERENCE.format(name="{model}"))["properties"]
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "schema": schemas[name],
                "description": field.description,
            }
            for name, field in cls._fields().items()
        ]

    @classmethod
    def _fields(cls) -> dict[str, FieldInfo]:
        """The parameters by name, those of the subclass first."""
        own = [name for kind in cls.__mro__ for name in vars(kind).get("__annotations__", ())]
        fields = sorted(cls.model_fields.items(), key=lambda item: own.index(item[0]))
        return {field.alias or name: field for name, field in fields}

    @classmethod
    @cache
    def _repeatable(cls) -> frozenset[str]:
        """The parameters that may be repeated."""
        fields = cls._fields().items()
        return frozenset(name for name, field in fields if get_origin(field.annotation) is tuple)


class FilterParameters(Parameters):
    """The filters of a search or a list."""

    domain: AnyOf = ()
    status: Annotated[
        tuple[Status, ...], Query(description="What the author says. Repeated: any."), _Given
    ] = ()
    tag: AnyOf = ()
    risk: Annotated[tuple[Risk, ...], Query(description="Repeated: any of them."), _Given] = ()
    author: AnyOf = ()
    trust: Annotated[
        tuple[Level, ...], Query(description="Trust level. Repeated: any."), _Given
    ] = ()
    min_confidence: Annotated[
        int, Query(alias="minConfidence", ge=0, le=100, description="Per cent."), _Given
    ] = 0
    updated_since: Annotated[
        str,
        Query(
            alias="updatedSince",
            description="An ISO 8601 date or time.",
            examples=["2026-01-01"],
            max_length=40,
            json_schema_extra={
                "anyOf": [{"format": "date"}, {"format": "date-time"}, {"maxLength": 0}]
            },
        ),
    ] = ""

    def filters(self) -> Filters:
        """The filters, as for a search. Raises InvalidRequest."""
        return Filters(
            domains=self.domain,
            statuses=self.status,
            tags=self.tag,
            risks=self.risk,
            authors=self.author,
            trusts=self.trust,
            minimum_confidence=self.min_confidence,
            updated_since_ms=_milliseconds(self.updated_since),
        )


def _milliseconds(value: str) -> int:
    try:
        # An unescaped plus sign arrives as a space.
        return milliseconds(value.replace(" ", "+") if "T" in value else value)
    except (ValueError, OverflowError):
        complaint = Complaint("updatedSince", "is not an ISO 8601 date or time", value)
        raise InvalidRequest(complaint) from None
