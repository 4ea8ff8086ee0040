"""`/` and `/{lang}`: the home page."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.pages.html.frame import Frame, page
from api.pages.html.languages import LANG_PATH, STRINGS, PageLang, reader_language
from api.pages.search import Item, item_of
from api.responses.next_steps import START_LINKS
from corpus.checks.trust import Level
from corpus.search.reading import Reading
from corpus.search.service import SearchRequest as Search
from corpus.search.service import search
from corpus.store.queries import catalog

router = APIRouter(include_in_schema=False)

_NEWEST = 6


@dataclass(frozen=True, slots=True)
class _Home:
    domains: list[catalog.NamedCount]
    newest: list[Item]
    levels: dict[str, int]


@router.get("/")
async def choose_language(state: StateDep, request: Request, url: PublicUrl) -> Response:
    """Redirects to the home page in the reader's language."""
    accepted = request.headers.get("accept-language", "")
    lang = reader_language(accepted, state.settings.default_lang)
    headers = {
        "Location": f"/{lang}",
        "Link": START_LINKS.format(url=url),
        "Vary": "Accept-Language",
        "Cache-Control": "max-age=60",
    }
    return Response(status_code=307, headers=headers)


@router.get(LANG_PATH)
async def show_home(state: StateDep, url: PublicUrl, lang: PageLang) -> Response:
    """The home page: search, diagnosis, domains and the newest articles."""
    found = await state.read(lambda reading: _home(reading, lang))
    t = STRINGS[lang]
    return page(
        "home.html",
        Frame(
            lang=lang,
            url=url,
            path="",
            title=t.home_title,
            description=t.home_description,
            data=(_website(url, lang),),
        ),
        domains=[count for count in found.domains if count.articles],
        newest=found.newest,
        executed=found.levels.get(Level.EXECUTED, 0),
        total=sum(found.levels.values()),
    )


def _home(reading: Reading, lang: str) -> _Home:
    newest = search(reading, Search(lang=lang, page_size=_NEWEST))
    return _Home(
        domains=catalog.domains(reading.connection),
        newest=[item_of(item, lang) for item in newest.items],
        levels=catalog.trust_levels(reading.connection),
    )


def _website(url: str, lang: str) -> dict[str, object]:
    """The site's search, as JSON-LD for search engines."""
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": "Fixbook",
        "url": f"{url}/{lang}",
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{url}/{lang}/search?q={{query}}",
            "query-input": "required name=query",
        },
    }
