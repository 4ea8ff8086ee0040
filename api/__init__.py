"""Serves a corpus over HTTP and MCP. May import `corpus`, never `ingest` or `verify`."""
