"""HTTP and MCP over a corpus. May import `corpus`, never `ingest` or `verify`."""
