"""`/api/v1/gaps`: what was asked and not found."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.limits.api_keys import require
from api.requests.parameters import AnswerTexts
from api.responses.described import needs, responses
from api.responses.envelope import Envelope, success
from api.responses.feedback.gaps import GapObject, GapsObject
from api.responses.next_steps import agent_headers
from corpus.errors import NotFound
from corpus.feedback.gaps import OFF, gaps
from corpus.store.api_keys import Scope

router = APIRouter(prefix="/api/v1", tags=["feedback"], default_response_class=Response)

_PATH = "/gaps"


@router.get(
    _PATH,
    operation_id="listGaps",
    summary="List errors that were not found",
    responses=responses(Envelope[GapsObject], others=(403, 404)),
    openapi_extra=needs(Scope.REVIEW),
    dependencies=[Depends(require(Scope.REVIEW))],
)
async def list_gaps(
    state: StateDep,
    url: PublicUrl,
    words: AnswerTexts,
    limit: Annotated[int, Query(ge=1, le=500, description="Gaps at most.")] = 50,
) -> Response:
    """Errors that were asked about and not surely found, as masked signatures, most asked first.

    Each was asked at least three times, by at least two callers. 404 where gaps are not counted.
    """
    if not state.gaps.is_on:
        raise NotFound(OFF)
    found = await state.read(lambda reading: gaps(reading.connection, limit=limit))
    return success(
        GapsObject(items=[GapObject.of(gap) for gap in found]),
        next_step=words.next_draft,
        headers=agent_headers(url, f"/api/v1{_PATH}"),
    )
