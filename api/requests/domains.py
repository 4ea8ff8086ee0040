"""Validation of domains. Does not import FastAPI, because the command line uses it too."""

from corpus.errors import Complaint, InvalidRequest
from corpus.search.reading import Reading
from corpus.store.filters import DOMAINS
from corpus.store.queries import catalog


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
