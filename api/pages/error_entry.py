"""`/{lang}/errors/{slug}`: the page of one error, with its fix in each article that has it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.http.redirects import permanent_redirect
from api.pages.fix_card import FixCard, card_of
from api.pages.html.evidence import Environments, environments_of
from api.pages.html.frame import Frame, page
from api.pages.html.languages import LANG_PATH, STRINGS, PageLang
from api.requests.parameters import Slug
from api.responses.urls import error_anchors, error_page_path, page_languages, row_path
from corpus.checks.evidence import Evidence
from corpus.document.outline import without_runs
from corpus.errors import NotFound
from corpus.search.reading import Reading
from corpus.store import articles
from corpus.store.queries import error_index
from corpus.store.queries.error_index import KnownError

router = APIRouter(include_in_schema=False)

_MOST = 5
"""Articles that are shown; more than a few have the same message only by mistake."""
_LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _ArticleError:
    """The error as one article has it, and the runs that are about it."""

    known: KnownError
    card: FixCard
    evidence: Sequence[Evidence]
    environments: Environments
    href: str


@router.get(f"{LANG_PATH}/errors/{{slug}}")
async def show_error(state: StateDep, url: PublicUrl, lang: PageLang, slug: Slug) -> Response:
    """The page of an error; older names, with runs of hyphens, redirect."""
    if slug != without_runs(slug):
        return permanent_redirect(error_page_path(without_runs(slug), lang), "")
    found, languages = await state.read(lambda reading: _read(reading, slug, lang))
    if not found:
        raise NotFound("there is no such error")
    known, t = found[0].known, STRINGS[lang]
    description = " ".join(filter(None, (known.cause, known.solution)))
    return page(
        "error.html",
        Frame(
            lang=lang,
            url=url,
            path=error_page_path(known.anchor, "")[1:],
            title=f"{known.error[:_LONGEST_TITLE]} · {t.fix}",
            description=description,
            languages=page_languages(languages),
            kind="article",
        ),
        error=known.error,
        found=found,
    )


def _read(reading: Reading, slug: str, lang: str) -> tuple[list[_ArticleError], Sequence[str]]:
    rows = error_index.errors_at(reading.connection, error_anchors(slug), lang=lang)
    languages = error_index.languages_at(reading.connection, {row.anchor for row in rows})
    return list(_entries(reading, rows[:_MOST], lang)), languages


def _entries(reading: Reading, rows: Sequence[KnownError], lang: str) -> Iterator[_ArticleError]:
    for known in rows:
        article = articles.find(reading.connection, known.slug)
        if article is None:
            continue
        entry = article.entry
        evidence = [it for it in entry.evidence if known.anchor in it.of(known.lang).anchors]
        error = next(it for it in entry.of(known.lang).errors if it.anchor == known.anchor)
        yield _ArticleError(
            known=known,
            card=card_of(error, entry.trust(known.lang)),
            evidence=evidence,
            environments=environments_of(evidence),
            href=row_path(known.slug, lang, known.anchor),
        )
