"""The feed and the sitemap: `/feed.xml` (Atom, RFC 4287) and `/sitemap.xml`.

Both are built as element trees, so text of articles cannot inject markup. XML 1.0 cannot
represent most control characters; they are left out.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import APIRouter, Path
from starlette.responses import Response

from api.dependencies import PublicUrl, StateDep
from api.http.representation import Representation
from api.requests.parameters import PreferredLang
from api.responses.urls import document_path, error_page_path, page_languages, page_path
from corpus.errors import NotFound
from corpus.search.reading import Reading
from corpus.store.filters import Filters, Sort
from corpus.store.generations import Generation
from corpus.store.queries import catalog
from corpus.store.queries.directory import Location, locations
from corpus.store.summaries import ArticleSummary
from corpus.text.timestamps import milliseconds
from languages.loader import spoken, spoken_languages, texts

router = APIRouter(include_in_schema=False)

MAX_AGE = 300
"""Seconds that a cache may keep a feed or a sitemap without revalidation."""
ENTRIES = 50
"""Articles of the feed."""
PART = 1_000
"""Articles per sitemap file: 10,000 addresses in two languages, of the 50,000 allowed."""

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ENTRY_NAMES = UUID("2f0e8a54-3d0c-5a0e-9d5b-6a4f1c7be0d1")
"""The UUID namespace of entry ids: an article has the same id wherever it is served."""
_SITE_PAGES = ("", "/diagnose", "/articles", "/errors", "/domains", "/tags", "/api-docs")
"""Pages that exist in every language, below `/{lang}`."""
_MOST_ADDRESSES = 49_000
"""A file of a sitemap may have 50,000; beyond that, pages of errors are left out."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@router.get("/feed.xml")
async def get_feed(state: StateDep, url: PublicUrl, lang: PreferredLang) -> Response:
    """The most recently changed articles, in the preferred language if available."""

    def answer(reading: Reading) -> tuple[Generation, list[ArticleSummary]]:
        newest = catalog.newest(
            reading.connection, Filters(), sort=Sort.UPDATED, offset=0, limit=ENTRIES
        )
        return reading.generation, reading.summaries.load(reading.connection, newest.items)

    generation, summaries = await state.read(answer, long=True)
    feed = _feed(summaries, url=url, lang=lang, published_at=generation.published_at)
    return _xml(feed, media_type="application/atom+xml", vary="Accept-Language, Accept-Encoding")


@router.get("/sitemap.xml")
async def get_sitemap(state: StateDep, url: PublicUrl) -> Response:
    """All pages; in a large corpus, an index of sitemap files."""

    def answer(reading: Reading) -> Element:
        articles = reading.generation.articles
        if articles <= PART:
            return _sitemap(locations(reading.connection, offset=0, limit=PART), url, home=True)
        return _sitemap_index(-(-articles // PART), url)

    return _xml(await state.read(answer, long=True))


@router.get("/sitemap-{number}.xml")
async def get_sitemap_part(
    state: StateDep, url: PublicUrl, number: Annotated[str, Path(max_length=20)]
) -> Response:
    """One file of the sitemap; `number` counts from 1."""

    def answer(reading: Reading) -> Element:
        part = int(number) if number.isascii() and number.isdecimal() else 0
        if not 1 <= part <= max(1, -(-reading.generation.articles // PART)):
            raise NotFound("there is no such sitemap")
        found = locations(reading.connection, offset=(part - 1) * PART, limit=PART)
        return _sitemap(found, url, home=part == 1)

    return _xml(await state.read(answer, long=True))


def _xml(
    root: Element, *, media_type: str = "application/xml", vary: str = "Accept-Encoding"
) -> Representation:
    return Representation(
        tostring(root, encoding="utf-8", xml_declaration=True),
        media_type=f"{media_type}; charset=utf-8",
        max_age=MAX_AGE,
        vary=vary,
    )


def _add(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """Appends a child element."""
    named = {name: _NOT_XML.sub("", value) for name, value in attributes.items()}
    child = SubElement(parent, tag, named)
    child.text = _NOT_XML.sub("", text) or None
    return child


# The feed


def _feed(
    summaries: Sequence[ArticleSummary], *, url: str, lang: str, published_at: str
) -> Element:
    own = spoken(lang)
    address = f"{url}/feed.xml?lang={lang}"
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": own})
    _add(feed, "id", address)
    _add(feed, "title", texts("discovery")[own].feed_title)
    times = [_moment(summary.changed_at) for summary in summaries]
    _add(feed, "updated", max(filter(None, times), default="") or _moment(published_at))
    _add(feed, "link", rel="self", href=address, type="application/atom+xml")
    _add(feed, "link", rel="alternate", href=f"{url}/{own}", type="text/html")
    for summary, time in zip(summaries, times, strict=True):
        _add_entry(
            feed, summary, url=url, lang=summary.lang(lang), updated=time or _moment(published_at)
        )
    return feed


def _add_entry(
    feed: Element, summary: ArticleSummary, *, url: str, lang: str, updated: str
) -> None:
    entry = _add(feed, "entry", **{"xml:lang": lang})
    _add(entry, "id", f"urn:uuid:{uuid5(_ENTRY_NAMES, f'{summary.id} {lang}')}")
    _add(entry, "title", summary.title[lang])
    _add(entry, "updated", updated)
    if summary.published_at:
        _add(entry, "published", _moment(summary.published_at))
    _add(_add(entry, "author"), "name", summary.author)
    page = page_path(summary.slug, spoken(lang))
    _add(entry, "link", rel="alternate", href=f"{url}{page}", type="text/html", hreflang=lang)
    document = f"{url}{document_path(summary.slug, lang)}"
    _add(entry, "link", rel="alternate", href=document, type="text/markdown", hreflang=lang)
    for term in dict.fromkeys((summary.domain, *summary.tags)):
        _add(entry, "category", term=term)
    _add(entry, "summary", summary.summary[lang] or summary.title[lang])


def _moment(time: str | None) -> str:
    """The time by RFC 3339, in UTC; '' for None."""
    return _rfc3339(milliseconds(time)) if time else ""


def _rfc3339(moment_ms: int) -> str:
    return datetime.fromtimestamp(moment_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# The sitemap


def _sitemap_index(parts: int, url: str) -> Element:
    index = Element("sitemapindex", {"xmlns": _SITEMAP})
    for number in range(1, parts + 1):
        _add(_add(index, "sitemap"), "loc", f"{url}/sitemap-{number}.xml")
    return index


def _sitemap(found: Sequence[Location], url: str, *, home: bool) -> Element:
    """Every page with its other languages; with `home`, also the pages that are not articles."""
    root = Element("urlset", {"xmlns": _SITEMAP, "xmlns:xhtml": "http://www.w3.org/1999/xhtml"})
    for path in _SITE_PAGES if home else ():
        _add_pages(root, {lang: f"{url}/{lang}{path}" for lang in spoken_languages()})
    for place in found:
        pages = {
            lang: f"{url}{page_path(place.slug, lang)}" for lang in page_languages(place.languages)
        }
        _add_pages(root, pages, changed_ms=place.updated_ms)
    _add_errors(root, found, url)
    return root


def _add_errors(root: Element, found: Iterable[Location], url: str) -> None:
    """The pages of errors; one that several articles have is one page."""
    errors: dict[str, set[str]] = {}
    for place in found:
        for anchor, languages in place.errors.items():
            errors.setdefault(anchor, set()).update(languages)
    for anchor, spoken_in in errors.items():
        if len(root) < _MOST_ADDRESSES:
            shown = page_languages(sorted(spoken_in))
            _add_pages(root, {lang: f"{url}{error_page_path(anchor, lang)}" for lang in shown})


def _add_pages(root: Element, pages: dict[str, str], *, changed_ms: int = 0) -> None:
    """One address for each language; each lists all of them, as search engines require."""
    for address in pages.values():
        entry = _add(root, "url")
        _add(entry, "loc", address)
        if changed_ms > 0:
            _add(entry, "lastmod", _rfc3339(changed_ms))
        for lang, other in pages.items() if len(pages) > 1 else ():
            _add(entry, "xhtml:link", rel="alternate", hreflang=lang, href=other)
