"""A text to diagnose as a request gives it, and the answer as data, for every front end."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.http.errors import PayloadTooLarge
from api.http.negotiation import best_language
from api.requests.parameters import check_domains
from api.responses.articles import trust_object
from api.responses.urls import article_path
from corpus.diagnosis.scoring import Match
from corpus.document.article import Status
from corpus.search.diagnosis import Diagnosis, diagnose, row_of
from corpus.search.reading import Reading
from corpus.store.cards import Card, Passage
from corpus.store.filters import Filters

LARGEST = 64 * 1024
"""Bytes of a text to diagnose."""
TOO_LONG = f"the text may have {LARGEST} bytes"


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


def check_length(text: str) -> None:
    """Raises PayloadTooLarge for a text that is too long to diagnose."""
    if len(text.encode("utf-8", "replace")) > LARGEST:
        raise PayloadTooLarge(TOO_LONG)


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
                reading,
                match,
                card,
                lang=best_language(question.lang, accept, card.languages, card.languages[0]),
                url=url,
            )
            for match, card in zip(found.matches, cards, strict=True)
        ],
        "searched": _searched(reading, filters, found.unread),
    }


def _recognised(found: Diagnosis) -> dict[str, Any]:
    return {
        "outcome": found.outcome,
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


def _match_object(
    reading: Reading, match: Match[str], card: Card, *, lang: str, url: str
) -> dict[str, Any]:
    return {
        "slug": card.slug,
        "title": card.title,
        "outcome": match.outcome,
        "score": round(match.score, 4),
        "line": match.line,
        "signature": match.claimed.template,
        "error": _error_object(row_of(reading, match, card, lang)),
        "verificationStatus": card.status,
        "trust": trust_object(card.trust),
        "url": f"{url}{article_path(card.slug)}",
    }


def _error_object(row: Passage | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "error": row.text,
        "cause": row.cause,
        "solution": row.solution,
        "anchor": row.anchor,
    }


def _searched(reading: Reading, filters: Filters, unread: int) -> dict[str, Any]:
    return {
        "generation": reading.generation.number,
        "articles": reading.generation.articles,
        "filters": {"domain": filters.domains, "status": filters.statuses},
        "linesUnread": unread,
    }
