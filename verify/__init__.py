"""Runs the checks of articles and writes receipts. May import `corpus`, never `api` or `ingest`."""
