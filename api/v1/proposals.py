"""`/api/v1/proposals`: articles, and changes of them, that somebody proposes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.http.errors import PayloadTooLarge, complaining
from api.http.request_body import media_type, read_body
from api.limits.api_keys import require
from api.requests.parameters import AnswerTexts
from api.requests.proposals import Proposed, read_proposal, store_proposal
from api.responses.described import needs, reference, responses
from api.responses.envelope import Envelope, success
from api.responses.feedback.proposals import (
    ProposalObject,
    ProposalReceived,
    proposal_object,
    proposal_received,
)
from api.responses.next_steps import agent_headers
from api.responses.urls import article_path
from corpus.proposals.gate import LARGEST
from corpus.proposals.rows import ProposalStatus
from corpus.proposals.submission import LARGEST_LOG
from corpus.store.api_keys import Key, Scope
from languages.loader import Texts, fill

router = APIRouter(prefix="/api/v1", tags=["feedback"], default_response_class=Response)

_LARGEST_BODY = 2 * (LARGEST + LARGEST_LOG)
"""JSON may escape what is in it."""
_TOO_LONG = f"a document may have {LARGEST:,} bytes"
_JSON, _MARKDOWN = "application/json", "text/markdown"
_PATH = "/proposals"

_DOCUMENT = {"type": "string", "maxLength": LARGEST}


@router.post(
    _PATH,
    operation_id="proposeArticle",
    summary="Propose an article",
    status_code=202,
    responses=responses(Envelope[ProposalReceived], others=(403, 409, 413, 415), status=202),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                _JSON: {
                    "schema": reference(Proposed),
                    "example": {"document": "# Title\n\n> Summary\n\n---\n\n## Content\n\n…"},
                },
                _MARKDOWN: {"schema": _DOCUMENT},
            },
        },
        **needs(Scope.PROPOSE),
    },
)
async def propose_article(
    state: StateDep,
    request: Request,
    url: PublicUrl,
    words: AnswerTexts,
    key: Annotated[Key, Depends(require(Scope.PROPOSE))],
    lang: Annotated[str, Query(max_length=10, description="The language of a Markdown body.")] = "",
    slug: Annotated[
        str, Query(max_length=200, description="The slug of a new article; else of its title.")
    ] = "",
    idempotency_key: Annotated[
        str, Header(max_length=200, description="The same key and body give the same proposal.")
    ] = "",
) -> Response:
    """Stores an article document, or a change of the article whose ID it states, for a review.

    What is wrong with it comes back as 400, with lines; what an article has already as 409, which
    names it. Its checks run later, in a sandbox, and a person decides.
    """
    body = await read_body(request, most=_LARGEST_BODY, refusal=_TOO_LONG)
    if media_type(request, _JSON, _MARKDOWN, default=_JSON) == _JSON:
        with complaining():
            proposed = Proposed.model_validate_json(body)
    elif len(body) > LARGEST:
        raise PayloadTooLarge(_TOO_LONG)
    else:
        text = body.decode("utf-8", "surrogateescape")  # the gate says where it is not UTF-8
        proposed = Proposed.model_construct(document=text, lang=lang, slug=slug)
    stored = await store_proposal(state, proposed, key=key, idempotency_key=idempotency_key)
    path = f"/api/v1{_PATH}/{stored.id}"
    return success(
        proposal_received(stored),
        next_step=fill(words.next_proposal, url=f"{url}{path}"),
        headers=[("Location", f"{url}{path}"), *agent_headers(url, path)],
        status=202,
    )


@router.get(
    f"{_PATH}/{{id}}",
    operation_id="getProposal",
    summary="Get a proposal",
    responses=responses(Envelope[ProposalObject], others=(403, 404)),
    openapi_extra=needs(Scope.PROPOSE, Scope.REVIEW),
)
async def get_proposal(
    state: StateDep,
    url: PublicUrl,
    words: AnswerTexts,
    id_: Annotated[
        str, Path(alias="id", max_length=60, description="As `POST` gave it.", examples=["prp_…"])
    ],
    key: Annotated[Key, Depends(require(Scope.PROPOSE, Scope.REVIEW))],
) -> Response:
    """A proposal with what its checks came to, for its author and for reviewers."""
    shown = proposal_object(await read_proposal(state, id_, key))
    path = f"/api/v1{_PATH}/{shown.id}"
    return success(shown, next_step=_next_step(shown, words, url), headers=agent_headers(url, path))


def _next_step(shown: ProposalObject, words: Texts, url: str) -> str:
    if shown.status is ProposalStatus.ACCEPTED:
        return fill(words.next_published, url=f"{url}{article_path(shown.slug)}")
    if shown.obstacles and shown.status is not ProposalStatus.LINTED:
        return fill(words.next_obstacles, url=f"{url}/api/v1{_PATH}")
    return str(words.next_review)
