"""Lints of a text: hidden characters, prompt injection, dangerous commands; rules of articles.

Imports `corpus.checks` and what lies below it.
"""
