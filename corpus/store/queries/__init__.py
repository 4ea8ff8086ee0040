"""Queries that read: articles by name or as a list, the error index."""
