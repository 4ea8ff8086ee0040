"""Tantivy: embedded as Whoosh is, for a hundred times the articles."""
