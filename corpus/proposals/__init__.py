"""Proposals: documents that wait to become articles. The gate, their rows, their way into content.

May import `corpus.feedback` (the log of reviews), `search`, `store` and what is below; SQL about
the table of proposals stands in `rows`. Nothing here runs a check: `fixbook proposals run` does.
"""
