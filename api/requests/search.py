"""A search, for front ends that respond with data."""

from api.requests.domains import check_domains
from api.responses.search import SearchPage, search_page
from corpus.search.reading import Reading
from corpus.search.service import SearchRequest, search


def run_search(reading: Reading, wanted: SearchRequest, *, url: str) -> SearchPage:
    """A page of results from one generation; `url` is the address of the service.

    Raises InvalidRequest for an unknown domain.
    """
    check_domains(reading, wanted.filters.domains)
    found = search(reading, wanted)
    return search_page(
        found, page=wanted.page, page_size=wanted.page_size, lang=wanted.lang, url=url
    )
