"""Whether there are the domains that a request names. Apart from FastAPI, for the command line."""

from corpus.errors import Complaint, InvalidRequest
from corpus.search.reading import Reading
from corpus.store.filters import DOMAINS
from corpus.store.queries import catalog


def check_domains(reading: Reading, domains: tuple[str, ...]) -> None:
    """Raises InvalidRequest for a domain that neither the public site nor the corpus has."""
    if all(domain in DOMAINS for domain in domains):
        return
    known = [count.name for count in catalog.domains(reading.connection)]
    for domain in domains:
        if domain not in known:
            raise InvalidRequest(
                Complaint("domain", "is not a domain", domain[:100], allowed=tuple(sorted(known)))
            )
