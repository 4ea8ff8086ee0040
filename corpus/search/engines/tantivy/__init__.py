"""Tantivy: embedded like Whoosh, for a hundred times as many articles."""
