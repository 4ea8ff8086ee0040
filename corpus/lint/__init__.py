"""Lints of a text: hidden characters, prompt injection, dangerous commands.

Imports `corpus.checks` and what lies below it.
"""
