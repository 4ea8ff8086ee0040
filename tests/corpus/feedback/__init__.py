"""Tests of `corpus.feedback`."""
