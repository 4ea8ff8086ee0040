"""Tests of what other generators of sites add to Markdown."""
