"""Finds secrets and personal data that an author has left in a text."""

from collections.abc import Iterator

from corpus.lint.layout import Layout, LintFinding
from corpus.text.secret_masking import personal_data_in, secrets_in

_SHOWN = 4
"""Characters of a secret that a finding repeats: it must not be another copy of it."""


def secrets(layout: Layout) -> Iterator[LintFinding]:
    """Every place that has one."""
    for at, found in secrets_in(layout.text):
        message = (
            f"looks like a secret: {found[:_SHOWN]!r}…; write *** or a word that says what it is"
        )
        yield LintFinding(at, message, error=True)
    for at, found in personal_data_in(layout.text):
        message = (
            f"looks like personal data: {found[:_SHOWN]!r}…; write user@example.com, /home/user"
        )
        yield LintFinding(at, message, error=True)
