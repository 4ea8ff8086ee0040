"""Every route of the service, the hot ones first."""

from api import (
    articles,
    diagnose,
    discovery,
    feeds,
    full_text,
    indexes,
    llms,
    metrics,
    search,
    service,
    skill,
)
from api.mcp import endpoint as mcp
from api.pages import (
    api_docs,
    article,
    assets,
    diagnosis,
    home,
)
from api.pages import indexes as page_indexes
from api.pages import search as page_search

ROUTERS = tuple(
    module.router
    for module in (
        articles, search, diagnose, indexes, service, metrics, llms, full_text, discovery, skill,
        feeds, mcp,
        article, page_search, home, diagnosis, page_indexes, api_docs, assets,
    )
)  # fmt: skip
