"""Whoosh, the default: pure Python."""
