"""The query parameters that several routes share, and what they may be."""

from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic import AfterValidator, BeforeValidator

from api.negotiation import preferred_language
from api.state import StateDep
from corpus import catalog
from corpus.article import Risk, Status
from corpus.errors import Complaint, InvalidRequest
from corpus.filters import DOMAINS, Filters
from corpus.library import Reading
from corpus.search.engine import Sort
from corpus.times import milliseconds
from corpus.trust import Level

LARGEST_PAGE = 100_000


def _storable(value: str) -> str:
    return value.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _given(value: object) -> object:
    """Without what a form sends of fields that nobody filled in."""
    return [item for item in value if item != ""] if isinstance(value, list) else value or 0


Text = Annotated[str, AfterValidator(_storable)]
"""A text that is compared with what is stored: PostgreSQL knows no NUL."""

Lang = Annotated[
    str,
    Query(
        description="A language such as `en` or `zh`: preferred, never required.",
        pattern=r"^(?:[A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*)?$",
        max_length=40,
    ),
]


async def _preferred(request: Request, state: StateDep, lang: Lang = "") -> str:
    header = request.headers.get("accept-language", "")
    return preferred_language(lang, header, state.settings.default_lang)


PreferredLang = Annotated[str, Depends(_preferred)]
"""The language that a list prefers: the one that is named, or that of the reader."""
PageNumber = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="The page, from 1.")]
PageSize = Annotated[int, Query(ge=1, le=100, alias="pageSize", description="Articles on a page.")]
SortBy = Annotated[Sort, Query(description="The order; without `q`, relevance is newest first.")]
_Given = BeforeValidator(_given)
Domains = Annotated[
    list[Text], Query(alias="domain", description="Repeated: any of them.", max_length=50), _Given
]


_Texts = Annotated[list[Text], Query(description="Repeated: any of them.", max_length=50), _Given]
_Statuses = Annotated[
    list[Status], Query(description="What the author says. Repeated: any."), _Given
]
_Risks = Annotated[list[Risk], Query(description="Repeated: any of them."), _Given]
_Levels = Annotated[list[Level], Query(description="What is known. Repeated: any."), _Given]
_Percent = Annotated[
    int, Query(alias="minConfidence", ge=0, le=100, description="Per cent."), _Given
]


async def _filters(
    domain: Domains = [],  # noqa: B006 - FastAPI copies it
    status: _Statuses = [],  # noqa: B006
    tag: _Texts = [],  # noqa: B006
    risk: _Risks = [],  # noqa: B006
    author: _Texts = [],  # noqa: B006
    trust: _Levels = [],  # noqa: B006
    min_confidence: _Percent = 0,
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
    ] = "",
) -> Filters:
    return Filters(
        domains=tuple(domain),
        statuses=tuple(status),
        tags=tuple(tag),
        risks=tuple(risk),
        authors=tuple(author),
        trusts=tuple(trust),
        minimum_confidence=min_confidence,
        updated_since_ms=_milliseconds(updated_since),
    )


FiltersDep = Annotated[Filters, Depends(_filters)]


def check_domains(reading: Reading, domains: tuple[str, ...] | list[str]) -> None:
    """Raises InvalidRequest for a domain that neither the public site nor the corpus has."""
    if all(domain in DOMAINS for domain in domains):
        return
    known = [count.name for count in catalog.domains(reading.connection)]
    for domain in domains:
        if domain not in known:
            raise InvalidRequest(
                Complaint("domain", "is not a domain", domain[:100], allowed=tuple(sorted(known)))
            )


def _milliseconds(value: str) -> int:
    try:
        # A plus sign that nobody escaped arrives as a space.
        return milliseconds(value.replace(" ", "+") if "T" in value else value)
    except (ValueError, OverflowError):
        complaint = Complaint("updatedSince", "is not an ISO 8601 date or time", value)
        raise InvalidRequest(complaint) from None
