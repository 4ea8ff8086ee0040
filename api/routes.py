"""Every route of the service, the hot ones first."""

from api.discovery import feeds, full_text, llms, skill, well_known
from api.mcp import endpoint as mcp
from api.pages import api_docs, article, diagnosis, error_entry, home
from api.pages import listings as page_indexes
from api.pages import reports as report_form
from api.pages import search as page_search
from api.pages.html import assets
from api.pages.review import gaps as gap_page
from api.pages.review import proposals as proposal_pages
from api.v1 import articles, diagnose, gaps, listings, metrics, proposals, reports, search, status

ROUTERS = tuple(
    module.router
    for module in (
        articles, search, diagnose, reports, proposals, gaps, listings, status, metrics, llms,
        full_text, well_known, skill, feeds, mcp,
        article, page_search, home, diagnosis, error_entry, page_indexes, proposal_pages,
        report_form, gap_page, api_docs, assets,
    )
)  # fmt: skip
