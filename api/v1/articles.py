"""`/api/v1/articles/{slug}`: one article, in each of its formats and languages."""

from enum import StrEnum
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.dependencies import AppState, PublicUrl, StateDep
from api.http.negotiation import MARKDOWN, best_language, prefers_markdown, wants_markdown
from api.http.redirects import permanent_redirect
from api.requests.article_lookup import NamedArticle, read_article
from api.requests.article_sections import section_of
from api.requests.parameters import Lang, SectionName, Slug
from api.responses.articles import ArticleObject, Summary, references
from api.responses.described import responses
from api.responses.envelope import Envelope
from api.responses.representations import by_suffix
from api.responses.urls import article_path
from corpus.search.reading import Reading
from corpus.store.queries import catalog

router = APIRouter(prefix="/api/v1", tags=["articles"], default_response_class=Response)


class Format(StrEnum):
    """The formats of an article."""

    JSON = "json"
    MARKDOWN = "markdown"


_OTHERS = (304, 308, 404)
_SUFFIXES = {Format.JSON: ".json", Format.MARKDOWN: ".md"}


# Comes first, so that it is asked for addresses with `.md` and `.json` too: it sees the whole name.
@router.get(
    "/articles/{slug}",
    operation_id="getArticleSummary",
    summary="Get the short facts of an article",
    responses=responses(
        Envelope[Summary],
        others=(*_OTHERS, 406),
        text="The short facts. With `?format=json` or `?format=markdown` the same address is "
        "`/api/v1/articles/{slug}.json` or `.md`; so it is with `Accept: text/markdown`.",
    ),
)
async def get_article_summary(
    state: StateDep,
    request: Request,
    url: PublicUrl,
    slug: Slug,
    lang: Lang = "",
    format_: Annotated[Format | None, Query(alias="format", include_in_schema=False)] = None,
    section: Annotated[SectionName, Query(include_in_schema=False)] = "",
) -> Response:
    """One article. A language that it lacks falls back; `Content-Language` says which came."""
    is_json = bool(section) and not wants_markdown(request.headers.get("accept", ""))
    format_ = format_ or (Format.JSON if is_json else None)
    return await _article(
        state, request, slug, lang=lang, url=url, section=section, format_=format_
    )


@router.get(
    "/articles/{slug}.md",
    operation_id="getArticleDocument",
    summary="Get an article as Markdown",
    responses=responses(
        others=_OTHERS, text="The document; `{slug}.zh.md` in Chinese.", media_types=(MARKDOWN,)
    ),
)
@router.get(
    "/articles/{slug}.json",
    operation_id="getArticle",
    summary="Get an article",
    responses=responses(ArticleObject, others=_OTHERS, text="The article, without an envelope."),
)
async def get_article(
    state: StateDep,
    request: Request,
    url: PublicUrl,
    slug: Slug,
    lang: Lang = "",
    section: SectionName = "",
) -> Response:
    """One article, or a section of it. `Content-Language` says in which language."""
    return await _article(state, request, slug, lang=lang, url=url, section=section)


async def _article(
    state: AppState,
    request: Request,
    slug: str,
    *,
    lang: str,
    url: str,
    section: str,
    format_: Format | None = None,
) -> Response:
    accept = request.headers.get("accept", "")
    languages = request.headers.get("accept-language", "")

    def answer(reading: Reading, named: NamedArticle) -> Response:
        if named.canonical != slug:
            path = article_path(named.canonical)
            return permanent_redirect(path, request.scope["query_string"].decode("latin-1"))
        entry = named.entry
        available, default = entry.article.languages, state.settings.default_lang
        chosen = best_language(named.lang or lang, languages, available, default)
        suffix = named.suffix or _suffix(format_, accept)
        render = by_suffix(suffix, reading.connection, entry)
        if section:
            render = partial(render, section=section_of(entry, chosen, section))
        if named.suffix:  # overrides `Accept`
            by_header = "" if named.lang or lang else "Accept-Language, "
            render = partial(render, vary=f"{by_header}Accept-Encoding")
        return render(
            lang=chosen, url=url, slugs=catalog.slugs(reading.connection, references(entry))
        )

    return await read_article(state, slug, answer)


def _suffix(wanted: Format | None, accept: str) -> str:
    """The suffix of the requested format, by the parameter or else the header."""
    if wanted is None:
        return _SUFFIXES[Format.MARKDOWN] if prefers_markdown(accept) else ""
    return _SUFFIXES[wanted]
