"""`/api/v1/diagnose`: a raw log in, the articles that know its error out.

The text is neither logged nor stored, nor is the answer kept.
"""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from starlette.responses import Response

from api.addresses import article_path
from api.body import media_type, read_body
from api.envelope import success
from api.errors import PayloadTooLarge, complaints
from api.examples import DIAGNOSIS
from api.guidance import agent_headers
from api.models import DiagnosisAnswer, problems, reference
from api.negotiation import best_language
from api.parameters import check_domains
from api.renderers import trust_object
from api.state import PublicUrl, StateDep
from corpus.article import Status
from corpus.cards import Card
from corpus.diagnosis import Diagnosis, diagnose
from corpus.errors import Complaint, InvalidRequest
from corpus.filters import Filters
from corpus.library import Reading
from corpus.matching import Match

router = APIRouter(prefix="/api/v1", tags=["search"])

LARGEST = 64 * 1024
"""Bytes of a text to diagnose."""
TOO_LONG = f"the text may have {LARGEST} bytes"
_LARGEST_BODY = 8 * LARGEST
"""A JSON body may escape each byte of the text in six."""
_JSON, _TEXT = "application/json", "text/plain"


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


_OneOrMore = BeforeValidator(_listed, json_schema_input_type=list[str] | str)
_OneOrMoreStatuses = BeforeValidator(_listed, json_schema_input_type=list[Status] | Status)


class Question(BaseModel):
    """What to diagnose."""

    model_config = ConfigDict(extra="ignore")

    text: Annotated[str, Field(description="A raw log, trace or message, up to 64 KiB.")]
    limit: Annotated[int, Field(ge=1, le=50, description="Matches at most.")] = 5
    lang: Annotated[str, Field(max_length=20, description="The language of the answer.")] = ""
    domain: Annotated[
        list[str], _OneOrMore, Field(description="Only articles of these domains.")
    ] = []
    status: Annotated[
        list[Status], _OneOrMoreStatuses, Field(description="Only articles with these statuses.")
    ] = []

    def filters(self) -> Filters:
        """The filters as search has them."""
        return Filters(domains=tuple(self.domain), statuses=tuple(self.status))


@router.post(
    "/diagnose",
    operation_id="diagnoseError",
    summary="Diagnose an error",
    response_class=Response,
    responses={
        200: {
            "model": DiagnosisAnswer,
            "content": {"application/json": {"example": DIAGNOSIS}},
        },
        **problems(400, 413, 415, 503),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": reference(Question),
                    "example": {"text": "Error: connect ECONNREFUSED 127.0.0.1:3000", "limit": 3},
                },
                "text/plain": {"schema": {"type": "string", "maxLength": LARGEST}},
            },
        }
    },
)
async def diagnose_error(state: StateDep, request: Request, url: PublicUrl) -> Response:
    """The articles whose errors the text shows, and how sure that is.

    `outcome` is `exact`, `likely`, `related` or `none`; with `none` the list is empty,
    for a guess is worse than nothing. The text is neither logged nor stored.
    """
    question = await _question(request)
    accept = request.headers.get("accept-language", "") or state.settings.default_lang
    data = await state.read(
        lambda reading: diagnosis_object(reading, question, accept=accept, url=url), search=True
    )
    state.traffic.counts.diagnosed(data["outcome"])
    return success(
        data, next_step=_next_step(data, url), headers=agent_headers(url, "/api/v1/diagnose")
    )


def diagnosis_object(
    reading: Reading, question: Question, *, accept: str, url: str
) -> dict[str, Any]:
    """`data` of the answer; `accept` is an Accept-Language header."""
    filters = question.filters()
    check_domains(reading, filters.domains)
    found = diagnose(reading, question.text, filters=filters, limit=question.limit)
    cards = reading.cards.load(reading.connection, [match.key for match in found.matches])
    return {
        **_recognised(found),
        "matches": [
            _match_object(
                match,
                card,
                lang=best_language(question.lang, accept, card.languages, card.languages[0]),
                url=url,
            )
            for match, card in zip(found.matches, cards, strict=True)
        ],
        "searched": _searched(reading, filters),
    }


def check_length(text: str) -> None:
    """Raises PayloadTooLarge for a text that is too long to diagnose."""
    if len(text.encode("utf-8", "replace")) > LARGEST:
        raise PayloadTooLarge(TOO_LONG)


async def _question(request: Request) -> Question:
    body = await read_body(request, most=_LARGEST_BODY, refusal=TOO_LONG)
    question = _parsed(body, media_type(request, _JSON, _TEXT, default=_JSON))
    check_length(question.text)
    if not question.text.strip():
        raise InvalidRequest(Complaint("text", "is empty", ""))
    return question


def _parsed(body: bytes, kind: str) -> Question:
    if kind == _TEXT:
        return Question(text=body.decode("utf-8", "replace"))
    try:
        return Question.model_validate_json(_repaired(body))
    except ValidationError as error:
        raise InvalidRequest(*complaints(error.errors(include_url=False))) from None


def _repaired(body: bytes) -> bytes:
    """JavaScript cuts a log between two surrogates; what is left of a character becomes `?`."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return body


def _recognised(found: Diagnosis) -> dict[str, Any]:
    return {
        "outcome": found.outcome,
        "linesRead": found.lines_read,
        "linesTotal": found.lines_total,
        "signatures": [
            {
                "line": seen.line,
                "text": seen.signature.text,
                "template": seen.signature.template,
                "codes": seen.signature.codes,
            }
            for seen in found.observed
        ],
    }


def _match_object(match: Match[str], card: Card, *, lang: str, url: str) -> dict[str, Any]:
    return {
        "slug": card.slug,
        "title": card.title,
        "outcome": match.outcome,
        "score": round(match.score, 4),
        "line": match.line,
        "signature": match.claimed.template,
        "error": _error_object(match, card, lang),
        "verificationStatus": card.status,
        "trust": trust_object(card.trust),
        "url": f"{url}{article_path(card.slug)}",
    }


def _error_object(match: Match[str], card: Card, lang: str) -> dict[str, Any] | None:
    """The row of the error table that the signature comes from, in the wanted language."""
    row = card.row(match.claimed, lang)
    if row is None:
        return None
    return {
        "error": row.text,
        "cause": row.cause,
        "solution": row.solution,
        "anchor": row.anchor,
    }


def _searched(reading: Reading, filters: Filters) -> dict[str, Any]:
    return {
        "generation": reading.generation.number,
        "articles": reading.generation.articles,
        "filters": {"domain": filters.domains, "status": filters.statuses},
    }


def _next_step(data: dict[str, Any], url: str) -> str:
    if not data["matches"]:
        return f"No article knows this error. GET {url}/api/v1/search?q=… to look for its words."
    return f"GET {data['matches'][0]['url']}?format=markdown and follow its fix"
