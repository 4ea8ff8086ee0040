"""What readers give back: outcome reports, gaps, proposals, and the log of what reviewers did.

It lies in tables of its own (`corpus.store.schema`), which no ingest touches. May import `search`,
`store` and what is below; SQL about these tables stands here.
"""
