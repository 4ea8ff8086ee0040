"""`/{lang}/gaps`: what was asked and not found, for reviewers."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.limits.api_keys import require
from api.pages.html.frame import Frame, page
from api.pages.html.languages import LANG_PATH, STRINGS, PageLang
from corpus.errors import NotFound
from corpus.feedback.gaps import OFF, gaps
from corpus.store.api_keys import Key, Scope

router = APIRouter(include_in_schema=False)

_MOST = 200


@router.get(f"{LANG_PATH}/gaps")
async def show_gaps(
    state: StateDep,
    url: PublicUrl,
    lang: PageLang,
    _key: Annotated[Key, Depends(require(Scope.REVIEW))],
) -> Response:
    """The gaps, most asked first, each with its number on the command line."""
    if not state.gaps.is_on:
        raise NotFound(OFF)
    found = await state.read(lambda reading: gaps(reading.connection, limit=_MOST))
    title = STRINGS[lang].gaps_title
    frame = Frame(lang=lang, url=url, path="/gaps", title=title, indexed=False, languages=())
    return page("gaps.html", frame, max_age=None, gaps=found)
