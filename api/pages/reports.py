"""`/{lang}/articles/{slug}/reports`: the form under an article by which its reader reports."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import StateDep
from api.http.errors import complaining
from api.http.request_body import read_form
from api.limits.api_keys import require
from api.pages.html.languages import LANG_PATH, PageLang
from api.requests.parameters import Slug
from api.requests.reports import Reported, store_report
from api.responses.urls import page_path
from corpus.store.api_keys import Key, Scope

router = APIRouter(include_in_schema=False)

_LARGEST_FORM = 16 * 1024


@router.post(f"{LANG_PATH}/articles/{{slug}}/reports")
async def report(
    state: StateDep,
    request: Request,
    lang: PageLang,
    slug: Slug,
    key: Annotated[Key, Depends(require(Scope.REPORT))],
) -> Response:
    """Stores a report, and shows the article again."""
    form = await read_form(request, most=_LARGEST_FORM)
    with complaining():
        reported = Reported.model_validate(form)
    text, _ = await store_report(state, slug, reported, key=key, lang=lang, languages="")
    place = f"{page_path(text.slug, lang)}#page:reports"
    return RedirectResponse(place, status_code=303, headers={"Cache-Control": "no-store"})
