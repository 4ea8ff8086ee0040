"""`/api/v1/articles/{slug}`: one article, in each of its formats and languages."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.examples import ARTICLE, MARKDOWN, SUMMARY
from api.models import Article, SummaryAnswer, problems
from api.negotiation import best_language, prefers_markdown
from api.parameters import Lang
from api.renderers import article_path, as_json, as_markdown, as_summary, references
from api.representation import Representation
from api.state import PublicUrl, StateDep
from corpus import catalog, store
from corpus.errors import NotFound
from corpus.library import Reading
from corpus.search.answer import Request as Search
from corpus.search.answer import search

router = APIRouter(prefix="/api/v1", tags=["articles"])

_MARKDOWN_SUFFIX = ".md"
_SUGGESTIONS = 5


class Format(StrEnum):
    """How an article can be had."""

    JSON = "json"
    MARKDOWN = "markdown"


_RENDERERS: Mapping[Format | None, Callable[..., Representation]] = {
    Format.JSON: as_json,
    Format.MARKDOWN: as_markdown,
    None: as_summary,
}

Slug = Annotated[
    str,
    Path(
        description="Slug, id (`art_…`), reference code (`TRANS-003`) or alias. With `.md` or "
        "`.<lang>.md` at its end, the article document under a URL of its own.",
        examples=["troubleshoot-mcp-connection-refused-or-timeout-errors"],
        max_length=400,
    ),
]


@router.get(
    "/articles/{slug}",
    operation_id="getArticle",
    summary="Get an article",
    response_class=Response,
    responses={
        200: {
            "description": "With `format=json` the bare article; with `format=markdown` the "
            "document; without a format its short facts in an envelope.",
            "content": {
                "application/json": {
                    "schema": {
                        "anyOf": [
                            {"$ref": f"#/components/schemas/{model.__name__}"}
                            for model in (Article, SummaryAnswer)
                        ]
                    },
                    "examples": {
                        "json": {"summary": "format=json", "value": ARTICLE},
                        "summary": {"summary": "no format", "value": SUMMARY},
                    },
                },
                "text/markdown": {"schema": {"type": "string"}, "example": MARKDOWN},
            },
        },
        304: {"description": "What you have is current."},
        308: {"description": "An id, code or alias: the article is at `Location`."},
        **problems(400, 404, 406, 503),
    },
)
async def get_article(
    state: StateDep,
    request: Request,
    url: PublicUrl,
    slug: Slug,
    lang: Lang = "",
    format_: Annotated[
        Format | None, Query(alias="format", description="Absent: the short facts.")
    ] = None,
) -> Response:
    """One article. A language that it lacks falls back; `Content-Language` says which came."""

    def answer(reading: Reading) -> Response:
        name, suffix_lang, wanted = slug, lang, format_
        address = catalog.find(reading.connection, slug)
        if address is None and slug.endswith(_MARKDOWN_SUFFIX):
            name, suffix_lang = _split_suffix(slug, lang)
            wanted = Format.MARKDOWN
            address = catalog.find(reading.connection, name)
        if address is None:
            raise _unknown(reading, name)
        if address.slug != name:
            suffix = slug[len(name) :]
            return _redirect(f"{article_path(address.slug)}{suffix}", request.url.query)
        if wanted is None and prefers_markdown(request.headers.get("accept", "")):
            wanted = Format.MARKDOWN
        [entry] = store.load(reading.connection, [address.id])
        return _RENDERERS[wanted](
            entry,
            lang=best_language(
                suffix_lang,
                request.headers.get("accept-language", ""),
                entry.article.languages,
                state.settings.default_lang,
            ),
            url=url,
            slugs=catalog.slugs(reading.connection, references(entry)),
        )

    return await state.read(answer)


def _split_suffix(slug: str, lang: str) -> tuple[str, str]:
    """`name.zh.md` → (`name`, `zh`); `name.md` → (`name`, what was asked for)."""
    name = slug.removesuffix(_MARKDOWN_SUFFIX)
    stem, dot, last = name.rpartition(".")
    if dot and 2 <= len(last.split("-")[0]) <= 3 and last.replace("-", "").isalpha():
        return stem, last
    return name, lang


def _redirect(path: str, query: str) -> Response:
    location = f"{path}?{query}" if query else path
    return Response(
        status_code=308, headers={"Location": quote(location, safe="/?&=%+:;,@!$'()*~")}
    )


def _unknown(reading: Reading, name: str) -> NotFound:
    """What is missing, and the articles that were perhaps meant."""
    words = Search(q=" ".join(name.replace("-", " ").replace("_", " ").split()), page_size=5)
    nearest = [found.card.slug for found in search(reading, words).items]
    return NotFound("there is no such article", suggestions=nearest[:_SUGGESTIONS])
