"""A search, for front ends that respond with data. Does not import FastAPI, because the command
line uses it too.
"""

from api.responses.search import SearchPage, search_page
from corpus.errors import Complaint, InvalidRequest
from corpus.search.reading import Reading
from corpus.search.service import SearchRequest, search
from corpus.store.filters import DOMAINS
from corpus.store.queries import catalog


def run_search(reading: Reading, wanted: SearchRequest, *, url: str) -> SearchPage:
    """A page of results from one generation; `url` is the address of the service.

    Raises InvalidRequest for an unknown domain.
    """
    check_domains(reading, wanted.filters.domains)
    found = search(reading, wanted)
    return search_page(
        found, page=wanted.page, page_size=wanted.page_size, lang=wanted.lang, url=url
    )


def check_domains(reading: Reading, domains: tuple[str, ...]) -> None:
    """Raises InvalidRequest for a domain that is neither predefined nor in the corpus."""
    if all(domain in DOMAINS for domain in domains):
        return
    known = [count.name for count in catalog.domains(reading.connection)]
    for domain in domains:
        if domain not in known:
            raise InvalidRequest(
                Complaint("domain", "is not a domain", domain[:100], allowed=tuple(sorted(known)))
            )
