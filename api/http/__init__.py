"""HTTP transport: negotiation, encodings, proxies, caching. Nothing here depends on articles."""
