"""Read queries: articles by name or as lists, the error index."""
