"""`/api/v1/articles/{slug}/reports`: whether a fix helped."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.http.errors import complaining
from api.http.request_body import media_type, read_body
from api.limits.api_keys import require
from api.requests.article_lookup import NamedArticle, read_article
from api.requests.parameters import AnswerTexts, Lang, PreferredLang, Slug
from api.requests.reports import Reported, store_report
from api.responses.described import needs, reference, responses
from api.responses.envelope import Envelope, success
from api.responses.feedback.reports import (
    ReportReceived,
    ReportsObject,
    report_received,
    reports_object,
)
from api.responses.next_steps import agent_headers
from api.responses.urls import article_path
from corpus.feedback import reports
from corpus.search.reading import Reading
from corpus.store.api_keys import Key, Scope
from languages.loader import fill, texts_for

router = APIRouter(prefix="/api/v1", tags=["feedback"], default_response_class=Response)

_LARGEST = 8 * 1024
_TOO_LONG = f"a report may have {_LARGEST} bytes"
_PATH = "/articles/{slug}/reports"


@router.post(
    _PATH,
    operation_id="reportOutcome",
    summary="Report whether a fix worked",
    status_code=201,
    responses=responses(Envelope[ReportReceived], others=(403, 404, 413, 415), status=201),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": reference(Reported),
                    "example": {"outcome": "worked", "environment": {"python": "3.13"}},
                }
            },
        },
        **needs(Scope.REPORT),
    },
)
async def report_outcome(
    state: StateDep,
    request: Request,
    url: PublicUrl,
    words: AnswerTexts,
    slug: Slug,
    key: Annotated[Key, Depends(require(Scope.REPORT))],
    lang: Lang = "",
) -> Response:
    """Stores what came of a fix. Of each key, the last word about a text counts.

    It is about the text of the entry, or of the whole article without `anchor`, in the language
    that `lang` or `Accept-Language` chooses; an edit makes it a report about an older text.
    """
    media_type(request, "application/json", default="application/json")
    body = await read_body(request, most=_LARGEST, refusal=_TOO_LONG)
    with complaining():
        reported = Reported.model_validate_json(body)
    languages = request.headers.get("accept-language", "")
    stored, counts = await store_report(
        state, slug, reported, key=key, lang=lang, languages=languages
    )
    path = f"{article_path(stored.slug)}/reports"
    return success(
        report_received(stored, reported.outcome, counts),
        next_step=fill(words.next_reports, url=f"{url}{path}"),
        headers=agent_headers(url, path),
        status=201,
    )


@router.get(
    _PATH,
    operation_id="getReports",
    summary="Get what readers report about an article",
    responses=responses(Envelope[ReportsObject], others=(404,)),
)
async def get_reports(state: StateDep, url: PublicUrl, slug: Slug, lang: PreferredLang) -> Response:
    """The reports by outcome, entry and environment; those about edited texts apart."""

    def ask(reading: Reading, named: NamedArticle) -> ReportsObject:
        entry = named.entry
        return reports_object(entry.article.slug, reports.summary(reading.connection, entry))

    shown = await read_article(state, slug, ask)
    path = article_path(shown.slug)
    return success(
        shown,
        next_step=fill(texts_for("answers", lang).next_trust, url=f"{url}{path}?format=json"),
        headers=agent_headers(url, f"{path}/reports"),
    )
