"""`/{lang}/search` and `/{lang}/articles`: results and filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from markupsafe import Markup
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.pages.html.frame import Frame, page
from api.pages.html.languages import LANG_PATH, STRINGS, PageLang, label
from api.pages.result_groups import certainty_groups
from api.pages.results_address import FILTERS, ResultsAddress, address_of, pages_of
from api.requests.parameters import FilterParameters, PageNumber, SortBy
from api.responses.urls import page_path, row_path
from corpus.checks.trust import EntryTrust, Level
from corpus.diagnosis.matching.match import MatchOutcome
from corpus.document.article import Risk, Status
from corpus.search.highlight import Highlight
from corpus.search.reading import Reading, known_errors
from corpus.search.service import SearchHit, SearchResults, search
from corpus.search.service import SearchRequest as Search
from corpus.store.filters import Filters, Sort
from corpus.store.queries import catalog
from corpus.store.queries.error_index import KnownError
from corpus.store.summaries import ArticleSummary, Passage, PassageKind
from languages.loader import Texts, fill

router = APIRouter(include_in_schema=False)

MAX_AGE = 30
"""Seconds that a cache may keep a page of results."""
_SIZE = 20
_LONGEST_TITLE = 60
_SHORTEST_BEGINNING = 3
_MOST_BEGUN = 8
_FACETS = {"domain": "domain", "riskLevel": "risk", "status": "status", "tag": "tag"}
"""The parameter of each facet."""
_LONGEST_FACET = 12
_POINTING = (PassageKind.ERROR, PassageKind.QUESTION, PassageKind.SECTION)


class ResultsParameters(FilterParameters):
    """The parameters of a page of results."""

    q: str = ""
    sort: SortBy = Sort.RELEVANCE
    page: PageNumber = 1


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a filter."""

    value: str
    name: str
    chosen: bool
    href: str = ""
    articles: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """An article on a page of results; marked texts are escaped HTML."""

    summary: ArticleSummary
    title: str
    excerpt: str
    path: str
    href: str
    """The same page with the row at its top that matches best."""
    lang: str
    matches: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class _SearchedPage:
    answer: SearchResults
    domains: list[catalog.NamedCount]
    articles: int
    """The number of all articles."""
    prefix_matches: Sequence[tuple[KnownError, EntryTrust]]
    """Errors with the word that is being typed, where no article has it as a whole."""


@router.get(f"{LANG_PATH}/search")
async def show_results(
    state: StateDep,
    request: Request,
    url: PublicUrl,
    lang: PageLang,
    given: Annotated[ResultsParameters, Depends(ResultsParameters.read)],
) -> Response:
    """The articles that match a query and filters, best first; without a query, newest first."""
    q = given.q
    wanted = Search(
        q=q,
        filters=given.filters(),
        lang=lang,
        sort=given.sort,
        page=given.page,
        page_size=_SIZE,
        highlight=Highlight.HTML,
        facets=True,
    )
    found = await state.read(lambda reading: _search(reading, wanted), search=bool(q))
    slugs = (item.summary.slug for item in found.answer.items)
    is_gap = wanted.filters == Filters() and state.gaps.note(
        q, found.answer.outcome, request.scope, found=slugs
    )
    address, t = address_of(request), STRINGS[lang]
    return page(
        "search.html",
        Frame(
            lang=lang,
            url=url,
            path="/search",
            query=address.query,
            title=f"{q[:_LONGEST_TITLE]} · {t.search}" if q else t.search,
            description=t.home_description,
            indexed=False,
        ),
        max_age=None if is_gap else MAX_AGE,
        q=q,
        sort=given.sort,
        address=address,
        count=_count(t, q, found.answer),
        groups=[
            (heading, [item_of(hit, lang) for hit in hits])
            for heading, hits in certainty_groups(
                found.answer.items, lambda hit: hit.outcome, heading=t.nearest
            )
        ],
        total=found.answer.total,
        suggestion=found.answer.suggestion,
        articles=found.articles,
        prefix_matches=found.prefix_matches,
        pages=pages_of(address, page=given.page, size=_SIZE, total=found.answer.total),
        facets=_facets(found.answer.facets or {}, address, t),
        fields=_fields(found.domains, address, t),
        chips=_chips(address, t),
        hidden=_hidden(address),
    )


@router.get(f"{LANG_PATH}/articles")
async def show_articles(
    state: StateDep,
    request: Request,
    url: PublicUrl,
    lang: PageLang,
    sort: SortBy = Sort.RELEVANCE,
    number: Annotated[PageNumber, Query(alias="page")] = 1,
) -> Response:
    """All articles, newest first unless sorted otherwise."""
    wanted = Search(lang=lang, sort=sort, page=number, page_size=2 * _SIZE)
    answer = await state.read(lambda reading: search(reading, wanted))
    address, t = address_of(request), STRINGS[lang]
    return page(
        "articles.html",
        Frame(
            lang=lang,
            url=url,
            path="/articles",
            query=address.query,
            title=t.articles_title,
            description=fill(t.articles_lead, answer.total),
            indexed=number == 1,
        ),
        address=address,
        sort=sort,
        orders=[(order, address.to("sort", order)) for order in (Sort.RELEVANCE, Sort.UPDATED)],
        items=[item_of(item, lang) for item in answer.items],
        total=answer.total,
        pages=pages_of(address, page=number, size=2 * _SIZE, total=answer.total),
    )


def _search(reading: Reading, wanted: Search) -> _SearchedPage:
    answer = search(reading, wanted)
    is_prefix = not answer.total and len(wanted.q.strip()) >= _SHORTEST_BEGINNING
    return _SearchedPage(
        answer=answer,
        domains=catalog.domains(reading.connection),
        articles=reading.generation.articles,
        prefix_matches=_prefix_matches(reading, wanted) if is_prefix else (),
    )


def _prefix_matches(reading: Reading, wanted: Search) -> Sequence[tuple[KnownError, EntryTrust]]:
    _, found = known_errors(
        reading,
        q=wanted.q[:_LONGEST_TITLE],
        domains=wanted.filters.domains,
        lang=wanted.lang,
        offset=0,
        limit=_MOST_BEGUN,
    )
    return found


def item_of(found: SearchHit, lang: str) -> Item:
    """An article in a list."""
    summary, shown = found.summary, found.summary.lang(lang)
    marks = found.highlights
    excerpt = _marked(marks, "summary") or summary.summary[shown] or _marked(marks, "content") or ""
    matches = [match for match in found.matches if match.kind in _POINTING]
    path, row = page_path(summary.slug, lang), next(iter(matches), None)
    is_row = row is not None and row.kind is PassageKind.ERROR
    return Item(
        summary=summary,
        title=_marked(marks, "title") or summary.title[shown],
        excerpt=excerpt,
        path=path,
        href=row_path(summary.slug, lang, row.anchor) if row and is_row else path,
        lang=shown,
        matches=matches,
    )


def _marked(highlights: Mapping[str, Sequence[str]], place: str) -> Markup | None:
    """A highlighted text, in which `Highlight.HTML` has escaped everything but its marks."""
    texts = highlights.get(place)
    return Markup(texts[0]) if texts else None  # noqa: S704


def _count(t: Texts, q: str, answer: SearchResults) -> str:
    if not q.strip():
        return fill(t.results, answer.total)
    shown = q if len(q) <= _LONGEST_TITLE else f"{q[:_LONGEST_TITLE]} …"
    template = t.nearest_for if answer.outcome is MatchOutcome.RELATED else t.results_for
    return fill(template, answer.total, q=" ".join(shown.split()))


def _facets(
    counted: Mapping[str, Mapping[str, int]], address: ResultsAddress, t: Texts
) -> list[tuple[str, list[Option]]]:
    """Each facet with its values, as links that toggle one."""
    groups = []
    for facet, name in _FACETS.items():
        options = [
            _option(address, t, name, value, articles=articles)
            for value, articles in counted.get(facet, {}).items()
        ]
        if len(options) > 1 or any(option.chosen for option in options):
            groups.append((_title(t, name), options[:_LONGEST_FACET]))
    return groups


def _chips(address: ResultsAddress, t: Texts) -> list[Option]:
    """The active filters, each as a link that removes it."""
    plain = {"minConfidence": t.min_confidence, "updatedSince": t.updated_since}
    chips = []
    for name in FILTERS:
        for value in address.values(name):
            option = _option(address, t, name, value)
            name_shown = f"{plain[name]}: {value}" if name in plain else option.name
            chips.append(replace(option, name=name_shown))
    return chips


def _option(
    address: ResultsAddress, t: Texts, name: str, value: str, *, articles: int = 0
) -> Option:
    return Option(
        value=value,
        name=label(t, name, value) if name not in ("tag", "author") else value,
        chosen=value in address.values(name),
        href=address.toggled(name, value),
        articles=articles,
    )


def _title(t: Texts, name: str) -> str:
    title: str = getattr(t, {"trust": "known_trust", "tag": "tags"}.get(name, name))
    return title


def _fields(
    domains: Sequence[catalog.NamedCount], address: ResultsAddress, t: Texts
) -> list[tuple[str, str, list[Option]]]:
    """The filters with a fixed set of values: parameter, title, values."""
    values = {
        "trust": [*Level],
        "domain": [count.name for count in domains if count.articles],
        "status": [*Status],
        "risk": [*Risk],
    }
    return [
        (name, _title(t, name), [_option(address, t, name, value) for value in given])
        for name, given in values.items()
    ]


def _hidden(address: ResultsAddress) -> list[tuple[str, str]]:
    """Further values of filters as hidden fields, because the visible ones hold only one."""
    return [(name, value) for name in FILTERS for value in address.values(name)[1:]]
