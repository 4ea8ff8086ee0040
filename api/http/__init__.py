"""Transport: negotiation, encodings, proxies, caching. It knows no article."""
