"""Spans and measurements of what the service does, where somebody collects them."""
