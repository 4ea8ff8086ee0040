"""`/{lang}/errors`, `/{lang}/domains`, `/{lang}/tags`: listings."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.pages.html.frame import Frame, page
from api.pages.html.languages import LANG_PATH, STRINGS, PageLang, label
from api.pages.results_address import address_of, pages_of
from api.requests.parameters import AnyOf, PageNumber, Text
from api.responses.urls import error_page_path
from corpus.checks.trust import EntryTrust
from corpus.search.reading import Reading, known_errors
from corpus.store.queries import catalog
from corpus.store.queries.error_index import KnownError

router = APIRouter(include_in_schema=False)

_SIZE = 50
_Row = tuple[KnownError, EntryTrust]


@router.get(f"{LANG_PATH}/errors")
async def show_errors(
    state: StateDep,
    request: Request,
    url: PublicUrl,
    lang: PageLang,
    q: Annotated[Text, Query(max_length=400)] = "",
    domain: AnyOf = (),
    number: Annotated[PageNumber, Query(alias="page")] = 1,
) -> Response:
    """Every row of every error table, ordered by its text."""

    def answer(reading: Reading) -> tuple[int, list[_Row], list[catalog.NamedCount]]:
        offset = (number - 1) * _SIZE
        found = known_errors(reading, q=q, domains=domain, lang=lang, offset=offset, limit=_SIZE)
        return *found, catalog.domains(reading.connection)

    (total, rows, domains), t = await state.read(answer), STRINGS[lang]
    address = address_of(request)
    return page(
        "errors.html",
        Frame(
            lang=lang,
            url=url,
            path="/errors",
            query=address.query,
            title=t.errors_title,
            description=t.errors_lead,
            indexed=not address.pairs,
        ),
        q=q,
        domain=domain,
        domains=[(c.name, label(t, "domain", c.name)) for c in domains if c.articles],
        items=[(item, trust, error_page_path(item.anchor, lang)) for item, trust in rows],
        total=total,
        pages=pages_of(address, page=number, size=_SIZE, total=total),
    )


@router.get(f"{LANG_PATH}/domains")
async def show_domains(state: StateDep, url: PublicUrl, lang: PageLang) -> Response:
    """Every domain that has articles."""
    counts = await state.read(lambda reading: catalog.domains(reading.connection))
    t = STRINGS[lang]
    rows = [(label(t, "domain", c.name), c.name, c.articles) for c in counts if c.articles]
    return _counts("domain", rows, lang=lang, url=url)


@router.get(f"{LANG_PATH}/tags")
async def show_tags(state: StateDep, url: PublicUrl, lang: PageLang) -> Response:
    """Every tag, the most used first."""
    counts = await state.read(lambda reading: catalog.tags(reading.connection))
    return _counts("tag", [(c.name, c.name, c.articles) for c in counts], lang=lang, url=url)


def _counts(kind: str, rows: list[tuple[str, str, int]], *, lang: str, url: str) -> Response:
    """A list of names, each a search with that filter."""
    t = STRINGS[lang]
    title = getattr(t, f"{kind}s_title")
    lead = getattr(t, f"{kind}s_lead")
    return page(
        "counts.html",
        Frame(lang=lang, url=url, path=f"/{kind}s", title=title, description=lead),
        rows=[(name, f"/{lang}/search?{urlencode({kind: v})}", n) for name, v, n in rows],
    )
