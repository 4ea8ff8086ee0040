"""Tests of `cli.feedback`."""
