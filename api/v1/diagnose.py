"""`/api/v1/diagnose`: finds the articles about the error in a log.

The text is neither logged nor stored, except for its masked signature where gaps are counted. The
response is not cached.
"""

import json

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.dependencies import public_url, state_of
from api.http.errors import complaining
from api.http.negotiation import wants_markdown
from api.http.request_body import media_type, read_body
from api.requests.diagnosis import LARGEST, TOO_LONG, Question, check_length, is_long, run_diagnosis
from api.requests.parameters import preferred_lang
from api.responses.described import reference, responses
from api.responses.diagnosis import DiagnosisObject
from api.responses.envelope import Envelope, success
from api.responses.markdown.lists import diagnosis_list, markdown
from api.responses.next_steps import agent_headers
from corpus.errors import Complaint, InvalidRequest
from languages.loader import fill, texts_for

router = APIRouter(prefix="/api/v1", tags=["search"], default_response_class=Response)

_LARGEST_BODY = 8 * LARGEST
"""JSON may escape a byte of the text as six."""
_JSON, _TEXT = "application/json", "text/plain"


@router.post(
    "/diagnose",
    operation_id="diagnoseError",
    summary="Diagnose an error",
    responses=responses(
        Envelope[DiagnosisObject],
        others=(406, 413, 415),
        text="With `Accept: text/markdown`, the same in Markdown instead.",
    ),
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
async def diagnose_error(request: Request) -> Response:
    """Finds the articles about the errors in a text, and says how certain the match is.

    `outcome` is `exact`, `likely`, `related` or `none`. With `none` the list is empty: a guess
    would be worse than no answer. The text is neither logged nor stored.
    """
    state, url = state_of(request), public_url(request)
    question = await _question(request)
    accept = request.headers.get("accept-language", "") or state.settings.default_lang
    data = await state.read(
        lambda reading: run_diagnosis(reading, question, accept=accept, url=url),
        search=True,
        long=is_long(question.text),
    )
    state.counters.count_diagnosis(data.outcome)
    if not (question.domain or question.status):
        slugs = (match.slug for match in data.matches)
        state.gaps.note(question.text, data.outcome, request.scope, found=slugs)
    lang = preferred_lang(request, state, question.lang)
    next_step = _next_step(data, url, lang=lang)
    headers = agent_headers(url, "/api/v1/diagnose")
    if wants_markdown(request.headers.get("accept", "")):
        return markdown(diagnosis_list(data, lang=lang, next_step=next_step), headers=headers)
    return success(data, next_step=next_step, headers=headers)


async def _question(request: Request) -> Question:
    body = await read_body(request, most=_LARGEST_BODY, refusal=TOO_LONG)
    question = _read_question(body, media_type(request, _JSON, _TEXT, default=_JSON))
    check_length(question.text)
    if not question.text.strip():
        raise InvalidRequest(Complaint("text", "is empty", ""))
    return question


def _read_question(body: bytes, kind: str) -> Question:
    if kind == _TEXT:
        return Question(text=body.decode("utf-8", "replace"))
    with complaining():
        return Question.model_validate_json(_replace_surrogates(body))


def _replace_surrogates(body: bytes) -> bytes:
    """Replaces lone surrogates by `?`, as JavaScript leaves them when it cuts a string."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return body


def _next_step(found: DiagnosisObject, url: str, *, lang: str) -> str:
    words = texts_for("answers", lang)
    if not found.matches:
        return fill(words.next_no_diagnosis, url=url)
    best = found.matches[0]
    is_whole = best.fix and not best.fix_characters_left
    step = words.next_follow_fix if is_whole else words.next_read_fix
    return fill(step, url=f"{best.url}?format=markdown")
