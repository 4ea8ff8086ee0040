"""Finds passages that are still to be written, and text that was read in a wrong encoding."""

import re
from collections.abc import Iterator

from corpus.lint.layout import Layout, LintFinding
from corpus.lint.vocabulary import any_of

_STUB = any_of("stub")
_MISREAD = re.compile(
    r"\ufffd|(?:[\xc2-\xc5\xe2][\x80-\xbf\u20ac\u2018-\u201d\u2122\u0152-\u0178])"
)
"""A character that could not be read, or UTF-8 that was read as Latin-1 or as Windows-1252."""


def stubs(layout: Layout) -> Iterator[LintFinding]:
    """Every such place."""
    for match in _STUB.finditer(layout.text):
        at = match.end() - len(match[0].lstrip())
        if not layout.is_code(at):
            yield LintFinding(
                at, f"still to be written: {' '.join(match[0].split())!r}", error=True
            )
    for match in _MISREAD.finditer(layout.text):
        if layout.is_code(match.start()):
            continue
        message = f"text in a wrong encoding: {match[0]!r}; send UTF-8"
        yield LintFinding(match.start(), message, error=True)
